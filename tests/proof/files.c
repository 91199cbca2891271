/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a cage opens: it writes only what is its own, a device that was given
 * to it, or a terminal; it never reads what describes the kernel; nobody turns
 * the tracing off.  Every user id has one cage, and every cage its own.
 */
#include "proof.h"

void proof(void);
void proof(void)
{
	struct clo_label a = any_label();
	struct clo_cage cage = any_cage();
	struct clo_open open = any_open();
	enum clo_rule rule = clo_may_open(&a, &cage, &open);
	clo_u32 uid = nondet_u32(), locked = nondet_u32();
	enum clo_rule probe = clo_may_uprobe(&a, locked);
	clo_u16 number = nondet_u16();
	struct clo_label owner = clo_label_of_uid(uid);

	PROVE(!ALLOWED(rule) || open.kind != CLO_FILE_TRACING ||
		      !(open.flags & CLO_OPEN_WRITE),
	      "P9 nobody turns tracing off");
	if (is_cage(a) && ALLOWED(rule)) {
		PROVE(open.kind != CLO_FILE_SECRET, "P9 no secret is read");
		PROVE(!(open.flags & CLO_OPEN_WRITE) ||
			      open.owner.cage == a.cage ||
			      open.kind == CLO_FILE_TERMINAL ||
			      open.kind == CLO_FILE_DEVICE,
		      "P1 a cage writes its own");
		PROVE(open.kind != CLO_FILE_TERMINAL ||
			      !(open.flags & CLO_OPEN_HOST) ||
			      open.owner.cage == a.cage ||
			      (open.major == 5 && open.minor == 2),
		      "P1 a cage opens no terminal of the host");
		PROVE(open.kind != CLO_FILE_PROCESS ||
			      open.owner.cage == a.cage,
		      "P1 a cage looks at its own processes");
		PROVE(open.owner.cage == a.cage || open.owner.cage == 0,
		      "P1 a cage opens its own or the system's");
	}
	PROVE(is_valid(owner) && owner.roles == 0, "P3 an owner is valid");
	PROVE(owner.cage != CLO_CAGE_CORE, "P2 no user id is the Core's");
	if (number >= CLO_CAGE_FIRST && number <= CLO_CAGE_MAX) {
		clo_u32 first = clo_label_uid(number);
		_Bool inside = uid >= first && uid - first < 65536;

		PROVE(first + 65535 > first, "P1 a range does not wrap");
		PROVE((owner.cage == number) == inside,
		      "P1 a cage owns its range and nothing else");
	}
	PROVE(!ALLOWED(probe) || !locked || (a.cage == 1 && a.roles == 0),
	      "P2 nobody but the Core probes programs");
	PROVE(!ALLOWED(probe) || (is_valid(a) && !is_cage(a)),
	      "P2 no cage does at all");
	PROVE(uid >= 0x70000000u || owner.cage == 0,
	      "P1 the users of the host are outside");
}
