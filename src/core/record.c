// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/record.h"

/* Not a name that a cage can have: what is left of a write that was cut. */
#define NEW_NAME ".new"

int clo_record_write(int dir_fd, const struct clo_running *run)
{
	clo_fd int fd = -1;
	int r;

	fd = openat(dir_fd, NEW_NAME,
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return -errno;
	r = clo_write_full(fd, run, sizeof(*run));
	if (r)
		return r;
	if (renameat(dir_fd, NEW_NAME, dir_fd, run->conf.name))
		return -errno;
	return 0;
}

int clo_record_read(int dir_fd, const char *name, struct clo_running *run)
{
	struct stat st;
	clo_fd int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_uid != 0 || (st.st_mode & 077) ||
	    st.st_size != sizeof(*run) || clo_read_full(fd, run, sizeof(*run)))
		return -EBADMSG;
	if (clo_cage_conf_check(&run->conf, NULL) ||
	    strcmp(run->conf.name, name) || run->phase < CLO_RUNNING_STARTING ||
	    run->phase > CLO_RUNNING_ENDING)
		return -EBADMSG;
	return 0;
}
