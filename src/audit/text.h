/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bytes inside a buffer of somebody else: what the audit reads is never copied.
 */
#ifndef CLO_AUDIT_TEXT_H
#define CLO_AUDIT_TEXT_H

#include <string.h>

#include "base/base.h"

struct clo_text {
	const char *at; /* borrowed; not ended by a zero; NULL: there is none */
	size_t size;
};

/* For printf's %.*s. */
#define CLO_TEXT(t) (int)((t).size > 4096 ? 4096 : (t).size), (t).at

static inline struct clo_text clo_text_of(const char *word)
{
	return (struct clo_text){ word, strlen(word) };
}

static inline bool clo_text_is(struct clo_text a, struct clo_text b)
{
	return a.size == b.size && (!a.size || !memcmp(a.at, b.at, a.size));
}

static inline bool clo_text_eq(struct clo_text a, const char *word)
{
	return clo_text_is(a, clo_text_of(word));
}

/**
 * clo_text_word() - Take the next word
 * @text: Shortened by the word and by what stands before it.
 * @ret_word: Set when there is one.
 *
 * Words stand between spaces, tabs and line feeds.
 *
 * Return: true if there is a word.
 */
static inline bool clo_text_word(struct clo_text *text,
				 struct clo_text *ret_word)
{
	size_t i = 0, n = 0;

	while (i < text->size && strchr(" \t\n", text->at[i]) && text->at[i])
		i++;
	while (i + n < text->size &&
	       (!strchr(" \t\n", text->at[i + n]) || !text->at[i + n]))
		n++;
	if (!n)
		return false;
	*ret_word = (struct clo_text){ text->at + i, n };
	text->at += i + n;
	text->size -= i + n;
	return true;
}

/**
 * clo_text_line() - Take the next line
 * @text: Shortened by the line and its line feed.
 * @ret_line: Set when there is one; without line feed.
 *
 * Return: true if there is a line.
 */
static inline bool clo_text_line(struct clo_text *text,
				 struct clo_text *ret_line)
{
	const char *end;
	size_t n;

	if (!text->size)
		return false;
	end = memchr(text->at, '\n', text->size);
	n = end ? (size_t)(end - text->at) : text->size;
	*ret_line = (struct clo_text){ text->at, n };
	text->at += n + (end != NULL);
	text->size -= n + (end != NULL);
	return true;
}

/* Without blanks at both ends. */
static inline struct clo_text clo_text_trim(struct clo_text t)
{
	while (t.size && (*t.at == ' ' || *t.at == '\t')) {
		t.at++;
		t.size--;
	}
	while (t.size && (t.at[t.size - 1] == ' ' || t.at[t.size - 1] == '\t'))
		t.size--;
	return t;
}

/**
 * clo_text_number() - Read a whole number
 * @text: Digits, with a sign before them or without.
 * @ret_number: Set on success.
 *
 * Return: true if it is one, and fits.
 */
static inline bool clo_text_number(struct clo_text text, int64_t *ret_number)
{
	bool is_negative = text.size && *text.at == '-';
	int64_t n = 0;

	if (text.size > 18 || text.size == (size_t)is_negative)
		return false;
	for (size_t i = is_negative; i < text.size; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		n = n * 10 + (text.at[i] - '0');
	}
	*ret_number = is_negative ? -n : n;
	return true;
}

/**
 * clo_text_version() - Read a kernel's version
 * @text: As 6.1.192-2 or 7.3: up to three numbers; what follows is left.
 * @ret_version: Set on success: comparable as a number.
 *
 * Return: true if it begins with two numbers.
 */
static inline bool clo_text_version(struct clo_text text, int64_t *ret_version)
{
	int64_t parts[3] = { 0 };
	size_t i = 0;
	int n = 0;

	while (n < 3 && i < text.size && text.at[i] >= '0' &&
	       text.at[i] <= '9') {
		while (i < text.size && text.at[i] >= '0' &&
		       text.at[i] <= '9' && parts[n] < 100000)
			parts[n] = parts[n] * 10 + (text.at[i++] - '0');
		n++;
		if (i >= text.size || text.at[i] != '.')
			break;
		i++;
	}
	if (n < 2)
		return false;
	*ret_version = parts[0] * 1000000000000 + parts[1] * 1000000 + parts[2];
	return true;
}

#endif
