// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bringing a cage up and giving back what it held: the monitor's side.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "core/guard.h"
#include "core/launch-child.h"

enum {
	START_TIMEOUT_MS = 10000,
	FREE_TRIES = 50, /* with FREE_PAUSE_NS between: a quarter second */
	FREE_PAUSE_NS = 5000000,
};

static int guard_error(const char *cage, const char *what, int rule,
		       struct clo_err *err)
{
	if (rule < 0)
		return clo_err_set(err, rule,
				   "cage '%s': the guard does not answer to "
				   "'%s' (%s); load it, or bring the cage up "
				   "--without=guard",
				   cage, what, strerrordesc_np(-rule));
	return clo_err_set(err, -EPERM,
			   "cage '%s': the guard refuses '%s' (%s); cloison "
			   "explain %s says why",
			   cage, what, clo_rule_name(rule),
			   clo_rule_name(rule));
}

static bool has(uint64_t without, enum clo_protection p)
{
	return !(without & (UINT64_C(1) << p));
}

static int define(const struct clo_cage_conf *conf, struct clo_err *err)
{
	struct clo_define define = {
		.abi = CLO_ABI,
		.cage = conf->id,
		.limits = conf->limits,
	};
	int r;

	define.limits.state = CLO_CAGE_UP;
	r = clo_guard_ask(CLO_GUARD_DEFINE, (uintptr_t)&define, sizeof(define));
	return r ? guard_error(conf->name, "define", r, err) : 0;
}

/*
 * Return: 0, -EAGAIN while tasks of the cage are still being freed, or the
 * answer of the guard.
 */
static int give_number_back(uint32_t cage)
{
	int r = clo_guard_ask(CLO_GUARD_CLOSE, cage, 0);

	/* CAGE_STATE: it is empty already. */
	if (r == CLO_RULE_CAGE_STATE)
		return 0;
	if (r)
		return r;
	r = clo_guard_ask(CLO_GUARD_FREE, cage, 0);
	return r == CLO_RULE_CAGE_BUSY ? -EAGAIN : r;
}

/* After a failure: nobody is in the cage, but the kernel frees tasks late. */
static void undo(const struct clo_launcher *launcher,
		 const struct clo_running *run)
{
	const struct timespec pause = { .tv_nsec = FREE_PAUSE_NS };
	bool is_busy = true;

	for (int i = 0; is_busy && i < FREE_TRIES; i++) {
		is_busy = false;
		if (has(run->without, CLO_PROTECT_guard) &&
		    give_number_back(run->conf.id) == -EAGAIN)
			is_busy = true;
		if (has(run->without, CLO_PROTECT_cgroup) &&
		    clo_cgroup_remove(launcher, run->conf.name) == -EBUSY)
			is_busy = true;
		if (is_busy)
			(void)nanosleep(&pause, NULL);
	}
}

static int write_maps(int pid, uint32_t uid_base)
{
	char path[32], text[64];
	int r;

	(void)snprintf(text, sizeof(text), "0 %u %u\n", uid_base,
		       CLO_UID_COUNT);
	(void)snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	r = clo_sys_write_at(AT_FDCWD, path, text);
	if (r)
		return r;
	(void)snprintf(path, sizeof(path), "/proc/%d/gid_map", pid);
	return clo_sys_write_at(AT_FDCWD, path, text);
}

/* Kill the first process of a cage, in which no other holds it up. */
static void reap(int pidfd)
{
	siginfo_t info;

	(void)pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) && errno == EINTR)
		;
}

/* The socket was closed: by the execution of the program, or by death. */
static int check_alive(int pidfd, const char *cage, struct clo_err *err)
{
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | WNOWAIT) ||
	    info.si_pid)
		return clo_err_set(
			err, -ECHILD,
			"cage '%s': its first process ended at "
			"once (%s %d)",
			cage, info.si_code == CLD_EXITED ? "status" : "signal",
			info.si_status);
	return 0;
}

int clo_child_wait(int report_fd, int pidfd, int pid, uint32_t uid_base,
		   const char *cage, int within_ms, struct clo_err *err)
{
	struct pollfd ready = { .fd = report_fd, .events = POLLIN };

	for (;;) {
		struct clo_fault fault;
		ssize_t n;
		int r = poll(&ready, 1, within_ms);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return clo_err_set(err, -ETIMEDOUT,
					   "cage '%s': its launcher does not "
					   "answer in time",
					   cage);
		n = recv(report_fd, &fault, sizeof(fault), 0);
		if (n == 0)
			return check_alive(pidfd, cage, err);
		if (n != (ssize_t)sizeof(fault))
			return clo_err_set(err, -EBADMSG,
					   "cage '%s': its launcher answers "
					   "nonsense",
					   cage);
		fault.object[sizeof(fault.object) - 1] = '\0';
		if (fault.step != CLO_STEP_MAP || fault.code)
			return clo_fault_tell(&fault, cage, err);
		r = write_maps(pid, uid_base);
		if (r || send(report_fd, "", 1, MSG_NOSIGNAL) != 1)
			return clo_err_set(err, r ? r : -errno,
					   "cage '%s': its users cannot be "
					   "mapped (%s)",
					   cage,
					   strerrordesc_np(r ? -r : errno));
	}
}

