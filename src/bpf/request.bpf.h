/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the guard is asked by prctl(2), and the only place that writes a label
 * or a limit (docs/design/0003).
 */
#ifndef CLO_BPF_REQUEST_BPF_H
#define CLO_BPF_REQUEST_BPF_H

#include "bpf/report.bpf.h"
#include "bpf/self.bpf.h"
#include "policy/core.h"
#include "policy/kernel.h"

/*
 * How many living tasks bear the label of a cage, threads one by one: 0, or 1
 * for some.  Nobody needs more, and a number that grows in a loop is one that
 * the verifier never stops to follow.
 *
 * A fork while this runs hides nothing: a child is listed behind its parent,
 * and a parent that is alive when it is passed has been seen itself.
 */
static __noinline __u32 count_tasks(__u32 cage)
{
	struct bpf_iter_task it;
	struct task_struct *task;
	__u32 count = 0;

	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, 0, BPF_TASK_ITER_ALL_THREADS);
	while ((task = bpf_iter_task_next(&it))) {
		struct clo_label label = label_of_task(task);

		if (label.cage == cage && !task->exit_state) {
			count = 1;
			break;
		}
	}
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return count;
}

static __always_inline __u32 task_is_alone(const struct task_struct *task)
{
	return task->signal->nr_threads == 1 && !task->ptrace;
}

/* Without CONFIG_SECCOMP the field does not exist, and no filter either. */
static __always_inline __u32 task_is_filtered(const struct task_struct *task)
{
	return bpf_core_field_exists(task->seccomp.mode) && task->seccomp.mode;
}

static __always_inline __u32 task_is_root(const struct task_struct *task)
{
	const struct cred *cred = task->cred;

	return cred->euid.val == 0 && cred->uid.val == 0 &&
	       cred->user_ns->level == 0 &&
	       (cred->cap_effective.val & CLO_BIT64(CAP_SYS_ADMIN));
}

/*
 * Whether the task runs the registered program.  Once the guard is locked only
 * a program that was executed under its eyes counts, and that nobody could
 * have written to since; before, the loader itself has to pass, whose own
 * execve nobody saw.
 */
static __always_inline __u32 task_is_registered(struct task_struct *task,
						const struct clo_self *me)
{
	const struct exec_note *note;
	const struct inode *inode;

	if (me->is_locked) {
		note = bpf_task_storage_get(&exec_notes, task, 0, 0);
		return note && note->is_core;
	}
	inode = distrust(task->mm, mm_struct)->exe_file->f_inode;
	return me->core_ino && inode->i_ino == me->core_ino &&
	       inode->i_sb->s_dev == me->core_dev;
}

static __always_inline enum clo_rule claim_decide(struct task_struct *task,
						  struct clo_label from,
						  const struct clo_self *me,
						  __u32 core_count)
{
	struct clo_claim claim = {
		.is_registered = task_is_registered(task, me),
		.is_alone = task_is_alone(task),
		.is_root = task_is_root(task),
		.core_count = core_count,
		.is_filtered = task_is_filtered(task),
	};

	return clo_may_claim(&from, &claim);
}

/*
 * Decided twice: the label keeps tracers out, so one that came in before it
 * was set is seen by the second look.
 */
static __always_inline enum clo_rule claim_take(struct task_struct *task,
						struct clo_label from,
						const struct clo_self *me)
{
	struct clo_label core = { .cage = CLO_CAGE_CORE, .roles = 0 };
	enum clo_rule rule;
	struct clo_label *label;

	rule = claim_decide(task, from, me, count_tasks(CLO_CAGE_CORE));
	if (rule != CLO_RULE_ALLOW)
		return rule;
	label = bpf_task_storage_get(&task_labels, task, &core,
				     BPF_STORAGE_CREATE);
	if (!label)
		return CLO_RULE_NO_MEMORY;
	*label = core;
	rule = claim_decide(task, from, me, 0);
	if (rule != CLO_RULE_ALLOW)
		*label = from;
	return rule;
}

/* One at a time: two that count at once would both find nobody. */
static __always_inline enum clo_rule request_claim(struct clo_label from,
						   const struct clo_self *me)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 key = 0, *busy = bpf_map_lookup_elem(&claiming, &key);
	enum clo_rule rule;

	if (!busy)
		return CLO_RULE_BAD_REQUEST;
	/* Who may not claim anyway keeps nobody waiting. */
	rule = claim_decide(task, from, me, 0);
	if (rule != CLO_RULE_ALLOW)
		return rule;
	if (__sync_val_compare_and_swap(busy, 0, 1) != 0)
		return CLO_RULE_CORE_ALIVE;
	rule = claim_take(task, from, me);
	__sync_lock_test_and_set(busy, 0);
	return rule;
}

