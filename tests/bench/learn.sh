#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What it costs to be watched: a real build, of libcloison-landlock by meson,
# ninja and the compiler, alone, under cloison learn and under strace.
# usage: learn.sh CLOISON SOURCE [ROUNDS]
set -eu
cloison=$(realpath "$1")
source=$(realpath "$2")
rounds=${3:-5}
dir=$(mktemp -d /var/tmp/bench-learn.XXXXXX)
CLOISON_PROFILE_PATH=$source/data/profiles
export CLOISON_PROFILE_PATH
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# The calls that learning looks at, and opens above all.
calls=open,openat,openat2,creat,execve,execveat,stat,unlink,unlinkat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat
calls=$calls,symlink,symlinkat,truncate,mknod,mknodat,rmdir,connect,bind,sendto,sendmsg

cat >"$dir/build" <<END
set -e
rm -rf "$dir/out"
meson setup "$dir/out" "$source"
ninja -C "$dir/out" src/landlock/libcloison-landlock.so.0.1.0
END
alone() { "$@"; }
learned() { rm -f "$dir/learned.toml" && "$cloison" learn -o "$dir/learned.toml" -- "$@"; }
traced() { strace -f -qq -o "$dir/trace" -e "trace=$calls" "$@"; }
filtered() { strace -f -qq --seccomp-bpf -o "$dir/trace" -e "trace=$calls" "$@"; }

# Processor time of all that has ended, in hundredths of a second.
ticks() { awk '{ print $16 + $17 }' "/proc/$$/stat"; }

ways='alone learned filtered traced'
command -v strace >/dev/null || ways='alone learned'
round=0
while [ $round -lt "$rounds" ]; do
	for way in $ways; do
		began=$(date +%s%N)
		used=$(ticks)
		$way sh "$dir/build" >"$dir/said" 2>&1 || {
			tail -n 5 "$dir/said" >&2
			echo "learn: the build fails: $way" >&2
			exit 1
		}
		echo "$way $((($(date +%s%N) - began) / 1000000)) $((($(ticks) - used) * 10))" >>"$dir/times"
	done
	round=$((round + 1))
done
# To the plain run of the same round; the medians of those.
echo '| a real build | processor time: ratio | median ms | by the clock: ratio | median ms |'
echo '|---|---|---|---|---|'
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# of WAY COLUMN: median of the ratios, and of the times
of() {
	awk -v way="$1" -v c="$2" '$1 == "alone" { base = $c } $1 == way { printf "%.2f\n", $c / base }' "$dir/times" | middle
	awk -v way="$1" -v c="$2" '$1 == way { print $c }' "$dir/times" | middle
}
for way in $ways; do
	case $way in
	alone) words='plain' ;;
	learned) words='cloison learn' ;;
	filtered) words='strace --seccomp-bpf, the same calls' ;;
	traced) words='strace, the same calls' ;;
	esac
	# shellcheck disable=SC2046,SC2183 # four numbers
	printf '| %s | %s | %s | %s | %s |\n' "$words" $(of "$way" 3) $(of "$way" 2)
done
