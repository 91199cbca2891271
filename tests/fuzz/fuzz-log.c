// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Lines of the log: an event of any bytes makes one line whose fields read as
 * they were; any line can be asked for a field.
 */
#include "base/base.h"
#include "fuzz.h"
#include "proto/log.h"

static void check_number(const char *line, const char *key,
			 unsigned long long want)
{
	char value[CLO_LOG_LINE_MAX], text[32];

	must(!clo_log_field(line, key, value, sizeof(value)));
	(void)snprintf(text, sizeof(text), "%llu", want);
	must(!strcmp(value, text));
}

static void check_text(const char *line, const char *key, const char *bytes,
		       size_t size)
{
	char value[CLO_LOG_LINE_MAX], text[CLO_LOG_LINE_MAX];

	(void)clo_escape(bytes, size, text, sizeof(text));
	must(!clo_log_field(line, key, value, sizeof(value)));
	must(!strncmp(value, text, strlen(value))); /* a long one is cut */
}

static void check_event(const uint8_t *data, size_t size)
{
	static struct clo_log_names names;
	char line[CLO_LOG_LINE_MAX];
	struct clo_event event;
	unsigned long n;

	memset(&event, 0, sizeof(event));
	memcpy(&event, data, size < sizeof(event) ? size : sizeof(event));
	memcpy(names.name[2], "office", 6);
	n = clo_log_format(&event, &names, event.time_ns, line);
	must(n > 0 && n < sizeof(line) && strlen(line) == n);
	must(strchr(line, '\n') == line + n - 1);
	check_number(line, "id", event.id);
	check_number(line, "pid", event.pid);
	check_number(line, "ino", event.ino);
	check_number(line, "suppressed", event.suppressed);
	check_text(line, "comm", event.comm, sizeof(event.comm));
	check_text(line, "exe", event.exe, sizeof(event.exe));
	check_text(line, "object", event.object, sizeof(event.object));
}

static void check_line(const uint8_t *data, size_t size)
{
	static const char *const keys[] = { "time", "kind", "rule",
					    "comm", "",	    "=" };
	clo_free char *line = malloc(size + 1);
	char value[16];

	must(line);
	memcpy(line, data, size);
	line[size] = '\0';
	for (size_t i = 0; i < CLO_ARRAY_SIZE(keys); i++) {
		if (!clo_log_field(line, keys[i], value, sizeof(value)))
			must(strnlen(value, sizeof(value)) < sizeof(value));
		value[0] = '\0';
		(void)clo_log_field(line, keys[i], value, 1);
		must(!value[0]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_event(data, size);
	check_line(data, size);
	return 0;
}
