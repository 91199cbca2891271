// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system calls of each role, as one table that the compiler turns into one
 * constant filter a role.  A role is started by the monitor and inherits its
 * filter, so the monitor's is the union of all rows; what builds cages is the
 * launch role, which is started before the filter is set (docs/design/0010).
 */
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "bpf/abi.h"
#include "core/role.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "no filter is known for this architecture"
#endif

/* Calls that some architectures lack have a number that matches nothing. */
#define NONE 0xffffffffu
#ifndef __NR_open
#define __NR_open NONE
#endif
#ifndef __NR_poll
#define __NR_poll NONE
#endif
#ifndef __NR_dup2
#define __NR_dup2 NONE
#endif
#ifndef __NR_readlink
#define __NR_readlink NONE
#endif
#ifndef __NR_arch_prctl
#define __NR_arch_prctl NONE
#endif
#ifndef __NR_access
#define __NR_access NONE
#endif

#define M   (1u << CLO_RUN_monitor)
#define C   (1u << CLO_RUN_control)
#define F   (1u << CLO_RUN_config)
#define R   (1u << CLO_RUN_report)
#define S   (1u << CLO_RUN_session)
#define ALL (M | C | F | R | S)

/* call, roles that may make it (the monitor may make each) */
/* clang-format off */
#define CALLS(X, role)                                                     \
	X(role, read, ALL) X(role, write, ALL) X(role, close, ALL)         \
	X(role, writev, ALL) X(role, poll, ALL) X(role, ppoll, ALL)        \
	X(role, recvmsg, ALL) X(role, sendmsg, ALL)                        \
	X(role, recvfrom, ALL) X(role, sendto, ALL)                        \
	X(role, clock_gettime, ALL) X(role, exit, ALL)                     \
	X(role, exit_group, ALL) X(role, rt_sigreturn, ALL)                \
	X(role, restart_syscall, ALL) X(role, brk, ALL)                    \
	X(role, munmap, ALL) X(role, mremap, ALL) X(role, madvise, ALL)    \
	X(role, getrandom, ALL) X(role, futex, ALL) X(role, fstat, ALL)    \
	X(role, newfstatat, ALL) X(role, getpid, ALL) X(role, gettid, ALL) \
	X(role, tgkill, M) X(role, rt_sigprocmask, ALL)                    \
	X(role, rt_sigaction, ALL) X(role, lseek, F | R)                   \
	X(role, pread64, F) X(role, accept4, C)                            \
	X(role, getsockopt, M | C) X(role, setsockopt, M | C)              \
	X(role, getsockname, M)                                            \
	X(role, shutdown, M | C | S)                                       \
	/* the monitor's own: records, logs, files of configuration */     \
	X(role, openat, M) X(role, openat2, M) X(role, open, M)            \
	X(role, renameat2, M) X(role, renameat, M) X(role, unlinkat, M)    \
	X(role, getdents64, M) X(role, fsync, M) X(role, fchown, M)        \
	X(role, fchmod, M) X(role, statx, M)                               \
	/* the monitor's own: processes */                                 \
	X(role, pidfd_open, M) X(role, pidfd_send_signal, M)               \
	X(role, kill, M) X(role, wait4, M) X(role, waitid, M)              \
	X(role, socketpair, M) X(role, clone, M) X(role, execve, M)        \
	X(role, dup2, M) X(role, dup3, M) X(role, close_range, M)          \
	X(role, setsid, M)                                                 \
	/* what a role does between its execution and its own filter */    \
	X(role, arch_prctl, M) X(role, set_tid_address, M)                 \
	X(role, set_robust_list, M) X(role, rseq, M) X(role, prlimit64, M) \
	X(role, readlink, M) X(role, readlinkat, M) X(role, uname, M)      \
	X(role, access, M) X(role, faccessat, M) X(role, geteuid, M)       \
	X(role, getuid, M) X(role, getegid, M) X(role, getgid, M)          \
	X(role, getppid, M)                                                \
	X(role, setgroups, M) X(role, setresgid, M) X(role, setresuid, M)  \
	X(role, setrlimit, M) X(role, seccomp, M) X(role, mlockall, M)     \
	X(role, landlock_create_ruleset, M)                                \
	X(role, landlock_restrict_self, M)

