/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guard and the Core among other objects: how a hook knows that something
 * is theirs, and bpf(2) itself.
 *
 * What cannot be told apart in a hook is harmless: BPF_OBJ_GET of a link gives
 * a descriptor to it, but a link of an LSM program can be neither detached nor
 * updated through one; maps and programs have hooks of their own.
 */
#ifndef CLO_BPF_SELF_BPF_H
#define CLO_BPF_SELF_BPF_H

#include "bpf/report.bpf.h"
#include "policy/core.h"
#include "policy/kernel.h"

enum { CGROUP_DEPTH = 8 };

static __always_inline enum clo_rule guard_rule(struct clo_label from,
						const struct clo_self *me)
{
	return clo_may_guard(&from, me->is_locked);
}

/* Whether the current task sees the mounts that everybody on the host sees. */
static __always_inline bool in_initial_mounts(const struct clo_self *me)
{
	const struct task_struct *task = bpf_get_current_task_btf();
	const struct task_struct *t = distrust(task, task_struct);

	return t->nsproxy->mnt_ns->ns.inum == me->mount_ns;
}

static __always_inline bool is_pin_dev(const struct clo_self *me, __u64 dev)
{
	return me->pin_dev && dev == me->pin_dev;
}

/* A mount on the way to the pins: without it they are gone from sight. */
static __always_inline bool is_path_dev(const struct clo_self *me, __u64 dev)
{
	for (__u32 i = 0; i < CLO_PATH_DEVS_MAX; i++) {
		if (i < me->path_dev_count && me->path_devs[i] == dev)
			return true;
	}
	return false;
}

/*
 * A pin, or, if @with_core, the program of the Core.  @dev is the inode's; the
 * inode itself is looked at last.
 */
static __always_inline bool is_own_inode(const struct clo_self *me, __u64 dev,
					 const struct inode *inode,
					 bool with_core)
{
	if (is_pin_dev(me, dev))
		return true;
	return with_core && dev == me->core_dev && me->core_ino &&
	       inode->i_ino == me->core_ino;
}

/* A name that is being made has no inode yet, but a super block. */
static __always_inline bool is_own_name(const struct clo_self *me,
					const struct dentry *dentry)
{
	return is_own_inode(me, dentry->d_sb->s_dev, inode_of(dentry), true);
}

/*
 * A directory that leads to the pins or to the Core's program.  Who takes one
 * away where nothing is mounted on it, in a mount namespace of his own, takes
 * away what is mounted on it everywhere.
 */
static __always_inline bool is_way(const struct clo_self *me,
				   const struct inode *inode)
{
	__u64 dev, ino;

	if (!inode || (inode->i_mode & S_IFMT) != S_IFDIR)
		return false;
	dev = inode->i_sb->s_dev;
	ino = inode->i_ino;
	for (int i = 0; i < CLO_WAYS_MAX; i++) {
		if (me->ways[i].ino == ino && me->ways[i].dev == dev)
			return true;
	}
	return false;
}

/* A file of cgroupfs below the directory of the Core's own. */
static __always_inline bool is_own_cgroup(const struct clo_self *me,
					  const struct dentry *dentry)
{
	const struct dentry *d = distrust(dentry, dentry);

	if (!me->cgroup || d->d_sb->s_magic != MAGIC_CGROUP2)
		return false;
	for (int i = 0; i < CGROUP_DEPTH; i++) {
		if (d->d_inode->i_ino == me->cgroup)
			return true;
		d = d->d_parent;
	}
	return false;
}

/* For hooks on a name in a directory: making, removing, renaming. */
static __always_inline int own_name_hook(enum clo_hook hook,
					 const struct dentry *dentry)
{
	struct clo_self *me = self_get();
	struct clo_label from, none = { .cage = CLO_CAGE_NONE, .roles = 0 };

	if (!me)
		return refused();
	if (!is_own_name(me, dentry))
		return 0;
	from = label_of_current();
	return refuse_file(hook, guard_rule(from, me), from, none, dentry, 0);
}

/* For hooks by which a directory goes, or another takes its name. */
static __always_inline int way_hook(enum clo_hook hook,
				    const struct dentry *dentry,
				    const struct dentry *other)
{
	struct clo_self *me = self_get();
	struct clo_label from, none = { .cage = CLO_CAGE_NONE, .roles = 0 };

	if (!me)
		return refused();
	if (!is_way(me, inode_of(dentry)) && !is_way(me, inode_of(other)))
		return 0;
	from = label_of_current();
	return refuse_file(hook, guard_rule(from, me), from, none, dentry, 0);
}

static __always_inline bool is_own_map(const struct clo_self *me, __u32 id)
{
	for (int i = 0; i < CLO_PROTECTED_MAX; i++) {
		if (me->map_ids[i] && me->map_ids[i] == id)
			return true;
	}
	return false;
}

static __always_inline bool is_own_id(__u32 kind, __u32 id)
{
	struct own_id key = { .kind = kind, .id = id };

	return bpf_map_lookup_elem(&own_ids, &key);
}

static __always_inline int bpf_hook(enum clo_hook hook, bool is_own, __u64 arg)
{
	struct clo_label from = label_of_current();
	enum clo_rule rule = clo_may_kernel(&from, CLO_KERNEL_BPF);
	struct clo_self *me = self_get();

	if (rule == CLO_RULE_ALLOW && is_own && me)
		rule = guard_rule(from, me);
	return refuse(hook, rule, from, arg);
}

SEC("lsm/bpf")
int BPF_PROG(clo_bpf, int cmd, union bpf_attr *attr, unsigned int size)
{
	bool is_own = cmd == BPF_CMD_LINK_GET_FD_BY_ID && size >= 4 &&
		      is_own_id(OWN_LINK, attr->link_id);
	const struct clo_self *me = self_get();
	struct clo_label from;
	__u32 type;
	int r = bpf_hook(CLO_HOOK_bpf, is_own, (__u64)(__u32)cmd);

	if (r || cmd != BPF_CMD_LINK_CREATE || size < 12)
		return r;
	/* The program may be one that was loaded before the lock. */
	type = attr->link_create.attach_type;
	if (type != BPF_UPROBE_MULTI && type != BPF_UPROBE_SESSION)
		return 0;
	if (!me)
		return refused();
	from = label_of_current();
	return refuse(CLO_HOOK_bpf, clo_may_uprobe(&from, me->is_locked), from,
		      type);
}

SEC("lsm/bpf_map")
int BPF_PROG(clo_bpf_map, struct bpf_map *map)
{
	struct clo_self *me = self_get();
	bool is_own = me && is_own_map(me, map->id);

	return bpf_hook(CLO_HOOK_bpf_map, is_own, map->id);
}

/*
 * Whenever a descriptor of a program is made: it was loaded just now, or is
 * opened by its number or a pin.
 */
SEC("lsm/bpf_prog")
int BPF_PROG(clo_bpf_prog, struct bpf_prog *prog)
{
	__u32 id = prog->aux->id, type = prog->type;
	struct clo_label from = label_of_current();
	struct clo_self *me = self_get();
	int r;

	if (!me)
		return refused();
	r = bpf_hook(CLO_HOOK_bpf_prog, is_own_id(OWN_PROG, id), id);
	if (r)
		return r;
	return refuse(CLO_HOOK_bpf_prog,
		      clo_may_program(&from, type, me->is_locked), from, type);
}

#endif
