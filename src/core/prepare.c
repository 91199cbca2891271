// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the monitor opens while it is still privileged.  Nothing here runs once
 * it has given its privilege up.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "core/monitor.h"

static int open_dir(const char *path, int *ret_fd, struct clo_err *err)
{
	*ret_fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*ret_fd < 0)
		return clo_err_set(err, -errno, "%s: %s", path,
				   strerror(errno));
	return 0;
}

static int listen_control(struct core *core, struct clo_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX,
				       .sun_path = CLO_CONTROL_SOCKET };
	mode_t mode = core->boot.group ? 0660 : 0600;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);

	core->listen_fd = fd;
	(void)unlink(CLO_CONTROL_SOCKET); /* of a Core that has gone */
	(void)umask(0177);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    chown(CLO_CONTROL_SOCKET, 0, core->boot.group) ||
	    chmod(CLO_CONTROL_SOCKET, mode) || listen(fd, CLO_CLIENTS_MAX))
		return clo_err_set(err, -errno, "%s: %s", CLO_CONTROL_SOCKET,
				   strerror(errno));
	(void)umask(0077);
	return 0;
}

/* Below the directory that the guard is asked about, and on its file system. */
static int open_records(struct core *core, struct clo_err *err)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV |
			   RESOLVE_NO_SYMLINKS,
	};

	core->records_fd = (int)syscall(SYS_openat2, core->run_fd,
					strrchr(CLO_RECORDS_DIR, '/') + 1, &how,
					sizeof(how));
	if (core->records_fd >= 0)
		return 0;
	if (errno == EXDEV)
		return clo_err_set(err, -ESTALE, CLO_FALSE_PLACE_TEXT,
				   CLO_RECORDS_DIR);
	return clo_err_set(err, -errno, "%s: %s", CLO_RECORDS_DIR,
			   strerror(errno));
}

/* The descriptors that will be used are those that the guard is asked about. */
static int check_place(const struct core *core, struct clo_err *err)
{
	const int maps[CLO_FOUND_MAPS] = { core->events_fd, core->counts_fd,
					   core->labels_fd };
	int r = clo_guard_place(core->run_fd, maps);

	if (r == -ESTALE)
		return clo_err_set(err, r, CLO_FALSE_PLACE_TEXT, CLO_RUN_DIR);
	if (r)
		return clo_err_set(err, r,
				   "guard: does not say whether '%s' is its "
				   "own: %s",
				   CLO_RUN_DIR, strerror(-r));
	return 0;
}

/* The guard's maps, and from here on nobody else touches them. */
static int open_guard(struct core *core, struct clo_err *err)
{
	int r;

	core->events_fd = -1;
	core->counts_fd = -1;
	core->labels_fd = -1;
	if (!core->boot.is_guarded)
		return 0;
	r = clo_guard_open(CLO_GUARD_DIR, &core->events_fd, &core->counts_fd,
			   err);
	if (!r)
		r = clo_guard_open_labels(CLO_GUARD_DIR, &core->labels_fd, err);
	if (!r)
		r = check_place(core, err);
	if (r)
		return r;
	if (!core->boot.conf.lock)
		return 0;
	r = clo_guard_ask(CLO_GUARD_LOCK, 0, 0);
	if (r)
		return clo_err_set(err, r < 0 ? r : -EPERM,
				   "guard: does not lock itself: rule %d", r);
	return 0;
}

int clo_monitor_open(struct core *core, int boot_fd, struct clo_err *err)
{
	static const enum clo_role roles[] = { CLO_RUN_launch, CLO_RUN_report,
					       CLO_RUN_control };
	int r = clo_read_full(boot_fd, &core->boot, sizeof(core->boot));

	(void)close(boot_fd);
	core->log_fd = -1;
	if (r) {
		core->boot.syslog_fd = -1;
		return clo_err_set(err, r,
				   "this role is started by cloisond only");
	}
	if ((r = open_dir(CLO_RUN_DIR, &core->run_fd, err)) ||
	    (r = open_records(core, err)) ||
	    (r = open_dir(CLO_STATE_DIR, &core->state_fd, err)) ||
	    (r = open_dir(CLO_LOG_DIR, &core->log_dir_fd, err)) ||
	    (r = open_guard(core, err)) || (r = listen_control(core, err)))
		return r;
	r = clo_monitor_log_open(core);
	if (r)
		return clo_err_set(err, r, "%s: %s", CLO_EVENT_LOG,
				   strerror(-r));
	for (size_t i = 0; i < CLO_ARRAY_SIZE(roles); i++) {
		r = clo_monitor_start_role(core, roles[i]);
		if (r)
			return clo_err_set(err, r, "role '%s': cannot start",
					   clo_role_name(roles[i]));
	}
	return 0;
}
