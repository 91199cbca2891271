// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Brings a cage up, looks at it from inside and from outside, takes it down.
 *
 * usage: launch-live CLOISON-INIT [guard]
 *
 * As root.  Without "guard" the label is left out, so that it runs on any
 * kernel; everything else is real.  With it, the program loads the guard with
 * itself registered as the Core, becomes it, and executes itself again.
 *
 * Inside the cage the same program runs as `launch-live --probe NAME`, from a
 * read-only view of its directory, and answers with lines that start with
 * "ok " or "not ".
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>

#include "core/guard.h"
#include "core/launch.h"
#include "kernel/launch-live.h"
#include "kernel/launch-probe.h"
#include "lib/tap.h"

enum { TURN_TRIES = 1000, TURN_PAUSE_US = 200000 };

struct clo_launcher launcher = { -1, -1, -1, -1, -1, { 0, 0 } };
bool live_ok(bool is_good, const char *format, ...)
{
	static char text[8192];
	static char safe[16384];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	(void)clo_escape(text, sizeof(text), safe, sizeof(safe));
	ok(is_good, "%s", safe);
	return is_good;
}

void live_skip(const char *what, const char *why)
{
	tap_skip(what, why);
}

static char self_dir[CLO_PATH_MAX + 1];
static bool has_guard;

static void conf_init(struct clo_cage_conf *c)
{
	memset(c, 0, sizeof(*c));
	(void)snprintf(c->name, sizeof(c->name), "live");
	(void)snprintf(c->level, sizeof(c->level), "low");
	(void)snprintf(c->user, sizeof(c->user), "user");
	(void)snprintf(c->shell, sizeof(c->shell), "/bin/sh");
	c->id = CAGE;
	c->uid = USER;
	c->nofile = 256;
	c->tmp_mib = 16;
	c->limits.caps = CLO_CAGE_CAPS_MAX;
	c->limits.families = CLO_CAGE_FAMILIES_MAX;
	(void)snprintf(c->binds[0].source, sizeof(c->binds[0].source), "%s",
		       self_dir);
	(void)snprintf(c->binds[0].target, sizeof(c->binds[0].target), "%s",
		       PROBE_DIR);
}

uint64_t live_bit(enum clo_protection p)
{
	return UINT64_C(1) << p;
}

/* Read until every writer has gone; the text ends with a zero. */
void live_read_all(int fd, char *out, size_t size)
{
	size_t used = 0;

	while (used < size - 1) {
		ssize_t n = read(fd, out + used, size - 1 - used);

		if (n <= 0)
			break;
		used += (size_t)n;
	}
	out[used] = '\0';
}

int live_wait_for(int pidfd)
{
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED))
		return -1;
	return info.si_code == CLD_EXITED ? info.si_status :
					    128 + info.si_status;
}

/* Start a session, and wait for its program. */
int live_enter(const struct clo_running *run, const struct clo_session *session,
	       struct clo_session_fds *ret, struct clo_err *err)
{
	int r = clo_launch_enter(&launcher, run, session, ret, err);

	if (r)
		return r;
	r = clo_launch_entered(run, ret, 10000, err);
	if (r) {
		(void)live_wait_for(ret->pidfd);
		(void)close(ret->pidfd);
		ret->pidfd = -1;
	}
	return r;
}

/* Run a command in the cage; its exit status, its output in @out. */
static int run_in(const struct clo_running *run, uint32_t uid,
		  char *const argv[], char *out, size_t size)
{
	const struct clo_session session = { .uid = uid, .argv = argv };
	struct clo_session_fds fds;
	struct clo_err err = { 0 };
	int r = live_enter(run, &session, &fds, &err);
	int status;

	if (r) {
		printf("# enter: %d %s\n", r, err.text);
		return -1;
	}
	(void)close(fds.pipe_fds[0]);
	live_read_all(fds.pipe_fds[1], out, size);
	if (!*out)
		live_read_all(fds.pipe_fds[2], out, size);
	(void)close(fds.pipe_fds[1]);
	(void)close(fds.pipe_fds[2]);
	status = live_wait_for(fds.pidfd);
	(void)close(fds.pidfd);
	return status;
}

