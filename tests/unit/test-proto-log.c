// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <string.h>

#include "lib/tap.h"
#include "proto/log.h"

#define TIME_NS 1763978400123456789ull

static struct clo_log_names names;
static char line[CLO_LOG_LINE_MAX];

static const struct clo_event sample = {
	.id = 42,
	.kind = CLO_EVENT_DENIED,
	.hook = CLO_HOOK_task_kill,
	.rule = CLO_RULE_OTHER_CAGE,
	.from = { .cage = 2, .roles = 0 },
	.to = { .cage = 3, .roles = CLO_ROLE_USER },
	.pid = 4242,
	.tid = 4243,
	.uid = 1879179264,
	.target_pid = 51,
	.suppressed = 7,
	.arg = 9,
	.dev = 10,
	.ino = 11,
	.comm = "sh",
	.exe = "/usr/bin/kill",
	.object = "x",
};

/* clang-format off */
static const struct {
	const char *key, *value;
} fields[] = {
	{ "time", "2025-11-24T10:00:00.123456Z" },
	{ "id", "42" }, { "kind", "denied" }, { "hook", "task_kill" },
	{ "rule", "OTHER_CAGE" }, { "from", "office" }, { "to", "admin+user" },
	{ "pid", "4242" }, { "tid", "4243" }, { "uid", "1879179264" },
	{ "comm", "sh" }, { "exe", "/usr/bin/kill" }, { "target_pid", "51" },
	{ "arg", "0x9" }, { "dev", "10" }, { "ino", "11" }, { "object", "x" },
	{ "suppressed", "7" },
};
/* clang-format on */

static void test_line(void)
{
	unsigned long n = clo_log_format(&sample, &names, TIME_NS, line);
	char value[64];

	ok(!strcmp(line,
		   "2025-11-24T10:00:00.123456Z id=42 denied hook=task_kill rule=OTHER_CAGE from=office to=admin+user"
		   " pid=4242 tid=4243 uid=1879179264 comm='sh' exe='/usr/bin/kill' target_pid=51 arg=0x9 dev=10 ino=11"
		   " object='x' suppressed=7\n"),
	   "the line is that of log.h");
	ok(n == strlen(line), "its length is %lu", n);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		ok(!clo_log_field(line, fields[i].key, value, sizeof(value)) &&
			   !strcmp(value, fields[i].value),
		   "%s is %s", fields[i].key, value);
	ok(clo_log_field(line, "none", value, sizeof(value)) == -ENOENT,
	   "no such field");
	ok(clo_log_field(line, "denied", value, sizeof(value)) == -ENOENT,
	   "the kind is no field");
	ok(clo_log_field(line, "ul", value, sizeof(value)) == -ENOENT &&
		   clo_log_field(line, "i", value, sizeof(value)) == -ENOENT,
	   "a part of a name is no field");
	ok(!clo_log_field(line, "exe", value, 5) && !strcmp(value, "/usr"),
	   "a value is cut to the room");
	ok(clo_log_field("", "id", value, sizeof(value)) == -ENOENT &&
		   clo_log_field("\n", "kind", value, sizeof(value)) == -ENOENT,
	   "an empty line");
}

/* What a cage chooses never adds a field or a line. */
static void test_forged(void)
{
	struct clo_event e = sample;
	char value[CLO_LOG_LINE_MAX];

	memcpy(e.comm, "x' rule=ALLOW\n\n", 16);
	(void)snprintf(e.exe, sizeof(e.exe),
		       "/a\n2025 id=1 denied rule=ALLOW from='b");
	(void)snprintf(e.object, sizeof(e.object), "\xe2\x80\xae'\\\033[1m");
	(void)clo_log_format(&e, &names, TIME_NS, line);
	ok(strchr(line, '\n') == line + strlen(line) - 1, "one line");
	ok(!clo_log_field(line, "rule", value, sizeof(value)) &&
		   !strcmp(value, "OTHER_CAGE"),
	   "the rule is %s", value);
	ok(!clo_log_field(line, "comm", value, sizeof(value)) &&
		   !strcmp(value, "x\\x27 rule=ALLOW\\x0a\\x0a"),
	   "comm: %s", value);
	ok(!clo_log_field(line, "from", value, sizeof(value)) &&
		   !strcmp(value, "office"),
	   "from: %s", value);
	ok(!clo_log_field(line, "object", value, sizeof(value)) &&
		   !strcmp(value, "\\xe2\\x80\\xae\\x27\\x5c\\x1b[1m"),
	   "object: %s", value);
	ok(!clo_log_field(line, "suppressed", value, sizeof(value)) &&
		   !strcmp(value, "7"),
	   "what follows is found");
}

