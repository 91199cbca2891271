/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one reader of configuration files: TOML, as far as we use it, into a
 * fixed-size structure that a table describes.
 *
 * What is read is TOML 1.0: comments, bare and quoted keys, basic and literal
 * strings, integers, booleans, arrays over several lines, [tables] and [[arrays
 * of tables]].  What TOML has besides (dates, floats, inline tables, dotted
 * keys, strings over several lines) no key of ours needs: it is refused by its
 * name.  A file means one thing or is refused: there is no key that is ignored
 * and no value that is corrected.
 *
 * The same tables make the reader, the check of a structure that came from
 * another process, the printed configuration, the JSON schema and the manual.
 */
#ifndef CLO_BASE_TOML_H
#define CLO_BASE_TOML_H

#include <stdio.h>

#include "base/base.h"

enum {
	CLO_TOML_FILE_MAX = 65536, /* of a file [bytes] */
	CLO_TOML_TEXT_MAX = 511, /* of a string [bytes] */
	CLO_TOML_CONF_MAX = 12288, /* of a structure [bytes] */
	CLO_TOML_TABLES_MAX = 16, /* of a schema */
	CLO_TOML_KEYS_MAX = 24, /* of a table */
};

enum clo_toml_type {
	CLO_TOML_STRING, /* "text" -> char[] */
	CLO_TOML_UINT, /* 12 -> uint32_t */
	CLO_TOML_QUANTITY, /* "512 MiB" -> uint32_t, in the scale's first unit */
	CLO_TOML_BOOL, /* true -> uint32_t, 0 or 1 */
	CLO_TOML_ENUM, /* "word" -> uint32_t, the word's value */
	CLO_TOML_SET, /* ["a", "b"] -> uint64_t, the bit of each word's value */
	CLO_TOML_LIST, /* ["x", "y"] -> rows, each read by the form */
};

/* A word and what it stands for; a list of them ends with name NULL. */
struct clo_toml_word {
	const char *name;
	uint64_t value;
	const char *help; /* may be NULL */
};

/* A way to write quantities. */
struct clo_toml_scale {
	const char *what; /* "a size" */
	const char *example; /* "512 MiB" */
	struct {
		const char *name;
		uint32_t factor; /* in the first unit, whose factor is 1 */
	} units[4]; /* from small to big; ends with name NULL or the last */
};

extern const struct clo_toml_scale clo_toml_scale_mib;
extern const struct clo_toml_scale clo_toml_scale_percent;
extern const struct clo_toml_scale clo_toml_scale_ms;

/* A form that text has to have. */
struct clo_toml_form {
	const char *what; /* follows "must be": "an absolute path" */
	const char *pattern; /* regular expression for the JSON schema, or NULL:
			      * necessary, not always sufficient */
	bool (*is_good)(const char *text); /* of text, not empty; or NULL */
	/* Rows of a LIST that are no text; both NULL for text. */
	bool (*store)(const char *text, void *row); /* row is all zero before */
	size_t (*print)(const void *row, char *text,
			size_t size); /* 0: unused */
};

/* a-z 0-9 -, a letter first, no - at the end. */
extern const struct clo_toml_form clo_toml_form_name;
/* Absolute, without empty, . or .. component, nor / at the end. */
extern const struct clo_toml_form clo_toml_form_path;

struct clo_toml_key {
	const char *name;
	enum clo_toml_type type;
	uint32_t offset; /* in the structure, or in the row of a [[table]] */
	uint32_t size; /* of the field; of one row of a LIST [bytes] */
	uint32_t count; /* LIST: rows */
	bool is_required; /* else @def, or zero for STRING, SET and LIST */
	uint64_t lo, hi; /* STRING: bytes (lo 0: may be empty); UINT, QUANTITY:
			  * value; SET: hi has the bits that may be set */
	const struct clo_toml_word *words; /* ENUM, SET; QUANTITY: also taken */
	const struct clo_toml_form *form; /* STRING (NULL: any), LIST */
	const struct clo_toml_scale *scale; /* QUANTITY */
	const char *def; /* as TOML and JSON alike, or NULL */
	const char *help; /* one sentence, no final period */
};

struct clo_toml_table {
	const char *name; /* "limits", "network.interface"; "": before any */
	const struct clo_toml_key *keys; /* of a [[table]]: the first is a
					  * required STRING, "" in unused rows */
	uint32_t key_count;
	uint32_t row_count; /* 0: [name]; else [[name]], so many at the most */
	uint32_t offset; /* [[name]]: of the first row */
	uint32_t row_size; /* [[name]]: of a row [bytes] */
	const char *help;
};