#define AT(field) ((unsigned int)offsetof(struct seccomp_data, field))
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(field))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)
#define IF_NOT(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define IF(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0)
#define DENY SECCOMP_RET_KILL_PROCESS
#define ALLOW SECCOMP_RET_ALLOW
#define MAY(role, mask) ((role) == M || ((mask) & (role)) ? ALLOW : DENY)

#define ROW(role, call, mask)                                              \
	IF_NOT(__NR_##call, 1), RETURN(MAY(role, mask)),

/*
 * Calls whose arguments count.  No role maps executable memory; bpf(2) only
 * looks a counter up; the one ioctl sets a window's size; the one request to
 * the guard is the canary.  No role without privilege has a call that signals:
 * all of them are one user, and the guard lets the Core act on the Core.
 * tgkill(2) is missing for that, so that abort(3) ends by the filter, and of
 * fcntl(2) what names an owner of a descriptor and the signal that he gets.
 */
#define FILTER(role)                                                       \
	LOAD(arch), IF(ARCH, 1), RETURN(DENY),                             \
	LOAD(nr),                                                          \
	IF(__NR_mmap, 1), IF_NOT(__NR_mprotect, 4),                        \
	LOAD(args[2]),                                                     \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),             \
	RETURN(DENY), RETURN(ALLOW),                                       \
	IF_NOT(__NR_bpf, 4), LOAD(args[0]),                                \
	IF_NOT(BPF_MAP_LOOKUP_ELEM, 1), RETURN(MAY(role, R)),              \
	RETURN(DENY),                                                      \
	IF_NOT(__NR_ioctl, 4), LOAD(args[1]),                              \
	IF_NOT(TIOCSWINSZ, 1), RETURN(MAY(role, S)), RETURN(DENY),         \
	IF_NOT(__NR_fcntl, 5), LOAD(args[1]),                              \
	IF(F_GETFL, 2), IF(F_SETFL, 1),                                    \
	RETURN(MAY(role, 0)), RETURN(MAY(role, S)),                        \
	IF_NOT(__NR_prctl, 12), LOAD(args[0]),                             \
	IF_NOT(CLO_PRCTL, 3), LOAD(args[1]),                               \
	IF_NOT(CLO_GUARD_CANARY, 6), RETURN(MAY(role, 0)),                 \
	IF(PR_SET_NAME, 5),                                                \
	IF(PR_SET_PDEATHSIG, 4), IF(PR_SET_NO_NEW_PRIVS, 3),               \
	IF(PR_SET_DUMPABLE, 2), IF(PR_SET_SECCOMP, 1),                     \
	RETURN(DENY), RETURN(MAY(role, 0)),                                \
	CALLS(ROW, role)                                                   \
	RETURN(DENY)

#define TABLE(name, role)                                                  \
	static const struct sock_filter name[] = { FILTER(role) }
TABLE(monitor_filter, M);
TABLE(control_filter, C);
TABLE(config_filter, F);
TABLE(report_filter, R);
TABLE(session_filter, S);

static const struct {
	const struct sock_filter *rows;
	unsigned short count;
} filters[CLO_RUN_COUNT] = {
	[CLO_RUN_monitor] = { monitor_filter, CLO_ARRAY_SIZE(monitor_filter) },
	[CLO_RUN_control] = { control_filter, CLO_ARRAY_SIZE(control_filter) },
	[CLO_RUN_config] = { config_filter, CLO_ARRAY_SIZE(config_filter) },
	[CLO_RUN_report] = { report_filter, CLO_ARRAY_SIZE(report_filter) },
	[CLO_RUN_session] = { session_filter, CLO_ARRAY_SIZE(session_filter) },
};
/* clang-format on */

int clo_role_filter(enum clo_role role)
{
	struct sock_fprog program = { 0 };

	if ((unsigned int)role >= CLO_RUN_COUNT || !filters[role].rows)
		return -EINVAL;
	program.len = filters[role].count;
	/* The kernel copies the rows; its structure only lacks the const. */
	__builtin_memcpy(&program.filter, &filters[role].rows,
			 sizeof(program.filter));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
		return -errno;
	return 0;
}
