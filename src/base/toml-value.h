/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values of TOML as fields of a structure; private to the reader (toml.c),
 * the checks (toml-check.c) and the printing (toml-print.c).
 */
#ifndef CLO_BASE_TOML_VALUE_H
#define CLO_BASE_TOML_VALUE_H

#include "base/toml-lex.h"

/* Room for what a key must be, in words. */
struct clo_must {
	char text[256];
};

/**
 * clo_toml_must() - Say what a key's value must be
 * @key: The key; not NULL.
 * @must: Where the words go; not NULL.
 *
 * Return: @must->text, to follow "it must be".
 */
const char *clo_toml_must(const struct clo_toml_key *key,
			  struct clo_must *must);

/**
 * clo_toml_quantity() - Write a quantity with its unit
 * @key: A key of type QUANTITY; not NULL.
 * @value: The quantity, in the scale's first unit.
 * @text: Where it goes.
 * @size: Room in @text [bytes].
 */
void clo_toml_quantity(const struct clo_toml_key *key, uint64_t value,
		       char *text, size_t size);

/**
 * clo_toml_read_value() - Read a value into its field
 * @lex: At the value's first character; then behind it.
 * @key: What it must be; not NULL.
 * @row: The structure or row that has the field.
 *
 * Return: 0, or -EINVAL.
 */
int clo_toml_read_value(struct clo_lex *lex, const struct clo_toml_key *key,
			uint8_t *row) clo_must_check;

/**
 * clo_toml_check_string() - Check text against its key
 * @lex: Where, for the error; not NULL.
 * @key: A key with a form, or any STRING; not NULL.
 * @text: The text; not NULL.
 * @size: Room that it has, its zero included [bytes].
 *
 * Return: 0, or -EINVAL.
 */
int clo_toml_check_string(const struct clo_lex *lex,
			  const struct clo_toml_key *key, const char *text,
			  size_t size) clo_must_check;

/**
 * clo_toml_check_number() - Check a number against its key
 * @lex: Where, for the error; not NULL.
 * @key: A key of type UINT or QUANTITY; not NULL.
 * @number: The number.
 * @shown: How the file writes it.
 *
 * Return: 0, or -EINVAL.
 */
int clo_toml_check_number(const struct clo_lex *lex,
			  const struct clo_toml_key *key, uint64_t number,
			  const char *shown) clo_must_check;

/**
 * clo_toml_word_name() - Name of a value
 * @words: The words; not NULL.
 * @value: The value.
 *
 * Return: the word, or NULL if none has this value.
 */
const char *clo_toml_word_name(const struct clo_toml_word *words,
			       uint64_t value);

/**
 * clo_toml_get_u32() - Read a number of a structure
 * @field: Where it lies, at any address.
 *
 * Return: the number.
 */
uint32_t clo_toml_get_u32(const uint8_t *field);

/**
 * clo_toml_get_u64() - Read a set of a structure
 * @field: Where it lies, at any address.
 *
 * Return: the set.
 */
uint64_t clo_toml_get_u64(const uint8_t *field);

/**
 * clo_toml_quote() - Write text between quotes
 * @text: Plain text; not NULL.
 * @out: Where to; borrowed.
 *
 * The same for TOML and JSON: plain text needs the two escapes they share.
 */
void clo_toml_quote(const char *text, FILE *out);

/**
 * clo_toml_member() - Say whether a table lies right in another
 * @table: The table; not NULL.
 * @parent: Name of the other, or "" for the top of the file.
 *
 * Return: its last word ("interface" of "network.interface" in "network"), or
 * NULL if it lies elsewhere.
 */
const char *clo_toml_member(const struct clo_toml_table *table,
			    const char *parent);

/**
 * clo_toml_is_zero() - Say whether bytes are all zero
 * @bytes: The bytes.
 * @size: How many.
 *
 * Return: true if they are.
 */
bool clo_toml_is_zero(const uint8_t *bytes, size_t size);

#endif
