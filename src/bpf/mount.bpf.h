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

/*
 * A lazy umount above the pins takes them along; one that is not lazy finds
 * them busy.  It also counts in a namespace from which it spreads back: where
 * the mount's parent is shared.
 */
static __always_inline bool takes_pins(const struct clo_self *me,
				       struct vfsmount *vfsmount, int flags)
{
	const struct vfsmount *v = distrust(vfsmount, vfsmount);
	const struct mount *m;

	if (is_pin_dev(me, v->mnt_sb->s_dev))
		return true;
	if (!(flags & MNT_DETACH) || !is_path_dev(me, v->mnt_sb->s_dev))
		return false;
	m = distrust((const char *)vfsmount -
			     bpf_core_field_offset(struct mount, mnt),
		     mount);
	return in_initial_mounts(me) || m->mnt_parent->mnt_group_id;
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
			     is_pin_dev(me, to_path->dentry->d_sb->s_dev));

	return mount_hook(CLO_HOOK_move_mount, is_own, 0);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(clo_sb_pivotroot, const struct path *old_path)
{
	return mount_hook(CLO_HOOK_sb_pivotroot, false, 0);
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
