// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a file may say, written down: JSON schema, manual, help.
 */
#include <inttypes.h>
#include <string.h>

#include "base/toml-value.h"

static void json_words(const struct clo_toml_key *key, FILE *out)
{
	bool is_first = true;

	fputs("\"enum\": [", out);
	for (const struct clo_toml_word *w = key->words; w->name; w++) {
		if (key->type == CLO_TOML_SET &&
		    !(key->hi & UINT64_C(1) << (w->value & 63)))
			continue;
		fputs(is_first ? "" : ", ", out);
		clo_toml_quote(w->name, out);
		is_first = false;
	}
	putc(']', out);
}

static void json_pattern(const struct clo_toml_form *form, FILE *out)
{
	if (!form || !form->pattern)
		return;
	fputs(", \"pattern\": ", out);
	clo_toml_quote(form->pattern, out);
}

static void json_quantity(const struct clo_toml_key *key, FILE *out)
{
	const char *bar = "";

	fputs("\"type\": \"string\", \"pattern\": \"^([0-9]{1,12} ?(", out);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(key->scale->units); i++) {
		if (!key->scale->units[i].name)
			break;
		fprintf(out, "%s%s", bar, key->scale->units[i].name);
		bar = "|";
	}
	putc(')', out);
	for (const struct clo_toml_word *w = key->words; w && w->name; w++)
		fprintf(out, "|%s", w->name);
	fputs(")$\"", out);
}

/* Type and limits of a key's value. */
static void json_type(const struct clo_toml_key *key, FILE *out)
{
	switch (key->type) {
	case CLO_TOML_STRING:
		fprintf(out,
			"\"type\": \"string\", \"minLength\": %" PRIu64
			", \"maxLength\": %" PRIu64,
			key->lo, key->hi);
		json_pattern(key->form, out);
		break;
	case CLO_TOML_UINT:
		fprintf(out,
			"\"type\": \"integer\", \"minimum\": %" PRIu64
			", \"maximum\": %" PRIu64,
			key->lo, key->hi);
		break;
	case CLO_TOML_QUANTITY:
		json_quantity(key, out);
		break;
	case CLO_TOML_BOOL:
		fputs("\"type\": \"boolean\"", out);
		break;
	case CLO_TOML_ENUM:
		json_words(key, out);
		break;
	case CLO_TOML_SET:
		fputs("\"type\": \"array\", \"uniqueItems\": true, \"items\": { ",
		      out);
		json_words(key, out);
		fputs(" }", out);
		break;
	case CLO_TOML_LIST:
		fprintf(out,
			"\"type\": \"array\", \"uniqueItems\": true, \"maxItems\": %u, "
			"\"items\": { \"type\": \"string\", \"minLength\": 1",
			key->count);
		json_pattern(key->form, out);
		fputs(" }", out);
		break;
	}
}

static void indent(uint32_t depth, FILE *out)
{
	for (uint32_t i = 0; i < depth; i++)
		fputs("  ", out);
}

static void json_keys(const struct clo_toml_table *table, uint32_t depth,
		      const char **gap, FILE *out)
{
	struct clo_must must;

	for (uint32_t i = 0; i < table->key_count; i++) {
		const struct clo_toml_key *key = &table->keys[i];

		fputs(*gap, out);
		*gap = ",\n";
		indent(depth, out);
		clo_toml_quote(key->name, out);
		fputs(": { ", out);
		json_type(key, out);
		if (key->def)
			fprintf(out, ", \"default\": %s", key->def);
		fputs(", \"description\": ", out);
		clo_toml_quote(key->help, out);
		fputs(", \"$comment\": ", out);
		clo_toml_quote(clo_toml_must(key, &must), out);
		fputs(" }", out);
	}
}

