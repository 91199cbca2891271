// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Root outside cages against the guard that is locked.
 */
#include <bpf/bpf.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "core/guard.h"
#include "guard-actor.h"
#include "guard-live.h"

static int result(long r)
{
	return r < 0 ? errno : 0;
}

static int act_trace_core(long pid)
{
	return result(ptrace(PTRACE_SEIZE, (pid_t)pid, NULL, NULL));
}

static int act_open_dir(long arg)
{
	(void)arg;
	return result(open(CLO_GUARD_DIR, O_RDONLY | O_CLOEXEC));
}

static int act_get_pin(long arg)
{
	(void)arg;
	return result(bpf_obj_get(CLO_GUARD_DIR "/cages"));
}

static int act_unlink(long arg)
{
	(void)arg;
	return result(unlink(CLO_GUARD_DIR "/link_task_kill"));
}

static int act_rename(long arg)
{
	(void)arg;
	return result(
		rename(CLO_GUARD_DIR "/link_task_kill", CLO_GUARD_DIR "/x"));
}

static int act_mkdir(long arg)
{
	(void)arg;
	return result(mkdir(CLO_GUARD_DIR "/x", 0700));
}

static int act_chmod(long arg)
{
	(void)arg;
	return result(chmod(CLO_GUARD_DIR "/self", 0777));
}

static int act_umount(long flags)
{
	return result(umount2(CLO_GUARD_DIR, (int)flags));
}

static int act_umount_above(long flags)
{
	return result(umount2("/run", (int)flags));
}

/* From a namespace whose mounts still spread to where they came from. */
static int act_umount_peer(long arg)
{
	(void)arg;
	if (unshare(CLONE_NEWNS))
		return 210;
	return result(umount2(CLO_GUARD_DIR, MNT_DETACH));
}

static int act_mount_over(long arg)
{
	(void)arg;
	return result(mount("none", CLO_GUARD_DIR, "tmpfs", 0, NULL));
}

static int act_move(long arg)
{
	(void)arg;
	(void)mkdir("/tmp/guard-live-dir", 0755);
	return result(mount(CLO_GUARD_DIR, "/tmp/guard-live-dir", NULL, MS_MOVE,
			    NULL));
}

static int act_remount(long arg)
{
	(void)arg;
	return result(
		mount(NULL, CLO_GUARD_DIR, NULL, MS_REMOUNT | MS_RDONLY, NULL));
}

/* The one who is asked runs the same program as the Core. */
static int act_chmod_core(long arg)
{
	char path[256] = "";

	(void)arg;
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		return 213;
	return result(chmod(path, 0777));
}

static int act_unlink_core(long arg)
{
	char path[256] = "";

	(void)arg;
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		return 213;
	return result(unlink(path));
}

static int act_ftrace(long arg)
{
	(void)arg;
	return result(
		open("/proc/sys/kernel/ftrace_enabled", O_WRONLY | O_CLOEXEC));
}

/* 0 if a map, a program or a link of the guard can be had by its number. */
static int act_by_id(long which)
{
	uint32_t id = 0, refused = 0;
	int fd;

	for (;;) {
		int r = which == 0 ? bpf_map_get_next_id(id, &id) :
			which == 1 ? bpf_prog_get_next_id(id, &id) :
				     bpf_link_get_next_id(id, &id);

		if (r)
			break;
		fd = which == 0 ? bpf_map_get_fd_by_id(id) :
		     which == 1 ? bpf_prog_get_fd_by_id(id) :
				  bpf_link_get_fd_by_id(id);
		if (fd >= 0)
			return 0;
		if (errno != EPERM)
			return 211;
		refused++;
	}
	return refused >= 8 ? EPERM : 212;
}

static int act_vm_read(long pid)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	return result(process_vm_readv((pid_t)pid, &here, 1, &there, 1, 0));
}

static int act_getfd(long pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? 214 : result(syscall(SYS_pidfd_getfd, fd, 0, 0));
}

static int act_setns(long pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? 214 : result(setns(fd, CLONE_NEWNS | CLONE_NEWIPC));
}

static int act_open_mem(long pid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%ld/mem", pid);
	return result(open(path, O_RDWR | O_CLOEXEC));
}

static int act_move_mount(long arg)
{
	(void)arg;
	(void)mkdir("/tmp/guard-live-dir", 0755);
	return result(syscall(SYS_move_mount, AT_FDCWD, CLO_GUARD_DIR, AT_FDCWD,
			      "/tmp/guard-live-dir", 0));
}

/* What stands above the pins: away, covered, or with another one beneath. */
static int act_move_above(long arg)
{
	(void)arg;
	(void)mkdir("/tmp/guard-live-dir", 0755);
	return result(syscall(SYS_move_mount, AT_FDCWD, "/run", AT_FDCWD,
			      "/tmp/guard-live-dir", 0));
}

enum { BENEATH = 0x200 }; /* MOVE_MOUNT_BENEATH */

