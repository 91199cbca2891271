/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Files: opening them and what is done to them without opening.
 *
 * Nothing here is called for each component of a path or for each read: what
 * is decided is decided when a file is opened, mapped or executed.
 */
#ifndef CLO_BPF_FILE_BPF_H
#define CLO_BPF_FILE_BPF_H

#include "bpf/self.bpf.h"
#include "bpf/space.bpf.h"
#include "policy/object.h"

enum { PROC_DEPTH = 6 }; /* /proc/PID/task/TID/attr/NAME, from the bottom up */

/*
 * What of /proc describes the kernel or the machine; the names are those of
 * the root of procfs, at most 15 characters each.
 *
 * Source: ANSSI BP-028 R9; Linux Documentation/filesystems/proc.rst.
 */
static const char secrets[][16] = {
	"kallsyms",    "kcore",	     "kmsg",	     "modules",
	"interrupts",  "softirqs",   "iomem",	     "ioports",
	"vmallocinfo", "slabinfo",   "timer_list",   "sched_debug",
	"kpagecount",  "kpageflags", "kpagecgroup",  "config.gz",
	"schedstat",   "buddyinfo",  "pagetypeinfo", "zoneinfo",
	"allocinfo",   "keys",	     "key-users",    "latency_stats",
	"dma",	       "cmdline",    "bootconfig",   "locks",
};
enum { SECRET_COUNT = sizeof(secrets) / sizeof(secrets[0]) };

static __always_inline bool is_secret(const __u64 *name)
{
	if (name[2])
		return false; /* longer than any of them */
	for (__u32 i = 0; i < SECRET_COUNT; i++) {
		const __u64 *secret = (const __u64 *)secrets[i];

		if (name[0] == secret[0] && name[1] == secret[1])
			return true;
	}
	return false;
}

static __always_inline bool is_ftrace_enabled(const __u64 *name)
{
	return name[0] == WORD8('f', 't', 'r', 'a', 'c', 'e', '_', 'e') &&
	       name[1] == WORD8('n', 'a', 'b', 'l', 'e', 'd', 0, 0) && !name[2];
}

/*
 * The files of tracefs that define uprobes.  Those that switch on what has
 * been defined are not among them: a uprobe is bound to the inode of its
 * program, and the copy of the Core's is made anew just before the lock.
 */
static __noinline int defines_uprobes(const struct dentry *dentry)
{
	__u64 name[TEXT_WORDS];

	name_of(dentry, name);
	if (name[2])
		return 0;
	return (name[0] == WORD8('u', 'p', 'r', 'o', 'b', 'e', '_', 'e') &&
		name[1] == WORD8('v', 'e', 'n', 't', 's', 0, 0, 0)) ||
	       (name[0] == WORD8('d', 'y', 'n', 'a', 'm', 'i', 'c', '_') &&
		name[1] == WORD8('e', 'v', 'e', 'n', 't', 's', 0, 0));
}

/*
 * What a file of procfs is.  Those of a process lie below a directory whose
 * name begins with a digit; the label of the process is the inode's, if it has
 * one.
 */
static __noinline __u32 proc_kind(const struct dentry *dentry)
{
	const struct dentry *d = distrust(dentry, dentry), *parent;
	bool is_below_net = false;
	__u64 name[TEXT_WORDS];

	name_of(dentry, name);
	if (is_ftrace_enabled(name))
		return CLO_FILE_TRACING;
	for (int i = 0; i < PROC_DEPTH; i++) {
		parent = d->d_parent;
		if (!parent || parent == d)
			return CLO_FILE_SETTING; /* the root itself */
		if (parent->d_parent == parent) {
			__u8 first = (__u8)text_word(d->d_name.name, 0);

			if (first >= '0' && first <= '9')
				return is_below_net ? CLO_FILE_SETTING :
						      CLO_FILE_PROCESS;
			return i == 0 && is_secret(name) ? CLO_FILE_SECRET :
							   CLO_FILE_SETTING;
		}
		/* /proc/PID/net/x: of the network, its inode has no task. */
		is_below_net =
			i && (__u32)text_word(d->d_name.name, 0) ==
				     (__u32)WORD8('n', 'e', 't', 0, 0, 0, 0, 0);
		d = parent;
	}
	return CLO_FILE_SETTING;
}

