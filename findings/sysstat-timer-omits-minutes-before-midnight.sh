#!/bin/sh
# sysstat's systemd timer leaves the ten minutes before midnight out of every daily file.
#
# Observed with sysstat 12.6.1-1: each run of the timer appends one record to the file of its date, and sar and sadf report
# differences between records of one file. The record of 00:00 is the first of its file, so neither file reports the
# interval from 23:50 to 00:00. sa1(8) has the option --rotate for this and says that Debian's package "has already placed
# such an entry". That holds for the crontab, which hosts with systemd skip; no unit of the package uses --rotate.
# What a job writes in these ten minutes is missing from each rate of change and each peak that the files give.
#
# Output seen:
#   every run: /usr/lib/sysstat/sa1 1 1 by OnCalendar=*:00/10
#   sa09 has intervals that end at 23:40:00 23:50:00
#   sa10 has intervals that end at 00:10:00 00:20:00
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -q sysstat=12.6.1-1 libfaketime=0.9.10-2.1 >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
library=$(find "$folder" -name libfaketime.so.1)
export TZ=UTC LC_ALL=C
units=$(find "$folder" -path '*systemd/system')
schedule=$(grep ^OnCalendar= "$units/sysstat-collect.timer")
command=$(sed -n 's/^ExecStart=//p' "$units/sysstat-collect.service")
echo "every run: $command by $schedule"
[ "$schedule" = "OnCalendar=*:00/10" ]
[ "$command" = "/usr/lib/sysstat/sa1 1 1" ]
[ "$(cat "$units"/sysstat* | grep -c -e --rotate)" = 0 ]

# sa1 passes its two numbers to sadc in this way. The clock that sadc reads is set; the counters are those of this host.
mkdir files
for time in 09T23:30 09T23:40 09T23:50 10T00:00 10T00:10 10T00:20; do
  FAKETIME="2026-03-${time%T*} ${time#*T}:00" LD_PRELOAD=$library usr/lib/sysstat/sadc -F -L 1 1 files
  sleep 0.2
done
# ends FILE: when the intervals of a file end, by sadf's text and by its JSON.
ends() {
  usr/bin/sadf -d "files/$1" -- -b | awk -F'[; ]' '!/^#/ { print $4 }' | xargs
  usr/bin/sadf -j "files/$1" -- -b | sed -n 's/.*"timestamp".*"time": "\([^"]*\)".*/\1/p' | xargs
}
check() {
  echo "$1 has intervals that end at $2"
  [ "$(ends "$1")" = "$2
$2" ]
}
check sa09 "23:40:00 23:50:00"
check sa10 "00:10:00 00:20:00"
