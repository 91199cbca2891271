#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What lies at the edge: a Core without guard, roots that are not the host's, a
# log at its size, more events than can be told, a config role that dies, a
# client that breaks the wire's rules, cages that come up by themselves, users.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
here=$(cd "$(dirname "$0")" && pwd)

stop_core() {
	cloison core stop >/dev/null
	until_ok sh -c "! pgrep -x cloisond"
}

# role NAME: the process of a role
role() {
	pgrep -f "^cloisond $1( |\$)" | head -n 1
}

# number CAGE KEY: a number of a cage, as ps --json tells it
number() {
	cloison ps --json | sed 's/},{/\n/g' | grep "\"name\":\"$1\"" |
		sed "s/.*\"$2\":\([0-9]*\).*/\1/"
}

# --- a Core without guard ----------------------------------------------------
mkdir -p /etc/cloison/cages
rm -f /etc/cloison/cages/*.toml /etc/cloison/cloison.toml
if [ -e /run/cloison/core/cloisond ]; then
	skip "a Core without guard" "a guard is in force since this boot began"
else
	# Without the kernel's types no guard can be loaded.
	mount -t tmpfs none /sys/kernel/btf
	start_core
	out=$(cloison up office 2>&1)
	is 3 $? "without guard no cage comes up"
	has "$out" "/sys/kernel/btf/vmlinux" "and what it lacks is said"
	out=$(cloison up office --without=guard,time 2>&1)
	is 0 $? "but up --without=guard does it"
	has "$out" "without guard,time" "and says what is left out"
	out=$(cloison ps)
	has "$out" "no guard is in force" "ps says that no guard is in force"
	has "$(printf '%s\n' "$out" | grep '^office')" "guard,time" "and which cage lacks it"
	has "$(cloison ps --json)" '"guarded":false' "in JSON too"
	has "$(cloison log)" "up without guard,time" "so does the log"
	has "$(in_cage office /usr/bin/env 2>&1)" "PS1=[office without guard,time]" "and the session's prompt"
	out=$(cloison doctor)
	[ $? -ne 0 ]
	ok $? "doctor is not content"
	# The guard refuses these signals to root; who takes a role over is the
	# same user as the others.  A stopped role must not silence the log.
	for name in report control; do
		stopped=$(role $name)
		kill -STOP "$stopped"
		until_ok test ! -d "/proc/$stopped"
		ok $? "role $name: one that is stopped is ended"
		until_ok cloison ps
		new=$(role $name)
		[ -n "$new" ] && [ "$new" != "$stopped" ]
		ok $? "role $name: and started again"
		has "$(cat /run/cloisond.out)" "$name: pid $stopped: was stopped by signal 19" "which is said"
	done
	launch=$(role launch)
	kill -STOP "$launch"
	until_ok grep -q "launch: pid $launch: was stopped by signal 19; goes on" /run/cloisond.out
	ok $? "role launch: one that is stopped goes on, for only a new Core has another"
	cloison down office >/dev/null
	is 0 $? "it goes down"
	is "$launch" "$(role launch)" "with the same launch"
	until_ok sh -c "cloison log | tail -n 1 | grep -q 'core down office'"
	ok $? "and the log goes on"
	cloison log | tail -n 5 | sed 's/^/# /'
	stop_core
	umount /sys/kernel/btf
fi

begin
out=$(cloison up office --without=guard 2>&1)
is 2 $? "with the guard in force, up --without=guard is refused"
has "$out" "the guard is in force" "and told why"
is down "$(state office)" "the cage is not up"

# --- roots that are not the host's -------------------------------------------
cat >/run/root.toml <<'END'
[cage]
id = 20
level = "low"
[root]
from = "FROM"
path = "PATH"
END
traces() { # what a cage leaves on the host
	grep -c cloison /proc/self/mounts
	losetup -a 2>/dev/null | wc -l
	ls /sys/fs/cgroup/cloison/cages 2>/dev/null
	pgrep -x cloison-init
}
as_before() {
	traces >/run/after
	cmp -s /run/before /run/after
}
# has_root KIND FROM PATH
has_root() {
	what=$1
	sed "s|FROM|$2|; s|PATH|$3|" /run/root.toml >/etc/cloison/cages/own.toml
	traces >/run/before
	out=$(cloison up own 2>&1)
	is 0 $? "$what: up"
	[ -z "$out" ] || printf '%s\n' "$out" | sed 's/^/# /'
	is mark "$(in_cage own /bin/cat /etc/mark 2>&1)" "$what: a command sees its files"
	out=$(in_cage own /bin/sh -c 'echo x >/bin/x' 2>&1)
	[ $? -ne 0 ]
	ok $? "$what: and writes none"
	out=$(cloison enter own --role admin -- /bin/sh -c 'echo x >/etc/mark' </dev/null 2>&1)
	[ $? -ne 0 ]
	ok $? "$what: nor does root in it"
	# shellcheck disable=SC2016
	is x "$(in_cage own /bin/sh -c 'echo x >"$HOME/x"; cat "$HOME/x"' 2>&1)" "$what: its home is written"
	cloison down own >/dev/null
	is 0 $? "$what: down"
	until_ok as_before # a loop device goes when its last user has gone
	ok $? "$what: nothing of it is left"
	diff /run/before /run/after | sed 's/^/# /'
}

sh "$here/make-roots" directory /srv/system
has_root directory directory /srv/system
# What udev does at boot: a loop device that the kernel's module makes.
[ -e /dev/loop-control ] || modprobe loop
for kind in erofs squashfs; do
	if [ -e "$here/roots/$kind.img" ]; then
		has_root "$kind image" image "$here/roots/$kind.img"
	else
		skip "a root from an $kind image" "no program made one when the tests were installed"
	fi
done
echo "no image at all" >/srv/junk.img
sed 's|FROM|image|; s|PATH|/srv/junk.img|' /run/root.toml >/etc/cloison/cages/own.toml
out=$(cloison up own 2>&1)
[ $? -ne 0 ]
ok $? "a file that is no image is refused"
has "$out" "/srv/junk.img" "and named"
is down "$(state own)" "and nothing is up"
rm /etc/cloison/cages/own.toml

# --- more events than can be told --------------------------------------------
flooders="f1 f2 f3 f4 f5 f6 f7 f8 f9"
id=30
for cage in $flooders; do
	printf '[cage]\nid = %s\n[limits]\nmemory = "64 MiB"\n' $id \
		>/etc/cloison/cages/"$cage".toml
	id=$((id + 1))
done
# shellcheck disable=SC2086 # names
out=$(cloison up $flooders --without=seccomp 2>&1)
is 0 $? "nine cages without filter come up"
flood() { # CAGE SECONDS
	in_cage "$1" "$here/break-rules" "$2" 2>&1
}
# What the log tells of a cage: its refusals, one line each.
told() {
	cloison log --raw | grep " denied " | grep -c " from=$1[ +]"
}
settled() { # CAGE: everything refused is told or counted
	[ "$(number "$1" denied)" -eq $(($(told "$1") + $(number "$1" suppressed) + $(number "$1" lost))) ]
}
out=$(flood f1 3)
is 0 $? "a cage breaks rules for three seconds: each time refused"
echo "# $out times"
[ "$(number f1 denied)" -ge "$out" ]
ok $? "all of them are counted"
[ "$(number f1 suppressed)" -gt 0 ] && [ "$(number f1 suppressed)" -lt "$(number f1 denied)" ]
ok $? "some are told, the others counted ($(number f1 suppressed) of $(number f1 denied))"
until_ok settled f1
ok $? "told and counted are all that were refused"
# The next refusal of the same rule tells how many came before it.
sleep 1
in_cage f1 "$here/break-rules" 1 >/dev/null 2>&1
has "$(cloison log --cage f1)" "more like it before" "the log says how many are missing"
until_ok sh -c "cloison ps | grep '^f1 ' | awk '{ exit !(\$(NF - 1) > 0) }'"
ok $? "ps shows them"
cloison top | grep '^f1 ' | awk '{ exit !($(NF - 1) > 0) }'
ok $? "top too"

# A role that does not come to read, and a ring that runs full.
report=$(role report)
mkdir -p /sys/fs/cgroup/frozen
echo "$report" >/sys/fs/cgroup/frozen/cgroup.procs
echo 1 >/sys/fs/cgroup/frozen/cgroup.freeze
floods=
for cage in $flooders; do
	flood "$cage" 12 >/dev/null 2>&1 &
	floods="$floods $!"
done
# shellcheck disable=SC2086
wait $floods
lost=0
for cage in $flooders; do
	lost=$((lost + $(number "$cage" lost)))
done
echo "# $lost events are lost"
[ $lost -gt 0 ]
ok $? "a full ring loses events, and they are counted"
cloison ps >/dev/null
is 0 $? "the Core answers meanwhile"
echo 0 >/sys/fs/cgroup/frozen/cgroup.freeze
until_ok sh -c "cloison log --raw | grep -q ' lost count='"
ok $? "the log says that some are lost"
for cage in $flooders; do
	until_ok settled "$cage" || break
done
ok $? "told, suppressed and lost are all that were refused"
in_log=$(cloison log --raw | sed -n 's/.* lost count=\([0-9]*\)$/\1/p' | awk '{ n += $1 } END { print n + 0 }')
[ "$in_log" -ge $lost ]
ok $? "the log's number of lost ones is not less ($in_log)"
has "$(cloison log)" "events were lost" "and is shown in words"
is "$report" "$(role report)" "the report role has not ended"
rmdir /sys/fs/cgroup/frozen 2>/dev/null || {
	echo "$report" >/sys/fs/cgroup/cgroup.procs
	rmdir /sys/fs/cgroup/frozen
}

# --- the log at its size -----------------------------------------------------
log=/var/log/cloison/events.log
first=$(cloison log --all --raw | head -n 1)
size=$(stat -c %s $log)
echo "# the log has $size bytes"
while [ "$size" -lt 1048576 ]; do # a copy of itself: lines as they are
	cp $log /run/copy
	cat /run/copy >>$log
	size=$(stat -c %s $log)
done
echo 'log-size = "1 MiB"' >/etc/cloison/cloison.toml
stop_core
start_core
cloison log -f >/run/follow 2>/dev/null &
follower=$!
in_cage f1 "$here/break-rules" 1 >/dev/null 2>&1
until_ok test -e $log.1
ok $? "a log that has its size is put aside"
[ "$(stat -c %s $log)" -lt 1048576 ] && [ "$(stat -c %s $log.1)" -ge 1048576 ]
ok $? "a new one begins"
is "640 $(stat -c %g /var/log/cloison)" "$(stat -c '%a %g' $log)" "with the mode and group of the old"
is "$first" "$(cloison log --all --raw | head -n 1)" "the old one is read on"
in_cage f2 "$here/break-rules" 1 >/dev/null 2>&1
until_ok grep -q ' denied .*from=f2[+ ]' $log
r=$?
ok $r "refusals go on in the new one"
[ $r -eq 0 ] || tail -n 3 $log | sed 's/^/# /'
has "$(cloison log -n 20)" "f2" "which is read after it"
until_ok grep -q f2 /run/follow
ok $? "who follows the log follows it there"
kill $follower
wait $follower 2>/dev/null
cat $log.1 >>$log
before=$(stat -c %i $log.1)
is up "$(state f1)" "the cages are up all the while"
stop_core
start_core
in_cage f3 "$here/break-rules" 1 >/dev/null 2>&1
until_ok sh -c "[ \$(stat -c %i $log.1) != $before ]"
ok $? "the second time the older copy goes"
is 2 "$(find /var/log/cloison -name 'events.log*' | wc -l)" "there are two files, no more"
cloison log >/dev/null
is 0 $? "the log is read"
rm /etc/cloison/cloison.toml
cloison down >/dev/null
is 0 $? "the nine cages go down"
rm -f /etc/cloison/cages/*.toml

# --- the config role is killed -----------------------------------------------
# So that there is time to find it, the Core gets a hundredth of a processor.
printf '[cage]\nid = 40\n[limits]\npids = 20\n' >/etc/cloison/cages/good.toml
printf '[cage]\nid = 41\n[limits]\npids = "many"\n' >/etc/cloison/cages/bad.toml
core=$(pgrep -o -x cloisond)
mkdir -p /sys/fs/cgroup/slow
echo "1000 100000" >/sys/fs/cgroup/slow/cpu.max
echo "$core" >/sys/fs/cgroup/slow/cgroup.procs
cloison up good >/run/up.out 2>&1 &
up=$!
until_ok pgrep -f '^cloisond config '
config=$(role config)
[ -n "$config" ]
ok $? "a role reads the file"
kill_hard "$config"
ok $? "it is killed"
echo "$core" >/sys/fs/cgroup/cgroup.procs
wait $up
is 1 $? "up fails"
has "$(cat /run/up.out)" "ended without an answer" "and says that its file was not read"
[ "$(state good)" != up ]
ok $? "nothing is up"
until_ok rmdir /sys/fs/cgroup/slow
out=$(cloison up good 2>&1)
is 0 $? "the next time another role reads it"
out=$(cloison up bad 2>&1)
is 2 $? "a wrong file is refused"
has "$out" "/etc/cloison/cages/bad.toml:4: " "with its line"
is "$core" "$(pgrep -o -x cloisond)" "the Core is the same"

# --- a client that breaks the rules ------------------------------------------
# Before a session the control role answers, then ends it.
for row in "no-hello=done 2 cloisond: a message came out of turn" \
	"early-input=done 2 cloisond: a message came out of turn" \
	"version=done 2 cloisond: a message is malformed" \
	"oversize=done 2 cloisond: a message is malformed" \
	"other-side=done 2 cloisond: a message is malformed" \
	"descriptor=dropped"; do
	out=$("$here/wrong-client" $socket "${row%%=*}" good)
	has "$out" "${row#*=}" "a client that breaks the rules (${row%%=*})"
done
# In a session its relay ends it, and the session with it.
control=$(role control)
for case in second up oversize other-side stream; do
	out=$("$here/wrong-client" $socket session-$case good)
	is closed "$out" "in a session ($case): the connection is ended"
	until_ok sh -c '! pgrep -f "^sleep 7713"'
	ok $? "and so is the session"
done
out=$("$here/wrong-client" $socket session-descriptor good)
is dropped "$out" "a descriptor that comes with a session's input is not kept"
until_ok sh -c '! pgrep -f "^sleep 7713"'
in_cage good /bin/true
is 0 $? "others enter the cage"
is "$control" "$(role control)" "the control role has not ended"
is "$core" "$(pgrep -o -x cloisond)" "nor the Core"

# --- users -------------------------------------------------------------------
group=$(getent group cloison | cut -d : -f 3)
stranger() {
	setpriv --reuid=1000 --regid=1000 --clear-groups "$@" </dev/null 2>&1
}
member() {
	setpriv --reuid=1000 --regid=1000 --groups="$group" "$@" </dev/null 2>&1
}
if [ -n "$group" ]; then
	is "660 $group" "$(stat -c '%a %g' $socket)" "the socket is the group's"
	for words in ps "up good" "enter good -- /bin/true" log; do
		# shellcheck disable=SC2086 # words
		out=$(stranger cloison $words)
		is 1 $? "a user in no group is refused '$words'"
		has "$out" "join the group cloison" "and told what to do"
	done
	out=$(stranger "$here/wrong-client" $socket admin good)
	has "$out" "not connected" "he does not reach the Core at all"
	for words in ps top log why; do
		out=$(member cloison $words)
		is 0 $? "who is in the group may ask '$words'"
	done
	is 1000 "$(member cloison enter good -- /usr/bin/id -u)" "he enters as the cage's user"
	for words in "up bad" "down good" "restart good" "core stop" \
		"enter good --role admin -- /bin/true"; do
		# shellcheck disable=SC2086
		out=$(member cloison $words)
		is 1 $? "but is refused '$words'"
		has "$out" "root" "and told why"
	done
	# The command is not what refuses: whoever speaks for himself is, too.
	for case in admin audit; do
		out=$(member "$here/wrong-client" $socket $case good)
		has "$out" "is asked by root only" "he asks himself for the role $case"
	done
	is up "$(state good)" "the cage is up all the while"
else
	skip "who may ask what" "there is no group cloison"
fi
cloison down good >/dev/null

# --- cages that come up by themselves ----------------------------------------
sed -i 's/^id = 40$/&\nautostart = true/' /etc/cloison/cages/good.toml
sed -i 's/^id = 41$/&\nautostart = true/' /etc/cloison/cages/bad.toml
printf '[cage]\nid = 42\n' >/etc/cloison/cages/asked.toml
: >/run/cloisond.out
stop_core
start_core
until_ok sh -c 'cloison ps | grep -q "^good .* up "'
ok $? "a cage with autostart comes up with the Core"
has "$(cat /run/cloisond.out)" "/etc/cloison/cages/bad.toml:5: " "a wrong file is said, and keeps no other"
rm /etc/cloison/cages/bad.toml
is down "$(state asked)" "one without autostart waits to be asked"
before=$(init_of good)
stop_core
start_core
is "$before" "$(init_of good)" "one that is up is not started again"
cloison down good >/dev/null
is 0 $? "it goes down"
sleep 1
is down "$(state good)" "and stays down while the Core runs"
rm -f /etc/cloison/cages/*.toml
end
