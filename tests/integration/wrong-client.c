/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A client that breaks the rules of the wire, before a session and in one.
 *
 * usage: wrong-client SOCKET CASE CAGE
 *
 * Says in one line what became of it: "done STATUS TEXT" if it was answered,
 * "closed" if the connection was ended, "open" if nothing came for five
 * seconds, "kept" or "dropped" of a descriptor that it sent along.  A session
 * that it enters runs "sleep 7713".
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bpf/abi.h"
#include "proto/wire.h"

enum { WAIT_MS = 5000, ENTER_MS = 60000 };

static struct clo_wire_message out, in;
static int fd;

static int dial(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	return 0;
}

static void put(size_t size)
{
	/* The other end may have hung up already: what is read tells. */
	(void)send(fd, &out, size, MSG_NOSIGNAL);
}

/* A packet with one byte more than any message has. */
static void put_too_much(void)
{
	static char bytes[sizeof(out) + 1];

	(void)clo_wire_begin(&out, CLO_WIRE_INPUT);
	memcpy(bytes, &out, sizeof(out));
	(void)send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL);
}

static void hello(void)
{
	size_t size = clo_wire_begin(&out, CLO_WIRE_HELLO);

	out.body.HELLO.abi = CLO_ABI;
	put(size);
}

/* The next message; 0 at the end of the connection, -1 if none comes. */
static ssize_t get(int within_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, within_ms) <= 0)
		return -1;
	n = recv(fd, &in, sizeof(in), 0);
	return n < 0 ? 0 : n;
}

/* Read until the connection ends or nothing comes; say what was answered. */
static int tell(void)
{
	ssize_t n;

	while ((n = get(WAIT_MS)) > 0) {
		if (in.header.type != CLO_WIRE_DONE)
			continue;
		printf("done %d %s\n", (int)in.body.DONE.status,
		       in.body.DONE.text);
		return 0;
	}
	printf("%s\n", n ? "open" : "closed");
	return 0;
}

static size_t enter(const char *cage, enum clo_session_role role)
{
	static char sleep_name[] = "sleep", time[] = "7713";
	char *argv[] = { sleep_name, time, NULL };
	size_t size = clo_wire_begin(&out, CLO_WIRE_ENTER);

	(void)snprintf(out.body.ENTER.name, sizeof(out.body.ENTER.name), "%s",
		       cage);
	out.body.ENTER.role = role;
	if (clo_wire_put_args(&out.body.ENTER, argv))
		return 0;
	return size;
}

/* Whether the Core goes on holding a descriptor that comes with a message. */
static int tell_descriptor(size_t size)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = &out, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = room,
			      .msg_controllen = sizeof(room) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	struct pollfd p = { .events = POLLIN };
	int ends[2];

	if (pipe(ends))
		return 1;
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &ends[1], sizeof(int));
	if (sendmsg(fd, &msg, MSG_NOSIGNAL) < 0)
		return 1;
	(void)close(ends[1]);
	p.fd = ends[0];
	printf("%s\n", poll(&p, 1, WAIT_MS) > 0 && (p.revents & POLLHUP) ?
			       "dropped" :
			       "kept");
	return 0;
}

static int before_session(const char *what, const char *cage)
{
	size_t size;

	if (!strcmp(what, "no-hello")) {
		put(clo_wire_begin(&out, CLO_WIRE_STATUS));
		return tell();
	}
	hello();
	if (!strcmp(what, "version")) {
		size = clo_wire_begin(&out, CLO_WIRE_STATUS);
		out.header.version++;
		put(size);
	} else if (!strcmp(what, "oversize")) {
		put_too_much();
	} else if (!strcmp(what, "other-side")) {
		put(clo_wire_begin(&out, CLO_WIRE_DONE));
	} else if (!strcmp(what, "early-input")) {
		put(clo_wire_begin(&out, CLO_WIRE_INPUT));
	} else if (!strcmp(what, "admin")) {
		put(enter(cage, CLO_SESSION_ADMIN));
	} else if (!strcmp(what, "audit")) {
		put(enter(cage, CLO_SESSION_AUDIT));
	} else if (!strcmp(what, "descriptor")) {
		return tell_descriptor(clo_wire_begin(&out, CLO_WIRE_STATUS));
	} else {
		return 2;
	}
	return tell();
}

static int in_session(const char *what, const char *cage)
{
	ssize_t n;
	size_t size;

	hello();
	put(enter(cage, CLO_SESSION_USER));
	do
		n = get(ENTER_MS);
	while (n > 0 && in.header.type != CLO_WIRE_DONE);
	if (n <= 0 || in.body.DONE.status) {
		printf("no session: %s\n", n > 0 ? in.body.DONE.text : "ended");
		return 1;
	}
	if (!strcmp(what, "second")) {
		put(enter(cage, CLO_SESSION_USER));
	} else if (!strcmp(what, "up")) {
		size = clo_wire_begin(&out, CLO_WIRE_UP);
		(void)snprintf(out.body.UP.name, sizeof(out.body.UP.name), "%s",
			       cage);
		put(size);
	} else if (!strcmp(what, "oversize")) {
		put_too_much();
	} else if (!strcmp(what, "other-side")) {
		put(clo_wire_begin(&out, CLO_WIRE_EXIT));
	} else if (!strcmp(what, "stream")) {
		size = clo_wire_begin(&out, CLO_WIRE_INPUT);
		out.body.INPUT.stream = 1;
		put(size);
	} else if (!strcmp(what, "descriptor")) {
		size = clo_wire_begin(&out, CLO_WIRE_INPUT);
		out.body.INPUT.size = 1;
		return tell_descriptor(size);
	} else {
		return 2;
	}
	return tell();
}

int main(int argc, char **argv)
{
	static const char prefix[] = "session-";
	int r;

	if (argc != 4)
		return 2;
	r = dial(argv[1]);
	if (r) {
		printf("not connected: %s\n", strerror(-r));
		return 1;
	}
	if (!strncmp(argv[2], prefix, sizeof(prefix) - 1))
		return in_session(argv[2] + sizeof(prefix) - 1, argv[3]);
	return before_session(argv[2], argv[3]);
}
