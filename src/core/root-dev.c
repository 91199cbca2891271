// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev and /proc of a cage.
 *
 * The devices are nodes of a tmpfs, the same for all cages whose file names no
 * device, that is read-only, noexec and nosuid but
 * not nodev; so is devpts.  A read-only mount does not keep anybody from
 * writing to a device, and every writable mount of the cage stays nodev.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/launch-step.h"

enum { TTY_GROUP = 5, TERMINALS = 128 };

/* clang-format off */
static const struct {
	const char *name;
	unsigned int major, minor;
} nodes[] = {
	{ "null", 1, 3 },
	{ "zero", 1, 5 },
	{ "full", 1, 7 },
	{ "random", 1, 8 },
	{ "urandom", 1, 9 },
	{ "tty", 5, 0 },
};

static const struct {
	const char *name, *to;
} links[] = {
	{ "ptmx", "pts/ptmx" },
	{ "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
};

/*
 * Of /proc: what describes the machine or its kernel, or carries the timing of
 * others (interrupts).  Closed in a cage; absent ones are no error.  Settings
 * in /proc/sys are shown and read-only.
 */
static const char *const masked_files[] = {
	"proc/cmdline",	    "proc/config.gz",	"proc/diskstats",
	"proc/interrupts",  "proc/iomem",	"proc/ioports",
	"proc/kallsyms",    "proc/kcore",	"proc/key-users",
	"proc/keys",	    "proc/kmsg",	"proc/kpagecgroup",
	"proc/kpagecount",  "proc/kpageflags",	"proc/latency_stats",
	"proc/locks",	    "proc/modules",	"proc/sched_debug",
	"proc/schedstat",   "proc/slabinfo",	"proc/softirqs",
	"proc/sysrq-trigger", "proc/timer_list", "proc/vmallocinfo",
};
static const char *const masked_dirs[] = {
	"proc/acpi", "proc/asound", "proc/bus", "proc/driver", "proc/dynamic_debug",
	"proc/fs", "proc/irq", "proc/scsi",
};
/* clang-format on */

/* The name that the host gives to a device, "" if it has none. */
static void device_name(const struct clo_device *d, char *out, size_t size)
{
	char path[64], text[512];
	const char *p;
	size_t n;

	out[0] = '\0';
	(void)snprintf(path, sizeof(path), "/sys/dev/%s/%u:%u/uevent",
		       d->is_block ? "block" : "char", d->major, d->minor);
	if (clo_sys_read_at(AT_FDCWD, path, text, sizeof(text)) < 0)
		return;
	p = strstr(text, "DEVNAME=");
	if (!p)
		return;
	p += strlen("DEVNAME=");
	n = strcspn(p, "\n");
	if (n == 0 || n >= size || *p == '/' || *p == '.' ||
	    memmem(p, n, "..", 2))
		return;
	memcpy(out, p, n);
	out[n] = '\0';
}

/* Directories above the last component of a path below /dev. */
static int make_parents(int dev_fd, char *path)
{
	for (char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		int r;

		*p = '\0';
		r = mkdirat(dev_fd, path, 0755);
		*p = '/';
		if (r && errno != EEXIST)
			return -errno;
	}
	return 0;
}

/* A device of the cage's file: for the cage's root and its user. */
static int make_device(struct clo_launch *l, int dev_fd,
		       const struct clo_device *d)
{
	char path[128];
	mode_t type = d->is_block ? S_IFBLK : S_IFCHR;
	int r;

	device_name(d, path, sizeof(path));
	if (!path[0])
		(void)snprintf(path, sizeof(path), "%s/%u:%u",
			       d->is_block ? "block" : "char", d->major,
			       d->minor);
	r = make_parents(dev_fd, path);
	if (r)
		return clo_fault_set(l, CLO_STEP_MAKE, path, r);
	if (mknodat(dev_fd, path, type | 0660, makedev(d->major, d->minor)) &&
	    errno != EEXIST)
		return clo_fault_set(l, CLO_STEP_MAKE, path, -errno);
	if (fchownat(dev_fd, path, l->uid_base, l->uid_base + l->conf->uid,
		     AT_SYMLINK_NOFOLLOW))
		return clo_fault_set(l, CLO_STEP_OWNER, path, -errno);
	return 0;
}

/* What every cage has in /dev. */
static int fill_dev(int fd)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(nodes); i++) {
		if (mknodat(fd, nodes[i].name, S_IFCHR | 0666,
			    makedev(nodes[i].major, nodes[i].minor)))
			return -errno;
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(links); i++) {
		if (symlinkat(links[i].to, fd, links[i].name))
			return -errno;
	}
	if (mkdirat(fd, ".hidden", 0700) ||
	    mknodat(fd, ".hidden/file", S_IFREG, 0) ||
	    mkdirat(fd, ".hidden/dir", 0) || mkdirat(fd, "pts", 0755) ||
	    mkdirat(fd, "shm", 0755) || mkdirat(fd, "mqueue", 0755))
		return -errno;
	return 0;
}

