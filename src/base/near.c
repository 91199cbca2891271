// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A name that is not known, and the one that was meant.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/toml.h"

void clo_near_try(struct clo_near *near, const char *candidate)
{
	uint32_t distance = near->best[0] ? near->distance : UINT32_MAX;
	size_t size = strlen(candidate);

	if (size > CLO_NEAR_MAX ||
	    !clo_toml_nearest(near->word, candidate, &distance))
		return;
	memcpy(near->best, candidate, size + 1);
	near->distance = distance;
}

int clo_near_end(const struct clo_near *near, struct clo_err *err, int code,
		 const char *otherwise, const char *format, ...)
{
	char what[sizeof(err->text)];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (near->best[0])
		return clo_err_set(err, code, "%s; did you mean '%s'?", what,
				   near->best);
	return clo_err_set(err, code, "%s; %s", what, otherwise);
}
