/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a cage may ask of the kernel, and its ceiling of capabilities.
 */
#ifndef CLO_BPF_KERNEL_BPF_H
#define CLO_BPF_KERNEL_BPF_H

#include "bpf/report.bpf.h"
#include "policy/core.h"
#include "policy/kernel.h"

static __always_inline int kernel_hook(enum clo_hook hook,
				       enum clo_kernel_op op, __u64 arg)
{
	struct clo_label from = label_of_current();

	return refuse(hook, clo_may_kernel(&from, op), from, arg);
}

SEC("lsm/userns_create")
int BPF_PROG(clo_userns_create, const struct cred *cred)
{
	return kernel_hook(CLO_HOOK_userns_create, CLO_KERNEL_USERNS, 0);
}

/*
 * Which event is asked for is not known yet, and no hook sees it before a
 * uprobe has been put into its program.  But the kernel asks for a capability
 * just before: between the two programs below that one is refused.  Their note
 * is made here, where a lack of memory can still refuse.
 */
SEC("lsm/perf_event_open")
int BPF_PROG(clo_perf_event_open)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 none = 0;
	int r;

	r = kernel_hook(CLO_HOOK_perf_event_open, CLO_KERNEL_PERF, 0);
	if (r)
		return r;
	if (bpf_task_storage_get(&probe_notes, task, &none, BPF_STORAGE_CREATE))
		return 0;
	return refuse(CLO_HOOK_perf_event_open, CLO_RULE_NO_MEMORY,
		      label_of_task(task), 0);
}

static __always_inline __u32 *probe_note(void)
{
	return bpf_task_storage_get(&probe_notes, bpf_get_current_task_btf(), 0,
				    0);
}

/* A child inherits the event that its parent was allowed. */
SEC("fentry/perf_uprobe_event_init")
int BPF_PROG(clo_perf_uprobe_event_init, struct perf_event *event)
{
	__u32 *note = probe_note();

	if (note && !event->parent)
		*note = 1;
	return 0;
}

SEC("fexit/perf_uprobe_event_init")
int BPF_PROG(clo_perf_uprobe_event_done, struct perf_event *event, int ret)
{
	__u32 *note = probe_note();

	if (note)
		*note = 0;
	return 0;
}

static __always_inline enum clo_rule probe_rule(struct clo_label from, int cap)
{
	const struct clo_self *me = self_get();
	const __u32 *note;

	if (cap != CAP_PERFMON && cap != CAP_SYS_ADMIN)
		return CLO_RULE_ALLOW;
	note = probe_note();
	if (!note || !*note)
		return CLO_RULE_ALLOW;
	if (!me)
		return CLO_RULE_UPROBE;
	return clo_may_uprobe(&from, me->is_locked);
}

/*
 * A task that dies by a signal prepares credentials for one thing only: to
 * write its core, or to hand it to the program that core_pattern names, which
 * the kernel starts outside every cage whatever the limit on cores says.
 * Without credentials there is neither.
 */
SEC("lsm/cred_prepare")
int BPF_PROG(clo_cred_prepare)
{
	if (!(bpf_get_current_task_btf()->flags & PF_SIGNALED))
		return 0;
	return kernel_hook(CLO_HOOK_cred_prepare, CLO_KERNEL_CORE_DUMP, 0);
}

/* From 6.15 on; before, the inode of the ring is what is seen. */
SEC("lsm/uring_allowed")
int BPF_PROG(clo_uring_allowed)
{
	return kernel_hook(CLO_HOOK_uring_allowed, CLO_KERNEL_IO_URING, 0);
}

SEC("lsm/kernel_module_request")
int BPF_PROG(clo_kernel_module_request)
{
	return kernel_hook(CLO_HOOK_kernel_module_request, CLO_KERNEL_MODULE,
			   0);
}

SEC("lsm/kernel_load_data")
int BPF_PROG(clo_kernel_load_data, int id)
{
	return kernel_hook(CLO_HOOK_kernel_load_data, CLO_KERNEL_MODULE,
			   (__u32)id);
}

