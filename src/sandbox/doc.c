// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Documents: the list of what a file says, and the reader of TOML.
 */
#include <string.h>

#include "sandbox/doc.h"

void *clo_grow(void *array, size_t count, size_t size)
{
	void **rows = array, *more;
	char *row;

	/* Room for 16, then twice as much each time that it is full. */
	if (!count || (count >= 16 && !(count & (count - 1)))) {
		more = reallocarray(*rows, count ? 2 * count : 16, size);
		if (!more)
			return NULL;
		*rows = more;
	}
	row = (char *)*rows + count * size;
	memset(row, 0, size);
	return row;
}

static void release(void *array)
{
	clo_free void *owned = array;

	(void)owned;
}

void clo_doc_deinit(struct clo_doc *doc)
{
	release(doc->tables);
	release(doc->keys);
	release(doc->values);
	release(doc->text);
	memset(doc, 0, sizeof(*doc));
}

static int no_memory(const struct clo_lex *lex)
{
	return clo_err_set(lex->err, -ENOMEM, "%s: no memory is left",
			   lex->file);
}

int clo_doc_start(struct clo_doc *doc, const char *file, size_t size,
		  struct clo_err *err)
{
	memset(doc, 0, sizeof(*doc));
	doc->file = file;
	/* No text is longer than what it was written as, its zero included:
	 * quotes or what follows a name make room for it. */
	doc->text_size = 2 * size + 64;
	doc->text = calloc(1, doc->text_size);
	doc->tables = clo_grow(&doc->tables, 0, sizeof(*doc->tables));
	if (!doc->text || !doc->tables)
		return clo_err_set(err, -ENOMEM, "%s: no memory is left", file);
	doc->tables[0].name = "";
	doc->table_count = 1;
	return 0;
}

const char *clo_doc_keep(struct clo_doc *doc, const char *text)
{
	size_t size = strlen(text) + 1;
	char *kept = doc->text + doc->text_used;

	if (size > doc->text_size - doc->text_used)
		return NULL;
	memcpy(kept, text, size);
	doc->text_used += size;
	return kept;
}

int clo_doc_table(const struct clo_lex *lex, struct clo_doc *doc,
		  const char *name, bool is_row)
{
	struct clo_doc_table *table;
	struct clo_shown shown;

	for (size_t i = 1; i < doc->table_count; i++) {
		const struct clo_doc_table *t = &doc->tables[i];

		if (strcmp(t->name, name) != 0 || (is_row && t->is_row))
			continue;
		return clo_lex_refuse(
			lex, "'%s' comes twice, first on line %u; join the two",
			clo_lex_show(name, &shown), t->line);
	}
	table = clo_grow(&doc->tables, doc->table_count, sizeof(*table));
	if (!table)
		return no_memory(lex);
	table->name = clo_doc_keep(doc, name);
	if (!table->name)
		return no_memory(lex);
	table->line = lex->line;
	table->is_row = is_row;
	doc->table_count++;
	return 0;
}

int clo_doc_key(const struct clo_lex *lex, struct clo_doc *doc, uint32_t table,
		const char *name)
{
	struct clo_doc_key *key;
	struct clo_shown shown;

	for (size_t i = doc->key_count; i > 0; i--) {
		const struct clo_doc_key *k = &doc->keys[i - 1];

		/* Keys of a table stand together, but those of the top. */
		if (k->table != table && table)
			break;
		if (k->table == table && !strcmp(k->name, name))
			return clo_lex_refuse(
				lex,
				"'%s' is set twice, first on line %u; keep one",
				clo_lex_show(name, &shown), k->line);
	}
	key = clo_grow(&doc->keys, doc->key_count, sizeof(*key));
	if (!key)
		return no_memory(lex);
	key->name = clo_doc_keep(doc, name);
	if (!key->name)
		return no_memory(lex);
	key->line = lex->line;
	key->table = table;
	key->first = doc->value_count;
	doc->key_count++;
	return 0;
}

int clo_doc_value(const struct clo_lex *lex, struct clo_doc *doc,
		  const struct clo_doc_value *value)
{
	struct clo_doc_value *v;

	v = clo_grow(&doc->values, doc->value_count, sizeof(*v));
	if (!v)
		return no_memory(lex);
	*v = *value;
	v->line = lex->line;
	if (value->text) {
		v->text = clo_doc_keep(doc, value->text);
		if (!v->text)
			return no_memory(lex);
	}
	doc->value_count++;
	doc->keys[doc->key_count - 1].count++;
	return 0;
}

