// SPDX-License-Identifier: GPL-2.0-only
/*
 * /etc of a cage: a few generated files, and read-only views of what programs
 * of the host's /usr need there.  Nothing else of the host's /etc is visible.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "core/launch-step.h"

enum { ETC_TEXT = 4096 };

static const char *const names[CLO_ETC_COUNT] = {
	[CLO_ETC_PASSWD] = "passwd",
	[CLO_ETC_GROUP] = "group",
	[CLO_ETC_HOSTS] = "hosts",
	[CLO_ETC_HOSTNAME] = "hostname",
	[CLO_ETC_NSSWITCH] = "nsswitch.conf",
	[CLO_ETC_RESOLV] = "resolv.conf",
	[CLO_ETC_PROFILE] = "profile",
};

const char *clo_etc_name(enum clo_etc which)
{
	return names[which];
}

/* Root's shell is sh: the user's may not be there in an image. */
static int passwd_text(const struct clo_cage_conf *conf, char *out, size_t size)
{
	const char *shell = conf->shell[0] ? conf->shell : "/bin/sh";
	int n;

	n = snprintf(out, size,
		     "root:x:0:0:root:/root:%s\n"
		     "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
		     shell);
	if (n < 0 || (size_t)n >= size || !conf->user[0] || !conf->uid)
		return n;
	return n + snprintf(out + n, size - (size_t)n,
			    "%s:x:%u:%u::/home/%s:%s\n", conf->user, conf->uid,
			    conf->uid, conf->user, shell);
}

static int group_text(const struct clo_cage_conf *conf, char *out, size_t size)
{
	int n = snprintf(out, size, "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n");

	if (n < 0 || (size_t)n >= size || !conf->user[0] || !conf->uid)
		return n;
	return n + snprintf(out + n, size - (size_t)n, "%s:x:%u:\n", conf->user,
			    conf->uid);
}

static int resolv_text(const struct clo_cage_conf *conf, char *out, size_t size)
{
	int n = 0;

	out[0] = '\0';
	for (int i = 0; i < CLO_DNS && conf->dns[i][0]; i++) {
		if ((size_t)n >= size)
			break;
		n += snprintf(out + n, size - (size_t)n, "nameserver %s\n",
			      conf->dns[i]);
	}
	return n;
}

/**
 * clo_etc_text() - Write the text of a generated file
 * @conf: The cage; not NULL; checked by the model.
 * @which: The file.
 * @out: Where the text goes, with a final zero.
 * @size: Room in @out [bytes].
 *
 * Return: length, 0 if the cage has no such file, or -E2BIG.
 */
int clo_etc_text(const struct clo_cage_conf *conf, enum clo_etc which,
		 char *out, size_t size)
{
	int n = 0;

	switch (which) {
	case CLO_ETC_PASSWD:
		n = passwd_text(conf, out, size);
		break;
	case CLO_ETC_GROUP:
		n = group_text(conf, out, size);
		break;
	case CLO_ETC_HOSTS:
		n = snprintf(out, size,
			     "127.0.0.1 localhost %s\n::1 localhost %s\n",
			     conf->name, conf->name);
		break;
	case CLO_ETC_HOSTNAME:
		n = snprintf(out, size, "%s\n", conf->name);
		break;
	case CLO_ETC_NSSWITCH:
		n = snprintf(out, size,
			     "passwd: files\ngroup: files\nshadow: files\n"
			     "hosts: files dns\nservices: files\n"
			     "protocols: files\nnetworks: files\n");
		break;
	case CLO_ETC_RESOLV:
		n = resolv_text(conf, out, size);
		break;
	case CLO_ETC_PROFILE:
		/* The session's environment is set already: see enter.c. */
		n = snprintf(out, size, "umask 022\n");
		break;
	case CLO_ETC_COUNT:
		return -EINVAL;
	}
	return n < 0 || (size_t)n >= size ? -E2BIG : n;
}

static int write_file(struct clo_launch *l, int etc_fd, enum clo_etc which)
{
	char text[ETC_TEXT];
	clo_fd int fd = -1;
	int n = clo_etc_text(l->conf, which, text, sizeof(text));
	int r;

	if (n == 0)
		return 0;
	if (n < 0)
		return clo_fault_set(l, CLO_STEP_WRITE, names[which], n);
	fd = openat(etc_fd, names[which],
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return clo_fault_set(l, CLO_STEP_MAKE, names[which], -errno);
	r = clo_write_full(fd, text, (size_t)n);
	if (r)
		return clo_fault_set(l, CLO_STEP_WRITE, names[which], r);
	return 0;
}

/**
 * clo_root_etc() - Write the generated files
 * @l: The launch; not NULL.
 * @etc_fd: Directory that takes them.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_root_etc(struct clo_launch *l, int etc_fd)
{
	int r = 0;

	for (int i = 0; !r && i < CLO_ETC_COUNT; i++)
		r = write_file(l, etc_fd, (enum clo_etc)i);
	return r;
}
