/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two labels, any two, and every decision that takes both: P1, P2, P3, P9.
 * Valid labels are restated here in the terms of docs/design/0002, so that a
 * fault of clo_label_is_valid() is found too.
 */
#include "proof.h"

static _Bool in_range(struct clo_label l)
{
	if (l.cage == 0)
		return l.roles == 0;
	if (l.cage == 1)
		return l.roles == 0 || l.roles == CLO_ROLE_AUDIT;
	return l.cage < 64 && l.roles < 4;
}

void proof(void);
void proof(void)
{
	struct clo_label a = any_label(), b = any_label();
	struct clo_cage cage = any_cage();
	const struct clo_cage *limits = nondet_bool() ? &cage : 0;
	struct clo_open open = any_open();
	enum clo_rule rules[10];
	_Bool other, to_core;

	open.owner = b;
	rules[0] = clo_may_task(&a, &b, nondet_u32());
	rules[1] = clo_may_connect(&a, &b);
	rules[2] = clo_may_receive(&a, &b);
	rules[3] = clo_may_open(&a, limits, &open);
	rules[4] = clo_may_file(&a, &b, nondet_u32());
	rules[5] = clo_may_exec(&a, &b);
	rules[6] = clo_may_ipc(&a, &b);
	rules[7] = clo_may_relabel(&a, &b);
	rules[8] = clo_may_traceme(&a, &b);
	rules[9] = clo_may_name(&a, &b, nondet_u32());

	other = a.cage >= 2 && b.cage >= 2 && a.cage != b.cage;
	to_core = a.cage >= 2 && b.cage == 1;
	PROVE(is_valid(a) == in_range(a), "P3 the valid labels");
	PROVE(is_cage(a) == (in_range(a) && a.cage >= 2), "P3 the cages");
	for (int i = 0; i < 10; i++) {
		PROVE(!other || !ALLOWED(rules[i]), "P1 cage to cage");
		PROVE(!to_core || !ALLOWED(rules[i]), "P2 cage to Core");
		PROVE((in_range(a) && in_range(b)) ||
			      rules[i] == CLO_RULE_BAD_LABEL,
		      "P3 an invalid label");
		PROVE(rules[i] < CLO_RULE_COUNT, "P9 a rule");
	}
	/* Neither way: no answer comes back out of a cage. */
	PROVE(!(a.cage == 0 && b.cage >= 2) || !ALLOWED(rules[1]),
	      "P1 the host connects into no cage");
	PROVE(!(a.cage < 2 && b.cage >= 2) || !ALLOWED(rules[2]),
	      "P1 no descriptor leaves a cage");
	PROVE(!(a.cage == 1 && b.cage >= 2) || !ALLOWED(rules[5]),
	      "P2 the Core executes no file of a cage");
	PROVE(!(a.cage < 2 && b.cage >= 2) || !ALLOWED(rules[8]),
	      "P2 no task of a cage is traced from outside at its own wish");
	/* The outside never reaches the Core, nor into a cage. */
	PROVE(!(a.cage == 0 && b.cage == 1) ||
		      !ALLOWED(clo_may_task(&a, &b, CLO_TASK_ACT)),
	      "P2 the host acts not on the Core");
	PROVE(!(a.cage == 0 && b.cage >= 1) ||
		      !ALLOWED(clo_may_task(&a, &b, CLO_TASK_REACH)),
	      "P2 the host reaches into nothing");
}
