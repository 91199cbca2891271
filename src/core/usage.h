/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a cage uses, as its cgroup and the guard count it.
 */
#ifndef CLO_CORE_USAGE_H
#define CLO_CORE_USAGE_H

#include "base/base.h"
#include "bpf/abi.h"

/**
 * clo_usage_number() - Read a number of a cage's cgroup
 * @cgroup_fd: The Core's tree, or -1.
 * @cage: Name of the cage; not NULL.
 * @file: File of the cgroup; not NULL.
 * @key: What stands before the number; not NULL.
 *
 * Return: the number; 0 if there is none.
 */
uint64_t clo_usage_number(int cgroup_fd, const char *cage, const char *file,
			  const char *key);

/**
 * clo_usage_count() - Read what the guard has counted for a cage
 * @counts_fd: The guard's counters, or -1.
 * @id: Of the cage.
 * @ret: Set; zeros if there are none.
 */
void clo_usage_count(int counts_fd, uint32_t id, struct clo_count *ret);

#endif
