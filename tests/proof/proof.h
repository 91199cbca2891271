/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the proofs share: inputs that may be anything, and the properties.
 *
 * P1 no decision lets a cage act on another cage
 * P2 no decision lets a cage act on the Core
 * P3 an invalid label is never allowed anything
 * P4 the label of a cage never changes its cage, and never goes back
 * P5 a role only takes away
 * P6 limits are never raised
 * P7 a number is given back only when nothing bears it
 * P8 no capability above the ceiling
 * P9 what is refused carries a rule that exists
 */
#ifndef CLO_TESTS_PROOF_H
#define CLO_TESTS_PROOF_H

#include "policy/core.h"
#include "policy/kernel.h"
#include "policy/object.h"
#include "policy/task.h"

unsigned short nondet_u16(void);
unsigned int nondet_u32(void);
unsigned long long nondet_u64(void);
_Bool nondet_bool(void);

#define PROVE(condition, text) __CPROVER_assert(condition, text)
#define ASSUME(condition)      __CPROVER_assume(condition)
#define ALLOWED(rule)	       ((rule) == CLO_RULE_ALLOW)

static inline struct clo_label any_label(void)
{
	struct clo_label label;

	label.cage = nondet_u16();
	label.roles = nondet_u16();
	return label;
}

static inline struct clo_cage any_cage(void)
{
	struct clo_cage cage;

	cage.state = nondet_u32();
	cage.spare = nondet_u32();
	cage.caps = nondet_u64();
	cage.families = nondet_u64();
	for (int i = 0; i < CLO_CAGE_DEVICES; i++) {
		cage.devices[i].is_block = nondet_u16();
		cage.devices[i].used = nondet_u16();
		cage.devices[i].major = nondet_u32();
		cage.devices[i].minor = nondet_u32();
	}
	return cage;
}

static inline struct clo_open any_open(void)
{
	struct clo_open open;

	open.owner = any_label();
	open.kind = nondet_u32();
	open.flags = nondet_u32();
	open.major = nondet_u32();
	open.minor = nondet_u32();
	return open;
}

static inline _Bool is_cage(struct clo_label label)
{
	return clo_label_is_valid(&label) && clo_label_is_cage(&label);
}

static inline _Bool is_valid(struct clo_label label)
{
	return clo_label_is_valid(&label);
}

#endif
