/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mounts: none for cages; and those of the guard's pins for nobody but the
 * Core.
 */
#ifndef CLO_BPF_MOUNT_BPF_H
#define CLO_BPF_MOUNT_BPF_H

#include "bpf/self.bpf.h"

/* Cages first, then what touches the pins. */
static __always_inline int mount_hook(enum clo_hook hook, bool is_own,
				      __u64 arg)
{
	struct clo_label from = label_of_current();
	enum clo_rule rule = clo_may_kernel(&from, CLO_KERNEL_MOUNT);
	struct clo_self *me = self_get();

	if (rule == CLO_RULE_ALLOW && is_own && me)
		rule = guard_rule(from, me);
	return refuse(hook, rule, from, arg);
}

/*
 * mount(2).  What it moves is a string here, so that moving is refused whole
 * where the pins are mounted; move_mount(2) tells what it moves.
 */
SEC("lsm/sb_mount")
int BPF_PROG(clo_sb_mount, const char *dev_name, const struct path *path,
	     const char *type, unsigned long flags)
{
	struct clo_self *me = self_get();
	bool is_own = me && (is_pin_dev(me, path->dentry->d_sb->s_dev) ||
			     ((flags & MS_MOVE) && in_initial_mounts(me)));

	return mount_hook(CLO_HOOK_sb_mount, is_own, flags);
}

static __always_inline const struct mount *mount_of(const struct vfsmount *v)
{
	return distrust((const char *)v -
				bpf_core_field_offset(struct mount, mnt),
			mount);
}

/* Here, or in a namespace from which it spreads back: its parent is shared. */
static __always_inline bool is_seen_here(const struct clo_self *me,
					 const struct vfsmount *v)
{
	return in_initial_mounts(me) || mount_of(v)->mnt_parent->mnt_group_id;
}

/*
 * A lazy umount above the pins takes them along; one that is not lazy finds
 * them busy.  The copy of the Core's program is busy only while the Core runs,
 * and the kernel gives the device number of a tmpfs to the next one that is
 * mounted: who could unmount it could put another program in its place.
 */
static __always_inline bool takes_pins(const struct clo_self *me,
				       struct vfsmount *vfsmount, int flags)
{
	const struct super_block *sb = distrust(vfsmount, vfsmount)->mnt_sb;
	__u64 dev = sb->s_dev;

	if (is_pin_dev(me, dev))
		return true;
	if (dev == me->core_dev && sb->s_magic == MAGIC_TMPFS)
		return is_seen_here(me, vfsmount);
	return (flags & MNT_DETACH) && is_path_dev(me, dev) &&
	       is_seen_here(me, vfsmount);
}

/*
 * What stands above the pins stays where it is, else a lazy umount of
 * something that is not on the list would take them along: no mount of the way
 * is moved, and none is put above or beneath one (the hook is not told which).
 * A mount that is attached nowhere has itself for a parent, and is new.
 */
static __always_inline bool bends_path(const struct clo_self *me,
				       const struct path *from,
				       const struct path *to)
{
	const struct vfsmount *from_mount = from->mnt, *to_mount = to->mnt;
	const struct vfsmount *v = distrust(to_mount, vfsmount);
	const struct mount *m;

	if (!in_initial_mounts(me))
		return false;
	if (is_path_dev(me, from->dentry->d_sb->s_dev)) {
		m = mount_of(from_mount);
		if (m->mnt_parent != m)
			return true;
	}
	return is_path_dev(me, to->dentry->d_sb->s_dev) &&
	       v->mnt_root == to->dentry;
}

SEC("lsm/sb_umount")
int BPF_PROG(clo_sb_umount, struct vfsmount *mnt, int flags)
{
	struct clo_self *me = self_get();

	return mount_hook(CLO_HOOK_sb_umount, me && takes_pins(me, mnt, flags),
			  (__u32)flags);
}

SEC("lsm/sb_remount")
int BPF_PROG(clo_sb_remount, struct super_block *sb)
{
	struct clo_self *me = self_get();

	return mount_hook(CLO_HOOK_sb_remount, me && is_pin_dev(me, sb->s_dev),
			  0);
}

SEC("lsm/sb_kern_mount")
int BPF_PROG(clo_sb_kern_mount, const struct super_block *sb)
{
	return mount_hook(CLO_HOOK_sb_kern_mount, false, sb->s_magic);
}

SEC("lsm/move_mount")
int BPF_PROG(clo_move_mount, const struct path *from_path,
	     const struct path *to_path)
{
	struct clo_self *me = self_get();
	__u64 from_dev = from_path->dentry->d_sb->s_dev;
	bool is_own = me && (is_pin_dev(me, from_dev) ||
			     is_pin_dev(me, to_path->dentry->d_sb->s_dev) ||
			     bends_path(me, from_path, to_path));

	return mount_hook(CLO_HOOK_move_mount, is_own, 0);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(clo_sb_pivotroot, const struct path *old_path)
{
	struct clo_self *me = self_get();

	/* The new root would stand above the pins: see bends_path(). */
	return mount_hook(CLO_HOOK_sb_pivotroot, me && in_initial_mounts(me),
			  0);
}

SEC("lsm/path_chroot")
int BPF_PROG(clo_path_chroot, const struct path *path)
{
	struct clo_label from = label_of_current();
	struct clo_label none = { .cage = CLO_CAGE_NONE, .roles = 0 };

	return refuse_file(CLO_HOOK_path_chroot,
			   clo_may_kernel(&from, CLO_KERNEL_CHROOT), from, none,
			   path->dentry, 0);
}

#endif
