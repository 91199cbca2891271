// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starting a process in a cage that runs.
 *
 * The monitor opens what the Core keeps (the terminal's master, its ends of
 * pipes); the child joins the cage's namespaces while it still bears the
 * Core's label, drops like the cage's init did, and only then opens the
 * terminal.  No descriptor but 0, 1, 2 crosses.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/launch-child.h"

enum { ENV_COUNT = 16, ENV_TEXT = CLO_PATH_MAX + 64 };

/* One entry: the launch, and what the parent opened for it. */
struct entry {
	struct clo_launch l;
	const struct clo_session *session;
	int pidfd; /* of the cage's init */
	int tty; /* number of the terminal; -1: pipes */
	int std_fds[3]; /* the child's ends of the pipes; or -1 */
};

/* clang-format off */
#define X(id, name, text) [id] = #name,
static const char *const protection_names[] = { CLO_PROTECTIONS(X) };
#undef X
/* clang-format on */

static bool is_root(const struct entry *e)
{
	return e->session->uid == 0;
}

/* "guard,net": what the cage is brought up without; "" for nothing. */
static void without_text(uint64_t without, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < CLO_ARRAY_SIZE(protection_names); i++) {
		if (!(without & (UINT64_C(1) << i)) || n >= size)
			continue;
		n += (size_t)snprintf(out + n, size - n, "%s%s", n ? "," : "",
				      protection_names[i]);
	}
}

/* A clean environment: nothing of the monitor's, nothing of the caller's. */
static void fill_env(const struct entry *e, char *env[])
{
	static char text[ENV_COUNT][ENV_TEXT];
	const struct clo_cage_conf *conf = e->l.conf;
	const char *shell = conf->shell[0] ? conf->shell : "/bin/sh";
	char without[160];
	int n = 0;

	without_text(e->l.without, without, sizeof(without));
#define ADD(...) (void)snprintf(text[n++], ENV_TEXT, __VA_ARGS__)
	if (is_root(e))
		ADD("HOME=/root");
	else if (e->session->uid == conf->uid)
		ADD("HOME=/home/%s", conf->user);
	else
		ADD("HOME=/");
	ADD("USER=%s", is_root(e) ? "root" : conf->user);
	ADD("LOGNAME=%s", is_root(e) ? "root" : conf->user);
	ADD("PATH=%s", CLO_CHILD_PATH);
	ADD("SHELL=%s", shell);
	ADD("LANG=C.UTF-8");
	ADD("CLOISON_CAGE=%s", conf->name);
	ADD("CLOISON_LEVEL=%s", conf->level);
	ADD("PS1=[%s%s%s]%s ", conf->name, without[0] ? " without " : "",
	    without, is_root(e) ? "#" : "$");
	if (without[0])
		ADD("CLOISON_WITHOUT=%s", without);
	if (e->session->is_terminal)
		ADD("TERM=%s", e->session->term[0] ? e->session->term : "dumb");
#undef ADD
	for (int i = 0; i < n; i++)
		env[i] = text[i];
	env[n] = NULL;
}

/* The user namespace comes last: what precedes needs the host's rights. */
static int join(struct entry *e)
{
	struct clo_launch *l = &e->l;
	int flags = 0;

	/* pid is the parent's business: see enter_pid(). */
	if (clo_launch_has(l, CLO_PROTECT_mount))
		flags |= CLONE_NEWNS;
	if (clo_launch_has(l, CLO_PROTECT_net))
		flags |= CLONE_NEWNET;
	if (clo_launch_has(l, CLO_PROTECT_ipc))
		flags |= CLONE_NEWIPC;
	if (clo_launch_has(l, CLO_PROTECT_uts))
		flags |= CLONE_NEWUTS;
	if (clo_launch_has(l, CLO_PROTECT_cgroup))
		flags |= CLONE_NEWCGROUP;
	if (clo_launch_has(l, CLO_PROTECT_time))
		flags |= CLONE_NEWTIME;
	if (flags && setns(e->pidfd, flags))
		return clo_fault_set(l, CLO_STEP_NAMESPACE, "namespaces",
				     -errno);
	if (clo_launch_has(l, CLO_PROTECT_user) &&
	    setns(e->pidfd, CLONE_NEWUSER))
		return clo_fault_set(l, CLO_STEP_NAMESPACE, "user namespace",
				     -errno);
	return 0;
}

/* The slave, opened inside, as the session's user: it becomes its owner. */
static int open_terminal(struct entry *e)
{
	const int flags = O_RDWR; /* stays open over execve */
	char path[32];
	int fd;

	(void)snprintf(path, sizeof(path), "/dev/pts/%d", e->tty);
	(void)close_range(0, 2, 0);
	fd = open(path, flags);
	if (fd != 0 || ioctl(0, TIOCSCTTY, 0) || dup2(0, 1) != 1 ||
	    dup2(0, 2) != 2)
		return clo_fault_set(&e->l, CLO_STEP_TERMINAL, path, -errno);
	return 0;
}

