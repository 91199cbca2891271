/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The monitor: the state of the cages, and who may ask what.  It parses no
 * text, allocates nothing after its start, and waits in one place only.
 */
#ifndef CLO_CORE_MONITOR_H
#define CLO_CORE_MONITOR_H

#include <stdbool.h>

#include "core/boot.h"
#include "core/bounds.h"
#include "core/message.h"
#include "core/say.h"

/* Where a request came from; a control role that died takes it with it. */
struct client {
	uint64_t control; /* number of the peer, 0: nobody waits */
	uint64_t tag; /* of the control role */
};

/* A role that runs. */
struct peer {
	enum clo_role role;
	int fd; /* -1: the slot is free */
	pid_t pid;
	uint64_t number; /* never reused */
	uint64_t object; /* cage or session that it works for */
};

enum step {
	STEP_FREE = 0,
	STEP_READING, /* the config role reads the file */
	STEP_STARTING, /* the launch role builds it */
	STEP_UP,
	STEP_TERM, /* its init was asked to end */
	STEP_KILLING, /* every process was killed */
	STEP_FINISHING, /* the launch role gives back what it held */
	STEP_STUCK, /* that failed; `down` tries again */
};

struct cage {
	enum step step;
	uint64_t number; /* never reused; tag of what is asked for it */
	struct clo_running run;
	int pidfd; /* of its init, or -1 */
	int64_t deadline_ms; /* of the step; 0: none */
	int64_t again_ms; /* next look at what is left; 0: none */
	struct client client; /* who waits for the step's end */
	bool is_autostart; /* nobody asked; up only if its file says so */
	struct clo_wire_done failure; /* status 0: none; else told at the end */
};

struct session {
	uint64_t number; /* 0: free */
	uint64_t cage;
	int connection_fd; /* until its role has it, else -1 */
	int pidfd; /* of its process, or -1 */
	uint64_t peer; /* its role, 0: not started; the place is its as well */
	uint32_t uid; /* who asked, on the host */
	struct client client;
};

/* When a request may come: bits of the table. */
enum phase {
	WHEN_RUN = 1 << 0,
	WHEN_STOP = 1 << 1,
};

struct core {
	enum phase phase;
	int exit_status;
	struct clo_boot boot;
	int listen_fd, records_fd, log_dir_fd, log_fd;
	int events_fd, counts_fd, labels_fd; /* of the guard, or -1 */
	int state_fd, run_fd;
	uint64_t next_number;
	int64_t canary_ms, canary_seen_ms, respawn_ms;
	unsigned int canary_unknown; /* tests in a row that told nothing */
	unsigned int respawn_count;
	struct peer peers[CLO_PEERS_MAX];
	struct cage cages[CLO_CAGES_MAX];
	struct session sessions[CLO_SESSIONS_MAX];
};

/* monitor.c */
#define clo_monitor_say(core, ...) clo_say((core)->boot.syslog_fd, __VA_ARGS__)
struct peer *clo_monitor_peer(struct core *core, enum clo_role role);
struct peer *clo_monitor_spawn(struct core *core, enum clo_role role,
			       const int *fds, size_t fd_count,
			       const char *arg1, const char *arg2);
void clo_monitor_end_peer(struct core *core, struct peer *peer);
int clo_monitor_order(struct core *core, enum clo_role role, uint32_t type,
		      uint64_t tag, const void *body, size_t size);
void clo_monitor_answer(struct core *core, const struct client *client,
			uint32_t type, const void *body, size_t size);
void clo_monitor_done(struct core *core, struct client *client, int status,
		      uint32_t rule, const char *format, ...) clo_printf(5, 6);

/* monitor-request.c */
int clo_monitor_request(struct core *core, struct peer *peer,
			const struct clo_message *head, const void *body,
			int fds[CLO_MESSAGE_FDS]);

/* monitor-cage.c */
struct cage *clo_monitor_cage_named(struct core *core, const char *name);
struct cage *clo_monitor_cage_numbered(struct core *core, uint64_t number);
void clo_monitor_up(struct core *core, const struct clo_wire_cage *asked,
		    struct client *client, bool is_autostart);
void clo_monitor_conf_read(struct core *core, struct cage *cage,
			   const struct clo_conf_answer *answer);
void clo_monitor_conf_lost(struct core *core, struct cage *cage);
void clo_monitor_started(struct core *core, struct cage *cage,
			 const struct clo_launch_answer *answer, int *pidfd);
void clo_monitor_down(struct core *core, struct cage *cage,
		      const struct clo_wire_cage *asked, struct client *client);
void clo_monitor_take_down(struct core *core, struct cage *cage);
void clo_monitor_init_gone(struct core *core, struct cage *cage);
void clo_monitor_finished(struct core *core, struct cage *cage,
			  const struct clo_launch_answer *answer);
void clo_monitor_cage_tick(struct core *core, struct cage *cage, int64_t now);
void clo_monitor_tell_name(struct core *core, const struct cage *cage,
			   bool is_gone);

/* monitor-session.c */
void clo_monitor_enter(struct core *core, struct cage *cage,
		       const struct clo_wire_enter *enter, int *connection_fd,
		       struct client *client);
void clo_monitor_entered(struct core *core, uint64_t number,
			 const struct clo_launch_answer *answer,
			 int fds[CLO_MESSAGE_FDS]);
void clo_monitor_exited(struct core *core, uint64_t number, int32_t status);
void clo_monitor_session_lost(struct core *core, uint64_t number);

/* monitor-record.c */
int clo_monitor_record(struct core *core, struct cage *cage, uint32_t phase);
void clo_monitor_forget(struct core *core, const struct cage *cage);
void clo_monitor_recover(struct core *core);

/* monitor-status.c */
void clo_monitor_status(struct core *core, const struct client *client);

/* prepare.c */
int clo_monitor_open(struct core *core, int boot_fd, struct clo_err *err);

/* monitor-role.c */
int clo_monitor_start_role(struct core *core, enum clo_role role);
int clo_monitor_log_open(struct core *core);
void clo_monitor_canary(struct core *core);

#endif
