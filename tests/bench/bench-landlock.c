// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sandboxes side by side: what it costs until a program that does nothing has
 * run; to resolve and apply many rules; to open a file.  Processor time, in
 * the kernel too: another's load falls on it less than on the clock.
 * usage: bench-landlock CLOISON BARE TRUE PROFILES [ROUNDS]
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cloison/landlock.h"
#include "landlock/sys.h"

enum { METHODS = 8, WORDS = 24, ROUNDS_MAX = 1000, OPENS = 20000, SETS = 41 };

extern char **environ;

struct method {
	const char *name;
	const char *words[WORDS];
	double *us, *clock; /* one a round: processor time, and on the clock */
	int is_gone; /* it cannot run here */
};

static double now_us(clockid_t of)
{
	struct timespec t;

	(void)clock_gettime(of, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), by_value);
	return values[count / 2];
}

static double of(const struct timeval *t)
{
	return (double)t->tv_sec * 1e6 + (double)t->tv_usec;
}

/* Status of the method's program, and the time that it took. */
static int run(const struct method *m, double *ret_us, double *ret_clock)
{
	struct rusage used = { 0 };
	posix_spawn_file_actions_t quiet;
	char *argv[WORDS];
	int status = -1;
	double from;
	pid_t pid;

	memcpy(argv, m->words, sizeof(argv));
	(void)posix_spawn_file_actions_init(&quiet);
	(void)posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY,
					       0);
	from = now_us(CLOCK_MONOTONIC);
	if (!posix_spawnp(&pid, argv[0], &quiet, NULL, argv, environ))
		(void)wait4(pid, &status, 0, &used);
	*ret_clock = now_us(CLOCK_MONOTONIC) - from;
	*ret_us = of(&used.ru_utime) + of(&used.ru_stime);
	(void)posix_spawn_file_actions_destroy(&quiet);
	return status;
}

static void start(struct method *methods, int rounds)
{
	double base = 0, base_clock = 0;

	for (int m = 0; m < METHODS; m++) {
		methods[m].us = calloc((size_t)rounds, sizeof(*methods[m].us));
		methods[m].clock = calloc((size_t)rounds, sizeof(double));
		if (!methods[m].us || !methods[m].clock)
			exit(1);
		methods[m].is_gone = run(&methods[m], &methods[m].us[0],
					 &methods[m].clock[0]) != 0;
	}
	for (int i = 0; i < rounds; i++) {
		for (int m = 0; m < METHODS; m++) {
			if (!methods[m].is_gone &&
			    run(&methods[m], &methods[m].us[i],
				&methods[m].clock[i]))
				methods[m].is_gone = 1;
		}
	}
	(void)fputs(
		"| start of a program | processor time: ratio | median us | 90th percentile us "
		"| by the clock: ratio | median us |\n|---|---|---|---|---|---|\n",
		stdout);
	for (int m = 0; m < METHODS; m++) {
		double middle, middle_clock;

		if (methods[m].is_gone) {
			printf("| %s | cannot run here | | | | |\n",
			       methods[m].name);
			continue;
		}
		middle = median(methods[m].us, rounds);
		middle_clock = median(methods[m].clock, rounds);
		if (!m) { /* the bare sandboxer: the others are ratios of it */
			base = middle;
			base_clock = middle_clock;
		}
		printf("| %s | %.2f | %.0f | %.0f | %.2f | %.0f |\n",
		       methods[m].name, middle / base, middle,
		       methods[m].us[rounds * 9 / 10],
		       middle_clock / base_clock, middle_clock);
	}
}

static struct cloison_landlock_policy *many(int rules, const char *dir)
{
	struct cloison_landlock_policy *p = NULL;
	char path[256];
	int r = cloison_landlock_new(&p);

	for (int i = 0; !r && i < rules; i++) {
		(void)snprintf(path, sizeof(path), "%s/%d", dir, i);
		if (access(path, F_OK) && mkdir(path, 0755))
			exit(1);
	}
	r = r ? r :
		cloison_landlock_allow_path(p, "/",
					    CLOISON_LANDLOCK_FS_READ_FILE, 0);
	for (int i = 1; !r && i < rules; i++) {
		(void)snprintf(path, sizeof(path), "%s/%d", dir, i);
		r = cloison_landlock_allow_path(
			p, path, CLOISON_LANDLOCK_FS_READ_FILE, 0);
	}
	if (r)
		exit(1);
	return p;
}

