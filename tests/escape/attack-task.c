/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks on tasks: signals, tracing, scheduling, and tricks to shed a label.
 */
#include "attack.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

static volatile sig_atomic_t hits;

static void hit(int sig)
{
	(void)sig;
	hits = 1;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = hit };

	hits = 0;
	(void)sigaction(SIGUSR1, &action, NULL);
	(void)sigaction(SIGIO, &action, NULL);
}

static int was_hit(void)
{
	for (int i = 0; i < 50 && !hits; i++)
		usleep(2000);
	return hits;
}

static int run_kill(long sig)
{
	return call(kill(stage->victim, (int)sig));
}

static int run_tgkill(long sig)
{
	return call(syscall(SYS_tgkill, stage->victim, stage->victim, sig));
}

static int run_sigqueue(long sig)
{
	union sigval value = { .sival_int = 1 };

	return call(sigqueue(stage->victim, (int)sig, value));
}

static int run_kill_group(long sig)
{
	return call(kill(-stage->victim, (int)sig));
}

static int run_kill_all(long sig)
{
	attack_on_signal(SIGUSR1, SIG_IGN);
	return call(kill(-1, (int)sig));
}

static int run_pidfd_signal(long sig)
{
	long fd = syscall(SYS_pidfd_open, stage->victim, 0);

	if (fd < 0)
		return -errno;
	return call(syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0));
}

static int run_sigio(long arg)
{
	int pair[2];

	(void)arg;
	/* The kernel looks at the effective user, the guard at the real one. */
	(void)!setresuid((uid_t)-1, 0, (uid_t)-1);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) ||
	    fcntl(pair[0], F_SETOWN, stage->victim) ||
	    fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK) ||
	    write(pair[1], "x", 1) != 1)
		return -errno;
	return 0;
}

static int run_ptrace(long request)
{
	return call(
		ptrace((enum __ptrace_request)request, stage->victim, 0, 0));
}

static int run_traceme(long arg)
{
	(void)arg;
	return call(ptrace(PTRACE_TRACEME, 0, 0, 0));
}

static void hold_secret(void)
{
	secret = SECRET;
}

static int run_vm(long is_write)
{
	long value = is_write ? CHANGED : 0;
	struct iovec local = { &value, sizeof(value) };
	struct iovec remote = { (void *)&secret, sizeof(value) };
	ssize_t r;

	r = is_write ?
		    process_vm_writev(stage->victim, &local, 1, &remote, 1, 0) :
		    process_vm_readv(stage->victim, &local, 1, &remote, 1, 0);
	if (r < 0)
		return -errno;
	return is_write || value == SECRET ? 0 : -EBADE;
}

static int was_changed(void)
{
	return secret == CHANGED;
}

static int run_getfd(long arg)
{
	long fd = syscall(SYS_pidfd_open, stage->victim, 0);

	(void)arg;
	if (fd < 0)
		return -errno;
	return call(syscall(SYS_pidfd_getfd, fd, 0, 0));
}

static int run_madvise(long arg)
{
	long fd = syscall(SYS_pidfd_open, stage->victim, 0);
	unsigned long page = (unsigned long)&secret & ~4095UL;
	struct iovec where = { (void *)page, 4096 };

	(void)arg;
	if (fd < 0)
		return -errno;
	return call(
		syscall(SYS_process_madvise, fd, &where, 1UL, MADV_COLD, 0));
}

/* Where the process is hidden the filter is asked all the same. */
static int run_mrelease(long arg)
{
	long fd = syscall(SYS_pidfd_open, stage->victim, 0);

	(void)arg;
	/* It is not dying: that is looked at behind every check. */
	return call_past(syscall(SYS_process_mrelease, fd, 0), EINVAL);
}

static int run_kcmp(long arg)
{
	(void)arg;
	return call(
		syscall(SYS_kcmp, getpid(), stage->victim, KCMP_FILE, 0, 0));
}

static int run_robust(long arg)
{
	void *head;
	size_t size;

	(void)arg;
	return call(syscall(SYS_get_robust_list, stage->victim, &head, &size));
}

static int run_move_pages(long arg)
{
	void *page = (void *)((unsigned long)&secret & ~4095UL);
	int status;

	(void)arg;
	return call(syscall(SYS_move_pages, stage->victim, 1UL, &page, NULL,
			    &status, 0));
}

static int run_migrate(long arg)
{
	unsigned long nodes = 1;

	(void)arg;
	return call(
		syscall(SYS_migrate_pages, stage->victim, 8UL, &nodes, &nodes));
}

static int run_affinity(long is_set)
{
	cpu_set_t set;

	if (!is_set)
		return call(
			sched_getaffinity(stage->victim, sizeof(set), &set));
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return call(sched_setaffinity(stage->victim, sizeof(set), &set));
}