static __always_inline __u32 file_kind(struct file *file, __u16 mode,
				       unsigned long magic)
{
	switch (magic) {
	case MAGIC_PROC:
		return proc_kind(file->f_path.dentry);
	case MAGIC_SYSFS:
	case MAGIC_DEBUGFS:
	case MAGIC_TRACEFS:
	case MAGIC_SECURITYFS:
	case MAGIC_CONFIGFS:
	case MAGIC_BPFFS:
	case MAGIC_CGROUP2:
	case MAGIC_EFIVARFS:
		return CLO_FILE_SETTING;
	case MAGIC_DEVPTS:
		return CLO_FILE_TERMINAL;
	default:
		break;
	}
	switch (mode & S_IFMT) {
	case S_IFCHR:
	case S_IFBLK:
		return CLO_FILE_DEVICE;
	case S_IFIFO:
	case S_IFSOCK:
		return CLO_FILE_PIPE;
	default:
		return CLO_FILE_OTHER;
	}
}

static __always_inline bool is_write_open(const struct file *file)
{
	return (file->f_mode & FMODE_WRITE) || (file->f_flags & O_TRUNC);
}

/*
 * Regular files are most of what is opened, and what is allowed of one is
 * allowed whatever else its file system makes of it (a setting:
 * tests/unit/test-policy-numbers.c), but in /proc, where it may belong to a
 * process, and among namespaces.  What the policy asks is known while
 * compiling.
 */
static __always_inline bool is_plain_allowed(const struct file *file,
					     struct clo_label from)
{
	const struct inode *inode = file->f_inode;
	struct clo_open open = {
		.owner = label_of_inode(inode),
		.kind = CLO_FILE_OTHER,
		.flags = is_write_open(file) ? CLO_OPEN_WRITE : 0,
	};
	unsigned long magic;

	if ((inode->i_mode & S_IFMT) != S_IFREG ||
	    clo_may_open(&from, 0, &open) != CLO_RULE_ALLOW)
		return false;
	magic = inode->i_sb->s_magic;
	return magic != MAGIC_PROC && magic != MAGIC_NSFS;
}

/* The rest of what a cage opens: a program of its own, which few get to. */
static __noinline int cage_open(struct file *file, __u32 word)
{
	struct clo_label from = label_of_word(word);
	const struct clo_self *me = self_get();
	struct inode *inode = file->f_inode;
	unsigned long magic = inode->i_sb->s_magic;
	__u16 mode = inode->i_mode;
	struct clo_open open = {
		.owner = label_of_inode(inode),
		.kind = file_kind(file, mode, magic),
		.flags = is_write_open(file) ? CLO_OPEN_WRITE : 0,
	};
	struct clo_label *shown;
	int r;

	if (!me)
		return refused();
	if (magic == MAGIC_NSFS) {
		r = open_namespace(file, from, me);
		if (r)
			return r;
	}
	if (magic == MAGIC_PIDFS)
		open.flags =
			0; /* what a pidfd is good for is judged when used */
	if ((mode & S_IFMT) == S_IFBLK)
		open.flags |= CLO_OPEN_BLOCK;
	if (magic == MAGIC_DEVPTS && me->devpts_dev == inode->i_sb->s_dev)
		open.flags |= CLO_OPEN_HOST;
	open.major = inode->i_rdev >> MINOR_BITS;
	open.minor = inode->i_rdev & ((1U << MINOR_BITS) - 1);
	if (open.kind == CLO_FILE_PROCESS) {
		shown = bpf_inode_storage_get(&proc_labels, inode, 0, 0);
		open.owner.cage = shown ? shown->cage : CLO_CAGE_NONE;
		open.owner.roles = 0;
	}
	return refuse_file(CLO_HOOK_file_open,
			   clo_may_open(&from, cage_of(from), &open), from,
			   open.owner, file->f_path.dentry,
			   (__u64)open.kind << 32 | open.flags);
}

