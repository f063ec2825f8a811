#!/bin/sh
# rsnapshot dates the point of a failed run as new and drops the oldest point.
#
# A run that cannot reach its source ought to change nothing. Observed with rsnapshot 1.4.5-1 and its default settings: the
# run deletes the oldest point, shifts the others, fills alpha.0 with hard links to alpha.1 and sets the date of alpha.0 to
# now; only then does rsync fail. The exit status is 1, but nothing in the points records the failure. A reader of the dates
# computes a loss of minutes although the data are days old. With three points, two failed runs leave copies of one point.
#
# Output seen:
#   before the outage: alpha.0=third alpha.1=second alpha.2=first
#   exit 1: alpha.0=third alpha.1=third alpha.2=second, alpha.0 of 23:17:19, the host went down at 23:17:19
#   exit 1: alpha.0=third alpha.1=third alpha.2=third, alpha.0 of 23:17:20, the host went down at 23:17:19
#
# Needs perl. A stand-in for ssh runs the remote command here, or fails as ssh does when the host is down.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -q rsnapshot=1.4.5-1 rsync libxxhash0 >/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$(find "$folder" -name 'libxxhash.so.0')")
PATH=$folder/usr/bin:$PATH
export LD_LIBRARY_PATH PATH
mkdir data points
cat >remote <<'END'
#!/bin/sh
if [ -e "${0%/*}/down" ]; then exit 255; fi
shift 3
exec "$@"
END
chmod +x remote
printf '%s\t%s\t%s\n' config_version 1.2 '' snapshot_root "$folder/points/" '' cmd_rsync "$folder/usr/bin/rsync" '' \
  cmd_ssh "$folder/remote" '' retain alpha 3 backup "root@production:$folder/data/" production/ |
  sed 's/\t$//' >configuration
points() {
  for point in 0 1 2; do printf ' alpha.%s=%s' $point "$(cat "points/alpha.$point/production$folder/data/content")"; done
}
for content in first second third; do
  echo "$content" >data/content
  perl usr/bin/rsnapshot -c configuration alpha
done
before=$(points)
echo "before the outage:$before"
[ "$before" = " alpha.0=third alpha.1=second alpha.2=first" ]
sleep 2
touch down
for expected in "third alpha.2=second" "third alpha.2=third"; do
  status=0
  perl usr/bin/rsnapshot -c configuration alpha >log 2>&1 || status=$?
  sleep 1
  echo "exit $status:$(points), alpha.0 of $(date -r points/alpha.0 +%T), the host went down at $(date -r down +%T)"
  [ "$status" = 1 ]
  [ "$(points)" = " alpha.0=third alpha.1=$expected" ]
  [ "$(date -r points/alpha.0 +%s)" -ge "$(date -r down +%s)" ]
done
