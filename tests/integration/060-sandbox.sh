#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sandboxes without privilege: cloison run and cloison sandbox, the shipped
# profiles with real programs.
# usage: 060-sandbox.sh CLOISON PROFILES
set -u
. "$(dirname "$0")/lib.sh"
c=$(realpath "$1")
# Outside /tmp, which many profiles let write; descriptors of the harness are
# not the command's business.
dir=$(mktemp -d /var/tmp/sandbox.XXXXXX) || exit 1
begin_sandbox "$2"
TMPDIR=$dir/tmp
export TMPDIR
mkdir -p "$HOME/.ssh" "$TMPDIR" "$dir/in" "$dir/out"
echo key >"$HOME/.ssh/id_test"
echo text >"$dir/in/file"
echo text >"$dir/out/file"
cd "$dir/in" || exit 1
run() { "$c" run -q "$@" 2>"$dir/stderr"; }
abi=$("$c" sandbox show -p base --json | sed 's/^{"abi":\([0-9]*\),.*/\1/')

# What is not named is refused.
run -p base -- cat "$dir/in/file" >/dev/null
is 1 $? "a file that nothing names is not read"
run -p base --ro "$dir/in" -- cat "$dir/in/file" >/dev/null
is 0 $? "--ro: it is"
run -p base --ro "$dir/in" -- cat "$dir/out/file" >/dev/null
is 1 $? "another is not"
run -p base --ro "$dir/in" -- cp "$dir/in/file" "$dir/in/new"
is 1 $? "nor is one written beside it"
run -p base --rw "$dir/in" -- cp "$dir/in/file" "$dir/in/new"
is 0 $? "--rw: it is"
cp /bin/true "$dir/in/program"
run -p base --rw "$dir/in" -- "$dir/in/program"
is 126 $? "what is written there is not executed"
has "$(cat "$dir/stderr")" "the sandbox must allow to execute it" "which is said"
run -p base --exec "$dir/in" -- "$dir/in/program"
is 0 $? "--exec: it is"
run --ro / -- true
is 126 $? "without --exec nothing is executed"
run -p base -- no-such-command
is 127 $? "a command that is not there"
run -p base -- sh -c 'exit 42'
is 42 $? "the status is that of the command"
refused=1
[ "$abi" -ge 6 ] || refused=0
run -p base -- sh -c "kill -0 $$" 2>/dev/null
is $refused $? "no signal to processes outside, from ABI 6 on"
run --exec /usr --exec /bin --exec /lib --exec /lib64 --ro /etc/ld.so.cache --share signal -- sh -c "kill -0 $$"
is 0 $? "--share signal: there is"
run -p base --share signal -- sh -c "kill -0 $$" 2>/dev/null
is $refused $? "but what a profile refuses stays refused"
run -p base -- sh -c 'cat <&0' <"$dir/out/file" >/dev/null
is 0 $? "a descriptor that is given stays usable"
out=$("$c" run -p base -- true 3<"$dir/out/file" 2>&1)
has "$out" "inherits descriptor" "and one that is not meant is said"
run -p base -- setpriv --dump >"$dir/dump" 2>/dev/null
has "$(cat "$dir/dump")" "no_new_privs: 1" "a set-user-id program gains nothing"

# Sandboxes inside sandboxes; 16 and no more.
run -p base --exec "$c" --ro "$CLOISON_PROFILE_PATH" --ro "$dir/in" -- \
	"$c" run -q -p base --ro "$dir/out" -- cat "$dir/in/file" >/dev/null
is 1 $? "a sandbox inside another only takes away"

# Ports.
cat >"$dir/server.py" <<'EOF'
import http.server, sys
s = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)
print(s.server_port, flush=True)
s.handle_request()
EOF
python3 "$dir/server.py" >"$dir/port" 2>/dev/null &
server=$!
for _ in $(seq 150); do
	[ -s "$dir/port" ] && break
	sleep 0.2
done
port=$(cat "$dir/port")
local=127.0.0.1
if command -v curl >/dev/null; then
	run -p curl -- curl -s "http://$local:$port/file" >"$dir/got"
	is 7 $? "curl: a port that nothing names is not reached"
	run -p curl --net-connect "$port" -- curl -s "http://$local:$port/file" >"$dir/got"
	is "0 text" "$? $(cat "$dir/got")" "curl: --net-connect: it is"
fi
kill "$server" 2>/dev/null
wait "$server" 2>/dev/null

