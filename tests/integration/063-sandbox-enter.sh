#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# cloison sandbox enter: a whole shell inside, whose prompt says so.
# usage: 063-sandbox-enter.sh CLOISON PROFILES SHELLS
set -u
. "$(dirname "$0")/lib.sh"
c=$(realpath "$1")
CLOISON_PROFILE_PATH=$2
CLOISON_SHELL_PATH=$3
export CLOISON_PROFILE_PATH CLOISON_SHELL_PATH
if ! "$c" run -q -p base -- true 2>/dev/null; then
	echo "1..0 # SKIP this kernel has no Landlock"
	exit 0
fi
dir=$(mktemp -d /var/tmp/enter.XXXXXX) || exit 1
trap 'rm -rf "$dir"' EXIT
HOME=$dir/home
export HOME
unset CLOISON_SANDBOX ENV ZDOTDIR PROMPT_COMMAND PS1
mkdir -p "$HOME" "$dir/in"
echo secret >"$HOME/secret"
cd "$dir/in" || exit 1

# enter OPTION...: what the shell is told stands on standard input; its
# prompts and errors are in err, what its commands say in out
enter() { "$c" sandbox enter -q -p base --ro "$CLOISON_SHELL_PATH" "$@" >out 2>err; }

for shell in bash zsh fish dash; do
	if ! command -v $shell >/dev/null 2>&1; then
		skip "$shell" "it is not installed"
		continue
	fi
	path=$(command -v $shell)
	echo 'MINE=read' >"$HOME/.${shell}rc"
	# fish shows no prompt without a terminal.
	case $shell in
	fish) printf 'fish_prompt\ncat ~/secret\necho in $CLOISON_SANDBOX\n' | enter "$path" ;;
	*) printf 'cat ~/secret\necho "in $CLOISON_SANDBOX, ${MINE-not} mine"\ncd /; echo end\n' | enter "$path" ;;
	esac
	has "$(cat out err)" "[sandbox base] " "$shell: the prompt says so"
	has "$(cat out)" "in base" "$shell: the environment too"
	has "$(cat err)" "Permission denied" "$shell: what is not allowed is refused to its commands"
	[ "$shell" = fish ] && continue
	case $shell in
	dash) ;;
	*) has "$(cat out)" "not mine" "$shell: its own file is not read, as the sandbox says" ;;
	esac
	printf 'echo "${MINE-not} mine"\nfunction_of_it() { cat ~/secret; }\nfunction_of_it\n' |
		enter --ro "$HOME/.${shell}rc" "$path"
	case $shell in
	dash) ;;
	*) has "$(cat out)" "read mine" "$shell: with --ro it is" ;;
	esac
	case $(cat out) in *secret*) false ;; esac
	ok $? "$shell: a function of it is inside as well"
	grep -q 'No such file\|not found' err
	is 1 $? "$shell: no complaint"
done

# On a terminal, where fish shows its prompt itself.
for shell in bash zsh fish; do
	if ! command -v $shell >/dev/null 2>&1 || ! command -v script >/dev/null 2>&1; then
		skip "$shell on a terminal" "it is not installed, or script(1) is not"
		continue
	fi
	rm -f "$HOME/.${shell}rc"
	mkfifo "$dir/keys"
	TERM=dumb script -qec "$c sandbox enter -q -p base --ro $CLOISON_SHELL_PATH --rw $dir/in --rw $HOME/.config $(command -v $shell)" /dev/null \
		<"$dir/keys" >out 2>&1 &
	exec 9>"$dir/keys"
	# The words stand there before keys are pressed: it asks for no input then.
	tries=0
	until grep -q '\[sandbox base\] ' out || [ $tries -gt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	printf 'cat ~/secret\r' >&9
	tries=0
	until grep -q 'Permission denied' out || [ $tries -gt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	printf 'exit 9\r' >&9
	wait $!
	is 9 $? "$shell on a terminal: the status is that of the shell"
	exec 9>&-
	rm "$dir/keys"
	has "$(tr -d '\r' <out)" "[sandbox base] " "$shell on a terminal: the prompt says so"
	has "$(cat out)" "Permission denied" "$shell on a terminal: what is not allowed is refused"
	! grep -q 'sourcing file\|No such file' out
	ok $? "$shell on a terminal: its files are read"
done

# A prompt that is set anew at each line.
echo 'PROMPT_COMMAND="PS1=again"' >"$HOME/.bashrc"
printf 'true\ntrue\n' | enter --ro "$HOME/.bashrc" bash
is 2 "$(grep -o '\[sandbox base\] again' err | head -n 2 | wc -l)" "bash: a prompt that is set at each line keeps the words"
echo 'PROMPT_COMMAND=(true "PS1=again")' >"$HOME/.bashrc"
printf 'true\ntrue\n' | enter --ro "$HOME/.bashrc" bash
is 2 "$(grep -o '\[sandbox base\] again' err | head -n 2 | wc -l)" "bash: by a list of commands too"
rm "$HOME/.bashrc"
printf 'false\necho "status $?"\n' | enter bash
has "$(cat out)" "status 1" "bash: the status of a command is kept"
printf 'echo "$ENV"\n' >"$dir/in/env"
echo 'echo "of my own"' >"$dir/in/rc"
printf 'true\n' | ENV=$dir/in/rc enter --ro "$dir/in/rc" dash
has "$(cat out)" "of my own" "dash: the file of ENV is read"

# Names.
printf 'echo "in $CLOISON_SANDBOX"\n' | "$c" sandbox enter -q --exec / bash >out 2>err
has "$(cat out)" "in options" "options alone have a name"
printf 'abi = 11\n[profile]\ninclude = ["base"]\n' >"$dir/in/a\$(id)b.toml"
printf 'echo "in $CLOISON_SANDBOX"\n' | "$c" sandbox enter -q -p "$dir/in/a\$(id)b.toml" bash >out 2>err
has "$(cat out)" 'in a__id_b.toml' "a name has nothing that a shell expands"
printf 'echo "in $CLOISON_SANDBOX"\n' | CLOISON_SANDBOX=outer enter bash
has "$(cat out)" "in outer/base" "a sandbox in another names both"

# Without what the prompt needs.
printf 'exit 7\n' | CLOISON_SHELL_PATH=/nowhere "$c" sandbox enter -p base bash >out 2>err
is 7 $? "the status is that of the shell"
has "$(cat err)" "the prompt does not say that the shell is in a sandbox" "a prompt that is missing is said"
ln -s /bin/true "$dir/in/nush"
"$c" sandbox enter -p base --exec "$dir/in" "$dir/in/nush" >out 2>err
has "$(cat err)" "this shell's prompt does not say" "so is a shell that is not known"
SHELL=/bin/true "$c" sandbox enter -q -p base
is 0 $? "without a word it is \$SHELL"
"$c" sandbox enter -p base no-such-shell >out 2>&1
is 127 $? "a shell that is not there"
"$c" sandbox enter -p base --require fs.no_such >out 2>&1
is 2 $? "--require is read as by run"
end
