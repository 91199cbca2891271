#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# cloison sandbox explain -- COMMAND: what was refused to a command that ran,
# and rules that then allow it.
# usage: 062-sandbox-live.sh CLOISON PROFILES
set -u
. "$(dirname "$0")/lib.sh"
c=$(realpath "$1")
dir=$(mktemp -d /var/tmp/live.XXXXXX) || exit 1
begin_sandbox "$2"
mkdir -p "$HOME/.ssh" "$dir/in"
echo key >"$HOME/.ssh/id_test"
echo text >"$dir/in/file"
cd "$dir" || exit 1
explain() { "$c" sandbox explain "$@" >out 2>err; }

explain -p base -- sh -c 'exit 7'
is 0 $? "nothing is refused"
has "$(cat out)" "nothing on paths or ports was refused; the command ended with status 7" "which is said"

explain -p base -- cat "$dir/in/file"
is 1 $? "a file is refused"
has "$(cat err)" "Permission denied" "by the kernel, to the command itself"
has "$(cat out)" "refused \"read_file\" on $dir/in/file: no rule of layer 0 ($CLOISON_PROFILE_PATH/base.toml)" \
	"the layer is said, and its files"
has "$(cat out)" "parent = [\"$dir/in/file\"]" "and the smallest rule"

explain -p base -- sh -c "cat $HOME/.ssh/id_test; touch $dir/in/new"
has "$(cat out)" "a protected place: look twice" "a protected place is said"
has "$(cat out)" "refused \"write_file\", \"make_reg\" on $dir/in:" "what would be made is allowed by its directory"
[ ! -e "$dir/in/new" ]
ok $? "and was not made"

# With what is shown, again and again, the command runs.
printf 'abi = 11\n[profile]\ninclude = ["base"]\n' >own.toml
tries=0
until explain -p ./own.toml -- sh -c "cp $dir/in/file $dir/in/copy && mv $dir/in/copy $dir/copy && rm $dir/copy" ||
	[ $tries -ge 8 ]; do
	sed -n '/^\[\[/,$p' out >>own.toml
	tries=$((tries + 1))
done
has "$(cat out)" "ended with status 0" "after $tries rounds of rules that were shown, the command runs"
[ $tries -ge 2 ]
ok $? "which took more than one"
"$c" run -q -p ./own.toml -- sh -c "cp $dir/in/file $dir/in/copy" 2>/dev/null
is 0 $? "without being looked at as well"

# A program is not executed without the loader that it names.
explain --exec /bin/cat -- cat /dev/null
is 126 "$(sed -n 's/^the command ended with status \([0-9]*\);.*/\1/p' out)" "a program whose loader is refused does not start"
has "$(cat out)" 'refused "execute", "read_file" on /' "and the loader is named"

# A layer that only takes away.
printf '[profile]\ninclude = ["base"]\nlayer = "restrict"\n[[path_beneath]]\nallowed_access = ["execute", "read_file", "read_dir"]\nparent = ["/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/proc"]\n' >layer.toml
explain -p ./layer.toml -- cat /etc/passwd
is 1 $? "a second layer refuses"
has "$(cat out)" "/etc/passwd: no rule of layer 1 (./layer.toml)" "and it is the one that is named"

# Ports.
cat >connect.py <<-'END'
	import socket
	socket.socket().connect_ex(("127.0.0.1", 9))
END
if "$c" sandbox show -p base | grep -q '^0 *\(enforced *refuse connect_tcp\|.* refuse connect_tcp (erratum 32\)'; then
	explain -p python --ro "$dir" -- /usr/bin/python3 connect.py
	has "$(cat out)" 'refused "connect_tcp" on port 9' "a port is named"
	has "$(cat out)" 'port = [9]' "with its rule"
else
	skip "a port is named" "this kernel does not refuse ports"
fi

"$c" sandbox explain -p base --json -- sh -c "cat $dir/in/file; echo hello" >out 2>err
is 1 $? "in JSON the status is the same"
json "and standard output is JSON, not what the command says" <out
has "$(cat err)" hello "which goes to standard error"
has "$(cat out)" "\"rights\":[\"read_file\"],\"path\":\"$dir/in/file\"" "with the rights"
explain -p base read_file
is 2 $? "a right alone"
explain -p base read_file /etc -- true
is 2 $? "both a path and a command"
end
