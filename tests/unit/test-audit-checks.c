// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The checks that are shipped: lint finds nothing; each row of a table of
 * facts gets its verdict; and each check that is changed, one part at a time,
 * gives another verdict for a row.  A change that no facts show is none.
 *
 * usage: test-audit-checks CASES FILE...     (the files in their order)
 *        test-audit-checks --write FILE...   writes the table anew; read the
 *                                            difference before it is taken
 */
#include "audit/case.h"
#include "audit/lint.h"
#include "lib/tap.h"

enum { ROWS = 64 }; /* of one check */

static struct clo_rules rules;
static size_t mutant_count, survivor_count;

static int read_file(const char *path, struct clo_text *ret_text)
{
	FILE *f = fopen(path, "re");
	char *bytes = malloc(CLO_STANZA_FILE_MAX);
	size_t n = 0;

	if (!f || !bytes)
		return -ENOENT;
	n = fread(bytes, 1, CLO_STANZA_FILE_MAX, f);
	(void)fclose(f);
	*ret_text = (struct clo_text){ bytes, n };
	return 0;
}

static void tell(void *context, struct clo_where where, struct clo_text about,
		 const char *what)
{
	(void)context;
	printf("# %s:%u: %.*s %s\n", where.file, where.line, CLO_TEXT(about),
	       what);
}

static enum clo_verdict verdict_of(const struct clo_facts *facts,
				   const struct clo_check *check)
{
	return clo_judge(&rules, facts, check, NULL).verdict;
}

/* --- changes of a check, one at a time ------------------------------- */

struct mutation {
	uint32_t node; /* CLO_NOWHERE: of the architectures */
	struct clo_expr was;
	uint32_t arches;
};

static bool has_value(uint32_t op)
{
#define X(name, word, value, help) value,
	static const bool values[] = { CLO_AUDIT_OPS(X) };
#undef X
	return values[op];
}

/* The n-th change of a leaf; false: there are no more. */
static bool change_leaf(struct clo_expr *e, uint32_t n)
{
	static char number[24];
	int64_t value;

	if (n < CLO_OP_COUNT) {
		if (has_value(n) == has_value(e->op))
			e->op = n;
		return true;
	}
	if (!has_value(e->op) || n > CLO_OP_COUNT + 1)
		return false;
	if (e->other != CLO_FACT_KIND_COUNT)
		return false;
	if (!clo_text_number(e->value, &value)) {
		e->value = clo_text_of("zz");
		return true;
	}
	(void)snprintf(number, sizeof(number), "%lld",
		       (long long)(n == CLO_OP_COUNT ? value + 1 : value - 1));
	e->value = clo_text_of(number);
	return true;
}

static bool change_node(uint32_t node, uint32_t n)
{
	struct clo_expr *e = &rules.nodes.list[node];

	if (e->kind == CLO_EXPR_LEAF)
		return change_leaf(e, n);
	switch (n) {
	case 0:
		*e = rules.nodes.list[e->left];
		return true;
	case 1:
		if (e->kind == CLO_EXPR_NOT)
			return false;
		*e = rules.nodes.list[e->right];
		return true;
	case 2:
		e->kind = e->kind == CLO_EXPR_AND ? CLO_EXPR_OR : CLO_EXPR_AND;
		return true;
	default:
		return false;
	}
}

static uint32_t nodes_below(uint32_t node, uint32_t *list, uint32_t count)
{
	const struct clo_expr *e;

	if (node == CLO_NOWHERE)
		return count;
	e = &rules.nodes.list[node];
	list[count++] = node;
	if (e->kind == CLO_EXPR_LEAF)
		return count;
	count = nodes_below(e->left, list, count);
	if (e->kind != CLO_EXPR_NOT)
		count = nodes_below(e->right, list, count);
	return count;
}

/* The n-th change of a check; false: there are no more. */
static bool change(struct clo_check *check, uint32_t n, struct mutation *m)
{
	uint32_t list[64], count = nodes_below(check->when, list, 0);

	count = nodes_below(check->test, list, count);
	m->node = CLO_NOWHERE;
	m->arches = check->arches;
	if (n < CLO_ARCH_COUNT) {
		if (check->arches)
			check->arches ^= 1u << n;
		if (!check->arches)
			check->arches = m->arches; /* none would be all */
		return true;
	}
	n -= CLO_ARCH_COUNT;
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = 0;; k++) {
			m->node = list[i];
			m->was = rules.nodes.list[list[i]];
			if (!change_node(list[i], k))
				break;
			if (!n--)
				return true;
			rules.nodes.list[list[i]] = m->was;
		}
		rules.nodes.list[list[i]] = m->was;
	}
	m->node = CLO_NOWHERE;
	return false;
}

