/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts: what was read of a machine, each with where it was read.  Nothing
 * here reads anything but bytes that it is given.
 */
#ifndef CLO_AUDIT_FACT_H
#define CLO_AUDIT_FACT_H

#include <stdio.h>

#include "audit/text.h"

/* name, word, meaning: the parser and the manual share them. */
/* clang-format off */
#define CLO_FACT_KINDS(X)                                                   \
	X(KERNEL, "kernel", "arch, version, compiler of the kernel; lsm: "  \
	  "the active security modules")                                    \
	X(KCONFIG, "kconfig", "an option of the kernel's configuration, "   \
	  "without CONFIG_")                                                \
	X(CMDLINE, "cmdline", "a parameter of the kernel's command line")   \
	X(SYSCTL, "sysctl", "a setting below /proc/sys, with dots; of a "   \
	  "directory: what files of sysctl.d set")                          \
	X(CPU, "cpu", "flags of the processor; vuln/NAME: what the kernel " \
	  "says of a fault of the processor")                               \
	X(EFI, "efi", "SecureBoot and SetupMode of the firmware: 1 or 0")   \
	X(FILE, "file", "PATH.mode (octal), PATH.owner, PATH.group")        \
	X(TREE, "tree", "of the whole tree, how many: unowned, "            \
	  "writable-files, writable-dirs, writable-dirs-not-root")          \
	X(MOUNT, "mount", "PATH.options, PATH.type of what is mounted, or " \
	  "of a directory: of what fstab mounts")                           \
	X(ACCOUNT, "account", "root.X, user/NAME.X, system/NAME.X (below "  \
	  "1000): X is uid, shell or password, which is locked, empty or "  \
	  "the kind of its hash; group/NAME.gid")                                           \
	X(LOGIN, "login", "a key of /etc/login.defs")                       \
	X(SSHD, "sshd", "a keyword of sshd_config outside Match, in small " \
	  "letters")                                                        \
	X(PACKAGE, "package", "version of an installed Debian package")     \
	X(APT, "apt", "N.trusted, N.signed-by, N.uris, N.allow-insecure "   \
	  "of the N-th source of packages")
/* clang-format on */

#define X(name, word, help) CLO_FACT_##name,
enum clo_fact_kind { CLO_FACT_KINDS(X) CLO_FACT_KIND_COUNT };
#undef X

enum clo_fact_state {
	CLO_FACT_VALUE,
	CLO_FACT_ABSENT, /* known not to be there */
	CLO_FACT_UNREAD, /* the value says why it is not known */
};

struct clo_fact {
	uint32_t kind; /* enum clo_fact_kind */
	uint32_t state; /* enum clo_fact_state */
	struct clo_text name, value;
	const char *source; /* a file's name; borrowed */
	uint32_t line; /* of the source; 0: of the whole */
};

struct clo_where {
	const char *file;
	uint32_t line;
};

struct clo_facts {
	struct clo_fact *list;
	size_t count, room;
	uint32_t *slots; /* index into the list and 1, 0: empty */
	size_t slot_count;
	/* Of each kind: what is not in the list is known not to be there. */
	bool is_whole[CLO_FACT_KIND_COUNT];
	struct clo_fact_block *blocks; /* of text that is kept */
	/* Names that are asked for, or NULL: options and settings that are not
	 * among them are left out as they are read.  Borrowed. */
	const struct clo_facts *wanted;
};

/* An empty set is all zeroes; this frees what was put in. */
void clo_facts_deinit(struct clo_facts *facts);
#define clo_owned_facts __attribute__((cleanup(clo_facts_deinit)))

/**
 * clo_facts_set() - Put a fact in, or change it
 * @facts: The set.
 * @fact: Copied; its text is borrowed as long as the set lives.
 *
 * Return: 0, or -ENOMEM.
 */
int clo_facts_set(struct clo_facts *facts,
		  const struct clo_fact *fact) clo_must_check;

/* The fact of this name, or NULL. */
const struct clo_fact *clo_facts_find(const struct clo_facts *facts,
				      uint32_t kind, struct clo_text name);

/**
 * clo_facts_keep() - Keep a copy of bytes as long as the set
 * @facts: The set.
 * @text: The bytes.
 * @ret_text: Set on success.
 *
 * Return: 0, or -ENOMEM.
 */
int clo_facts_keep(struct clo_facts *facts, struct clo_text text,
		   struct clo_text *ret_text) clo_must_check;

/* Word of a kind, and the kind of a word (CLO_FACT_KIND_COUNT: none). */
const char *clo_fact_kind_word(uint32_t kind);
const char *clo_fact_kind_help(uint32_t kind);
uint32_t clo_fact_kind_find(struct clo_text word);

