// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks in words, for the log.
 */
#include <string.h>

#include "bpf/abi.h"
#include "cli/log.h"
#include "model/form.h"

enum arg {
	ARG_NONE,
	ARG_CAP,
	ARG_FAMILY,
	ARG_REQUEST,
};

/* clang-format off */
static const struct {
	const char *name;
	const char *text; /* "cannot ..." */
	enum arg arg;
} hooks[CLO_HOOK_COUNT] = {
#define HOOK(hook, text, arg) [CLO_HOOK_##hook] = { #hook, text, arg }
	HOOK(none, "do something", ARG_NONE),
	HOOK(guard_request, "ask the guard", ARG_NONE),
	HOOK(task_kill, "send a signal", ARG_NONE),
	HOOK(ptrace_access_check, "trace or look into a process", ARG_NONE),
	HOOK(ptrace_traceme, "be traced", ARG_NONE),
	HOOK(task_setpgid, "move a process to another group", ARG_NONE),
	HOOK(task_getpgid, "ask for the group of a process", ARG_NONE),
	HOOK(task_getsid, "ask for the session of a process", ARG_NONE),
	HOOK(task_setnice, "change a priority", ARG_NONE),
	HOOK(task_setioprio, "change an I/O priority", ARG_NONE),
	HOOK(task_getioprio, "ask for an I/O priority", ARG_NONE),
	HOOK(task_prlimit, "use the limits of a process", ARG_NONE),
	HOOK(task_setrlimit, "set the limits of a process", ARG_NONE),
	HOOK(task_setscheduler, "change the scheduling", ARG_NONE),
	HOOK(task_getscheduler, "ask for the scheduling", ARG_NONE),
	HOOK(task_movememory, "move the memory of a process", ARG_NONE),
	HOOK(capget, "ask for the capabilities of a process", ARG_NONE),
	HOOK(task_prctl, "set a prctl option", ARG_REQUEST),
	HOOK(file_send_sigiotask, "send a signal for a file", ARG_NONE),
	HOOK(unix_stream_connect, "connect to a unix socket", ARG_NONE),
	HOOK(unix_may_send, "send to a unix socket", ARG_NONE),
	HOOK(socket_create, "create a socket", ARG_FAMILY),
	HOOK(netlink_send, "send a netlink message", ARG_NONE),
	HOOK(file_receive, "receive a descriptor", ARG_NONE),
	HOOK(file_open, "open a file", ARG_NONE),
	HOOK(file_ioctl, "make an ioctl request", ARG_REQUEST),
	HOOK(file_lock, "lock a file", ARG_NONE),
	HOOK(path_notify, "watch a file", ARG_NONE),
	HOOK(inode_setattr, "change the attributes of a file", ARG_NONE),
	HOOK(inode_link, "link a file", ARG_NONE),
	HOOK(inode_rename, "rename a file", ARG_NONE),
	HOOK(inode_unlink, "remove a file", ARG_NONE),
	HOOK(inode_rmdir, "remove a directory", ARG_NONE),
	HOOK(inode_mknod, "make a device node", ARG_NONE),
	HOOK(inode_setxattr, "set an extended attribute", ARG_NONE),
	HOOK(inode_removexattr, "remove an extended attribute", ARG_NONE),
	HOOK(inode_set_acl, "set an access list", ARG_NONE),
	HOOK(inode_remove_acl, "remove an access list", ARG_NONE),
	HOOK(inode_create, "create a file", ARG_NONE),
	HOOK(bprm_check_security, "execute a file", ARG_NONE),
	HOOK(mmap_file, "map a file", ARG_NONE),
	HOOK(ipc_permission, "use a System V object", ARG_NONE),
	HOOK(shm_shmctl, "control shared memory", ARG_NONE),
	HOOK(key_alloc, "create a key", ARG_NONE),
	HOOK(key_permission, "use a key", ARG_NONE),
	HOOK(sb_mount, "mount", ARG_NONE),
	HOOK(sb_umount, "unmount", ARG_NONE),
	HOOK(sb_remount, "change a mount's options", ARG_NONE),
	HOOK(sb_kern_mount, "mount a new file system", ARG_NONE),
	HOOK(move_mount, "move a mount", ARG_NONE),
	HOOK(sb_pivotroot, "change the root of all", ARG_NONE),
	HOOK(path_chroot, "change its root", ARG_NONE),
	HOOK(userns_create, "create a user namespace", ARG_NONE),
	HOOK(capable, "use a capability", ARG_CAP),
	HOOK(cap_capable, "use a capability", ARG_CAP),
	HOOK(bpf, "use bpf(2)", ARG_NONE),
	HOOK(bpf_map, "use a BPF map", ARG_NONE),
	HOOK(bpf_prog, "use a BPF program", ARG_NONE),
	HOOK(perf_event_open, "open a performance counter", ARG_NONE),
	HOOK(uring_allowed, "create an io_uring", ARG_NONE),
	HOOK(kernel_module_request, "have a module loaded", ARG_NONE),
	HOOK(kernel_load_data, "load data into the kernel", ARG_NONE),
	HOOK(kernel_read_file, "load a file into the kernel", ARG_NONE),
	HOOK(syslog, "use the kernel's log", ARG_NONE),
	HOOK(quotactl, "use disk quotas", ARG_NONE),
	HOOK(settime, "set the clock", ARG_NONE),
	HOOK(inode_init_security_anon, "create an anonymous file", ARG_NONE),
	HOOK(task_alloc, "create a process", ARG_NONE),
	HOOK(cred_prepare, "leave a core", ARG_NONE),
	HOOK(file_ioctl_compat, "make an ioctl request", ARG_REQUEST),
	HOOK(shm_associate, "use shared memory", ARG_NONE),
	HOOK(msg_queue_associate, "use a message queue", ARG_NONE),
	HOOK(sem_associate, "use a semaphore", ARG_NONE),
	HOOK(msg_queue_msgctl, "control a message queue", ARG_NONE),
	HOOK(sem_semctl, "control a semaphore", ARG_NONE),
	HOOK(inode_symlink, "make a symbolic link", ARG_NONE),
	HOOK(inode_mkdir, "create a directory", ARG_NONE),
	HOOK(unix_find, "find a unix socket", ARG_NONE),
	HOOK(file_set_fowner, "choose who gets a file's signals", ARG_NONE),
	HOOK(shm_shmat, "map shared memory", ARG_NONE),
	HOOK(locked_down, "do what lockdown forbids", ARG_NONE),
#undef HOOK
};
/* clang-format on */

static size_t find_hook(const char *hook)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(hooks); i++) {
		if (hooks[i].name && !strcmp(hooks[i].name, hook))
			return i;
	}
	return CLO_HOOK_none;
}

const char *clo_hook_text(const char *hook)
{
	return hooks[find_hook(hook)].text;
}

const char *clo_hook_arg(const char *hook, uint64_t arg, char *text,
			 size_t size)
{
	const char *name = NULL;

	text[0] = '\0';
	switch (hooks[find_hook(hook)].arg) {
	case ARG_CAP:
		name = clo_cap_name(arg);
		if (name)
			(void)snprintf(text, size, "CAP_%s", name);
		for (char *p = text; *p; p++) {
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
		}
		break;
	case ARG_FAMILY:
		name = clo_family_name(arg >> 32);
		if (name && (arg >> 16 & 0xffff))
			(void)snprintf(text, size, "family %s, protocol %u",
				       name,
				       (unsigned int)(arg >> 16 & 0xffff));
		else if (name)
			(void)snprintf(text, size, "family %s", name);
		break;
	case ARG_REQUEST:
		(void)snprintf(text, size, "request 0x%llx",
			       (unsigned long long)arg);
		break;
	case ARG_NONE:
		break;
	}
	return text;
}
