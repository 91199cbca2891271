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
#include <sys/stat.h>
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

static const char *const namespace_names[CLO_NAMESPACES] = {
	"mnt", "pid", "net", "ipc", "uts", "cgroup", "time", "user",
};

/* Inode of a namespace of a process; 0 if it has none or has gone. */
static uint32_t namespace_of(int proc_fd, const char *pid, int which)
{
	char path[48];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%.16s/ns/%s", pid,
		       namespace_names[which]);
	return fstatat(proc_fd, path, &st, 0) ? 0 : (uint32_t)st.st_ino;
}

/**
 * clo_left_note() - Note which namespaces are a cage's own
 * @pid: Its init.
 * @namespaces: Set: inodes; 0 where it shares that of the Core.
 */
void clo_left_note(int32_t pid, uint32_t namespaces[CLO_NAMESPACES])
{
	static uint32_t own[CLO_NAMESPACES]; /* a role never changes them */
	clo_fd int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[16];

	(void)snprintf(name, sizeof(name), "%" PRId32, pid);
	for (int i = 0; i < CLO_NAMESPACES; i++) {
		if (!own[i])
			own[i] = namespace_of(fd, "self", i);
		namespaces[i] = namespace_of(fd, name, i);
		if (namespaces[i] == own[i])
			namespaces[i] = 0;
	}
}

/* What is done for each process; not 0 ends the walk. */
typedef int (*look)(int proc_fd, const char *pid, void *data);

static int walk(look what, void *data)
{
	static _Alignas(struct entry) char bytes[16384];
	clo_fd int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (;;) {
		long n = syscall(SYS_getdents64, fd, bytes, sizeof(bytes));

		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		for (long at = 0; at < n;) {
			const struct entry *e =
				(const struct entry *)(void *)(bytes + at);
			int r = 0;

			if (e->name[0] >= '1' && e->name[0] <= '9')
				r = what(fd, e->name, data);
			if (r)
				return r;
			at += e->size;
		}
	}
}

struct signal_look {
	uint32_t uid_base;
	int number;
	int count;
};

static int look_signal(int proc_fd, const char *pid, void *data)
{
	struct signal_look *s = data;

	s->count += signal_one(proc_fd, pid, s->uid_base, s->number);
	return 0;
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
	struct signal_look s = { .uid_base = uid_base, .number = number };
	int r = walk(look_signal, &s);

	return r ? r : s.count;
}

struct holder_look {
	const uint32_t *namespaces;
	const char *name;
};

static int look_holder(int proc_fd, const char *pid, void *data)
{
	struct holder_look *h = data;
	int32_t number;

	for (int i = 0; i < CLO_NAMESPACES; i++) {
		if (!h->namespaces[i] ||
		    namespace_of(proc_fd, pid, i) != h->namespaces[i])
			continue;
		h->name = namespace_names[i];
		return sscanf(pid, "%" SCNd32, &number) == 1 ? number : 1;
	}
	return 0;
}

/**
 * clo_left_holder() - Find a process that is in a namespace of a cage
 * @namespaces: As clo_left_note() has set them.
 * @ret_name: Set to the name of the namespace if there is one.
 *
 * Return: its pid, 0 if there is none, or -errno.
 */
int clo_left_holder(const uint32_t namespaces[CLO_NAMESPACES],
		    const char **ret_name)
{
	struct holder_look h = { .namespaces = namespaces };
	int r = walk(look_holder, &h);

	*ret_name = h.name;
	return r;
}
