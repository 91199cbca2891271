// SPDX-License-Identifier: GPL-2.0-only
#include "core/copy.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "bpf/abi.h"
#include "core/boot.h"
#include "core/guard.h"

#define COPY_NAME CLO_COPY_DIR "/cloisond"
#define NEW_NAME  CLO_COPY_DIR "/cloisond.new"

extern char **environ;

static bool is_same_file(const char *a, const char *b)
{
	struct stat one, other;

	return !stat(a, &one) && !stat(b, &other) &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* A mount of ours that others can execute from, whatever /run may. */
static int mount_place(void)
{
	/* noswap first: who writes the swap device would write the Core. */
	static const char *const options[] = {
		"mode=0700,size=32m,nr_inodes=16,noswap",
		"mode=0700,size=32m,nr_inodes=16",
	};
	struct stat own, parent;

	if (mkdir(CLO_COPY_DIR, 0700) && errno != EEXIST)
		return -errno;
	if (stat(CLO_COPY_DIR, &own) || stat(CLO_RUN_DIR, &parent))
		return -errno;
	if (own.st_dev != parent.st_dev)
		return 0; /* of a Core before, without guard */
	for (size_t i = 0; i < CLO_ARRAY_SIZE(options); i++) {
		if (!mount("cloison", CLO_COPY_DIR, "tmpfs",
			   MS_NOSUID | MS_NODEV, options[i]))
			return 0;
		if (errno != EINVAL) /* a kernel before 6.4 */
			break;
	}
	return -errno;
}

static int copy_program(void)
{
	clo_fd int from_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	clo_fd int to_fd = -1;
	struct stat st;

	if (from_fd < 0 || fstat(from_fd, &st))
		return -errno;
	if (unlink(NEW_NAME) && errno != ENOENT)
		return -errno;
	to_fd = open(NEW_NAME,
		     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		     0500);
	if (to_fd < 0)
		return -errno;
	for (off_t at = 0; at < st.st_size;) {
		ssize_t n = sendfile(to_fd, from_fd, &at,
				     (size_t)(st.st_size - at));

		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO; /* it became shorter */
	}
	return rename(NEW_NAME, COPY_NAME) ? -errno : 0;
}

int clo_copy_become(const char *init_path)
{
	static char name[] = "cloisond";
	char option[512];
	char *const argv[] = { name, option, NULL };
	int r;

	if (is_same_file("/proc/self/exe", COPY_NAME))
		return 0;
	/* A mount that only we see would be in nobody's way, and go with us. */
	if (!is_same_file("/proc/self/ns/mnt", "/proc/1/ns/mnt"))
		return -EXDEV;
	/* In force, it knows its program: the one that was copied before. */
	if (clo_guard_ask(CLO_GUARD_CANARY, CLO_CAGE_FIRST, 0) == -ENOSYS) {
		r = mount_place();
		if (!r)
			r = copy_program();
		if (r)
			return r;
	}
	if ((size_t)snprintf(option, sizeof(option), "--init=%s", init_path) >=
	    sizeof(option))
		return -ENAMETOOLONG;
	(void)execve(COPY_NAME, argv, environ);
	return -errno;
}
