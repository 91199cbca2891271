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
	CLO_SESSIONS_USER_MAX = 24, /* of one user other than root */
	CLO_SESSIONS_ROOT = 8, /* of them, kept for root */
	CLO_LEFT_MAX =
		256, /* processes of sessions, some left by their client */
	CLO_LEFT_CAGE_MAX = 64, /* in one cage */
	CLO_LEFT_USER_MAX = 48, /* of one user other than root */
	CLO_LEFT_ROOT = 16, /* of them, kept for root */
	CLO_CLIENTS_MAX = 64, /* connections of the command at a time */
	CLO_CLIENTS_USER_MAX = 8, /* of one user other than root */
	CLO_CLIENTS_ROOT = 16, /* of them, kept for root */
	CLO_FILES_MIN = 1024, /* descriptors of a role: launch needs most */
	CLO_LOCKED_MIN = 8 << 20, /* of a role's memory [bytes]; the kernel's
				   * own default: cages inherit no more */
	CLO_PEERS_MAX = 3 + CLO_CAGES_MAX + CLO_SESSIONS_MAX, /* roles */

	CLO_CLIENT_IDLE_MS = 10000, /* a client that asks nothing is ended */
	CLO_ENTER_MS = 4000, /* for a session's process to execute */
	CLO_DRAIN_MS = 600000, /* for the client to read what a session left */
	CLO_LINGER_MS = 5000, /* for it to hang up then */
	CLO_ENTER_CAGE_MAX = 8, /* such processes in one cage at a time */
	CLO_CONF_MS = 10000, /* to read a file of configuration */
	CLO_START_MS = 60000, /* to bring a cage up */
	CLO_STOP_MS = 2000, /* for the roles to end by themselves */
	CLO_DOWN_MAX_MS = 600000, /* between SIGTERM and SIGKILL */
	CLO_FINISH_STEP_MS = 50, /* between two looks at what is left */
	CLO_FINISH_MS = 30000, /* until what is left is an error */
	CLO_CANARY_MS = 60000, /* between two tests that refusals happen */
	CLO_CANARY_AGAIN_MS = 5000, /* if one could not be made */
	CLO_CANARY_TRIES = 3, /* such ones, then no cage comes up */
	CLO_CLAIM_MS = 3000, /* for the tasks of a dead Core to vanish */
	CLO_RESPAWN_MAX = 8, /* restarts of a role in CLO_RESPAWN_MS */
	CLO_RESPAWN_MS = 60000,
	CLO_CONF_FILE_MAX = 65536, /* a file of configuration [bytes] */
	CLO_MONITOR_LINES_MAX = 1500, /* tests/unit/test-core-size.sh */
};

#endif
