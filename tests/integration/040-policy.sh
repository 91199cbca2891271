#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# policy show, check, test: good files, every kind of bad one, every question.
# usage: 040-policy.sh CLOISON
set -u
. "$(dirname "$0")/lib.sh"
c=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CLOISON_CONFIG=$dir
export CLOISON_CONFIG

# without files: the built-in cages
out=$("$c" policy show)
is 0 $? "policy show succeeds without files"
has "$out" "# cage office (built-in)" "and shows the built-in cages"
"$c" policy show --json | json "policy show --json is JSON"
"$c" policy show office --json | json "of one cage too"
"$c" policy check >/dev/null
is 0 $? "policy check succeeds without files"
"$c" policy check --json | json "policy check --json is JSON"
out=$("$c" policy show offce 2>&1)
is 2 $? "a cage that no file describes is a usage error"
has "$out" "did you mean 'office'" "the nearest is named"

# what is shown is itself a good file
mkdir "$dir/cages" "$dir/x"
"$c" policy show office | tail -n +2 >"$dir/x/office.toml"
"$c" policy check "$dir/x/office.toml" >/dev/null
is 0 $? "what policy show says is a good file"

# bad TEXT WORD SENTENCE...: the file is refused, with its line and the word
bad() {
	printf '%b' "$1" >"$dir/x/bad.toml"
	word=$2
	shift 2
	out=$("$c" policy check "$dir/x/bad.toml" 2>&1)
	is 2 $? "$*: refused"
	has "$out" "$dir/x/bad.toml" "$*: the file is named"
	has "$out" "$word" "$*: it says '$word'"
	"$c" policy check --json "$dir/x/bad.toml" 2>/dev/null | json "$*: JSON"
}
good='[cage]\nid = 9\n'
bad "${good}[limits]\nmemorry = \"1 GiB\"\n" "memory" "an unknown key"
bad "${good}[limitz]\n" "limits" "an unknown table"
bad "${good}[limits]\nmemory = \"1 GB\"\n" "MiB" "a wrong unit"
bad "${good}[limits]\nmemory = 512\n" "memory" "a number without unit"
bad "${good}[limits]\npids = 100\npids = 200\n" "twice" "a key set twice"
bad "${good}[limits]\n[limits]\n" "limits" "a table set twice"
bad "[cage]\nid = 1\n" "id" "an id out of range"
bad "[cage]\nid = 64\n" "63" "an id too high"
bad "[cage]\nid = -3\n" "id" "a negative number"
bad "[cage]\nid = 99999999999999999999\n" "id" "a number out of all range"
bad "[cage]\nid = \"two\"\n" "id" "text for a number"
bad "[cage]\n" "id" "a required key that is missing"
bad "[cage]\nid 9\n" "=" "a line that is none"
bad "[cage]\nid = 9 x\n" ":2" "words behind a value"
bad "[cage\nid = 9\n" ":1" "a table without end"
bad "${good}[root]\nfrom = \"moon\"\n" "host" "an unknown word"
bad "${good}[root]\nfrom = \"directory\"\n" "path" "a directory without path"
bad "${good}[root]\nfrom = \"directory\"\npath = \"/a/../b\"\n" "path" "a path with .."
bad "${good}[rights]\ncapabilities = [\"sys_admin\"]\n" "sys_admin" "a right that no cage has"
bad "${good}[rights]\nfamilies = [\"packet\"]\n" "packet" "a family that no cage has"
bad "${good}[cage]\n" "cage" "a table that comes again"
bad "[cage]\nid = 9\ndescription = \"\\\\033[31m\"\n" ":3" "a control character"
printf '[cage]\nid = 9\ndescription = "\033[31m"\n' >"$dir/x/bad.toml"
"$c" policy check "$dir/x/bad.toml" 2>&1 | clean "a raw control character is shown safely"
head -c 100000 /dev/zero | tr '\0' '#' >"$dir/x/bad.toml"
"$c" policy check "$dir/x/bad.toml" 2>/dev/null
is 2 $? "a file that is too big is refused"
: >"$dir/x/Bad Name.toml"
"$c" policy check "$dir/x/Bad Name.toml" 2>/dev/null
is 2 $? "a file whose name is no cage's is refused"
"$c" policy check "$dir/nowhere.toml" 2>/dev/null
is 2 $? "a file that is not there is refused"
"$c" policy check "$dir/x" 2>/dev/null
is 2 $? "a folder is no file"
printf '%b' "$good" >"$dir/x/one.toml"
printf '%b' "$good" >"$dir/x/two.toml"
out=$("$c" policy check "$dir/x/one.toml" "$dir/x/two.toml" 2>&1)
is 2 $? "two cages with one id are refused"
has "$out" "x/one.toml:2" "and both files are named, with the line"
has "$out" "x/two.toml:2" "both"
printf 'lock = maybe\n' >"$dir/x/cloison.toml"
"$c" policy check "$dir/x/cloison.toml" 2>/dev/null
is 2 $? "the Core's file is checked as such"

