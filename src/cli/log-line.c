// SPDX-License-Identifier: GPL-2.0-only
/*
 * One line of the log; points in time.
 */
#include <string.h>
#include <time.h>

#include "cli/log.h"
#include "cli/out.h"

/* A field of the line, and where its value goes. */
struct field {
	const char *key;
	size_t offset;
	size_t size; /* 0: a number */
};

/* clang-format off */
#define TEXT(f) { #f, offsetof(struct clo_line, f), \
		  sizeof(((struct clo_line *)0)->f) }
#define NUMBER(f) { #f, offsetof(struct clo_line, f), 0 }
static const struct field fields[] = {
	TEXT(hook), TEXT(rule), TEXT(from), TEXT(to), TEXT(cage), TEXT(comm),
	TEXT(exe), TEXT(object), TEXT(what),
	NUMBER(id), NUMBER(pid), NUMBER(tid), NUMBER(uid), NUMBER(target_pid),
	NUMBER(arg), NUMBER(dev), NUMBER(ino), NUMBER(suppressed),
	NUMBER(count),
};
#undef TEXT
#undef NUMBER
/* clang-format on */

static int read_uint(const char *text, uint64_t *ret)
{
	char *end = NULL;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*ret = strtoull(text, &end, 0);
	return errno || *end ? -EINVAL : 0;
}

/* Two or four digits; -1 if they are none. */
static int read_digits(const char *text, int count)
{
	int n = 0;

	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

/* YYYY-MM-DD, then THH:MM:SS, then fractions, then Z; the tail may lack. */
static int read_date(const char *text, int64_t *ret_us)
{
	struct tm tm = { 0 };
	int64_t us = 0, unit = 100000;
	size_t size = strlen(text);

	if (size < 10 || text[4] != '-' || text[7] != '-')
		return -EINVAL;
	tm.tm_year = read_digits(text, 4) - 1900;
	tm.tm_mon = read_digits(text + 5, 2) - 1;
	tm.tm_mday = read_digits(text + 8, 2);
	if (tm.tm_year < 70 || tm.tm_mon < 0 || tm.tm_mon > 11 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31)
		return -EINVAL;
	text += 10;
	if (*text == 'T') {
		if (size < 19 || text[3] != ':' || text[6] != ':')
			return -EINVAL;
		tm.tm_hour = read_digits(text + 1, 2);
		tm.tm_min = read_digits(text + 4, 2);
		tm.tm_sec = read_digits(text + 7, 2);
		if (tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 ||
		    tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60)
			return -EINVAL;
		text += 9;
	}
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9'; text++) {
			us += (*text - '0') * unit;
			unit /= 10;
		}
	}
	if (*text == 'Z')
		text++;
	if (*text)
		return -EINVAL;
	*ret_us = (int64_t)timegm(&tm) * 1000000 + us;
	return 0;
}

int clo_time_read(const char *word, int64_t now_us, int64_t *ret_us)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = { { "s", 1 },    { "min", 60 },  { "m", 60 },
		      { "h", 3600 }, { "d", 86400 }, { "w", 604800 } };
	int64_t n = 0;
	const char *p = word;

	if (!read_date(word, ret_us))
		return 0;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (*p - '0');
		if (n > 1000000000)
			return -EINVAL;
	}
	if (p == word)
		return -EINVAL;
	while (*p == ' ')
		p++;
	for (size_t i = 0; i < CLO_ARRAY_SIZE(units); i++) {
		if (!strcmp(p, units[i].unit)) {
			*ret_us = now_us - n * units[i].seconds * 1000000;
			return 0;
		}
	}
	return -EINVAL;
}

static int set_field(struct clo_line *line, const char *key, const char *value)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		char *at = (char *)line + f->offset;

		if (strcmp(f->key, key) != 0)
			continue;
		if (!f->size)
			return read_uint(value, (uint64_t *)(void *)at);
		(void)clo_out_safe(value, at, f->size);
		return 0;
	}
	return 0; /* a field of a newer version */
}

/* Takes the next word off @p; @ret_value is NULL if it is no field. */
static int next_word(char **p, char **ret_word, char **ret_value)
{
	char *word = *p, *end;

	*ret_word = word;
	*ret_value = NULL;
	end = word + strcspn(word, "= ");
	if (*end == '=') {
		*end++ = '\0';
		*ret_value = end;
		if (*end == '\'') {
			*ret_value = ++end;
			end += strcspn(end, "'");
			if (*end != '\'' || (end[1] && end[1] != ' '))
				return -EINVAL;
			*end++ = '\0';
		} else {
			end += strcspn(end, " ");
		}
	}
	if (*end)
		*end++ = '\0';
	*p = end;
	return *word ? 0 : -EINVAL;
}

int clo_line_read(const char *text, size_t size, struct clo_line *line)
{
	char copy[CLO_LINE_MAX];
	char *p = copy, *word, *value;

	if (!size || size >= sizeof(copy) || memchr(text, '\0', size))
		return -EINVAL;
	memcpy(copy, text, size);
	copy[size] = '\0';
	memset(line, 0, sizeof(*line));
	(void)clo_out_safe(copy, line->text, sizeof(line->text));

	if (next_word(&p, &word, &value) || value ||
	    strlen(word) >= sizeof(line->time) ||
	    read_date(word, &line->time_us))
		return -EINVAL;
	(void)clo_out_safe(word, line->time, sizeof(line->time));
	while (*p) {
		if (next_word(&p, &word, &value))
			return -EINVAL;
		if (!value && line->kind[0])
			return -EINVAL;
		if (!value)
			(void)clo_out_safe(word, line->kind,
					   sizeof(line->kind));
		else if (set_field(line, word, value))
			return -EINVAL;
	}
	return line->kind[0] ? 0 : -EINVAL;
}

static bool is_cage(const char *label, const char *cage)
{
	size_t size = strcspn(label, "+");

	return strlen(cage) == size && !memcmp(label, cage, size);
}

bool clo_line_is_of(const struct clo_line *line, const char *cage)
{
	return is_cage(line->from, cage) || is_cage(line->to, cage) ||
	       is_cage(line->cage, cage);
}
