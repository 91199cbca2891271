// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a cage, one step at a time.  Each change of phase is on disk
 * before it is carried out, so that a Core that is killed at any point knows
 * what to do when it is back (monitor-record.c).
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "core/files.h"
#include "core/monitor.h"

struct cage *clo_monitor_cage_named(struct core *core, const char *name)
{
	for (size_t i = 0; i < CLO_CAGES_MAX; i++) {
		struct cage *cage = &core->cages[i];

		if (cage->step != STEP_FREE &&
		    !strcmp(cage->run.conf.name, name))
			return cage;
	}
	return NULL;
}

struct cage *clo_monitor_cage_numbered(struct core *core, uint64_t number)
{
	for (size_t i = 0; i < CLO_CAGES_MAX; i++) {
		if (number && core->cages[i].step != STEP_FREE &&
		    core->cages[i].number == number)
			return &core->cages[i];
	}
	return NULL;
}

static void set_step(struct cage *cage, enum step step, int64_t within_ms)
{
	cage->step = step;
	cage->again_ms = 0;
	cage->deadline_ms = within_ms ? clo_now_ms() + within_ms : 0;
}

static void set_free(struct cage *cage)
{
	clo_fd_cleanup(&cage->pidfd);
	memset(cage, 0, sizeof(*cage));
	cage->pidfd = -1;
}

/* Say what happened to those who read the log. */
static void tell_line(struct core *core, const struct cage *cage,
		      const char *what)
{
	struct clo_line_order line = { 0 };

	(void)snprintf(line.what, sizeof(line.what), "%s", what);
	memcpy(line.cage, cage->run.conf.name, sizeof(line.cage));
	/* A report role that takes no orders is restarted; the step goes on. */
	(void)clo_monitor_order(core, CLO_RUN_report, CLO_ORDER_LINE, 0, &line,
				sizeof(line));
	clo_monitor_say(core, "cage '%s': %s", cage->run.conf.name, what);
}

/* That it is up, and without what: who reads the log only must see it too. */
static void tell_up(struct core *core, const struct cage *cage)
{
	char list[CLO_PROTECTIONS_TEXT], text[16 + CLO_PROTECTIONS_TEXT];

	(void)clo_protection_list(cage->run.without, list, sizeof(list));
	(void)snprintf(text, sizeof(text), "up%s%s", list[0] ? " without " : "",
		       list);
	tell_line(core, cage, text);
}

void clo_monitor_tell_name(struct core *core, const struct cage *cage,
			   bool is_gone)
{
	struct clo_name_order order = { .cage = cage->run.conf.id };

	if (!is_gone)
		memcpy(order.name, cage->run.conf.name, sizeof(order.name));
	(void)clo_monitor_order(core, CLO_RUN_report, CLO_ORDER_NAME, 0, &order,
				sizeof(order)); /* as above */
}

/* Start the role that reads the cage's file, or that knows the built-in one. */
static int read_conf(struct core *core, struct cage *cage, struct clo_err *err)
{
	const char *name = cage->run.conf.name;
	clo_fd int fd = -1;
	struct peer *peer;
	int r = clo_files_open_cage(name, &fd, err);

	if (r)
		return r;
	peer = clo_monitor_spawn(core, CLO_RUN_config, &fd, 1,
				 fd < 0 ? "builtin" : "cage", name);
	if (!peer)
		return clo_err_set(err, -EAGAIN,
				   "cage '%s': its file cannot be read: no "
				   "process can be started",
				   name);
	peer->object = cage->number;
	return 0;
}

void clo_monitor_up(struct core *core, const struct clo_wire_cage *asked,
		    struct client *client, bool is_autostart)
{
	struct cage *cage = clo_monitor_cage_named(core, asked->name);
	struct clo_err err = { 0 };
	int r;

