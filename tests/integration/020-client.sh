#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The command's side of the protocol, against a Core of paper: answers, errors,
# sessions, and every way to break the protocol.
# usage: 020-client.sh CLOISON FAKE-CORE
set -u
. "$(dirname "$0")/lib.sh"
c=$1 fake=$2
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$dir"' EXIT
CLOISON_SOCKET=$dir/socket CLOISON_CONFIG=$dir/etc
export CLOISON_SOCKET CLOISON_CONFIG

# start HOW: a new Core
start() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	rm -f "$CLOISON_SOCKET"
	"$fake" "$CLOISON_SOCKET" "$1" &
	pid=$!
	tries=0
	while [ ! -S "$CLOISON_SOCKET" ] && [ $tries -lt 100 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	sleep 0.05
}

# without a Core
for verb in ps top up down restart "core stop" "enter office"; do
	# shellcheck disable=SC2086
	out=$("$c" $verb 2>&1 </dev/null)
	is 4 $? "'$verb' without a Core has status 4"
	has "$out" "the Core is not running; start it" "and says what to do"
	# shellcheck disable=SC2086
	"$c" $verb --json 2>/dev/null </dev/null | json "'$verb --json' too"
done
: >"$dir/file"
CLOISON_SOCKET=$dir/file "$c" ps 2>/dev/null
is 4 $? "a file that is no socket is no Core"
out=$(CLOISON_SOCKET=$(head -c 200 /dev/zero | tr '\0' a) "$c" ps 2>&1)
is 1 $? "a path too long for a socket is an error"

start good
out=$("$c" ps)
is 0 $? "ps succeeds"
has "$out" "office  low     2  up" "ps shows a cage"
has "$out" "time" "ps shows what is left out"
has "$out" "42" "ps shows refusals"
has "$out" "its canary was refused 12 s ago" "ps shows that refusals happen"
"$c" ps --json | json "ps --json is JSON"
has "$("$c" ps --json)" '"guarded":true,"canary_ms":12345' "with the canary"
has "$("$c" top)" "LOAD" "top shows one picture into a pipe"
[ "$("$c" top -n 2 -d 1 --json | wc -l)" -eq 2 ]
ok $? "top -n 2 --json shows two"
"$c" top -n 0 2>/dev/null
is 2 $? "top -n 0 is a usage error"
"$c" top -d x 2>/dev/null
is 2 $? "top -d x is a usage error"
out=$("$c" up office)
is 0 $? "up succeeds"
has "$out" "office is up" "up says so"
printf '%s\n' "$out" | clean "what the Core says is shown safely"
out=$("$c" up --without=time,seccomp)
has "$out" "without time,seccomp" "up says what is left out"
has "$out" "admin is up" "all cages without a name"
"$c" up --json | json "up --json is JSON"
out=$("$c" up --without=guarrd 2>&1)
is 2 $? "an unknown protection is a usage error"
has "$out" "did you mean 'guard'" "and the nearest is named"
out=$("$c" up offce 2>&1)
is 1 $? "up of an unknown cage is refused"
has "$out" "did you mean 'office'" "and the nearest is named"
out=$("$c" down offce 2>&1)
is 1 $? "down of an unknown cage is refused"
has "$out" "cage 'offce' does not exist; did you mean 'office'?" "in words"
out=$("$c" enter xyzzy </dev/null 2>&1)
is 1 $? "enter of an unknown cage is refused"
has "$out" "cage 'xyzzy' does not exist; see 'cloison ps'" "in words"
"$c" down -t 601 2>/dev/null
is 2 $? "a timeout out of range is a usage error"
"$c" down --json | json "down --json is JSON"
"$c" restart office >/dev/null
is 0 $? "restart succeeds"
"$c" enter office --role boss </dev/null 2>/dev/null
is 2 $? "an unknown role is a usage error"
"$c" enter office ls </dev/null 2>/dev/null
is 2 $? "a command without -- is a usage error"
# shellcheck disable=SC2046
"$c" enter office -- $(seq 1 400) </dev/null 2>/dev/null
is 2 $? "a command of too many words is a usage error"
"$c" enter office -- "$(head -c 5000 /dev/zero | tr '\0' a)" </dev/null 2>/dev/null
is 2 $? "a command too long is a usage error"

