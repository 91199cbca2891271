/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The three system calls, and close_range(2), with the numbers and structures
 * of ABI 11: the C library and the kernel's header of an old system know less.
 *
 * Source: Linux 7.3, include/uapi/linux/landlock.h.
 */
#ifndef CLO_LANDLOCK_SYS_H
#define CLO_LANDLOCK_SYS_H

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same on every architecture but alpha. */
#ifdef __alpha__
enum {
	CLO_NR_CREATE = 554,
	CLO_NR_ADD = 555,
	CLO_NR_RESTRICT = 556,
	CLO_NR_CLOSE_RANGE = 546,
};
#else
enum {
	CLO_NR_CREATE = 444,
	CLO_NR_ADD = 445,
	CLO_NR_RESTRICT = 446,
	CLO_NR_CLOSE_RANGE = 436,
};
#endif

enum { CLO_LANDLOCK_RULE_PATH = 1, CLO_LANDLOCK_RULE_PORT = 2 };

struct clo_landlock_ruleset_attr {
	uint64_t handled[3]; /* access_fs, access_net, scoped */
	uint64_t quiet[3];
};
_Static_assert(sizeof(struct clo_landlock_ruleset_attr) == 48, "kernel ABI");

struct clo_landlock_path_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));
_Static_assert(sizeof(struct clo_landlock_path_attr) == 12, "kernel ABI");

struct clo_landlock_port_attr {
	uint64_t allowed_access;
	uint64_t port;
};
_Static_assert(sizeof(struct clo_landlock_port_attr) == 16, "kernel ABI");

/* Size of the first attributes that a kernel has to know [bytes]. */
static inline size_t
clo_landlock_attr_size(const struct clo_landlock_ruleset_attr *attr)
{
	if (attr->quiet[0] | attr->quiet[1] | attr->quiet[2])
		return sizeof(*attr);
	if (attr->handled[2])
		return 24;
	return attr->handled[1] ? 16 : 8;
}

static inline long clo_landlock_create(const void *attr, size_t size,
				       uint32_t flags)
{
	long r = syscall(CLO_NR_CREATE, attr, size, flags);

	return r < 0 ? -errno : r;
}

static inline int clo_landlock_add(int fd, int type, const void *attr,
				   uint32_t flags)
{
	return syscall(CLO_NR_ADD, fd, type, attr, flags) ? -errno : 0;
}

/* Descriptors @first to @last; -ENOSYS where a filter hides the call. */
static inline int clo_landlock_close(int first, int last)
{
	return syscall(CLO_NR_CLOSE_RANGE, first, last, 0) ? -errno : 0;
}

static inline int clo_landlock_restrict(int fd, uint32_t flags)
{
	return syscall(CLO_NR_RESTRICT, fd, flags) ? -errno : 0;
}

#endif
