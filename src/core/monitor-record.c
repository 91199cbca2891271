// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the cages, on disk: one file a cage, the structure as it is,
 * replaced whole.  A Core that comes back reads them and finishes what was
 * begun.
 */
#include <string.h>

#include "core/files.h"
#include "core/launch-step.h"
#include "core/monitor.h"
#include "core/record.h"

int clo_monitor_record(struct core *core, struct cage *cage, uint32_t phase)
{
	cage->run.phase = phase;
	return clo_record_write(core->records_fd, &cage->run);
}

void clo_monitor_forget(struct core *core, const struct cage *cage)
{
	if (unlinkat(core->records_fd, cage->run.conf.name, 0) &&
	    errno != ENOENT)
		clo_monitor_say(core, "cage '%s': its record stays: %s",
				cage->run.conf.name, strerror(errno));
}

/*
 * Whether the guard confirms what a record says of its cage's init.  One that
 * has gone has no label any more: its cage is taken down.
 */
static bool is_confirmed(struct core *core, const struct cage *cage)
{
	struct clo_label label = { 0 };
	int r;

	if (!core->boot.is_guarded || cage->pidfd < 0)
		return true;
	r = clo_guard_label(core->labels_fd, cage->pidfd, &label);
	if (r) {
		clo_monitor_say(core,
				"record '%s': the guard does not tell the "
				"label of pid %d (%s)",
				cage->run.conf.name, cage->run.init_pid,
				strerror(-r));
		return false;
	}
	if (clo_record_agrees(&cage->run, &label))
		return true;
	clo_monitor_say(core,
			"ALERT: record '%s' says that pid %d is the init of "
			"cage %u%s, the guard says that it is of %u",
			cage->run.conf.name, cage->run.init_pid,
			cage->run.conf.id,
			cage->run.without & UINT64_C(1) << CLO_PROTECT_guard ?
				" without the guard" :
				"",
			label.cage);
	return false;
}

static void recover_cage(struct core *core, struct cage *cage, const char *name)
{
	int r = clo_record_read(core->records_fd, name, &cage->run);

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
	if (!is_confirmed(core, cage)) {
		clo_monitor_say(core,
				"cage '%s': is not taken over; look for its "
				"processes, and who wrote %s/%s",
				name, CLO_RECORDS_DIR, name);
		clo_fd_cleanup(&cage->pidfd);
		memset(cage, 0, sizeof(*cage));
		cage->pidfd = -1;
		return;
	}
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
