/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a command uses, seen while it runs: system calls that name a file or a
 * port stop at a seccomp listener, are read, and go on.  No privilege.
 */
#ifndef CLO_SANDBOX_TRACE_H
#define CLO_SANDBOX_TRACE_H

#include "sandbox/sandbox.h"

struct clo_trace_event {
	bool is_port;
	bool is_made; /* the call may make the path: it was not there */
	uint64_t rights; /* of FS, or of NET */
	uint64_t port;
	const char *path; /* absolute, links of its directory followed */
};

typedef void clo_trace_seen(void *data, const struct clo_trace_event *event);

/**
 * clo_trace_run() - Run a command and tell what it uses
 * @argv: The command, ended by NULL.
 * @policy: What restricts the command, resolved; NULL: nothing does.
 * @seen: Called for each use that may succeed.
 * @data: For @seen.
 * @ret_status: Set on success: as wait(2) has it.
 * @err: See clo_err_set().
 *
 * What is told is what was asked, before the kernel answers: a program that
 * changes the path meanwhile is not seen through.  io_uring is refused to it
 * (ENOSYS), and set-user-id programs gain nothing.
 *
 * Return: 0, or -errno.
 */
int clo_trace_run(char **argv, const struct cloison_landlock_policy *policy,
		  clo_trace_seen *seen, void *data, int *ret_status,
		  struct clo_err *err) clo_must_check;

#endif
