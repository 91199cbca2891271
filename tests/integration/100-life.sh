#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# up, ps, enter, down, restart with the real Core and the built-in cages.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin

out=$(cloison up 2>&1)
is 0 $? "up of all"
printf '%s\n' "$out" | sed 's/^/# /'
has "$out" "office is up" "office comes up"
has "$out" "admin is up" "admin comes up"
out=$(cloison ps)
has "$out" "office" "ps shows office"
has "$(printf '%s\n' "$out" | grep '^admin')" "high" "with its level"
printf '%s\n' "$out" | grep -Eq 'its canary was refused [0-9]{1,2} s ago'
ok $? "ps shows that refusals happen"
cloison ps --json | json "ps --json is JSON"
cloison top | sed 's/^/# /'
cloison top >/dev/null
is 0 $? "top shows a picture"
out=$(cloison doctor)
has "$out" "it is running, 2 cages are up" "doctor sees the Core"
has "$out" "it is in force" "doctor sees the guard"
printf '%s\n' "$out" | grep -Eq '^ok +canary'
ok $? "doctor's canary is refused and logged"
is 0 "$(cloison log --raw | grep -c TRACING_OFF)" "the log hides canaries"
has "$(cloison log --all --raw)" " canary hook=file_open rule=TRACING_OFF from=core" "and shows them when asked"
has "$(cloison log --all --raw | grep -v cloisond)" " canary hook=guard_request rule=MOUNT from=-" "that of doctor too"
: "$(: >/proc/sys/kernel/ftrace_enabled)" 2>/dev/null
until_ok sh -c 'cloison log --raw | grep -q "denied hook=file_open rule=TRACING_OFF from=-"'
ok $? "root who turns tracing off is no canary"
printf '%s\n' "$out" | grep -Eq '^ok +locked'
ok $? "doctor sees that the guard is locked"
printf '%s\n' "$out" | grep -Eq '^ok +log'
ok $? "doctor sees the log"
printf '%s\n' "$out" | grep -E '^(lacking|unknown)' | sed 's/^/# /'

out=$(in_cage office /bin/sh -c 'echo "uid $(id -u) pid $$"; exit 7' 2>&1)
is 7 $? "the status of a command comes back"
has "$out" "uid " "and its output"
out=$(in_cage office /bin/sh -c 'echo a; echo b >&2' 2>/run/err)
is a "$out" "output stays apart"
is b "$(cat /run/err)" "from errors"
out=$(printf 'x\ny\n' | cloison enter office -- /bin/cat)
is "x
y" "$out" "input reaches the command"
out=$(cloison enter office --role admin -- /usr/bin/id -u </dev/null)
is 0 "$out" "the role admin is root in the cage"
# The Core was started as a script's job is, with SIGINT and SIGQUIT ignored.
has "$(in_cage office /bin/grep SigIgn /proc/self/status)" 0000000000000000 \
	"a session ignores no signal"
in_cage office /bin/sh -c 'kill -9 $$'
is 137 $? "a command that is killed has status 128 + 9"
in_cage office /no/such/program 2>/dev/null
status=$?
[ $status -eq 127 ] || [ $status -eq 126 ] || [ $status -eq 1 ]
ok $? "a command that does not exist is an error ($status)"
head -c 2000000 /dev/zero | tr '\0' z >/run/big
cloison enter office -- /bin/cat </run/big | cmp -s - /run/big
ok $? "two megabytes go in and come back"
if command -v script >/dev/null 2>&1; then
	out=$(printf 'stty size; tty; exit 9\n' | TERM=xterm script -qec \
		"stty rows 33 cols 77; cloison enter office; echo status=\$?; stty -a" \
		/dev/null)
	cloison ps >/dev/null 2>&1
	is 0 $? "the Core goes on behind it"
	has "$out" "33 77" "the session's terminal has our size"
	has "$out" "/dev/pts/" "it is one of the cage's own"
	has "$out" "status=9" "the shell's status comes back"
	has "$out" " icanon" "our terminal is restored"
else
	skip "a session on a terminal" "no script(1)"
fi

# what crosses is refused, and shown
cloison log -f >/run/seen 2>/dev/null &
follower=$!
sleep 1
pid=$(cloison ps --json | sed 's/},{/\n/g' | grep '"name":"admin"' |
	sed 's/.*"init_pid":\([0-9]*\).*/\1/')
in_cage office /bin/mount -t tmpfs none /tmp 2>/dev/null
[ $? -ne 0 ]
ok $? "a cage does not mount"
cloison enter office --role admin -- /bin/chroot / /bin/true </dev/null 2>/dev/null
[ $? -ne 0 ]
ok $? "root in a cage does not change its root"
sleep 1
kill $follower
wait $follower 2>/dev/null
head -n 5 /run/seen | cat -v | sed 's/^/# /'
has "$(cat /run/seen)" "office" "log -f shows the refusal within a second"
has "$(cloison why)" "event " "why explains the last one"
cloison why | sed 's/^/# /'
[ "$pid" -gt 1 ]
ok $? "ps --json tells the init's process"

out=$(cloison up office 2>&1)
printf '%s\n' "$out" | sed 's/^/# up again: /'
cloison restart office >/dev/null
is 0 $? "restart"
is up "$(cloison ps | awk '$1 == "office" { print $4 }')" "office is up again"
cloison down office >/dev/null
is 0 $? "down"
is down "$(cloison ps | awk '$1 == "office" { print $4 }')" "office is down"
out=$(cloison enter office -- /bin/true </dev/null 2>&1)
is 1 $? "a cage that is down is not entered"
out=$(cloison down office 2>&1)
is 1 $? "down of a cage that is down is refused"
cloison down >/dev/null
is 0 $? "down of all"
[ -z "$(pgrep -f cloison-init || :)" ]
ok $? "no init of a cage is left"
! grep -q ' /run/cloison/root' /proc/self/mounts
ok $? "no mount of a cage is left"
end
