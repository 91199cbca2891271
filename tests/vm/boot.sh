#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes the users that a package would, starts the Core, runs a command, and
# shows what the Core said if the command fails.  (The guard refuses
# any signal to the Core, signal 0 too: whether it runs is seen in /proc.)
# usage: boot.sh COMMAND...
set -u
systemd-sysusers >/dev/null 2>&1 || echo "# boot: no users were made" >&2
cloisond >/run/cloisond.out 2>&1 </dev/null &
core=$!
tries=0
until [ -S /run/cloison/control.sock ]; do
	tries=$((tries + 1))
	if [ $tries -gt 300 ] || [ ! -d /proc/$core ]; then
		sed 's/^/# /' /run/cloisond.out
		echo "Bail out! the Core does not start"
		exit 1
	fi
	sleep 0.1
done
"$@"
status=$?
[ $status -eq 0 ] || sed 's/^/# /' /run/cloisond.out
exit $status
