// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a cage tries on tasks, sockets, files and the kernel.
 */
#include <fcntl.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "guard-actor.h"
#include "guard-live.h"

/* One attempt of cage A, and what the log must say of it. */
struct deed {
	const char *text;
	clo_act act;
	long arg;
	bool is_root;
	unsigned int hook, rule; /* rule ALLOW: it must work */
};

static void try(const struct deed *deed)
{
	int r;

	events_forget();
	r = cage_do(CAGE_A, deed->is_root, deed->act, deed->arg);
	if (deed->rule == CLO_RULE_ALLOW)
		live_ok(r == 0, deed->text, r);
	else
		live_ok(r != 0 && r < 200 &&
				events_have(deed->hook, deed->rule),
			deed->text, r);
}

static int result(long r)
{
	return r < 0 ? errno : 0;
}

static int act_seize(long pid)
{
	return result(ptrace(PTRACE_SEIZE, (pid_t)pid, NULL, NULL));
}

static int act_affinity(long pid)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return result(sched_setaffinity((pid_t)pid, sizeof(set), &set));
}

static int act_nice(long pid)
{
	return result(setpriority(PRIO_PROCESS, (id_t)pid, 5));
}

static int act_getpgid(long pid)
{
	return result(getpgid((pid_t)pid));
}

static int act_limit(long pid)
{
	struct rlimit limit = { 0, 0 };

	return result(prlimit((pid_t)pid, RLIMIT_CORE, &limit, NULL));
}

/* Raising one's own limit asks for a capability with a lock held. */
static int act_raise(long arg)
{
	struct rlimit low = { 10, 10 }, high = { 20, 20 };

	(void)arg;
	if (setrlimit(RLIMIT_NOFILE, &low))
		return 201;
	return result(setrlimit(RLIMIT_NOFILE, &high));
}

static int act_status(long pid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%ld/status", pid);
	return result(open(path, O_RDONLY | O_CLOEXEC));
}

static void set_number(const char *path, const char *number)
{
	clo_fd int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, number, strlen(number)) < 0)
		printf("# '%s' is left as it is: %s\n", path, strerror(errno));
}

void test_tasks(void)
{
	const struct deed deeds[] = {
		{ "a cage does not signal the Core", act_kill, live_core, true,
		  CLO_HOOK_task_kill, CLO_RULE_TO_CORE },
		{ "a cage does not signal the host", act_kill, 1, true,
		  CLO_HOOK_task_kill, CLO_RULE_TO_UNLABELLED },
		{ "a cage does not trace another", act_seize, live_b, true,
		  CLO_HOOK_ptrace_access_check, CLO_RULE_OTHER_CAGE },
		{ "a cage does not place another's tasks", act_affinity, live_b,
		  true, CLO_HOOK_task_setscheduler, CLO_RULE_OTHER_CAGE },
		{ "a cage does not renice another's tasks", act_nice, live_b,
		  true, CLO_HOOK_task_setnice, CLO_RULE_OTHER_CAGE },
		{ "a cage does not look at another's groups", act_getpgid,
		  live_b, true, CLO_HOOK_task_getpgid, CLO_RULE_OTHER_CAGE },
		{ "a cage does not limit another's tasks", act_limit, live_b,
		  true, CLO_HOOK_task_prlimit, CLO_RULE_TO_UNLABELLED },
		{ "a refusal with the task's own lock held is told", act_raise,
		  0, true, CLO_HOOK_capable, CLO_RULE_CAP_CEILING },
		{ "a cage does not read /proc of another", act_status, live_b,
		  true, CLO_HOOK_file_open, CLO_RULE_OTHER_CAGE },
		{ "a cage does not read /proc of the host", act_status, 1, true,
		  CLO_HOOK_file_open, CLO_RULE_TO_UNLABELLED },
		{ "a cage does not read /proc of the Core", act_status,
		  live_core, true, CLO_HOOK_file_open, CLO_RULE_TO_CORE },
		{ "a cage reads /proc of its own", act_status, live_a, true, 0,
		  CLO_RULE_ALLOW },
		{ "a cage looks at its own", act_getpgid, live_a, true, 0,
		  CLO_RULE_ALLOW },
	};
	int r;

	/* Else these refuse first, and the guard is not even asked. */
	set_number("/proc/sys/kernel/yama/ptrace_scope", "0");
	set_number("/proc/sys/kernel/perf_event_paranoid", "1");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(deeds); i++)
		try(&deeds[i]);
	events_forget();
	r = host_do(act_seize, live_b);
	live_ok(r == EPERM && events_have(CLO_HOOK_ptrace_access_check,
					  CLO_RULE_INTO_CAGE),
		"the host does not trace into a cage", r);
	r = host_do(act_kill, live_b);
	live_ok(r == 0, "the host may signal a cage", r);
}

