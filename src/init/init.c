// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of a cage: starts its services, starts them again when
 * they end, reaps orphans, and ends everything on SIGTERM.
 *
 * usage: cloison-init [UID:RESTART:COMMAND]...
 *
 * Static and small, because every cage holds one: without a C library.  It
 * opens no file, allocates nothing, and speaks to nobody.
 */
#include <errno.h>
#include <linux/prctl.h>
#include <linux/wait.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "init/sys.h"

enum {
	SERVICES = 8,
	WORDS = 32, /* of a command */
	BACKOFF_FIRST_MS = 100,
	BACKOFF_LAST_MS = 30000,
	STEADY_MS = 10000, /* a service that lived so long is a new start */
	STOP_MS = 1000, /* between SIGTERM and SIGKILL */
};

struct service {
	char *argv[WORDS + 1];
	unsigned int uid;
	bool is_restarted;
	long pid; /* 0: does not run */
	int64_t start_ms; /* when it was started, or is to be */
	int64_t backoff_ms; /* 0: is not to be started any more */
};

static struct service services[SERVICES];
static size_t service_count;
static const uint64_t all_signals = ~UINT64_C(0);
static char **environment;

static int64_t now_ms(void)
{
	struct timespec now;

	(void)SYS2(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A number and the ':' after it; NULL if it is none. */
static char *read_number(char *text, unsigned int *ret)
{
	unsigned int n = 0;
	int digits = 0;

	for (; *text >= '0' && *text <= '9'; text++) {
		n = n * 10 + (unsigned int)(*text - '0');
		if (++digits > 9)
			return NULL;
	}
	if (!digits || *text != ':')
		return NULL;
	*ret = n;
	return text + 1;
}

/* The next word of @text, ended with a zero; NULL at the end. */
static char *next_word(char **text)
{
	char *p = *text;
	char *word;

	while (*p == ' ' || *p == '\t')
		p++;
	if (!*p)
		return NULL;
	word = p;
	while (*p && *p != ' ' && *p != '\t')
		p++;
	if (*p)
		*p++ = '\0';
	*text = p;
	return word;
}

/* Words are separated by blanks; there is no quoting. */
static bool read_service(char *text, struct service *s)
{
	unsigned int restart;
	size_t count = 0;

	text = read_number(text, &s->uid);
	if (!text)
		return false;
	text = read_number(text, &restart);
	if (!text)
		return false;
	for (char *word = next_word(&text); word && count < WORDS;
	     word = next_word(&text))
		s->argv[count++] = word;
	s->is_restarted = restart != 0;
	s->backoff_ms = BACKOFF_FIRST_MS;
	return count > 0;
}

static _Noreturn void leave(int status)
{
	for (;;)
		(void)SYS1(SYS_exit_group, status);
}

static void block(uint64_t signals)
{
	(void)SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &signals, NULL,
		   sizeof(signals));
}

/* Wait for a signal; its number, or -errno.  A NULL timeout is for ever. */
static long wait_signal(siginfo_t *info, const struct timespec *timeout)
{
	return SYS4(SYS_rt_sigtimedwait, &all_signals, info, timeout,
		    sizeof(all_signals));
}

/* In the child: as the service's user, in a session of its own. */
static _Noreturn void run(const struct service *s)
{
	block(0);
	(void)SYS0(SYS_setsid);
	if (SYS2(SYS_setgroups, 0, NULL) ||
	    SYS3(SYS_setresgid, s->uid, s->uid, s->uid) ||
	    SYS3(SYS_setresuid, s->uid, s->uid, s->uid))
		leave(126);
	(void)SYS3(SYS_execve, s->argv[0], s->argv, environment);
	leave(127);
}

static void start(struct service *s)
{
	long pid = sys_call(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		run(s);
	s->start_ms = now_ms();
	if (pid > 0) {
		s->pid = pid;
		return;
	}
	s->start_ms += s->backoff_ms; /* no process to be had: later */
}

/* A service has ended: when is it to be started again? */
static void plan(struct service *s)
{
	int64_t now = now_ms();

	s->pid = 0;
	if (!s->is_restarted) {
		s->backoff_ms = 0;
		return;
	}
	if (now - s->start_ms >= STEADY_MS)
		s->backoff_ms = BACKOFF_FIRST_MS;
	s->start_ms = now + s->backoff_ms;
	s->backoff_ms *= 2;
	if (s->backoff_ms > BACKOFF_LAST_MS)
		s->backoff_ms = BACKOFF_LAST_MS;
}

/* Everything that has ended; false when no child is left. */
static bool reap(void)
{
	for (;;) {
		long pid = SYS4(SYS_wait4, -1, NULL, WNOHANG, NULL);

		if (pid < 0)
			return pid == -EINTR;
		if (pid == 0)
			return true;
		for (size_t i = 0; i < service_count; i++) {
			if (services[i].pid == pid)
				plan(&services[i]);
		}
	}
}

/*
 * To all of the cage.  Without a pid namespace of its own that would be the
 * whole machine: then to the sessions of the services.
 */
static void signal_all(int number)
{
	if (SYS0(SYS_getpid) == 1) {
		(void)SYS2(SYS_kill, -1, number);
		return;
	}
	for (size_t i = 0; i < service_count; i++) {
		if (services[i].pid > 0)
			(void)SYS2(SYS_kill, -services[i].pid, number);
	}
}

static _Noreturn void stop(void)
{
	int64_t end = now_ms() + STOP_MS;

	signal_all(SIGTERM);
	while (reap() && now_ms() < end) {
		const struct timespec pause = { .tv_nsec = 10000000 };

		(void)wait_signal(NULL, &pause);
	}
	signal_all(SIGKILL);
	leave(0);
}

/* Start what is due; milliseconds until the next one is, or -1. */
static int64_t start_due(void)
{
	int64_t wait_ms = -1;

	for (size_t i = 0; i < service_count; i++) {
		struct service *s = &services[i];
		int64_t left;

		if (s->pid || !s->backoff_ms)
			continue;
		left = s->start_ms - now_ms();
		if (left <= 0) {
			start(s);
			left = s->start_ms - now_ms();
			if (s->pid)
				continue;
		}
		if (wait_ms < 0 || left < wait_ms)
			wait_ms = left < 1 ? 1 : left;
	}
	return wait_ms;
}

/*
 * The Core has no number in the cage's pid namespace; its tasks have one, and
 * do not end their cage.
 */
static bool is_from_outside(const siginfo_t *info)
{
	/* Any task may write a sender into SI_QUEUE; nobody into SI_USER. */
	return SYS0(SYS_getpid) != 1 ||
	       (info->si_code == SI_USER && info->si_pid == 0);
}

_Noreturn void init_main(long *stack)
{
	long argc = stack[0];
	char **argv = (char **)(stack + 1);

	environment = argv + argc + 1;
	(void)SYS2(SYS_prctl, PR_SET_NAME, "cloison-init");
	/* The cage's root does not look into it. */
	(void)SYS2(SYS_prctl, PR_SET_DUMPABLE, 0);
	if (SYS0(SYS_getpid) != 1)
		(void)SYS2(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
	block(all_signals);
	for (long i = 1; i < argc && service_count < SERVICES; i++) {
		if (read_service(argv[i], &services[service_count]))
			service_count++;
	}
	for (;;) {
		int64_t wait_ms = start_due();
		const struct timespec timeout = {
			.tv_sec = wait_ms / 1000,
			.tv_nsec = wait_ms % 1000 * 1000000,
		};
		siginfo_t info;
		long number;

		info.si_code = 0;
		info.si_pid = 0;
		number = wait_signal(&info, wait_ms < 0 ? NULL : &timeout);
		if (number == SIGTERM && is_from_outside(&info))
			stop();
		(void)reap();
	}
}

SYS_START;
