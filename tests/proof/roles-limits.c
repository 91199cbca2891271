/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * P5 for the decisions that look at the limits of a cage.
 */
#include "proof.h"

void proof(void);
void proof(void)
{
	struct clo_label more = any_label(), less = more;
	struct clo_cage cage = { .state = nondet_u32() }, next = cage;
	struct clo_open open = any_open();
	clo_u32 a = nondet_u32(), b = nondet_u32(), c = nondet_u32();
	_Bool block = nondet_bool();

	ASSUME(is_valid(more));
	less.roles &= nondet_u16();
	cage.caps = nondet_u64();
	cage.families = nondet_u64();
	next.caps = nondet_u64();
	next.families = nondet_u64();
#define SUBSET(call_more, call_less, text) \
	PROVE(!ALLOWED(call_more) || ALLOWED(call_less), "P5 " text)
	SUBSET(clo_may_open(&more, &cage, &open),
	       clo_may_open(&less, &cage, &open), "open");
	SUBSET(clo_may_device(&more, &cage, block, a, b),
	       clo_may_device(&less, &cage, block, a, b), "device");
	SUBSET(clo_may_use_cap(&more, &cage, a),
	       clo_may_use_cap(&less, &cage, a), "capability");
	SUBSET(clo_may_socket(&more, &cage, a, b, c),
	       clo_may_socket(&less, &cage, a, b, c), "socket");
	SUBSET(clo_may_define(&more, &cage, &next),
	       clo_may_define(&less, &cage, &next), "define");
}
