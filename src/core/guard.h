/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guard as the Core uses it.  Two halves: what asks the guard that is in
 * force (guard.c, a prctl each, no allocation), and what loads it, once
 * (loader.c, the only file that links libbpf).
 */
#ifndef CLO_CORE_GUARD_H
#define CLO_CORE_GUARD_H

#include "base/base.h"
#include "bpf/abi.h"

/**
 * clo_guard_ask() - Ask the guard something
 * @request: enum clo_guard_request.
 * @arg: As the request says.
 * @size: As the request says, else 0.
 *
 * Context: any process; the answer is the kernel's.
 *
 * Return: CLO_RULE_ALLOW if it is done, the rule that refuses (positive), or
 *   -ENOSYS	no guard is loaded.
 */
int clo_guard_ask(enum clo_guard_request request, uint64_t arg, size_t size);

/**
 * clo_guard_judge() - What the answers to a canary mean
 * @rule: As clo_guard_ask() answers to the request that is always refused.
 * @error: errno of the opening that must be refused; 0: it was opened.
 *
 * A kernel that is short of files or memory refuses before the guard is asked:
 * that says nothing of the guard.
 *
 * Return: as clo_guard_canary().
 */
static inline int clo_guard_judge(int rule, int error)
{
	if (rule != CLO_RULE_MOUNT)
		return rule < 0 ? rule : -EPROTO;
	switch (error) {
	case 0:
		return -EBADE;
	case EPERM:
	case ENOENT:
		return 0;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return -EAGAIN;
	default:
		return -error;
	}
}

/**
 * clo_guard_canary() - See that refusals happen
 *
 * Two that the policy owes to everybody: a request that is always refused, and
 * the opening of the switch that turns tracing off, by a hook that all of a
 * kernel's programs live and die with.  Both are events in the log.
 *
 * Context: a process with a label, best the Core's own.
 *
 * Return: 0 if both were refused (or this kernel has no such switch), or
 *   -ENOSYS	nobody answers the request;
 *   -EPROTO	another answer came than the one that is owed;
 *   -EBADE	the switch was opened: hooks are not called;
 *   -errno	the switch could not be opened for another reason.
 */
int clo_guard_canary(void) clo_must_check;

/**
 * clo_guard_place() - Ask the guard whether what was found is its own
 * @run_fd: The directory above the pins, as it was opened; borrowed.
 * @map_fds: CLO_FOUND_MAPS maps that were opened there, or NULL for none.
 *
 * Root of the host may cover that directory; the guard in force remembers which
 * one it was.
 *
 * Context: any process outside cages; the answer is the kernel's.
 *
 * Return: 0 if it is the guard's, or
 *   -ESTALE	it is not (CLO_RULE_FALSE_PLACE; an event);
 *   -ENOSYS	no guard is loaded, or one that does not know the request;
 *   -errno	it cannot be looked at.
 */
int clo_guard_place(int run_fd, const int *map_fds) clo_must_check;

/* What to say and do then; %s: the path. */
#define CLO_FALSE_PLACE_TEXT                                               \
	"%s: is not the directory above the guard that is in force; take " \
	"away what covers or replaces it (see 'findmnt'), then start "     \
	"cloisond again"

/* How much of the guard this kernel carries. */
struct clo_guard_report {
	uint32_t is_attached;
	uint32_t hook_count; /* programs attached */
	uint64_t missing[(CLO_HOOK_COUNT + 63) / 64]; /* hooks absent here */
};

struct clo_guard_options {
	const char *pin_dir; /* CLO_GUARD_DIR; created, a bpffs is mounted */
	const char *core_path; /* program to register as the Core */
	uint64_t cgroup; /* id (inode) of the Core's cgroup tree, 0: none */
	uint32_t is_dry; /* load and verify only: attach and pin nothing */
};

/**
 * clo_guard_load() - Load, attach and pin the guard
 * @options: How; not NULL.
 * @ret_report: Set on success; not NULL.
 * @err: See clo_err_set().
 *
 * All or nothing: on error nothing stays attached or pinned.  A mandatory hook
 * that this kernel lacks is an error; an optional one is in the report.
 *
 * Context: root outside cages, before the lock; allocates; loader role only.
 *
 * Return: 0, or
 *   -EPERM	this kernel refuses BPF LSM programs;
 *   -EOPNOTSUPP	this kernel lacks what the guard needs (@err says what);
 *   -EEXIST	a guard is pinned there already.
 */
int clo_guard_load(const struct clo_guard_options *options,
		   struct clo_guard_report *ret_report,
		   struct clo_err *err) clo_must_check;

/**
 * clo_guard_open() - Open what the report role reads
 * @pin_dir: Where the guard is pinned.
 * @ret_events_fd: The ring buffer's map.
 * @ret_counts_fd: The counters' map.
 * @err: See clo_err_set().
 *
 * Context: the Core, or anybody before the lock.
 *
 * Return: 0, -ENOENT if no guard is pinned, -errno.
 */
int clo_guard_open(const char *pin_dir, int *ret_events_fd, int *ret_counts_fd,
		   struct clo_err *err) clo_must_check;

/**
 * clo_guard_open_labels() - Open the labels of tasks, to look at
 * @pin_dir: Where the guard is pinned.
 * @ret_fd: The map; the kernel lets nobody write through this descriptor.
 * @err: See clo_err_set().
 *
 * Context: as clo_guard_open().
 *
 * Return: 0, -ENOENT if no guard is pinned, -errno.
 */
int clo_guard_open_labels(const char *pin_dir, int *ret_fd,
			  struct clo_err *err) clo_must_check;

/**
 * clo_guard_label() - Ask the guard for the label of a process
 * @labels_fd: As clo_guard_open_labels() opened it.
 * @pidfd: The process.
 * @ret: Its label; that of a process outside if it bears none.
 *
 * Context: allocates nothing.
 *
 * Return: 0, or -errno.
 */
int clo_guard_label(int labels_fd, int pidfd,
		    struct clo_label *ret) clo_must_check;

#endif
