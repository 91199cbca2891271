// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the kernel itself asks for a process in namespaces of its own: clone3
 * with every one of them, a root made of the host's /usr, pivot_root, a filter
 * of system calls, execution.  Nothing is checked that need not be: this is the
 * floor that a launcher can come near to, not a launcher.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "bench/bench.h"

static int set_filter(void)
{
	struct sock_filter rows[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 1, .filter = rows };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

static int build_root(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("root", "/mnt", "tmpfs", MS_NOSUID | MS_NODEV, "size=1M") ||
	    mkdir("/mnt/usr", 0755) || mkdir("/mnt/proc", 0755) ||
	    mkdir("/mnt/tmp", 0755) ||
	    mount("/usr", "/mnt/usr", NULL, MS_BIND | MS_REC, NULL) ||
	    mount(NULL, "/mnt/usr", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY,
		  NULL) ||
	    mount("proc", "/mnt/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) ||
	    mount("tmp", "/mnt/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "size=1M"))
		return -1;
	if (chdir("/mnt") || syscall(SYS_pivot_root, ".", ".") ||
	    umount2(".", MNT_DETACH) || chdir("/"))
		return -1;
	return 0;
}

static void run_child(int program_fd, int map_fd)
{
	static char name[] = "true";
	char *argv[] = { name, NULL };
	char byte;

	if (build_root() || unshare(CLONE_NEWUSER) ||
	    write(map_fd, "", 1) != 1 || read(map_fd, &byte, 1) != 1 ||
	    setresuid(0, 0, 0) || set_filter())
		_exit(126);
	(void)syscall(SYS_execveat, program_fd, "", argv, argv + 1,
		      AT_EMPTY_PATH);
	_exit(127);
}

static int write_map(pid_t pid, const char *file)
{
	static const char map[] = "0 1879179264 65536\n";
	char path[64];
	int fd;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = write(fd, map, sizeof(map) - 1);
	(void)close(fd);
	return n < 0 ? -1 : 0;
}

int bench_limit(int program_fd)
{
	struct clone_args args = {
		.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
			 CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP |
			 CLONE_NEWTIME,
		.exit_signal = SIGCHLD,
	};
	char byte = 0;
	int pair[2];
	int status = -1;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0)
		run_child(program_fd, pair[1]);
	(void)close(pair[1]);
	if (pid < 0 || read(pair[0], &byte, 1) != 1 ||
	    write_map(pid, "uid_map") || write_map(pid, "gid_map") ||
	    write(pair[0], "", 1) != 1)
		status = -2;
	(void)close(pair[0]);
	if (pid > 0 && waitpid(pid, &status, 0) != pid)
		return -1;
	return status == 0 ? 0 : -1;
}
