// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The guard against a real kernel: loads it with this program as the Core, and
 * tries what it forbids; each refusal must also be read back from the ring
 * with its rule.
 *
 * usage: guard-live          as root, on a kernel with BPF LSM
 *        guard-live --kill PID    try to signal; status: errno
 *        guard-live --claim [MS]  ask to be the Core; status: the rule
 *        guard-live --claim-loop FD  ask on and on (guard-claim.c)
 *        guard-live --break ''  be the Core and break the guard; status: 0
 *                               if the canary tells
 */
#include "guard-live.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "core/guard.h"
#include "guard-actor.h"
#include "lib/tap.h"

pid_t live_core, live_a, live_b;
bool live_has_uring;

void live_ok(bool is_good, const char *text, int detail)
{
	ok(is_good, "%s", text);
	if (!is_good)
		printf("# got %d: %s\n", detail, strerror(detail));
}

void live_skip(const char *text, const char *why)
{
	tap_skip(text, why);
}

static int ask(enum clo_guard_request request, uint64_t arg)
{
	return clo_guard_ask(request, arg, 0);
}

static int define(unsigned int cage, uint64_t caps)
{
	struct clo_define define = {
		.abi = CLO_ABI,
		.cage = cage,
		.limits = {
			.state = CLO_CAGE_UP,
			.caps = caps,
			.families = CLO_BIT64(CLO_AF_UNIX) |
				    CLO_BIT64(CLO_AF_INET) |
				    CLO_BIT64(CLO_AF_NETLINK),
		},
	};

	return clo_guard_ask(CLO_GUARD_DEFINE, (uint64_t)&define,
			     sizeof(define));
}

#define CAPS                                                         \
	(CLO_BIT64(CLO_CAP_KILL) | CLO_BIT64(CLO_CAP_DAC_OVERRIDE) | \
	 CLO_BIT64(CLO_CAP_SYS_NICE))

int act_kill(long pid)
{
	return kill((pid_t)pid, 0) ? errno : 0;
}

static int act_claim(long arg)
{
	(void)arg;
	return ask(CLO_GUARD_CLAIM, 0);
}

static int act_lock(long arg)
{
	(void)arg;
	return ask(CLO_GUARD_LOCK, 0);
}

static int act_enter(long cage)
{
	return ask(CLO_GUARD_ENTER, (uint64_t)cage);
}

static int act_free(long cage)
{
	return ask(CLO_GUARD_FREE, (uint64_t)cage);
}

static int act_define(long cage)
{
	return define((unsigned int)cage, CAPS);
}

void test_requests_before(void)
{
	int r;

	live_ok(ask(CLO_GUARD_LOCK, 0) == CLO_RULE_NOT_CORE,
		"who is not the Core does not lock", 0);
	test_first_claim();
	r = events_open();
	live_ok(r == 0, "the Core opens the events", -r);
	live_ok(events_have_kind(CLO_EVENT_CLAIM, CLO_CAGE_CORE),
		"the claim is an event", 0);
	r = host_do(act_claim, 0);
	live_ok(r == CLO_RULE_CORE_ALIVE, "a second Core is refused", r);
	r = define(CAGE_A, CAPS);
	live_ok(r == CLO_RULE_ALLOW, "the Core defines a cage", r);
	r = define(CAGE_B, CAPS);
	live_ok(r == CLO_RULE_ALLOW, "the Core defines another", r);
	r = define(4, ~0ULL);
	live_ok(r == CLO_RULE_BAD_REQUEST, "limits no cage may have: refused",
		r);
	r = define(CAGE_A, CAPS | CLO_BIT64(CLO_CAP_CHOWN));
	live_ok(r == CLO_RULE_FROZEN, "wider limits are refused: frozen", r);
	r = define(CAGE_A, CAPS);
	live_ok(r == CLO_RULE_ALLOW, "limits that are no wider are taken", r);
	r = host_do(act_define, CAGE_A);
	live_ok(r == CLO_RULE_NOT_CORE, "the host defines no cage", r);
	r = host_do(act_enter, CAGE_A);
	live_ok(r == CLO_RULE_NOT_CORE, "the host enters no cage", r);
	r = ask(CLO_GUARD_ENTER, 5);
	live_ok(r == CLO_RULE_CAGE_STATE, "an empty cage is not entered", r);
	r = ask(CLO_GUARD_CANARY, CAGE_A);
	live_ok(r == CLO_RULE_MOUNT &&
			events_have(CLO_HOOK_guard_request, CLO_RULE_MOUNT),
		"the canary is refused and told", r);
}

