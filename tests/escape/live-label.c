// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The escape matrix against the guard alone: this program loads the guard, is
 * the Core, and puts attacker and victim into cages that have no namespace, so
 * that nothing but the label stands between them.  Each attack is first run
 * where it is allowed, and must work there; then it must be refused, and the
 * guard must tell the hook, the rule and both labels.
 *
 * usage: live-label [--only ID] [FILE.tsv...]
 *        as root, on a kernel with BPF LSM; without a file all that are
 *        installed beside the program
 */
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "ask.h"
#include "attack.h"
#include "core/guard.h"
#include "rows.h"
#include "tests/lib/tap.h"

enum { SECBIT_NO_SETUID_FIXUP_BIT = 1 << 2, WAIT_MS = 4000, EVENTS_MAX = 4096 };

/* What the server of unlabelled processes is told; shared. */
struct order {
	const struct attack *attack;
	int is_victim;
	volatile int posted;
	volatile pid_t pid;
};

static struct order *order;
static struct clo_event events[EVENTS_MAX];
static size_t event_count;
static struct ring_buffer *ring;
static struct clo_guard_report report;
static int pair[2]; /* made before any label, so that each side has one end */
static int early; /* a listener, made before any label */

static int keep_event(void *context, void *data, size_t size)
{
	(void)context;
	if (size >= sizeof(struct clo_event) && event_count < EVENTS_MAX)
		memcpy(&events[event_count++], data, sizeof(struct clo_event));
	return 0;
}

static int wait_for(const volatile int *flag)
{
	for (int i = 0; i < WAIT_MS && !*flag; i++)
		usleep(1000);
	return *flag;
}

static void become(const struct attack *attack, struct clo_label label)
{
	uid_t uid = clo_label_uid(label.cage);

	if (clo_label_is_cage(&label) && (attack->flags & OWN_UID)) {
		if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP_BIT, 0, 0,
			  0) ||
		    setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
			stage->fault = errno;
	}
	if (clo_label_is_cage(&label) &&
	    clo_guard_ask(CLO_GUARD_ENTER, clo_label_word(label), 0))
		stage->fault = EPERM;
}

static void be_attacker(const struct attack *attack, struct clo_label label)
{
	become(attack, label);
	if (!wait_for(&stage->go))
		_exit(1);
	stage->result = attack->run(attack->arg);
	stage->done = 1;
	pause();
	_exit(0);
}

static void be_victim(const struct attack *attack, struct clo_label label)
{
	become(attack, label);
	if (attack->prepare)
		attack->prepare();
	stage->ready = 1;
	/* A signal interrupts a sleep, so the wait is a loop of short ones. */
	while (!stage->check)
		usleep(1000);
	stage->effect = attack->effect ? attack->effect() : 0;
	stage->checked = 1;
	for (;;)
		pause();
}

static void take_place(const struct attack *attack, int is_victim,
		       struct clo_label label)
{
	if (!(attack->flags & (VICTIM_FORKS | ATTACKER_FORKS)))
		(void)setpgid(0, 0);
	if (is_victim)
		be_victim(attack, label);
	be_attacker(attack, label);
}

/* The server of processes that carry no label: forked before the claim. */
static void serve_host(void)
{
	attack_on_signal(SIGCHLD, SIG_IGN);
	attack_on_signal(SIGUSR1, SIG_IGN);
	for (;;) {
		const struct attack *attack;
		int is_victim;
		pid_t pid;

		while (!order->posted)
			usleep(1000);
		/* The next order may be there before the child looks. */
		attack = order->attack;
		is_victim = order->is_victim;
		pid = fork();
		if (!pid) {
			attack_on_signal(SIGCHLD, SIG_DFL);
			attack_on_signal(SIGUSR1, SIG_DFL);
			take_place(attack, is_victim, (struct clo_label){ 0 });
		}
		order->pid = pid;
		order->posted = 0;
	}
}

static pid_t start(const struct attack *attack, int is_victim,
		   struct clo_label label)
{
	pid_t pid;

	if (label.cage == CLO_CAGE_NONE) {
		order->attack = attack;
		order->is_victim = is_victim;
		order->posted = 1;
		while (order->posted)
			usleep(1000);
		return order->pid;
	}
	pid = fork();
	if (!pid)
		take_place(attack, is_victim, label);
	return pid;
}

/* One process forks the other before both take their labels. */
static pid_t start_family(const struct attack *attack, struct clo_label from,
			  struct clo_label to, pid_t *ret_attacker)
{
	int is_victim = (attack->flags & VICTIM_FORKS) != 0;
	pid_t outer = fork();
	pid_t inner;

	if (!outer) {
		inner = fork();
		if (!inner)
			take_place(attack, !is_victim, is_victim ? from : to);
		stage->value[0] = inner; /* no key is made in families */
		if (!is_victim)
			stage->victim = inner;
		take_place(attack, is_victim, is_victim ? to : from);
	}
	while (!stage->value[0])
		usleep(1000);
	*ret_attacker = is_victim ? (pid_t)stage->value[0] : outer;
	return is_victim ? outer : (pid_t)stage->value[0];
}

