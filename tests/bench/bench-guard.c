// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the guard adds to operations: the same loop before it is loaded, then
 * outside cages, then in a cage, in one boot.
 *
 * usage: bench-guard            a table
 *        bench-guard FILE       a test: nothing costs more than FILE says
 *
 * Made for a virtual machine whose clock counts instructions (tools/vm
 * --icount): there a nanosecond is an instruction, and the least of some
 * repetitions is exact.  A copy of the program is registered as the Core;
 * bench-true lies beside it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>

#include "core/guard.h"
#include "lib/tap.h"

enum { WARM_ROUNDS = 1, TURNS = 2, CAGE = 42 };
enum { COSTS_FD = 9, COSTS_SIZE = 65536 };
#define TOLERANCE 0.02

enum { BEFORE, OUTSIDE, CAGED, CASES };

#define DIR  "/bench"
#define CORE DIR "/core" /* a copy: the Core, of which more is remembered */
#define TRUE DIR "/true"

static int pair[2]; /* of datagram sockets */
static pid_t child;
static struct sockaddr_un address;
static int listen_fd;

static bool has_failed; /* a figure for what was not done is none */

static void must(bool is_done)
{
	if (!is_done)
		has_failed = true;
}

static void op_getppid(void)
{
	(void)getppid(); /* no hook: what a system call costs */
}

static void op_kill(void)
{
	must(!kill(child, 0));
}

static void op_open(void)
{
	must(!close(open(DIR "/file", O_RDONLY | O_CLOEXEC)));
}

static void op_map(void)
{
	void *p =
		mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(!munmap(p, 4096));
}

static void op_send(void)
{
	char byte = 0;

	must(send(pair[0], &byte, 1, 0) == 1);
	must(recv(pair[1], &byte, 1, 0) == 1);
}

static void op_connect(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(!connect(fd, (struct sockaddr *)&address, sizeof(address)));
	must(!close(accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC)));
	(void)close(fd);
}

static void op_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	must(waitpid(pid, NULL, 0) == pid);
}

static void op_exec(void)
{
	static char name[] = "true";
	char *argv[] = { name, NULL };
	int status = -1;
	pid_t pid = vfork();

	if (pid == 0) {
		(void)execv(TRUE, argv);
		_exit(127);
	}
	must(waitpid(pid, &status, 0) == pid && !status);
}

static void op_prctl(void)
{
	char name[16];

	must(!prctl(PR_GET_NAME, name, 0, 0, 0));
}

static void op_stat(void)
{
	struct stat st;

	must(!stat(DIR "/file", &st));
}

static int zero_fd, null_fd, pipe_fds[2];

static void op_read(void)
{
	char bytes[64];

	must(read(zero_fd, bytes, sizeof(bytes)) == sizeof(bytes));
}

static void op_write(void)
{
	must(write(null_fd, "0123456789", 10) == 10);
}

static void op_pipe(void)
{
	char byte = 0;

	must(write(pipe_fds[1], &byte, 1) == 1);
	must(read(pipe_fds[0], &byte, 1) == 1);
}

static char file_name[64];

static void op_create(void)
{
	must(!close(open(file_name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
			 0600)));
	must(!unlink(file_name));
}

static void op_nice(void)
{
	must(!setpriority(PRIO_PROCESS, 0, 0));
}

/* clang-format off */
static const struct {
	const char *name;
	void (*run)(void);
	int loops; /* what is counted together */
	int repeats; /* of which the least counts */
	double budget; /* that it may cost more in a cage [%]; 0: none is set */
} ops[] = {
	{ "getppid (no hook)", op_getppid, 100, 7, 0 },
	{ "stat (no hook)", op_stat, 100, 7, 0.5 },
	{ "read (no hook)", op_read, 100, 7, 0.5 },
	{ "write (no hook)", op_write, 100, 7, 0.5 },
	{ "pipe write + read (no hook)", op_pipe, 100, 7, 0.5 },
	{ "open + close", op_open, 100, 7, 7 },
	{ "create + close + unlink", op_create, 1000, 7, 6 },
	{ "mmap + munmap", op_map, 1000, 7, 0 },
	{ "kill 0", op_kill, 100, 7, 0 },
	{ "setpriority", op_nice, 100, 7, 0 },
	{ "prctl", op_prctl, 100, 7, 0 },
	{ "unix send + receive", op_send, 100, 7, 0 },
	{ "unix socket, connect, accept", op_connect, 100, 7, 4 },
	{ "fork + exit + wait", op_fork, 1, 150, 3 },
	{ "vfork + execve + exit", op_exec, 1, 100, 4 },
};
/* clang-format on */