void test_requests_after(void)
{
	struct clo_label user = { .cage = CAGE_A, .roles = CLO_ROLE_USER };
	struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	int r;

	r = cage_do(CAGE_A, true, act_enter, CAGE_B);
	live_ok(r == CLO_RULE_RELABEL, "a cage does not become another", r);
	r = cage_do(CAGE_A, true, act_enter, (long)clo_label_word(user));
	live_ok(r == CLO_RULE_ALLOW, "a task of a cage takes on a role", r);
	r = cage_do(CAGE_A, true, act_define, CAGE_A);
	live_ok(r == CLO_RULE_NOT_CORE, "a cage defines nothing", r);
	r = cage_do(CAGE_A, true, act_free, CAGE_A);
	live_ok(r == CLO_RULE_NOT_CORE, "a cage frees nothing", r);
	r = ask(CLO_GUARD_FREE, CAGE_A);
	live_ok(r == CLO_RULE_CAGE_STATE, "an open cage is not freed", r);
	r = ask(CLO_GUARD_CLOSE, CAGE_A);
	live_ok(r == CLO_RULE_ALLOW, "the Core closes a cage", r);
	r = ask(CLO_GUARD_FREE, CAGE_A);
	live_ok(r == CLO_RULE_CAGE_BUSY, "a busy cage is not freed", r);
	(void)kill(live_a, SIGKILL);
	(void)waitpid(live_a, NULL, 0);
	/* The last threads may still be on their way out. */
	for (int i = 0; i < 100; i++) {
		r = ask(CLO_GUARD_FREE, CAGE_A);
		if (r != CLO_RULE_CAGE_BUSY)
			break;
		(void)nanosleep(&pause, NULL);
	}
	live_ok(r == CLO_RULE_ALLOW, "once it is empty it is freed", r);
	live_ok(events_have_kind(CLO_EVENT_FREE, CAGE_A),
		"the freeing is an event", 0);
}

static const char *probe_path;

