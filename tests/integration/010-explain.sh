#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every rule can be explained, by name and by number; cloison-rules(7) has it.
# usage: 010-explain.sh CLOISON MANPAGE
set -u
. "$(dirname "$0")/lib.sh"
c=$1
page=$(mandoc -T ascii "$2" | sed "s/.$(printf '\b')//g")

"$c" explain --json | json "the list is JSON"
list=$("$c" explain)
count=$(printf '%s\n' "$list" | wc -l)
[ "$count" -ge 49 ]
ok $? "all rules are listed ($count)"
i=0
for rule in $(printf '%s\n' "$list" | awk '{ print $2 }'); do
	has "$("$c" explain "$rule")" "$rule ($i): " "$rule is explained"
	has "$("$c" explain "$i")" "$rule ($i): " "$rule has number $i"
	has "$page" "$rule ($i)" "cloison-rules(7) has $rule"
	i=$((i + 1))
done
"$c" explain MOUNT --json | json "one rule is JSON"
has "$("$c" explain cap-ceiling)" "CAP_CEILING" "small letters are as good"
out=$("$c" explain OTHER_CAG 2>&1)
is 2 $? "an unknown rule is a usage error"
has "$out" "did you mean 'OTHER_CAGE'" "the nearest rule is named"
out=$("$c" explain zzzzzzzzzz 2>&1)
has "$out" "see 'cloison explain'" "where nothing is near, it says where to look"
"$c" explain 99999 2>/dev/null
is 2 $? "so is an unknown number"
"$c" explain -- -1 2>/dev/null
is 2 $? "so is a negative number"
"$c" explain "" 2>/dev/null
is 2 $? "so is an empty name"
out=$("$c" explain NOPE --json 2>/dev/null)
printf '%s\n' "$out" | json "an error is JSON too"
end