/* An abstract name, so that only the guard is in the way. */
static socklen_t name_of(struct sockaddr_un *address, long which)
{
	int size;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	size = snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1,
			"guard-live-%ld", which);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   (size_t)size);
}

/* A stream that listens and, by the next number, a datagram socket. */
static int act_listen(long which)
{
	struct sockaddr_un address;
	socklen_t size = name_of(&address, which);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) ||
	    listen(fd, 8))
		return errno;
	size = name_of(&address, which + 1);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size))
		return errno;
	return 0;
}

static int act_connect(long which)
{
	struct sockaddr_un address;
	socklen_t size = name_of(&address, which);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return 201;
	return result(connect(fd, (struct sockaddr *)&address, size));
}

static int act_send(long which)
{
	struct sockaddr_un address;
	socklen_t size = name_of(&address, which);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return 201;
	return result(sendto(fd, "x", 1, 0, (struct sockaddr *)&address, size));
}

static int send_fd(int sock, int fd)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 'x';
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return sendmsg(sock, &message, 0) == 1 ? 0 : errno;
}

/* 0 if a descriptor arrives. */
static int act_receive(long sock)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 }, byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };

	if (recvmsg((int)sock, &message, MSG_CMSG_CLOEXEC) != 1)
		return 202;
	return CMSG_FIRSTHDR(&message) && CMSG_FIRSTHDR(&message)->cmsg_len ==
						  CMSG_LEN(sizeof(int)) ?
		       0 :
		       EPERM;
}

#define FILE_HOST "/tmp/guard-live-host"
#define FILE_A	  "/tmp/guard-live-a"
#define FILE_B	  "/tmp/guard-live-b"

static int make_file(const char *path, uid_t uid)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0 || fchown(fd, uid, uid) || fchmod(fd, 0666))
		return -1;
	(void)close(fd);
	return 0;
}

static const char *const paths[] = { FILE_HOST, FILE_A, FILE_B };
enum { HOST, A, B };

static int act_read(long which)
{
	return result(open(paths[which], O_RDONLY | O_CLOEXEC));
}

static int act_write(long which)
{
	return result(open(paths[which], O_RDWR | O_CLOEXEC));
}

static int act_flock(long which)
{
	return result(flock(open(paths[which], O_RDONLY | O_CLOEXEC), LOCK_SH));
}

static int act_watch(long which)
{
	return result(inotify_add_watch(inotify_init1(IN_CLOEXEC), paths[which],
					IN_ACCESS));
}

static int act_chmod(long which)
{
	return result(chmod(paths[which], 0600));
}

static int act_setuid_file(long which)
{
	return result(chmod(paths[which], 04755));
}

static int act_xattr(long which)
{
	return result(
		syscall(SYS_setxattr, paths[which], "security.clo", "x", 1, 0));
}

static int act_shm(long id)
{
	return shmat((int)id, NULL, 0) == (void *)-1 ? errno : 0;
}

static void test_fds(void)
{
	int pair[2], fd = open(FILE_HOST, O_RDONLY | O_CLOEXEC), r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) || fd < 0)
		return live_ok(false, "a pair of sockets", errno);
	events_forget();
	(void)send_fd(pair[0], fd);
	r = cage_do(CAGE_A, false, act_receive, pair[1]);
	live_ok(r == EPERM &&
			events_have(CLO_HOOK_file_receive, CLO_RULE_FOREIGN_FD),
		"a descriptor opened outside does not enter a cage", r);
	(void)send_fd(pair[0], fd);
	(void)host_do(act_send, 13); /* leaves the pair alone */
	r = act_receive(pair[1]);
	live_ok(r == 0, "the Core passes descriptors to itself", r);
}

