#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The audit of a machine: of a directory that holds one, made here, so that each
# state is known; with systemd and util-linux as oracles where they are there.
# usage: 073-machine.sh CLOISON CHECKS
set -u
. "$(dirname "$0")/lib.sh"
c=$1
CLOISON_AUDIT_PATH=$(realpath "$2")
export CLOISON_AUDIT_PATH
LC_ALL=C
export LC_ALL
dir=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$dir"; rm -rf "$dir"' EXIT
me=$(id -u)
us=$(id -g)

# A machine that is as it should be, as far as a test without root can make it.
make() {
	mkdir -p "$1/etc/ssh/sshd_config.d" "$1/etc/apt/sources.list.d" "$1/etc/sysctl.d" "$1/run/sysctl.d" \
		"$1/usr/lib/sysctl.d" "$1/usr/bin" "$1/var/lib/dpkg" "$1/boot" "$1/tmp"
	cat >"$1/etc/passwd" <<-X
	root:x:$me:$us::/root:/bin/bash
	daemon:x:1:1::/usr/sbin:/usr/sbin/nologin
	ada:x:1000:1000::/home/ada:/bin/bash
	X
	printf 'root:x:%s:\n' "$us" >"$1/etc/group"
	printf 'root:!:1::::::\ndaemon:*:1::::::\nada:$y$j9T$abc$def:1::::::\n' >"$1/etc/shadow"
	chmod 0600 "$1/etc/shadow"
	printf 'UMASK 077\nENCRYPT_METHOD YESCRYPT\n' >"$1/etc/login.defs"
	cat >"$1/etc/fstab" <<-X
	/dev/vda1 / ext4 defaults 0 1
	tmpfs /tmp tmpfs nosuid,nodev,noexec 0 0
	/dev/vda2 /home ext4 nosuid,nodev 0 2
	X
	cat >"$1/var/lib/dpkg/status" <<-X
	Package: sudo
	Status: install ok installed
	Version: 1.9

	Package: telnetd
	Status: deinstall ok config-files
	Version: 1

	Package: aide
	Status: install ok installed
	Version: 0.18
	X
	echo 'deb [signed-by=/usr/share/keyrings/a.gpg] https://example.org/ stable main' >"$1/etc/apt/sources.list"
	printf 'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nMatch User x\nAllowTcpForwarding no\n' \
		>"$1/etc/ssh/sshd_config"
	echo 'PermitRootLogin no' >"$1/etc/ssh/sshd_config.d/10.conf"
	echo 'kernel.kptr_restrict = 2' >"$1/etc/sysctl.d/50-a.conf"
	chmod 0700 "$1/boot"
	chmod 1777 "$1/tmp"
}
r=$dir/root
make "$r"
facts() { "$c" audit collect --root "$r"; }
verdicts() { "$c" audit --root "$r" --json | python3 -c 'import json, sys
for c in json.load(sys.stdin)["checks"]:
    print(c["verdict"], c["check"])' | sort; }
# verdict CHECK
verdict() { verdicts | sed -n "s/ $1\$//p"; }

before=$(find "$dir" -printf '%p %m %s %T@ %C@\n' | sort)
verdicts >"$dir/v" 2>"$dir/e"
is "" "$(cat "$dir/e")" "a machine in a directory is judged"
for check in account.root-locked account.service-password account.service-shell account.empty account.hashes \
	login.umask login.encrypt-method mount.tmp package.sudo package.aide package.telnetd apt.signed-by apt.trusted \
	sshd.permitrootlogin boot.directory file.passwd sysctl.kernel.kptr_restrict tree.unowned tree.writable-files \
	tree.writable-dirs file.shadow; do
	is "pass $check" "$(grep " $check\$" "$dir/v")" "$check passes"
done
is "fail mount.home" "$(grep ' mount.home$' "$dir/v")" "an option that fstab does not give"
is "unknown mount.opt" "$(grep ' mount.opt$' "$dir/v")" "what fstab does not mount, a unit may"
is "fail sshd.allowtcpforwarding" "$(grep ' sshd.allowtcpforwarding$' "$dir/v")" "what stands after Match counts for some only"
is "unknown sysctl.kernel.dmesg_restrict" "$(grep ' sysctl.kernel.dmesg_restrict$' "$dir/v")" \
	"a setting that no file makes is not known"
is "fail package.auditd" "$(grep ' package.auditd$' "$dir/v")" "a package that is not installed"
grep -q ' cpu\.\| efi\.\| cmdline\.' "$dir/v"
is 1 $? "what only a machine that runs has is not judged"
after=$(find "$dir" -mindepth 1 ! -path "$dir/[ve]" -printf '%p %m %s %T@ %C@\n' | sort)
is "$(printf '%s\n' "$before" | grep -v "^$dir ")" "$after" "nothing in the directory is changed"

# This machine: what only a machine that runs has is judged, if only as unknown.
"$c" audit --json | python3 -c 'import json, sys
for c in json.load(sys.stdin)["checks"]:
    print(c["verdict"], c["check"])' >"$dir/live"
for check in lsm.yama lsm.mac cpu.vulnerabilities efi.secure-boot mount.proc cmdline.pti sysctl.interfaces.rp_filter; do
	is 1 "$(grep -c " $check\$" "$dir/live")" "this machine: $check is judged"
done
! grep -q '^pass lsm' "$dir/live" || [ -r /sys/kernel/security/lsm ]
ok $? "this machine: modules that are not known do not pass"
rm "$dir/live"

# The same facts, judged later.
facts >"$dir/facts"
is "$(facts | sha256sum)" "$(sha256sum <"$dir/facts" | sed 's/$//')" "two readings are the same"
"$c" audit --facts "$dir/facts" --json | python3 -c 'import json, sys
for c in json.load(sys.stdin)["checks"]:
    print(c["verdict"], c["check"])' | sort | cmp -s - "$dir/v"
ok $? "facts that were written give the same verdicts"
! grep -q 'j9T' "$dir/facts"
ok $? "no hash of a password is in the facts"
printf '%s\n' "$(cat "$dir/facts")" | clean "facts hold no control characters"
out=$(printf 'x\n' | "$c" audit --facts /dev/stdin 2>&1)
is 2 $? "what is no file of facts"
has "$out" "does not begin with '# cloison facts 1'" "is said to be none"

# Each state by itself.
# turn CHECK VERDICT SENTENCE COMMAND...
turn() {
	check=$1 want=$2 what=$3
	shift 3
	cp -a "$r" "$dir/copy"
	(cd "$dir/copy" && "$@")
	r=$dir/copy
	is "$want" "$(verdict "$check")" "$what"
	r=$dir/root
	chmod -R u+rwx "$dir/copy"
	rm -rf "$dir/copy"
}
append() { printf '%s\n' "$2" >>"$1"; }
put() { printf '%s\n' "$2" >"$1"; }
turn account.empty fail "an empty password" append etc/shadow 'daemon::1::::::'
turn account.hashes fail "a hash of old" append etc/shadow 'ada:$1$a$b:1::::::'
turn account.service-shell fail "a service with a shell" append etc/passwd 'www:x:33:33::/:/bin/sh'
turn account.service-password fail "a service with a password" append etc/shadow 'daemon:$6$a$b:1::::::'
turn apt.trusted fail "a source without signature" append etc/apt/sources.list 'deb [trusted=yes] https://example.org b c'
turn apt.signed-by fail "a source in stanzas without key" put etc/apt/sources.list.d/a.sources 'Types: deb
URIs: https://example.org
Suites: a'
turn apt.trusted pass "a source that is off" put etc/apt/sources.list.d/a.sources 'Types: deb
URIs: https://example.org
Trusted: yes
Enabled: no'
turn sshd.permitrootlogin fail "the first of a keyword counts" put etc/ssh/sshd_config.d/05.conf 'PermitRootLogin yes'
turn sshd.permitrootlogin not-applicable "no sshd" rm etc/ssh/sshd_config
turn boot.directory fail "a directory that others read" chmod 0755 boot
turn tree.writable-dirs fail "a directory that all write, without sticky bit" chmod 0777 tmp
turn tree.writable-files fail "a file that all write" chmod 0666 etc/login.defs
turn tree.unowned fail "files of nobody" put etc/passwd 'root:x:4294967294:0::/:/bin/sh'
turn package.telnetd fail "telnetd" append var/lib/dpkg/status '
Package: telnetd
Status: install ok installed
Version: 1'
turn sysctl.kernel.kptr_restrict fail "a later file overrides" put usr/lib/sysctl.d/60-a.conf 'kernel.kptr_restrict = 1'
turn sysctl.kernel.kptr_restrict pass "of one name /etc counts" put usr/lib/sysctl.d/50-a.conf 'kernel.kptr_restrict = 1'
turn sysctl.kernel.kptr_restrict unknown "a link to /dev/null masks" ln -sf /dev/null etc/sysctl.d/50-a.conf
turn sysctl.kernel.kptr_restrict pass "/etc/sysctl.conf is not systemd's" put etc/sysctl.conf 'kernel.kptr_restrict = 0'
if [ "$me" -ne 0 ]; then
	turn account.empty unknown "a shadow that cannot be read" chmod 0 etc/shadow
	turn tree.writable-files unknown "a directory that cannot be read" chmod 0 usr/bin
else
	turn account.empty unknown "a shadow that is not there" rm etc/shadow
fi

# What leads elsewhere.
turn account.root-locked pass "a link to an absolute path stays inside" sh -c 'mkdir x; mv etc/shadow x; ln -s /x/shadow etc/shadow'
turn account.root-locked unknown "a link out of the directory is followed nowhere" \
	sh -c 'rm etc/shadow; ln -s ../../../../../../../../../../../etc/shadow.none etc/shadow'
turn account.root-locked unknown "a pipe in place of a file is no file" sh -c 'rm etc/shadow; mkfifo etc/shadow'
turn tree.writable-dirs pass "a link that points to its own directory ends" ln -s . loop

# Messages.
r2=$dir/bad
make "$r2"
echo 'bad line' >>"$r2/etc/passwd"
out=$("$c" audit --root "$r2" 2>&1)
is 2 $? "status 2: a file that is not what it should be"
has "$out" "/etc/passwd:4: a line is name:x:uid:gid:comment:home:shell" "with file and line"
out=$("$c" audit --root "$dir/nowhere" 2>&1)
is 2 $? "status 2: a directory that is not there"
"$c" audit --root "$r" --facts "$dir/facts" >/dev/null 2>&1
is 2 $? "status 2: facts and a directory"
out=$("$c" audit kernle 2>&1)
is 2 $? "a second word that is none"
has "$out" "'audit' knows no 'kernle'" "is said to be none"

# Oracles.
printf 'kernel/sysrq = 0\n-net.ipv4.ip_forward = 0\nnet/ipv4/conf/eth0.7/rp_filter = 1\n' >"$r/usr/lib/sysctl.d/10-b.conf"
printf 'kernel.sysrq = 1\n' >"$r/run/sysctl.d/20-b.conf"
printf 'kernel.sysrq = 2\n' >"$r/usr/lib/sysctl.d/20-b.conf"
printf 'kernel.panic = 9\n' >"$r/etc/sysctl.d/05-c.conf"
if systemd-analyze cat-config --root "$r" sysctl.d >"$dir/cat" 2>/dev/null; then
	awk '/^#|^$/ { next } { sub(/^-/, ""); n = $1; sub(/=.*/, "", n)
		if (match(n, /[.\/]/) && substr(n, RSTART, 1) == "/") {
			gsub(/\./, "\001", n); gsub("/", ".", n); gsub("\001", "/", n) }
		v[n] = $NF } END { for (n in v) print n, v[n] }' "$dir/cat" | sort >"$dir/oracle"
	facts | awk -F '\t' '$1 == "sysctl" { print $2, $4 }' | sort >"$dir/ours"
	diff "$dir/oracle" "$dir/ours" | sed 's/^/# /'
	cmp -s "$dir/oracle" "$dir/ours"
	ok $? "settings are those of systemd ($(wc -l <"$dir/ours"))"