/**
 * clo_facts_kconfig() - Read the configuration of a kernel
 * @facts: Where its options go, and the kernel's arch, version, compiler.
 * @text: The file; borrowed as long as @facts.
 * @file: Its name; borrowed as long as @facts.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_facts_kconfig(struct clo_facts *facts, struct clo_text text,
		      const char *file, struct clo_err *err) clo_must_check;

/**
 * clo_facts_cmdline() - Read the command line of a kernel
 * @facts: Where its parameters go; - and _ in their names are the same.
 * @text: One line; borrowed as long as @facts.
 * @file: Its name; borrowed as long as @facts.
 * @err: `FILE: what is wrong`.
 *
 * Of a parameter that is given twice the last counts, as in the kernel.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_facts_cmdline(struct clo_facts *facts, struct clo_text text,
		      const char *file, struct clo_err *err) clo_must_check;

/* What ends in words of another file: Include of sshd_config. */
typedef int (*clo_facts_include)(void *context, struct clo_text pattern);

/**
 * clo_facts_sshd() - Read a file of sshd_config
 * @facts: Where its keywords go; of each the first counts, as for sshd.
 * @text: The file; borrowed as long as @facts.
 * @file: Its name; borrowed as long as @facts.
 * @include: Is asked to read what an Include names; NULL: it is an error.
 * @context: For @include.
 * @err: `FILE:LINE: what is wrong`.
 *
 * What stands after Match counts for some only and is left out.
 *
 * Source: sshd_config(5).
 *
 * Return: 0; -EINVAL; -ENOMEM; what @include returned.
 */
int clo_facts_sshd(struct clo_facts *facts, struct clo_text text,
		   const char *file, clo_facts_include include, void *context,
		   struct clo_err *err) clo_must_check;

/* Files of a system, each by its manual: passwd(5), group(5), shadow(5),
 * login.defs(5), fstab(5), proc(5) of mountinfo, dpkg's status,
 * sources.list(5) (also with deb822 stanzas), sysctl.d(5).  Lines that are no
 * such line are errors, but in dpkg's status and mountinfo, which programs
 * write, where they are left. */
int clo_facts_passwd(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err) clo_must_check;
int clo_facts_group(struct clo_facts *facts, struct clo_text text,
		    const char *file, struct clo_err *err) clo_must_check;
int clo_facts_shadow(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err) clo_must_check;
int clo_facts_login(struct clo_facts *facts, struct clo_text text,
		    const char *file, struct clo_err *err) clo_must_check;
int clo_facts_fstab(struct clo_facts *facts, struct clo_text text,
		    const char *file, struct clo_err *err) clo_must_check;
int clo_facts_mounts(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err) clo_must_check;
int clo_facts_dpkg(struct clo_facts *facts, struct clo_text text,
		   const char *file, struct clo_err *err) clo_must_check;
int clo_facts_apt(struct clo_facts *facts, struct clo_text text,
		  const char *file, struct clo_err *err) clo_must_check;
int clo_facts_apt_stanzas(struct clo_facts *facts, struct clo_text text,
			  const char *file, struct clo_err *err) clo_must_check;
int clo_facts_sysctl_d(struct clo_facts *facts, struct clo_text text,
		       const char *file, struct clo_err *err) clo_must_check;

/**
 * clo_facts_write() - Write facts as lines, sorted
 * @facts: The facts.
 * @is_read: For each kind, whether it was read.
 * @out: Where to.
 *
 * Shape: kind, name, state, value, source, line of the source; tabs between.
 *
 * Return: 0; -ENOMEM; -EIO.
 */
int clo_facts_write(const struct clo_facts *facts, const bool *is_read,
		    FILE *out) clo_must_check;

/**
 * clo_facts_list() - Read what clo_facts_write() has written
 * @facts: Where the facts go.
 * @text: The lines.
 * @file: Their name, for errors.
 * @ret_read: For each kind, set if it was read; others are left.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_facts_list(struct clo_facts *facts, struct clo_text text,
		   const char *file, bool *ret_read,
		   struct clo_err *err) clo_must_check;

/* Does a name match a pattern with one *, which stands for anything? */
bool clo_text_matches(struct clo_text name, struct clo_text pattern);

/**
 * clo_facts_sysctl() - Read what `sysctl -a` has written
 * @facts: Where the settings go.
 * @text: Lines `name = value`; borrowed as long as @facts.
 * @file: Its name; borrowed as long as @facts.
 * @err: `FILE:LINE: what is wrong`.
 *
 * What is not in the file is not known: it may only have been unreadable.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_facts_sysctl(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err) clo_must_check;

#endif
