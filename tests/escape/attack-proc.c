/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks through /proc/PID.
 */
#include "attack.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static const char *const names[] = {
	"maps",	   "environ",	    "auxv",	    "syscall", "stack",
	"pagemap", "status",	    "cmdline",	    "comm",    "cgroup",
	"exe",	   "root/proc",	    "cwd",	    "fd/0",    "ns/uts",
	"mem",	   "oom_score_adj", "attr/current",
};
enum {
	MAPS,
	ENVIRON,
	AUXV,
	SYSCALL,
	STACK,
	PAGEMAP,
	STATUS,
	CMDLINE,
	COMM,
	CGROUP,
	EXE,
	ROOT,
	CWD,
	FD,
	NS,
	MEM,
	OOM,
	ATTR
};

static int open_proc(long name, int flags)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", stage->victim,
		       names[name]);
	return open(path, flags | O_CLOEXEC);
}

static int run_read(long name)
{
	char byte;
	int fd = open_proc(name, O_RDONLY);

	if (fd < 0)
		return -errno;
	return name == CWD || name == ROOT ? 0 : call(read(fd, &byte, 1));
}

/* An open is enough: what cannot be read at an offset of 0 is reached. */
static int run_open(long name)
{
	return call(open_proc(name, O_RDONLY));
}

static int run_write(long name)
{
	int fd = open_proc(name, O_WRONLY);

	if (fd < 0)
		return -errno;
	return call_past(write(fd, "0", 1), EINVAL);
}

static int run_readlink(long name)
{
	char path[64], target[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", stage->victim,
		       names[name]);
	return call(readlink(path, target, sizeof(target)));
}

static void hold_secret(void)
{
	secret = SECRET;
}

static int was_changed(void)
{
	return secret == CHANGED;
}

static int run_mem(long is_write)
{
	int fd = open_proc(MEM, is_write ? O_RDWR : O_RDONLY);
	long value = CHANGED;
	ssize_t r;

	if (fd < 0)
		return -errno;
	r = is_write ? pwrite(fd, &value, sizeof(value), (off_t)&secret) :
		       pread(fd, &value, sizeof(value), (off_t)&secret);
	if (r < 0)
		return -errno;
	return is_write || value == SECRET ? 0 : -EBADE;
}

static int run_stat(long arg)
{
	char path[32];
	struct stat st;

	(void)arg;
	(void)snprintf(path, sizeof(path), "/proc/%d", stage->victim);
	return call(stat(path, &st));
}

/* To reach the namespace is enough: the kernel's next check is a capability. */
static int run_setns(long is_pidfd)
{
	int fd = is_pidfd ? (int)syscall(SYS_pidfd_open, stage->victim, 0) :
			    open_proc(NS, O_RDONLY);

	if (fd < 0)
		return -errno;
	return is_pidfd ? call(setns(fd, CLONE_NEWUTS)) : 0;
}

static int run_pidfd_namespace(long arg)
{
	int fd = (int)syscall(SYS_pidfd_open, stage->victim, 0);

	(void)arg;
	if (fd < 0)
		return -errno;
	return call(ioctl(fd, _IO(0xFF, 10), 0)); /* PIDFD_GET_UTS_NAMESPACE */
}

/* clang-format off */
const struct attack attacks_proc[] = {
	{ "proc-mem-read", run_mem, hold_secret, NULL, 0, 0 },
	{ "proc-mem-write", run_mem, hold_secret, was_changed, 0, 1 },
	{ "proc-maps", run_read, NULL, NULL, 0, MAPS },
	{ "proc-environ", run_read, NULL, NULL, 0, ENVIRON },
	{ "proc-auxv", run_read, NULL, NULL, 0, AUXV },
	{ "proc-syscall", run_open, NULL, NULL, 0, SYSCALL },
	{ "proc-stack", run_open, NULL, NULL, 0, STACK },
	{ "proc-pagemap", run_open, NULL, NULL, 0, PAGEMAP },
	{ "proc-status", run_read, NULL, NULL, 0, STATUS },
	{ "proc-cmdline", run_read, NULL, NULL, 0, CMDLINE },
	{ "proc-comm", run_read, NULL, NULL, 0, COMM },
	{ "proc-cgroup", run_read, NULL, NULL, 0, CGROUP },
	{ "proc-exe", run_readlink, NULL, NULL, 0, EXE },
	{ "proc-root", run_open, NULL, NULL, 0, ROOT },
	{ "proc-cwd", run_open, NULL, NULL, 0, CWD },
	{ "proc-fd", run_open, NULL, NULL, 0, FD },
	{ "proc-oom", run_write, NULL, NULL, 0, OOM },
	{ "proc-comm-write", run_write, NULL, NULL, 0, COMM },
	{ "proc-attr", run_write, NULL, NULL, NO_CONTROL, ATTR },
	{ "proc-stat", run_stat, NULL, NULL, 0, 0 },
	{ "setns-proc", run_setns, NULL, NULL, 0, 0 },
	{ "setns-pidfd", run_setns, NULL, NULL, HOST_CONTROL, 1 },
	{ "pidfd-namespace", run_pidfd_namespace, NULL, NULL, 0, 0 },
	{ 0 },
};
/* clang-format on */