void test_objects(void)
{
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
	const struct deed deeds[] = {
		{ "a cage connects to its own", act_connect, 20, true, 0,
		  CLO_RULE_ALLOW },
		{ "a cage sends to its own", act_send, 21, true, 0,
		  CLO_RULE_ALLOW },
		{ "a cage does not connect to another", act_connect, 30, true,
		  CLO_HOOK_unix_stream_connect, CLO_RULE_OTHER_CAGE },
		{ "a cage does not send to another", act_send, 31, true,
		  CLO_HOOK_unix_may_send, CLO_RULE_OTHER_CAGE },
		{ "a cage does not connect to the Core", act_connect, 10, true,
		  CLO_HOOK_unix_stream_connect, CLO_RULE_TO_CORE },
		{ "a cage reads a file of the system", act_read, HOST, false, 0,
		  CLO_RULE_ALLOW },
		{ "a cage writes its own file", act_write, A, false, 0,
		  CLO_RULE_ALLOW },
		{ "a cage locks its own file", act_flock, A, false, 0,
		  CLO_RULE_ALLOW },
		{ "a cage does not write a file of the system", act_write, HOST,
		  false, CLO_HOOK_file_open, CLO_RULE_FOREIGN_FILE },
		{ "a cage does not read a file of another", act_read, B, false,
		  CLO_HOOK_file_open, CLO_RULE_FOREIGN_FILE },
		{ "a cage does not lock a shared file", act_flock, HOST, false,
		  CLO_HOOK_file_lock, CLO_RULE_SHARED_LOCK },
		{ "a cage does not watch a shared file", act_watch, HOST, false,
		  CLO_HOOK_path_notify, CLO_RULE_SHARED_WATCH },
		{ "a cage does not change a shared file's mode", act_chmod,
		  HOST, false, CLO_HOOK_inode_setattr, CLO_RULE_FOREIGN_FILE },
		{ "a cage changes its own file's mode", act_chmod, A, false, 0,
		  CLO_RULE_ALLOW },
		{ "a cage makes no set-user-ID file", act_setuid_file, A, false,
		  CLO_HOOK_inode_setattr, CLO_RULE_SETID },
		{ "a cage sets no security attribute", act_xattr, A, false,
		  CLO_HOOK_cap_capable, CLO_RULE_CAP_CEILING },
		{ "a cage attaches no memory of the host", act_shm, id, false,
		  CLO_HOOK_ipc_permission, CLO_RULE_TO_UNLABELLED },
	};
	pid_t a = victim_start(CAGE_A, act_listen, 20);
	pid_t b = victim_start(CAGE_B, act_listen, 30);

	live_ok(a > 0 && b > 0 && act_listen(10) == 0 &&
			!make_file(FILE_HOST, 0) &&
			!make_file(FILE_A, clo_label_uid(CAGE_A)) &&
			!make_file(FILE_B, clo_label_uid(CAGE_B)) && id >= 0,
		"there are sockets, files and memory to try", errno);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(deeds); i++)
		try(&deeds[i]);
	events_forget();
	live_ok(host_do(act_connect, 30) &&
			events_have(CLO_HOOK_unix_stream_connect,
				    CLO_RULE_INTO_CAGE),
		"the host does not connect into a cage", 0);
	test_fds();
	(void)shmctl(id, IPC_RMID, NULL);
	(void)kill(a, SIGKILL);
	(void)kill(b, SIGKILL);
	(void)waitpid(a, NULL, 0);
	(void)waitpid(b, NULL, 0);
}

static int act_socket(long what)
{
	return result(socket((int)(what >> 16),
			     (int)(what & 0xffff) | SOCK_CLOEXEC, 0));
}

static int act_mptcp(long arg)
{
	(void)arg;
	return result(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 262));
}

static int act_netlink(long protocol)
{
	return result(
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, (int)protocol));
}

static int act_bpf(long arg)
{
	char attr[128] = { 0 };

	(void)arg;
	return result(syscall(SYS_bpf, 0, attr, sizeof(attr)));
}

static int act_perf(long arg)
{
	struct perf_event_attr attr = { .size = sizeof(attr),
					.type = PERF_TYPE_SOFTWARE,
					.exclude_kernel = 1 };

	(void)arg;
	return result(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

static int act_uring(long arg)
{
	char params[256] = { 0 };

	(void)arg;
	return result(syscall(SYS_io_uring_setup, 1, params));
}

static int act_userns(long arg)
{
	(void)arg;
	return result(unshare(CLONE_NEWUSER));
}

static int act_userfault(long arg)
{
	(void)arg;
	return result(
		syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY));
}

static int act_key(long arg)
{
	(void)arg;
	return result(syscall(SYS_add_key, "user", "x", "y", 1, -2));
}

static int act_mount(long arg)
{
	(void)arg;
	return result(mount("none", "/tmp", "tmpfs", 0, NULL));
}

static int act_prctl(long arg)
{
	(void)arg;
	return result(prctl(PR_SET_MM, PR_SET_MM_BRK, 0, 0, 0));
}

static int act_tiocsti(long arg)
{
	int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)arg;
	return fd < 0 ? 203 : result(ioctl(fd, TIOCSTI, "x"));
}

