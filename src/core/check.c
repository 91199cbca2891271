// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/config.h"
#include "core/files.h"
#include "core/bounds.h"

static const struct clo_account nobody = { 65534, 65534 };
static char names[CLO_CAGES_MAX][CLO_NAME_MAX + 1];
static struct clo_conf_answer answers[CLO_CAGES_MAX];

static int say(const struct clo_err *err)
{
	(void)fprintf(stderr, "cloisond: %s\n", err->text);
	return 2;
}

/* Two files that are right alone may not be right together. */
static int check_pairs(size_t count)
{
	int status = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < i; k++) {
			struct clo_err err = { 0 };
			char a[64], b[64];
			struct clo_cage_place a_place = { .where = a };
			struct clo_cage_place b_place = { .where = b };

			if (!answers[i].cage.id || !answers[k].cage.id)
				continue; /* said already */
			(void)snprintf(a, sizeof(a), "%s.toml", names[i]);
			(void)snprintf(b, sizeof(b), "%s.toml", names[k]);
			if (clo_cage_conf_check_pair(&answers[i].cage,
						     &answers[k].cage, &a_place,
						     &b_place, &err))
				status = say(&err);
		}
	}
	return status;
}

int clo_check_files(void)
{
	struct clo_err err = { 0 };
	struct clo_conf_answer core;
	int status = 0;
	size_t count;

	if (clo_config_ask(&nobody, CLO_CORE_FILE, "core", "-", &core, &err))
		status = say(&err);
	count = clo_files_names(CLO_CAGE_DIR, ".toml", names, CLO_CAGES_MAX);
	for (size_t i = 0; i < count; i++) {
		char path[128];

		err.text[0] = '\0';
		(void)snprintf(path, sizeof(path), "%s/%s.toml", CLO_CAGE_DIR,
			       names[i]);
		if (clo_config_ask(&nobody, path, "cage", names[i], &answers[i],
				   &err)) {
			status = say(&err);
			answers[i].cage.id = 0;
		}
	}
	if (check_pairs(count))
		status = 2;
	if (!status)
		(void)printf("%s and %zu cages are right\n", CLO_CORE_FILE,
			     count);
	return status;
}
