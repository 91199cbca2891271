// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Lines of a TOML file: tables and keys, each known and each once.
 */
#include <stdalign.h>
#include <string.h>

#include "base/toml-value.h"

struct reader {
	struct clo_lex lex;
	const struct clo_toml_schema *schema;
	uint8_t *conf;
	const struct clo_toml_table *table; /* NULL: the root has no keys */
	uint8_t *row; /* where the table's keys go */
	uint32_t header_line;
	uint32_t key_lines[CLO_TOML_KEYS_MAX]; /* in this table; 0: not set */
	uint32_t table_lines[CLO_TOML_TABLES_MAX]; /* 0: not seen */
	uint32_t rows[CLO_TOML_TABLES_MAX]; /* of each [[table]] so far */
	size_t wanted; /* offset of a field; SIZE_MAX: of none */
	uint32_t wanted_line; /* that set it; 0: none so far */
};

enum { WORD_MAX = 40 }; /* longer words are near no key */

/* Optimal string alignment distance, in three rows. */
static uint32_t distance(const char *a, size_t a_size, const char *b,
			 size_t b_size)
{
	uint32_t rows[3][WORD_MAX + 1];

	for (uint32_t j = 0; j <= b_size; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		uint32_t *now = rows[i % 3];
		const uint32_t *last = rows[(i + 2) % 3];
		const uint32_t *before = rows[(i + 1) % 3];

		now[0] = (uint32_t)i;
		for (size_t j = 1; j <= b_size; j++) {
			uint32_t d = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < d)
				d = last[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			now[j] = d;
		}
	}
	return rows[a_size % 3][b_size];
}

bool clo_toml_nearest(const char *word, const char *candidate, uint32_t *best)
{
	size_t a = strlen(word), b = strlen(candidate);
	uint32_t d;

	if (!a || a > WORD_MAX || b > WORD_MAX)
		return false;
	d = distance(word, a, candidate, b);
	/* A third of the letters may differ, and two of a short word. */
	if (d >= *best || d >= a || d >= b || (d > 2 && d > b / 3))
		return false;
	*best = d;
	return true;
}

static const struct clo_toml_key *find_key(const struct clo_toml_table *table,
					   const char *name)
{
	for (uint32_t i = 0; i < table->key_count; i++) {
		if (!strcmp(table->keys[i].name, name))
			return &table->keys[i];
	}
	return NULL;
}

/* "[limits]", "[[service]]", or words for the top of the file. */
static void show_table(const struct clo_toml_table *table, char *text,
		       size_t size)
{
	if (!table->name[0])
		(void)snprintf(text, size, "the top of the file");
	else if (table->row_count)
		(void)snprintf(text, size, "[[%s]]", table->name);
	else
		(void)snprintf(text, size, "[%s]", table->name);
}

static int refuse_key(const struct reader *r, const char *name)
{
	const struct clo_toml_schema *schema = r->schema;
	const char *near = NULL;
	uint32_t best = UINT32_MAX;
	struct clo_shown shown;
	char here[64], there[64] = "";

	(void)clo_lex_show(name, &shown);
	if (r->table)
		show_table(r->table, here, sizeof(here));
	else
		(void)snprintf(here, sizeof(here), "the top of the file");
	for (uint32_t i = 0; i < schema->table_count; i++) {
		if (!find_key(&schema->tables[i], name))
			continue;
		show_table(&schema->tables[i], there, sizeof(there));
		return clo_lex_refuse(&r->lex,
				      "'%s' is no key of %s; it belongs in %s",
				      shown.text, here, there);
	}
	for (uint32_t i = 0; r->table && i < r->table->key_count; i++) {
		if (clo_toml_nearest(name, r->table->keys[i].name, &best))
			near = r->table->keys[i].name;
	}
	if (near)
		return clo_lex_refuse(
			&r->lex, "'%s' is no key of %s; did you mean '%s'?",
			shown.text, here, near);
	for (uint32_t i = 0; i < schema->table_count; i++) {
		const struct clo_toml_table *t = &schema->tables[i];

		for (uint32_t j = 0; j < t->key_count; j++) {
			if (!clo_toml_nearest(name, t->keys[j].name, &best))
				continue;
			near = t->keys[j].name;
			show_table(t, there, sizeof(there));
		}
	}
	if (near)
		return clo_lex_refuse(
			&r->lex,
			"'%s' is no key of %s; did you mean '%s' of %s?",
			shown.text, here, near, there);
	if (!r->table)
		return clo_lex_refuse(
			&r->lex,
			"'%s' stands before any table; write its [table] first",
			shown.text);
	return clo_lex_refuse(
		&r->lex,
		"'%s' is no key of %s; its first key is '%s', the manual lists the others",
		shown.text, here, r->table->keys[0].name);
}

