#!/bin/sh
# A systemd timer for every five minutes leaves a gap of 65 minutes in the night when the clock goes back.
#
# systemd.time(7) says that '*:00/5' matches every fifth minute and names no exception. Observed with systemd
# 252.39-1~deb12u2: in a zone with summer time the elapse after 02:55 summer time is 03:00 winter time, so the second pass of
# the hour from 02:00 to 03:00 is left out. A replication that is planned for a loss of 5 minutes can lose 65 minutes there.
# A calculation that begins within the repeated hour does find elapses in that hour, and an expression in UTC has no gap.
#
# Output seen:
#   *:00/5 Europe/Berlin: longest gap 65 min, after 2026-10-25 00:55 UTC
#   *:00 Europe/Berlin: longest gap 120 min, after 2026-10-25 00:00 UTC
#   *:00/5 UTC: longest gap 5 min, after 2026-10-24 22:35 UTC
#   from 01:17 UTC on, the first elapse is at 01:20 UTC
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -q systemd=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2 >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$(find "$folder" -name 'libsystemd-shared-252.so')")
export LD_LIBRARY_PATH
export TZ=UTC

# elapses ZONE EXPRESSION FROM COUNT: the instants of the elapses, in seconds since 1970.
elapses() {
  usr/bin/systemd-analyze calendar --iterations="$4" --base-time="$3 UTC" "$2 $1" |
    sed -n 's/.*\(Next elapse\|Iter\. #[0-9]*\): \(.*\)/\2/p' | date -f - +%s
}
# gap ZONE EXPRESSION COUNT: the longest time between two elapses from the evening before, in minutes, and where it begins.
gap() {
  elapses "$1" "$2" "2026-10-24 22:30:00" "$3" |
    awk 'NR > 1 && $1 - last > longest { longest = $1 - last; begin = last } { last = $1 } END { print longest / 60, begin }'
}
check() {
  # shellcheck disable=SC2046
  set -- "$@" $(gap "$1" "$2" "$3")
  echo "$2 $1: longest gap $6 min, after $(date -d "@$7" '+%F %H:%M') UTC"
  [ "$6 $7" = "$4 $(date -d "$5" +%s)" ]
}
check Europe/Berlin '*:00/5' 60 65 '2026-10-25 00:55'
check Europe/Berlin '*:00' 6 120 '2026-10-25 00:00'
check UTC '*:00/5' 60 5 '2026-10-24 22:35'
first=$(elapses Europe/Berlin '*:00/5' '2026-10-25 01:17:00' 1)
echo "from 01:17 UTC on, the first elapse is at $(date -d "@$first" +%H:%M) UTC"
[ "$first" = "$(date -d '2026-10-25 01:20' +%s)" ]
