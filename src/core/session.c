// SPDX-License-Identifier: GPL-2.0-only
/*
 * The session role: relays one session's bytes between the command and the
 * cage, so that no terminal and no descriptor crosses.  What a cage writes is
 * passed on as it is, escape sequences included: the command's terminal is the
 * one that interprets them, as with ssh(1).
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#include "core/message.h"
#include "core/role.h"

enum {
	CONNECTION_FD = CLO_FD_FIRST,
	INPUT_FD, /* or the terminal's master */
	OUTPUT_FD,
	ERROR_FD,
};
enum {
	QUIET_MS = 200, /* after the end, what others still write */
	LINGER_MS = 2000, /* for the command to read the end and hang up */
};

struct relay {
	bool is_terminal;
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
	ssize_t n = send(CONNECTION_FD, &relay->out,
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
	chunk->stream = 1 + (uint32_t)i;
	chunk->size = (uint32_t)n;
	return send_out(relay);
}

static void end_input(struct relay *relay)
{
	if (!relay->is_terminal)
		(void)close(INPUT_FD);
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
	} else if (!chunk->size && !relay->is_terminal) {
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
	ssize_t n = recv(CONNECTION_FD, &relay->in, sizeof(relay->in),
			 MSG_DONTWAIT | MSG_TRUNC);

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
	if (relay->is_terminal)
		(void)ioctl(INPUT_FD, TIOCSWINSZ, &size);
	return 0;
}

static int read_monitor(struct relay *relay)
{
	struct clo_exit_notice notice;
	struct clo_message head;
	int fds[CLO_MESSAGE_FDS];
	int r = clo_message_receive(CLO_FD_PEER, &head, &notice, sizeof(notice),
				    fds);

	for (int i = 0; i < CLO_MESSAGE_FDS; i++)
		clo_fd_cleanup(&fds[i]);
	if (r || head.type != CLO_ORDER_EXIT || head.size != sizeof(notice))
		return r == -EAGAIN ? 0 : -EPIPE;
	relay->has_ended = true;
	relay->status = notice.status;
	return 0;
}

/* Wait and relay; 1 once the session has ended and all of it was sent. */
static int step(struct relay *relay)
{
	bool has_in = relay->in_at < relay->in_size;
	bool is_drained = relay->output_fds[0] < 0 && relay->output_fds[1] < 0;
	struct pollfd polls[] = {
		{ .fd = relay->has_ended ? -1 : CLO_FD_PEER, .events = POLLIN },
		{ .fd = CONNECTION_FD,
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
	r = poll(polls, CLO_ARRAY_SIZE(polls),
		 relay->has_ended && !relay->has_out ? QUIET_MS : -1);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	if (r == 0)
		return 1;
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

/*
 * A socket that is closed with something unread resets the other end, and what
 * that has not read yet is lost: the status, if the command's last input
 * crossed with it.  The command hangs up when it has read the status.
 */
static void linger(struct relay *relay)
{
	struct pollfd hung_up = { .fd = CONNECTION_FD, .events = POLLIN };

	while (poll(&hung_up, 1, LINGER_MS) > 0 &&
	       recv(CONNECTION_FD, &relay->in, sizeof(relay->in),
		    MSG_DONTWAIT) > 0)
		;
}

static int set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 ? -errno : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int clo_run_session(int argc, char **argv)
{
	static struct relay relay;
	struct clo_account account;
	int r;

	if (clo_role_account(argc, argv, &account) || argc < 5 ||
	    clo_role_drop(CLO_RUN_session, &account))
		return 1;
	relay.is_terminal = !strcmp(argv[4], "terminal");
	relay.input_fd = INPUT_FD;
	relay.output_fds[0] = relay.is_terminal ? INPUT_FD : OUTPUT_FD;
	relay.output_fds[1] = relay.is_terminal ? -1 : ERROR_FD;
	/* The cage holds the other ends: it must not make a read wait. */
	if (set_nonblocking(INPUT_FD) ||
	    (!relay.is_terminal &&
	     (set_nonblocking(OUTPUT_FD) || set_nonblocking(ERROR_FD))))
		return 1;
	(void)clo_wire_begin(&relay.out, CLO_WIRE_DONE);
	r = send_out(&relay);
	while (!r)
		r = step(&relay);
	if (r < 0) /* the command has gone: closing all hangs the session up */
		return r == -EPIPE || r == -ECONNRESET ? 0 : 1;
	(void)clo_wire_begin(&relay.out, CLO_WIRE_EXIT);
	relay.out.body.EXIT.status = relay.status;
	if (send_out(&relay))
		return 1;
	linger(&relay);
	return 0;
}
