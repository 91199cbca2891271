#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# cloison sandbox diff: what one sandbox allows that another refuses.
# usage: 061-sandbox-diff.sh CLOISON PROFILES
set -u
. "$(dirname "$0")/lib.sh"
c=$(realpath "$1")
CLOISON_PROFILE_PATH=$2
export CLOISON_PROFILE_PATH
dir=$(mktemp -d /var/tmp/diff.XXXXXX) || exit 1
trap 'rm -rf "$dir"' EXIT
HOME=$dir/home
export HOME
mkdir -p "$HOME" "$dir/data/in"
echo text >"$dir/data/file"
ln -s data "$dir/link"
cd "$dir" || exit 1

# profile NAME TEXT: in the folder of the test, above what handles all
profile() {
	{
		printf '[[ruleset]]\nhandled_access_fs = ["abi.all"]\n'
		printf 'handled_access_net = ["abi.all"]\nscoped = ["abi.all"]\n%s\n' "$2"
	} | sed '1i abi = 11' >"$dir/$1.toml"
}
rule() { printf '[[path_beneath]]\nallowed_access = [%s]\nparent = [%s]\n' "$1" "$2"; }
profile a "$(rule '"read_file", "read_dir"' "\"$dir/data\"")"

"$c" sandbox diff base base >out 2>&1
is 0 $? "a sandbox is the same as itself"
is "" "$(cat out)" "and nothing is shown"

# Written otherwise, and the same.
profile same "$(rule '"read_dir"' "\"$dir/link\"")
$(rule '"read_file"' "\"$dir/data\", \"$dir/data/file\", \"$dir/data/in\"")"
"$c" sandbox diff ./a.toml ./same.toml >out
is 0 $? "by another path, in other rules: the same ($(head -n 1 out))"

profile b "$(rule '"read_file", "read_dir", "write_file"' "\"$dir/data\"")"
is "+ \"write_file\" on $dir/data" "$("$c" sandbox diff ./a.toml ./b.toml)" "what B allows more"
is "- \"write_file\" on $dir/data" "$("$c" sandbox diff ./b.toml ./a.toml)" "and less, the other way"
"$c" sandbox diff ./a.toml ./b.toml >out
is 1 $? "a difference is status 1"

# A rule above makes one beneath it the same.
profile wide "$(rule '"read_file"' '"/"')"
"$c" sandbox diff ./a.toml ./wide.toml >out
has "$(cat out)" '+ "read_file" on /' "a rule on the root"
has "$(cat out)" "- \"read_dir\" on $dir/data" "and what is lost beneath"
is 2 "$(wc -l <out)" "with nothing else"
profile whole "$(rule '"read_file", "read_dir"' '"/"')"
has "$("$c" sandbox diff ./a.toml ./whole.toml)" "= the same on $dir/data" "where both agree beneath what differs"

# What a file has no right to is no difference.
profile file "$(rule '"read_file"' "\"$dir/data/file\"")"
profile file2 "$(rule '"read_file", "make_reg", "read_dir"' "\"$dir/data/file\"")"
"$c" sandbox diff ./file.toml ./file2.toml >out
is 0 $? "rights of directories on a file are none ($(head -n 1 out))"

# Not handled is allowed everywhere.
printf '[[ruleset]]\nhandled_access_fs = ["read_file"]\n' >some.toml
"$c" sandbox diff ./a.toml ./some.toml >out
has "$(cat out)" '"write_file"' "what is not handled is allowed"
has "$(cat out)" 'on every other port' "so are ports"
has "$(cat out)" '+ "abstract_unix_socket", "signal" of processes outside' "and scopes"
has "$(cat out)" "- \"read_file\" on $dir/data" "one rule less is seen in it"

# Layers: each has to allow.
printf 'abi = 11\n[profile]\ninclude = ["./a.toml"]\nlayer = "restrict"\n%s\n' \
	"$(rule '"read_file"' "\"$dir/data/in\"")" >layer.toml
is "- \"read_file\" on $dir/data
= the same on $dir/data/in" "$("$c" sandbox diff ./a.toml ./layer.toml)" "a second layer only takes away"

# Ports.
printf '\n[[net_port]]\nallowed_access = ["connect_tcp"]\nport = [80, 443]\n' >>b.toml
printf '\n[[net_port]]\nallowed_access = ["connect_tcp"]\nport = [443, 8080]\n' >>same.toml
out=$("$c" sandbox diff ./same.toml ./b.toml)
has "$out" '+ "connect_tcp" on port 80' "a port more"
has "$out" '- "connect_tcp" on port 8080' "a port less"
case $out in *443*) false ;; esac
ok $? "one that both have is not shown"

# What is not there.
profile later "$(rule '"read_file", "read_dir"' "\"$dir/data\"")
$(rule '"write_file"' "\"$dir/later/x\"")"
is "+ \"write_file\" on $dir/later/x (not there now)" "$("$c" sandbox diff ./a.toml ./later.toml)" \
	"a path that is not there is shown as such"

# Options are part of both.
"$c" sandbox diff ./a.toml ./wide.toml --ro / >out
is 0 $? "options are part of both ($(head -n 1 out))"
is "+ \"write_file\" on $dir/data" "$("$c" sandbox diff ./a.toml ./b.toml --net-connect 80 --net-connect 443)" \
	"so that the ports of B are in A too"

"$c" sandbox diff ./same.toml ./b.toml --json >out
is 1 $? "in JSON the status is the same"
json "and each line is JSON" <out
has "$(cat out)" '"port":8080,"more":[],"less":["connect_tcp"]' "with the words of both sides"
"$c" sandbox diff base agent --json | grep -q '"same":false'
ok $? "two profiles that are shipped"
"$c" sandbox diff base no-such >out 2>&1
is 2 $? "a profile that is not there"
"$c" sandbox diff base >out 2>&1
is 2 $? "one sandbox alone"
end
