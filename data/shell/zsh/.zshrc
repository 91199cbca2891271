# SPDX-License-Identifier: LGPL-2.1-or-later
# zsh in a sandbox: as ever, with a prompt that says so.
if [[ -n ${CLOISON_ZDOTDIR-} ]]; then
	ZDOTDIR=$CLOISON_ZDOTDIR
else
	unset ZDOTDIR
fi
unset CLOISON_ZDOTDIR
if { : <"${ZDOTDIR:-$HOME}/.zshrc" } 2>/dev/null; then
	. "${ZDOTDIR:-$HOME}/.zshrc"
fi
__cloison_prompt() {
	# Whoever sets the prompt anew at each line does not take the words away.
	[[ $PROMPT == "[sandbox "* ]] || PROMPT="[sandbox ${CLOISON_SANDBOX-}] $PROMPT"
}
typeset -ga precmd_functions
precmd_functions+=(__cloison_prompt)
