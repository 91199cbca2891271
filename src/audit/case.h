/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All facts that can make a difference to one check: what lint asks of a
 * check, and what the tests try on it.
 */
#ifndef CLO_AUDIT_CASE_H
#define CLO_AUDIT_CASE_H

#include "audit/judge.h"

enum {
	CLO_CASE_VARS = 20,
	CLO_CASE_VALUES = 16,
	CLO_CASE_MAX = 200000, /* cases of one check */
};

struct clo_case_value {
	uint32_t state; /* enum clo_fact_state */
	struct clo_text text;
};

/* A fact that the check asks for, and the values that are tried. */
struct clo_case_var {
	uint32_t kind; /* enum clo_fact_kind */
	struct clo_text name;
	struct clo_case_value values[CLO_CASE_VALUES];
	uint32_t count;
};

struct clo_cases {
	const struct clo_rules *rules;
	struct clo_case_var vars[CLO_CASE_VARS];
	uint32_t var_count;
	uint64_t total;
	struct clo_facts facts; /* of the case that is set */
};

void clo_cases_deinit(struct clo_cases *cases);
#define clo_owned_cases __attribute__((cleanup(clo_cases_deinit)))

/**
 * clo_cases_begin() - Find the facts that can make a difference
 * @cases: Set; to be freed with clo_cases_deinit() in any case.
 * @rules: All rules.
 * @check: One of them.
 *
 * Return: 0; -E2BIG if there are too many; -ENOMEM.
 */
int clo_cases_begin(struct clo_cases *cases, const struct clo_rules *rules,
		    const struct clo_check *check) clo_must_check;

/**
 * clo_cases_set() - Make the facts those of one case
 * @cases: Begun.
 * @index: Which [0..total).
 *
 * Return: 0, or -ENOMEM.
 */
int clo_cases_set(struct clo_cases *cases, uint64_t index) clo_must_check;

/**
 * clo_cases_fix() - Change the facts as the fix of a check does
 * @cases: Set to a case.
 * @leaf: What is to hold.
 *
 * Return: 0, or -ENOMEM.
 */
int clo_cases_fix(struct clo_cases *cases,
		  const struct clo_expr *leaf) clo_must_check;

/* Write the facts of the case that is set, as `FACT NAME=VALUE` words. */
void clo_cases_print(const struct clo_cases *cases, FILE *out);

#endif
