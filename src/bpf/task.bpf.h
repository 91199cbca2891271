/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tasks: the label at fork, and what a task does to another.
 */
#ifndef CLO_BPF_TASK_BPF_H
#define CLO_BPF_TASK_BPF_H

#include "bpf/report.bpf.h"
#include "policy/task.h"

extern int bpf_path_d_path(const struct path *path, char *buf,
			   unsigned long buf__sz) __ksym __weak;

/*
 * Before anybody can see the child.  Kernel threads that work for a task
 * (io_uring, vhost) come through here too.
 */
SEC("lsm.s/task_alloc")
int BPF_PROG(clo_task_alloc, struct task_struct *task,
	     unsigned long clone_flags)
{
	struct clo_label from = label_of_current();

	if (from.cage == CLO_CAGE_NONE)
		return 0;
	if (bpf_task_storage_get(&task_labels, task, &from, BPF_STORAGE_CREATE))
		return 0;
	refuse(CLO_HOOK_task_alloc, CLO_RULE_NO_MEMORY, from, clone_flags);
	return -ENOMEM;
}

/*
 * Note what a process has become: its path, for the events, and whether it is
 * the program registered as the Core, for CLAIM.  /proc/PID/exe would not do:
 * prctl(PR_SET_MM_EXE_FILE) changes it.
 */
SEC("lsm.s/bprm_committed_creds")
int BPF_PROG(clo_bprm_committed_creds, const struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct clo_label from = label_of_task(task);
	struct inode *inode = bprm->file->f_inode;
	struct clo_self *me = self_get();
	struct exec_note *note;
	__u32 is_core;

	if (!me)
		return 0;
	is_core = me->core_ino && inode->i_ino == me->core_ino &&
		  inode->i_sb->s_dev == me->core_dev && !task->ptrace;
	if (from.cage == CLO_CAGE_NONE && !is_core) {
		bpf_task_storage_delete(&exec_notes, task);
		return 0;
	}
	note = bpf_task_storage_get(&exec_notes, task, 0, BPF_STORAGE_CREATE);
	if (!note)
		return 0; /* the event names it by its last component */
	note->is_core = is_core;
	note->path[0] = 0;
	if (!bpf_path_d_path || bpf_path_d_path(&bprm->file->f_path, note->path,
						sizeof(note->path)) < 0)
		note->path[0] = 0;
	return 0;
}

/*
 * The subject is the current task, unless @cred is given: then the signal
 * comes from a USB transfer that whoever had these credentials once started,
 * and the current task is anybody.  @cred is NULL in most calls, and the
 * verifier believes it never is: it is read as a number.
 */
SEC("lsm/task_kill")
int BPF_PROG(clo_task_kill, struct task_struct *p, struct kernel_siginfo *info,
	     int sig)
{
	struct clo_label from, to = label_of_task(p);
	const __u32 *sender = 0;
	__u64 cred = 0;
	__u32 uid;

	bpf_get_func_arg(ctx, 3, &cred);
	if (cred) {
		uid = distrust((void *)cred, cred)->uid.val;
		from = clo_label_of_uid(uid);
		sender = &uid;
	} else {
		from = label_of_current();
	}
	/* Two tasks without a label are the rule on a host. */
	return refuse_task(CLO_HOOK_task_kill,
			   clo_may_task(&from, &to, CLO_TASK_ACT), from, to, p,
			   (__u64)sig, sender);
}

/*
 * The subject is who set the owner of the file; an interrupt may run this.
 */
SEC("lsm/file_send_sigiotask")
int BPF_PROG(clo_file_send_sigiotask, struct task_struct *tsk,
	     struct fown_struct *fown, int sig)
{
	__u32 uid = fown->uid.val;
	struct clo_label from = clo_label_of_uid(uid);
	struct clo_label to = label_of_task(tsk);

	return refuse_task(CLO_HOOK_file_send_sigiotask,
			   clo_may_task(&from, &to, CLO_TASK_ACT), from, to,
			   tsk, (__u64)sig, &uid);
}

SEC("lsm/ptrace_access_check")
int BPF_PROG(clo_ptrace_access_check, struct task_struct *child,
	     unsigned int mode)
{
	struct clo_label from = label_of_current(), to = label_of_task(child);
	enum clo_rule rule = clo_may_task(&from, &to, CLO_TASK_REACH);
	struct exec_note *note;

	if (rule != CLO_RULE_ALLOW) {
		/* What ps(1) looks at without asking is refused in silence. */
		if (mode & PTRACE_MODE_NOAUDIT)
			return refused();
		return refuse_task(CLO_HOOK_ptrace_access_check, rule, from, to,
				   child, mode, 0);
	}
	/* Whoever can be written to is no Core any more: see CLAIM. */
	if (mode & PTRACE_MODE_ATTACH) {
		note = bpf_task_storage_get(&exec_notes, child, 0, 0);
		if (note)
			note->is_core = 0;
	}
	return 0;
}

