/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * P6, continued: what limits allow is what their sets hold, so narrower sets
 * allow less.  Each decision is asked with two limits that differ in nothing
 * but their set.
 */
#include "proof.h"

void proof(void);
void proof(void)
{
	struct clo_label a = any_label();
	struct clo_cage wide = { .state = CLO_CAGE_UP };
	struct clo_cage narrow = { .state = CLO_CAGE_UP };
	clo_u32 number = nondet_u32(), type = nondet_u32();
	clo_u32 protocol = nondet_u32(), major = nondet_u32();
	clo_u32 minor = nondet_u32();
	_Bool block = nondet_bool();
	int row = nondet_u32() % CLO_CAGE_DEVICES;

	wide.caps = nondet_u64();
	wide.families = nondet_u64();
	narrow.caps = wide.caps & nondet_u64();
	narrow.families = wide.families & nondet_u64();
	PROVE(!ALLOWED(clo_may_use_cap(&a, &narrow, number)) ||
		      ALLOWED(clo_may_use_cap(&a, &wide, number)),
	      "P6 fewer capabilities allow less");
	PROVE(!ALLOWED(clo_may_socket(&a, &narrow, number, type, protocol)) ||
		      ALLOWED(clo_may_socket(&a, &wide, number, type,
					     protocol)),
	      "P6 fewer families allow less");
	wide.devices[row].used = 1;
	wide.devices[row].is_block = nondet_bool();
	wide.devices[row].major = nondet_u32();
	wide.devices[row].minor = nondet_u32();
	PROVE(!ALLOWED(clo_may_device(&a, &narrow, block, major, minor)) ||
		      ALLOWED(clo_may_device(&a, &wide, block, major, minor)),
	      "P6 fewer devices allow less");
	/* A row gives one device and no other. */
	if (is_cage(a) &&
	    ALLOWED(clo_may_device(&a, &wide, block, major, minor)))
		PROVE((!block && clo_device_is_common(major, minor)) ||
			      (wide.devices[row].is_block == block &&
			       wide.devices[row].major == major &&
			       wide.devices[row].minor == minor),
		      "P6 a row gives one device");
}
