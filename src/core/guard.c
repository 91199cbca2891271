// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking the guard that is in force.
 */
#include <sys/prctl.h>

#include "core/guard.h"

int clo_guard_ask(enum clo_guard_request request, uint64_t arg, size_t size)
{
	int code;

	/* The guard cannot make this succeed: 0 comes from something else. */
	if (prctl((int)CLO_PRCTL, (unsigned long)request, (unsigned long)arg,
		  (unsigned long)size, 0UL) >= 0)
		return -ENOSYS;
	code = errno - CLO_ANSWER;
	if (code < 0 || code >= CLO_RULE_COUNT)
		return -ENOSYS;
	return code;
}
