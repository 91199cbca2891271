// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a profile may say: landlockconfig's words, and ours beside them.
 *
 * Source: landlock-lsm/landlockconfig, its schema, read unchanged.
 */
#include <string.h>

#include "sandbox/profile.h"

enum type { TEXT, TEXTS, NUMBER, NUMBERS, BOOL };
enum table { TOP, PROFILE, VARIABLE, RULESET, PATHS, PORTS, DENY, ASSERT };
enum { KEYS = 7 };

struct spec {
	const char *name;
	enum type type;
	bool is_required;
};

/* clang-format off */
static const struct {
	const char *name;
	bool is_row;
	struct spec keys[KEYS];
} tables[] = {
	[TOP] = { "", false, { { "abi", NUMBER, false } } },
	[PROFILE] = { "profile", false, {
		{ "description", TEXT, false }, { "include", TEXTS, false },
		{ "layer", TEXT, false }, { "require", TEXTS, false } } },
	[VARIABLE] = { "variable", true, {
		{ "name", TEXT, true }, { "literal", TEXTS, false } } },
	[RULESET] = { "ruleset", true, {
		{ "handled_access_fs", TEXTS, false }, { "handled_access_net", TEXTS, false },
		{ "scoped", TEXTS, false } } },
	[PATHS] = { "path_beneath", true, {
		{ "allowed_access", TEXTS, true }, { "parent", TEXTS, true },
		{ "required", BOOL, false }, { "quiet", BOOL, false } } },
	[PORTS] = { "net_port", true, {
		{ "allowed_access", TEXTS, true }, { "port", NUMBERS, true },
		{ "required", BOOL, false }, { "quiet", BOOL, false } } },
	[DENY] = { "deny_beneath", true, {
		{ "denied_access", TEXTS, true }, { "parent", TEXTS, true } } },
	[ASSERT] = { "assert", true, {
		{ "allow", TEXTS, false }, { "deny", TEXTS, false },
		{ "path", TEXTS, false }, { "port", NUMBERS, false } } },
};
/* clang-format on */

struct reader {
	struct clo_sandbox *sandbox;
	const struct clo_doc *doc;
	const struct clo_doc_key *keys[KEYS]; /* of the table at hand */
	int abi; /* 0: the file gives none */
	clo_include *include;
	struct clo_err *err;
};

static int refuse(const struct reader *r, uint32_t line, const char *format,
		  ...) clo_printf(3, 4);

static int refuse(const struct reader *r, uint32_t line, const char *format,
		  ...)
{
	char what[sizeof(r->err->text)];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return clo_err_set(r->err, -EINVAL, "%s:%u: %s", r->doc->file, line,
			   what);
}

static int refuse_key(const struct reader *r, enum table table,
		      const struct clo_doc_key *key)
{
	uint32_t best = UINT32_MAX;
	const char *near = NULL;
	struct clo_shown shown;

	(void)clo_lex_show(key->name, &shown);
	for (int i = 0; i < KEYS && tables[table].keys[i].name; i++) {
		if (clo_toml_nearest(key->name, tables[table].keys[i].name,
				     &best))
			near = tables[table].keys[i].name;
	}
	if (near)
		return refuse(r, key->line,
			      "'%s' is no key here; did you mean '%s'?",
			      shown.text, near);
	return refuse(r, key->line, "'%s' is no key of %s", shown.text,
		      table == TOP ? "the top of the file" :
				     tables[table].name);
}

static int check_type(const struct reader *r, const struct clo_doc_key *key,
		      enum type type)
{
	bool wants_list = type == TEXTS || type == NUMBERS;
	enum clo_doc_kind kind = type == BOOL ? CLO_DOC_BOOL :
				 type == TEXT || type == TEXTS ?
						CLO_DOC_STRING :
						CLO_DOC_NUMBER;
	static const char *const words[] = {
		[TEXT] = "text between quotes", [TEXTS] = "a list of texts",
		[NUMBER] = "a number",		[NUMBERS] = "a list of numbers",
		[BOOL] = "true or false",
	};

