/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the verbs of sandboxes share.
 */
#ifndef CLO_CLI_SANDBOX_H
#define CLO_CLI_SANDBOX_H

#include "cli/out.h"
#include "sandbox/judge.h"

/* Fragments that come from no file. */
#define CLO_SANDBOX_OPTIONS	"command line"
#define CLO_SANDBOX_ENVIRONMENT "environment"

/* Owned for the scope: `clo_policy struct cloison_landlock_policy *p`. */
static inline void clo_policy_cleanup(struct cloison_landlock_policy **policy)
{
	cloison_landlock_free(*policy);
}
#define clo_policy	  __attribute__((cleanup(clo_policy_cleanup)))
#define clo_owned_sandbox __attribute__((cleanup(clo_sandbox_deinit)))

/**
 * clo_sandbox_options() - Make a sandbox of the options
 * @cli: The command line.
 * @sandbox: Set, in every case; ended with clo_sandbox_deinit().
 * @err: See clo_err_set().
 *
 * Return: CLO_EXIT_DONE, resolved; CLO_EXIT_USAGE.
 */
int clo_sandbox_options(const struct clo_cli *cli, struct clo_sandbox *sandbox,
			struct clo_err *err);

/**
 * clo_sandbox_defaults() - Set the variables that every profile may use
 * @sandbox: The sandbox.
 * @err: See clo_err_set().
 *
 * Return: 0, or -ENOMEM.
 */
int clo_sandbox_defaults(struct clo_sandbox *sandbox, struct clo_err *err);

/**
 * clo_sandbox_items() - The report of a policy as JSON
 * @policy: A policy that was resolved, with success or not.
 *
 * Return: an array of objects, owned by the caller.
 */
struct json_object *
clo_sandbox_items(const struct cloison_landlock_policy *policy);

/**
 * clo_sandbox_lacking() - Rights that this kernel cannot enforce, in words
 * @policy: A policy that was resolved.
 * @text: Where they go, between commas.
 * @size: Room in @text [bytes].
 *
 * Return: how many.
 */
uint32_t clo_sandbox_lacking(const struct cloison_landlock_policy *policy,
			     char *text, size_t size);

/**
 * clo_sandboxer() - Make a sandbox as the kernel's sample program does
 * @sandbox: Set; resolved.
 * @ret_flags: Set: flags of the restriction.
 * @err: See clo_err_set().
 *
 * From LL_FS_RO, LL_FS_RW, LL_TCP_BIND, LL_TCP_CONNECT, LL_SCOPED and
 * LL_FORCE_LOG, which are removed from the environment.
 *
 * Source: Linux, samples/landlock/sandboxer.c.
 *
 * Return: CLO_EXIT_DONE or CLO_EXIT_USAGE.
 */
int clo_sandboxer(struct clo_sandbox *sandbox, uint32_t *ret_flags,
		  struct clo_err *err);

/**
 * clo_run_confined() - Restrict this process and become a command
 * @cli: The command line: --require, --report, --quiet, --no-substitute.
 * @sandbox: The sandbox, resolved.
 * @flags: Of the restriction.
 * @argv: The command, ended by NULL.
 * @err: See clo_err_set().
 *
 * Return: of enum clo_exit, 126 or 127; not at all once the command runs.
 */
int clo_run_confined(const struct clo_cli *cli, struct clo_sandbox *sandbox,
		     uint32_t flags, char **argv, struct clo_err *err);

/**
 * clo_explain_live() - Run a command in a sandbox and explain its refusals
 * @cli: The command line; what follows `--` is the command.
 * @sandbox: The sandbox, resolved.
 * @err: See clo_err_set().
 *
 * Return: CLO_EXIT_DONE if nothing was refused; else of enum clo_exit.
 */
int clo_explain_live(struct clo_cli *cli, const struct clo_sandbox *sandbox,
		     struct clo_err *err);

/**
 * clo_sandbox_show_resolved() - Show what the files of a sandbox become
 * @cli: The command line: --json.
 * @sandbox: The sandbox, resolved.
 */
void clo_sandbox_show_resolved(const struct clo_cli *cli,
			       const struct clo_sandbox *sandbox);

/**
 * clo_run_permissive() - Run a command and say what a sandbox would refuse
 * @cli: The command line.
 * @sandbox: The sandbox, resolved; nothing is restricted.
 * @err: See clo_err_set().
 *
 * Return: the command's exit status, or of enum clo_exit.
 */
int clo_run_permissive(struct clo_cli *cli, const struct clo_sandbox *sandbox,
		       struct clo_err *err);

#endif
