// SPDX-License-Identifier: GPL-2.0-only
/*
 * The request table: what the monitor can be asked, by whom and when.  All of
 * it is checked before a handler sees one byte.
 */
#include <signal.h>
#include <string.h>

#include "core/asker.h"
#include "core/monitor.h"

enum {
	FROM_CONTROL = 1 << CLO_RUN_control,
	FROM_CONFIG = 1 << CLO_RUN_config,
	FROM_LAUNCH = 1 << CLO_RUN_launch,
	FROM_REPORT = 1 << CLO_RUN_report,
};

struct call {
	struct core *core;
	struct peer *peer;
	uint64_t tag;
	const union clo_message_body *body;
	int *fds;
	struct client client;
};

struct request {
	unsigned int from, when;
	size_t size; /* exact size of the body [bytes] */
	int fd_count; /* exact count of descriptors, -1: judged by @answer */
	uint32_t wire; /* a stranger's message, checked again; 0: none */
	const char *root_only; /* what only root asks */
	int (*answer)(struct call *call);
};

/*
 * Ask the kernel who is at the other end of the connection: the control role
 * reads what strangers send, so its word is not taken for it.
 */
static bool refuse_stranger(struct call *call, const char *what)
{
	if (clo_asked_by_root(call->fds[0], CLO_CONTROL_SOCKET))
		return false;
	clo_monitor_done(call->core, &call->client, 1, CLO_RULE_ALLOW,
			 "cloisond: '%s' is asked by root only; use sudo or "
			 "ask the administrator",
			 what);
	return true;
}

static int answer_status(struct call *call)
{
	clo_monitor_status(call->core, &call->client);
	return 0;
}

static int answer_up(struct call *call)
{
	clo_monitor_up(call->core, &call->body->cage, &call->client, false);
	return 0;
}

/* The cage that is named, or the answer that none is. */
static struct cage *find_cage(struct call *call, const char *name)
{
	struct cage *cage = clo_monitor_cage_named(call->core, name);

	if (!cage)
		clo_monitor_done(call->core, &call->client, 1, CLO_RULE_ALLOW,
				 "cage '%s': is not up; see 'cloison ps'",
				 name);
	return cage;
}

static int answer_down(struct call *call)
{
	struct cage *cage = find_cage(call, call->body->cage.name);

	if (cage)
		clo_monitor_down(call->core, cage, &call->body->cage,
				 &call->client);
	return 0;
}

static int answer_enter(struct call *call)
{
	const struct clo_wire_enter *enter = &call->body->enter;
	struct cage *cage;

	if (enter->role != CLO_SESSION_USER &&
	    refuse_stranger(call, "enter with this role"))
		return 0;
	cage = find_cage(call, enter->name);
	if (cage)
		clo_monitor_enter(call->core, cage, enter, &call->fds[0],
				  &call->client);
	return 0;
}

/* Kill everything of ours: what this shows is that nothing depends on us. */
static void end_abruptly(struct core *core)
{
	for (size_t i = 0; i < CLO_PEERS_MAX; i++) {
		if (core->peers[i].fd >= 0)
			(void)kill(core->peers[i].pid, SIGKILL);
	}
	(void)kill(getpid(), SIGKILL);
}

static int answer_stop(struct call *call)
{
	if (call->body->stop.is_abrupt)
		end_abruptly(call->core);
	clo_monitor_done(call->core, &call->client, 0, CLO_RULE_ALLOW, "%s",
			 "");
	call->core->phase = WHEN_STOP;
	return 0;
}

static int answer_rotate(struct call *call)
{
	return clo_monitor_log_open(call->core) ? -EBADMSG : 0;
}

static int answer_conf(struct call *call)
{
	struct cage *cage =
		clo_monitor_cage_numbered(call->core, call->peer->object);

	call->peer->object = 0; /* one answer each */
	if (!cage || cage->step != STEP_READING)
		return -EBADMSG;
	clo_monitor_conf_read(call->core, cage, &call->body->conf);
	return 0;
}

/* The cage that the launch role answers about, if it is in that step. */
static struct cage *asked_cage(struct call *call, enum step step)
{
	struct cage *cage = clo_monitor_cage_numbered(call->core, call->tag);

	return cage && cage->step == step ? cage : NULL;
}

static int answer_started(struct call *call)
{
	struct cage *cage = asked_cage(call, STEP_STARTING);

	if (cage)
		clo_monitor_started(call->core, cage, &call->body->launch,
				    &call->fds[0]);
	return 0;
}

