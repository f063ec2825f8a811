#!/bin/sh
# 'restic forget --keep-within 1m' on 31 March removes snapshots that the same command on 1 April would keep.
#
# A limit that moves with time ought never to move back. Observed with restic 0.14.0-1+b5: one month before 31 March is
# 31 February, which is read as 3 March; one month before 1 April is 1 March. A daily forget keeps 28 days at the end of
# March, and its run of 31 March removes the snapshots of 2 and 3 March, which are within one month of 1 April. A 'month'
# guarantees 28 days of history, and how much is left depends on the days on which forget ran.
#
# Output seen, for snapshots at noon; the newest one sets the time from which restic counts:
#   newest 30 March: keeps 3 4 30 of March
#   newest 31 March: keeps 4 30 31 of March
#   newest 1 April: keeps 2 3 4 30 31 of March
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -q restic=0.14.0-1+b5 >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
export TZ=UTC RESTIC_REPOSITORY="$folder/repository" RESTIC_PASSWORD=secret RESTIC_CACHE_DIR="$folder/cache"
restic() { usr/bin/restic -q "$@"; }
restic init
echo data >file
for day in 01 02 03 04; do restic backup --time "2026-03-$day 12:00:00" file; done
# forget NEWEST EXPECTED: what a run right after the newest snapshot would keep of March.
forget() {
  restic backup --time "$1 12:00:00" file
  kept=$(restic forget --dry-run --json --keep-within 1m | python3 -c '
import json, sys
print(*sorted(int(kept["time"][8:10]) for kept in json.load(sys.stdin)[0]["keep"] if kept["time"][:7] == "2026-03"))')
  echo "newest $1: keeps $kept of March"
  [ "$kept" = "$2" ]
}
forget 2026-03-30 "3 4 30"
forget 2026-03-31 "4 30 31"
forget 2026-04-01 "2 3 4 30 31"
