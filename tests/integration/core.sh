# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# For the tests 1xx: a Core that runs.
. "$(dirname "$0")/lib.sh"
# shellcheck disable=SC2034 # for the tests that read this file
socket=/run/cloison/control.sock

# Wait until a command succeeds, for 30 seconds.
until_ok() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 150 ] || return 1
		sleep 0.2
	done
}

start_core() {
	sh -c 'cloisond; echo "cloisond has ended: $?"' >>/run/cloisond.out \
		2>&1 </dev/null &
	until_ok cloison ps || {
		tail -n 20 /run/cloisond.out | sed 's/^/# /'
		echo "Bail out! the Core does not answer"
		exit 1
	}
}

# What systemd does: a Core that ends is started again, until /run/no-core.
supervise_core() {
	rm -f /run/no-core
	sh -c 'until [ -e /run/no-core ]; do
		cloisond; echo "cloisond has ended: $?"; sleep 0.2
	done' >>/run/cloisond.out 2>&1 </dev/null &
	until_ok cloison ps
}

# kill_hard PID: as the kernel does when memory is short.  The guard refuses
# kill(2) on the Core to root too.
kill_hard() {
	mkdir -p /sys/fs/cgroup/victim
	echo "$1" >/sys/fs/cgroup/victim/cgroup.procs
	echo 1 >/sys/fs/cgroup/victim/cgroup.kill
	until_ok test ! -d "/proc/$1"
}

# state CAGE: as ps tells it
state() {
	cloison ps 2>/dev/null | awk -v cage="$1" '$1 == cage { print $4 }'
}

# init_of CAGE: its init's process
init_of() {
	cloison ps --json | sed 's/},{/\n/g' | grep "\"name\":\"$1\"" |
		sed 's/.*"init_pid":\([0-9]*\).*/\1/'
}

# The Core runs when a test begins, with no cage up.
begin() {
	if ! cloison ps >/dev/null 2>&1; then
		start_core
	fi
	cloison down >/dev/null 2>&1
	mkdir -p /etc/cloison/cages
	rm -f /etc/cloison/cages/*.toml
}

# in_cage CAGE WORDS...: run something there, through pipes
in_cage() {
	cage=$1
	shift
	timeout 60 cloison enter "$cage" -- "$@" </dev/null
}
