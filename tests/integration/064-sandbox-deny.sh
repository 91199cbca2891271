#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a wider rule would open and a denial keeps closed.
# usage: 064-sandbox-deny.sh CLOISON PROFILES
set -u
. "$(dirname "$0")/lib.sh"
c=$(realpath "$1")
dir=$(mktemp -d /var/tmp/deny.XXXXXX) || exit 1
begin_sandbox "$2"
mkdir -p "$HOME/.ssh/deep" "$HOME/job" "$HOME/a/b/c" "$HOME/a/side"
echo key >"$HOME/.ssh/id_test"
echo key >"$HOME/.ssh/deep/id_test"
for f in file job/file a/file a/b/file a/b/c/file a/side/file; do echo text >"$HOME/$f"; done
ln -s .ssh "$HOME/link"
ln -s /etc/shadow "$HOME/shadow"
cd "$dir" || exit 1
run() { "$c" run -q -p base "$@" 2>err; }
# can WANTED SENTENCE OPTION... -- COMMAND...
can() {
	want=$1 sentence=$2
	shift 2
	run "$@" >out
	[ $? -eq 0 ] && got=yes || got=no
	is "$want" "$got" "$sentence"
}

can yes "without a denial the rule on the home opens all" --rw "$HOME" -- cat "$HOME/.ssh/id_test"
can no "--deny: a key is not read" --rw "$HOME" --deny "$HOME/.ssh" -- cat "$HOME/.ssh/id_test"
can no "nor deeper" --rw "$HOME" --deny "$HOME/.ssh" -- cat "$HOME/.ssh/deep/id_test"
can no "nor by a link" --rw "$HOME" --deny "$HOME/.ssh" -- cat "$HOME/link/id_test"
can no "nor is it listed" --rw "$HOME" --deny "$HOME/.ssh" -- ls "$HOME/.ssh"
can no "nor does it get another file" --rw "$HOME" --deny "$HOME/.ssh" -- mv "$HOME/job/file" "$HOME/.ssh/authorized_keys"
can no "nor is it moved away" --rw "$HOME" --deny "$HOME/.ssh" -- mv "$HOME/.ssh" "$HOME/job/ssh"
can no "nor removed" --rw "$HOME" --deny "$HOME/.ssh" -- rm "$HOME/.ssh/id_test"
can yes "a file beside it is read" --rw "$HOME" --deny "$HOME/.ssh" -- cat "$HOME/file"
can yes "and written" --rw "$HOME" --deny "$HOME/.ssh" -- cp "$HOME/file" "$HOME/job/file"
can yes "and made, in a directory beside it" --rw "$HOME" --deny "$HOME/.ssh" -- touch "$HOME/job/new"
can no "the directory itself is lost" --rw "$HOME" --deny "$HOME/.ssh" -- touch "$HOME/new"
can no "where a link leads is not opened" --ro "$HOME" --deny "$HOME/.ssh" -- cat "$HOME/shadow"
can no "a denial by a link denies what it leads to" --rw "$HOME" --deny "$HOME/link" -- cat "$HOME/.ssh/id_test"
can no "a relative one is from the current directory" --rw "$HOME" --deny home/.ssh -- cat "$HOME/.ssh/id_test"
can no "from the root as well" --ro / --deny "$HOME/.ssh" -- cat "$HOME/.ssh/id_test"
can yes "with all that is beside the way" --ro / --deny "$HOME/.ssh" -- cat /etc/hostname "$HOME/a/b/c/file"
can no "a file alone" --rw "$HOME" --deny "$HOME/a/b/c/file" -- cat "$HOME/a/b/c/file"
can yes "and what is beside the way to it" --rw "$HOME" --deny "$HOME/a/b/c/file" -- \
	cat "$HOME/a/b/file" "$HOME/a/file" "$HOME/a/side/file" "$HOME/file"
can no "two: the first" --rw "$HOME" --deny "$HOME/.ssh" --deny "$HOME/a/b" -- cat "$HOME/.ssh/id_test"
can no "two: the second" --rw "$HOME" --deny "$HOME/.ssh" --deny "$HOME/a/b" -- cat "$HOME/a/b/c/file"
can yes "two: the rest" --rw "$HOME" --deny "$HOME/.ssh" --deny "$HOME/a/b" -- cat "$HOME/a/side/file" "$HOME/file"
can no "one in another" --rw "$HOME" --deny "$HOME/a" --deny "$HOME/a/b" -- cat "$HOME/a/file"
can no "a rule on the place itself gives nothing" --ro "$HOME/.ssh" --deny "$HOME/.ssh" -- cat "$HOME/.ssh/id_test"
can no "nor one beneath it, whatever the order" --deny "$HOME/.ssh" --ro "$HOME/.ssh/id_test" -- cat "$HOME/.ssh/id_test"

