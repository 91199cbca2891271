// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From nothing to a running program in a cage, and back to nothing: the
 * launcher, bubblewrap, and what the kernel itself asks for.
 *
 * usage: bench-launch TRUE PAUSE [ROUNDS]     as root; static programs
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/base.h"
#include "bench/bench.h"
#include "core/launch.h"

enum { ROUNDS_MAX = 1000, CAGE = 41, METHODS = 3 };

static const char *true_path;
static struct clo_launcher launcher = { -1, -1, -1, -1, -1, { 0, 0 } };
static struct clo_running cage;

static int run_limit(void)
{
	clo_fd int fd = open(true_path, O_PATH | O_CLOEXEC);

	return bench_limit(fd);
}

static int run_bubblewrap(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)execlp("bwrap", "bwrap", "--unshare-all", "--ro-bind",
			     "/usr", "/usr", "--proc", "/proc", "--dev", "/dev",
			     "--tmpfs", "/tmp", "--cap-drop", "ALL",
			     "--ro-bind", true_path, "/true", "--", "/true",
			     NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status == 0 ? 0 : -1;
}

static int run_cage(void)
{
	const struct timespec pause = { .tv_nsec = 200000 };
	struct clo_err err = { 0 };
	siginfo_t info;
	int pidfd = -1;
	int r = clo_launch_start(&launcher, &cage, &pidfd, &err);

	if (!r)
		r = clo_launch_kill(&launcher, &cage);
	if (!r && waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED))
		r = -errno;
	if (pidfd >= 0)
		(void)close(pidfd);
	while (!r && (r = clo_launch_finish(&launcher, &cage, &err)) == -EAGAIN)
		r = nanosleep(&pause, NULL);
	if (r)
		(void)fprintf(stderr, "bench-launch: %d %s\n", r, err.text);
	return r;
}

/* clang-format off */
static struct {
	const char *name;
	int (*run)(void);
	double ns[ROUNDS_MAX];
	int is_out; /* it cannot run here */
} methods[METHODS] = {
	{ .name = "kernel alone", .run = run_limit },
	{ .name = "cage without guard", .run = run_cage },
	{ .name = "bubblewrap", .run = run_bubblewrap },
};
/* clang-format on */

static void conf_init(struct clo_cage_conf *c)
{
	(void)snprintf(c->name, sizeof(c->name), "bench");
	(void)snprintf(c->level, sizeof(c->level), "low");
	(void)snprintf(c->user, sizeof(c->user), "user");
	(void)snprintf(c->shell, sizeof(c->shell), "/bin/sh");
	c->id = CAGE;
	c->uid = 1000;
	c->nofile = 1024;
	c->tmp_mib = 16;
	c->limits.families = CLO_CAGE_FAMILIES_MAX;
}

static int open_dir(const char *path)
{
	(void)mkdir(path, 0700);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void launcher_init(const char *pause_path)
{
	launcher.init_fd = open(pause_path, O_PATH | O_CLOEXEC);
	launcher.dev_fd = clo_launch_share_dev();
	launcher.run_fd = open_dir("/run/cloison-bench");
	launcher.state_fd = open_dir("/run/cloison-bench/state");
	conf_init(&cage.conf);
	/* The label needs a guard, and limits a cgroup of our own. */
	cage.without = UINT64_C(1) << CLO_PROTECT_guard |
		       UINT64_C(1) << CLO_PROTECT_cgroup;
}

static double now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 100;

	if (argc < 3 || geteuid() || !rounds || rounds > ROUNDS_MAX) {
		(void)fprintf(stderr, "usage: bench-launch TRUE PAUSE [ROUNDS]"
				      " (as root; 1 to 1000 rounds)\n");
		return 2;
	}
	true_path = argv[1];
	launcher_init(argv[2]);
	for (size_t i = 0; i < METHODS; i++)
		methods[i].is_out = methods[i].run() != 0; /* and warm */
	for (size_t round = 0; round < rounds; round++) {
		for (size_t i = 0; i < METHODS; i++) {
			double start = now_ns();

			if (!methods[i].is_out && methods[i].run())
				methods[i].is_out = 1;
			methods[i].ns[round] = now_ns() - start;
		}
	}
	(void)printf("method\tratio\tp90/median\n");
	for (size_t i = 0; i < METHODS; i++)
		qsort(methods[i].ns, rounds, sizeof(double), compare);
	for (size_t i = 0; i < METHODS; i++) {
		double median = methods[i].ns[rounds / 2];

		if (methods[i].is_out)
			(void)printf("%s\tnot here\t-\n", methods[i].name);
		else
			(void)printf("%s\t%.2f\t%.2f\n", methods[i].name,
				     median / methods[0].ns[rounds / 2],
				     methods[i].ns[rounds * 9 / 10] / median);
	}
	return methods[0].is_out || methods[1].is_out;
}
