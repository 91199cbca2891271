// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read the installed configuration.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/near.h"
#include "cli/config.h"

const char *clo_config_dir(void)
{
	const char *dir = getenv("CLOISON_CONFIG");

	return dir && *dir ? dir : "/etc/cloison";
}

struct clo_config *clo_config_new(struct clo_err *err)
{
	struct clo_config *config = calloc(1, sizeof(*config));

	if (!config)
		(void)clo_err_set(err, -ENOMEM, "no memory");
	return config;
}

/* Read a whole file of at most CLO_TOML_FILE_MAX bytes. */
static int read_file(const char *path, char *text, size_t *ret_size,
		     struct clo_err *err)
{
	clo_fd int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st))
		return clo_err_set(err, -errno, "%.400s: %s", path,
				   strerror(errno));
	if (!S_ISREG(st.st_mode))
		return clo_err_set(err, -EINVAL,
				   "%.400s: this is not a regular file", path);
	n = clo_read_up_to(fd, text, CLO_TOML_FILE_MAX + 1);
	if (n < 0)
		return clo_err_set(err, (int)n, "%.400s: %s", path,
				   strerror((int)-n));
	*ret_size = (size_t)n;
	return 0;
}

/* Two files that are right alone and not together: name the lines of both. */
static int refuse_pair(const struct clo_cage_conf *a,
		       struct clo_cage_place *a_place,
		       const struct clo_cage_conf *b,
		       struct clo_cage_place *b_place, const char *b_text,
		       size_t b_size, struct clo_err *err)
{
	clo_free char *a_text = malloc(CLO_TOML_FILE_MAX + 1);
	char a_shown[CLO_CONFIG_PATH + 12], b_shown[CLO_CONFIG_PATH + 12];
	struct clo_err unread = { 0 };
	size_t a_size;

	clo_cage_place_line(b_text, b_size, b, b_place, b_shown,
			    sizeof(b_shown));
	/* A file that has changed since may have the lines elsewhere. */
	if (a_text && !read_file(a_place->where, a_text, &a_size, &unread))
		clo_cage_place_line(a_text, a_size, a, a_place, a_shown,
				    sizeof(a_shown));
	return clo_cage_conf_check_pair(a, b, a_place, b_place, err);
}

int clo_config_add(struct clo_config *config, const char *path,
		   struct clo_err *err)
{
	clo_free char *text = malloc(CLO_TOML_FILE_MAX + 1);
	struct clo_cage_conf *conf;
	size_t size;
	int r;

	if (!text)
		return clo_err_set(err, -ENOMEM, "no memory");
	if (config->count >= CLO_CAGE_MAX + 1 - CLO_CAGE_FIRST)
		return clo_err_set(err, -E2BIG,
				   "%.400s: there are more than %d cages", path,
				   CLO_CAGE_MAX + 1 - CLO_CAGE_FIRST);
	r = read_file(path, text, &size, err);
	if (r)
		return r;
	conf = &config->cages[config->count].conf;
	r = clo_cage_conf_parse(text, size, path, conf, err);
	if (r)
		return r;
	for (uint32_t i = 0; i < config->count; i++) {
		const struct clo_cage_conf *other = &config->cages[i].conf;
		struct clo_cage_place a = { .where = config->cages[i].file };
		struct clo_cage_place b = { .where = path };

		if (clo_cage_conf_check_pair(other, conf, &a, &b, err))
			return refuse_pair(other, &a, conf, &b, text, size,
					   err);
	}
	(void)snprintf(config->cages[config->count].file, CLO_CONFIG_PATH, "%s",
		       path);
	config->count++;
	return 0;
}

int clo_config_read_core(const char *path, struct clo_core_conf *conf,
			 struct clo_err *err)
{
	clo_free char *text = malloc(CLO_TOML_FILE_MAX + 1);
	size_t size;
	int r;

	if (!text)
		return clo_err_set(err, -ENOMEM, "no memory");
	r = read_file(path, text, &size, err);
	if (r)
		return r;
	return clo_core_conf_parse(text, size, path, conf, err);
}

static int is_cage_file(const struct dirent *d)
{
	size_t size = strlen(d->d_name);

	return d->d_name[0] != '.' && size > 5 &&
	       !strcmp(d->d_name + size - 5, ".toml");
}

static int load_builtin(struct clo_config *config, struct clo_err *err)
{
	config->is_builtin = true;
	while (!clo_cage_conf_builtin(config->count,
				      &config->cages[config->count].conf)) {
		(void)snprintf(config->cages[config->count].file,
			       CLO_CONFIG_PATH, "built-in");
		config->count++;
	}
	if (!config->count)
		return clo_err_set(err, -ENOENT, "there is no built-in cage");
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const typeof(((struct clo_config *)0)->cages[0]) *x = a, *y = b;

	return (x->conf.id > y->conf.id) - (x->conf.id < y->conf.id);
}

/* Add every file of the folder, in the order of their names. */
static int load_dir(struct clo_config *config, const char *dir,
		    struct clo_err *err)
{
	struct dirent **entries = NULL;
	int n, r = 0;

	n = scandir(dir, &entries, is_cage_file, alphasort);
	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0)
		return clo_err_set(err, -errno, "%.400s: %s", dir,
				   strerror(errno));
	for (int i = 0; i < n; i++) {
		char path[CLO_CONFIG_PATH];
		int size = snprintf(path, sizeof(path), "%s/%s", dir,
				    entries[i]->d_name);

		if (!r && (size_t)size >= sizeof(path))
			r = clo_err_set(err, -ENAMETOOLONG,
					"%.400s: the name of a file is too "
					"long",
					dir);
		if (!r)
			r = clo_config_add(config, path, err);
		clo_free_cleanup(&entries[i]);
	}
	clo_free_cleanup(&entries);
	return r;
}

int clo_config_load(struct clo_config *config, struct clo_err *err)
{
	char path[CLO_CONFIG_PATH];
	int r;

	(void)snprintf(path, sizeof(path), "%s/cloison.toml", clo_config_dir());
	if (access(path, F_OK) && errno == ENOENT)
		r = clo_core_conf_parse("", 0, path, &config->core, err);
	else
		r = clo_config_read_core(path, &config->core, err);
	if (r)
		return r;
	(void)snprintf(path, sizeof(path), "%s/cages", clo_config_dir());
	r = load_dir(config, path, err);
	if (r)
		return r;
	if (!config->count)
		return load_builtin(config, err);
	qsort(config->cages, config->count, sizeof(config->cages[0]), by_id);
	return 0;
}

int clo_config_find(const struct clo_config *config, const char *name,
		    struct clo_err *err)
{
	struct clo_near near = { .word = name };

	for (uint32_t i = 0; i < config->count; i++) {
		const char *other = config->cages[i].conf.name;

		if (!strcmp(other, name))
			return (int)i;
		clo_near_try(&near, other);
	}
	return clo_near_end(&near, err, -ENOENT, "see 'cloison policy show'",
			    "no file describes a cage '%.40s'", name);
}
