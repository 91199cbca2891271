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
