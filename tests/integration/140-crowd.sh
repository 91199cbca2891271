#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Who asks much, stops what it can, or is not root, harms nobody else.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin
cloison up >/dev/null
is 0 $? "cages come up"

# role NAME: the process of a role
role() {
	pgrep -f "^cloisond $1( |\$)" | head -n 1
}
control=$(role control)
launch=$(role launch)
core=$(pgrep -o -x cloisond)

# clients that ask and do not read
chmod 0666 $socket
setpriv --reuid=1000 --regid=1000 --clear-groups \
	"$(dirname "$0")/flood-client" $socket 8 >/run/flood 2>/dev/null &
flood=$!
sleep 1
good=0
for i in 1 2 3 4 5; do
	timeout 10 cloison ps >/dev/null 2>&1 && good=$((good + 1))
done
is 5 $good "five of five 'ps' of root are answered meanwhile"
wait $flood
echo "# $(cat /run/flood) connections"
[ "$(cat /run/flood)" -gt 8 ]
ok $? "the flood was one, ended again and again"
is "$control" "$(role control)" "the control role has not ended"
"$(dirname "$0")/flood-client" $socket 5 >/run/flood 2>/dev/null
echo "# $(cat /run/flood) connections of root"
is "$control" "$(role control)" "nor by a flood of root's"
until_ok cloison ps
ok $? "ps is answered"

# who is not root: looks, enters as the user, and nothing else
as_user() {
	setpriv --reuid=1000 --regid=1000 --clear-groups "$@" </dev/null 2>&1
}
out=$(as_user cloison ps)
is 0 $? "a user may see the state"
for words in "up office" "down office" "core stop" \
	"enter office --role admin -- /bin/true" \
	"enter office --role audit -- /bin/true"; do
	# shellcheck disable=SC2086 # words
	out=$(as_user cloison $words)
	is 1 $? "a user is refused '$words'"
	has "$out" "root" "and told why"
done
out=$(as_user cloison enter office -- /usr/bin/id -u)
is 1000 "$out" "a user enters as the cage's user"
chmod 0660 $socket
out=$(as_user cloison ps)
[ $? -ne 0 ]
ok $? "without the group's right to the socket not even that"

# a cage that stops every process of its own as fast as it can
cloison enter office -- /bin/sh -c 'while :; do kill -STOP -1; done' \
	</dev/null >/dev/null 2>&1 &
sleep 2
i=0
while [ $i -lt 24 ]; do
	timeout 20 cloison enter office -- /bin/true </dev/null \
		>/dev/null 2>&1 &
	i=$((i + 1))
done
good=0
slow=0
for i in 1 2 3; do
	from=$(date +%s)
	in_cage admin /bin/true && good=$((good + 1))
	took=$(($(date +%s) - from))
	echo "# enter of the other cage: $took s"
	[ $took -gt 8 ] && slow=$((slow + 1))
done
is 3 $good "the other cage is entered meanwhile"
is 0 $slow "without waiting for the stopped ones"
timeout 10 cloison ps >/dev/null
is 0 $? "ps is answered"
timeout 90 cloison down office >/dev/null
is 0 $? "the cage goes down"
is "$launch" "$(role launch)" "the launch role has not ended"
is "$core" "$(pgrep -o -x cloisond)" "nor the Core"
cloison down >/dev/null
end