static int act_open_read(long path)
{
	return result(open((const char *)path, O_RDONLY | O_CLOEXEC));
}

static int act_open_write(long path)
{
	return result(open((const char *)path, O_WRONLY | O_CLOEXEC));
}

static int act_hostname(long arg)
{
	(void)arg;
	return result(sethostname("x", 1));
}

void test_kernel(void)
{
	const struct deed deeds[] = {
		{ "a cage makes no packet socket", act_socket, 17L << 16 | 3,
		  true, CLO_HOOK_socket_create, CLO_RULE_SOCKET_FAMILY },
		{ "a cage makes no raw socket", act_socket, 2L << 16 | 3, true,
		  CLO_HOOK_socket_create, CLO_RULE_SOCKET_RAW },
		{ "a cage makes no MPTCP socket", act_mptcp, 0, true,
		  CLO_HOOK_socket_create, CLO_RULE_SOCKET_FAMILY },
		{ "a cage makes an internet socket", act_socket, 2L << 16 | 1,
		  true, 0, CLO_RULE_ALLOW },
		{ "a cage talks to no audit", act_netlink, 9, true,
		  CLO_HOOK_socket_create, CLO_RULE_NETLINK },
		{ "a cage does not use bpf(2)", act_bpf, 0, true, CLO_HOOK_bpf,
		  CLO_RULE_BPF },
		{ "a cage does not use perf events", act_perf, 0, true,
		  CLO_HOOK_perf_event_open, CLO_RULE_PERF },
		{ "a cage makes no io_uring", act_uring, 0, true,
		  live_has_uring ? CLO_HOOK_uring_allowed :
				   CLO_HOOK_inode_init_security_anon,
		  CLO_RULE_IO_URING },
		{ "a cage makes no user namespace", act_userns, 0, true,
		  CLO_HOOK_userns_create, CLO_RULE_USERNS },
		{ "a cage does not use userfaultfd", act_userfault, 0, true,
		  CLO_HOOK_inode_init_security_anon, CLO_RULE_USERFAULTFD },
		{ "a cage adds no key", act_key, 0, true, CLO_HOOK_key_alloc,
		  CLO_RULE_KEYRING },
		{ "a cage mounts nothing", act_mount, 0, true,
		  CLO_HOOK_sb_mount, CLO_RULE_MOUNT },
		{ "a cage does not forge its memory map", act_prctl, 0, true,
		  CLO_HOOK_task_prctl, CLO_RULE_PRCTL },
		{ "a cage puts no words into a terminal", act_tiocsti, 0, true,
		  CLO_HOOK_file_ioctl, CLO_RULE_IOCTL },
		{ "a cage does not read kallsyms", act_open_read,
		  (long)"/proc/kallsyms", true, CLO_HOOK_file_open,
		  CLO_RULE_KERNEL_INFO },
		{ "a cage reads meminfo", act_open_read, (long)"/proc/meminfo",
		  true, 0, CLO_RULE_ALLOW },
		{ "a cage writes no sysctl", act_open_write,
		  (long)"/proc/sys/kernel/core_pattern", true,
		  CLO_HOOK_file_open, CLO_RULE_KERNEL_SETTING },
		{ "a cage does not open a device", act_open_read,
		  (long)"/dev/mem", true, CLO_HOOK_file_open, CLO_RULE_DEVICE },
		{ "a cage opens /dev/null", act_open_write, (long)"/dev/null",
		  true, 0, CLO_RULE_ALLOW },
		{ "root in a cage is bounded by the ceiling", act_hostname, 0,
		  true, CLO_HOOK_capable, CLO_RULE_CAP_CEILING },
		{ "what the kernel refuses first is told too", act_hostname, 0,
		  false, CLO_HOOK_cap_capable, CLO_RULE_CAP_CEILING },
	};

	for (size_t i = 0; i < CLO_ARRAY_SIZE(deeds); i++)
		try(&deeds[i]);
}
