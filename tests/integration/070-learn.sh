#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# cloison learn writes a profile with which the command runs, without an edit;
# protected places are told; --merge adds; --permissive tells.
# usage: 070-learn.sh CLOISON PROFILES
set -u
. "$(dirname "$0")/lib.sh"
c=$(realpath "$1")
dir=$(mktemp -d /var/tmp/learn.XXXXXX) || exit 1
begin_sandbox "$2"
TMPDIR=$dir/tmp
export TMPDIR
mkdir -p "$HOME/.ssh" "$TMPDIR" "$dir/in" "$dir/data"
echo key >"$HOME/.ssh/id_test"
echo setting >"$HOME/.setting"
for i in 1 2 3 4 5 6; do echo "$i" >"$dir/data/$i"; done
cd "$dir/in" || exit 1
printf 'int main(void) { return 0; }\n' >a.c
printf 'all: b\n\t./b\nb: a.c\n\t$(CC) -o b a.c\n' >Makefile
printf '{"a": 1}\n' >a.json
printf 'import json\nopen("p", "w").write(open("a.c").read())\n' >a.py
printf 'require("fs").writeFileSync("n", "x")\n' >a.js

# learn, then run; and the rest stays refused
twice() {
	name=$1
	shift
	command -v "$1" >/dev/null 2>&1 || {
		echo "# $1 is not installed"
		return
	}
	rm -f "$dir/learned.toml"
	rm -f "$dir/learned.toml"
	"$c" learn -o "$dir/learned.toml" -- "$@" >/dev/null 2>"$dir/stderr"
	is 0 $? "$name: learned"
	rm -rf a b p n repository a.c.gz a.tar
	"$c" run -q -p "$dir/learned.toml" -- "$@" >"$dir/out" 2>&1
	is 0 $? "$name: runs with what was learned"
	[ ! -s "$dir/out" ] || tail -n 2 "$dir/out" | awk '{ print "# " $0 }'
	"$c" sandbox explain read_file "$HOME/.ssh/id_test" -p "$dir/learned.toml" >/dev/null
	is 1 $? "$name: keys stay refused"
}
twice gcc gcc -o a a.c
twice make make
twice jq jq . a.json
twice file file a.c
twice tar tar cf a.tar a.c
twice gzip gzip -k a.c
twice python /usr/bin/python3 a.py
twice node node a.js
twice git git init -q repository
twice shell sh -c 'cat ~/.setting; mkdir d && touch d/x && mv d/x d/y && ln -s y d/l && rm -r d'
has "$(cat "$dir/learned.toml")" "\${home}/.setting" "a path in the home is written with its variable"
twice perl perl -e 'opendir(D, ".") or die; print readdir(D); open(F, ">", "p") or die'

# Files of one directory become the directory.
"$c" learn -- cat "$dir"/data/1 "$dir"/data/2 "$dir"/data/3 "$dir"/data/4 >"$dir/learned.toml" 2>/dev/null
sed -n '/^# Learned/,$p' "$dir/learned.toml" >"$dir/profile.toml"
has "$(cat "$dir/profile.toml")" "\"$dir/data\"" "four files of a directory: the directory"
case $(cat "$dir/profile.toml") in *"$dir/data/1"*) false ;; esac
ok $? "and not each of them"

# Protected places.
rm -f "$dir/keys.toml"
for i in 1 2 3 4 5; do cp "$HOME/.ssh/id_test" "$HOME/.ssh/k$i"; done
out=$("$c" learn -o "$dir/keys.toml" -- sh -c 'cat ~/.ssh/*' 2>&1 >/dev/null)
has "$out" ".ssh/k1' is a protected place" "a key that is read is said"
has "$(cat "$dir/keys.toml")" "# Protected: look twice" "its rule is marked"
"$c" sandbox explain read_file "$HOME/.ssh/k1" -p "$dir/keys.toml" >/dev/null
is 0 $? "the key that was used is allowed"
echo new >"$HOME/.ssh/other"
"$c" sandbox explain read_file "$HOME/.ssh/other" -p "$dir/keys.toml" >/dev/null
is 1 $? "another beside it is not, however many were used"

# Merge: what was written by hand stays.
printf '# mine\nabi = 11\n[profile]\ninclude = ["base"]\n' >"$dir/merge.toml"
"$c" learn --merge "$dir/merge.toml" -- cat "$HOME/.setting" >/dev/null 2>&1
is 0 $? "a profile is added to"
is "# mine" "$(head -n 1 "$dir/merge.toml")" "what was there stays"
"$c" run -q -p "$dir/merge.toml" -- cat "$HOME/.setting" >/dev/null 2>&1
is 0 $? "it allows what was learned"
before=$(cksum <"$dir/merge.toml")
"$c" learn --merge "$dir/merge.toml" -- cat "$HOME/.setting" >/dev/null 2>&1
is "$before" "$(cksum <"$dir/merge.toml")" "the same again adds nothing"
echo 'mine' >"$dir/mine.toml"
"$c" learn -o "$dir/mine.toml" -- true 2>"$dir/stderr"
is 2 $? "a profile that is there is not written over"
is mine "$(cat "$dir/mine.toml")" "it is as it was"
grep -q -- --merge "$dir/stderr"
ok $? "and what adds to it is named"
"$c" learn -o "$dir/none.toml" -- no-such-command 2>/dev/null
is 1 $? "a command that cannot be run teaches nothing"
[ ! -e "$dir/none.toml" ]
ok $? "no profile is written"
"$c" learn -o /nowhere/x -- true 2>/dev/null
is 1 $? "a file that cannot be written"
"$c" learn true 2>/dev/null
is 2 $? "the command stands after --"

# Permissive: the command runs, and is told of.
out=$("$c" run --permissive -p base -- cat "$HOME/.setting" 2>&1)
is 0 $? "--permissive: the command is not refused"
has "$out" "setting" "it does what it does"
has "$out" "would refuse \"read_file\" on $HOME/.setting" "and what would be refused is said"
"$c" run --permissive -p base -- sh -c 'exit 5' 2>/dev/null
is 5 $? "its status is that of the command"
out=$("$c" run --permissive -p base -- true 2>&1)
is "" "$(printf '%s' "$out" | grep 'would refuse')" "what is allowed is not said"
cat >connect.py <<-'EOF'
	import socket
	s = socket.socket()
	s.connect_ex(("127.0.0.1", 9))
	u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	u.sendto(b"x", ("127.0.0.1", 9))
EOF
out=$("$c" run --permissive -p python -- /usr/bin/python3 connect.py 2>&1)
has "$out" 'would refuse "connect_tcp", "connect_send_udp" on port 9' "so are ports, TCP and UDP"
end
