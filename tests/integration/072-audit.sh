#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The audit of kernels: verdicts of Debian's own, what is said of them, what it
# is not fooled by.
# usage: 072-audit.sh CLOISON CHECKS FIXTURES
set -u
. "$(dirname "$0")/lib.sh"
c=$1
fixtures=$3
CLOISON_AUDIT_PATH=$(realpath "$2")
export CLOISON_AUDIT_PATH
LC_ALL=C
export LC_ALL
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

verdicts() {
	python3 -c 'import json, sys
for c in sorted(json.load(sys.stdin)["checks"], key=lambda c: c["check"]):
    print(c["verdict"] + "\t" + c["check"])'
}

for f in "$fixtures"/*.config; do
	name=$(basename "$f" .config)
	"$c" audit kernel --config "$f" --json >"$dir/json"
	is 1 $? "$name: some checks fail"
	json "$name: JSON" <"$dir/json"
	verdicts <"$dir/json" >"$dir/verdicts"
	diff "$fixtures/$name.verdicts" "$dir/verdicts" | sed 's/^/# /'
	cmp -s "$fixtures/$name.verdicts" "$dir/verdicts"
	ok $? "$name: the verdicts are those that were read and found right"
done

old=$fixtures/debian-12-6.1.config
new=$fixtures/debian-13-7.3.config
# folded lines, as one
plain() { tr -s ' \n' '  '; }
out=$("$c" audit kernel --config "$old" --all | plain)
has "$out" "CONFIG_RETPOLINE=y ($old:" "a name of before is found, with file and line"
has "$out" "renamed in 6.9" "and it is said"
has "$out" "always on since 5.5" "an option that became always on passes"
has "$out" "CONFIG_MITIGATION_SPECTRE_V1: no option yet: always on before 6.12" \
	"one that was always on before passes"
has "$out" "CONFIG_LEGACY_TIOCSTI is absent; no option before 6.2" \
	"absent is not off where the kernel always does it"
has "$out" "an option only of linux-hardened" "an option of other sources does not apply"
has "$out" "not judged: 89 checks of cmdline, which was not given" "what was not given is counted"
out=$("$c" audit kernel --config "$old" --all)
printf '%s\n' "$out" | clean "no control characters"
[ "$(printf '%s\n' "$out" | grep -nE '^(fail|pass) ' | head -n 1 | grep -c fail)" -eq 1 ]
ok $? "the worst stands first"
has "$("$c" audit kernel --config "$new" --all | plain)" "no option any more since 6.6.8" \
	"a removed option does not apply, and why"
has "$("$c" audit kernel --config "$old" --lang fr)" "pourquoi" "it speaks French"
has "$(LC_ALL=fr_FR.UTF-8 "$c" audit explain kconfig.slub)" "L'allocateur durci est utilisé" \
	"French as the environment says"
gzip -c "$old" >"$dir/config.gz"
"$c" audit kernel --config "$dir/config.gz" --json | verdicts | cmp -s - "$fixtures/debian-12-6.1.verdicts"
ok $? "the same as gzip has made it"

# The command line, alone and with the configuration.
echo "root=/dev/vda ro quiet mitigations=off nosmep" >"$dir/bad"
echo "root=/dev/vda mitigations=auto,nosmt pti=on l1tf=full,force mds=full,nosmt init_on_alloc=1" >"$dir/good"
out=$("$c" audit kernel --cmdline "$dir/bad")
has "$out" "mitigations=off ($dir/bad)" "mitigations=off is found"
has "$out" "not judged: 324 checks of kconfig" "no option is judged"
printf '%s\n' "$out" | grep -q '^unknown .*cmdline.init_on_alloc$'
ok $? "a parameter whose default is built in is unknown without the configuration"
out=$("$c" audit kernel --config "$old" --cmdline "$dir/good" --all)
printf '%s\n' "$out" | grep -q '^pass .*cmdline.init_on_alloc$'
ok $? "and known with it"
printf '%s\n' "$out" | grep -q '^pass .*cmdline.pti$'
ok $? "pti=on passes"

# Settings.
printf 'kernel.kptr_restrict = 2\nkernel.dmesg_restrict = 0\nkernel.oops_limit = 0\n' >"$dir/sysctl"
out=$("$c" audit kernel --sysctl "$dir/sysctl" --all)
printf '%s\n' "$out" | grep -q '^pass .*sysctl.kernel.kptr_restrict$'
ok $? "a setting passes"
printf '%s\n' "$out" | grep -q '^fail .*sysctl.kernel.dmesg_restrict$'
ok $? "a setting fails"
printf '%s\n' "$out" | grep -q '^fail .*sysctl.kernel.oops_limit$'
ok $? "0 is no limit"
printf '%s\n' "$out" | grep -q '^unknown .*sysctl.kernel.yama.ptrace_scope$'
ok $? "a setting that is not in the file is unknown, never a pass"

# Status.
printf 'kernel.kptr_restrict = 2\n' >"$dir/one"
mkdir "$dir/mine"
cat >"$dir/mine/a.checks" <<'X'
Check: mine.kptr
Test: sysctl kernel.kptr_restrict = 2
Severity: low

Check: mine.dmesg
Test: sysctl kernel.dmesg_restrict = 1
Severity: medium

Profile: all

Profile: kptr
Level: minimal
X
mine() { CLOISON_AUDIT_PATH=$dir/mine "$c" audit "$@"; }
mine kernel --sysctl "$dir/one" >/dev/null
is 3 $? "status 3: nothing fails, something is not known"
echo 'kernel.dmesg_restrict = 1' >>"$dir/one"
mine kernel --sysctl "$dir/one" >/dev/null
is 0 $? "status 0: all pass"
mine kernel --sysctl "$dir/sysctl" >/dev/null
is 1 $? "status 1: one fails"
mine kernel --sysctl "$dir/sysctl" --fail-on high >/dev/null
is 0 $? "status 0: none that fails is severe enough"
mine kernel --sysctl "$dir/sysctl" --fail-on high --json >/dev/null
is 0 $? "the status is not that of the format"
out=$(mine kernel --config "$old" 2>&1)
is 2 $? "status 2: no check asks for anything of what was given"
has "$out" "asks for nothing of what was given" "and it is said"
out=$("$c" audit kernel --config /dev/null 2>&1)
is 2 $? "status 2: an empty file"
has "$out" "/dev/null: no option is in it" "and it is said where"
out=$("$c" audit kernel --config "$dir/bad" 2>&1)
is 2 $? "status 2: a file of another kind"
out=$("$c" audit kernel --config "$dir/nowhere" 2>&1)
is 2 $? "status 2: a file that is not there"
out=$("$c" audit kernel -p ksp 2>&1)
is 2 $? "status 2: a profile that is not there"
has "$out" "it is one of all, anssi-" "and they are listed"
"$c" audit kernel --fail-on worst >/dev/null 2>&1
is 2 $? "status 2: a severity that is none"
head -c 100 "$dir/config.gz" >"$dir/cut.gz"
out=$("$c" audit kernel --config "$dir/cut.gz" 2>&1)
is 2 $? "status 2: a file that gzip has not ended"

# This machine's kernel: whatever it is, every check has a verdict.
if [ -r /proc/config.gz ]; then
	"$c" audit kernel --json >"$dir/live"
	json "this machine's kernel: JSON" <"$dir/live"
	is "$("$c" audit explain | grep -cE ' (kconfig|cmdline|sysctl)\.')" "$(verdicts <"$dir/live" | wc -l)" \
		"each check of the kernel has a verdict"
else
	skip "this machine's kernel" "its configuration is not in /proc/config.gz"
fi

# About the checks.
"$c" audit lint >"$dir/lint"
is 0 $? "lint finds nothing in the checks that are shipped"
out=$(mine lint)
is 1 $? "lint finds what is missing"
has "$out" "$dir/mine/a.checks:1: 'mine.kptr' has no Refs; name the document that asks for it" \
	"with file, line, name and what to do"
echo 'Check: mine.all' >"$dir/mine/b.checks"
out=$(mine kernel 2>&1)
is 2 $? "a file of checks that cannot be read is an error"
has "$out" "$dir/mine/b.checks:1: 'Check' needs 'Test'; add it" "with file and line"
printf 'Check: mine.twice\nTest: sysctl a = 1 or sysctl a != 1\n' >"$dir/mine/b.checks"
has "$(mine lint)" "'mine.twice' never fails, whatever the facts are" "lint finds a check that cannot fail"
printf 'Check: mine.kptr\nOverride: yes\nSeverity: high\nTest: sysctl kernel.kptr_restrict >= 1\n' >"$dir/mine/b.checks"
has "$(mine explain mine.kptr)" "sysctl kernel.kptr_restrict >= 1" "a later file overrides a check"
has "$("$c" audit explain sysctl.kernel.kptr_restrict)" "asked by    anssi-bp028=R9" "a check is explained"
"$c" audit explain kconfig.slub --json | json "in JSON too"
out=$("$c" audit explain kconfig.slubb 2>&1)
is 1 $? "an unknown check is found wanting"
has "$out" "did you mean 'kconfig.slub'" "the nearest is named"
out=$("$c" audit coverage)
is 80 "$(printf '%s\n' "$out" | grep -c '^anssi-bp028=R')" "coverage has all 80 recommendations"
"$c" audit coverage --json | json "in JSON too"
has "$("$c" audit kconfig-why CONFIG_RETPOLINE --config "$new")" \
	"CONFIG_RETPOLINE: CONFIG_MITIGATION_RETPOLINE since 6.9" "kconfig-why tells of a name of before"
"$c" audit kconfig-why NO_SUCH_OPTION 2>/dev/null
is 1 $? "an option that no check asks for"

# A fragment makes a configuration that passes what is asked of it.
printf '# Linux/x86 7.3.4 Kernel Configuration\nCONFIG_X86_64=y\nCONFIG_CC_IS_CLANG=y\nCONFIG_CPU_SUP_INTEL=y\nCONFIG_CPU_SUP_AMD=y\nCONFIG_ARCH_MMAP_RND_BITS=32\nCONFIG_ARCH_MMAP_RND_BITS_MAX=32\nCONFIG_LSM="lockdown,landlock,yama,apparmor,bpf"\n' >"$dir/made"
"$c" audit kconfig-fragment -p kspp --compiler clang >"$dir/fragment"
is 0 $? "a fragment is written"
cat "$dir/fragment" >>"$dir/made"
out=$("$c" audit kernel --config "$dir/made" -p kspp)
is 0 $? "what it makes passes the profile"
printf '%s\n' "$out" | sed 's/^/# /' | tail -n 30
has "$("$c" audit kconfig-fragment -p anssi-high --kernel 6.1)" "CONFIG_RETPOLINE=y" "names are those of the kernel's version"
"$c" audit kconfig-fragment --arch vax 2>/dev/null
is 2 $? "an architecture that no check knows"
end
