/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The few types and fields of the kernel that the guard reads.
 *
 * Written by hand instead of generated from a running kernel: what the guard
 * depends on is thereby in the tree, to be read.  Offsets here mean nothing;
 * the loader takes the real ones from the kernel's own type information
 * (CO-RE), so one object runs on every kernel from 6.12 on.  Order of fields
 * and fields that are not used are left out.
 */
#ifndef CLO_BPF_KERNEL_H
#define CLO_BPF_KERNEL_H

#include "policy/types.h"

typedef clo_u8 __u8;
typedef clo_u16 __u16;
typedef clo_u32 __u32;
typedef clo_u64 __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

enum { EPERM = 1, ENOMEM = 12 };

/* Numbers of uapi/linux/bpf.h. */
enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_SK_STORAGE = 24,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_INODE_STORAGE = 28,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
	BPF_F_NO_PREALLOC = 1 << 0,
	BPF_F_CLONE = 1 << 9,
	BPF_STORAGE_CREATE = 1, /* BPF_LOCAL_STORAGE_GET_F_CREATE */
	BPF_CMD_LINK_CREATE = 28,
	BPF_CMD_LINK_GET_FD_BY_ID = 30,
	BPF_UPROBE_MULTI = 48, /* BPF_TRACE_UPROBE_MULTI */
	BPF_UPROBE_SESSION = 57, /* BPF_TRACE_UPROBE_SESSION */
	BPF_TASK_ITER_ALL_THREADS = 1,
};

/* Numbers of the file system; include/linux/fs.h, uapi/linux/magic.h. */
enum {
	S_IFMT = 0170000,
	S_IFIFO = 0010000,
	S_IFREG = 0100000,
	S_IFCHR = 0020000,
	S_IFDIR = 0040000,
	S_IFBLK = 0060000,
	S_IFSOCK = 0140000,
	S_ISUID = 0004000,
	S_ISGID = 0002000,
	S_IXGRP = 0000010,
	S_ISVTX = 0001000,
	S_IWOTH = 0000002,
	FMODE_WRITE = 1 << 1,
	O_TRUNC = 01000,
	ATTR_MODE = 1 << 0,
	PROT_EXEC = 4,
	MS_MOVE = 8192,
	MNT_DETACH = 2,
	PTRACE_MODE_ATTACH = 2,
	PTRACE_MODE_NOAUDIT = 4,
	CAP_OPT_NOAUDIT = 2,
	CAP_SYS_ADMIN = 21,
	CAP_PERFMON = 38,
	LSM_PRLIMIT_WRITE = 2,
	MINOR_BITS = 20, /* of a dev_t inside the kernel */
	PF_SIGNALED = 0x400, /* of a task: a signal ends it */
};
enum {
	MAGIC_PROC = 0x9fa0,
	MAGIC_SYSFS = 0x62656572,
	MAGIC_DEBUGFS = 0x64626720,
	MAGIC_TRACEFS = 0x74726163,
	MAGIC_SECURITYFS = 0x73636673,
	MAGIC_CONFIGFS = 0x62656570,
	MAGIC_BPFFS = 0xcafe4a11,
	MAGIC_CGROUP2 = 0x63677270,
	MAGIC_EFIVARFS = 0xde5e81e4,
	MAGIC_DEVPTS = 0x1cd1,
	MAGIC_PIDFS = 0x50494446,
	MAGIC_TMPFS = 0x01021994,
	MAGIC_NSFS = 0x6e736673,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u64 val;
} kernel_cap_t;

struct ns_common {
	unsigned int inum;
};

struct user_namespace {
	int level;
	struct ns_common ns;
};

struct cred {
	kuid_t uid;
	kuid_t euid;
	kuid_t fsuid;
	kernel_cap_t cap_effective;
	struct user_namespace *user_ns;
};

struct qstr {
	__u32 len;
	const unsigned char *name;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
};

struct inode {
	__u16 i_mode;
	kuid_t i_uid;
	struct super_block *i_sb;
	unsigned long i_ino;
	__u32 i_rdev;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};

struct mount {
	struct mount *mnt_parent;
	struct vfsmount mnt;
	int mnt_group_id;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	unsigned int f_mode;
	unsigned int f_flags;
	struct inode *f_inode;
	const struct cred *f_cred;
	struct path f_path;
};

struct fown_struct {
	kuid_t uid;
};

struct iattr {
	unsigned int ia_valid;
	__u16 ia_mode;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct net {
	struct ns_common ns;
};

struct ipc_namespace {
	struct ns_common ns;
};

struct uts_namespace {
	struct ns_common ns;
};

struct cgroup_namespace {
	struct ns_common ns;
};

struct time_namespace {
	struct ns_common ns;
};

struct pid_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
	struct ipc_namespace *ipc_ns;
	struct uts_namespace *uts_ns;
	struct cgroup_namespace *cgroup_ns;
	struct time_namespace *time_ns;
	struct pid_namespace *pid_ns_for_children;
};

struct signal_struct {
	int nr_threads;
};

struct mm_struct {
	struct file *exe_file;
};

struct seccomp {
	int mode;
};

struct bpf_local_storage;

struct task_struct {
	int pid;
	int tgid;
	int exit_state;
	unsigned int flags;
	unsigned int ptrace;
	struct task_struct *group_leader;
	struct signal_struct *signal;
	struct nsproxy *nsproxy;
	struct mm_struct *mm;
	const struct cred *cred;
	struct seccomp seccomp;
	struct bpf_local_storage *bpf_storage;
};

struct linux_binprm {
	struct file *file;
};

struct kern_ipc_perm {
	kuid_t cuid;
};

struct socket {
	struct file *file;
	struct sock *sk;
};

struct sock {
	__u16 sk_protocol;
	struct socket *sk_socket;
	struct bpf_local_storage *sk_bpf_storage;
};

struct bpf_map {
	__u32 id;
};

struct bpf_prog_aux {
	__u32 id;
};

/* As an enum, because CO-RE takes no number for one; its values: policy. */
enum bpf_prog_type { BPF_PROG_TYPE_UNSPEC };

struct bpf_prog {
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
};

struct perf_event {
	struct perf_event *parent;
};

/* Borrowed for its long array of char: see text_of() in facts.bpf.h. */
struct new_utsname {
	char sysname[65];
};

#pragma clang attribute pop

/* Of the system call's argument, which is not relocated: it is uapi. */
union bpf_attr {
	__u32 link_id;
	struct {
		__u32 prog_fd;
		__u32 target_fd;
		__u32 attach_type;
	} link_create;
};

struct bpf_iter_task {
	__u64 opaque[3];
};

/* Only named: never looked into. */
struct kernel_siginfo;
struct mnt_idmap;
struct rlimit;
struct sk_buff;
struct key;
struct timespec64;
struct timezone;

#endif
