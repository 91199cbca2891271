// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loader role: loads the guard once, in a process of its own that ends, so
 * that libbpf and what it allocates is in no process that stays.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/boot.h"

struct loader_answer {
	int32_t code;
	struct clo_guard_report report;
	char text[512];
};

int clo_run_loader(int argc, char **argv)
{
	struct loader_answer answer = { 0 };
	struct clo_err err = { 0 };
	char path[512];
	struct clo_guard_options options = { .pin_dir = CLO_GUARD_DIR,
					     .core_path = path };
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (argc != 6 || n <= 0)
		return 1;
	path[n] = '\0';
	options.is_dry = !strcmp(argv[4], "dry");
	options.cgroup = strtoull(argv[5], NULL, 10);
	answer.code = clo_guard_load(&options, &answer.report, &err);
	if (answer.code && !err.text[0])
		(void)clo_err_set(&err, answer.code, "guard: %s",
				  strerror(-answer.code));
	memcpy(answer.text, err.text, sizeof(answer.text));
	return clo_write_full(CLO_FD_PEER, &answer, sizeof(answer)) ? 1 : 0;
}

int clo_loader_ask(uint32_t is_dry, uint64_t cgroup,
		   struct clo_guard_report *ret_report, struct clo_err *err)
{
	char id[32];
	struct clo_spawn spawn = { .role = CLO_RUN_loader,
				   .args = { is_dry ? "dry" : "load", id },
				   .fd_count = 1 };
	struct loader_answer answer;
	int pair[2], status = 0;
	pid_t pid;
	int r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return clo_err_set(err, -errno, "socketpair: %s",
				   strerror(errno));
	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)cgroup);
	spawn.fds = &pair[1];
	r = clo_role_spawn(&spawn, &pid);
	(void)close(pair[1]);
	if (!r) {
		r = clo_read_full(pair[0], &answer, sizeof(answer));
		(void)waitpid(pid, &status, 0);
	}
	(void)close(pair[0]);
	if (r)
		return clo_err_set(err, r,
				   "guard: its loader ended without an "
				   "answer (status %d)",
				   status);
	if (answer.code)
		return clo_err_set(err, answer.code, "%.*s",
				   (int)sizeof(answer.text) - 1, answer.text);
	*ret_report = answer.report;
	return 0;
}
