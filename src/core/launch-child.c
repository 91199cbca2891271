// SPDX-License-Identifier: GPL-2.0-only
/*
 * The child that becomes a cage's init (docs/design/0004): namespaces, network
 * and root while it is root of the host and bears the Core's label; then its
 * users, the ceiling, the filter, the label; then the program.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "core/launch-child.h"

/* clang-format off */
static const struct {
	enum clo_protection protection;
	int flag;
	const char *name;
} namespaces[] = {
	{ CLO_PROTECT_mount, CLONE_NEWNS, "mount namespace" },
	{ CLO_PROTECT_net, CLONE_NEWNET, "network namespace" },
	{ CLO_PROTECT_ipc, CLONE_NEWIPC, "IPC namespace" },
	{ CLO_PROTECT_uts, CLONE_NEWUTS, "UTS namespace" },
	{ CLO_PROTECT_cgroup, CLONE_NEWCGROUP, "cgroup namespace" },
	{ CLO_PROTECT_time, CLONE_NEWTIME, "time namespace" },
};
/* clang-format on */

/* All at once; only if that fails, one by one, to name the one that is it. */
static int make_namespaces(struct clo_launch *l)
{
	int flags = 0;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(namespaces); i++) {
		if (clo_launch_has(l, namespaces[i].protection))
			flags |= namespaces[i].flag;
	}
	if (!unshare(flags))
		return 0;
	for (size_t i = 0; i < CLO_ARRAY_SIZE(namespaces); i++) {
		if ((flags & namespaces[i].flag) && unshare(namespaces[i].flag))
			return clo_fault_set(l, CLO_STEP_CLONE,
					     namespaces[i].name, -errno);
	}
	return clo_fault_set(l, CLO_STEP_CLONE, "namespaces", -EINVAL);
}

void clo_child_signals(void)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };
	sigset_t none;

	/* What is ignored stays ignored over execve: the monitor's SIGPIPE. */
	(void)sigaction(SIGPIPE, &by_default, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * No core file.  A program in core_pattern is not bound by this limit: the
 * guard keeps a crash from starting one (rule CORE_DUMP).  The limit on
 * descriptors is lowered always, raised only if the Core may.
 */
int clo_child_limits(struct clo_launch *l)
{
	struct rlimit limit = { 0 };
	int r;

	/* The Core's own is lower; with our privilege 0 is also its floor. */
	r = clo_sys_write_at(AT_FDCWD, "/proc/self/oom_score_adj", "0");
	if (r)
		return clo_fault_set(l, CLO_STEP_LIMIT, "oom_score_adj", r);
	if (setrlimit(RLIMIT_CORE, &limit))
		return clo_fault_set(l, CLO_STEP_LIMIT, "core files", -errno);
	if (!l->conf->nofile)
		return 0;
	limit.rlim_cur = l->conf->nofile;
	limit.rlim_max = l->conf->nofile;
	if (!setrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	if (errno != EPERM || getrlimit(RLIMIT_NOFILE, &limit))
		return clo_fault_set(l, CLO_STEP_LIMIT, "open files", -errno);
	limit.rlim_cur = limit.rlim_max; /* as near as the Core itself gets */
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return clo_fault_set(l, CLO_STEP_LIMIT, "open files", -errno);
	return 0;
}

static int set_names(struct clo_launch *l)
{
	static const char none[] = "(none)";

	if (!clo_launch_has(l, CLO_PROTECT_uts))
		return 0;
	if (sethostname(l->conf->name, strlen(l->conf->name)) ||
	    setdomainname(none, sizeof(none) - 1))
		return clo_fault_set(l, CLO_STEP_NAME, "host name", -errno);
	return 0;
}

/* Opened as the cage's: a program may pass it on inside the cage. */
static int open_null(struct clo_launch *l)
{
	const int flags = O_RDWR; /* stays open over execve */
	int fd;

	(void)close_range(0, 2, 0);
	fd = open("/dev/null", flags);
	if (fd != 0 || dup2(0, 1) != 1 || dup2(0, 2) != 2)
		return clo_fault_set(l, CLO_STEP_OPEN, "/dev/null", -errno);
	return 0;
}

static int build(struct clo_launch *l)
{
	bool has_root = clo_launch_has(l, CLO_PROTECT_mount);
	int r;

	r = has_root ? clo_root_prepare(l) : 0;
	if (!r)
		r = clo_net_open(l);
	if (!r)
		r = make_namespaces(l);
	if (!r)
		r = clo_net_setup(l);
	if (!r)
		r = set_names(l);
	if (!r)
		r = clo_child_limits(l);
	if (!r && has_root)
		r = clo_root_build(l);
	if (!r && !has_root && chdir("/"))
		r = clo_fault_set(l, CLO_STEP_SETUP, "/", -errno);
	return r;
}

/* The services as words of the init's command line: UID:RESTART:COMMAND. */
static void fill_argv(const struct clo_cage_conf *conf, char *argv[])
{
	static char words[CLO_SERVICES][CLO_PATH_MAX + 32];
	static char name[] = "cloison-init";
	int count = 0;

	argv[count++] = name;
	for (int i = 0; i < CLO_SERVICES; i++) {
		const struct clo_service *s = &conf->services[i];

		if (!s->command[0])
			continue;
		(void)snprintf(words[i], sizeof(words[i]), "%u:%u:%s", s->uid,
			       s->restart, s->command);
		argv[count++] = words[i];
	}
	argv[count] = NULL;
}

static int become_init(struct clo_launch *l)
{
	const struct clo_drop drop = { .uid = 0, .role_bits = 0 };
	static char cage[sizeof("CLOISON_CAGE=") + CLO_NAME_MAX];
	static char path[] = "PATH=" CLO_CHILD_PATH;
	static char lang[] = "LANG=C.UTF-8";
	static char home[] = "HOME=/root";
	char *env[] = { path, lang, home, cage, NULL };
	char *argv[CLO_SERVICES + 2];
	int r = 0;

	if (clo_launch_has(l, CLO_PROTECT_user))
		r = clo_drop_users(l);
	if (!r)
		r = clo_drop(l, &drop);
	if (!r)
		r = clo_drop_guard(l, &drop);
	if (!r)
		r = open_null(l);
	if (r)
		return r;
	r = clo_drop_fds(l->report_fd, l->launcher->init_fd);
	if (r)
		return clo_fault_set(l, CLO_STEP_SETUP, "descriptors", r);
	(void)snprintf(cage, sizeof(cage), "CLOISON_CAGE=%s", l->conf->name);
	fill_argv(l->conf, argv);
	(void)syscall(SYS_execveat, l->launcher->init_fd, "", argv, env,
		      AT_EMPTY_PATH);
	return clo_fault_set(l, CLO_STEP_EXEC, "cloison-init", -errno);
}

_Noreturn void clo_child_fail(struct clo_launch *l)
{
	/* If the parent has gone there is nobody to tell. */
	(void)send(l->report_fd, &l->fault, sizeof(l->fault), MSG_NOSIGNAL);
	_exit(125);
}

_Noreturn void clo_child_start(struct clo_launch *l)
{
	clo_child_signals();
	(void)setsid(); /* fails only for a leader, which is as good */
	if (!build(l))
		(void)become_init(l);
	clo_child_fail(l);
}
