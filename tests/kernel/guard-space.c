// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Root outside cages enters namespaces without naming a process in them: by the
 * ioctl that goes from one mount namespace to the next, and by a handle of what
 * listns(2) lists.  Into a process's of the host he gets, into a cage's not.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "core/guard.h"
#include "guard-actor.h"
#include "guard-live.h"

enum { STEPS = 64, HOST_ROOT = -10003 /* FD_NSFS_ROOT */ };

/* What uapi/linux/nsfs.h and nsfs handles look like. */
struct next {
	uint32_t size, mounts;
	uint64_t id;
};
struct list {
	uint32_t size, spare;
	uint64_t from;
	uint32_t kind, spare_2;
	uint64_t user;
};
struct handle {
	uint32_t size;
	int32_t type;
	uint64_t id;
	uint32_t kind, number;
};

/* The inode of a namespace of this process. */
static long own_number(const char *kind)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	return stat(path, &st) ? 0 : (long)st.st_ino;
}

/* -1: go on; else how it ended. */
static int try_to_enter(int fd, int kind, long number)
{
	struct stat st;

	if (fstat(fd, &st))
		return errno;
	if ((long)st.st_ino != number)
		return -1;
	return setns(fd, kind) ? errno : 0;
}

static int walk(unsigned int request, long number)
{
	int fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	int r;

	for (int i = 0; i < STEPS && fd >= 0; i++) {
		struct next next = { .size = sizeof(next) };

		fd = ioctl(fd, _IOC(_IOC_READ, 0xb7, request, sizeof(next)),
			   &next);
		r = fd < 0 ? -1 : try_to_enter(fd, CLONE_NEWNS, number);
		if (r >= 0)
			return r;
	}
	return errno;
}

static int act_walk(long number)
{
	enum { NEXT = 11, PREVIOUS = 12 };
	int r = walk(NEXT, number);

	return r == ENOENT ? walk(PREVIOUS, number) : r;
}

static int act_handle(long number)
{
	struct list list = { .size = sizeof(list), .kind = CLONE_NEWNET };
	uint64_t ids[STEPS];
	long count = syscall(470, &list, ids, STEPS, 0); /* listns */
	int r = count < 0 ? errno : ENOENT;

	for (long i = 0; i < count; i++) {
		struct handle handle = { .size = 16,
					 .type = 0xf1, /* FILEID_NSFS */
					 .id = ids[i],
					 .kind = CLONE_NEWNET,
					 .number = (uint32_t)number };
		int fd = (int)syscall(SYS_open_by_handle_at, HOST_ROOT, &handle,
				      O_RDONLY);
		int entered;

		if (fd < 0) {
			/* That number is another's, or this is it. */
			r = errno == ESTALE ? r : errno;
			continue;
		}
		entered = try_to_enter(fd, CLONE_NEWNET, number);
		(void)close(fd);
		if (entered >= 0)
			return entered;
	}
	return r;
}

/* What a process in namespaces of its own tells of them. */
struct told {
	long mnt, net;
	pid_t pid;
};
static int told_fds[2];

static void stay(unsigned int cage)
{
	struct told told = { 0 };

	if (unshare(CLONE_NEWNS | CLONE_NEWNET) ||
	    (cage && clo_guard_ask(CLO_GUARD_ENTER, cage, 0)))
		_exit(1);
	told.mnt = own_number("mnt");
	told.net = own_number("net");
	told.pid = getpid();
	if (write(told_fds[1], &told, sizeof(told)) == sizeof(told))
		(void)pause();
	_exit(1);
}

static int act_stay(long arg)
{
	pid_t pid = fork();

	(void)arg;
	if (pid == 0)
		stay(0);
	return pid < 0 ? errno : 0;
}

void test_space_prepare(void)
{
	if (pipe(told_fds))
		perror("pipe");
}

static void test_entry(const struct told *told, bool is_cage)
{
	char text[96];
	int r;

	events_forget();
	r = host_do(act_walk, told->mnt);
	(void)snprintf(text, sizeof(text),
		       "%s: root walks into the mount namespace of a %s",
		       is_cage ? "refused" : "allowed",
		       is_cage ? "cage" : "process of the host");
	live_ok(is_cage ? r == EPERM && events_have(CLO_HOOK_file_open,
						    CLO_RULE_INTO_CAGE) :
			  r == 0,
		text, r);
	events_forget();
	r = host_do(act_handle, told->net);
	(void)snprintf(text, sizeof(text),
		       "%s: root enters the network of a %s by a handle",
		       is_cage ? "refused" : "allowed",
		       is_cage ? "cage" : "process of the host");
	if (r == ENOSYS) {
		live_skip(text, "this kernel has no listns(2)");
		return;
	}
	live_ok(is_cage ? r == EPERM && events_have(CLO_HOOK_file_open,
						    CLO_RULE_INTO_CAGE) :
			  r == 0,
		text, r);
}

void test_space(void)
{
	struct told told = { 0 };
	pid_t pid;

	if (host_do(act_stay, 0) ||
	    clo_read_full(told_fds[0], &told, sizeof(told))) {
		live_ok(false, "a process in namespaces of its own", errno);
		return;
	}
	test_entry(&told, false);
	(void)kill(told.pid, SIGKILL);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		stay(CAGE_B);
	}
	if (pid < 0 || clo_read_full(told_fds[0], &told, sizeof(told))) {
		live_ok(false, "a cage in namespaces of its own", errno);
		return;
	}
	test_entry(&told, true);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
