/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the start of cloisond hands to the monitor over its re-execution: one
 * structure in a pipe, and descriptors by the numbers in it.
 */
#ifndef CLO_CORE_BOOT_H
#define CLO_CORE_BOOT_H

#include "core/guard.h"
#include "core/role.h"
#include "model/core.h"

#define CLO_RUN_DIR	"/run/cloison"
#define CLO_RECORDS_DIR "/run/cloison/cages"
#define CLO_REPORT_FILE "/run/cloison/guard-report"
#define CLO_STATE_DIR	"/var/lib/cloison"
#define CLO_LOG_DIR	"/var/log/cloison"

struct clo_boot {
	struct clo_core_conf conf;
	struct clo_account account; /* of the roles without privilege */
	uint32_t group; /* that may use the control socket; 0: root only */
	uint32_t is_guarded; /* the guard is in force, and this is the Core */
	struct clo_guard_report report;
	int32_t init_fd; /* program of a cage's init */
	int32_t cgroup_fd; /* of the Core's tree, or -1 */
	int32_t lock_fd; /* held: one Core at a time */
	int32_t notify_fd; /* who waits for READY=1, or -1 */
	int32_t syslog_fd; /* or -1 */
	char reason[512]; /* why the guard is not in force */
};

struct clo_start_options {
	const char *init_path; /* NULL: where it is installed */
};

/**
 * clo_start() - Prepare the machine and become the monitor
 * @options: How; not NULL.
 * @err: See clo_err_set().
 *
 * Makes the directories, loads the guard if none is in force, claims to be the
 * Core, and executes the monitor in this process.
 *
 * Context: root, outside cages.
 *
 * Return: only on error: -errno.
 */
int clo_start(const struct clo_start_options *options, struct clo_err *err);

/* The exit status of a cloisond that could not start because of @r. */
static inline int clo_start_status(int r)
{
	/* -ESTALE: what it would enforce with is not what the kernel has. */
	return r == -EINVAL ? 2 : r == -ESTALE ? 3 : 1;
}

/**
 * clo_loader_ask() - Have the guard loaded by a role of its own
 * @is_dry: 1: load and verify only; 0: attach and pin it.
 * @cgroup: Id of the Core's cgroup tree, 0: none.
 * @ret_report: What the kernel carries.
 * @err: See clo_err_set().
 *
 * Return: as clo_guard_load().
 */
int clo_loader_ask(uint32_t is_dry, uint64_t cgroup,
		   struct clo_guard_report *ret_report,
		   struct clo_err *err) clo_must_check;

#endif
