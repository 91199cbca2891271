// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The reader of JSON (RFC 8259), with lines, as far as profiles go: no floats,
 * no null, one object of objects and of arrays of objects.
 */
#include <string.h>

#include "sandbox/doc.h"

static void skip_space(struct clo_lex *lex)
{
	for (; lex->at < lex->end; lex->at++) {
		if (*lex->at == '\n')
			lex->line++;
		else if (*lex->at != ' ' && *lex->at != '\t' &&
			 *lex->at != '\r')
			return;
	}
}

static char next(struct clo_lex *lex)
{
	skip_space(lex);
	return lex->at < lex->end ? *lex->at : '\0';
}

static int expect(struct clo_lex *lex, char c)
{
	char found = next(lex);
	char text[2] = { found, '\0' };
	struct clo_shown shown;

	if (found == c) {
		lex->at++;
		return 0;
	}
	if (lex->at == lex->end)
		return clo_lex_refuse(lex,
				      "the file ends where '%c' is missing", c);
	return clo_lex_refuse(lex, "'%s' stands where '%c' is missing",
			      clo_lex_show(text, &shown), c);
}

/* After an item: true if another follows; false past the closing bracket. */
static int more(struct clo_lex *lex, char close, bool *ret_more)
{
	char c = next(lex);

	if (c == ',') {
		lex->at++;
		*ret_more = true;
		if (next(lex) == close)
			return clo_lex_refuse(
				lex, "a comma before '%c'; remove it", close);
		return 0;
	}
	*ret_more = false;
	return expect(lex, close);
}

static int read_hex(struct clo_lex *lex, uint32_t *ret_unit)
{
	uint32_t unit = 0;

	for (int i = 0; i < 4; i++, lex->at++) {
		char c = lex->at < lex->end ? *lex->at : '\0';
		const char *digits = "0123456789abcdef";
		const char *d;

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		d = c ? strchr(digits, c) : NULL;
		if (!d)
			return clo_lex_refuse(lex, "\\u needs four digits, 0-9 "
						   "a-f");
		unit = unit << 4 | (uint32_t)(d - digits);
	}
	*ret_unit = unit;
	return 0;
}

static size_t put_utf8(uint32_t point, char *out)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

/* Behind `\u`: one code point, of two units if it needs them. */
static int read_point(struct clo_lex *lex, uint32_t *ret_point)
{
	uint32_t low = 0, point = 0;
	int r;

	r = read_hex(lex, &point);
	if (r)
		return r;
	if (point >= 0xd800 && point < 0xdc00 && lex->end - lex->at >= 2 &&
	    lex->at[0] == '\\' && lex->at[1] == 'u') {
		lex->at += 2;
		r = read_hex(lex, &low);
		if (r)
			return r;
		if (low < 0xdc00 || low > 0xdfff)
			return clo_lex_refuse(lex, "a surrogate without its "
						   "other half");
		point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
	} else if (point >= 0xd800 && point < 0xe000) {
		return clo_lex_refuse(lex, "a surrogate without its other "
					   "half");
	}
	if (!clo_utf8_is_plain(point))
		return clo_lex_refuse(
			lex,
			"the character U+%04X does not show as what it is; remove it",
			point);
	*ret_point = point;
	return 0;
}

/* Behind a backslash. */
static int read_escape(struct clo_lex *lex, char *out, size_t *ret_size)
{
	char c = lex->at < lex->end ? *lex->at : '\0';
	uint32_t point = 0;
	int r;

	lex->at += lex->at < lex->end;
	if (c == '"' || c == '\\' || c == '/') {
		*out = c;
		*ret_size = 1;
		return 0;
	}
	if (c != 'u')
		return clo_lex_refuse(
			lex,
			"an escape that no name or path needs; write \\\", \\\\, \\/ or \\u");
	r = read_point(lex, &point);
	if (!r)
		*ret_size = put_utf8(point, out);
	return r;
}

static int read_string(struct clo_lex *lex, char *ret_text)
{
	size_t used = 0, size = 1;
	int r;

	r = expect(lex, '"');
	if (r)
		return r;
	for (;; used += size) {
		if (lex->at == lex->end || *lex->at == '\n')
			return clo_lex_refuse(lex, "text without its closing "
						   "quote");
		if (used + 4 > CLO_TOML_TEXT_MAX)
			return clo_lex_refuse(
				lex, "text of more than %d bytes; shorten it",
				CLO_TOML_TEXT_MAX - 4);
		if (*lex->at == '"')
			break;
		size = 1;
		if (*lex->at != '\\') {
			ret_text[used] = *lex->at++;
			continue;
		}
		lex->at++;
		r = read_escape(lex, ret_text + used, &size);
		if (r)
			return r;
	}
	lex->at++;
	ret_text[used] = '\0';
	return 0;
}

