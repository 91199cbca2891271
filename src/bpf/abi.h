/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the guard (BPF) and the Core share: requests, events, maps.
 *
 * A request to the guard is prctl(CLO_PRCTL, enum clo_guard_request, arg, size,
 * 0).  A BPF program cannot make prctl succeed, so the answer is an errno:
 * CLO_ANSWER + rule, and CLO_ANSWER + 0 (CLO_RULE_ALLOW) means done.  Any other
 * errno (EINVAL) means that no guard is loaded, or an older one.
 *
 * No structure here has a hole, and each has its size asserted: both sides are
 * compiled by different compilers.
 */
#ifndef CLO_BPF_ABI_H
#define CLO_BPF_ABI_H

#include "policy/cage.h"

#define CLO_ABI	   1u
#define CLO_PRCTL  0x436c6f69u /* "Cloi" */
#define CLO_ANSWER 2000 /* errno = CLO_ANSWER + rule; at most 4095 */

_Static_assert(CLO_ANSWER + CLO_RULE_COUNT < 4095, "answers are errnos");

enum clo_guard_request {
	CLO_GUARD_CLAIM = 1, /* arg: 0; become the Core */
	CLO_GUARD_LOCK = 2, /* arg: 0; the guard defends itself from now on */
	CLO_GUARD_DEFINE = 3, /* arg: struct clo_define *, size: its size */
	CLO_GUARD_ENTER = 4, /* arg: label as one word (clo_label_word) */
	CLO_GUARD_CLOSE = 5, /* arg: cage; nobody enters it any more */
	CLO_GUARD_FREE = 6, /* arg: cage; refused while it has tasks */
	CLO_GUARD_CANARY = 7, /* arg: cage; always refused with MOUNT, logged */
	CLO_GUARD_PLACE = 8, /* arg: struct clo_found *, size: its size */
};

struct clo_define {
	clo_u32 abi; /* CLO_ABI */
	clo_u32 cage; /* [CLO_CAGE_FIRST..CLO_CAGE_MAX] */
	struct clo_cage limits;
};
_Static_assert(sizeof(struct clo_define) == 8 + sizeof(struct clo_cage),
	       "no hole");

enum { CLO_FOUND_MAPS = 3 }; /* events, counts, task_labels */

/* What somebody found where the guard should be: is it the guard's? */
struct clo_found {
	clo_u64 run_dev; /* of the directory above the pins: see clo_self */
	clo_u64 run_ino;
	clo_u32 map_ids[CLO_FOUND_MAPS]; /* of the maps opened there; all 0:
					  * none was */
	clo_u32 spare; /* 0 */
};
_Static_assert(sizeof(struct clo_found) == 2 * 8 + 4 * CLO_FOUND_MAPS + 4,
	       "no hole");

/* The label as the argument of CLO_GUARD_ENTER: cage + roles << 16. */
static inline clo_u64 clo_label_word(struct clo_label label)
{
	return label.cage | (clo_u64)label.roles << 16;
}

/*
 * Hooks, by number: the programs that can refuse.  Append only; the name is
 * that of the kernel's hook and appears in the log.
 */
/* clang-format off */
#define CLO_HOOKS(X)            \
	X(0, none)              \
	X(1, guard_request)     \
	X(2, task_kill)         \
	X(3, ptrace_access_check) \
	X(4, ptrace_traceme)    \
	X(5, task_setpgid)      \
	X(6, task_getpgid)      \
	X(7, task_getsid)       \
	X(8, task_setnice)      \
	X(9, task_setioprio)    \
	X(10, task_getioprio)   \
	X(11, task_prlimit)     \
	X(12, task_setrlimit)   \
	X(13, task_setscheduler) \
	X(14, task_getscheduler) \
	X(15, task_movememory)  \
	X(16, capget)           \
	X(17, task_prctl)       \
	X(18, file_send_sigiotask) \
	X(19, unix_stream_connect) \
	X(20, unix_may_send)    \
	X(21, socket_create)    \
	X(22, netlink_send)     \
	X(23, file_receive)     \
	X(24, file_open)        \
	X(25, file_ioctl)       \
	X(26, file_lock)        \
	X(27, path_notify)      \
	X(28, inode_setattr)    \
	X(29, inode_link)       \
	X(30, inode_rename)     \
	X(31, inode_unlink)     \
	X(32, inode_rmdir)      \
	X(33, inode_mknod)      \
	X(34, inode_setxattr)   \
	X(35, inode_removexattr) \
	X(36, inode_create)     \
	X(37, bprm_check_security) \
	X(38, mmap_file)        \
	X(39, ipc_permission)   \
	X(40, shm_shmctl)       \
	X(41, key_alloc)        \
	X(42, key_permission)   \
	X(43, sb_mount)         \
	X(44, sb_umount)        \
	X(45, sb_remount)       \
	X(46, sb_kern_mount)    \
	X(47, move_mount)       \
	X(48, sb_pivotroot)     \
	X(49, path_chroot)      \
	X(50, userns_create)    \
	X(51, capable)          \
	X(52, cap_capable)      \
	X(53, bpf)              \
	X(54, bpf_map)          \
	X(55, bpf_prog)         \
	X(56, perf_event_open)  \
	X(57, uring_allowed)    \
	X(58, kernel_module_request) \
	X(59, kernel_load_data) \
	X(60, kernel_read_file) \
	X(61, syslog)           \
	X(62, quotactl)         \
	X(63, settime)          \
	X(64, inode_init_security_anon) \
	X(65, task_alloc)       \
	X(66, file_ioctl_compat) \
	X(67, shm_associate)    \
	X(68, msg_queue_associate) \
	X(69, sem_associate)    \
	X(70, msg_queue_msgctl) \
	X(71, sem_semctl)       \
	X(72, inode_mkdir)      \
	X(73, unix_find)        \
	X(74, file_set_fowner)  \
	X(75, shm_shmat)        \
	X(76, locked_down)      \
	X(77, inode_set_acl)    \
	X(78, inode_remove_acl) \
	X(79, cred_prepare)     \
	X(80, inode_symlink)
