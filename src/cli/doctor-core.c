// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of cloison itself runs: the guard, the Core, the log.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bpf/abi.h"
#include "cli/client.h"
#include "cli/doctor.h"
#include "cli/log.h"
#include "cli/rule.h"

#define CORE_DIR "/run/cloison/core" /* the copy that runs */

enum { DRY_RUN_MS = 120000, CANARY_MS = 1500 };

/*
 * The daemon: the installed one, or the one of the build that this command
 * belongs to.  Never one of $PATH: it is run as root.
 */
static int find_daemon(char *path, size_t size)
{
	static const char *const places[] = { "cloisond", "../core/cloisond",
					      "../sbin/cloisond" };
	char self[256];
	ssize_t n;

	(void)snprintf(path, size, "%s", CLO_DAEMON);
	if (!access(path, X_OK))
		return 0;
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return -ENOENT;
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < CLO_ARRAY_SIZE(places); i++) {
		(void)snprintf(path, size, "%s/%s", self, places[i]);
		if (!access(path, X_OK))
			return 0;
	}
	return -ENOENT;
}

/* Read what a child says, for a while; then end it. */
static int read_child(int fd, char *text, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t used = 0;

	while (used < size - 1) {
		ssize_t n;

		if (poll(&p, 1, DRY_RUN_MS) <= 0)
			return -ETIMEDOUT;
		n = read(fd, text + used, size - 1 - used);
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	text[used] = '\0';
	return 0;
}

/* Status of `cloisond --dry-run`, and the last line that it says. */
static int run_daemon(const char *path, char *text, size_t size)
{
	clo_fd int reader = -1;
	int fds[2], status = -1, r;
	char *last;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	reader = fds[0];
	pid = fork();
	if (pid == 0) {
		(void)dup2(fds[1], STDOUT_FILENO);
		(void)dup2(fds[1], STDERR_FILENO);
		(void)execl(path, path, "--dry-run", (char *)NULL);
		_exit(127);
	}
	clo_fd_cleanup(&fds[1]);
	if (pid < 0)
		return -EAGAIN;
	r = read_child(reader, text, size);
	if (r)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r)
		return r;
	r = (int)strlen(text);
	while (r && text[r - 1] == '\n')
		text[--r] = '\0';
	last = strrchr(text, '\n');
	if (last)
		memmove(text, last + 1, strlen(last));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void clo_check_guard(struct clo_finding *f)
{
	char path[320], text[1024] = "";
	int r;

	if (clo_fact_guard() >= 0) {
		clo_finding_set(f, CLO_FINDING_OK, "it is in force");
		return;
	}
	if (geteuid() != 0) {
		clo_finding_set(f, CLO_FINDING_UNKNOWN,
				"only root may try to load it");
		return;
	}
	if (find_daemon(path, sizeof(path))) {
		clo_finding_set(f, CLO_FINDING_UNKNOWN,
				"cloisond, which tries to load it, is neither "
				"installed nor built");
		return;
	}
	r = run_daemon(path, text, sizeof(text));
	if (r == 0)
		clo_finding_set(f, CLO_FINDING_OK,
				"it loads (tried with '%s --dry-run')", path);
	else if (r == CLO_EXIT_CANNOT)
		clo_finding_set(f, CLO_FINDING_LACKING, "%.240s",
				*text ? text : "it does not load");
	else if (r < 0)
		clo_finding_set(f, CLO_FINDING_UNKNOWN, "%s: %s", path,
				strerror(-r));
	else
		clo_finding_set(f, CLO_FINDING_UNKNOWN,
				"'%s --dry-run' ends with %d: %.150s", path, r,
				text);
}

void clo_check_core(struct clo_finding *f)
{
	static struct clo_states states;
	struct clo_err err = { 0 };
	clo_fd int fd = -1;
	uint32_t up = 0;
	int r = clo_client_open(5000, &fd, &err);

	if (r == CLO_EXIT_NO_CORE) {
		clo_finding_set(f, CLO_FINDING_LACKING, "it is not running");
		return;
	}
	if (!r)
		r = clo_client_states(fd, &states, &err);
	if (r) {
		clo_finding_set(f, CLO_FINDING_UNKNOWN, "%.240s", err.text);
		return;
	}
	for (uint32_t i = 0; i < states.count; i++)
		up += states.cages[i].state == CLO_CAGE_UP;
	if (!states.core.is_guarded)
		clo_finding_set(f, CLO_FINDING_LACKING,
				"it is running without a guard, %u cages are "
				"up",
				up);
	else
		clo_finding_set(f, CLO_FINDING_OK,
				"it is running, %u cages are up; its canary "
				"was refused %u s ago",
				up, states.core.canary_ms / 1000);
}

/* Has the log a line of the canary behind @from? */
static bool is_canary_logged(off_t from)
{
	char text[4096];
	clo_fd int fd = open(clo_log_path(), O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = pread(fd, text, sizeof(text) - 1, from);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return strstr(text, " canary hook=guard_request ") != NULL;
}

void clo_check_canary(struct clo_finding *f)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	struct stat st = { 0 };
	bool is_readable = !access(clo_log_path(), R_OK);
	int rule;

	(void)stat(clo_log_path(), &st); /* size 0 does as well */
	rule = clo_fact_guard();
	if (rule < 0) {
		clo_finding_set(f, CLO_FINDING_LACKING, "no guard is loaded");
		return;
	}
	if (rule == CLO_RULE_ALLOW) {
		clo_finding_set(f, CLO_FINDING_LACKING,
				"the guard allows what it must refuse");
		return;
	}
	for (int i = 0; is_readable && i < CANARY_MS / 50; i++) {
		if (is_canary_logged(st.st_size)) {
			clo_finding_set(f, CLO_FINDING_OK,
					"refused with %s, and it is in the log",
					clo_rule_text((uint32_t)rule)->name);
			return;
		}
		(void)nanosleep(&pause, NULL);
	}
	clo_finding_set(f, is_readable ? CLO_FINDING_UNKNOWN : CLO_FINDING_OK,
			"refused with %s; %s",
			clo_rule_text((uint32_t)rule)->name,
			is_readable ? "it does not show in the log" :
				      "you may not read the log");
}

void clo_check_locked(struct clo_finding *f)
{
	union bpf_attr attr = { 0 };
	clo_fd int fd = -1;

	if (clo_fact_guard() < 0) {
		clo_finding_set(f, CLO_FINDING_LACKING, "no guard is loaded");
		return;
	}
	if (geteuid() != 0) {
		clo_finding_set(f, CLO_FINDING_UNKNOWN,
				"only root may try to open its pins");
		return;
	}
	attr.pathname = (uint64_t)(uintptr_t)CLO_GUARD_DIR "/self";
	fd = (int)syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));
	if (fd >= 0)
		clo_finding_set(f, CLO_FINDING_LACKING,
				"root may open the guard's maps");
	else if (errno == EPERM || errno == EACCES)
		clo_finding_set(f, CLO_FINDING_OK,
				"root is refused the guard's maps");
	else
		clo_finding_set(f, CLO_FINDING_UNKNOWN, "%s: %s",
				CLO_GUARD_DIR "/self", strerror(errno));
}

