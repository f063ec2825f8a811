#!/bin/sh
# A qcow2 disk loses its changed-block tracking with the process that writes it, while 'qemu-img check' finds no error.
#
# Incremental backups of a virtual disk read the clusters that a persistent bitmap names. Observed with qemu-utils
# 1:7.2+dfsg-7+deb12u18+b3: when the writing process is killed, flushed data are there, and the bitmap is inconsistent.
# Nothing can be done with it but removal, so the next backup reads the whole disk, and a schedule that counts on
# incremental backups is late just after a crash. A tracked disk also refuses to return to its own snapshot
# until its bitmaps are removed, so the same holds after a revert.
#
# Output seen:
#   after the kill: data whole, check 0, flags in-use auto
#   merge 1, clear 1, enable 1, remove 0
#   revert with a bitmap 1, without 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -q qemu-utils=1:7.2+dfsg-7+deb12u18+b3 \
  libaio1 libffi8 libglib2.0-0 libgmp10 libgnutls30 libhogweed6 libidn2-0 libnettle8 libnuma1 libp11-kit0 libpcre2-8-0 \
  libtasn1-6 libunistring2 liburing2 libzstd1 zlib1g >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH="$folder/usr/lib/x86_64-linux-gnu:$folder/lib/x86_64-linux-gnu"
export LD_LIBRARY_PATH
img() { usr/bin/qemu-img "$@"; }
code() { if "$@" >/dev/null 2>&1; then echo 0; else echo $?; fi; }

img create -q -f qcow2 disk.qcow2 64M
img bitmap --add disk.qcow2 backup
mkfifo commands
# By lines, because the answer is waited for.
stdbuf -oL usr/bin/qemu-io disk.qcow2 <commands >answers &
writer=$!
exec 3>commands
# One command at a time: it looks for the next one when something arrives.
for command in 'write -P 2 0 1M' flush 'read 0 4k'; do
  echo "$command" >&3
  sleep 1
done
grep -q 'read 4096' answers
kill -9 "$writer"
wait "$writer" 2>/dev/null || true
exec 3>&-

data=damaged
usr/bin/qemu-io -r -c 'read -P 2 0 1M' disk.qcow2 | grep -q 'failed' || data=whole
flags=$(img info --output=json disk.qcow2 | python3 -c '
import json, sys
print(*sorted(json.load(sys.stdin)["format-specific"]["data"]["bitmaps"][0]["flags"], reverse=True))')
first="after the kill: data $data, check $(code img check disk.qcow2), flags $flags"
img bitmap --add disk.qcow2 other
second="merge $(code img bitmap --merge backup disk.qcow2 other), clear $(code img bitmap --clear disk.qcow2 backup)"
second="$second, enable $(code img bitmap --enable disk.qcow2 backup), remove $(code img bitmap --remove disk.qcow2 backup)"
img snapshot -c before disk.qcow2
third="revert with a bitmap $(code img snapshot -a before disk.qcow2)"
img bitmap --remove disk.qcow2 other
third="$third, without $(code img snapshot -a before disk.qcow2)"

printf '%s\n%s\n%s\n' "$first" "$second" "$third"
[ "$first" = "after the kill: data whole, check 0, flags in-use auto" ]
[ "$second" = "merge 1, clear 1, enable 1, remove 0" ]
[ "$third" = "revert with a bitmap 1, without 0" ]