static void undo(struct clo_check *check, const struct mutation *m)
{
	if (m->node != CLO_NOWHERE)
		rules.nodes.list[m->node] = m->was;
	check->arches = m->arches;
}

/* --- rows of the table ----------------------------------------------- */

struct row {
	enum clo_verdict verdict;
	struct clo_text facts;
};

/* `KIND NAME=VALUE; KIND NAME`: without = it is absent. */
static int set_facts(struct clo_facts *facts, struct clo_text text)
{
	int r = 0;

	facts->is_whole[CLO_FACT_KCONFIG] = true;
	while (!r && text.size) {
		const char *end = memmem(text.at, text.size, "; ", 2);
		struct clo_text part = { text.at,
					 end ? (size_t)(end - text.at) :
					       text.size };
		struct clo_fact f = { .source = "row" };
		struct clo_text kind;
		const char *equals;

		text.at += part.size + (end ? 2 : 0);
		text.size -= part.size + (end ? 2 : 0);
		if (!clo_text_word(&part, &kind))
			return -EINVAL;
		f.kind = clo_fact_kind_find(kind);
		f.name = clo_text_trim(part);
		equals = memchr(f.name.at, '=', f.name.size);
		f.state = equals ? CLO_FACT_VALUE : CLO_FACT_ABSENT;
		if (equals) {
			f.value.at = equals + 1;
			f.value.size =
				f.name.size - (size_t)(equals + 1 - f.name.at);
			f.name.size = (size_t)(equals - f.name.at);
		}
		if (f.kind == CLO_FACT_KIND_COUNT)
			return -EINVAL;
		r = clo_facts_set(facts, &f);
	}
	return r;
}

static enum clo_verdict row_verdict(const struct row *row,
				    const struct clo_check *check)
{
	clo_owned_facts struct clo_facts facts = { 0 };

	if (set_facts(&facts, row->facts))
		return CLO_VERDICT_COUNT;
	return verdict_of(&facts, check);
}

static uint32_t rows_of(struct clo_text table, struct clo_text id,
			struct row *rows)
{
	struct clo_text line;
	uint32_t count = 0;

	while (clo_text_line(&table, &line) && count < ROWS) {
		const char *tab = memchr(line.at, '\t', line.size);
		size_t n = tab ? (size_t)(tab - line.at) : 0;
		struct clo_text rest, word;

		if (!tab || !clo_text_is((struct clo_text){ line.at, n }, id))
			continue;
		rest = (struct clo_text){ tab + 1, line.size - n - 1 };
		if (!clo_text_word(&rest, &word))
			continue;
		rows[count].verdict = CLO_VERDICT_COUNT;
		for (uint32_t v = 0; v < CLO_VERDICT_COUNT; v++) {
			if (clo_text_eq(word, clo_verdict_word(v)))
				rows[count].verdict = (enum clo_verdict)v;
		}
		rows[count++].facts = clo_text_trim(rest);
	}
	return count;
}

/* --- what is written -------------------------------------------------- */

static bool add_case(struct clo_cases *cases, uint64_t index,
		     const struct clo_check *check, struct row *rows,
		     uint32_t *count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out || *count == ROWS || clo_cases_set(cases, index))
		return false;
	clo_cases_print(cases, out);
	(void)fclose(out);
	rows[*count].verdict = verdict_of(&cases->facts, check);
	rows[*count].facts = (struct clo_text){ text, size };
	printf("%.*s\t%s\t%s\n", CLO_TEXT(check->id),
	       clo_verdict_word(rows[*count].verdict), text);
	(*count)++;
	return true;
}

/* Is the change that is in force seen by one of the rows? */
static bool is_seen(const struct row *rows, uint32_t count,
		    const struct clo_check *check)
{
	for (uint32_t i = 0; i < count; i++) {
		if (row_verdict(&rows[i], check) != rows[i].verdict)
			return true;
	}
	return false;
}

/* The verdict of every case, before the change. */
static uint8_t *verdicts_of(struct clo_cases *cases,
			    const struct clo_check *check)
{
	uint8_t *list = malloc(cases->total);

	for (uint64_t i = 0; list && i < cases->total; i++) {
		if (clo_cases_set(cases, i))
			abort();
		list[i] = (uint8_t)verdict_of(&cases->facts, check);
	}
	return list;
}

