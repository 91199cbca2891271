/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks on what a cage was given: how much of the machine, which programs,
 * and what it starts with.
 */
#include "attack.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/*
 * More than the cages of escape-live are given, and less than the machine has:
 * where nothing stops them, the attacks end by themselves.
 */
enum {
	BOMB_TASKS = 300,
	BOMB_MIB = 96,
	BOMB_FILES = 600,
	BOMB_TERMINALS = 200,
	FILL_MIB = 24,
	FILL_INODES = 6000,
	USER = 1000,
};

static int is_fd_leaked, is_cwd_outside;

/* The kernel says "(unreachable)/..." of a place outside the root. */
static int is_outside(void)
{
	char path[PATH_MAX] = "";

	return syscall(SYS_getcwd, path, sizeof(path)) < 0 || path[0] != '/';
}

void attack_note_start(void)
{
	is_cwd_outside = is_outside();
	for (int fd = 3; fd < 4096; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			is_fd_leaked = 1;
}

static int run_fd_leak(long arg)
{
	(void)arg;
	return is_fd_leaked ? 0 : -ENOENT;
}

static int run_cwd_leak(long arg)
{
	(void)arg;
	if (stage->is_control && chroot(SHARED_DIR))
		return -errno;
	return is_cwd_outside || is_outside() ? 0 : -ENOENT;
}

/* --- how much --- */

static int run_fork_bomb(long arg)
{
	static pid_t children[BOMB_TASKS];
	int count = 0, r = 0;

	(void)arg;
	while (!r && count < BOMB_TASKS) {
		pid_t pid = fork();

		if (!pid)
			for (;;)
				pause();
		r = call(pid);
		if (!r)
			children[count++] = pid;
	}
	for (int i = 0; i < count; i++)
		(void)kill(children[i], SIGKILL);
	while (wait(NULL) > 0)
		; /* none must eat up what the next attack needs */
	return r;
}

static int run_memory_bomb(long arg)
{
	size_t size = (size_t)BOMB_MIB << 20;
	int status = 0;
	pid_t pid = fork();

	(void)arg;
	if (!pid) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			_exit(errno);
		for (size_t i = 0; i < size; i += 4096)
			((volatile char *)p)[i] = 1;
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	/* Who takes too much is ended: no call of his fails. */
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return -ENOMEM;
	return -WEXITSTATUS(status);
}

static int run_fill_tmp(long arg)
{
	static char block[1 << 16];
	int fd = open(SHARED_DIR, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : 0;

	(void)arg;
	for (int i = 0; !r && i < FILL_MIB * 16; i++)
		r = call(write(fd, block, sizeof(block)));
	(void)close(fd);
	return r;
}

static int run_fill_inodes(long arg)
{
	char path[64];
	int count, r = 0;

	(void)arg;
	for (count = 0; !r && count < FILL_INODES; count++) {
		(void)snprintf(path, sizeof(path), SHARED_DIR "/i%d", count);
		r = call(mknod(path, S_IFREG | 0600, 0));
	}
	while (count--) {
		(void)snprintf(path, sizeof(path), SHARED_DIR "/i%d", count);
		(void)unlink(path);
	}
	return r;
}

static int run_fill_files(long arg)
{
	struct rlimit limit = { 2 * BOMB_FILES, 2 * BOMB_FILES };
	int r = 0;

	(void)arg;
	(void)setrlimit(RLIMIT_NOFILE,
			&limit); /* a host's may be low as well */
	for (int i = 0; !r && i < BOMB_FILES; i++)
		r = call(fcntl(0, F_DUPFD_CLOEXEC, 3));
	return r;
}

/* More than any cage has, and less than a host has to give. */
static int run_fill_terminals(long arg)
{
	const struct rlimit limit = { 2 * BOMB_FILES, 2 * BOMB_FILES };
	int r = 0;

	(void)arg;
	(void)setrlimit(RLIMIT_NOFILE,
			&limit); /* a host's may be low as well */
	for (int i = 0; !r && i < BOMB_TERMINALS; i++)
		r = call(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
	return r;
}

static int run_fill_aio(long arg)
{
	unsigned long context = 0;

	(void)arg;
	return call((int)syscall(SYS_io_setup, 1, &context));
}

/* --- which programs --- */

/* Executes a program as an attack's child; 0, or what kept it from that. */
static int execute(const char *path, const char *option, uid_t uid)
{
	char *argv[] = { (char *)"attack", (char *)option, NULL };
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (uid && setresuid(uid, uid, uid))
			_exit(errno);
		(void)execv(path, argv);
		_exit(errno);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

/* escape-live lays a program of the host's root there, with mode 4755. */
static int run_setuid_exec(long arg)
{
	(void)arg;
	return execute("/usr/lib/cloison/tests/setuid-probe", "--euid",
		       getuid() ? 0 : USER);
}

static int run_no_new_privs(long arg)
{
	(void)arg;
	if (!prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0))
		return 0;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? -ECANCELED : 0;
}

static int copy_self(const char *path)
{
	char buffer[4096];
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0700);
	ssize_t size;
	int r = from < 0 || to < 0 ? -EIO : 0;

	while (!r && (size = read(from, buffer, sizeof(buffer))) > 0)
		if (write(to, buffer, (size_t)size) != size)
			r = -EIO;
	(void)close(from);
	(void)close(to);
	return r;
}

static int run_exec(long is_home)
{
	const char *home = getenv("HOME");
	char path[PATH_MAX];
	int r;

	(void)snprintf(path, sizeof(path), "%s/program-%d",
		       is_home && home ? home : SHARED_DIR, getpid());
	r = copy_self(path);
	if (!r)
		r = execute(path, "--nothing", 0);
	(void)unlink(path);
	return r;
}

/* --- crash: a core, or a helper of the host (escape-live looks for it) --- */

static int run_core_dump(long arg)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
	int status = 0;
	pid_t pid = fork();

	(void)arg;
	if (!pid) {
		(void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
		(void)setrlimit(RLIMIT_CORE, &limit);
		attack_on_signal(SIGSEGV, SIG_DFL);
		(void)kill(getpid(), SIGSEGV);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	if (!WIFSIGNALED(status))
		return -ECHILD;
	return WCOREDUMP(status) ? 0 : -ECANCELED;
}

/* clang-format off */
const struct attack attacks_limit[] = {
	{ "fd-leak", run_fd_leak, NULL, NULL, 0, 0 },
	{ "cwd-leak", run_cwd_leak, NULL, NULL, 0, 0 },
	{ "fork-bomb", run_fork_bomb, NULL, NULL, 0, 0 },
	{ "memory-bomb", run_memory_bomb, NULL, NULL, 0, 0 },
	{ "fill-tmp", run_fill_tmp, NULL, NULL, 0, 0 },
	{ "fill-inodes", run_fill_inodes, NULL, NULL, 0, 0 },
	{ "fill-files", run_fill_files, NULL, NULL, 0, 0 },
	{ "fill-terminals", run_fill_terminals, NULL, NULL, 0, 0 },
	{ "fill-aio", run_fill_aio, NULL, NULL, 0, 0 },
	{ "setuid-exec", run_setuid_exec, NULL, NULL, 0, 0 },
	{ "no-new-privs", run_no_new_privs, NULL, NULL, 0, 0 },
	{ "tmp-exec", run_exec, NULL, NULL, 0, 0 },
	{ "home-exec", run_exec, NULL, NULL, 0, 1 },
	{ "core-dump", run_core_dump, NULL, NULL, 0, 0 },
	{ 0 },
};
/* clang-format on */
