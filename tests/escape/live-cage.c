// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The escape matrix from inside a whole cage.  This program is the attacker;
 * it is also the victim, started beforehand in another cage and on the host,
 * which makes what the attacks aim at, and the control: the same attacks where
 * nothing stops them.
 *
 * usage: live-cage --victim
 *            says "ready" and its System V numbers, and "hit" for each signal
 *        live-cage --attack user|root PID-OF-3 PID-OF-CORE PID-OF-HOST
 *            SHM MSG SEM [--only ID] FILE...
 *        live-cage --control [--only ID] FILE...
 *            as root, outside every cage: rows that live-label does not run
 *        live-cage --list
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "attack.h"
#include "base/base.h"
#include "policy/label.h"
#include "proto/wire.h"
#include "rows.h"
#include "tests/lib/tap.h"

enum { PATIENCE_MS = 3000 };

/* What attacks of other cages aim at. */
static pid_t victims[3]; /* in cage 3, of the Core, on the host */
static long values[VALUE_COUNT];
static const char *who; /* user, root; or "control" */
static const char *only; /* a row, or NULL for all */
static int pair[2];

static int wait_for(const volatile int *flag)
{
	for (int i = 0; i < PATIENCE_MS && !*flag; i++)
		usleep(1000);
	return *flag;
}

static void say_hit(int sig)
{
	char text[] = "hit ..\n";

	text[4] = (char)('0' + sig / 10);
	text[5] = (char)('0' + sig % 10);
	(void)!write(1, text, sizeof(text) - 1);
}

/* That the attack works on the victim, from inside its own cage. */
static int works_at_home(const struct attack *attack)
{
	pid_t pid = fork();
	int status = 1;

	if (!pid)
		_exit(attack->run(attack->arg) != 0);
	(void)waitpid(pid, &status, 0);
	return status == 0;
}

/* Makes everything that any attack aims at, and stays. */
static int be_target(void)
{
	static const char *const names[] = {
		"abstract-stream", "path-stream", "shm-attach", "msg-receive",
		"sem-op",	   "mqueue-open", "file-read",	"fifo",
		"dev-shm",	   "pty-open",	  "rmdir",	"tcp-loopback",
		"reuseport",
	};

	(void)prctl(PR_SET_NAME, "victim", 0, 0, 0);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++) {
		const struct attack *a =
			attack_find(names[i], strlen(names[i]));

		a->prepare();
		if (strcmp(names[i], "rmdir") && !works_at_home(a)) {
			printf("failed %s\n", names[i]);
			return 1;
		}
		a->prepare(); /* what the trial took away */
	}
	for (int sig = 1; sig < 32; sig++)
		if (sig != SIGKILL && sig != SIGSTOP && sig != SIGCHLD &&
		    sig != SIGSEGV && sig != SIGCONT)
			attack_on_signal(sig, say_hit);
	printf("ready %ld %ld %ld\n", stage->value[VALUE_SHM],
	       stage->value[VALUE_MSG], stage->value[VALUE_SEM]);
	(void)fflush(stdout);
	for (;;)
		pause();
}

static pid_t start_victim(const struct attack *attack)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	(void)setpgid(0, 0);
	if (attack->prepare)
		attack->prepare();
	stage->ready = 1;
	while (!stage->check)
		usleep(1000);
	stage->effect = attack->effect ? attack->effect() : 1;
	stage->checked = 1;
	for (;;)
		pause();
}

static void stop(pid_t pid)
{
	if (pid > 0 && !kill(pid, SIGKILL))
		(void)waitpid(pid, NULL, 0);
}

static void aim(const char *to)
{
	static int number;

	memset(stage, 0, sizeof(*stage));
	memcpy(stage->pair, pair, sizeof(pair));
	stage->is_control = !strcmp(who, "control");
	stage->target = CLO_CAGE_NONE;
	if (!strcmp(to, "2") || stage->is_control) {
		/* Each pass has names of its own. */
		stage->number = ++number + (*who == 'r' ? 5000 : 1000);
		stage->target = CLO_CAGE_FIRST;
	} else if (!strcmp(to, "3")) {
		memcpy((void *)stage->value, values, sizeof(values));
		stage->victim = victims[0];
		stage->target = 3;
	} else if (!strcmp(to, "core")) {
		stage->victim = victims[1];
		stage->target = CLO_CAGE_CORE;
		stage->socket = CLO_CONTROL_SOCKET;
	} else {
		if (*to == '-')
			stage->number = ++number + (*who == 'r' ? 5000 : 1000);
		stage->victim = victims[2];
	}
}

