/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command line, safe text, quantities, lines of the log, words of hooks
 * and rules; and the tables themselves.
 */
#include <string.h>

#include "bpf/abi.h"
#include "cli/log.h"
#include "cli/out.h"
#include "cli/question.h"
#include "cli/rule.h"
#include "lib/tap.h"

/* clang-format off */
static const struct {
	const char *words; /* between blanks */
	const char *verb; /* NULL: refused */
	int argc, command;
	const char *error;
} lines[] = {
	{ "ps", "ps", 0, 0, "" },
	{ "--json ps", "ps", 0, 0, "" },
	{ "core stop --abrupt", "core stop", 0, 0, "" },
	{ "core --json stop", "core stop", 0, 0, "" },
	{ "policy test signal a b", "policy test", 3, 3, "" },
	{ "enter office -- ls -l --json", "enter", 4, 1, "" },
	{ "enter --role=admin office", "enter", 1, 1, "" },
	{ "enter -r admin office", "enter", 1, 1, "" },
	{ "enter -radmin office", "enter", 1, 1, "" },
	{ "log -fn 3", "log", 0, 0, "" },
	{ "log -fn3", "log", 0, 0, "" },
	{ "explain -- -x", "explain", 1, 0, "" },
	{ "up - x", "up", 2, 2, "" },
	{ "help log", "log", 0, 0, "" },
	{ "", NULL, 0, 0, "a verb is missing; see 'cloison --help'" },
	{ "pz", NULL, 0, 0, "no verb is named 'pz'; did you mean 'ps'?" },
	{ "core", NULL, 0, 0, "'core' needs a second word; it is one of stop" },
	{ "core start", NULL, 0, 0, "'core' knows no 'start'; it is one of stop" },
	{ "ps x", NULL, 0, 0, "'ps' takes no word, not also 'x'; see 'cloison ps --help'" },
	{ "completion", NULL, 0, 0, "'completion' needs SHELL; see 'cloison completion --help'" },
	{ "log -z", NULL, 0, 0, "no option is named '-z'; see 'cloison log --help'" },
	{ "log -n", NULL, 0, 0, "option '--count' needs an argument, N" },
	{ "ps --json=1", NULL, 0, 0, "option '--json' takes no argument" },
	{ "log --racage", NULL, 0, 0, "no option is named '--racage'; did you mean '--cage'?" },
};
/* clang-format on */

static void test_lines(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(lines); i++) {
		char name[] = "cloison", copy[128], *argv[16] = { name };
		struct clo_err err = { "" };
		struct clo_cli cli;
		int argc = 1, r;
		char *p = copy;

		(void)snprintf(copy, sizeof(copy), "%s", lines[i].words);
		while (*p) {
			argv[argc++] = p;
			p += strcspn(p, " ");
			if (*p)
				*p++ = '\0';
		}
		r = clo_cli_parse(&cli, argc, argv, &err);
		ok((r == 0) == (lines[i].verb != NULL) &&
			   !strcmp(err.text, lines[i].error),
		   "'%s': %d %s", lines[i].words, r, err.text);
		if (lines[i].verb)
			ok(cli.verb && !strcmp(cli.verb->name, lines[i].verb) &&
				   cli.argc == lines[i].argc &&
				   cli.command == lines[i].command,
			   "'%s' is '%s' with %d words", lines[i].words,
			   lines[i].verb, lines[i].argc);
	}
}

static void test_table(void)
{
	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		size_t size = strlen(v->help);

		ok(v->run && v->options && size > 10 &&
			   v->help[size - 1] != '.' &&
			   (v->max < 0 || v->min <= v->max),
		   "'%s' is described", v->name);
		for (const struct clo_cli_option *o = v->options; o->name; o++)
			ok(o->id < CLO_OPTION_COUNT && strlen(o->help) > 10 &&
				   clo_cli_option_find(v, o->name,
						       strlen(o->name)) == o,
			   "'%s --%s' is described once", v->name, o->name);
	}
	for (const struct clo_question *q = clo_questions; q->name; q++)
		ok(q->ask && q->min <= q->max &&
			   (q->subjects == 1 || q->subjects == 2),
		   "question '%s' is described", q->name);
