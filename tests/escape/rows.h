/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A row of the escape matrix (tests/escape/README.md says what each column
 * means), read by everything that runs rows.
 */
#ifndef CLO_TESTS_ESCAPE_ROWS_H
#define CLO_TESTS_ESCAPE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

enum { ROWS_MAX = 1024, ROW_ALTERNATIVES = 6, MATRIX_MAX = 135 };

struct row {
	const char *file;
	unsigned int line;
	/* clang-format off */
	const char *id, *matrix, *ask, *rule, *label, *cage, *as, *live;
	const char *what, *source;
	/* clang-format on */
};

struct rows {
	struct row row[ROWS_MAX];
	size_t count;
};

/* One way in which a row may be refused: "hook", "hook/RULE". */
struct refusal {
	int hook; /* enum clo_hook */
	int rule; /* enum clo_rule */
};

/* Reads a file after those already in @rows; a fault ends the program. */
void rows_read(struct rows *rows, const char *path);

/* Is @number in the column matrix, "12" or "12,13"? */
bool row_has_number(const struct row *row, int number);

/* Column label, "a,b/RULE" -> refusals; -1 if it is malformed. */
int row_refusals(const struct row *row, struct refusal out[ROW_ALTERNATIVES]);

/* Number of a rule or a hook by its name, or -1. */
int rule_by_name(const char *name, size_t size);
int hook_by_name(const char *name, size_t size);
const char *rule_name(unsigned int rule);
const char *hook_name(unsigned int hook);

#endif