	if (key->is_list != wants_list)
		return refuse(r, key->line, "'%s' must be %s", key->name,
			      words[type]);
	if (!key->count)
		return refuse(r, key->line,
			      "'%s' is an empty list; leave the line out",
			      key->name);
	for (size_t i = 0; i < key->count; i++) {
		const struct clo_doc_value *v = &r->doc->values[key->first + i];

		if (v->kind != kind)
			return refuse(r, v->line, "'%s' must be %s", key->name,
				      words[type]);
	}
	return 0;
}

/* Collects the keys of a table, each known, of its type. */
static int gather(struct reader *r, uint32_t index, enum table table,
		  size_t *at)
{
	memset(r->keys, 0, sizeof(r->keys));
	for (; *at < r->doc->key_count; (*at)++) {
		const struct clo_doc_key *key = &r->doc->keys[*at];
		int i, e;

		if (key->table != index)
			break;
		for (i = 0; i < KEYS && tables[table].keys[i].name; i++) {
			if (!strcmp(tables[table].keys[i].name, key->name))
				break;
		}
		if (i == KEYS || !tables[table].keys[i].name)
			return refuse_key(r, table, key);
		e = check_type(r, key, tables[table].keys[i].type);
		if (e)
			return e;
		r->keys[i] = key;
	}
	for (int i = 0; i < KEYS && tables[table].keys[i].name; i++) {
		if (tables[table].keys[i].is_required && !r->keys[i])
			return refuse(r, r->doc->tables[index].line,
				      "'%s' is missing in [[%s]]",
				      tables[table].keys[i].name,
				      tables[table].name);
	}
	return 0;
}

static const struct clo_doc_value *value(const struct reader *r, int key,
					 size_t i)
{
	return &r->doc->values[r->keys[key]->first + i];
}

static size_t count(const struct reader *r, int key)
{
	return r->keys[key] ? r->keys[key]->count : 0;
}

static bool is_true(const struct reader *r, int key)
{
	return r->keys[key] && value(r, key, 0)->number;
}

static int read_rights(const struct reader *r, int key, uint32_t kind,
		       uint64_t *ret_rights)
{
	*ret_rights = 0;
	for (size_t i = 0; i < count(r, key); i++) {
		const struct clo_doc_value *v = value(r, key, i);
		struct clo_err why = { "" };
		uint64_t rights;

		if (clo_sandbox_word(kind, v->text, r->abi, &rights, &why))
			return refuse(r, v->line, "'%s': %s",
				      r->keys[key]->name, why.text);
		*ret_rights |= rights;
	}
	return 0;
}

static int read_profile(struct reader *r, bool *ret_layer)
{
	if (r->keys[2]) {
		const struct clo_doc_value *v = value(r, 2, 0);

		if (strcmp(v->text, "merge") != 0 &&
		    strcmp(v->text, "restrict") != 0)
			return refuse(
				r, v->line,
				"'layer' must be \"merge\" or \"restrict\"");
		*ret_layer = !strcmp(v->text, "restrict");
	}
	for (size_t i = 0; i < count(r, 1); i++) {
		const struct clo_doc_value *v = value(r, 1, i);
		int e = r->include(r->sandbox, r->doc->file, v->text, r->err);

		if (e)
			return e;
	}
	return 0;
}

static int read_needs(struct reader *r, const char *description)
{
	struct clo_sandbox *s = r->sandbox;

	s->fragments[s->fragment_count - 1].description =
		clo_sandbox_keep(s, description);
	for (size_t i = 0; i < count(r, 3); i++) {
		struct clo_err why = { "" };

		if (clo_sandbox_need(s, value(r, 3, i)->text,
				     CLOISON_LANDLOCK_PRESENT, &why))
			return refuse(r, value(r, 3, i)->line, "'require': %s",
				      why.text);
	}
	return 0;
}