/* Whether the file has a line with both words. */
static bool has_line(const char *path, const char *word, const char *other)
{
	FILE *file = fopen(path, "re");
	char line[4096];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, word) && strstr(line, other);
	if (file)
		(void)fclose(file); /* it was only read */
	return found;
}

/* Processes of the Core whose memory may be swapped out, and all of them. */
static void count_unlocked(unsigned int *ret_count, unsigned int *ret_all)
{
	DIR *dir = opendir("/proc");
	const struct dirent *d;

	*ret_count = 0;
	*ret_all = 0;
	while (dir && (d = readdir(dir))) {
		char path[300];

		if (d->d_name[0] < '1' || d->d_name[0] > '9')
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/status",
			       d->d_name);
		if (!has_line(path, "Name:\tcloisond\n", ""))
			continue;
		++*ret_all;
		if (has_line(path, "VmLck:", " 0 kB"))
			++*ret_count;
	}
	if (dir)
		(void)closedir(dir);
}

void clo_check_swap(struct clo_finding *f)
{
	const char *mounts = "/proc/self/mounts";
	unsigned int unlocked, all;

	count_unlocked(&unlocked, &all);
	if (!all)
		clo_finding_set(f, CLO_FINDING_UNKNOWN,
				"the Core is not running");
	else if (has_line(mounts, CORE_DIR " tmpfs ", "") &&
		 !has_line(mounts, CORE_DIR " tmpfs ", ",noswap"))
		clo_finding_set(f, CLO_FINDING_LACKING,
				"%s is mounted without noswap", CORE_DIR);
	else if (unlocked)
		clo_finding_set(f, CLO_FINDING_LACKING,
				"%u of the %u processes of the Core may be "
				"swapped out",
				unlocked, all);
	else
		clo_finding_set(f, CLO_FINDING_OK,
				"%u processes of the Core are locked in memory",
				all);
}

void clo_check_log(struct clo_finding *f)
{
	const char *path = clo_log_path();
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st)) {
		clo_finding_set(f,
				errno == ENOENT ? CLO_FINDING_LACKING :
						  CLO_FINDING_UNKNOWN,
				"%s: %s", path, strerror(errno));
		return;
	}
	if (!S_ISREG(st.st_mode) || st.st_uid != 0 || (st.st_mode & 022)) {
		clo_finding_set(f, CLO_FINDING_LACKING,
				"%s is not a file that only root writes", path);
		return;
	}
	if (statvfs(path, &fs) || (fs.f_flag & ST_RDONLY) ||
	    (uint64_t)fs.f_bavail * fs.f_frsize < 1048576) {
		clo_finding_set(f, CLO_FINDING_LACKING,
				"%s: the disk is full or read-only", path);
		return;
	}
	clo_finding_set(f, CLO_FINDING_OK, "%s, %lld KiB", path,
			(long long)st.st_size / 1024);
}

void clo_check_files(struct clo_finding *f)
{
	static const char *const files[] = { CLO_DAEMON, CLO_INIT };

	for (size_t i = 0; i < CLO_ARRAY_SIZE(files); i++) {
		if (access(files[i], X_OK)) {
			clo_finding_set(f, CLO_FINDING_LACKING, "%s: %s",
					files[i], strerror(errno));
			return;
		}
	}
	clo_finding_set(f, CLO_FINDING_OK, "%s, %s", files[0], files[1]);
}
