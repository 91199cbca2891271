// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read the log's files, line by line, and go on where they grow.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/log.h"
#include "proto/wire.h"

const char *clo_log_path(void)
{
	const char *path = getenv("CLOISON_LOG");

	return path && *path ? path : CLO_EVENT_LOG;
}

static int open_log(const char *path, struct clo_log_reader *reader)
{
	clo_fd int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	clo_fd_cleanup(&reader->fd);
	reader->fd = clo_take_fd(&fd);
	reader->dev = st.st_dev;
	reader->ino = st.st_ino;
	reader->used = 0;
	reader->is_cut = false;
	return 0;
}

static int give_line(struct clo_log_reader *reader, size_t start, size_t size,
		     clo_log_each each, void *data)
{
	static struct clo_line line;

	if (reader->is_cut) {
		reader->is_cut = false; /* the end of a line too long */
		reader->odd++;
		return 0;
	}
	if (clo_line_read(reader->buffer + start, size, &line)) {
		reader->odd++;
		return 0;
	}
	return each(&line, data);
}

/* Give each whole line of the buffer; the rest moves to its beginning. */
static int give_lines(struct clo_log_reader *reader, clo_log_each each,
		      void *data)
{
	size_t start = 0;
	int r = 0;

	while (!r) {
		char *end = memchr(reader->buffer + start, '\n',
				   reader->used - start);

		if (!end)
			break;
		r = give_line(reader, start,
			      (size_t)(end - reader->buffer) - start, each,
			      data);
		start = (size_t)(end - reader->buffer) + 1;
	}
	reader->used -= start;
	memmove(reader->buffer, reader->buffer + start, reader->used);
	if (reader->used == sizeof(reader->buffer)) {
		reader->is_cut = true;
		reader->used = 0;
	}
	return r;
}

static int read_rest(struct clo_log_reader *reader, clo_log_each each,
		     void *data)
{
	for (;;) {
		ssize_t n = read(reader->fd, reader->buffer + reader->used,
				 sizeof(reader->buffer) - reader->used);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		reader->used += (size_t)n;
		r = give_lines(reader, each, data);
		if (r)
			return r;
	}
}

/* The file was made shorter: it has been started anew. */
static void look_for_cut(struct clo_log_reader *reader)
{
	struct stat st;
	off_t at = lseek(reader->fd, 0, SEEK_CUR);

	if (fstat(reader->fd, &st) || at < 0 || st.st_size >= at)
		return;
	(void)lseek(reader->fd, 0, SEEK_SET);
	reader->used = 0;
}

int clo_log_read_all(struct clo_log_reader *reader, clo_log_each each,
		     void *data, struct clo_err *err)
{
	const char *path = clo_log_path();
	char old[512];
	int r;

	(void)snprintf(old, sizeof(old), "%s.1", path);
	r = open_log(old, reader);
	if (!r)
		r = read_rest(reader, each, data);
	else if (r == -ENOENT)
		r = 0;
	if (r > 0)
		return r;
	r = open_log(path, reader);
	if (!r)
		r = read_rest(reader, each, data);
	if (r == -ENOENT)
		return clo_err_set(err, r,
				   "log: '%.300s' does not exist; has the Core "
				   "ever been started here?",
				   path);
	if (r == -EACCES || r == -EPERM)
		return clo_err_set(err, r,
				   "log: '%.300s' may not be read by you; use "
				   "sudo, or join the group cloison",
				   path);
	if (r < 0)
		return clo_err_set(err, r, "log: '%.300s': %s", path,
				   strerror(-r));
	return r;
}

int clo_log_read_more(struct clo_log_reader *reader, clo_log_each each,
		      void *data)
{
	const char *path = clo_log_path();
	struct stat st;
	int r = 0;

	if (reader->fd >= 0) {
		look_for_cut(reader);
		r = read_rest(reader, each, data);
		if (r > 0)
			return r;
	}
	if (stat(path, &st) || (reader->fd >= 0 && st.st_dev == reader->dev &&
				st.st_ino == reader->ino))
		return 0;
	/* Another file has the name: what was written last is read first. */
	if (reader->fd >= 0)
		r = read_rest(reader, each, data);
	if (r > 0 || open_log(path, reader))
		return r > 0 ? r : 0;
	r = read_rest(reader, each, data);
	return r > 0 ? r : 0;
}
