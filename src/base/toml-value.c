// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Values of TOML as fields of a structure: read, and checked.
 */
#include <inttypes.h>
#include <string.h>

#include "base/toml-value.h"

/* clang-format off */
const struct clo_toml_scale clo_toml_scale_mib = {
	"a size", "512 MiB",
	{ { "MiB", 1 }, { "GiB", 1024 }, { "TiB", 1024 * 1024 }, { NULL, 0 } },
};
const struct clo_toml_scale clo_toml_scale_percent = {
	"a percentage", "50 %", { { "%", 1 }, { NULL, 0 } },
};
const struct clo_toml_scale clo_toml_scale_ms = {
	"a time", "10 s",
	{ { "ms", 1 }, { "s", 1000 }, { "min", 60000 }, { "h", 3600000 } },
};
/* clang-format on */

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(const char *text)
{
	size_t n = strlen(text);

	if (!is_lower(text[0]) || text[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_lower(text[i]) && !is_digit(text[i]) && text[i] != '-')
			return false;
	}
	return true;
}

static bool is_path(const char *text)
{
	const char *at = text;

	if (text[0] != '/')
		return false;
	if (text[1] == '\0')
		return true;
	while (*at == '/') {
		size_t n = strcspn(at + 1, "/");

		if (!n || (n == 1 && at[1] == '.') ||
		    (n == 2 && at[1] == '.' && at[2] == '.'))
			return false;
		at += 1 + n;
	}
	return true;
}

const struct clo_toml_form clo_toml_form_name = {
	.what = "a name of a-z, 0-9 and -, with a letter first and no - last",
	.pattern = "^[a-z]([a-z0-9-]*[a-z0-9])?$",
	.is_good = is_name,
};

const struct clo_toml_form clo_toml_form_path = {
	.what = "an absolute path without '.', '..' or a '/' too many",
	.pattern = "^/([^/]+(/[^/]+)*)?$",
	.is_good = is_path,
};

uint32_t clo_toml_get_u32(const uint8_t *field)
{
	uint32_t value;

	memcpy(&value, field, sizeof(value));
	return value;
}

uint64_t clo_toml_get_u64(const uint8_t *field)
{
	uint64_t value;

	memcpy(&value, field, sizeof(value));
	return value;
}

static void put_u32(uint8_t *field, uint64_t number)
{
	uint32_t value = (uint32_t)number;

	memcpy(field, &value, sizeof(value));
}

bool clo_toml_is_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

const char *clo_toml_word_name(const struct clo_toml_word *words,
			       uint64_t value)
{
	for (; words && words->name; words++) {
		if (words->value == value)
			return words->name;
	}
	return NULL;
}

static const struct clo_toml_word *find_word(const struct clo_toml_word *words,
					     const char *name)
{
	for (; words && words->name; words++) {
		if (!strcmp(words->name, name))
			return words;
	}
	return NULL;
}

void clo_toml_quantity(const struct clo_toml_key *key, uint64_t value,
		       char *text, size_t size)
{
	const char *word = clo_toml_word_name(key->words, value);
	uint32_t factor = 1;
	const char *unit = key->scale->units[0].name;

	if (word) {
		(void)snprintf(text, size, "%s", word);
		return;
	}
	for (size_t i = 1; i < CLO_ARRAY_SIZE(key->scale->units); i++) {
		if (!key->scale->units[i].name)
			break;
		if (!value || value % key->scale->units[i].factor)
			break;
		factor = key->scale->units[i].factor;
		unit = key->scale->units[i].name;
	}
	(void)snprintf(text, size, "%" PRIu64 " %s", value / factor, unit);
}

/* Words of a key that it may take, quoted, after @used bytes of @must. */
static size_t must_words(const struct clo_toml_key *key, struct clo_must *must,
			 size_t used)
{
	const struct clo_toml_word *w;

	for (w = key->words; w && w->name; w++) {
		int n;

		if (key->type == CLO_TOML_SET &&
		    !(key->hi & UINT64_C(1) << (w->value & 63)))
			continue;
		n = snprintf(must->text + used, sizeof(must->text) - used,
			     "%s\"%s\"", w == key->words ? "" : ", ", w->name);
		if (n < 0 || (size_t)n >= sizeof(must->text) - used) {
			must->text[used] = '\0';
			break;
		}
		used += (size_t)n;
	}
	return used;
}

