// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/bounds.h"
#include "core/files.h"
#include "model/core.h"
#include "proto/wire.h"

size_t clo_files_names(const char *dir, const char *suffix,
		       char names[][CLO_NAME_MAX + 1], size_t max)
{
	static char buf[8192] __attribute__((aligned(8)));
	clo_fd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t count = 0;
	long size;

	if (fd < 0)
		return 0;
	while ((size = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0) {
		const struct dirent64 *d;

		for (long at = 0; at < size; at += d->d_reclen) {
			size_t length, cut = strlen(suffix);

			d = (const struct dirent64 *)(const void *)(buf + at);
			length = strlen(d->d_name);
			if (length <= cut || length - cut > CLO_NAME_MAX ||
			    strcmp(d->d_name + length - cut, suffix) ||
			    count >= max)
				continue;
			memcpy(names[count], d->d_name, length - cut);
			names[count][length - cut] = '\0';
			if (clo_cage_name_is_good(names[count]))
				count++;
		}
	}
	return count;
}

int clo_files_open_conf(const char *path, struct clo_err *err)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	clo_fd int fd = -1;
	struct stat st;

	fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
	if (fd < 0)
		return clo_err_set(err, -errno, "%s: %s%s", path,
				   strerror(errno),
				   errno == ELOOP ?
					   "; no part of its path may be a "
					   "symbolic link" :
					   "");
	if (fstat(fd, &st))
		return clo_err_set(err, -errno, "%s: %s", path,
				   strerror(errno));
	if (!S_ISREG(st.st_mode))
		return clo_err_set(err, -EINVAL, "%s: is no file", path);
	if (st.st_uid != 0 || (st.st_mode & 022))
		return clo_err_set(err, -EACCES,
				   "%s: belongs to user %u with mode %04o; it "
				   "must be root's and writable by root only",
				   path, st.st_uid, st.st_mode & 07777);
	if (st.st_size > CLO_CONF_FILE_MAX)
		return clo_err_set(err, -EFBIG,
				   "%s: has %lld bytes, more than %d", path,
				   (long long)st.st_size, CLO_CONF_FILE_MAX);
	return clo_take_fd(&fd);
}

int clo_files_open_log(int dir_fd, int old_fd, uint64_t max)
{
	const char *name = strrchr(CLO_EVENT_LOG, '/') + 1;
	struct stat st;
	char old[64];
	int fd;

	(void)snprintf(old, sizeof(old), "%s.1", name);
	if (old_fd >= 0 && !fstat(old_fd, &st) && (uint64_t)st.st_size >= max)
		(void)renameat(dir_fd, name, dir_fd, old);
	clo_fd_cleanup(&old_fd);
	fd = openat(dir_fd, name,
		    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		    0640);
	if (fd < 0 || fchmod(fd, 0640)) /* whatever the umask is */
		return -errno;
	return fd;
}

int clo_files_open_cage(const char *name, int *ret_fd, struct clo_err *err)
{
	char found[1][CLO_NAME_MAX + 1];
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s.toml", CLO_CAGE_DIR, name);
	fd = clo_files_open_conf(path, err);
	if (fd == -ENOENT && !clo_files_names(CLO_CAGE_DIR, ".toml", found, 1))
		fd = -1; /* no file at all: the built-in cages */
	else if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}