static void stop(pid_t pid)
{
	if (pid <= 0)
		return;
	(void)kill(pid, SIGKILL);
	(void)kill(pid, SIGCONT);
	(void)waitpid(pid, NULL, 0);
}

/* Runs an attack; 0 if it succeeded, -errno if not, 1 if nothing can be told */
static int run(const struct attack *attack, struct clo_label from,
	       struct clo_label to, int has_victim)
{
	static int number;
	char byte;
	pid_t victim = 0, attacker = 0;
	int result = 1;

	memset(stage, 0, sizeof(*stage));
	stage->number = ++number;
	memcpy(stage->pair, pair, sizeof(pair));
	stage->early = early;
	while (recv(pair[0], &byte, 1, MSG_DONTWAIT) > 0)
		; /* what an earlier attacker did not take */
	if (attack->flags & (VICTIM_FORKS | ATTACKER_FORKS)) {
		victim = start_family(attack, from, to, &attacker);
		stage->victim = victim;
	} else {
		victim = has_victim ? start(attack, 1, to) : 0;
		stage->victim = victim;
		attacker = start(attack, 0, from);
	}
	if ((!has_victim || wait_for(&stage->ready)) && !stage->fault) {
		stage->go = 1;
		if (wait_for(&stage->done)) {
			result = stage->result;
			stage->check = 1;
			if (has_victim && attack->effect &&
			    wait_for(&stage->checked)) {
				if (stage->effect)
					result = 0;
				else if (!result)
					result = -ENOMSG;
			}
		}
	}
	stop(attacker);
	stop(victim);
	return result;
}

static int names_target(int rule)
{
	return rule == CLO_RULE_OTHER_CAGE || rule == CLO_RULE_TO_CORE ||
	       rule == CLO_RULE_TO_UNLABELLED || rule == CLO_RULE_INTO_CAGE ||
	       rule == CLO_RULE_FOREIGN_FD;
}

static int is_told(const struct clo_event *e, const struct refusal *refusal,
		   struct clo_label from, struct clo_label to, int has_victim)
{
	/* Who asks to be traced is the object: its parent would act. */
	int is_swapped = e->hook == CLO_HOOK_ptrace_traceme;
	clo_u16 subject = is_swapped ? to.cage : from.cage;
	clo_u16 object = is_swapped ? from.cage : to.cage;

	if ((int)e->hook != refusal->hook || (int)e->rule != refusal->rule)
		return 0;
	if (e->from.cage != subject)
		return 0;
	return !has_victim || !names_target(refusal->rule) ||
	       e->to.cage == object;
}

static int was_told(const struct refusal *refusals, int count,
		    struct clo_label from, struct clo_label to, int has_victim)
{
	for (int tries = 0; tries < 3; tries++) {
		(void)ring_buffer__poll(ring, 50);
		for (size_t i = 0; i < event_count; i++) {
			const struct clo_event *e = &events[i];

			for (int j = 0; j < count; j++)
				if (is_told(e, &refusals[j], from, to,
					    has_victim))
					return 1;
		}
	}
	for (size_t i = 0; i < event_count; i++)
		printf("# told: %s %s %u+%u -> %u+%u arg=%llu %s\n",
		       hook_name(events[i].hook), rule_name(events[i].rule),
		       events[i].from.cage, events[i].from.roles,
		       events[i].to.cage, events[i].to.roles, events[i].arg,
		       events[i].object);
	return 0;
}

static int is_missing(const struct refusal *refusals, int count)
{
	for (int i = 0; i < count; i++)
		if (!(report.missing[refusals[i].hook / 64] >>
			      (refusals[i].hook % 64) &
		      1))
			return 0;
	return 1;
}

static int run_control(const struct attack *attack, struct clo_label from,
		       int has_victim)
{
	struct clo_label none = { 0 };

	if (!has_victim || attack->flags & HOST_CONTROL)
		from = none;
	return run(attack, from, from, has_victim);
}

static void check_refused(const struct row *row, const struct attack *attack,
			  struct clo_label from, struct clo_label to,
			  int has_victim)
{
	struct refusal refusals[ROW_ALTERNATIVES];
	int count = row_refusals(row, refusals);
	int r;

	if (is_missing(refusals, count)) {
		tap_skip(row->id, "this kernel has no such hook");
		return;
	}
	if (!(attack->flags & (NO_CONTROL | EVENT_ONLY))) {
		r = run_control(attack, from, has_victim);
		ok(r == 0, "%s: %s works where it is allowed (%d)", row->id,
		   attack->name, r);
	}
	usleep(60000); /* the guard tells one event of a rule in 50 ms */
	(void)ring_buffer__consume(ring);
	event_count = 0;
	r = run(attack, from, to, has_victim);
	if (attack->flags & OF_HOST)
		to = (struct clo_label){ 0 };
	ok(attack->flags & EVENT_ONLY ? r <= 0 : r < 0, "%s: refused: %s (%d)",
	   row->id, row->what, r);
	ok(was_told(refusals, count, from, to, has_victim), "%s: told: %s %s",
	   row->id, row->label, row->rule);
}

