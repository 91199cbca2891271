/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Words and strings of TOML; private to the reader (toml.c) and its values
 * (toml-value.c).
 */
#ifndef CLO_BASE_TOML_LEX_H
#define CLO_BASE_TOML_LEX_H

#include "base/toml.h"

/* Where the reader is; line 0: not in a file. */
struct clo_lex {
	const char *file;
	const char *at, *end;
	uint32_t line;
	struct clo_err *err;
};

/* What a value is, before its key has a say. */
enum clo_lex_kind {
	CLO_LEX_STRING,
	CLO_LEX_NUMBER,
	CLO_LEX_BOOL,
	CLO_LEX_ARRAY,
};

struct clo_lex_scalar {
	enum clo_lex_kind kind; /* NUMBER or BOOL */
	bool is_negative, is_huge; /* NUMBER: beyond 64 bits */
	uint64_t number; /* or 0, 1 of BOOL */
	char text[40]; /* as written, escaped, cut */
};

/**
 * clo_lex_refuse() - Say where and what is wrong
 * @lex: Where; not NULL.
 * @format: printf format of what follows `FILE:LINE: `.
 *
 * Return: -EINVAL.
 */
int clo_lex_refuse(const struct clo_lex *lex, const char *format, ...)
	clo_printf(2, 3);

/**
 * clo_lex_check_text() - Check the bytes of a whole file
 * @lex: At the start of the file; left there.
 *
 * Return: 0, or -EINVAL: too long, a zero byte, no UTF-8, or a character that
 * does not show as what it is.
 */
int clo_lex_check_text(struct clo_lex *lex) clo_must_check;

/**
 * clo_lex_skip_blanks() - Go past blanks and tabs
 * @lex: Moved.
 */
void clo_lex_skip_blanks(struct clo_lex *lex);

/**
 * clo_lex_skip_lines() - Go past blanks, comments and line ends
 * @lex: Moved, to the next thing said or to the end.
 */
void clo_lex_skip_lines(struct clo_lex *lex);

/**
 * clo_lex_end_line() - Go to the next line
 * @lex: Behind what the line says.
 *
 * Return: 0, or -EINVAL if there is more than a comment.
 */
int clo_lex_end_line(struct clo_lex *lex) clo_must_check;

/**
 * clo_lex_key() - Read a key, bare or quoted
 * @lex: At its first character.
 * @ret_name: The key, CLO_TOML_TEXT_MAX + 1 bytes.
 *
 * Return: 0, or -EINVAL.
 */
int clo_lex_key(struct clo_lex *lex, char *ret_name) clo_must_check;

/**
 * clo_lex_string() - Read a string
 * @lex: At its quote.
 * @ret_text: The text, CLO_TOML_TEXT_MAX + 1 bytes.
 *
 * Return: 0, or -EINVAL.
 */
int clo_lex_string(struct clo_lex *lex, char *ret_text) clo_must_check;

/**
 * clo_lex_kind() - Say what kind of value comes
 * @lex: At its first character; left there.
 * @ret_kind: Set on success.
 *
 * Return: 0, or -EINVAL for what no file of ours says (inline tables) and for
 * what is no value.
 */
int clo_lex_kind(struct clo_lex *lex,
		 enum clo_lex_kind *ret_kind) clo_must_check;

/**
 * clo_lex_scalar() - Read a number or a boolean
 * @lex: At its first character.
 * @ret: Set on success.
 *
 * Return: 0, or -EINVAL.
 */
int clo_lex_scalar(struct clo_lex *lex,
		   struct clo_lex_scalar *ret) clo_must_check;

/* Room for text of a file in an error: escaped, cut. */
struct clo_shown {
	char text[100];
};

/**
 * clo_lex_show() - Text of a file as an error shows it
 * @text: The text; not NULL.
 * @shown: Where it goes; not NULL.
 *
 * Return: @shown->text: escaped, and cut if it is long.
 */
const char *clo_lex_show(const char *text, struct clo_shown *shown);

#endif
