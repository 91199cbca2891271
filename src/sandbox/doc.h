/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file of TOML or JSON as a list of tables, keys and values, each with its
 * line: what profiles need, which have rows without number.  What the words
 * mean is for profile.h.
 */
#ifndef CLO_SANDBOX_DOC_H
#define CLO_SANDBOX_DOC_H

#include "base/toml-lex.h"

enum clo_doc_kind { CLO_DOC_STRING, CLO_DOC_NUMBER, CLO_DOC_BOOL };

struct clo_doc_value {
	enum clo_doc_kind kind;
	uint32_t line;
	uint64_t number; /* or 0, 1 of BOOL */
	const char *text; /* of STRING */
};

struct clo_doc_key {
	const char *name;
	uint32_t line;
	uint32_t table; /* index */
	bool is_list;
	size_t first, count; /* of its values */
};

struct clo_doc_table {
	const char *name; /* the first table is "", the top of the file */
	uint32_t line;
	bool is_row;
};

struct clo_doc {
	const char *file; /* borrowed */
	struct clo_doc_table *tables;
	struct clo_doc_key *keys;
	struct clo_doc_value *values;
	size_t table_count, key_count, value_count;
	char *text; /* of all names and strings */
	size_t text_size, text_used;
};

/**
 * clo_doc_toml() - Read a file of TOML
 * @text: The bytes, @size of them.
 * @size: How many [bytes].
 * @file: Name for errors; borrowed as long as @ret_doc lives.
 * @ret_doc: Set on success; freed with clo_doc_deinit().
 * @err: `FILE:LINE: what is wrong`.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_doc_toml(const char *text, size_t size, const char *file,
		 struct clo_doc *ret_doc, struct clo_err *err) clo_must_check;

/**
 * clo_doc_json() - Read a file of JSON
 * @text: The bytes, @size of them.
 * @size: How many [bytes].
 * @file: Name for errors; borrowed as long as @ret_doc lives.
 * @ret_doc: Set on success; freed with clo_doc_deinit().
 * @err: `FILE:LINE: what is wrong`.
 *
 * An object of objects and arrays of objects, whose names are written
 * likeThis and become like_this.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_doc_json(const char *text, size_t size, const char *file,
		 struct clo_doc *ret_doc, struct clo_err *err) clo_must_check;

/* Frees what the document holds. */
void clo_doc_deinit(struct clo_doc *doc);

/* What the two readers share. */
int clo_doc_start(struct clo_doc *doc, const char *file, size_t size,
		  struct clo_err *err) clo_must_check;
const char *clo_doc_keep(struct clo_doc *doc, const char *text);
int clo_doc_table(const struct clo_lex *lex, struct clo_doc *doc,
		  const char *name, bool is_row) clo_must_check;
int clo_doc_key(const struct clo_lex *lex, struct clo_doc *doc, uint32_t table,
		const char *name) clo_must_check;
int clo_doc_scalar(struct clo_lex *lex, struct clo_doc *doc) clo_must_check;
int clo_doc_value(const struct clo_lex *lex, struct clo_doc *doc,
		  const struct clo_doc_value *value) clo_must_check;

/**
 * clo_grow() - Make room for one more row of an array
 * @array: Address of the array's pointer; NULL if it is empty.
 * @count: Rows that it has.
 * @size: Of a row [bytes].
 *
 * Return: the new row, all zero; NULL without memory.
 */
void *clo_grow(void *array, size_t count, size_t size);

#endif
