// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Rights in words, both ways.
 */
#include <string.h>

#include "sandbox/sandbox.h"

static const char *const kinds[] = { "fs", "net", "scope" };

/* "0x20000": a right that this version has no word for. */
static bool read_number(const char *word, uint64_t *ret_rights)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t rights = 0;

	if (strncmp(word, "0x", 2) != 0 || !word[2] || strlen(word) > 18)
		return false;
	for (word += 2; *word; word++) {
		const char *d = strchr(digits, *word);

		if (!d)
			return false;
		rights = rights << 4 | (uint64_t)(d - digits);
	}
	*ret_rights = rights;
	return rights != 0;
}

/* Groups of a file's ABI; false if @word is none. */
static bool read_group(uint32_t kind, const char *word, int abi,
		       uint64_t *ret_rights)
{
	const uint64_t read =
		CLOISON_LANDLOCK_FS_EXECUTE | CLOISON_LANDLOCK_FS_READ_FILE |
		CLOISON_LANDLOCK_FS_READ_DIR | CLOISON_LANDLOCK_FS_REFER;
	uint64_t all =
		cloison_landlock_all((enum cloison_landlock_kind)kind, abi);

	if (!strcmp(word, "abi.all"))
		*ret_rights = all;
	else if (kind != CLOISON_LANDLOCK_FS)
		return false;
	else if (!strcmp(word, "abi.read_execute"))
		*ret_rights = all & read;
	else if (!strcmp(word, "abi.read_write"))
		*ret_rights = all & ~(uint64_t)CLOISON_LANDLOCK_FS_EXECUTE;
	else
		return false;
	return true;
}

static int refuse_word(uint32_t kind, const char *word, struct clo_err *err)
{
	uint32_t best = UINT32_MAX;
	const char *near = NULL;
	struct clo_shown shown;

	(void)clo_lex_show(word, &shown);
	for (int bit = 0; bit < 64; bit++) {
		const char *name = cloison_landlock_word(
			(enum cloison_landlock_kind)kind, UINT64_C(1) << bit);

		if (name && clo_toml_nearest(word, name, &best))
			near = name;
	}
	if (near)
		return clo_err_set(err, -EINVAL,
				   "\"%s\" is no right; did you mean \"%s\"?",
				   shown.text, near);
	return clo_err_set(err, -EINVAL,
			   "\"%s\" is no right; cloison_landlock(3) lists them",
			   shown.text);
}

int clo_sandbox_word(uint32_t kind, const char *word, int abi,
		     uint64_t *ret_rights, struct clo_err *err)
{
	uint64_t right =
		cloison_landlock_find((enum cloison_landlock_kind)kind, word);

	if (right) {
		*ret_rights = right;
		return 0;
	}
	if (read_group(kind, word, abi, ret_rights)) {
		if (abi)
			return 0;
		return clo_err_set(
			err, -EINVAL,
			"\"%s\" is a group, and groups are those of an ABI; set 'abi' at the top of the file",
			word);
	}
	if (read_number(word, ret_rights))
		return 0;
	return refuse_word(kind, word, err);
}

static int add_need(struct clo_sandbox *sandbox, uint32_t kind, uint64_t rights,
		    uint32_t statuses, struct clo_err *err)
{
	struct clo_need *need =
		clo_grow(&sandbox->needs, sandbox->need_count, sizeof(*need));

	if (!need)
		return clo_err_set(err, -ENOMEM, "no memory is left");
	sandbox->need_count++;
	need->kind = kind;
	need->rights = rights;
	need->statuses = statuses;
	return 0;
}

int clo_sandbox_need(struct clo_sandbox *sandbox, const char *word,
		     uint32_t statuses, struct clo_err *err)
{
	bool is_all = !strcmp(word, "all");
	struct clo_shown shown;
	uint64_t rights;
	int r = 0;

	for (uint32_t kind = 0; kind < CLO_ARRAY_SIZE(kinds); kind++) {
		size_t n = strlen(kinds[kind]);

		if (!is_all && strncmp(word, kinds[kind], n) != 0)
			continue;
		if (is_all || !word[n]) {
			rights = cloison_landlock_all(
				(enum cloison_landlock_kind)kind,
				CLOISON_LANDLOCK_ABI);
		} else {
			if (word[n] != '.')
				continue;
			r = clo_sandbox_word(kind, word + n + 1,
					     CLOISON_LANDLOCK_ABI, &rights,
					     err);
			if (r)
				return r;
		}
		r = add_need(sandbox, kind, rights, statuses, err);
		if (r || !is_all)
			return r;
	}
	if (is_all)
		return 0;
	return clo_err_set(
		err, -EINVAL,
		"\"%s\" cannot be required; write all, fs, net, scope, or a right as fs.truncate",
		clo_lex_show(word, &shown));
}

void clo_sandbox_print_rights(uint32_t kind, uint64_t rights, FILE *out)
{
	const char *comma = "";

	for (int bit = 0; bit < 64; bit++) {
		uint64_t right = UINT64_C(1) << bit;
		const char *word;

		if (!(rights & right))
			continue;
		word = cloison_landlock_word((enum cloison_landlock_kind)kind,
					     right);
		if (word)
			(void)fprintf(out, "%s\"%s\"", comma, word);
		else
			(void)fprintf(out, "%s\"0x%llx\"", comma,
				      (unsigned long long)right);
		comma = ", ";
	}
}

uint64_t clo_sandbox_gives(const struct clo_sandbox *sandbox,
			   const struct clo_grant *grant)
{
	const struct clo_fragment *f = &sandbox->fragments[grant->fragment];
	uint64_t handled = 0, more = 0;

	if (grant->is_port)
		return grant->rights;
	for (size_t j = 0; j < sandbox->fragment_count; j++) {
		if (sandbox->fragments[j].layer == f->layer)
			handled |= sandbox->fragments[j].handled[0];
	}
#define X(k, bit, name, word, since, by, text)                                 \
	if (CLOISON_LANDLOCK_##k == CLOISON_LANDLOCK_FS && f->abi < (since) && \
	    grant->rights & (uint64_t)(by))                                    \
		more |= UINT64_C(1) << (bit);
	CLOISON_LANDLOCK_TABLE(X)
#undef X
	return grant->rights | (more & handled);
}