/* What is outside cages, where it may be of the guard's. */
static __noinline int host_open(struct file *file, __u32 word)
{
	struct clo_label from = label_of_word(word);
	struct inode *inode = file->f_inode;
	const struct super_block *sb = inode->i_sb;
	bool is_write = is_write_open(file);
	struct clo_open open = {
		.owner = { .cage = CLO_CAGE_NONE, .roles = 0 },
		.flags = is_write ? CLO_OPEN_WRITE : 0,
	};
	struct clo_self *me = self_get();
	enum clo_rule rule = CLO_RULE_ALLOW;
	int r;

	if (!me)
		return refused();
	if (sb->s_magic == MAGIC_NSFS) {
		r = open_namespace(file, from, me);
		if (r)
			return r;
	}
	if (is_own_inode(me, sb->s_dev, inode, is_write) ||
	    (is_write && is_own_cgroup(me, file->f_path.dentry)))
		rule = guard_rule(from, me);
	if (rule == CLO_RULE_ALLOW && is_write && sb->s_magic == MAGIC_PROC) {
		open.kind = proc_kind(file->f_path.dentry);
		rule = clo_may_open(&from, 0, &open);
	}
	if (rule == CLO_RULE_ALLOW && is_write &&
	    sb->s_magic == MAGIC_TRACEFS &&
	    defines_uprobes(file->f_path.dentry))
		rule = clo_may_uprobe(&from, me->is_locked);
	return refuse_file(CLO_HOOK_file_open, rule, from, open.owner,
			   file->f_path.dentry,
			   (__u64)open.kind << 32 | open.flags);
}

/*
 * The guard's own files, the switch of tracing, what defines uprobes and
 * namespaces: nothing else is guarded outside cages, and reading no more than
 * what lies beside the pins and namespaces.
 */
SEC("lsm/file_open")
int BPF_PROG(clo_file_open, struct file *file)
{
	struct clo_label from = label_of_current();
	const struct super_block *sb;
	const struct clo_self *me;

	if (clo_label_is_cage(&from))
		return is_plain_allowed(file, from) ?
			       0 :
			       cage_open(file, (__u32)clo_label_word(from));
	me = self_get();
	sb = file->f_inode->i_sb;
	if (me && !is_write_open(file) && sb->s_magic != MAGIC_NSFS &&
	    !is_pin_dev(me, sb->s_dev))
		return 0;
	return host_open(file, (__u32)clo_label_word(from));
}

/* An inode of /proc/PID is made, or looked up again. */
SEC("lsm/task_to_inode")
int BPF_PROG(clo_task_to_inode, struct task_struct *p, struct inode *inode)
{
	struct clo_label label = label_of_task(p), *shown;

	if (label.cage == CLO_CAGE_NONE)
		return 0;
	shown = bpf_inode_storage_get(&proc_labels, inode, &label,
				      BPF_STORAGE_CREATE);
	if (shown)
		*shown = label; /* without memory it counts as the host's */
	return 0;
}

static __always_inline int ioctl_hook(enum clo_hook hook, struct file *file,
				      unsigned int request)
{
	struct clo_label from = label_of_current();
	struct clo_label none = { .cage = CLO_CAGE_NONE, .roles = 0 };

	if (!clo_label_is_cage(&from))
		return 0;
	return refuse_file(hook, clo_may_ioctl(&from, request), from, none,
			   file->f_path.dentry, request);
}

SEC("lsm/file_ioctl")
int BPF_PROG(clo_file_ioctl, struct file *file, unsigned int cmd)
{
	return ioctl_hook(CLO_HOOK_file_ioctl, file, cmd);
}

SEC("lsm/file_ioctl_compat")
int BPF_PROG(clo_file_ioctl_compat, struct file *file, unsigned int cmd)
{
	return ioctl_hook(CLO_HOOK_file_ioctl_compat, file, cmd);
}

static __always_inline int file_hook(enum clo_hook hook,
				     const struct dentry *dentry,
				     enum clo_file_op op, __u64 arg)
{
	struct clo_label from = label_of_current(), owner;

	if (!clo_label_is_cage(&from))
		return 0;
	owner = label_of_inode(inode_of(dentry));
	return refuse_file(hook, clo_may_file(&from, &owner, op), from, owner,
			   dentry, arg);
}

/* The same for a name, which may also be one of the guard's. */
static __always_inline int name_hook(enum clo_hook hook,
				     const struct dentry *dentry,
				     enum clo_file_op op, __u64 arg)
{
	struct clo_label from, owner = { .cage = CLO_CAGE_NONE, .roles = 0 };
	const struct inode *inode = inode_of(dentry);
	struct clo_self *me = self_get();
	enum clo_rule rule = CLO_RULE_ALLOW;

