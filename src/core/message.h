/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the roles of the Core say to each other, over socket pairs
 * (SOCK_SEQPACKET): one message a packet, a header and a body of exactly the
 * size that the receiver's table has.  The same binary is at both ends.
 */
#ifndef CLO_CORE_MESSAGE_H
#define CLO_CORE_MESSAGE_H

#include "base/base.h"
#include "core/guard.h"
#include "core/launch.h"
#include "model/core.h"
#include "proto/wire.h"

struct clo_message {
	uint32_t type;
	uint32_t size; /* of the body */
	uint64_t tag; /* names what is asked for; comes back in the answer */
};

/* To the monitor; who may send which, and when, is in request.c. */
enum clo_request {
	CLO_REQ_STATUS = 1,
	CLO_REQ_UP, /* with the connection */
	CLO_REQ_DOWN, /* with the connection */
	CLO_REQ_ENTER, /* with the connection */
	CLO_REQ_STOP, /* with the connection */
	CLO_REQ_ROTATE,
	CLO_REQ_CONF,
	CLO_REQ_STARTED, /* with the init's pidfd */
	CLO_REQ_ENTERED, /* with the descriptors of the session */
	CLO_REQ_KILLED,
	CLO_REQ_FINISHED,
	CLO_REQ_EXITED,
	CLO_REQ_COUNT,
};

/* From the monitor. */
enum clo_order {
	/* to control: type of the wire, and: */
	CLO_ORDER_TAKEN = 64, /* the connection is the session's from now on */
	/* to launch */
	CLO_ORDER_START,
	CLO_ORDER_ENTER,
	CLO_ORDER_KILL,
	CLO_ORDER_FINISH,
	/* to report */
	CLO_ORDER_NAME,
	CLO_ORDER_LINE,
	CLO_ORDER_LOG, /* with the new file */
	/* to session */
	CLO_ORDER_EXIT,
};

struct clo_conf_answer {
	int32_t code; /* 0, or -errno and @text */
	uint32_t is_core; /* 1: @core, else @cage */
	struct clo_cage_conf cage;
	struct clo_core_conf core;
	char text[512];
};

struct clo_launch_answer {
	int32_t code;
	int32_t init_pid;
	uint64_t init_start;
	uint64_t up_ns;
	uint32_t namespaces[CLO_NAMESPACES]; /* of its own: clo_left_note() */
	uint32_t has_master; /* ENTERED: one descriptor, else three */
	uint32_t spare;
	char text[512];
};

struct clo_enter_order {
	struct clo_running run;
	struct clo_wire_enter enter;
	uint32_t role_bits;
	uint32_t uid; /* inside the cage */
	uint32_t asking_uid; /* who asked, on the host */
	uint32_t spare;
};

struct clo_exit_notice {
	int32_t status; /* as the shell says it */
	uint32_t spare;
};

struct clo_name_order {
	uint32_t cage;
	char name[CLO_NAME_MAX + 1]; /* "": the number is free */
};

struct clo_line_order {
	char what[96]; /* that the Core did */
	char cage[CLO_NAME_MAX + 1];
};

union clo_message_body {
	struct clo_wire_cage cage;
	struct clo_wire_enter enter;
	struct clo_wire_stop stop;
	struct clo_wire_done done;
	struct clo_wire_text text;
	struct clo_wire_state state;
	struct clo_wire_core core;
	struct clo_conf_answer conf;
	struct clo_launch_answer launch;
	struct clo_enter_order enter_order;
	struct clo_running run;
	struct clo_exit_notice exit;
	struct clo_name_order name;
	struct clo_line_order line;
};

enum { CLO_MESSAGE_FDS = 4 };

/**
 * clo_message_send() - Send a message, whole, without waiting
 * @fd: The socket; borrowed.
 * @type: enum clo_request, enum clo_order or enum clo_wire_type.
 * @tag: What it answers, or 0.
 * @body: @size bytes, or NULL.
 * @size: How many [bytes].
 * @fds: Descriptors that go with it; borrowed.
 * @fd_count: How many [0..CLO_MESSAGE_FDS].
 *
 * Context: any role; allocates nothing.
 *
 * Return: 0, -EAGAIN if the peer does not read, -EPIPE if it has gone, -errno.
 */
int clo_message_send(int fd, uint32_t type, uint64_t tag, const void *body,
		     size_t size, const int *fds,
		     size_t fd_count) clo_must_check;

/**
 * clo_message_receive() - Receive one message without waiting
 * @fd: The socket; borrowed.
 * @ret_head: Its header.
 * @body: Where the body goes.
 * @room: Room there [bytes].
 * @ret_fds: CLO_MESSAGE_FDS descriptors, -1 where there is none; owned by the
 *	caller, also when this fails.
 *
 * Context: any role; allocates nothing.
 *
 * Return: 0, -EAGAIN if there is none, -EPIPE at the end, -EBADMSG if its size
 * is not what its header says, -errno.
 */
int clo_message_receive(int fd, struct clo_message *ret_head, void *body,
			size_t room,
			int ret_fds[CLO_MESSAGE_FDS]) clo_must_check;

#endif
