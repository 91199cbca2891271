#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# cloison run against a hostile command and hostile paths; sandboxes in
# sandboxes up to the kernel's limit.  (By system calls: tests/landlock.)
# usage: 090-hostile.sh CLOISON PROFILES
set -u
. "$(dirname "$0")/lib.sh"
c=$(realpath "$1")
dir=$(mktemp -d /var/tmp/hostile.XXXXXX) || exit 1
begin_sandbox "$2"
TMPDIR=$dir/tmp
export TMPDIR
mkdir -p "$HOME" "$TMPDIR" "$dir/in/sub" "$dir/out"
echo text >"$dir/in/file"
echo text >"$dir/out/file"
cd "$dir/in" || exit 1
run() { "$c" run -q "$@" 2>"$dir/stderr"; }
abi=$("$c" sandbox show -p base --json | sed 's/^{"abi":\([0-9]*\),.*/\1/')

# Links, on the command line and left for the command to find.
ln -s "$dir/out" "$dir/in/link"
ln -s "$dir/in" "$dir/toin"
run -p base --rw "$dir/in" -- cat link/file >/dev/null
is 1 $? "a link in what is allowed is no way out"
run -p base --rw "$dir/in" -- sh -c 'ln -s /etc/shadow s; cat s' >/dev/null
is 1 $? "nor one that the command makes"
run -p base --ro "$dir/toin" -- cat "$dir/in/file" >/dev/null
is 0 $? "a link that is named: what it leads to is allowed"
run -p base --ro "$dir/in/../out/../in" -- cat "$dir/out/file" >/dev/null
is 1 $? "a path with ..: what it leads to, and not what it passes"
run -p base --ro "$dir/in" -- cat "/proc/self/root$dir/out/file" >/dev/null
is 1 $? "/proc/self/root is no way out"
run -p base --ro "$dir/in" -- cat "/proc/self/cwd/../out/file" >/dev/null
is 1 $? "nor is /proc/self/cwd"
run -p base -- cat /proc/self/fd/3/file 3<"$dir/out" >/dev/null
is 1 $? "a directory that is inherited gives no files"
run -p base -- cat /proc/self/fd/3 3<"$dir/out/file" >/dev/null
is 1 $? "a file that is inherited is not opened again"
run -p base -- sh -c 'cat <&3' 3<"$dir/out/file" >/dev/null
is 0 $? "but read: a descriptor is not restricted"
out=$("$c" run -p base -- true 3<"$dir/out" 4<"$dir/out/file" 2>&1)
has "$out" "inherits descriptor 3, 4" "which is said of each"
out=$(/usr/bin/python3 -c 'import os, sys
os.closerange(3, 4096)
os.execv(sys.argv[1], sys.argv[1:])' "$c" run -p base -- true 2>&1 | grep descriptor)
is "" "$out" "and of none if there is none"

# Names that shells and files of text stumble over.
odd="$dir/o'd\"d \$HOME \${cwd}
[line]"
mkdir "$odd"
echo text >"$odd/file"
run -p base --ro "$odd" -- cat "$odd/file" >/dev/null
is 0 $? "a name with quotes, dollars and a line feed"
run -p base --ro "$odd" -- cat "$dir/out/file" >/dev/null
is 1 $? "allows itself alone"
run -p base --ro "$dir/in" -- cat "$odd/file" >/dev/null
is 1 $? "and is refused as any other"
long=$(printf '%0250d' 0)
mkdir -p "$dir/in/$long/$long/$long/$long/$long/$long/$long/$long/$long/$long"
echo text >"$dir/in/$long/$long/$long/$long/$long/$long/$long/$long/$long/$long/file"
run -p base --ro "$dir/in/$long" -- cat "$long/$long/$long/$long/$long/$long/$long/$long/$long/$long/file" >/dev/null
is 0 $? "ten names of 250 bytes, one in the other"
"$c" run -q -p base --ro "$dir/$long$long" -- true 2>/dev/null
is 0 $? "a name that no file can have is one that is missing"

# Moved while the command runs: the rule stays with the directory.
mkdir "$dir/first"
echo first >"$dir/first/file"
mkfifo "$dir/in/ready" "$dir/in/go"
run -p base --ro "$dir/first" --rw "$dir/in" -- sh -c 'echo >ready; read -r line <go
	cat ../second/file ../first/file' >"$dir/got" &
it=$!
read -r _ <"$dir/in/ready"
mv "$dir/first" "$dir/second"
mkdir "$dir/first"
echo other >"$dir/first/file"
echo >"$dir/in/go"
wait $it
is "1 first" "$? $(cat "$dir/got")" "a directory that is moved stays allowed, one with its old name is not"

# Mounts.
if unshare -rm mount --bind "$dir/out" "$dir/in/sub" 2>/dev/null; then
	run -p base --rw "$dir/in" --rw "$dir/out" -- unshare -rm mount --bind "$dir/out" "$dir/in/sub"
	[ $? -ne 0 ]
	ok $? "in namespaces of its own the command mounts nothing"
	unshare -rm sh -c "mount --bind '$dir/out' '$dir/in/sub' &&
		exec '$c' run -q -p base --ro '$dir/in' -- cat '$dir/out/file'" >/dev/null 2>&1
	is 1 $? "what is mounted below is not read in its own place"
else
	skip "mounts of one's own" "no namespaces of users and mounts for this user"
fi

# What is set-user-id.
run -p base -- setpriv --dump >"$dir/dump"
has "$(cat "$dir/dump")" "no_new_privs: 1" "a set-user-id program gains nothing"
if [ "$(id -u)" -eq 0 ]; then
	cp "$(command -v id)" "$dir/in/id"
	chmod 755 "$dir"
	chmod 4755 "$dir/in/id"
	as="setpriv --reuid 65534 --regid 65534 --clear-groups"
	if [ "$($as "$dir/in/id" -u)" = 0 ]; then
		is 65534 "$($as "$c" run -q -p base --exec "$dir/in" -- "$dir/in/id" -u)" \
			"the user stays who it was"
	else
		skip "a set-user-id program" "this file system runs none"
	fi
else
	skip "a set-user-id program" "only root can make one"
fi

# Processes outside.
if [ "$abi" -ge 6 ]; then
	run -p base -- sh -c "kill -0 $$" 2>/dev/null
	is 1 $? "no signal goes out"
fi
sleep 100 &
other=$!
readlink "/proc/$other/cwd" >/dev/null && ! run -p base -- readlink "/proc/$other/cwd" >/dev/null
ok $? "the directory of a process outside is not seen"
# CAP_PERFMON is enough to the kernel here, so not to root (CAVEATS.md).
if [ "$(id -u)" -ne 0 ]; then
	run -p base -- cat "/proc/$other/environ" >/dev/null
	is 1 $? "nor its environment"
fi
ls "/proc/$other/root/" >/dev/null && ! run -p base -- ls "/proc/$other/root/" >/dev/null
ok $? "nor is its root entered"
kill $other

# Sandboxes in sandboxes: the kernel takes 16 layers.
cat >"$dir/in/nest" <<-'EOS'
	depth=$1
	[ "$depth" -gt 0 ] || exit 42
	exec "$c" run -q -p base --exec "$c" --ro "$CLOISON_PROFILE_PATH" --ro "$PWD" -- sh ./nest $((depth - 1))
EOS
export c
sh ./nest 16
is 42 $? "16 sandboxes, one in the other"
out=$(sh ./nest 17 2>&1)
is 3 $? "not 17"
has "$out" "takes 16 layers" "which is said"
end
