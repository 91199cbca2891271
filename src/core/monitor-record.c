// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the cages, on disk: one file a cage, the structure as it is,
 * replaced whole.  A Core that comes back reads them and finishes what was
 * begun.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/monitor.h"
#include "model/cage-check.h"

/* Not a name that a cage can have: what is left of a write that was cut. */
#define NEW_NAME ".new"

int clo_monitor_record(struct core *core, struct cage *cage, uint32_t phase)
{
	clo_fd int fd = -1;
	int r;

	cage->run.phase = phase;
	fd = openat(core->records_fd, NEW_NAME,
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return -errno;
	r = clo_write_full(fd, &cage->run, sizeof(cage->run));
	if (r)
		return r;
	if (renameat(core->records_fd, NEW_NAME, core->records_fd,
		     cage->run.conf.name))
		return -errno;
	return 0;
}

void clo_monitor_forget(struct core *core, const struct cage *cage)
{
	if (unlinkat(core->records_fd, cage->run.conf.name, 0) &&
	    errno != ENOENT)
		clo_monitor_say(core, "cage '%s': its record stays: %s",
				cage->run.conf.name, strerror(errno));
}

/* Names of cages among the files of a directory; others are passed over. */
size_t clo_monitor_names(const char *dir, const char *suffix,
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

/*
 * A file that decides what a cage may do is root's, and nobody else's to
 * change; what is at its name is that file, and no link to another.
 */
int clo_monitor_conf_open(const char *path, struct clo_err *err)
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

/*
 * Field 22 of /proc/PID/stat: when the process started.  The name before it
 * (in brackets) may hold anything, so what follows the last bracket counts.
 */
int clo_monitor_init_start(int pid, uint64_t *ret_start)
{
	char path[32], text[1024];
	clo_fd int fd = -1;
	uint64_t value = 0;
	const char *c;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return -ESRCH;
	text[n] = '\0';
	c = strrchr(text, ')');
	for (int field = 2; c && field < 22; field++)
		c = strchr(c + 1, ' ');
	if (!c || c[1] < '0' || c[1] > '9')
		return -EBADMSG;
	for (c++; *c >= '0' && *c <= '9'; c++)
		value = value * 10 + (uint64_t)(*c - '0');
	*ret_start = value;
	return 0;
}

/* Read a record that an earlier Core wrote; whole and sane, or not at all. */
static int read_record(const struct core *core, const char *name,
		       struct clo_running *run)
{
	struct stat st;
	clo_fd int fd = openat(core->records_fd, name,
			       O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

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

/* A descriptor of the cage's init, if it is still the one that was recorded. */
static int open_init(const struct clo_running *run)
{
	uint64_t start = 0;
	clo_fd int fd = -1;

	if (run->init_pid <= 1)
		return -ESRCH;
	fd = (int)syscall(SYS_pidfd_open, run->init_pid, 0);
	if (fd < 0)
		return -errno;
	if (clo_monitor_init_start(run->init_pid, &start) ||
	    start != run->init_start)
		return -ESRCH; /* the number is another process's now */
	return clo_take_fd(&fd);
}

static void recover_cage(struct core *core, struct cage *cage, const char *name)
{
	int r = read_record(core, name, &cage->run);

	if (r) {
		clo_monitor_say(core, "record '%s' is not readable (%s); look "
				      "for the processes of that cage",
				name, strerror(-r));
		memset(cage, 0, sizeof(*cage));
		cage->pidfd = -1;
		return;
	}
	cage->number = ++core->next_number;
	cage->pidfd = open_init(&cage->run);
	cage->step = STEP_UP;
	clo_monitor_tell_name(core, cage, false);
	if (cage->run.phase == CLO_RUNNING_UP && cage->pidfd >= 0) {
		clo_monitor_say(core, "cage '%s': found up, pid %d", name,
				cage->run.init_pid);
		return;
	}
	clo_monitor_say(core, "cage '%s': found %s; taken down", name,
			cage->run.phase == CLO_RUNNING_UP ?
				"without its init" :
				"half way up or down");
	clo_monitor_take_down(core, cage);
	if (cage->pidfd < 0)
		clo_monitor_init_gone(core, cage);
}

void clo_monitor_recover(struct core *core)
{
	static char names[CLO_CAGES_MAX][CLO_NAME_MAX + 1];
	size_t count = clo_monitor_names(CLO_RECORDS_DIR, "", names,
					 CLO_CAGES_MAX);

	for (size_t i = 0; i < count; i++)
		recover_cage(core, &core->cages[i], names[i]);
	count = clo_monitor_names(CLO_CAGE_DIR, ".toml", names,
				  CLO_CAGES_MAX);
	for (size_t i = 0; i < count; i++) {
		struct clo_wire_cage asked = { 0 };
		struct client nobody = { 0 };

		if (clo_monitor_cage_named(core, names[i]))
			continue;
		memcpy(asked.name, names[i], sizeof(asked.name));
		clo_monitor_up(core, &asked, &nobody, true);
	}
}