static void json_required(const struct clo_toml_table *table, uint32_t depth,
			  FILE *out)
{
	const char *gap = "";

	indent(depth, out);
	fputs("\"required\": [", out);
	for (uint32_t i = 0; i < table->key_count; i++) {
		if (!table->keys[i].is_required)
			continue;
		fputs(gap, out);
		clo_toml_quote(table->keys[i].name, out);
		gap = ", ";
	}
	fputs("],\n", out);
}

static void json_table(const struct clo_toml_schema *schema,
		       const struct clo_toml_table *table, uint32_t depth,
		       FILE *out);

static void json_tables(const struct clo_toml_schema *schema,
			const char *parent, uint32_t depth, const char **gap,
			FILE *out)
{
	for (uint32_t i = 0; i < schema->table_count; i++) {
		const char *member =
			clo_toml_member(&schema->tables[i], parent);

		if (!member)
			continue;
		fputs(*gap, out);
		*gap = ",\n";
		indent(depth, out);
		clo_toml_quote(member, out);
		fputs(": ", out);
		json_table(schema, &schema->tables[i], depth, out);
	}
}

/* What stands between the braces of an object that is @table. */
static void json_object(const struct clo_toml_schema *schema,
			const struct clo_toml_table *table, uint32_t depth,
			FILE *out)
{
	const char *gap = "";

	indent(depth, out);
	fputs("\"type\": \"object\",\n", out);
	indent(depth, out);
	fputs("\"additionalProperties\": false,\n", out);
	json_required(table, depth, out);
	indent(depth, out);
	fputs("\"properties\": {\n", out);
	json_keys(table, depth + 1, &gap, out);
	json_tables(schema, table->name, depth + 1, &gap, out);
	putc('\n', out);
	indent(depth, out);
	fputs("}\n", out);
}

static void json_table(const struct clo_toml_schema *schema,
		       const struct clo_toml_table *table, uint32_t depth,
		       FILE *out)
{
	fputs("{\n", out);
	indent(depth + 1, out);
	fputs("\"description\": ", out);
	clo_toml_quote(table->help, out);
	fputs(",\n", out);
	if (table->row_count) {
		indent(depth + 1, out);
		fprintf(out,
			"\"type\": \"array\",\n%*s\"maxItems\": %u,\n%*s\"items\": {\n",
			(int)depth * 2 + 2, "", table->row_count,
			(int)depth * 2 + 2, "");
		json_object(schema, table, depth + 2, out);
		indent(depth + 1, out);
		fputs("}\n", out);
	} else {
		json_object(schema, table, depth + 1, out);
	}
	indent(depth, out);
	putc('}', out);
}

void clo_toml_print_schema(const struct clo_toml_schema *schema, FILE *out)
{
	const struct clo_toml_table root = { .name = "" };
	const struct clo_toml_table *top = &root;
	const char *gap = "";

	fputs("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"$id\": ",
	      out);
	clo_toml_quote(schema->id, out);
	fputs(",\n  \"title\": ", out);
	clo_toml_quote(schema->what, out);
	fputs(",\n  \"type\": \"object\",\n  \"additionalProperties\": false,\n  \"required\": [",
	      out);
	for (uint32_t i = 0; i < schema->table_count; i++) {
		const struct clo_toml_table *table = &schema->tables[i];
		bool is_required = false;

		if (!table->name[0])
			top = table;
		for (uint32_t j = 0; j < table->key_count; j++)
			is_required |= table->keys[j].is_required;
		if (!is_required || table->row_count || !table->name[0])
			continue;
		fputs(gap, out);
		clo_toml_quote(table->name, out);
		gap = ", ";
	}
	fputs("],\n  \"properties\": {\n", out);
	gap = "";
	json_keys(top, 2, &gap, out);
	json_tables(schema, "", 2, &gap, out);
	fputs("\n  }\n}\n", out);
}

