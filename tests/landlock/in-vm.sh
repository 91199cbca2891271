#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tests of sandboxes in a virtual machine: as an ordinary user, for whom
# they are, and what only root can try as root.
# usage: in-vm.sh ABI    (that its kernel must have)
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/parts.sh"
wanted=$1
# What makes an ordinary user of root.
user='setpriv --reuid user --regid user --init-groups --inh-caps=-all --reset-env'
profiles=/usr/share/cloison/profiles
cloison=$(command -v cloison)
cd /home/user || exit 1

abi=$($user "$cloison" sandbox show -p base --json | sed 's/^{"abi":\([0-9]*\),.*/\1/')
[ "$abi" = "$wanted" ]
point $? "the kernel $(uname -r) has Landlock's ABI $wanted (seen: $abi)"

for program in live policy compose hostile ring fastopen; do
	part "$program, as user" $user "$here/landlock-scratch" "$here/test-landlock-$program"
done
part "hostile, as root" "$here/landlock-scratch" "$here/test-landlock-hostile"
for test in 060-sandbox 070-learn 090-hostile; do
	part "$test, as user" $user sh "$here/integration/$test.sh" "$cloison" $profiles
done
end_parts
