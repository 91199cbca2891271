// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Lines of the event log: written and read.
 */
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "proto/log.h"

static const char *const kinds[] = {
	[CLO_EVENT_DENIED] = "denied", [CLO_EVENT_CLAIM] = "claim",
	[CLO_EVENT_DEFINE] = "define", [CLO_EVENT_ENTER] = "enter",
	[CLO_EVENT_FREE] = "free",     [CLO_EVENT_LOCK] = "lock",
	[CLO_EVENT_CANARY] = "canary",
};
_Static_assert(CLO_ARRAY_SIZE(kinds) == CLO_EVENT_KIND_COUNT,
	       "each kind of event has its word");

static const char *const hooks[] = {
#define X(id, name) [id] = #name,
	CLO_HOOKS(X)
#undef X
};

static const char *const rules[] = {
#define X(id, name, text, allow, source) [id] = #name,
	CLO_RULES(X)
#undef X
};

/* Room for each text of a cage; all of them together fit a line. */
enum { COMM_ROOM = 64, EXE_ROOM = 330, OBJECT_ROOM = 160, WORD_ROOM = 48 };

/* A word of a table, or #N for a number that a newer guard has. */
static const char *word(const char *const *words, size_t count, uint32_t number,
			char *text)
{
	if (number < count && words[number])
		return words[number];
	(void)snprintf(text, WORD_ROOM, "#%u", number);
	return text;
}

static const char *label_text(struct clo_label label,
			      const struct clo_log_names *names, char *text)
{
	char name[36] = "";
	const char *user = label.roles & CLO_ROLE_USER ? "+user" : "";
	const char *audit = label.roles & CLO_ROLE_AUDIT ? "+audit" : "";

	if (label.cage == CLO_CAGE_NONE)
		(void)snprintf(name, sizeof(name), "-");
	else if (label.cage == CLO_CAGE_CORE)
		(void)snprintf(name, sizeof(name), "core");
	else if (label.cage < CLO_CAGE_COUNT)
		(void)clo_escape(names->name[label.cage],
				 sizeof(names->name[0]), name, sizeof(name));
	if (!name[0] || strpbrk(name, " ="))
		(void)snprintf(name, sizeof(name), "#%u", label.cage);
	(void)snprintf(text, WORD_ROOM, "%s%s%s", name, user, audit);
	return text;
}

/*
 * 2026-11-24T10:00:00.123456Z; returns its length.  The calendar is ours:
 * gmtime_r() opens the time zone's file, and who writes the log opens none.
 */
static size_t put_time(unsigned long long realtime_ns, char *line)
{
	unsigned long long s = realtime_ns / 1000000000u;
	/* Days from 1 March of year 0, in eras of 400 years. */
	unsigned long long days = s / 86400 + 719468;
	unsigned long long era = days / 146097, left = days % 146097;
	unsigned long long year =
		(left - left / 1460 + left / 36524 - left / 146096) / 365;
	unsigned int in_year =
		(unsigned int)(left - (365 * year + year / 4 - year / 100));
	unsigned int month = (5 * in_year + 2) / 153; /* 0: March */
	unsigned int day = in_year - (153 * month + 2) / 5 + 1;

	month = month < 10 ? month + 3 : month - 9;
	year += era * 400 + (month <= 2);
	return (size_t)snprintf(line, 48,
				"%04llu-%02u-%02uT%02u:%02u:%02u.%06uZ", year,
				month, day, (unsigned int)(s / 3600 % 24),
				(unsigned int)(s / 60 % 60),
				(unsigned int)(s % 60),
				(unsigned int)(realtime_ns / 1000 % 1000000));
}

/* A line ends with a line feed even if it had to be cut. */
static unsigned long end_line(char *line, size_t used, int more)
{
	if (more > 0)
		used += (size_t)more;
	if (used > CLO_LOG_LINE_MAX - 2)
		used = CLO_LOG_LINE_MAX - 2;
	line[used++] = '\n';
	line[used] = '\0';
	return used;
}