static int take_pipes(struct entry *e)
{
	for (int i = 0; i < 3; i++) {
		if (dup2(e->std_fds[i], i) != i)
			return clo_fault_set(&e->l, CLO_STEP_SETUP, "pipe",
					     -errno);
	}
	return 0;
}

/* argv[0] along the path, as execvp(3) does, without its allocation. */
static int execute(struct entry *e)
{
	static char shell[CLO_PATH_MAX + 1];
	char *const shell_argv[] = { shell, NULL };
	char *const *argv = e->session->argv;
	char *env[ENV_COUNT + 1];
	const char *dir = CLO_CHILD_PATH;

	(void)snprintf(shell, sizeof(shell), "%s",
		       e->l.conf->shell[0] ? e->l.conf->shell : "/bin/sh");
	if (!argv || !argv[0])
		argv = shell_argv;
	fill_env(e, env);
	if (strchr(argv[0], '/')) {
		(void)execve(argv[0], argv, env);
		return clo_fault_set(&e->l, CLO_STEP_EXEC, argv[0], -errno);
	}
	errno = ENOENT;
	while (*dir) {
		char path[CLO_PATH_MAX + 1];
		size_t n = strcspn(dir, ":");

		(void)snprintf(path, sizeof(path), "%.*s/%s", (int)n, dir,
			       argv[0]);
		(void)execve(path, argv, env);
		if (errno != ENOENT && errno != ENOTDIR)
			break;
		dir += n + (dir[n] == ':');
	}
	return clo_fault_set(&e->l, CLO_STEP_EXEC, argv[0], -errno);
}

static void go_home(const struct entry *e)
{
	char path[sizeof("/home/") + CLO_USER_MAX];

	(void)snprintf(path, sizeof(path), "/home/%s", e->l.conf->user);
	if (is_root(e) && !chdir("/root"))
		return;
	if (!is_root(e) && !chdir(path))
		return;
	if (chdir("/"))
		return; /* it is where the namespace put us already */
}

static _Noreturn void run_child(struct entry *e)
{
	const struct clo_drop drop = { .uid = e->session->uid,
				       .role_bits = e->session->role_bits };
	struct clo_launch *l = &e->l;
	int r;

	clo_child_signals();
	(void)setsid();
	r = clo_child_limits(l);
	if (!r)
		r = join(e);
	if (!r)
		r = clo_drop(l, &drop);
	if (!r && e->tty < 0)
		r = take_pipes(e);
	if (!r) {
		r = clo_drop_fds(l->report_fd, l->report_fd);
		if (r)
			(void)clo_fault_set(l, CLO_STEP_SETUP, "descriptors",
					    r);
	}
	/* Once it bears the label it opens no terminal of the host's. */
	if (!r && e->tty >= 0 && !clo_launch_has(l, CLO_PROTECT_mount))
		r = open_terminal(e);
	if (!r)
		r = clo_drop_guard(l, &drop);
	if (!r && e->tty >= 0 && clo_launch_has(l, CLO_PROTECT_mount))
		r = open_terminal(e);
	if (!r) {
		(void)umask(022);
		go_home(e);
		(void)execute(e);
	}
	clo_child_fail(l);
}

/*
 * The master of a new terminal of the cage's devpts.  Its slave belongs to who
 * opens the master: the session's user, by way of the file system's user id.
 */
static int open_master(struct entry *e, int init_pid, int *ret_fd)
{
	const struct winsize window = { .ws_row = e->session->rows,
					.ws_col = e->session->columns };
	uid_t uid = e->l.uid_base + e->session->uid;
	bool has_root = clo_launch_has(&e->l, CLO_PROTECT_mount);
	clo_fd int root_fd = -1;
	clo_fd int fd = -1;
	char path[32];
	int unlock = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/root", init_pid);
	root_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return -errno;
	(void)setfsgid(uid);
	(void)setfsuid(uid);
	fd = clo_sys_open(root_fd, has_root ? "dev/pts/ptmx" : "dev/ptmx",
			  O_RDWR | O_NOCTTY, RESOLVE_NO_SYMLINKS);
	(void)setfsuid(0);
	(void)setfsgid(0);
	if (fd < 0)
		return fd;
	if (ioctl(fd, TIOCSPTLCK, &unlock) || ioctl(fd, TIOCGPTN, &e->tty) ||
	    ioctl(fd, TIOCSWINSZ, &window))
		return -errno;
	*ret_fd = clo_take_fd(&fd);
	return 0;
}

/*
 * Three pipes that belong to the session's user, so that /dev/stdout can be
 * opened again: the child's ends in @e, the others in @ret.
 */
static int open_pipes(struct entry *e, int *ret_fds)
{
	uid_t uid = e->l.uid_base + e->session->uid;

	for (int i = 0; i < 3; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC))
			return -errno;
		e->std_fds[i] = ends[i != 0];
		ret_fds[i] = ends[i == 0];
		if (fchown(ends[0], uid, uid))
			return -errno;
	}
	return 0;
}

/*
 * A process enters a pid namespace by being born in it: the monitor turns to
 * the cage's, makes the child, and turns back.
 */
