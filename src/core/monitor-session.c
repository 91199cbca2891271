// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: the launch role starts the process, a session role relays its
 * bytes, the monitor hands the descriptors from one to the other and reads none
 * of them.
 */
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "core/asker.h"
#include "core/monitor.h"
#include "core/seats.h"

static const struct clo_seat_bounds seat_bounds = { CLO_SESSIONS_MAX,
						    CLO_SESSIONS_ROOT,
						    CLO_SESSIONS_USER_MAX,
						    CLO_SESSIONS_MAX };

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

/*
 * A place for one more session of who is at the other end, or why there is
 * none.  A session that has ended keeps its place until its relay has gone.
 */
static int find_place(struct core *core, int connection_fd,
		      struct session **ret_session, uint32_t *ret_uid,
		      char *why, size_t size)
{
	struct clo_seats taken = { 0 };
	enum clo_seat seat;
	uint32_t uid;

	if (clo_asker(connection_fd, CLO_CONTROL_SOCKET, &uid)) {
		(void)snprintf(why, size, "who asks is not known");
		return -EPERM;
	}
	for (size_t i = 0; i < CLO_SESSIONS_MAX; i++) {
		if (core->sessions[i].number)
			clo_seat_count(&taken, core->sessions[i].uid, uid);
	}
	seat = clo_seat_judge(&taken, &seat_bounds, uid);
	clo_seat_tell(seat, &seat_bounds, "sessions", why, size);
	*ret_session = find(core, 0);
	*ret_uid = uid;
	return seat == CLO_SEAT_FREE && *ret_session ? 0 : -EAGAIN;
}

void clo_monitor_enter(struct core *core, struct cage *cage,
		       const struct clo_wire_enter *enter, int *connection_fd,
		       struct client *client)
{
	static struct clo_enter_order order;
	struct session *session = NULL;
	char why[160];
	uint32_t uid = 0;
	int r;

	if (cage->step != STEP_UP) {
		clo_monitor_done(core, client, 1, CLO_RULE_ALLOW,
				 "cage '%s': is on its way up or down",
				 cage->run.conf.name);
		return;
	}
	/* What starts in it would keep the Core's label: the guard refuses. */
	if (core->boot.is_guarded &&
	    (cage->run.without & UINT64_C(1) << CLO_PROTECT_guard)) {
		clo_monitor_done(core, client, 1, CLO_RULE_ALLOW,
				 "cage '%s': came up without the guard, which "
				 "is in force now; take it down and up again",
				 cage->run.conf.name);
		return;
	}
	if (find_place(core, *connection_fd, &session, &uid, why,
		       sizeof(why))) {
		clo_monitor_done(core, client, 1, CLO_RULE_ALLOW,
				 "cage '%s': %s; leave one and try again",
				 cage->run.conf.name, why);
		return;
	}
	order.run = cage->run;
	order.enter = *enter;
	order.role_bits = enter->role == CLO_SESSION_USER  ? CLO_ROLE_USER :
			  enter->role == CLO_SESSION_AUDIT ? CLO_ROLE_AUDIT :
							     0;
	order.uid = enter->role == CLO_SESSION_ADMIN ? 0 : cage->run.conf.uid;
	order.asking_uid = uid;
	session->uid = uid;
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
		if (r) /* nobody would hear of it */
			(void)syscall(SYS_pidfd_send_signal, session->pidfd,
				      SIGKILL, NULL, 0);
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
	clo_fd_cleanup(&session->pidfd);
	session->pidfd = -1;
	if (!session->peer)
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