static int run_scheduler(long is_set)
{
	struct sched_param param = { 0 };

	if (!is_set)
		return call(sched_getscheduler(stage->victim));
	return call(sched_setscheduler(stage->victim, SCHED_BATCH, &param));
}

static int run_setattr(long arg)
{
	struct {
		unsigned int size, policy;
		unsigned long long flags, more[5];
	} attr = { .size = 48, .policy = SCHED_BATCH };

	(void)arg;
	return call(syscall(SYS_sched_setattr, stage->victim, &attr, 0));
}

static int run_priority(long is_set)
{
	int r;

	if (is_set)
		return call(setpriority(PRIO_PROCESS, (id_t)stage->victim, 5));
	errno = 0;
	r = getpriority(PRIO_PROCESS, (id_t)stage->victim);
	return r < 0 && errno ? -errno : 0;
}

static int run_ioprio(long is_set)
{
	if (is_set)
		return call(
			syscall(SYS_ioprio_set, 1, stage->victim, 2 << 13 | 7));
	return call(syscall(SYS_ioprio_get, 1, stage->victim));
}

static int run_prlimit(long is_set)
{
	struct rlimit limit = { 64, 64 };

	return call(prlimit(stage->victim, RLIMIT_NOFILE,
			    is_set ? &limit : NULL, is_set ? NULL : &limit));
}

static int run_setpgid(long arg)
{
	(void)arg;
	return call(setpgid(stage->victim, stage->victim));
}

static int run_getpgid(long arg)
{
	(void)arg;
	return call(getpgid(stage->victim));
}

static int run_getsid(long arg)
{
	(void)arg;
	return call(getsid(stage->victim));
}

static int run_capget(long arg)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3,
						   stage->victim };
	struct __user_cap_data_struct data[2];

	(void)arg;
	return call(syscall(SYS_capget, &header, data));
}

static int run_wait(long arg)
{
	siginfo_t info;
	pid_t pid = stage->victim;

	(void)arg;
	if (stage->is_control) {
		pid = fork();
		if (!pid)
			_exit(0);
	}
	return call(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG));
}

static int run_perf(long is_self)
{
	struct {
		unsigned int type, size;
		unsigned long long config, more[13];
	} attr = { .type = 1, .size = sizeof(attr) };

	return call(syscall(SYS_perf_event_open, &attr,
			    is_self ? 0 : stage->victim, -1, -1, 0UL));
}

/* Sheds: the last act of each is the signal that must not arrive. */

/*
 * In a whole cage the victim is hidden from whoever has shed the label or not:
 * there the last act is one that nothing but the label refuses.
 */
static int try_kill(pid_t pid)
{
	int r = call(kill(pid, SIGUSR1));

	return r == -ESRCH ? attack_lock_shared() : r;
}

int attack_kill_status(pid_t pid)
{
	return -try_kill(pid);
}

static int child_kills(void)
{
	stage->answer = try_kill(stage->victim);
	return 0;
}

static int wait_answer(pid_t pid)
{
	if (pid < 0)
		return -errno;
	for (int i = 0; i < 1000 && stage->answer == 1; i++)
		usleep(2000);
	return stage->answer;
}

enum {
	FORK,
	DOUBLE_FORK,
	CLONE_SIBLING,
	UNSHARE,
	SETUID,
	THREAD,
	VFORK_EXEC,
	THREAD_EXEC
};

static void exec_self(void)
{
	char pid[16], name[16] = "";
	char *argv[] = { (char *)"attack", (char *)"--kill", pid, name, NULL };

	(void)snprintf(pid, sizeof(pid), "%d", stage->victim);
	(void)prctl(PR_GET_NAME, name, 0, 0, 0); /* execve(2) takes it away */
	(void)execv("/proc/self/exe", argv);
	_exit(127);
}

static void *thread_kills(void *way)
{
	if (way)
		exec_self();
	(void)child_kills();
	return NULL;
}

static pid_t shed_child(long way)
{
	pid_t pid;

	if (way == CLONE_SIBLING)
		pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0,
				     0);
	else
		pid = fork();
	if (pid)
		return pid;
	if (way == DOUBLE_FORK) {
		if (fork())
			_exit(0);
		(void)setsid();
		usleep(20000);
	}
	if (way == UNSHARE)
		(void)unshare(CLONE_FILES | CLONE_FS | CLONE_SYSVSEM);
	if (way == SETUID)
		(void)prctl(PR_SET_SECUREBITS, 4, 0, 0, 0);
	if (way == SETUID)
		(void)!setresuid(65534, 65534, 65534);
	(void)child_kills();
	_exit(0);
}