/* Let the probe look, and say each of its lines as a test of ours. */
void live_probe(const struct clo_running *run, uint32_t uid, const char *name)
{
	static char out[65536];
	char program[] = PROBE_DIR "/launch-live";
	char option[] = "--probe";
	char what[32];
	char *const argv[] = { program, option, what, NULL };
	char *state = NULL;
	int status;

	(void)snprintf(what, sizeof(what), "%s", name);
	status = run_in(run, uid, argv, out, sizeof(out));
	live_ok(status == 0, "probe '%s' as %u ran to its end (%d)", name, uid,
		status);
	for (char *line = strtok_r(out, "\n", &state); line;
	     line = strtok_r(NULL, "\n", &state)) {
		if (strncmp(line, "ok ", 3) && strncmp(line, "not ", 4)) {
			printf("# %s\n", line);
			continue;
		}
		live_ok(line[0] == 'o', "%s, uid %u: %s", name, uid,
			strchr(line, ' ') + 1);
	}
}

bool live_start(struct clo_running *run, int *ret_pidfd)
{
	struct clo_err err = { 0 };
	int r = clo_launch_start(&launcher, run, ret_pidfd, &err);

	live_ok(r == 0, "the cage comes up (%d %s)", r, err.text);
	return r == 0;
}

void live_end(struct clo_running *run, int pidfd)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	struct clo_err err = { 0 };
	int r = clo_launch_kill(&launcher, run);

	live_ok(r == 0, "the cage is killed (%d)", r);
	(void)live_wait_for(pidfd);
	(void)close(pidfd);
	for (int i = 0; i < 200; i++) {
		r = clo_launch_finish(&launcher, run, &err);
		if (r != -EAGAIN)
			break;
		(void)nanosleep(&pause, NULL);
	}
	live_ok(r == 0, "what it held is given back (%d %s)", r, err.text);
}

static int count_dir(int dir_fd, const char *path)
{
	int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int count = 0;

	while (dir && readdir(dir))
		count++;
	if (dir)
		(void)closedir(dir);
	return count;
}

/* Processes whose user id is one of the cage's. */
static int count_processes(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	struct stat st;
	int count = 0;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
		    fstatat(dirfd(dir), entry->d_name, &st, 0))
			continue;
		count += st.st_uid >= clo_label_uid(CAGE) &&
			 st.st_uid - clo_label_uid(CAGE) < CLO_UID_COUNT;
	}
	if (dir)
		(void)closedir(dir);
	return count;
}

void live_look(struct live_traces *t)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);

	live_read_all(fd, t->mounts, sizeof(t->mounts));
	(void)close(fd);
	t->processes = count_processes();
	t->fds = count_dir(AT_FDCWD, "/proc/self/fd");
	t->cgroups = launcher.cgroup_fd < 0 ?
			     0 :
			     count_dir(launcher.cgroup_fd, "cages");
}

void live_check_traces(const struct live_traces *before, const char *when)
{
	static struct live_traces after;

	live_look(&after);
	/* The kernel lets the last ones go a moment after their init. */
	for (int i = 0; after.processes && i < 100; i++) {
		const struct timespec pause = { .tv_nsec = 10000000 };

		(void)nanosleep(&pause, NULL);
		live_look(&after);
	}
	live_ok(!strcmp(before->mounts, after.mounts), "%s: no mount is left",
		when);
	live_ok(after.processes == 0, "%s: no process is left (%d)", when,
		after.processes);
	live_ok(after.fds == before->fds, "%s: no descriptor is left (%d, %d)",
		when, before->fds, after.fds);
	live_ok(after.cgroups <= before->cgroups || before->cgroups == 0,
		"%s: no cgroup is left", when);
}

void live_run_init(struct clo_running *run)
{
	memset(run, 0, sizeof(*run));
	conf_init(&run->conf);
	if (!has_guard)
		run->without |= live_bit(CLO_PROTECT_guard);
	if (launcher.cgroup_fd < 0)
		run->without |= live_bit(CLO_PROTECT_cgroup);
}

int live_shell(const struct clo_running *run, uint32_t uid, const char *command,
	       char *out, size_t size)
{
	char sh[] = "sh", option[] = "-c", text[512];
	char *const argv[] = { sh, option, text, NULL };

	(void)snprintf(text, sizeof(text), "%s", command);
	return run_in(run, uid, argv, out, size);
}

