// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bpffs of the guard, and the numbers of devices and namespaces.
 */
#include "core/loader-place.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define INIT_MOUNT_NS "/proc/1/ns/mnt"
#define SELF_MOUNT_NS "/proc/self/ns/mnt"

/* A dev_t as the kernel holds it: 12 bits of major, 20 of minor. */
static uint64_t kernel_dev(unsigned int major_number, unsigned int minor_number)
{
	return (uint64_t)major_number << 20 | minor_number;
}

int clo_place_enter(int *ret_back_fd, struct clo_err *err)
{
	clo_fd int init_fd = -1;
	clo_fd int back_fd = -1;
	struct stat init, own;

	init_fd = open(INIT_MOUNT_NS, O_RDONLY | O_CLOEXEC);
	back_fd = open(SELF_MOUNT_NS, O_RDONLY | O_CLOEXEC);
	if (init_fd < 0 || back_fd < 0 || fstat(init_fd, &init) ||
	    fstat(back_fd, &own))
		return clo_err_set(err, -errno,
				   "guard: '%s' cannot be read: %s; mount /proc"
				   " and run as root",
				   INIT_MOUNT_NS, strerror(errno));
	if (init.st_ino == own.st_ino) {
		*ret_back_fd = -1;
		return 0;
	}
	if (setns(init_fd, CLONE_NEWNS))
		return clo_err_set(err, -errno,
				   "guard: the initial mount namespace cannot"
				   " be entered: %s",
				   strerror(errno));
	*ret_back_fd = clo_take_fd(&back_fd);
	return 0;
}

int clo_place_leave(int back_fd)
{
	if (back_fd < 0)
		return 0;
	return setns(back_fd, CLONE_NEWNS) ? -errno : 0;
}

static int make_directories(const char *dir, struct clo_err *err)
{
	char path[PATH_MAX];
	size_t size = strlen(dir);

	if (dir[0] != '/' || size >= sizeof(path))
		return clo_err_set(err, -EINVAL,
				   "guard: '%s' is not an absolute path", dir);
	memcpy(path, dir, size + 1);
	for (size_t i = 1; i <= size; i++) {
		bool is_last = path[i] == '\0';

		if (path[i] != '/' && !is_last)
			continue;
		path[i] = '\0';
		if (mkdir(path, is_last ? 0700 : 0755) && errno != EEXIST)
			return clo_err_set(err, -errno,
					   "guard: '%s' cannot be made: %s",
					   path, strerror(errno));
		if (!is_last)
			path[i] = '/';
	}
	return 0;
}

int clo_place_mount(const char *dir, bool *ret_is_new, struct clo_err *err)
{
	struct statfs fs;
	int r = make_directories(dir, err);

	if (r)
		return r;
	if (statfs(dir, &fs) == 0 && fs.f_type == BPF_FS_MAGIC) {
		*ret_is_new = false;
		return 0;
	}
	if (mount("cloison", dir, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "mode=0700"))
		return clo_err_set(err, -errno,
				   "guard: a bpffs cannot be mounted on '%s':"
				   " %s; it takes root and CONFIG_BPF_SYSCALL",
				   dir, strerror(errno));
	*ret_is_new = true;
	return 0;
}

/* The device of a mount as /proc/self/mountinfo numbers it. */
static int mount_dev(uint64_t mount_id, uint64_t *ret_dev)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	clo_free char *line = NULL;
	size_t room = 0;
	int r = -ENOENT;

	if (!file)
		return -errno;
	while (getline(&line, &room, file) >= 0) {
		unsigned long long id;
		unsigned int major_number, minor_number;

		if (sscanf(line, "%llu %*u %u:%u", &id, &major_number,
			   &minor_number) != 3 ||
		    id != mount_id)
			continue;
		*ret_dev = kernel_dev(major_number, minor_number);
		r = 0;
		break;
	}
	(void)fclose(file); /* it was only read */
	return r;
}

/* Device and inode of a path, as the kernel numbers them inside. */
static int path_number(const char *path, uint64_t *ret_dev, uint64_t *ret_ino)
{
	struct statx x;

	if (statx(AT_FDCWD, path, 0, STATX_BASIC_STATS | STATX_MNT_ID, &x))
		return -errno;
	*ret_ino = x.stx_ino;
	if ((x.stx_mask & STATX_MNT_ID) && !mount_dev(x.stx_mnt_id, ret_dev))
		return 0;
	*ret_dev = kernel_dev(x.stx_dev_major, x.stx_dev_minor);
	return 0;
}

/* Devices whose mounts nobody takes away once the guard is locked. */
static int add_path_dev(uint64_t dev, struct clo_self *self)
{
	for (uint32_t i = 0; i < self->path_dev_count; i++) {
		if (self->path_devs[i] == dev)
			return 0;
	}
	if (self->path_dev_count == CLO_PATH_DEVS_MAX)
		return -E2BIG;
	self->path_devs[self->path_dev_count++] = dev;
	return 0;
}

/* One device for each mount on the way down to @dir. */
static int describe_path(const char *dir, struct clo_self *self)
{
	char path[PATH_MAX] = "/";
	size_t size = strlen(dir);

	self->path_dev_count = 0;
	for (size_t i = 0; i < size; i++) {
		uint64_t dev, ino;
		int r;

		if (dir[i] != '/')
			continue;
		if (i) {
			memcpy(path, dir, i);
			path[i] = '\0';
		}
		r = path_number(path, &dev, &ino);
		if (r)
			return r;
		r = add_path_dev(dev, self);
		if (r)
			return r;
	}
	return 0;
}

