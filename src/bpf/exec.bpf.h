/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What becomes code: programs that are executed and files that are mapped.
 */
#ifndef CLO_BPF_EXEC_BPF_H
#define CLO_BPF_EXEC_BPF_H

#include "bpf/report.bpf.h"
#include "policy/core.h"
#include "policy/object.h"

static __always_inline int exec_hook(enum clo_hook hook, struct file *file,
				     __u64 arg)
{
	struct clo_label from = label_of_current(), owner;

	if (from.cage == CLO_CAGE_NONE)
		return 0;
	owner = label_of_inode(file->f_inode);
	return refuse_file(hook, clo_may_exec(&from, &owner), from, owner,
			   file->f_path.dentry, arg);
}

/* Once for the program and once for each interpreter on the way. */
SEC("lsm/bprm_check_security")
int BPF_PROG(clo_bprm_check_security, struct linux_binprm *bprm)
{
	struct clo_label none = { .cage = CLO_CAGE_NONE, .roles = 0 };
	struct clo_label from = label_of_current();
	const struct inode *inode = bprm->file->f_inode;
	const struct clo_self *me = self_get();
	enum clo_rule rule;

	if (from.cage == CLO_CAGE_CORE) {
		if (!me)
			return refused();
		rule = clo_may_core_exec(&from,
					 inode->i_ino == me->core_ino &&
						 inode->i_sb->s_dev ==
							 me->core_dev,
					 me->is_locked);
		if (rule != CLO_RULE_ALLOW)
			return refuse_file(CLO_HOOK_bprm_check_security, rule,
					   from, none,
					   bprm->file->f_path.dentry, 0);
	}
	return exec_hook(CLO_HOOK_bprm_check_security, bprm->file, 0);
}

/* No file means anonymous memory; 6.12 does not mark the argument so. */
SEC("lsm/mmap_file")
int BPF_PROG(clo_mmap_file, struct file *file, unsigned long reqprot,
	     unsigned long prot)
{
	__u64 has_file = 0;

	if (!(prot & PROT_EXEC))
		return 0;
	bpf_get_func_arg(ctx, 0, &has_file);
	if (!has_file || !file)
		return 0;
	return exec_hook(CLO_HOOK_mmap_file, file, prot);
}

#endif