/* clang-format on */

#define X(id, name) CLO_HOOK_##name = id,
enum clo_hook { CLO_HOOKS(X) CLO_HOOK_COUNT };
#undef X

/* What an event tells; a refusal unless said otherwise. */
enum clo_event_kind {
	CLO_EVENT_DENIED = 0,
	CLO_EVENT_CLAIM = 1, /* a task became the Core */
	CLO_EVENT_DEFINE = 2, /* a cage's limits were set */
	CLO_EVENT_ENTER = 3, /* a task took on a cage's label */
	CLO_EVENT_FREE = 4, /* a cage's number was given back */
	CLO_EVENT_LOCK = 5, /* the guard defends itself */
	CLO_EVENT_CANARY = 6, /* a refusal that was asked for; by report */
	CLO_EVENT_KIND_COUNT,
};

enum { CLO_COMM_MAX = 16, CLO_EXE_MAX = 128, CLO_OBJECT_MAX = 64 };

/*
 * One event of the ring buffer.  Strings end with a zero; they are a cage's
 * bytes and are escaped before anybody prints them.
 */
struct clo_event {
	clo_u64 id; /* of this boot, from 1; never reused */
	clo_u64 time_ns; /* CLOCK_BOOTTIME */
	clo_u32 kind; /* enum clo_event_kind */
	clo_u32 hook; /* enum clo_hook */
	clo_u32 rule; /* enum clo_rule */
	struct clo_label from;
	struct clo_label to; /* of the target, where there is one */
	clo_u32 pid; /* thread group, in the initial pid namespace */
	clo_u32 tid;
	clo_u32 uid; /* in the initial user namespace */
	clo_u32 target_pid; /* 0: none */
	clo_u32 suppressed; /* like events not reported before this one */
	clo_u64 arg; /* capability, family, request, mode...: see the hook */
	clo_u64 dev; /* of the file, 0: none */
	clo_u64 ino;
	char comm[CLO_COMM_MAX];
	char exe[CLO_EXE_MAX]; /* path of the program, "" if unknown */
	char object[CLO_OBJECT_MAX]; /* last component of the file's name */
};
_Static_assert(sizeof(struct clo_event) == 16 + 10 * 4 + 3 * 8 + 16 + 128 + 64,
	       "no hole");

/* Counters of one cage; summed over all rules in `ps` and `top`. */
struct clo_count {
	clo_u64 denied; /* refusals, reported or not */
	clo_u64 suppressed; /* not reported because of the rate limit */
	clo_u64 lost; /* not reported because the ring was full */
};

enum {
	CLO_PROTECTED_MAX = 16,
	CLO_PATH_DEVS_MAX = 8,
	CLO_HOST_NS_MAX = 8,
	CLO_WAYS_MAX = 8,
};

/*
 * What the guard knows of itself; written by the loader before the guard is
 * attached, then only by the guard.
 */
/* A directory, as the kernel numbers it inside. */
struct clo_way {
	clo_u64 dev; /* s_dev */
	clo_u64 ino; /* 0: unused */
};

struct clo_self {
	clo_u32 abi; /* CLO_ABI */
	clo_u32 is_locked;
	clo_u64 core_dev; /* s_dev of the file registered as the Core */
	clo_u64 core_ino;
	clo_u64 pin_dev; /* s_dev of the guard's bpffs */
	clo_u64 next_event; /* id of the next event */
	clo_u32 map_ids[CLO_PROTECTED_MAX]; /* the guard's maps, 0: unused */
	clo_u32 found_ids[CLO_FOUND_MAPS]; /* of those that are asked about */
	clo_u32 mount_ns; /* inode of the initial mount namespace */
	clo_u32 path_dev_count;
	clo_u32 spare; /* 0 */
	clo_u64 path_devs[CLO_PATH_DEVS_MAX]; /* s_dev of each mount above */
	clo_u64 cgroup; /* id of the Core's cgroup tree, 0: none */
	clo_u64 run_dev; /* of the directory above the pins, as fstat(2) says */
	clo_u64 run_ino;
	clo_u64 devpts_dev; /* s_dev of the host's terminals, 0: none */
	clo_u32 host_ns[CLO_HOST_NS_MAX]; /* inodes of the host's namespaces */
	struct clo_way ways[CLO_WAYS_MAX]; /* down to the pins and the program;
					    * beneath mounts that cover them */
};

/*
 * Names of the maps, which are also those of their pins:
 *   task_labels   TASK_STORAGE, struct clo_label
 *   sock_labels   SK_STORAGE, struct clo_label
 *   cages         ARRAY[CLO_CAGE_COUNT], struct clo_cage
 *   counts        ARRAY[CLO_CAGE_COUNT], struct clo_count
 *   self          ARRAY[1], struct clo_self
 *   events        RINGBUF, struct clo_event
 */
#define CLO_GUARD_DIR "/run/cloison/guard" /* a bpffs; pins below */

#endif