/* Changes that some facts show: has each of them a row that shows it? */
static void try_changes(struct clo_check *check, struct clo_cases *cases,
			struct row *rows, uint32_t *count, bool is_writing)
{
	clo_free uint8_t *before = verdicts_of(cases, check);
	struct mutation m = { .node = CLO_NOWHERE };

	for (uint32_t n = 0; before && change(check, n, &m); n++) {
		uint64_t i = 0;

		if (!is_seen(rows, *count, check)) {
			for (; i < cases->total; i++) {
				if (clo_cases_set(cases, i) ||
				    (uint8_t)verdict_of(&cases->facts, check) !=
					    before[i])
					break;
			}
			mutant_count += i < cases->total;
			survivor_count += i < cases->total && !is_writing;
			if (i < cases->total && !is_writing)
				printf("# %.*s: change %u is not seen\n",
				       CLO_TEXT(check->id), n);
		} else {
			mutant_count++;
			i = cases->total;
		}
		undo(check, &m);
		if (is_writing && i < cases->total)
			(void)add_case(cases, i, check, rows, count);
	}
}

static void write_rows(struct clo_check *check)
{
	clo_owned_cases struct clo_cases cases;
	struct row rows[ROWS];
	uint32_t count = 0;
	bool has[CLO_VERDICT_COUNT] = { false };

	if (clo_cases_begin(&cases, &rules, check))
		abort();
	for (uint64_t i = 0; i < cases.total; i++) {
		enum clo_verdict v;

		if (clo_cases_set(&cases, i))
			abort();
		v = verdict_of(&cases.facts, check);
		if (!has[v])
			(void)add_case(&cases, i, check, rows, &count);
		has[v] = true;
	}
	try_changes(check, &cases, rows, &count, true);
}

static void test_check(struct clo_check *check, struct clo_text table)
{
	clo_owned_cases struct clo_cases cases;
	struct row rows[ROWS];
	uint32_t count = rows_of(table, check->id, rows);
	bool has[CLO_VERDICT_COUNT + 1] = { false }, is_right = true;
	struct clo_facts none = { 0 };
	size_t survivors = survivor_count;

	for (uint32_t i = 0; i < count; i++) {
		enum clo_verdict v = row_verdict(&rows[i], check);

		has[v] = true;
		if (v == rows[i].verdict)
			continue;
		is_right = false;
		printf("# %.*s: %s, for %.*s\n", CLO_TEXT(check->id),
		       clo_verdict_word(v), CLO_TEXT(rows[i].facts));
	}
	if (clo_cases_begin(&cases, &rules, check))
		abort();
	try_changes(check, &cases, rows, &count, false);
	ok(is_right && has[CLO_VERDICT_PASS] && has[CLO_VERDICT_FAIL] &&
		   verdict_of(&none, check) == CLO_VERDICT_UNKNOWN &&
		   survivors == survivor_count,
	   "%.*s: %u rows, one passes, one fails, no change goes unseen",
	   CLO_TEXT(check->id), count);
}

int main(int argc, char **argv)
{
	bool is_writing = argc > 1 && !strcmp(argv[1], "--write");
	static struct clo_text table = { "", 0 }; /* as long as the program */
	struct clo_err err = { "" };
	struct clo_text text;
	int found;

	for (int i = 2; i < argc; i++) {
		if (read_file(argv[i], &text) ||
		    clo_rules_read(&rules, text, argv[i], &err)) {
			fprintf(stderr, "%s: %s\n", argv[i], err.text);
			return 2;
		}
	}
	if (argc < 3 || clo_rules_end(&rules, &err) ||
	    (!is_writing && read_file(argv[1], &table)))
		return 2;
	if (is_writing) {
		printf("# SPDX-License-Identifier: LGPL-2.1-or-later\n"
		       "# check\tverdict\tfacts: without = it is absent\n");
		for (size_t i = 0; i < rules.checks.count; i++)
			write_rows(&rules.checks.list[i]);
		return 0;
	}
	found = clo_lint(&rules, tell, NULL);
	ok(!found, "lint finds nothing in %zu checks", rules.checks.count);
	ok(rules.checks.count >= 490, "there are 490 checks or more");
	for (size_t i = 0; i < rules.checks.count; i++)
		test_check(&rules.checks.list[i], table);
	ok(mutant_count > 5000 && !survivor_count,
	   "%zu changes that facts can show, %zu unseen", mutant_count,
	   survivor_count);
	return tap_end();
}