/* Each namespace: another one than ours, and owned by the host's users. */
static void check_namespaces(const struct clo_running *run)
{
	static const char *const names[] = { "mnt", "pid",    "net", "ipc",
					     "uts", "cgroup", "time" };
	struct stat own, other, users, owner;
	char path[64];

	(void)stat("/proc/self/ns/user", &users);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++) {
		int fd, owner_fd;

		if (!strcmp(names[i], "cgroup") && launcher.cgroup_fd < 0)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s",
			       names[i]);
		(void)stat(path, &own);
		(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s",
			       run->init_pid, names[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		live_ok(fd >= 0 && !fstat(fd, &other) &&
				other.st_ino != own.st_ino,
			"namespace %s is the cage's own", names[i]);
		owner_fd = ioctl(fd, NS_GET_USERNS);
		live_ok(owner_fd >= 0 && !fstat(owner_fd, &owner) &&
				owner.st_ino == users.st_ino,
			"namespace %s belongs to the host", names[i]);
		(void)close(owner_fd);
		(void)close(fd);
	}
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", run->init_pid);
	live_ok(!stat(path, &other) && other.st_ino != users.st_ino,
		"the users are the cage's own");
}

static void test_plain(void)
{
	static struct live_traces before;
	struct clo_running run;
	char out[256];
	int pidfd;

	live_run_init(&run);
	live_look(&before);
	if (!live_start(&run, &pidfd))
		return;
	check_namespaces(&run);
	live_probe(&run, 0, "all");
	live_probe(&run, USER, "all");
	live_ok(live_shell(&run, USER, "exit 7", out, sizeof(out)) == 7,
		"the status of a command comes back");
	live_ok(live_shell(&run, USER, "kill -9 $$", out, sizeof(out)) == 137,
		"and the signal that ended it");
	live_ok(live_shell(&run, 0, "kill -9 1; kill -TERM 1; echo alive", out,
			   sizeof(out)) == 0 &&
			!strcmp(out, "alive\n"),
		"root in the cage does not kill its init");
	live_end(&run, pidfd);
	live_check_traces(&before, "after a kill");
}

static void test_persistent(void)
{
	struct clo_running run;
	struct stat st;
	char out[256];
	int pidfd;

	live_run_init(&run);
	run.conf.persistent = 1;
	if (!live_start(&run, &pidfd))
		return;
	live_ok(!live_shell(&run, USER, "echo kept > ~/x", out, sizeof(out)),
		"a user writes into the kept home (%s)", out);
	live_ok(!live_shell(&run, 0,
			    "echo kept > /var/lib/x && echo lost > /tmp/x", out,
			    sizeof(out)),
		"root writes into the kept /var (%s)", out);
	live_end(&run, pidfd);
	live_ok(!fstatat(launcher.state_fd, "cages/live/home/user/x", &st, 0) &&
			st.st_uid == clo_label_uid(CAGE) + USER,
		"the file belongs to the cage's user on the host");
	if (live_start(&run, &pidfd)) {
		live_ok(!live_shell(&run, USER,
				    "cat ~/x /var/lib/x; test ! -e /tmp/x", out,
				    sizeof(out)) &&
				!strcmp(out, "kept\nkept\n"),
			"both are there after another up, /tmp is not (%s)",
			out);
		live_probe(&run, USER, "kept");
		live_end(&run, pidfd);
	}
}

/* Links put where the Core looks: it does not follow them. */
static void test_links(void)
{
	struct clo_running run;
	struct clo_err err = { 0 };
	int pidfd, r;

	(void)renameat(launcher.state_fd, "cages/live/home", launcher.state_fd,
		       "cages/live/away");
	live_ok(!symlinkat("/etc", launcher.state_fd, "cages/live/home"),
		"a link is put in the place of the kept home");
	live_run_init(&run);
	run.conf.persistent = 1;
	r = clo_launch_start(&launcher, &run, &pidfd, &err);
	live_ok(r == -ELOOP || r == -ENOTDIR,
		"a link in the place of the kept home is refused (%d)", r);
	live_ok(strstr(err.text, "cage 'live': 'home' cannot be opened") !=
			NULL,
		"and named: %s", err.text);
	(void)unlinkat(launcher.state_fd, "cages/live/home", 0);
	(void)renameat(launcher.state_fd, "cages/live/away", launcher.state_fd,
		       "cages/live/home");
}

