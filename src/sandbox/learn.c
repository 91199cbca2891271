// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Uses collected, compared with a sandbox, and joined into rules that a person
 * would write.
 */
#include <string.h>
#include <sys/stat.h>

#include "sandbox/learn.h"

enum {
	SLOTS = 1 << 16, /* of the hash table */
	USES_MAX = SLOTS / 2,
	JOIN = 4, /* so many files of a directory become the directory */
};

#define READ                                        \
	((uint64_t)(CLOISON_LANDLOCK_FS_READ_FILE | \
		    CLOISON_LANDLOCK_FS_READ_DIR |  \
		    CLOISON_LANDLOCK_FS_EXECUTE))

static void release(void *owned)
{
	clo_free void *p = owned;

	(void)p;
}

static void release_uses(struct clo_use *uses, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		release(uses[i].path);
		release(uses[i].real);
	}
	release(uses);
}

void clo_learned_deinit(struct clo_learned *learned)
{
	release_uses(learned->uses, learned->use_count);
	release_uses(learned->lacks, learned->lack_count);
	release(learned->slots);
	memset(learned, 0, sizeof(*learned));
}

static uint32_t hash(const char *text, uint64_t port)
{
	uint32_t h = 2166136261u ^ (uint32_t)port; /* FNV-1a */

	for (; text && *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

static bool is_same(const struct clo_use *use,
		    const struct clo_trace_event *event)
{
	if (event->is_port)
		return !use->path && use->port == event->port;
	return use->path && !strcmp(use->path, event->path);
}

/*
 * The path without links but its last, while the call waits: later, what is
 * on the way may be gone.
 */
static char *real_of(const char *path)
{
	clo_free char *whole = realpath(path, NULL);
	clo_free char *dir = NULL, *real = NULL;
	char text[CLO_JUDGE_PATH];
	char *slash;

	if (whole)
		return clo_take_ptr(whole);
	if ((size_t)snprintf(text, sizeof(text), "%s", path) >= sizeof(text))
		return NULL;
	slash = strrchr(text, '/');
	while (slash && slash > text && !slash[1]) {
		*slash = '\0'; /* a slash at the end */
		slash = strrchr(text, '/');
	}
	if (!slash)
		return NULL;
	*slash = '\0';
	dir = realpath(slash == text ? "/" : text, NULL);
	if (!dir || asprintf(&real, "%s/%s", strcmp(dir, "/") ? dir : "",
			     slash + 1) < 0)
		return NULL;
	return clo_take_ptr(real);
}

static void collect(void *data, const struct clo_trace_event *event)
{
	struct clo_learned *l = data;
	uint32_t at = hash(event->is_port ? NULL : event->path, event->port);
	struct clo_use *use;

	for (;; at++) {
		uint32_t index = l->slots[at % SLOTS];

		if (!index)
			break;
		use = &l->uses[index - 1];
		if (is_same(use, event)) {
			use->rights |= event->rights;
			use->is_made = use->is_made || event->is_made;
			return;
		}
	}
	use = l->use_count < USES_MAX ?
		      clo_grow(&l->uses, l->use_count, sizeof(*use)) :
		      NULL;
	if (!use) {
		l->is_full = true;
		return;
	}
	if (!event->is_port) {
		use->path = strdup(event->path);
		use->real = real_of(event->path);
	}
	if (!event->is_port && !use->path) {
		release(use->real);
		l->is_full = true;
		return;
	}
	use->rights = event->rights;
	use->port = event->is_port ? event->port : 0;
	use->is_made = event->is_made;
	l->slots[at % SLOTS] = (uint32_t)++l->use_count;
}

/* Whether @path is @dir or beneath it. */
static bool is_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

static bool is_protected(const char *path)
{
	static const char *const places[] = {
		".ssh",
		".gnupg",
		".aws",
		".azure",
		".kube",
		".docker",
		".netrc",
		".password-store",
		".config/gcloud",
		".config/gh",
		".mozilla",
		".config/chromium",
		".git-credentials",
		".bash_history",
		".zsh_history",
	};
	const char *home = getenv("HOME");
	char place[CLO_JUDGE_PATH];

	if (is_in(path, "/etc/shadow") || is_in(path, "/etc/gshadow") ||
	    is_in(path, "/etc/ssh") || is_in(path, "/etc/sudoers") ||
	    is_in(path, "/etc/sudoers.d"))
		return true;
	for (size_t i = 0; home && i < CLO_ARRAY_SIZE(places); i++) {
		(void)snprintf(place, sizeof(place), "%s/%s", home, places[i]);
		if (is_in(path, place))
			return true;
	}
	return false;
}

/* Directories that are never a rule because several files in them are used. */
static bool is_broad(const char *dir)
{
	static const char *const dirs[] = {
		"/",	"/etc",	 "/home", "/root",    "/var",
		"/run", "/dev",	 "/tmp",  "/mnt",     "/srv",
		"/opt", "/boot", "/sys",  "/var/lib", "/var/tmp",
	};
	const char *home = getenv("HOME");

	for (size_t i = 0; i < CLO_ARRAY_SIZE(dirs); i++) {
		if (!strcmp(dir, dirs[i]))
			return true;
	}
	return home && !strcmp(dir, home);
}

static int put_lack(struct clo_learned *l, const char *path, uint64_t rights,
		    uint64_t port)
{
	struct clo_use *lack;

	for (size_t i = 0; i < l->lack_count; i++) {
		lack = &l->lacks[i];
		if (path ? lack->path && !strcmp(lack->path, path) :
			   !lack->path && lack->port == port) {
			lack->rights |= rights;
			return 0;
		}
	}
	lack = clo_grow(&l->lacks, l->lack_count, sizeof(*lack));
	if (!lack)
		return -ENOMEM;
	lack->path = path ? strdup(path) : NULL;
	if (path && !lack->path)
		return -ENOMEM;
	lack->rights = rights;
	lack->port = port;
	lack->is_protected = path && is_protected(path);
	l->lack_count++;
	return 0;
}

static char *parent_of(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		slash[slash == path] = '\0';
	return path;
}

/* What the command made, sorted: it is not there before it runs. */
struct made {
	const char **paths;
	size_t count;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int list_made(const struct clo_learned *l, struct made *made)
{
	made->paths = calloc(l->use_count + 1, sizeof(*made->paths));
	if (!made->paths)
		return -ENOMEM;
	for (size_t i = 0; i < l->use_count; i++) {
		if (l->uses[i].is_made && l->uses[i].real)
			made->paths[made->count++] = l->uses[i].real;
	}
	qsort(made->paths, made->count, sizeof(*made->paths), by_text);
	return 0;
}

/*
 * Where a rule for the path stands: the path, or the directory in which the
 * command made it or what it is in.
 */
static void find_place(const struct made *made, const char *real, char *place)
{
	struct stat st;

	(void)snprintf(place, CLO_JUDGE_PATH, "%s", real);
	for (char *end = place + 1; *end; end++) {
		const char *key = place;

		end += strcspn(end, "/");
		if (*end) {
			*end = '\0';
			if (bsearch(&key, made->paths, made->count, sizeof(key),
				    by_text)) {
				(void)parent_of(place);
				return;
			}
			*end = '/';
			continue;
		}
		if (bsearch(&key, made->paths, made->count, sizeof(key),
			    by_text) ||
		    lstat(place, &st))
			(void)parent_of(place);
		return;
	}
}

/* What the sandbox lacks for one use. */
static int compare(const struct clo_sandbox *sandbox, struct clo_learned *l,
		   const struct clo_use *use, const struct made *made,
		   enum clo_learn_way way)
{
	static struct clo_judged judged;
	char place[CLO_JUDGE_PATH];
	struct stat st;
	uint64_t refused;

	if (!use->path) {
		refused = clo_judge_port(sandbox, use->port, use->rights, NULL);
		return refused ? put_lack(l, NULL, refused, use->port) : 0;
	}
	if (!use->real || !use->rights)
		return 0;
	find_place(made, use->real, place);
	if (clo_judge_path(sandbox, place, use->rights, &judged, NULL))
		return 0;
	refused = judged.refused;
	/* A file has no right of a directory. */
	if (!lstat(judged.path, &st) && S_ISREG(st.st_mode))
		refused &= ~(uint64_t)CLOISON_LANDLOCK_FS_READ_DIR;
	if (!refused)
		return 0;
	return put_lack(l, way == CLO_LEARN_EACH ? use->real : judged.path,
			refused, 0);
}

/* Files of one directory that are only read: the directory, if it may be. */
static int join(struct clo_learned *l)
{
	size_t before = l->lack_count;

	for (size_t i = 0; i < before; i++) {
		char dir[CLO_JUDGE_PATH], other[CLO_JUDGE_PATH];
		uint64_t rights = 0;
		size_t count = 0;

		if (!l->lacks[i].path || l->lacks[i].is_protected ||
		    l->lacks[i].rights & ~READ)
			continue;
		(void)snprintf(dir, sizeof(dir), "%s", l->lacks[i].path);
		(void)parent_of(dir);
		if (is_broad(dir) || is_protected(dir))
			continue;
		for (size_t j = 0; j < before; j++) {
			if (!l->lacks[j].path || l->lacks[j].is_protected ||
			    l->lacks[j].rights & ~READ)
				continue;
			(void)snprintf(other, sizeof(other), "%s",
				       l->lacks[j].path);
			if (strcmp(parent_of(other), dir) != 0)
				continue;
			count++;
			rights |= l->lacks[j].rights;
		}
		if (count >= JOIN &&
		    put_lack(l, dir, rights | CLOISON_LANDLOCK_FS_READ_DIR, 0))
			return -ENOMEM;
	}
	return 0;
}

/* Rules that another, above, makes needless. */
static void drop(struct clo_learned *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->lack_count; i++) {
		struct clo_use lack = l->lacks[i];
		bool is_needed = true;

		for (size_t j = 0; lack.path && j < l->lack_count; j++) {
			const struct clo_use *o = &l->lacks[j];

			if (j != i && o->path && !(lack.rights & ~o->rights) &&
			    strcmp(o->path, lack.path) != 0 &&
			    (is_in(lack.path, o->path)))
				is_needed = false;
		}
		if (!is_needed) {
			/* Kept apart: others may be compared with it yet. */
			l->lacks[i].rights = 0;
		}
	}
	for (size_t i = 0; i < l->lack_count; i++) {
		if (l->lacks[i].rights)
			l->lacks[kept++] = l->lacks[i];
		else
			release(l->lacks[i].path);
	}
	l->lack_count = kept;
}

static int by_path(const void *a, const void *b)
{
	const struct clo_use *x = a, *y = b;

	if (!x->path || !y->path)
		return x->path ? -1 :
		       y->path ? 1 :
				 (x->port > y->port) - (x->port < y->port);
	return strcmp(x->path, y->path);
}

int clo_learn(const struct clo_sandbox *sandbox, char **argv,
	      const struct cloison_landlock_policy *policy,
	      enum clo_learn_way way, struct clo_learned *ret, int *ret_status,
	      struct clo_err *err)
{
	bool is_wide = way == CLO_LEARN_WIDE;
	struct made made = { 0 };
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->slots = calloc(SLOTS, sizeof(*ret->slots));
	if (!ret->slots)
		return clo_err_set(err, -ENOMEM, "learn: no memory is left");
	r = clo_trace_run(argv, policy, collect, ret, ret_status, err);
	if (!r)
		r = list_made(ret, &made);
	for (size_t i = 0; !r && i < ret->use_count; i++)
		r = compare(sandbox, ret, &ret->uses[i], &made, way);
	release(made.paths);
	/* Directories of directories: twice is as far as a person goes. */
	if (!r && is_wide)
		r = join(ret);
	if (!r && is_wide)
		drop(ret);
	if (!r && ret->lack_count && way != CLO_LEARN_REFUSED)
		qsort(ret->lacks, ret->lack_count, sizeof(*ret->lacks),
		      by_path);
	if (r == -ENOMEM)
		return clo_err_set(err, r, "learn: no memory is left");
	return r;
}