	if (cage) {
		bool is_up = cage->step == STEP_UP;

		clo_monitor_done(core, client, is_up ? 0 : 1, CLO_RULE_ALLOW,
				 is_up ? "%.0s" :
					 "cage '%s': is on its way up or down; "
					 "wait",
				 asked->name);
		return;
	}
	for (size_t i = 0; i < CLO_CAGES_MAX && !cage; i++) {
		if (core->cages[i].step == STEP_FREE)
			cage = &core->cages[i];
	}
	if (!cage) {
		clo_monitor_done(core, client, 1, CLO_RULE_ALLOW,
				 "cage '%s': %d cages are up, which is the "
				 "limit; bring one down",
				 asked->name, CLO_CAGES_MAX);
		return;
	}
	set_free(cage);
	memcpy(cage->run.conf.name, asked->name, sizeof(asked->name));
	cage->run.without = asked->without;
	cage->number = ++core->next_number;
	cage->client = *client;
	cage->is_autostart = is_autostart;
	set_step(cage, STEP_READING, CLO_CONF_MS);
	r = read_conf(core, cage, &err);
	if (r) {
		clo_monitor_say(core, "%s", err.text);
		clo_monitor_done(core, client, r == -EAGAIN ? 1 : 2,
				 CLO_RULE_ALLOW, "%s", err.text);
		set_free(cage);
	}
}

/* Refuse to bring a cage up; nothing has been done for it yet. */
static void refuse_up(struct core *core, struct cage *cage, int status,
		      const char *text)
{
	clo_monitor_say(core, "%s", text);
	clo_monitor_done(core, &cage->client, status, CLO_RULE_ALLOW, "%s",
			 text);
	set_free(cage);
}

/*
 * Judge what the config role answers: it has read text that people write, so
 * its answer is checked like a stranger's.
 */
static int judge_conf(struct core *core, const struct cage *cage,
		      const struct clo_conf_answer *answer, struct clo_err *err)
{
	const struct clo_cage_conf *conf = &answer->cage;

	if (answer->code)
		return clo_err_set(err, 2, "%.*s",
				   (int)sizeof(answer->text) - 1, answer->text);
	if (answer->is_core || clo_cage_conf_check(conf, err) ||
	    strcmp(conf->name, cage->run.conf.name))
		return clo_err_set(err, 2,
				   "cage '%s': its file was not "
				   "understood: %.400s",
				   cage->run.conf.name, err->text);
	for (size_t i = 0; i < CLO_CAGES_MAX; i++) {
		const struct cage *other = &core->cages[i];
		struct clo_cage_place a = { .where = conf->name };
		struct clo_cage_place b = { .where = other->run.conf.name };

		if (other != cage && other->step > STEP_READING &&
		    clo_cage_conf_check_pair(conf, &other->run.conf, &a, &b,
					     err))
			return 2;
	}
	if (!core->boot.is_guarded &&
	    !(cage->run.without & UINT64_C(1) << CLO_PROTECT_guard))
		return clo_err_set(err, 3,
				   "cage '%s': the guard is not in "
				   "force: %.300s; see 'cloison doctor'",
				   conf->name, core->boot.reason);
	if (core->boot.is_guarded && core->canary_unknown >= CLO_CANARY_TRIES)
		return clo_err_set(err, 3,
				   "cage '%s': it is not known whether the "
				   "guard refuses: files or memory are short; "
				   "close some (fs.file-max) and try again in "
				   "%d s",
				   conf->name, CLO_CANARY_AGAIN_MS / 1000);
	/* What takes on no label would keep the Core's own. */
	if (core->boot.is_guarded &&
	    (cage->run.without & UINT64_C(1) << CLO_PROTECT_guard))
		return clo_err_set(err, 2,
				   "cage '%s': the guard is in force, and no "
				   "cage is left out of it; drop "
				   "--without=guard",
				   conf->name);
	return 0;
}

void clo_monitor_conf_read(struct core *core, struct cage *cage,
			   const struct clo_conf_answer *answer)
{
	struct clo_err err = { 0 };
	int r = judge_conf(core, cage, answer, &err);

	if (cage->is_autostart && r == 0 && !answer->cage.autostart) {
		set_free(cage);
		return;
	}
	if (r) {
		refuse_up(core, cage, r, err.text);
		return;
	}
	cage->run.conf = answer->cage;
	clo_monitor_tell_name(core, cage, false); /* before its first event */
	r = clo_monitor_record(core, cage, CLO_RUNNING_STARTING);
	if (!r)
		r = clo_monitor_order(core, CLO_RUN_launch, CLO_ORDER_START,
				      cage->number, &cage->run,
				      sizeof(cage->run));
	if (r) {
		(void)clo_err_set(&err, r, "cage '%s': cannot start: %s",
				  cage->run.conf.name, strerror(-r));
		clo_monitor_forget(core, cage);
		clo_monitor_tell_name(core, cage, true);
		refuse_up(core, cage, 1, err.text);
		return;
	}
	set_step(cage, STEP_STARTING, CLO_START_MS);
}

