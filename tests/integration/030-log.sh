#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# log and why, on a log of paper: filters, order, rotation, forged lines.
# usage: 030-log.sh CLOISON
set -u
. "$(dirname "$0")/lib.sh"
c=$1
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$dir"' EXIT
CLOISON_LOG=$dir/events.log CLOISON_CONFIG=$dir/etc
export CLOISON_LOG CLOISON_CONFIG

# line TIME ID RULE FROM TO COMM
line() {
	printf '%s id=%s denied hook=task_kill rule=%s from=%s to=%s ' \
		"$1" "$2" "$3" "$4" "$5"
	printf "pid=4242 tid=4242 uid=1879179264 comm='%s' " "$6"
	printf "exe='/usr/bin/kill' target_pid=51 arg=0x9 dev=0 ino=0 "
	printf "object='' suppressed=3\n"
}

out=$("$c" log 2>&1)
is 1 $? "without a log, log is an error"
has "$out" "does not exist" "that says so"
"$c" why 1 2>/dev/null
is 1 $? "and so is why"

line 2026-11-24T09:00:00.000001Z 40 MOUNT admin - mount >"$CLOISON_LOG.1"
{
	echo "2026-11-24T10:00:00.000000Z id=41 define hook=guard_request rule=ALLOW from=core to=office pid=1 tid=1 uid=0 comm='cloisond' exe='/usr/sbin/cloisond' target_pid=0 arg=0x3 dev=0 ino=0 object='' suppressed=0"
	line 2026-11-24T10:00:01.123456Z 42 OTHER_CAGE office+user admin sh
	echo "2026-11-24T10:00:02.000000Z core what='up' cage=office"
	echo "2026-11-24T10:00:03.000000Z lost count=7"
	echo "2026-11-24T10:00:03.500000Z id=45 canary hook=guard_request rule=MOUNT from=core to=office pid=1 tid=1 uid=0 comm='cloisond' exe='/usr/sbin/cloisond' target_pid=0 arg=0x7 dev=0 ino=0 object='' suppressed=59"
	echo "this is no event"
	printf "2026-11-24T10:00:04.000000Z id=43 denied hook=capable rule=CAP_CEILING from=office to=- pid=9 tid=9 uid=1 comm='\033[31m' exe='' target_pid=0 arg=0x15 dev=0 ino=0 object='' suppressed=0\n"
} >>"$CLOISON_LOG"

out=$("$c" log 2>"$dir/err")
is 0 $? "log succeeds"
is 6 "$(printf '%s\n' "$out" | wc -l)" "every event is shown, of both files"
is 7 "$("$c" log --all 2>/dev/null | wc -l)" "with --all canaries too"
has "$("$c" log --all 2>/dev/null)" "canary of core cloisond[1] refused, as it must be: MOUNT (and 59 more" "a canary is called so"
is 1 "$("$c" log -a --json 2>/dev/null | grep -c '"kind":"canary"')" "and its kind tells programs"
is 0 "$("$c" log --json 2>/dev/null | grep -c canary)" "which see it only when they ask"
is 0 "$("$c" log --raw --rule MOUNT 2>/dev/null | grep -c canary)" "also by rule and raw"
has "$(cat "$dir/err")" "1 lines are no event" "what is no event is counted"
has "$out" "office+user sh[4242] refused to send a signal of admin[51]: OTHER_CAGE" "a refusal says who, what, whom, rule"
has "$out" "3 more like it" "what was only counted is said"
has "$out" "cloison why 42" "and where to look further"
has "$out" "CAP_SYS_ADMIN" "a capability has its name"
has "$out" "7 events were lost" "a loss is said"
printf '%s\n' "$out" | clean "a cage's bytes are shown safely"
"$c" log --raw 2>/dev/null | clean "also with --raw"
"$c" log --json 2>/dev/null | json "log --json is JSON, line by line"
is 1 "$("$c" log --cage admin --rule other_cage 2>/dev/null | wc -l)" "filters add up"
is 4 "$("$c" log --cage office 2>/dev/null | wc -l)" "a cage is found whatever its role"
is 2 "$("$c" log -n 2 2>/dev/null | wc -l)" "-n shows the last"
has "$("$c" log -n 1 2>/dev/null)" "why 43" "the very last"
is 5 "$("$c" log --since 2026-11-24T10:00:00Z 2>/dev/null | wc -l)" "--since takes a time"
now=$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)
line "$now" 44 MOUNT office - mount >>"$CLOISON_LOG"
is 1 "$("$c" log --since 1h --rule MOUNT --cage office 2>/dev/null | wc -l)" "--since takes a duration"
for bad in yesterday 5y 2026-13-01 12:00 -1h ''; do
	"$c" log --since="$bad" >/dev/null 2>&1
	is 2 $? "--since='$bad' is a usage error"
