// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A structure written as TOML and as JSON.
 */
#include <inttypes.h>
#include <string.h>

#include "base/toml-value.h"

void clo_toml_quote(const char *text, FILE *out)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc(*text, out);
	}
	putc('"', out);
}

const char *clo_toml_member(const struct clo_toml_table *table,
			    const char *parent)
{
	size_t n = strlen(parent);
	const char *member = table->name;

	if (n) {
		if (strncmp(member, parent, n) != 0 || member[n] != '.')
			return NULL;
		member += n + 1;
	}
	return *member && !strchr(member, '.') ? member : NULL;
}

static void print_set(const struct clo_toml_key *key, uint64_t set, FILE *out)
{
	bool is_first = true;

	putc('[', out);
	for (const struct clo_toml_word *w = key->words; w->name; w++) {
		if (!(set & UINT64_C(1) << (w->value & 63)))
			continue;
		fputs(is_first ? "" : ", ", out);
		clo_toml_quote(w->name, out);
		is_first = false;
	}
	putc(']', out);
}

static void print_list(const struct clo_toml_key *key, const uint8_t *field,
		       FILE *out)
{
	char text[CLO_TOML_TEXT_MAX + 1];

	putc('[', out);
	for (uint32_t i = 0; i < key->count; i++) {
		const uint8_t *row = field + (size_t)i * key->size;
		const char *item = (const char *)row;

		if (clo_toml_is_zero(row, key->size))
			break;
		if (key->form && key->form->print) {
			(void)key->form->print(row, text, sizeof(text));
			item = text;
		}
		fputs(i ? ", " : "", out);
		clo_toml_quote(item, out);
	}
	putc(']', out);
}

static void print_value(const struct clo_toml_key *key, const uint8_t *field,
			FILE *out)
{
	const char *word;
	char text[64];

	switch (key->type) {
	case CLO_TOML_STRING:
		clo_toml_quote((const char *)field, out);
		break;
	case CLO_TOML_UINT:
		fprintf(out, "%" PRIu32, clo_toml_get_u32(field));
		break;
	case CLO_TOML_QUANTITY:
		clo_toml_quantity(key, clo_toml_get_u32(field), text,
				  sizeof(text));
		clo_toml_quote(text, out);
		break;
	case CLO_TOML_BOOL:
		fputs(clo_toml_get_u32(field) ? "true" : "false", out);
		break;
	case CLO_TOML_ENUM:
		word = clo_toml_word_name(key->words, clo_toml_get_u32(field));
		clo_toml_quote(word ? word : "", out);
		break;
	case CLO_TOML_SET:
		print_set(key, clo_toml_get_u64(field), out);
		break;
	case CLO_TOML_LIST:
		print_list(key, field, out);
		break;
	}
}

/* Text that is not set, and that a file could not set to be empty. */
static bool is_left_out(const struct clo_toml_key *key, const uint8_t *row)
{
	return key->type == CLO_TOML_STRING && key->lo && !row[key->offset];
}

static void print_keys(const struct clo_toml_table *table, const uint8_t *row,
		       FILE *out)
{
	for (uint32_t i = 0; i < table->key_count; i++) {
		const struct clo_toml_key *key = &table->keys[i];

		if (is_left_out(key, row))
			continue;
		fprintf(out, "%s = ", key->name);
		print_value(key, row + key->offset, out);
		putc('\n', out);
	}
}

static const uint8_t *row_at(const struct clo_toml_table *table,
			     const uint8_t *conf, uint32_t index)
{
	const uint8_t *row =
		conf + table->offset + (size_t)index * table->row_size;

	if (index >= table->row_count || clo_toml_is_zero(row, table->row_size))
		return NULL;
	return row;
}

void clo_toml_print(const struct clo_toml_schema *schema, const void *conf,
		    FILE *out)
{
	const char *gap = "";

	for (uint32_t i = 0; i < schema->table_count; i++) {
		const struct clo_toml_table *table = &schema->tables[i];
		const uint8_t *row;

		for (uint32_t j = 0; (row = row_at(table, conf, j)); j++) {
			fprintf(out, "%s[[%s]]\n", gap, table->name);
			print_keys(table, row, out);
			gap = "\n";
		}
		if (table->row_count)
			continue;
		if (table->name[0])
			fprintf(out, "%s[%s]\n", gap, table->name);
		print_keys(table, conf, out);
		gap = "\n";
	}
}

static void print_json_keys(const struct clo_toml_table *table,
			    const uint8_t *row, bool *is_first, FILE *out)
{
	for (uint32_t i = 0; i < table->key_count; i++) {
		const struct clo_toml_key *key = &table->keys[i];

		if (is_left_out(key, row))
			continue;
		fputs(*is_first ? "" : ",", out);
		*is_first = false;
		clo_toml_quote(key->name, out);
		putc(':', out);
		print_value(key, row + key->offset, out);
	}
}

static void print_json_table(const struct clo_toml_schema *schema,
			     const struct clo_toml_table *table,
			     const uint8_t *conf, FILE *out);

/* Members of the object of table @name: "x" for "name.x"; all for "". */
static void print_json_tables(const struct clo_toml_schema *schema,
			      const char *name, const uint8_t *conf,
			      bool *is_first, FILE *out)
{
	for (uint32_t i = 0; i < schema->table_count; i++) {
		const struct clo_toml_table *table = &schema->tables[i];
		const char *member = clo_toml_member(table, name);

		if (!member)
			continue;
		fputs(*is_first ? "" : ",", out);
		*is_first = false;
		clo_toml_quote(member, out);
		putc(':', out);
		print_json_table(schema, table, conf, out);
	}
}

static void print_json_table(const struct clo_toml_schema *schema,
			     const struct clo_toml_table *table,
			     const uint8_t *conf, FILE *out)
{
	const uint8_t *row;
	bool is_first = true;

	if (!table->row_count) {
		putc('{', out);
		print_json_keys(table, conf, &is_first, out);
		print_json_tables(schema, table->name, conf, &is_first, out);
		putc('}', out);
		return;
	}
	putc('[', out);
	for (uint32_t i = 0; (row = row_at(table, conf, i)); i++) {
		fputs(i ? ",{" : "{", out);
		is_first = true;
		print_json_keys(table, row, &is_first, out);
		putc('}', out);
	}
	putc(']', out);
}

void clo_toml_print_json(const struct clo_toml_schema *schema, const void *conf,
			 FILE *out)
{
	bool is_first = true;

	putc('{', out);
	for (uint32_t i = 0; i < schema->table_count; i++) {
		if (!schema->tables[i].name[0])
			print_json_keys(&schema->tables[i], conf, &is_first,
					out);
	}
	print_json_tables(schema, "", conf, &is_first, out);
	putc('}', out);
}