/* Text as mdoc: no escape, lines of at most 80, no macro at their start. */
static void mdoc_text(const char *text, FILE *out)
{
	size_t column = 0;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (column && column + n > 70) {
			putc('\n', out);
			column = 0;
		} else if (column) {
			putc(' ', out);
		}
		if (!column)
			fputs("\\&", out);
		column += n + 1;
		for (; n; n--, text++) {
			if (*text == '\\')
				fputs("\\e", out);
			else if (*text == '"')
				fputs("\\(dq", out);
			else if (*text == '-')
				fputs("\\-", out);
			else
				putc(*text, out);
		}
		text += *text == ' ';
	}
}

static void mdoc_sentence(const char *text, FILE *out)
{
	char copy[512];

	(void)snprintf(copy, sizeof(copy), "%s.", text);
	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	mdoc_text(copy, out);
	putc('\n', out);
}

static void mdoc_words(const struct clo_toml_key *key, FILE *out)
{
	fputs(".Bl -tag -width Ds -compact\n", out);
	for (const struct clo_toml_word *w = key->words; w->name; w++) {
		if (!w->help || (key->type == CLO_TOML_SET &&
				 !(key->hi & UINT64_C(1) << (w->value & 63))))
			continue;
		fprintf(out, ".It Cm %s\n", w->name);
		mdoc_sentence(w->help, out);
	}
	fputs(".El\n", out);
}

static void mdoc_key(const struct clo_toml_key *key, FILE *out)
{
	char text[sizeof(struct clo_must) + 256];
	bool has_help = false;
	struct clo_must must;

	fprintf(out, ".It Ic %s\n", key->name);
	mdoc_sentence(key->help, out);
	(void)snprintf(text, sizeof(text), "It is %s",
		       clo_toml_must(key, &must));
	mdoc_sentence(text, out);
	if (key->is_required) {
		fputs("It must be set.\n", out);
	} else {
		(void)snprintf(text, sizeof(text), "Default: %s",
			       key->def ? key->def : "none");
		mdoc_sentence(text, out);
	}
	for (const struct clo_toml_word *w = key->words; w && w->name; w++)
		has_help |= w->help != NULL;
	if (has_help)
		mdoc_words(key, out);
}

void clo_toml_print_mdoc(const struct clo_toml_schema *schema, FILE *out)
{
	for (uint32_t i = 0; i < schema->table_count; i++) {
		const struct clo_toml_table *table = &schema->tables[i];

		if (!table->name[0]) {
			fputs(".Ss Before any table\n", out);
		} else {
			fprintf(out, ".Ss Table %s\n.Ql %s%s%s :\n",
				table->name, table->row_count ? "[[" : "[",
				table->name, table->row_count ? "]]" : "]");
		}
		mdoc_sentence(table->help, out);
		if (table->row_count)
			fprintf(out, "At most %u of them.\n", table->row_count);
		fputs(".Bl -tag -width Ds\n", out);
		for (uint32_t j = 0; j < table->key_count; j++)
			mdoc_key(&table->keys[j], out);
		fputs(".El\n", out);
	}
}

void clo_toml_print_help(const struct clo_toml_schema *schema, FILE *out)
{
	struct clo_must must;

	for (uint32_t i = 0; i < schema->table_count; i++) {
		const struct clo_toml_table *table = &schema->tables[i];
		const char *open = table->row_count ? "[[" : "[";
		const char *close = table->row_count ? "]]" : "]";

		if (table->name[0])
			fprintf(out, "%s%s%s%s  %s\n", i ? "\n" : "", open,
				table->name, close, table->help);
		for (uint32_t j = 0; j < table->key_count; j++) {
			const struct clo_toml_key *key = &table->keys[j];

			fprintf(out, "  %-12s  %s\n", key->name, key->help);
			fprintf(out, "  %-12s  it must be %s", "",
				clo_toml_must(key, &must));
			if (key->is_required)
				fputs("; required\n", out);
			else
				fprintf(out, "; default %s\n",
					key->def ? key->def : "none");
		}
	}
}
