// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of a cage: starts its services, starts them again when
 * they end, reaps orphans, and ends everything on SIGTERM.
 *
 * usage: cloison-init [UID:RESTART:COMMAND]...
 *
 * Static and small, because every cage holds one; it opens no file but
 * /dev/null, allocates nothing, and speaks to nobody.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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
	pid_t pid; /* 0: does not run */
	int64_t start_ms; /* when it was started, or is to be */
	int64_t backoff_ms; /* 0: is not to be started any more */
};

static struct service services[SERVICES];
static size_t service_count;
static sigset_t all_signals;

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
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

/* Words are separated by blanks; there is no quoting. */
static bool read_service(char *text, struct service *s)
{
	unsigned int restart;
	char *state = NULL;
	size_t count = 0;

	text = read_number(text, &s->uid);
	if (!text)
		return false;
	text = read_number(text, &restart);
	if (!text)
		return false;
	for (char *word = strtok_r(text, " \t", &state); word && count < WORDS;
	     word = strtok_r(NULL, " \t", &state))
		s->argv[count++] = word;
	s->is_restarted = restart != 0;
	s->backoff_ms = BACKOFF_FIRST_MS;
	return count > 0;
}

/* In the child: as the service's user, in a session of its own. */
static _Noreturn void run(const struct service *s)
{
	extern char **environ;
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setsid();
	if (syscall(SYS_setgroups, 0, NULL) ||
	    syscall(SYS_setresgid, s->uid, s->uid, s->uid) ||
	    syscall(SYS_setresuid, s->uid, s->uid, s->uid))
		_exit(126);
	(void)execve(s->argv[0], s->argv, environ);
	_exit(127);
}

static void start(struct service *s)
{
	pid_t pid = fork();

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
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0)
			return errno == EINTR;
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
	if (getpid() == 1) {
		(void)kill(-1, number);
		return;
	}
	for (size_t i = 0; i < service_count; i++) {
		if (services[i].pid > 0)
			(void)kill(-services[i].pid, number);
	}
}

static _Noreturn void stop(void)
{
	int64_t end = now_ms() + STOP_MS;

	signal_all(SIGTERM);
	while (reap() && now_ms() < end) {
		const struct timespec pause = { .tv_nsec = 10000000 };

		(void)sigtimedwait(&all_signals, NULL, &pause);
	}
	signal_all(SIGKILL);
	_exit(0);
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
	return getpid() != 1 || (info->si_code <= 0 && info->si_pid == 0);
}

int main(int argc, char **argv)
{
	(void)prctl(PR_SET_NAME, "cloison-init", 0, 0, 0);
	/* The cage's root does not look into it. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (getpid() != 1)
		(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	(void)sigfillset(&all_signals);
	(void)sigprocmask(SIG_SETMASK, &all_signals, NULL);
	for (int i = 1; i < argc && service_count < SERVICES; i++) {
		if (read_service(argv[i], &services[service_count]))
			service_count++;
	}
	for (;;) {
		int64_t wait_ms = start_due();
		struct timespec timeout = {
			.tv_sec = wait_ms / 1000,
			.tv_nsec = wait_ms % 1000 * 1000000,
		};
		siginfo_t info = { 0 };
		int number = wait_ms < 0 ? sigwaitinfo(&all_signals, &info) :
					   sigtimedwait(&all_signals, &info,
							&timeout);

		if (number == SIGTERM && is_from_outside(&info))
			stop();
		(void)reap();
	}
}
