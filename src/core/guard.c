// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking the guard that is in force.
 */
#include <fcntl.h>
#include <sys/prctl.h>

#include "core/guard.h"

#define FTRACE_SWITCH "/proc/sys/kernel/ftrace_enabled"

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

int clo_guard_canary(void)
{
	clo_fd int fd = -1;
	int r = clo_guard_ask(CLO_GUARD_CANARY, CLO_CAGE_FIRST, 0);

	if (r != CLO_RULE_MOUNT)
		return r < 0 ? r : -EPROTO;
	/* Opening it changes nothing, should it be allowed. */
	fd = open(FTRACE_SWITCH, O_WRONLY | O_CLOEXEC);
	if (fd >= 0)
		return -EBADE;
	return errno == EPERM || errno == ENOENT ? 0 : -errno;
}
