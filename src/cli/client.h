/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command's side of the control socket (src/proto/wire.h).  Answers are
 * checked before anybody looks at them: a Core that breaks the protocol is an
 * error, never a strange line on the terminal.
 */
#ifndef CLO_CLI_CLIENT_H
#define CLO_CLI_CLIENT_H

#include "cli/cli.h"
#include "proto/wire.h"

/* CLO_CONTROL_SOCKET, or what CLOISON_SOCKET says. */
const char *clo_client_path(void);

/**
 * clo_client_open() - Connect to the Core
 * @timeout_ms: How long to wait for each answer [ms]; 0: for ever.
 * @ret_fd: The connection; owned by the caller.
 * @err: Says what to do.
 *
 * Return: CLO_EXIT_DONE, CLO_EXIT_NO_CORE, CLO_EXIT_REFUSED.
 */
int clo_client_open(uint32_t timeout_ms, int *ret_fd, struct clo_err *err);

/**
 * clo_client_send() - Send one message
 * @fd: The connection; borrowed.
 * @type: enum clo_wire_type.
 * @body: Body, of the size that the type has.
 *
 * Return: 0, or -errno; -EAGAIN if the connection takes no more now.
 */
int clo_client_send(int fd, uint32_t type, const void *body);

/**
 * clo_client_receive() - Receive and check one message
 * @fd: The connection; borrowed.
 * @message: Set on success.
 * @err: Says what is wrong with it.
 *
 * Return: 0; -EPIPE if the Core has closed the connection; -EAGAIN; -EBADMSG;
 *   -errno.
 */
int clo_client_receive(int fd, struct clo_wire_message *message,
		       struct clo_err *err);

/* What is done with each message before the last. */
typedef void (*clo_client_each)(const struct clo_wire_message *message,
				void *data);

/**
 * clo_client_ask() - Make a request and wait for its end
 * @fd: The connection; borrowed.
 * @type: enum clo_wire_type.
 * @body: Body of the request.
 * @each: Called for each PROGRESS, CAGE and CORE; may be NULL.
 * @data: Passed to @each.
 * @err: Set unless the Core says it is done.
 *
 * Return: enum clo_exit.
 */
int clo_client_ask(int fd, uint32_t type, const void *body,
		   clo_client_each each, void *data, struct clo_err *err);

/* The Core, and all cages that it knows. */
struct clo_states {
	struct clo_wire_core core;
	uint32_t count;
	struct clo_wire_state cages[CLO_CAGE_COUNT];
};

/**
 * clo_client_states() - Ask the Core for its cages
 * @fd: The connection; borrowed.
 * @states: Set on success.
 * @err: See clo_err_set().
 *
 * Return: enum clo_exit.
 */
int clo_client_states(int fd, struct clo_states *states, struct clo_err *err);

/**
 * clo_client_name() - Read a cage's name from the command line
 * @word: What was written.
 * @name: CLO_NAME_MAX + 1 bytes.
 * @err: Says what a name is.
 *
 * Return: 0, or -EINVAL.
 */
int clo_client_name(const char *word, char *name, struct clo_err *err);

/**
 * clo_client_no_cage() - Say that no cage has this name
 * @states: Cages that exist.
 * @name: The name.
 * @err: Set, with the name that is near.
 *
 * Return: CLO_EXIT_REFUSED.
 */
int clo_client_no_cage(const struct clo_states *states, const char *name,
		       struct clo_err *err);

#endif
