// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Files that facts are read from: the first byte says which.  What is read has
 * names and values that lie in the input, or are copies that are kept.
 */
#include "audit/fact.h"
#include "fuzz.h"

static int (*const readers[])(struct clo_facts *facts, struct clo_text text,
			      const char *file, struct clo_err *err) = {
	clo_facts_kconfig,
	clo_facts_cmdline,
	clo_facts_sysctl,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	clo_owned_facts struct clo_facts facts = { 0 };
	struct clo_err err = { "" };
	struct clo_text text;
	size_t which;

	if (!size)
		return 0;
	which = data[0] % CLO_ARRAY_SIZE(readers);
	text = (struct clo_text){ (const char *)data + 1, size - 1 };
	if (readers[which](&facts, text, "f", &err)) {
		size_t n = strnlen(err.text, sizeof(err.text));

		must(n > 0 && n < sizeof(err.text));
		return 0;
	}
	for (size_t i = 0; i < facts.count; i++) {
		const struct clo_fact *f = &facts.list[i];

		must(f->name.size || which == 1);
		must(clo_facts_find(&facts, f->kind, f->name) == f);
		must(!memchr(f->value.at, '\n', f->value.size) || which == 1);
	}
	return 0;
}
