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

# the log names the cage from its first event on
lines=$(cloison log | grep -c '#9')
is 0 "$lines" "no event of it bears its number only"
cloison log | grep -q 'loose'
ok $? "but its name"
rm -f /etc/cloison/cages/loose.toml
end
