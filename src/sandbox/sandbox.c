// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox in memory; its composition; the policy made of it.
 */
#include <string.h>

#include "sandbox/deny.h"

static void release(void *array)
{
	clo_free void *owned = array;

	(void)owned;
}

void clo_sandbox_init(struct clo_sandbox *sandbox, enum clo_compose compose)
{
	memset(sandbox, 0, sizeof(*sandbox));
	sandbox->compose = compose;
}

void clo_sandbox_deinit(struct clo_sandbox *sandbox)
{
	for (size_t i = 0; i < sandbox->string_count; i++)
		release(sandbox->strings[i]);
	release(sandbox->strings);
	release(sandbox->fragments);
	release(sandbox->grants);
	release(sandbox->asserts);
	release(sandbox->needs);
	release(sandbox->variables);
	release(sandbox->denials);
	memset(sandbox, 0, sizeof(*sandbox));
}

static int no_memory(struct clo_err *err)
{
	return clo_err_set(err, -ENOMEM, "sandbox: no memory is left");
}

const char *clo_sandbox_keep(struct clo_sandbox *sandbox, const char *text)
{
	char **row = clo_grow(&sandbox->strings, sandbox->string_count,
			      sizeof(*row));

	if (!row)
		return NULL;
	*row = strdup(text);
	if (*row)
		sandbox->string_count++;
	return *row;
}

int clo_sandbox_begin(struct clo_sandbox *sandbox, const char *name,
		      bool is_layer, struct clo_err *err)
{
	struct clo_fragment *f;

	f = clo_grow(&sandbox->fragments, sandbox->fragment_count, sizeof(*f));
	if (!f)
		return no_memory(err);
	f->name = clo_sandbox_keep(sandbox, name);
	if (!f->name)
		return no_memory(err);
	f->description = "";
	f->abi = CLOISON_LANDLOCK_ABI;
	if (!sandbox->layer_count || is_layer)
		sandbox->layer_count++;
	f->layer = sandbox->layer_count - 1;
	sandbox->fragment_count++;
	return 0;
}

void clo_sandbox_handle(struct clo_sandbox *sandbox, uint32_t kind,
			uint64_t rights)
{
	sandbox->fragments[sandbox->fragment_count - 1].handled[kind] |= rights;
}

int clo_sandbox_grant(struct clo_sandbox *sandbox,
		      const struct clo_grant *grant, struct clo_err *err)
{
	struct clo_grant *g;

	g = clo_grow(&sandbox->grants, sandbox->grant_count, sizeof(*g));
	if (!g)
		return no_memory(err);
	*g = *grant;
	if (grant->path) {
		g->path = clo_sandbox_keep(sandbox, grant->path);
		if (!g->path)
			return no_memory(err);
	}
	g->fragment = (uint32_t)sandbox->fragment_count - 1;
	sandbox->grant_count++;
	clo_sandbox_handle(sandbox,
			   g->is_port ? CLOISON_LANDLOCK_NET :
					CLOISON_LANDLOCK_FS,
			   g->rights);
	return 0;
}

int clo_sandbox_set(struct clo_sandbox *sandbox, const char *name,
		    const char *value, bool is_default, struct clo_err *err)
{
	struct clo_variable *v;

	v = clo_grow(&sandbox->variables, sandbox->variable_count, sizeof(*v));
	if (!v)
		return no_memory(err);
	v->is_default = is_default;
	v->name = clo_sandbox_keep(sandbox, name);
	v->value = value ? clo_sandbox_keep(sandbox, value) : NULL;
	if (!v->name || (value && !v->value))
		return no_memory(err);
	sandbox->variable_count++;
	return 0;
}

/*
 * landlockconfig's composition: the rights that every file handles, one layer,
 * and of each rule what is left of it.
 */
static void intersect(struct clo_sandbox *sandbox)
{
	uint64_t common[CLO_SANDBOX_KINDS] = { UINT64_MAX, UINT64_MAX,
					       UINT64_MAX };
	size_t kept = 0;

	for (size_t i = 0; i < sandbox->fragment_count; i++) {
		for (int k = 0; k < CLO_SANDBOX_KINDS; k++)
			common[k] &= sandbox->fragments[i].handled[k];
	}
	for (size_t i = 0; i < sandbox->fragment_count; i++) {
		memcpy(sandbox->fragments[i].handled, common, sizeof(common));
		/* Nothing is lifted: what is newer than a file is gone. */
		sandbox->fragments[i].abi = CLOISON_LANDLOCK_ABI;
		sandbox->fragments[i].layer = 0;
	}
	sandbox->layer_count = sandbox->fragment_count ? 1 : 0;
	for (size_t i = 0; i < sandbox->grant_count; i++) {
		struct clo_grant g = sandbox->grants[i];

		g.rights &= common[g.is_port ? CLOISON_LANDLOCK_NET :
					       CLOISON_LANDLOCK_FS];
		if (g.rights)
			sandbox->grants[kept++] = g;
	}
	sandbox->grant_count = kept;
}

