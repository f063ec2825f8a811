#!/bin/sh
# Data that fio writes in blocks of 4 KiB shrink 20 times in a borg backup, in blocks of 1 MiB hardly at all.
#
# fio writes random data by default, so a test volume ought to be incompressible at every block size. Observed with fio
# 3.33-3: the random buffer is filled once, as large as a block, and each write changes only a few bytes of it (option
# scramble_buffers). No two blocks of 4 KiB are equal, so deduplication finds nothing; but they resemble each other within the
# 64 KiB that lz4 looks back. borg 1.2.4 with its default compression stores 64 MiB as 3 MB. Written in blocks of 1 MiB, the
# same volume stays above 60 MB. A backup window or a link that is sized with such a volume is wrong by that factor.
# refill_buffers gives data that are random at every block size.
#
# Output seen; the stored bytes vary a little from run to run:
#   --bs=4k: 16384 of 16384 blocks differ; borg stores 2827613 of 67108864 bytes
#   --bs=1m: 16384 of 16384 blocks differ; borg stores 63816314 of 67108864 bytes
#   --bs=4k --refill_buffers: 16384 of 16384 blocks differ; borg stores 67109462 of 67108864 bytes
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# Only the packages that this host lacks are unpacked, with the libraries they need.
apt-get -s --no-install-recommends install fio=3.33-3 borgbackup=1.2.4-1 | awk '$1 == "Inst" { print $2 }' >missing
if [ -s missing ]; then xargs apt-get -o APT::Sandbox::User=root download -q <missing >/dev/null; fi
for package in ./*.deb; do
  if [ -e "$package" ]; then dpkg -x "$package" .; fi
done
LD_LIBRARY_PATH=$(find "$folder" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
PATH=$folder/usr/bin:$PATH
export LD_LIBRARY_PATH PATH BORG_BASE_DIR="$folder" BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
program=$(command -v borg)
borg() { PYTHONPATH=$folder/usr/lib/python3/dist-packages /usr/bin/python3 "$program" "$@"; }
[ "$(fio --version) $(borg --version)" = "fio-3.33 borg 1.2.4" ]

# stored LEAST MOST OPTION...: the bytes that borg stores of 64 MiB that fio wrote with these options.
stored() {
  least=$1 most=$2
  shift 2
  rm -rf volume repository
  fio --name=test --filename=volume --rw=write --size=64m --output=log "$@"
  borg init -e none repository
  bytes=$(borg create --json repository::test volume | sed -n 's/.*"deduplicated_size": \([0-9]*\).*/\1/p' | head -n 1)
  differ=$(python3 -c 'd = open("volume", "rb").read(); print(len({d[i : i + 4096] for i in range(0, len(d), 4096)}))')
  echo "$*: $differ of 16384 blocks differ; borg stores $bytes of $(wc -c <volume) bytes"
  [ "$differ" = 16384 ] && [ "$bytes" -gt "$least" ] && [ "$bytes" -lt "$most" ]
}
stored 1000000 4000000 --bs=4k
stored 60000000 67108864 --bs=1m
stored 67108864 68000000 --bs=4k --refill_buffers
