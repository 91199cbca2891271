// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Structures that no file could give, and tables that make no sense.
 */
#include "lib/tap.h"
#include "sample.h"

static struct sample conf;
static struct clo_err err;

static void reset(void)
{
	static const char text[] =
		"[main]\nnumber = 10\npath = '/a'\nname = 'ab'\n"
		"[more]\npairs = ['1:2']\n"
		"[[more.row]]\nkey = 'k'\n";

	if (clo_toml_parse(&sample_schema, text, sizeof(text) - 1, "f", &conf,
			   &err))
		printf("Bail out! %s\n", err.text);
}

#define BAD(message, ...)                                              \
	do {                                                           \
		reset();                                               \
		__VA_ARGS__;                                           \
		ok(clo_toml_check(&sample_schema, &conf, "s", &err) == \
				   -EINVAL &&                          \
			   !strcmp(err.text, message),                 \
		   "%s", err.text);                                    \
	} while (0)
#define GOOD(...)                                                         \
	do {                                                              \
		reset();                                                  \
		__VA_ARGS__;                                              \
		ok(clo_toml_check(&sample_schema, &conf, "s", &err) == 0, \
		   "good: %s", #__VA_ARGS__);                             \
	} while (0)

static void test_structure(void)
{
	GOOD();
	GOOD(conf.path[1] = 'b');
	GOOD(memset(conf.path, 0, sizeof(conf.path)));
	GOOD(memset(conf.text, 0, sizeof(conf.text)));
	GOOD(memset(conf.pairs, 0, sizeof(conf.pairs)));
	GOOD(memset(conf.rows, 0, sizeof(conf.rows)));
	GOOD(conf.size_mib = 0);
	GOOD(conf.kind = 63);
	BAD("s: 'top' is 10; it must be a number from 0 to 9", conf.top = 10);
	BAD("s: 'number' is 9; it must be a number from 10 to 4294967295",
	    conf.number = 9);
	BAD("s: 'flag' is 2; it must be 0 or 1", conf.flag = 2);
	BAD("s: 'kind' is 2, which is no word", conf.kind = 2);
	BAD("s: 'set' has the bits 0x4 too many", conf.set = 7);
	BAD("s: 'set' has the bits 0x8000000000000000 too many",
	    conf.set = UINT64_C(1) << 63);
	BAD("s: 'size' is 3; it must be a size between quotes, from \"4 MiB\" "
	    "to \"4 GiB\", or \"none\"",
	    conf.size_mib = 3);
	BAD("s: 'time' is 0; it must be a time between quotes, from \"1 ms\" "
	    "to \"4294967295 ms\"",
	    conf.time_ms = 0);
	BAD("s: 'share' is 101; it must be a percentage between quotes, from "
	    "\"0 %\" to \"100 %\"",
	    conf.share = 101);
	BAD("s: 'text' has no end", memset(conf.text, 'x', 16));
	BAD("s: 'text' has 15 bytes; it must have 1 to 12",
	    memset(conf.text, 'x', 15));
	BAD("s: 'text' has bytes behind its end", conf.text[9] = 'x');
	BAD("s: 'text' has bytes behind its end", conf.text[0] = '\0');
	BAD("s: 'text' is no plain text", conf.text[0] = '\n');
	BAD("s: 'text' is no plain text", conf.text[0] = '\x80');
	BAD("s: 'path' is \"xa\"; it must be an absolute path without '.', "
	    "'..' or a '/' too many",
	    conf.path[0] = 'x');
	BAD("s: 'path' is \"/a/..\"; it must be an absolute path without '.', "
	    "'..' or a '/' too many",
	    memcpy(conf.path, "/a/..", 5));
	BAD("s: 'path' has bytes behind its end", conf.path[31] = 'x');
	BAD("s: 'name' has 1 bytes; it must have 2 to 7", conf.name[1] = '\0');
	BAD("s: 'lines' has no end", memset(conf.lines[0], 'x', 8));
	BAD("s: 'lines' has a gap", memset(conf.lines[0], 0, 8);
	    conf.lines[1][0] = 'x');
	BAD("s: 'lines' has a row twice", conf.lines[1][0] = 'x');
	BAD("s: 'lines' has bytes behind its end", conf.lines[0][0] = '\0';
	    conf.lines[0][2] = 'x');
	BAD("s: 'pairs' has a row out of its range", conf.pairs[0].a = 10);
	BAD("s: 'pairs' has a row twice", conf.pairs[1] = conf.pairs[0]);
	BAD("s: 'pairs' has a gap", conf.pairs[1] = conf.pairs[0];
	    memset(conf.pairs, 0, sizeof(conf.pairs[0])));
	BAD("s: 'key' is empty; write it between the quotes",
	    memset(conf.rows[0].key, 0, 16));
	BAD("s: 'key' has bytes behind its end", conf.rows[0].key[9] = 1);
	BAD("s: 'value' is 100; it must be a number from 0 to 99",
	    conf.rows[0].value = 100);
	BAD("s: [[more.row]] has a gap", conf.rows[1] = conf.rows[0];
	    memset(conf.rows, 0, sizeof(conf.rows[0])));
}

/* Whatever the bytes are, the check comes to an answer; what it takes, the
 * reader gives: printed and read again it is the same. */
static void test_random(void)
{
	/* Not the bytes behind the last field, which mean nothing. */
	const size_t used = offsetof(struct sample, rows) + sizeof(conf.rows);
	uint32_t state = 1;
	size_t taken = 0;
	bool is_same = true;

	for (int round = 0; round < 20000; round++) {
		static struct sample again;
		char *text = NULL;
		size_t size = 0;
		FILE *out;

		reset();
		for (int i = 0; i < 2; i++) {
			state = state * 1664525 + 1013904223;
			((uint8_t *)&conf)[(state >> 8) % used] =
				(uint8_t)(state >> 28);
		}
		if (clo_toml_check(&sample_schema, &conf, "s", &err))
			continue;
		out = open_memstream(&text, &size);
		if (!out)
			return;
		clo_toml_print(&sample_schema, &conf, out);
		(void)fclose(out);
		memset(&again, 0, sizeof(again));
		if (clo_toml_parse(&sample_schema, text, size, "again", &again,
				   &err) ||
		    memcmp(&again, &conf, used) != 0) {
			is_same = false;
			printf("# %s\n%s\n", err.text, text);
		}
		free(text);
		taken++;
	}
	ok(is_same && taken > 100,
	   "%zu changed structures were accepted, each one a file could give",
	   taken);
}

/* One thing of the sample's tables changed. */
static void bad_schema(const struct clo_toml_table *table,
		       const struct clo_toml_key *keys, const char *message)
{
	struct clo_toml_table tables[4];
	struct clo_toml_schema schema = sample_schema;

	memcpy(tables, sample_tables, sizeof(tables));
	tables[1] = *table;
	if (keys)
		tables[1].keys = keys;
	schema.tables = tables;
	ok(clo_toml_check_schema(&schema, &err) == -EINVAL &&
		   !strcmp(err.text, message),
	   "%s", err.text);
}

#define KEY_BAD(message, ...)                                 \
	do {                                                  \
		struct clo_toml_key keys[7], *k = keys;       \
		memcpy(keys, sample_main_keys, sizeof(keys)); \
		__VA_ARGS__;                                  \
		bad_schema(&sample_tables[1], keys, message); \
	} while (0)

static void test_schema(void)
{
	struct clo_toml_schema large = sample_schema;
	struct clo_toml_table table = sample_tables[1];

	ok(!clo_toml_check_schema(&sample_schema, &err), "the sample is good");
	large.size = CLO_TOML_CONF_MAX + 1;
	ok(clo_toml_check_schema(&large, &err) == -EINVAL, "%s", err.text);
	ok(clo_toml_parse(&large, "", 0, "f", &conf, &err) == -EINVAL &&
		   !strcmp(err.text,
			   "a sample: the structure has 12289 bytes; it may have 12288"),
	   "%s", err.text);
	table.key_count = 0;
	bad_schema(&table, NULL, "a sample: [main] has 0 keys");
	table.key_count = CLO_TOML_KEYS_MAX + 1;
	bad_schema(&table, NULL, "a sample: [main] has 25 keys");
	table = sample_tables[1];
	table.row_count = 1000;
	table.row_size = 8;
	bad_schema(&table, NULL, "a sample: [[main]] lies outside");
	table.row_count = 1;
	bad_schema(&table, NULL, "a sample: [[main]] has no first string");
	KEY_BAD("a sample: 'number' lies outside",
		k->offset = sizeof(conf) - 3);
	KEY_BAD("a sample: 'number' has no help", k->help = NULL);
	KEY_BAD("a sample: 'number' is incomplete", k->size = 8);
	KEY_BAD("a sample: 'number' is incomplete", k->lo = k->hi + 1);
	KEY_BAD("a sample: 'number' is incomplete", k->hi = 1ULL << 32);
	KEY_BAD("a sample: 'number' has no proper default",
		k->is_required = false);
	KEY_BAD("a sample: 'number' has no proper default", k->def = "10");
	KEY_BAD("a sample: 'flag' comes twice", k[2].name = "flag");
	KEY_BAD("a sample: 'flag' is 2; it must be true or false",
		k[1].def = "2");
	KEY_BAD("a sample: 'kind' is incomplete", k[2].words = NULL);
	KEY_BAD("a sample: 'set' is incomplete", k[3].size = 4);
	KEY_BAD("a sample: 'text' is incomplete", k[4].hi = 16);
	KEY_BAD("a sample: 'text' is incomplete", k[4].form = &sample_form);
}

int main(void)
{
	test_structure();
	test_random();
	test_schema();
	return tap_end();
}
