/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bytes of one session, between the command and the cage.  What a cage
 * writes is passed on as it is, escape sequences included: the command's
 * terminal is the one that interprets them, as with ssh(1).
 */
#ifndef CLO_CORE_RELAY_H
#define CLO_CORE_RELAY_H

#include <stdbool.h>

#include "base/base.h"

struct clo_relay {
	bool is_terminal;
	int peer_fd; /* to the monitor, which tells the session's end */
	int connection_fd; /* to the command */
	int input_fd; /* what the session reads, or the terminal's master */
	int output_fds[2]; /* what it writes; the master and -1 */
	int drain_ms; /* from its end on, until all of it was sent */
	int linger_ms; /* for the command to read the status and hang up */
};

/**
 * clo_relay_run() - Relay until the session ends or the command goes
 * @what: Descriptors that do not block, and times; not NULL; borrowed.
 *
 * Context: session role; blocks; not reentrant.
 *
 * Return: 0 once all was sent, the status last; -ETIMEDOUT if the command did
 * not read it in time; -EPIPE or -ECONNRESET if it has gone; -errno.
 */
int clo_relay_run(const struct clo_relay *what) clo_must_check;

#endif