/* A name likeThis as like_this. */
static int read_name(struct clo_lex *lex, char *ret_name)
{
	char text[CLO_TOML_TEXT_MAX + 1];
	struct clo_shown shown;
	size_t used = 0;
	int r;

	r = read_string(lex, text);
	if (!r)
		r = expect(lex, ':');
	if (r)
		return r;
	for (const char *c = text; *c && used + 3 < CLO_TOML_TEXT_MAX; c++) {
		if (*c == '_')
			return clo_lex_refuse(
				lex,
				"'%s' has '_'; in JSON names are written likeThis",
				clo_lex_show(text, &shown));
		if (*c >= 'A' && *c <= 'Z') {
			ret_name[used++] = '_';
			ret_name[used++] = (char)(*c - 'A' + 'a');
		} else {
			ret_name[used++] = *c;
		}
	}
	ret_name[used] = '\0';
	return 0;
}

static int read_item(struct clo_lex *lex, struct clo_doc *doc)
{
	struct clo_doc_value value = { .kind = CLO_DOC_STRING };
	char text[CLO_TOML_TEXT_MAX + 1];
	char c = next(lex);
	int r;

	if (c == '{' || c == '[' || c == 'n')
		return clo_lex_refuse(lex, "neither text, nor a number, nor "
					   "true or false");
	if (c != '"')
		return clo_doc_scalar(lex, doc);
	r = read_string(lex, text);
	if (r)
		return r;
	value.text = text;
	return clo_doc_value(lex, doc, &value);
}

/* Value of the last key: a scalar, or a list of them. */
static int read_value(struct clo_lex *lex, struct clo_doc *doc)
{
	bool is_more = true;
	int r = 0;

	if (next(lex) != '[')
		return read_item(lex, doc);
	lex->at++;
	doc->keys[doc->key_count - 1].is_list = true;
	if (next(lex) == ']') {
		lex->at++;
		return 0;
	}
	while (!r && is_more) {
		r = read_item(lex, doc);
		if (!r)
			r = more(lex, ']', &is_more);
	}
	return r;
}

/* An object of scalars and lists: the last table's keys. */
static int read_table(struct clo_lex *lex, struct clo_doc *doc)
{
	uint32_t table = (uint32_t)doc->table_count - 1;
	char name[CLO_TOML_TEXT_MAX + 1];
	bool is_more = true;
	int r;

	r = expect(lex, '{');
	if (r)
		return r;
	if (next(lex) == '}') {
		lex->at++;
		return 0;
	}
	while (!r && is_more) {
		r = read_name(lex, name);
		if (!r)
			r = clo_doc_key(lex, doc, table, name);
		if (!r)
			r = read_value(lex, doc);
		if (!r)
			r = more(lex, '}', &is_more);
	}
	return r;
}

/* Behind `[`: objects, each a row of the table @name. */
static int read_rows(struct clo_lex *lex, struct clo_doc *doc, const char *name)
{
	bool is_more = true;
	struct clo_shown shown;
	int r = 0;

	if (next(lex) == ']')
		return clo_lex_refuse(lex,
				      "'%s' is an empty list; leave it out",
				      clo_lex_show(name, &shown));
	while (!r && is_more) {
		r = clo_doc_table(lex, doc, name, true);
		if (!r)
			r = read_table(lex, doc);
		if (!r)
			r = more(lex, ']', &is_more);
	}
	return r;
}

/* One member of the whole. */
static int read_member(struct clo_lex *lex, struct clo_doc *doc)
{
	char name[CLO_TOML_TEXT_MAX + 1];
	struct clo_shown shown;
	int r;

	r = read_name(lex, name);
	if (r)
		return r;
	for (size_t i = 1; i < doc->table_count; i++) {
		if (!strcmp(doc->tables[i].name, name))
			return clo_lex_refuse(
				lex, "'%s' is set twice, first on line %u",
				clo_lex_show(name, &shown),
				doc->tables[i].line);
	}
	switch (next(lex)) {
	case '{':
		r = clo_doc_table(lex, doc, name, false);
		return r ? r : read_table(lex, doc);
	case '[':
		lex->at++;
		return read_rows(lex, doc, name);
	default:
		r = clo_doc_key(lex, doc, 0, name);
		return r ? r : read_item(lex, doc);
	}
}

static int read_json(struct clo_lex *lex, struct clo_doc *doc)
{
	bool is_more = true;
	int r;

	r = clo_lex_check_text(lex);
	if (!r)
		r = expect(lex, '{');
	if (!r && next(lex) == '}') {
		lex->at++;
		is_more = false;
	}
	while (!r && is_more) {
		r = read_member(lex, doc);
		if (!r)
			r = more(lex, '}', &is_more);
	}
	if (r)
		return r;
	skip_space(lex);
	if (lex->at < lex->end)
		return clo_lex_refuse(lex, "something follows the whole");
	return 0;
}

int clo_doc_json(const char *text, size_t size, const char *file,
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
		r = read_json(&lex, &doc);
	if (r)
		clo_doc_deinit(&doc);
	else
		*ret_doc = doc;
	return r;
}