done
for bad in 0 -1 x 1000000 ''; do
	"$c" log --count="$bad" >/dev/null 2>&1
	is 2 $? "--count='$bad' is a usage error"
done
"$c" log --rule NOPE >/dev/null 2>&1
is 2 $? "an unknown rule is a usage error"

out=$("$c" why 42)
is 0 $? "why succeeds"
for word in "event 42" "office+user, process 4242 'sh' ('/usr/bin/kill')" \
	"0 in the cage" "send a signal (hook task_kill)" "admin, process 51" \
	"OTHER_CAGE (2): a cage does not act on another cage" "CLIP 1002 3.1" \
	"nothing yet; cages never reach each other" "cloison explain OTHER_CAGE" \
	"--cage office"; do
	has "$out" "$word" "why says '$word'"
done
has "$("$c" why)" "event 44" "without a number, the last refusal"
has "$("$c" why 45)" "nothing is wrong" "a canary is explained as one"
has "$("$c" why 41)" "define" "an event that is no refusal"
has "$("$c" why '#42')" "event 42" "a number with #"
"$c" why 42 --json | json "why --json is JSON"
"$c" why 43 | clean "why shows a cage's bytes safely"
out=$("$c" why 999 2>&1)
is 1 $? "an event that is not there is found wanting"
has "$out" "no event 999" "in words"
for bad in x -1 0 4294967296x ''; do
	"$c" why -- "$bad" 2>/dev/null
	is 2 $? "why '$bad' is a usage error"
done

# follow, with a rotation on the way
: >"$dir/seen"
"$c" log -f >"$dir/seen" 2>/dev/null &
pid=$!
sleep 0.5
line "$now" 50 MOUNT office - a >>"$CLOISON_LOG"
sleep 0.9
has "$(cat "$dir/seen")" "why 50" "log -f shows an event within a second"
line "$now" 51 MOUNT office - a >>"$CLOISON_LOG"
mv "$CLOISON_LOG" "$CLOISON_LOG.1"
line "$now" 52 MOUNT office - a >"$CLOISON_LOG"
sleep 0.9
has "$(cat "$dir/seen")" "why 51" "what was written last before a rotation"
has "$(cat "$dir/seen")" "why 52" "and what was written after it"
printf '2026-11-24T10:00:00.5Z id=53 denied hook=sb_mount' >>"$CLOISON_LOG"
sleep 0.5
printf " rule=MOUNT from=office to=- pid=1 comm='x'\n" >>"$CLOISON_LOG"
sleep 0.8
has "$(cat "$dir/seen")" "why 53" "a line that comes in two pieces is one"
is 1 "$(grep -c 'why 50' "$dir/seen")" "no event is shown twice"
kill $pid
wait $pid 2>/dev/null
pid=
("$c" log -f | head -n 1) >/dev/null &
waiter=$!
sleep 0.5
line "$now" 60 MOUNT office - a >>"$CLOISON_LOG"
line "$now" 61 MOUNT office - a >>"$CLOISON_LOG"
tries=0
while kill -0 $waiter 2>/dev/null && [ $tries -lt 30 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
! kill -0 $waiter 2>/dev/null
ok $? "log -f ends when its reader does"
head -c 200000 /dev/zero | tr '\0' a >>"$CLOISON_LOG"
echo >>"$CLOISON_LOG"
line "$now" 70 MOUNT office - a >>"$CLOISON_LOG"
has "$("$c" log 2>/dev/null)" "why 70" "a line without end is passed over"
end