# installed files
printf '[cage]\nid = 9\nlevel = "high"\n[rights]\ncapabilities = ["chown"]\n' >"$dir/cages/lab.toml"
has "$("$c" policy show)" "# cage lab" "an installed file is shown"
"$c" policy test cap lab chown >/dev/null
is 0 $? "its rights count"
"$c" policy test cap lab kill >/dev/null
is 1 $? "and no others"
printf 'x' >"$dir/cages/wrong.toml"
"$c" policy show >/dev/null 2>&1
is 2 $? "one wrong file is an error of show"
"$c" policy test signal lab host >/dev/null 2>&1
is 2 $? "and of test"
"$c" policy check >/dev/null 2>&1
is 2 $? "and of check"
rm -r "$dir/cages"

# questions: STATUS RULE WORDS
"$c" policy test --json | json "the list of questions is JSON"
while read -r status rule words; do
	# shellcheck disable=SC2086
	out=$("$c" policy test $words 2>&1)
	is "$status" $? "policy test $words"
	[ "$rule" = - ] || has "$out" "$rule" "policy test $words: $rule"
	# shellcheck disable=SC2086
	[ "$status" = 2 ] || "$c" policy test $words --json >>"$dir/json"
done <<'END'
1 OTHER_CAGE signal office admin
1 OTHER_CAGE look office admin
1 OTHER_CAGE trace office admin
0 - signal office office
0 - signal host office
1 INTO_CAGE trace host office
1 TO_CORE signal office core
1 TO_UNLABELLED signal office host
1 ROLE_USER signal office+user office
1 ROLE_AUDIT signal office+audit office
1 CAP_CEILING cap office sys_admin
1 CAP_CEILING cap office CAP_NET_RAW
0 - cap host sys_admin
1 SOCKET_FAMILY socket office packet
0 - socket office unix
1 SOCKET_FAMILY socket office AF_VSOCK stream
1 SOCKET_FAMILY socket office inet stream 256
0 - socket office inet stream 6
1 DEVICE open-device office 1:1
0 - open-device office 1:3
1 DEVICE open-device office 1:3 block
0 - open-device office /dev/null
1 TO_CORE connect admin core
1 INTO_CAGE connect host admin
1 FOREIGN_FD receive office host
1 OTHER_CAGE ipc office admin
0 - open office host read
1 FOREIGN_FILE open office host write
1 KERNEL_SETTING open office host write setting
1 KERNEL_INFO open office host read secret
1 TRACING_OFF open core host write tracing
1 CORE_EXEC exec core office
1 SHARED_LOCK lock office host
1 SHARED_WATCH watch office host
1 FOREIGN_FILE chmod office host
1 FOREIGN_FILE link office admin
1 USERNS kernel office userns
1 IO_URING kernel office io_uring
1 IOCTL ioctl office TIOCSTI
0 - ioctl office 0x5401
1 PRCTL prctl office set_mm
0 - prctl office 15
1 RELABEL relabel office admin
0 - enter core office
1 NOT_CORE enter host office
1 CORE_PROTECTED guard host
2 - signal
2 - signal office
2 - signal office nowhere
2 - signal office admin extra
2 - signal office+boss admin
2 - cap office sys_admn
2 - cap office 64
2 - socket office 999
2 - open-device office 1
2 - open-device office x:y
2 - open-device office /etc/passwd
2 - open office host maybe
2 - ioctl office TIOCSTY
2 - nosuch office admin
END
json "every answer can be had as JSON" <"$dir/json"
has "$("$c" policy test signl office admin 2>&1)" "did you mean 'signal'" "the nearest question is named"
end
