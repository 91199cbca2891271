// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The kernel's walk, done again in user space.
 */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "sandbox/judge.h"

enum { LEVELS = 512 };

/* Files on the way from the path up to the root, the nearest first. */
struct way {
	size_t count;
	struct {
		dev_t dev;
		ino_t ino;
	} levels[LEVELS];
};

static uint64_t handled(const struct clo_sandbox *s, uint32_t layer, int kind)
{
	uint64_t all = 0;

	for (size_t i = 0; i < s->fragment_count; i++) {
		if (s->fragments[i].layer == layer)
			all |= s->fragments[i].handled[kind];
	}
	return all;
}

/* The path without links; of a last component that is missing, its place. */
static int canonical(const char *path, struct clo_judged *ret,
		     struct clo_err *err)
{
	clo_free char *whole = realpath(path, NULL);
	clo_free char *dir = NULL;
	const char *slash = strrchr(path, '/');
	char parent[CLO_JUDGE_PATH];
	int n;

	if (whole) {
		n = snprintf(ret->path, sizeof(ret->path), "%s", whole);
	} else if (errno == ENOENT) {
		(void)snprintf(parent, sizeof(parent), "%.*s",
			       slash ? (int)(slash - path + (slash == path)) :
				       1,
			       slash ? path : ".");
		dir = realpath(parent, NULL);
		if (!dir && errno == ENOENT)
			return clo_err_set(
				err, -ENOENT,
				"'%.300s': not even the directory '%.150s' exists; make it first",
				path, parent);
		if (!dir)
			return clo_err_set(err, -errno, "'%.300s': %s", path,
					   strerror(errno));
		ret->is_missing = true;
		n = snprintf(ret->path, sizeof(ret->path), "%s/%s",
			     strcmp(dir, "/") != 0 ? dir : "",
			     slash ? slash + 1 : path);
	} else {
		return clo_err_set(err, -errno, "'%.300s': %s", path,
				   strerror(errno));
	}
	if (n < 0 || (size_t)n >= sizeof(ret->path))
		return clo_err_set(err, -ENAMETOOLONG, "'%.300s': %s", path,
				   strerror(ENAMETOOLONG));
	return 0;
}

static int walk(struct clo_judged *judged, struct way *way, struct clo_err *err)
{
	char path[CLO_JUDGE_PATH];
	struct stat st;
	size_t n;

	memcpy(path, judged->path, sizeof(path));
	for (bool is_first = true;; is_first = false) {
		if (is_first && judged->is_missing) {
			/* What would be made has no rule of its own. */
		} else if (way->count == LEVELS) {
			return clo_err_set(
				err, -ENAMETOOLONG,
				"'%.300s': more than %d directories deep", path,
				LEVELS);
		} else if (lstat(path, &st)) {
			return clo_err_set(err, -errno, "'%.300s': %s", path,
					   strerror(errno));
		} else {
			if (is_first)
				judged->is_dir = S_ISDIR(st.st_mode);
			way->levels[way->count].dev = st.st_dev;
			way->levels[way->count++].ino = st.st_ino;
		}
		n = strlen(path);
		if (n == 1)
			return 0;
		while (n > 1 && path[n - 1] != '/')
			n--;
		path[n > 1 ? n - 1 : 1] = '\0';
	}
}

/* Which level a grant's file is, or -1. */
static int level_of(const struct clo_grant *g, const struct way *way)
{
	struct stat st;

	if (stat(g->path, &st))
		return -1;
	for (size_t i = 0; i < way->count; i++) {
		if (way->levels[i].dev == st.st_dev &&
		    way->levels[i].ino == st.st_ino)
			return (int)i;
	}
	return -1;
}

static uint64_t granted(const struct clo_sandbox *s, uint32_t layer,
			const struct way *way, struct clo_judged *ret,
			int *nearest, uint64_t rights)
{
	uint64_t all = 0;

	for (size_t i = 0; i < s->grant_count; i++) {
		const struct clo_grant *g = &s->grants[i];
		uint64_t gives;
		int level;

		if (g->is_port || s->fragments[g->fragment].layer != layer)
			continue;
		level = level_of(g, way);
		if (level < 0)
			continue;
		gives = clo_sandbox_gives(s, g);
		/* The kernel takes no right of a directory on another file. */
		if (!level && !ret->is_missing && !ret->is_dir)
			gives &= CLO_JUDGE_OF_ITSELF &
				 ~(uint64_t)CLOISON_LANDLOCK_FS_READ_DIR;
		all |= gives;
		if (gives & rights && (*nearest < 0 || level < *nearest)) {
			*nearest = level;
			ret->by = g;
		}
	}
	return all;
}

int clo_judge_path(const struct clo_sandbox *sandbox, const char *path,
		   uint64_t rights, struct clo_judged *ret, struct clo_err *err)
{
	static struct way way; /* too large for the stack */
	int nearest = -1;
	int r;

	way.count = 0;
	memset(ret, 0, sizeof(*ret));
	r = canonical(path, ret, err);
	if (!r)
		r = walk(ret, &way, err);
	if (r)
		return r;
	for (uint32_t layer = 0; layer < sandbox->layer_count; layer++) {
		uint64_t wants = handled(sandbox, layer, CLOISON_LANDLOCK_FS);
		uint64_t refused;

		/* Always refused where any right is handled. */
		if (wants)
			wants |= CLOISON_LANDLOCK_FS_REFER;
		refused = rights & wants &
			  ~granted(sandbox, layer, &way, ret, &nearest, rights);
		if (refused && !ret->refused)
			ret->layer = layer;
		ret->refused |= refused;
	}
	return 0;
}

uint64_t clo_judge_port(const struct clo_sandbox *sandbox, uint64_t port,
			uint64_t rights, uint32_t *ret_layer)
{
	uint64_t refused = 0, before;

	for (uint32_t layer = 0; layer < sandbox->layer_count; layer++) {
		uint64_t all = 0;

		for (size_t i = 0; i < sandbox->grant_count; i++) {
			const struct clo_grant *g = &sandbox->grants[i];

			if (g->is_port && g->port == port &&
			    sandbox->fragments[g->fragment].layer == layer)
				all |= g->rights;
		}
		before = refused;
		refused |= rights & ~all &
			   handled(sandbox, layer, CLOISON_LANDLOCK_NET);
		if (ret_layer && refused && !before)
			*ret_layer = layer;
	}
	return refused;
}
