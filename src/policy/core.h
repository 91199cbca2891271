/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What may be asked of the guard itself: to be the Core, to set up a cage, to
 * enter it, to close it.  The guard decides on each in the kernel: after it is
 * loaded, no system call writes a label or a limit (docs/design/0003).
 */
#ifndef CLO_POLICY_CORE_H
#define CLO_POLICY_CORE_H

#include "cage.h"

/**
 * clo_may_relabel() - Decide on a change of a task's label
 * @from: Label of the task; not NULL.
 * @to: Label that it asks for; not NULL.
 *
 * One way: outside -> Core -> cage -> the same cage with more roles.  Nothing
 * comes back.
 *
 * Source: CLIP OS 4, 1202 section 2.1 (a context is entered, never left).
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_relabel(const struct clo_label *from,
					    const struct clo_label *to)
{
	if (!clo_label_is_valid(from) || !clo_label_is_valid(to))
		return CLO_RULE_BAD_LABEL;
	if (from->cage == CLO_CAGE_NONE)
		return to->cage == CLO_CAGE_CORE ? CLO_RULE_ALLOW :
						   CLO_RULE_NOT_CORE;
	/* A role, once taken on, is kept: also over the way into a cage. */
	if (from->roles & ~to->roles)
		return CLO_RULE_RELABEL;
	if (from->cage == CLO_CAGE_CORE)
		return to->cage >= CLO_CAGE_CORE ? CLO_RULE_ALLOW :
						   CLO_RULE_RELABEL;
	if (from->cage != to->cage)
		return CLO_RULE_RELABEL;
	return CLO_RULE_ALLOW;
}

/* What the guard knows of a task that wants to become the Core. */
struct clo_claim {
	clo_u32 is_registered; /* it runs the program registered as the Core */
	clo_u32 is_alone; /* one thread, traced by nobody */
	clo_u32 is_root; /* user 0 with CAP_SYS_ADMIN, both of the host */
	clo_u32 core_count; /* tasks that carry the Core's label now */
	clo_u32 is_filtered; /* a seccomp filter judges its system calls */
};

/**
 * clo_may_claim() - Decide whether a task becomes the Core
 * @from: Its label; not NULL.
 * @claim: What is known of it; not NULL.
 *
 * There is one Core at a time.  When it has died, the same program, started
 * again by root, takes its place and finds the cages as they are.  Whoever put
 * a filter on it before could answer its system calls in the kernel's place.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_claim(const struct clo_label *from,
					  const struct clo_claim *claim)
{
	const struct clo_label core = { .cage = CLO_CAGE_CORE, .roles = 0 };

	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (from->cage != CLO_CAGE_NONE)
		return CLO_RULE_RELABEL;
	if (!claim->is_root || !claim->is_registered)
		return CLO_RULE_NOT_CORE_FILE;
	if (!claim->is_alone)
		return CLO_RULE_NOT_ALONE;
	if (claim->is_filtered)
		return CLO_RULE_FILTERED;
	if (claim->core_count)
		return CLO_RULE_CORE_ALIVE;
	return clo_may_relabel(from, &core);
}

/**
 * clo_may_core_exec() - Decide on a program that a task executes
 * @from: Label of the task; not NULL.
 * @is_registered: Not 0 if the program is the one registered as the Core.
 * @is_locked: Not 0 once the guard is locked.
 *
 * The Core executes itself and nothing else: whoever makes its path to itself
 * lead elsewhere (a /proc of his own) would run his program as the Core.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_core_exec(const struct clo_label *from,
					      clo_u32 is_registered,
					      clo_u32 is_locked)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (from->cage != CLO_CAGE_CORE || !is_locked)
		return CLO_RULE_ALLOW;
	return is_registered ? CLO_RULE_ALLOW : CLO_RULE_CORE_EXEC;
}

/* The Core with the audit role only looks. */
static inline enum clo_rule clo_is_core(const struct clo_label *from)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (from->cage != CLO_CAGE_CORE)
		return CLO_RULE_NOT_CORE;
	if (from->roles & CLO_ROLE_AUDIT)
		return CLO_RULE_ROLE_AUDIT;
	return CLO_RULE_ALLOW;
}

