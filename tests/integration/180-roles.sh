#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each role of the Core is killed: it is started again, or the Core is; the
# cages stay as they are, refusals go on.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin
cloison core stop >/dev/null
until_ok sh -c "! pgrep -x cloisond"
supervise_core
ok $? "a Core that is started again when it ends"
cloison up >/dev/null
is 0 $? "cages come up"
before=$(init_of office)

# role NAME: the process of a role; the monitor's words are "cloisond monitor"
role() {
	pgrep -f "^cloisond $1( |\$)" | head -n 1
}

denied() {
	cloison ps --json | sed 's/},{/\n/g' | grep '"name":"office"' |
		sed 's/.*"denied":\([0-9]*\).*/\1/'
}

# what swap would give away, or let somebody write
has "$(grep ' /run/cloison/core ' /proc/mounts)" noswap \
	"the Core's copy is kept out of swap"
in_cage office /bin/sleep 20 &
session=$!
sleep 2
for name in control report session launch monitor; do
	locked=$(awk '$1 == "VmLck:" { print $2 }' "/proc/$(role $name)/status")
	echo "# $name: $(awk '/^Vm(Size|RSS|Lck)/ { printf "%s %s ", $1, $2 }' \
		"/proc/$(role $name)/status")"
	[ "$locked" -gt 0 ] && [ "$locked" -lt 8192 ]
	ok $? "role $name is locked in memory, with room to the limit"
done
is 0 "$(awk '$1 == "VmLck:" { print $2 }' "/proc/$before/status")" \
	"a cage's processes are not"
has "$(cloison doctor)" "processes of the Core are locked in memory" \
	"doctor says so"
wait $session

# longer than in_cage waits: the machine may be slow
timeout 600 cloison enter office -- /bin/sleep 500 </dev/null &
session=$!
sleep 2
for name in control report session launch monitor; do
	pid=$(role $name)
	[ -n "$pid" ]
	ok $? "role $name runs"
	[ -n "$pid" ] || continue
	kill_hard "$pid"
	ok $? "role $name is killed"
	from=$(date +%s%N)
	until_ok cloison ps
	ok $? "$name: ps works again"
	echo "# after $((($(date +%s%N) - from) / 1000000)) ms"
	is up "$(state office)" "$name: office is up"
	is "$before" "$(init_of office)" "$name: with the same init"
	count=$(denied)
	until_ok in_cage office /bin/true
	ok $? "$name: enter works"
	in_cage office /bin/mount -t tmpfs none /tmp 2>/dev/null
	[ $? -ne 0 ]
	ok $? "$name: refusals go on"
	[ "$(denied)" -gt "$count" ]
	ok $? "$name: and are counted"
	[ $name = session ] || continue
	wait $session
	[ $? -ne 0 ]
	ok $? "a session whose relay was killed has failed"
done
sleep 1
has "$(cloison log --all | tail -n 30)" "MOUNT" "the log goes on"
touch /run/no-core
cloison down >/dev/null
is 0 $? "the cages go down"
cloison core stop >/dev/null
is 0 $? "the Core stops"
end
