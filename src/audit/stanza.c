// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reading of stanzas: strict, so that what a person wrote by mistake is told
 * and not left out.
 */
#include "audit/stanza.h"

static bool is_plain(struct clo_text text, size_t *ret_at)
{
	size_t i = 0;

	while (i < text.size) {
		unsigned char c = (unsigned char)text.at[i];
		uint32_t point = 0;
		size_t n;

		if ((c >= 0x20 && c < 0x7f) || c == '\n') {
			i++;
			continue;
		}
		n = clo_utf8_read(text.at + i, text.size - i, &point);
		if (!n || !clo_utf8_is_plain(point)) {
			*ret_at = i;
			return false;
		}
		i += n;
	}
	return true;
}

int clo_stanza_begin(struct clo_stanza_reader *reader, struct clo_text text,
		     const char *file, struct clo_err *err)
{
	size_t at = 0;
	uint32_t line = 1;

	*reader = (struct clo_stanza_reader){ file, text, 1 };
	if (text.size > CLO_STANZA_FILE_MAX)
		return clo_err_set(err, -EINVAL,
				   "%s: %zu bytes; at most %d, split it", file,
				   text.size, CLO_STANZA_FILE_MAX);
	if (is_plain(text, &at))
		return 0;
	for (size_t i = 0; i < at; i++)
		line += text.at[i] == '\n';
	return clo_err_set(
		err, -EINVAL,
		"%s:%u: byte 0x%02x is no plain text; write UTF-8 without tabs and control characters",
		file, line, (unsigned int)(unsigned char)text.at[at]);
}

static bool is_name(struct clo_text name)
{
	if (!name.size || name.size > 32)
		return false;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (i && ((c >= '0' && c <= '9') || c == '-'))))
			return false;
	}
	return true;
}

static int wrong(const struct clo_stanza_reader *r, struct clo_err *err,
		 const char *what)
{
	return clo_err_set(err, -EINVAL, "%s:%u: %s", r->file, r->line - 1,
			   what);
}

/* `Name: value` of a line that has been taken. */
static int read_field(const struct clo_stanza_reader *r, struct clo_text line,
		      struct clo_stanza *s, struct clo_err *err)
{
	const char *colon = memchr(line.at, ':', line.size);
	struct clo_stanza_field f = { .line = r->line - 1 };

	f.name.at = line.at;
	f.name.size = colon ? (size_t)(colon - line.at) : 0;
	if (!colon || !is_name(f.name))
		return wrong(
			r, err,
			"a line is 'Name: value', or begins with a space to continue the one before");
	f.value.at = colon + 1;
	f.value.size = line.size - f.name.size - 1;
	f.value = clo_text_trim(f.value);
	for (uint32_t i = 0; i < s->count; i++) {
		if (clo_text_is(s->fields[i].name, f.name))
			return clo_err_set(
				err, -EINVAL,
				"%s:%u: '%.*s' is set twice; it is also in line %u",
				r->file, f.line, CLO_TEXT(f.name),
				s->fields[i].line);
	}
	if (s->count == CLO_STANZA_FIELDS)
		return wrong(r, err, "more than 24 fields in one stanza");
	s->fields[s->count++] = f;
	return 0;
}

/* A continued line: the value grows to its end, comments between are not. */
static int read_more(const struct clo_stanza_reader *r, struct clo_text line,
		     struct clo_stanza *s, bool is_broken, struct clo_err *err)
{
	struct clo_stanza_field *f;

	if (!s->count)
		return wrong(
			r, err,
			"a stanza begins with 'Name: value', not with a space");
	if (is_broken)
		return wrong(
			r, err,
			"a comment stands inside a value; put it above the field");
	f = &s->fields[s->count - 1];
	if (!clo_text_trim(line).size)
		return wrong(
			r, err,
			"a line of spaces; leave it out, or make it empty to end the stanza");
	if (!f->value.size)
		f->value.at = line.at;
	f->value.size = (size_t)(line.at + line.size - f->value.at);
	return 0;
}

int clo_stanza_next(struct clo_stanza_reader *reader, struct clo_stanza *stanza,
		    struct clo_err *err)
{
	struct clo_text line;
	bool is_broken = false;
	int r = 0;

	stanza->count = 0;
	while (!r && clo_text_line(&reader->rest, &line)) {
		reader->line++;
		if (!line.size && stanza->count)
			break;
		if (!line.size)
			continue;
		if (*line.at == '#') {
			is_broken = true;
		} else if (*line.at == ' ') {
			r = read_more(reader, line, stanza, is_broken, err);
		} else {
			is_broken = false;
			r = read_field(reader, line, stanza, err);
		}
	}
	if (r)
		return r;
	for (uint32_t i = 0; i < stanza->count; i++) {
		const struct clo_stanza_field *f = &stanza->fields[i];

		if (!f->value.size)
			return clo_err_set(
				err, -EINVAL,
				"%s:%u: '%.*s' is empty; give it a value or leave it out",
				reader->file, f->line, CLO_TEXT(f->name));
	}
	return stanza->count != 0;
}

const struct clo_stanza_field *clo_stanza_field(const struct clo_stanza *stanza,
						const char *name)
{
	for (uint32_t i = 0; i < stanza->count; i++) {
		if (clo_text_eq(stanza->fields[i].name, name))
			return &stanza->fields[i];
	}
	return NULL;
}
