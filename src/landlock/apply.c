// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The restriction itself: system calls alone, so that it may stand between
 * fork() and execve().
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "landlock/policy.h"
#include "landlock/sys.h"

#define PUBLIC __attribute__((visibility("default")))

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#endif

int clo_landlock_threads(void)
{
	struct stat st;

	/* ".", ".." and one directory a thread. */
	if (stat("/proc/self/task", &st))
		return -errno;
	if (st.st_nlink < 3)
		return -ENOSYS; /* not the kernel's /proc */
	return (int)(st.st_nlink - 2);
}

#ifdef ARCH

#define LOAD(field)                        \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (uint32_t)offsetof(struct seccomp_data, field))
/* The low half of an argument: the three architectures are little-endian. */
#define LOAD_ARG(n) LOAD(args[n])
#define IF(value, yes, no) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define IF_ABOVE(value, yes, no) \
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (value), (yes), (no))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define ERRNO(e)      (SECCOMP_RET_ERRNO | (e))

int clo_landlock_can_filter(void)
{
	return 1;
}

int clo_landlock_filter(uint64_t net, int no_fastopen, int is_all_threads)
{
	const uint32_t none = 0xf; /* no type of socket */
	const uint32_t no_call = 0x3fffffff; /* no number of a system call */
	uint32_t tcp = net & CLO_LANDLOCK_TCP ? SOCK_STREAM : none;
	uint32_t udp = net & CLO_LANDLOCK_UDP ? SOCK_DGRAM : none;
	/* A call whose arguments are not looked at costs the kernel nothing. */
	uint32_t open = net ? SYS_socket : no_call;
	uint32_t send_to = no_fastopen ? SYS_sendto : no_call;
	uint32_t send_many = no_fastopen ? SYS_sendmmsg : no_call;
	uint32_t send_msg = no_fastopen ? SYS_sendmsg : no_call;
	/* clang-format off */
	struct sock_filter code[] = {
		LOAD(arch),
		/* Another architecture has other numbers: none of its calls. */
		IF(ARCH, 1, 0),
		RETURN(ERRNO(ENOSYS)),
		LOAD(nr),
		/* x32 on x86-64; no other has such numbers. */
		IF_ABOVE(0x40000000, 17, 0),
		/* An io_uring opens sockets and sends without these calls. */
		IF(SYS_io_uring_setup, 16, 0),
		IF(open, 8, 0),
		IF(send_to, 2, 0),
		IF(send_many, 1, 0),
		IF(send_msg, 2, 13),
		LOAD_ARG(3),
		BPF_STMT(BPF_JMP | BPF_JA, 1),
		LOAD_ARG(2),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MSG_FASTOPEN, 0, 9),
		/* As where it is switched off: connect(2) is what is left. */
		RETURN(ERRNO(EOPNOTSUPP)),
		LOAD_ARG(0),
		IF(AF_INET, 1, 0),
		IF(AF_INET6, 0, 5),
		LOAD_ARG(1),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf),
		IF(tcp, 1, 0),
		IF(udp, 0, 1),
		RETURN(ERRNO(EACCES)),
		RETURN(SECCOMP_RET_ALLOW),
	};
	/* clang-format on */
	const struct sock_fprog program = { sizeof(code) / sizeof(code[0]),
					    code };
	unsigned int flags = is_all_threads ? SECCOMP_FILTER_FLAG_TSYNC : 0;
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);

	if (r < 0)
		return -errno;
	return r > 0 ? -EBUSY : 0; /* a thread that cannot follow */
}

#else

int clo_landlock_can_filter(void)
{
	return 0;
}

int clo_landlock_filter(uint64_t net, int no_fastopen, int is_all_threads)
{
	(void)net;
	(void)no_fastopen;
	(void)is_all_threads;
	return -ENOSYS;
}

#endif

static int has_filter(const struct cloison_landlock_policy *policy)
{
	return policy->substituted_net || policy->no_fastopen;
}

/* The filter and, before ABI 11, the kernel want no_new_privs first. */
static int set_no_new_privs(const struct cloison_landlock_policy *policy)
{
	if ((policy->apply_flags & CLOISON_LANDLOCK_RESTRICT_NO_NEW_PRIVS) &&
	    !has_filter(policy))
		return 0;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}

PUBLIC int cloison_landlock_apply(const struct cloison_landlock_policy *policy)
{
	int r, is_all = 0;

	if (!policy->is_resolved)
		return -EINVAL;
	if (policy->apply_flags & CLOISON_LANDLOCK_RESTRICT_TSYNC) {
		is_all = 1;
	} else if (!(policy->options & CLOISON_LANDLOCK_THIS_THREAD)) {
		r = clo_landlock_threads();
		if (r < 0)
			return r;
		if (r > 1)
			return -EBUSY;
	}
	r = set_no_new_privs(policy);
	if (r)
		return r;
	for (uint32_t i = 0; i < policy->layer_count; i++) {
		if (policy->layers[i].ruleset_fd < 0)
			continue;
		r = clo_landlock_restrict(policy->layers[i].ruleset_fd,
					  policy->flags | policy->apply_flags);
		if (r)
			return r;
	}
	if (has_filter(policy))
		return clo_landlock_filter(policy->substituted_net,
					   policy->no_fastopen, is_all);
	return 0;
}
