// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison sandbox diff: what a second sandbox allows that a first refuses, and
 * the other way round.
 */
#include <string.h>

#include "cli/sandbox.h"
#include "sandbox/diff.h"

#define clo_owned_differences __attribute__((cleanup(clo_differences_deinit)))

/* The options, and one profile beside them. */
static int make(const struct clo_cli *cli, const char *profile,
		struct clo_sandbox *sandbox, struct clo_err *err)
{
	struct clo_cli one = *cli;

	if (one.given_count == CLO_CLI_GIVEN) {
		(void)clo_err_set(err, -EINVAL,
				  "more than %d options with an argument",
				  CLO_CLI_GIVEN);
		return CLO_EXIT_USAGE;
	}
	one.given[one.given_count].id = CLO_OPTION_PROFILE;
	one.given[one.given_count++].value = profile;
	return clo_sandbox_options(&one, sandbox, err);
}

static void print_place(const struct clo_difference *row)
{
	if (row->kind == CLOISON_LANDLOCK_SCOPE) {
		(void)fputs(" of processes outside", stdout);
	} else if (row->is_rest) {
		(void)fputs(" on every other port", stdout);
	} else if (row->kind == CLOISON_LANDLOCK_NET) {
		(void)printf(" on port %llu", (unsigned long long)row->port);
	} else {
		(void)fputs(" on ", stdout);
		clo_out_text(stdout, row->path);
		if (row->is_absent)
			(void)fputs(" (not there now)", stdout);
	}
	(void)putchar('\n');
}

static void print_side(const struct clo_cli *cli, char sign,
		       enum clo_color color, uint64_t rights,
		       const struct clo_difference *row)
{
	if (!rights)
		return;
	(void)printf("%s%c%s ", clo_out_color(cli, color), sign,
		     clo_out_plain(cli));
	clo_sandbox_print_rights(row->kind, rights, stdout);
	print_place(row);
}

static void print_row(const struct clo_cli *cli,
		      const struct clo_difference *row)
{
	print_side(cli, '+', CLO_COLOR_BAD, row->more, row);
	print_side(cli, '-', CLO_COLOR_GOOD, row->less, row);
	if (row->more | row->less)
		return;
	/* What is above differs; here both say the same. */
	(void)fputs("= the same", stdout);
	print_place(row);
}

static struct json_object *words(uint32_t kind, uint64_t rights)
{
	struct json_object *list = json_object_new_array();
	char number[32];

	for (int bit = 0; bit < 64; bit++) {
		uint64_t right = UINT64_C(1) << bit;
		const char *word = cloison_landlock_word(
			(enum cloison_landlock_kind)kind, right);

		if (!(rights & right))
			continue;
		(void)snprintf(number, sizeof(number), "0x%llx",
			       (unsigned long long)right);
		(void)json_object_array_add(
			list, clo_json_string(word ? word : number));
	}
	return list;
}

static void print_json(const struct clo_cli *cli,
		       const struct clo_differences *d)
{
	static const char *const kinds[] = { "fs", "net", "scope" };
	clo_json struct json_object *whole = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < d->count; i++) {
		const struct clo_difference *row = &d->rows[i];
		struct json_object *o = json_object_new_object();

		clo_json_text(o, "kind", kinds[row->kind]);
		if (row->path) {
			clo_json_text(o, "path", row->path);
			clo_json_bool(o, "absent", row->is_absent);
		}
		/* Every other port is the row without a number. */
		if (row->kind == CLOISON_LANDLOCK_NET && !row->is_rest)
			clo_json_uint(o, "port", row->port);
		(void)json_object_object_add(o, "more",
					     words(row->kind, row->more));
		(void)json_object_object_add(o, "less",
					     words(row->kind, row->less));
		(void)json_object_array_add(list, o);
	}
	clo_json_text(whole, "a", cli->argv[0]);
	clo_json_text(whole, "b", cli->argv[1]);
	clo_json_bool(whole, "same", !d->count);
	(void)json_object_object_add(whole, "differences", list);
	clo_json_print(whole);
}

int clo_cli_sandbox_diff(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_sandbox struct clo_sandbox a = { 0 }, b = { 0 };
	clo_owned_differences struct clo_differences differences = { 0 };
	int status = make(cli, cli->argv[0], &a, err);

	if (!status)
		status = make(cli, cli->argv[1], &b, err);
	if (status)
		return status;
	/* 2, not 1: a diff that failed says nothing of the two. */
	if (clo_sandbox_diff(&a, &b, &differences, err))
		return CLO_EXIT_USAGE;
	if (cli->is_json) {
		print_json(cli, &differences);
	} else {
		for (size_t i = 0; i < differences.count; i++)
			print_row(cli, &differences.rows[i]);
	}
	return differences.count ? CLO_EXIT_REFUSED : CLO_EXIT_DONE;
}