static bool is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char others[] = "0123456789_";

	if (!*name || !strchr(letters, *name))
		return false;
	for (; *name; name++) {
		if (!strchr(letters, *name) && !strchr(others, *name))
			return false;
	}
	return true;
}

static int read_variable(struct reader *r)
{
	const struct clo_doc_value *name = value(r, 0, 0);
	int e;

	if (!is_name(name->text))
		return refuse(
			r, name->line,
			"'name' must be a letter, then letters, digits and _");
	e = clo_sandbox_set(r->sandbox, name->text, NULL, false, r->err);
	for (size_t i = 0; !e && i < count(r, 1); i++)
		e = clo_sandbox_set(r->sandbox, name->text,
				    value(r, 1, i)->text, false, r->err);
	return e;
}

static int read_ruleset(struct reader *r, uint32_t line)
{
	uint64_t rights;
	int e = 0;

	if (!r->keys[0] && !r->keys[1] && !r->keys[2])
		return refuse(r, line, "[[ruleset]] says nothing");
	for (uint32_t kind = 0; !e && kind < CLO_SANDBOX_KINDS; kind++) {
		e = read_rights(r, (int)kind, kind, &rights);
		if (!e)
			clo_sandbox_handle(r->sandbox, kind, rights);
	}
	return e;
}

static int read_grants(struct reader *r, enum table table)
{
	const bool is_port = table == PORTS;
	struct clo_grant grant = { .is_port = is_port,
				   .is_denied = table == DENY };
	int e;

	e = read_rights(r, 0,
			is_port ? CLOISON_LANDLOCK_NET : CLOISON_LANDLOCK_FS,
			&grant.rights);
	/* A group may be empty for an old ABI: then there is no rule. */
	if (e || !grant.rights)
		return e;
	grant.options = (is_true(r, 2) ? CLOISON_LANDLOCK_REQUIRED : 0) |
			(is_true(r, 3) ? CLOISON_LANDLOCK_QUIET : 0);
	for (size_t i = 0; !e && i < count(r, 1); i++) {
		const struct clo_doc_value *v = value(r, 1, i);

		grant.line = v->line;
		grant.path = is_port ? NULL : v->text;
		grant.port = v->number;
		if (is_port && v->number > 65535)
			return refuse(r, v->line,
				      "'port' lists a number above 65535");
		e = clo_sandbox_grant(r->sandbox, &grant, r->err);
	}
	return e;
}

static int read_assert(struct reader *r, uint32_t line)
{
	struct clo_sandbox *s = r->sandbox;
	bool is_port = r->keys[3] != NULL;
	int list = is_port ? 3 : 2;
	uint64_t rights;
	int e;

	if (!r->keys[0] == !r->keys[1] || !r->keys[2] == !r->keys[3])
		return refuse(
			r, line,
			"[[assert]] has one of allow and deny, and one of path and port");
	e = read_rights(r, r->keys[0] ? 0 : 1,
			is_port ? CLOISON_LANDLOCK_NET : CLOISON_LANDLOCK_FS,
			&rights);
	for (size_t i = 0; !e && i < count(r, list); i++) {
		const struct clo_doc_value *v = value(r, list, i);
		struct clo_assert *a;

		a = clo_grow(&s->asserts, s->assert_count, sizeof(*a));
		if (!a)
			return clo_err_set(r->err, -ENOMEM,
					   "%s: no memory is left",
					   r->doc->file);
		s->assert_count++;
		a->fragment = (uint32_t)s->fragment_count - 1;
		a->line = v->line;
		a->is_allowed = r->keys[0] != NULL;
		a->is_port = is_port;
		a->rights = rights;
		a->port = v->number;
		if (!is_port)
			a->path = clo_sandbox_keep(s, v->text);
		if (!is_port && !a->path)
			return -ENOMEM;
	}
	return e;
}

