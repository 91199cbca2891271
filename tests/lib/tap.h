/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Test Anything Protocol in thirty lines.  A test program calls ok() for
 * each thing it checks, and ends with `return tap_end();`.
 */
#ifndef CLO_TESTS_TAP_H
#define CLO_TESTS_TAP_H

#include <stdio.h>

static int tap_count, tap_failed;

/*
 * Check something and say what.  A statement with a true `if`, so that the
 * compiler still warns of `ok(a = b, ...)`.
 */
#define ok(condition, ...)                                                 \
	do {                                                               \
		int tap_good = 0;                                          \
		if (condition)                                             \
			tap_good = 1;                                      \
		tap_failed += !tap_good;                                   \
		printf("%sok %d - ", tap_good ? "" : "not ", ++tap_count); \
		printf(__VA_ARGS__);                                       \
		putchar('\n');                                             \
		if (!tap_good)                                             \
			printf("# %s:%d: %s\n", __FILE__, __LINE__,        \
			       #condition);                                \
		fflush(stdout);                                            \
	} while (0)

/* Tell what was not run and why; never counted as passed by meson. */
#define tap_skip(what, why) \
	printf("ok %d - %s # SKIP %s\n", ++tap_count, what, why)

/* The plan, and the exit status of main(); a test without a check fails. */
static inline int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed || !tap_count;
}

#endif
