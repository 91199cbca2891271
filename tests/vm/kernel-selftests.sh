#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The kernel's own tests of Landlock, that tools/kernel-selftests built: is the
# kernel under us sane?  All must pass but those that are named here.
set -u
. "$(dirname "$0")/parts.sh"
from=$(cd "$(dirname "$0")/kernel-selftests" && pwd) || exit 1
# Not beneath /usr: trace_test allows it all, and wants a refusal where it runs.
dir=$(mktemp -d /selftests.XXXXXX) || exit 1
cp "$from"/* "$dir/" && cd "$dir" || exit 1
modprobe overlay

# cannot NAME: what this machine has not; to be skipped for any other reason,
# or where it could run, is a failure
cannot() {
	case $1 in
	layout3_fs.hostfs.*) echo "hostfs is a filesystem of User-mode Linux" ;;
	esac
}

# again PROGRAM NAME: alone, three times at most.  They give sockets 100 ms, and
# records of the kernel little more, which a slow emulated machine may need.
again() {
	alone() { "./$1" -r "$2" 2>&1 | grep -q '^ok 1 '; }
	alone "$1" "$2" || alone "$1" "$2" || alone "$1" "$2"
}

# program NAME: its points, as they are judged here
program() {
	"./$1" >out.tap 2>out.err
	late=0
	while IFS= read -r line; do
		words=${line#not }
		words=${words#ok }
		number=${words%% *}
		words=${words#* }
		point=${words%% *}
		case $line in
		'ok '*'# SKIP'*)
			why=$(cannot "$point")
			if [ "$why" ]; then
				echo "ok $number $point # SKIP $why"
			else
				echo "not ok $number $point"
				echo "# not to be skipped: ${line##*# SKIP }"
			fi
			;;
		'not ok '*)
			late=$((late + 1))
			case $1 in
			net_test | audit_test | trace*_test)
				if [ $late -le 5 ] && again "$1" "$point"; then
					line="ok $number $point (alone: its time had been too short)"
				fi
				;;
			esac
			echo "$line"
			;;
		'#  RUN'* | '#            OK'*) ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <out.tap
	cat out.err >&2
}

for test in *_test; do
	part "$test" program "$test"
done
end_parts