static double *costs; /* [CASES][ops]: a mapping of COSTS_FD */

static double now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_loops(size_t op)
{
	double start = now_ns();

	for (int n = 0; n < ops[op].loops; n++)
		ops[op].run();
	return (now_ns() - start) / ops[op].loops;
}

/*
 * The first rounds fill what the kernel keeps at hand (free objects, free
 * pages, names); only then is a round like any other.
 */
static void measure(int which)
{
	for (int round = 0; round < WARM_ROUNDS; round++) {
		for (size_t i = 0; i < CLO_ARRAY_SIZE(ops); i++)
			(void)time_loops(i);
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(ops); i++) {
		double least = time_loops(i);

		for (int repeat = 1; repeat < ops[i].repeats; repeat++) {
			double cost = time_loops(i);

			if (cost < least)
				least = cost;
		}
		if (!costs[(size_t)which * CLO_ARRAY_SIZE(ops) + i] ||
		    least < costs[(size_t)which * CLO_ARRAY_SIZE(ops) + i])
			costs[(size_t)which * CLO_ARRAY_SIZE(ops) + i] = least;
	}
}

static int map_costs(void)
{
	costs = mmap(NULL, COSTS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		     COSTS_FD, 0);
	return costs == MAP_FAILED ? -1 : 0;
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
	(void)snprintf(file_name, sizeof(file_name), DIR "/made-%d", which);
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
	return has_failed ? -1 : 0;
}

/* Become the Core, then a task of a cage. */
static int enter_cage(void)
{
	struct clo_define define = { .abi = CLO_ABI, .cage = CAGE };
	struct clo_label label = { .cage = CAGE };

	define.limits.state = CLO_CAGE_UP;
	define.limits.caps = CLO_CAGE_CAPS_MAX;
	define.limits.families = CLO_CAGE_FAMILIES_MAX;
	if (clo_guard_ask(CLO_GUARD_CLAIM, 0, 0) ||
	    clo_guard_ask(CLO_GUARD_DEFINE, (uintptr_t)&define,
			  sizeof(define)) ||
	    clo_guard_ask(CLO_GUARD_ENTER, clo_label_word(label), 0))
		return -1;
	/* What it makes shall be its own. */
	return setresuid(clo_label_uid(CAGE), clo_label_uid(CAGE),
			 clo_label_uid(CAGE));
}

/* In a process of its own, which was executed: the same memory each time. */
static int run_case(int which)
{
	if (map_costs() || (which == CAGED && enter_cage()))
		return 1;
	return measure_as(which) ? 1 : 0;
}

static int start_case(int which)
{
	static const char *const cases[] = { "before", "outside cages",
					     "in a cage" };
	char number[] = { (char)('0' + which), '\0' };
	char name[] = "bench-guard";
	static char word[] = "case";
	char *argv[] = { name, word, number, NULL };
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)execv(which == CAGED ? CORE : "/proc/self/exe", argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		(void)fprintf(stderr, "bench-guard: %s: not all was done\n",
			      cases[which]);
		return -1;
	}
	return 0;
}

static double cost(int which, size_t op)
{
	return costs[(size_t)which * CLO_ARRAY_SIZE(ops) + op];
}

static void print_row(size_t op)
{
	double before = cost(BEFORE, op), budget = ops[op].budget;
	double outside = 100 * (cost(OUTSIDE, op) / before - 1);
	double caged = 100 * (cost(CAGED, op) / before - 1);
	char text[64] = "-";

	if (budget > 0)
		(void)snprintf(text, sizeof(text), "+%g %%: %s", budget,
			       caged <= budget ? "kept" : "not kept");
	(void)printf("%s\t%.0f\t%+.0f (%+.1f %%)\t%+.0f (%+.1f %%)\t%s\n",
		     ops[op].name, before, cost(OUTSIDE, op) - before, outside,
		     cost(CAGED, op) - before, caged, text);
}