static int run_probe(bool is_vfork, long pid)
{
	char number[24];
	char *argv[] = { NULL, NULL, NULL, NULL };
	char path[256], option[] = "--kill";
	pid_t child;
	int status;

	(void)snprintf(path, sizeof(path), "%s", probe_path);
	(void)snprintf(number, sizeof(number), "%ld", pid);
	argv[0] = path;
	argv[1] = option;
	argv[2] = number;
	child = is_vfork ? vfork() : fork();
	if (child == 0) {
		(void)execv(path, argv);
		_exit(249);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 248;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 247;
}

static int act_fork_exec(long pid)
{
	return run_probe(false, pid);
}

static int act_vfork_exec(long pid)
{
	return run_probe(true, pid);
}

static void *thread_kill(void *arg)
{
	return (void *)(long)act_kill((long)arg);
}

static int act_thread(long pid)
{
	pthread_t thread;
	void *result;

	if (pthread_create(&thread, NULL, thread_kill, (void *)pid) ||
	    pthread_join(thread, &result))
		return 246;
	return (int)(long)result;
}

static int act_orphan(long pid)
{
	int fds[2], answer = 245;

	if (pipe(fds))
		return 244;
	if (fork() == 0) {
		if (fork() == 0) {
			(void)setsid();
			(void)usleep(50000); /* its parent has gone */
			answer = act_kill(pid);
			_exit(write(fds[1], &answer, sizeof(answer)) < 0);
		}
		_exit(0);
	}
	(void)close(fds[1]);
	if (read(fds[0], &answer, sizeof(answer)) != sizeof(answer))
		return 243;
	return answer;
}

static int act_unshare(long pid)
{
	if (unshare(CLONE_FS | CLONE_FILES | CLONE_SYSVSEM))
		return 242;
	return act_kill(pid);
}

/* The Core has moved this task to another cgroup when it is told to go on. */
static int go_fds[2];

static int act_cgroup(long pid)
{
	char byte;

	if (read(go_fds[0], &byte, 1) != 1)
		return 241;
	return act_kill(pid);
}

static int move_and_ask(void)
{
	const char *dir = "/sys/fs/cgroup/guard-live";
	struct clo_label label = { .cage = CAGE_A, .roles = 0 };
	char path[256], number[24];
	int fd, status, size;
	pid_t pid;

	if ((mkdir(dir, 0755) && errno != EEXIST) || pipe(go_fds))
		return -1;
	pid = fork();
	if (pid == 0) {
		if (ask(CLO_GUARD_ENTER, clo_label_word(label)))
			_exit(240);
		_exit(act_cgroup(live_b));
	}
	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	size = snprintf(number, sizeof(number), "%d", pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, number, (size_t)size) != size ||
	    write(go_fds[1], "", 1) != 1 || waitpid(pid, &status, 0) != pid)
		return -1;
	(void)close(fd);
	(void)rmdir(dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 239;
}

void test_inherit(const char *probe)
{
	int r;

	probe_path = probe;
	r = cage_do(CAGE_A, true, act_fork_exec, live_a);
	live_ok(r == 0, "inside a cage a signal is delivered", r);
	events_forget();
	r = cage_do(CAGE_A, true, act_fork_exec, live_b);
	live_ok(r == EPERM &&
			events_have(CLO_HOOK_task_kill, CLO_RULE_OTHER_CAGE),
		"the label is kept over fork and exec", r);
	live_ok(events_exe(CLO_RULE_OTHER_CAGE)[0] == '/',
		"the event names the program by its path", 0);
	r = cage_do(CAGE_A, true, act_vfork_exec, live_b);
	live_ok(r == EPERM, "the label is kept over vfork", r);
	r = cage_do(CAGE_A, true, act_thread, live_b);
	live_ok(r == EPERM, "a thread has the label of its process", r);
	r = cage_do(CAGE_A, true, act_orphan, live_b);
	live_ok(r == EPERM, "the label is kept when the parent has gone", r);
	r = cage_do(CAGE_A, true, act_unshare, live_b);
	live_ok(r == EPERM, "the label is kept over unshare", r);
	r = move_and_ask();
	if (r < 0)
		tap_skip("the label is kept over a move of cgroup",
			 "no cgroup v2 is mounted here");
	else
		live_ok(r == EPERM, "the label is kept over a move of cgroup",
			r);
}

/* Each second refusal is of another rule: all have room, the cage has none. */
static void test_cage_limit(void)
{
	struct timespec pause = { .tv_nsec = 300 * 1000 * 1000 };
	unsigned int before, told;

	(void)nanosleep(&pause, NULL);
	events_forget();
	before = events_total();
	(void)cage_do(CAGE_B, true, act_break_rules, 60);
	(void)nanosleep(&pause, NULL);
	told = events_total() - before;
	live_ok(told >= 300 && told <= 500,
		"a cage that breaks many rules in turn fills no log",
		(int)told);
}

/* What is granted: the label that the task has already. */
static int act_enter_again(long tries)
{
	int r = CLO_RULE_ALLOW;

	for (long i = 0; i < tries && r == CLO_RULE_ALLOW; i++)
		r = ask(CLO_GUARD_ENTER, CAGE_B);
	return r;
}

static void test_grant_limit(void)
{
	struct timespec pause = { .tv_nsec = 300 * 1000 * 1000 };
	unsigned int before, told;
	int r;

	(void)nanosleep(&pause, NULL);
	before = events_total();
	r = cage_do(CAGE_B, true, act_enter_again, 5000);
	(void)nanosleep(&pause, NULL);
	told = events_total() - before;
	live_ok(r == CLO_RULE_ALLOW, "a cage is granted what it is already", r);
	live_ok(told >= 1 && told <= 500,
		"what a cage is granted again and again fills no log",
		(int)told);
}

enum { FLOOD_UID = 1000, FLOOD_TRIES = 2000 };

/* Each rule that a user may break by asking. */
static int act_flood(long uid)
{
	if (setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid))
		return 238;
	for (int i = 0; i < FLOOD_TRIES; i++) {
		(void)ask(CLO_GUARD_LOCK, 0);
		(void)ask(CLO_GUARD_CLAIM, 0);
		(void)ask(CLO_GUARD_CANARY, CAGE_A);
		/* NOLINTNEXTLINE(*EnumCastOutOfRange): no request at all */
		(void)ask((enum clo_guard_request)99, 0);
	}
	return 0;
}

static int act_ask_as(long uid)
{
	if (uid && setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid))
		return 238;
	return ask(CLO_GUARD_LOCK, 0);
}

/* A user outside cages is refused in a loop; what others try is told. */
static void test_user_limit(void)
{
	struct timespec pause = { .tv_nsec = 300 * 1000 * 1000 };
	unsigned int before;
	int r;

	(void)nanosleep(&pause, NULL);
	events_forget();
	before = events_total();
	r = host_do(act_flood, FLOOD_UID);
	live_ok(!r && events_total() - before >= 50 &&
			events_total() - before < 300,
		"a user of the host who is refused in a loop fills no log",
		(int)(events_total() - before));
	events_forget();
	r = host_do(act_ask_as, FLOOD_UID);
	live_ok(r == CLO_RULE_NOT_CORE && !events_count(CLO_RULE_NOT_CORE),
		"after it a refusal of his is counted, not told", r);
	r = host_do(act_ask_as, 0);
	live_ok(r == CLO_RULE_NOT_CORE && events_have_uid(CLO_RULE_NOT_CORE, 0),
		"one of root's is told", r);
	r = host_do(act_kill, live_core);
	live_ok(r == EPERM && events_have_uid(CLO_RULE_CORE_PROTECTED, 0),
		"so is one of another rule", r);
	r = host_do(act_ask_as, FLOOD_UID + 1);
	live_ok(r == CLO_RULE_NOT_CORE &&
			events_have_uid(CLO_RULE_NOT_CORE, FLOOD_UID + 1),
		"and one of another user's", r);
}