static void check_row(const struct row *row)
{
	static int is_locked;
	char name[64], from_word[32], to_word[32];
	struct clo_label from = { 0 }, to = { 0 };
	const struct attack *attack;
	int has_victim;

	if (!strcmp(row->label, "-"))
		return;
	if (!is_locked && !strncmp(row->id, "GRD-", 4)) {
		is_locked = 1;
		ok(clo_guard_ask(CLO_GUARD_LOCK, 0, 0) == CLO_RULE_ALLOW,
		   "the guard is locked");
	}
	if (sscanf(row->live, "%63s %31s %31s", name, from_word, to_word) != 3)
		name[0] = 0;
	attack = attack_find(name, strlen(name));
	has_victim = strcmp(to_word, "-") != 0;
	if (!attack || !ask_label(from_word, &from) ||
	    (has_victim && !ask_label(to_word, &to))) {
		ok(0, "%s: '%s' is an attack", row->id, row->live);
		return;
	}
	if (!strcmp(row->label, "ok")) {
		int r = run(attack, from, to, has_victim);

		ok(r == 0, "%s: allowed: %s (%d)", row->id, row->what, r);
		return;
	}
	check_refused(row, attack, from, to, has_victim);
}

static int set_up(struct clo_err *err)
{
	struct clo_guard_options options = { .pin_dir = CLO_GUARD_DIR,
					     .core_path = "/proc/self/exe" };
	static const clo_u16 numbers[] = { 2, 3, 60, 62, 63 };
	int events_fd, counts_fd;
	int r = clo_guard_load(&options, &report, err);

	if (r)
		return r;
	if (clo_guard_ask(CLO_GUARD_CLAIM, 0, 0))
		return clo_err_set(err, -EPERM, "the claim is refused");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(numbers); i++) {
		struct clo_define define = {
			.abi = CLO_ABI,
			.cage = numbers[i],
			.limits = { .state = CLO_CAGE_UP,
				    .families = CLO_CAGE_FAMILIES_MAX },
		};

		/* All but the one that opens files by their handles. */
		define.limits.caps = CLO_CAGE_CAPS_MAX &
				     ~CLO_BIT64(CLO_CAP_DAC_READ_SEARCH);
		if (clo_guard_ask(CLO_GUARD_DEFINE, (uintptr_t)&define,
				  sizeof(define)))
			return clo_err_set(err, -EPERM, "a cage is refused");
	}
	r = clo_guard_open(CLO_GUARD_DIR, &events_fd, &counts_fd, err);
	if (r)
		return r;
	ring = ring_buffer__new(events_fd, keep_event, NULL, NULL);
	return ring ? 0 : clo_err_set(err, -errno, "no ring buffer");
}

/* What a child that executed this program again does: run_shed(). */
static int kill_once(const char *pid)
{
	_exit(attack_kill_status((pid_t)strtoul(pid, NULL, 10)));
}

/* GRD rows lock the guard: they come last. */
static void read_installed(struct rows *rows)
{
	static const char *const names[] = {
		"bpf",	    "device", "exec",	"fd",	     "file", "ipc",
		"kernel",   "key",    "mount",	"namespace", "net",  "proc",
		"resource", "sched",  "signal", "trace",     "unix", "guard",
	};

	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++) {
		char path[128];

		(void)snprintf(path, sizeof(path),
			       "/usr/lib/cloison/tests/%s.tsv", names[i]);
		rows_read(rows, strdup(path));
	}
}

int main(int argc, char **argv)
{
	static struct rows rows;
	const char *only = NULL;
	struct clo_err err = { "" };
	int first = 1;

	if (argc > 2 && !strcmp(argv[1], "--kill"))
		return kill_once(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "--nothing"))
		return 0;
	if (argc > 2 && !strcmp(argv[1], "--only")) {
		only = argv[2];
		first = 3;
	}
	for (int i = first; i < argc; i++)
		rows_read(&rows, argv[i]);
	if (first >= argc)
		read_installed(&rows);
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	order = mmap(NULL, sizeof(*order), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED || order == MAP_FAILED)
		return 2;
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	(void)mkdir(SHARED_DIR, 0777);
	(void)chmod(SHARED_DIR, 01777);
	(void)mkdir("/sys/fs/cgroup/init", 0755);
	if (attack_make_movable())
		printf("# no mount to be moved: %s\n", strerror(errno));
	early = attack_make_early();
	if (early < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return 2;
	if (!fork())
		serve_host();
	if (set_up(&err)) {
		printf("Bail out! %s\n", err.text);
		return 2;
	}
	attack_on_signal(SIGUSR1, SIG_IGN);
	for (size_t i = 0; i < rows.count; i++)
		if (!only || !strncmp(rows.row[i].id, only, strlen(only)))
			check_row(&rows.row[i]);
	return tap_end();
}
