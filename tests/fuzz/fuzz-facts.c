// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Files that facts are read from: the first byte says which.  What is read has
 * names and values that lie in the input, or are copies that are kept.
 */
#include "audit/fact.h"
#include "fuzz.h"

/* Hashes are of accounts: the file is both. */
static int read_shadow(struct clo_facts *facts, struct clo_text text,
		       const char *file, struct clo_err *err)
{
	if (clo_facts_passwd(facts, text, file, NULL))
		(void)clo_err_set(err, 0, "x");
	return clo_facts_shadow(facts, text, file, err);
}

static int no_include(void *context, struct clo_text pattern)
{
	(void)context;
	return pattern.size ? 0 : -EINVAL;
}

static int read_sshd(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err)
{
	return clo_facts_sshd(facts, text, file, no_include, NULL, err);
}

/* What is read is written, and read again the same. */
static int read_list(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err)
{
	clo_owned_facts struct clo_facts again = { 0 };
	bool is_read[CLO_FACT_KIND_COUNT] = { false };
	bool is_again[CLO_FACT_KIND_COUNT] = { false };
	char *written = NULL;
	size_t size = 0;
	FILE *out;
	int r = clo_facts_list(facts, text, file, is_read, err);

	if (r)
		return r;
	out = open_memstream(&written, &size);
	must(out);
	must(!clo_facts_write(facts, is_read, out));
	must(!fclose(out));
	must(!clo_facts_list(&again, (struct clo_text){ written, size }, "a",
			     is_again, NULL));
	must(!memcmp(is_read, is_again, sizeof(is_read)));
	must(again.count <= facts->count);
	free(written);
	return 0;
}

static int (*const readers[])(struct clo_facts *facts, struct clo_text text,
			      const char *file, struct clo_err *err) = {
	clo_facts_kconfig,
	clo_facts_cmdline,
	clo_facts_sysctl,
	clo_facts_passwd,
	clo_facts_group,
	clo_facts_login,
	clo_facts_fstab,
	clo_facts_mounts,
	clo_facts_dpkg,
	clo_facts_apt,
	clo_facts_apt_stanzas,
	clo_facts_sysctl_d,
	read_shadow,
	read_sshd,
	read_list,
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

		must(clo_facts_find(&facts, f->kind, f->name) == f);
		must(f->kind < CLO_FACT_KIND_COUNT);
	}
	return 0;
}
