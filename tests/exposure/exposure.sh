#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# How exposed the roles and units of the Core are, on systemd's own scale.
#
# A role without privilege is a process of the Core's unit that confines
# itself.  What it can still do is tried (probe.c), and written as the unit
# that would allow the same: every line of it stands for an attempt that ended
# the process.  systemd-analyze rates that unit.
#
# usage: exposure.sh PROBE DIR-OF-UNITS
set -u
probe=$1
units=$2
limit=20 # tenths
count=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

ok() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; fi
}

if ! systemd-analyze security --help 2>/dev/null | grep -q -- --offline; then
	echo '1..0 # SKIP no systemd-analyze that rates files'
	exit 0
fi
if [ ! -d /run/systemd ] && [ "$(id -u)" -ne 0 ]; then
	echo '1..0 # SKIP systemd never ran here, and only root makes /run/systemd'
	exit 0
fi

# 1.2 -> 12
rate() {
	systemd-analyze security --no-pager --offline=yes "$1" 2>/dev/null |
		sed -n 's/.*exposure level.*: \([0-9]*\)\.\([0-9]\).*/\1\2/p' | sed 's/^0*\(.\)/\1/'
}

# names of the calls in the probe's report
echo '#include <sys/syscall.h>' | ${CC:-cc} -E -dM - |
	sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9][0-9]*\)$/\2 \1/p' >"$work/names"

may() { grep -qx "$1" "$work/calls"; }
none_of() {
	for call in "$@"; do
		may "$call" && return 1
	done
	return 0
}
ends() { grep -q "^attempt $1 ends" "$work/report"; }
status() { sed -n "s/^status $1:[[:space:]]*//p" "$work/report"; }

# The unit that allows what the role can do, as far as systemd has words.
unit() {
	echo '[Service]'
	echo 'ExecStart=/bin/true'
	case $(status Uid) in 0* | '') ;; *) echo 'User=nobody' ;; esac
	[ -n "$(status Groups | tr -d ' ')" ] || echo 'SupplementaryGroups='
	[ "$(status NoNewPrivs)" = 1 ] && echo 'NoNewPrivileges=yes'
	# Nothing held and nothing that could be gained: no execution either.
	if [ "$(status CapPrm)" = 0000000000000000 ] &&
		[ "$(status CapInh)" = 0000000000000000 ] &&
		[ "$(status NoNewPrivs)" = 1 ] && none_of execve execveat; then
		echo 'CapabilityBoundingSet='
		echo 'AmbientCapabilities='
	fi
	# No file is opened, made, moved, removed or changed by name.
	if none_of open openat openat2 creat open_by_handle_at open_tree fsopen \
		unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir \
		link linkat symlink symlinkat mknod mknodat truncate chdir \
		chroot execve execveat; then
		printf '%s\n' ProtectSystem=strict ProtectHome=yes PrivateTmp=yes \
			PrivateDevices=yes ProtectKernelTunables=yes \
			ProtectControlGroups=yes ProtectProc=invisible ProcSubset=pid
	fi
	none_of init_module finit_module delete_module && echo 'ProtectKernelModules=yes'
	none_of syslog && echo 'ProtectKernelLogs=yes'
	none_of settimeofday clock_settime clock_adjtime adjtimex && echo 'ProtectClock=yes'
	none_of sethostname setdomainname && echo 'ProtectHostname=yes'
	none_of socket socketpair && echo 'RestrictAddressFamilies=none'
	none_of unshare setns clone clone3 && echo 'RestrictNamespaces=yes'
	none_of sched_setscheduler sched_setattr sched_setparam && echo 'RestrictRealtime=yes'
	none_of chmod fchmod fchmodat fchmodat2 mknod mknodat open openat openat2 creat mkdir mkdirat &&
		echo 'RestrictSUIDSGID=yes' && echo 'UMask=0077'
	none_of personality && echo 'LockPersonality=yes'
	ends map-executable && ends protect-executable && none_of pkey_mprotect shmat &&
		echo 'MemoryDenyWriteExecute=yes'
	ends foreign-architecture && echo 'SystemCallArchitectures=native'
	none_of shmget semget msgget mq_open && echo 'RemoveIPC=yes'
	echo "SystemCallFilter=$(tr '\n' ' ' <"$work/calls")"
}

roles='control config report session'
for role in $roles; do
	"$probe" "$role" 65534 65534 >"$work/$role.report" || : >"$work/$role.report" &
