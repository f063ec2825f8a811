#!/bin/sh
# radosgw and conditional puts in a bucket that keeps versions.
#
# Amazon's documentation, "How to prevent object overwrites with conditional writes", says that 'If-None-Match: *' makes a put
# fail with 412 when the name exists, with versioning or without. Observed with radosgw 16.2.15 (Debian 12): without versioning
# the second put gets 412; with versioning it gets 200 and hides the first object. 'If-Match' with the ETag as returned, in
# quotes, always gets 412; without quotes it works, but with versioning gets 412 too. Object lock needs versioning, so a
# backup that relies on conditions for its locked objects lets two writers both win, or none.
#
# Needs root for apt-get, and boto3. Takes about a minute.
set -eu
folder=$(mktemp -d)
daemons=
trap 'kill -9 $daemons 2>/dev/null || :; rm -rf "$folder"' EXIT
command -v radosgw >/dev/null \
  || apt-get install -y --no-install-recommends ceph-mon ceph-osd radosgw ceph-common >/dev/null
cd "$folder"
mkdir mon osd run
id=5f3f2f5e-0d6b-4f0e-9a70-6d1d1a7c1a12
cat >ceph.conf <<C
[global]
fsid = $id
mon host = [v2:127.0.0.1:23300/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms client mode = crc
run dir = $folder/run
admin socket = $folder/run/\$name.\$pid.asok
log file = /dev/null
mon cluster log file = /dev/null
mon data = $folder/mon
mon data avail crit = 1
osd data = $folder/osd
osd objectstore = memstore
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
mon allow pool size one = true
mon max pg per osd = 1000
[client.admin]
rgw frontends = beast endpoint=127.0.0.1:23480
C
monmaptool --create --fsid $id --addv a '[v2:127.0.0.1:23300/0]' monmap >/dev/null
ceph-mon -c ceph.conf --mkfs -i a --monmap monmap >/dev/null 2>&1
ceph-mon -c ceph.conf -i a -f >/dev/null 2>&1 & daemons="$daemons $!"
osd=$(cat /proc/sys/kernel/random/uuid)
ceph -c ceph.conf osd new "$osd" >/dev/null
ceph-osd -c ceph.conf -i 0 --mkfs --osd-uuid "$osd" >/dev/null 2>&1
ceph-osd -c ceph.conf -i 0 -f >/dev/null 2>&1 & daemons="$daemons $!"
radosgw-admin -c ceph.conf user create --uid=u --display-name=u --access-key=key --secret-key=secret >/dev/null 2>&1
radosgw -c ceph.conf -n client.admin -f >/dev/null 2>&1 & daemons="$daemons $!"
for try in $(seq 120); do curl -s -o /dev/null http://127.0.0.1:23480/ && break; sleep 0.5; done
radosgw --version | cut -d' ' -f1-3
python3 - <<'P'
import boto3, botocore.exceptions
from botocore.config import Config
s3 = boto3.client('s3', endpoint_url='http://127.0.0.1:23480', aws_access_key_id='key', aws_secret_access_key='secret',
                  region_name='us-east-1', config=Config(s3={'addressing_style': 'path'}, retries={'max_attempts': 1}))

def put(bucket, name, value):
    def add(request, **_): request.headers[name] = value
    s3.meta.events.register('before-sign.s3.PutObject', add)
    try: return s3.put_object(Bucket=bucket, Key='k', Body=value)['ResponseMetadata']['HTTPStatusCode']
    except botocore.exceptions.ClientError as e: return e.response['ResponseMetadata']['HTTPStatusCode']
    finally: s3.meta.events.unregister('before-sign.s3.PutObject', add)

found = {}
for kind, lock in (('plain', False), ('versioned', True)):
    s3.create_bucket(Bucket=kind, ObjectLockEnabledForBucket=lock)
    first, second = put(kind, 'If-None-Match', '*'), put(kind, 'If-None-Match', '*')
    tag = s3.head_object(Bucket=kind, Key='k')['ETag']
    quoted, bare = put(kind, 'If-Match', tag), put(kind, 'If-Match', tag.strip('"'))
    print(f'{kind}: two creates {first}, {second}; If-Match quoted {quoted}, without quotes {bare}')
    found[kind] = (first, second, quoted, bare)
assert found == {'plain': (200, 412, 412, 200), 'versioned': (200, 200, 412, 412)}, found
P
