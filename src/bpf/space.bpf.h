/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Namespaces: a descriptor of one is the right to enter it, and setns(2) of
 * such a descriptor asks no hook.  Those that stand below a process in /proc
 * are guarded like it; the kernel gives others by an ioctl that goes from one
 * to the next, and by handles.
 */
#ifndef CLO_BPF_SPACE_BPF_H
#define CLO_BPF_SPACE_BPF_H

#include "bpf/report.bpf.h"
#include "policy/task.h"

/* Numbers of namespaces are unique over all kinds. */
static __noinline int is_in_namespace(const struct task_struct *task,
				      __u32 number)
{
	const struct task_struct *t = distrust(task, task_struct);
	const struct nsproxy *all = t->nsproxy;

	return all->mnt_ns->ns.inum == number ||
	       all->net_ns->ns.inum == number ||
	       all->ipc_ns->ns.inum == number ||
	       all->uts_ns->ns.inum == number ||
	       all->cgroup_ns->ns.inum == number ||
	       all->time_ns->ns.inum == number ||
	       all->pid_ns_for_children->ns.inum == number ||
	       t->cred->user_ns->ns.inum == number;
}

/*
 * Who is in a namespace: the first labelled task that is found.  Every task is
 * looked at, because a number that was noted would be one that the kernel has
 * given to another namespace since; who opens namespaces does so seldom.
 */
static __noinline __u32 namespace_holder(__u32 number)
{
	struct bpf_iter_task it;
	struct task_struct *task;
	__u32 cage = CLO_CAGE_NONE;

	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, 0, BPF_TASK_ITER_ALL_THREADS);
	while ((task = bpf_iter_task_next(&it))) {
		struct clo_label label = label_of_task(task);

		if (label.cage != CLO_CAGE_NONE &&
		    is_in_namespace(task, number)) {
			cage = label.cage;
			break;
		}
	}
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return cage;
}

/* What cages share with the host is the host's. */
static __always_inline bool is_host_namespace(const struct clo_self *me,
					      __u32 number)
{
	for (__u32 i = 0; i < CLO_HOST_NS_MAX; i++) {
		if (me->host_ns[i] == number)
			return true;
	}
	return false;
}

static __always_inline int open_namespace(struct file *file,
					  struct clo_label from,
					  const struct clo_self *me)
{
	struct clo_label to = { .cage = CLO_CAGE_NONE, .roles = 0 };
	__u32 number = (__u32)file->f_inode->i_ino;

	if (from.cage == CLO_CAGE_CORE || is_host_namespace(me, number) ||
	    is_in_namespace(bpf_get_current_task_btf(), number))
		return 0;
	to.cage = (__u16)namespace_holder(number);
	if (to.cage == CLO_CAGE_NONE)
		return 0;
	return refuse_file(CLO_HOOK_file_open,
			   clo_may_task(&from, &to, CLO_TASK_REACH), from, to,
			   file->f_path.dentry, number);
}

#endif
