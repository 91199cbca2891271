# SPDX-License-Identifier: LGPL-2.1-or-later
# zsh in a sandbox: its own file of this name, if the sandbox lets it be read.
if { : <"${CLOISON_ZDOTDIR:-$HOME}/.zshenv" } 2>/dev/null; then
	. "${CLOISON_ZDOTDIR:-$HOME}/.zshenv"
fi
