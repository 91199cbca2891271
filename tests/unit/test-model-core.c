// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string.h>

#include "lib/tap.h"
#include "model/core.h"

/* clang-format off */
static const struct {
	const char *text, *message;
} cases[] = {
	{ "", "" },
	{ "# nothing\n", "" },
	{ "lock = false\ngroup = \"wheel\"\nlog-size = \"1 GiB\"\nstop-timeout = \"1 min\"\n", "" },
	{ "lock = 0\n", "f:1: 'lock' is 0; it must be true or false" },
	{ "lokc = false\n", "f:1: 'lokc' is no key of the top of the file; did you mean 'lock'?" },
	{ "[core]\n", "f:1: 'core' is no table of the Core's file; the manual lists them" },
	{ "group = \"root\"\n", "f:1: 'group' is \"root\"; it must be a name of a-z, 0-9, _ and -, not root" },
	{ "group = \"\"\n", "f:1: 'group' is empty; leave the line out" },
	{ "log-size = \"0 MiB\"\n",
	  "f:1: 'log-size' is \"0 MiB\"; it must be a size between quotes, from \"1 MiB\" to \"1 GiB\"" },
	{ "log_size = \"8 MiB\"\n", "f:1: 'log_size' is no key of the top of the file; did you mean 'log-size'?" },
	{ "stop-timeout = \"99 ms\"\n",
	  "f:1: 'stop-timeout' is \"99 ms\"; it must be a time between quotes, from \"100 ms\" to \"10 min\"" },
	{ "stop-timeout = 10\n", "f:1: 'stop-timeout' is 10, without a unit; write it as \"10 s\"" },
	{ "lock = true\nlock = true\n", "f:2: 'lock' is set twice, first on line 1; keep one" },
};
/* clang-format on */

int main(void)
{
	struct clo_core_conf conf;
	struct clo_err err = { "" };

	ok(!clo_toml_check_schema(&clo_core_schema, &err),
	   "the table makes sense: %s", err.text);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++) {
		int r;

		memset(&err, 0, sizeof(err));
		memset(&conf, 0x5a, sizeof(conf));
		r = clo_core_conf_parse(cases[i].text, strlen(cases[i].text),
					"f", &conf, &err);
		ok(!strcmp(err.text, cases[i].message) &&
			   r == (*cases[i].message ? -EINVAL : 0),
		   "case %zu: '%s'", i, err.text);
		if (r)
			ok(conf.lock == 0x5a5a5a5a,
			   "case %zu: the result is left alone", i);
		else
			ok(!clo_core_conf_check(&conf, &err),
			   "case %zu: is accepted", i);
	}
	ok(!clo_core_conf_parse("", 0, "f", &conf, &err) && conf.lock == 1 &&
		   !strcmp(conf.group, "cloison") && conf.log_size_mib == 8 &&
		   conf.stop_timeout_ms == 10000,
	   "the defaults");
	conf.lock = 2;
	ok(clo_core_conf_check(&conf, &err) == -EINVAL, "%s", err.text);
	conf.lock = 1;
	memset(conf.group, 'a', sizeof(conf.group));
	ok(clo_core_conf_check(&conf, &err) == -EINVAL, "%s", err.text);
	return tap_end();
}
