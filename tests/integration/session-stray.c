/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a session can do to the end of its cage.
 *
 * usage: session-stray parent | tracer | forge
 *
 * parent: makes processes that are its parent's children, ended and alive;
 * tracer: a thread of it makes its parent the tracer, and ends;
 * forge: asks the cage's init to end in the name of nobody (SI_QUEUE, pid 0).
 * Prints what the kernel said.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

static int make_siblings(void)
{
	for (int i = 0; i < 4; i++) {
		long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL,
				   NULL, NULL, 0);

		if (pid < 0)
			return errno;
		if (pid == 0 && i < 3)
			_exit(0);
		if (pid == 0) {
			(void)close_range(0, 2, 0); /* the session may end */
			sleep(7712);
			_exit(0);
		}
	}
	return 0;
}

static int trace_me(void *unused)
{
	(void)unused;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0;
}

static volatile int traced = -1;

static int thread(void *unused)
{
	traced = trace_me(unused);
	(void)syscall(SYS_exit, 0);
	return 0;
}

static int make_tracer(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		    CLONE_THREAD | CLONE_SYSVSEM;

	if (clone(thread, stack + sizeof(stack), flags, NULL) < 0)
		return errno;
	while (traced < 0)
		usleep(10000);
	return traced;
}

static int forge(void)
{
	siginfo_t info = { .si_signo = SIGTERM, .si_code = SI_QUEUE };

	return syscall(SYS_rt_sigqueueinfo, 1, SIGTERM, &info) ? errno : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";
	int code;

	if (!strcmp(what, "parent"))
		code = make_siblings();
	else if (!strcmp(what, "tracer"))
		code = make_tracer();
	else if (!strcmp(what, "forge"))
		code = forge();
	else
		return 2;
	printf("%s: %s\n", what, code ? strerror(code) : "done");
	(void)fflush(stdout);
	sleep(1);
	return 0;
}
