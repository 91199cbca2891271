// SPDX-License-Identifier: GPL-2.0-only
/*
 * The question is one whose answer nobody can have asked for before: where the
 * cursor is, at places that are drawn now.  All terminals know it.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <termios.h>
#include <time.h>

#include "base/base.h"
#include "cli/settle.h"

enum {
	PLACES = 4, /* some 1e13 ways on a terminal of 80 by 24 */
	PLACE_TEXT = 24, /* with two numbers of five digits */
	QUIET_MS = 300,
	SETTLE_MS = 10000, /* at most, whatever comes */
};

struct question {
	char ask[8 + PLACES * PLACE_TEXT + 8];
	char answer[PLACES * PLACE_TEXT];
};

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int draw_question(struct question *q)
{
	struct winsize size = { 0 };
	uint16_t drawn[PLACES][2];
	char *ask = q->ask, *answer = q->answer;

	if (getrandom(drawn, sizeof(drawn), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(drawn))
		return -EAGAIN;
	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size); /* else: unknown, 0 */
	if (!size.ws_row || !size.ws_col) {
		size.ws_row = 24;
		size.ws_col = 80;
	}
	/* A string that was left open ends; the cursor is kept. */
	ask += snprintf(ask, 8, "\033\\\0337");
	for (size_t i = 0; i < PLACES; i++) {
		unsigned int row = drawn[i][0] % size.ws_row + 1;
		unsigned int column = drawn[i][1] % size.ws_col + 1;

		ask += snprintf(ask, PLACE_TEXT, "\033[%u;%uH\033[6n", row,
				column);
		answer += snprintf(answer, PLACE_TEXT, "\033[%u;%uR", row,
				   column);
	}
	(void)snprintf(ask, 8, "\0338");
	return 0;
}

/* How much of @answer has come, after one byte more. */
static size_t match(const char *answer, size_t seen, char byte)
{
	if (byte == answer[seen])
		return seen + 1;
	return byte == answer[0];
}

void clo_settle_terminal(bool is_silent)
{
	struct question q = { 0 };
	int64_t until = now_ms() + SETTLE_MS;
	size_t seen = 0;

	if (!is_silent && !draw_question(&q) &&
	    clo_write_full(STDOUT_FILENO, q.ask, strlen(q.ask)))
		return;
	while (now_ms() < until) {
		struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
		char bytes[512];
		int r = poll(&p, 1, QUIET_MS);
		ssize_t n;

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return;
		n = read(STDIN_FILENO, bytes, sizeof(bytes));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		for (ssize_t i = 0; i < n && q.answer[0]; i++) {
			seen = match(q.answer, seen, bytes[i]);
			if (!q.answer[seen])
				return;
		}
	}
}
