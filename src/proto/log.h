/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One line of the event log (CLO_EVENT_LOG): what the report role writes and
 * `cloison log` reads.  Stable: fields are added at the end, never renamed.
 *
 *   2026-11-24T10:00:00.123456Z id=42 denied hook=task_kill rule=OTHER_CAGE
 *   from=office to=admin pid=4242 tid=4242 uid=1879179264 comm='sh'
 *   exe='/usr/bin/kill' target_pid=51 arg=0x9 dev=0 ino=0 object=''
 *   suppressed=0
 *
 * (one line; here cut in four).  The third word is the kind: denied, claim,
 * define, enter, free, lock (of the guard), canary (a refusal that was asked
 * for, to see that refusals happen; of the Core's own, which comes each minute,
 * the first and one an hour, suppressed=N tells of those between), lost (events
 * the ring could not hold: count=N), or core (of the Core itself: what='up'
 * cage=office).  A cage is written by its name, with +user or +audit for its
 * roles; by `#N` if its number has no name; `-` outside cages; `core` for the
 * Core.  Text between ticks is escaped by clo_escape().
 *
 * The file is append-only to its one writer, 0640 root:cloison, and is rotated
 * to CLO_EVENT_LOG ".1" when it passes its size.
 */
#ifndef CLO_PROTO_LOG_H
#define CLO_PROTO_LOG_H

#include "bpf/abi.h"

enum { CLO_LOG_LINE_MAX = 1024 };

struct clo_log_names {
	char name[CLO_CAGE_COUNT][32]; /* "" if the number has none */
};

/**
 * clo_log_format() - Write an event as a line
 * @event: The event; not NULL; its strings are not trusted.
 * @names: Names of the cages; not NULL.
 * @realtime_ns: When it happened, CLOCK_REALTIME.
 * @line: Where the line goes, CLO_LOG_LINE_MAX bytes, ended by a line feed
 *	and a zero.
 *
 * Return: length of the line.
 */
unsigned long clo_log_format(const struct clo_event *event,
			     const struct clo_log_names *names,
			     unsigned long long realtime_ns, char *line);

/**
 * clo_log_format_lost() - Write the line that counts events lost
 * @count: How many the ring could not hold since the last such line.
 * @realtime_ns: When it was noticed, CLOCK_REALTIME.
 * @line: As of clo_log_format().
 *
 * Return: length of the line.
 */
unsigned long clo_log_format_lost(unsigned long long count,
				  unsigned long long realtime_ns, char *line);

/**
 * clo_log_format_core() - Write a line about what the Core did
 * @what: What, in a word or a few; not NULL; escaped here.
 * @cage: Name of the cage, or NULL.
 * @realtime_ns: When, CLOCK_REALTIME.
 * @line: As of clo_log_format().
 *
 * Return: length of the line.
 */
unsigned long clo_log_format_core(const char *what, const char *cage,
				  unsigned long long realtime_ns, char *line);

/**
 * clo_log_field() - Find a field of a line
 * @line: The line, with or without its line feed; not NULL.
 * @key: Its name, without `=`; "time" is the first word, "kind" the one that
 *	stands alone.
 * @value: Where the value goes, without ticks, still escaped; cut to fit.
 * @size: Room in @value, at least 1.
 *
 * Return: 0, or -ENOENT if the line has no such field.
 */
int clo_log_field(const char *line, const char *key, char *value,
		  unsigned long size);

#endif
