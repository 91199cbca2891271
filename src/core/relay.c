// SPDX-License-Identifier: GPL-2.0-only
#include "core/relay.h"

#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#include "core/message.h"
#include "core/say.h"

enum { QUIET_MS = 200 }; /* after the end, what others still write */

struct relay {
	const struct clo_relay *what;
	int64_t until_ms; /* once it has ended: all is sent by then; or 0 */
	int64_t quiet_ms; /* then: nobody writes any more if not by then */
	int input_fd; /* -1: at its end */
	int output_fds[2]; /* -1: at their end */
	struct clo_wire_message in; /* from the command, to be written */
	size_t in_at, in_size;
	struct clo_wire_message out; /* to the command, to be sent */
	bool has_out;
	bool has_ended;
	int32_t status;
};

/* Send @relay->out, or keep it until there is room. */
static int send_out(struct relay *relay)
{
	ssize_t n = send(relay->what->connection_fd, &relay->out,
			 clo_wire_size(relay->out.header.type),
			 MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN)
		return -errno;
	relay->has_out = n < 0;
	return 0;
}

/* Read what the cage wrote on stream @i, and send it. */
static int read_output(struct relay *relay, int i)
{
	struct clo_wire_chunk *chunk = &relay->out.body.OUTPUT;
	ssize_t n;

	(void)clo_wire_begin(&relay->out, CLO_WIRE_OUTPUT);
	n = read(relay->output_fds[i], chunk->bytes, sizeof(chunk->bytes));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) { /* EIO: nobody holds the terminal any more */
		relay->output_fds[i] = -1;
		return 0;
	}
	relay->quiet_ms = clo_now_ms() + QUIET_MS;
	chunk->stream = 1 + (uint32_t)i;
	chunk->size = (uint32_t)n;
	return send_out(relay);
}

static void end_input(struct relay *relay)
{
	if (!relay->what->is_terminal)
		(void)close(relay->what->input_fd);
	relay->input_fd = -1;
}

/* Write what the command sent; what does not fit waits. */
static void write_input(struct relay *relay)
{
	ssize_t n = write(relay->input_fd,
			  relay->in.body.INPUT.bytes + relay->in_at,
			  relay->in_size - relay->in_at);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) { /* nobody reads it any more */
		relay->in_at = relay->in_size;
		end_input(relay);
		return;
	}
	relay->in_at += (size_t)n;
}

static void take_input(struct relay *relay)
{
	struct clo_wire_chunk *chunk = &relay->in.body.INPUT;

	relay->in_at = 0;
	relay->in_size = chunk->size;
	if (relay->input_fd < 0) {
		relay->in_size = 0;
	} else if (!chunk->size && !relay->what->is_terminal) {
		end_input(relay);
	} else if (!chunk->size) {
		chunk->bytes[0] = 4; /* end of file, as a terminal says it */
		relay->in_size = 1;
	}
}