/* Where a text with variables stands. */
struct expansion {
	struct clo_sandbox *sandbox;
	const char *file;
	uint32_t line;
	struct clo_grant grant; /* what each path becomes, */
	struct clo_assert assert; /* or this */
	bool is_assert;
	struct clo_grant *grants; /* the new list */
	size_t grant_count;
	struct clo_assert *asserts;
	size_t assert_count;
	struct clo_err *err;
};

enum { PATH_MAX_BYTES = 4096, PATHS_MAX = 4096 };

static bool has_own(const struct clo_sandbox *sandbox, const char *name,
		    size_t size)
{
	for (size_t i = 0; i < sandbox->variable_count; i++) {
		const struct clo_variable *v = &sandbox->variables[i];

		if (!v->is_default && v->value && strlen(v->name) == size &&
		    !memcmp(v->name, name, size))
			return true;
	}
	return false;
}

static int put_path(struct expansion *e, const char *path)
{
	const char *kept = clo_sandbox_keep(e->sandbox, path);
	struct clo_grant *g;
	struct clo_assert *a;

	if (!*path)
		return clo_err_set(e->err, -EINVAL, "%s:%u: a path is empty",
				   e->file, e->line);
	if (e->grant_count + e->assert_count >= PATHS_MAX)
		return clo_err_set(
			e->err, -EINVAL,
			"%s:%u: more than %d paths; name directories above them",
			e->file, e->line, PATHS_MAX);
	if (e->is_assert) {
		a = clo_grow(&e->asserts, e->assert_count, sizeof(*a));
		if (!a || !kept)
			return no_memory(e->err);
		e->assert_count++;
		*a = e->assert;
		a->path = kept;
		return 0;
	}
	g = clo_grow(&e->grants, e->grant_count, sizeof(*g));
	if (!g || !kept)
		return no_memory(e->err);
	e->grant_count++;
	*g = e->grant;
	g->path = kept;
	return 0;
}

/*
 * Text up to the next variable, then each of its values with what follows:
 * every combination.  @template shortens with each call, which ends it.
 */
/* NOLINTNEXTLINE(misc-no-recursion) */
static int expand(struct expansion *e, char *path, size_t used,
		  const char *template)
{
	const struct clo_sandbox *s = e->sandbox;
	const char *name, *end;
	bool is_known = false, own;

	for (; *template && (template[0] != '$' || template[1] != '{');
	     template ++) {
		template += template[0] == '$' && template[1] == '$';
		if (used + 1 >= PATH_MAX_BYTES)
			return clo_err_set(
				e->err, -EINVAL,
				"%s:%u: a path of more than %d bytes", e->file,
				e->line, PATH_MAX_BYTES);
		path[used++] = *template;
	}
	path[used] = '\0';
	if (!*template)
		return put_path(e, path);
	name = template + 2;
	end = strchr(name, '}');
	if (!end)
		return clo_err_set(
			e->err, -EINVAL,
			"%s:%u: '${' is not closed; add }, or write $$ for $",
			e->file, e->line);
	own = has_own(s, name, (size_t)(end - name));
	for (size_t i = 0; i < s->variable_count; i++) {
		const struct clo_variable *v = &s->variables[i];
		size_t size;
		int r;

		if (strlen(v->name) != (size_t)(end - name) ||
		    memcmp(v->name, name, (size_t)(end - name)) != 0)
			continue;
		is_known = true;
		if (!v->value || (own && v->is_default))
			continue;
		size = strlen(v->value);
		if (used + size >= PATH_MAX_BYTES)
			return clo_err_set(
				e->err, -EINVAL,
				"%s:%u: a path of more than %d bytes", e->file,
				e->line, PATH_MAX_BYTES);
		memcpy(path + used, v->value, size);
		r = expand(e, path, used + size, end + 1);
		if (r)
			return r;
	}
	if (is_known)
		return 0;
	return clo_err_set(
		e->err, -EINVAL,
		"%s:%u: no variable is named '%.*s'; set it in [[variable]]",
		e->file, e->line, (int)(end - name), name);
}

