/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command prints: text that is safe, colours where they are wanted,
 * tables, JSON.
 */
#ifndef CLO_CLI_OUT_H
#define CLO_CLI_OUT_H

#include <json-c/json.h>

#include "cli/cli.h"

enum clo_color {
	CLO_COLOR_NONE,
	CLO_COLOR_GOOD,
	CLO_COLOR_BAD,
	CLO_COLOR_DOUBT,
	CLO_COLOR_DIM,
	CLO_COLOR_BOLD,
};

/**
 * clo_out_safe() - Make text safe that may hold a cage's bytes
 * @in: The text.
 * @out: Where it goes, with a final zero.
 * @size: Room in @out [bytes], at least 1.
 *
 * As clo_escape(), but quotes and backslashes stay: for text that is already
 * escaped, or that is a whole message.
 *
 * Return: @out.
 */
const char *clo_out_safe(const char *in, char *out, size_t size);

/* As clo_out_safe(), but line feeds and tabs stay: for a field of JSON. */
const char *clo_out_safe_lines(const char *in, char *out, size_t size);

/* Print text through clo_out_safe(). */
void clo_out_text(FILE *out, const char *text);

/* Print an error to standard error, as the command does. */
void clo_out_error(const struct clo_err *err);

/**
 * clo_out_color() - Sequence that begins a colour
 * @cli: Says whether colours are shown.
 * @color: Which.
 *
 * Return: the sequence, or "".
 */
const char *clo_out_color(const struct clo_cli *cli, enum clo_color color);

/* Sequence of a level's colour: the same word always has the same. */
const char *clo_out_level(const struct clo_cli *cli, const char *level);

/* Sequence that ends any colour, or "". */
const char *clo_out_plain(const struct clo_cli *cli);

/* Print "12.3 MiB" into @text. */
const char *clo_out_bytes(uint64_t bytes, char *text, size_t size);

/* Print "1 h 02 min", "3.4 s" into @text. */
const char *clo_out_time(uint64_t us, char *text, size_t size);

/* Names of protections, between commas, or "-". */
const char *clo_out_without(uint64_t without, char *text, size_t size);

/*
 * A table on standard output: every cell is kept until the end, then columns
 * are as wide as they need to be.
 */
enum { CLO_TABLE_ROWS = 96, CLO_TABLE_COLUMNS = 12, CLO_TABLE_CELL = 160 };

struct clo_table {
	uint32_t columns, rows;
	uint32_t right; /* a bit for each column that is set to the right */
	struct {
		const char *color; /* "", or a sequence */
		char text[CLO_TABLE_CELL];
	} cells[CLO_TABLE_ROWS][CLO_TABLE_COLUMNS];
};

/* Set the next row's cell; the text is made safe. */
void clo_table_set(struct clo_table *table, uint32_t column, const char *color,
		   const char *format, ...) clo_printf(4, 5);
/* Print the table; @plain ends a colour. */
void clo_table_print(const struct clo_table *table, FILE *out,
		     const char *plain);

/* Owned for the scope: `clo_json struct json_object *o = NULL;`. */
static inline void clo_json_cleanup(struct json_object **o)
{
	if (*o)
		(void)json_object_put(*o);
}
#define clo_json __attribute__((cleanup(clo_json_cleanup)))

/* Add to an object: text made safe, numbers, truths, names of protections. */
void clo_json_text(struct json_object *o, const char *key, const char *text);
void clo_json_uint(struct json_object *o, const char *key, uint64_t value);
void clo_json_bool(struct json_object *o, const char *key, bool value);
void clo_json_without(struct json_object *o, const char *key, uint64_t without);

struct json_object *clo_json_string(const char *text);

/* Print an object on one line of standard output. */
void clo_json_print(struct json_object *o);

#endif
