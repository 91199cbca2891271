// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the cages now: their state, what their cgroup has used, what
 * the guard has counted.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "core/monitor.h"

/* The number after @key in a file of the cage's cgroup; 0 if there is none. */
static uint64_t read_number(const struct core *core, const struct cage *cage,
			    const char *file, const char *key)
{
	char path[80], text[512];
	clo_fd int fd = -1;
	uint64_t value = 0;
	const char *c;
	ssize_t n;

	if (core->boot.cgroup_fd < 0)
		return 0;
	(void)snprintf(path, sizeof(path), "cages/%s/%s", cage->run.conf.name,
		       file);
	fd = openat(core->boot.cgroup_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	c = strstr(text, key);
	if (!c)
		return 0;
	for (c += strlen(key); *c >= '0' && *c <= '9'; c++)
		value = value * 10 + (uint64_t)(*c - '0');
	return value;
}

static void read_count(const struct core *core, uint32_t id,
		       struct clo_count *ret)
{
	union bpf_attr attr = { 0 };

	attr.map_fd = (uint32_t)core->counts_fd;
	attr.key = (uint64_t)(uintptr_t)&id;
	attr.value = (uint64_t)(uintptr_t)ret;
	if (core->counts_fd < 0 ||
	    syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)))
		memset(ret, 0, sizeof(*ret));
}

static void tell_cage(struct core *core, const struct cage *cage,
		      const struct client *client)
{
	const struct clo_running *run = &cage->run;
	struct clo_wire_state state = { 0 };
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
	state.tasks = (uint32_t)read_number(core, cage, "pids.current", "");
	state.memory_bytes = read_number(core, cage, "memory.current", "");
	state.memory_max_bytes = read_number(core, cage, "memory.max", "");
	state.cpu_us = read_number(core, cage, "cpu.stat", "usage_usec ");
	read_count(core, state.id, &count);
	state.denied = count.denied;
	state.suppressed = count.suppressed;
	state.lost = count.lost;
	clo_monitor_answer(core, client, CLO_WIRE_CAGE, &state, sizeof(state));
}

void clo_monitor_status(struct core *core, const struct client *client)
{
	struct client copy = *client;

	for (size_t i = 0; i < CLO_CAGES_MAX; i++) {
		if (core->cages[i].step != STEP_FREE)
			tell_cage(core, &core->cages[i], client);
	}
	clo_monitor_done(core, &copy, 0, CLO_RULE_ALLOW, "%s", "");
}