static int answer_entered(struct call *call)
{
	clo_monitor_entered(call->core, call->tag, &call->body->launch,
			    call->fds);
	return 0;
}

static int answer_killed(struct call *call)
{
	struct cage *cage = asked_cage(call, STEP_KILLING);

	if (cage && call->body->launch.code)
		clo_monitor_say(call->core, "cage '%s': cannot kill all: %s",
				cage->run.conf.name, call->body->launch.text);
	return 0;
}

static int answer_finished(struct call *call)
{
	struct cage *cage = asked_cage(call, STEP_FINISHING);

	if (cage)
		clo_monitor_finished(call->core, cage, &call->body->launch);
	return 0;
}

static int answer_exited(struct call *call)
{
	clo_monitor_exited(call->core, call->tag, call->body->exit.status);
	return 0;
}

/* clang-format off */
#define SIZE(member) sizeof(((union clo_message_body *)0)->member)
static const struct request requests[CLO_REQ_COUNT] = {
	[CLO_REQ_STATUS]   = { FROM_CONTROL, WHEN_RUN, 0, 0, 0, NULL, answer_status },
	[CLO_REQ_UP]       = { FROM_CONTROL, WHEN_RUN, SIZE(cage), 1, CLO_WIRE_UP, "up", answer_up },
	[CLO_REQ_DOWN]     = { FROM_CONTROL, WHEN_RUN, SIZE(cage), 1, CLO_WIRE_DOWN, "down", answer_down },
	[CLO_REQ_ENTER]    = { FROM_CONTROL, WHEN_RUN, SIZE(enter), 1, CLO_WIRE_ENTER, NULL, answer_enter },
	[CLO_REQ_STOP]     = { FROM_CONTROL, WHEN_RUN, SIZE(stop), 1, CLO_WIRE_STOP, "stop", answer_stop },
	[CLO_REQ_ROTATE]   = { FROM_REPORT, WHEN_RUN, 0, 0, 0, NULL, answer_rotate },
	[CLO_REQ_CONF]     = { FROM_CONFIG, WHEN_RUN, SIZE(conf), 0, 0, NULL, answer_conf },
	[CLO_REQ_STARTED]  = { FROM_LAUNCH, WHEN_RUN, SIZE(launch), -1, 0, NULL, answer_started },
	[CLO_REQ_ENTERED]  = { FROM_LAUNCH, WHEN_RUN, SIZE(launch), -1, 0, NULL, answer_entered },
	[CLO_REQ_KILLED]   = { FROM_LAUNCH, WHEN_RUN, SIZE(launch), 0, 0, NULL, answer_killed },
	[CLO_REQ_FINISHED] = { FROM_LAUNCH, WHEN_RUN, SIZE(launch), 0, 0, NULL, answer_finished },
	[CLO_REQ_EXITED]   = { FROM_LAUNCH, WHEN_RUN, SIZE(exit), 0, 0, NULL, answer_exited },
};
/* clang-format on */
_Static_assert(CLO_REQ_COUNT <= 20 + 1, "the monitor is asked little");

/* The control role has checked it; but it is the role that strangers reach. */
static bool is_wire_good(uint32_t type, const void *body, size_t size)
{
	static struct clo_wire_message message;
	size_t whole = clo_wire_begin(&message, type);

	memcpy(&message.body, body, size);
	return !clo_wire_check(&message, whole, CLO_WIRE_FROM_COMMAND);
}

int clo_monitor_request(struct core *core, struct peer *peer,
			const struct clo_message *head, const void *body,
			int fds[CLO_MESSAGE_FDS])
{
	struct call call = { .core = core,
			     .peer = peer,
			     .tag = head->tag,
			     .body = body,
			     .fds = fds,
			     .client = { peer->number, head->tag } };
	const struct request *r;
	int fd_count = 0;

	if (head->type >= CLO_REQ_COUNT || !requests[head->type].answer)
		return -EBADMSG;
	r = &requests[head->type];
	while (fd_count < CLO_MESSAGE_FDS && fds[fd_count] >= 0)
		fd_count++;
	if (!(r->from & 1u << peer->role) || !(r->when & core->phase) ||
	    r->size != head->size ||
	    (r->fd_count >= 0 && r->fd_count != fd_count) ||
	    (r->wire && !is_wire_good(r->wire, body, head->size)))
		return -EPERM; /* the peer is broken or taken over: end it */
	if (r->root_only && refuse_stranger(&call, r->root_only))
		return 0;
	return r->answer(&call);
}
