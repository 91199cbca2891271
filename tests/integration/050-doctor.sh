#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# doctor and completion, before anything is installed.
# usage: 050-doctor.sh CLOISON BASH-COMPLETION ZSH-COMPLETION
set -u
. "$(dirname "$0")/lib.sh"
c=$1 bash_file=$2 zsh_file=$3
CLOISON_SOCKET=/nonexistent/socket CLOISON_CONFIG=/nonexistent
export CLOISON_SOCKET CLOISON_CONFIG

out=$("$c" doctor)
status=$?
[ $status -eq 0 ] || [ $status -eq 3 ]
ok $? "doctor ends with 0 or 3 (it is $status)"
for check in kernel btf lsm guard cgroup io-weight namespaces userns time \
	seccomp landlock execve-check erofs lockdown yama unprivileged-bpf \
	kptr dmesg core-pattern installed core canary locked swap log; do
	line=$(printf '%s\n' "$out" | grep -E "^(ok|lacking|unknown) +$check ")
	ok $? "doctor looks at $check"
	has "$line" "(for " "and says what $check is for"
	case $line in ok*) continue ;; esac
	printf '%s\n' "$out" | grep -A 1 -F "$line" | grep -q -- '-> '
	ok $? "and what to do about $check"
done
"$c" doctor --json | json "doctor --json is JSON"
"$c" doctor --json | python3 -c 'import json, sys
d = json.load(sys.stdin)
bad = [c for c in d["checks"] if c["need"] == "needed" and c["state"] == "lacking"]
sys.exit(0 if (d["status"] == 3) == bool(bad) else 1)'
ok $? "status 3 is said exactly if something needed is lacking"
has "$out" "$(uname -r)" "the kernel's release is shown"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1 &&
	setpriv --reuid 65534 --regid 65534 --clear-groups "$c" --version >/dev/null 2>&1; then
	out=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$c" doctor)
	has "$out" "only root may try" "a user is told what he cannot find out"
else
	skip "doctor as an ordinary user" "cannot become one here"
fi

bash -n "$bash_file"
ok $? "bash reads the completion"
# offers WORD...: what bash offers for the last word
offers() {
	PATH=$(dirname "$c"):$PATH bash -c '
	. "$0"; compopt() { :; }
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _cloison
	echo " ${COMPREPLY[*]} "' "$bash_file" "$@"
}
has "$(offers cloison '')" " doctor " "verbs are offered"
has "$(offers cloison policy '')" " check " "second words are offered"
has "$(offers cloison up '')" " office " "cages are offered"
has "$(offers cloison explain MO)" " MOUNT " "rules are offered"
has "$(offers cloison up --without gu)" " guard " "protections are offered"
has "$(offers cloison enter --role a)" " admin audit " "roles are offered"
has "$(offers cloison log --f)" " --follow " "options are offered"
has "$(offers cloison policy test sig)" " signal " "questions are offered"
has "$(offers cloison completion '')" " bash zsh " "shells are offered"
has "$(offers cloison enter office -- ls)" " ls " "commands are offered behind --"
if command -v zsh >/dev/null 2>&1; then
	zsh -n "$zsh_file"
	ok $? "zsh reads the completion"
	zsh -fc "autoload -Uz compinit; compinit -u -D; . '$zsh_file'; [[ \$_comps[cloison] == _cloison ]]"
	ok $? "and registers it"
else
	skip "zsh reads the completion" "no zsh here"
fi
"$c" completion fish 2>/dev/null
is 2 $? "an unknown shell is a usage error"
"$c" completion bash --json | json "completion --json is JSON"
end