static void must_quantity(const struct clo_toml_key *key, struct clo_must *must)
{
	struct clo_toml_key plain = *key;
	char lo[32], hi[32];
	int n;

	plain.words = NULL;
	clo_toml_quantity(&plain, key->lo, lo, sizeof(lo));
	clo_toml_quantity(&plain, key->hi, hi, sizeof(hi));
	n = snprintf(must->text, sizeof(must->text),
		     "%s between quotes, from \"%s\" to \"%s\"%s",
		     key->scale->what, lo, hi, key->words ? ", or " : "");
	if (key->words)
		(void)must_words(key, must, (size_t)n);
}

const char *clo_toml_must(const struct clo_toml_key *key, struct clo_must *must)
{
	const char *form = key->form ? key->form->what : "text between quotes";
	const size_t size = sizeof(must->text);
	size_t n;

	switch (key->type) {
	case CLO_TOML_STRING:
		(void)snprintf(must->text, size, "%s", form);
		break;
	case CLO_TOML_UINT:
		(void)snprintf(must->text, size,
			       "a number from %" PRIu64 " to %" PRIu64, key->lo,
			       key->hi);
		break;
	case CLO_TOML_QUANTITY:
		must_quantity(key, must);
		break;
	case CLO_TOML_BOOL:
		(void)snprintf(must->text, size, "true or false");
		break;
	case CLO_TOML_ENUM:
		n = (size_t)snprintf(must->text, size, "one of ");
		(void)must_words(key, must, n);
		break;
	case CLO_TOML_SET:
		n = (size_t)snprintf(must->text, size, "a list, of ");
		(void)must_words(key, must, n);
		break;
	case CLO_TOML_LIST:
		(void)snprintf(must->text, size, "a list of at most %u: %s",
			       key->count, form);
		break;
	}
	return must->text;
}

static int refuse_value(const struct clo_lex *lex,
			const struct clo_toml_key *key, const char *shown)
{
	struct clo_must must;
	const char *words = clo_toml_must(key, &must);

	if (key->type == CLO_TOML_STRING && *shown != '"')
		words = "text between quotes";
	return clo_lex_refuse(lex, "'%s' is %s; it must be %s", key->name,
			      shown, words);
}

static int refuse_text(const struct clo_lex *lex,
		       const struct clo_toml_key *key, const char *text)
{
	struct clo_shown shown;
	char quoted[sizeof(shown.text) + 2];

	(void)snprintf(quoted, sizeof(quoted), "\"%s\"",
		       clo_lex_show(text, &shown));
	return refuse_value(lex, key, quoted);
}

int clo_toml_check_string(const struct clo_lex *lex,
			  const struct clo_toml_key *key, const char *text,
			  size_t size)
{
	size_t n = strlen(text);
	uint64_t hi = size - 1;

	if (key->type == CLO_TOML_STRING && key->hi < hi)
		hi = key->hi;
	if (!n && key->type == CLO_TOML_STRING && !key->lo)
		return 0;
	if (!n)
		return clo_lex_refuse(lex, "'%s' is empty; %s", key->name,
				      key->type == CLO_TOML_STRING &&
						      !key->is_required ?
					      "leave the line out" :
					      "write it between the quotes");
	if (n > hi || n < key->lo) {
		return clo_lex_refuse(
			lex,
			"'%s' has %zu bytes; it must have %" PRIu64
			" to %" PRIu64,
			key->name, n, key->lo ? key->lo : 1, hi);
	}
	if (key->form && key->form->is_good && !key->form->is_good(text))
		return refuse_text(lex, key, text);
	return 0;
}

int clo_toml_check_number(const struct clo_lex *lex,
			  const struct clo_toml_key *key, uint64_t number,
			  const char *shown)
{
	if (key->type == CLO_TOML_QUANTITY &&
	    clo_toml_word_name(key->words, number))
		return 0;
	if (number < key->lo || number > key->hi)
		return refuse_value(lex, key, shown);
	return 0;
}

