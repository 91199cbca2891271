#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine that is short of files tells nothing of the guard: the Core says so,
# asks again, and brings no cage up meanwhile.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin
cloison up office >/dev/null
is 0 $? "a cage comes up"
until_ok sh -c "cloison ps --json | grep -q '\"canary_ms\":'"
ok $? "the guard was seen to refuse"
before=$(cat /proc/sys/fs/file-max)
said=$(grep -c 'could not be tested 3 times' /run/cloisond.out)
core=$(pgrep -o -x cloisond)

# root has as many files as before; the monitor has not root's right to them
echo 1 >/proc/sys/fs/file-max
tries=0
while [ "$(grep -c 'could not be tested 3 times' /run/cloisond.out)" = "$said" ] &&
	[ $tries -lt 1200 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
echo "$before" >/proc/sys/fs/file-max
out=$(cloison up admin 2>&1)
is 3 $? "no cage comes up while it is not known whether the guard refuses"
has "$out" "it is not known whether the guard refuses" "and why is told"
has "$(tail -n 5 /run/cloisond.out)" "ALERT: the guard could not be tested" \
	"the log has it"
! grep -q 'does not refuse what it must' /run/cloisond.out
ok $? "but not that the guard refuses nothing"
is up "$(state office)" "the cage that was up is"
until_ok cloison up admin
ok $? "then cages come up again"
has "$(tail -n 5 /run/cloisond.out)" "the guard is seen to refuse again" \
	"and the log has that"
is "$core" "$(pgrep -o -x cloisond)" "by the same Core"
cloison down >/dev/null
is 0 $? "all go down"
end