/* Read one message of the command. */
static int read_connection(struct relay *relay)
{
	const struct clo_wire_window *window = &relay->in.body.WINDOW;
	struct winsize size = { 0 };
	ssize_t n = recv(relay->what->connection_fd, &relay->in,
			 sizeof(relay->in), MSG_DONTWAIT | MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -EPIPE;
	if ((size_t)n > sizeof(relay->in) ||
	    clo_wire_check(&relay->in, (size_t)n, CLO_WIRE_FROM_COMMAND))
		return -EBADMSG;
	if (relay->in.header.type == CLO_WIRE_INPUT) {
		take_input(relay);
		return 0;
	}
	if (relay->in.header.type != CLO_WIRE_WINDOW)
		return -EBADMSG;
	size.ws_row = window->rows;
	size.ws_col = window->columns;
	/* A session that has ended has no window. */
	if (relay->what->is_terminal)
		(void)ioctl(relay->what->input_fd, TIOCSWINSZ, &size);
	return 0;
}

static int read_monitor(struct relay *relay)
{
	struct clo_exit_notice notice;
	struct clo_message head;
	int fds[CLO_MESSAGE_FDS];
	int r = clo_message_receive(relay->what->peer_fd, &head, &notice,
				    sizeof(notice), fds);

	for (int i = 0; i < CLO_MESSAGE_FDS; i++)
		clo_fd_cleanup(&fds[i]);
	if (r || head.type != CLO_ORDER_EXIT || head.size != sizeof(notice))
		return r == -EAGAIN ? 0 : -EPIPE;
	relay->has_ended = true;
	relay->until_ms = clo_now_ms() + relay->what->drain_ms;
	relay->quiet_ms = clo_now_ms() + QUIET_MS;
	relay->status = notice.status;
	return 0;
}

/*
 * How long to wait at the most, -1: for ever.  What a session left in its pipes
 * is sent at the pace of the client, but not for ever: a client that does not
 * read, or others that go on writing, would keep its place.
 */
static int wait_ms(const struct relay *relay)
{
	int64_t now = clo_now_ms();
	int64_t until = relay->has_out ? relay->until_ms : relay->quiet_ms;

	if (!relay->has_ended)
		return -1;
	return until > now ? (int)(until - now) : 0;
}

/* What is ready, in the order that step() asked for it. */
static int serve(struct relay *relay, const struct pollfd *polls)
{
	int r;

	if (polls[0].revents && (r = read_monitor(relay)) < 0)
		return r;
	if (polls[2].revents)
		write_input(relay);
	if ((polls[1].revents & POLLOUT) && (r = send_out(relay)) < 0)
		return r;
	for (int i = 0; i < 2; i++) {
		if (polls[3 + i].revents && !relay->has_out &&
		    (r = read_output(relay, i)) < 0)
			return r;
	}
	if (polls[1].revents & POLLIN)
		return read_connection(relay);
	return polls[1].revents & (POLLHUP | POLLERR) ? -EPIPE : 0;
}

/* Wait and relay; 1 once the session has ended and all of it was sent. */
static int step(struct relay *relay)
{
	bool has_in = relay->in_at < relay->in_size;
	bool is_drained = relay->output_fds[0] < 0 && relay->output_fds[1] < 0;
	struct pollfd polls[] = {
		{ .fd = relay->has_ended ? -1 : relay->what->peer_fd,
		  .events = POLLIN },
		{ .fd = relay->what->connection_fd,
		  .events = (short)((relay->has_out ? POLLOUT : 0) |
				    (has_in ? 0 : POLLIN)) },
		{ .fd = has_in ? relay->input_fd : -1, .events = POLLOUT },
		{ .fd = relay->has_out ? -1 : relay->output_fds[0],
		  .events = POLLIN },
		{ .fd = relay->has_out ? -1 : relay->output_fds[1],
		  .events = POLLIN },
	};
	int r;

	if (relay->has_ended && is_drained && !relay->has_out)
		return 1;
	if (relay->has_ended && clo_now_ms() >= relay->until_ms)
		return relay->has_out ? -ETIMEDOUT : 1;
	if (relay->has_out) /* silence begins when it is sent */
		relay->quiet_ms = clo_now_ms() + QUIET_MS;
	r = poll(polls, CLO_ARRAY_SIZE(polls), wait_ms(relay));
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	if (relay->has_ended && !relay->has_out && !polls[3].revents &&
	    !polls[4].revents && clo_now_ms() >= relay->quiet_ms)
		return 1;
	return serve(relay, polls);
}

/*
 * A socket that is closed with something unread resets the other end, and what
 * that has not read yet is lost: the status, if the command's last input
 * crossed with it.  The command hangs up when it has read the status; one that
 * goes on writing is not waited for.
 */
static void linger(struct relay *relay)
{
	int fd = relay->what->connection_fd;
	int64_t until = clo_now_ms() + relay->what->linger_ms;
	struct pollfd hung_up = { .fd = fd, .events = POLLIN };

	for (;;) {
		int64_t left = until - clo_now_ms();

		if (left <= 0 || poll(&hung_up, 1, (int)left) <= 0 ||
		    recv(fd, &relay->in, sizeof(relay->in), MSG_DONTWAIT) <= 0)
			return;
	}
}

/* The last word waits for room as all before did. */
static int send_status(struct relay *relay)
{
	struct pollfd room = { .fd = relay->what->connection_fd,
			       .events = POLLOUT };
	int r;

	(void)clo_wire_begin(&relay->out, CLO_WIRE_EXIT);
	relay->out.body.EXIT.status = relay->status;
	r = send_out(relay);
	while (!r && relay->has_out) {
		int64_t left = relay->until_ms - clo_now_ms();

		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&room, 1, (int)left) > 0)
			r = room.revents & POLLOUT ? send_out(relay) : -EPIPE;
	}
	return r;
}

int clo_relay_run(const struct clo_relay *what)
{
	static struct relay relay;
	int r;

	relay = (struct relay){ .what = what,
				.input_fd = what->input_fd,
				.output_fds = { what->output_fds[0],
						what->output_fds[1] } };
	(void)clo_wire_begin(&relay.out, CLO_WIRE_DONE);
	r = send_out(&relay);
	while (!r)
		r = step(&relay);
	if (r < 0) /* closing all hangs the session up */
		return r;
	r = send_status(&relay);
	if (!r)
		linger(&relay);
	return r;
}
