// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the cages now: their state, what their cgroup has used, what
 * the guard has counted.
 */
#include <string.h>

#include "core/monitor.h"
#include "core/usage.h"

static void tell_cage(struct core *core, const struct cage *cage,
		      const struct client *client)
{
	const struct clo_running *run = &cage->run;
	const char *name = run->conf.name;
	struct clo_wire_state state = { 0 };
	int fd = core->boot.cgroup_fd;
	struct clo_count count = { 0 };

	memcpy(state.name, run->conf.name, sizeof(state.name));
	memcpy(state.level, run->conf.level, sizeof(state.level));
	state.id = run->conf.id;
	state.state = cage->step == STEP_UP	  ? CLO_CAGE_UP :
		      cage->step <= STEP_STARTING ? CLO_CAGE_EMPTY :
						    CLO_CAGE_CLOSING;
	state.init_pid = (uint32_t)run->init_pid;
	state.without = run->without;
	state.up_ns = run->up_ns;
	state.tasks = (uint32_t)clo_usage_number(fd, name, "pids.current", "");
	state.memory_bytes = clo_usage_number(fd, name, "memory.current", "");
	state.memory_max_bytes = clo_usage_number(fd, name, "memory.max", "");
	state.cpu_us = clo_usage_number(fd, name, "cpu.stat", "usage_usec ");
	clo_usage_count(core->counts_fd, state.id, &count);
	state.denied = count.denied;
	state.suppressed = count.suppressed;
	state.lost = count.lost;
	clo_monitor_answer(core, client, CLO_WIRE_CAGE, &state, sizeof(state));
}

static void tell_core(struct core *core, const struct client *client)
{
	struct clo_wire_core state = { .is_guarded = core->boot.is_guarded };

	if (state.is_guarded)
		state.canary_ms =
			(uint32_t)(clo_now_ms() - core->canary_seen_ms);
	clo_monitor_answer(core, client, CLO_WIRE_CORE, &state, sizeof(state));
}

void clo_monitor_status(struct core *core, const struct client *client)
{
	struct client copy = *client;

	for (size_t i = 0; i < CLO_CAGES_MAX; i++) {
		if (core->cages[i].step != STEP_FREE)
			tell_cage(core, &core->cages[i], client);
	}
	tell_core(core, client);
	clo_monitor_done(core, &copy, 0, CLO_RULE_ALLOW, "%s", "");
}
