// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the tables print: the file, JSON, the schema, the manual.
 */
#include "lib/tap.h"
#include "sample.h"

static struct sample conf;
static struct clo_err err;
static char *text;
static size_t size;

static const char full[] = "top = 3\n"
			   "\n[main]\n"
			   "number = 10\n"
			   "flag = true\n"
			   "kind = \"green\"\n"
			   "set = [\"red\", \"green\"]\n"
			   "text = \"a\\\"b\\\\c\"\n"
			   "path = \"/x\"\n"
			   "\n[more]\n"
			   "size = \"1 GiB\"\n"
			   "time = \"1500 ms\"\n"
			   "share = \"50 %\"\n"
			   "lines = [\"x\", \"y\"]\n"
			   "pairs = [\"1:2\"]\n"
			   "\n[[more.row]]\n"
			   "key = \"k\"\n"
			   "value = 5\n"
			   "\n[[more.row]]\n"
			   "key = \"l\"\n"
			   "value = 7\n";

static const char json[] =
	"{\"top\":3,\"main\":{\"number\":10,\"flag\":true,\"kind\":\"green\","
	"\"set\":[\"red\", \"green\"],\"text\":\"a\\\"b\\\\c\",\"path\":\"/x\"},"
	"\"more\":{\"size\":\"1 GiB\",\"time\":\"1500 ms\",\"share\":\"50 %\","
	"\"lines\":[\"x\", \"y\"],\"pairs\":[\"1:2\"],"
	"\"row\":[{\"key\":\"k\",\"value\":5},{\"key\":\"l\",\"value\":7}]}}";

static FILE *start(void)
{
	free(text);
	text = NULL;
	return open_memstream(&text, &size);
}

static void test_full(void)
{
	FILE *out = start();

	ok(!clo_toml_parse(&sample_schema, full, sizeof(full) - 1, "f", &conf,
			   &err),
	   "a file that says all: %s", err.text);
	clo_toml_print(&sample_schema, &conf, out);
	(void)fclose(out);
	ok(!strcmp(text, full), "is printed as it was");
	out = start();
	clo_toml_print_json(&sample_schema, &conf, out);
	(void)fclose(out);
	ok(!strcmp(text, json), "and as JSON: %s", text);
}

static void test_quantities(void)
{
	/* clang-format off */
	static const struct {
		uint32_t mib, ms;
		const char *mib_text, *ms_text;
	} rows[] = {
		{ 0, 1, "size = \"none\"\n", "time = \"1 ms\"\n" },
		{ 4, 1000, "size = \"4 MiB\"\n", "time = \"1 s\"\n" },
		{ 1023, 1001, "size = \"1023 MiB\"\n", "time = \"1001 ms\"\n" },
		{ 1024, 60000, "size = \"1 GiB\"\n", "time = \"1 min\"\n" },
		{ 1536, 90000, "size = \"1536 MiB\"\n", "time = \"90 s\"\n" },
		{ 2048, 7200000, "size = \"2 GiB\"\n", "time = \"2 h\"\n" },
	};
	/* clang-format on */

	for (size_t i = 0; i < CLO_ARRAY_SIZE(rows); i++) {
		FILE *out = start();

		conf.size_mib = rows[i].mib;
		conf.time_ms = rows[i].ms;
		clo_toml_print(&sample_schema, &conf, out);
		(void)fclose(out);
		ok(strstr(text, rows[i].mib_text) &&
			   strstr(text, rows[i].ms_text),
		   "%u MiB, %u ms", rows[i].mib, rows[i].ms);
	}
}

static void has(const char *part)
{
	const char *name = part + strspn(part, "\n");

	ok(strstr(text, part) != NULL, "%.*s", (int)strcspn(name, "\n"), name);
}

static void test_schema(void)
{
	FILE *out = start();

	clo_toml_print_schema(&sample_schema, out);
	(void)fclose(out);
	has("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"");
	has("\"$id\": \"urn:cloison:sample\"");
	has("\"required\": [\"main\"]");
	has("\"top\": { \"type\": \"integer\", \"minimum\": 0, \"maximum\": 9, \"default\": 3");
	has("\"required\": [\"number\"]");
	has("\"flag\": { \"type\": \"boolean\", \"default\": true");
	has("\"kind\": { \"enum\": [\"red\", \"green\", \"blue\"], \"default\": \"green\"");
	has("\"set\": { \"type\": \"array\", \"uniqueItems\": true, \"items\": { \"enum\": [\"red\", \"green\"] }");
	has("\"size\": { \"type\": \"string\", \"pattern\": \"^([0-9]{1,12} ?(MiB|GiB|TiB)|none)$\"");
	has("\"pattern\": \"^[0-9]:[0-9]$\"");
	has("\"maxItems\": 2");
}

static void test_manual(void)
{
	FILE *out = start();

	clo_toml_print_mdoc(&sample_schema, out);
	(void)fclose(out);
	has(".Ss Before any table\n");
	has(".Ss Table main\n.Ql [main] :\n");
	has(".Ss Table more.row\n.Ql [[more.row]] :\n");
	has(".It Ic number\n\\&A number.\n");
	has("\\&It is a number from 10 to 4294967295.\nIt must be set.\n");
	has("\\&Default: \\(dq1 GiB\\(dq.\n");
	has(".It Cm none\n\\&No limit.\n");
	has("At most 2 of them.\n");
	ok(!strstr(text, "\n'"), "no line starts with a tick");
	out = start();
	clo_toml_print_help(&sample_schema, out);
	(void)fclose(out);
	has("[[more.row]]  a row\n");
	has("it must be a number from 10 to 4294967295; required\n");
	has("it must be one of \"red\", \"green\", \"blue\"; default \"green\"\n");
}

int main(void)
{
	test_full();
	test_quantities();
	test_schema();
	test_manual();
	free(text);
	return tap_end();
}
