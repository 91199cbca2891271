/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the launcher share: the plan of one launch, the step that
 * failed, and system calls that the C library does not wrap everywhere.
 *
 * All of it runs in a forked child of the monitor or in the monitor: nothing
 * here allocates.
 */
#ifndef CLO_CORE_LAUNCH_STEP_H
#define CLO_CORE_LAUNCH_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/launch.h"

/* step, how its failure reads after the object */
/* clang-format off */
#define CLO_STEPS(X)                                            \
	X(MAP, "asks for the map of its users")                 \
	X(CLONE, "cannot be created")                           \
	X(SETUP, "cannot be prepared")                          \
	X(MOUNT, "cannot be mounted")                           \
	X(BIND, "cannot be shown in the cage")                  \
	X(SEAL, "cannot be made read-only")                     \
	X(MAKE, "cannot be created")                            \
	X(WRITE, "cannot be written")                           \
	X(OPEN, "cannot be opened")                             \
	X(OWNER, "cannot be given to the cage")                 \
	X(FOREIGN, "belongs to another cage")                   \
	X(FORMAT, "is no erofs, squashfs or ext4 image")        \
	X(PIVOT, "cannot become the root")                      \
	X(NET, "cannot be set up in the cage")                  \
	X(NAME, "cannot be set")                                \
	X(LIMIT, "cannot be limited")                           \
	X(NAMESPACE, "cannot be entered")                       \
	X(CREDENTIALS, "cannot be taken on")                    \
	X(FILTER, "cannot be installed")                        \
	X(GUARD, "is refused by the guard")                     \
	X(TERMINAL, "cannot be opened as a terminal")           \
	X(EXEC, "cannot be executed")
/* clang-format on */

#define X(name, text) CLO_STEP_##name,
enum clo_step { CLO_STEPS(X) CLO_STEP_COUNT };
#undef X

/* What the child tells its parent; MAP is a request, the rest are failures. */
struct clo_fault {
	uint32_t step; /* enum clo_step */
	int32_t code; /* -errno, or the rule of the guard (positive) */
	char object[CLO_PATH_MAX + 1]; /* what it was about */
};

/* One launch or one entry, as the child sees it. */
struct clo_launch {
	const struct clo_launcher *launcher;
	const struct clo_cage_conf *conf;
	uint64_t without;
	uint32_t uid_base; /* of the cage on the host; 0 without user ns */
	int report_fd; /* to the parent */
	int home_fd, var_fd; /* persistent trees; -1: none */
	int dev_fd; /* /dev; -1: there is none yet */
	int netlink_fd; /* of the host's network; -1: no interface to move */
	struct clo_fault fault;
};

/* What a process of the cage is when it starts. */
struct clo_drop {
	uint32_t uid; /* inside the cage; group of the same number */
	uint32_t role_bits; /* of the label */
};

static inline bool clo_launch_has(const struct clo_launch *l,
				  enum clo_protection p)
{
	return !(l->without & (UINT64_C(1) << p));
}

/* Name of a rule of the guard, "?" if it has none. */
const char *clo_rule_name(int rule);

/**
 * clo_fault_set() - Note which step failed, on what
 * @l: The launch; not NULL.
 * @step: The step.
 * @object: What it was about; cut if too long; not NULL.
 * @code: -errno, or the rule of the guard.
 *
 * Return: @code, so that `return clo_fault_set(...)` reads well.
 */
int clo_fault_set(struct clo_launch *l, enum clo_step step, const char *object,
		  int code);

/**
 * clo_fault_tell() - Turn what the child told into an error
 * @fault: What it told; its text is checked.
 * @cage: Name of the cage.
 * @err: See clo_err_set().
 *
 * Return: -EPERM if the guard refuses, else -errno (EPERM becomes EACCES).
 */
int clo_fault_tell(const struct clo_fault *fault, const char *cage,
		   struct clo_err *err);

/* root.c: the mounts of the cage; last of all, its root becomes "/". */
int clo_root_build(struct clo_launch *l);

/* root-tree.c: the tree below everything else, and the Core's views of it. */
int clo_root_tree(struct clo_launch *l, int *ret_root_fd);
int clo_root_prepare(struct clo_launch *l);
int clo_root_binds(struct clo_launch *l);
int clo_root_attach(struct clo_launch *l, int tree_fd, const char *target);

/* root-image.c: mount an image file, read-only. */
int clo_root_image(struct clo_launch *l, int file_fd, int *ret_mount_fd);

/* root-etc.c: generated files; the text of one of them. */
enum clo_etc {
	CLO_ETC_PASSWD,
	CLO_ETC_GROUP,
	CLO_ETC_HOSTS,
	CLO_ETC_HOSTNAME,
	CLO_ETC_NSSWITCH,
	CLO_ETC_RESOLV,
	CLO_ETC_PROFILE,
	CLO_ETC_COUNT,
};
const char *clo_etc_name(enum clo_etc which);
int clo_etc_text(const struct clo_cage_conf *conf, enum clo_etc which,
		 char *out, size_t size);
int clo_root_etc(struct clo_launch *l, int etc_fd);

/* root-dev.c: /dev and /proc. */
void clo_root_take_dev(struct clo_launch *l);
int clo_root_dev(struct clo_launch *l);
int clo_root_proc(struct clo_launch *l);

/* net.c: loopback, interfaces, addresses. */
int clo_net_open(struct clo_launch *l);
int clo_net_setup(struct clo_launch *l);

/* drop.c: from the Core's child to a process of the cage. */
int clo_drop_users(struct clo_launch *l);
int clo_drop(struct clo_launch *l, const struct clo_drop *drop);
int clo_drop_guard(struct clo_launch *l, const struct clo_drop *drop);
int clo_drop_fds(int keep_a, int keep_b);

/* filter.c */
int clo_filter_install(const struct clo_launcher *launcher, uint64_t without,
		       bool has_aio);

/* cgroup.c: in the monitor. */
int clo_cgroup_make(const struct clo_launcher *launcher,
		    const struct clo_cage_conf *conf, int *ret_fd,
		    struct clo_err *err);
int clo_cgroup_open(const struct clo_launcher *launcher, const char *name,
		    int *ret_fd);
int clo_cgroup_kill(const struct clo_launcher *launcher, const char *name);
int clo_cgroup_remove(const struct clo_launcher *launcher, const char *name);

/* launch-left.c: processes of a cage, by their user ids. */
int clo_left_signal(uint32_t uid_base, int number);
void clo_left_note(int32_t pid, uint32_t namespaces[CLO_NAMESPACES]);
int clo_left_holder(const uint32_t namespaces[CLO_NAMESPACES],
		    const char **ret_name);

/* launch-sys.c: system calls. */
struct clo_clone {
	uint64_t flags;
	int cgroup_fd; /* or -1 */
};
int clo_sys_clone(const struct clo_clone *how, int *ret_pidfd);
int clo_sys_open(int dir_fd, const char *path, int flags, uint64_t resolve);
int clo_sys_write_at(int dir_fd, const char *path, const char *text);
int clo_sys_read_at(int dir_fd, const char *path, char *out, size_t size);
int clo_sys_start_time(int32_t pid, uint64_t *ret_start);
int clo_sys_pidfd(int32_t pid, uint64_t start);

#endif
