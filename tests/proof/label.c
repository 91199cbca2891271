/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of a label: any sequence of requests, allowed or not.  P4, and the
 * half of P5 that says a role is kept.  The step is proved for any label, so
 * the sequence may have any length; four steps are unrolled besides.
 */
#include "proof.h"

/* What the guard does: the label becomes another only if it is allowed. */
static struct clo_label step(struct clo_label label)
{
	struct clo_label to = any_label();
	struct clo_label core = { .cage = CLO_CAGE_CORE, .roles = 0 };
	struct clo_cage cage = any_cage();
	struct clo_claim claim = { nondet_u32(), nondet_u32(), nondet_u32(),
				   nondet_u32(), nondet_u32() };

	if (nondet_bool())
		return ALLOWED(clo_may_claim(&label, &claim)) ? core : label;
	if (nondet_bool())
		return ALLOWED(clo_may_relabel(&label, &to)) ? to : label;
	return ALLOWED(clo_may_enter(&label, &to, &cage, nondet_u32())) ? to :
									  label;
}

static void check(struct clo_label before, struct clo_label after)
{
	PROVE(is_valid(after), "P4 a valid label stays valid");
	PROVE(before.cage < 2 || after.cage == before.cage,
	      "P4 a cage's label keeps its cage");
	PROVE(before.cage == 0 || after.cage >= 1,
	      "P4 nothing goes back outside");
	PROVE((before.roles & ~after.roles) == 0, "P5 a role is kept");
}

void proof(void);
void proof(void)
{
	struct clo_label first = any_label(), now, next, enter = any_label();
	struct clo_cage cage = any_cage();
	struct clo_claim claim = { nondet_u32(), nondet_u32(), nondet_u32(),
				   nondet_u32(), nondet_u32() };

	ASSUME(is_valid(first));
	now = first;
	for (int i = 0; i < 4; i++) {
		next = step(now);
		check(now, next);
		check(first, next);
		now = next;
	}
	/* Nobody but the Core's own goes into a cage, and only into one up. */
	if (ALLOWED(clo_may_enter(&first, &enter, &cage, nondet_u32()))) {
		PROVE(first.cage == 1 || first.cage == enter.cage,
		      "P4 the way in starts at the Core");
		PROVE(cage.state == CLO_CAGE_UP, "P4 the cage is up");
		PROVE(enter.cage >= 2, "P4 what is entered is a cage");
	}
	PROVE(!ALLOWED(clo_may_enter(&first, &enter, &cage, 0)),
	      "P4 a task that is not alone keeps its label");
	if (ALLOWED(clo_may_claim(&first, &claim)))
		PROVE(first.cage == 0 && claim.core_count == 0 &&
			      claim.is_root && claim.is_registered &&
			      claim.is_alone && !claim.is_filtered,
		      "P4 one Core, the registered program, alone, root, "
		      "unfiltered");
}
