#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The Debian packages in a machine that systemd has booted: install, restart,
# kill, upgrade, reboot, remove, purge.  It is started again by each boot; what
# was done so far is in /var/tmp.
# usage: install.sh DIR-OF-PACKAGES DIR-OF-NEWER-PACKAGES
set -u
old=$1 new=$2
state=/var/tmp/install-test
count=0
[ -r $state ] && read -r stage count <$state || stage=1

ok() {
	local status=$1
	count=$((count + 1))
	shift
	if [ "$status" -eq 0 ]; then echo "ok $count - $*"; else
		echo "not ok $count - $*"
		[ ! -s /run/out ] || sed 's/^/#   /' /run/out
	fi
}
# what to expect, then a command that must succeed
yes_() {
	local text=$1
	shift
	"$@" >/run/out 2>&1
	ok $? "$text"
}
no_() {
	local text=$1
	shift
	! "$@" >/run/out 2>&1
	ok $? "$text"
}
is_active() { systemctl is-active --quiet "$1"; }
wait_core() {
	for _ in $(seq 100); do
		cloison ps >/dev/null 2>&1 && return 0
		sleep 0.3
	done
	return 1
}
wait_cage() {
	for _ in $(seq 60); do
		cloison ps | grep -q '^office .* up ' && return 0
		sleep 0.5
	done
	cloison ps
	journalctl -b --no-pager -u cloisond
	return 1
}
refused_then_logged() {
	local before after
	before=$(cloison log --json 2>/dev/null | grep -c .)
	! cloison enter --role=admin office -- mount -t tmpfs x /tmp && sleep 2 || return 1
	after=$(cloison log --json | grep -c .)
	echo "$before $after"
	[ "$after" -gt "$before" ]
}
reboot_now() {
	echo "$1 $count" >$state
	sync
	systemctl --no-block reboot
	sleep 600
}

case $stage in
1)
	mkdir -p /var/log/journal
	systemctl restart systemd-journald
	yes_ 'the packages install' dpkg -i "$old"/cloison_*.deb "$old"/cloison-guard_*.deb
	sed 's/^/# /' /run/out
	printf '[cage]\nid = 2\nlevel = "low"\nautostart = true\n' \
		>/etc/cloison/cages/office.toml
	yes_ 'the users are made' getent passwd _cloison
	yes_ 'the Core is active' is_active cloisond
	yes_ 'both units are enabled' systemctl is-enabled cloisond cloison-cages
	yes_ 'systemd finds nothing wrong with the units' sh -c \
		'out=$(systemd-analyze verify --man=no cloisond.service cloison-cages.service 2>&1); echo "$out"; [ -z "$out" ]'
	systemd-analyze security --no-pager 2>/dev/null | grep cloison | sed 's/^/# /'
	reboot_now 2
	;;