done
wait
for role in $roles; do
	cp "$work/$role.report" "$work/report"
	if ! [ -s "$work/report" ]; then
		ok 1 "role $role drops its rights"
		continue
	fi
	# uretprobe and uprobe are the kernel's own and pass every filter
	awk 'NR == FNR { name[$1] = $2; next } $1 == "call" { print ($2 in name) ? name[$2] : "#" $2 }' \
		"$work/names" "$work/report" | grep -vx -e '#33[56]' -e uretprobe -e uprobe >"$work/calls"
	! grep -q '^#' "$work/calls"
	ok $? "role $role: each call it may make has a name"
	unit >"$work/$role.service"
	rating=$(rate "$work/$role.service")
	[ -n "$rating" ] && [ "$rating" -lt $limit ]
	ok $? "role $role: exposure ${rating:-unknown} tenths, below $limit"
	[ "$(status CapEff)" = 0000000000000000 ] && [ "$(status Seccomp)" = 2 ]
	ok $? "role $role: no capability, a filter of $(grep -c . "$work/calls") system calls"
	if [ "$(id -u)" -eq 0 ]; then
		case $(status Uid) in 65534*65534*65534*65534*) true ;; *) false ;; esac
		ok $? "role $role: runs as the user it was given"
	fi
	ends bpf-update && ends bpf-load && ends securebits
	ok $? "role $role: writes no map, loads no program, keeps its securebits"
	ends signal-other-role && ends signal-by-owner && ends signal-choice &&
		none_of kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal
	ok $? "role $role: signals no other role, by no call and by no descriptor's owner"
	if [ "$(sed -n 's/^landlock //p' "$work/report")" -lt 6 ]; then
		ok 0 "role $role: its signals end at itself # SKIP Landlock of this kernel has no scopes"
	else
		grep -qx 'signal free sent' "$work/report" && grep -qx 'signal scoped refused' "$work/report"
		ok $? "role $role: and Landlock refuses a signal out of it, which is sent without"
	fi
	echo "# $role: $(tr '\n' ' ' <"$work/calls")"
done

for file in "$units"/*.service; do
	name=$(basename "$file")
	sed -E 's,^(Exec[A-Za-z]*=)\S+,\1/bin/true,' "$file" >"$work/$name"
done
found=$(systemd-analyze verify --man=no --recursive-errors=no "$work"/cloison*.service 2>&1)
ok $? "the units are right: ${found:-nothing found}"
rating=$(rate "$units/cloison-cages.service")
[ -n "$rating" ] && [ "$rating" -lt $limit ]
ok $? "cloison-cages.service: exposure ${rating:-unknown} tenths, below $limit"

# What would a unit of its own bring for the role that builds cages?  Its
# capabilities, user 0 and namespaces stay; the rest is taken away step by step.
launch_unit() {
	grep -E '^(\[Service\]|(CapabilityBoundingSet|AmbientCapabilities|KeyringMode|IPAddressDeny|UMask)=)' \
		"$units/cloisond.service" | sed -E 's/ CAP_(BPF|PERFMON)//g'
	echo 'ExecStart=/bin/true'
	[ "$1" -lt 2 ] || printf '%s\n' ProtectSystem=strict ProtectHome=yes PrivateTmp=yes PrivateDevices=yes \
		PrivateIPC=yes ProtectKernelTunables=yes ProtectControlGroups=yes ProtectProc=invisible ProcSubset=pid
	[ "$1" -lt 3 ] || printf '%s\n' NoNewPrivileges=yes ProtectKernelModules=yes ProtectKernelLogs=yes \
		ProtectClock=yes ProtectHostname=yes RestrictRealtime=yes RestrictSUIDSGID=yes LockPersonality=yes \
		MemoryDenyWriteExecute=yes SystemCallArchitectures=native \
		'RestrictAddressFamilies=AF_UNIX AF_NETLINK' 'SystemCallFilter=@system-service @mount'
}
for step in 1 2 3; do
	launch_unit $step >"$work/launch-$step.service"
	rating=$(rate "$work/launch-$step.service")
	case $step in
	1) what="launch alone" ;;
	2) what="launch, were it in a mount namespace of its own" ;;
	3) what="launch, were it also under a filter, which cages would inherit" ;;
	esac
	[ -n "$rating" ] && [ "$rating" -ge $limit ]
	ok $? "$what: ${rating:-unknown} tenths, not below $limit (docs/design/0010)"
done
rating=$(rate "$units/cloisond.service")
echo "# cloisond.service (monitor, launch, loader): exposure $rating tenths"
echo "1..$count"