static int find_table(const struct reader *r, uint32_t index, int *ret_table)
{
	const struct clo_doc_table *t = &r->doc->tables[index];
	uint32_t best = UINT32_MAX;
	const char *near = NULL;
	struct clo_shown shown;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(tables); i++) {
		if (!strcmp(tables[i].name, t->name)) {
			*ret_table = (int)i;
			if (tables[i].is_row == t->is_row || i == TOP)
				return 0;
			return refuse(r, t->line, "write %s%s%s",
				      tables[i].is_row ? "[[" : "[",
				      tables[i].name,
				      tables[i].is_row ? "]]" : "]");
		}
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(tables); i++) {
		if (clo_toml_nearest(t->name, tables[i].name, &best))
			near = tables[i].name;
	}
	(void)clo_lex_show(t->name, &shown);
	if (near)
		return refuse(
			r, t->line,
			"'%s' is no table of a profile; did you mean '%s'?",
			shown.text, near);
	return refuse(r, t->line, "'%s' is no table of a profile", shown.text);
}

/* The top of the file: the ABI that groups stand for. */
static int read_top(struct reader *r)
{
	for (size_t i = 0; i < r->doc->key_count; i++) {
		const struct clo_doc_key *key = &r->doc->keys[i];
		size_t at = i;
		uint64_t abi;
		int e;

		if (key->table)
			continue;
		e = gather(r, 0, TOP, &at);
		if (e)
			return e;
		abi = value(r, 0, 0)->number;
		if (!abi || abi > INT32_MAX)
			return refuse(r, key->line,
				      "'abi' must be a number from 1 to %d",
				      INT32_MAX);
		r->abi = (int)abi;
		i = at;
	}
	return 0;
}

/* [profile] comes first, wherever it stands: it says where the rest goes. */
static int read_first(struct reader *r)
{
	const char *description = "";
	bool is_layer = false, is_found = false;
	int table = TOP, e = 0;

	for (uint32_t i = 1; !e && i < r->doc->table_count; i++) {
		size_t at = 0;

		e = find_table(r, i, &table);
		if (e || table != PROFILE)
			continue;
		while (at < r->doc->key_count && r->doc->keys[at].table != i)
			at++;
		is_found = true;
		e = gather(r, i, PROFILE, &at);
		if (!e && r->keys[0])
			description = value(r, 0, 0)->text;
		if (!e)
			e = read_profile(r, &is_layer);
	}
	if (!e)
		e = clo_sandbox_begin(r->sandbox, r->doc->file, is_layer,
				      r->err);
	if (e)
		return e;
	if (r->abi)
		r->sandbox->fragments[r->sandbox->fragment_count - 1].abi =
			r->abi;
	return is_found ? read_needs(r, description) : 0;
}

static int read_row(struct reader *r, enum table table, uint32_t line)
{
	switch (table) {
	case VARIABLE:
		return read_variable(r);
	case RULESET:
		return read_ruleset(r, line);
	case PATHS:
	case PORTS:
	case DENY:
		return read_grants(r, table);
	case ASSERT:
		return read_assert(r, line);
	default:
		return 0;
	}
}

int clo_profile_read(struct clo_sandbox *sandbox, const struct clo_doc *doc,
		     clo_include *include, struct clo_err *err)
{
	struct reader r = {
		.sandbox = sandbox, .doc = doc, .include = include, .err = err
	};
	size_t at = 0;
	int e;

	if (doc->table_count < 2)
		return clo_err_set(
			err, -EINVAL,
			"%s: it says nothing; a profile has one of [[ruleset]], [[path_beneath]], [[net_port]], [[variable]]",
			doc->file);
	e = read_top(&r);
	if (!e)
		e = read_first(&r);
	for (uint32_t i = 1; !e && i < doc->table_count; i++) {
		int table = TOP;

		e = find_table(&r, i, &table);
		/* Keys of the top may stand between, in JSON. */
		while (at < doc->key_count && doc->keys[at].table < i)
			at++;
		if (!e)
			e = gather(&r, i, (enum table)table, &at);
		if (!e)
			e = read_row(&r, (enum table)table,
				     doc->tables[i].line);
	}
	return e;
}