/* "512 MiB": digits, at most one blank, a unit. */
static int read_quantity(const struct clo_lex *lex,
			 const struct clo_toml_key *key, const char *text,
			 uint8_t *field)
{
	const struct clo_toml_word *word = find_word(key->words, text);
	size_t n = strspn(text, "0123456789");
	const char *unit = text + n + (text[n] == ' ');
	uint64_t number = 0;
	struct clo_shown shown;

	if (word) {
		put_u32(field, word->value);
		return 0;
	}
	if (!n || n > 12)
		return refuse_text(lex, key, text);
	for (size_t i = 0; i < n; i++)
		number = number * 10 + (uint64_t)(text[i] - '0');
	for (size_t i = 0; i < CLO_ARRAY_SIZE(key->scale->units); i++) {
		const char *name = key->scale->units[i].name;

		if (!name)
			break;
		if (strcmp(name, unit) != 0)
			continue;
		number *= key->scale->units[i].factor; /* < 10^19 */
		if (number < key->lo || number > key->hi)
			return refuse_text(lex, key, text);
		put_u32(field, number);
		return 0;
	}
	if (!*unit)
		return clo_lex_refuse(
			lex,
			"'%s' is \"%s\", without a unit; write it as \"%s\"",
			key->name, clo_lex_show(text, &shown),
			key->scale->example);
	return clo_lex_refuse(
		lex, "'%s' has the unknown unit '%s'; write it as \"%s\"",
		key->name, clo_lex_show(unit, &shown), key->scale->example);
}

static int refuse_word(const struct clo_lex *lex,
		       const struct clo_toml_key *key, const char *text)
{
	const char *near = NULL;
	uint32_t best = UINT32_MAX;
	struct clo_shown shown;

	for (const struct clo_toml_word *w = key->words; w->name; w++) {
		if (clo_toml_nearest(text, w->name, &best))
			near = w->name;
	}
	if (!near)
		return refuse_text(lex, key, text);
	return clo_lex_refuse(
		lex,
		"'%s' is \"%s\", which is no word for it; did you mean \"%s\"?",
		key->name, clo_lex_show(text, &shown), near);
}

static int read_enum(const struct clo_lex *lex, const struct clo_toml_key *key,
		     const char *text, uint8_t *field)
{
	const struct clo_toml_word *word = find_word(key->words, text);

	if (!word)
		return refuse_word(lex, key, text);
	put_u32(field, word->value);
	return 0;
}

static int read_set_item(const struct clo_lex *lex,
			 const struct clo_toml_key *key, const char *text,
			 uint8_t *field)
{
	const struct clo_toml_word *word = find_word(key->words, text);
	uint64_t set = clo_toml_get_u64(field);
	struct clo_must must;
	uint64_t bit;

	if (!word)
		return refuse_word(lex, key, text);
	bit = UINT64_C(1) << (word->value & 63);
	if (!(key->hi & bit))
		return clo_lex_refuse(
			lex,
			"'%s' asks for \"%s\", which it may never have; it must be %s",
			key->name, word->name, clo_toml_must(key, &must));
	if (set & bit)
		return clo_lex_refuse(lex,
				      "'%s' lists \"%s\" twice; once is enough",
				      key->name, word->name);
	set |= bit;
	memcpy(field, &set, sizeof(set));
	return 0;
}

static int read_list_item(const struct clo_lex *lex,
			  const struct clo_toml_key *key, const char *text,
			  uint8_t *field, uint32_t index)
{
	uint8_t *row = field + (size_t)index * key->size;
	struct clo_shown shown;
	size_t room = CLO_TOML_TEXT_MAX + 1;
	int r;

	if (index >= key->count)
		return clo_lex_refuse(
			lex, "'%s' lists more than %u; shorten the list",
			key->name, key->count);
	if (!key->form || !key->form->store)
		room = key->size;
	r = clo_toml_check_string(lex, key, text, room);
	if (r)
		return r;
	if (!key->form || !key->form->store)
		memcpy(row, text, strlen(text) + 1);
	else if (!key->form->store(text, row))
		return refuse_text(lex, key, text);
	for (uint32_t i = 0; i < index; i++) {
		if (!memcmp(field + (size_t)i * key->size, row, key->size))
			return clo_lex_refuse(
				lex, "'%s' lists \"%s\" twice; once is enough",
				key->name, clo_lex_show(text, &shown));
	}
	return 0;
}

