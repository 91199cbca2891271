// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Words and strings of TOML.
 */
#include <string.h>

#include "base/toml-lex.h"

int clo_lex_refuse(const struct clo_lex *lex, const char *format, ...)
{
	char what[sizeof(lex->err->text)];
	va_list args;

	if (!lex->err)
		return -EINVAL;
	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (lex->line)
		return clo_err_set(lex->err, -EINVAL, "%s:%u: %s", lex->file,
				   lex->line, what);
	return clo_err_set(lex->err, -EINVAL, "%s: %s", lex->file, what);
}

const char *clo_lex_show(const char *text, struct clo_shown *shown)
{
	size_t size = strlen(text);
	size_t n = clo_escape(text, size, shown->text, sizeof(shown->text) - 3);

	/* Escaping lengthens, so a shorter or equal result may be whole. */
	if (n < size)
		memcpy(shown->text + n, "...", 4);
	return shown->text;
}

static int check_character(struct clo_lex *lex, const char *at)
{
	size_t rest = (size_t)(lex->end - at);
	uint32_t point = 0;
	size_t n;

	if (*at == '\0')
		return clo_lex_refuse(lex,
				      "a zero byte; a file is text in UTF-8");
	if (*at == '\r')
		return clo_lex_refuse(
			lex,
			"a carriage return without line feed; lines end with a line feed");
	n = clo_utf8_read(at, rest, &point);
	if (!n)
		return clo_lex_refuse(
			lex,
			"the byte 0x%02x is no UTF-8; save the file as UTF-8",
			(unsigned char)*at);
	if (point == 0xfeff && lex->line == 1 && at == lex->at)
		return clo_lex_refuse(
			lex,
			"a byte order mark; save the file as UTF-8 without it");
	if (!clo_utf8_is_plain(point))
		return clo_lex_refuse(
			lex,
			"the character U+%04X does not show as what it is; remove it",
			point);
	return (int)n;
}

int clo_lex_check_text(struct clo_lex *lex)
{
	const char *at = lex->at;

	if (lex->end - lex->at > CLO_TOML_FILE_MAX)
		return clo_lex_refuse(lex,
				      "the file has %zu bytes; it may have %d",
				      (size_t)(lex->end - lex->at),
				      CLO_TOML_FILE_MAX);
	while (at < lex->end) {
		unsigned char c = (unsigned char)*at;
		int n;

		if ((c >= ' ' && c < 0x7f) || c == '\t') {
			at++;
			continue;
		}
		if (c == '\n') {
			lex->line++;
			at++;
			continue;
		}
		if (c == '\r' && at + 1 < lex->end && at[1] == '\n') {
			at++;
			continue;
		}
		n = check_character(lex, at);
		if (n < 0)
			return n;
		at += n;
	}
	lex->line = 1;
	return 0;
}

void clo_lex_skip_blanks(struct clo_lex *lex)
{
	while (lex->at < lex->end && (*lex->at == ' ' || *lex->at == '\t'))
		lex->at++;
}

/* A carriage return is always followed by a line feed: check_text() saw it. */
static bool is_line_end(const struct clo_lex *lex)
{
	return lex->at == lex->end || *lex->at == '\n' || *lex->at == '\r';
}

static void skip_comment(struct clo_lex *lex)
{
	const char *end;

	if (lex->at == lex->end || *lex->at != '#')
		return;
	end = memchr(lex->at, '\n', (size_t)(lex->end - lex->at));
	lex->at = end ? end : lex->end;
}

void clo_lex_skip_lines(struct clo_lex *lex)
{
	for (;;) {
		clo_lex_skip_blanks(lex);
		skip_comment(lex);
		if (lex->at == lex->end || !is_line_end(lex))
			return;
		if (*lex->at == '\n')
			lex->line++;
		lex->at++;
	}
}