#define X(id, name)                                                          \
	ok(id == 0 ||                                                        \
		   strcmp(clo_hook_text(#name), clo_hook_text("none")) != 0, \
	   "hook %s has words", #name);
	CLO_HOOKS(X)
#undef X
}

/* clang-format off */
static const struct {
	const char *in, *out;
} texts[] = {
	{ "plain 'quoted' \\x41", "plain 'quoted' \\x41" },
	{ "\033[31m", "\\x1b[31m" },
	{ "a\nb", "a\\x0ab" },
	{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },
	{ "\xc3\xa9", "\xc3\xa9" },
	{ "\xff\xc3", "\\xff\\xc3" },
	{ "\x7f\xc2\x9b", "\\x7f\\xc2\\x9b" },
};
/* clang-format on */

static void test_texts(void)
{
	char out[64];

	for (size_t i = 0; i < CLO_ARRAY_SIZE(texts); i++)
		ok(!strcmp(clo_out_safe(texts[i].in, out, sizeof(out)),
			   texts[i].out),
		   "text %zu is made safe: %s", i, out);
	ok(strlen(clo_out_safe("\033\033\033\033", out, 10)) == 8,
	   "a text that is too long is cut between characters");
	ok(!strcmp(clo_out_safe_lines("a\tb\n\033", out, sizeof(out)),
		   "a\tb\n\\x1b"),
	   "lines stay lines in JSON");
	ok(!strcmp(clo_out_bytes(0, out, sizeof(out)), "0 B"), "no bytes");
	ok(!strcmp(clo_out_bytes(1023, out, sizeof(out)), "1023 B"), "bytes");
	ok(!strcmp(clo_out_bytes(1024, out, sizeof(out)), "1.0 KiB"), "a KiB");
	ok(!strcmp(clo_out_bytes(1610612736, out, sizeof(out)), "1.5 GiB"),
	   "a GiB and a half");
	(void)clo_out_bytes(UINT64_MAX, out, sizeof(out));
	ok(strlen(out) < 20, "the greatest number is short: %s", out);
	ok(!strcmp(clo_out_time(1234567, out, sizeof(out)), "1.23 s"), "time");
	ok(!strcmp(clo_out_time(3725000000, out, sizeof(out)), "1 h 02 min"),
	   "hours");
	ok(!strcmp(clo_out_without(0, out, sizeof(out)), "-"),
	   "nothing is out");
	ok(!strcmp(clo_out_without(0x101, out, sizeof(out)), "guard,time"),
	   "two are out");
}

/* clang-format off */
static const struct {
	const char *text;
	int code;
} log_lines[] = {
	{ "2026-11-24T10:00:00.123456Z id=42 denied hook=task_kill comm='a b'", 0 },
	{ "2026-11-24T10:00:00Z core what='up' cage=office", 0 },
	{ "2026-11-24T10:00:00Z lost count=7 more=1", 0 },
	{ "", -EINVAL },
	{ "2026-11-24T10:00:00Z", -EINVAL },
	{ "2026-11-24T10:00:00Z denied denied", -EINVAL },
	{ "2026-11-24T10:00:00Z denied comm='a", -EINVAL },
	{ "2026-11-24T10:00:00Z denied comm='a'b", -EINVAL },
	{ "2026-11-24T10:00:00Z denied pid=x", -EINVAL },
	{ "2026-11-24T10:00:00Z denied pid=-1", -EINVAL },
	{ "2026-13-24T10:00:00Z denied", -EINVAL },
	{ "yesterday denied", -EINVAL },
	{ "2026-11-24T10:00:00Z  denied", -EINVAL },
};
/* clang-format on */

static void test_log_lines(void)
{
	static struct clo_line line;
	int64_t us = 0;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(log_lines); i++)
		ok(clo_line_read(log_lines[i].text, strlen(log_lines[i].text),
				 &line) == log_lines[i].code,
		   "line '%s'", log_lines[i].text);
	(void)clo_line_read(log_lines[0].text, strlen(log_lines[0].text),
			    &line);
	ok(line.id == 42 && !strcmp(line.comm, "a b") &&
		   line.time_us % 1000000 == 123456,
	   "fields of a line");
	ok(!clo_time_read("2h", INT64_C(7200000001), &us) && us == 1,
	   "two hours ago");
	ok(!clo_time_read("1970-01-02", 0, &us) && us == INT64_C(86400000000),
	   "a day");
	ok(clo_time_read("2x", 0, &us) == -EINVAL &&
		   clo_time_read("h", 0, &us) == -EINVAL &&
		   clo_time_read("", 0, &us) == -EINVAL,
	   "what is no time");
}

int main(void)
{
	uint32_t rule = 0;

	test_lines();
	test_table();
	test_texts();
	test_log_lines();
	ok(!clo_rule_find("mount", &rule, NULL) && rule == CLO_RULE_MOUNT,
	   "a rule by a small name");
	ok(clo_rule_find("MOUNTX", &rule, NULL) == -EINVAL, "no rule");
	ok(!strcmp(clo_rule_text(4000)->name, "UNKNOWN"),
	   "a rule of a newer Core has words too");
	return tap_end();
}
