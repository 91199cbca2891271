// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits of a cage: the cgroup cages/NAME below the Core's own tree (v2).
 *
 * A limit that the cage's file asks for and this machine cannot set is an
 * error; the weight of its I/O alone is only a wish, and said to be lacking.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/launch-step.h"

/* clang-format off */
static const struct limit {
	const char *controller; /* of cgroup.subtree_control */
	const char *file;
	bool is_optional;
} limits[] = {
	{ "memory", "memory.max", false },
	{ "memory", "memory.swap.max", true }, /* absent without swap */
	{ "cpu", "cpu.max", false },
	{ "pids", "pids.max", false },
	{ "io", "io.weight", true },
};
/* clang-format on */

/* The text of a limit, "" if the cage's file does not ask for it. */
static void limit_text(const struct clo_cage_conf *conf, size_t which,
		       char *out, size_t size)
{
	out[0] = '\0';
	if (which == 0 && conf->memory_mib)
		(void)snprintf(out, size, "%uM", conf->memory_mib);
	if (which == 1 && conf->memory_mib)
		(void)snprintf(out, size, "%uM", conf->swap_mib);
	if (which == 2 && conf->cpu_percent)
		(void)snprintf(out, size, "%llu 100000",
			       conf->cpu_percent * 1000ull);
	if (which == 3 && conf->pids)
		(void)snprintf(out, size, "%u", conf->pids);
	if (which == 4 && conf->io_weight)
		(void)snprintf(out, size, "%u", conf->io_weight);
}

/* The default weight is that of everybody: nothing is lacking without it. */
static void tell_lacking(const struct clo_cage_conf *conf,
			 const struct limit *limit, int r, struct clo_err *err)
{
	if (strcmp(limit->controller, "io") || conf->io_weight == 100)
		return;
	(void)clo_err_set(err, r,
			  "cage '%s': io-weight %u is not in force: '%s' "
			  "cannot be set (%s); the Core's cgroup lacks the "
			  "controller 'io'",
			  conf->name, conf->io_weight, limit->file,
			  strerrordesc_np(-r));
}

static int set_limits(int fd, const struct clo_cage_conf *conf,
		      struct clo_err *err)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(limits); i++) {
		char text[64];
		int r;

		limit_text(conf, i, text, sizeof(text));
		if (!text[0])
			continue;
		r = clo_sys_write_at(fd, limits[i].file, text);
		if (r && limits[i].is_optional)
			tell_lacking(conf, &limits[i], r, err);
		if (!r || limits[i].is_optional)
			continue;
		return clo_err_set(
			err, r == -ENOENT ? -EOPNOTSUPP : r,
			"cage '%s': '%s' cannot be set to %s (%s); "
			"give the Core's cgroup the controller '%s', "
			"or bring the cage up --without=cgroup",
			conf->name, limits[i].file, text, strerrordesc_np(-r),
			limits[i].controller);
	}
	return 0;
}

/* What the cages may use: one by one, as some may be missing here. */
static void enable_controllers(int fd)
{
	static const char *const names[] = { "+memory", "+cpu", "+pids",
					     "+io" };

	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++)
		(void)clo_sys_write_at(fd, "cgroup.subtree_control",
				       names[i]); /* told by set_limits() */
}

static int open_cages(const struct clo_launcher *launcher)
{
	int fd = openat(launcher->cgroup_fd, "cages",
			O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno != ENOENT || mkdirat(launcher->cgroup_fd, "cages", 0755))
		return -errno;
	enable_controllers(launcher->cgroup_fd);
	fd = openat(launcher->cgroup_fd, "cages",
		    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	enable_controllers(fd);
	return fd;
}

/**
 * clo_cgroup_open() - Open the cgroup of a cage
 * @launcher: Its cgroup_fd is the Core's tree.
 * @name: Of the cage.
 * @ret_fd: The directory.
 *
 * Return: 0, -ENOENT if the cage has none, -errno.
 */
int clo_cgroup_open(const struct clo_launcher *launcher, const char *name,
		    int *ret_fd)
{
	clo_fd int cages_fd = -1;
	int fd;

	if (launcher->cgroup_fd < 0)
		return -ENOENT;
	cages_fd = openat(launcher->cgroup_fd, "cages",
			  O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (cages_fd < 0)
		return -errno;
	fd = openat(cages_fd, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static bool is_populated(int fd)
{
	char text[128];

	return clo_sys_read_at(fd, "cgroup.events", text, sizeof(text)) < 0 ||
	       !strstr(text, "populated 0");
}

/**
 * clo_cgroup_make() - Make the cgroup of a cage, with its limits
 * @launcher: Its cgroup_fd is the Core's tree.
 * @conf: The cage; not NULL.
 * @ret_fd: The directory, for CLONE_INTO_CGROUP.
 * @err: See clo_err_set().
 *
 * An empty one that a crash has left is used again.
 *
 * Return: 0, -EOPNOTSUPP if this machine cannot set a limit, -errno.
 */
int clo_cgroup_make(const struct clo_launcher *launcher,
		    const struct clo_cage_conf *conf, int *ret_fd,
		    struct clo_err *err)
{
	clo_fd int cages_fd = -1;
	clo_fd int fd = -1;
	bool is_old;
	int r;

	if (launcher->cgroup_fd < 0)
		return clo_err_set(err, -EOPNOTSUPP,
				   "cage '%s': there is no cgroup v2 tree to "
				   "limit it in; mount one, or bring the cage "
				   "up --without=cgroup",
				   conf->name);
	cages_fd = open_cages(launcher);
	if (cages_fd < 0)
		return clo_err_set(err, cages_fd,
				   "cage '%s': its cgroup cannot be created "
				   "(%s)",
				   conf->name, strerrordesc_np(-cages_fd));
	is_old = mkdirat(cages_fd, conf->name, 0755) != 0;
	if (is_old && errno != EEXIST)
		return clo_err_set(err, -errno,
				   "cage '%s': its cgroup cannot be created "
				   "(%s)",
				   conf->name, strerrordesc_np(errno));
	fd = openat(cages_fd, conf->name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return clo_err_set(err, -errno,
				   "cage '%s': its cgroup cannot be opened",
				   conf->name);
	if (is_old && is_populated(fd))
		return clo_err_set(err, -EBUSY,
				   "cage '%s': processes of an earlier one are "
				   "in its cgroup; cloison down ends them",
				   conf->name);
	r = set_limits(fd, conf, err);
	if (r) {
		(void)unlinkat(cages_fd, conf->name, AT_REMOVEDIR);
		return r;
	}
	*ret_fd = clo_take_fd(&fd);
	return 0;
}

/* Return: 0, -ENOENT if the cage has no cgroup, -errno. */
int clo_cgroup_kill(const struct clo_launcher *launcher, const char *name)
{
	clo_fd int fd = -1;
	int r = clo_cgroup_open(launcher, name, &fd);

	return r ? r : clo_sys_write_at(fd, "cgroup.kill", "1");
}

/* Return: 0, -EBUSY while processes are in it, -errno. */
int clo_cgroup_remove(const struct clo_launcher *launcher, const char *name)
{
	char path[sizeof("cages/") + CLO_NAME_MAX];

	if (launcher->cgroup_fd < 0)
		return 0;
	(void)snprintf(path, sizeof(path), "cages/%s", name);
	if (unlinkat(launcher->cgroup_fd, path, AT_REMOVEDIR) &&
	    errno != ENOENT)
		return -errno;
	return 0;
}
