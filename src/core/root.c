// SPDX-License-Identifier: GPL-2.0-only
/*
 * The root of a cage, put together in the cage's own mount namespace while the
 * child still is root of the host and bears the Core's label.
 *
 * The order keeps system calls few: everything that is read-only comes first
 * and is sealed by one mount_setattr over the whole tree; what the cage may
 * write is mounted on top, each noexec, nosuid, nodev.  The working directory
 * is the new root, so no path of the host is named by accident.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/launch-step.h"

enum { TMP_MIB = 64 }; /* of a tmpfs when the cage's file sets no size */

#define WRITABLE_FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC)

/* A tmpfs that belongs to the cage's root. */
static int mount_tmpfs(struct clo_launch *l, const char *target,
		       unsigned int mode)
{
	unsigned int mib = l->conf->tmp_mib ? l->conf->tmp_mib : TMP_MIB;
	char options[128];

	/* An inode costs about 1 KiB of kernel memory: bounded as well. */
	(void)snprintf(options, sizeof(options),
		       "mode=%o,uid=%u,gid=%u,size=%uM,nr_inodes=%u", mode,
		       l->uid_base, l->uid_base, mib, mib * 256);
	if (mount("tmpfs", target, "tmpfs", WRITABLE_FLAGS, options))
		return clo_fault_set(l, CLO_STEP_MOUNT, target, -errno);
	return 0;
}

/*
 * Every mount of the tree: read-only, without set-user-ID programs and without
 * devices, and nothing is received from the host's mounts any more.
 */
static int seal(struct clo_launch *l, int root_fd)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			    MOUNT_ATTR_NODEV | MOUNT_ATTR_NOATIME,
		.attr_clr = MOUNT_ATTR__ATIME,
		.propagation = MS_PRIVATE,
	};

	if (mount_setattr(root_fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr,
			  sizeof(attr)))
		return clo_fault_set(l, CLO_STEP_SEAL, "/", -errno);
	return 0;
}

/* clang-format off */
static const struct {
	const char *path;
	mode_t mode;
} var_dirs[] = {
	{ "var/cache", 0755 },
	{ "var/lib", 0755 },
	{ "var/log", 0755 },
	{ "var/root", 0700 }, /* home of the cage's root */
	{ "var/spool", 0755 },
	{ "var/tmp", 01777 },
};
/* clang-format on */

/* What programs expect to find in /var, made as the cage's root. */
static int fill_var(struct clo_launch *l)
{
	int r = 0;

	(void)setfsgid(l->uid_base); /* cannot be refused to root */
	(void)setfsuid(l->uid_base);
	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(var_dirs); i++) {
		if (mkdir(var_dirs[i].path, var_dirs[i].mode) &&
		    errno != EEXIST)
			r = clo_fault_set(l, CLO_STEP_MAKE, var_dirs[i].path,
					  -errno);
	}
	if (!r && symlink("../run", "var/run") && errno != EEXIST)
		r = clo_fault_set(l, CLO_STEP_MAKE, "var/run", -errno);
	(void)setfsuid(0);
	(void)setfsgid(0);
	return r;
}

/* The ordinary user's home, made once; one that exists is left alone. */
static int fill_home(struct clo_launch *l)
{
	clo_fd int home_fd = -1;
	uid_t uid = l->uid_base + l->conf->uid;

	if (!l->conf->user[0])
		return 0;
	home_fd = open("home", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (home_fd < 0)
		return clo_fault_set(l, CLO_STEP_OPEN, "/home", -errno);
	if (mkdirat(home_fd, l->conf->user, 0700)) {
		if (errno == EEXIST)
			return 0;
		return clo_fault_set(l, CLO_STEP_MAKE, "/home", -errno);
	}
	if (fchownat(home_fd, l->conf->user, uid, uid, AT_SYMLINK_NOFOLLOW))
		return clo_fault_set(l, CLO_STEP_OWNER, "/home", -errno);
	return 0;
}

static int mount_writable(struct clo_launch *l)
{
	int r;

	r = mount_tmpfs(l, "tmp", 01777);
	if (!r)
		r = mount_tmpfs(l, "run", 0755);
	if (!r)
		r = l->conf->persistent ? clo_root_attach(l, l->var_fd, "var") :
					  mount_tmpfs(l, "var", 0755);
	if (!r)
		r = fill_var(l);
	if (!r)
		r = l->conf->persistent ?
			    clo_root_attach(l, l->home_fd, "home") :
			    mount_tmpfs(l, "home", 0755);
	if (!r)
		r = fill_home(l);
	return r;
}

/* The old root stays mounted until the last moment: sources come from it. */
static int pivot(struct clo_launch *l, int root_fd)
{
	if (fchdir(root_fd) || syscall(SYS_pivot_root, ".", ".") ||
	    umount2(".", MNT_DETACH) || chdir("/"))
		return clo_fault_set(l, CLO_STEP_PIVOT, "/", -errno);
	return 0;
}

int clo_root_build(struct clo_launch *l)
{
	clo_fd int root_fd = -1;
	int r;

	/* The mode of what is made is the one that is asked for. */
	(void)umask(0);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return clo_fault_set(l, CLO_STEP_SETUP, "/", -errno);
	r = clo_root_tree(l, &root_fd);
	if (!r)
		r = seal(l, root_fd);
	if (!r)
		r = mount_writable(l);
	if (!r)
		r = clo_root_dev(l);
	if (!r)
		r = clo_root_proc(l);
	if (!r)
		r = clo_root_binds(l);
	if (!r)
		r = pivot(l, root_fd);
	(void)umask(022);
	return r;
}