/* The subject is the parent, which will trace the current task. */
SEC("lsm/ptrace_traceme")
int BPF_PROG(clo_ptrace_traceme, struct task_struct *parent)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct clo_label from = label_of_task(parent), to = label_of_task(task);
	struct exec_note *note;
	int r;

	r = refuse_task(CLO_HOOK_ptrace_traceme, clo_may_traceme(&from, &to),
			from, to, task, 0, 0);
	if (r)
		return r;
	note = bpf_task_storage_get(&exec_notes, task, 0, 0);
	if (note)
		note->is_core = 0;
	return 0;
}

static __always_inline int task_hook(enum clo_hook hook, struct task_struct *p,
				     enum clo_task_op op, __u64 arg)
{
	struct clo_label from = label_of_current(), to = label_of_task(p);

	return refuse_task(hook, clo_may_task(&from, &to, op), from, to, p, arg,
			   0);
}

SEC("lsm/task_setpgid")
int BPF_PROG(clo_task_setpgid, struct task_struct *p, int pgid)
{
	return task_hook(CLO_HOOK_task_setpgid, p, CLO_TASK_ACT, (__u64)pgid);
}

SEC("lsm/task_getpgid")
int BPF_PROG(clo_task_getpgid, struct task_struct *p)
{
	return task_hook(CLO_HOOK_task_getpgid, p, CLO_TASK_LOOK, 0);
}

SEC("lsm/task_getsid")
int BPF_PROG(clo_task_getsid, struct task_struct *p)
{
	return task_hook(CLO_HOOK_task_getsid, p, CLO_TASK_LOOK, 0);
}

SEC("lsm/task_setnice")
int BPF_PROG(clo_task_setnice, struct task_struct *p, int nice)
{
	return task_hook(CLO_HOOK_task_setnice, p, CLO_TASK_ACT, (__u64)nice);
}

SEC("lsm/task_setioprio")
int BPF_PROG(clo_task_setioprio, struct task_struct *p, int ioprio)
{
	return task_hook(CLO_HOOK_task_setioprio, p, CLO_TASK_ACT,
			 (__u64)ioprio);
}

SEC("lsm/task_getioprio")
int BPF_PROG(clo_task_getioprio, struct task_struct *p)
{
	return task_hook(CLO_HOOK_task_getioprio, p, CLO_TASK_LOOK, 0);
}

SEC("lsm/task_setscheduler")
int BPF_PROG(clo_task_setscheduler, struct task_struct *p)
{
	return task_hook(CLO_HOOK_task_setscheduler, p, CLO_TASK_ACT, 0);
}

SEC("lsm/task_getscheduler")
int BPF_PROG(clo_task_getscheduler, struct task_struct *p)
{
	return task_hook(CLO_HOOK_task_getscheduler, p, CLO_TASK_LOOK, 0);
}

SEC("lsm/task_movememory")
int BPF_PROG(clo_task_movememory, struct task_struct *p)
{
	return task_hook(CLO_HOOK_task_movememory, p, CLO_TASK_REACH, 0);
}

SEC("lsm/task_setrlimit")
int BPF_PROG(clo_task_setrlimit, struct task_struct *p, unsigned int resource)
{
	return task_hook(CLO_HOOK_task_setrlimit, p, CLO_TASK_ACT, resource);
}

SEC("lsm/capget")
int BPF_PROG(clo_capget, const struct task_struct *target)
{
	return task_hook(CLO_HOOK_capget, (struct task_struct *)target,
			 CLO_TASK_LOOK, 0);
}

/* No target task here, only its credentials. */
SEC("lsm/task_prlimit")
int BPF_PROG(clo_task_prlimit, const struct cred *cred,
	     const struct cred *tcred, unsigned int flags)
{
	struct clo_label from = label_of_current();
	struct clo_label to = clo_label_of_uid(tcred->uid.val);
	enum clo_task_op op = flags & LSM_PRLIMIT_WRITE ? CLO_TASK_ACT :
							  CLO_TASK_LOOK;

	return refuse_label(CLO_HOOK_task_prlimit, clo_may_task(&from, &to, op),
			    from, to, flags, 0);
}

#endif
