#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Places that all share: no user and no cage takes them all, root has some of
# its own, and a cage goes down whatever was left in it.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin
cat >/etc/cloison/cages/one.toml <<'END'
[cage]
id = 9
level = "low"
[limits]
pids = 1000
END
sed 's/id = 9/id = 10/' /etc/cloison/cages/one.toml >/etc/cloison/cages/two.toml
sed 's/id = 9/id = 11/; s/pids = 1000/pids = 1000\ncpu = "2 %"/' \
	/etc/cloison/cages/one.toml >/etc/cloison/cages/slow.toml
cloison up >/dev/null
is 0 $? "cages come up"
chmod 0666 /run/cloison/control.sock
launch=$(pgrep -f '^cloisond launch( |$)' | head -n 1)

# as_user UID WORDS...: behind '&' it is that process, which can be killed
cat >/run/as-user <<'END'
uid=$1
shift
exec setpriv --reuid="$uid" --regid="$uid" --clear-groups "$@" </dev/null 2>&1
END

# --- a slow cage: what is killed in it takes its time to end
cloison enter slow -- /bin/sh -c 'i=0; while [ $i -lt 80 ]; do
	(while :; do :; done) & i=$((i + 1)); done; wait' </dev/null \
	>/dev/null 2>&1 &
sleep 3
i=0
while [ $i -lt 16 ]; do
	timeout 40 cloison enter slow -- /bin/true </dev/null >/dev/null 2>&1 &
	i=$((i + 1))
done
good=0
longest=0
i=0
while [ $i -lt 12 ]; do
	from=$(date +%s%N)
	in_cage one /bin/true && good=$((good + 1))
	took=$((($(date +%s%N) - from) / 1000000))
	[ $took -gt $longest ] && longest=$took
	i=$((i + 1))
	sleep 0.5
done
echo "# longest entry of another cage: $longest ms"
is 12 $good "another cage is entered while a slow one starts its sessions"
timeout 120 cloison down slow >/dev/null
is 0 $? "the slow cage goes down"

# --- sessions that outlive their client
# leave CAGE UID: leave one behind; fails if it was refused
leave() {
	rm -f /run/left.out
	sh /run/as-user "$2" cloison enter "$1" -- /bin/sh -c \
		'trap "" HUP; echo there; exec sleep 7733 <&- >&- 2>&-' \
		>/run/left.out &
	client=$!
	tries=0
	until grep -q there /run/left.out 2>/dev/null; do
		tries=$((tries + 1))
		if ! [ -d /proc/$client ] || [ $tries -gt 100 ]; then
			wait $client
			return 1
		fi
		sleep 0.05
	done
	kill $client
	wait $client 2>/dev/null
	return 0
}

left=0
while [ $left -lt 70 ] && leave one 1000; do
	left=$((left + 1))
done
is 48 $left "one user leaves so many behind and no more"
has "$(cat /run/left.out)" "limit of 48 for one user" "and is told why"
leave two 1000
is 1 $? "in another cage neither"
more=0
while [ $more -lt 70 ] && leave one 1001; do
	more=$((more + 1))
done
is 16 $more "one cage has a limit for all users"
has "$(cat /run/left.out)" "limit of 64 for one cage" "and they are told"
leave two 1001
is 0 $? "another cage has room"
in_cage one /bin/true
is 0 $? "root enters the full cage"
is 65 "$(pgrep -c -f '^sleep 7733')" "so many processes were left"
timeout 60 cloison down one >/dev/null
is 0 $? "the full cage goes down"
is 1 "$(pgrep -c -f '^sleep 7733')" "and what was left in it with it"
until_ok leave two 1000
ok $? "then the user has room again"

# --- clients that do not read
clients=
i=0
while [ $i -lt 30 ]; do
	mkfifo "/run/unread.$i"
	# shellcheck disable=SC2217 # holds the other end open, and reads nothing
	sleep 7744 <"/run/unread.$i" &
	clients="$clients $!"
	sh /run/as-user 1000 cloison enter two -- /usr/bin/yes >"/run/unread.$i" &
	clients="$clients $!"
	i=$((i + 1))
	[ $((i % 6)) -eq 0 ] && sleep 1
done
sleep 2
is 24 "$(pgrep -c -x yes)" "one user has so many sessions and no more"
out=$(sh /run/as-user 1000 cloison enter two -- /bin/true)
is 1 $? "the next one is refused"
has "$out" "limit of 24 for one user" "and told why"
out=$(sh /run/as-user 1001 cloison enter two -- /bin/true)
is 0 $? "another user enters"
in_cage two /bin/true
is 0 $? "root enters"
timeout 60 cloison up one >/dev/null
is 0 $? "and brings another cage up"
# shellcheck disable=SC2086 # words
kill $clients
until_ok sh /run/as-user 1000 cloison enter two -- /bin/true
ok $? "when they have gone there is room"
rm -f /run/unread.* /run/as-user
timeout 60 cloison down >/dev/null
is 0 $? "all go down"
chmod 0660 /run/cloison/control.sock
is "$launch" "$(pgrep -f '^cloisond launch( |$)' | head -n 1)" \
	"the launch role has not ended"
rm -f /etc/cloison/cages/*.toml
end