/* The child and what is known of it: run->init_pid, run->init_start. */
static int start_child(const struct clo_launcher *launcher,
		       struct clo_running *run, int cgroup_fd, int *ret_pidfd,
		       struct clo_err *err)
{
	const char *name = run->conf.name;
	struct clo_clone how = { .cgroup_fd = cgroup_fd };
	struct clo_launch l = {
		.launcher = launcher,
		.conf = &run->conf,
		.without = run->without,
		.home_fd = -1,
		.var_fd = -1,
		.dev_fd = -1,
		.netlink_fd = -1,
	};
	clo_fd int parent_fd = -1;
	clo_fd int pidfd = -1;
	int pair[2];
	int pid, r;

	if (has(run->without, CLO_PROTECT_user))
		l.uid_base = clo_label_uid((clo_u16)run->conf.id);
	if (has(run->without, CLO_PROTECT_pid))
		how.flags |= CLONE_NEWPID;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return clo_err_set(err, -errno, "cage '%s': no socket", name);
	parent_fd = pair[0];
	l.report_fd = pair[1];
	pid = clo_sys_clone(&how, &pidfd);
	if (pid == 0)
		clo_child_start(&l);
	(void)close(l.report_fd);
	if (pid < 0)
		return clo_err_set(err, pid,
				   "cage '%s': its first process cannot be "
				   "created (%s)",
				   name, strerrordesc_np(-pid));
	r = clo_child_wait(parent_fd, pidfd, pid, l.uid_base, name,
			   START_TIMEOUT_MS, err);
	if (!r) {
		r = clo_sys_start_time(pid, &run->init_start);
		if (r)
			(void)clo_err_set(err, r,
					  "cage '%s': its first process "
					  "cannot be read in /proc",
					  name);
	}
	if (r) {
		reap(pidfd);
		return r;
	}
	clo_left_note(pid, run->namespaces);
	run->init_pid = pid;
	*ret_pidfd = clo_take_fd(&pidfd);
	return 0;
}

static uint64_t boot_time_ns(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int clo_launch_start(const struct clo_launcher *launcher,
		     struct clo_running *run, int *ret_pidfd,
		     struct clo_err *err)
{
	clo_fd int cgroup_fd = -1;
	int r;

	if (run->conf.id < CLO_CAGE_FIRST || run->conf.id > CLO_CAGE_MAX ||
	    !run->conf.name[0] || strchr(run->conf.name, '/'))
		return clo_err_set(err, -EINVAL, "cage '%s': not a cage",
				   run->conf.name);
	if (has(run->without, CLO_PROTECT_cgroup)) {
		r = clo_cgroup_make(launcher, &run->conf, &cgroup_fd, err);
		if (r)
			return r;
	}
	r = has(run->without, CLO_PROTECT_guard) ? define(&run->conf, err) : 0;
	if (!r)
		r = start_child(launcher, run, cgroup_fd, ret_pidfd, err);
	if (r) {
		undo(launcher, run);
		return r;
	}
	run->up_ns = boot_time_ns();
	run->phase = CLO_RUNNING_UP;
	return 0;
}

/* Without a user namespace the cage's ids are the host's: nothing to tell. */
static int left(const struct clo_running *run, int number)
{
	if (!has(run->without, CLO_PROTECT_user))
		return 0;
	return clo_left_signal(clo_label_uid((clo_u16)run->conf.id), number);
}

int clo_launch_kill(const struct clo_launcher *launcher,
		    const struct clo_running *run)
{
	clo_fd int pidfd = -1;
	int r;

	if (has(run->without, CLO_PROTECT_cgroup) &&
	    !clo_cgroup_kill(launcher, run->conf.name))
		return 0;
	/* The end of its init is the end of a pid namespace. */
	pidfd = clo_sys_pidfd(run->init_pid, run->init_start);
	if (pidfd >= 0 && pidfd_send_signal(pidfd, SIGKILL, NULL, 0))
		return -errno;
	if (has(run->without, CLO_PROTECT_pid))
		return pidfd < 0 && pidfd != -ESRCH ? pidfd : 0;
	r = left(run, SIGKILL);
	return r < 0 ? r : 0;
}

int clo_launch_finish(const struct clo_launcher *launcher,
		      const struct clo_running *run, struct clo_err *err)
{
	const char *name = NULL;
	int r;

	if (has(run->without, CLO_PROTECT_cgroup)) {
		/* Without a pid namespace its init's end is nobody else's. */
		(void)clo_cgroup_kill(launcher, run->conf.name);
		r = clo_cgroup_remove(launcher, run->conf.name);
		if (r == -EBUSY)
			return -EAGAIN;
		if (r)
			return clo_err_set(err, r,
					   "cage '%s': its cgroup cannot be "
					   "removed (%s)",
					   run->conf.name, strerrordesc_np(-r));
	}
	r = left(run, SIGKILL);
	if (r > 0)
		return -EAGAIN;
	if (r < 0)
		return clo_err_set(err, r,
				   "cage '%s': its processes cannot be "
				   "counted (%s)",
				   run->conf.name, strerrordesc_np(-r));
	r = clo_left_holder(run->namespaces, &name);
	if (r > 0)
		return clo_err_set(err, -EBUSY,
				   "cage '%s': process %d of the host is in "
				   "its namespace '%s', which lives as long; "
				   "end it, then 'cloison down' again",
				   run->conf.name, r, name);
	if (r < 0)
		return clo_err_set(err, r,
				   "cage '%s': its namespaces cannot be looked "
				   "for (%s)",
				   run->conf.name, strerrordesc_np(-r));
	if (!has(run->without, CLO_PROTECT_guard))
		return 0;
	r = give_number_back(run->conf.id);
	if (!r || r == -EAGAIN)
		return r;
	return guard_error(run->conf.name, "free", r, err);
}
