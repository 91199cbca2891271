// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the monitor opens while it is still privileged, and the roles that it
 * starts from it.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/*
 * Open the log, and put the old one aside if it has its size.  The directory
 * gives the file its group (mode 2750).
 */
int clo_monitor_log_open(struct core *core)
{
	const char *name = strrchr(CLO_EVENT_LOG, '/') + 1;
	const int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW |
			  O_CLOEXEC;
	struct peer *peer = clo_monitor_peer(core, CLO_RUN_report);
	char old[64];
	struct stat st;

	(void)snprintf(old, sizeof(old), "%s.1", name);
	if (core->log_fd >= 0 && !fstat(core->log_fd, &st) &&
	    st.st_size >= (off_t)core->boot.conf.log_size_mib << 20)
		(void)renameat(core->log_dir_fd, name, core->log_dir_fd, old);
	clo_fd_cleanup(&core->log_fd);
	core->log_fd = openat(core->log_dir_fd, name, flags, 0640);
	if (core->log_fd < 0)
		return -errno;
	if (fchmod(core->log_fd, 0640)) /* whatever the umask is */
		return -errno;
	if (!peer)
		return 0;
	return clo_message_send(peer->fd, CLO_ORDER_LOG, 0, NULL, 0,
				&core->log_fd, 1);
}

int clo_monitor_start_role(struct core *core, enum clo_role role)
{
	const struct clo_boot *boot = &core->boot;
	int launch_fds[] = { boot->init_fd, boot->cgroup_fd, core->state_fd,
			     core->run_fd };
	int report_fds[] = { core->events_fd, core->counts_fd, core->log_fd };
	char missing[2][32] = { "0", "0" };
	struct peer *peer = NULL;

	if (role == CLO_RUN_control) {
		peer = clo_monitor_spawn(core, role, &core->listen_fd, 1, NULL,
					 NULL);
	} else if (role == CLO_RUN_report) {
		(void)snprintf(missing[0], sizeof(missing[0]), "%llu",
			       (unsigned long long)boot->conf.log_size_mib
				       << 20);
		peer = clo_monitor_spawn(core, role, report_fds,
					 CLO_ARRAY_SIZE(report_fds), missing[0],
					 core->events_fd < 0 ? "unguarded" :
							       "guarded");
		for (size_t i = 0; peer && i < CLO_CAGES_MAX; i++) {
			if (core->cages[i].step >= STEP_UP)
				clo_monitor_tell_name(core, &core->cages[i],
						      false);
		}
	} else if (role == CLO_RUN_launch) {
		for (size_t i = 0; i < CLO_ARRAY_SIZE(boot->report.missing);
		     i++)
			(void)snprintf(
				missing[i], sizeof(missing[i]), "%llu",
				(unsigned long long)boot->report.missing[i]);
		peer = clo_monitor_spawn(core, role, launch_fds,
					 CLO_ARRAY_SIZE(launch_fds), missing[0],
					 missing[1]);
	}
	if (!peer)
		return -EAGAIN;
	return 0;
}

/* The guard's maps, and from here on nobody else touches them. */
static int open_guard(struct core *core, struct clo_err *err)
{
	int r;

	core->events_fd = -1;
	core->counts_fd = -1;
	if (!core->boot.is_guarded)
		return 0;
	r = clo_guard_open(CLO_GUARD_DIR, &core->events_fd, &core->counts_fd,
			   err);
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
	    (r = open_dir(CLO_RECORDS_DIR, &core->records_fd, err)) ||
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

/*
 * Ask for what must be refused.  A guard that allows it, or that is no longer
 * there, is said as loudly as the monitor can.
 */
void clo_monitor_canary(struct core *core)
{
	int r;

	if (!core->boot.is_guarded)
		return;
	core->canary_ms = clo_monitor_now_ms() + CLO_CANARY_MS;
	r = clo_guard_ask(CLO_GUARD_CANARY, CLO_CAGE_FIRST, 0);
	if (r == CLO_RULE_MOUNT)
		return;
	clo_monitor_say(core,
			"ALERT: the guard does not refuse what it must "
			"(answer %d); nothing keeps the cages apart",
			r);
	core->boot.is_guarded = 0; /* and no cage comes up any more */
	(void)snprintf(core->boot.reason, sizeof(core->boot.reason),
		       "it did not refuse what it must (answer %d)", r);
}
