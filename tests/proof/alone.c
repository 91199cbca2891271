/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One label and what it asks of the kernel or of the guard: P3, P8, P9, and
 * that a cage gets nothing from the decisions that serve no cage.
 */
#include "proof.h"

/* Restated: kprobe, tracepoints, perf, tracing, LSM, and the unknown. */
static bool changes_answers(clo_u32 type)
{
	return type == 0 || type == 2 || type == 5 || type == 7 || type == 17 ||
	       type == 24 || type == 26 || type == 29 || type > 32;
}

static void proof_place(void)
{
	struct clo_label a = any_label();
	struct clo_place place = { nondet_u32(), nondet_u32() };
	enum clo_rule rule = clo_may_place(&a, &place);

	PROVE(is_valid(a) || rule == CLO_RULE_BAD_LABEL,
	      "P3 an invalid label asks for no place");
	PROVE(!ALLOWED(rule) || (place.is_own_dir && place.is_own_maps),
	      "P2 no false place is the guard's");
	PROVE(!ALLOWED(rule) || !is_cage(a), "P2 a cage asks for no place");
}

static void prove_socket(enum clo_rule rule, const struct clo_cage *cage,
			 clo_u32 family, clo_u32 type, clo_u32 protocol)
{
	PROVE(!(ALLOWED(rule) && clo_cage_is_valid(cage)) || family == 1 ||
		      family == 2 || family == 10 || family == 16,
	      "P8 no family above the ceiling");
	PROVE(!ALLOWED(rule) || family == 1 || family == 16 ||
		      ((type & 15) != 3 && (type & 15) != 10),
	      "P8 no raw socket");
	PROVE(!ALLOWED(rule) || (family != 2 && family != 10) ||
		      protocol == 0 || protocol == 1 || protocol == 6 ||
		      protocol == 17 || protocol == 58,
	      "P8 of the internet families TCP, UDP and ICMP alone");
}

static void proof_rest(void)
{
	struct clo_label a = any_label(), b = any_label();
	struct clo_cage cage = any_cage(), next = any_cage();
	const struct clo_cage *limits = nondet_bool() ? &cage : 0;
	struct clo_claim claim = { nondet_u32(), nondet_u32(), nondet_u32(),
				   nondet_u32(), nondet_u32() };
	clo_u32 cap = nondet_u32(), family = nondet_u32(), type = nondet_u32();
	clo_u32 protocol = nondet_u32();
	clo_u32 op = nondet_u32(), program = nondet_u32();
	clo_u32 locked = nondet_u32();
	enum clo_rule rules[14];

	rules[0] = clo_may_use_cap(&a, limits, cap);
	rules[1] = clo_may_socket(&a, limits, family, type, protocol);
	rules[2] = clo_may_kernel(&a, op);
	rules[3] = clo_may_ioctl(&a, nondet_u32());
	rules[4] = clo_may_prctl(&a, nondet_u32(), nondet_u64());
	rules[5] = clo_may_device(&a, limits, nondet_bool(), nondet_u32(),
				  nondet_u32());
	rules[6] = clo_may_claim(&a, &claim);
	rules[7] = clo_is_core(&a);
	rules[8] = clo_may_define(&a, &cage, &next);
	rules[9] = clo_may_enter(&a, &b, &cage, nondet_u32());
	rules[10] = clo_may_close(&a, &cage);
	rules[11] = clo_may_free(&a, &cage, nondet_u32());
	rules[12] = clo_may_guard(&a, nondet_u32());
	rules[13] = clo_may_program(&a, program, locked);
	for (int i = 0; i < 14; i++) {
		PROVE(is_valid(a) || rules[i] == CLO_RULE_BAD_LABEL,
		      "P3 an invalid label");
		PROVE(rules[i] < CLO_RULE_COUNT, "P9 a rule");
	}
	if (locked && changes_answers(program))
		PROVE(!ALLOWED(rules[13]) || (a.cage == 1 && a.roles == 0),
		      "P2 nobody but the Core loads what changes answers");
	if (!is_cage(a))
		return;
	PROVE(!ALLOWED(rules[2]), "P2 a cage asks nothing of the kernel");
	PROVE(!ALLOWED(rules[6]) && !ALLOWED(rules[7]) && !ALLOWED(rules[8]) &&
		      !ALLOWED(rules[10]) && !ALLOWED(rules[11]) &&
		      !ALLOWED(rules[12]) && !ALLOWED(rules[13]),
	      "P2 a cage asks nothing of the guard");
	PROVE(!ALLOWED(rules[9]) || b.cage == a.cage,
	      "P4 a cage enters no other");
	PROVE(!ALLOWED(rules[0]) ||
		      (limits && cap < 41 && (cage.caps >> cap & 1)),
	      "P8 no capability that the limits lack");
	PROVE(!ALLOWED(rules[0]) || !clo_cage_is_valid(&cage) ||
		      (CLO_CAGE_CAPS_MAX >> cap & 1),
	      "P8 none above the ceiling of all cages");
	PROVE(!(ALLOWED(rules[0]) && clo_cage_is_valid(&cage)) ||
		      (cap != 12 && cap != 13 && cap != 16 && cap != 17 &&
		       cap != 18 && cap != 19 && cap != 21 && cap != 22 &&
		       cap != 25 && cap != 27 && cap < 30),
	      "P8 never net_admin, net_raw, module, rawio, chroot, ptrace, "
	      "admin, boot, time, mknod, nor what came after");
	prove_socket(rules[1], &cage, family, type, protocol);
}

void proof(void);
void proof(void)
{
	proof_place();
	proof_rest();
}
