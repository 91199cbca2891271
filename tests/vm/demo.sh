#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The guided tour: starts the Core and two cages, attacks one from the other,
# kills the Core, and shows what the kernel answered each time.
# usage: demo.sh [--colour] [--init PATH] [--shell] [--tap]
#
# Every step says beforehand what must happen.  A refusal counts only if the
# command failed and, where a rule is named, the log shows that rule.  The exit
# status is 1 if any step went otherwise.
set -u

bold='' green='' red='' dim='' plain='' shell='' init='' tap=''
while [ $# -gt 0 ]; do
	case $1 in
	--colour)
		bold=$(printf '\033[1m') green=$(printf '\033[32m')
		red=$(printf '\033[31m') dim=$(printf '\033[2m')
		plain=$(printf '\033[0m')
		;;
	--init)
		init=$2
		shift
		;;
	--shell) shell=1 ;;
	--tap) tap=1 ;;
	esac
	shift
done

log=/var/log/cloison/events.log
work=$(mktemp -d /tmp/demo.XXXXXX)
chmod 1777 "$work"
table=$work/.table
count=0
wrong=0
: >"$table"
chmod 600 "$table"

chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
tell() { printf '%s\n' "$*" | fold -s -w 78; }
lines() { awk "END { print NR }" "$log" 2>/dev/null || echo 0; }

# typed COMMAND...: the words to type for it; functions stand for some
typed() {
	case $1 in
	as_user) echo "cloison enter $2 -- sh -c '$3'" ;;
	as_root) echo "cloison enter $2 --role=admin -- sh -c '$3'" ;;
	start_core) echo "cloisond &" ;;
	core_is_gone) echo "ls -d /proc/$core" ;;
	tries_go_on) echo "tail -f $work/tries" ;;
	same_cages) echo "cloison ps" ;;
	both_down) echo "cloison down office admin; cloison ps" ;;
	explains) echo "cloison why NUMBER" ;;
	*) echo "$*" ;;
	esac
}

# step TEXT EXPECTED RULE COMMAND...   EXPECTED: works, refused; RULE: - for none
step() {
	text=$1 expected=$2 rule=$3
	shift 3
	count=$((count + 1))
	printf '\n%s%2d. %s%s\n' "$bold" $count "$text" "$plain"
	printf '%s    # %s%s\n' "$dim" "$(typed "$@")" "$plain"
	want=$expected
	[ "$rule" = - ] || want="$expected, $rule"
	printf '    expected: %s\n' "$want"
	before=$(lines)
	"$@" >"$work/.out" 2>&1 </dev/null
	status=$?
	head -n 14 "$work/.out" | sed 's/^/    /'
	seen=works
	[ $status -eq 0 ] || seen=refused
	[ $status -ne 124 ] || seen='no answer'
	if [ "$rule" != - ] && [ "$seen" = refused ]; then
		find_rule "$before" "$rule" || seen='refused, not logged'
		[ -n "$found" ] || tail -n "+$((before + 1))" "$log" | tail -n 4
		[ -z "$found" ] || printf '%s    log: %s%s\n' "$dim" "$found" \
			"$plain"
	fi
	record
}

# Waits, up to three seconds, for a line with a rule behind the first N lines.
find_rule() {
	found=''
	tries=0
	while [ -z "$found" ] && [ $tries -lt 30 ]; do
		found=$(tail -n "+$(($1 + 1))" "$log" |
			grep "^[^ ]* id=[0-9]* denied .*rule=$2 " | tail -n 1)
		[ -n "$found" ] || sleep 0.1
		tries=$((tries + 1))
	done
	found=$(echo "$found" | cut -d ' ' -f 2-9)
	[ -n "$found" ]
}

record() {
	colour=$green
	if [ "$seen" != "$expected" ]; then
		wrong=$((wrong + 1))
		colour=$red
	fi
	printf '    %s-> %s%s\n' "$colour" "$seen" "$plain"
	printf '%s\t%s\t%s\t%s\n' $count "$text" "$want" "$seen" >>"$table"
}

start_core() {
	# shellcheck disable=SC2086 # no word or two
	cloisond ${init:+--init $init} >>/run/cloisond.out 2>&1 </dev/null &
	core=$!
	tries=0
	until cloison ps >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] && [ -d "/proc/$core" ] || return 1
		sleep 0.1
	done
}

