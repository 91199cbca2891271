// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a decision costs, side by side with a call of an empty function and
 * with the comparison of two user ids, which is what a kernel without labels
 * would ask.  All are called through a pointer that the compiler cannot see
 * through; each round runs every one once, and the median is taken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base.h"
#include "policy/core.h"
#include "policy/kernel.h"
#include "policy/object.h"
#include "policy/task.h"

enum { ROUNDS = 51, CALLS = 200000, CASES_MAX = 16 };

/* What a question is about; the values change with each call. */
struct facts {
	struct clo_label from, to;
	struct clo_cage cage;
	struct clo_open open;
	clo_u32 number;
};

static unsigned int ask_empty(const struct facts *f)
{
	(void)f;
	return 0;
}

static unsigned int ask_uid(const struct facts *f)
{
	return f->number != f->open.minor;
}

static unsigned int ask_task(const struct facts *f)
{
	return clo_may_task(&f->from, &f->to, CLO_TASK_ACT);
}

static unsigned int ask_connect(const struct facts *f)
{
	return clo_may_connect(&f->from, &f->to);
}

static unsigned int ask_receive(const struct facts *f)
{
	return clo_may_receive(&f->to, &f->from);
}

static unsigned int ask_open(const struct facts *f)
{
	return clo_may_open(&f->from, &f->cage, &f->open);
}

static unsigned int ask_cap(const struct facts *f)
{
	return clo_may_use_cap(&f->from, &f->cage, f->number & 31);
}

static unsigned int ask_ioctl(const struct facts *f)
{
	return clo_may_ioctl(&f->from, f->number);
}

static unsigned int ask_exec(const struct facts *f)
{
	return clo_may_exec(&f->from, &f->to);
}

static unsigned int ask_define(const struct facts *f)
{
	const struct clo_label core = { .cage = CLO_CAGE_CORE };

	return clo_may_define(&core, &f->cage, &f->cage);
}

/* clang-format off */
static const struct {
	const char *name;
	unsigned int (*ask)(const struct facts *f);
} cases[] = {
	{ "an empty function", ask_empty },
	{ "two user ids", ask_uid },
	{ "signal", ask_task },
	{ "connect", ask_connect },
	{ "receive", ask_receive },
	{ "open", ask_open },
	{ "capability", ask_cap },
	{ "ioctl", ask_ioctl },
	{ "exec", ask_exec },
	{ "limits of a cage", ask_define },
};
/* clang-format on */
_Static_assert(CLO_ARRAY_SIZE(cases) <= CASES_MAX, "room for each");

static double times[CASES_MAX][ROUNDS];
static volatile unsigned int sink; /* so that no answer is left out */

static double now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double measure(unsigned int (*volatile ask)(const struct facts *))
{
	struct facts f = {
		.from = { .cage = 2 },
		.cage = { .state = CLO_CAGE_UP, .caps = CLO_CAGE_CAPS_MAX },
		.open = { .owner = { .cage = 2 } },
	};
	unsigned int sum = 0;
	double start = now_ns();

	for (unsigned int i = 0; i < CALLS; i++) {
		f.to.cage = (clo_u16)(i & 3);
		f.number = i;
		sum += ask(&f);
	}
	start = (now_ns() - start) / CALLS;
	sink = sum;
	return start;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++)
			times[i][round] = measure(cases[i].ask);
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++)
		qsort(times[i], ROUNDS, sizeof(times[i][0]), compare);
	(void)printf("question\tns\tratio to an empty function\n");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++)
		(void)printf("%s\t%.1f\t%.2f\n", cases[i].name,
			     times[i][ROUNDS / 2],
			     times[i][ROUNDS / 2] / times[0][ROUNDS / 2]);
	return 0;
}
