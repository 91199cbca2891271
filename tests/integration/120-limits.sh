#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The limits of a file hold: tasks, memory; what is persistent stays, what is
# not goes.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin

cat >/etc/cloison/cages/small.toml <<'END'
[cage]
id = 7
level = "low"
[root]
persistent = true
[limits]
memory = "64 MiB"
swap = "0 MiB"
pids = 40
END
sed 's/id = 7/id = 8/; s/persistent = true/persistent = false/' \
	/etc/cloison/cages/small.toml >/etc/cloison/cages/brief.toml
cloison policy check >/dev/null
is 0 $? "the files are good"
out=$(cloison up 2>&1)
is 0 $? "both cages come up"
printf '%s\n' "$out" | sed 's/^/# /'

# a fork bomb
in_cage small /bin/sh -c 'i=0; while [ $i -lt 200 ]; do sleep 5 & i=$((i+1)); done' \
	>/dev/null 2>&1 &
bomb=$!
sleep 2
tasks=$(cloison ps | awk '$1 == "small" { print $5 }')
[ "$tasks" -le 40 ] && [ "$tasks" -gt 2 ]
ok $? "a fork bomb stays within 40 tasks (there are $tasks)"
in_cage brief /bin/true
is 0 $? "the other cage works meanwhile"
wait $bomb 2>/dev/null
sleep 5
# more memory than there is
in_cage small /bin/sh -c 'x=$(head -c 200000000 /dev/zero | tr "\0" z); echo ${#x}' \
	>/run/out 2>&1
[ $? -ne 0 ]
ok $? "200 MB do not fit into 64 MiB"
in_cage small /bin/true
is 0 $? "the cage goes on"
has "$(cloison ps | grep '^small')" "64.0 MiB" "ps shows the limit"

for cage in small brief; do
	in_cage $cage /bin/sh -c 'echo kept >"$HOME/file" && cat "$HOME/file"' >/run/out 2>&1
	is kept "$(cat /run/out)" "$cage: a file in the home"
done
cloison restart >/dev/null
is 0 $? "restart of both"
is kept "$(in_cage small /bin/sh -c 'cat "$HOME/file"' 2>&1)" "a persistent home is kept"
[ "$(in_cage brief /bin/sh -c 'cat "$HOME/file"' 2>/dev/null)" != kept ]
ok $? "another is not"
cloison down >/dev/null
is 0 $? "both go down"
end
