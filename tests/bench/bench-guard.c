// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the guard adds to operations: the same loop before it is loaded, then
 * outside cages, then in a cage, in one boot.
 *
 * Made for a virtual machine whose clock counts instructions (tools/vm
 * --icount): there a nanosecond is an instruction, and the least of some
 * repetitions is exact.  The program registers itself as the Core.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>

#include "core/guard.h"

enum { REPEATS = 7, CAGE = 42 };
enum { BEFORE, OUTSIDE, CAGED, CASES };

static int pair[2]; /* of datagram sockets */
static pid_t child;
static struct sockaddr_un address;
static int listen_fd;

static void op_getppid(void)
{
	(void)getppid(); /* no hook: what a system call costs */
}

static void op_kill(void)
{
	(void)kill(child, 0);
}

static void op_open(void)
{
	(void)close(open("/etc/bench", O_RDONLY | O_CLOEXEC));
}

static void op_map(void)
{
	void *p =
		mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)munmap(p, 4096);
}

static void op_send(void)
{
	char byte = 0;

	(void)send(pair[0], &byte, 1, 0);
	(void)recv(pair[1], &byte, 1, 0);
}

static void op_connect(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)connect(fd, (struct sockaddr *)&address, sizeof(address));
	(void)close(accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC));
	(void)close(fd);
}

static void op_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	(void)waitpid(pid, NULL, 0);
}

static void op_exec(void)
{
	static char name[] = "true";
	char *argv[] = { name, NULL };
	pid_t pid = vfork();

	if (pid == 0) {
		(void)execv("/true", argv);
		_exit(127);
	}
	(void)waitpid(pid, NULL, 0);
}

static void op_prctl(void)
{
	char name[16];

	(void)prctl(PR_GET_NAME, name, 0, 0, 0);
}

static void op_stat(void)
{
	struct stat st;

	(void)stat("/etc/bench", &st);
}

static int zero_fd, null_fd, pipe_fds[2];

static void op_read(void)
{
	char bytes[64];

	(void)!read(zero_fd, bytes, sizeof(bytes));
}

static void op_write(void)
{
	(void)!write(null_fd, "0123456789", 10);
}

static void op_pipe(void)
{
	char byte = 0;

	(void)!write(pipe_fds[1], &byte, 1);
	(void)!read(pipe_fds[0], &byte, 1);
}

static char file_name[64];

static void op_create(void)
{
	(void)close(
		open(file_name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
	(void)unlink(file_name);
}

static void op_nice(void)
{
	(void)setpriority(PRIO_PROCESS, 0, 0);
}

/* clang-format off */
static const struct {
	const char *name;
	void (*run)(void);
	int loops;
} ops[] = {
	{ "getppid (no hook)", op_getppid, 100 },
	{ "stat (no hook)", op_stat, 100 },
	{ "read (no hook)", op_read, 100 },
	{ "write (no hook)", op_write, 100 },
	{ "pipe write + read (no hook)", op_pipe, 100 },
	{ "open + close", op_open, 100 },
	{ "create + close + unlink", op_create, 100 },
	{ "mmap + munmap", op_map, 100 },
	{ "kill 0", op_kill, 100 },
	{ "setpriority", op_nice, 100 },
	{ "prctl", op_prctl, 100 },
	{ "unix send + receive", op_send, 100 },
	{ "unix socket, connect, accept", op_connect, 100 },
	{ "fork + exit + wait", op_fork, 10 },
	{ "vfork + execve + exit", op_exec, 10 },
};
/* clang-format on */

static double *costs; /* [CASES][ops], shared with the caged process */

static double now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void measure(int which)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(ops); i++) {
		double least = 0;

		for (int repeat = 0; repeat < REPEATS; repeat++) {
			double start = now_ns();

			for (int n = 0; n < ops[i].loops; n++)
				ops[i].run();
			start = (now_ns() - start) / ops[i].loops;
			if (!repeat || start < least)
				least = start;
		}
		costs[(size_t)which * CLO_ARRAY_SIZE(ops) + i] = least;
	}
}

/* Sockets and a child of our own label: labels are those of who makes them. */
static int prepare(int which)
{
	socklen_t size = sizeof(address);

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return -1;
	zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (zero_fd < 0 || null_fd < 0 || pipe2(pipe_fds, O_CLOEXEC))
		return -1;
	(void)snprintf(file_name, sizeof(file_name), "/tmp/bench-%d", which);
	listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	(void)snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
		       "bench-%d", getpid());
	if (bind(listen_fd, (struct sockaddr *)&address, size) ||
	    listen(listen_fd, 8))
		return -1;
	child = fork();
	if (child == 0) {
		(void)pause();
		_exit(0);
	}
	return child < 0 ? -1 : 0;
}

static void release(void)
{
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	(void)close(listen_fd);
	(void)close(pair[0]);
	(void)close(pair[1]);
	(void)close(zero_fd);
	(void)close(null_fd);
	(void)close(pipe_fds[0]);
	(void)close(pipe_fds[1]);
}

static int measure_as(int which)
{
	if (prepare(which))
		return -1;
	measure(which);
	release();
	return 0;
}

/* A child becomes the Core, then a task of a cage. */
static int measure_caged(void)
{
	struct clo_define define = { .abi = CLO_ABI, .cage = CAGE };
	struct clo_label label = { .cage = CAGE };
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		define.limits.state = CLO_CAGE_UP;
		define.limits.caps = CLO_CAGE_CAPS_MAX;
		define.limits.families = CLO_CAGE_FAMILIES_MAX;
		if (clo_guard_ask(CLO_GUARD_CLAIM, 0, 0) ||
		    clo_guard_ask(CLO_GUARD_DEFINE, (uintptr_t)&define,
				  sizeof(define)) ||
		    clo_guard_ask(CLO_GUARD_ENTER, clo_label_word(label), 0))
			_exit(1);
		/* What it makes shall be its own. */
		(void)setfsuid(clo_label_uid(CAGE));
		_exit(measure_as(CAGED) ? 2 : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

static double cost(int which, size_t op)
{
	return costs[(size_t)which * CLO_ARRAY_SIZE(ops) + op];
}

static void print_table(void)
{
	(void)printf("operation\tbefore\toutside cages\tin a cage\n");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(ops); i++) {
		double before = cost(BEFORE, i);

		(void)printf("%s\t%.0f\t%+.0f (%+.1f %%)\t%+.0f (%+.1f %%)\n",
			     ops[i].name, before, cost(OUTSIDE, i) - before,
			     100 * (cost(OUTSIDE, i) / before - 1),
			     cost(CAGED, i) - before,
			     100 * (cost(CAGED, i) / before - 1));
	}
}

int main(void)
{
	struct clo_guard_options options = { .pin_dir = CLO_GUARD_DIR,
					     .core_path = "/proc/self/exe" };
	struct clo_guard_report report = { 0 };
	struct clo_err err = { 0 };
	int fd = open("/etc/bench", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	int r;

	clo_fd_cleanup(&fd);
	costs = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* A machine that has just started still works for itself. */
	(void)sleep(15);
	if (costs == MAP_FAILED || measure_as(BEFORE))
		return 1;
	r = clo_guard_load(&options, &report, &err);
	if (r) {
		(void)fprintf(stderr, "bench-guard: %s\n", err.text);
		return 3;
	}
	if (measure_as(OUTSIDE) || measure_caged()) {
		(void)fprintf(stderr, "bench-guard: the guard refuses a "
				      "measure\n");
		return 1;
	}
	print_table();
	return 0;
}
