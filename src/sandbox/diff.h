/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two sandboxes compared by what they allow, not by how they are written.
 */
#ifndef CLO_SANDBOX_DIFF_H
#define CLO_SANDBOX_DIFF_H

#include "sandbox/judge.h"

/* A place where the second sandbox allows something else than the first. */
struct clo_difference {
	uint32_t kind; /* CLOISON_LANDLOCK_FS, _NET or _SCOPE */
	bool is_rest; /* of NET: every port that no rule names */
	bool is_absent; /* of FS: nothing is there, so no rule is in force */
	const char *path; /* of FS; owned by the list */
	uint64_t port;
	uint64_t more, less; /* that only the second, the first allows */
	uint64_t mask; /* of FS: rights that a file of this kind has */
};

struct clo_differences {
	struct clo_difference *rows; /* paths in order, ports, scopes */
	size_t count;
	char **paths; /* owned */
	size_t path_count;
};

/* Frees what the list holds. */
void clo_differences_deinit(struct clo_differences *differences);

/**
 * clo_sandbox_diff() - Find where two sandboxes allow different things
 * @a: The first sandbox, resolved.
 * @b: The second, resolved.
 * @ret: Set, in every case; ended with clo_differences_deinit().
 * @err: See clo_err_set().
 *
 * As on a kernel that has every right.  What is allowed changes only where a
 * rule stands, so that each place of a rule, and the root, are all places.  A
 * place that differs as the one above it does is left out.
 *
 * Return: 0, or -errno.
 */
int clo_sandbox_diff(const struct clo_sandbox *a, const struct clo_sandbox *b,
		     struct clo_differences *ret,
		     struct clo_err *err) clo_must_check;

#endif
