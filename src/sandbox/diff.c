// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Every place where a rule of either sandbox stands, judged by both.
 */
#include <limits.h>
#include <string.h>

#include "sandbox/diff.h"

/* Rights that a file has; a rule on a file gives no other. */
#define FILE_RIGHTS                                  \
	((uint64_t)(CLOISON_LANDLOCK_FS_EXECUTE |    \
		    CLOISON_LANDLOCK_FS_WRITE_FILE | \
		    CLOISON_LANDLOCK_FS_READ_FILE |  \
		    CLOISON_LANDLOCK_FS_TRUNCATE |   \
		    CLOISON_LANDLOCK_FS_IOCTL_DEV |  \
		    CLOISON_LANDLOCK_FS_RESOLVE_UNIX))

/* What is gathered before rows are told. */
struct work {
	const struct clo_sandbox *a, *b;
	struct clo_differences *ret;
	struct clo_err *err;
};

static void release(void *owned)
{
	clo_free void *p = owned;

	(void)p;
}

void clo_differences_deinit(struct clo_differences *differences)
{
	for (size_t i = 0; i < differences->path_count; i++)
		release(differences->paths[i]);
	release(differences->paths);
	release(differences->rows);
	memset(differences, 0, sizeof(*differences));
}

static int no_memory(const struct work *w)
{
	return clo_err_set(w->err, -ENOMEM, "diff: no memory is left");
}

static struct clo_difference *add(const struct work *w, uint32_t kind)
{
	struct clo_difference *row;

	row = clo_grow(&w->ret->rows, w->ret->count, sizeof(*row));
	if (!row)
		return NULL;
	w->ret->count++;
	row->kind = kind;
	return row;
}

/* A place, once: what is there now, or the text if nothing is. */
static int add_place(const struct work *w, const char *path)
{
	clo_free char *real = realpath(path, NULL);
	bool is_absent = !real;
	struct clo_difference *row;
	char **kept;

	if (!real)
		real = strdup(path);
	if (!real)
		return no_memory(w);
	for (size_t i = 0; i < w->ret->count; i++) {
		if (!strcmp(w->ret->rows[i].path, real))
			return 0;
	}
	kept = clo_grow(&w->ret->paths, w->ret->path_count, sizeof(*kept));
	if (!kept)
		return no_memory(w);
	*kept = clo_take_ptr(real);
	w->ret->path_count++;
	row = add(w, CLOISON_LANDLOCK_FS);
	if (!row)
		return no_memory(w);
	row->path = *kept;
	row->is_absent = is_absent;
	return 0;
}

static int add_places(const struct work *w, const struct clo_sandbox *s)
{
	int r = 0;

	for (size_t i = 0; !r && i < s->grant_count; i++) {
		if (!s->grants[i].is_port)
			r = add_place(w, s->grants[i].path);
	}
	return r;
}

static int by_path(const void *a, const void *b)
{
	const struct clo_difference *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static bool is_beneath(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 1)
		return path[1] != '\0';
	return !strncmp(path, dir, n) && path[n] == '/';
}

/* Where the rules of a path that is not there would be looked for. */
static void find_above(const char *path, char *above)
{
	(void)snprintf(above, CLO_JUDGE_PATH, "%s", path);
	for (;;) {
		clo_free char *real = realpath(above, NULL);
		char *slash = strrchr(above, '/');

		if (real || !slash)
			return;
		slash[slash == above] = '\0';
	}
}

/* What a sandbox refuses at a row's place; @ret_mask: rights that count. */
static int refused_at(const struct work *w, const struct clo_sandbox *s,
		      const struct clo_difference *row, uint64_t *ret_refused,
		      uint64_t *ret_mask)
{
	const uint64_t known =
		cloison_landlock_all(CLOISON_LANDLOCK_FS, CLOISON_LANDLOCK_ABI);
	static struct clo_judged judged; /* too large for the stack */
	char path[CLO_JUDGE_PATH];
	int r;

	if (row->is_absent)
		find_above(row->path, path);
	else
		(void)snprintf(path, sizeof(path), "%s", row->path);
	r = clo_judge_path(s, path, UINT64_MAX, &judged, w->err);
	if (r)
		return r;
	*ret_refused = judged.refused;
	*ret_mask = UINT64_MAX;
	if (!judged.is_dir)
		*ret_mask = ~(known & ~FILE_RIGHTS);
	/* As if it were there. */
	for (size_t i = 0; row->is_absent && i < s->grant_count; i++) {
		if (!s->grants[i].is_port &&
		    !strcmp(s->grants[i].path, row->path))
			*ret_refused &= ~clo_sandbox_gives(s, &s->grants[i]);
	}
	return 0;
}

