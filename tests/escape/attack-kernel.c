/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks on the kernel: mounts, namespaces, settings, capabilities, quotas.
 */
#include "attack.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/quota.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>

#define POINT SHARED_DIR "/point"

enum {
	TMPFS,
	BIND,
	REMOUNT,
	REMOUNT_SB,
	SHARED,
	PROC,
	FUSE,
	UMOUNT,
	PIVOT,
	CHROOT,
	FSOPEN,
	MOVE,
	OPEN_TREE,
	SETATTR,
	STATMOUNT
};

/* Namespaces that the kernel makes itself have the same numbers everywhere. */
enum { HOST_NET = 7, HOST_MOUNTS = 8, NSFS_HANDLE = 0xf1 };

#define MOVE_DIR  SHARED_DIR "/move"
#define MOVE_FROM MOVE_DIR "/from"
#define MOVE_TO	  MOVE_DIR "/to"

/* Below a private mount: what stands on a shared one never moves. */
int attack_make_movable(void)
{
	if (mkdir(MOVE_DIR, 0755) ||
	    mount("none", MOVE_DIR, "tmpfs", 0, "mode=755") ||
	    mount(NULL, MOVE_DIR, NULL, MS_PRIVATE, NULL) ||
	    mkdir(MOVE_FROM, 0755) || mkdir(MOVE_TO, 0755))
		return -errno;
	return call(mount("none", MOVE_FROM, "tmpfs", 0, "mode=755"));
}

/* There, where it is seen to have arrived, and back for the next one. */
static int move(void)
{
	struct stat before, after;

	(void)stat(MOVE_FROM, &before);
	if (syscall(SYS_move_mount, AT_FDCWD, MOVE_FROM, AT_FDCWD, MOVE_TO, 0))
		return -errno;
	(void)stat(MOVE_TO, &after);
	if (before.st_dev != after.st_dev)
		return -ENOMSG;
	return call(syscall(SYS_move_mount, AT_FDCWD, MOVE_TO, AT_FDCWD,
			    MOVE_FROM, 0));
}

static int run_mount(long what)
{
	unsigned long long attr[4] = { 1 };
	/* Of the root, all: the mounts of the host's first namespace. */
	unsigned long long request[4] = { 32, ~0ULL, 0, HOST_MOUNTS };

	(void)mkdir(POINT, 0777);
	switch (what) {
	case TMPFS:
		return call(mount("none", POINT, "tmpfs", 0, ""));
	case BIND:
		return call(mount("/", POINT, NULL, MS_BIND, NULL));
	case REMOUNT:
		return call_past(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND,
				       NULL),
				 EINVAL);
	case REMOUNT_SB:
		return call_past(mount(NULL, "/", NULL, MS_REMOUNT, NULL),
				 EINVAL);
	case SHARED:
		return call_past(mount(NULL, "/", NULL, MS_SHARED, NULL),
				 EINVAL);
	case PROC:
		return call(mount(NULL, "/proc", NULL, MS_REMOUNT, NULL));
	case FUSE:
		return call(mount("none", POINT, "fuse", 0, ""));
	case UMOUNT:
		return call_past(umount2(POINT, MNT_DETACH), EINVAL);
	case PIVOT:
		return call_past(syscall(SYS_pivot_root, POINT, POINT), EINVAL);
	case CHROOT:
		return call(chroot(POINT));
	case FSOPEN:
		return call(syscall(SYS_fsopen, "tmpfs", 1));
	case MOVE:
		return move();
	case OPEN_TREE:
		return call(syscall(SYS_open_tree, AT_FDCWD, "/", 1));
	case SETATTR:
		return call(syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, attr,
				    32UL));
	default:
		return call(syscall(458, request, attr, 1UL, 0UL));
	}
}

static int run_unshare(long flag)
{
	return call(unshare((int)flag));
}

static int run_clone_user(long arg)
{
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

	(void)arg;
	if (!pid)
		_exit(0);
	return call(pid);
}

