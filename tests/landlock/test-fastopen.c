// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * TCP Fast Open, by which a sending call connects: refused where connections
 * are, by the kernel or by a filter, as the report says.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "child.h"
#include "lib/tap.h"

enum { WAYS = 4 };

static const char *const ways[WAYS] = { "sendto", "sendmsg", "sendmmsg",
					"an option and connect" };
static struct sockaddr_in here = { .sin_family = AF_INET };
static int listener;

/* 0, or the errno of an attempt to reach the listener, by the way @number. */
static int do_send(const char *number)
{
	char byte = 'x';
	struct iovec part = { &byte, 1 };
	struct mmsghdr many = { .msg_hdr = { .msg_name = &here,
					     .msg_namelen = sizeof(here),
					     .msg_iov = &part,
					     .msg_iovlen = 1 } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int flags = MSG_FASTOPEN | MSG_NOSIGNAL, one = 1;
	ssize_t n = -1;

	switch (number[0]) {
	case '0':
		n = sendto(fd, &byte, 1, flags, (struct sockaddr *)&here,
			   sizeof(here));
		break;
	case '1':
		n = sendmsg(fd, &many.msg_hdr, flags);
		break;
	case '2':
		n = sendmmsg(fd, &many, 1, flags);
		break;
	default:
		if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one,
			       sizeof(one)))
			return errno;
		if (!connect(fd, (struct sockaddr *)&here, sizeof(here)))
			n = send(fd, &byte, 1, MSG_NOSIGNAL);
	}
	return n < 0 ? errno : 0;
}

/* As every program: it connects, and sends with flags. */
static int do_connect_and_send(const char *unused)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unused;
	if (connect(fd, (struct sockaddr *)&here, sizeof(here)) ||
	    send(fd, "x", 1, MSG_NOSIGNAL) != 1)
		return errno;
	return 0;
}

static int do_ring(const char *unused)
{
	char parameters[120] = "";
	long fd = syscall(SYS_io_uring_setup, 1, parameters);

	(void)unused;
	return fd < 0 ? errno : 0;
}

/* Did something connect?  Takes it. */
static int arrived(void)
{
	struct pollfd wait = { .fd = listener, .events = POLLIN };
	int fd = poll(&wait, 1, 200) == 1 ? accept(listener, NULL, NULL) : -1;

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static int listen_here(void)
{
	socklen_t size = sizeof(here);

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return bind(listener, (struct sockaddr *)&here, sizeof(here)) ||
	       listen(listener, 16) ||
	       getsockname(listener, (struct sockaddr *)&here, &size);
}

/* Connections are handled; allowed to the listener or nowhere. */
static struct cloison_landlock_policy *policy(uint32_t options, int is_allowed)
{
	struct cloison_landlock_policy *p = new_policy();
	uint64_t right = CLOISON_LANDLOCK_NET_CONNECT_TCP;

	if (cloison_landlock_handle(p, CLOISON_LANDLOCK_NET, right) ||
	    cloison_landlock_options(p, options) ||
	    cloison_landlock_allow_port(
		    p, is_allowed ? ntohs(here.sin_port) : 1, right, 0) ||
	    cloison_landlock_resolve(p, NULL)) {
		printf("Bail out! %s\n", cloison_landlock_error(p));
		exit(1);
	}
	return p;
}

static const struct cloison_landlock_item *
connect_item(const struct cloison_landlock_policy *p)
{
	for (size_t i = 0; i < cloison_landlock_item_count(p); i++) {
		const struct cloison_landlock_item *item =
			cloison_landlock_item(p, i);

		if (item->kind == CLOISON_LANDLOCK_NET)
			return item;
	}
	return NULL;
}

static void test_flaw(int is_flawed)
{
	struct cloison_landlock_policy *p = policy(0, 0);
	int r = in_child(p, do_send, "0");

	ok(connect_item(p)->status == (is_flawed ? CLOISON_LANDLOCK_ERRATUM :
						   CLOISON_LANDLOCK_ENFORCED),
	   "without a filter the report says whether the kernel has the flaw");
	ok(is_flawed ? r == 0 && arrived() : r == EACCES && !arrived(),
	   "and so it is: sendto ends with %d", r);
	cloison_landlock_free(p);
}

static void test_closed(int is_flawed)
{
	struct cloison_landlock_policy *p =
		policy(CLOISON_LANDLOCK_SUBSTITUTE, 0);
	char number[2] = "";

	ok(connect_item(p)->status == (is_flawed ?
					       CLOISON_LANDLOCK_SUBSTITUTED :
					       CLOISON_LANDLOCK_ENFORCED),
	   "with one, whether that takes the kernel's place");
	for (int i = 0; i < WAYS; i++) {
		int r;

		number[0] = (char)('0' + i);
		r = in_child(p, do_send, number);
		ok((r == EACCES || r == EOPNOTSUPP) && !arrived(),
		   "%s is refused (%d), and nothing arrives", ways[i], r);
	}
	ok(!is_flawed || in_child(p, do_ring, NULL) == EACCES,
	   "nor is there an io_uring, which sends without these calls");
	cloison_landlock_free(p);
	p = policy(CLOISON_LANDLOCK_SUBSTITUTE, 1);
	ok(in_child(p, do_connect_and_send, NULL) == 0 && arrived(),
	   "where it is allowed, programs connect and send as usual");
	cloison_landlock_free(p);
}

int main(void)
{
	struct cloison_landlock_kernel kernel;
	struct cloison_landlock_policy *p;
	int is_flawed;

	(void)cloison_landlock_probe(&kernel);
	if (kernel.abi <
	    cloison_landlock_since(CLOISON_LANDLOCK_NET,
				   CLOISON_LANDLOCK_NET_CONNECT_TCP)) {
		printf("1..0 # SKIP this kernel's Landlock has no ports\n");
		return 0;
	}
	if (listen_here() || in_child(NULL, do_send, "0") || !arrived()) {
		printf("1..0 # SKIP there is no TCP Fast Open here\n");
		return 0;
	}
	p = policy(0, 0);
	is_flawed = connect_item(p)->erratum == CLOISON_LANDLOCK_FASTOPEN;
	cloison_landlock_free(p);
	printf("# this kernel has %sthe flaw\n", is_flawed ? "" : "not ");
	test_flaw(is_flawed);
	test_closed(is_flawed);
	return tap_end();
}