/* A /dev that is attached nowhere yet, and still writable; or -errno. */
static int new_dev(void)
{
	clo_fd int fs_fd = fsopen("tmpfs", FSOPEN_CLOEXEC);
	clo_fd int fd = -1;
	int r;

	if (fs_fd < 0 ||
	    fsconfig(fs_fd, FSCONFIG_SET_STRING, "mode", "0755", 0) ||
	    fsconfig(fs_fd, FSCONFIG_SET_STRING, "size", "256k", 0) ||
	    fsconfig(fs_fd, FSCONFIG_SET_STRING, "nr_inodes", "256", 0) ||
	    fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -errno;
	fd = fsmount(fs_fd, FSMOUNT_CLOEXEC,
		     MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	if (fd < 0)
		return -errno;
	r = fill_dev(fd);
	return r ? r : clo_take_fd(&fd);
}

static int seal_dev(int fd)
{
	struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };

	return mount_setattr(fd, "", AT_EMPTY_PATH, &read_only,
			     sizeof(read_only)) ?
		       -errno :
		       0;
}

static bool has_devices(const struct clo_cage_conf *conf)
{
	for (int i = 0; i < CLO_CAGE_DEVICES; i++) {
		if (conf->limits.devices[i].used)
			return true;
	}
	return false;
}

int clo_launch_share_dev(void)
{
	mode_t mask = umask(0);
	clo_fd int fd = new_dev();
	int r = fd < 0 ? fd : seal_dev(fd);

	(void)umask(mask);
	return r ? r : clo_take_fd(&fd);
}

/**
 * clo_root_take_dev() - Take a view of the /dev that is shared, if one is
 * @l: The launch; not NULL; still in the mount namespace of who made it.
 *
 * Before 6.15 the kernel clones nothing that is attached nowhere.
 */
void clo_root_take_dev(struct clo_launch *l)
{
	if (l->launcher->dev_fd >= 0 && !has_devices(l->conf))
		l->dev_fd = open_tree(l->launcher->dev_fd, "",
				      AT_EMPTY_PATH | OPEN_TREE_CLONE |
					      OPEN_TREE_CLOEXEC);
}

static int make_own_dev(struct clo_launch *l)
{
	int r = 0;

	l->dev_fd = new_dev();
	if (l->dev_fd < 0)
		return clo_fault_set(l, CLO_STEP_MAKE, "/dev", l->dev_fd);
	for (int i = 0; !r && i < CLO_CAGE_DEVICES; i++) {
		const struct clo_device *d = &l->conf->limits.devices[i];

		r = d->used ? make_device(l, l->dev_fd, d) : 0;
	}
	if (r)
		return r;
	r = seal_dev(l->dev_fd);
	return r ? clo_fault_set(l, CLO_STEP_SEAL, "/dev", r) : 0;
}

/* Terminals, shared memory and message queues of the cage's own. */
static int mount_below_dev(struct clo_launch *l)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	char options[96];

	(void)snprintf(options, sizeof(options),
		       "newinstance,ptmxmode=0666,mode=0620,gid=%u,max=%u",
		       l->uid_base + TTY_GROUP,
		       l->conf->terminals ? l->conf->terminals : TERMINALS);
	if (mount("devpts", "dev/pts", "devpts",
		  MS_NOSUID | MS_NOEXEC | MS_RDONLY, options))
		return clo_fault_set(l, CLO_STEP_MOUNT, "/dev/pts", -errno);
	(void)snprintf(options, sizeof(options),
		       "mode=1777,uid=%u,gid=%u,size=%uM", l->uid_base,
		       l->uid_base, l->conf->tmp_mib ? l->conf->tmp_mib : 64);
	if (mount("tmpfs", "dev/shm", "tmpfs", flags, options))
		return clo_fault_set(l, CLO_STEP_MOUNT, "/dev/shm", -errno);
	/* Without a namespace of its own it would show the host's queues. */
	if (clo_launch_has(l, CLO_PROTECT_ipc) &&
	    mount("mqueue", "dev/mqueue", "mqueue", flags, NULL) &&
	    errno != ENODEV)
		return clo_fault_set(l, CLO_STEP_MOUNT, "/dev/mqueue", -errno);
	return 0;
}

