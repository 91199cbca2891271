// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Who becomes the Core, and who only asks, also in a loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "core/guard.h"
#include "guard-actor.h"
#include "guard-live.h"

/* Enough for the one who asks to meet another in the middle of its request. */
enum { LOOP_TRIES = 200, CLAIM_ROUNDS = 10, LOOP_WAIT_MS = 20000 };

/* What those who claim in a loop and this test share, in a file of memory. */
struct loops {
	volatile int must_end;
	struct {
		volatile unsigned int tries, granted;
	} by[LOOP_COUNT];
};

#define COPY "/tmp/guard-live-copy"

static int loops_fd = -1;
static struct loops *loops;

static int loops_map(int fd)
{
	loops = mmap(NULL, sizeof(*loops), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	loops_fd = fd;
	return loops == MAP_FAILED ? -1 : 0;
}

int test_claim_prepare(void)
{
	int fd = memfd_create("loops", MFD_CLOEXEC);

	return fd < 0 || ftruncate(fd, sizeof(*loops)) ? -1 : loops_map(fd);
}

static void loop(int who)
{
	while (!loops->must_end) {
		if (clo_guard_ask(CLO_GUARD_CLAIM, 0, 0) == CLO_RULE_ALLOW)
			loops->by[who].granted++;
		loops->by[who].tries++;
	}
	_exit(0);
}

int claim_in_loop(const char *fd)
{
	if (loops_map((int)strtol(fd, NULL, 10)))
		return 1;
	loop(LOOP_COPY);
	return 0;
}

/* In a child, which outlives the Core; nobody waits for its end. */
int act_claim_loop(long who)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)close_range(3, ~0U, 0);
		loop((int)who);
	}
	return pid < 0 ? errno : 0;
}

