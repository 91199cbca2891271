// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * BPF programs of root outside cages, before the lock and after; links of the
 * guard that he got hold of in time; and a guard that lost a program.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/guard.h"
#include "guard-actor.h"
#include "guard-live.h"

static int result(long r)
{
	return r < 0 ? errno : 0;
}

enum { MODIFY, LSM, KPROBE, TRACEPOINT, PERF, RAW, SYSCALL, CGROUP };

/* Two instructions: r0 = the answer that means "allowed"; exit. */
static int load(long which)
{
	static const struct {
		enum bpf_prog_type type;
		enum bpf_attach_type attach;
		const char *function;
		int answer;
	} programs[] = {
		{ BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, "security_bpf_map",
		  0 },
		{ BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_map", 0 },
		{ BPF_PROG_TYPE_KPROBE, 0, NULL, 0 },
		{ BPF_PROG_TYPE_TRACEPOINT, 0, NULL, 0 },
		{ BPF_PROG_TYPE_PERF_EVENT, 0, NULL, 0 },
		{ BPF_PROG_TYPE_RAW_TRACEPOINT, 0, NULL, 0 },
		{ BPF_PROG_TYPE_SYSCALL, 0, NULL, 0 },
		{ BPF_PROG_TYPE_CGROUP_SKB, 0, NULL, 1 },
	};
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .imm = programs[which].answer },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options,
		    .expected_attach_type = programs[which].attach);

	if (which == SYSCALL)
		options.prog_flags = BPF_F_SLEEPABLE;
	if (programs[which].function) {
		int id = libbpf_find_vmlinux_btf_id(programs[which].function,
						    programs[which].attach);

		if (id <= 0)
			return -1;
		options.attach_btf_id = (unsigned int)id;
	}
	return bpf_prog_load(programs[which].type, "other", "GPL", insns,
			     CLO_ARRAY_SIZE(insns), &options);
}

static int act_load(long which)
{
	return result(load(which));
}

/*
 * Before the lock: gets a link of the guard by its number, sleeps until the
 * lock, and tries to make something of it.  As he was told when he started.
 */
static int link_fds[2], answer_fds[2];

static int try_link(void)
{
	LIBBPF_OPTS(bpf_link_update_opts, options, .flags = 0);
	uint32_t id = 0;
	int fd = -1;
	char byte;

	while (fd < 0 && !bpf_link_get_next_id(id, &id))
		fd = bpf_link_get_fd_by_id(id);
	if (fd < 0 || read(link_fds[0], &byte, 1) != 1)
		return 220;
	if (!bpf_link_detach(fd))
		return 221;
	if (!bpf_link_update(fd, load(CGROUP), &options))
		return 222;
	return 0;
}

static int act_start_link(long arg)
{
	(void)arg;
	if (fork() == 0) {
		int answer = try_link();

		_exit(write(answer_fds[1], &answer, sizeof(answer)) < 0);
	}
	return 0;
}

void test_link_prepare(void)
{
	if (pipe(link_fds) || pipe(answer_fds))
		perror("pipe");
}

static void test_link(bool is_locked)
{
	int answer = 223;

	if (!is_locked) {
		answer = host_do(act_start_link, 0);
		live_ok(answer == 0, "root opens a link before the lock",
			answer);
		return;
	}
	if (write(link_fds[1], "", 1) != 1 ||
	    read(answer_fds[0], &answer, sizeof(answer)) != sizeof(answer))
		answer = 224;
	live_ok(answer == 0,
		"refused: root detaches or updates a link that he got before",
		answer);
}

void test_programs(bool is_locked)
{
	static const char *const names[] = {
		"modifies what a hook returns",
		"is an LSM's",
		"is a kprobe's",
		"is a tracepoint's",
		"is a perf event's",
		"is a raw tracepoint's",
		"runs on demand",
	};
	char text[96];
	int r;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++) {
		events_forget();
		r = host_do(act_load, (long)i);
		(void)snprintf(text, sizeof(text), "%s: a program that %s",
			       is_locked ? "refused" : "before the lock",
			       names[i]);
		if (is_locked)
			live_ok(r == EPERM && events_have(CLO_HOOK_bpf_prog,
							  CLO_RULE_BPF_PROGRAM),
				text, r);
		else
			live_ok(r == 0, text, r);
	}
	r = host_do(act_load, CGROUP);
	live_ok(r == 0, "a cgroup's filter of packets is loaded", r);
	test_link(is_locked);
}

/* One refusal each, of ten rules. */
int act_break_rules(long times)
{
	for (long i = 0; i < times; i++) {
		(void)kill(live_core, 0);
		(void)kill(getppid(), 0);
		(void)kill(live_a, 0);
		(void)mount("none", "/tmp", "tmpfs", 0, "");
		(void)!chroot("/");
		(void)prctl((int)CLO_PRCTL, CLO_GUARD_FREE, 2UL, 0UL, 0UL);
		(void)prctl((int)CLO_PRCTL, 99UL, 0UL, 0UL, 0UL);
		(void)prctl((int)CLO_PRCTL, CLO_GUARD_ENTER, 63UL, 0UL, 0UL);
		(void)socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
		(void)close(open("/proc/sys/kernel/ftrace_enabled",
				 O_WRONLY | O_CLOEXEC));
		(void)close(open("/proc/kallsyms", O_RDONLY | O_CLOEXEC));
		(void)close(
			open("/proc/sys/kernel/panic", O_WRONLY | O_CLOEXEC));
	}
	return 0;
}

void test_canary(void)
{
	int r;

	events_forget();
	r = clo_guard_canary();
	live_ok(r == 0 && events_have(CLO_HOOK_guard_request, CLO_RULE_MOUNT) &&
			events_have(CLO_HOOK_file_open, CLO_RULE_TRACING_OFF),
		"the canary is content with a guard that is whole", -r);
}

/* The program is detached when the last who holds its link lets it go. */
static int canary_without(const char *link, int wanted)
{
	struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", CLO_GUARD_DIR, link);
	if (unlink(path))
		return -errno;
	for (int i = 0; i < 50; i++) {
		if (clo_guard_canary() == wanted)
			return 0;
		(void)nanosleep(&pause, NULL);
	}
	return -ETIMEDOUT;
}

int claim_and_break(void)
{
	if (clo_guard_ask(CLO_GUARD_CLAIM, 0, 0) || clo_guard_canary())
		return 1;
	if (canary_without("link_file_open", -EBADE))
		return 2;
	return canary_without("link_task_prctl", -ENOSYS) ? 3 : 0;
}