struct clo_toml_schema {
	const char *what; /* "a cage's file" */
	const char *id; /* of the JSON schema: a URI */
	const struct clo_toml_table *tables;
	uint32_t table_count;
	uint32_t size; /* of the structure [bytes] */
};

/**
 * clo_toml_parse() - Read a file into a structure
 * @schema: What the file may say; not NULL.
 * @text: The file's bytes, @size of them; no zero needed at the end.
 * @size: How many [bytes].
 * @file: The file's name, for errors; not NULL.
 * @ret_conf: Set on success only: @schema->size bytes, every byte of them.
 * @err: `FILE:LINE: 'key' what is wrong; what to do`.
 *
 * Keys that the file does not set have their default; what has no default is
 * zero.
 *
 * Context: any process; no allocation, no I/O; some 14 KiB of stack.
 *
 * Return: 0, or -EINVAL.
 */
int clo_toml_parse(const struct clo_toml_schema *schema, const char *text,
		   size_t size, const char *file, void *ret_conf,
		   struct clo_err *err) clo_must_check;

/**
 * clo_toml_find_line() - Find the line that set a field
 * @schema: What the file may say; not NULL.
 * @text: A file that clo_toml_parse() accepts.
 * @size: How many [bytes].
 * @conf: What it was read into.
 * @field: In @conf: where a key puts its value.
 *
 * Context: any process; reads the file once more, for an error; no allocation.
 *
 * Return: the line, from 1; 0 if the file does not set the field.
 */
uint32_t clo_toml_find_line(const struct clo_toml_schema *schema,
			    const char *text, size_t size, const void *conf,
			    const void *field);

/**
 * clo_toml_check() - Check a structure that came from elsewhere
 * @schema: What it may hold; not NULL.
 * @conf: @schema->size bytes, not trusted at all.
 * @what: What it is, for errors; not NULL.
 * @err: See clo_err_set().
 *
 * Accepts what clo_toml_parse() can give: each string has its final zero and
 * only zeros behind it, each number is in its range, rows have no gap.  Bytes
 * that no key describes are not looked at.
 *
 * Context: any process; no allocation, no I/O.
 *
 * Return: 0, or -EINVAL.
 */
int clo_toml_check(const struct clo_toml_schema *schema, const void *conf,
		   const char *what, struct clo_err *err) clo_must_check;

/**
 * clo_toml_check_schema() - Check that a table makes sense
 * @schema: The table; not NULL.
 * @err: See clo_err_set().
 *
 * For tests: fields that lie outside the structure, defaults that their own
 * key refuses, and the like.
 *
 * Return: 0, or -EINVAL.
 */
int clo_toml_check_schema(const struct clo_toml_schema *schema,
			  struct clo_err *err) clo_must_check;

/**
 * clo_toml_print() - Write a structure as the file that says it all
 * @schema: What the structure is; not NULL.
 * @conf: The structure; checked.
 * @out: Where to; borrowed.
 *
 * Defaults are written out too; reading the text again gives @conf.
 */
void clo_toml_print(const struct clo_toml_schema *schema, const void *conf,
		    FILE *out);

/**
 * clo_toml_print_json() - Write a structure as one JSON object
 * @schema: What the structure is; not NULL.
 * @conf: The structure; checked.
 * @out: Where to; borrowed.
 *
 * Values are as in the file; the object is valid under the JSON schema.
 */
void clo_toml_print_json(const struct clo_toml_schema *schema, const void *conf,
			 FILE *out);

/**
 * clo_toml_print_schema() - Write the JSON schema of a file
 * @schema: The table; not NULL.
 * @out: Where to; borrowed.
 *
 * Source: JSON Schema, draft 2020-12.
 */
void clo_toml_print_schema(const struct clo_toml_schema *schema, FILE *out);

/**
 * clo_toml_print_mdoc() - Write the manual of a file's keys
 * @schema: The table; not NULL.
 * @out: Where to; borrowed.
 *
 * mdoc(7): one Ss a table and one item a key, to be included in a section.
 */
void clo_toml_print_mdoc(const struct clo_toml_schema *schema, FILE *out);

/**
 * clo_toml_print_help() - Write the keys of a file as plain text
 * @schema: The table; not NULL.
 * @out: Where to; borrowed.
 */
void clo_toml_print_help(const struct clo_toml_schema *schema, FILE *out);

/**
 * clo_toml_nearest() - Find the word that was meant
 * @word: What was written; not NULL.
 * @candidate: One of the words it may have been; not NULL.
 * @best: Distance of the nearest so far; start with UINT32_MAX.
 *
 * Return: true, and @best is lowered, if @candidate is nearer than @best and
 * near enough to be what was meant.
 */
bool clo_toml_nearest(const char *word, const char *candidate, uint32_t *best);

#endif
