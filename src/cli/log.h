/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event log as the command reads it (src/proto/log.h says how it is
 * written).  Lines are read strictly: what is no event is not shown as one.
 */
#ifndef CLO_CLI_LOG_H
#define CLO_CLI_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "cli/cli.h"

enum {
	CLO_LINE_MAX = 2048, /* with its line feed [bytes] */
	CLO_LINE_WORD = 64,
	CLO_LINE_TEXT = 520, /* text of 128 bytes, each escaped */
};

/* One line, taken apart; all text is safe to print. */
struct clo_line {
	uint64_t id; /* 0: the line has none */
	int64_t time_us; /* since 1970 */
	char time[40]; /* as written */
	char kind[CLO_LINE_WORD];
	char hook[CLO_LINE_WORD];
	char rule[CLO_LINE_WORD];
	char from[CLO_LINE_WORD]; /* a cage with its roles, `-`, `core` */
	char to[CLO_LINE_WORD];
	char cage[CLO_LINE_WORD]; /* of a line of the Core's own */
	char comm[CLO_LINE_WORD + 8];
	char exe[CLO_LINE_TEXT];
	char object[CLO_LINE_TEXT];
	char what[CLO_LINE_TEXT];
	uint64_t pid, tid, uid, target_pid;
	uint64_t arg, dev, ino, suppressed, count;
	char text[CLO_LINE_MAX]; /* the whole line, safe, no line feed */
};

/* CLO_EVENT_LOG, or what CLOISON_LOG says. */
const char *clo_log_path(void);

/**
 * clo_line_read() - Take a line apart
 * @text: The line, without line feed, @size bytes.
 * @size: Its length.
 * @line: Set on success.
 *
 * Return: 0, or -EINVAL if the line is no event.
 */
int clo_line_read(const char *text, size_t size, struct clo_line *line);

/* Is the line from or to the cage, whatever its role? */
bool clo_line_is_of(const struct clo_line *line, const char *cage);

/**
 * clo_time_read() - Read a point in time, or how long ago it was
 * @word: 2026-11-24T10:00:00Z, 2026-11-24, or 90s, 15min, 2h, 3d ago.
 * @now_us: The present [us since 1970].
 * @ret_us: Set on success.
 *
 * Return: 0, or -EINVAL.
 */
int clo_time_read(const char *word, int64_t now_us, int64_t *ret_us);

/* What a hook's refusal was about, in words: "send a signal". */
const char *clo_hook_text(const char *hook);

/* What the argument of a hook's event is, in words; "" if nothing is known. */
const char *clo_hook_arg(const char *hook, uint64_t arg, char *text,
			 size_t size);

/* Called for each line; not 0 ends the reading and is returned. */
typedef int (*clo_log_each)(const struct clo_line *line, void *data);

/* A reader of the log: the old file, then the one that grows. */
struct clo_log_reader {
	int fd; /* or -1 */
	uint64_t dev, ino; /* of @fd */
	size_t used; /* bytes of @buffer */
	bool is_cut; /* the rest of a line too long is skipped */
	uint32_t odd; /* lines that are no event */
	char buffer[65536];
};

/**
 * clo_log_read_all() - Read what both files have now
 * @reader: All zero, @fd -1; stays at the end of the file that grows.
 * @each: Called for each line.
 * @data: Passed to @each.
 * @err: See clo_err_set().
 *
 * Return: 0, what @each returned, or -errno; -ENOENT if there is no log.
 */
int clo_log_read_all(struct clo_log_reader *reader, clo_log_each each,
		     void *data, struct clo_err *err);

/**
 * clo_log_read_more() - Read what was added since
 * @reader: As clo_log_read_all() left it.
 * @each: Called for each line.
 * @data: Passed to @each.
 *
 * Follows a rotation: the end of the old file is read before the new one.
 *
 * Return: 0, or what @each returned.
 */
int clo_log_read_more(struct clo_log_reader *reader, clo_log_each each,
		      void *data);

#endif