/* A number or a boolean of either language. */
int clo_doc_scalar(struct clo_lex *lex, struct clo_doc *doc)
{
	struct clo_doc_value value = { 0 };
	struct clo_lex_scalar scalar;
	int r;

	r = clo_lex_scalar(lex, &scalar);
	if (r)
		return r;
	if (scalar.kind == CLO_LEX_NUMBER &&
	    (scalar.is_negative || scalar.is_huge))
		return clo_lex_refuse(
			lex, "%s is out of range; numbers are 0 to 2^64-1",
			scalar.text);
	value.kind = scalar.kind == CLO_LEX_BOOL ? CLO_DOC_BOOL :
						   CLO_DOC_NUMBER;
	value.number = scalar.number;
	return clo_doc_value(lex, doc, &value);
}

static int read_item(struct clo_lex *lex, struct clo_doc *doc)
{
	struct clo_doc_value value = { .kind = CLO_DOC_STRING };
	char text[CLO_TOML_TEXT_MAX + 1];
	enum clo_lex_kind kind;
	int r;

	r = clo_lex_kind(lex, &kind);
	if (r)
		return r;
	if (kind == CLO_LEX_ARRAY)
		return clo_lex_refuse(lex, "a list inside a list; no key "
					   "takes one");
	if (kind != CLO_LEX_STRING)
		return clo_doc_scalar(lex, doc);
	r = clo_lex_string(lex, text);
	if (r)
		return r;
	value.text = text;
	return clo_doc_value(lex, doc, &value);
}

/* Behind `[`: items up to `]`, over any number of lines. */
static int read_list(struct clo_lex *lex, struct clo_doc *doc)
{
	uint32_t opened = lex->line;

	for (;;) {
		int r;

		clo_lex_skip_lines(lex);
		if (lex->at < lex->end && *lex->at == ']')
			break;
		if (lex->at == lex->end)
			return clo_lex_refuse(
				lex,
				"the list opened on line %u is not closed; add ]",
				opened);
		r = read_item(lex, doc);
		if (r)
			return r;
		clo_lex_skip_lines(lex);
		if (lex->at < lex->end && *lex->at == ',')
			lex->at++;
		else if (lex->at < lex->end && *lex->at != ']')
			return clo_lex_refuse(
				lex, "a comma is missing between two items");
	}
	lex->at++;
	return 0;
}

/* key = value, up to the end of the line. */
static int read_key(struct clo_lex *lex, struct clo_doc *doc)
{
	uint32_t table = (uint32_t)doc->table_count - 1;
	char name[CLO_TOML_TEXT_MAX + 1];
	struct clo_shown shown;
	int r;

	r = clo_lex_key(lex, name);
	if (!r)
		r = clo_doc_key(lex, doc, table, name);
	if (r)
		return r;
	clo_lex_skip_blanks(lex);
	if (lex->at == lex->end || *lex->at != '=')
		return clo_lex_refuse(
			lex,
			"'=' is missing after '%s'; a line is 'key = value'",
			clo_lex_show(name, &shown));
	lex->at++;
	clo_lex_skip_blanks(lex);
	if (lex->at < lex->end && *lex->at == '[') {
		lex->at++;
		doc->keys[doc->key_count - 1].is_list = true;
		r = read_list(lex, doc);
	} else {
		r = read_item(lex, doc);
	}
	return r ? r : clo_lex_end_line(lex);
}

/* At `[`: [table] or [[table]], up to the end of the line. */
static int read_header(struct clo_lex *lex, struct clo_doc *doc)
{
	char name[CLO_TOML_TEXT_MAX + 1];
	size_t depth = 1;
	int r;

	lex->at++;
	if (lex->at < lex->end && *lex->at == '[') {
		lex->at++;
		depth = 2;
	}
	clo_lex_skip_blanks(lex);
	r = clo_lex_key(lex, name);
	if (r)
		return r;
	clo_lex_skip_blanks(lex);
	if ((size_t)(lex->end - lex->at) < depth ||
	    memcmp(lex->at, "]]", depth) != 0)
		return clo_lex_refuse(
			lex, "the name of a table is not closed; write %s",
			depth == 1 ? "[name]" : "[[name]]");
	lex->at += depth;
	r = clo_doc_table(lex, doc, name, depth == 2);
	return r ? r : clo_lex_end_line(lex);
}

static int read_toml(struct clo_lex *lex, struct clo_doc *doc)
{
	int r = clo_lex_check_text(lex);

	if (r)
		return r;
	clo_lex_skip_lines(lex);
	while (lex->at < lex->end) {
		r = *lex->at == '[' ? read_header(lex, doc) :
				      read_key(lex, doc);
		if (r)
			return r;
	}
	return 0;
}

int clo_doc_toml(const char *text, size_t size, const char *file,
		 struct clo_doc *ret_doc, struct clo_err *err)
{
	struct clo_lex lex = {
		.file = file,
		.at = text,
		.end = text + size,
		.line = 1,
		.err = err,
	};
	struct clo_doc doc;
	int r;

	r = clo_doc_start(&doc, file, size, err);
	if (!r)
		r = read_toml(&lex, &doc);
	if (r)
		clo_doc_deinit(&doc);
	else
		*ret_doc = doc;
	return r;
}
