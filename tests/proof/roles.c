/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * P5: what a label with roles may do, the same label with fewer may do too.
 * The decisions that look at limits: tests/proof/roles-limits.c.
 */
#include "proof.h"

void proof(void);
void proof(void)
{
	struct clo_label more = any_label(), less = more, to = any_label();
	struct clo_cage cage = any_cage();
	clo_u32 op = nondet_u32(), a = nondet_u32(), b = nondet_u32();
	clo_u64 c = nondet_u64();

	ASSUME(is_valid(more));
	less.roles &= nondet_u16();
#define SUBSET(call_more, call_less, text) \
	PROVE(!ALLOWED(call_more) || ALLOWED(call_less), "P5 " text)
	SUBSET(clo_may_task(&more, &to, op), clo_may_task(&less, &to, op),
	       "task");
	SUBSET(clo_may_traceme(&more, &to), clo_may_traceme(&less, &to),
	       "traceme");
	SUBSET(clo_may_connect(&more, &to), clo_may_connect(&less, &to),
	       "connect");
	SUBSET(clo_may_receive(&more, &to), clo_may_receive(&less, &to),
	       "receive");
	SUBSET(clo_may_file(&more, &to, op), clo_may_file(&less, &to, op),
	       "file");
	SUBSET(clo_may_name(&more, &to, a), clo_may_name(&less, &to, a),
	       "name");
	SUBSET(clo_may_uprobe(&more, a), clo_may_uprobe(&less, a), "uprobe");
	SUBSET(clo_may_exec(&more, &to), clo_may_exec(&less, &to), "exec");
	SUBSET(clo_may_ipc(&more, &to), clo_may_ipc(&less, &to), "ipc");
	SUBSET(clo_may_kernel(&more, op), clo_may_kernel(&less, op), "kernel");
	SUBSET(clo_may_ioctl(&more, a), clo_may_ioctl(&less, a), "ioctl");
	SUBSET(clo_may_prctl(&more, a, c), clo_may_prctl(&less, a, c), "prctl");
	SUBSET(clo_is_core(&more), clo_is_core(&less), "Core");
	SUBSET(clo_may_close(&more, &cage), clo_may_close(&less, &cage),
	       "close");
	SUBSET(clo_may_free(&more, &cage, a), clo_may_free(&less, &cage, a),
	       "free");
	SUBSET(clo_may_guard(&more, a), clo_may_guard(&less, a), "guard");
	SUBSET(clo_may_enter(&more, &to, &cage, a),
	       clo_may_enter(&less, &to, &cage, a), "enter");

	/* The auditor acts on nothing that is not his like. */
	if ((more.roles & CLO_ROLE_AUDIT) && is_valid(to) &&
	    !((to.roles & CLO_ROLE_AUDIT) && to.cage == more.cage)) {
		PROVE(!ALLOWED(clo_may_task(&more, &to, CLO_TASK_ACT)),
		      "P5 the auditor does not act");
		PROVE(!ALLOWED(clo_may_task(&more, &to, CLO_TASK_REACH)),
		      "P5 the auditor does not reach");
	}
	if ((more.roles & CLO_ROLE_USER) && !(to.roles & CLO_ROLE_USER))
		PROVE(!ALLOWED(clo_may_task(&more, &to, CLO_TASK_ACT)) &&
			      !ALLOWED(
				      clo_may_task(&more, &to, CLO_TASK_REACH)),
		      "P5 the user does not act on the services");
}
