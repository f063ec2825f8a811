#!/bin/sh
# Debian's cron and the two nights on which the clock changes.
#
# The manual, cron(8), says that jobs with a granularity greater than one hour are handled specially: what a leap of the
# clock skips runs at once, and nothing runs twice. Observed with cron 3.0pl1-162: that holds for '30 2 * * *', but a job
# every two hours, '15 */2 * * *', is skipped in spring and runs twice in autumn, because its hour begins with '*'.
# A backup plan that writes '*/2' instead of '0-23/2' loses a slot in spring and runs into itself in autumn.
#
# Needs root, for a mount namespace of its own. Takes about two minutes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -q cron=3.0pl1-162 libfaketime=0.9.10-2.1 >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
library=$(find "$folder" -name libfaketime.so.1)
echo "cron 3.0pl1-162, libfaketime 0.9.10-2.1"

# night LABEL START MINUTES: the runs of each job in a part of the night, at sixty times the speed.
night() {
  unshare -m sh -c '
    mount -t tmpfs none /var/spool
    mkdir -p /var/spool/cron/crontabs
    mount -t tmpfs none /run
    : >"$1/empty"
    if [ -e /etc/crontab ]; then mount --bind "$1/empty" /etc/crontab; fi
    if [ -d /etc/cron.d ]; then mount -t tmpfs none /etc/cron.d; fi
    for job in "30 2 * * *" "15 */2 * * *"; do
      echo "$job echo \"$job\" >>$1/$2.log"
    done >/var/spool/cron/crontabs/root
    chmod 600 /var/spool/cron/crontabs/root
    timeout "$5" env TZ=Europe/Berlin LD_PRELOAD="$4" FAKETIME="@$3 x60" "$1/usr/sbin/cron" -f >/dev/null 2>&1 || :
  ' night "$folder" "$1" "$2" "$library" "$3"
}
: >spring.log
: >autumn.log
night spring "2026-03-29 01:40:00" 80 &
night autumn "2026-10-25 01:40:00" 125 &
wait
runs() { grep -cxF "$2" "$1.log" || :; }
for season in spring autumn; do
  echo "$season: '30 2 * * *' ran $(runs $season '30 2 * * *'), '15 */2 * * *' ran $(runs $season '15 */2 * * *') times"
done
# In spring 02:15 and 02:30 do not exist; in autumn each is there twice. The first job is caught up and never repeated.
[ "$(runs spring '30 2 * * *')" = 1 ]
[ "$(runs spring '15 */2 * * *')" = 0 ]
[ "$(runs autumn '30 2 * * *')" = 1 ]
[ "$(runs autumn '15 */2 * * *')" = 2 ]
