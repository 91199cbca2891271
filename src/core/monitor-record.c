// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the cages, on disk: one file a cage, the structure as it is,
 * replaced whole.  A Core that comes back reads them and finishes what was
 * begun.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/files.h"
#include "core/launch-step.h"
#include "core/monitor.h"

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

static void recover_cage(struct core *core, struct cage *cage, const char *name)
{
	int r = read_record(core, name, &cage->run);

	if (r) {
		clo_monitor_say(core,
				"record '%s' is not readable (%s); look "
				"for the processes of that cage",
				name, strerror(-r));
		memset(cage, 0, sizeof(*cage));
		cage->pidfd = -1;
		return;
	}
	cage->number = ++core->next_number;
	cage->pidfd = clo_sys_pidfd(cage->run.init_pid, cage->run.init_start);
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
	size_t count =
		clo_files_names(CLO_RECORDS_DIR, "", names, CLO_CAGES_MAX);

	for (size_t i = 0; i < count; i++)
		recover_cage(core, &core->cages[i], names[i]);
	count = clo_files_names(CLO_CAGE_DIR, ".toml", names, CLO_CAGES_MAX);
	for (size_t i = 0; i < count; i++) {
		struct clo_wire_cage asked = { 0 };
		struct client nobody = { 0 };

		if (clo_monitor_cage_named(core, names[i]))
			continue;
		memcpy(asked.name, names[i], sizeof(asked.name));
		clo_monitor_up(core, &asked, &nobody, true);
	}
}
