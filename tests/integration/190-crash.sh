#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The Core is killed: cages stay up, refusals go on, the next Core finds both.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin
cloison up >/dev/null
is 0 $? "cages come up"
before=$(cloison ps --json | sed 's/},{/\n/g' | grep '"name":"office"' |
	sed 's/.*"init_pid":\([0-9]*\).*/\1/')
cloison core stop --abrupt >/dev/null
is 0 $? "the Core is killed"
cloison ps 2>/dev/null
is 4 $? "it is not running"
[ -d "/proc/$before" ]
ok $? "the cage's init lives"
out=$(cloison doctor)
has "$out" "it is in force" "the guard is still in force"
cloison log >/dev/null 2>&1
is 0 $? "the log can be read"
umount /run/cloison/core 2>/dev/null
[ $? -ne 0 ] && [ -x /run/cloison/core/cloisond ]
ok $? "root does not unmount the program of the Core that is gone"

# A directory that is removed in a mount namespace where nothing is mounted on
# it takes what is mounted on it elsewhere along.  It does: on one of our own.
out=$(mkdir /run/own && mount -t tmpfs own /run/own &&
	unshare -m sh -c 'mount --make-rprivate / && mount --bind /run /mnt &&
		umount -l /run && rmdir /mnt/own && echo own
		rmdir /mnt/cloison/core && echo core
		rmdir /mnt/cloison/guard && echo guard
		mv -T /mnt/cloison /mnt/elsewhere && echo run
		rmdir /run && echo way; true' 2>/dev/null
	! grep -q " /run/own " /proc/mounts && echo gone)
is "own gone" "$(echo $out)" "root takes away what is mounted on his directories, not what is on the Core's"
[ -x /run/cloison/core/cloisond ] && [ -e /run/cloison/guard/self ]
ok $? "the Core's program and the pins are where they were"

# What lies at /run/cloison now may be whatever root has put there.
false_place() {
	out=$("$@" 2>&1 </dev/null)
	is 3 $? "$what: cloisond refuses to start"
	has "$out" "is not the directory above the guard" "$what: and says why"
}
what="a mount over /run/cloison"
mount -t tmpfs false /run/cloison
false_place timeout 60 cloisond
umount /run/cloison
! mv /run/cloison /run/cloison.was 2>/dev/null && [ -d /run/cloison ]
ok $? "root puts no other directory in its place"
what="the Core's own program in a false place"
false_place unshare -m sh -c 'mount --bind /run/cloison/core /mnt &&
	mount -t tmpfs false /run && mkdir -p /run/cloison/core &&
	mount --bind /mnt /run/cloison/core &&
	exec timeout 60 /run/cloison/core/cloisond'
what="a mount over the records"
mount -t tmpfs false /run/cloison/cages
false_place timeout 60 cloisond
umount /run/cloison/cages

start_core
is up "$(cloison ps | awk '$1 == "office" { print $4 }')" "the next Core finds the cage up"
has "$(cloison log -n 40)" CORE_PROTECTED "and tells of what was tried meanwhile"
has "$(cloison log -n 40)" FALSE_PLACE "and of the false places"
after=$(cloison ps --json | sed 's/},{/\n/g' | grep '"name":"office"' |
	sed 's/.*"init_pid":\([0-9]*\).*/\1/')
is "$before" "$after" "with the same init"
out=$(in_cage office /bin/true 2>&1)
is 0 $? "and enter works"
printf '%s\n' "$out" | sed 's/^/# /'
until_ok in_cage office /bin/true
ok $? "enter works in the end"
in_cage office /bin/mount -t tmpfs none /tmp 2>/dev/null
[ $? -ne 0 ]
ok $? "and refuses as before"
pid=$(pgrep -o -x cloisond)
kill -KILL "$pid" 2>/dev/null
is 1 $? "root does not signal the Core"
kill_hard "$pid"
ok $? "the kernel kills it"
start_core
is up "$(cloison ps | awk '$1 == "office" { print $4 }')" "after SIGKILL too"
cloison down >/dev/null
is 0 $? "the new Core brings the cages down"
cloison core stop >/dev/null
is 0 $? "core stop"
tries=0
while cloison ps >/dev/null 2>&1 && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
cloison ps 2>/dev/null
is 4 $? "then the Core is not running"
end