int clo_lex_end_line(struct clo_lex *lex)
{
	size_t rest;
	uint32_t point;

	clo_lex_skip_blanks(lex);
	skip_comment(lex);
	rest = (size_t)(lex->end - lex->at);
	if (!is_line_end(lex))
		return clo_lex_refuse(
			lex,
			"'%.*s' follows what the line says; one thing a line, comments start with #",
			(int)clo_utf8_read(lex->at, rest, &point), lex->at);
	clo_lex_skip_lines(lex);
	return 0;
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

int clo_lex_key(struct clo_lex *lex, char *ret_name)
{
	size_t n = 0;

	if (lex->at < lex->end && (*lex->at == '"' || *lex->at == '\''))
		return clo_lex_string(lex, ret_name);
	while (lex->at < lex->end && is_bare(*lex->at)) {
		if (n == CLO_TOML_TEXT_MAX)
			return clo_lex_refuse(
				lex,
				"a name of more than %d bytes; no key is so long",
				CLO_TOML_TEXT_MAX);
		ret_name[n++] = *lex->at++;
	}
	ret_name[n] = '\0';
	if (n)
		return 0;
	return clo_lex_refuse(
		lex,
		"a name is missing; a line is 'key = value', '[table]' or a comment");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* @point as UTF-8 into @out, 4 bytes; returns their number. */
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

/* What stands behind \u or \U: so many hexadecimal digits. */
static int read_point(struct clo_lex *lex, int digits, uint32_t *ret_point)
{
	uint32_t point = 0;

	for (int i = 0; i < digits; i++) {
		int digit = lex->at < lex->end ? hex_digit(*lex->at) : -1;

		if (digit < 0)
			return clo_lex_refuse(
				lex,
				"an escape has %d hexadecimal digits, as \\u00e9 or \\U0001f512",
				digits);
		point = point << 4 | (uint32_t)digit;
		lex->at++;
	}
	*ret_point = point;
	return 0;
}

/* Behind the backslash; @out has room for 4 bytes; returns their number. */
static int read_escape(struct clo_lex *lex, char *out)
{
	char c = lex->at < lex->end ? *lex->at : '\n';
	uint32_t point = 0, again = 0;
	size_t n;
	int r = 0;

	switch (c) {
	case '"':
	case '\\':
		point = (unsigned char)c;
		lex->at++;
		break;
	case 'b':
	case 't':
	case 'n':
	case 'f':
	case 'r':
		return clo_lex_refuse(
			lex,
			"the escape \\%c is a control character; no value needs one",
			c);
	case 'u':
	case 'U':
		lex->at++;
		r = read_point(lex, c == 'u' ? 4 : 8, &point);
		break;
	default:
		return clo_lex_refuse(
			lex,
			"a backslash starts no escape here; write \\\\, or use '...', where it means itself");
	}
	if (r)
		return r;
	n = point <= 0x10ffff ? put_utf8(point, out) : 0;
	if (!clo_utf8_read(out, n, &again) || again != point ||
	    !clo_utf8_is_plain(point))
		return clo_lex_refuse(
			lex,
			"the character U+%04X does not show as what it is; remove it",
			point);
	return (int)n;
}

/* "..." that is "" and then a third quote: a string over several lines. */
static bool is_multi_line(const struct clo_lex *lex)
{
	char quote = *lex->at;

	return lex->end - lex->at >= 3 && lex->at[1] == quote &&
	       lex->at[2] == quote;
}

int clo_lex_string(struct clo_lex *lex, char *ret_text)
{
	char quote = *lex->at;
	char piece[4];
	size_t used = 0;

	if (is_multi_line(lex))
		return clo_lex_refuse(
			lex,
			"a string over several lines; write it on one line between single quotes");
	lex->at++;
	for (;;) {
		int n = 1;

		if (is_line_end(lex))
			return clo_lex_refuse(
				lex,
				"a string is not closed; add %c at its end",
				quote);
		piece[0] = *lex->at++;
		if (piece[0] == quote)
			break;
		if (piece[0] == '\t')
			return clo_lex_refuse(
				lex, "a tab in a string; write spaces");
		if (quote == '"' && piece[0] == '\\')
			n = read_escape(lex, piece);
		if (n < 0)
			return n;
		if (used + (size_t)n > CLO_TOML_TEXT_MAX)
			return clo_lex_refuse(
				lex,
				"a string of more than %d bytes; no value is so long",
				CLO_TOML_TEXT_MAX);
		memcpy(ret_text + used, piece, (size_t)n);
		used += (size_t)n;
	}
	ret_text[used] = '\0';
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters and signs of a bare value; commas, brackets and blanks end it. */
static size_t scalar_size(const struct clo_lex *lex)
{
	const char *at = lex->at;

	while (at < lex->end &&
	       (is_bare(*at) || *at == '+' || *at == '.' || *at == ':'))
		at++;
	return (size_t)(at - lex->at);
}

int clo_lex_kind(struct clo_lex *lex, enum clo_lex_kind *ret_kind)
{
	size_t size = scalar_size(lex);

	if (lex->at < lex->end) {
		switch (*lex->at) {
		case '"':
		case '\'':
			*ret_kind = CLO_LEX_STRING;
			return 0;
		case '[':
			*ret_kind = CLO_LEX_ARRAY;
			return 0;
		case '{':
			return clo_lex_refuse(
				lex,
				"an inline table; write a [table] instead");
		default:
			break;
		}
	}
	if (!size)
		return clo_lex_refuse(
			lex, "the value is missing; a line is 'key = value'");
	if ((size == 4 && !memcmp(lex->at, "true", 4)) ||
	    (size == 5 && !memcmp(lex->at, "false", 5)))
		*ret_kind = CLO_LEX_BOOL;
	else
		*ret_kind = CLO_LEX_NUMBER;
	return 0;
}

/* YYYY-MM-DD... or HH:MM... */
static bool is_date(const char *s, size_t size)
{
	if (size >= 5 && is_digit(s[0]) && is_digit(s[1]) && s[2] == ':')
		return true;
	return size >= 10 && is_digit(s[0]) && is_digit(s[1]) &&
	       is_digit(s[2]) && is_digit(s[3]) && s[4] == '-' && s[7] == '-';
}

static bool is_float(const char *s, size_t size)
{
	bool has_digit = false, has_mark = false;

	if (size && (s[0] == '+' || s[0] == '-')) {
		s++;
		size--;
	}
	if (size == 3 && (!memcmp(s, "inf", 3) || !memcmp(s, "nan", 3)))
		return true;
	if (!size || !is_digit(s[0]))
		return false;
	for (size_t i = 0; i < size; i++) {
		has_digit |= is_digit(s[i]);
		has_mark |= s[i] == '.' || s[i] == 'e' || s[i] == 'E';
		if (!is_digit(s[i]) && !strchr("._eE+-", s[i]))
			return false;
	}
	return has_digit && has_mark;
}

/* Digits of a base, `_` only between two of them. */
static bool read_digits(const char *s, size_t size, int base,
			struct clo_lex_scalar *ret)
{
	bool was_digit = false;

	ret->number = 0;
	for (size_t i = 0; i < size; i++) {
		int digit = hex_digit(s[i]);

		if (s[i] == '_' && was_digit) {
			was_digit = false;
			continue;
		}
		if (digit < 0 || digit >= base)
			return false;
		was_digit = true;
		if (__builtin_mul_overflow(ret->number, (uint64_t)base,
					   &ret->number) ||
		    __builtin_add_overflow(ret->number, (uint64_t)digit,
					   &ret->number))
			ret->is_huge = true;
	}
	return was_digit;
}

static bool read_integer(const char *s, size_t size, struct clo_lex_scalar *ret)
{
	bool has_sign = size && (s[0] == '+' || s[0] == '-');

	ret->is_negative = has_sign && s[0] == '-';
	if (has_sign) {
		s++;
		size--;
	}
	if (size > 2 && s[0] == '0' && !has_sign) {
		switch (s[1]) {
		case 'x':
			return read_digits(s + 2, size - 2, 16, ret);
		case 'o':
			return read_digits(s + 2, size - 2, 8, ret);
		case 'b':
			return read_digits(s + 2, size - 2, 2, ret);
		default:
			break;
		}
	}
	if (size > 1 && s[0] == '0')
		return false;
	return read_digits(s, size, 10, ret);
}

int clo_lex_scalar(struct clo_lex *lex, struct clo_lex_scalar *ret)
{
	const char *s = lex->at;
	size_t size = scalar_size(lex);

	*ret = (struct clo_lex_scalar){ .kind = CLO_LEX_NUMBER };
	(void)clo_escape(s, size, ret->text, sizeof(ret->text));
	lex->at += size;
	if (size == 4 && !memcmp(s, "true", 4)) {
		ret->kind = CLO_LEX_BOOL;
		ret->number = 1;
		return 0;
	}
	if (size == 5 && !memcmp(s, "false", 5)) {
		ret->kind = CLO_LEX_BOOL;
		return 0;
	}
	if (read_integer(s, size, ret)) {
		if (ret->is_negative && !ret->number && !ret->is_huge)
			ret->is_negative = false;
		return 0;
	}
	if (is_date(s, size))
		return clo_lex_refuse(lex, "'%s' is a date; no key takes one",
				      ret->text);
	if (is_float(s, size))
		return clo_lex_refuse(
			lex,
			"'%s' is a number with a fraction; write a whole number",
			ret->text);
	return clo_lex_refuse(
		lex,
		"'%s' is no value; text is between quotes, a number is digits, a yes is true",
		ret->text);
}