static int refuse_table(const struct reader *r, const char *name)
{
	const struct clo_toml_table *near = NULL;
	uint32_t best = UINT32_MAX;
	struct clo_shown shown;
	char there[64] = "";

	for (uint32_t i = 0; i < r->schema->table_count; i++) {
		if (clo_toml_nearest(name, r->schema->tables[i].name, &best))
			near = &r->schema->tables[i];
	}
	(void)clo_lex_show(name, &shown);
	if (near) {
		show_table(near, there, sizeof(there));
		return clo_lex_refuse(
			&r->lex, "'%s' is no table of %s; did you mean %s?",
			shown.text, r->schema->what, there);
	}
	return clo_lex_refuse(&r->lex,
			      "'%s' is no table of %s; the manual lists them",
			      shown.text, r->schema->what);
}

/* Default of each key that has one. */
static int put_defaults(const struct clo_toml_table *table, const char *file,
			uint8_t *row, struct clo_err *err)
{
	for (uint32_t i = 0; i < table->key_count; i++) {
		const char *def = table->keys[i].def;
		struct clo_lex lex = { .file = file, .err = err };
		int r;

		if (!def)
			continue;
		lex.at = def;
		lex.end = def + strlen(def);
		r = clo_toml_read_value(&lex, &table->keys[i], row);
		if (r)
			return r;
	}
	return 0;
}

/* The table that ends here: is all there that has to be? */
static int close_table(const struct reader *r)
{
	struct clo_lex lex = r->lex;
	struct clo_must must;
	char here[64];

	if (!r->table)
		return 0;
	lex.line = r->header_line;
	for (uint32_t i = 0; i < r->table->key_count; i++) {
		const struct clo_toml_key *key = &r->table->keys[i];

		if (!key->is_required || r->key_lines[i])
			continue;
		show_table(r->table, here, sizeof(here));
		return clo_lex_refuse(&lex,
				      "'%s' is missing in %s; it must be %s",
				      key->name, here,
				      clo_toml_must(key, &must));
	}
	return 0;
}

static int open_table(struct reader *r, const struct clo_toml_table *table)
{
	size_t index = (size_t)(table - r->schema->tables);

	memset(r->key_lines, 0, sizeof(r->key_lines));
	r->table = table;
	r->header_line = r->lex.line;
	r->row = r->conf;
	if (!table->row_count && r->table_lines[index])
		return clo_lex_refuse(
			&r->lex,
			"[%s] comes twice, first on line %u; join the two",
			table->name, r->table_lines[index]);
	r->table_lines[index] = r->lex.line;
	if (!table->row_count)
		return 0;
	if (r->rows[index] == table->row_count)
		return clo_lex_refuse(
			&r->lex,
			"[[%s]] comes more than %u times; that is the limit",
			table->name, table->row_count);
	r->row = r->conf + table->offset +
		 (size_t)r->rows[index]++ * table->row_size;
	return put_defaults(table, r->lex.file, r->row, r->lex.err);
}

/* a.b.c between the brackets, as one text. */
static int read_header_name(struct reader *r, char *name, size_t size)
{
	char part[CLO_TOML_TEXT_MAX + 1];
	size_t used = 0;

	for (;;) {
		size_t n;
		int e;

		clo_lex_skip_blanks(&r->lex);
		e = clo_lex_key(&r->lex, part);
		if (e)
			return e;
		n = strlen(part);
		/* A dot inside quotes does not separate: no table has one. */
		if (strchr(part, '.') || used + n + 2 > size)
			return refuse_table(r, part);
		memcpy(name + used, part, n + 1);
		used += n;
		clo_lex_skip_blanks(&r->lex);
		if (r->lex.at == r->lex.end || *r->lex.at != '.')
			return 0;
		r->lex.at++;
		name[used++] = '.';
	}
}

/* At `[`: [table] or [[table]], up to the end of the line. */
static int read_header(struct reader *r)
{
	const struct clo_toml_table *table = NULL;
	char name[CLO_TOML_TEXT_MAX + 1];
	size_t depth = 1;
	int e;

	e = close_table(r);
	if (e)
		return e;
	r->lex.at++;
	if (r->lex.at < r->lex.end && *r->lex.at == '[') {
		r->lex.at++;
		depth = 2;
	}
	e = read_header_name(r, name, sizeof(name));
	if (e)
		return e;
	if ((size_t)(r->lex.end - r->lex.at) < depth ||
	    memcmp(r->lex.at, "]]", depth) != 0)
		return clo_lex_refuse(
			&r->lex, "the name of a table is not closed; write %s",
			depth == 1 ? "[name]" : "[[name]]");
	r->lex.at += depth;
	for (uint32_t i = 0; i < r->schema->table_count && name[0]; i++) {
		if (!strcmp(r->schema->tables[i].name, name))
			table = &r->schema->tables[i];
	}
	if (!table)
		return refuse_table(r, name);
	if (depth == 1 && table->row_count)
		return clo_lex_refuse(&r->lex,
				      "there may be several '%s'; write [[%s]]",
				      name, name);
	if (depth == 2 && !table->row_count)
		return clo_lex_refuse(&r->lex,
				      "there is only one '%s'; write [%s]",
				      name, name);
	e = open_table(r, table);
	if (e)
		return e;
	return clo_lex_end_line(&r->lex);
}

