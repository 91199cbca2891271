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
start_core
is up "$(cloison ps | awk '$1 == "office" { print $4 }')" "the next Core finds the cage up"
has "$(cloison log -n 40)" CORE_PROTECTED "and tells of what was tried meanwhile"
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
