// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How many system calls a cage costs that comes up: those of the launcher and
 * of the child that becomes the cage's init, until it executes it.
 *
 * usage: launch-calls CLOISON-INIT
 *
 * As root.  Counted with ptrace(2), in a cage like that of bench-launch: no
 * label and no cgroup, which need a guard and a tree of their own.  The second
 * of two cages counts: what is done once is done.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/launch.h"
#include "lib/tap.h"

enum {
	CAGE = 40,
	/* What there were when they were counted last: fewer are better. */
	CALLS_LAUNCHER = 29,
	CALLS_CHILD = 211,
	TASKS = 64,
};

/* The launcher marks the span with a call that it makes nowhere else. */
#define MARK SYS_getppid

static struct clo_launcher launcher = { -1, -1, -1, -1, -1, { 0, 0 } };
static struct clo_running cage;
static const char *const dir = "/run/cloison-calls";

static int open_dir(const char *path)
{
	(void)mkdir(path, 0700);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void prepare(const char *init_path)
{
	struct clo_cage_conf *c = &cage.conf;
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/state", dir);
	launcher.init_fd = open(init_path, O_PATH | O_CLOEXEC);
	launcher.dev_fd = clo_launch_share_dev();
	launcher.run_fd = open_dir(dir);
	launcher.state_fd = open_dir(path);
	(void)snprintf(c->name, sizeof(c->name), "calls");
	(void)snprintf(c->level, sizeof(c->level), "low");
	(void)snprintf(c->user, sizeof(c->user), "user");
	(void)snprintf(c->shell, sizeof(c->shell), "/bin/sh");
	c->id = CAGE;
	c->uid = 1000;
	c->nofile = 1024;
	c->tmp_mib = 16;
	c->limits.families = CLO_CAGE_FAMILIES_MAX;
	cage.without = UINT64_C(1) << CLO_PROTECT_guard |
		       UINT64_C(1) << CLO_PROTECT_cgroup;
}

/* One cage up and down again; only the way up is between the marks. */
static int up_and_down(int is_counted)
{
	struct clo_err err = { 0 };
	siginfo_t info;
	int pidfd = -1;
	int r;

	if (is_counted)
		(void)syscall(MARK);
	r = clo_launch_start(&launcher, &cage, &pidfd, &err);
	if (is_counted)
		(void)syscall(MARK);
	if (r) {
		(void)fprintf(stderr, "launch-calls: %d %s\n", r, err.text);
		return r;
	}
	r = clo_launch_kill(&launcher, &cage);
	if (!r && waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED))
		r = -errno;
	(void)close(pidfd);
	for (int i = 0; !r && i < 1000; i++) {
		r = clo_launch_finish(&launcher, &cage, &err);
		if (r != -EAGAIN)
			break;
		(void)usleep(1000);
		r = 0;
	}
	return r;
}

static int launch(const char *init_path)
{
	prepare(init_path);
	if (ptrace(PTRACE_TRACEME, 0, 0, 0))
		return 3;
	(void)raise(SIGSTOP);
	return up_and_down(0) || up_and_down(1) ? 4 : 0;
}

/* --- who counts --- */

struct traced {
	pid_t pid;
	int is_inside; /* a call has begun: the next stop is its end */
	int is_over; /* it has executed the cage's init */
};

struct counter {
	struct traced tasks[TASKS];
	pid_t launcher;
	int is_counting;
	int of_launcher, of_child;
};

static struct traced *task_of(struct counter *c, pid_t pid)
{
	for (int i = 0; i < TASKS; i++) {
		if (c->tasks[i].pid == pid || !c->tasks[i].pid) {
			c->tasks[i].pid = pid;
			return &c->tasks[i];
		}
	}
	return NULL;
}

static void count_call(struct counter *c, struct traced *task)
{
	struct user_regs_struct regs;

	task->is_inside = !task->is_inside;
	if (!task->is_inside || task->is_over ||
	    ptrace(PTRACE_GETREGS, task->pid, 0, &regs))
		return;
	if (regs.orig_rax == MARK && task->pid == c->launcher)
		c->is_counting = !c->is_counting;
	else if (c->is_counting && task->pid == c->launcher)
		c->of_launcher++;
	else if (c->is_counting)
		c->of_child++;
}

/* Which signal the task goes on with, after a stop of @status. */
static int stopped(struct counter *c, struct traced *task, int status)
{
	int signal = WSTOPSIG(status);

	if (signal == (SIGTRAP | 0x80)) {
		count_call(c, task);
		return 0;
	}
	if (signal == SIGTRAP && status >> 16) {
		if (status >> 16 == PTRACE_EVENT_EXEC)
			task->is_over = 1;
		return 0;
	}
	/* A new task begins with this one. */
	return signal == SIGSTOP ? 0 : signal;
}

/* Return: the launcher's status, or -1. */
static int trace(struct counter *c)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	int status;

	if (waitpid(c->launcher, &status, 0) != c->launcher ||
	    !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, c->launcher, 0, options) ||
	    ptrace(PTRACE_SYSCALL, c->launcher, 0, 0))
		return -1;
	for (;;) {
		pid_t pid = waitpid(-1, &status, __WALL);
		struct traced *task = pid > 0 ? task_of(c, pid) : NULL;

		if (!task)
			return -1;
		if (WIFSTOPPED(status)) {
			(void)ptrace(PTRACE_SYSCALL, pid, 0,
				     stopped(c, task, status));
			continue;
		}
		if (pid == c->launcher)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
}

static void check(const char *who, int count, int recorded)
{
	ok(count > 0 && count <= recorded,
	   "%s: %d system calls, at most %d as recorded", who, count, recorded);
	if (count < recorded)
		printf("# %s: fewer than recorded: write %d into %s\n", who,
		       count, __FILE__);
}

int main(int argc, char **argv)
{
	static struct counter c;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: launch-calls CLOISON-INIT\n");
		return 2;
	}
	if (geteuid()) {
		tap_skip("the system calls of a launch", "needs root");
		return tap_end();
	}
	c.launcher = fork();
	if (c.launcher == 0)
		_exit(launch(argv[1]));
	ok(trace(&c) == 0, "a cage comes up and goes down while it is traced");
	check("the launcher", c.of_launcher, CALLS_LAUNCHER);
	check("the child that becomes init", c.of_child, CALLS_CHILD);
	return tap_end();
}
