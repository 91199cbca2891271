// SPDX-License-Identifier: GPL-2.0-only
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/monitor.h"

/* The one object of the process; too large for a stack. */
static struct core core_state;
static volatile sig_atomic_t is_asked_to_stop;

struct peer *clo_monitor_peer(struct core *core, enum clo_role role)
{
	for (size_t i = 0; i < CLO_PEERS_MAX; i++) {
		if (core->peers[i].fd >= 0 && core->peers[i].role == role)
			return &core->peers[i];
	}
	return NULL;
}

/*
 * Start a role; its socket comes first, then @fds.  NULL if there is no room:
 * the caller says to whom that matters.
 */
struct peer *clo_monitor_spawn(struct core *core, enum clo_role role,
			       const int *fds, size_t fd_count,
			       const char *arg1, const char *arg2)
{
	int all[CLO_FDS_MAX];
	struct clo_spawn spawn = { .role = role,
				   .account = core->boot.account,
				   .args = { arg1, arg2 },
				   .fds = all,
				   .fd_count = fd_count + 1 };
	const int room = 1 << 20;
	struct peer *peer = NULL;
	int pair[2];
	int r;

	for (size_t i = 0; i < CLO_PEERS_MAX && !peer; i++) {
		if (core->peers[i].fd < 0)
			peer = &core->peers[i];
	}
	if (!peer || fd_count + 1 > CLO_FDS_MAX ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return NULL;
	/* Less room than asked for is no error: a full queue is one later. */
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	all[0] = pair[1];
	for (size_t i = 0; i < fd_count; i++)
		all[i + 1] = fds[i];
	r = clo_role_spawn(&spawn, &peer->pid);
	(void)close(pair[1]);
	if (r) {
		(void)close(pair[0]);
		return NULL;
	}
	peer->role = role;
	peer->fd = pair[0];
	peer->number = ++core->next_number;
	peer->object = 0;
	return peer;
}

/* Start again what must always run, but not faster than makes sense. */
static void respawn(struct core *core, enum clo_role role)
{
	int64_t now = clo_now_ms();

	if (now - core->respawn_ms > CLO_RESPAWN_MS) {
		core->respawn_ms = now;
		core->respawn_count = 0;
	}
	if (++core->respawn_count > CLO_RESPAWN_MAX) {
		clo_monitor_say(core,
				"role '%s' ended %u times in a minute; the "
				"Core ends, its cages stay",
				clo_role_name(role), core->respawn_count - 1);
		core->exit_status = 1;
		is_asked_to_stop = 1;
		return;
	}
	clo_monitor_say(core, "role '%s' ended; it is started again",
			clo_role_name(role));
	if (clo_monitor_start_role(core, role))
		is_asked_to_stop = 1;
}

void clo_monitor_end_peer(struct core *core, struct peer *peer)
{
	enum clo_role role = peer->role;
	uint64_t object = peer->object;

	if (peer->fd < 0)
		return;
	(void)close(peer->fd);
	peer->fd = -1;
	if (role == CLO_RUN_config) {
		struct cage *cage = clo_monitor_cage_numbered(core, object);

		if (cage)
			clo_monitor_conf_lost(core, cage);
	} else if (role == CLO_RUN_session) {
		clo_monitor_session_lost(core, object);
	} else if (core->phase == WHEN_STOP) {
		return;
	} else if (role == CLO_RUN_launch) {
		/* It is older than our filter: only a new Core makes one. */
		clo_monitor_say(core, "role 'launch' ended; the Core ends and "
				      "is to be started again, its cages stay");
		core->exit_status = 1;
		is_asked_to_stop = 1;
	} else {
		(void)kill(peer->pid, SIGKILL); /* it may only have hung up */
		respawn(core, role);
	}
}

int clo_monitor_order(struct core *core, enum clo_role role, uint32_t type,
		      uint64_t tag, const void *body, size_t size)
{
	struct peer *peer = clo_monitor_peer(core, role);
	int r;

	if (!peer)
		return -ESRCH;
	r = clo_message_send(peer->fd, type, tag, body, size, NULL, 0);
	/* Without its lines the log is silent: the loop starts another one. */
	if (r == -EAGAIN && role == CLO_RUN_report) {
		clo_monitor_say(core, "role 'report' takes no orders (%s)",
				strerror(-r));
		(void)shutdown(peer->fd, SHUT_RDWR);
	}
	return r;
}

/* Tell a client something; one that has gone is told nothing. */
void clo_monitor_answer(struct core *core, const struct client *client,
			uint32_t type, const void *body, size_t size)
{
	struct peer *peer = clo_monitor_peer(core, CLO_RUN_control);

	if (!client->control || !peer || peer->number != client->control)
		return;
	if (clo_message_send(peer->fd, type, client->tag, body, size, NULL, 0))
		(void)shutdown(peer->fd, SHUT_RDWR); /* the loop restarts it */
}

void clo_monitor_done(struct core *core, struct client *client, int status,
		      uint32_t rule, const char *format, ...)
{
	struct clo_wire_done done = { .status = status, .rule = rule };
	va_list args;

	va_start(args, format);
	(void)vsnprintf(done.text, sizeof(done.text), format, args);
	va_end(args);
	clo_monitor_answer(core, client, CLO_WIRE_DONE, &done, sizeof(done));
	client->control = 0;
}

/*
 * A stopped role would hold up what it does without anybody's knowing: it is
 * ended, and started again like one that ended by itself.  Of launch, which
 * only another Core replaces, it is undone.
 */
static void refuse_stop(struct core *core, pid_t pid, const char *name,
			int signal)
{
	bool is_launch = !strcmp(name, clo_role_name(CLO_RUN_launch));

	clo_monitor_say(core, "ALERT: %s: pid %d: was stopped by signal %d; %s",
			name, pid, signal, is_launch ? "goes on" : "ended");
	(void)kill(pid, is_launch ? SIGCONT : SIGKILL);
}

/* Bury the children; say how one ended if that was not by itself. */
static void reap(struct core *core)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		const char *name = "role";

		for (size_t i = 0; i < CLO_PEERS_MAX; i++) {
			if (core->peers[i].pid == pid)
				name = clo_role_name(core->peers[i].role);
		}
		if (core->phase == WHEN_STOP)
			continue;
		if (WIFSTOPPED(status))
			refuse_stop(core, pid, name, WSTOPSIG(status));
		else if (WIFSIGNALED(status))
			clo_monitor_say(core, "%s: pid %d: killed by signal %d",
					name, pid, WTERMSIG(status));
		else if (WEXITSTATUS(status))
			clo_monitor_say(core, "%s: pid %d: ended with %d", name,
					pid, WEXITSTATUS(status));
	}
}

