// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Profiles of sandboxes, in TOML and in JSON.  What is read resolves or says
 * why not; what resolves is written, and reads again.
 */
#include "fuzz.h"
#include "sandbox/sandbox.h"

static void check_error(const struct clo_err *err)
{
	size_t n = strnlen(err->text, sizeof(err->text));

	must(n > 0 && n < sizeof(err->text));
	for (size_t i = 0; i < n;) {
		uint32_t point = 0;
		size_t step = clo_utf8_read(err->text + i, n - i, &point);

		must(step && clo_utf8_is_plain(point));
		i += step;
	}
}

static void check_written(const struct clo_sandbox *sandbox)
{
	struct clo_sandbox again;
	struct clo_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	must(out);
	must(!clo_sandbox_print_toml(sandbox, false, out));
	must(!fclose(out));
	clo_sandbox_init(&again, CLO_COMPOSE_UNION);
	/* What expands to more than a file may hold is no error of ours. */
	if (size <= CLO_TOML_FILE_MAX && sandbox->grant_count &&
	    sandbox->layer_count == 1) {
		must(!clo_sandbox_read(&again, text, size, "again", false,
				       &err));
		must(!clo_sandbox_resolve(&again, &err));
		must(again.grant_count == sandbox->grant_count);
	}
	clo_sandbox_deinit(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)setenv("CLOISON_PROFILE_PATH", "/nowhere", 1);
	for (int is_json = 0; is_json < 2; is_json++) {
		struct clo_sandbox sandbox;
		struct clo_err err = { "" };

		clo_sandbox_init(&sandbox, CLO_COMPOSE_UNION);
		if (clo_sandbox_read(&sandbox, (const char *)data, size, "f",
				     is_json, &err) ||
		    clo_sandbox_resolve(&sandbox, &err))
			check_error(&err);
		else
			check_written(&sandbox);
		clo_sandbox_deinit(&sandbox);
	}
	return 0;
}