# What is not there.
can no "a place that is not there is not made" --rw "$HOME" --deny "$HOME/later/key" -- mkdir "$HOME/later"
mkdir "$HOME/later"
echo key >"$HOME/later/key"
run --rw "$HOME" --deny "$HOME/later2/x" -- sh -c "sleep 1; cat $HOME/later2/x" >out &
sleep 0.3
mkdir "$HOME/later2"
echo key >"$HOME/later2/x"
wait $!
is 1 $? "nor read when another makes it"
rm -r "$HOME/later2"
ln -s "$HOME/nowhere" "$HOME/loose"
run --rw "$HOME" --deny "$HOME/loose" -- true
is 2 $? "a link to nothing is not guessed at: nothing runs"
has "$(cat err)" "cannot be denied" "which is said"
rm "$HOME/loose"

# By a profile: rights that are named, in its layer.
profile() { printf 'abi = 11\n[profile]\ninclude = ["base"]\n%s\n' "$1" >own.toml; }
deny() { printf '[[deny_beneath]]\ndenied_access = [%s]\nparent = ["%s"]\n' "$1" "$2"; }
allow() { printf '[[path_beneath]]\nallowed_access = [%s]\nparent = ["%s"]\n' "$1" "$2"; }
can_own() {
	want=$1 sentence=$2
	shift 2
	"$c" run -q -p ./own.toml -- "$@" >out 2>err
	[ $? -eq 0 ] && got=yes || got=no
	is "$want" "$got" "$sentence"
}
profile "$(allow '"abi.all"' '${home}')
$(deny '"read_file", "write_file"' '${home}/.ssh')"
can_own no "profile: reading is denied" cat "$HOME/.ssh/id_test"
can_own yes "what is not named is not: a listing" ls "$HOME/.ssh" "$HOME"
can_own yes "and a directory is made in the home" mkdir "$HOME/made"
"$c" run -q -p ./own.toml -- sh -c "echo x >$HOME/made2; cat $HOME/made2" >out 2>err
is 1 $? "but a file that is made there is not read"
printf 'abi = 1\n[[path_beneath]]\nallowed_access = ["abi.all"]\nparent = ["${home}"]\n' >old.toml
profile "$(deny '"truncate"' '${home}/.ssh')"
"$c" run -q -p ./old.toml -p ./own.toml -- sh -c ": >$HOME/.ssh/id_test" 2>err
is 2 $? "a right that an old file would be given is denied too"
is key "$(cat "$HOME/.ssh/id_test")" "and nothing was lost"
profile "$(allow '"read_file"' '${home}')
$(deny '"read_file"' '${home}/.ssh')
[[assert]]
deny = [\"read_file\"]
path = [\"\${home}/.ssh\", \"\${home}/.ssh/id_test\"]
[[assert]]
allow = [\"read_file\"]
path = [\"\${home}/a/file\"]"
"$c" sandbox check ./own.toml >out 2>&1
is 0 $? "what it asserts is tried, and holds ($(grep -v '^holds' out | head -n 1))"

# It is said to be what it is.
out=$("$c" sandbox show -p ./own.toml)
has "$out" 'substituted    deny "read_file" on' "show: a substitute"
"$c" sandbox show -p ./own.toml --json | grep -q '"denials":\[{"status":"substituted"'
ok $? "in JSON too"
out=$("$c" run -p ./own.toml -- true 2>&1)
has "$out" "rules on what is beside it now; what is made there later is refused too" "run says it"
out=$("$c" sandbox explain read_file "$HOME/.ssh/id_test" -p ./own.toml)
is 1 $? "explain: refused"
out=$("$c" sandbox diff base ./own.toml)
has "$out" "+ \"read_file\" on $HOME/a" "diff sees what is left"
"$c" sandbox export -p ./own.toml --to landlockconfig >other.toml
"$c" run -q --compose landlockconfig -p ./other.toml -- cat "$HOME/.ssh/id_test" >out 2>&1
is 1 $? "what is written for landlockconfig denies it too"

# A name that is mistyped denies what is not there, and that is said.
"$c" run -p base --rw "$HOME" --deny "$HOME/.shs" -- true 2>err
is 0 $? "a denial of what does not exist"
has "$(cat err)" "'$(realpath "$HOME")/.shs' does not exist" "is said"
"$c" run -q -p base --rw "$HOME" --deny "$HOME/.shs" -- true 2>err
! grep -q exist err
ok $? "not with --quiet"
"$c" run -q -p base --require=path --rw "$HOME" --deny "$HOME/.shs" -- touch ran 2>err
is 3 $? "and fatal with --require=path"
has "$(cat err)" "does not exist; nothing was run" "which is said"
[ ! -e ran ]
ok $? "and true"

# More than a sandbox holds.
mkdir "$dir/many"
(cd "$dir/many" && seq 5000 | xargs mkdir)
run --ro "$dir/many" --deny "$dir/many/1" -- true
is 2 $? "too much beside it: nothing runs"
has "$(cat err)" "too much is beside it" "and it is said"
end
