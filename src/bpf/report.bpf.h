/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How a refusal becomes an event.
 *
 * Hooks are called with locks held (a task's own in setrlimit and ptrace, the
 * list of tasks in setpgid) and from interrupts (SIGIO): nothing here sleeps
 * or takes a lock of the kernel's.  So the path of the program is the one that
 * was noted when it was executed, never asked for now.
 */
#ifndef CLO_BPF_REPORT_BPF_H
#define CLO_BPF_REPORT_BPF_H

#include "bpf/facts.bpf.h"

enum {
	REPORT_BURST = 50, /* events of a cage and rule at once */
	REPORT_INTERVAL_NS = 50 * 1000 * 1000, /* then one so often */
	REPORT_CAGE_BURST = 400, /* events of a cage at once */
	REPORT_CAGE_INTERVAL_NS = 100 * 1000 * 1000, /* then one so often */
	REPORT_USERS_BURST = 100, /* of the users of one hash, outside cages */
	REPORT_USERS_INTERVAL_NS = 1000 * 1000 * 1000,
	REPORT_TRIES = 4,
};

enum {
	/* The subject is not the current task: say nothing but whose it is. */
	REPORT_NO_CURRENT = 1 << 0,
};

/* What a hook has found out. */
struct fact {
	struct clo_label from;
	struct clo_label to;
	__u32 kind;
	__u32 hook;
	__u32 rule;
	__u32 target_pid;
	__u32 flags; /* of REPORT_* */
	__u32 uid; /* with REPORT_NO_CURRENT */
	__u64 arg;
	__u64 dev;
	__u64 ino;
	__u64 name[TEXT_WORDS];
};

/* Whether the bucket has room; 'virtual scheduling' of ITU-T I.371. */
static __always_inline bool bucket_take(struct bucket *bucket, __u64 now_ns,
					__u64 burst, __u64 interval_ns)
{
	for (int i = 0; i < REPORT_TRIES; i++) {
		__u64 old = bucket->next_ns;
		__u64 next = old > now_ns ? old : now_ns;

		if (next - now_ns > (burst - 1) * interval_ns)
			return false;
		if (__sync_val_compare_and_swap(&bucket->next_ns, old,
						next + interval_ns) == old)
			return true;
	}
	return false;
}

/*
 * Whose buckets these are.  Root outside cages has some for himself: what he
 * tries is told although another user is refused in a loop.
 */
static __always_inline __u32 bucket_owner(const struct fact *fact, __u32 cage)
{
	__u32 uid = fact->flags & REPORT_NO_CURRENT ?
			    fact->uid :
			    (__u32)bpf_get_current_uid_gid();

	if (cage != CLO_CAGE_NONE || !uid)
		return cage;
	/* Multiplicative hashing: Knuth, TAOCP 3, 6.4. */
	return CLO_CAGE_COUNT +
	       ((uid * 2654435769U) >> (32 - CLO_BUCKET_USER_BITS));
}

/*
 * Whether a refusal may be told: its rule has room, and so has its owner, so
 * that nobody fills the log by breaking every rule in turn.  The owner's own
 * bucket is that of CLO_RULE_ALLOW, which refuses nothing.
 */
static __always_inline bool may_tell(struct bucket *bucket, __u32 owner,
				     __u64 now_ns)
{
	__u32 key = owner * CLO_BUCKET_RULES + CLO_RULE_ALLOW;
	struct bucket *all = bpf_map_lookup_elem(&buckets, &key);
	bool is_users = owner >= CLO_CAGE_COUNT;

	return all &&
	       bucket_take(bucket, now_ns, REPORT_BURST, REPORT_INTERVAL_NS) &&
	       bucket_take(all, now_ns,
			   is_users ? REPORT_USERS_BURST : REPORT_CAGE_BURST,
			   is_users ? REPORT_USERS_INTERVAL_NS :
				      REPORT_CAGE_INTERVAL_NS);
}

static __always_inline void report_program(struct clo_event *e)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct exec_note *note = 0;
	struct task_struct *leader;

	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_rcu_read_lock();
	leader = task->group_leader;
	if (leader)
		note = bpf_task_storage_get(&exec_notes, leader, 0, 0);
	if (note && note->path[0]) {
		__builtin_memcpy(e->exe, note->path, sizeof(e->exe));
	} else {
		/* Forked and not executed yet: the name alone. */
		struct mm_struct *mm = distrust(task->mm, mm_struct);

		name_of(mm->exe_file->f_path.dentry, (__u64 *)e->exe);
	}
	bpf_rcu_read_unlock();
}

static __always_inline void report_fill(struct clo_event *e,
					const struct fact *fact, __u64 now_ns)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	struct clo_self *me = self_get();

	__builtin_memset(e, 0, sizeof(*e));
	if (me)
		e->id = __sync_fetch_and_add(&me->next_event, 1);
	e->time_ns = now_ns;
	e->kind = fact->kind;
	e->hook = fact->hook;
	e->rule = fact->rule;
	e->from = fact->from;
	e->to = fact->to;
	e->target_pid = fact->target_pid;
	e->arg = fact->arg;
	e->dev = fact->dev;
	e->ino = fact->ino;
	__builtin_memcpy(e->object, fact->name, sizeof(e->object));
	if (fact->flags & REPORT_NO_CURRENT) {
		e->uid = fact->uid;
		return;
	}
	e->pid = (__u32)(pid_tgid >> 32);
	e->tid = (__u32)pid_tgid;
	e->uid = (__u32)bpf_get_current_uid_gid();
	report_program(e);
}