/* The limit: as many rules, by the system calls alone; what it took. */
static double bare(int rules, const char *dir)
{
	struct clo_landlock_ruleset_attr attr = {
		.handled = { CLOISON_LANDLOCK_FS_READ_FILE }
	};
	char(*paths)[256] = calloc((size_t)rules, sizeof(*paths));
	double from;
	int ruleset;

	for (int i = 0; paths && i < rules; i++)
		(void)snprintf(paths[i], sizeof(paths[i]), i ? "%s/%d" : "/",
			       dir, i);
	from = now_us(CLOCK_PROCESS_CPUTIME_ID);
	ruleset = (int)clo_landlock_create(&attr, 8, 0);
	for (int i = 0; paths && i < rules; i++) {
		struct clo_landlock_path_attr path = {
			.allowed_access = CLOISON_LANDLOCK_FS_READ_FILE,
			.parent_fd = open(paths[i], O_PATH | O_CLOEXEC),
		};

		if (clo_landlock_add(ruleset, CLO_LANDLOCK_RULE_PATH, &path, 0))
			_exit(1);
		(void)close(path.parent_fd);
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    clo_landlock_restrict(ruleset, 0))
		_exit(1);
	return now_us(CLOCK_PROCESS_CPUTIME_ID) - from;
}

/* In a child: the rules as the library tells them, or the system calls. */
static void set_rules(int rules, int is_bare, const char *dir, int out)
{
	struct cloison_landlock_policy *p = many(rules, dir);
	double result[2] = { 0 }, from = now_us(CLOCK_PROCESS_CPUTIME_ID);

	if (is_bare)
		result[0] = bare(rules, dir);
	else if (cloison_landlock_resolve(p, NULL) || cloison_landlock_apply(p))
		_exit(1);
	else
		result[0] = now_us(CLOCK_PROCESS_CPUTIME_ID) - from;
	_exit(write(out, result, sizeof(result)) != sizeof(result));
}

/* In a child: resolve, apply, open again and again. */
static void measure(int rules, int depth, const char *dir, int out)
{
	struct cloison_landlock_policy *p = many(rules ? rules : 1, dir);
	double result[2] = { 0 }, from;
	char path[512];
	size_t used;

	used = (size_t)snprintf(path, sizeof(path), "%s", dir);
	for (int i = 0; i < depth; i++) {
		used += (size_t)snprintf(path + used, sizeof(path) - used,
					 "/d");
		(void)mkdir(path, 0755);
	}
	(void)snprintf(path + used, sizeof(path) - used, "/f");
	(void)close(open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0644));
	if (rules &&
	    (cloison_landlock_resolve(p, NULL) || cloison_landlock_apply(p)))
		_exit(1);
	from = now_us(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < OPENS; i++) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			_exit(1);
		(void)close(fd);
	}
	result[1] = (now_us(CLOCK_PROCESS_CPUTIME_ID) - from) * 1000 / OPENS;
	_exit(write(out, result, sizeof(result)) != sizeof(result));
}

/* @depth: 0: setting the rules, -1: by the system calls alone. */
static int once(int rules, int depth, const char *dir, double result[2])
{
	int pair[2], status = 0, good;
	pid_t pid;

	if (pipe2(pair, O_CLOEXEC))
		return 0;
	(void)fflush(stdout);
	pid = fork();
	if (!pid && depth <= 0)
		set_rules(rules, depth < 0, dir, pair[1]);
	if (!pid)
		measure(rules, depth, dir, pair[1]);
	(void)close(pair[1]);
	good = read(pair[0], result, 2 * sizeof(*result)) ==
	       (ssize_t)(2 * sizeof(*result));
	(void)close(pair[0]);
	(void)waitpid(pid, &status, 0);
	return good;
}