/* The config role ended without an answer. */
void clo_monitor_conf_lost(struct core *core, struct cage *cage)
{
	struct clo_err err = { 0 };

	if (cage->step != STEP_READING)
		return;
	(void)clo_err_set(&err, -EIO,
			  "cage '%s': the process that reads its file ended "
			  "without an answer; see the Core's log",
			  cage->run.conf.name);
	refuse_up(core, cage, 1, err.text);
}

void clo_monitor_started(struct core *core, struct cage *cage,
			 const struct clo_launch_answer *answer, int *pidfd)
{
	struct clo_err err = { 0 };

	if (answer->code || *pidfd < 0) {
		(void)clo_err_set(&err, -EIO, "%.*s",
				  (int)sizeof(answer->text) - 1, answer->text);
		clo_monitor_forget(core, cage);
		clo_monitor_tell_name(core, cage, true);
		refuse_up(core, cage, answer->code == -EOPNOTSUPP ? 3 : 1,
			  err.text);
		return;
	}
	cage->pidfd = clo_take_fd(pidfd);
	cage->run.init_pid = answer->init_pid;
	cage->run.init_start = answer->init_start;
	cage->run.up_ns = answer->up_ns;
	memcpy(cage->run.namespaces, answer->namespaces,
	       sizeof(answer->namespaces));
	if (clo_monitor_record(core, cage, CLO_RUNNING_UP)) {
		cage->failure.status = 1;
		(void)snprintf(
			cage->failure.text, sizeof(cage->failure.text),
			"cage '%s': cannot be recorded in %s; taken down",
			cage->run.conf.name, CLO_RECORDS_DIR);
		clo_monitor_take_down(core, cage);
		return;
	}
	set_step(cage, STEP_UP, 0);
	if (answer->text[0]) { /* what it asked for and does not have */
		struct clo_wire_text text = { 0 };

		(void)snprintf(text.text, sizeof(text.text), "%.*s",
			       (int)sizeof(answer->text) - 1, answer->text);
		clo_monitor_say(core, "%s", text.text);
		clo_monitor_answer(core, &cage->client, CLO_WIRE_PROGRESS,
				   &text, sizeof(text));
	}
	tell_up(core, cage);
	clo_monitor_done(core, &cage->client, 0, CLO_RULE_ALLOW, "%s", "");
}

/* A record that still says UP is taken down as well: an error is only said. */
static void record_ending(struct core *core, struct cage *cage)
{
	int r = clo_monitor_record(core, cage, CLO_RUNNING_ENDING);

	if (r)
		clo_monitor_say(core, "cage '%s': cannot be recorded: %s",
				cage->run.conf.name, strerror(-r));
}

/* Kill every process; its init's end is seen in the loop. */
void clo_monitor_take_down(struct core *core, struct cage *cage)
{
	int r;

	record_ending(core, cage);
	r = clo_monitor_order(core, CLO_RUN_launch, CLO_ORDER_KILL,
			      cage->number, &cage->run, sizeof(cage->run));
	if (r)
		clo_monitor_say(core, "cage '%s': cannot be killed now: %s",
				cage->run.conf.name, strerror(-r));
	set_step(cage, STEP_KILLING, CLO_STOP_MS);
}