static __always_inline enum clo_rule request_lock(struct clo_label from,
						  struct clo_self *me)
{
	enum clo_rule rule = clo_is_core(&from);

	if (rule == CLO_RULE_ALLOW)
		me->is_locked = 1;
	return rule;
}

/*
 * A request that writes a cage's limits has them for itself from the question
 * to the answer: one that is preempted between would write what was granted for
 * others than those that are in force by then.
 */
static __always_inline bool cage_take(struct clo_cage *cage)
{
	return __sync_val_compare_and_swap(&cage->spare, 0, 1) == 0;
}

static __always_inline void cage_give(struct clo_cage *cage)
{
	__sync_lock_test_and_set(&cage->spare, 0);
}

static __always_inline enum clo_rule
request_define(struct clo_label from, __u64 arg, __u64 size, __u64 *ret_cage)
{
	struct clo_define define;
	struct clo_cage *cage;
	enum clo_rule rule = clo_is_core(&from);

	if (rule != CLO_RULE_ALLOW)
		return rule;
	if (size != sizeof(define) ||
	    bpf_copy_from_user(&define, sizeof(define), (const void *)arg))
		return CLO_RULE_BAD_REQUEST;
	*ret_cage = define.cage;
	if (define.abi != CLO_ABI || define.cage < CLO_CAGE_FIRST)
		return CLO_RULE_BAD_REQUEST;
	cage = bpf_map_lookup_elem(&cages, &define.cage);
	if (!cage)
		return CLO_RULE_BAD_REQUEST;
	if (!cage_take(cage))
		return CLO_RULE_CAGE_STATE;
	rule = clo_may_define(&from, cage, &define.limits);
	if (rule == CLO_RULE_ALLOW) {
		/* The state comes last: nobody enters what is half written. */
		cage->caps = define.limits.caps;
		cage->families = define.limits.families;
		__builtin_memcpy(cage->devices, define.limits.devices,
				 sizeof(cage->devices));
		__sync_lock_test_and_set(&cage->state, CLO_CAGE_UP);
	}
	cage_give(cage);
	return rule;
}

static __always_inline enum clo_rule request_enter(struct clo_label from,
						   __u64 arg)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct clo_label to = {
		.cage = (clo_u16)arg,
		.roles = (clo_u16)(arg >> 16),
	};
	struct clo_label *label;
	struct clo_cage *cage;
	enum clo_rule rule;

	if (clo_label_word(to) != arg)
		return CLO_RULE_BAD_REQUEST;
	cage = cage_of(to);
	if (!cage)
		return CLO_RULE_BAD_LABEL;
	rule = clo_may_enter(&from, &to, cage, task_is_alone(task));
	if (rule != CLO_RULE_ALLOW)
		return rule;
	label = bpf_task_storage_get(&task_labels, task, &to,
				     BPF_STORAGE_CREATE);
	if (!label)
		return CLO_RULE_NO_MEMORY;
	*label = to;
	return CLO_RULE_ALLOW;
}

static __always_inline struct clo_cage *cage_of_arg(__u64 arg)
{
	__u32 key = (__u32)arg;

	if (arg < CLO_CAGE_FIRST || arg > CLO_CAGE_MAX)
		return 0;
	return bpf_map_lookup_elem(&cages, &key);
}

static __always_inline enum clo_rule request_close(struct clo_label from,
						   __u64 arg)
{
	struct clo_cage *cage = cage_of_arg(arg);
	enum clo_rule rule = clo_is_core(&from);

	/* Who is not the Core keeps nobody from a cage. */
	if (rule != CLO_RULE_ALLOW)
		return rule;
	if (!cage)
		return CLO_RULE_BAD_REQUEST;
	if (!cage_take(cage))
		return CLO_RULE_CAGE_STATE;
	rule = clo_may_close(&from, cage);
	if (rule == CLO_RULE_ALLOW)
		__sync_lock_test_and_set(&cage->state, CLO_CAGE_CLOSING);
	cage_give(cage);
	return rule;
}

static __always_inline enum clo_rule request_free(struct clo_label from,
						  __u64 arg)
{
	struct clo_cage *cage = cage_of_arg(arg);
	enum clo_rule rule = clo_is_core(&from);

	/* Asked first: counting looks at every task there is. */
	if (rule != CLO_RULE_ALLOW)
		return rule;
	if (!cage)
		return CLO_RULE_BAD_REQUEST;
	if (!cage_take(cage))
		return CLO_RULE_CAGE_STATE;
	rule = clo_may_free(&from, cage, count_tasks((__u32)arg));
	if (rule == CLO_RULE_ALLOW) {
		cage->caps = 0;
		cage->families = 0;
		__builtin_memset(cage->devices, 0, sizeof(cage->devices));
		__sync_lock_test_and_set(&cage->state, CLO_CAGE_EMPTY);
	}
	cage_give(cage);
	return rule;
}

