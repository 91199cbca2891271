// SPDX-License-Identifier: GPL-2.0-only
/*
 * The session role: relays one session's bytes between the command and the
 * cage, so that no terminal and no descriptor crosses (relay.h).
 */
#include <fcntl.h>
#include <string.h>

#include "core/bounds.h"
#include "core/relay.h"
#include "core/role.h"

enum {
	CONNECTION_FD = CLO_FD_FIRST,
	INPUT_FD, /* or the terminal's master */
	OUTPUT_FD,
	ERROR_FD,
};

static int set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 ? -errno : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int clo_run_session(int argc, char **argv)
{
	struct clo_relay relay = { .peer_fd = CLO_FD_PEER,
				   .connection_fd = CONNECTION_FD,
				   .input_fd = INPUT_FD,
				   .output_fds = { OUTPUT_FD, ERROR_FD },
				   .drain_ms = CLO_DRAIN_MS,
				   .linger_ms = CLO_LINGER_MS };
	struct clo_account account;
	int r;

	if (clo_role_account(argc, argv, &account) || argc < 5 ||
	    clo_role_drop(CLO_RUN_session, &account))
		return 1;
	relay.is_terminal = !strcmp(argv[4], "terminal");
	if (relay.is_terminal) {
		relay.output_fds[0] = INPUT_FD;
		relay.output_fds[1] = -1;
	}
	/* The cage holds the other ends: it must not make a read wait. */
	if (set_nonblocking(INPUT_FD) ||
	    (!relay.is_terminal &&
	     (set_nonblocking(OUTPUT_FD) || set_nonblocking(ERROR_FD))))
		return 1;
	r = clo_relay_run(&relay);
	return r && r != -EPIPE && r != -ECONNRESET && r != -ETIMEDOUT;
}