/**
 * clo_may_define() - Decide on the limits of a cage
 * @from: Label of the one who asks; not NULL.
 * @old: Limits in force; not NULL.
 * @new: Limits asked for; not NULL.
 *
 * An empty number takes any valid limits.  A cage that is up takes narrower
 * ones only: what is frozen never thaws.
 *
 * Source: CLIP OS 4, 1202 section 2.1 (state_setup, cleared once).
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_define(const struct clo_label *from,
					   const struct clo_cage *old,
					   const struct clo_cage *new)
{
	enum clo_rule rule = clo_is_core(from);

	if (rule != CLO_RULE_ALLOW)
		return rule;
	if (new->state != CLO_CAGE_UP || !clo_cage_is_valid(new))
		return CLO_RULE_BAD_REQUEST;
	if (old->state == CLO_CAGE_EMPTY)
		return CLO_RULE_ALLOW;
	if (old->state != CLO_CAGE_UP)
		return CLO_RULE_CAGE_STATE;
	return clo_cage_is_within(new, old) ? CLO_RULE_ALLOW : CLO_RULE_FROZEN;
}

/**
 * clo_may_enter() - Decide whether a task takes on the label of a cage
 * @from: Its label; not NULL.
 * @to: The label asked for; not NULL.
 * @cage: Limits of that cage; not NULL.
 * @is_alone: Not 0 if the task has one thread and nobody traces it.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_enter(const struct clo_label *from,
					  const struct clo_label *to,
					  const struct clo_cage *cage,
					  clo_u32 is_alone)
{
	enum clo_rule rule;

	if (!clo_label_is_valid(from) || !clo_label_is_valid(to))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(to))
		return CLO_RULE_BAD_REQUEST;
	rule = clo_may_relabel(from, to); /* NOT_CORE from outside */
	if (rule != CLO_RULE_ALLOW)
		return rule;
	if (!is_alone)
		return CLO_RULE_NOT_ALONE;
	return cage->state == CLO_CAGE_UP ? CLO_RULE_ALLOW :
					    CLO_RULE_CAGE_STATE;
}

/**
 * clo_may_close() - Decide on ending the entry into a cage
 * @from: Label of the one who asks; not NULL.
 * @cage: Limits of the cage; not NULL.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_close(const struct clo_label *from,
					  const struct clo_cage *cage)
{
	enum clo_rule rule = clo_is_core(from);

	if (rule != CLO_RULE_ALLOW)
		return rule;
	return cage->state == CLO_CAGE_EMPTY ? CLO_RULE_CAGE_STATE :
					       CLO_RULE_ALLOW;
}

/**
 * clo_may_free() - Decide on giving a cage's number back
 * @from: Label of the one who asks; not NULL.
 * @cage: Limits of the cage; not NULL.
 * @task_count: Tasks that carry the cage's label now.
 *
 * A number is free again only when nothing bears it: otherwise a new cage
 * would inherit the processes of the old one.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_free(const struct clo_label *from,
					 const struct clo_cage *cage,
					 clo_u32 task_count)
{
	enum clo_rule rule = clo_is_core(from);

	if (rule != CLO_RULE_ALLOW)
		return rule;
	if (cage->state != CLO_CAGE_CLOSING)
		return CLO_RULE_CAGE_STATE;
	return task_count ? CLO_RULE_CAGE_BUSY : CLO_RULE_ALLOW;
}

/**
 * clo_may_guard() - Decide on touching the guard: its pins, maps and programs
 * @from: Label of the one who asks; not NULL.
 * @is_locked: Not 0 once the guard is locked.
 *
 * Before the lock the loader, which is still outside, sets the guard up.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_guard(const struct clo_label *from,
					  clo_u32 is_locked)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (from->cage == CLO_CAGE_CORE)
		return clo_is_core(from);
	if (clo_label_is_cage(from))
		return CLO_RULE_TO_CORE;
	return is_locked ? CLO_RULE_CORE_PROTECTED : CLO_RULE_ALLOW;
}

/* What the guard knows of the place in which somebody looks for it. */
struct clo_place {
	clo_u32 is_own_dir; /* the directory above the guard's pins */
	clo_u32 is_own_maps; /* each map found there is the guard's */
};

