// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string.h>

#include "lib/tap.h"
#include "model/cage.h"
#include "model/core.h"
#include "model/form.h"

#define ID "[cage]\nid = 7\n"

/* A file, and the error that it makes ("": none). */
/* clang-format off */
static const struct {
	const char *text, *message;
} cases[] = {
	{ ID, "" },
	{ "", "c.toml: 'id' is missing in [cage]; it must be a number from 2 to 63" },
	{ "[cage]\nid = 1\n", "c.toml:2: 'id' is 1; it must be a number from 2 to 63" },
	{ "[cage]\nid = 64\n", "c.toml:2: 'id' is 64; it must be a number from 2 to 63" },
	{ ID "level = \"High\"\n", "c.toml:3: 'level' is \"High\"; "
	  "it must be a name of a-z, 0-9 and -, with a letter first and no - last" },
};
/* clang-format on */

static void test_cases(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++) {
		struct clo_cage_conf conf = { .id = 77 };
		struct clo_err err = { "" };
		int r;

		r = clo_cage_conf_parse(cases[i].text, strlen(cases[i].text),
					"c.toml", &conf, &err);
		ok(!strcmp(err.text, cases[i].message) &&
			   r == (err.text[0] ? -EINVAL : 0),
		   "case %zu: %d '%s'", i, r, err.text);
		ok(r == 0 || conf.id == 77,
		   "case %zu: the result is left alone", i);
		ok(r != 0 || !clo_cage_conf_check(&conf, &err),
		   "case %zu: what is read is accepted: %s", i, err.text);
	}
}

static void test_schema(void)
{
	struct clo_err err = { "" };

	ok(!clo_toml_check_schema(&clo_cage_schema, &err),
	   "the cage's table makes sense: %s", err.text);
	ok(!clo_toml_check_schema(&clo_core_schema, &err),
	   "the Core's table makes sense: %s", err.text);
}

static void test_builtin(void)
{
	static struct clo_cage_conf conf[2];
	struct clo_err err = { "" };

	for (uint32_t i = 0; i < 2; i++) {
		ok(!clo_cage_conf_builtin(i, &conf[i]), "built-in cage %u", i);
		ok(!clo_cage_conf_check(&conf[i], &err),
		   "built-in cage %u is accepted: %s", i, err.text);
	}
	ok(!strcmp(conf[0].name, "office") && conf[0].id == 2 &&
		   !strcmp(conf[0].level, "low"),
	   "office");
	ok(!strcmp(conf[1].name, "admin") && conf[1].id == 3 &&
		   !strcmp(conf[1].level, "high"),
	   "admin");
	ok(clo_cage_conf_builtin(2, &conf[0]) == -ENOENT, "there are two");
	ok(!clo_cage_conf_check_pair(&conf[0], &conf[1], "a", "b", &err),
	   "they go together: %s", err.text);
}

int main(void)
{
	test_schema();
	test_cases();
	test_builtin();
	return tap_end();
}