static void test_limit(void)
{
	struct timespec pause = { .tv_nsec = 200 * 1000 * 1000 };
	unsigned int count, told;

	(void)nanosleep(&pause, NULL);
	events_forget();
	for (int i = 0; i < 300; i++)
		(void)ask(CLO_GUARD_CANARY, CAGE_A);
	(void)nanosleep(&pause, NULL);
	(void)ask(CLO_GUARD_CANARY, CAGE_A);
	count = events_count(CLO_RULE_MOUNT);
	told = events_suppressed(CLO_RULE_MOUNT);
	live_ok(count < 300 && count + told >= 300,
		"a burst is shortened and what is left out is counted",
		(int)(count + told));
	test_cage_limit();
	test_grant_limit();
	test_user_limit();
	live_ok(events_are_unique(), "no two events have the same number", 0);
}

/* What the process that is the Core has counted, for the one after it. */
struct tally {
	int count, failed;
};

static void run_core(const char *path, struct tally *tally)
{
	struct clo_guard_options options = { .pin_dir = CLO_GUARD_DIR,
					     .core_path = "/proc/self/exe" };
	struct clo_guard_report report = { 0 };
	struct clo_err err = { "" };
	int r;

	test_link_prepare();
	test_space_prepare();
	host_start();
	r = clo_guard_load(&options, &report, &err);
	ok(r == 0, "the guard loads %s", err.text);
	if (!r) {
		printf("# %u programs attached\n", report.hook_count);
		live_has_uring =
			!(report.missing[CLO_HOOK_uring_allowed / 64] &
			  (UINT64_C(1) << (CLO_HOOK_uring_allowed % 64)));
		r = clo_guard_load(&options, &report, &err);
		ok(r == -EEXIST, "it does not load twice");
		live_core = getpid();
		test_requests_before();
		live_a = victim_start(CAGE_A, NULL, 0);
		live_b = victim_start(CAGE_B, NULL, 0);
		ok(live_a > 0 && live_b > 0, "a task enters each cage");
		test_inherit(path);
		test_tasks();
		test_objects();
		test_kernel();
		test_programs(false);
		test_probes(false);
		r = host_do(act_lock, 0);
		live_ok(r == CLO_RULE_NOT_CORE, "the host does not lock", r);
		r = ask(CLO_GUARD_LOCK, 0);
		live_ok(r == CLO_RULE_ALLOW, "the Core locks the guard", r);
		test_self();
		test_programs(true);
		test_probes(true);
		test_space();
		test_requests_after();
		test_limit();
		test_canary();
		/* They go on when the Core has died: test_restart(). */
		live_ok(!host_do(act_claim_loop, LOOP_HOST) &&
				!cage_do(CAGE_B, true, act_claim_loop,
					 LOOP_CAGE),
			"a cage and root outside begin to claim in a loop", 0);
		(void)kill(live_b, SIGKILL);
		(void)waitpid(live_b, NULL, 0);
	}
	tally->count = tap_count;
	tally->failed = tap_failed;
}

int main(int argc, char **argv)
{
	static char path[256];
	struct tally tally = { 0, 1 };
	int fds[2];
	pid_t pid;

	if (argc == 3 && !strcmp(argv[1], "--kill"))
		return act_kill(strtol(argv[2], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "--claim"))
		return claim_later(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "--claim-loop"))
		return claim_in_loop(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "--break"))
		return claim_and_break();
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0 ||
	    test_claim_prepare() || pipe2(fds, O_CLOEXEC))
		return 1;
	pid = fork();
	if (pid == 0) {
		run_core(path, &tally);
		_exit(write(fds[1], &tally, sizeof(tally)) != sizeof(tally));
	}
	(void)close(fds[1]);
	if (read(fds[0], &tally, sizeof(tally)) != sizeof(tally))
		tally.failed = 1;
	(void)waitpid(pid, NULL, 0);
	tap_count = tally.count;
	tap_failed = tally.failed;
	ok(tally.count > 2, "the Core has come to its end");
	if (tally.count > 2)
		test_restart(path);
	return tap_end();
}