SEC("lsm/kernel_read_file")
int BPF_PROG(clo_kernel_read_file, struct file *file, int id)
{
	return kernel_hook(CLO_HOOK_kernel_read_file, CLO_KERNEL_MODULE,
			   (__u32)id);
}

SEC("lsm/syslog")
int BPF_PROG(clo_syslog, int type)
{
	return kernel_hook(CLO_HOOK_syslog, CLO_KERNEL_SYSLOG, (__u32)type);
}

SEC("lsm/quotactl")
int BPF_PROG(clo_quotactl, int cmds)
{
	return kernel_hook(CLO_HOOK_quotactl, CLO_KERNEL_QUOTA, (__u32)cmds);
}

SEC("lsm/settime")
int BPF_PROG(clo_settime)
{
	return kernel_hook(CLO_HOOK_settime, CLO_KERNEL_CLOCK, 0);
}

/* Anonymous inodes have a class name: some are refused by it. */
SEC("lsm/inode_init_security_anon")
int BPF_PROG(clo_inode_init_security_anon, struct inode *inode,
	     const struct qstr *name)
{
	struct clo_label from = label_of_current();
	const struct qstr *class;
	__u64 words[2];

	if (!clo_label_is_cage(&from))
		return 0;
	class = distrust(name, qstr);
	words[0] = text_word(class->name, 0);
	words[1] = text_word(class->name, 1);
	if (words[0] == WORD8('[', 'u', 's', 'e', 'r', 'f', 'a', 'u'))
		return kernel_hook(CLO_HOOK_inode_init_security_anon,
				   CLO_KERNEL_USERFAULTFD, 0);
	if (words[0] == WORD8('[', 'i', 'o', '_', 'u', 'r', 'i', 'n') &&
	    (words[1] & 0xffff) == ('g' | ']' << 8))
		return kernel_hook(CLO_HOOK_inode_init_security_anon,
				   CLO_KERNEL_IO_URING, 0);
	return 0;
}

/*
 * The kernel has granted it already; the guard only takes away.  The kernel
 * asks for some without meaning it (accounting of memory): those are refused
 * in silence.
 */
SEC("lsm/capable")
int BPF_PROG(clo_capable, const struct cred *cred, struct user_namespace *ns,
	     int cap, unsigned int opts)
{
	struct clo_label from = label_of_current();
	enum clo_rule rule;

	if (!clo_label_is_cage(&from))
		return refuse(CLO_HOOK_perf_event_open, probe_rule(from, cap),
			      from, (__u32)cap);
	rule = clo_may_use_cap(&from, cage_of(from), (__u32)cap);
	if (rule != CLO_RULE_ALLOW && (opts & CAP_OPT_NOAUDIT))
		return refused();
	return refuse(CLO_HOOK_capable, rule, from, (__u32)cap);
}

/*
 * Log only: what the kernel's own capability module refuses, before the guard
 * is asked, is told like a refusal by the ceiling if the policy says so too.
 */
SEC("fexit/cap_capable")
int BPF_PROG(clo_cap_capable, const struct cred *cred,
	     struct user_namespace *ns, int cap, unsigned int opts, int ret)
{
	struct clo_label from;

	if (ret != -EPERM || (opts & CAP_OPT_NOAUDIT))
		return 0;
	from = label_of_current();
	if (!clo_label_is_cage(&from))
		return 0;
	/*
	 * A file whose mode refuses asks for these over the cage's own users;
	 * EACCES says enough, and every program that looks for a file would
	 * fill the log.
	 */
	if (ns->level &&
	    (cap == CLO_CAP_DAC_OVERRIDE || cap == CLO_CAP_DAC_READ_SEARCH))
		return 0;
	refuse(CLO_HOOK_cap_capable,
	       clo_may_use_cap(&from, cage_of(from), (__u32)cap), from,
	       (__u32)cap);
	return 0;
}

#endif
