// SPDX-License-Identifier: GPL-2.0-only
/*
 * The filter of system calls: chosen by what the guard lacks, installed as it
 * was built (filter-table.h, filter-gen.c).
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "bpf/abi.h"
#include "core/filter-table.h"
#include "core/filter.h"
#include "core/launch-step.h"

#include "filter-code.h"

_Static_assert(CLO_HOOK_COUNT <= 128, "struct clo_launcher has 128 bits");

unsigned int clo_filter_groups(const uint64_t missing[2], uint64_t without,
			       bool has_aio)
{
	unsigned int groups = has_aio ? 0 : CLO_FILTER_AIO;

	if (without & (UINT64_C(1) << CLO_PROTECT_guard))
		return groups | CLO_FILTER_URING | CLO_FILTER_ANON |
		       CLO_FILTER_GUARD;
	for (unsigned int i = 0; i < CLO_HOOK_COUNT; i++) {
		if (!(missing[i / 64] & (UINT64_C(1) << i % 64)))
			continue;
		if (i == CLO_HOOK_uring_allowed)
			groups |= CLO_FILTER_URING;
		else if (i == CLO_HOOK_inode_init_security_anon)
			groups |= CLO_FILTER_ANON;
		else if (i != CLO_HOOK_unix_find && i != CLO_HOOK_cap_capable &&
			 i != CLO_HOOK_file_ioctl_compat)
			groups |= CLO_FILTER_GUARD;
	}
	return groups;
}

void clo_filter_get(unsigned int groups, const struct sock_filter **ret_code,
		    size_t *ret_count)
{
	*ret_code = filters[groups % CLO_FILTER_COUNT].code;
	*ret_count = filters[groups % CLO_FILTER_COUNT].count;
}

int clo_filter_install(const struct clo_launcher *launcher, uint64_t without,
		       bool has_aio)
{
	const struct sock_filter *code;
	struct sock_fprog prog;
	size_t count;

	if (without & (UINT64_C(1) << CLO_PROTECT_seccomp))
		return 0;
	clo_filter_get(clo_filter_groups(launcher->missing, without, has_aio),
		       &code, &count);
	prog.len = (unsigned short)count;
	/* The kernel only reads it; its interface forgot to say so. */
	prog.filter = (struct sock_filter *)(uintptr_t)code;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog))
		return -errno;
	return 0;
}
