/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * P6: along any chain of allowed requests, nothing that the limits of a cage
 * refused becomes allowed.  P7: a number is given back only when it is empty.
 */
#include "proof.h"

static void check_row(const struct clo_device *new,
		      const struct clo_device *old)
{
	PROVE(!new->used ||
		      (old->used &&
		       (new->is_block != 0) == (old->is_block != 0) &&
		       new->major == old->major &&new->minor == old->minor),
	      "P6 devices");
}

void proof(void);
void proof(void)
{
	struct clo_label who = any_label();
	struct clo_cage old = any_cage(), new = any_cage();
	clo_u32 tasks = nondet_u32();

	if (ALLOWED(clo_may_define(&who, &old, &new))) {
		PROVE(who.cage == CLO_CAGE_CORE, "P6 the Core defines");
		PROVE(new.state == CLO_CAGE_UP, "P6 a cage comes up");
		PROVE(clo_cage_is_valid(&new), "P6 limits are valid");
		PROVE(old.state == CLO_CAGE_EMPTY || old.state == CLO_CAGE_UP,
		      "P6 a cage that closes stays so");
		/* Set by set: the decisions look at one bit or one row. */
		if (old.state == CLO_CAGE_UP) {
			PROVE(!(new.caps & ~old.caps), "P6 capabilities");
			PROVE(!(new.families & ~old.families), "P6 families");
			for (int i = 0; i < CLO_CAGE_DEVICES; i++)
				check_row(&new.devices[i], &old.devices[i]);
		}
	}
	if (ALLOWED(clo_may_free(&who, &old, tasks)))
		PROVE(tasks == 0 && old.state == CLO_CAGE_CLOSING &&
			      who.cage == CLO_CAGE_CORE,
		      "P7 free only when empty and closed, by the Core");
	if (ALLOWED(clo_may_close(&who, &old)))
		PROVE(who.cage == CLO_CAGE_CORE && old.state != CLO_CAGE_EMPTY,
		      "P7 the Core closes what exists");
	/* Validity restated: nothing but what any cage may have. */
	if (clo_cage_is_valid(&old)) {
		PROVE(old.spare == 0, "P6 spare");
		PROVE((old.caps & ~0x80c5ffull) == 0, "P8 ceiling");
		PROVE((old.families & ~0x10406ull) == 0, "P8 families");
	}
}
