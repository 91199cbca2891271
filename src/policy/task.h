/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who may do what to a task.
 */
#ifndef CLO_POLICY_TASK_H
#define CLO_POLICY_TASK_H

#include "label.h"

/*
 * What a task does to another, by what it gives: to look is to learn, to act
 * is to change, to reach is to hold (memory, descriptors, namespaces).
 */
enum clo_task_op {
	CLO_TASK_LOOK, /* getpgid, getsid, getscheduler, getioprio, capget */
	CLO_TASK_ACT, /* signals, priorities, limits, process groups */
	CLO_TASK_REACH, /* ptrace and all that it guards */
	CLO_TASK_OP_COUNT,
};

/**
 * clo_may_task() - Decide on an operation from one task on another
 * @from: Label of the one who asks; not NULL.
 * @to: Label of the target; not NULL.
 * @op: One of enum clo_task_op.
 *
 * A signal's number does not matter: signal 0 tells whether a task exists,
 * which is already a leak between two cages.  The host may signal a cage's
 * tasks (a machine must be able to shut down) but reaches into none.
 *
 * Source: CLIP OS 4, 1002 section 3.1; 1202 section 2.1.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_task(const struct clo_label *from,
					 const struct clo_label *to,
					 enum clo_task_op op)
{
	if (!clo_label_is_valid(from) || !clo_label_is_valid(to))
		return CLO_RULE_BAD_LABEL;
	if (op >= CLO_TASK_OP_COUNT)
		return CLO_RULE_BAD_REQUEST;

	if (from->cage == CLO_CAGE_NONE) {
		if (to->cage == CLO_CAGE_CORE && op != CLO_TASK_LOOK)
			return CLO_RULE_CORE_PROTECTED;
		if (clo_label_is_cage(to) && op == CLO_TASK_REACH)
			return CLO_RULE_INTO_CAGE;
		return CLO_RULE_ALLOW;
	}
	if (clo_label_is_cage(from)) {
		if (to->cage == CLO_CAGE_CORE)
			return CLO_RULE_TO_CORE;
		if (to->cage == CLO_CAGE_NONE)
			return CLO_RULE_TO_UNLABELLED;
		if (from->cage != to->cage)
			return CLO_RULE_OTHER_CAGE;
	}
	if (op == CLO_TASK_LOOK)
		return CLO_RULE_ALLOW;
	if ((from->roles & CLO_ROLE_AUDIT) &&
	    (from->cage != to->cage || !(to->roles & CLO_ROLE_AUDIT)))
		return CLO_RULE_ROLE_AUDIT;
	if ((from->roles & CLO_ROLE_USER) && !(to->roles & CLO_ROLE_USER))
		return CLO_RULE_ROLE_USER;
	return CLO_RULE_ALLOW;
}

/**
 * clo_may_traceme() - Decide on a task that makes its parent its tracer
 * @parent: Label of the parent; not NULL.
 * @child: Label of the task that asks; not NULL.
 *
 * The parent is not asked.  A tracer has to bury the threads that it traces:
 * the Core, which does not know that it became one, would leave them, and with
 * them their process and its cage, where they are for good.
 *
 * Source: CLIP OS 4, 1202 section 2.1.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_traceme(const struct clo_label *parent,
					    const struct clo_label *child)
{
	enum clo_rule rule = clo_may_task(parent, child, CLO_TASK_REACH);

	if (rule != CLO_RULE_ALLOW)
		return rule;
	if (parent->cage == CLO_CAGE_CORE && clo_label_is_cage(child))
		return CLO_RULE_TO_CORE;
	return CLO_RULE_ALLOW;
}

/**
 * clo_may_create() - Decide on a task or a socket that is being made
 * @has_label: Not 0 if there was room to store its label.
 *
 * What cannot be labelled is not created: a cage that exhausts the memory must
 * not get a child that is outside every cage.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_create(clo_u32 has_label)
{
	return has_label ? CLO_RULE_ALLOW : CLO_RULE_NO_MEMORY;
}

#endif