static __always_inline enum clo_rule request_place(struct clo_label from,
						   const struct clo_self *me,
						   __u64 arg, __u64 size)
{
	struct clo_place place = { .is_own_maps = 1 };
	struct clo_found found;
	bool is_any = false;

	if (size != sizeof(found) ||
	    bpf_copy_from_user(&found, sizeof(found), (const void *)arg))
		return CLO_RULE_BAD_REQUEST;
	place.is_own_dir = me->run_ino && found.run_ino == me->run_ino &&
			   found.run_dev == me->run_dev;
	/* Each in its own place: one of ours for another is as false. */
	for (int i = 0; i < CLO_FOUND_MAPS; i++) {
		if (found.map_ids[i])
			is_any = true;
		if (!me->found_ids[i] || found.map_ids[i] != me->found_ids[i])
			place.is_own_maps = 0;
	}
	if (!is_any)
		place.is_own_maps = 1;
	return clo_may_place(&from, &place);
}

/* What a request that was granted is called in the log; DENIED: it is not. */
static __always_inline __u32 kind_of(__u64 request)
{
	switch (request) {
	case CLO_GUARD_CLAIM:
		return CLO_EVENT_CLAIM;
	case CLO_GUARD_LOCK:
		return CLO_EVENT_LOCK;
	case CLO_GUARD_DEFINE:
		return CLO_EVENT_DEFINE;
	case CLO_GUARD_ENTER:
		return CLO_EVENT_ENTER;
	case CLO_GUARD_FREE:
		return CLO_EVENT_FREE;
	default:
		return CLO_EVENT_DENIED;
	}
}

static __always_inline enum clo_rule request_answer(struct clo_label from,
						    struct clo_self *me,
						    __u64 request, __u64 arg,
						    __u64 size, __u64 *ret_arg)
{
	switch (request) {
	case CLO_GUARD_CLAIM:
		return request_claim(from, me);
	case CLO_GUARD_LOCK:
		return request_lock(from, me);
	case CLO_GUARD_DEFINE:
		return request_define(from, arg, size, ret_arg);
	case CLO_GUARD_ENTER:
		return request_enter(from, arg);
	case CLO_GUARD_CLOSE:
		return request_close(from, arg);
	case CLO_GUARD_FREE:
		return request_free(from, arg);
	case CLO_GUARD_CANARY:
		/* Always refused: who asks wants to see the refusal arrive. */
		return CLO_RULE_MOUNT;
	case CLO_GUARD_PLACE:
		return request_place(from, me, arg, size);
	default:
		return CLO_RULE_BAD_REQUEST;
	}
}

static __always_inline void request_report(struct clo_label from,
					   enum clo_rule rule, __u64 request,
					   __u64 arg)
{
	struct fact fact = {
		.from = from,
		.to = { .cage = (clo_u16)arg, .roles = (clo_u16)(arg >> 16) },
		.kind = rule == CLO_RULE_ALLOW ? kind_of(request) :
						 CLO_EVENT_DENIED,
		.hook = CLO_HOOK_guard_request,
		.rule = rule,
		.arg = request,
	};

	if (request == CLO_GUARD_CLAIM || request == CLO_GUARD_LOCK) {
		fact.to.cage = CLO_CAGE_CORE;
		fact.to.roles = 0;
	}
	if (rule == CLO_RULE_ALLOW && fact.kind == CLO_EVENT_DENIED)
		return; /* CLOSE is part of FREE; PLACE changes nothing */
	clo_report(&fact);
}

/* "0" from here would mean "no opinion": success cannot be told. */
SEC("lsm.s/task_prctl")
int BPF_PROG(clo_task_prctl, int option, unsigned long arg2, unsigned long arg3,
	     unsigned long arg4, unsigned long arg5)
{
	struct clo_label from = label_of_current();
	struct clo_self *me = self_get();
	__u64 told = arg3;
	enum clo_rule rule;
	int answer = -CLO_ANSWER;

	if ((__u32)option != CLO_PRCTL) {
		if (!clo_label_is_cage(&from))
			return 0;
		return refuse(CLO_HOOK_task_prctl,
			      clo_may_prctl(&from, (__u32)option, arg2), from,
			      (__u32)option);
	}
	if (!me)
		return refused();
	rule = request_answer(from, me, arg2, arg3, arg4, &told);
	request_report(from, rule, arg2, told);
	if ((__u32)rule >= CLO_RULE_COUNT)
		rule = CLO_RULE_BAD_REQUEST;
	/* A subtraction, because 6.12 loses track of a negation. */
	barrier_var(answer);
	return answer - (int)rule;
}

#endif