core_is_gone() {
	tries=0
	while [ -d "/proc/$core" ] && [ $tries -lt 50 ]; do
		[ "$(awk '/^State/ { print $2 }' "/proc/$core/status")" = Z ] &&
			return 0
		sleep 0.1
		tries=$((tries + 1))
	done
	[ ! -d "/proc/$core" ]
}

# Not from the terminal: what is typed ahead is for the shell at the end.
as_user() { timeout 60 cloison enter "$1" -- sh -c "$2" </dev/null; }
as_root() { timeout 60 cloison enter "$1" --role=admin -- sh -c "$2" </dev/null; }

# Every try of the loop writes a line: R when refused, D when it was done.
tries_go_on() {
	a=$(grep -c R "$work/tries")
	sleep 5
	b=$(grep -c R "$work/tries")
	echo "refusals while no Core runs: $a, then $b; successes:" \
		"$(grep -c D "$work/tries")"
	[ "$b" -gt "$a" ] && ! grep -q D "$work/tries" && [ -d "/proc/$victim" ]
}

same_cages() {
	cloison ps
	[ "$(cloison ps | awk 'NR > 1 && $4 == "up"' | wc -l)" -eq 6 ]
}

both_down() {
	cloison down office admin
	cloison ps
	[ "$(cloison ps | grep -cE '^(office|admin) .* down ')" -eq 2 ]
}

explains() {
	id=$(grep ' denied .*hook=task_kill .*rule=OTHER_CAGE ' "$log" | tail -n 1 |
		sed 's/.* id=\([0-9]*\) .*/\1/')
	echo "$ cloison why $id"
	cloison why "$id" && cloison why "$id" | grep -q OTHER_CAGE
}

configure() {
	mkdir -p /etc/cloison/cages
	while read -r name id level; do
		printf '[cage]\nid = %s\nlevel = "%s"\n' "$id" "$level" \
			>/etc/cloison/cages/"$name".toml
	done <<-END
		office 2 low
		admin 3 high
		glass-low 4 low
		glass-high 5 high
		bare-low 6 low
		bare-high 7 high
	END
}

chapter "cloison: two cages on one machine, which the kernel keeps apart"
tell "Kernel $(uname -r). Every step below really happens here: what is" \
	"done, what must happen, and what did."
[ -e /usr/lib/sysusers.d/cloison.conf ] && systemd-sysusers 2>/dev/null
configure
: >/run/cloisond.out

chapter "The Core and two cages"
step "the Core starts: loads the guard into the kernel and locks it" \
	works - start_core
step "office (level low) and admin (level high) come up" \
	works - cloison up office admin
step "they are there" works - cloison ps
# shellcheck disable=SC2016 # the cage's shell expands it
step "a session in office sees its own processes only" \
	works - as_user office 'id; ps ax; [ $(ps ax | wc -l) -lt 7 ]'
as_user admin 'echo "the plans" >/home/user/diary' 2>/dev/null
step "admin wrote a diary at home, and reads it" \
	works - as_user admin 'cat /home/user/diary'
step "office looks for that file: for office it does not exist" \
	refused - as_user office 'cat /home/user/diary'

chapter "root of a cage is powerless"
step "root in office mounts something" \
	refused - as_root office 'id -u; mount -t tmpfs none /mnt'
step "root in office reads the kernel's log" \
	refused - as_root office 'dmesg'
step "root in office sets the clock" \
	refused - as_root office 'date -s 12:00 >/dev/null'
step "root in office makes a device node for the machine's memory" \
	refused - as_root office 'mknod /tmp/mem c 1 1'
step "root in office loads a kernel module" \
	refused - as_root office 'modprobe veth'

chapter "The label alone: cages of glass"
tell "Namespaces hid everything so far. Four more cages come up without" \
	"them, so that nothing but the label in the kernel separates. The" \
	"glass pair shares processes, files and network with the host; the" \
	"bare pair has no user namespace either: its root is the host's root."
step "two cages of glass come up" works - cloison up glass-low glass-high \
	--without=pid,mount,net,ipc,seccomp,caps,nnp
