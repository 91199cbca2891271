#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A record in /run/cloison is believed as far as the guard confirms it.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin
cloison up >/dev/null
is 0 $? "cages come up"
record=/run/cloison/cages/office
init=$(init_of office)
cp $record /run/record
size=$(stat -c %s $record)

stop_core() {
	cloison core stop --abrupt >/dev/null 2>&1
	tries=0
	while pgrep -x cloisond >/dev/null && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

# put OFFSET BYTES NUMBER: a number of so many bytes, so far from the end
put() {
	number=$3
	i=0
	while [ $i -lt "$2" ]; do
		printf '%b' "\\0$(printf %o $((number % 256)))"
		number=$((number / 256))
		i=$((i + 1))
	done | dd of=$record bs=1 seek=$((size - $1)) conv=notrunc 2>/dev/null
}
# The end of struct clo_running: without, up_ns, init_start, init_pid, phase,
# eight namespaces.
without() {
	put 64 8 "$1"
}
init_is() {
	put 48 8 "$(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)"
	put 40 4 "$1"
}
is "$init" "$(od -An -td4 -j $((size - 40)) -N 4 $record | tr -d ' ')" \
	"the record names the cage's init"

stop_core
: >/run/cloisond.out
start_core
is up "$(state office)" "a true record is believed"
is "$init" "$(init_of office)" "with its init"

stop_core
without 1
start_core
is down "$(state office)" "a record without the guard is not, where the init is labelled"
has "$(cat /run/cloisond.out)" "says that pid $init is the init of cage 2 without the guard, the guard says that it is of 2" \
	"the log says what was found"
is up "$(state admin)" "the other cage is found"
[ -d "/proc/$init" ]
ok $? "the cage's init lives"
in_cage office /bin/true 2>/run/out
is 1 $? "nobody enters by that record"

stop_core
cp /run/record $record
sleep 7755 &
stranger=$!
init_is $stranger
: >/run/cloisond.out
start_core
is down "$(state office)" "nor is one that names a process outside"
has "$(cat /run/cloisond.out)" "the guard says that it is of 0" "the log says it"
[ -d "/proc/$stranger" ]
ok $? "that process is left alone"

stop_core
cp /run/record $record
init_is "$(od -An -td4 -j $((size - 40)) -N 4 /run/cloison/cages/admin | tr -d " ")"
: >/run/cloisond.out
start_core
is down "$(state office)" "nor one that names another cage's init"
has "$(cat /run/cloisond.out)" "record 'office' says" "the log says it"

stop_core
cp /run/record $record
init_is $stranger
without 1
start_core
is up "$(state office)" "what nobody can tell from a cage without the guard"
out=$(in_cage office /bin/true 2>&1)
is 1 $? "is not entered"
has "$out" "came up without the guard, which is in force now" "and why is told"

stop_core
cp /run/record $record
start_core
is "$init" "$(init_of office)" "the true record is believed again"
in_cage office /bin/true
is 0 $? "and the cage entered"
cloison down >/dev/null
is 0 $? "all go down"
kill $stranger
rm -f /run/record
end
