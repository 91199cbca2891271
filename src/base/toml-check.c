// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Structures that came from another process, and tables, checked.
 */
#include <inttypes.h>
#include <stdalign.h>
#include <string.h>

#include "base/toml-value.h"

/* Text of a field: ends with a zero, zeros behind, plain UTF-8. */
static int check_text(const struct clo_lex *lex, const char *name,
		      const uint8_t *field, size_t size)
{
	size_t n = strnlen((const char *)field, size);

	if (n == size)
		return clo_lex_refuse(lex, "'%s' has no end", name);
	if (!clo_toml_is_zero(field + n, size - n))
		return clo_lex_refuse(lex, "'%s' has bytes behind its end",
				      name);
	for (size_t i = 0; i < n;) {
		uint32_t point = 0;
		size_t step =
			clo_utf8_read((const char *)field + i, n - i, &point);

		if (!step || !clo_utf8_is_plain(point))
			return clo_lex_refuse(lex, "'%s' is no plain text",
					      name);
		i += step;
	}
	return 0;
}

static int check_string(const struct clo_lex *lex,
			const struct clo_toml_key *key, const uint8_t *field)
{
	int r;

	r = check_text(lex, key->name, field, key->size);
	if (r)
		return r;
	if (!field[0] && !key->is_required)
		return 0;
	return clo_toml_check_string(lex, key, (const char *)field, key->size);
}

/* A row that is no text: it reads back as what it prints. */
static int check_row(const struct clo_lex *lex, const struct clo_toml_key *key,
		     const uint8_t *row)
{
	alignas(8) uint8_t again[64] = { 0 };
	char text[CLO_TOML_TEXT_MAX + 1];

	if (key->size > sizeof(again))
		return clo_lex_refuse(lex, "'%s' has rows too large",
				      key->name);
	if (key->form->print(row, text, sizeof(text)) &&
	    key->form->store(text, again) && !memcmp(row, again, key->size))
		return 0;
	return clo_lex_refuse(lex, "'%s' has a row out of its range",
			      key->name);
}

static int check_list(const struct clo_lex *lex, const struct clo_toml_key *key,
		      const uint8_t *field)
{
	bool is_text = !key->form || !key->form->store;
	bool was_empty = false;

	for (uint32_t i = 0; i < key->count; i++) {
		const uint8_t *row = field + (size_t)i * key->size;
		int r;

		if (clo_toml_is_zero(row, key->size)) {
			was_empty = true;
			continue;
		}
		if (was_empty)
			return clo_lex_refuse(lex, "'%s' has a gap", key->name);
		for (uint32_t j = 0; j < i; j++) {
			if (!memcmp(row, field + (size_t)j * key->size,
				    key->size))
				return clo_lex_refuse(
					lex, "'%s' has a row twice", key->name);
		}
		if (!is_text) {
			r = check_row(lex, key, row);
		} else {
			r = check_text(lex, key->name, row, key->size);
			if (!r)
				r = clo_toml_check_string(
					lex, key, (const char *)row, key->size);
		}
		if (r)
			return r;
	}
	return 0;
}

static int check_set(const struct clo_lex *lex, const struct clo_toml_key *key,
		     uint64_t set)
{
	for (const struct clo_toml_word *w = key->words; w->name; w++) {
		uint64_t bit = UINT64_C(1) << (w->value & 63);

		if (key->hi & bit)
			set &= ~bit;
	}
	if (!set)
		return 0;
	return clo_lex_refuse(lex, "'%s' has the bits 0x%" PRIx64 " too many",
			      key->name, set);
}

static int check_key(const struct clo_lex *lex, const struct clo_toml_key *key,
		     const uint8_t *row)
{
	const uint8_t *field = row + key->offset;
	char shown[32];
	uint32_t number;

	switch (key->type) {
	case CLO_TOML_STRING:
		return check_string(lex, key, field);
	case CLO_TOML_LIST:
		return check_list(lex, key, field);
	case CLO_TOML_SET:
		return check_set(lex, key, clo_toml_get_u64(field));
	default:
		break;
	}
	number = clo_toml_get_u32(field);
	(void)snprintf(shown, sizeof(shown), "%u", number);
	switch (key->type) {
	case CLO_TOML_BOOL:
		if (number > 1)
			return clo_lex_refuse(lex,
					      "'%s' is %u; it must be 0 or 1",
					      key->name, number);
		return 0;
	case CLO_TOML_ENUM:
		if (!clo_toml_word_name(key->words, number))
			return clo_lex_refuse(lex,
					      "'%s' is %u, which is no word",
					      key->name, number);
		return 0;
	default:
		return clo_toml_check_number(lex, key, number, shown);
	}
}

static int check_keys(const struct clo_lex *lex,
		      const struct clo_toml_table *table, const uint8_t *row)
{
	for (uint32_t i = 0; i < table->key_count; i++) {
		int r;

		r = check_key(lex, &table->keys[i], row);
		if (r)
			return r;
	}
	return 0;
}

