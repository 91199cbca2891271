/* SPDX-License-Identifier: GPL-2.0-only */
/* What a terminal answers to those who have gone. */
#ifndef CLO_CLI_SETTLE_H
#define CLO_CLI_SETTLE_H

#include <stdbool.h>

/**
 * clo_settle_terminal() - Drop what the terminal still answers
 * @is_silent: Ask nothing; only wait until nothing comes.
 *
 * A session that asks the terminal something as its last deed has the answer
 * typed into whatever reads next, which is the user's shell.  The terminal
 * answers in the order of the questions, so one is asked here, and all that
 * comes up to its answer is dropped.  A terminal that does not answer is waited
 * for until it has been quiet for a while; none holds us up for long.
 *
 * Context: standard input and output are the terminal, in raw mode.
 */
void clo_settle_terminal(bool is_silent);

#endif