2)
	yes_ 'the Core is active after a boot' wait_core
	yes_ 'its unit is active' is_active cloisond
	is_active cloison-cages || systemctl status cloison-cages | sed 's/^/# /'
	yes_ 'the unit of the cages is active' is_active cloison-cages
	yes_ 'a cage with autostart is up by the boot' wait_cage
	cloison doctor >/run/out 2>&1
	ok $? 'doctor finds nothing that is missing'
	grep -i -e guard -e lock /run/out | sed 's/^/# /'
	yes_ 'a command runs in the cage' cloison enter office -- true
	yes_ 'what is refused is in the log' refused_then_logged
	yes_ 'systemd knows the Core' test "$(systemctl show -P MainPID cloisond)" -gt 1
	no_ 'root cannot end the Core' kill -9 "$(pgrep -ox cloisond)"
	cage_pids() { find /sys/fs/cgroup/cloison -name cgroup.procs -exec cat {} + 2>/dev/null | sort; }
	inits=$(cage_pids | head -n 1)
	[ "$inits" ]
	ok $? 'processes are in the cgroup of the cages'
	[ "$inits" ] || inits=none
	alive() { [ -d "/proc/$inits" ] && cloison ps | grep -q '^office .* up '; }
	core=$(systemctl show -P MainPID cloisond)
	yes_ 'cages are not in the cgroup of the service' grep -q '^0::/cloison/' "/proc/$inits/cgroup"
	yes_ 'systemctl restart works' systemctl restart cloisond
	wait_core
	[ "$(systemctl show -P MainPID cloisond)" != "$core" ]
	ok $? 'it is another process'
	yes_ 'and the cage is the same' alive
	core=$(systemctl show -P MainPID cloisond)
	cloison core stop --abrupt >/run/out 2>&1
	for _ in $(seq 60); do
		sleep 0.5
		main=$(systemctl show -P MainPID cloisond)
		[ "$main" != "$core" ] && [ "$main" != 0 ] && break
	done
	yes_ 'systemd starts a killed Core again' wait_core
	yes_ 'and the cage is the same' alive
	yes_ 'a command runs in it' sh -c 'cloison enter office -- true || cloison enter office -- true'
	yes_ 'systemctl stop works' systemctl stop cloisond.service
	no_ 'the Core is gone' is_active cloisond
	[ -d "/proc/$inits" ]
	ok $? 'the cage runs on without Core'
	yes_ 'systemctl start works' systemctl start cloisond cloison-cages
	wait_core
	yes_ 'and finds the cage' alive

	yes_ 'the packages are upgraded' dpkg -i "$new"/cloison_*.deb "$new"/cloison-guard_*.deb
	grep 'cloison-guard: ' /run/out | sed 's/^/# /'
	yes_ 'the Core answers' wait_core
	yes_ 'the cage is the same' alive
	yes_ 'the Core restarts after the upgrade' systemctl restart cloisond
	wait_core
	yes_ 'and the cage is the same' alive
	date +%s >/var/tmp/down-at
	reboot_now 3
	;;
3)
	down=$(journalctl -b -1 -o short-unix --no-pager | tail -n 1 | cut -d. -f 1)
	took=$((down - $(cat /var/tmp/down-at)))
	[ "$took" -lt 60 ]
	ok $? "the machine goes down with cages in $took s"
	! journalctl -b -1 --no-pager | grep -v vm-command |
		grep -iE 'timed out|failed to kill|Killing process' >/run/out
	ok $? 'nothing timed out on the way down'
	journalctl -b -1 --no-pager -u cloisond -u cloison-cages | tail -n 8 | sed 's/^/# /'
	yes_ 'the Core is active after the upgrade and a boot' wait_core
	yes_ 'the copy that runs is the new program' cmp /usr/sbin/cloisond /run/cloison/core/cloisond
	yes_ 'the cage is up' wait_cage
	grep -q apparmor /sys/kernel/security/lsm && aa-status --enabled
	ok $? 'AppArmor is in force as well'
	uid=$(id -u _cloison)
	yes_ 'the packages are removed' dpkg -r cloison-guard cloison
	grep -e 'cloison-guard: ' -e down /run/out | sed 's/^/# /'
	no_ 'no Core is left' pgrep -x cloisond
	[ -z "$(find /sys/fs/cgroup/cloison -name cgroup.procs -exec cat {} + 2>/dev/null)" ]
	ok $? 'no process of a cage is left'
	[ -d /etc/cloison/cages ]
	ok $? 'the cage files are kept by a removal'
	yes_ 'the packages are purged' dpkg -P cloison-guard cloison
	find / -xdev \( -name '*cloison*' -o -uid "$uid" \) ! -path '/proc/*' ! -path '/sys/*' ! -path '/run/*' \
		! -path '/usr/lib/cloison/tests*' ! -path '/var/tmp/*' ! -path '/usr/lib/cloison' \
		! -path "$old*" ! -path "$new*" ! -path '/var/log/journal/*' >/run/out 2>/dev/null
	[ ! -s /run/out ]
	ok $? 'no file is left'
	! getent passwd _cloison && ! getent group cloison
	ok $? 'no user is left'
	echo "1..$count"
	;;
esac