# sessions through pipes
out=$(printf 'hello\n' | "$c" enter office --role audit -- echo x 2>"$dir/err")
is 7 $? "enter has the status of the session"
has "$out" "role=2 tty=0 words=2 first=echo" "enter passes role and words"
has "$out" "hello" "input reaches the session, output comes back"
is oops "$(cat "$dir/err")" "errors stay apart from output"
head -c 3000000 /dev/zero | tr '\0' z >"$dir/big"
"$c" enter office -- cat <"$dir/big" 2>/dev/null | tail -n +2 | cmp -s - "$dir/big"
ok $? "three megabytes go through and come back"
"$c" enter office --json -- x </dev/null | json "enter --json is JSON"
"$c" enter office -- x </dev/null 2>/dev/null >/dev/full
is 1 $? "output that cannot be written ends the session"

# a session on a terminal
if command -v script >/dev/null 2>&1; then
	out=$(printf 'abcQ' | TERM=xterm script -qec "stty rows 33 cols 77;
		'$c' enter office; echo status=\$?; stty -a" /dev/null)
	has "$out" "tty=1 words=0" "a terminal is asked for"
	has "$out" "term=xterm" "TERM is passed"
	has "$out" "status=130" "the status comes back"
	has "$out" " icanon" "the terminal is restored"
	has "$out" " echo " "with its echo"
	cat >"$dir/term.sh" <<-END
		(sleep 0.7; kill -TERM "\$(cat '$dir/pid')") &
		sh -c 'echo \$\$ >"$dir/pid"; exec "$c" enter office'
		echo status=\$?; stty -a
	END
	out=$(sleep 2 | script -qec "sh '$dir/term.sh'" /dev/null)
	has "$out" "status=143" "a signal ends the session with its number"
	has "$out" " icanon" "and the terminal is restored"
	out=$( (sleep 0.4; stty -F "$(cat "$dir/tty")" rows 44 cols 99
		sleep 0.4; printf Q) | script -qec "tty >'$dir/tty';
		'$c' enter office" /dev/null)
	has "$out" "size=44x99" "a new size is passed on"
else
	skip "a session on a terminal" "no script(1)"
fi

# what a terminal answers to a session that has ended
if command -v python3 >/dev/null 2>&1; then
	for how in late deaf dumb; do
		out=$(timeout 60 python3 "$(dirname "$0")/late-answer.py" "$how" "$c" 2>&1)
		has "$out" "status=130" "$how terminal: the status comes back"
		has "$out" "got=[]" "$how terminal: its answer is no word for the shell"
		case $how in
		dumb) has "$out" "asked=0" "$how terminal: is asked nothing" ;;
		*) has "$out" "asked=4 answered=1" "$how terminal: was asked, and answered the session" ;;
		esac
	done
else
	skip "what a terminal answers to a session that has ended" "no python3"
fi

# the end of the Core
out=$("$c" core stop)
is 0 $? "core stop succeeds"
start good
out=$("$c" core stop --abrupt)
is 0 $? "core stop --abrupt succeeds although nobody answers"
has "$out" "cages stay up" "and says that cages stay up"
"$c" ps 2>/dev/null
is 4 $? "then the Core is not running"

start refuse
out=$("$c" up office 2>&1)
is 3 $? "the Core's status is the command's"
has "$out" "the guard" "with its words"
printf '%s\n' "$out" | clean "made safe"
"$c" up office --json 2>/dev/null | json "JSON as well"

start unguarded
has "$("$c" ps)" "no guard is in force" "ps says that there is no guard"
has "$("$c" ps --json)" '"guarded":false' "to programs too"

for how in version type size spare name text rule status level canary short \
	long silent abi; do
	start $how
	out=$(timeout 20 "$c" ps 2>&1)
	is 1 $? "an answer with a wrong $how is an error"
	printf '%s\n' "$out" | clean "wrong $how: nothing strange is shown"
	case $how in name | level | canary) continue ;; esac
	timeout 20 "$c" up office >/dev/null 2>&1
	is 1 $? "wrong $how: up fails"
done
end
