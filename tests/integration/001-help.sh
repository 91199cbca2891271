#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Help, version, usage errors; help, manual page and table agree.
# usage: 001-help.sh CLOISON MANPAGE
set -u
. "$(dirname "$0")/lib.sh"
c=$1 man=$2
CLOISON_SOCKET=/nonexistent/socket CLOISON_LOG=/nonexistent/log
export CLOISON_SOCKET CLOISON_LOG

verbs=$("$c" --help --json | python3 -c 'import json, sys
for v in json.load(sys.stdin)["verbs"]:
    print(v["name"])')
has "$verbs" doctor "the table can be read as JSON"
page=$(mandoc -T ascii "$man" | sed "s/.$(printf '\b')//g" | tr -s ' \n' ' ')
all=$("$c" --help | tr -s ' \n' ' ')
old_ifs=$IFS
IFS='
'
for verb in $verbs; do
	IFS=$old_ifs
	# shellcheck disable=SC2086
	help=$("$c" $verb --help)
	is 0 $? "'$verb --help' succeeds"
	has "$help" "usage: cloison $verb" "'$verb --help' says how it is used"
	# shellcheck disable=SC2086
	line=$("$c" $verb --help --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["help"])')
	has "$all" "$line" "--help says what '$verb' does"
	has "$page" "$line" "cloison(1) says what '$verb' does"
	# shellcheck disable=SC2086
	"$c" $verb --no-such-option >/dev/null 2>&1
	is 2 $? "'$verb' refuses an unknown option"
	# shellcheck disable=SC2086
	"$c" help $verb >/dev/null
	is 0 $? "'help $verb' succeeds"
done
IFS=$old_ifs

has "$("$c" --version)" "cloison 0." "--version says the version"
"$c" --version --json | json "--version --json is JSON"
out=$("$c" 2>&1)
is 2 $? "no verb is a usage error"
has "$out" "see 'cloison --help'" "and says where to look"
out=$("$c" doctr 2>&1)
is 2 $? "an unknown verb is a usage error"
has "$out" "did you mean 'doctor'" "and the nearest is named"
out=$("$c" policy chekk 2>&1)
is 2 $? "an unknown second word is a usage error"
has "$out" "did you mean 'check'" "and the nearest is named"
out=$("$c" policy xyzzy 2>&1)
is 2 $? "so is one that is near to none"
has "$out" "show, check, test" "and the known ones are listed"
out=$("$c" policy 2>&1)
is 2 $? "a missing second word is a usage error"
out=$("$c" log --folow 2>&1)
has "$out" "did you mean '--follow'" "the nearest option is named"
out=$("$c" log --coutn=3 2>&1)
is 2 $? "an unknown option with its argument is a usage error"
has "$out" "no option is named '--coutn'; did you mean '--count'?" "and the nearest is named"
"$c" log --count 2>/dev/null
is 2 $? "an option without its argument is a usage error"
"$c" log -n 2>/dev/null
is 2 $? "a letter without its argument is a usage error"
"$c" ps --json=x >/dev/null 2>&1
is 2 $? "a flag with an argument is a usage error"
"$c" ps extra 2>/dev/null
is 2 $? "a word too many is a usage error"
"$c" enter 2>/dev/null
is 2 $? "a word too few is a usage error"
"$c" "" 2>/dev/null
is 2 $? "an empty verb is a usage error"
"$c" -- ps 2>/dev/null
is 2 $? "a verb does not stand behind --"

# what a person types comes back escaped
"$c" "$(printf 'x\033[31m')" 2>&1 | clean "a verb with escapes is shown safely"
"$c" explain "$(printf 'x\233\202\033]0;t\007')" 2>&1 |
	clean "a rule with escapes is shown safely"
"$c" up "$(printf '../../etc\n')" 2>/dev/null
is 2 $? "a path is no name of a cage"
"$c" up "office;id" 2>/dev/null
is 2 $? "a shell word is no name of a cage"
big=$(head -c 100000 /dev/zero | tr '\0' a)
out=$("$c" up "$big" 2>&1)
is 2 $? "a huge name is refused"
[ ${#out} -lt 700 ]
ok $? "and not repeated"
"$c" "$big" 2>/dev/null
is 2 $? "a huge verb is refused"
"$c" policy test signal "$big" admin 2>/dev/null
is 2 $? "a huge word of a question is refused"

# output that cannot be written is an error
"$c" --help >/dev/full 2>/dev/null
is 1 $? "a full disk is an error"
"$c" explain >&- 2>/dev/null
is 1 $? "a closed standard output is an error"
out=$("$c" explain NOPE 2>&- >/dev/null)
is 2 $? "a closed standard error changes nothing"
"$c" explain </dev/null | head -n 1 >/dev/null
ok $? "a reader that leaves is no disaster"

NO_COLOR=1 "$c" doctor | clean "NO_COLOR means none"
TERM=xterm "$c" doctor | clean "no colours into a pipe"
if command -v script >/dev/null 2>&1; then
	out=$(TERM=xterm script -qec "'$c' explain MOUNT" /dev/null)
	has "$out" "$(printf '\033[')" "colours on a terminal"
	out=$(TERM=xterm NO_COLOR=1 script -qec "'$c' explain MOUNT" /dev/null)
	printf '%s' "$out" | tr -d '\r' | clean "NO_COLOR on a terminal means none"
	out=$(TERM=dumb script -qec "'$c' explain MOUNT" /dev/null)
	printf '%s' "$out" | tr -d '\r' | clean "a dumb terminal has none"
else
	skip "colours on a terminal" "no script(1)"
fi
end
