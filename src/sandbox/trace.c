// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The listener: a filter that stops some calls, and the loop that lets them
 * go on.
 */
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sandbox/trace-call.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv)
#define ARCH AUDIT_ARCH_RISCV64
#endif

/* Of kernels newer than the headers. */
#define NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define NOTIF_SYNC	1ULL
#define NOTIF_KILLABLE	(1UL << 5)
#define NOTIF_SIZE	1024 /* of what the kernel hands over, at most */

enum { CODE_MAX = 96 };

/* The filter that stops the calls of the table. */
static int install(void)
{
	const size_t count = clo_trace_call_count();
	struct sock_filter code[CODE_MAX] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	};
	struct sock_fprog program = { .filter = code };
	size_t n = 6;
	long fd;

	for (size_t i = 0; i < count && n + 2 < CODE_MAX; i++)
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K,
			(uint32_t)clo_trace_call_number(i),
			(uint8_t)(count - i), 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_ALLOW);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_USER_NOTIF);
	program.len = (unsigned short)n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		     SECCOMP_FILTER_FLAG_NEW_LISTENER | NOTIF_KILLABLE,
		     &program);
	if (fd < 0 && errno == EINVAL) /* before 5.19 */
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			     SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	return fd < 0 ? -errno : (int)fd;
}

/* Hands the listener over: no call that this needs is stopped. */
static int send_fd(int to, int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	return sendmsg(to, &message, 0) == 1 ? 0 : -errno;
}

static int receive_fd(int from)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != 1 ||
	    message.msg_controllen < sizeof(control.head) ||
	    control.head.cmsg_type != SCM_RIGHTS)
		return -EPIPE;
	memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	return fd;
}

static void become(char **argv, const struct cloison_landlock_policy *policy,
		   int to)
{
	int fd;

	if (policy && cloison_landlock_apply(policy))
		_exit(125);
	fd = install();
	if (fd < 0 || send_fd(to, fd))
		_exit(125);
	clo_fd_cleanup(&fd);
	clo_fd_cleanup(&to);
	(void)execvp(argv[0], argv);
	_exit(errno == ENOENT ? 127 : 126);
}

/* One call: read it, tell it, let it go on. */
static void answer(int listener, clo_trace_seen *seen, void *data)
{
	_Alignas(8) static char room[NOTIF_SIZE];
	struct seccomp_notif *request = (struct seccomp_notif *)(void *)room;
	struct seccomp_notif_resp response = { 0 };

	memset(room, 0, sizeof(room));
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, request))
		return; /* the caller is gone, or a signal came */
	clo_trace_call((pid_t)request->pid, &request->data, seen, data);
	response.id = request->id;
	response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	/* Fails if the caller is gone: nobody waits then. */
	(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static int follow(pid_t child, int listener, clo_trace_seen *seen, void *data,
		  int *ret_status)
{
	for (;;) {
		struct pollfd wait = { .fd = listener, .events = POLLIN };
		int n = poll(&wait, 1, 100);

		if (n > 0 && wait.revents & POLLIN) {
			answer(listener, seen, data);
			continue;
		}
		/* No call waits: is the command still there? */
		if (waitpid(child, ret_status, WNOHANG) == child)
			return 0;
		if (n > 0 && wait.revents & (POLLHUP | POLLERR))
			return waitpid(child, ret_status, 0) == child ? 0 :
									-errno;
	}
}

int clo_trace_run(char **argv, const struct cloison_landlock_policy *policy,
		  clo_trace_seen *seen, void *data, int *ret_status,
		  struct clo_err *err)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	clo_fd int listener = -1, ours = -1, theirs = -1;
	int pair[2], status = 0, r;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return clo_err_set(err, -errno, "learn: %s", strerror(errno));
	ours = pair[0];
	theirs = pair[1];
	child = fork();
	if (child == 0)
		become(argv, policy, theirs);
	if (child < 0)
		return clo_err_set(err, -errno, "learn: %s", strerror(errno));
	clo_fd_cleanup(&theirs);
	theirs = -1;
	listener = receive_fd(ours);
	if (listener < 0) {
		(void)waitpid(child, &status, 0);
		return clo_err_set(
			err, -ENOSYS,
			"learn: this kernel gives no seccomp listener, another one is above, or the sandbox cannot be put on");
	}
	/* A wake-up on the same processor, where the kernel can (6.6). */
	(void)ioctl(listener, NOTIF_SET_FLAGS, NOTIF_SYNC);
	/* The terminal interrupts the command, not who writes the profile. */
	(void)sigaction(SIGINT, &ignore, &before);
	r = follow(child, listener, seen, data, ret_status);
	(void)sigaction(SIGINT, &before, NULL);
	if (r)
		return clo_err_set(err, r, "learn: %s", strerror(-r));
	return 0;
}
