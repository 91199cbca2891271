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
	X(KERNEL, "kernel", "arch, version and compiler of the kernel")     \
	X(KCONFIG, "kconfig", "an option of the kernel's configuration, "   \
	  "without CONFIG_")                                                \
	X(CMDLINE, "cmdline", "a parameter of the kernel's command line")   \
	X(SYSCTL, "sysctl", "a setting below /proc/sys, with dots")
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
