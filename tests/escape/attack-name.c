/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks on what a name leads to: a directory that everybody may write, and a
 * terminal that everybody may open, as far as their modes go.
 */
#include "attack.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

static const char *dir_name(void)
{
	static char name[64];

	(void)snprintf(name, sizeof(name), SHARED_DIR "/%d.names",
		       stage->number);
	return name;
}

static void make_dir(void)
{
	mode_t old = umask(0);

	(void)mkdir(dir_name(), 0777);
	(void)umask(old);
}

enum { MAKE_FILE, MAKE_DIR, MAKE_FIFO, MAKE_SYMLINK, MAKE_LINK, MAKE_MOVED };

/* A name in the directory of the victim, which everybody may write by mode. */
static int run_name(long how)
{
	char path[96], own[64];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/name", dir_name());
	(void)snprintf(own, sizeof(own), SHARED_DIR "/%d.own", stage->number);
	switch (how) {
	case MAKE_FILE:
		return call(open(path, O_CREAT | O_EXCL | O_CLOEXEC, 0666));
	case MAKE_DIR:
		return call(mkdir(path, 0777));
	case MAKE_FIFO:
		return call(mkfifo(path, 0666));
	case MAKE_SYMLINK:
		return call(symlink("/etc/passwd", path));
	default:
		fd = open(own, O_CREAT | O_CLOEXEC, 0666);
		if (fd < 0)
			return -EPROTO;
		(void)close(fd);
		return call(how == MAKE_LINK ? link(own, path) :
					       rename(own, path));
	}
}

/* A terminal that everybody may open, says its mode. */
static void make_terminal(void)
{
	int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	int number = -1, unlock = 0;
	char path[32];

	if (fd < 0 || ioctl(fd, TIOCSPTLCK, &unlock) ||
	    ioctl(fd, TIOCGPTN, &number))
		stage->fault = errno;
	(void)snprintf(path, sizeof(path), "/dev/pts/%d", number);
	(void)chmod(path, 0666);
	stage->value[VALUE_KEY] = number;
}

static int run_terminal(long arg)
{
	char path[32];

	(void)arg;
	(void)snprintf(path, sizeof(path), "/dev/pts/%ld",
		       stage->value[VALUE_KEY]);
	return call(open(path, O_RDWR | O_NOCTTY | O_CLOEXEC));
}

/* clang-format off */
const struct attack attacks_name[] = {
	{ "name-create", run_name, make_dir, NULL, OWN_UID, MAKE_FILE },
	{ "name-mkdir", run_name, make_dir, NULL, OWN_UID, MAKE_DIR },
	{ "name-mknod", run_name, make_dir, NULL, OWN_UID, MAKE_FIFO },
	{ "name-symlink", run_name, make_dir, NULL, OWN_UID, MAKE_SYMLINK },
	{ "name-link", run_name, make_dir, NULL, OWN_UID, MAKE_LINK },
	{ "name-rename", run_name, make_dir, NULL, OWN_UID, MAKE_MOVED },
	{ "terminal-open", run_terminal, make_terminal, NULL, OWN_UID, 0 },
	{ 0 },
};
/* clang-format on */
