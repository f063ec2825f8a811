#!/bin/sh
# '0 3 */7 * 1' runs every few days according to croniter and pauses for 154 days in Debian's cron.
#
# crontab(5) says that a job runs when either field matches if both fields for the day are restricted, "ie, aren't *".
# Observed: cron 3.0pl1-162 takes '*/7' for unrestricted and runs the job only on Mondays that are day 1, 8, 15, 22 or 29.
# So does cronsim 2.8. croniter 7.0.0 joins both fields unless it is given implement_cron_bug=True.
# Between 29 December 2025 and 1 June 2026 no Monday has such a number. A tool that derives the worst loss of a backup from
# croniter states 6 days where 154 days are right.
#
# Output seen:
#   croniter 7.0.0: longest gap 6 days, to 2026-02-08
#   croniter 7.0.0, implement_cron_bug: longest gap 154 days, to 2026-06-01
#   cronsim 2.8: longest gap 154 days, to 2026-06-01
#   cron 3.0pl1-162: 0 runs on 2026-01-01, 0 runs on 2026-01-05, 1 runs on 2026-06-01
#
# Needs root, for a mount namespace of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q croniter==7.0.0 cronsim==2.8
venv/bin/python - <<'END'
from datetime import datetime, timedelta
from croniter import croniter
from cronsim import CronSim

def check(label, runs, expected):
    last, longest = next(runs), (timedelta(0), None)
    while last < datetime(2026, 6, 1, 3):
        run = next(runs)
        longest, last = max(longest, (run - last, run), key=lambda pair: pair[0]), run
    print(f"{label}: longest gap {longest[0].days} days, to {longest[1]:%F}")
    assert longest == expected

text, start = "0 3 */7 * 1", datetime(2025, 12, 29)
intersected = timedelta(154), datetime(2026, 6, 1, 3)
check("croniter 7.0.0", croniter(text, start, datetime), (timedelta(6), datetime(2026, 2, 8, 3)))
check("croniter 7.0.0, implement_cron_bug", croniter(text, start, datetime, implement_cron_bug=True), intersected)
check("cronsim 2.8", CronSim(text, start), intersected)
END
apt-get -o APT::Sandbox::User=root download -q cron=3.0pl1-162 libfaketime=0.9.10-2.1 >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
mkdir -p spool/cron/crontabs
touch empty
echo "0 3 */7 * 1 echo run >>$folder/runs" >spool/cron/crontabs/root
chmod 600 spool/cron/crontabs/root
# Five seconds at sixty times the speed: from 02:58:30 to 03:03:30 of each day.
for day in 2026-01-01:0 2026-01-05:0 2026-06-01:1; do
  : >runs
  FAKETIME="@${day%:*} 02:58:30 x60" LIBRARY=$(find "$folder" -name libfaketime.so.1) unshare -m sh -c '
    mount --bind spool /var/spool
    mount -t tmpfs none /run
    if [ -e /etc/crontab ]; then mount --bind empty /etc/crontab; fi
    if [ -d /etc/cron.d ]; then mount -t tmpfs none /etc/cron.d; fi
    timeout 5 env TZ=UTC LD_PRELOAD="$LIBRARY" usr/sbin/cron -f >/dev/null 2>&1 || :'
  echo "cron 3.0pl1-162: $(wc -l <runs) runs on ${day%:*}"
  [ "$(wc -l <runs)" = "${day#*:}" ]
done
