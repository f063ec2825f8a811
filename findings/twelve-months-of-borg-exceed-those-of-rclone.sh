#!/bin/sh
# Twelve months are 372 days in borg and 360 days in rclone; a year is 365 days in both.
#
# Observed: borg 1.2.4 counts 31 days for a month, rclone 1.60.1 counts 30. 'borg prune --keep-within 12m' keeps a week more
# than '--keep-within 1y', and 'rclone delete --min-age 12M' deletes five days before '--min-age 1y' would. A policy of twelve
# months that is written for both copies of a backup ends twelve days apart, and rclone's copy does not reach back a year.
# restic 0.14.0 goes back in the calendar, so that its twelve months are its year.
#
# Output seen, for points that are 358, 362, 368 and 374 days old:
#   borg prune --keep-within 12m keeps 358 362 368
#   borg prune --keep-within 1y keeps 358 362
#   rclone delete --min-age 12M keeps 358
#   rclone delete --min-age 1y keeps 358 362
#   restic forget --keep-within 12m keeps 358 362
#   restic forget --keep-within 1y keeps 358 362
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -q borgbackup=1.2.4-1 python3-msgpack python3-packaging libxxhash0 \
  rclone=1.60.1+dfsg-2+b5 restic=0.14.0-1+b5 >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
export TZ=UTC BORG_BASE_DIR="$folder" BORG_REPO="$folder/borg" BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
export RESTIC_REPOSITORY="$folder/restic" RESTIC_PASSWORD=secret RESTIC_CACHE_DIR="$folder/cache" RCLONE_CONFIG=/dev/null
borg() {
  LD_LIBRARY_PATH=$(dirname "$(find usr -name libxxhash.so.0)") \
    PYTHONPATH=usr/lib/python3/dist-packages /usr/bin/python3 usr/bin/borg "$@"
}
restic() { usr/bin/restic -q "$@"; }

borg init -e none
restic init
mkdir points
echo data >file
restic backup --tag 0 file # restic counts from the newest snapshot.
for age in 358 362 368 374; do
  time="$age days ago"
  touch -d "$time" "points/$age"
  borg create --timestamp "points/$age" "::$age" file
  restic backup --tag "$age" --time "$(date -d "$time" '+%F %T')" file
done
# check EXPECTED LABEL: compares the ages that are read from the input.
check() {
  kept=$(grep -x '3[567].' | sort | xargs)
  echo "$2 keeps $kept"
  [ "$kept" = "$1" ]
}
borg_keeps() { borg prune --dry-run --list --keep-within "$1" 2>&1 | awk '/^Keeping/ { print $6 }'; }
rclone_keeps() { cp -a points "$1" && usr/bin/rclone -q delete --min-age "$1" "$1" && ls "$1"; }
restic_keeps() {
  restic forget --json --dry-run --keep-within "$1" | sed 's/"remove":.*//' | grep -o '"tags":\["[0-9]*' | tr -dc '0-9\n'
}
borg_keeps 12m | check "358 362 368" "borg prune --keep-within 12m"
borg_keeps 1y | check "358 362" "borg prune --keep-within 1y"
rclone_keeps 12M | check "358" "rclone delete --min-age 12M"
rclone_keeps 1y | check "358 362" "rclone delete --min-age 1y"
restic_keeps 12m | check "358 362" "restic forget --keep-within 12m"
restic_keeps 1y | check "358 362" "restic forget --keep-within 1y"