static bool loop_runs(int who, unsigned int tries)
{
	struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	unsigned int before = loops->by[who].tries;

	for (int i = 0; i < LOOP_WAIT_MS / 10; i++) {
		if (loops->by[who].tries - before >= tries)
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

static int copy_file(const char *from, const char *to)
{
	clo_fd int in = open(from, O_RDONLY | O_CLOEXEC);
	clo_fd int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	static char room[65536];
	ssize_t size;

	while ((size = read(in, room, sizeof(room))) > 0) {
		if (write(out, room, (size_t)size) != size)
			return -1;
	}
	return (int)size;
}

/* What the parent of one that claims does to it. */
enum parent { NOTHING, TRACES_START, SEIZES, FILTERS };

/* As harmless as a filter can be: what counts is that there is one. */
static int filter_all(void)
{
	struct sock_filter allow = { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW };
	struct sock_fprog program = { 1, &allow };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* Until the child has executed the program: it is this program before, too. */
static void wait_for_exec(pid_t pid)
{
	struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	char path[32], words[256] = "";

	(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	for (int i = 0; i < 1000; i++) {
		clo_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t n = read(fd, words, sizeof(words));

		if (n > 0 && memmem(words, (size_t)n, "--claim", 7))
			return;
		(void)nanosleep(&pause, NULL);
	}
}

/*
 * Start @path as one that claims after @wait, or that breaks the guard if that
 * is NULL; and do that to it.
 */
static int claim_by(const char *path, const char *wait, enum parent parent)
{
	bool is_traced = parent == TRACES_START, is_seized = parent == SEIZES;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (is_traced)
			(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		if (parent == FILTERS && filter_all())
			_exit(250);
		(void)execl(path, path, wait ? "--claim" : "--break",
			    wait ? wait : "", (char *)NULL);
		_exit(249);
	}
	if (is_traced && (waitpid(pid, &status, 0) != pid ||
			  ptrace(PTRACE_DETACH, pid, NULL, NULL)))
		return -1;
	if (is_seized) {
		wait_for_exec(pid);
		if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) != pid ||
		    ptrace(PTRACE_DETACH, pid, NULL, NULL))
			return -1;
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* Another program of root's asks already when the first Core does. */
void test_first_claim(void)
{
	char path[256] = "", number[16];
	pid_t pid;
	int r;

	(void)snprintf(number, sizeof(number), "%d", loops_fd);
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0 ||
	    copy_file(path, COPY))
		path[0] = 0;
	pid = fork();
	if (pid == 0) {
		(void)fcntl(loops_fd, F_SETFD, 0); /* handed on */
		(void)execl(COPY, COPY, "--claim-loop", number, (char *)NULL);
		_exit(249);
	}
	live_ok(path[0] && loop_runs(LOOP_COPY, LOOP_TRIES),
		"before the lock a copy of the program claims in a loop", 0);
	r = clo_guard_ask(CLO_GUARD_CLAIM, 0, 0);
	live_ok(r == CLO_RULE_ALLOW, "the registered program becomes the Core",
		r);
	live_ok(loop_runs(LOOP_COPY, LOOP_TRIES) &&
			!loops->by[LOOP_COPY].granted,
		"the copy asks on and never does", 0);
	loops->must_end = 1;
	(void)waitpid(pid, NULL, 0);
	loops->must_end = 0;
}

/*
 * No Core lives, and a task of a cage and one of root's claim in a loop: each
 * time the registered program is started it must succeed at once.
 */
static void test_loops(const char *path)
{
	int r = CLO_RULE_ALLOW, rounds = 0;

	live_ok(loop_runs(LOOP_CAGE, LOOP_TRIES),
		"after the lock a cage claims in a loop", 0);
	live_ok(loop_runs(LOOP_HOST, LOOP_TRIES),
		"and so does a task that nobody saw executed", 0);
	while (rounds < CLAIM_ROUNDS && r == CLO_RULE_ALLOW) {
		r = claim_by(path, "0", NOTHING);
		rounds++;
	}
	live_ok(r == CLO_RULE_ALLOW,
		"they keep no new Core from claiming, as often as one starts",
		r);
	live_ok(loop_runs(LOOP_CAGE, LOOP_TRIES) &&
			loop_runs(LOOP_HOST, LOOP_TRIES) &&
			!loops->by[LOOP_CAGE].granted &&
			!loops->by[LOOP_HOST].granted,
		"and become none themselves", 0);
	loops->must_end = 1;
}

/* The Core has died; who takes its place? */
void test_restart(const char *path)
{
	int r;

	r = clo_guard_ask(CLO_GUARD_CLAIM, 0, 0);
	live_ok(r == CLO_RULE_NOT_CORE_FILE,
		"a task that nobody saw executed is not the next Core", r);
	r = copy_file(path, COPY) ? -1 : claim_by(COPY, "0", NOTHING);
	live_ok(r == CLO_RULE_NOT_CORE_FILE,
		"a copy of the program is not the next Core", r);
	r = claim_by(path, "0", TRACES_START);
	live_ok(r == CLO_RULE_NOT_CORE_FILE,
		"the program that was traced at its start is not", r);
	r = claim_by(path, "2000", SEIZES);
	live_ok(r == CLO_RULE_NOT_CORE_FILE,
		"the program that was traced since its start is not", r);
	r = claim_by(path, "0", FILTERS);
	live_ok(r == CLO_RULE_FILTERED,
		"the program under a filter of its parent's is not", r);
	r = claim_by(path, "0", NOTHING);
	live_ok(r == CLO_RULE_ALLOW,
		"the registered program, started again, is the next Core", r);
	test_loops(path);
	r = claim_by(path, NULL, NOTHING);
	live_ok(r == 0, "the canary tells of a guard that lost a program", r);
}

int claim_later(const char *wait_ms)
{
	long ms = strtol(wait_ms, NULL, 10);
	struct timespec pause = { ms / 1000, ms % 1000 * 1000 * 1000 };

	(void)nanosleep(&pause, NULL);
	return clo_guard_ask(CLO_GUARD_CLAIM, 0, 0);
}
