/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A name that is not known, and the one that was meant: the words for it are
 * the same wherever names are written.
 */
#ifndef CLO_BASE_NEAR_H
#define CLO_BASE_NEAR_H

#include "base/base.h"

enum { CLO_NEAR_MAX = 40 }; /* longer names are near none [bytes] */

struct clo_near {
	const char *word; /* what was written; set by the caller, the rest 0 */
	char best[CLO_NEAR_MAX + 1]; /* nearest so far; empty: none */
	uint32_t distance; /* of @best */
};

/**
 * clo_near_try() - Try one of the names that may have been meant
 * @near: What was written; not NULL.
 * @candidate: The name; not NULL, copied if it is the nearest so far.
 */
void clo_near_try(struct clo_near *near, const char *candidate);

/**
 * clo_near_end() - Set an error that ends with the name that was meant
 * @near: What was written and tried; not NULL.
 * @err: Set; may be NULL: then only the code is returned.
 * @code: Negative errno.
 * @otherwise: What to do where no name is near enough; not NULL.
 * @format: printf format of the text before: what is wrong.
 *
 * The text is "FORMAT; did you mean 'NAME'?" or "FORMAT; OTHERWISE".
 *
 * Return: @code.
 */
int clo_near_end(const struct clo_near *near, struct clo_err *err, int code,
		 const char *otherwise, const char *format, ...)
	clo_printf(5, 6);

#endif
