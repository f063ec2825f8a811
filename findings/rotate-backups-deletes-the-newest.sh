#!/bin/sh
# rotate-backups with '--daily=7' deletes the newest backup as soon as the day has an older one.
#
# borg and restic keep the last backup of a day for '--keep-daily 7'. Observed with rotate-backups 8.1: '--daily=7' keeps
# the first backup of each day and deletes the rest, and the newest backup of all has no exception. With a backup every six
# hours the point of 18:00 is deleted by the rotation that follows that backup, so that the possible loss is 24 hours instead
# of 6. '--hourly=1' beside '--daily=7' saves the newest point, and '--prefer-recent' keeps the last backup of each day.
#
# Output seen, for backups at 00, 06, 12 and 18 hours of two days:
#   rotate-backups 8.1 --daily=7: 2026-03-10-00-00 2026-03-11-00-00
#   rotate-backups 8.1 --daily=7 --hourly=1: 2026-03-10-00-00 2026-03-11-00-00 2026-03-11-18-00
#   rotate-backups 8.1 --daily=7 --prefer-recent: 2026-03-10-18-00 2026-03-11-18-00
#   borg 1.2.4 --keep-daily 7: 2026-03-11-00-00 2026-03-11-18-00 (borg keeps the oldest one as well, for the unfilled rule)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q wheel==0.45.1
venv/bin/pip install -q rotate-backups==8.1
apt-get -o APT::Sandbox::User=root download -q borgbackup=1.2.4-1 python3-msgpack python3-packaging libxxhash0 >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
export TZ=UTC BORG_BASE_DIR="$folder" BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
borg() {
  LD_LIBRARY_PATH=$(dirname "$(find "$folder" -name libxxhash.so.0)") \
    PYTHONPATH=usr/lib/python3/dist-packages /usr/bin/python3 usr/bin/borg "$@"
}
check() {
  echo "$1: $2"
  [ "$2" = "$3" ]
}
# rotation EXPECTED OPTION...: what a rotation leaves of two days with four backups each.
rotation() {
  expected=$1
  shift
  rm -rf points
  for hour in 00 06 12 18; do mkdir -p "points/2026-03-10-$hour-00" "points/2026-03-11-$hour-00"; done
  venv/bin/rotate-backups "$@" points 2>/dev/null
  # shellcheck disable=SC2012
  check "rotate-backups 8.1 $*" "$(ls points | xargs)" "$expected"
}
rotation "2026-03-10-00-00 2026-03-11-00-00" --daily=7
rotation "2026-03-10-00-00 2026-03-11-00-00 2026-03-11-18-00" --daily=7 --hourly=1
rotation "2026-03-10-18-00 2026-03-11-18-00" --daily=7 --prefer-recent
borg init -e none repository
for hour in 00 06 18; do borg create --timestamp "2026-03-11T$hour:00:00" "repository::2026-03-11-$hour-00" points; done
borg prune --keep-daily 7 repository
check "borg 1.2.4 --keep-daily 7" "$(borg list --short repository | xargs)" "2026-03-11-00-00 2026-03-11-18-00"
