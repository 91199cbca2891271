// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control role: speaks with the command.  It has no privilege; what it
 * passes on, with the connection itself, is judged again by the monitor.  A
 * client that does not read, or asks out of turn, is ended; none waits for
 * another.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "core/bounds.h"
#include "core/message.h"
#include "core/role.h"
#include "core/say.h"
#include "core/seats.h"

enum { LISTEN_FD = CLO_FD_FIRST, ACCEPT_PAUSE_MS = 500 };

enum turn {
	TURN_HELLO, /* the client has said nothing yet */
	TURN_ASK, /* it may ask something */
	TURN_QUEUE, /* it asks for the state, when the one before has it */
	TURN_WAIT, /* the monitor has not answered all of it */
	TURN_ENTER, /* what it sends next is for its session: not read here */
};

struct client {
	int fd; /* -1: free */
	enum turn turn;
	uid_t uid;
	uint64_t tag; /* never reused by this process */
	int64_t idle_until_ms;
};

static struct client clients[CLO_CLIENTS_MAX];
static uint64_t next_tag;
static int64_t accept_again_ms; /* no connection is taken before */
/*
 * Whose question for the state the monitor answers: many messages each, so one
 * at a time.  The answers to all at once would not fit between us.
 */
static uint64_t status_tag;

static void end_client(struct client *client)
{
	clo_fd_cleanup(&client->fd);
	client->fd = -1;
}

