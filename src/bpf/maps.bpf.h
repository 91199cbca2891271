/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the guard remembers.  The names of the six first maps are those of
 * abi.h; the others are the guard's own affair.
 */
#ifndef CLO_BPF_MAPS_BPF_H
#define CLO_BPF_MAPS_BPF_H

#include "bpf/abi.h"

/*
 * A bucket for each cage, and for each of its rules: see may_tell().  Cage 0
 * stands for root outside cages; behind the cages come its other users, by a
 * hash, so that what one of them does is told whatever the others do.
 */
enum { CLO_BUCKET_RULES = 64, CLO_BUCKET_USER_BITS = 4 };
#define CLO_BUCKET_COUNT (CLO_CAGE_COUNT + (1 << CLO_BUCKET_USER_BITS))
_Static_assert(CLO_RULE_COUNT <= CLO_BUCKET_RULES, "a bucket for each rule");

struct bucket {
	__u64 next_ns; /* when the bucket is full again */
	__u64 suppressed; /* since the last report */
};

/* What the last execve(2) of a process was; kept for labelled ones. */
struct exec_note {
	__u32 is_core; /* it ran the registered program, traced by nobody */
	__u32 spare;
	char path[CLO_EXE_MAX];
};

enum { OWN_PROG = 1, OWN_LINK = 2 };
struct own_id {
	__u32 kind; /* OWN_PROG, OWN_LINK */
	__u32 id;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct clo_label);
} task_labels SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct clo_label);
} sock_labels SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CLO_CAGE_COUNT);
	__type(key, __u32);
	__type(value, struct clo_cage);
} cages SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CLO_CAGE_COUNT);
	__type(key, __u32);
	__type(value, struct clo_count);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct clo_self);
} self SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

/* The label of the task that an inode of procfs shows. */
struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct clo_label);
} proc_labels SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct exec_note);
} exec_notes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CLO_BUCKET_COUNT *CLO_BUCKET_RULES);
	__type(key, __u32);
	__type(value, struct bucket);
} buckets SEC(".maps");

/* Not 0 while the task is about to make an event of a uprobe: kernel.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u32);
} probe_notes SEC(".maps");

/* The guard's own programs and links; filled by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, struct own_id);
	__type(value, __u32);
} own_ids SEC(".maps");

/* Taken by the one task that is becoming the Core. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} claiming SEC(".maps");

#endif
