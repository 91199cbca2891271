/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a sandbox is made of, from files and from the command line, before it
 * becomes a policy of libcloison-landlock.
 */
#ifndef CLO_SANDBOX_SANDBOX_H
#define CLO_SANDBOX_SANDBOX_H

#include "cloison/landlock.h"
#include "sandbox/doc.h"

enum { CLO_SANDBOX_KINDS = 3 }; /* FS, NET, SCOPE */

/* How files become one policy. */
enum clo_compose {
	CLO_COMPOSE_UNION, /* ours: what any file handles is handled */
	CLO_COMPOSE_LANDLOCKCONFIG, /* theirs: what every file handles */
};

struct clo_fragment {
	const char *name; /* of the file, or "command line" */
	const char *description; /* "", or one line */
	uint32_t layer;
	int abi;
	uint64_t handled[CLO_SANDBOX_KINDS];
};

struct clo_grant {
	uint32_t fragment, line;
	uint32_t options; /* enum cloison_landlock_rule_option */
	bool is_port;
	bool is_denied; /* taken away from the others; none is resolved */
	uint64_t rights;
	uint64_t port;
	const char *path; /* with ${variables} until resolved; NULL: a port */
};

/* What a profile promises of itself; `cloison sandbox check` tries it. */
struct clo_assert {
	uint32_t fragment, line;
	bool is_allowed, is_port;
	uint64_t rights; /* of FS, or of NET for a port */
	uint64_t port;
	const char *path;
};

/* What became of a denial: rules that stand for one that is wider. */
struct clo_denial {
	uint32_t fragment, line;
	uint64_t rights;
	const char *path; /* without links */
	size_t rules; /* on what is beside it, or beside the way to it */
};

struct clo_need {
	uint32_t kind; /* enum cloison_landlock_kind */
	uint64_t rights;
	uint32_t statuses;
};

struct clo_variable {
	const char *name;
	const char *value; /* one row a value; NULL: declared, no value */
	bool is_default; /* a file's own variable takes its place */
};

struct clo_sandbox {
	enum clo_compose compose;
	bool is_resolved;
	uint32_t depth; /* of files that include each other */
	uint32_t layer_count;
	struct clo_fragment *fragments;
	struct clo_grant *grants;
	struct clo_assert *asserts;
	struct clo_need *needs;
	struct clo_variable *variables;
	struct clo_denial *denials;
	char **strings; /* owned: every text above */
	size_t fragment_count, grant_count, assert_count, need_count;
	size_t variable_count, string_count, denial_count;
};

/**
 * clo_sandbox_init() - Begin with nothing
 * @sandbox: Set; not NULL; ended with clo_sandbox_deinit().
 * @compose: How files become one policy.
 */
void clo_sandbox_init(struct clo_sandbox *sandbox, enum clo_compose compose);

/* Frees what the sandbox holds. */
void clo_sandbox_deinit(struct clo_sandbox *sandbox);

/**
 * clo_sandbox_keep() - Keep a copy of a text as long as the sandbox
 * @sandbox: The sandbox.
 * @text: The text; not NULL.
 *
 * Return: the copy; NULL without memory.
 */
const char *clo_sandbox_keep(struct clo_sandbox *sandbox, const char *text);

/**
 * clo_sandbox_begin() - Begin a fragment
 * @sandbox: The sandbox.
 * @name: Where it comes from; copied.
 * @is_layer: In a layer of its own, and those that follow with it.
 * @err: See clo_err_set().
 *
 * Return: 0, or -ENOMEM.
 */