/* 0 if it succeeded, -errno if not, 1 if nothing can be told. */
static int run(const struct attack *attack, const char *id, const char *to)
{
	pid_t victim = 0, attacker;
	int result = 1, is_own;
	char byte, name[16];

	while (recv(pair[0], &byte, 1, MSG_DONTWAIT) > 0)
		; /* what an earlier attacker did not take */
	aim(to);
	is_own = !strcmp(to, "2") || (stage->is_control && *to != '-');
	if (is_own || (stage->is_control && attack->prepare)) {
		victim = start_victim(attack);
		stage->victim = victim;
		(void)wait_for(&stage->ready);
	}
	attacker = fork();
	if (!attacker) {
		(void)setpgid(0, 0);
		/* By this the row is found in the log (live-told). */
		(void)snprintf(name, sizeof(name), "%s %c", id, *who);
		(void)prctl(PR_SET_NAME, name, 0, 0, 0);
		stage->result = attack->run(attack->arg);
		stage->done = 1;
		pause();
		_exit(0);
	}
	if (wait_for(&stage->done)) {
		result = stage->result;
		stage->check = 1;
		if (is_own && !result && wait_for(&stage->checked) &&
		    !stage->effect)
			result = -ENOMSG;
	}
	stop(attacker);
	stop(victim);
	if (is_own)
		attack_clean();
	return result;
}

static const char *error_name(int result)
{
	const char *name = result < 0 ? strerrorname_np(-result) : NULL;

	return name ? name : result > 0 ? "no answer" : "it works";
}

static int is_error_of(const char *list, int error)
{
	char text[128];
	char *rest = text;
	char *word;

	(void)snprintf(text, sizeof(text), "%s", list);
	while ((word = strsep(&rest, ",")))
		if (!strcmp(word, error_name(-error)))
			return 1;
	return 0;
}

/*
 * Rows that live-label runs have their control there.  In a whole cage the
 * others are shown to work where neither a cage nor the guard stops them.
 */
static void check_control(const struct row *row, const struct attack *attack,
			  const char *to)
{
	int r;

	if (strcmp(row->label, "-") || !strcmp(row->cage, "ok") ||
	    (attack->flags & NO_CONTROL && !only) ||
	    !strcmp(attack->name, "enter"))
		return;
	r = run(attack, row->id, to);
	ok(r == 0, "%s control: works outside cages: %s (%s)", row->id,
	   row->what, error_name(r));
}

static void check_row(const struct row *row)
{
	const char *errors = strchr(row->cage, ':');
	char name[64], from[32], to[32];
	const struct attack *attack;
	int r;

	if (!strcmp(row->cage, "-"))
		return;
	if (sscanf(row->live, "%63s %31s %31s", name, from, to) != 3)
		name[0] = 0;
	attack = attack_find(name, strlen(name));
	if (!attack) {
		ok(0, "%s: '%s' is an attack", row->id, row->live);
		return;
	}
	if (!strcmp(who, "control")) {
		check_control(row, attack, to);
		return;
	}
	if (strcmp(row->as, "both") && strcmp(row->as, who))
		return;
	r = run(attack, row->id, to);
	if (!strcmp(row->cage, "ok")) {
		ok(r == 0, "%s %s: allowed: %s (%s)", row->id, who, row->what,
		   error_name(r));
		return;
	}
	/* The call does something inside: that nobody outside was reached is
	 * told by the victims (escape-live). */
	if (errors && !strcmp(errors, ":inside")) {
		ok(r == 0, "%s %s: stays inside: %s (%s)", row->id, who,
		   row->what, error_name(r));
		return;
	}
	ok(r < 0 && errors && is_error_of(errors + 1, -r),
	   "%s %s: refused, %s: %s (%s)", row->id, who, row->cage, row->what,
	   error_name(r));
}

static int run_helper(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "--kill")) {
		(void)prctl(PR_SET_NAME, argv[3], 0, 0, 0);
		return attack_kill_status((pid_t)strtoul(argv[2], NULL, 10));
	}
	if (argc == 2 && !strcmp(argv[1], "--euid"))
		return geteuid() == 0 ? 0 : ECANCELED;
	if (argc == 2 && !strcmp(argv[1], "--nothing"))
		return 0;
	if (argc == 2 && !strcmp(argv[1], "--list")) {
		attack_list();
		return 0;
	}
	return -1;
}

/* The arguments before the files; how many they are, or 0. */
static int read_aims(int argc, char **argv)
{
	if (argc < 8 || strcmp(argv[1], "--attack"))
		return 0;
	who = argv[2];
	for (int i = 0; i < 3; i++) {
		victims[i] = (pid_t)strtoul(argv[3 + i], NULL, 10);
		values[VALUE_SHM + i] = strtol(argv[6 + i], NULL, 10);
	}
	return 9;
}

int main(int argc, char **argv)
{
	static struct rows rows;
	int r, first;

	attack_note_start();
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		return 2;
	r = run_helper(argc, argv);
	if (r >= 0)
		return r;
	(void)mkdir(SHARED_DIR, 0777);
	(void)chmod(SHARED_DIR, 01777);
	if (argc == 2 && !strcmp(argv[1], "--victim"))
		return be_target();
	who = "control";
	first = argc > 2 && !strcmp(argv[1], "--control") ?
			2 :
			read_aims(argc, argv);
	if (first && first + 1 < argc && !strcmp(argv[first], "--only")) {
		only = argv[first + 1];
		first += 2;
	}
	if (!first || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return 2;
	for (int i = first; i < argc; i++)
		rows_read(&rows, argv[i]);
	attack_on_signal(SIGUSR1, SIG_IGN);
	for (size_t i = 0; i < rows.count; i++)
		if (!only || !strcmp(only, rows.row[i].id))
			check_row(&rows.row[i]);
	return tap_end();
}
