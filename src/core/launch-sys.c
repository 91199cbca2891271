// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls of the launcher: those without a wrapper, and files of procfs
 * and cgroupfs that are read or written whole.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>

#include "core/launch-step.h"

/*
 * As fork(2): the child runs on a copy of the memory.  The C library's own
 * fork is passed by; the monitor has one thread and no fork handler.
 *
 * Return: 0 in the child, the pid in the parent, -errno.
 */
int clo_sys_clone(const struct clo_clone *how, int *ret_pidfd)
{
	int pidfd = -1;
	struct clone_args args = {
		.flags = how->flags | (uint64_t)CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)&pidfd,
		.exit_signal = (uint64_t)SIGCHLD,
	};
	long r;

	if (how->cgroup_fd >= 0) {
		args.flags |= (uint64_t)CLONE_INTO_CGROUP;
		args.cgroup = (unsigned int)how->cgroup_fd;
	}
	r = syscall(SYS_clone3, &args, sizeof(args));
	if (r < 0)
		return -errno;
	if (r > 0)
		*ret_pidfd = pidfd;
	return (int)r;
}

/* Return: a descriptor, or -errno. */
int clo_sys_open(int dir_fd, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned int)flags | O_CLOEXEC,
		.mode = flags & O_CREAT ? 0644 : 0,
		.resolve = resolve,
	};
	long r = syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));

	return r < 0 ? -errno : (int)r;
}

int clo_sys_write_at(int dir_fd, const char *path, const char *text)
{
	clo_fd int fd = openat(dir_fd, path, O_WRONLY | O_CLOEXEC);
	size_t size = strlen(text);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, text, size);
	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EIO;
}

/* Return: bytes read, @out ends with a zero; or -errno. */
int clo_sys_read_at(int dir_fd, const char *path, char *out, size_t size)
{
	clo_fd int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, out, size - 1);
	if (n < 0)
		return -errno;
	out[n] = '\0';
	return (int)n;
}

/*
 * Field 22 of /proc/PID/stat.  The second field is a name in parentheses that
 * may hold anything: count from its last one.
 */
int clo_sys_start_time(int32_t pid, uint64_t *ret_start)
{
	char path[32], text[1024];
	const char *p;
	int r;

	(void)snprintf(path, sizeof(path), "/proc/%" PRId32 "/stat", pid);
	r = clo_sys_read_at(AT_FDCWD, path, text, sizeof(text));
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (!p || sscanf(p, "%" SCNu64, ret_start) != 1)
		return -EBADMSG;
	return 0;
}

/*
 * A descriptor of exactly the process that had this pid and this start time:
 * the descriptor is taken first, so a reuse in between is noticed.
 *
 * Return: a descriptor, -ESRCH if the process has gone, or -errno.
 */
int clo_sys_pidfd(int32_t pid, uint64_t start)
{
	clo_fd int fd = -1;
	uint64_t now;
	int r;

	if (pid <= 0)
		return -ESRCH;
	fd = pidfd_open(pid, 0);
	if (fd < 0)
		return -errno;
	r = clo_sys_start_time(pid, &now);
	if (r)
		return r;
	if (now != start)
		return -ESRCH;
	return clo_take_fd(&fd);
}
