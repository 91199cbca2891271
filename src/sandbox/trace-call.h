/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * System calls that name files or ports, and the rights that each needs;
 * private to the tracer.
 */
#ifndef CLO_SANDBOX_TRACE_CALL_H
#define CLO_SANDBOX_TRACE_CALL_H

#include <linux/seccomp.h>
#include <sys/types.h>

#include "sandbox/trace.h"

/* How many calls are stopped; the number of one. */
size_t clo_trace_call_count(void);
int clo_trace_call_number(size_t index);

/* Tells what a call that waits needs. */
void clo_trace_call(pid_t pid, const struct seccomp_data *call,
		    clo_trace_seen *seen, void *data);

#endif
