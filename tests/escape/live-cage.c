// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The escape matrix from inside a whole cage.  This program is the attacker;
 * it is also the victim, started beforehand in another cage, which makes what
 * the attacks aim at.
 *
 * usage: live-cage --victim
 *        live-cage --attack user|root PID-OF-3 PID-OF-CORE PID-OF-HOST FILE...
 *        live-cage --list
 */
#include <dirent.h>
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
#include "rows.h"
#include "tests/lib/tap.h"

enum { PATIENCE_MS = 3000 };

static pid_t others[3]; /* victim in cage 3, the Core, the host */
static int pair[2];

static int wait_for(const volatile int *flag)
{
	for (int i = 0; i < PATIENCE_MS && !*flag; i++)
		usleep(1000);
	return *flag;
}

/* Makes everything that any attack aims at, and stays. */
static void be_target(void)
{
	static const char *const names[] = {
		"abstract-stream", "path-stream",  "shm-attach",
		"msg-receive",	   "sem-op",	   "mqueue-open",
		"file-read",	   "fifo",	   "dev-shm",
		"tcp-loopback",	   "udp-loopback", "pty-open",
	};

	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++) {
		const struct attack *a =
			attack_find(names[i], strlen(names[i]));

		a->prepare();
	}
	puts("ready");
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

/* 0 if it succeeded, -errno if not, 1 if nothing can be told. */
static int run(const struct attack *attack, const char *to)
{
	static int number;
	int is_own = !strcmp(to, "2");
	pid_t victim = 0, attacker;
	int result = 1;
	char byte;

	memset(stage, 0, sizeof(*stage));
	memcpy(stage->pair, pair, sizeof(pair));
	while (recv(pair[0], &byte, 1, MSG_DONTWAIT) > 0)
		; /* what an earlier attacker did not take */
	stage->number = is_own ? ++number : 0;
	if (is_own) {
		victim = start_victim(attack);
		stage->victim = victim;
		(void)wait_for(&stage->ready);
	} else {
		stage->victim = others[!strcmp(to, "core") ? 1 :
				       !strcmp(to, "none") ? 2 :
							     0];
	}
	attacker = fork();
	if (!attacker) {
		(void)setpgid(0, 0);
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
	return result;
}

static int is_error_of(const char *list, int error)
{
	char text[128];
	char *rest = text;
	char *word;

	(void)snprintf(text, sizeof(text), "%s", list);
	while ((word = strsep(&rest, ",")))
		if (!strcmp(word, strerrorname_np(error)))
			return 1;
	return 0;
}

static void check_row(const struct row *row, const char *who)
{
	const char *errors = strchr(row->cage, ':');
	char name[64], from[32], to[32];
	const struct attack *attack;
	int r;

	if (!strcmp(row->cage, "-") ||
	    (strcmp(row->as, "both") && strcmp(row->as, who)))
		return;
	if (sscanf(row->live, "%63s %31s %31s", name, from, to) != 3)
		name[0] = 0;
	attack = attack_find(name, strlen(name));
	if (!attack) {
		tap_skip(row->id, "this attack is not written yet");
		return;
	}
	r = run(attack, to);
	if (!strcmp(row->cage, "ok")) {
		ok(r == 0, "%s %s: allowed: %s (%s)", row->id, who, row->what,
		   r > 0 ? "no answer" : strerrorname_np(-r));
		return;
	}
	ok(r < 0, "%s %s: refused: %s (%s)", row->id, who, row->what,
	   r > 0 ? "no answer" : strerrorname_np(-r));
	if (r < 0 && !(errors && is_error_of(errors + 1, -r)))
		printf("# %s %s: %s was expected, %s came\n", row->id, who,
		       row->cage, strerrorname_np(-r));
}

int main(int argc, char **argv)
{
	static struct rows rows;

	if (argc > 2 && !strcmp(argv[1], "--kill"))
		return kill((pid_t)strtoul(argv[2], NULL, 10), SIGUSR1) ?
			       errno :
			       0;
	if (argc == 2 && !strcmp(argv[1], "--list")) {
		attack_list();
		return 0;
	}
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		return 2;
	(void)mkdir(SHARED_DIR, 0777);
	(void)chmod(SHARED_DIR, 01777);
	if (argc == 2 && !strcmp(argv[1], "--victim"))
		be_target();
	if (argc < 7 || strcmp(argv[1], "--attack") ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return 2;
	for (int i = 0; i < 3; i++)
		others[i] = (pid_t)strtoul(argv[3 + i], NULL, 10);
	for (int i = 6; i < argc; i++)
		rows_read(&rows, argv[i]);
	attack_on_signal(SIGUSR1, SIG_IGN);
	for (size_t i = 0; i < rows.count; i++)
		check_row(&rows.row[i], argv[2]);
	return tap_end();
}
