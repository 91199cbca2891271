// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox written down: as a profile, for landlockconfig, for setpriv.
 */
#include <string.h>

#include "base/toml-value.h"
#include "sandbox/sandbox.h"

static void print_list(const char *key, uint32_t kind, uint64_t rights,
		       FILE *out)
{
	if (!rights)
		return;
	(void)fprintf(out, "%s = [", key);
	clo_sandbox_print_rights(kind, rights, out);
	(void)fputs("]\n", out);
}

/* `$` begins a variable: written twice it is itself. */
static void print_path(const char *path, FILE *out)
{
	char text[2 * CLO_TOML_FILE_MAX / 16];
	size_t used = 0;

	for (; *path && used + 3 < sizeof(text); path++) {
		if (*path == '$')
			text[used++] = '$';
		text[used++] = *path;
	}
	text[used] = '\0';
	clo_toml_quote(text, out);
}

/* Same rights in a row, same options: one table for all of them. */
static bool joins(const struct clo_grant *a, const struct clo_grant *b)
{
	return a->fragment == b->fragment && a->is_port == b->is_port &&
	       a->rights == b->rights && a->options == b->options;
}

static size_t print_grants(const struct clo_sandbox *s, size_t i, bool is_plain,
			   FILE *out)
{
	const struct clo_grant *first = &s->grants[i];

	(void)fprintf(out, "\n[[%s]]\n",
		      first->is_port ? "net_port" : "path_beneath");
	print_list("allowed_access",
		   first->is_port ? CLOISON_LANDLOCK_NET : CLOISON_LANDLOCK_FS,
		   clo_sandbox_gives(s, first), out);
	(void)fprintf(out, "%s = [", first->is_port ? "port" : "parent");
	for (; i < s->grant_count && joins(first, &s->grants[i]); i++) {
		if (&s->grants[i] != first)
			(void)fputs(", ", out);
		if (first->is_port)
			(void)fprintf(out, "%llu",
				      (unsigned long long)s->grants[i].port);
		else
			print_path(s->grants[i].path, out);
	}
	(void)fputs("]\n", out);
	if (!is_plain && first->options & CLOISON_LANDLOCK_REQUIRED)
		(void)fputs("required = true\n", out);
	if (!is_plain && first->options & CLOISON_LANDLOCK_QUIET)
		(void)fputs("quiet = true\n", out);
	return i;
}

int clo_sandbox_print_toml(const struct clo_sandbox *sandbox, bool is_plain,
			   FILE *out)
{
	const struct clo_sandbox s = *sandbox;
	uint64_t all[CLO_SANDBOX_KINDS] = { 0 };

	if (is_plain && s.layer_count > 1)
		return -ENOTSUP;
	(void)fprintf(out, "abi = %d\n", CLOISON_LANDLOCK_ABI);
	for (uint32_t layer = 0; layer < s.layer_count; layer++) {
		memset(all, 0, sizeof(all));
		for (size_t i = 0; i < s.fragment_count; i++) {
			if (s.fragments[i].layer != layer)
				continue;
			for (int k = 0; k < CLO_SANDBOX_KINDS; k++)
				all[k] |= s.fragments[i].handled[k];
			if (!is_plain)
				(void)fprintf(out, "# layer %u: %s\n", layer,
					      s.fragments[i].name);
		}
		if (all[0] | all[1] | all[2])
			(void)fputs("\n[[ruleset]]\n", out);
		print_list("handled_access_fs", 0, all[0], out);
		print_list("handled_access_net", 1, all[1], out);
		print_list("scoped", 2, all[2], out);
		for (size_t i = 0; i < s.grant_count;) {
			if (s.fragments[s.grants[i].fragment].layer == layer)
				i = print_grants(&s, i, is_plain, out);
			else
				i++;
		}
	}
	return 0;
}

static void print_words(uint64_t rights, FILE *out)
{
	const char *comma = "";

	for (int bit = 0; bit < 64; bit++) {
		const char *word;

		if (!(rights & UINT64_C(1) << bit))
			continue;
		word = cloison_landlock_word(CLOISON_LANDLOCK_FS,
					     UINT64_C(1) << bit);
		(void)fputs(comma, out);
		/* setpriv writes read-file. */
		for (; word && *word; word++)
			(void)fputc(*word == '_' ? '-' : *word, out);
		comma = ",";
	}
}

/* A word of the shell, between single quotes. */
static void print_shell(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '\'')
			(void)fputs("'\\''", out);
		else
			(void)fputc(*text, out);
	}
}

int clo_sandbox_print_setpriv(const struct clo_sandbox *sandbox, FILE *out)
{
	/* What setpriv of util-linux 2.40 has words for: those of ABI 3. */
	uint64_t known = cloison_landlock_all(CLOISON_LANDLOCK_FS, 3);
	uint64_t handled = 0;

	if (sandbox->layer_count > 1)
		return -ENOTSUP;
	for (size_t i = 0; i < sandbox->fragment_count; i++) {
		handled |= sandbox->fragments[i].handled[0];
		if (sandbox->fragments[i].handled[1] |
		    sandbox->fragments[i].handled[2])
			return -ENOTSUP;
	}
	if (handled & ~known)
		return -ENOTSUP;
	(void)fputs("--no-new-privs --landlock-access fs:", out);
	print_words(handled, out);
	for (size_t i = 0; i < sandbox->grant_count; i++) {
		(void)fputs(" --landlock-rule 'path-beneath:", out);
		print_words(sandbox->grants[i].rights, out);
		(void)fputc(':', out);
		print_shell(sandbox->grants[i].path, out);
		(void)fputc('\'', out);
	}
	(void)fputc('\n', out);
	return 0;
}
