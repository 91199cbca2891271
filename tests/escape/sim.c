/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The escape matrix against the policy, and the matrix against itself: every
 * rule has a row that yields it, every number of the matrix has a row, no row
 * is left unexplained.
 *
 * usage: sim FILE.tsv... | sim --ask QUESTION | sim --usage
 */
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "base/base.h"
#include "bpf/abi.h"
#include "rows.h"

enum { ROWS_WANTED = 120 };

static unsigned int tests, failures;

static void ok(bool good, const char *id, const char *what)
{
	printf("%sok %u - %s: %s\n", good ? "" : "not ", ++tests, id, what);
	if (!good)
		failures++;
}

static void check_ask(const struct row *row, bool yielded[CLO_RULE_COUNT])
{
	int want = rule_by_name(row->rule, strlen(row->rule));
	enum clo_rule got = CLO_RULE_ALLOW;

	if (!strcmp(row->ask, "-"))
		return;
	if (want < 0 || !ask_policy(row->ask, &got)) {
		ok(false, row->id, "the question or its rule is malformed");
		return;
	}
	yielded[got] = true;
	if ((int)got != want)
		printf("# %s:%u: %s: %s is wanted, it is %s\n", row->file,
		       row->line, row->ask, row->rule, rule_name(got));
	ok((int)got == want, row->id, row->what);
}

/* A row that is run by the label pass and not in a cage says why. */
static bool is_explained(const struct row *row)
{
	char from[32] = "";

	if (strcmp(row->cage, "-") || !strcmp(row->live, "-"))
		return true;
	if (sscanf(row->live, "%*s %31s", from) != 1)
		return false;
	return strcmp(from, "2") || strstr(row->what, "in a cage:");
}

/* A row that runs nowhere says why; a row that runs says how, as whom. */
static bool check_form(const struct row *row, bool hooked[CLO_HOOK_COUNT])
{
	struct refusal refusals[ROW_ALTERNATIVES];
	bool runs = strcmp(row->label, "-") || strcmp(row->cage, "-");
	int count;

	if (!runs && !strcmp(row->ask, "-") &&
	    !strstr(row->what, "covered by") && !strstr(row->what, "not yet"))
		return false;
	if (runs != (strcmp(row->live, "-") != 0))
		return false;
	if (strcmp(row->cage, "-") && strcmp(row->cage, "ok") &&
	    !strchr(row->cage, ':'))
		return false;
	if (strcmp(row->as, "-") && strcmp(row->as, "user") &&
	    strcmp(row->as, "root") && strcmp(row->as, "both"))
		return false;
	if (strcmp(row->cage, "-") && !strcmp(row->as, "-"))
		return false;
	if (!is_explained(row))
		return false;
	if (!strcmp(row->label, "-") || !strcmp(row->label, "ok"))
		return true;
	count = row_refusals(row, refusals);
	for (int i = 0; i < count; i++)
		hooked[refusals[i].hook] = true;
	return count > 0;
}

/*
 * Hooks that no attack meets: file_set_fowner only remembers, task_alloc only
 * refuses when the kernel has no memory left (EXE-09).
 */
static bool is_silent(unsigned int hook)
{
	return hook == CLO_HOOK_file_set_fowner || hook == CLO_HOOK_task_alloc;
}

static void check_whole(const struct rows *rows, const bool *yielded,
			const bool *hooked)
{
	char text[128];

	for (unsigned int i = 0; i < CLO_RULE_COUNT; i++) {
		(void)snprintf(text, sizeof(text), "a row yields %s",
			       rule_name(i));
		ok(yielded[i], "rules", text);
	}
	for (unsigned int i = CLO_HOOK_none + 1; i < CLO_HOOK_COUNT; i++) {
		(void)snprintf(text, sizeof(text), "a row meets the hook %s",
			       hook_name(i));
		ok(hooked[i] || is_silent(i), "hooks", text);
	}
	for (int n = 1; n <= MATRIX_MAX; n++) {
		bool found = false;

		for (size_t i = 0; i < rows->count && !found; i++)
			found = row_has_number(&rows->row[i], n);
		(void)snprintf(text, sizeof(text), "number %d has a row", n);
		ok(found, "matrix", text);
	}
	(void)snprintf(text, sizeof(text), "%zu rows, at least %d wanted",
		       rows->count, ROWS_WANTED);
	ok(rows->count >= ROWS_WANTED, "matrix", text);
}

static int ask_once(const char *question)
{
	enum clo_rule rule;

	if (!ask_policy(question, &rule)) {
		(void)fprintf(stderr, "sim: '%s' is no question; see --usage\n",
			      question);
		return 2;
	}
	puts(rule_name(rule));
	return rule != CLO_RULE_ALLOW;
}

int main(int argc, char **argv)
{
	static struct rows rows;
	bool yielded[CLO_RULE_COUNT] = { 0 };
	bool hooked[CLO_HOOK_COUNT] = { 0 };

	if (argc == 3 && !strcmp(argv[1], "--ask"))
		return ask_once(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "--usage")) {
		ask_usage();
		return 0;
	}
	for (int i = 1; i < argc; i++)
		rows_read(&rows, argv[i]);
	for (size_t i = 0; i < rows.count; i++) {
		const struct row *row = &rows.row[i];

		check_ask(row, yielded);
		ok(check_form(row, hooked), row->id, "the row is well formed");
		for (size_t j = 0; j < i; j++)
			if (!strcmp(rows.row[j].id, row->id))
				ok(false, row->id, "the id is used once");
	}
	check_whole(&rows, yielded, hooked);
	printf("1..%u\n", tests);
	return failures != 0;
}
