// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The reader, with a key of every type.  What is read is accepted by the check
 * and, printed, reads the same; an error is one line that is safe to print.
 */
#include "fuzz.h"
#include "unit/sample.h"

static void check_error(const struct clo_err *err)
{
	size_t n = strnlen(err->text, sizeof(err->text));

	must(n > 0 && n < sizeof(err->text) && err->text[0] == 'f');
	for (size_t i = 0; i < n;) {
		uint32_t point = 0;
		size_t step = clo_utf8_read(err->text + i, n - i, &point);

		must(step && clo_utf8_is_plain(point));
		i += step;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sample conf, again;
	struct clo_err err = { "" };
	char *text = NULL;
	size_t text_size = 0;
	FILE *out;

	memset(&conf, 0x5a, sizeof(conf));
	if (clo_toml_parse(&sample_schema, (const char *)data, size, "f", &conf,
			   &err)) {
		must(conf.number == 0x5a5a5a5a);
		check_error(&err);
		return 0;
	}
	must(!clo_toml_check(&sample_schema, &conf, "f", &err));
	out = open_memstream(&text, &text_size);
	must(out);
	clo_toml_print(&sample_schema, &conf, out);
	must(!fclose(out));
	must(!clo_toml_parse(&sample_schema, text, text_size, "again", &again,
			     &err));
	must(!memcmp(&conf, &again, sizeof(conf)));
	free(text);
	return 0;
}