static int run_shed(long way)
{
	pthread_t thread;
	int status = 0;
	pid_t pid;

	stage->answer = 1;
	if (way < THREAD)
		return wait_answer(shed_child(way));
	if (way == THREAD) {
		if (pthread_create(&thread, NULL, thread_kills, NULL))
			return -EAGAIN;
		return wait_answer(0);
	}
	pid = way == VFORK_EXEC ? vfork() : fork();
	if (!pid && way == VFORK_EXEC)
		exec_self();
	if (!pid) {
		if (pthread_create(&thread, NULL, thread_kills, &status))
			_exit(127);
		pause();
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

static int run_flood(long count)
{
	int r = 0;

	for (long i = 0; i < count && (!r || r == -EPERM); i++)
		r = call(kill(stage->victim, SIGUSR1));
	return r;
}

static int run_forge(long sig)
{
	(void)prctl(PR_SET_NAME, "x\n{\"a\":1}\033[2J", 0, 0, 0);
	return call(kill(stage->victim, (int)sig));
}

#define HIT catch_signals, was_hit
/* clang-format off */
const struct attack attacks_task[] = {
	{ "kill", run_kill, HIT, 0, SIGUSR1 },
	{ "kill-0", run_kill, NULL, NULL, 0, 0 },
	{ "stop", run_kill, NULL, NULL, 0, SIGSTOP },
	{ "tgkill", run_tgkill, HIT, 0, SIGUSR1 },
	{ "sigqueue", run_sigqueue, HIT, 0, SIGUSR1 },
	{ "kill-group", run_kill_group, HIT, 0, SIGUSR1 },
	{ "kill-all", run_kill_all, HIT, 0, SIGUSR1 },
	{ "pidfd-signal", run_pidfd_signal, HIT, 0, SIGUSR1 },
	{ "sigio", run_sigio, HIT, OWN_UID, 0 },
	{ "flood", run_flood, HIT, 0, 2000 },
	{ "forge-name", run_forge, HIT, 0, SIGUSR1 },
	{ "ptrace-attach", run_ptrace, NULL, NULL, 0, PTRACE_ATTACH },
	{ "ptrace-seize", run_ptrace, NULL, NULL, 0, PTRACE_SEIZE },
	{ "traceme", run_traceme, NULL, NULL, VICTIM_FORKS, 0 },
	{ "vm-read", run_vm, hold_secret, NULL, 0, 0 },
	{ "vm-write", run_vm, hold_secret, was_changed, 0, 1 },
	{ "pidfd-getfd", run_getfd, NULL, NULL, HOST_CONTROL, 0 },
	{ "process-madvise", run_madvise, NULL, NULL, 0, 0 },
	{ "process-mrelease", run_mrelease, NULL, NULL, 0, 0 },
	{ "kcmp", run_kcmp, NULL, NULL, 0, 0 },
	{ "robust-list", run_robust, NULL, NULL, 0, 0 },
	{ "move-pages", run_move_pages, NULL, NULL, 0, 0 },
	{ "migrate-pages", run_migrate, NULL, NULL, 0, 0 },
	{ "set-affinity", run_affinity, NULL, NULL, 0, 1 },
	{ "get-affinity", run_affinity, NULL, NULL, 0, 0 },
	{ "set-scheduler", run_scheduler, NULL, NULL, 0, 1 },
	{ "get-scheduler", run_scheduler, NULL, NULL, 0, 0 },
	{ "sched-setattr", run_setattr, NULL, NULL, 0, 0 },
	{ "set-priority", run_priority, NULL, NULL, 0, 1 },
	{ "get-priority", run_priority, NULL, NULL, 0, 0 },
	{ "set-ioprio", run_ioprio, NULL, NULL, 0, 1 },
	{ "get-ioprio", run_ioprio, NULL, NULL, 0, 0 },
	{ "prlimit-get", run_prlimit, NULL, NULL, OWN_UID, 0 },
	{ "prlimit-set", run_prlimit, NULL, NULL, OWN_UID, 1 },
	{ "set-pgid", run_setpgid, NULL, NULL, ATTACKER_FORKS, 0 },
	{ "get-pgid", run_getpgid, NULL, NULL, 0, 0 },
	{ "get-sid", run_getsid, NULL, NULL, 0, 0 },
	{ "capget", run_capget, NULL, NULL, 0, 0 },
	{ "wait", run_wait, NULL, NULL, 0, 0 },
	{ "perf-self", run_perf, NULL, NULL, HOST_CONTROL, 1 },
	{ "perf-task", run_perf, NULL, NULL, HOST_CONTROL, 0 },
	{ "shed-fork", run_shed, HIT, 0, FORK },
	{ "shed-double-fork", run_shed, HIT, 0, DOUBLE_FORK },
	{ "shed-clone-parent", run_shed, HIT, 0, CLONE_SIBLING },
	{ "shed-unshare", run_shed, HIT, 0, UNSHARE },
	{ "shed-setuid", run_shed, HIT, 0, SETUID },
	{ "shed-thread", run_shed, HIT, 0, THREAD },
	{ "shed-vfork-exec", run_shed, HIT, 0, VFORK_EXEC },
	{ "shed-thread-exec", run_shed, HIT, 0, THREAD_EXEC },
	{ 0 },
};
/* clang-format on */
