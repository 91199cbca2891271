/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Questions that `cloison policy test` asks of the policy.
 */
#ifndef CLO_CLI_QUESTION_H
#define CLO_CLI_QUESTION_H

#include "cli/config.h"
#include "policy/core.h"

/* Who or what a word stands for. */
struct clo_subject {
	struct clo_label label;
	const struct clo_cage *cage; /* limits, as if it were up; or NULL */
};

/* Words of a question that have been read. */
struct clo_asked {
	struct clo_subject from, to;
	int argc; /* words behind the subjects */
	char **argv;
};

struct clo_question {
	const char *name;
	const char *args; /* FROM, TO first: as many as @subjects */
	int subjects; /* words that are subjects */
	int min, max; /* words behind them */
	int data; /* passed to @ask */
	int (*ask)(const struct clo_asked *asked, int data,
		   struct clo_err *err); /* a rule, or -EINVAL */
	const char *help;
};

/* The table; ended by a NULL name. */
extern const struct clo_question clo_questions[];

/**
 * clo_subject_read() - Read who a word stands for
 * @word: `core`, `host`, or a cage's name; then +user, +audit.
 * @config: The cages; their limits are set as if they were up.
 * @subject: Set on success.
 * @err: See clo_err_set().
 *
 * Return: 0, -ENOENT if no cage has the name, -EINVAL.
 */
int clo_subject_read(const char *word, struct clo_config *config,
		     struct clo_subject *subject, struct clo_err *err);

#endif
