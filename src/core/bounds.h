/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every bound of the Core.  The monitor allocates nothing after its start:
 * what is bounded here is a static array there, and what does not fit is
 * refused with a reason, never a lack of memory.
 */
#ifndef CLO_CORE_BOUNDS_H
#define CLO_CORE_BOUNDS_H

enum {
	CLO_CAGES_MAX = 62, /* labels 2 to 63 */
	CLO_SESSIONS_MAX = 64, /* at a time, in all cages */
	CLO_CLIENTS_MAX = 64, /* connections of the command at a time */
	CLO_CLIENTS_USER_MAX = 8, /* of one user other than root */
	CLO_CLIENTS_OTHER_MAX = 48, /* of all users but root */
	CLO_PEERS_MAX = 3 + CLO_CAGES_MAX + CLO_SESSIONS_MAX, /* roles */

	CLO_CLIENT_IDLE_MS = 10000, /* a client that asks nothing is ended */
	CLO_ENTER_MS = 4000, /* for a session's process to execute */
	CLO_ENTER_CAGE_MAX = 8, /* such processes in one cage at a time */
	CLO_CONF_MS = 10000, /* to read a file of configuration */
	CLO_START_MS = 60000, /* to bring a cage up */
	CLO_STOP_MS = 2000, /* for the roles to end by themselves */
	CLO_DOWN_MAX_MS = 600000, /* between SIGTERM and SIGKILL */
	CLO_FINISH_STEP_MS = 50, /* between two looks at what is left */
	CLO_FINISH_MS = 30000, /* until what is left is an error */
	CLO_CANARY_MS = 60000, /* between two tests that refusals happen */
	CLO_CLAIM_MS = 3000, /* for the tasks of a dead Core to vanish */
	CLO_RESPAWN_MAX = 8, /* restarts of a role in CLO_RESPAWN_MS */
	CLO_RESPAWN_MS = 60000,
	CLO_CONF_FILE_MAX = 65536, /* a file of configuration [bytes] */
	CLO_MONITOR_LINES_MAX = 1500, /* tests/unit/test-core-size.sh */
};

#endif