/* Send a message of the wire; a client that has no room for it is ended. */
static void tell(struct client *client, uint32_t type, const void *body,
		 size_t size)
{
	struct clo_wire_header head = { .version = CLO_WIRE_VERSION,
					.type = type,
					.size = (uint32_t)size };
	struct iovec iov[2] = { { .iov_base = &head,
				  .iov_len = sizeof(head) } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	memcpy(&iov[1].iov_base, &body, sizeof(body)); /* sendmsg only reads */
	iov[1].iov_len = size;
	if (client->fd >= 0 &&
	    sendmsg(client->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		end_client(client);
}

static void refuse(struct client *client, int status, const char *text)
{
	struct clo_wire_done done = { .status = status };

	(void)snprintf(done.text, sizeof(done.text), "%s", text);
	tell(client, CLO_WIRE_DONE, &done, sizeof(done));
}

static const struct clo_seat_bounds seat_bounds = {
	CLO_CLIENTS_MAX, CLO_CLIENTS_ROOT, CLO_CLIENTS_USER_MAX, CLO_CLIENTS_MAX
};

/* A seat for a new connection, or why there is none. */
static enum clo_seat find_seat(uid_t uid, struct client **ret_client)
{
	struct clo_seats taken = { 0 };

	for (size_t i = 0; i < CLO_CLIENTS_MAX; i++) {
		if (clients[i].fd < 0)
			*ret_client = &clients[i];
		else
			clo_seat_count(&taken, clients[i].uid, uid);
	}
	return clo_seat_judge(&taken, &seat_bounds, uid);
}

static void accept_client(void)
{
	const struct clo_wire_hello hello = { .abi = CLO_ABI };
	struct client none = { .fd = -1 };
	struct client *client = NULL;
	struct ucred cred;
	socklen_t size = sizeof(cred);
	enum clo_seat seat;
	char why[160], text[256];

	none.fd = accept4(LISTEN_FD, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (none.fd < 0) {
		/* It has gone already, or files are short: then it waits. */
		if (errno != EAGAIN && errno != ECONNABORTED)
			accept_again_ms = clo_now_ms() + ACCEPT_PAUSE_MS;
		return;
	}
	if (getsockopt(none.fd, SOL_SOCKET, SO_PEERCRED, &cred, &size)) {
		end_client(&none);
		return;
	}
	seat = find_seat(cred.uid, &client);
	if (seat != CLO_SEAT_FREE || !client) {
		clo_seat_tell(seat, &seat_bounds, "connections", why,
			      sizeof(why));
		(void)snprintf(text, sizeof(text),
			       "cloisond: %s; close one and try again", why);
		tell(&none, CLO_WIRE_HELLO, &hello, sizeof(hello));
		refuse(&none, 1, text);
		end_client(&none);
		return;
	}
	client->fd = none.fd;
	client->turn = TURN_HELLO;
	client->uid = cred.uid;
	client->tag = ++next_tag;
	client->idle_until_ms = clo_now_ms() + CLO_CLIENT_IDLE_MS;
	tell(client, CLO_WIRE_HELLO, &hello, sizeof(hello));
}

/* What the wire asks for, as a request to the monitor; 0: nothing. */
static uint32_t request_of(uint32_t type)
{
	switch (type) {
	case CLO_WIRE_STATUS:
		return CLO_REQ_STATUS;
	case CLO_WIRE_UP:
		return CLO_REQ_UP;
	case CLO_WIRE_DOWN:
		return CLO_REQ_DOWN;
	case CLO_WIRE_ENTER:
		return CLO_REQ_ENTER;
	case CLO_WIRE_STOP:
		return CLO_REQ_STOP;
	default:
		return 0;
	}
}

static void ask_monitor(struct client *client, uint32_t type, const void *body,
			uint32_t size)
{
	uint32_t request = request_of(type);

	if (request == CLO_REQ_STATUS) {
		client->turn = TURN_QUEUE;
		return;
	}
	if (clo_message_send(CLO_FD_PEER, request, client->tag, body, size,
			     &client->fd, 1)) {
		refuse(client, 1, "cloisond: is busy; try again");
		return;
	}
	client->turn = type == CLO_WIRE_ENTER ? TURN_ENTER : TURN_WAIT;
}

/* The next question for the state; it needs nobody's rights. */
static void ask_status(void)
{
	static size_t last;

	for (size_t i = 1; i <= CLO_CLIENTS_MAX && !status_tag; i++) {
		struct client *client = &clients[(last + i) % CLO_CLIENTS_MAX];

		if (client->fd < 0 || client->turn != TURN_QUEUE)
			continue;
		last = (last + i) % CLO_CLIENTS_MAX;
		/* A monitor that does not read is asked again later. */
		if (clo_message_send(CLO_FD_PEER, CLO_REQ_STATUS, client->tag,
				     NULL, 0, NULL, 0))
			return;
		client->turn = TURN_WAIT;
		status_tag = client->tag;
	}
}

/* One message of a client. */
static void serve_client(struct client *client)
{
	static struct clo_wire_message packet;
	ssize_t n = recv(client->fd, &packet, sizeof(packet), MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		end_client(client);
		return;
	}
	if ((size_t)n > sizeof(packet) ||
	    clo_wire_check(&packet, (size_t)n, CLO_WIRE_FROM_COMMAND)) {
		refuse(client, 2,
		       "cloisond: a message is malformed; the command and the "
		       "Core differ in version");
		end_client(client);
		return;
	}
	if (client->turn == TURN_HELLO &&
	    packet.header.type == CLO_WIRE_HELLO) {
		client->turn = TURN_ASK;
		return;
	}
	if (client->turn != TURN_ASK || !request_of(packet.header.type)) {
		refuse(client, 2, "cloisond: a message came out of turn");
		end_client(client);
		return;
	}
	ask_monitor(client, packet.header.type, &packet.body,
		    packet.header.size);
}

/* One message of the monitor, for one client. */
static int serve_monitor(void)
{
	static union clo_message_body body;
	struct client *client = NULL;
	struct clo_message head;
	int fds[CLO_MESSAGE_FDS];
	int r = clo_message_receive(CLO_FD_PEER, &head, &body, sizeof(body),
				    fds);

	for (int i = 0; i < CLO_MESSAGE_FDS; i++)
		clo_fd_cleanup(&fds[i]);
	if (r)
		return r;
	if (head.type == CLO_WIRE_DONE && head.tag == status_tag)
		status_tag = 0; /* also if its client has gone meanwhile */
	for (size_t i = 0; i < CLO_CLIENTS_MAX; i++) {
		if (clients[i].fd >= 0 && clients[i].tag == head.tag)
			client = &clients[i];
	}
	if (!client)
		return 0; /* it did not wait */
	if (head.type == CLO_ORDER_TAKEN) {
		end_client(client); /* our copy; the session has its own */
		return 0;
	}
	if (head.type == CLO_WIRE_DONE) {
		client->turn = TURN_ASK;
		client->idle_until_ms = clo_now_ms() + CLO_CLIENT_IDLE_MS;
	}
	tell(client, head.type, &body, head.size);
	return 0;
}

static int wait_and_serve(void)
{
	static struct pollfd polls[2 + CLO_CLIENTS_MAX];
	int64_t now;
	int r = 0;

	polls[0] = (struct pollfd){ .fd = CLO_FD_PEER, .events = POLLIN };
	polls[1] = (struct pollfd){ .fd = clo_now_ms() < accept_again_ms ?
						  -1 :
						  LISTEN_FD,
				    .events = POLLIN };
	for (size_t i = 0; i < CLO_CLIENTS_MAX; i++)
		polls[2 + i] = (struct pollfd){
			.fd = clients[i].turn == TURN_ENTER ? -1 :
							      clients[i].fd,
			.events = clients[i].turn <= TURN_ASK ? POLLIN : 0
		};
	if (poll(polls, CLO_ARRAY_SIZE(polls), 1000) < 0)
		return errno == EINTR ? 0 : -errno;
	while (polls[0].revents && !r)
		r = serve_monitor();
	if (r && r != -EAGAIN)
		return r;
	now = clo_now_ms();
	for (size_t i = 0; i < CLO_CLIENTS_MAX; i++) {
		struct client *client = &clients[i];

		if (client->fd < 0)
			continue;
		if (polls[2 + i].revents && polls[2 + i].fd == client->fd)
			serve_client(client);
		else if (client->turn <= TURN_ASK &&
			 now > client->idle_until_ms)
			end_client(client);
	}
	ask_status();
	if (polls[1].revents)
		accept_client();
	return 0;
}

int clo_run_control(int argc, char **argv)
{
	struct clo_account account;
	int r;

	if (clo_role_account(argc, argv, &account) ||
	    clo_role_drop(CLO_RUN_control, &account))
		return 1;
	for (size_t i = 0; i < CLO_CLIENTS_MAX; i++)
		clients[i].fd = -1;
	do {
		r = wait_and_serve();
	} while (!r);
	return r == -EPIPE ? 0 : 1;
}