static int run_clone_cgroup(long arg)
{
	unsigned long long args[11] = { 0x200000000ULL };
	long pid;
	int fd;

	(void)arg;
	args[4] = SIGCHLD;
	fd = open("/sys/fs/cgroup", O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	args[10] = (unsigned long long)fd;
	pid = syscall(SYS_clone3, args, sizeof(args));
	if (!pid)
		_exit(0);
	return call(pid);
}

/* Where it is allowed, of a namespace made for it: the host's has none. */
static int run_ns_parent(long arg)
{
	int fd, r;
	pid_t pid = 0;

	(void)arg;
	if (stage->is_control && !unshare(CLONE_NEWPID)) {
		pid = fork();
		if (!pid)
			pause();
	}
	fd = open(pid ? "/proc/self/ns/pid_for_children" : "/proc/self/ns/pid",
		  O_RDONLY | O_CLOEXEC);
	r = fd < 0 ? -errno : call(syscall(SYS_ioctl, fd, 0xb702UL, 0UL));
	if (pid)
		(void)kill(pid, SIGKILL);
	return r;
}

/*
 * The handle is made by hand, as the kernel's interface allows, and names the
 * host's network.  To open the own namespace by it is no way out.
 */
static int run_ns_handle(long arg)
{
	struct {
		struct file_handle handle;
		unsigned long long ns_id;
		unsigned int type, inum;
	} h = { .handle = { .handle_bytes = 16, .handle_type = NSFS_HANDLE },
		.ns_id = HOST_NET };
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct stat own, other;
	int r;

	(void)arg;
	r = open_by_handle_at(fd, (struct file_handle *)&h, O_RDONLY);
	if (r < 0)
		return -errno;
	if (fstat(fd, &own) || fstat(r, &other))
		return -errno;
	return own.st_ino == other.st_ino && !stage->is_control ? -ENOENT : 0;
}

static int run_listns(long arg)
{
	unsigned long long request[4] = { 32 }, ids[8];

	(void)arg;
	return call(syscall(470, request, ids, 8UL, 0UL));
}

enum { BPF_MAP, BPF_PROG, BPF_LINK_ID, BPF_MAP_ID, BPF_PROG_ID, BPF_PIN };

static int run_bpf(long what)
{
	static const int commands[] = {
		BPF_MAP_CREATE,	       BPF_PROG_LOAD,
		BPF_LINK_GET_FD_BY_ID, BPF_MAP_GET_FD_BY_ID,
		BPF_PROG_GET_FD_BY_ID, BPF_OBJ_GET
	};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	if (what == BPF_MAP) {
		attr.map_type = BPF_MAP_TYPE_ARRAY;
		attr.key_size = attr.value_size = 4;
		attr.max_entries = 1;
		return call(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, 72));
	}
	/* With nothing asked for, EINVAL or ENOENT are behind the check. */
	if (!syscall(SYS_bpf, commands[what], &attr, 72))
		return 0;
	return errno == EINVAL || errno == ENOENT || errno == EFAULT ||
			       errno == E2BIG ?
		       0 :
		       -errno;
}

enum {
	HOSTNAME,
	INIT_MODULE,
	FINIT_MODULE,
	KEXEC,
	SYSLOG,
	SETTIME,
	ADJTIME,
	REBOOT,
	SWAPON,
	ACCT,
	IOPL,
	IOPERM,
	QUOTA,
	URING,
	SQPOLL,
	UFFD,
	PERSONALITY,
	SET_MM,
	MERGE,
	NAME,
	CORE_GET,
	CORE_CREATE,
	LIMIT,
	SYSINFO,
	CHOWN_OWN,
	FORK
};

static int run_kernel(long what)
{
	unsigned char buffer[256] = { 0 };
	struct timespec now;
	struct timex timex = { .modes = ADJ_OFFSET };
	int fd;

	switch (what) {
	case HOSTNAME:
		return call(sethostname("attacked", 8));
	case INIT_MODULE:
		return call_past(syscall(SYS_init_module, buffer, 256UL, ""),
				 ENOEXEC);
	case FINIT_MODULE:
		fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
		return call_past(syscall(SYS_finit_module, fd, "", 0), ENOEXEC);
	case KEXEC:
		return call(syscall(SYS_kexec_load, 0UL, 0UL, NULL, 0UL));
	case SYSLOG:
		return call(syscall(SYS_syslog, 3, buffer, 16));
	case SETTIME:
		(void)clock_gettime(CLOCK_REALTIME, &now);
		return call(clock_settime(CLOCK_REALTIME, &now));
	case ADJTIME:
		return call(clock_adjtime(CLOCK_REALTIME, &timex));
	case REBOOT:
		return call(reboot(RB_DISABLE_CAD));
	case SWAPON:
		return call_past(swapon("/proc/self/exe", 0), ETXTBSY);
	case ACCT:
		return call_past(acct(NULL), ENOSYS);
	case IOPL:
		return call(iopl(3));
	case IOPERM:
		return call(ioperm(0x80, 1, 1));
	case QUOTA:
		return call_past(quotactl(QCMD(Q_SYNC, USRQUOTA), NULL, 0,
					  NULL),
				 ENODEV);
	default:
		return -ENOSYS;
	}
}

