/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the two halves of launch-live share.
 */
#ifndef CLO_TESTS_LAUNCH_LIVE_H
#define CLO_TESTS_LAUNCH_LIVE_H

#include <stdbool.h>

#include "core/launch.h"

enum { CAGE = 40, USER = 1000 };

#define PROBE_DIR "/mnt/probe"

extern struct clo_launcher launcher;

/* Count a test; the driver has one count for all its files. */
bool live_ok(bool is_good, const char *format, ...) clo_printf(2, 3);
void live_skip(const char *what, const char *why);

/* What a cage could leave behind: mounts, processes, cgroups, descriptors. */
struct live_traces {
	char mounts[32768];
	int processes, fds, cgroups;
};
void live_look(struct live_traces *t);
void live_check_traces(const struct live_traces *before, const char *when);

uint64_t live_bit(enum clo_protection p);
void live_run_init(struct clo_running *run);
bool live_start(struct clo_running *run, int *ret_pidfd);
int live_enter(const struct clo_running *run, const struct clo_session *session,
	       struct clo_session_fds *ret, struct clo_err *err);
void live_end(struct clo_running *run, int pidfd);

/* Read until every writer has gone; the text ends with a zero. */
void live_read_all(int fd, char *out, size_t size);
/* Exit status, or 128 + signal; -1 if it cannot be waited for. */
int live_wait_for(int pidfd);
/* sh -c @command in the cage; its exit status. */
int live_shell(const struct clo_running *run, uint32_t uid, const char *command,
	       char *out, size_t size);

/* Let the probe look, and say each of its lines as a test of ours. */
void live_probe(const struct clo_running *run, uint32_t uid, const char *name);

/* Terminals, services, other roots, interfaces. */
void live_more(void);

#endif