static size_t field_size(const struct clo_toml_key *key)
{
	return key->type == CLO_TOML_LIST ? (size_t)key->size * key->count :
					    key->size;
}

/* key = value, up to the end of the line. */
static int read_key(struct reader *r)
{
	const struct clo_toml_key *key;
	char name[CLO_TOML_TEXT_MAX + 1];
	uint32_t *line;
	size_t at;
	int e;

	e = clo_lex_key(&r->lex, name);
	if (e)
		return e;
	clo_lex_skip_blanks(&r->lex);
	if (r->lex.at < r->lex.end && *r->lex.at == '.')
		return clo_lex_refuse(
			&r->lex,
			"a dotted key; write its [table] first and the last word here");
	key = r->table ? find_key(r->table, name) : NULL;
	if (!key)
		return refuse_key(r, name);
	line = &r->key_lines[key - r->table->keys];
	if (*line)
		return clo_lex_refuse(
			&r->lex,
			"'%s' is set twice, first on line %u; keep one",
			key->name, *line);
	*line = r->lex.line;
	if (r->lex.at == r->lex.end || *r->lex.at != '=')
		return clo_lex_refuse(
			&r->lex,
			"'=' is missing after '%s'; a line is 'key = value'",
			key->name);
	r->lex.at++;
	clo_lex_skip_blanks(&r->lex);
	at = (size_t)(r->row - r->conf) + key->offset;
	if (r->wanted >= at && r->wanted - at < field_size(key))
		r->wanted_line = *line;
	e = clo_toml_read_value(&r->lex, key, r->row);
	if (e)
		return e;
	return clo_lex_end_line(&r->lex);
}

/* Tables that the file leaves out altogether. */
static int close_file(struct reader *r)
{
	for (uint32_t i = 0; i < r->schema->table_count; i++) {
		const struct clo_toml_table *table = &r->schema->tables[i];
		int e;

		if (table->row_count || r->table_lines[i])
			continue;
		memset(r->key_lines, 0, sizeof(r->key_lines));
		r->table = table;
		r->header_line = 0;
		e = close_table(r);
		if (e)
			return e;
	}
	return 0;
}

static int read_file(struct reader *r)
{
	const struct clo_toml_schema *schema = r->schema;
	int e;

	e = clo_lex_check_text(&r->lex);
	if (e)
		return e;
	for (uint32_t i = 0; i < schema->table_count; i++) {
		const struct clo_toml_table *table = &schema->tables[i];

		if (table->row_count)
			continue;
		e = put_defaults(table, r->lex.file, r->conf, r->lex.err);
		if (e)
			return e;
		if (table->name[0])
			continue;
		e = open_table(r, table); /* keys before any header */
		if (e)
			return e;
	}
	clo_lex_skip_lines(&r->lex);
	while (r->lex.at < r->lex.end) {
		e = *r->lex.at == '[' ? read_header(r) : read_key(r);
		if (e)
			return e;
	}
	e = close_table(r);
	if (e)
		return e;
	return close_file(r);
}

/* @conf: CLO_TOML_CONF_MAX bytes; set in any case. */
static int read_text(struct reader *r, const struct clo_toml_schema *schema,
		     const char *text, size_t size, uint8_t *conf)
{
	r->lex.at = text;
	r->lex.end = text + size;
	r->lex.line = 1;
	r->schema = schema;
	r->conf = conf;
	if (schema->size > CLO_TOML_CONF_MAX)
		return clo_err_set(
			r->lex.err, -EINVAL,
			"%s: the structure has %u bytes; it may have %d",
			schema->what, schema->size, CLO_TOML_CONF_MAX);
	memset(conf, 0, schema->size);
	return read_file(r);
}

int clo_toml_parse(const struct clo_toml_schema *schema, const char *text,
		   size_t size, const char *file, void *ret_conf,
		   struct clo_err *err)
{
	alignas(16) uint8_t conf[CLO_TOML_CONF_MAX];
	struct reader r = {
		.lex = { .file = file, .err = err },
		.wanted = SIZE_MAX,
	};
	int e;

	e = read_text(&r, schema, text, size, conf);
	if (e)
		return e;
	memcpy(ret_conf, conf, schema->size);
	return 0;
}

uint32_t clo_toml_find_line(const struct clo_toml_schema *schema,
			    const char *text, size_t size, const void *conf,
			    const void *field)
{
	alignas(16) uint8_t again[CLO_TOML_CONF_MAX];
	struct clo_err err = { 0 };
	struct reader r = {
		.lex = { .file = "", .err = &err },
		.wanted = (size_t)((const uint8_t *)field -
				   (const uint8_t *)conf),
	};

	return read_text(&r, schema, text, size, again) ? 0 : r.wanted_line;
}
