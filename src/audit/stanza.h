/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files of stanzas, as Debian's control files: `Name: value`, a line that
 * begins with a space continues the one before, an empty line ends a stanza,
 * a line that begins with # is a comment.
 */
#ifndef CLO_AUDIT_STANZA_H
#define CLO_AUDIT_STANZA_H

#include "audit/text.h"

enum {
	CLO_STANZA_FIELDS = 24, /* of one stanza */
	CLO_STANZA_FILE_MAX = 4 << 20, /* [bytes] */
};

struct clo_stanza_field {
	struct clo_text name;
	struct clo_text value; /* with line feeds where it is continued */
	uint32_t line;
};

struct clo_stanza {
	struct clo_stanza_field fields[CLO_STANZA_FIELDS];
	uint32_t count;
};

struct clo_stanza_reader {
	const char *file; /* for errors; borrowed */
	struct clo_text rest;
	uint32_t line; /* of the next */
};

/**
 * clo_stanza_begin() - Begin to read a file
 * @reader: Set.
 * @text: The file; borrowed as long as its stanzas are used.
 * @file: Its name, for errors; borrowed.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Bytes that a terminal would not show as what they are, are refused here.
 *
 * Return: 0, or -EINVAL.
 */
int clo_stanza_begin(struct clo_stanza_reader *reader, struct clo_text text,
		     const char *file, struct clo_err *err) clo_must_check;

/**
 * clo_stanza_next() - Read the next stanza
 * @reader: Where the reading stands.
 * @stanza: Set when there is one.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Return: 1 when there is one, 0 at the end, -EINVAL.
 */
int clo_stanza_next(struct clo_stanza_reader *reader, struct clo_stanza *stanza,
		    struct clo_err *err) clo_must_check;

/* The field of a name, or NULL. */
const struct clo_stanza_field *clo_stanza_field(const struct clo_stanza *stanza,
						const char *name);

#endif