static int run_process(long what)
{
	unsigned char buffer[256] = { 0 };
	struct rlimit limit = { 1 << 20, 1 << 20 };
	struct sysinfo info;
	pid_t pid;
	int fd;

	switch (what) {
	case URING:
		return call_past(syscall(SYS_io_uring_setup, 0, buffer),
				 EINVAL);
	case SQPOLL:
		buffer[8] = 2;
		return call(syscall(SYS_io_uring_setup, 4, buffer));
	case UFFD:
		return call(syscall(SYS_userfaultfd, O_CLOEXEC));
	case PERSONALITY:
		return call(personality(READ_IMPLIES_EXEC));
	case SET_MM:
		return call_past(prctl(PR_SET_MM, 1, 0, 0, 0), EINVAL);
	case MERGE:
		return call_past(prctl(67, 1, 0, 0, 0), EINVAL);
	case NAME:
		return call(prctl(PR_SET_NAME, "name", 0, 0, 0));
	case CORE_GET:
		fd = prctl(62, 0, stage->victim, 0, buffer);
		return fd && errno == ENODEV ? 0 : call_past(fd, EINVAL);
	case CORE_CREATE:
		fd = prctl(62, 1, 0, 0, 0);
		return fd && errno == ENODEV ? 0 : call_past(fd, EINVAL);
	case LIMIT:
		(void)getrlimit(RLIMIT_NPROC, &limit);
		limit.rlim_cur = limit.rlim_max = 10;
		(void)setrlimit(RLIMIT_CORE, &limit);
		limit.rlim_cur = limit.rlim_max = 20;
		return call(setrlimit(RLIMIT_CORE, &limit));
	case SYSINFO:
		return call(sysinfo(&info));
	case CHOWN_OWN:
		fd = open(SHARED_DIR, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		return fd < 0 ? -errno : call(fchown(fd, (uid_t)-1, 12345));
	default:
		pid = fork();
		if (!pid)
			_exit(0);
		return call(pid);
	}
}

/* clang-format off */
static const char *const settings[] = {
	"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sysrq-trigger", "/sys/power/state",
	"/proc/sys/kernel/ftrace_enabled", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/init/cgroup.kill",
	"/proc/kallsyms", "/proc/modules", "/proc/interrupts", "/proc/sys/kernel/ostype", "/usr/cloison-test",
	"/proc/sys/kernel/core_uses_pid",
};
enum { CORE_PATTERN, MODPROBE, SYSRQ, POWER, FTRACE, CGROUP, CGROUP_KILL, KALLSYMS, MODULES, INTERRUPTS, OSTYPE, USR,
       MASKED };
/* clang-format on */

/* Opened, not written: the check is at the opening. */
static int run_setting(long what)
{
	int is_read = what >= KALLSYMS && what <= OSTYPE;
	char bytes[64];
	int fd =
		open(settings[what], is_read ? O_RDONLY : O_WRONLY | O_CLOEXEC);

	if (fd < 0 && what == USR)
		fd = open(settings[what], O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	return is_read ? call(read(fd, bytes, sizeof(bytes))) : 0;
}

/* clang-format off */
#define MOUNT_ATTACK(name, what) { name, run_mount, NULL, NULL, 0, what }
#define KERNEL_ATTACK(name, what) { name, run_kernel, NULL, NULL, 0, what }
#define PROCESS_ATTACK(name, what) { name, run_process, NULL, NULL, 0, what }
#define SETTING(name, what) { name, run_setting, NULL, NULL, 0, what }
const struct attack attacks_kernel[] = {
	MOUNT_ATTACK("mount-tmpfs", TMPFS), MOUNT_ATTACK("mount-bind", BIND), MOUNT_ATTACK("mount-remount", REMOUNT),
	MOUNT_ATTACK("mount-remount-sb", REMOUNT_SB), MOUNT_ATTACK("mount-shared", SHARED),
	MOUNT_ATTACK("remount-proc", PROC), { "mount-fuse", run_mount, NULL, NULL, EVENT_ONLY, FUSE },
	MOUNT_ATTACK("umount", UMOUNT), MOUNT_ATTACK("pivot-root", PIVOT), MOUNT_ATTACK("chroot", CHROOT),
	MOUNT_ATTACK("fsopen", FSOPEN), MOUNT_ATTACK("move-mount", MOVE), MOUNT_ATTACK("open-tree", OPEN_TREE),
	MOUNT_ATTACK("mount-setattr", SETATTR), MOUNT_ATTACK("statmount", STATMOUNT),
	{ "unshare-user", run_unshare, NULL, NULL, 0, CLONE_NEWUSER },
	{ "unshare-mount", run_unshare, NULL, NULL, 0, CLONE_NEWNS },
	{ "unshare-pid", run_unshare, NULL, NULL, 0, CLONE_NEWPID },
	{ "unshare-net", run_unshare, NULL, NULL, 0, CLONE_NEWNET },
	{ "unshare-ipc", run_unshare, NULL, NULL, 0, CLONE_NEWIPC },
	{ "unshare-uts", run_unshare, NULL, NULL, 0, CLONE_NEWUTS },
	{ "unshare-cgroup", run_unshare, NULL, NULL, 0, CLONE_NEWCGROUP },
	{ "unshare-time", run_unshare, NULL, NULL, 0, 0x80 },
	{ "clone-user", run_clone_user, NULL, NULL, 0, 0 },
	{ "clone-into-cgroup", run_clone_cgroup, NULL, NULL, 0, 0 },
	{ "ns-parent", run_ns_parent, NULL, NULL, 0, 0 },
	{ "ns-handle", run_ns_handle, NULL, NULL, 0, 0 },
	{ "listns", run_listns, NULL, NULL, 0, 0 },
	{ "bpf-map", run_bpf, NULL, NULL, 0, BPF_MAP }, { "bpf-prog", run_bpf, NULL, NULL, 0, BPF_PROG },
	{ "bpf-link-id", run_bpf, NULL, NULL, 0, BPF_LINK_ID }, { "bpf-map-id", run_bpf, NULL, NULL, 0, BPF_MAP_ID },
	{ "bpf-prog-id", run_bpf, NULL, NULL, 0, BPF_PROG_ID }, { "bpf-obj-get", run_bpf, NULL, NULL, 0, BPF_PIN },
	KERNEL_ATTACK("sethostname", HOSTNAME), KERNEL_ATTACK("init-module", INIT_MODULE),
	KERNEL_ATTACK("finit-module", FINIT_MODULE), KERNEL_ATTACK("kexec", KEXEC), KERNEL_ATTACK("syslog", SYSLOG),
	KERNEL_ATTACK("settime", SETTIME), KERNEL_ATTACK("adjtime", ADJTIME), KERNEL_ATTACK("reboot", REBOOT),
	KERNEL_ATTACK("swapon", SWAPON), KERNEL_ATTACK("acct", ACCT), KERNEL_ATTACK("iopl", IOPL),
	KERNEL_ATTACK("ioperm", IOPERM), KERNEL_ATTACK("quotactl", QUOTA), PROCESS_ATTACK("io-uring", URING),
	PROCESS_ATTACK("io-uring-sqpoll", SQPOLL), PROCESS_ATTACK("userfaultfd", UFFD),
	PROCESS_ATTACK("personality", PERSONALITY), PROCESS_ATTACK("set-mm", SET_MM), PROCESS_ATTACK("memory-merge", MERGE),
	PROCESS_ATTACK("set-name", NAME), { "sched-core-get", run_process, NULL, NULL, HOST_CONTROL, CORE_GET },
	PROCESS_ATTACK("sched-core-create", CORE_CREATE), PROCESS_ATTACK("raise-limit", LIMIT),
	PROCESS_ATTACK("sysinfo", SYSINFO), { "chown-own", run_process, NULL, NULL, OWN_UID, CHOWN_OWN }, PROCESS_ATTACK("fork", FORK),
	SETTING("core-pattern", CORE_PATTERN), SETTING("modprobe-path", MODPROBE), SETTING("sysrq", SYSRQ),
	SETTING("sys-power", POWER), { "tracing-off", run_setting, NULL, NULL, NO_CONTROL, FTRACE },
	SETTING("cgroup-move", CGROUP), SETTING("cgroup-kill", CGROUP_KILL), SETTING("kallsyms", KALLSYMS),
	SETTING("modules", MODULES), SETTING("interrupts", INTERRUPTS), SETTING("sysctl-read", OSTYPE),
	SETTING("usr-write", USR), SETTING("proc-masked", MASKED),
	{ 0 },
};
/* clang-format on */
