/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file with a key of every type, for the tests of the reader.
 */
#ifndef CLO_TESTS_SAMPLE_H
#define CLO_TESTS_SAMPLE_H

#include <string.h>

#include "base/toml.h"

struct sample_row {
	char key[16];
	uint32_t value;
};

struct sample_pair {
	uint16_t a, b;
};

struct sample {
	uint32_t top;
	uint32_t number;
	uint32_t flag;
	uint32_t kind;
	uint64_t set;
	uint32_t size_mib;
	uint32_t time_ms;
	uint32_t share;
	char text[16];
	char path[32];
	char name[8];
	char lines[3][8];
	struct sample_pair pairs[2];
	struct sample_row rows[2];
};

static bool sample_store(const char *text, void *row)
{
	struct sample_pair pair;

	/* "x:y", two digits that are not both 0 */
	if (strlen(text) != 3 || text[1] != ':' || text[0] < '0' ||
	    text[0] > '9' || text[2] < '0' || text[2] > '9' ||
	    !strcmp(text, "0:0"))
		return false;
	pair.a = (uint16_t)(text[0] - '0');
	pair.b = (uint16_t)(text[2] - '0');
	memcpy(row, &pair, sizeof(pair));
	return true;
}

static size_t sample_print(const void *row, char *text, size_t size)
{
	struct sample_pair pair;

	memcpy(&pair, row, sizeof(pair));
	return (size_t)snprintf(text, size, "%u:%u", pair.a, pair.b);
}

static const struct clo_toml_form sample_form = {
	.what = "a pair, as 1:2",
	.pattern = "^[0-9]:[0-9]$",
	.store = sample_store,
	.print = sample_print,
};

static const struct clo_toml_word sample_words[] = {
	{ "red", 0, "the colour of fire" },
	{ "green", 1, "the colour of leaves" },
	{ "blue", 63, NULL },
	{ NULL, 0, NULL },
};

static const struct clo_toml_word sample_none[] = {
	{ "none", 0, "no limit" },
	{ NULL, 0, NULL },
};

/* clang-format off */
#define FIELD(f) .offset = offsetof(struct sample, f), \
	.size = sizeof(((struct sample *)0)->f)
#define ROWS(f) .offset = offsetof(struct sample, f), \
	.size = sizeof(((struct sample *)0)->f[0]), \
	.count = CLO_ARRAY_SIZE(((struct sample *)0)->f)

static const struct clo_toml_key sample_top_keys[] = {
	{ .name = "top", .type = CLO_TOML_UINT, FIELD(top), .hi = 9,
	  .def = "3", .help = "a number at the top" },
};
static const struct clo_toml_key sample_main_keys[] = {
	{ .name = "number", .type = CLO_TOML_UINT, FIELD(number), .lo = 10,
	  .hi = 4294967295, .is_required = true, .help = "a number" },
	{ .name = "flag", .type = CLO_TOML_BOOL, FIELD(flag), .def = "true",
	  .help = "a flag" },
	{ .name = "kind", .type = CLO_TOML_ENUM, FIELD(kind),
	  .words = sample_words, .def = "\"green\"", .help = "a kind" },
	{ .name = "set", .type = CLO_TOML_SET, FIELD(set), .hi = 3,
	  .words = sample_words, .def = "[\"red\"]", .help = "a set" },
	{ .name = "text", .type = CLO_TOML_STRING, FIELD(text), .lo = 0,
	  .hi = 12, .def = "\"so\"", .help = "some text" },
	{ .name = "path", .type = CLO_TOML_STRING, FIELD(path), .lo = 1,
	  .hi = 31, .form = &clo_toml_form_path, .help = "a path" },
	{ .name = "name", .type = CLO_TOML_STRING, FIELD(name), .lo = 2,
	  .hi = 7, .form = &clo_toml_form_name, .help = "a name" },
};
static const struct clo_toml_key sample_more_keys[] = {
	{ .name = "size", .type = CLO_TOML_QUANTITY, FIELD(size_mib), .lo = 4,
	  .hi = 4096, .scale = &clo_toml_scale_mib, .words = sample_none,
	  .def = "\"1 GiB\"", .help = "a size" },
	{ .name = "time", .type = CLO_TOML_QUANTITY, FIELD(time_ms), .lo = 1,
	  .hi = 4294967295, .scale = &clo_toml_scale_ms, .def = "\"10 s\"",
	  .help = "a time" },
	{ .name = "share", .type = CLO_TOML_QUANTITY, FIELD(share), .hi = 100,
	  .scale = &clo_toml_scale_percent, .def = "\"50 %\"",
	  .help = "a share" },
	{ .name = "lines", .type = CLO_TOML_LIST, ROWS(lines),
	  .def = "[\"x\"]", .help = "some lines" },
	{ .name = "pairs", .type = CLO_TOML_LIST, ROWS(pairs),
	  .form = &sample_form, .help = "some pairs" },
};
static const struct clo_toml_key sample_row_keys[] = {
	{ .name = "key", .type = CLO_TOML_STRING,
	  .offset = offsetof(struct sample_row, key), .size = 16, .lo = 1,
	  .hi = 15, .is_required = true, .help = "the key of the row" },
	{ .name = "value", .type = CLO_TOML_UINT,
	  .offset = offsetof(struct sample_row, value), .size = 4, .hi = 99,
	  .def = "5", .help = "the value of the row" },
};

static const struct clo_toml_table sample_tables[] = {
	{ .name = "", .keys = sample_top_keys, .key_count = 1,
	  .help = "the top" },
	{ .name = "main", .keys = sample_main_keys, .key_count = 7,
	  .help = "the main things" },
	{ .name = "more", .keys = sample_more_keys, .key_count = 5,
	  .help = "more things" },
	{ .name = "more.row", .keys = sample_row_keys, .key_count = 2,
	  .row_count = 2, .offset = offsetof(struct sample, rows),
	  .row_size = sizeof(struct sample_row), .help = "a row" },
};
/* clang-format on */
#undef FIELD
#undef ROWS

static const struct clo_toml_schema sample_schema = {
	.what = "a sample",
	.id = "urn:cloison:sample",
	.tables = sample_tables,
	.table_count = CLO_ARRAY_SIZE(sample_tables),
	.size = sizeof(struct sample),
};

#endif
