// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A cage's file, and the structure that another process says it means: the
 * input is both.  What either accepts, the reader gives.
 */
#include "fuzz.h"
#include "model/cage.h"

static void check_stable(const struct clo_cage_conf *conf)
{
	static struct clo_cage_conf again;
	struct clo_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	must(out);
	must(!clo_cage_conf_check(conf, &err));
	must(clo_cage_is_valid(&conf->limits) && !conf->without);
	clo_toml_print(&clo_cage_schema, conf, out);
	must(!fclose(out));
	must(!clo_cage_conf_parse(text, size, conf->name, &again, &err));
	must(!clo_cage_conf_check(&again, &err));
	must(again.id == conf->id && again.limits.caps == conf->limits.caps &&
	     again.limits.families == conf->limits.families &&
	     !memcmp(again.binds, conf->binds, sizeof(conf->binds)) &&
	     !memcmp(again.services, conf->services, sizeof(conf->services)));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct clo_cage_conf conf;
	struct clo_err err = { "" };

	if (!clo_cage_conf_parse((const char *)data, size, "a/office.toml",
				 &conf, &err)) {
		must(!strcmp(conf.name, "office"));
		check_stable(&conf);
	} else {
		must(err.text[0]);
	}

	/* Pairs of (position, byte) that change a good structure. */
	must(!clo_cage_conf_builtin(0, &conf));
	for (size_t i = 0; i + 3 <= size && i < 3 * 64; i += 3) {
		size_t at = (data[i] | (size_t)data[i + 1] << 8) % sizeof(conf);

		((uint8_t *)&conf)[at] = data[i + 2];
	}
	if (!clo_cage_conf_check(&conf, &err))
		check_stable(&conf);
	return 0;
}