/**
 * clo_root_dev() - Make /dev
 * @l: The launch; not NULL; the working directory is the new root.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_root_dev(struct clo_launch *l)
{
	int r = l->dev_fd < 0 ? make_own_dev(l) : 0;

	if (r)
		return r;
	if (move_mount(l->dev_fd, "", AT_FDCWD, "dev", MOVE_MOUNT_F_EMPTY_PATH))
		return clo_fault_set(l, CLO_STEP_MOUNT, "/dev", -errno);
	return mount_below_dev(l);
}

/*
 * What stands in the place of what is hidden: a file and a directory that the
 * cage may not open.  Refused is better than empty: nobody takes it for true.
 * A bind takes over the flags of the mount it comes from, and /dev is sealed
 * already, so one call a mask is enough.
 */
static int mask(struct clo_launch *l, const char *from, const char *path)
{
	if (mount(from, path, NULL, MS_BIND, NULL) && errno != ENOENT)
		return clo_fault_set(l, CLO_STEP_BIND, path, -errno);
	return 0;
}

/**
 * clo_root_proc() - Mount /proc and hide what is not the cage's business
 * @l: The launch; not NULL; /dev of the new root is made.
 *
 * Users of the cage see their own processes only; the cage's group 0 sees all.
 *
 * Source: CLIP OS 4, 1202 section 2.1 (attributes of /proc entries).
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_root_proc(struct clo_launch *l)
{
	struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY |
						    MOUNT_ATTR_NOSUID |
						    MOUNT_ATTR_NODEV |
						    MOUNT_ATTR_NOEXEC };
	char options[64] = "hidepid=ptraceable";
	int r = 0;

	/* Without a pid namespace the host's processes are in there too. */
	if (clo_launch_has(l, CLO_PROTECT_pid))
		(void)snprintf(options, sizeof(options),
			       "hidepid=invisible,gid=%u", l->uid_base);
	if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  options))
		return clo_fault_set(l, CLO_STEP_MOUNT, "/proc", -errno);
	if (mount("proc/sys", "proc/sys", NULL, MS_BIND, NULL) ||
	    mount_setattr(AT_FDCWD, "proc/sys", 0, &read_only,
			  sizeof(read_only)))
		return clo_fault_set(l, CLO_STEP_SEAL, "/proc/sys", -errno);
	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(masked_files); i++)
		r = mask(l, "dev/.hidden/file", masked_files[i]);
	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(masked_dirs); i++)
		r = mask(l, "dev/.hidden/dir", masked_dirs[i]);
	return r;
}
