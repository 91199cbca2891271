/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How the hooks learn what the policy asks for: labels, limits, names.
 *
 * Everything is read by typed loads, which the verifier checks: no helper that
 * reads kernel memory at large, because lockdown=confidentiality refuses it.
 */
#ifndef CLO_BPF_FACTS_BPF_H
#define CLO_BPF_FACTS_BPF_H

#include "bpf/maps.bpf.h"

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern int bpf_iter_task_new(struct bpf_iter_task *it,
			     struct task_struct *task__nullable,
			     unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;

/*
 * The same pointer, distrusted: loads through it may meet NULL or freed memory
 * and then read zeros.  Needed wherever the kernel passes NULL, or a negative
 * dentry, to a hook whose arguments the verifier takes for valid: it deletes a
 * comparison with NULL there, and the load would be an oops.
 */
#define distrust(p, type)                  \
	((struct type *)bpf_rdonly_cast(p, \
					bpf_core_type_id_kernel(struct type)))

/* Most tasks of a host have no storage at all: seen at a glance. */
static __always_inline struct clo_label label_of_task(struct task_struct *task)
{
	struct clo_label none = { .cage = CLO_CAGE_NONE, .roles = 0 };
	struct clo_label *label;

	if (bpf_core_field_exists(task->bpf_storage) && !task->bpf_storage)
		return none;
	label = bpf_task_storage_get(&task_labels, task, 0, 0);
	return label ? *label : none;
}

static __always_inline struct clo_label label_of_current(void)
{
	return label_of_task(bpf_get_current_task_btf());
}

/* Limits of a label's cage; NULL if it is out of range. */
static __always_inline struct clo_cage *cage_of(struct clo_label label)
{
	__u32 key = label.cage;

	return bpf_map_lookup_elem(&cages, &key);
}

/* Never NULL in fact: the map has one element; the verifier wants it asked. */
static __always_inline struct clo_self *self_get(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&self, &key);
}

/* The inode of a dentry, which may have none: then it reads as zeros. */
static __always_inline struct inode *inode_of(const struct dentry *dentry)
{
	return distrust(dentry, dentry)->d_inode;
}

static __always_inline struct clo_label label_of_inode(const struct inode *i)
{
	return clo_label_of_uid(i->i_uid.val);
}

enum { TEXT_WORDS = CLO_OBJECT_MAX / 8 };

/*
 * A word of a string of the kernel.  The cast type is nothing but a long array
 * of char; a load beyond the string reads what lies there, or zeros.
 */
static __always_inline __u64 text_word(const void *string, int i)
{
	const struct new_utsname *text = distrust(string, new_utsname);

	return ((const __u64 *)text->sysname)[i];
}

/* The @size first bytes of a word; what follows a string is not the string. */
static __always_inline __u64 first_bytes(__u64 word, __s64 size)
{
	if (size <= 0)
		return 0;
	if (size >= 8)
		return word;
	return word & ((1ULL << (size * 8)) - 1);
}

/*
 * The last component of a dentry's name, padded with zeros.  A function of its
 * own: eight words in flight would not fit the stack of a program.
 */
static __noinline int name_of(const struct dentry *dentry,
			      __u64 words[TEXT_WORDS])
{
	const struct dentry *d = distrust(dentry, dentry);
	const void *name = d->d_name.name;
	__s64 size = d->d_name.len;

	if (size > CLO_OBJECT_MAX - 1)
		size = CLO_OBJECT_MAX - 1;
#pragma unroll
	for (int i = 0; i < TEXT_WORDS; i++)
		words[i] = first_bytes(text_word(name, i), size - i * 8);
	return 0;
}

/* Eight characters of a name as a word, for comparisons. */
#define WORD8(a, b, c, d, e, f, g, h)                                         \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | \
	 (__u64)(e) << 32 | (__u64)(f) << 40 | (__u64)(g) << 48 |             \
	 (__u64)(h) << 56)

#endif
