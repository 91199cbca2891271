# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# What the integration tests share.  A test sources it after `set -u`.
# Checks also run behind a pipe, in a process of their own: their number is
# kept in a file.
points=$(mktemp) || exit 1

# ok STATUS SENTENCE...: a check, with what it was told
ok() {
	status=$1
	shift
	if [ "$status" -eq 0 ]; then
		echo good >>"$points"
		echo "ok $(wc -l <"$points") - $*"
	else
		echo bad >>"$points"
		echo "not ok $(wc -l <"$points") - $*"
	fi
}

# is WANTED STATUS SENTENCE...: two numbers or words are the same
is() {
	want=$1 got=$2
	shift 2
	[ "$want" = "$got" ]
	ok $? "$*"
	[ "$want" = "$got" ] || echo "# wanted '$want', got '$got'"
}

# has TEXT PATTERN SENTENCE...: a fixed string is in a text
has() {
	text=$1 pattern=$2
	shift 2
	case $text in
	*"$pattern"*) ok 0 "$*" ;;
	*)
		ok 1 "$*"
		echo "# no '$pattern' in:"
		printf '%s\n' "$text" | head -n 5 | cat -v | sed 's/^/#   /'
		;;
	esac
}

# json SENTENCE...: standard input is one JSON value a line
json() {
	if command -v jq >/dev/null 2>&1; then
		jq -es 'length > 0' >/dev/null 2>&1
	else
		python3 -c 'import json, sys
lines = sys.stdin.read().splitlines()
assert lines
[json.loads(l) for l in lines]' 2>/dev/null
	fi
	ok $? "$*"
}

# clean SENTENCE...: standard input has no control character but line feeds
clean() {
	! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')"
	ok $? "$*"
}

# begin_sandbox PROFILES: the command $c has these, and a home in $dir, which goes
# at the end; without Landlock there is nothing to test
# shellcheck disable=SC2154 # the tests set both
begin_sandbox() {
	trap 'rm -rf "$dir"' EXIT
	CLOISON_PROFILE_PATH=$(realpath "$1")
	export CLOISON_PROFILE_PATH
	if ! "$c" run -q -p base -- true 2>/dev/null; then
		echo "1..0 # SKIP this kernel has no Landlock"
		exit 0
	fi
	HOME=$dir/home
	export HOME
}

# skip SENTENCE WHY
skip() {
	echo good >>"$points"
	echo "ok $(wc -l <"$points") - $1 # SKIP $2"
}

end() {
	echo "1..$(wc -l <"$points")"
	grep -q . "$points" && ! grep -q bad "$points"
	status=$?
	rm -f "$points"
	exit $status
}
