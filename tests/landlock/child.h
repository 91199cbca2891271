/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A sandbox is for good: each attempt is a child of its own.
 */
#ifndef CLO_TESTS_CHILD_H
#define CLO_TESTS_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cloison/landlock.h"

#define ALL_FS cloison_landlock_all(CLOISON_LANDLOCK_FS, 11)

/*
 * Status of a child that applies @policy and returns what @deed does: 0, or
 * an errno; 200 and the errno of the restriction itself.
 */
static inline int in_child(const struct cloison_landlock_policy *policy,
			   int (*deed)(const char *), const char *arg)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		int r = policy ? cloison_landlock_apply(policy) : 0;

		if (r)
			_exit(200 + (-r & 31));
		_exit(deed(arg) & 127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static inline int do_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : 0;
}

static inline int do_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? errno : 0;
}

static inline int do_make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	(void)unlink(path);
	return 0;
}

static inline int do_truncate(const char *path)
{
	return truncate(path, 0) ? errno : 0;
}

/* A file with some bytes. */
static inline void put_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, "bytes\n", 6) != 6 || close(fd))
		abort();
}

/* A policy that is taken for granted in a test. */
static inline struct cloison_landlock_policy *new_policy(void)
{
	struct cloison_landlock_policy *policy = NULL;

	if (cloison_landlock_new(&policy))
		abort();
	return policy;
}

/* Everything is handled; all is allowed in a/ and in what else is named. */
static inline struct cloison_landlock_policy *policy_of(const char *path,
							uint64_t rights)
{
	struct cloison_landlock_policy *p = new_policy();

	for (int kind = 0; kind < 3; kind++) {
		enum cloison_landlock_kind k = (enum cloison_landlock_kind)kind;

		if (cloison_landlock_handle(p, k, cloison_landlock_all(k, 11)))
			abort();
	}
	if (cloison_landlock_allow_path(p, "a", ALL_FS, 0) ||
	    (path && cloison_landlock_allow_path(p, path, rights, 0)) ||
	    cloison_landlock_resolve(p, NULL))
		abort();
	return p;
}

#endif
