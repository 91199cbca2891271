/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A question to the policy in words, as the column `ask` writes it.
 */
#ifndef CLO_TESTS_ESCAPE_ASK_H
#define CLO_TESTS_ESCAPE_ASK_H

#include <stdbool.h>

#include "policy/label.h"

/* "2", "2+user", "core+audit", "none", "64+0x4" -> a label; may be invalid. */
bool ask_label(const char *word, struct clo_label *ret);

/* Asks; false if the question is malformed. */
bool ask_policy(const char *question, enum clo_rule *ret);

/* Writes one line a function of the policy: its name and its words. */
void ask_usage(void);

#endif