/* Become the Core; comes back as `launch-live INIT claimed MISSING...`. */
static int claim(char **argv)
{
	const struct clo_guard_options options = {
		.pin_dir = CLO_GUARD_DIR, .core_path = "/proc/self/exe"
	};
	struct clo_guard_report report = { 0 };
	struct clo_err err = { 0 };
	char claimed[] = "claimed", low[32], high[32];
	char *const again[] = { argv[0], argv[1], claimed, low, high, NULL };

	(void)mkdir("/run/cloison", 0755);
	if (clo_guard_load(&options, &report, &err) ||
	    clo_guard_ask(CLO_GUARD_CLAIM, 0, 0) != CLO_RULE_ALLOW) {
		printf("1..1\nnot ok 1 - the guard loads: %s\n", err.text);
		return 1;
	}
	(void)snprintf(low, sizeof(low), "%llu",
		       (unsigned long long)report.missing[0]);
	(void)snprintf(high, sizeof(high), "%llu",
		       (unsigned long long)report.missing[1]);
	(void)execv("/proc/self/exe", again);
	return 1;
}

static int open_dir(const char *path)
{
	(void)mkdir(path, 0755);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A tree of cgroups of our own, where this machine has v2; else none. */
static void open_cgroup(void)
{
	static const char *const places[] = { "/sys/fs/cgroup",
					      "/sys/fs/cgroup/unified" };
	static const char *const controllers[] = { "+memory", "+cpu", "+pids",
						   "+io" };
	struct statfs fs;

	(void)mount("cgroup2", places[0], "cgroup2", 0, NULL);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(places); i++) {
		char path[64];

		if (statfs(places[i], &fs) || fs.f_type != CGROUP2_SUPER_MAGIC)
			continue;
		for (size_t j = 0; j < CLO_ARRAY_SIZE(controllers); j++) {
			int fd;

			(void)snprintf(path, sizeof(path),
				       "%s/cgroup.subtree_control", places[i]);
			fd = open(path, O_WRONLY | O_CLOEXEC);
			(void)!write(fd, controllers[j],
				     strlen(controllers[j]));
			(void)close(fd);
		}
		(void)snprintf(path, sizeof(path), "%s/cloison-live",
			       places[i]);
		launcher.cgroup_fd = open_dir(path);
		return;
	}
}

/*
 * The cage's number and its cgroup are the machine's: two of these at once,
 * of two builds, would find each other's processes.  The name is held until
 * this program ends; what one that was killed has left is ended first.
 */
static bool take_turn(void)
{
	static const struct sockaddr_un name = {
		.sun_family = AF_UNIX,
		.sun_path = "\0cloison-launch-live",
	};
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int tries = 0;

	while (bind(fd, (const struct sockaddr *)&name, sizeof(name))) {
		if (errno != EADDRINUSE || tries++ == TURN_TRIES)
			return false;
		(void)usleep(TURN_PAUSE_US);
	}
	return true;
}

static void end_leftover(void)
{
	struct clo_running run;

	live_run_init(&run);
	for (int i = 0; i < TURN_TRIES; i++) {
		if (clo_launch_kill(&launcher, &run) ||
		    clo_launch_finish(&launcher, &run, NULL) != -EAGAIN)
			return;
		(void)usleep(TURN_PAUSE_US);
	}
}

int main(int argc, char **argv)
{
	ssize_t n;

	if (argc == 3 && !strcmp(argv[1], "--probe"))
		return launch_probe(argv[2]);
	if (argc < 2 || geteuid()) {
		printf("1..0 # SKIP needs root and the path of cloison-init\n");
		return 0;
	}
	if (argc == 3 && !strcmp(argv[2], "guard"))
		return claim(argv);
	has_guard = argc == 5 && !strcmp(argv[2], "claimed");
	for (int i = 0; has_guard && i < 2; i++)
		launcher.missing[i] = strtoull(argv[3 + i], NULL, 10);
	n = readlink("/proc/self/exe", self_dir, sizeof(self_dir) - 1);
	if (n > 0)
		*strrchr(self_dir, '/') = '\0';
	launcher.init_fd = open(argv[1], O_PATH | O_CLOEXEC);
	launcher.run_fd = open_dir("/run/cloison-live");
	launcher.dev_fd = clo_launch_share_dev();
	launcher.state_fd = open_dir("/run/cloison-live/state");
	open_cgroup();
	if (!take_turn()) {
		printf("Bail out! another launch-live does not end\n");
		return 1;
	}
	if (!has_guard && launcher.cgroup_fd >= 0)
		end_leftover();
	test_plain();
	test_persistent();
	test_links();
	live_more();
	return tap_end();
}
