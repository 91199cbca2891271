// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lowest tree of a cage's root, and the directories of the host that are
 * shown in it.
 *
 * Paths come from the cage's file, which root wrote; what they lead through
 * may be the cage's.  So they are opened component by component, without
 * symbolic links, and everything after works on the descriptor.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "core/launch-step.h"

/* clang-format off */
static const char *const dirs[] = {
	"usr", "etc", "dev", "home", "mnt", "opt", "proc", "run", "srv",
	"sys", "tmp", "var",
};

static const struct {
	const char *path, *to;
} links[] = {
	{ "bin", "usr/bin" },
	{ "sbin", "usr/sbin" },
	{ "lib", "usr/lib" },
	{ "lib64", "usr/lib64" },
	{ "root", "var/root" },
	{ "etc/mtab", "../proc/self/mounts" },
	{ "etc/os-release", "../usr/lib/os-release" },
};

/* Of the host's /etc: what programs of its /usr read, without secrets. */
static const struct {
	const char *source, *target;
	bool is_dir;
} etc_views[] = {
	{ "/etc/alternatives", "etc/alternatives", true },
	{ "/etc/ssl/certs", "etc/ssl/certs", true },
	{ "/etc/ssl/openssl.cnf", "etc/ssl/openssl.cnf", false },
	{ "/etc/ld.so.conf.d", "etc/ld.so.conf.d", true },
	{ "/etc/ld.so.conf", "etc/ld.so.conf", false },
	{ "/etc/ld.so.cache", "etc/ld.so.cache", false },
	{ "/etc/fonts", "etc/fonts", true },
	{ "/etc/terminfo", "etc/terminfo", true },
};
/* clang-format on */

/* What generated files are laid over an image's own; absent ones are left. */
static const char *const replaced[] = { "passwd",	 "group",
					"hosts",	 "hostname",
					"nsswitch.conf", "resolv.conf" };

