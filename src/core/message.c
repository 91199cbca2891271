// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "core/message.h"

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int) * CLO_MESSAGE_FDS)];
};

int clo_message_send(int fd, uint32_t type, uint64_t tag, const void *body,
		     size_t size, const int *fds, size_t fd_count)
{
	struct clo_message head = { .type = type,
				    .size = (uint32_t)size,
				    .tag = tag };
	struct iovec iov[2] = { { .iov_base = &head,
				  .iov_len = sizeof(head) } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	union control control = { 0 };

	if (fd_count > CLO_MESSAGE_FDS)
		return -EINVAL;
	memcpy(&iov[1].iov_base, &body, sizeof(body)); /* sendmsg only reads */
	iov[1].iov_len = size;
	if (fd_count) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
		memcpy(CMSG_DATA(&control.head), fds, sizeof(int) * fd_count);
	}
	if (sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -errno;
	return 0;
}

static void take_fds(struct msghdr *msg, int ret_fds[CLO_MESSAGE_FDS])
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	size_t size;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len < CMSG_LEN(0))
		return;
	size = c->cmsg_len - CMSG_LEN(0);
	if (size <= sizeof(int) * CLO_MESSAGE_FDS)
		memcpy(ret_fds, CMSG_DATA(c), size);
}

int clo_message_receive(int fd, struct clo_message *ret_head, void *body,
			size_t room, int ret_fds[CLO_MESSAGE_FDS])
{
	struct iovec iov[2] = {
		{ .iov_base = ret_head, .iov_len = sizeof(*ret_head) },
		{ .iov_base = body, .iov_len = room },
	};
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = iov,
			      .msg_iovlen = 2,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control.bytes) };
	ssize_t n;

	for (int i = 0; i < CLO_MESSAGE_FDS; i++)
		ret_fds[i] = -1;
	n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return -errno;
	if (n == 0)
		return -EPIPE;
	take_fds(&msg, ret_fds);
	if ((size_t)n < sizeof(*ret_head) || (msg.msg_flags & MSG_TRUNC) ||
	    (msg.msg_flags & MSG_CTRUNC) ||
	    ret_head->size != (size_t)n - sizeof(*ret_head))
		return -EBADMSG;
	return 0;
}
