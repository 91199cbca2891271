// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Denials: rules above a place are taken apart.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "sandbox/deny.h"

enum { PLACE = 4096, RULES_MAX = 4096 };

/* What a newer right is lifted by: see cloison_landlock_fragment(). */
static const uint64_t lifting = CLOISON_LANDLOCK_FS_WRITE_FILE |
				CLOISON_LANDLOCK_FS_READ_FILE;

struct work {
	struct clo_sandbox *sandbox;
	const struct clo_grant *denied;
	struct clo_denial *denial;
	char place[PLACE]; /* without links, whether it is there or not */
	struct clo_err *err;
};

static int fail(const struct work *w, const char *path, int code)
{
	return clo_err_set(w->err, code,
			   "%s:%u: '%.200s' cannot be denied: '%.200s': %s",
			   w->sandbox->fragments[w->denied->fragment].name,
			   w->denied->line, w->denied->path, path,
			   strerror(-code));
}

static bool is_at_or_beneath(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 1)
		return true;
	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

/* The place: what is there is followed, the rest of the path is kept. */
static int find_place(struct work *w)
{
	char head[PLACE], rest[PLACE] = "", more[PLACE];
	int n = snprintf(head, sizeof(head), "%s", w->denied->path);
	struct stat st;

	if (n < 0 || (size_t)n >= sizeof(head))
		return fail(w, w->denied->path, -ENAMETOOLONG);
	if (head[0] != '/')
		return clo_err_set(
			w->err, -EINVAL,
			"%s:%u: '%.300s' is not absolute; write it from / on, or with ${cwd}",
			w->sandbox->fragments[w->denied->fragment].name,
			w->denied->line, w->denied->path);
	for (;;) {
		clo_free char *real = realpath(head, NULL);
		char *slash;

		if (real) {
			n = snprintf(w->place, sizeof(w->place), "%s%s",
				     rest[0] && !strcmp(real, "/") ? "" : real,
				     rest);
			return n < 0 || (size_t)n >= sizeof(w->place) ?
				       fail(w, head, -ENAMETOOLONG) :
				       0;
		}
		/* A loop, or no right to look: not known what it leads to. */
		if (errno != ENOENT)
			return fail(w, head, -errno);
		slash = strrchr(head, '/');
		/* A link to nothing, or a way back from what is missing: where
		 * it will lead is not known. */
		if ((slash[1] && !lstat(head, &st)) || !strcmp(slash, "/..") ||
		    !strcmp(slash, "/."))
			return fail(w, head, -ENOENT);
		if (slash[1]) {
			n = snprintf(more, sizeof(more), "%s%s", slash, rest);
			if (n < 0 || (size_t)n >= sizeof(more))
				return fail(w, head, -ENAMETOOLONG);
			memcpy(rest, more, (size_t)n + 1);
		}
		if (slash == head)
			slash++;
		*slash = '\0';
	}
}