/**
 * clo_may_place() - Decide whether what is found at the guard's path is it
 * @from: Label of the one who asks; not NULL.
 * @place: What the guard knows of what was found; not NULL.
 *
 * Whoever mounts on the host puts another directory over that path.  A Core
 * that believed it would read records and counters of his.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_place(const struct clo_label *from,
					  const struct clo_place *place)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (clo_label_is_cage(from))
		return CLO_RULE_NOT_CORE;
	if (!place->is_own_dir || !place->is_own_maps)
		return CLO_RULE_FALSE_PLACE;
	return CLO_RULE_ALLOW;
}

/*
 * Types of BPF programs that work on packets, sockets and devices, or only for
 * who calls them.  What is not here (kprobe, tracepoint, perf_event, tracing
 * with fmod_ret and fexit, LSM, and what a later kernel adds) may replace the
 * answer of a kernel function, write the memory of the task that it meets, or
 * send it a signal; one of type SYSCALL runs on demand and may signal any.
 *
 * Source: uapi/linux/bpf.h, enum bpf_prog_type; kernel/trace/bpf_trace.c.
 */
/* clang-format off */
#define CLO_BPF_HARMLESS(X)     \
	X(SOCKET_FILTER, 1)     \
	X(SCHED_CLS, 3)         \
	X(SCHED_ACT, 4)         \
	X(XDP, 6)               \
	X(CGROUP_SKB, 8)        \
	X(CGROUP_SOCK, 9)       \
	X(LWT_IN, 10)           \
	X(LWT_OUT, 11)          \
	X(LWT_XMIT, 12)         \
	X(SOCK_OPS, 13)         \
	X(SK_SKB, 14)           \
	X(CGROUP_DEVICE, 15)    \
	X(SK_MSG, 16)           \
	X(CGROUP_SOCK_ADDR, 18) \
	X(LWT_SEG6LOCAL, 19)    \
	X(LIRC_MODE2, 20)       \
	X(SK_REUSEPORT, 21)     \
	X(FLOW_DISSECTOR, 22)   \
	X(CGROUP_SYSCTL, 23)    \
	X(CGROUP_SOCKOPT, 25)   \
	X(STRUCT_OPS, 27)       \
	X(EXT, 28)              \
	X(SK_LOOKUP, 30)        \
	X(NETFILTER, 32)
/* clang-format on */

/**
 * clo_may_program() - Decide on a BPF program that a task gets hold of
 * @from: Label of the one who loads or opens it; not NULL.
 * @type: Its type, a number of enum bpf_prog_type.
 * @is_locked: Not 0 once the guard is locked.
 *
 * One that extends another (EXT) needs a descriptor of that, which nobody gets
 * of the guard's own.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_program(const struct clo_label *from,
					    clo_u32 type, clo_u32 is_locked)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (clo_label_is_cage(from))
		return CLO_RULE_BPF;
	if (!is_locked)
		return CLO_RULE_ALLOW;
	if (from->cage == CLO_CAGE_CORE)
		return clo_is_core(from);
	switch (type) {
#define X(name, number) case number:
		CLO_BPF_HARMLESS(X)
#undef X
		return CLO_RULE_ALLOW;
	default:
		return CLO_RULE_BPF_PROGRAM;
	}
}

/**
 * clo_may_uprobe() - Decide on a probe in the code of programs
 * @from: Label of the one who defines it; not NULL.
 * @is_locked: Not 0 once the guard is locked.
 *
 * The kernel writes a breakpoint where it is told, also into the middle of an
 * instruction, and counts in a variable that it is told: a way to write the
 * code and the data of the Core and of what runs in cages.
 *
 * Source: CLIP OS 4, 1202 section 2.1; Linux Documentation/trace/
 * uprobetracer.rst.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_uprobe(const struct clo_label *from,
					   clo_u32 is_locked)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (clo_label_is_cage(from))
		return CLO_RULE_PERF;
	if (!is_locked)
		return CLO_RULE_ALLOW;
	return from->cage == CLO_CAGE_CORE ? clo_is_core(from) :
					     CLO_RULE_UPROBE;
}

#endif
