/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the command and the Core say to each other, over the unix socket
 * CLO_CONTROL_SOCKET (SOCK_SEQPACKET): one message a packet, a header and a
 * body of exactly the size that the type has.  No pointer, no string without
 * its final zero, no allocation to read one.
 *
 * A request is answered by any number of PROGRESS, CAGE and CORE messages, then
 * by one DONE.  ENTER differs: after DONE with status 0 the connection carries
 * INPUT, WINDOW (to the Core), OUTPUT and EXIT (to the command).
 */
#ifndef CLO_PROTO_WIRE_H
#define CLO_PROTO_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "model/cage.h"

#define CLO_CONTROL_SOCKET "/run/cloison/control.sock"
#define CLO_EVENT_LOG	   "/var/log/cloison/events.log"
#define CLO_WIRE_VERSION   1u

enum {
	CLO_WIRE_TEXT = 512,
	CLO_WIRE_ARGS = 4096, /* words of a command, each with its zero */
	CLO_WIRE_CHUNK = 8192, /* of a terminal's bytes */
};

/* name, body */
/* clang-format off */
#define CLO_WIRE_TYPES(X)                                                  \
	/* from the command */                                             \
	X(1, HELLO, struct clo_wire_hello)                                 \
	X(2, STATUS, struct clo_wire_empty) /* -> CAGE..., CORE, DONE */   \
	X(3, UP, struct clo_wire_cage)                                     \
	X(4, DOWN, struct clo_wire_cage)                                   \
	X(5, ENTER, struct clo_wire_enter)                                 \
	X(6, STOP, struct clo_wire_stop)                                   \
	X(7, INPUT, struct clo_wire_chunk)                                 \
	X(8, WINDOW, struct clo_wire_window)                               \
	/* from the Core */                                                \
	X(16, DONE, struct clo_wire_done)                                  \
	X(17, PROGRESS, struct clo_wire_text)                              \
	X(18, CAGE, struct clo_wire_state)                                 \
	X(19, OUTPUT, struct clo_wire_chunk)                               \
	X(20, EXIT, struct clo_wire_exit)                                  \
	X(21, CORE, struct clo_wire_core)
/* clang-format on */

struct clo_wire_header {
	uint32_t version; /* CLO_WIRE_VERSION */
	uint32_t type;
	uint32_t size; /* of the body, exactly that of its type */
	uint32_t spare; /* 0 */
};

struct clo_wire_empty {
	uint32_t spare;
};

/* First message of each connection, either way. */
struct clo_wire_hello {
	uint32_t abi; /* of the guard */
	uint32_t spare;
};

struct clo_wire_cage {
	char name[CLO_NAME_MAX + 1];
	uint64_t without; /* UP: protections to leave out, a bit each */
	uint32_t timeout_ms; /* DOWN: between SIGTERM and SIGKILL */
	uint32_t spare;
};

enum clo_session_role {
	CLO_SESSION_USER, /* label's bit USER; the cage's ordinary user */
	CLO_SESSION_ADMIN, /* root of the cage; asked by root only */
	CLO_SESSION_AUDIT, /* label's bit AUDIT */
	CLO_SESSION_COUNT,
};

struct clo_wire_enter {
	char name[CLO_NAME_MAX + 1];
	uint32_t role; /* enum clo_session_role */
	uint32_t is_terminal; /* 0: two pipes instead of a pty */
	uint16_t rows, columns; /* of the terminal */
	uint32_t arg_count; /* [0..CLO_WIRE_WORDS]; 0: the user's shell */
	uint32_t args_size; /* [bytes] used of @args */
	char term[32]; /* TERM, of [A-Za-z0-9.+_-] */
	char args[CLO_WIRE_ARGS];
};

struct clo_wire_stop {
	uint32_t is_abrupt; /* 1: the Core kills itself; cages stay up */
	uint32_t spare;
};

/* INPUT, OUTPUT; size 0: end of file. */
struct clo_wire_chunk {
	uint32_t stream; /* 0: input; 1: output; 2: error output */
	uint32_t size;
	char bytes[CLO_WIRE_CHUNK];
};

struct clo_wire_window {
	uint16_t rows, columns;
};

struct clo_wire_text {
	char text[CLO_WIRE_TEXT];
};