/* Text for the key: the whole value, or the item @index of its list. */
static int put_text(const struct clo_lex *lex, const struct clo_toml_key *key,
		    const char *text, uint8_t *field, uint32_t index)
{
	int r;

	switch (key->type) {
	case CLO_TOML_STRING:
		r = clo_toml_check_string(lex, key, text, key->size);
		if (!r)
			memcpy(field, text, strlen(text) + 1);
		return r;
	case CLO_TOML_QUANTITY:
		return read_quantity(lex, key, text, field);
	case CLO_TOML_ENUM:
		return read_enum(lex, key, text, field);
	case CLO_TOML_SET:
		return read_set_item(lex, key, text, field);
	case CLO_TOML_LIST:
		return read_list_item(lex, key, text, field, index);
	default:
		return refuse_text(lex, key, text);
	}
}

/* Behind `[`: items up to `]`, over any number of lines. */
static int read_array(struct clo_lex *lex, const struct clo_toml_key *key,
		      uint8_t *field)
{
	char text[CLO_TOML_TEXT_MAX + 1];
	uint32_t opened = lex->line;

	for (uint32_t index = 0;; index++) {
		int r;

		clo_lex_skip_lines(lex);
		if (lex->at < lex->end && *lex->at == ']')
			break;
		if (lex->at == lex->end)
			return clo_lex_refuse(
				lex,
				"'%s': the list opened on line %u is not closed; add ]",
				key->name, opened);
		if (*lex->at != '"' && *lex->at != '\'')
			return clo_lex_refuse(
				lex,
				"'%s' lists something without quotes; each item is text between quotes",
				key->name);
		r = clo_lex_string(lex, text);
		if (r)
			return r;
		r = put_text(lex, key, text, field, index);
		if (r)
			return r;
		clo_lex_skip_lines(lex);
		if (lex->at < lex->end && *lex->at == ',')
			lex->at++;
		else if (lex->at < lex->end && *lex->at != ']')
			return clo_lex_refuse(
				lex,
				"'%s': a comma is missing between two items",
				key->name);
	}
	lex->at++;
	return 0;
}

static int read_scalar(struct clo_lex *lex, const struct clo_toml_key *key,
		       uint8_t *field)
{
	struct clo_lex_scalar scalar;
	int r;

	r = clo_lex_scalar(lex, &scalar);
	if (r)
		return r;
	if (scalar.kind == CLO_LEX_BOOL && key->type == CLO_TOML_BOOL) {
		put_u32(field, scalar.number);
		return 0;
	}
	if (scalar.kind == CLO_LEX_NUMBER && key->type == CLO_TOML_QUANTITY)
		return clo_lex_refuse(
			lex, "'%s' is %s, without a unit; write it as \"%s\"",
			key->name, scalar.text, key->scale->example);
	if (scalar.kind != CLO_LEX_NUMBER || key->type != CLO_TOML_UINT ||
	    scalar.is_negative || scalar.is_huge)
		return refuse_value(lex, key, scalar.text);
	r = clo_toml_check_number(lex, key, scalar.number, scalar.text);
	if (!r)
		put_u32(field, scalar.number);
	return r;
}

int clo_toml_read_value(struct clo_lex *lex, const struct clo_toml_key *key,
			uint8_t *row)
{
	bool is_list = key->type == CLO_TOML_SET || key->type == CLO_TOML_LIST;
	char text[CLO_TOML_TEXT_MAX + 1];
	uint8_t *field = row + key->offset;
	enum clo_lex_kind kind;
	int r;

	r = clo_lex_kind(lex, &kind);
	if (r)
		return r;
	switch (kind) {
	case CLO_LEX_ARRAY:
		if (!is_list)
			return refuse_value(lex, key, "a list");
		memset(field, 0,
		       (size_t)key->size * (key->count ? key->count : 1));
		lex->at++;
		return read_array(lex, key, field);
	case CLO_LEX_STRING:
		r = clo_lex_string(lex, text);
		if (r)
			return r;
		if (is_list)
			return refuse_text(lex, key, text);
		if (key->type == CLO_TOML_STRING)
			memset(field, 0, key->size);
		return put_text(lex, key, text, field, 0);
	default:
		return read_scalar(lex, key, field);
	}
}
