// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: the launch role starts the process, a session role relays its
 * bytes, the monitor hands the descriptors from one to the other and reads none
 * of them.
 */
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "core/monitor.h"

static struct session *find(struct core *core, uint64_t number)
{
	for (size_t i = 0; i < CLO_SESSIONS_MAX; i++) {
		if (core->sessions[i].number == number)
			return &core->sessions[i];
	}
	return NULL;
}

static void set_free(struct session *session)
{
	clo_fd_cleanup(&session->connection_fd);
	clo_fd_cleanup(&session->pidfd);
	memset(session, 0, sizeof(*session));
}

void clo_monitor_enter(struct core *core, struct cage *cage,
		       const struct clo_wire_enter *enter, int *connection_fd,
		       struct client *client)
{
	static struct clo_enter_order order;
	struct session *session = find(core, 0);
	int r;

	if (cage->step != STEP_UP || !session) {
		clo_monitor_done(core, client, 1, CLO_RULE_ALLOW,
				 session ?
					 "cage '%s': is on its way up or down" :
					 "cage '%s': too many sessions; leave "
					 "one",
				 cage->run.conf.name);
		return;
	}
	order.run = cage->run;
	order.enter = *enter;
	order.role_bits = enter->role == CLO_SESSION_USER  ? CLO_ROLE_USER :
			  enter->role == CLO_SESSION_AUDIT ? CLO_ROLE_AUDIT :
							     0;
	order.uid = enter->role == CLO_SESSION_ADMIN ? 0 : cage->run.conf.uid;
	session->number = ++core->next_number;
	session->cage = cage->number;
	session->connection_fd = clo_take_fd(connection_fd);
	session->pidfd = -1;
	session->client = *client;
	r = clo_monitor_order(core, CLO_RUN_launch, CLO_ORDER_ENTER,
			      session->number, &order, sizeof(order));
	if (r) {
		clo_monitor_done(core, client, 1, CLO_RULE_ALLOW,
				 "cage '%s': cannot be entered now: %s",
				 cage->run.conf.name, strerror(-r));
		set_free(session);
	}
}

/* Give the session's descriptors to a role of its own. */
static int start_relay(struct core *core, struct session *session,
		       const struct clo_launch_answer *answer,
		       int fds[CLO_MESSAGE_FDS])
{
	int given[] = { session->connection_fd, fds[1], fds[2], fds[3] };
	struct peer *peer = clo_monitor_spawn(
		core, CLO_RUN_session, given, CLO_ARRAY_SIZE(given),
		answer->has_master ? "terminal" : "pipes", NULL);

	if (!peer)
		return -EAGAIN;
	peer->object = session->number;
	session->peer = peer->number;
	clo_fd_cleanup(&session->connection_fd);
	session->connection_fd = -1;
	return 0;
}

void clo_monitor_entered(struct core *core, uint64_t number,
			 const struct clo_launch_answer *answer,
			 int fds[CLO_MESSAGE_FDS])
{
	struct session *session = find(core, number);
	int r = answer->code;

	if (!number || !session || session->peer)
		return; /* the descriptors are closed: the session hangs up */
	if (!r) {
		session->pidfd = clo_take_fd(&fds[0]);
		fds[0] = -1;
		r = start_relay(core, session, answer, fds);
	}
	if (r) {
		clo_monitor_done(
			core, &session->client, 1, CLO_RULE_ALLOW, "%.*s",
			answer->code ? (int)sizeof(answer->text) - 1 : 100,
			answer->code ? answer->text :
				       "cloisond: too many sessions");
		set_free(session);
		return;
	}
	clo_monitor_answer(core, &session->client, CLO_ORDER_TAKEN, NULL, 0);
}

void clo_monitor_exited(struct core *core, uint64_t number, int32_t status)
{
	const struct clo_exit_notice notice = { .status = status };
	struct session *session = find(core, number);

	if (!number || !session)
		return;
	for (size_t i = 0; i < CLO_PEERS_MAX; i++) {
		struct peer *peer = &core->peers[i];

		/* A relay that has gone needs no status. */
		if (peer->fd >= 0 && session->peer &&
		    peer->number == session->peer &&
		    clo_message_send(peer->fd, CLO_ORDER_EXIT, 0, &notice,
				     sizeof(notice), NULL, 0))
			break;
	}
	set_free(session);
}

/* The relay has gone: the connection was closed, or the session has ended. */
void clo_monitor_session_lost(struct core *core, uint64_t number)
{
	struct session *session = find(core, number);

	if (!number || !session)
		return;
	/* The terminal hangs up by itself; a session on pipes needs a word. */
	if (session->pidfd >= 0)
		(void)syscall(SYS_pidfd_send_signal, session->pidfd, SIGHUP,
			      NULL, 0);
	set_free(session);
}