# Names that are nearly right: in words and status the same for every verb.
mkdir "$dir/profiles"
cp "$2"/*.toml "$dir/profiles/"
for words in "run -p raeder -- true" "sandbox enter -p raeder" "sandbox show -p raeder" \
	"sandbox lint raeder" "sandbox check raeder" "sandbox diff base raeder" \
	"sandbox explain read_file /etc -p raeder" "sandbox export -p raeder" "learn -m raeder -- true"; do
	# shellcheck disable=SC2086 # words
	out=$(CLOISON_PROFILE_PATH=/nowhere:$dir/profiles "$c" $words 2>&1)
	is 2 $? "$words: no such profile"
	has "$out" "did you mean 'reader'?" "and the nearest is named"
done
out=$("$c" run -p xyzzyxyzzy -- true 2>&1)
is 2 $? "a profile that is near to none"
has "$out" "a file is written with a slash" "then it is said how a file is written"

# Paths that are missing.
out=$("$c" run -p base --ro "$dir/gone" --rw "$dir/in" -- true 2>&1)
is 0 $? "a path that is missing is no error"
is 1 "$(printf '%s\n' "$out" | grep -c "'$dir/gone': No such file or directory; nothing is allowed there")" "it is said, once"
case $out in *"'$dir/in'"* | *"'/lib32'"*) false ;; esac
ok $? "of no path that is there, and of none that only a profile names"
out=$("$c" run -q -p base --ro "$dir/gone" -- true 2>&1)
is "" "$(printf '%s' "$out" | grep gone)" "--quiet: it is not"
"$c" run -q -p base --ro "$dir/gone" --report "$dir/report" -- true 2>/dev/null
has "$(cat "$dir/report")" "\"status\":\"missing-path\",\"layer\":0,\"path\":\"$dir/gone\"" "the report has it"
for word in path all; do
	out=$("$c" run -p base --require=$word --ro "$dir/gone" -- touch "$dir/in/ran" 2>&1)
	is 3 $? "--require=$word: it is fatal"
	[ $word = all ] || has "$out" "'$dir/gone' is required: No such file or directory; nothing was run" "which is said"
done
[ ! -e "$dir/in/ran" ]
ok $? "and nothing was run"
"$c" run -q -p base --require=path --ro "$dir/in" -- true 2>/dev/null
is 0 $? "--require=path: what only a profile names may be missing"
out=$(LL_FS_RO=/usr:/bin:/lib:/lib64:$dir/gone LL_FS_RW=/dev/null "$c" run --sandboxer -- true 2>&1)
has "$out" "'$dir/gone': No such file" "of the environment's paths it is said too"

# What is required.
"$c" run -p base --require fs.execute -- true 2>/dev/null
is 0 $? "what the kernel has may be required"
if [ "$abi" -lt 9 ]; then
	out=$("$c" run -p base --require fs.resolve_unix -- touch "$dir/in/ran" 2>&1)
	is 3 $? "what it lacks is fatal"
	[ ! -e "$dir/in/ran" ]
	ok $? "before anything runs"
	has "$out" "ABI 9 brought it, this kernel has $abi" "with the reason"
	out=$("$c" run -p base -- true 2>&1)
	has "$(printf '%s\n' "$out" | grep 'does not restrict: ')" "resolve_unix" "without --require it is said"
fi
"$c" run -p base --report "$dir/report" -q -- true 2>/dev/null
json "the report is JSON" <"$dir/report"
has "$(cat "$dir/report")" '"right":"execute"' "it has each right"
has "$(cat "$dir/report")" '"status":"missing-path"' "and each path that is missing"
"$c" run -p base --require fs.resolv -- true 2>/dev/null
is 2 $? "a requirement that does not exist"
# Where nothing can be opened, a sanitizer cannot look for leaks at the end.
ASAN_OPTIONS=detect_leaks=0 "$c" run -- true 2>/dev/null
is 126 $? "no option: nothing is allowed"
"$c" run true 2>/dev/null
is 2 $? "the command stands after --"
"$c" run -p no-such -- true 2>"$dir/stderr"
is 2 $? "a profile that is not there"
"$c" run --net-connect 65536 -- true 2>/dev/null
is 2 $? "a port above all"
"$c" run --share files -- true 2>/dev/null
is 2 $? "what cannot be shared"
"$c" run --compose both -p base -- true 2>/dev/null
is 2 $? "a composition that does not exist"

# The environment of the kernel's sample sandboxer.
sample() {
	env LL_FS_RO="/usr:/lib:/lib64:/bin:/etc/ld.so.cache:$dir/in" LL_FS_RW="/dev/null:$dir/out" "$@"
}
sample "$c" run -q --sandboxer -- cat "$dir/in/file" >/dev/null 2>&1
is 0 $? "LL_FS_RO is read"
sample "$c" run -q --sandboxer -- cat "$HOME/.ssh/id_test" >/dev/null 2>&1
is 1 $? "the rest is not"
sample "$c" run -q --sandboxer -- sh -c "echo a >$dir/out/new" 2>/dev/null
is 0 $? "LL_FS_RW is written"
sample "$c" run -q --sandboxer -- sh -c "echo a >$dir/in/new2" 2>/dev/null
is 2 $? "LL_FS_RO is not"
out=$(sample LL_SCOPED=a:s "$c" run -q --sandboxer -- sh -c 'env | grep -c ^LL_' 2>/dev/null)
is 0 "$out" "the variables are gone"
sample LL_SCOPED=s "$c" run -q --sandboxer -- sh -c "kill -0 $$" 2>/dev/null
is $refused $? "LL_SCOPED=s refuses signals"
sample LL_SCOPED=x "$c" run -q --sandboxer -- true 2>/dev/null
is 2 $? "an unknown scope is refused"
sample LL_TCP_CONNECT=70000 "$c" run -q --sandboxer -- true 2>/dev/null
is 2 $? "a port above all is refused"
env LL_FS_RO=/ "$c" run -q --sandboxer -- true 2>/dev/null
is 2 $? "a variable that is missing is refused"
ln -s "$c" "$dir/sandboxer"
sample "$dir/sandboxer" cat "$dir/in/file" >/dev/null 2>&1
is 0 $? "called sandboxer, it takes the command as its words"

# Each profile keeps what it asserts.
for profile in "$CLOISON_PROFILE_PATH"/*.toml; do
	name=$(basename "$profile" .toml)
	"$c" sandbox check "$name" >"$dir/check" 2>&1
	ok $? "$name keeps what it asserts"
	[ "$(grep -c '^holds' "$dir/check")" -gt 2 ]
	ok $? "$name asserts something"
done
cat >"$dir/wrong.toml" <<-'EOF'
	[[path_beneath]]
	allowed_access = ["read_file"]
	parent = ["/etc"]
	[[assert]]
	deny = ["read_file"]
	path = ["/etc/passwd"]
EOF
out=$("$c" sandbox check "$dir/wrong.toml")
is 1 $? "an assertion that does not hold is found"
has "$out" "FAILS $dir/wrong.toml:6: deny read_file on /etc/passwd" "with its line"
"$c" sandbox check "$dir/wrong.toml" --json 2>/dev/null | json "and in JSON"

# Lint and explain.
out=$("$c" sandbox lint build)
is 1 $? "lint finds something in build"
has "$out" "write-execute" "that it may write and execute"
out=$("$c" sandbox lint "$dir/wrong.toml")
has "$out" "'write_file' is not handled" "what is not handled is found"
mkdir "$dir/own"
ln -s "$dir/in" "$dir/own/link"
cat >"$dir/own/all.toml" <<-EOF
	abi = 11
	[[ruleset]]
	handled_access_fs = ["abi.all"]
	[[path_beneath]]
	allowed_access = ["read_file"]
	parent = ["$dir/own/link", "$HOME/.ssh"]
	[[path_beneath]]
	allowed_access = ["write_file", "make_sym", "remove_file"]
	parent = ["$dir/own"]
	[[path_beneath]]
	allowed_access = ["read_file", "make_reg"]
	parent = ["$dir/in/file"]
EOF
"$c" sandbox lint "$dir/own/all.toml" --json >"$dir/lint"
is 1 $? "lint finds something in a profile with a flaw of each kind"
for code in unhandled link truncate file-rights secret own-profile; do
	has "$(cat "$dir/lint")" "\"$code\"" "lint finds: $code"
done
rm -r "$dir/own"
"$c" sandbox lint reader >"$dir/lint"
is 0 $? "lint finds nothing in reader ($(head -n 1 "$dir/lint"))"
"$c" sandbox lint base --json | grep -q '^\['
ok $? "lint answers in JSON"
out=$("$c" sandbox explain write_file "$dir/in/file" -p base)
is 1 $? "what is refused is explained"
has "$out" "allowed_access = [\"write_file\"]" "with the rule that would allow it"
out=$("$c" sandbox explain read_file "$dir/in/gone" -p base)
is 1 $? "what is missing and would be refused is explained"
has "$out" "$dir/in/gone does not exist" "that it is missing"
has "$out" "parent = [\"$dir/in/gone\"]" "with the rule for it alone"
case $out in *"parent = [\"$dir/in\"]"*) false ;; esac
ok $? "not the one for all that is beside it"
has "$out" "only a rule on $dir/in would, which allows it on everything" "of which is said what it would allow"
touch "$dir/in/gone"
"$c" sandbox explain read_file "$dir/in/gone" -p base --ro "$dir/in/gone" >/dev/null
is 0 $? "once it exists, that rule allows it"
rm "$dir/in/gone"
for right in make_reg remove_file; do
	out=$("$c" sandbox explain $right "$dir/in/file" -p base)
	has "$out" "parent = [\"$dir/in\"]" "$right: its rule is on the directory"
	has "$out" "for everything beneath it" "which is said"
done
printf 'abi = 11\n[[path_beneath]]\nallowed_access = ["remove_file"]\nparent = ["%s"]\n' "$dir/in/file" >"$dir/onfile.toml"
"$c" sandbox explain remove_file "$dir/in/file" -p "$dir/onfile.toml" >/dev/null
is 1 $? "a right of directories in a rule on a file allows nothing, as in the kernel"
out=$("$c" sandbox explain read_file "$dir/gone/gone" -p base 2>&1)
has "$out" "not even the directory '$dir/gone' exists" "what is missing with its directory"
"$c" sandbox explain read_file "$dir/in/gone" -p base --json | json "in JSON as well"
out=$("$c" sandbox explain read_file /usr/bin/env -p base)
is 0 $? "what is allowed too"
has "$out" "base.toml:" "with the rule that allows it"

# What files become.
ln -s "$dir/in" "$dir/link"
printf 'abi = 1\n[profile]\ninclude = ["base"]\nlayer = "restrict"\n[[variable]]\nname = "x"\nliteral = ["link", "gone"]\n[[path_beneath]]\nallowed_access = ["write_file"]\nparent = ["%s/${x}"]\nrequired = true\n' "$dir" >"$dir/resolved.toml"
out=$("$c" sandbox show --resolved -p "$dir/resolved.toml" --net-connect 443)
is 0 $? "show --resolved"
has "$out" "layer 1: $dir/resolved.toml, command line" "layers with their files"
has "$out" "  refuse scope: \"abstract_unix_socket\", \"signal\"" "what they refuse"
has "$out" "\"write_file\", \"truncate\", \"ioctl_dev\", \"resolve_unix\" on $dir/link -> $dir/in, from $dir/resolved.toml:10, required" "a rule with what is lifted, where it leads and its line"
has "$out" " on $dir/gone (No such file or directory), from" "each value of a variable, and that it is missing"
has "$out" "allow \"connect_tcp\" on port 443, from command line" "ports"
"$c" sandbox show --resolved -p "$dir/resolved.toml" --json | json "and in JSON"
rm "$dir/link"

# Written for others, and read again.
"$c" sandbox export -p reader --to landlockconfig >"$dir/other.toml"
is 0 $? "a sandbox is written for landlockconfig"
"$c" run -q -p "$dir/other.toml" --compose landlockconfig -- cat "$dir/in/file" >/dev/null 2>&1
is 0 $? "it reads again, and does the same"
"$c" run -q -p "$dir/other.toml" --compose landlockconfig -- cat "$dir/out/file" >/dev/null 2>&1
is 1 $? "refusing the same"
"$c" sandbox export -p base --to setpriv >/dev/null 2>&1
is 1 $? "setpriv cannot say ports and scopes: refused"
cat >"$dir/plain.toml" <<-'EOF'
	[[path_beneath]]
	allowed_access = ["read_file", "execute"]
	parent = ["/usr", "/it's"]
EOF
is "--no-new-privs --landlock-access fs:execute,read-file --landlock-rule 'path-beneath:execute,read-file:/usr' --landlock-rule 'path-beneath:execute,read-file:/it'\\''s'" \
	"$("$c" sandbox export -p "$dir/plain.toml" --to setpriv)" "a plain one becomes its arguments"

# Real programs, each in its profile.
real() {
	profile=$1
	shift
	if ! command -v "$1" >/dev/null 2>&1; then
		echo "# $1 is not installed: its profile was checked, not run"
		return
	fi
	"$c" run -q -p "$profile" -- "$@" >"$dir/real" 2>&1
	ok $? "$profile: $*"
	[ ! -s "$dir/real" ] || tail -n 3 "$dir/real" | awk '{ print "# " $0 }'
}
printf 'int main(void) { return 0; }\n' >a.c
printf 'all: b\n\t./b\nb: a.c\n\t$(CC) -o b a.c\n' >Makefile
printf '{"a": 1}\n' >a.json
printf 'print(open("a.c").read())\nopen("p", "w").write("x")\n' >a.py
printf 'require("fs").writeFileSync("n", "x")\n' >a.js
real compiler gcc -o a a.c
real build make
real reader jq . a.json
real reader file a.c
real archive tar cf a.tar a.c
real archive gzip -k a.c
real python /usr/bin/python3 a.py
real node node a.js
real git git init -q repository
real ssh ssh -V
real media ffmpeg -version
real nginx nginx -v
real agent sh -c 'cp a.py b.py && /usr/bin/python3 b.py'
real curl curl --version
run -p agent -- cat "$HOME/.ssh/id_test" >/dev/null
is 1 $? "agent: no key is read"
run -p agent -- sh -c "echo x >$dir/out/agent"
is 2 $? "agent: nothing is written beside the project"
end
