# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# One stream of TAP made of those of several programs; sourced after `set -u`.
n=0
failed=0

# point STATUS SENTENCE
point() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		echo "not ok $n - $2"
	fi
}

# one NAME LINE: a point of a part, with a number of ours
one() {
	n=$((n + 1))
	seen=$((seen + 1))
	word=ok
	rest=${2#ok }
	case $2 in 'not ok '*)
		word='not ok'
		rest=${2#not ok }
		failed=$((failed + 1))
		;;
	esac
	rest=${rest#* }
	echo "$word $n - $1: ${rest#- }"
}

# part NAME COMMAND...: all its points.  A stream that stops early, or says
# nothing, must not look like a pass.
part() {
	name=$1
	shift
	"$@" >/run/part.out 2>/run/part.err </dev/null
	status=$?
	seen=0
	plan=
	while IFS= read -r line; do
		case $line in
		'1..0 '*)
			plan=0
			n=$((n + 1))
			echo "ok $n - $name ${line#1..0 }"
			;;
		1..*) plan=${line#1..} ;;
		'ok '* | 'not ok '*) one "$name" "$line" ;;
		'#'*) printf '%s\n' "$line" ;;
		esac
	done </run/part.out
	[ "$plan" = "$seen" ]
	status_of_part=$?
	point $status_of_part "$name: ran to its end (status $status)"
	[ $status_of_part -eq 0 ] || tail -n 20 /run/part.err | cat -v | sed 's/^/# /'
}

end_parts() {
	echo "1..$n"
	[ $failed -eq 0 ]
	exit
}