step "two bare cages come up" works - cloison up bare-low bare-high \
	--without=user,pid,mount,net,ipc,uts,time,seccomp,caps,nnp

as_root glass-high "echo secret >$work/letter; chmod 666 $work/letter"
step "a file: everybody may read it, says its mode; the label does not" \
	refused FOREIGN_FILE as_root glass-low "ls -l $work/letter; cat $work/letter"

cloison enter glass-high --role=admin -- python3 -c "
import os, socket, time
s = socket.socket(socket.AF_UNIX)
s.bind('$work/door')
os.chmod('$work/door', 0o666)
s.listen()
if os.fork() == 0:
    os.setsid()
    null = os.open('/dev/null', os.O_RDWR)
    for fd in 0, 1, 2:
        os.dup2(null, fd)
    time.sleep(600)
" </dev/null
step "a socket: glass-low knocks at the door of glass-high" \
	refused OTHER_CAGE as_root glass-low "nc -NU $work/door"

# shellcheck disable=SC2016
victim=$(as_root bare-high 'sleep 900 </dev/null >/dev/null 2>&1 & echo $!')
step "a signal: root of bare-low kills process $victim of bare-high" \
	refused OTHER_CAGE as_root bare-low "kill -9 $victim"
step "a trace: root of bare-low attaches a debugger to it" \
	refused OTHER_CAGE as_root bare-low "strace -p $victim"
step "a mount: root of bare-low mounts over the host's /mnt" \
	refused CAP_CEILING as_root bare-low "mount -t tmpfs none /mnt"
step "a raw socket: root of bare-low listens to all traffic" refused \
	SOCKET_FAMILY as_root bare-low \
	'python3 -c "import socket; socket.socket(socket.AF_PACKET, 3)"'

chapter "The Core dies; the walls do not"
step "the host's root kills the Core: even that is refused" \
	refused CORE_PROTECTED kill -9 "$core"
# Only the label refuses the letter: its mode is open, its folder is shared.
as_root glass-low "while [ ! -e $work/stop ] && sleep 0.5; do
	if cat $work/letter; then echo D; else echo R; fi
done </dev/null >$work/tries 2>/dev/null &"
step "so the Core is asked to kill itself, as a crash would (SIGKILL)" \
	works - sh -c 'cloison core stop --abrupt; ! cloison ps'
step "it is gone" works - core_is_gone
step "glass-low goes on trying the letter, and goes on being refused" \
	works - tries_go_on
step "the Core starts again" works - start_core
step "it finds the six cages as they were" works - same_cages
step "and lets us in" works - as_user office 'id -un'

: >"$work/stop" # what is refused from here on is what who looks has tried

chapter "What was refused, and why"
step "the log shows who, what and which rule" works - cloison log -n 12
step "one refusal explained" works - explains

if [ -z "$shell" ]; then
	step "office and admin go down: no process of them is left" \
		works - both_down
fi

chapter "In short"
awk -F '\t' -v ok="$green" -v bad="$red" -v plain="$plain" '
	BEGIN { printf "     %-62s %-24s %s\n", "what", "expected", "seen" }
	{
		good = $4 == $3 || index($3, $4 ",") == 1
		if (length($2) > 62)
			$2 = substr($2, 1, 59) "..."
		printf "%3s  %-62s %-24s %s%s%s\n", $1, $2, $3,
			good ? ok : bad, $4, plain
	}' "$table"
if [ $wrong -eq 0 ]; then
	printf '\n%s%d steps, all as said.%s\n' "$green" $count "$plain"
else
	printf '\n%s%d of %d steps went otherwise than said.%s\n' "$red" \
		$wrong $count "$plain"
	echo "What the Core said:"
	sed 's/^/    /' /run/cloisond.out | tail -n 15
fi
if [ -n "$tap" ]; then
	awk -F '\t' '{
		good = $4 == $3 || index($3, $4 ",") == 1
		printf "%s %s - %s\n", good ? "ok" : "not ok", $1, $2
	}
	END { print "1.." NR }' "$table"
fi
if [ -n "$shell" ]; then
	tell "This shell is the machine's root. Try: cloison ps; cloison enter" \
		"office; cloison log -f. 'exit' ends the machine."
	cd / && bash -l
fi
[ $wrong -eq 0 ]
