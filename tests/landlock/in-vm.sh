#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tests of sandboxes in a virtual machine: as an ordinary user, for whom
# they are, and what only root can try as root.  One stream of TAP.
# usage: in-vm.sh ABI    (that its kernel must have)
set -u
here=$(cd "$(dirname "$0")" && pwd)
wanted=$1
n=0
failed=0
# The words of setpriv that make an ordinary user of root.
user='setpriv --reuid user --regid user --init-groups --inh-caps=-all --reset-env'

point() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		echo "not ok $n - $2"
	fi
}

# part NAME COMMAND...: its points, renumbered; a stream that stops is a failure
part() {
	name=$1
	shift
	(cd /home/user && "$@") >/run/part.out 2>/run/part.err
	status=$?
	seen=0
	plan=
	while IFS= read -r line; do
		case $line in
		'1..0 '*) n=$((n + 1)) && echo "ok $n - $name ${line#1..0 }" && plan=0 ;;
		1..*) plan=${line#1..} ;;
		'ok '* | 'not ok '*)
			seen=$((seen + 1))
			n=$((n + 1))
			word=ok
			case $line in 'not ok '*)
				word='not ok'
				failed=$((failed + 1))
				;;
			esac
			echo "$word $n - $name: ${line#*- }"
			;;
		'#'*) printf '%s\n' "$line" ;;
		esac
	done </run/part.out
	[ "$plan" = "$seen" ]
	point $? "$name: ran to its end (status $status)"
	[ "$plan" = "$seen" ] || tail -n 20 /run/part.err | cat -v | sed 's/^/# /'
}

profiles=/usr/share/cloison/profiles
cloison=$(command -v cloison)
abi=$($user cloison sandbox show -p base --json | sed 's/^{"abi":\([0-9]*\),.*/\1/')
[ "$abi" = "$wanted" ]
point $? "the kernel $(uname -r) has Landlock's ABI $wanted (seen: $abi)"

for program in live policy hostile ring; do
	part "$program, as user" $user "$here/landlock-scratch" "$here/test-landlock-$program"
done
part "hostile, as root" "$here/landlock-scratch" "$here/test-landlock-hostile"
for test in 060-sandbox 070-learn 090-hostile; do
	part "$test, as user" $user sh "$here/integration/$test.sh" "$cloison" $profiles
done
echo "1..$n"
[ $failed -eq 0 ]
