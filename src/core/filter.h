/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The filter of system calls, for the launcher and for its tests.
 */
#ifndef CLO_CORE_FILTER_H
#define CLO_CORE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * clo_filter_groups() - Say which groups of the table a cage needs
 * @missing: Hooks that the guard lacks, a bit each.
 * @without: Protections left out.
 * @has_aio: Whether its file allows io_setup(2).
 *
 * unix_find, cap_capable and file_ioctl_compat have no call that a filter
 * could refuse in their place: other hooks cover them.
 *
 * Return: of enum clo_filter_group.
 */
unsigned int clo_filter_groups(const uint64_t missing[2], uint64_t without,
			       bool has_aio);

/**
 * clo_filter_get() - Look a filter up
 * @groups: Of enum clo_filter_group.
 * @ret_code: The instructions; static.
 * @ret_count: How many.
 */
void clo_filter_get(unsigned int groups, const struct sock_filter **ret_code,
		    size_t *ret_count);

#endif