static int check_rows(const struct clo_lex *lex,
		      const struct clo_toml_table *table, const uint8_t *conf)
{
	bool was_empty = false;

	for (uint32_t i = 0; i < table->row_count; i++) {
		const uint8_t *row =
			conf + table->offset + (size_t)i * table->row_size;
		int r;

		if (clo_toml_is_zero(row, table->row_size)) {
			was_empty = true;
			continue;
		}
		if (was_empty)
			return clo_lex_refuse(lex, "[[%s]] has a gap",
					      table->name);
		r = check_keys(lex, table, row);
		if (r)
			return r;
	}
	return 0;
}

int clo_toml_check(const struct clo_toml_schema *schema, const void *conf,
		   const char *what, struct clo_err *err)
{
	struct clo_lex lex = { .file = what, .err = err };

	for (uint32_t i = 0; i < schema->table_count; i++) {
		const struct clo_toml_table *table = &schema->tables[i];
		int r;

		if (table->row_count)
			r = check_rows(&lex, table, conf);
		else
			r = check_keys(&lex, table, conf);
		if (r)
			return r;
	}
	return 0;
}

/* Bytes that a key's field takes. */
static uint64_t field_size(const struct clo_toml_key *key)
{
	return (uint64_t)key->size * (key->count ? key->count : 1);
}

static bool has_its_parts(const struct clo_toml_key *key)
{
	bool is_row = key->form && key->form->store;

	switch (key->type) {
	case CLO_TOML_STRING:
		return !is_row && key->size > 1 && key->size <= 512 &&
		       key->hi < key->size && key->lo <= key->hi;
	case CLO_TOML_LIST:
		return key->count && key->size &&
		       (!is_row || key->form->print) && key->size <= 512;
	case CLO_TOML_SET:
		return key->size == 8 && key->words;
	case CLO_TOML_ENUM:
		return key->size == 4 && key->words;
	case CLO_TOML_BOOL:
		return key->size == 4;
	case CLO_TOML_QUANTITY:
		return key->size == 4 && key->scale && key->lo <= key->hi &&
		       key->hi <= UINT32_MAX;
	default:
		return key->size == 4 && key->lo <= key->hi &&
		       key->hi <= UINT32_MAX;
	}
}

/* A number that may be left out says what it then is. */
static bool has_its_default(const struct clo_toml_key *key)
{
	switch (key->type) {
	case CLO_TOML_STRING:
	case CLO_TOML_LIST:
	case CLO_TOML_SET:
		return !key->is_required || !key->def;
	default:
		return key->is_required != (key->def != NULL);
	}
}

static int check_schema_key(const struct clo_lex *lex,
			    const struct clo_toml_table *table,
			    const struct clo_toml_key *key, uint32_t limit)
{
	alignas(16) uint8_t row[CLO_TOML_CONF_MAX] = { 0 };
	struct clo_lex value = *lex;

	if (!key->help)
		return clo_lex_refuse(lex, "'%s' has no help", key->name);
	if (key->offset + field_size(key) > limit)
		return clo_lex_refuse(lex, "'%s' lies outside", key->name);
	if (!has_its_parts(key))
		return clo_lex_refuse(lex, "'%s' is incomplete", key->name);
	if (!has_its_default(key))
		return clo_lex_refuse(lex, "'%s' has no proper default",
				      key->name);
	for (const struct clo_toml_key *k = table->keys; k != key; k++) {
		if (!strcmp(k->name, key->name))
			return clo_lex_refuse(lex, "'%s' comes twice",
					      key->name);
	}
	if (!key->def)
		return 0;
	value.at = key->def;
	value.end = key->def + strlen(key->def);
	return clo_toml_read_value(&value, key, row);
}

static int check_schema_table(const struct clo_lex *lex,
			      const struct clo_toml_schema *schema,
			      const struct clo_toml_table *table)
{
	uint64_t rows = (uint64_t)table->row_count * table->row_size;
	uint32_t limit = table->row_count ? table->row_size : schema->size;

	if (!table->key_count || table->key_count > CLO_TOML_KEYS_MAX)
		return clo_lex_refuse(lex, "[%s] has %u keys", table->name,
				      table->key_count);
	if (table->offset + rows > schema->size)
		return clo_lex_refuse(lex, "[[%s]] lies outside", table->name);
	if (table->row_count && (table->keys[0].type != CLO_TOML_STRING ||
				 !table->keys[0].is_required))
		return clo_lex_refuse(lex, "[[%s]] has no first string",
				      table->name);
	for (uint32_t i = 0; i < table->key_count; i++) {
		int r;

		r = check_schema_key(lex, table, &table->keys[i], limit);
		if (r)
			return r;
	}
	return 0;
}

int clo_toml_check_schema(const struct clo_toml_schema *schema,
			  struct clo_err *err)
{
	struct clo_lex lex = { .file = schema->what, .err = err };

	if (!schema->size || schema->size > CLO_TOML_CONF_MAX ||
	    schema->table_count > CLO_TOML_TABLES_MAX)
		return clo_lex_refuse(&lex, "the schema is too large");
	for (uint32_t i = 0; i < schema->table_count; i++) {
		int r;

		r = check_schema_table(&lex, schema, &schema->tables[i]);
		if (r)
			return r;
	}
	return 0;
}
