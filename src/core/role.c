// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "core/role.h"

#define X(id, name, text) [id] = #name,
static const char *const names[CLO_RUN_COUNT] = { CLO_ROLES(X) };
#undef X

const char *clo_role_name(enum clo_role role)
{
	return (unsigned int)role < CLO_RUN_COUNT ? names[role] : "?";
}

int clo_role_find(const char *name)
{
	for (int i = 0; i < CLO_RUN_COUNT; i++) {
		if (!strcmp(name, names[i]))
			return i;
	}
	return -ENOENT;
}

/*
 * Put the descriptors at their numbers.  They are first moved out of the way,
 * so that none is overwritten before it has been copied.
 */
static int place_fds(const int *fds, size_t fd_count)
{
	int moved[CLO_FDS_MAX];
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null_fd < 0)
		return -errno;
	for (size_t i = 0; i < fd_count; i++) {
		moved[i] = fcntl(fds[i] < 0 ? null_fd : fds[i], F_DUPFD_CLOEXEC,
				 CLO_FD_PEER + CLO_FDS_MAX);
		if (moved[i] < 0)
			return -errno;
	}
	if (dup2(null_fd, 0) < 0 || dup2(null_fd, 1) < 0)
		return -errno;
	for (size_t i = 0; i < fd_count; i++) {
		if (dup2(moved[i], CLO_FD_PEER + (int)i) < 0)
			return -errno;
	}
	if (syscall(SYS_close_range, CLO_FD_PEER + fd_count, ~0U, 0) < 0)
		return -errno;
	return 0;
}

static void run_child(const struct clo_spawn *spawn)
{
	static char name[] = "cloisond";
	static char path[] = "/proc/self/exe";
	static char *no_env[] = { NULL };
	char words[5][64];
	char *argv[7] = { name, words[0], words[1], words[2] };
	int argc = 4;

	(void)snprintf(words[0], sizeof(words[0]), "%s",
		       clo_role_name(spawn->role));
	(void)snprintf(words[1], sizeof(words[1]), "%u", spawn->account.uid);
	(void)snprintf(words[2], sizeof(words[2]), "%u", spawn->account.gid);
	for (int i = 0; i < 2 && spawn->args[i]; i++) {
		(void)snprintf(words[3 + i], sizeof(words[0]), "%s",
			       spawn->args[i]);
		argv[argc++] = words[3 + i];
	}
	argv[argc] = NULL;
	(void)setsid(); /* a key pressed on our terminal ends no role */
	if (place_fds(spawn->fds, spawn->fd_count))
		_exit(127);
	(void)execve(path, argv, no_env);
	_exit(127);
}

int clo_role_spawn(const struct clo_spawn *spawn, pid_t *ret_pid)
{
	pid_t pid;

	if (spawn->fd_count > CLO_FDS_MAX)
		return -EINVAL;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		run_child(spawn);
	*ret_pid = pid;
	return 0;
}

static int read_number(const char *word, uint32_t *ret)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(word, &end, 10);
	if (errno || *end || end == word || value > UINT32_MAX)
		return -EINVAL;
	*ret = (uint32_t)value;
	return 0;
}

int clo_role_account(int argc, char **argv, struct clo_account *ret_account)
{
	if (argc < 4 || read_number(argv[2], &ret_account->uid) ||
	    read_number(argv[3], &ret_account->gid))
		return -EINVAL;
	return 0;
}

void clo_role_bind(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* If the parent has died already, the socket to it says so. */
}

int clo_role_reduce(uint64_t keep)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &head, data))
		return -errno;
	/* What is not there cannot be kept: whoever needs it says so. */
	keep &= data[0].permitted | (uint64_t)data[1].permitted << 32;
	for (int cap = 0; cap < 64; cap++) {
		if (keep & UINT64_C(1) << cap)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno != EINVAL)
			return -errno; /* EINVAL: this kernel has no such one */
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return -errno;
	for (int i = 0; i < 2; i++) {
		data[i].permitted = (uint32_t)(keep >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &head, data))
		return -errno;
	return 0;
}

/* struct landlock_ruleset_attr of ABI 6; headers of older kernels have less. */
struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};
enum {
	SCOPE_ABSTRACT_UNIX_SOCKET = 1 << 0,
	SCOPE_SIGNAL = 1 << 1,
};

/*
 * No file at all, and from ABI 6 on no signal and no abstract socket out of
 * this process: the other roles are the same user.  A kernel without Landlock
 * is no reason to stop: the filter that follows has no call that opens a file,
 * signals or makes a socket.
 */
static void close_files(void)
{
	struct ruleset attr = {
		.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
		.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL,
	};
	long fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (fd < 0) /* older: the files alone, which every ABI knows */
		fd = syscall(SYS_landlock_create_ruleset, &attr,
			     sizeof(attr.handled_access_fs), 0);
	if (fd < 0)
		return;
	(void)syscall(SYS_landlock_restrict_self, fd, 0);
	(void)close((int)fd);
}

int clo_role_lock_memory(void)
{
	return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) ? -errno : 0;
}

int clo_role_drop(enum clo_role role, const struct clo_account *account)
{
	const struct rlimit none = { 0, 0 };

	if (geteuid() == 0) {
		if (setgroups(0, NULL) ||
		    setresgid(account->gid, account->gid, account->gid) ||
		    setresuid(account->uid, account->uid, account->uid))
			return -errno;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || setrlimit(RLIMIT_CORE, &none))
		return -errno;
	clo_role_bind(); /* after the change of user, which clears it */
	/* The monitor says it of all; the config role only reads a file. */
	if (role != CLO_RUN_config)
		(void)clo_role_lock_memory();
	close_files();
	return clo_role_filter(role);
}

int clo_role_catch(void (*handler)(int signal))
{
	static const int caught[] = { SIGTERM, SIGINT };
	struct sigaction action = { .sa_handler = handler };
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(caught); i++) {
		(void)sigaddset(&set, caught[i]);
		if (sigaction(caught[i], &action, NULL))
			return -errno;
	}
	action.sa_handler = SIG_IGN;
	if (sigaction(SIGHUP, &action, NULL) ||
	    sigaction(SIGPIPE, &action, NULL) ||
	    sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	return 0;
}
