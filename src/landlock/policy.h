/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A policy in memory; private to the library.
 */
#ifndef CLO_LANDLOCK_POLICY_H
#define CLO_LANDLOCK_POLICY_H

#include "landlock/decide.h"

enum {
	CLO_LANDLOCK_LAYERS = 16, /* of a process, by the kernel */
	CLO_LANDLOCK_ERROR = 512, /* of an error's text [bytes] */
	CLO_LANDLOCK_OPEN = 64, /* paths that are closed together */
};

struct clo_landlock_layer {
	uint64_t handled[CLO_LANDLOCK_HANDLED]; /* by rules too */
	uint64_t quiet[CLO_LANDLOCK_HANDLED];
	struct clo_landlock_plan plan;
	int ruleset_fd; /* -1: the kernel has nothing to do */
};

struct clo_landlock_fragment {
	char *name; /* NULL: none */
	uint32_t layer;
	int abi;
};

struct clo_landlock_rule {
	uint32_t kind; /* CLOISON_LANDLOCK_PATH or _PORT */
	uint32_t fragment;
	uint32_t options;
	int fd; /* of the caller, or -1 */
	uint64_t rights;
	uint64_t port;
	char *path; /* NULL: by @fd, or a port */
};

struct clo_landlock_requirement {
	uint32_t kind, statuses;
	uint64_t rights;
};

struct cloison_landlock_policy {
	uint32_t options;
	uint32_t flags; /* of the restriction */
	uint32_t apply_flags; /* TSYNC and NO_NEW_PRIVS, if there are */
	uint32_t layer_count;
	int is_resolved;
	struct cloison_landlock_kernel kernel;
	struct clo_landlock_layer layers[CLO_LANDLOCK_LAYERS];
	uint64_t substituted_net; /* of all layers */
	int no_fastopen; /* of some layer */
	size_t fragment_count, rule_count, requirement_count, item_count;
	struct clo_landlock_fragment *fragments;
	struct clo_landlock_rule *rules;
	struct clo_landlock_requirement *requirements;
	struct cloison_landlock_item *items;
	int opened[CLO_LANDLOCK_OPEN]; /* while it is resolved */
	uint32_t opened_count;
	const char *parent; /* directory open at @parent_fd; a rule's path */
	size_t parent_size; /* bytes of it; 0: none is open */
	int parent_fd;
	char error[CLO_LANDLOCK_ERROR];
};

/**
 * clo_landlock_fail() - Say why a call fails
 * @policy: The policy; not NULL.
 * @code: Negative errno.
 * @format: printf format.
 *
 * Return: @code.
 */
int clo_landlock_fail(struct cloison_landlock_policy *policy, int code,
		      const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * clo_landlock_grow() - Make room for one more row of an array
 * @array: Address of the array's pointer; NULL if it is empty.
 * @count: Rows that it has.
 * @size: Of a row [bytes].
 *
 * Return: the new row, all zero; NULL without memory.
 */
void *clo_landlock_grow(void *array, size_t count, size_t size);

/**
 * clo_landlock_open_path() - Open the path of a rule
 * @policy: The policy that is resolved.
 * @rule: One of its rules, on a path.
 * @flags: Of open(2).
 *
 * Return: the descriptor, closed by clo_landlock_close_opened() or before; -1
 * and errno.
 */
int clo_landlock_open_path(struct cloison_landlock_policy *policy,
			   const struct clo_landlock_rule *rule, int flags);

/* Closes what was opened so. */
void clo_landlock_close_opened(struct cloison_landlock_policy *policy);

/**
 * clo_landlock_threads() - Count the threads of this process
 *
 * Return: how many; -errno if that cannot be known (no /proc).
 */
int clo_landlock_threads(void);

/**
 * clo_landlock_try_fastopen() - Does this kernel refuse TCP Fast Open?
 *
 * Tried in a child, where connect_tcp is handled and nothing allowed.
 *
 * Return: 1 if it does; 0 if it does not, or it cannot be known.
 */
int clo_landlock_try_fastopen(void);

/**
 * clo_landlock_filter() - Install the filter that stands for rights on ports
 * @net: CLO_LANDLOCK_TCP, CLO_LANDLOCK_UDP, both or 0.
 * @no_fastopen: Refuse what sends with MSG_FASTOPEN.
 * @is_all_threads: For every thread.
 *
 * Return: 0, or -errno.
 */
int clo_landlock_filter(uint64_t net, int no_fastopen, int is_all_threads);

/**
 * clo_landlock_can_filter() - Say whether there is a filter for this machine
 *
 * Return: 1 or 0.
 */
int clo_landlock_can_filter(void);

#endif