/* Read everything that a role has sent; a role that breaks a rule is ended. */
static void serve_peer(struct core *core, struct peer *peer)
{
	static union clo_message_body body;
	uint64_t number = peer->number;
	struct clo_message head;
	int fds[CLO_MESSAGE_FDS];
	int r;

	do {
		r = clo_message_receive(peer->fd, &head, &body, sizeof(body),
					fds);
		if (!r)
			r = clo_monitor_request(core, peer, &head, &body, fds);
		for (int i = 0; i < CLO_MESSAGE_FDS; i++)
			clo_fd_cleanup(&fds[i]);
	} while (!r && peer->fd >= 0 && peer->number == number);
	if (!r || r == -EAGAIN || peer->number != number)
		return;
	if (r != -EPIPE && r != -ECONNRESET)
		clo_monitor_say(
			core,
			"monitor: peer '%s' broke the protocol (request "
			"%u: %s); ended",
			clo_role_name(peer->role), head.type, strerror(-r));
	clo_monitor_end_peer(core, peer);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return b && b < a ? b : a;
}

/* Wait for anything: the only place where the monitor does. */
static void wait_and_serve(struct core *core)
{
	static struct pollfd polls[CLO_PEERS_MAX + CLO_CAGES_MAX];
	int64_t now = clo_now_ms();
	int64_t until = earlier(now + 1000, core->canary_ms);
	struct timespec t = { 0 };
	sigset_t none;

	for (size_t i = 0; i < CLO_PEERS_MAX; i++)
		polls[i] = (struct pollfd){ .fd = core->peers[i].fd,
					    .events = POLLIN };
	for (size_t i = 0; i < CLO_CAGES_MAX; i++) {
		const struct cage *cage = &core->cages[i];
		bool is_watched = cage->step == STEP_UP ||
				  cage->step == STEP_TERM ||
				  cage->step == STEP_KILLING;

		polls[CLO_PEERS_MAX + i] =
			(struct pollfd){ .fd = is_watched ? cage->pidfd : -1,
					 .events = POLLIN };
		until = earlier(earlier(until, cage->deadline_ms),
				cage->again_ms);
	}
	if (until > now)
		t = (struct timespec){ .tv_sec = (until - now) / 1000,
				       .tv_nsec =
					       (until - now) % 1000 * 1000000 };
	(void)sigemptyset(&none);
	if (ppoll(polls, CLO_ARRAY_SIZE(polls), &t, &none) > 0) {
		for (size_t i = 0; i < CLO_PEERS_MAX; i++) {
			if (polls[i].revents && core->peers[i].fd >= 0 &&
			    core->peers[i].fd == polls[i].fd)
				serve_peer(core, &core->peers[i]);
		}
		for (size_t i = 0; i < CLO_CAGES_MAX; i++) {
			if (polls[CLO_PEERS_MAX + i].revents &&
			    core->cages[i].pidfd == polls[CLO_PEERS_MAX + i].fd)
				clo_monitor_init_gone(core, &core->cages[i]);
		}
	}
	reap(core);
}