static int expand_all(struct expansion *e)
{
	struct clo_sandbox *s = e->sandbox;
	char path[PATH_MAX_BYTES];
	int r = 0;

	for (size_t i = 0; !r && i < s->grant_count; i++) {
		struct clo_grant *g;

		e->grant = s->grants[i];
		e->line = e->grant.line;
		e->file = s->fragments[e->grant.fragment].name;
		if (e->grant.path) {
			r = expand(e, path, 0, e->grant.path);
			continue;
		}
		g = clo_grow(&e->grants, e->grant_count, sizeof(*g));
		if (!g)
			return no_memory(e->err);
		e->grant_count++;
		*g = e->grant;
	}
	e->is_assert = true;
	for (size_t i = 0; !r && i < s->assert_count; i++) {
		struct clo_assert *a;

		e->assert = s->asserts[i];
		e->line = e->assert.line;
		e->file = s->fragments[e->assert.fragment].name;
		if (e->assert.path) {
			r = expand(e, path, 0, e->assert.path);
			continue;
		}
		a = clo_grow(&e->asserts, e->assert_count, sizeof(*a));
		if (!a)
			return no_memory(e->err);
		e->assert_count++;
		*a = e->assert;
	}
	return r;
}

int clo_sandbox_resolve(struct clo_sandbox *sandbox, struct clo_err *err)
{
	struct expansion e = { .sandbox = sandbox, .err = err };
	int r;

	if (sandbox->compose == CLO_COMPOSE_LANDLOCKCONFIG)
		intersect(sandbox);
	r = expand_all(&e);
	if (r) {
		release(e.grants);
		release(e.asserts);
		return r;
	}
	release(sandbox->grants);
	release(sandbox->asserts);
	sandbox->grants = e.grants;
	sandbox->grant_count = e.grant_count;
	sandbox->asserts = e.asserts;
	sandbox->assert_count = e.assert_count;
	r = clo_sandbox_deny(sandbox, err);
	if (r)
		return r;
	sandbox->is_resolved = true;
	return 0;
}

static int put_grants(const struct clo_sandbox *sandbox, uint32_t fragment,
		      struct cloison_landlock_policy *policy)
{
	int r = 0;

	for (size_t i = 0; !r && i < sandbox->grant_count; i++) {
		const struct clo_grant *g = &sandbox->grants[i];

		if (g->fragment != fragment)
			continue;
		if (g->is_port)
			r = cloison_landlock_allow_port(policy, g->port,
							g->rights, g->options);
		else
			r = cloison_landlock_allow_path(policy, g->path,
							g->rights, g->options);
	}
	return r;
}

static int put_policy(const struct clo_sandbox *sandbox, uint32_t options,
		      struct cloison_landlock_policy *policy)
{
	uint32_t layer = 0;
	int r = cloison_landlock_options(policy, options);

	for (uint32_t i = 0; !r && i < sandbox->fragment_count; i++) {
		const struct clo_fragment *f = &sandbox->fragments[i];

		if (f->layer != layer)
			r = cloison_landlock_layer(policy);
		layer = f->layer;
		if (!r)
			r = cloison_landlock_fragment(policy, f->name, f->abi);
		for (int k = 0; !r && k < CLO_SANDBOX_KINDS; k++)
			r = cloison_landlock_handle(
				policy, (enum cloison_landlock_kind)k,
				f->handled[k]);
		if (!r)
			r = put_grants(sandbox, i, policy);
	}
	for (size_t i = 0; !r && i < sandbox->need_count; i++)
		r = cloison_landlock_require(
			policy,
			(enum cloison_landlock_kind)sandbox->needs[i].kind,
			sandbox->needs[i].rights, sandbox->needs[i].statuses);
	return r;
}

int clo_sandbox_policy(const struct clo_sandbox *sandbox, uint32_t options,
		       struct cloison_landlock_policy **ret_policy,
		       struct clo_err *err)
{
	struct cloison_landlock_policy *policy = NULL;
	int r = cloison_landlock_new(&policy);

	if (r)
		return no_memory(err);
	r = put_policy(sandbox, options, policy);
	if (r) {
		(void)clo_err_set(err, r, "sandbox: %s",
				  cloison_landlock_error(policy));
		cloison_landlock_free(policy);
		return r;
	}
	*ret_policy = policy;
	return 0;
}