int clo_sandbox_begin(struct clo_sandbox *sandbox, const char *name,
		      bool is_layer, struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_handle() - Handle rights in the last fragment
 * @sandbox: The sandbox; it has a fragment.
 * @kind: CLOISON_LANDLOCK_FS, _NET or _SCOPE.
 * @rights: Bits.
 */
void clo_sandbox_handle(struct clo_sandbox *sandbox, uint32_t kind,
			uint64_t rights);

/**
 * clo_sandbox_grant() - Allow in the last fragment, and handle
 * @sandbox: The sandbox; it has a fragment.
 * @grant: What; its texts are copied, its fragment is set.
 * @err: See clo_err_set().
 *
 * Return: 0, or -ENOMEM.
 */
int clo_sandbox_grant(struct clo_sandbox *sandbox,
		      const struct clo_grant *grant,
		      struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_set() - Give a variable a value
 * @sandbox: The sandbox.
 * @name: Of the variable; copied.
 * @value: Copied; NULL: the name is known, without value.
 * @is_default: A value that a file's own take the place of.
 * @err: See clo_err_set().
 *
 * Return: 0, or -ENOMEM.
 */
int clo_sandbox_set(struct clo_sandbox *sandbox, const char *name,
		    const char *value, bool is_default,
		    struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_read() - Read a profile as a fragment
 * @sandbox: The sandbox.
 * @text: The file's bytes.
 * @size: How many [bytes].
 * @file: Its name, for errors and reports.
 * @is_json: JSON, else TOML.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Files that it includes are read before it, as fragments of their own.
 *
 * Return: 0; -EINVAL; -ENOENT (a profile that is included is not found);
 * -ENOMEM.
 */
int clo_sandbox_read(struct clo_sandbox *sandbox, const char *text, size_t size,
		     const char *file, bool is_json,
		     struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_load() - Find a profile and read it
 * @sandbox: The sandbox.
 * @name: A file, if it has a slash or ends in .toml or .json; else the name
 * of a profile.
 * @err: See clo_err_set().
 *
 * Profiles are looked for in the directories of CLOISON_PROFILE_PATH, between
 * colons, or else in ~/.config/cloison/profiles, /etc/cloison/profiles and the
 * directory of those that are shipped.
 *
 * Return: 0; -ENOENT; another -errno.
 */
int clo_sandbox_load(struct clo_sandbox *sandbox, const char *name,
		     struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_resolve() - Compose the files and expand variables
 * @sandbox: The sandbox; all has been read.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Return: 0; -EINVAL (a variable that is not known); -ENOMEM; -errno of what
 * cannot be denied.
 */
int clo_sandbox_resolve(struct clo_sandbox *sandbox,
			struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_policy() - Make a policy of the library
 * @sandbox: A sandbox that is resolved.
 * @options: Of the policy.
 * @ret_policy: Set on success; not resolved yet; freed with
 * cloison_landlock_free().
 * @err: See clo_err_set().
 *
 * Return: 0, or -errno.
 */
int clo_sandbox_policy(const struct clo_sandbox *sandbox, uint32_t options,
		       struct cloison_landlock_policy **ret_policy,
		       struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_word() - Right of a word
 * @kind: CLOISON_LANDLOCK_FS, _NET or _SCOPE.
 * @word: A word of the table, a group (abi.all, abi.read_execute,
 * abi.read_write) or a number (0x20000).
 * @abi: ABI of the groups; 0: none was given.
 * @ret_rights: Set on success.
 * @err: Says what is wrong, without the place.
 *
 * Return: 0, or -EINVAL.
 */
int clo_sandbox_word(uint32_t kind, const char *word, int abi,
		     uint64_t *ret_rights, struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_need() - Read what is required
 * @sandbox: The sandbox; it has a fragment.
 * @word: "all", "fs", "net", "scope", or one right as "fs.truncate".
 * @statuses: Which are not acceptable.
 * @err: Says what is wrong, without the place.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_sandbox_need(struct clo_sandbox *sandbox, const char *word,
		     uint32_t statuses, struct clo_err *err) clo_must_check;

/**
 * clo_sandbox_gives() - What a grant allows in the policy
 * @sandbox: The sandbox.
 * @grant: One of its grants.
 *
 * Return: the rights that it names, and newer ones that are lifted; see
 * cloison_landlock_fragment().
 */
uint64_t clo_sandbox_gives(const struct clo_sandbox *sandbox,
			   const struct clo_grant *grant);

/* Rights as words: "read_file", ...; numbers for those without. */
void clo_sandbox_print_rights(uint32_t kind, uint64_t rights, FILE *out);

/**
 * clo_sandbox_print_toml() - Write a sandbox as one file
 * @sandbox: A sandbox that is resolved.
 * @is_plain: Only what landlockconfig reads.
 * @out: Where to.
 *
 * Return: 0; -ENOTSUP if @is_plain and the sandbox has several layers, which
 * that language cannot say.
 */
int clo_sandbox_print_toml(const struct clo_sandbox *sandbox, bool is_plain,
			   FILE *out) clo_must_check;

/**
 * clo_sandbox_print_setpriv() - Write a sandbox as arguments of setpriv(1)
 * @sandbox: A sandbox that is resolved.
 * @out: Where to; one line, words quoted for the shell.
 *
 * setpriv knows rights on paths only.
 *
 * Return: 0; -ENOTSUP for several layers, and for what setpriv lacks.
 */
int clo_sandbox_print_setpriv(const struct clo_sandbox *sandbox,
			      FILE *out) clo_must_check;

#endif
