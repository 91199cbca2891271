#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs a program with a directory of its own as last word, and removes it.
# usage: scratch.sh PROGRAM [WORD...]
set -u
dir=$(mktemp -d "${TMPDIR:-/var/tmp}/landlock.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
"$@" "$dir"