/* End the roles: they end at the end of their socket; the cages stay. */
static void stop(struct core *core)
{
	int64_t until = clo_now_ms() + CLO_STOP_MS;
	const struct timespec pause = { .tv_nsec = 10000000 };
	pid_t r = 0;

	clo_monitor_say(core, "stops; the cages stay as they are");
	core->phase = WHEN_STOP;
	for (size_t i = 0; i < CLO_PEERS_MAX; i++) {
		if (core->peers[i].fd >= 0)
			(void)close(core->peers[i].fd);
		core->peers[i].fd = -1;
	}
	while (clo_now_ms() < until && r >= 0) {
		r = waitpid(-1, NULL, WNOHANG);
		if (r == 0)
			(void)ppoll(NULL, 0, &pause, NULL);
	}
	/* What is left ends with us: each role is bound to its parent. */
}

static void asked_to_stop(int signal)
{
	(void)signal;
	is_asked_to_stop = 1;
}

/*
 * Why these three: a role becomes its own user (SETUID, SETGID); a cage's init
 * belongs to another user (KILL).  Everything else is the launch role's.
 */
#define KEPT (UINT64_C(1) << 5 | UINT64_C(1) << 6 | UINT64_C(1) << 7)

int clo_run_monitor(int argc, char **argv)
{
	static const char ready[] = "READY=1";
	struct core *core = &core_state;
	struct clo_err err = { 0 };
	int r;

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < CLO_PEERS_MAX; i++)
		core->peers[i].fd = -1;
	for (size_t i = 0; i < CLO_CAGES_MAX; i++)
		core->cages[i].pidfd = -1;
	r = clo_monitor_open(core, CLO_FD_PEER, &err);
	if (!r)
		r = clo_role_catch(asked_to_stop);
	if (!r)
		r = clo_role_reduce(KEPT);
	if (clo_role_lock_memory())
		clo_monitor_say(core,
				"memory may be swapped out (%s); see "
				"'cloison doctor'",
				strerror(errno));
	if (!r)
		r = clo_role_filter(CLO_RUN_monitor);
	if (r) {
		clo_monitor_say(core, "monitor: cannot start: %s",
				err.text[0] ? err.text : strerror(-r));
		return clo_start_status(r);
	}
	core->phase = WHEN_RUN;
	clo_monitor_recover(core);
	clo_monitor_canary(core);
	if (core->boot.notify_fd >= 0)
		(void)send(core->boot.notify_fd, ready, sizeof(ready) - 1,
			   MSG_DONTWAIT | MSG_NOSIGNAL);
	clo_monitor_say(core, "ready%s%s",
			core->boot.is_guarded ? "" : "; without guard: ",
			core->boot.reason);
	while (!is_asked_to_stop && core->phase == WHEN_RUN) {
		int64_t now = clo_now_ms();

		for (size_t i = 0; i < CLO_CAGES_MAX; i++)
			clo_monitor_cage_tick(core, &core->cages[i], now);
		if (core->canary_ms && now >= core->canary_ms)
			clo_monitor_canary(core);
		wait_and_serve(core);
	}
	stop(core);
	return core->exit_status;
}