/* The longest line there can be is whole. */
static void test_longest(void)
{
	struct clo_event e;
	struct clo_log_names wide;
	char value[CLO_LOG_LINE_MAX];
	unsigned long n;

	memset(&e, 0xff, sizeof(e));
	memset(&wide, 'n', sizeof(wide));
	e.from.cage = 63;
	e.to.cage = 62;
	n = clo_log_format(&e, &wide, ~0ull, line);
	ok(n < CLO_LOG_LINE_MAX && n == strlen(line) && line[n - 1] == '\n',
	   "all ones: %lu bytes", n);
	ok(!clo_log_field(line, "suppressed", value, sizeof(value)) &&
		   !strcmp(value, "4294967295"),
	   "nothing is cut: %s", value);
	ok(!clo_log_field(line, "hook", value, sizeof(value)) &&
		   !strcmp(value, "#4294967295"),
	   "hook: %s", value);
	ok(!clo_log_field(line, "rule", value, sizeof(value)) &&
		   !strcmp(value, "#4294967295"),
	   "rule: %s", value);
	ok(!clo_log_field(line, "kind", value, sizeof(value)) &&
		   !strcmp(value, "#4294967295"),
	   "kind: %s", value);
	memset(&e, 0, sizeof(e));
	n = clo_log_format(&e, &names, 0, line);
	ok(n == strlen(line) &&
		   !strncmp(line, "1970-01-01T00:00:00.000000Z", 27),
	   "all zeros");
}

static void test_labels(void)
{
	/* clang-format off */
	static const struct {
		struct clo_label label;
		const char *text;
	} labels[] = {
		{ { 0, 0 }, "-" }, { { 1, 0 }, "core" },
		{ { 1, CLO_ROLE_AUDIT }, "core+audit" },
		{ { 2, 0 }, "office" }, { { 2, CLO_ROLE_USER }, "office+user" },
		{ { 2, CLO_ROLE_AUDIT }, "office+audit" },
		{ { 2, CLO_ROLE_ALL }, "office+user+audit" },
		{ { 5, 0 }, "#5" }, { { 63, 0 }, "#63" }, { { 64, 0 }, "#64" },
		{ { 65535, 0 }, "#65535" }, { { 6, 0 }, "#6" },
	};
	/* clang-format on */
	char value[64];

	memcpy(names.name[6], "a b=c", 6);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		struct clo_event e = sample;

		e.from = labels[i].label;
		(void)clo_log_format(&e, &names, TIME_NS, line);
		ok(!clo_log_field(line, "from", value, sizeof(value)) &&
			   !strcmp(value, labels[i].text),
		   "label %s", value);
	}
}

static void test_kinds(void)
{
	static const char *const kinds[] = { "denied", "claim", "define",
					     "enter",  "free",	"lock",
					     "canary" };
	char value[64];

	for (unsigned int i = 0; i < CLO_EVENT_KIND_COUNT; i++) {
		struct clo_event e = sample;

		e.kind = i;
		(void)clo_log_format(&e, &names, TIME_NS, line);
		ok(!clo_log_field(line, "kind", value, sizeof(value)) &&
			   !strcmp(value, kinds[i]),
		   "kind %s", value);
	}
	(void)clo_log_format_lost(12, TIME_NS, line);
	ok(!strcmp(line, "2025-11-24T10:00:00.123456Z id=0 lost count=12\n"),
	   "lost");
	(void)clo_log_format_core("up 'x'", "office", TIME_NS, line);
	ok(!strcmp(line,
		   "2025-11-24T10:00:00.123456Z id=0 core what='up \\x27x\\x27' cage=office\n"),
	   "core");
	(void)clo_log_format_core("start", NULL, TIME_NS, line);
	ok(!clo_log_field(line, "what", value, sizeof(value)) &&
		   !strcmp(value, "start") &&
		   !clo_log_field(line, "cage", value, sizeof(value)) &&
		   !strcmp(value, "-"),
	   "core without cage");
}

int main(void)
{
	memcpy(names.name[2], "office", 7);
	memcpy(names.name[3], "admin", 6);
	test_line();
	test_forged();
	test_longest();
	test_labels();
	test_kinds();
	return tap_end();
}