/* A program beside this one, or this one, where a cage may execute it. */
static int copy_program(const char *name, const char *to)
{
	static char bytes[65536];
	char path[256];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);
	clo_fd int in = -1;
	clo_fd int out = -1;
	char *slash;

	if (n <= 0)
		return -1;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (name && slash)
		(void)snprintf(slash + 1, 32, "%s", name);
	in = open(path, O_RDONLY | O_CLOEXEC);
	out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	if (in < 0 || out < 0)
		return -1;
	while ((n = read(in, bytes, sizeof(bytes))) > 0) {
		if (clo_write_full(out, bytes, (size_t)n))
			return -1;
	}
	return n < 0 ? -1 : 0;
}

/*
 * More than the tolerance worse than what is recorded is a failure; better by
 * more is told, so that the record follows.
 */
static void check_cost(const char *name, const char *where, double cost,
		       double expected)
{
	double ratio = cost / expected;

	ok(ratio <= 1 + TOLERANCE, "%s, %s: %.0f instructions, %.0f recorded",
	   name, where, cost, expected);
	if (ratio < 1 - TOLERANCE)
		printf("# %s, %s: better by %.1f %%: record it\n", name, where,
		       100 * (1 - ratio));
}

/* Lines of OPERATION, OUTSIDE and CAGED, with tabs; # begins a comment. */
static void check_table(const char *path)
{
	char line[256], name[64];
	unsigned long outside, caged;
	FILE *f = fopen(path, "re");
	bool is_known[CLO_ARRAY_SIZE(ops)] = { false };

	while (f && fgets(line, sizeof(line), f)) {
		if (line[0] == '#' || sscanf(line, "%63[^\t]\t%lu\t%lu", name,
					     &outside, &caged) != 3)
			continue;
		for (size_t i = 0; i < CLO_ARRAY_SIZE(ops); i++) {
			if (strcmp(ops[i].name, name) || is_known[i])
				continue;
			is_known[i] = true;
			check_cost(name, "outside cages", cost(OUTSIDE, i),
				   (double)outside);
			check_cost(name, "in a cage", cost(CAGED, i),
				   (double)caged);
		}
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(ops); i++) {
		ok(is_known[i], "%s: is recorded in %s", ops[i].name, path);
		printf("# %s\t%.0f\t%.0f\n", ops[i].name, cost(OUTSIDE, i),
		       cost(CAGED, i));
	}
	if (f)
		(void)fclose(f);
}

static void print_table(void)
{
	(void)printf("operation\tbefore\toutside cages\tin a cage\t"
		     "budget in a cage\n");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(ops); i++)
		print_row(i);
}

static int make_costs(void)
{
	clo_fd int fd = memfd_create("costs", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, COSTS_SIZE) || dup2(fd, COSTS_FD) < 0)
		return -1;
	return map_costs();
}

/* It is not locked: without its pins it ends. */
static int unload(void)
{
	if (umount2(CLO_GUARD_DIR, MNT_DETACH))
		return -1;
	for (int i = 0; i < 100; i++) {
		if (clo_guard_ask(CLO_GUARD_CANARY, 0, 0) == -ENOSYS)
			return 0;
		(void)usleep(100000);
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct clo_guard_options options = { .pin_dir = CLO_GUARD_DIR,
					     .core_path = CORE };
	struct clo_guard_report report = { 0 };
	struct clo_err err = { 0 };
	int fd, r;

	if (argc == 3)
		return run_case(argv[2][0] - '0');
	(void)umask(0);
	(void)mkdir(DIR,
		    01777); /* a cage makes names in no other of the host */
	fd = open(DIR "/file", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	clo_fd_cleanup(&fd);
	if (copy_program(NULL, CORE) || copy_program("bench-true", TRUE)) {
		(void)fprintf(stderr, "bench-guard: no copy in " DIR "\n");
		return 1;
	}
	/* A machine that has just started still works for itself. */
	(void)sleep(15);
	if (make_costs())
		return 1;
	/*
	 * Again and again, and the least of all: what one turn leaves in the
	 * kernel is there for every case of the next.
	 */
	for (int turn = 0; turn < TURNS; turn++) {
		if (start_case(BEFORE))
			return 1;
		r = clo_guard_load(&options, &report, &err);
		if (r) {
			(void)fprintf(stderr, "bench-guard: %s\n", err.text);
			return 3;
		}
		if (start_case(OUTSIDE) || start_case(CAGED) || unload())
			return 1;
	}
	if (argc == 2) {
		check_table(argv[1]);
		return tap_end();
	}
	print_table();
	return 0;
}
