/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the children of the launcher have in common, and how their parent
 * talks to them.
 */
#ifndef CLO_CORE_LAUNCH_CHILD_H
#define CLO_CORE_LAUNCH_CHILD_H

#include "core/launch-step.h"

#define CLO_CHILD_PATH \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* In the child: default signals; limits of one process. */
void clo_child_signals(void);
int clo_child_limits(struct clo_launch *l);

/* In the child: tell what went wrong, and end. */
_Noreturn void clo_child_fail(struct clo_launch *l);

/* The child of clo_launch_start(). */
_Noreturn void clo_child_start(struct clo_launch *l);

/**
 * clo_child_wait() - Follow a child until it executes its program
 * @report_fd: The parent's end of the socket pair.
 * @pidfd: The child.
 * @pid: The child, for the map of its users.
 * @uid_base: First user id of the cage on the host.
 * @cage: Name of the cage, for messages.
 * @within_ms: How long to wait at the most.
 * @err: See clo_err_set().
 *
 * Return: 0 once the program runs, or as clo_fault_tell().
 */
int clo_child_wait(int report_fd, int pidfd, int pid, uint32_t uid_base,
		   const char *cage, int within_ms, struct clo_err *err);

#endif