unsigned long clo_log_format(const struct clo_event *event,
			     const struct clo_log_names *names,
			     unsigned long long realtime_ns, char *line)
{
	char kind[WORD_ROOM], hook[WORD_ROOM], rule[WORD_ROOM];
	char from[WORD_ROOM], to[WORD_ROOM];
	char comm[COMM_ROOM], exe[EXE_ROOM], object[OBJECT_ROOM];
	size_t n = put_time(realtime_ns, line);
	int more;

	(void)clo_escape(event->comm, sizeof(event->comm), comm, sizeof(comm));
	(void)clo_escape(event->exe, sizeof(event->exe), exe, sizeof(exe));
	(void)clo_escape(event->object, sizeof(event->object), object,
			 sizeof(object));
	more = snprintf(
		line + n, CLO_LOG_LINE_MAX - n,
		" id=%llu %s hook=%s rule=%s from=%s to=%s"
		" pid=%u tid=%u uid=%u comm='%s' exe='%s' target_pid=%u"
		" arg=0x%llx dev=%llu ino=%llu object='%s' suppressed=%u",
		event->id,
		word(kinds, CLO_ARRAY_SIZE(kinds), event->kind, kind),
		word(hooks, CLO_ARRAY_SIZE(hooks), event->hook, hook),
		word(rules, CLO_ARRAY_SIZE(rules), event->rule, rule),
		label_text(event->from, names, from),
		label_text(event->to, names, to), event->pid, event->tid,
		event->uid, comm, exe, event->target_pid, event->arg,
		event->dev, event->ino, object, event->suppressed);
	return end_line(line, n, more);
}

unsigned long clo_log_format_lost(unsigned long long count,
				  unsigned long long realtime_ns, char *line)
{
	size_t n = put_time(realtime_ns, line);

	return end_line(line, n,
			snprintf(line + n, CLO_LOG_LINE_MAX - n,
				 " id=0 lost count=%llu", count));
}

unsigned long clo_log_format_core(const char *what, const char *cage,
				  unsigned long long realtime_ns, char *line)
{
	size_t n = put_time(realtime_ns, line);
	char text[512], name[WORD_ROOM];

	(void)clo_escape(what, strlen(what), text, sizeof(text));
	(void)clo_escape(cage ? cage : "-", WORD_ROOM, name, sizeof(name));
	return end_line(line, n,
			snprintf(line + n, CLO_LOG_LINE_MAX - n,
				 " id=0 core what='%s' cage=%s", text, name));
}

/* Where the word at @at ends: at a blank, but not at one between ticks. */
static const char *word_end(const char *at)
{
	bool is_quoted = false;

	for (; *at && *at != '\n'; at++) {
		if (*at == '\'')
			is_quoted = !is_quoted;
		else if (*at == ' ' && !is_quoted)
			break;
	}
	return at;
}

static int put_value(const char *at, const char *end, char *value, size_t size)
{
	size_t n;

	if (end - at >= 2 && *at == '\'' && end[-1] == '\'') {
		at++;
		end--;
	}
	n = (size_t)(end - at);
	if (n > size - 1)
		n = size - 1;
	memcpy(value, at, n);
	value[n] = '\0';
	return 0;
}

int clo_log_field(const char *line, const char *key, char *value,
		  unsigned long size)
{
	bool wants_kind = !strcmp(key, "kind");
	size_t key_size = strlen(key);
	const char *at = line;

	for (size_t i = 0; *at && *at != '\n'; i++) {
		const char *end = word_end(at);
		const char *equal = memchr(at, '=', (size_t)(end - at));

		if (!i && !strcmp(key, "time"))
			return put_value(at, end, value, size);
		if (i && !equal && end != at && wants_kind)
			return put_value(at, end, value, size);
		if (equal && (size_t)(equal - at) == key_size &&
		    !memcmp(at, key, key_size))
			return put_value(equal + 1, end, value, size);
		at = *end == ' ' ? end + 1 : end;
	}
	return -ENOENT;
}
