#!/bin/sh
# Run a command as the user postgres inside ROOT, with the folder DATA as /var/lib/postgresql.
# Called as root in a mount namespace of its own (unshare --mount): the mounts end with the last process in it.
# usage: enter.sh ROOT DATA COMMAND...
set -eu
root=${1%/} data=$2
shift 2

# One server at a time on one folder. The lock is held by the server and all its children, so it is free only when the
# last of a killed server's children is gone; a postmaster.pid that is still there is then a dead one's.
exec 9<"$data"
flock -w 60 9 || { echo "another server still uses $data" >&2; exit 1; }
rm -f "$data/data/postmaster.pid"

# Nothing that is mounted here may be seen outside. In a plain chroot "/" is no mount point and cannot be made private;
# then a mount on itself is what the others are put on, made once and found again by the next server.
if ! mount --make-rprivate / 2>/dev/null; then
    base=${root:-/var/lib/postgresql}
    mountpoint -q "$base" || mount --bind "$base" "$base"
    mount --make-private "$base"
fi
mount --bind "$data" "$root/var/lib/postgresql"
if [ -n "$root" ]; then
    mount --rbind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
fi
chroot "${root:-/}" chown postgres:postgres /var/lib/postgresql
exec chroot "${root:-/}" setpriv --reuid=postgres --regid=postgres --init-groups --pdeathsig INT -- "$@"