/*
 * Tell what was refused, or done.  Global, so that the verifier looks at it
 * once for each program instead of once for each call.
 */
__noinline int clo_report(struct fact *fact)
{
	__u64 now_ns = bpf_ktime_get_boot_ns();
	struct bucket *bucket;
	struct clo_count *count;
	struct clo_event *e;
	__u32 cage, owner, key;
	bool is_limited;

	if (!fact)
		return 0;
	cage = fact->from.cage < CLO_CAGE_COUNT ? fact->from.cage : 0;
	owner = bucket_owner(fact, cage);
	key = owner * CLO_BUCKET_RULES + (fact->rule & (CLO_BUCKET_RULES - 1));
	count = bpf_map_lookup_elem(&counts, &cage);
	bucket = bpf_map_lookup_elem(&buckets, &key);
	if (!count || !bucket)
		return 0;

	is_limited = fact->kind == CLO_EVENT_DENIED;
	if (is_limited)
		__sync_fetch_and_add(&count->denied, 1);
	/* What a cage is granted it may ask for in a loop as well. */
	if (clo_label_is_cage(&fact->from))
		is_limited = true;
	if (is_limited && !may_tell(bucket, owner, now_ns)) {
		__sync_fetch_and_add(&count->suppressed, 1);
		__sync_fetch_and_add(&bucket->suppressed, 1);
		return 0;
	}
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e) {
		__sync_fetch_and_add(&count->lost, 1);
		return 0;
	}
	report_fill(e, fact, now_ns);
	if (is_limited)
		e->suppressed =
			(__u32)__sync_lock_test_and_set(&bucket->suppressed, 0);
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/*
 * The answers of the hooks: 0, or report and -EPERM.
 *
 * The number is hidden from the compiler, which else makes a negated boolean of
 * it; 6.12 loses track of a negation and refuses the program.
 */
static __always_inline int refused(void)
{
	int r = -EPERM;

	barrier_var(r);
	return r;
}

/*
 * Telling is far from the way of what is allowed: functions of their own, that
 * the programs which refuse nothing keep few registers and no stack for.  At
 * most five arguments: a hook and a rule, or two labels, make one.
 */
static __always_inline __u64 pair_of(__u32 low, __u32 high)
{
	return (__u64)high << 32 | low;
}

static __always_inline struct clo_label label_of_word(__u32 word)
{
	struct clo_label label = { .cage = (__u16)word,
				   .roles = (__u16)(word >> 16) };

	return label;
}

/* @whose: the labels of subject and object; @target: a pid and REPORT_*. */
static __noinline int tell(__u64 what, __u64 whose, __u64 arg, __u64 target,
			   __u32 uid)
{
	struct fact fact = {
		.hook = (__u32)what,
		.rule = (__u32)(what >> 32),
		.from = label_of_word((__u32)whose),
		.to = label_of_word((__u32)(whose >> 32)),
		.arg = arg,
		.target_pid = (__u32)target,
		.flags = (__u32)(target >> 32),
		.uid = uid,
	};

	return clo_report(&fact);
}

static __noinline int tell_file(__u64 what, __u64 whose,
				const struct dentry *dentry, __u64 arg)
{
	const struct inode *inode = inode_of(dentry);
	struct fact fact = {
		.hook = (__u32)what,
		.rule = (__u32)(what >> 32),
		.from = label_of_word((__u32)whose),
		.to = label_of_word((__u32)(whose >> 32)),
		.arg = arg,
		.dev = inode->i_sb->s_dev,
		.ino = inode->i_ino,
	};

	name_of(dentry, fact.name);
	return clo_report(&fact);
}

static __always_inline __u64 pair_of_labels(struct clo_label from,
					    struct clo_label to)
{
	return pair_of((__u32)clo_label_word(from), (__u32)clo_label_word(to));
}

static __always_inline int refuse_label(enum clo_hook hook, enum clo_rule rule,
					struct clo_label from,
					struct clo_label to, __u64 arg,
					__u32 flags)
{
	if (rule == CLO_RULE_ALLOW)
		return 0;
	tell(pair_of(hook, rule), pair_of_labels(from, to), arg,
	     pair_of(0, flags), 0);
	return refused();
}

static __always_inline int refuse(enum clo_hook hook, enum clo_rule rule,
				  struct clo_label from, __u64 arg)
{
	struct clo_label none = { .cage = CLO_CAGE_NONE, .roles = 0 };

	return refuse_label(hook, rule, from, none, arg, 0);
}

/* @sender: NULL, or whose the signal is if not the current task's. */
static __always_inline int refuse_task(enum clo_hook hook, enum clo_rule rule,
				       struct clo_label from,
				       struct clo_label to,
				       const struct task_struct *target,
				       __u64 arg, const __u32 *sender)
{
	if (rule == CLO_RULE_ALLOW)
		return 0;
	tell(pair_of(hook, rule), pair_of_labels(from, to), arg,
	     pair_of((__u32)target->tgid, sender ? REPORT_NO_CURRENT : 0),
	     sender ? *sender : 0);
	return refused();
}

static __always_inline int refuse_file(enum clo_hook hook, enum clo_rule rule,
				       struct clo_label from,
				       struct clo_label to,
				       const struct dentry *dentry, __u64 arg)
{
	if (rule == CLO_RULE_ALLOW)
		return 0;
	tell_file(pair_of(hook, rule), pair_of_labels(from, to), dentry, arg);
	return refused();
}

#endif