else
	skip "settings are those of systemd" "systemd-analyze is not there"
fi
if command -v findmnt >/dev/null 2>&1; then
	findmnt --tab-file "$r/etc/fstab" -lno TARGET,OPTIONS | awk '{ print $1, $2 }' | sort >"$dir/oracle"
	facts | awk -F '\t' '$2 ~ /\.options$/ { sub(/\.options$/, "", $2); print $2, $4 }' | sort >"$dir/ours"
	diff "$dir/oracle" "$dir/ours" | sed 's/^/# /'
	cmp -s "$dir/oracle" "$dir/ours"
	ok $? "mounts are those of findmnt"
else
	skip "mounts are those of findmnt" "findmnt is not there"
fi
if command -v dpkg-query >/dev/null 2>&1; then
	dpkg-query --admindir="$r/var/lib/dpkg" -Wf '${db:Status-Status} ${Package} ${Version}\n' 2>/dev/null |
		sed -n 's/^installed //p' | sort >"$dir/oracle"
	facts | awk -F '\t' '$1 == "package" { print $2, $4 }' | sort >"$dir/ours"
	cmp -s "$dir/oracle" "$dir/ours"
	ok $? "packages are those of dpkg-query"
else
	skip "packages are those of dpkg-query" "dpkg-query is not there"
fi
end
