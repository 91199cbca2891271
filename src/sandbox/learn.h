/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From what a command used to the rules that a sandbox lacks.
 */
#ifndef CLO_SANDBOX_LEARN_H
#define CLO_SANDBOX_LEARN_H

#include "sandbox/judge.h"
#include "sandbox/trace.h"

/* One thing used, or one rule that is lacking. */
struct clo_use {
	char *path; /* NULL: a port */
	char *real; /* without links, as it was when it was used */
	uint64_t rights;
	uint64_t port;
	bool is_made; /* by the command: a name that may not be there again */
	bool is_protected; /* keys and the like; never widened */
};

struct clo_learned {
	struct clo_use *uses; /* as seen, each path once */
	size_t use_count;
	uint32_t *slots; /* of a hash table over the paths: index + 1 */
	struct clo_use *lacks; /* rules that the sandbox lacks */
	size_t lack_count;
	bool is_full; /* something was left out */
};

/* What a command is run for. */
enum clo_learn_way {
	CLO_LEARN_WIDE, /* a profile: what is used in one directory is joined */
	CLO_LEARN_EACH, /* each path as it was used */
	CLO_LEARN_REFUSED, /* where the rules stand that it lacks, in order */
};

/* Frees what was learned. */
void clo_learned_deinit(struct clo_learned *learned);

/**
 * clo_learn() - Run a command and see what a sandbox lacks for it
 * @sandbox: A sandbox that is resolved.
 * @argv: The command, ended by NULL.
 * @policy: What restricts the command, resolved; NULL: nothing does.
 * @way: What for.
 * @ret: Set, in every case; ended with clo_learned_deinit().
 * @ret_status: Set on success: as wait(2) has it.
 * @err: See clo_err_set().
 *
 * Keys and passwords (~/.ssh and its like) are told as such and never joined.
 *
 * Return: 0, or -errno.
 */
int clo_learn(const struct clo_sandbox *sandbox, char **argv,
	      const struct cloison_landlock_policy *policy,
	      enum clo_learn_way way, struct clo_learned *ret, int *ret_status,
	      struct clo_err *err) clo_must_check;

#endif
