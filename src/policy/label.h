/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The label: which cage something belongs to, and what was taken from it.
 *
 * Tasks and sockets carry one; files, descriptors and SysV objects have theirs
 * derived from the owner's user id, because each cage owns a range of user ids
 * that nothing else uses (docs/design/0002).
 */
#ifndef CLO_POLICY_LABEL_H
#define CLO_POLICY_LABEL_H

#include "types.h"
#include "verdict.h"

enum {
	CLO_CAGE_NONE = 0, /* outside every cage: the host */
	CLO_CAGE_CORE = 1, /* the Core itself */
	CLO_CAGE_FIRST = 2,
	CLO_CAGE_MAX = 63,
	CLO_CAGE_COUNT = 64,
};

/*
 * Role bits only take away: with a bit, a task may do a subset of what the
 * same label may do without it (proved: tests/proof/task.c).
 */
enum {
	CLO_ROLE_USER = 1 << 0, /* does not act on tasks that lack the bit */
	CLO_ROLE_AUDIT = 1 << 1, /* looks; acts only on its own kind */
	CLO_ROLE_ALL = CLO_ROLE_USER | CLO_ROLE_AUDIT,
};

/*
 * Read and written whole: the alignment makes it one 32-bit access, so that no
 * reader sees half of a change.
 */
struct clo_label {
	clo_u16 cage; /* [0..CLO_CAGE_MAX] */
	clo_u16 roles; /* of CLO_ROLE_ALL */
} __attribute__((aligned(4)));

_Static_assert(sizeof(struct clo_label) == 4, "a label is one word");

/*
 * User ids of cage N: [CLO_UID_BASE + N * 65536, + 65535].  The range lies
 * outside those that distributions, systemd and subuid(5) hand out.
 */
#define CLO_UID_BASE  0x70000000u
#define CLO_UID_COUNT 65536u

/**
 * clo_label_is_valid() - Say whether a label is in range
 * @label: The label; not NULL.
 *
 * The Core carries no role but AUDIT, and what is outside cages carries none.
 *
 * Return: true if every field is in its range.
 */
static inline bool clo_label_is_valid(const struct clo_label *label)
{
	if (label->cage > CLO_CAGE_MAX || (label->roles & ~CLO_ROLE_ALL))
		return false;
	if (label->cage == CLO_CAGE_NONE)
		return label->roles == 0;
	if (label->cage == CLO_CAGE_CORE)
		return !(label->roles & CLO_ROLE_USER);
	return true;
}

/**
 * clo_label_is_cage() - Say whether a valid label is that of a cage
 * @label: The label; not NULL.
 *
 * Return: true for a cage, false for the Core and for what is outside.
 */
static inline bool clo_label_is_cage(const struct clo_label *label)
{
	return label->cage >= CLO_CAGE_FIRST;
}

/**
 * clo_label_of_uid() - Label of what a user id owns
 * @uid: A user id of the initial user namespace.
 *
 * Return: the label of the cage whose range holds @uid; that of the outside if
 * none does.  The two first slots belong to no cage and count as outside.
 */
static inline struct clo_label clo_label_of_uid(clo_u32 uid)
{
	struct clo_label label = { .cage = CLO_CAGE_NONE, .roles = 0 };
	clo_u32 slot;

	/* A lower id wraps round to a slot far above CLO_CAGE_MAX. */
	slot = (uid - CLO_UID_BASE) / CLO_UID_COUNT;
	if (slot >= CLO_CAGE_FIRST && slot <= CLO_CAGE_MAX)
		label.cage = (clo_u16)slot;
	return label;
}

/**
 * clo_label_uid() - First user id of a cage
 * @cage: A cage [CLO_CAGE_FIRST..CLO_CAGE_MAX].
 *
 * Return: the user id, in the initial user namespace, of the cage's root.
 */
static inline clo_u32 clo_label_uid(clo_u16 cage)
{
	return CLO_UID_BASE + (clo_u32)cage * CLO_UID_COUNT;
}

#endif