static int act_mount_above(long flags)
{
	clo_fd int fs_fd = fsopen("tmpfs", FSOPEN_CLOEXEC);
	clo_fd int fd = -1;

	if (fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return 215;
	fd = fsmount(fs_fd, FSMOUNT_CLOEXEC, 0);
	if (fd < 0)
		return 216;
	return result(
		move_mount(fd, "", AT_FDCWD, "/run",
			   MOVE_MOUNT_F_EMPTY_PATH | (unsigned int)flags));
}

static int act_pivot(long arg)
{
	(void)arg;
	(void)mkdir("/tmp/guard-live-dir", 0755);
	return result(syscall(SYS_pivot_root, "/tmp/guard-live-dir",
			      "/tmp/guard-live-dir"));
}

/* What everybody on a host does: a view of a directory, and away with it. */
static int act_bind(long arg)
{
	const char *place = "/tmp/guard-live-dir";
	clo_fd int fd = open_tree(AT_FDCWD, "/run",
				  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	(void)arg;
	(void)mkdir(place, 0755);
	if (fd < 0)
		return 217;
	if (move_mount(fd, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH))
		return errno;
	clo_fd_cleanup(&fd); /* which keeps it busy */
	fd = -1;
	return result(umount2(place, 0));
}

static int act_xattr_core(long arg)
{
	char path[256] = "";

	(void)arg;
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		return 213;
	return result(setxattr(path, "security.evm", "x", 1, 0));
}

/* As an argument: the number of the Core, of a cage's process. */
enum { IS_CORE = -1, IS_CAGE = -2 };

static const struct {
	const char *text;
	clo_act act;
	long arg;
	unsigned int hook, rule;
} deeds[] = {
	{ "signals the Core", act_kill, IS_CORE, CLO_HOOK_task_kill,
	  CLO_RULE_CORE_PROTECTED },
	{ "traces the Core", act_trace_core, IS_CORE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_CORE_PROTECTED },
	{ "reads the Core's memory", act_vm_read, IS_CORE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_CORE_PROTECTED },
	{ "opens the Core's memory", act_open_mem, IS_CORE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_CORE_PROTECTED },
	{ "takes a descriptor of the Core", act_getfd, IS_CORE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_CORE_PROTECTED },
	{ "enters the Core's namespaces", act_setns, IS_CORE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_CORE_PROTECTED },
	{ "reads a cage's memory", act_vm_read, IS_CAGE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_INTO_CAGE },
	{ "opens a cage's memory", act_open_mem, IS_CAGE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_INTO_CAGE },
	{ "takes a descriptor of a cage", act_getfd, IS_CAGE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_INTO_CAGE },
	{ "enters a cage's namespaces", act_setns, IS_CAGE,
	  CLO_HOOK_ptrace_access_check, CLO_RULE_INTO_CAGE },
	{ "moves the pins' mount by move_mount(2)", act_move_mount, 0,
	  CLO_HOOK_move_mount, CLO_RULE_CORE_PROTECTED },
	{ "moves a mount above the pins", act_move_above, 0,
	  CLO_HOOK_move_mount, CLO_RULE_CORE_PROTECTED },
	{ "mounts something above the pins", act_mount_above, 0,
	  CLO_HOOK_move_mount, CLO_RULE_CORE_PROTECTED },
	{ "mounts something beneath what is above the pins", act_mount_above,
	  BENEATH, CLO_HOOK_move_mount, CLO_RULE_CORE_PROTECTED },
	{ "gives the host another root", act_pivot, 0, CLO_HOOK_sb_pivotroot,
	  CLO_RULE_CORE_PROTECTED },
	{ "sets an attribute of the Core's program", act_xattr_core, 0,
	  CLO_HOOK_inode_setxattr, CLO_RULE_CORE_PROTECTED },
	{ "lists the pins", act_open_dir, 0, CLO_HOOK_file_open,
	  CLO_RULE_CORE_PROTECTED },
	{ "opens a pinned map", act_get_pin, 0, CLO_HOOK_bpf_map,
	  CLO_RULE_CORE_PROTECTED },
	{ "gets a map by its number", act_by_id, 0, CLO_HOOK_bpf_map,
	  CLO_RULE_CORE_PROTECTED },
	{ "gets a program by its number", act_by_id, 1, CLO_HOOK_bpf_prog,
	  CLO_RULE_CORE_PROTECTED },
	{ "gets a link by its number", act_by_id, 2, CLO_HOOK_bpf,
	  CLO_RULE_CORE_PROTECTED },
	{ "unlinks a pin", act_unlink, 0, CLO_HOOK_inode_unlink,
	  CLO_RULE_CORE_PROTECTED },
	{ "renames a pin", act_rename, 0, CLO_HOOK_inode_rename,
	  CLO_RULE_CORE_PROTECTED },
	{ "makes a directory among the pins", act_mkdir, 0,
	  CLO_HOOK_inode_mkdir, CLO_RULE_CORE_PROTECTED },
	{ "changes a pin's mode", act_chmod, 0, CLO_HOOK_inode_setattr,
	  CLO_RULE_CORE_PROTECTED },
	{ "unmounts the pins", act_umount, 0, CLO_HOOK_sb_umount,
	  CLO_RULE_CORE_PROTECTED },
	{ "unmounts the pins lazily", act_umount, MNT_DETACH,
	  CLO_HOOK_sb_umount, CLO_RULE_CORE_PROTECTED },
	{ "unmounts lazily above the pins", act_umount_above, MNT_DETACH,
	  CLO_HOOK_sb_umount, CLO_RULE_CORE_PROTECTED },
	{ "unmounts the pins from another namespace", act_umount_peer, 0,
	  CLO_HOOK_sb_umount, CLO_RULE_CORE_PROTECTED },
	{ "mounts over the pins", act_mount_over, 0, CLO_HOOK_sb_mount,
	  CLO_RULE_CORE_PROTECTED },
	{ "moves the pins' mount", act_move, 0, CLO_HOOK_sb_mount,
	  CLO_RULE_CORE_PROTECTED },
	{ "remounts the pins read-only", act_remount, 0, CLO_HOOK_sb_mount,
	  CLO_RULE_CORE_PROTECTED },
	{ "changes the mode of the Core's program", act_chmod_core, 0,
	  CLO_HOOK_inode_setattr, CLO_RULE_CORE_PROTECTED },
	{ "unlinks the Core's program", act_unlink_core, 0,
	  CLO_HOOK_inode_unlink, CLO_RULE_CORE_PROTECTED },
	{ "turns tracing off", act_ftrace, 0, CLO_HOOK_file_open,
	  CLO_RULE_TRACING_OFF },
};

/* Whether the guard takes @dir, with these maps, for its own place. */
static int ask_place(const char *dir, const int *map_fds)
{
	clo_fd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -EBADF : clo_guard_place(fd, map_fds);
}

static int act_place(long is_false)
{
	return -ask_place(is_false ? "/tmp" : "/run/cloison", NULL);
}

static void test_place(void)
{
	struct clo_err err = { "" };
	int maps[CLO_FOUND_MAPS] = { -1, -1, -1 };
	clo_fd int foreign_fd =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, "events", 4, 4, 1, NULL);
	int own, r = clo_guard_open(CLO_GUARD_DIR, &maps[0], &maps[1], &err);

	if (!r)
		r = clo_guard_open_labels(CLO_GUARD_DIR, &maps[2], &err);
	if (!r)
		r = ask_place("/run/cloison", maps);
	live_ok(r == 0, "the Core finds its place and its maps", -r);
	events_forget();
	r = ask_place("/tmp", maps);
	live_ok(r == -ESTALE && events_have(CLO_HOOK_guard_request,
					    CLO_RULE_FALSE_PLACE),
		"another directory is a false place, and that is told", -r);
	own = maps[1];
	maps[1] = foreign_fd;
	r = ask_place("/run/cloison", maps);
	live_ok(r == -ESTALE, "so is the right one with a map of another", -r);
	maps[1] = maps[0];
	r = ask_place("/run/cloison", maps);
	live_ok(r == -ESTALE, "and with one of the guard's for another", -r);
	maps[1] = own;
	own = maps[2];
	maps[2] = foreign_fd;
	r = ask_place("/run/cloison", maps);
	live_ok(r == -ESTALE, "and with labels that are another's", -r);
	r = host_do(act_place, 0);
	live_ok(r == 0, "who is not yet the Core may ask", r);
	r = host_do(act_place, 1);
	live_ok(r == ESTALE, "and is told of a false place as well", r);
	(void)close(maps[0]);
	(void)close(maps[1]);
	(void)close(own);
}

void test_self(void)
{
	struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	char text[96];
	long arg;
	int r;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(deeds); i++) {
		/* So many are refused that the log would shorten them. */
		(void)nanosleep(&pause, NULL);
		events_forget();
		arg = deeds[i].arg;
		if (arg == IS_CORE)
			arg = live_core;
		else if (arg == IS_CAGE)
			arg = live_b;
		r = host_do(deeds[i].act, arg);
		(void)snprintf(text, sizeof(text),
			       "refused: root outside cages %s", deeds[i].text);
		live_ok(r != 0 && r < 200 &&
				events_have(deeds[i].hook, deeds[i].rule),
			text, r);
	}
	r = act_ftrace(0);
	live_ok(r == EPERM, "refused: the Core itself turns tracing off", r);
	r = host_do(act_bind, 0);
	live_ok(r == 0, "the host mounts a view of /run and unmounts it", r);
	r = act_open_dir(0);
	live_ok(r == 0, "the Core opens its pins", r);
	r = act_kill(live_b);
	live_ok(r == 0, "the Core signals a cage", r);
	test_place();
}
