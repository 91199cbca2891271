// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left of a cage, by the user ids that it owns: the way to find its
 * processes when it has neither a cgroup nor a pid namespace, and the proof at
 * its end that there are none.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>

#include "core/launch-step.h"

/* As the kernel writes it; opendir(3) would allocate. */
struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short size;
	unsigned char type;
	char name[];
};

/* The first user id in the line "Uid:", or UINT32_MAX. */
static uint32_t uid_of(int proc_fd, const char *pid)
{
	char path[32], text[4096];
	const char *p;
	uint32_t uid;

	(void)snprintf(path, sizeof(path), "%.16s/status", pid);
	if (clo_sys_read_at(proc_fd, path, text, sizeof(text)) < 0)
		return UINT32_MAX;
	p = strstr(text, "\nUid:");
	return p && sscanf(p, "\nUid: %" SCNu32, &uid) == 1 ? uid : UINT32_MAX;
}

/* A descriptor first, then its user: the number may be another's by now. */
static bool signal_one(int proc_fd, const char *name, uint32_t uid_base,
		       int number)
{
	clo_fd int pidfd = -1;
	uint32_t uid;
	int32_t pid;

	if (sscanf(name, "%" SCNd32, &pid) != 1)
		return false;
	if (number)
		pidfd = pidfd_open(pid, 0);
	uid = uid_of(proc_fd, name);
	if (uid < uid_base || uid - uid_base >= CLO_UID_COUNT)
		return false;
	if (pidfd >= 0)
		(void)pidfd_send_signal(pidfd, number, NULL, 0);
	return true;
}

/**
 * clo_left_signal() - Send a signal to every process of a cage
 * @uid_base: First user id of the cage on the host; not 0.
 * @number: The signal; 0: only count.
 *
 * Return: how many there are, or -errno.
 */
int clo_left_signal(uint32_t uid_base, int number)
{
	static _Alignas(struct entry) char bytes[16384];
	clo_fd int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int count = 0;

	if (fd < 0)
		return -errno;
	for (;;) {
		long n = syscall(SYS_getdents64, fd, bytes, sizeof(bytes));

		if (n < 0)
			return -errno;
		if (n == 0)
			return count;
		for (long at = 0; at < n;) {
			const struct entry *e =
				(const struct entry *)(void *)(bytes + at);

			if (e->name[0] >= '1' && e->name[0] <= '9')
				count += signal_one(fd, e->name, uid_base,
						    number);
			at += e->size;
		}
	}
}
