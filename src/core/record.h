/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file of a cage that runs, /run/cloison/cages/NAME: the structure as it
 * is, replaced whole.
 */
#ifndef CLO_CORE_RECORD_H
#define CLO_CORE_RECORD_H

#include <stdbool.h>

#include "core/launch.h"
#include "policy/label.h"

/**
 * clo_record_write() - Replace the record of a cage
 * @dir_fd: The directory of the records; borrowed.
 * @run: The cage; not NULL.
 *
 * A process that is killed at any point leaves the old one or the new one.
 *
 * Return: 0, or -errno.
 */
int clo_record_write(int dir_fd, const struct clo_running *run) clo_must_check;

/**
 * clo_record_read() - Read a record that an earlier Core wrote
 * @dir_fd: The directory of the records; borrowed.
 * @name: Of the cage; not NULL.
 * @run: Set; what it holds is to be used on success only.
 *
 * Whole, root's, sane and of that name, or not at all.
 *
 * Return: 0, -EBADMSG if it is none, -errno.
 */
int clo_record_read(int dir_fd, const char *name,
		    struct clo_running *run) clo_must_check;

/**
 * clo_record_agrees() - Compare a record with what the guard knows
 * @run: The record; not NULL.
 * @label: Of the process that it names as the cage's init; not NULL.
 *
 * Root of the host can write a record; nobody but the guard writes a label.
 *
 * Return: whether both say the same.
 */
static inline bool clo_record_agrees(const struct clo_running *run,
				     const struct clo_label *label)
{
	if (run->without & UINT64_C(1) << CLO_PROTECT_guard)
		return label->cage == CLO_CAGE_NONE && !label->roles;
	return label->cage == run->conf.id;
}

#endif
