/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making a cage and going into one: namespaces, root, cgroup, capabilities,
 * filter, label.  Called by the monitor, which holds the privilege; what takes
 * time (ending a cage) is cut in steps that do not block.
 */
#ifndef CLO_CORE_LAUNCH_H
#define CLO_CORE_LAUNCH_H

#include <sys/types.h>

#include "base/base.h"
#include "model/cage.h"

/* What the launcher needs once; opened by the monitor before it is reduced. */
struct clo_launcher {
	int init_fd; /* program of a cage's init, static */
	int cgroup_fd; /* directory of the Core's cgroup v2 tree, or -1 */
	int state_fd; /* /var/lib/cloison: persistent /home and /var */
	int run_fd; /* /run/cloison */
	int dev_fd; /* see clo_launch_share_dev(); -1: none */
	uint64_t missing[2]; /* hooks that the guard lacks (clo_guard_report):
			      * the filter takes their place */
};

enum { CLO_NAMESPACES = 8 };

/* A cage that runs; written as it is to /run/cloison/cages/NAME. */
struct clo_running {
	struct clo_cage_conf conf;
	uint64_t without; /* protections left out, in all */
	uint64_t up_ns; /* CLOCK_BOOTTIME */
	uint64_t init_start; /* field 22 of /proc/PID/stat: tells a reuse */
	int32_t init_pid; /* in the initial pid namespace */
	uint32_t phase; /* enum clo_running_phase */
	uint32_t namespaces[CLO_NAMESPACES]; /* of its own, by inode; or 0 */
};

enum clo_running_phase {
	CLO_RUNNING_STARTING = 1, /* half made: recovery takes it down */
	CLO_RUNNING_UP = 2,
	CLO_RUNNING_ENDING = 3,
};

/**
 * clo_launch_share_dev() - Make the /dev that cages without devices share
 *
 * It is never written to again: each cage has a view of it, in place of two
 * dozen system calls.
 *
 * Return: a descriptor, or -errno: then each cage makes one of its own.
 */
int clo_launch_share_dev(void);

/**
 * clo_launch_start() - Bring a cage up
 * @launcher: Descriptors; not NULL; borrowed.
 * @run: @run->conf and @run->without are read, the rest is set on success.
 * @ret_pidfd: Of the cage's init; owned by the caller.
 * @err: See clo_err_set().
 *
 * In order: cgroup and limits; the guard's limits (DEFINE); a child in new
 * namespaces that builds the root, drops to the cage's users, takes on the
 * label (ENTER), the ceiling, the filter, and executes the cage's init.  The
 * call returns once the init runs.  Any failure takes everything back.  On
 * success @err may hold a note on a wish of @run->conf that is not in force.
 *
 * Context: monitor, single-threaded; blocks for some 10 ms; allocates nothing.
 *
 * Return: 0, -EPERM if the guard refuses (@err names the rule), -errno.
 */
int clo_launch_start(const struct clo_launcher *launcher,
		     struct clo_running *run, int *ret_pidfd,
		     struct clo_err *err) clo_must_check;

/* What a session is; see struct clo_wire_enter. */
struct clo_session {
	uint32_t role_bits; /* of the label: CLO_ROLE_* */
	uint32_t uid; /* inside the cage */
	uint32_t is_terminal;
	uint16_t rows, columns;
	char term[32];
	char *const *argv; /* NULL-terminated; NULL: the user's shell */
};

/* Descriptors of a session, on the Core's side. */
struct clo_session_fds {
	int pidfd; /* of the session's process */
	int report_fd; /* until clo_launch_entered(): readable when it is */
	int master_fd; /* the pty's master; -1 without terminal */
	int pipe_fds[3]; /* input to write, output and errors to read; or -1 */
};
#define CLO_SESSION_FDS_NONE { -1, -1, -1, { -1, -1, -1 } }

/**
 * clo_launch_enter() - Start a process in a cage that runs
 * @launcher: Descriptors; not NULL; borrowed.
 * @run: The cage; not NULL.
 * @session: What to start; not NULL.
 * @ret: Set on success; owned by the caller.
 * @err: See clo_err_set().
 *
 * The child joins the namespaces while it still bears the Core's label (so no
 * task of the cage reaches it), then drops like clo_launch_start().  The
 * terminal's slave is opened inside the cage; no descriptor but 0, 1, 2
 * crosses.
 *
 * It does not wait for the child to execute its program: from the label on, a
 * task of the cage may stop it there.  clo_launch_entered() tells how it went.
 *
 * Context: launch role; allocates nothing.
 *
 * Return: 0, -ESRCH if the cage has gone, -errno.
 */
int clo_launch_enter(const struct clo_launcher *launcher,
		     const struct clo_running *run,
		     const struct clo_session *session,
		     struct clo_session_fds *ret,
		     struct clo_err *err) clo_must_check;

/**
 * clo_launch_entered() - Learn how a start by clo_launch_enter() went
 * @run: The cage; not NULL.
 * @fds: Of the start; its report_fd is closed; on error all but the pidfd.
 * @within_ms: How long to wait at the most; 0: only look.
 * @err: See clo_err_set().
 *
 * On error the child has been killed, also one that has not answered in time.
 * When the kernel ends it is another matter: the caller buries it by its pidfd.
 *
 * Return: 0 once the program runs (or has ended already), -errno.
 */
int clo_launch_entered(const struct clo_running *run,
		       struct clo_session_fds *fds, int within_ms,
		       struct clo_err *err) clo_must_check;

/**
 * clo_launch_kill() - Kill every process of a cage, at once
 * @launcher: Descriptors; not NULL.
 * @run: The cage; not NULL.
 *
 * Context: monitor; does not wait.
 *
 * Return: 0, or -errno.
 */
int clo_launch_kill(const struct clo_launcher *launcher,
		    const struct clo_running *run) clo_must_check;

/**
 * clo_launch_finish() - Give back what a cage held
 * @launcher: Descriptors; not NULL.
 * @run: The cage, whose init has ended; not NULL.
 * @err: See clo_err_set().
 *
 * Asks the guard for CLOSE and FREE, removes the cgroup and verifies that
 * nothing remains: no process in it or of its users, and none that holds one of
 * its namespaces (and with them its mounts and interfaces).
 *
 * Return: 0; -EAGAIN while processes are still ending (call again); -errno.
 */
int clo_launch_finish(const struct clo_launcher *launcher,
		      const struct clo_running *run,
		      struct clo_err *err) clo_must_check;

#endif
