#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A cage that goes down is gone: also what left its session, also without the
# namespace whose end would be everybody's; and what it did bears its name.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin

cat >/etc/cloison/cages/loose.toml <<'END2'
[cage]
id = 9
level = "low"
[limits]
io-weight = 250
END2
for without in pid pid,cgroup cgroup; do
	out=$(cloison up loose --without=$without 2>&1)
	is 0 $? "up --without=$without"
	printf '%s\n' "$out" | sed 's/^/# /'
	in_cage loose /bin/sh -c 'for i in 1 2 3; do
		setsid sleep 7711 <&- >&- 2>&- & done; sleep 0.3'
	is 0 $? "it leaves processes behind"
	[ "$(pgrep -c -f 'sleep 7711')" -eq 3 ]
	ok $? "three of them"
	timeout 60 cloison down loose
	is 0 $? "down ends them"
	is 0 "$(pgrep -c -f 'sleep 7711')" "none is left"
	[ ! -d /sys/fs/cgroup/cloison/cages/loose ]
	ok $? "nor its cgroup"
done

cloison up loose >/dev/null 2>&1
is 0 $? "up"
in_cage loose /bin/sh -c 'setsid sleep 7711 <&- >&- 2>&- & sleep 0.3'
pid=$(pgrep -f 'sleep 7711')
kill -STOP "$pid"
cloison down loose >/dev/null
is 0 $? "a process that is stopped goes too"
[ ! -d "/proc/$pid" ]
ok $? "it has gone"

# what a session leaves to the process outside that started it: the end of a
# cage does not wait for what nobody buries
stray=$(cd "$(dirname "$0")" && pwd)/session-stray
for what in parent tracer; do
	# The filter refuses the first, where it is.
	cloison up loose --without=seccomp >/dev/null 2>&1
	is 0 $? "up"
	out=$(in_cage loose $stray $what 2>&1)
	echo "# $out"
	case $out in
	"$what: done" | "$what: Operation not permitted") tried=0 ;;
	*) tried=1 ;;
	esac
	ok $tried "a session tries: $what"
	timeout 60 cloison down loose
	is 0 $? "down ends its cage all the same"
	until_ok sh -c '! pgrep -f "[s]ession-stray"'
	ok $? "no process of it is left, ended or not"
done

cloison up loose >/dev/null 2>&1
is 0 $? "up"
is "parent: Operation not permitted" "$(in_cage loose $stray parent 2>&1)" \
	"the filter lets no session make children of the Core's"
cloison down loose >/dev/null

# who may end a cage: not its own, in the name of nobody
cloison up loose >/dev/null 2>&1
is 0 $? "up"
pid=$(init_of loose)
out=$(cloison enter --role=admin loose -- $stray forge 2>&1)
is "forge: done" "$out" "root of the cage sends SIGTERM to its init, in nobody's name"
sleep 0.5
is "$pid" "$(init_of loose)" "its init does not end"
cloison down loose >/dev/null
is 0 $? "the Core ends it"

# the log names the cage from its first event on
lines=$(cloison log | grep -c '#9')
is 0 "$lines" "no event of it bears its number only"
cloison log | grep -q 'loose'
ok $? "but its name"
rm -f /etc/cloison/cages/loose.toml
end