/* Least and median time to set @rules: [0] by the library, [1] the limit. */
static void cost_of_setting(int rules, const char *dir, double least[2],
			    double middle[2])
{
	static double us[2][SETS];
	double result[2];

	for (int i = 0; i < SETS; i++) {
		for (int how = 0; how < 2; how++) {
			if (!once(rules, -how, dir, result))
				exit(1);
			us[how][i] = result[0];
		}
	}
	for (int how = 0; how < 2; how++) {
		middle[how] = median(us[how], SETS);
		least[how] = us[how][0];
	}
}

static void costs(const char *dir)
{
	static const int rules[] = { 0, 1, 10, 100, 1000 };
	static const int depths[] = { 1, 5, 10, 20 };

	(void)fputs(
		"\n| rules | resolve and apply us: least, median | the system calls alone | ratio of least, of median "
		"| ns of an open, depth 1 | 5 | 10 | 20 |\n|---|---|---|---|---|---|---|---|\n",
		stdout);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		double least[2], middle[2];

		if (rules[i]) {
			cost_of_setting(rules[i], dir, least, middle);
			printf("| %d | %.0f, %.0f | %.0f, %.0f | %.2f, %.2f |",
			       rules[i], least[0], middle[0], least[1],
			       middle[1], least[0] / least[1],
			       middle[0] / middle[1]);
		} else {
			printf("| 0 | | | |");
		}
		for (size_t d = 0; d < 4; d++) {
			double ns[3], result[2];

			for (int rep = 0; rep < 3; rep++) {
				if (!once(rules[i], depths[d], dir, result))
					exit(1);
				ns[rep] = result[1];
			}
			printf(" %.0f |", median(ns, 3));
		}
		printf("\n");
	}
}

static void compare(char **argv, int rounds)
{
	struct method methods[METHODS] = {
		{ "bare sandboxer, 10 rules",
		  { argv[2], argv[3] },
		  NULL,
		  NULL,
		  0 },
		{ "no sandbox", { argv[3] }, NULL, NULL, 0 },
		{ "cloison run, the same 10 rules",
		  { argv[1], "run", "-q", "--sandboxer", "--", argv[3] },
		  NULL,
		  NULL,
		  0 },
		{ "cloison run, profile of 50 rules",
		  { argv[1], "run", "-q", "-p", "agent", "--ro", "/var/tmp",
		    "--exec", argv[3], "--", argv[3] },
		  NULL,
		  NULL,
		  0 },
		{ "setpriv --landlock",
		  { "setpriv", "--no-new-privs", "--landlock-access", "fs",
		    "--landlock-rule", "path-beneath:execute,read-file:/", "--",
		    argv[3] },
		  NULL,
		  NULL,
		  0 },
		{ "firejail, no network",
		  { "firejail", "--quiet", "--noprofile", "--net=none",
		    argv[3] },
		  NULL,
		  NULL,
		  0 },
		{ "bubblewrap, three mounts",
		  { "bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs",
		    "/tmp", "--ro-bind", argv[3], argv[3], argv[3] },
		  NULL,
		  NULL,
		  0 },
		{ "bubblewrap, no network, own processes",
		  { "bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs",
		    "/tmp", "--ro-bind", argv[3], argv[3], "--unshare-all",
		    argv[3] },
		  NULL,
		  NULL,
		  0 },
	};
	start(methods, rounds);
}

int main(int argc, char **argv)
{
	char dir[] = "/var/tmp/bench-landlock.XXXXXX";
	char list[4096];
	int rounds = argc > 5 ? (int)strtoul(argv[5], NULL, 10) : 200;

	if (argc > 3)
		argv[3] = realpath(argv[3], NULL); /* for the mounts */
	if (argc < 5 || !argv[3] || rounds < 1 || rounds > ROUNDS_MAX ||
	    !mkdtemp(dir))
		return 2;
	(void)snprintf(list, sizeof(list),
		       "/usr:/bin:/lib:/lib64:/etc:/opt:/proc:%s", argv[3]);
	(void)setenv("LL_FS_RO", list, 1);
	(void)setenv("LL_FS_RW", "/tmp:/dev/null", 1);
	(void)setenv("CLOISON_PROFILE_PATH", argv[4], 1);
	compare(argv, rounds);
	costs(dir);
	(void)fflush(stdout);
	return execlp("rm", "rm", "-rf", dir, NULL);
}
