/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading of the escape matrix.  Strict: a row that is not understood ends the
 * test, because a row that is skipped is a hole.
 */
#include "rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/abi.h"

enum { COLUMNS = 10 };

#define X(id, name, text, allow, source) [id] = #name,
static const char *const rule_names[] = { CLO_RULES(X) };
#undef X
#define X(id, name) [id] = #name,
static const char *const hook_names[] = { CLO_HOOKS(X) };
#undef X

static int find(const char *const *names, size_t count, const char *name,
		size_t size)
{
	for (size_t i = 0; i < count; i++)
		if (names[i] && strlen(names[i]) == size &&
		    !memcmp(names[i], name, size))
			return (int)i;
	return -1;
}

int rule_by_name(const char *name, size_t size)
{
	return find(rule_names, CLO_RULE_COUNT, name, size);
}

int hook_by_name(const char *name, size_t size)
{
	return find(hook_names, CLO_HOOK_COUNT, name, size);
}

const char *rule_name(unsigned int rule)
{
	return rule < CLO_RULE_COUNT ? rule_names[rule] : "?";
}

const char *hook_name(unsigned int hook)
{
	return hook < CLO_HOOK_COUNT ? hook_names[hook] : "?";
}

static void fault(const char *path, unsigned int line, const char *what)
{
	printf("Bail out! %s:%u: %s\n", path, line, what);
	exit(2);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = calloc(1, 1 << 20);
	size_t size;

	if (!f || !text)
		fault(path, 0, strerror(errno));
	size = fread(text, 1, (1 << 20) - 1, f);
	if (size == (1 << 20) - 1)
		fault(path, 0, "a file of rows is shorter than 1 MiB");
	(void)fclose(f);
	return text; /* kept: rows point into it */
}

static void read_row(struct rows *rows, const char *path, unsigned int n,
		     char *line)
{
	const char *field[COLUMNS + 1] = { 0 };
	struct row *row = &rows->row[rows->count];
	size_t count = 0;
	char *rest = line;
	char *word;

	while ((word = strsep(&rest, "\t"))) {
		if (count > COLUMNS || !*word)
			fault(path, n, "a row has 10 columns, none is empty");
		field[count++] = word;
	}
	if (count != COLUMNS)
		fault(path, n, "a row has 10 columns");
	if (rows->count >= ROWS_MAX)
		fault(path, n, "too many rows");
	*row = (struct row){
		.file = path,
		.line = n,
		.id = field[0],
		.matrix = field[1],
		.ask = field[2],
		.rule = field[3],
		.label = field[4],
		.cage = field[5],
		.as = field[6],
		.live = field[7],
		.what = field[8],
		.source = field[9],
	};
	rows->count++;
}

void rows_read(struct rows *rows, const char *path)
{
	char *rest = read_file(path);
	unsigned int n = 0;
	char *line;

	while ((line = strsep(&rest, "\n"))) {
		n++;
		if (*line && *line != '#')
			read_row(rows, path, n, line);
	}
}

bool row_has_number(const struct row *row, int number)
{
	const char *p = row->matrix;

	while (*p) {
		char *end;
		unsigned long value = strtoul(p, &end, 10);

		if (end == p)
			return false;
		if (value == (unsigned long)number)
			return true;
		p = *end == ',' ? end + 1 : end;
	}
	return false;
}

int row_refusals(const struct row *row, struct refusal out[ROW_ALTERNATIVES])
{
	const char *p = row->label;
	int count = 0;

	for (;;) {
		size_t size = strcspn(p, ",");
		size_t name = strcspn(p, ",/");
		struct refusal r;

		if (count == ROW_ALTERNATIVES)
			return -1;
		r.hook = hook_by_name(p, name);
		r.rule = name < size ?
				 rule_by_name(p + name + 1, size - name - 1) :
				 rule_by_name(row->rule, strlen(row->rule));
		if (r.hook < 0 || r.rule <= 0)
			return -1;
		out[count++] = r;
		if (!p[size])
			return count;
		p += size + 1;
	}
}