static int add_way(uint64_t dev, uint64_t ino, struct clo_self *self)
{
	for (size_t i = 0; i < CLO_WAYS_MAX; i++) {
		struct clo_way *way = &self->ways[i];

		if (way->dev == dev && way->ino == ino)
			return 0;
		if (way->ino)
			continue;
		way->dev = dev;
		way->ino = ino;
		return 0;
	}
	return -E2BIG;
}

/*
 * The directory @path as it is where nothing is mounted on it: looked up in a
 * copy of the mount that it lies in, which has that one mount alone.
 */
static int describe_way(const char *path, struct clo_self *self)
{
	char parent[PATH_MAX];
	const char *name = strrchr(path, '/') + 1;
	clo_fd int tree_fd = -1;
	uint64_t dev, ino;
	struct stat st;
	int r;

	(void)snprintf(parent, sizeof(parent), "%.*s",
		       name == path + 1 ? 1 : (int)(name - 1 - path), path);
	r = path_number(parent, &dev, &ino);
	if (r)
		return r;
	tree_fd = open_tree(AT_FDCWD, parent,
			    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree_fd < 0 || fstatat(tree_fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	return add_way(dev, st.st_ino, self);
}

/* Each directory on the way down to @dir, and itself. */
static int describe_ways(const char *dir, struct clo_self *self)
{
	char path[PATH_MAX];
	size_t size = strlen(dir);

	for (size_t i = 1; i <= size; i++) {
		int r;

		if (dir[i] != '/' && dir[i])
			continue;
		memcpy(path, dir, i);
		path[i] = '\0';
		r = describe_way(path, self);
		if (r)
			return r;
	}
	return 0;
}

/*
 * The program's own file system goes with the directory that it is mounted on.
 * Without one the program lies among others of the host's, and its device is
 * of a kind whose number is not given anew as long as the machine is up.
 */
static int describe_program_way(const char *core_path, struct clo_self *self)
{
	char dir[PATH_MAX], above[PATH_MAX];
	const char *name = strrchr(core_path, '/');
	uint64_t dev, above_dev, ino;
	int r;

	if (!name || name == core_path)
		return 0;
	(void)snprintf(dir, sizeof(dir), "%.*s", (int)(name - core_path),
		       core_path);
	name = strrchr(dir, '/');
	(void)snprintf(above, sizeof(above), "%.*s",
		       name == dir ? 1 : (int)(name - dir), dir);
	r = path_number(dir, &dev, &ino);
	if (!r)
		r = path_number(above, &above_dev, &ino);
	if (r || dev != self->core_dev || dev == above_dev)
		return r;
	return describe_way(dir, self);
}

/* The directory that the Core looks into, by the numbers that it will see. */
static int describe_run(const char *dir, struct clo_self *self)
{
	char path[PATH_MAX] = "/";
	const char *last = strrchr(dir, '/');
	struct stat st;

	if (last && last != dir)
		(void)snprintf(path, sizeof(path), "%.*s", (int)(last - dir),
			       dir);
	if (stat(path, &st))
		return -errno;
	self->run_dev = st.st_dev;
	self->run_ino = st.st_ino;
	return 0;
}

/* A kernel without a kind of namespace has no file of it: it stays 0. */
static void describe_namespaces(struct clo_self *self)
{
	static const char *const names[] = { "mnt",    "net",  "ipc", "uts",
					     "cgroup", "time", "pid", "user" };
	char path[32];
	struct stat ns;

	_Static_assert(CLO_ARRAY_SIZE(names) == CLO_HOST_NS_MAX, "each kind");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "/proc/1/ns/%s", names[i]);
		if (!stat(path, &ns))
			self->host_ns[i] = (uint32_t)ns.st_ino;
	}
}

int clo_place_describe(const char *dir, const char *core_path,
		       struct clo_self *self, struct clo_err *err)
{
	uint64_t dev, ino;
	struct statfs fs;
	struct stat ns;
	int r;

	r = path_number(core_path, &dev, &ino);
	if (r)
		return clo_err_set(err, r,
				   "guard: '%s', the program to register as the"
				   " Core, cannot be looked at: %s",
				   core_path, strerror(-r));
	self->core_dev = dev;
	self->core_ino = ino;
	r = path_number(dir, &dev, &ino);
	if (!r)
		r = describe_path(dir, self);
	if (!r)
		r = add_path_dev(self->core_dev, self);
	if (!r)
		r = describe_run(dir, self);
	if (!r)
		r = describe_ways(dir, self);
	if (!r)
		r = describe_program_way(core_path, self);
	if (r)
		return clo_err_set(err, r,
				   "guard: '%s' cannot be looked at: %s", dir,
				   strerror(-r));
	self->pin_dev = dev;
	if (stat(INIT_MOUNT_NS, &ns))
		return clo_err_set(err, -errno,
				   "guard: '%s' cannot be looked at: %s",
				   INIT_MOUNT_NS, strerror(errno));
	self->mount_ns = (uint32_t)ns.st_ino;
	/* Where it is mounted elsewhere nobody finds it to show it to cages. */
	if (!path_number("/dev/pts", &dev, &ino) && !statfs("/dev/pts", &fs) &&
	    fs.f_type == DEVPTS_SUPER_MAGIC)
		self->devpts_dev = dev;
	describe_namespaces(self);
	return 0;
}