struct clo_wire_done {
	int32_t status; /* exit status of the command: 0, 1, 2, 3 */
	uint32_t rule; /* that refused, or CLO_RULE_ALLOW */
	char text[CLO_WIRE_TEXT]; /* the error, "" if status is 0 */
};

struct clo_wire_exit {
	int32_t status; /* as the shell says it: 128 + signal if killed */
	uint32_t spare;
};

/* One cage, as the Core sees it. */
struct clo_wire_state {
	char name[CLO_NAME_MAX + 1];
	char level[CLO_NAME_MAX + 1];
	uint32_t id;
	uint32_t state; /* enum clo_cage_state */
	uint32_t init_pid; /* on the host */
	uint32_t tasks; /* now */
	uint64_t without; /* protections left out */
	uint64_t memory_bytes, memory_max_bytes; /* max 0: none */
	uint64_t cpu_us; /* used since it is up */
	uint64_t up_ns; /* CLOCK_BOOTTIME when it came up */
	uint64_t denied, suppressed, lost; /* of the guard */
};

/* The Core itself. */
struct clo_wire_core {
	uint32_t is_guarded; /* 0: no guard, or one that refuses nothing */
	uint32_t canary_ms; /* since the guard was last seen to refuse */
};

#define X(id, name, body) CLO_WIRE_##name = id,
enum clo_wire_type { CLO_WIRE_TYPES(X) };
#undef X

/**
 * clo_wire_body_size() - Size of the body of a message
 * @type: enum clo_wire_type.
 *
 * Return: the size [bytes], or 0 if no message has this type.
 */
static inline uint32_t clo_wire_body_size(uint32_t type)
{
	switch (type) {
#define X(id, name, body)     \
	case CLO_WIRE_##name: \
		return sizeof(body);
		CLO_WIRE_TYPES(X)
#undef X
	default:
		return 0;
	}
}

/* A message as it is sent: header.size bytes of the body follow the header. */
struct clo_wire_message {
	struct clo_wire_header header;
	union {
#define X(id, name, body) body name;
		CLO_WIRE_TYPES(X)
#undef X
	} body;
};

enum clo_wire_side { CLO_WIRE_FROM_COMMAND, CLO_WIRE_FROM_CORE };

/**
 * clo_wire_check() - Check a message that came
 * @message: The packet, not trusted at all; not NULL.
 * @size: Size of the packet [bytes].
 * @side: Who sent it.
 *
 * Looks at the version, the type (one that this side sends), the size (exactly
 * that of the type), and at each field: strings have their end, names are such
 * as a cage may have, numbers are in their range, spare fields and the bytes
 * behind a string's or a list's end are 0, what one type of message leaves
 * unused is 0 (@without of DOWN, @timeout_ms of UP).
 *
 * Context: pure; the control role on every packet, the command on each answer.
 *
 * Return: 0, or
 *   -EPROTO	another version: the two programs do not go together;
 *   -EBADMSG	anything else: the connection is ended.
 */
int clo_wire_check(const struct clo_wire_message *message, size_t size,
		   enum clo_wire_side side) clo_must_check;

/**
 * clo_wire_size() - Size of a message of a type
 * @type: enum clo_wire_type.
 *
 * Return: header and body [bytes], or 0 if no message has this type.
 */
size_t clo_wire_size(uint32_t type);

/**
 * clo_wire_begin() - Start a message: its header, and a body of zeros
 * @message: Set.
 * @type: enum clo_wire_type.
 *
 * Return: size of the message [bytes].
 */
size_t clo_wire_begin(struct clo_wire_message *message,
		      enum clo_wire_type type);

/**
 * clo_wire_put_args() - Put the words of a command into a message
 * @enter: Its args, args_size and arg_count are set.
 * @argv: The words; ends with NULL; none: the user's shell.
 *
 * Return: 0, or -E2BIG if they are too long, -EINVAL if the first is empty.
 */
int clo_wire_put_args(struct clo_wire_enter *enter,
		      char *const *argv) clo_must_check;

enum { CLO_WIRE_WORDS = 256 }; /* words of a command */

/**
 * clo_wire_get_args() - Take the words of a command out of a message
 * @enter: A checked message; keeps the words.
 * @argv: Set to the words and a final NULL: CLO_WIRE_WORDS + 1 pointers.
 *
 * Return: how many words there are.
 */
uint32_t clo_wire_get_args(const struct clo_wire_enter *enter,
			   const char **argv);

#endif