void clo_monitor_down(struct core *core, struct cage *cage,
		      const struct clo_wire_cage *asked, struct client *client)
{
	uint32_t within_ms = asked->timeout_ms;

	if (cage->step != STEP_UP && cage->step != STEP_STUCK) {
		clo_monitor_done(core, client, 1, CLO_RULE_ALLOW,
				 "cage '%s': is on its way up or down; wait",
				 cage->run.conf.name);
		return;
	}
	cage->client = *client;
	if (within_ms == 0 || cage->step == STEP_STUCK) {
		clo_monitor_take_down(core, cage);
		return;
	}
	record_ending(core, cage);
	if (within_ms > CLO_DOWN_MAX_MS)
		within_ms = CLO_DOWN_MAX_MS;
	/* An init that has gone already is seen in the loop. */
	(void)syscall(SYS_pidfd_send_signal, cage->pidfd, SIGTERM, NULL, 0);
	set_step(cage, STEP_TERM, within_ms);
}

/* Ask the launch role to give back what the cage held, or what is left. */
static void finish(struct core *core, struct cage *cage)
{
	if (cage->step != STEP_FINISHING)
		set_step(cage, STEP_FINISHING, CLO_FINISH_MS);
	cage->again_ms = 0;
	if (clo_monitor_order(core, CLO_RUN_launch, CLO_ORDER_FINISH,
			      cage->number, &cage->run, sizeof(cage->run)))
		cage->again_ms = clo_now_ms() + CLO_FINISH_STEP_MS;
}

/* The cage's init has ended: asked to, killed, or by itself. */
void clo_monitor_init_gone(struct core *core, struct cage *cage)
{
	if (cage->step == STEP_UP) {
		tell_line(core, cage, "ended by itself");
		clo_monitor_take_down(core, cage);
	}
	clo_fd_cleanup(&cage->pidfd);
	cage->pidfd = -1;
	finish(core, cage);
}

void clo_monitor_finished(struct core *core, struct cage *cage,
			  const struct clo_launch_answer *answer)
{
	struct clo_wire_done failure = cage->failure;

	if (answer->code == -EAGAIN) {
		cage->again_ms = clo_now_ms() + CLO_FINISH_STEP_MS;
		return;
	}
	if (answer->code) {
		clo_monitor_say(core, "cage '%s': %.*s", cage->run.conf.name,
				(int)sizeof(answer->text) - 1, answer->text);
		clo_monitor_done(core, &cage->client, 1, CLO_RULE_ALLOW, "%.*s",
				 (int)sizeof(answer->text) - 1, answer->text);
		set_step(cage, STEP_STUCK, 0);
		return;
	}
	clo_monitor_forget(core, cage);
	tell_line(core, cage, "down");
	clo_monitor_tell_name(core, cage, true);
	clo_monitor_done(core, &cage->client, failure.status, failure.rule,
			 "%s", failure.text);
	set_free(cage);
}

/* A step took longer than it may. */
static void step_is_late(struct core *core, struct cage *cage)
{
	struct peer *launch = clo_monitor_peer(core, CLO_RUN_launch);
	struct clo_launch_answer late = { .code = -ETIMEDOUT };

	switch (cage->step) {
	case STEP_READING:
		clo_monitor_conf_lost(core, cage);
		break;
	case STEP_STARTING:
		clo_monitor_say(core, "cage '%s': the launch role hangs",
				cage->run.conf.name);
		cage->deadline_ms = 0;
		if (launch)
			(void)kill(launch->pid, SIGKILL);
		break;
	case STEP_TERM:
		clo_monitor_take_down(core, cage);
		break;
	case STEP_KILLING:
		clo_monitor_take_down(core, cage);
		finish(core, cage);
		break;
	case STEP_FINISHING:
		(void)snprintf(late.text, sizeof(late.text),
			       "cage '%s': processes of it still end after "
			       "%d s; see 'cloison ps', then 'cloison down'",
			       cage->run.conf.name, CLO_FINISH_MS / 1000);
		clo_monitor_finished(core, cage, &late);
		break;
	case STEP_FREE:
	case STEP_UP:
	case STEP_STUCK:
		cage->deadline_ms = 0;
		break;
	}
}

void clo_monitor_cage_tick(struct core *core, struct cage *cage, int64_t now)
{
	if (cage->deadline_ms && now >= cage->deadline_ms)
		step_is_late(core, cage);
	else if (cage->again_ms && now >= cage->again_ms)
		finish(core, cage);
}