static int judge_places(const struct work *w)
{
	for (size_t i = 0; i < w->ret->count; i++) {
		struct clo_difference *row = &w->ret->rows[i];
		uint64_t a, b, mask;
		int r = refused_at(w, w->a, row, &a, &mask);

		if (!r)
			r = refused_at(w, w->b, row, &b, &mask);
		if (r)
			return r;
		row->mask = mask;
		row->more = a & ~b & mask;
		row->less = b & ~a & mask;
	}
	return 0;
}

/* Whether a place differs as the nearest one above it does. */
static bool is_as_above(const struct clo_difference *rows, size_t i)
{
	uint64_t mask = rows[i].mask;

	for (size_t j = i; j-- > 0;) {
		if (is_beneath(rows[i].path, rows[j].path))
			return rows[i].more == (rows[j].more & mask) &&
			       rows[i].less == (rows[j].less & mask);
	}
	return !rows[i].more && !rows[i].less;
}

/* Each is compared before what is above it goes. */
static void drop_places(struct clo_differences *d)
{
	clo_free bool *drops = calloc(d->count + 1, sizeof(*drops));
	size_t kept = 0;

	/* Without memory all are told: more than needed, and nothing wrong. */
	for (size_t i = 0; drops && i < d->count; i++)
		drops[i] = is_as_above(d->rows, i);
	for (size_t i = 0; i < d->count; i++) {
		if (!drops || !drops[i])
			d->rows[kept++] = d->rows[i];
	}
	d->count = kept;
}

static int diff_port(const struct work *w, uint64_t port, bool is_rest,
		     const struct clo_difference *rest)
{
	uint64_t a = clo_judge_port(w->a, port, UINT64_MAX, NULL);
	uint64_t b = clo_judge_port(w->b, port, UINT64_MAX, NULL);
	struct clo_difference *row;

	if (rest ? (a & ~b) == rest->more && (b & ~a) == rest->less : a == b)
		return 0;
	row = add(w, CLOISON_LANDLOCK_NET);
	if (!row)
		return no_memory(w);
	row->port = port;
	row->is_rest = is_rest;
	row->more = a & ~b;
	row->less = b & ~a;
	return 0;
}

/* Ports that rules name, each once, and one that none names for the rest. */
static int diff_ports(const struct work *w)
{
	static uint8_t is_named[65536];
	const struct clo_sandbox *both[] = { w->a, w->b };
	struct clo_difference rest = { 0 };
	uint64_t port = 0;
	int r;

	memset(is_named, 0, sizeof(is_named));
	for (size_t n = 0; n < CLO_ARRAY_SIZE(both); n++) {
		for (size_t i = 0; i < both[n]->grant_count; i++) {
			const struct clo_grant *g = &both[n]->grants[i];

			if (g->is_port && g->port < sizeof(is_named))
				is_named[g->port] = 1;
		}
	}
	while (port < sizeof(is_named) - 1 && is_named[port])
		port++;
	rest.more = clo_judge_port(w->a, port, UINT64_MAX, NULL) &
		    ~clo_judge_port(w->b, port, UINT64_MAX, NULL);
	rest.less = clo_judge_port(w->b, port, UINT64_MAX, NULL) &
		    ~clo_judge_port(w->a, port, UINT64_MAX, NULL);
	r = diff_port(w, port, true, NULL);
	for (port = 0; !r && port < sizeof(is_named); port++) {
		if (is_named[port])
			r = diff_port(w, port, false, &rest);
	}
	return r;
}

static uint64_t scopes(const struct clo_sandbox *s)
{
	uint64_t all = 0;

	for (size_t i = 0; i < s->fragment_count; i++)
		all |= s->fragments[i].handled[CLOISON_LANDLOCK_SCOPE];
	return all;
}

int clo_sandbox_diff(const struct clo_sandbox *a, const struct clo_sandbox *b,
		     struct clo_differences *ret, struct clo_err *err)
{
	const struct work w = { .a = a, .b = b, .ret = ret, .err = err };
	struct clo_difference *row;
	int r;

	memset(ret, 0, sizeof(*ret));
	r = add_place(&w, "/");
	if (!r)
		r = add_places(&w, a);
	if (!r)
		r = add_places(&w, b);
	if (r)
		return r;
	qsort(ret->rows, ret->count, sizeof(*ret->rows), by_path);
	r = judge_places(&w);
	if (r)
		return r;
	drop_places(ret);
	r = diff_ports(&w);
	if (r || scopes(a) == scopes(b))
		return r;
	row = add(&w, CLOISON_LANDLOCK_SCOPE);
	if (!row)
		return no_memory(&w);
	row->more = scopes(a) & ~scopes(b);
	row->less = scopes(b) & ~scopes(a);
	return 0;
}