static int add_rule(struct work *w, const struct clo_grant *like,
		    uint64_t rights, const char *dir, const char *name)
{
	struct clo_sandbox *s = w->sandbox;
	struct clo_grant *g;
	char path[PLACE];
	int n;

	n = snprintf(path, sizeof(path), "%s/%s", dir[1] ? dir : "", name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return fail(w, dir, -ENAMETOOLONG);
	if (s->grant_count >= RULES_MAX)
		return clo_err_set(
			w->err, -EINVAL,
			"%s:%u: '%.200s' cannot be denied: too much is beside it, in '%.200s'; allow less than the whole of that",
			s->fragments[w->denied->fragment].name, w->denied->line,
			w->denied->path, dir);
	g = clo_grow(&s->grants, s->grant_count, sizeof(*g));
	if (!g)
		return fail(w, dir, -ENOMEM);
	*g = *like;
	g->rights = rights;
	/* Gone or changed since it was listed: then it has no rights. */
	g->options = (like->options & CLOISON_LANDLOCK_QUIET) |
		     CLOISON_LANDLOCK_NOFOLLOW;
	g->path = clo_sandbox_keep(s, path);
	if (!g->path)
		return fail(w, dir, -ENOMEM);
	s->grant_count++;
	w->denial->rules++;
	return 0;
}

/* All of @dir but @next, the one on the way. */
static int add_beside(struct work *w, const struct clo_grant *like,
		      uint64_t rights, const char *dir, const char *next)
{
	DIR *list = opendir(dir);
	struct dirent *entry;
	int r = 0;

	if (!list)
		return fail(w, dir, -errno);
	for (errno = 0; !r && (entry = readdir(list)); errno = 0) {
		struct stat st;

		if (!strcmp(entry->d_name, ".") ||
		    !strcmp(entry->d_name, "..") ||
		    !strcmp(entry->d_name, next) ||
		    fstatat(dirfd(list), entry->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) ||
		    S_ISLNK(st.st_mode))
			continue;
		r = add_rule(w, like, rights, dir, entry->d_name);
	}
	if (!r && errno)
		r = fail(w, dir, -errno);
	(void)closedir(list);
	return r;
}

/* From the directory of a rule down to the place. */
static int carve(struct work *w, const struct clo_grant *like, uint64_t rights,
		 const char *from)
{
	char dir[PLACE], next[NAME_MAX + 1];
	const char *at = w->place + (from[1] ? strlen(from) : 0);

	(void)snprintf(dir, sizeof(dir), "%s", from);
	while (*at == '/') {
		size_t n = strcspn(at + 1, "/"), used = strlen(dir);
		struct stat st;
		int r;

		if (n > NAME_MAX)
			return fail(w, w->place, -ENAMETOOLONG);
		memcpy(next, at + 1, n);
		next[n] = '\0';
		r = add_beside(w, like, rights, dir, next);
		if (r)
			return r;
		at += n + 1;
		(void)snprintf(dir + used, sizeof(dir) - used, "%s%s",
			       used > 1 ? "/" : "", next);
		/* What is not there yet is refused with all beneath it. */
		if (*at && lstat(dir, &st))
			return errno == ENOENT ? 0 : fail(w, dir, -errno);
	}
	return 0;
}

/* The directory on the way that a rule is on, as the kernel finds it. */
static bool find_above(const struct work *w, const char *rule, char *dir)
{
	struct stat st, at;

	if (stat(rule, &st))
		return false; /* no such rule, then */
	memcpy(dir, w->place, sizeof(w->place));
	for (;;) {
		char *slash = strrchr(dir, '/');

		if (!dir[1])
			return false;
		slash[slash == dir] = '\0';
		if (!stat(dir, &at) && at.st_dev == st.st_dev &&
		    at.st_ino == st.st_ino)
			return true;
	}
}

/* By another name, as of a bind mount. */
static bool is_same(const char *path, const char *other)
{
	struct stat st, at;

	return !stat(path, &st) && !stat(other, &at) &&
	       st.st_dev == at.st_dev && st.st_ino == at.st_ino;
}

/* Takes the rights from a rule; those that it had and has no more. */
static uint64_t strip(const struct clo_sandbox *s, struct clo_grant *g,
		      uint64_t rights)
{
	uint64_t before = g->rights;

	g->rights &= ~rights;
	/* An old file's rule would be given the right again by those that it
	 * has always been part of. */
	if (g->rights && clo_sandbox_gives(s, g) & rights)
		g->rights &= ~lifting;
	return before & ~g->rights;
}

static int deny(struct work *w)
{
	struct clo_sandbox *s = w->sandbox;
	uint32_t layer = s->fragments[w->denied->fragment].layer;
	size_t count = s->grant_count; /* without those that this adds */
	char dir[PLACE];

	for (size_t i = 0; i < count; i++) {
		struct clo_grant *g = &s->grants[i];
		clo_free char *real = NULL;
		struct clo_grant like;
		uint64_t lost;
		bool is_beneath;
		int r;

		if (g->is_port || s->fragments[g->fragment].layer != layer ||
		    !(clo_sandbox_gives(s, g) & w->denied->rights))
			continue;
		real = realpath(g->path, NULL);
		is_beneath = real && (is_at_or_beneath(real, w->place) ||
				      is_same(real, w->place));
		if (!is_beneath && !find_above(w, g->path, dir))
			continue;
		lost = strip(s, g, w->denied->rights);
		if (is_beneath || !lost)
			continue;
		like = *g; /* the array moves when it grows */
		r = carve(w, &like, lost, dir);
		if (r)
			return r;
	}
	return 0;
}

static int deny_one(struct clo_sandbox *s, const struct clo_grant *denied,
		    struct clo_err *err)
{
	static struct work w; /* too large for the stack */
	struct clo_denial *denial;
	int r;

	memset(&w, 0, sizeof(w));
	w.sandbox = s;
	w.denied = denied;
	w.err = err;
	denial = clo_grow(&s->denials, s->denial_count, sizeof(*denial));
	if (!denial)
		return fail(&w, denied->path, -ENOMEM);
	s->denial_count++;
	w.denial = denial;
	denial->fragment = denied->fragment;
	denial->line = denied->line;
	denial->rights = denied->rights;
	r = find_place(&w);
	if (r)
		return r;
	denial->path = clo_sandbox_keep(s, w.place);
	if (!denial->path)
		return fail(&w, denied->path, -ENOMEM);
	return deny(&w);
}

/* Without what is denied, and rules that nothing is left of. */
static void drop(struct clo_sandbox *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->grant_count; i++) {
		if (!s->grants[i].is_denied && s->grants[i].rights)
			s->grants[kept++] = s->grants[i];
	}
	s->grant_count = kept;
}

int clo_sandbox_deny(struct clo_sandbox *sandbox, struct clo_err *err)
{
	clo_free struct clo_grant *denied = NULL;
	size_t count = 0, kept = 0;
	int r = 0;

	for (size_t i = 0; i < sandbox->grant_count; i++)
		count += sandbox->grants[i].is_denied;
	if (!count)
		return 0;
	denied = calloc(count, sizeof(*denied));
	if (!denied)
		return clo_err_set(err, -ENOMEM, "sandbox: no memory is left");
	/* Apart, so that one denial is no rule to the next. */
	for (size_t i = 0; i < sandbox->grant_count; i++) {
		if (!sandbox->grants[i].is_denied)
			continue;
		denied[kept++] = sandbox->grants[i];
		sandbox->grants[i].rights = 0;
	}
	for (size_t i = 0; !r && i < count; i++)
		r = deny_one(sandbox, &denied[i], err);
	drop(sandbox);
	return r;
}
