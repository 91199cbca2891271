/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a cage may ask of the kernel itself: little.
 */
#ifndef CLO_POLICY_KERNEL_H
#define CLO_POLICY_KERNEL_H

#include "label.h"

/* operation, rule that denies it to a cage */
/* clang-format off */
#define CLO_KERNEL_OPS(X)            \
	X(USERNS, USERNS)            \
	X(MOUNT, MOUNT)              \
	X(CHROOT, CHROOT)            \
	X(BPF, BPF)                  \
	X(PERF, PERF)                \
	X(IO_URING, IO_URING)        \
	X(MODULE, MODULE)            \
	X(SYSLOG, SYSLOG)            \
	X(KEYRING, KEYRING)          \
	X(USERFAULTFD, USERFAULTFD)  \
	X(QUOTA, QUOTA)              \
	X(CLOCK, CLOCK)              \
	X(MKNOD, MKNOD)              \
	X(LABEL_XATTR, LABEL_XATTR)  \
	X(SETID, SETID)              \
	X(CORE_DUMP, CORE_DUMP)
/* clang-format on */

#define X(op, rule) CLO_KERNEL_##op,
enum clo_kernel_op { CLO_KERNEL_OPS(X) CLO_KERNEL_OP_COUNT };
#undef X

/**
 * clo_may_kernel() - Decide on an operation that no cage may do
 * @from: Label of the task; not NULL.
 * @op: One of enum clo_kernel_op.
 *
 * Source: ANSSI BP-028 R9 to R12; CLIP OS 4, 1201 section 3.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_kernel(const struct clo_label *from,
					   enum clo_kernel_op op)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(from))
		return CLO_RULE_ALLOW;

	switch (op) {
#define X(op, rule)           \
	case CLO_KERNEL_##op: \
		return CLO_RULE_##rule;
		CLO_KERNEL_OPS(X)
#undef X
	default:
		return CLO_RULE_BAD_REQUEST;
	}
}

/*
 * ioctl requests that a cage does not make: they put words into a terminal,
 * move the console, change a line discipline, or alter a file's attributes.
 *
 * Source: uapi/asm-generic/ioctls.h, linux/tiocl.h, linux/kd.h, linux/vt.h,
 * linux/fs.h, linux/fsverity.h.
 */
/* clang-format off */
#define CLO_IOCTLS(X)                 \
	X(TIOCSTI, 0x5412)            \
	X(TIOCLINUX, 0x541c)          \
	X(TIOCCONS, 0x541d)           \
	X(TIOCSETD, 0x5423)           \
	X(TIOCVHANGUP, 0x5437)        \
	X(FS_IOC_SETFLAGS, 0x40086602)   \
	X(FS_IOC32_SETFLAGS, 0x40046602) \
	X(FS_IOC_FSSETXATTR, 0x401c5820) \
	X(FS_IOC_ENABLE_VERITY, 0x40806685)
/* clang-format on */

/**
 * clo_may_ioctl() - Decide on an ioctl request
 * @from: Label of the task; not NULL.
 * @request: The request's number.
 *
 * The ranges of the virtual terminals and keyboards (0x4b00 to 0x4bff, 0x5600
 * to 0x56ff) are refused whole.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_ioctl(const struct clo_label *from,
					  clo_u32 request)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(from))
		return CLO_RULE_ALLOW;
	if ((request & 0xffffff00u) == 0x4b00u ||
	    (request & 0xffffff00u) == 0x5600u)
		return CLO_RULE_IOCTL;

	switch (request) {
#define X(name, number) case number:
		CLO_IOCTLS(X)
#undef X
		return CLO_RULE_IOCTL;
	default:
		return CLO_RULE_ALLOW;
	}
}

/* prctl options that reach beyond the process; linux/prctl.h. */
enum {
	CLO_PR_SET_MM = 35,
	CLO_PR_SCHED_CORE = 62,
	CLO_PR_SET_MEMORY_MERGE = 67,
};

/**
 * clo_may_prctl() - Decide on a prctl option
 * @from: Label of the task; not NULL.
 * @option: The option.
 * @arg: Its first argument.
 *
 * Core scheduling cookies are the Core's to give; merging of equal pages is a
 * side channel; PR_SET_MM forges what /proc says of a process.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_prctl(const struct clo_label *from,
					  clo_u32 option, clo_u64 arg)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(from))
		return CLO_RULE_ALLOW;
	if (option == CLO_PR_SET_MM || option == CLO_PR_SCHED_CORE)
		return CLO_RULE_PRCTL;
	if (option == CLO_PR_SET_MEMORY_MERGE && arg)
		return CLO_RULE_PRCTL;
	return CLO_RULE_ALLOW;
}

#endif
