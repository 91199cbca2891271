// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Profiles as files: where they are, and those that include others.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/near.h"
#include "sandbox/profile.h"

enum { DEPTH_MAX = 8, FRAGMENTS_MAX = 64, PLACE_MAX = 4096 };

static int include(struct clo_sandbox *sandbox, const char *from,
		   const char *name, struct clo_err *err);

int clo_sandbox_read(struct clo_sandbox *sandbox, const char *text, size_t size,
		     const char *file, bool is_json, struct clo_err *err)
{
	struct clo_doc doc;
	int r;

	if (sandbox->fragment_count >= FRAGMENTS_MAX)
		return clo_err_set(err, -EINVAL,
				   "%s: more than %d files in one sandbox",
				   file, FRAGMENTS_MAX);
	r = is_json ? clo_doc_json(text, size, file, &doc, err) :
		      clo_doc_toml(text, size, file, &doc, err);
	if (r)
		return r;
	r = clo_profile_read(sandbox, &doc, include, err);
	clo_doc_deinit(&doc);
	return r;
}

/* The whole file; -ENOENT is left to the caller to tell. */
static int read_file(const char *path, char **ret_text, size_t *ret_size,
		     struct clo_err *err)
{
	clo_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	clo_free char *text = NULL;
	struct stat st;
	ssize_t n;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return -ENOENT;
	if (fd < 0 || fstat(fd, &st))
		return clo_err_set(err, -errno, "%s: %s", path,
				   strerror(errno));
	if (S_ISDIR(st.st_mode))
		return clo_err_set(err, -EISDIR, "%s: it is a directory", path);
	/* Not zeroed: nearly all of it stays untouched. */
	text = malloc(CLO_TOML_FILE_MAX + 2);
	if (!text)
		return clo_err_set(err, -ENOMEM, "%s: no memory is left", path);
	n = clo_read_up_to(fd, text, CLO_TOML_FILE_MAX + 1);
	if (n < 0)
		return clo_err_set(err, (int)n, "%s: %s", path,
				   strerror((int)-n));
	text[n] = '\0';
	*ret_text = clo_take_ptr(text);
	*ret_size = (size_t)n;
	return 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), e = strlen(end);

	return n >= e && !strcmp(text + n - e, end);
}

static int load_file(struct clo_sandbox *sandbox, const char *path,
		     struct clo_err *err)
{
	clo_free char *text = NULL;
	size_t size = 0;
	const char *kept;
	int r;

	/* The same file twice adds nothing, and ends circles. */
	for (size_t i = 0; i < sandbox->fragment_count; i++) {
		if (!strcmp(sandbox->fragments[i].name, path))
			return 0;
	}
	r = read_file(path, &text, &size, err);
	if (r)
		return r;
	if (sandbox->depth >= DEPTH_MAX)
		return clo_err_set(
			err, -EINVAL,
			"%s: files include each other more than %d deep", path,
			DEPTH_MAX);
	kept = clo_sandbox_keep(sandbox, path);
	if (!kept)
		return -ENOMEM;
	sandbox->depth++;
	r = clo_sandbox_read(sandbox, text, size, kept,
			     ends_with(path, ".json"), err);
	sandbox->depth--;
	return r;
}

/* Tries NAME.toml in each directory of a list between colons. */
static int load_from(struct clo_sandbox *sandbox, const char *dirs,
		     const char *name, struct clo_err *err)
{
	char path[PLACE_MAX];

	while (*dirs) {
		size_t n = strcspn(dirs, ":");
		int r, size;

		size = snprintf(path, sizeof(path), "%.*s/%s.toml", (int)n,
				dirs, name);
		if (n && size > 0 && (size_t)size < sizeof(path)) {
			r = load_file(sandbox, path, err);
			if (r != -ENOENT || err->text[0])
				return r;
		}
		dirs += n + (dirs[n] == ':');
	}
	return -ENOENT;
}

static void find_dirs(char *dirs, size_t size)
{
	const char *path = getenv("CLOISON_PROFILE_PATH");
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (path && *path)
		(void)snprintf(dirs, size, "%s", path);
	else if (config && *config == '/')
		(void)snprintf(dirs, size, "%s/cloison/profiles:%s", config,
			       CLO_PROFILE_DIRS);
	else if (home && *home == '/')
		(void)snprintf(dirs, size, "%s/.config/cloison/profiles:%s",
			       home, CLO_PROFILE_DIRS);
	else
		(void)snprintf(dirs, size, "%s", CLO_PROFILE_DIRS);
}

/* Names of the profiles in a list of directories. */
static void try_profiles(struct clo_near *near, const char *dirs)
{
	char name[PLACE_MAX];

	while (*dirs) {
		size_t n = strcspn(dirs, ":");
		struct dirent *entry;
		DIR *dir;

		(void)snprintf(name, sizeof(name), "%.*s", (int)n, dirs);
		dir = opendir(name);
		while (dir && (entry = readdir(dir))) {
			if (!ends_with(entry->d_name, ".toml"))
				continue;
			(void)snprintf(name, sizeof(name), "%.*s",
				       (int)strlen(entry->d_name) - 5,
				       entry->d_name);
			clo_near_try(near, name);
		}
		if (dir)
			(void)closedir(dir);
		dirs += n + (dirs[n] == ':');
	}
}

int clo_sandbox_load(struct clo_sandbox *sandbox, const char *name,
		     struct clo_err *err)
{
	struct clo_near near = { .word = name };
	char dirs[PLACE_MAX];
	int r;

	err->text[0] = '\0';
	if (strchr(name, '/') || ends_with(name, ".toml") ||
	    ends_with(name, ".json")) {
		r = load_file(sandbox, name, err);
		if (r == -ENOENT && !err->text[0])
			return clo_err_set(err, r, "%.400s: %s", name,
					   strerror(ENOENT));
		return r;
	}
	find_dirs(dirs, sizeof(dirs));
	r = load_from(sandbox, dirs, name, err);
	if (r != -ENOENT || err->text[0])
		return r;
	try_profiles(&near, dirs);
	return clo_near_end(&near, err, r, "a file is written with a slash",
			    "no profile is named '%.100s' in %.300s", name,
			    dirs);
}

/* A name is looked for as ever; a path is taken from where the file is. */
static int include(struct clo_sandbox *sandbox, const char *from,
		   const char *name, struct clo_err *err)
{
	const char *slash = strrchr(from, '/');
	char path[PLACE_MAX];
	int size;

	if (!strchr(name, '/') || *name == '/' || !slash)
		return clo_sandbox_load(sandbox, name, err);
	size = snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - from),
			from, name);
	if (size < 0 || (size_t)size >= sizeof(path))
		return clo_err_set(err, -EINVAL, "%s: a path is too long",
				   from);
	return clo_sandbox_load(sandbox, path, err);
}