static int clone_into(struct entry *e, const struct clo_clone *how,
		      int *ret_pidfd)
{
	clo_fd int own_fd = -1;
	int pid;

	if (!clo_launch_has(&e->l, CLO_PROTECT_pid)) {
		pid = clo_sys_clone(how, ret_pidfd);
		if (pid == 0)
			run_child(e);
		return pid;
	}
	own_fd = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	if (own_fd < 0 || setns(e->pidfd, CLONE_NEWPID))
		return -errno;
	pid = clo_sys_clone(how, ret_pidfd);
	if (pid == 0)
		run_child(e);
	/*
	 * A monitor that cannot turn back would make its next children, the
	 * roles, in the cage: it must not go on.
	 */
	if (setns(own_fd, CLONE_NEWPID))
		abort();
	return pid;
}

static void close_all(int *fds, int count)
{
	for (int i = 0; i < count; i++) {
		clo_fd_cleanup(&fds[i]);
		fds[i] = -1;
	}
}

static int start(struct entry *e, const struct clo_running *run, int *ret_pidfd,
		 int *ret_report_fd, struct clo_err *err)
{
	struct clo_clone how = { .cgroup_fd = -1 };
	clo_fd int cgroup_fd = -1;
	clo_fd int parent_fd = -1;
	clo_fd int pidfd = -1;
	int pair[2];
	int pid;

	if (clo_launch_has(&e->l, CLO_PROTECT_cgroup)) {
		int r;

		r = clo_cgroup_open(e->l.launcher, run->conf.name, &cgroup_fd);
		if (r)
			return clo_err_set(err, r,
					   "cage '%s': its cgroup cannot be "
					   "opened (%s)",
					   run->conf.name, strerrordesc_np(-r));
		how.cgroup_fd = cgroup_fd;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return clo_err_set(err, -errno, "cage '%s': no socket",
				   run->conf.name);
	parent_fd = pair[0];
	e->l.report_fd = pair[1];
	pid = clone_into(e, &how, &pidfd);
	(void)close(e->l.report_fd);
	if (pid < 0)
		return clo_err_set(err, pid,
				   "cage '%s': no process can be started in "
				   "it (%s)",
				   run->conf.name, strerrordesc_np(-pid));
	*ret_pidfd = clo_take_fd(&pidfd);
	*ret_report_fd = clo_take_fd(&parent_fd);
	return 0;
}

static void close_session(struct clo_session_fds *fds)
{
	close_all(&fds->pidfd, 1);
	close_all(&fds->report_fd, 1);
	close_all(&fds->master_fd, 1);
	close_all(fds->pipe_fds, 3);
}

int clo_launch_entered(const struct clo_running *run,
		       struct clo_session_fds *fds, int within_ms,
		       struct clo_err *err)
{
	int r = clo_child_wait(fds->report_fd, fds->pidfd, 0, 0, run->conf.name,
			       within_ms, err);

	/* A command that is done already is no failure: its status tells. */
	if (r && r != -ECHILD) {
		(void)pidfd_send_signal(fds->pidfd, SIGKILL, NULL, 0);
		close_all(&fds->report_fd, 1);
		close_all(&fds->master_fd, 1);
		close_all(fds->pipe_fds, 3);
		return r;
	}
	close_all(&fds->report_fd, 1);
	err->text[0] = '\0';
	return 0;
}

int clo_launch_enter(const struct clo_launcher *launcher,
		     const struct clo_running *run,
		     const struct clo_session *session,
		     struct clo_session_fds *ret, struct clo_err *err)
{
	struct clo_session_fds fds = CLO_SESSION_FDS_NONE;
	struct entry e = {
		.l = { .launcher = launcher,
		       .conf = &run->conf,
		       .without = run->without,
		       .home_fd = -1,
		       .var_fd = -1,
		       .netlink_fd = -1 },
		.session = session,
		.tty = -1,
		.std_fds = { -1, -1, -1 },
	};
	clo_fd int pidfd = clo_sys_pidfd(run->init_pid, run->init_start);
	int r;

	if (pidfd < 0)
		return clo_err_set(err, pidfd, "cage '%s': it is not up",
				   run->conf.name);
	e.pidfd = pidfd;
	if (clo_launch_has(&e.l, CLO_PROTECT_user))
		e.l.uid_base = clo_label_uid((clo_u16)run->conf.id);
	r = session->is_terminal ?
		    open_master(&e, run->init_pid, &fds.master_fd) :
		    open_pipes(&e, fds.pipe_fds);
	if (r)
		(void)clo_err_set(err, r,
				  "cage '%s': no %s can be opened for the "
				  "session (%s)",
				  run->conf.name,
				  session->is_terminal ? "terminal" : "pipe",
				  strerrordesc_np(-r));
	if (!r)
		r = start(&e, run, &fds.pidfd, &fds.report_fd, err);
	close_all(e.std_fds, 3);
	if (r) {
		close_session(&fds);
		return r;
	}
	*ret = fds;
	return 0;
}
