// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a role of the Core can still do after its first statement: each thing
 * is tried, in a process of its own that has dropped like the role.
 *
 * usage: probe ROLE UID GID
 *
 * Prints key=value lines: what /proc says of the process, each system call by
 * number that does not end it, each attempt with arguments that matter, and
 * what becomes of a signal to another process of its user.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <linux/bpf.h>

#include "core/role.h"

enum { CALLS = 480 }; /* above the last one of Linux 7.3 */

static enum clo_role role;
static struct clo_account account;
static pid_t other; /* another process of the same user: the aim */

/* Attempts whose arguments count.  Each returns only if it was not fatal. */
static void try_exec_map(void)
{
	(void)syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_exec_protect(void)
{
	static _Alignas(4096) char page[4096];

	(void)syscall(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC);
}

static void try_foreign_arch(void)
{
#ifdef __x86_64__
	__asm__ volatile("int $0x80" : : "a"(20) : "memory"); /* getpid */
#else
	(void)syscall(CALLS, 0); /* the filter compares the architecture */
#endif
}

static void try_bpf_lookup(void)
{
	union bpf_attr attr = { 0 };

	(void)syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
}

static void try_bpf_update(void)
{
	union bpf_attr attr = { 0 };

	(void)syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

static void try_bpf_load(void)
{
	union bpf_attr attr = { 0 };

	(void)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void try_securebits(void)
{
	(void)syscall(SYS_prctl, PR_SET_SECUREBITS, 0, 0, 0, 0);
}

static void try_signal_other(void)
{
	(void)syscall(SYS_tgkill, other, other, SIGCONT);
}

static void try_signal_by_owner(void)
{
	(void)syscall(SYS_fcntl, 0, F_SETOWN, other);
}

static void try_signal_choice(void)
{
	(void)syscall(SYS_fcntl, 0, F_SETSIG, SIGSTOP);
}

/* clang-format off */
static const struct {
	const char *name;
	void (*run)(void);
} attempts[] = {
	{ "map-executable", try_exec_map },
	{ "protect-executable", try_exec_protect },
	{ "foreign-architecture", try_foreign_arch },
	{ "bpf-lookup", try_bpf_lookup },
	{ "bpf-update", try_bpf_update },
	{ "bpf-load", try_bpf_load },
	{ "securebits", try_securebits },
	{ "signal-other-role", try_signal_other },
	{ "signal-by-owner", try_signal_by_owner },
	{ "signal-choice", try_signal_choice },
};
/* clang-format on */

/* Run one thing in a child that has dropped; say whether that was fatal. */
static int is_fatal(void (*run)(void), long number)
{
	/* A call that waits is one that the role may make. */
	const struct itimerval limit = { .it_value.tv_sec = 2 };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		(void)setitimer(ITIMER_REAL, &limit, NULL);
		if (clo_role_drop(role, &account))
			_exit(99);
		if (run)
			run();
		else
			(void)syscall(number, 0, 0, 0, 0, 0, 0);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 99)
		return -1;
	/* SIGSEGV: this kernel has no other architecture to call. */
	return WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGSYS || WTERMSIG(status) == SIGSEGV);
}

/* What /proc tells of a process that has dropped and waits. */
static int print_status(void)
{
	static const char *const keys[] = {
		"Uid:",	    "Gid:",	   "Groups:",	      "CapPrm:",
		"CapEff:",  "CapInh:",	   "CapAmb:",	      "CapBnd:",
		"Seccomp:", "NoNewPrivs:", "Seccomp_filters:"
	};
	char path[64], line[256], byte = 0;
	int ready[2], wait_fds[2];
	FILE *file;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) || pipe2(wait_fds, O_CLOEXEC))
		return 1;
	pid = fork();
	if (pid == 0) {
		if (clo_role_drop(role, &account))
			_exit(99);
		(void)!write(ready[1], "", 1);
		(void)!read(wait_fds[0], &byte, 1);
		_exit(0);
	}
	(void)close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		return 1;
	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		for (size_t i = 0; i < CLO_ARRAY_SIZE(keys); i++) {
			if (!strncmp(line, keys[i], strlen(keys[i])))
				(void)printf("status %s", line);
		}
	}
	if (file)
		(void)fclose(file);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return 0;
}

/*
 * What Landlock alone says to a signal for a process of the same user: a
 * process drops as every role does, under the one filter that has kill(2).
 */
static const char *signal_out(bool is_scoped)
{
	int status = 0;
	pid_t pid, aim = fork();

	if (aim == 0) {
		(void)pause();
		_exit(0);
	}
	pid = fork();
	if (pid == 0) {
		if (is_scoped && clo_role_drop(CLO_RUN_monitor, &account))
			_exit(99);
		_exit(kill(aim, SIGKILL) ? errno : 0);
	}
	if (aim < 0 || pid < 0 || waitpid(pid, &status, 0) != pid)
		return "unknown";
	(void)kill(aim, SIGKILL);
	(void)waitpid(aim, NULL, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 99)
		return "unknown";
	return WEXITSTATUS(status) == EPERM ? "refused" : "sent";
}

/* The scope exists from ABI 6 on; before, the filter stands alone. */
static void print_scope(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
	pid_t pid;

	(void)printf("landlock %ld\n", abi < 0 ? 0 : abi);
	pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 &&
		    (setresgid(account.gid, account.gid, account.gid) ||
		     setresuid(account.uid, account.uid, account.uid)))
			_exit(1);
		(void)printf("signal free %s\n", signal_out(false));
		(void)printf("signal scoped %s\n", signal_out(true));
		_exit(0);
	}
	(void)waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	int which = argc == 4 ? clo_role_find(argv[1]) : -1;

	if (which < 0 || clo_role_account(argc, argv, &account)) {
		(void)fprintf(stderr, "usage: probe ROLE UID GID\n");
		return 2;
	}
	role = (enum clo_role)which;
	other = getpid();
	(void)setvbuf(stdout, NULL, _IONBF, 0);
	if (print_status()) {
		(void)fprintf(stderr, "probe: the role cannot drop\n");
		return 1;
	}
	print_scope();
	for (long number = 0; number < CALLS; number++) {
		if (!is_fatal(NULL, number))
			(void)printf("call %ld\n", number);
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(attempts); i++)
		(void)printf("attempt %s %s\n", attempts[i].name,
			     is_fatal(attempts[i].run, 0) ? "ends" : "lives");
	return 0;
}
