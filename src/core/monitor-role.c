// SPDX-License-Identifier: GPL-2.0-only
/* The roles that the monitor starts, the log, and the test of the guard. */
#include <stdio.h>

#include "core/files.h"
#include "core/monitor.h"

/* Open the log anew, the old one put aside at its size, and pass it on. */
int clo_monitor_log_open(struct core *core)
{
	struct peer *peer = clo_monitor_peer(core, CLO_RUN_report);

	core->log_fd = clo_files_open_log(core->log_dir_fd, core->log_fd,
					  (uint64_t)core->boot.conf.log_size_mib
						  << 20);
	if (core->log_fd < 0)
		return core->log_fd;
	if (!peer)
		return 0;
	return clo_message_send(peer->fd, CLO_ORDER_LOG, 0, NULL, 0,
				&core->log_fd, 1);
}

int clo_monitor_start_role(struct core *core, enum clo_role role)
{
	const struct clo_boot *boot = &core->boot;
	int launch_fds[] = { boot->init_fd, boot->cgroup_fd, core->state_fd,
			     core->run_fd };
	int report_fds[] = { core->events_fd, core->counts_fd, core->log_fd };
	char missing[2][32] = { "0", "0" };
	struct peer *peer = NULL;

	if (role == CLO_RUN_control) {
		peer = clo_monitor_spawn(core, role, &core->listen_fd, 1, NULL,
					 NULL);
	} else if (role == CLO_RUN_report) {
		(void)snprintf(missing[0], sizeof(missing[0]), "%llu",
			       (unsigned long long)boot->conf.log_size_mib
				       << 20);
		peer = clo_monitor_spawn(core, role, report_fds,
					 CLO_ARRAY_SIZE(report_fds), missing[0],
					 core->events_fd < 0 ? "unguarded" :
							       "guarded");
		for (size_t i = 0; peer && i < CLO_CAGES_MAX; i++) {
			if (core->cages[i].step >= STEP_STARTING)
				clo_monitor_tell_name(core, &core->cages[i],
						      false);
		}
	} else if (role == CLO_RUN_launch) {
		for (size_t i = 0; i < CLO_ARRAY_SIZE(boot->report.missing);
		     i++)
			(void)snprintf(
				missing[i], sizeof(missing[i]), "%llu",
				(unsigned long long)boot->report.missing[i]);
		peer = clo_monitor_spawn(core, role, launch_fds,
					 CLO_ARRAY_SIZE(launch_fds), missing[0],
					 missing[1]);
	}
	if (!peer)
		return -EAGAIN;
	return 0;
}

/* Nothing is known: ask again soon; after some tries no cage comes up. */
static void canary_is_unknown(struct core *core)
{
	core->canary_ms = clo_now_ms() + CLO_CANARY_AGAIN_MS;
	if (++core->canary_unknown == 1)
		clo_monitor_say(core,
				"the guard could not be tested: files or "
				"memory are short; tested again in %d s",
				CLO_CANARY_AGAIN_MS / 1000);
	else if (core->canary_unknown == CLO_CANARY_TRIES)
		clo_monitor_say(core,
				"ALERT: the guard could not be tested %d times "
				"in a row: files or memory are short; no cage "
				"comes up until it is seen to refuse",
				CLO_CANARY_TRIES);
}

static void canary_is_good(struct core *core)
{
	if (core->canary_unknown)
		clo_monitor_say(core, "the guard is seen to refuse again");
	core->canary_unknown = 0;
	core->canary_seen_ms = clo_now_ms();
}

/*
 * Ask for what must be refused.  A guard that allows it, or that is no longer
 * there, is said as loudly as the monitor can.
 */
void clo_monitor_canary(struct core *core)
{
	int r;

	if (!core->boot.is_guarded)
		return;
	core->canary_ms = clo_now_ms() + CLO_CANARY_MS;
	r = clo_guard_canary();
	if (r == -EAGAIN)
		canary_is_unknown(core);
	else if (!r)
		canary_is_good(core);
	if (!r || r == -EAGAIN)
		return;
	clo_monitor_say(core,
			"ALERT: the guard does not refuse what it must "
			"(answer %d); nothing keeps the cages apart",
			r);
	core->boot.is_guarded = 0; /* and no cage comes up any more */
	(void)snprintf(core->boot.reason, sizeof(core->boot.reason),
		       "it did not refuse what it must (answer %d)", r);
}
