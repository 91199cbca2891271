/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is wrong with checks that can be read all the same.
 */
#ifndef CLO_AUDIT_LINT_H
#define CLO_AUDIT_LINT_H

#include "audit/judge.h"

/* Is told each thing that is found. */
typedef void (*clo_lint_fn)(void *context, struct clo_where where,
			    struct clo_text about, const char *what);

/**
 * clo_lint() - Look for what is wrong with rules
 * @rules: The rules; after clo_rules_end().
 * @tell: Is told.
 * @context: For @tell.
 *
 * Text that is missing, checks that no facts let pass or fail, that pass
 * without facts, whose fix does not help; topics and profiles without checks.
 *
 * Return: how many things were found, or -ENOMEM.
 */
int clo_lint(const struct clo_rules *rules, clo_lint_fn tell, void *context);

#endif