/* An unattached tmpfs, of the host's root. */
static int new_tmpfs(struct clo_launch *l, const char *what, int *ret_fd)
{
	clo_fd int fs_fd = fsopen("tmpfs", FSOPEN_CLOEXEC);
	int fd;

	if (fs_fd < 0 ||
	    fsconfig(fs_fd, FSCONFIG_SET_STRING, "mode", "0755", 0) ||
	    fsconfig(fs_fd, FSCONFIG_SET_STRING, "size", "1M", 0) ||
	    fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return clo_fault_set(l, CLO_STEP_MOUNT, what, -errno);
	fd = fsmount(fs_fd, FSMOUNT_CLOEXEC,
		     MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (fd < 0)
		return clo_fault_set(l, CLO_STEP_MOUNT, what, -errno);
	*ret_fd = fd;
	return 0;
}

/*
 * The new root over the working directory, which clo_root_prepare() chose, in
 * this namespace only; and go there.
 */
static int attach_root(struct clo_launch *l, int root_fd)
{
	if (move_mount(root_fd, "", AT_FDCWD, ".", MOVE_MOUNT_F_EMPTY_PATH) ||
	    fchdir(root_fd))
		return clo_fault_set(l, CLO_STEP_MOUNT, "/", -errno);
	return 0;
}

/*
 * Two calls a view: nobody else writes to this tree, so that a path in it leads
 * where it was made.  What the host lacks is not shown.
 */
static int view_one(const char *source, const char *target, bool is_dir)
{
	if (is_dir ? mkdir(target, 0755) : mknod(target, S_IFREG | 0444, 0))
		return -errno;
	if (!mount(source, target, NULL, MS_BIND, NULL))
		return 0;
	if (errno != ENOENT)
		return -errno;
	return unlinkat(AT_FDCWD, target, is_dir ? AT_REMOVEDIR : 0) ? -errno :
								       0;
}

static int view_etc(struct clo_launch *l)
{
	int r = mkdir("etc/ssl", 0755) ? -errno : 0;

	if (r)
		return clo_fault_set(l, CLO_STEP_MAKE, "/etc/ssl", r);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(etc_views); i++) {
		r = view_one(etc_views[i].source, etc_views[i].target,
			     etc_views[i].is_dir);
		if (r)
			return clo_fault_set(l, CLO_STEP_BIND,
					     etc_views[i].target, r);
	}
	return 0;
}

/* The host's time zone is a link into /usr: the same link does. */
static int link_localtime(struct clo_launch *l)
{
	char to[CLO_PATH_MAX + 1];
	ssize_t n = readlink("/etc/localtime", to, sizeof(to) - 1);

	if (n <= 0)
		return 0;
	to[n] = '\0';
	if (symlink(to, "etc/localtime"))
		return clo_fault_set(l, CLO_STEP_MAKE, "etc/localtime", -errno);
	return 0;
}

/*
 * Make the mount point of a bind, while the tree can be written.  Below /home
 * and the like it is hidden again, and the bind needs a directory there.
 */
static int make_target(const char *target, mode_t type)
{
	char path[CLO_PATH_MAX + 1];

	(void)snprintf(path, sizeof(path), "%s", target + 1);
	for (char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			return -errno;
		*p = '/';
	}
	if (S_ISDIR(type) ? mkdir(path, 0755) : mknod(path, S_IFREG | 0444, 0))
		return errno == EEXIST ? 0 : -errno;
	return 0;
}

static int make_targets(struct clo_launch *l)
{
	for (int i = 0; i < CLO_BINDS; i++) {
		const struct clo_bind *b = &l->conf->binds[i];
		struct stat st;
		int r;

		if (!b->source[0])
			continue;
		if (stat(b->source, &st))
			return clo_fault_set(l, CLO_STEP_OPEN, b->source,
					     -errno);
		r = make_target(b->target, st.st_mode);
		if (r)
			return clo_fault_set(l, CLO_STEP_MAKE, b->target, r);
	}
	return 0;
}

/* The host's /usr in a tree of our own. */
static int host_tree(struct clo_launch *l, int *ret_root_fd)
{
	clo_fd int root_fd = -1;
	clo_fd int etc_fd = -1;
	int r;

	r = new_tmpfs(l, "/", &root_fd);
	if (!r)
		r = attach_root(l, root_fd);
	if (r)
		return r;
	for (size_t i = 0; i < CLO_ARRAY_SIZE(dirs); i++) {
		if (mkdir(dirs[i], 0755))
			return clo_fault_set(l, CLO_STEP_MAKE, dirs[i], -errno);
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(links); i++) {
		if (symlink(links[i].to, links[i].path))
			return clo_fault_set(l, CLO_STEP_MAKE, links[i].path,
					     -errno);
	}
	if (mount("/usr", "usr", NULL, MS_BIND | MS_REC, NULL))
		return clo_fault_set(l, CLO_STEP_BIND, "/usr", -errno);
	etc_fd = open("etc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (etc_fd < 0)
		return clo_fault_set(l, CLO_STEP_OPEN, "/etc", -errno);
	r = clo_root_etc(l, etc_fd);
	if (!r)
		r = view_etc(l);
	if (!r)
		r = link_localtime(l);
	if (!r)
		r = make_targets(l);
	if (!r)
		*ret_root_fd = clo_take_fd(&root_fd);
	return r;
}

/* Refuse what another cage owns: it would be shown its neighbour's files. */
static int check_owner(struct clo_launch *l, int fd, const char *path,
		       struct stat *ret_st)
{
	struct clo_label owner;

	if (fstat(fd, ret_st))
		return clo_fault_set(l, CLO_STEP_OPEN, path, -errno);
	owner = clo_label_of_uid(ret_st->st_uid);
	if (clo_label_is_cage(&owner) && owner.cage != l->conf->id)
		return clo_fault_set(l, CLO_STEP_FOREIGN, path, -EXDEV);
	return 0;
}

/* Lay the generated files over those that the system in the image has. */
static int replace_etc(struct clo_launch *l)
{
	clo_fd int gen_fd = -1;
	int r;

	r = new_tmpfs(l, "/etc", &gen_fd);
	if (!r)
		r = clo_root_etc(l, gen_fd);
	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(replaced); i++) {
		char path[32];
		clo_fd int fd = open_tree(gen_fd, replaced[i],
					  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		clo_fd int to_fd = -1;

		if (fd < 0)
			continue; /* this cage has no such file */
		(void)snprintf(path, sizeof(path), "etc/%s", replaced[i]);
		to_fd = clo_sys_open(AT_FDCWD, path, O_PATH,
				     RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH);
		if (to_fd < 0)
			continue;
		if (move_mount(fd, "", to_fd, "",
			       MOVE_MOUNT_F_EMPTY_PATH |
				       MOVE_MOUNT_T_EMPTY_PATH))
			r = clo_fault_set(l, CLO_STEP_BIND, path, -errno);
	}
	return r;
}

/* A whole system: a directory of the host, or an image. */
static int system_tree(struct clo_launch *l, int *ret_root_fd)
{
	const char *path = l->conf->root_path;
	bool is_image = l->conf->root_kind == CLO_ROOT_IMAGE;
	clo_fd int source_fd = -1;
	clo_fd int root_fd = -1;
	struct stat st;
	int r;

	source_fd = clo_sys_open(AT_FDCWD, path,
				 is_image ? O_RDONLY : O_PATH | O_DIRECTORY,
				 RESOLVE_NO_SYMLINKS);
	if (source_fd < 0)
		return clo_fault_set(l, CLO_STEP_OPEN, path, source_fd);
	r = check_owner(l, source_fd, path, &st);
	if (r)
		return r;
	if (is_image) {
		r = clo_root_image(l, source_fd, &root_fd);
		if (r)
			return r;
	} else {
		root_fd =
			open_tree(source_fd, "",
				  AT_EMPTY_PATH | AT_RECURSIVE |
					  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (root_fd < 0)
			return clo_fault_set(l, CLO_STEP_BIND, path, -errno);
	}
	r = attach_root(l, root_fd);
	if (!r)
		r = replace_etc(l);
	if (!r)
		*ret_root_fd = clo_take_fd(&root_fd);
	return r;
}

/**
 * clo_root_tree() - Make the lowest tree and go into it
 * @l: The launch; not NULL.
 * @ret_root_fd: Its root.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_root_tree(struct clo_launch *l, int *ret_root_fd)
{
	return l->conf->root_kind == CLO_ROOT_HOST ?
		       host_tree(l, ret_root_fd) :
		       system_tree(l, ret_root_fd);
}

/* A view of @fd with such attributes, private to this namespace. */
static int clone_tree(int fd, uint64_t attrs, int *ret_fd)
{
	struct mount_attr attr = { .attr_set = attrs,
				   .propagation = MS_PRIVATE };
	clo_fd int tree_fd =
		open_tree(fd, "",
			  AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE |
				  OPEN_TREE_CLOEXEC);

	if (tree_fd < 0 ||
	    mount_setattr(tree_fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr,
			  sizeof(attr)))
		return -errno;
	*ret_fd = clo_take_fd(&tree_fd);
	return 0;
}

#define WRITABLE_ATTRS \
	(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

static int bind_one(struct clo_launch *l, const struct clo_bind *b)
{
	clo_fd int fd = -1;
	clo_fd int tree_fd = -1;
	struct stat st;
	int r;

	fd = clo_sys_open(AT_FDCWD, b->source, O_PATH, RESOLVE_NO_SYMLINKS);
	if (fd < 0)
		return clo_fault_set(l, CLO_STEP_OPEN, b->source, fd);
	r = check_owner(l, fd, b->source, &st);
	if (r)
		return r;
	if (b->is_writable && st.st_uid != l->uid_base &&
	    fchownat(fd, "", l->uid_base, l->uid_base, AT_EMPTY_PATH))
		return clo_fault_set(l, CLO_STEP_OWNER, b->source, -errno);
	r = clone_tree(fd,
		       b->is_writable ? WRITABLE_ATTRS :
					MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
						MOUNT_ATTR_NODEV,
		       &tree_fd);
	if (r)
		return clo_fault_set(l, CLO_STEP_BIND, b->source, r);
	return clo_root_attach(l, tree_fd, b->target);
}

/**
 * clo_root_binds() - Show the directories of the host that the file names
 * @l: The launch; not NULL; the working directory is the new root.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_root_binds(struct clo_launch *l)
{
	int r = 0;

	for (int i = 0; !r && i < CLO_BINDS; i++) {
		if (l->conf->binds[i].source[0])
			r = bind_one(l, &l->conf->binds[i]);
	}
	return r;
}

/*
 * Open a directory, made if it is not there; never through a link.  Its mode
 * is not cut by the Core's mask: the users of a cage pass through these.
 */
static int open_made(int dir_fd, const char *name, mode_t mode)
{
	mode_t mask = umask(0);
	int r = mkdirat(dir_fd, name, mode) ? -errno : 0;

	(void)umask(mask);
	if (r && r != -EEXIST)
		return r;
	return clo_sys_open(dir_fd, name, O_PATH | O_DIRECTORY,
			    RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH);
}

/* A directory that is kept between two ups, as a mount attached nowhere yet. */
static int kept_tree(struct clo_launch *l, int cage_fd, const char *which,
		     int *ret_fd)
{
	clo_fd int fd = open_made(cage_fd, which, 0755);
	struct stat st;
	int r;

	if (fd < 0)
		return clo_fault_set(l, CLO_STEP_OPEN, which, fd);
	r = check_owner(l, fd, which, &st);
	if (r)
		return r;
	if (st.st_uid != l->uid_base &&
	    fchownat(fd, "", l->uid_base, l->uid_base, AT_EMPTY_PATH))
		return clo_fault_set(l, CLO_STEP_OWNER, which, -errno);
	r = clone_tree(fd, WRITABLE_ATTRS, ret_fd);
	return r ? clo_fault_set(l, CLO_STEP_BIND, which, r) : 0;
}

/**
 * clo_root_prepare() - Take from the monitor's mount namespace what is needed
 * @l: The launch; not NULL.
 *
 * Before the child leaves that namespace: afterwards the monitor's descriptors
 * name mounts of a foreign namespace.  The persistent directories are in
 * cages/NAME of the Core's state, which only the Core enters; they belong to
 * the cage's users.  The working directory, which follows into the new
 * namespace, becomes the place to mount the root on.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_root_prepare(struct clo_launch *l)
{
	clo_fd int cages_fd = -1;
	clo_fd int cage_fd = -1;
	int r;

	if (fchdir(l->launcher->run_fd))
		return clo_fault_set(l, CLO_STEP_OPEN, "/run/cloison", -errno);
	clo_root_take_dev(l);
	if (!l->conf->persistent)
		return 0;
	cages_fd = open_made(l->launcher->state_fd, "cages", 0700);
	if (cages_fd < 0)
		return clo_fault_set(l, CLO_STEP_OPEN, "cages", cages_fd);
	cage_fd = open_made(cages_fd, l->conf->name, 0700);
	if (cage_fd < 0)
		return clo_fault_set(l, CLO_STEP_OPEN, l->conf->name, cage_fd);
	r = kept_tree(l, cage_fd, "home", &l->home_fd);
	if (!r)
		r = kept_tree(l, cage_fd, "var", &l->var_fd);
	return r;
}

/**
 * clo_root_attach() - Mount a prepared tree at a path of the cage
 * @l: The launch; not NULL.
 * @tree_fd: The tree.
 * @target: Path in the cage, which may lead through the cage's own files.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_root_attach(struct clo_launch *l, int tree_fd, const char *target)
{
	clo_fd int to_fd = clo_sys_open(AT_FDCWD, target + (*target == '/'),
					O_PATH,
					RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH);

	if (to_fd < 0)
		return clo_fault_set(l, CLO_STEP_OPEN, target, to_fd);
	if (move_mount(tree_fd, "", to_fd, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH))
		return clo_fault_set(l, CLO_STEP_BIND, target, -errno);
	return 0;
}