	if (!me)
		return refused();
	from = label_of_current();
	if (is_own_name(me, dentry))
		rule = guard_rule(from, me);
	if (rule == CLO_RULE_ALLOW && clo_label_is_cage(&from)) {
		owner = label_of_inode(inode);
		rule = clo_may_file(&from, &owner, op);
	}
	return refuse_file(hook, rule, from, owner, dentry, arg);
}

SEC("lsm/file_lock")
int BPF_PROG(clo_file_lock, struct file *file, unsigned int cmd)
{
	return file_hook(CLO_HOOK_file_lock, file->f_path.dentry, CLO_FILE_LOCK,
			 cmd);
}

SEC("lsm/path_notify")
int BPF_PROG(clo_path_notify, const struct path *path, __u64 mask)
{
	return file_hook(CLO_HOOK_path_notify, path->dentry, CLO_FILE_WATCH,
			 mask);
}

/* A mode that lends its owner's, or its group's, rights to who executes it. */
static __always_inline bool is_setid(__u16 mode)
{
	if ((mode & S_IFMT) == S_IFDIR)
		return false;
	return (mode & S_ISUID) ||
	       (mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
}

static __always_inline int mode_hook(enum clo_hook hook,
				     const struct dentry *dentry, __u16 mode)
{
	struct clo_label from, none = { .cage = CLO_CAGE_NONE, .roles = 0 };

	if (!is_setid(mode))
		return 0;
	from = label_of_current();
	return refuse_file(hook, clo_may_kernel(&from, CLO_KERNEL_SETID), from,
			   none, dentry, mode);
}

SEC("lsm/inode_setattr")
int BPF_PROG(clo_inode_setattr, struct mnt_idmap *idmap, struct dentry *dentry,
	     struct iattr *attr)
{
	__u16 type = inode_of(dentry)->i_mode & S_IFMT;
	__u16 mode = 0;
	int r;

	if (attr->ia_valid & ATTR_MODE)
		mode = (__u16)(type | (attr->ia_mode & ~S_IFMT));
	r = mode_hook(CLO_HOOK_inode_setattr, dentry, mode);
	return r ? r :
		   name_hook(CLO_HOOK_inode_setattr, dentry, CLO_FILE_ATTR,
			     attr->ia_valid);
}

/* A name that is made: among the guard's own, or in another's directory. */
static __always_inline int new_name_hook(enum clo_hook hook,
					 const struct inode *dir,
					 const struct dentry *dentry)
{
	const __u16 shared = S_ISVTX | S_IWOTH;
	struct clo_label from, owner;
	int r = own_name_hook(hook, dentry);

	if (r)
		return r;
	from = label_of_current();
	if (!clo_label_is_cage(&from))
		return 0;
	owner = label_of_inode(dir);
	return refuse_file(hook,
			   clo_may_name(&from, &owner,
					(dir->i_mode & shared) == shared),
			   from, owner, dentry, 0);
}

SEC("lsm/inode_create")
int BPF_PROG(clo_inode_create, struct inode *dir, struct dentry *dentry,
	     unsigned short mode)
{
	int r = new_name_hook(CLO_HOOK_inode_create, dir, dentry);

	return r ? r : mode_hook(CLO_HOOK_inode_create, dentry, mode);
}

SEC("lsm/inode_mkdir")
int BPF_PROG(clo_inode_mkdir, struct inode *dir, struct dentry *dentry)
{
	return new_name_hook(CLO_HOOK_inode_mkdir, dir, dentry);
}

SEC("lsm/inode_symlink")
int BPF_PROG(clo_inode_symlink, struct inode *dir, struct dentry *dentry)
{
	return new_name_hook(CLO_HOOK_inode_symlink, dir, dentry);
}

SEC("lsm/inode_mknod")
int BPF_PROG(clo_inode_mknod, struct inode *dir, struct dentry *dentry,
	     unsigned short mode, unsigned int dev)
{
	struct clo_label from, none = { .cage = CLO_CAGE_NONE, .roles = 0 };
	__u16 type = mode & S_IFMT;
	int r = new_name_hook(CLO_HOOK_inode_mknod, dir, dentry);

	if (r)
		return r;
	if (type != S_IFCHR && type != S_IFBLK)
		return mode_hook(CLO_HOOK_inode_mknod, dentry, mode);
	from = label_of_current();
	return refuse_file(CLO_HOOK_inode_mknod,
			   clo_may_kernel(&from, CLO_KERNEL_MKNOD), from, none,
			   dentry, dev);
}

SEC("lsm/inode_link")
int BPF_PROG(clo_inode_link, struct dentry *old_dentry, struct inode *dir,
	     struct dentry *new_dentry)
{
	int r = name_hook(CLO_HOOK_inode_link, old_dentry, CLO_FILE_LINK, 0);

	return r ? r : new_name_hook(CLO_HOOK_inode_link, dir, new_dentry);
}

/* The name that is taken over counts like the one that moves. */
SEC("lsm/inode_rename")
int BPF_PROG(clo_inode_rename, struct inode *old_dir, struct dentry *old_dentry,
	     struct inode *new_dir, struct dentry *new_dentry)
{
	int r = name_hook(CLO_HOOK_inode_rename, old_dentry, CLO_FILE_LINK, 0);

	if (!r)
		r = way_hook(CLO_HOOK_inode_rename, old_dentry, new_dentry);
	if (!r)
		r = new_name_hook(CLO_HOOK_inode_rename, new_dir, new_dentry);
	if (!r && inode_of(new_dentry))
		r = file_hook(CLO_HOOK_inode_rename, new_dentry, CLO_FILE_LINK,
			      1);
	return r;
}

SEC("lsm/inode_unlink")
int BPF_PROG(clo_inode_unlink, struct inode *dir, struct dentry *dentry)
{
	return name_hook(CLO_HOOK_inode_unlink, dentry, CLO_FILE_LINK, 0);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(clo_inode_rmdir, struct inode *dir, struct dentry *dentry)
{
	int r = name_hook(CLO_HOOK_inode_rmdir, dentry, CLO_FILE_LINK, 0);

	return r ? r : way_hook(CLO_HOOK_inode_rmdir, dentry, dentry);
}

/*
 * The name is a string that only a cast can reach.  Attributes of others'
 * files are refused whatever their name.
 */
static __always_inline int
xattr_hook(enum clo_hook hook, const struct dentry *dentry, const void *name)
{
	struct clo_label from = label_of_current();
	struct clo_label none = { .cage = CLO_CAGE_NONE, .roles = 0 };
	int r = own_name_hook(hook, dentry);

	if (r || !clo_label_is_cage(&from))
		return r;
	if (text_word(name, 0) ==
		    WORD8('s', 'e', 'c', 'u', 'r', 'i', 't', 'y') &&
	    (text_word(name, 1) & 0xff) == '.')
		return refuse_file(
			hook, clo_may_kernel(&from, CLO_KERNEL_LABEL_XATTR),
			from, none, dentry, 0);
	return file_hook(hook, dentry, CLO_FILE_ATTR, 0);
}

SEC("lsm/inode_setxattr")
int BPF_PROG(clo_inode_setxattr, struct mnt_idmap *idmap, struct dentry *dentry,
	     const char *name)
{
	return xattr_hook(CLO_HOOK_inode_setxattr, dentry, name);
}

SEC("lsm/inode_removexattr")
int BPF_PROG(clo_inode_removexattr, struct mnt_idmap *idmap,
	     struct dentry *dentry, const char *name)
{
	return xattr_hook(CLO_HOOK_inode_removexattr, dentry, name);
}

/* An access control list is not an attribute to the kernel, but is to us. */
SEC("lsm/inode_set_acl")
int BPF_PROG(clo_inode_set_acl, struct mnt_idmap *idmap, struct dentry *dentry)
{
	return name_hook(CLO_HOOK_inode_set_acl, dentry, CLO_FILE_ATTR, 0);
}

SEC("lsm/inode_remove_acl")
int BPF_PROG(clo_inode_remove_acl, struct mnt_idmap *idmap,
	     struct dentry *dentry)
{
	return name_hook(CLO_HOOK_inode_remove_acl, dentry, CLO_FILE_ATTR, 0);
}

#endif
