// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Files of checks.  What is read is judged without any fact, and never passes
 * but by a condition that needs none; its expressions are printed, and read
 * again.
 */
#include "audit/judge.h"
#include "fuzz.h"

static void check_error(const struct clo_err *err)
{
	size_t n = strnlen(err->text, sizeof(err->text));

	must(n > 0 && n < sizeof(err->text));
}

static void check_expr(const struct clo_rules *rules, uint32_t node)
{
	clo_owned_rules struct clo_rules again = { 0 };
	struct clo_where where = { "again", 1 };
	char *text = NULL, *second = NULL;
	uint32_t copy = 0;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	must(out);
	clo_expr_print(rules, node, out);
	must(!fclose(out));
	must(!clo_expr_read(&again, clo_text_of(text), where, &copy, NULL));
	out = open_memstream(&second, &size);
	must(out);
	clo_expr_print(&again, copy, out);
	must(!fclose(out));
	must(!strcmp(text, second));
	free(text);
	free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	clo_owned_rules struct clo_rules rules = { 0 };
	struct clo_text text = { (const char *)data, size };
	struct clo_facts none = { 0 };
	struct clo_err err = { "" };

	if (clo_rules_read(&rules, text, "f", &err) ||
	    clo_rules_end(&rules, &err)) {
		check_error(&err);
		return 0;
	}
	for (size_t i = 0; i < rules.checks.count; i++) {
		const struct clo_check *c = &rules.checks.list[i];

		must(clo_judge(&rules, &none, c, NULL).verdict ==
		     CLO_VERDICT_UNKNOWN);
		check_expr(&rules, c->test);
		if (c->when != CLO_NOWHERE)
			check_expr(&rules, c->when);
	}
	return 0;
}
