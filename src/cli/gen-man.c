// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the frames of man/ with what the tables say.  Run by the build.
 *
 * usage: gen-man FRAME
 *
 * A line `@verbs@`, `@rules@`, `@questions@`, `@protections@`, `@exits@`,
 * `@common@`, `@cage-keys@`, `@core-keys@`, `@audit-fields@`, `@audit-facts@`,
 * `@audit-ops@` or `@audit-verdicts@` of the frame is replaced.
 */
#include <string.h>

#include "audit/judge.h"
#include "cli/question.h"
#include "policy/verdict.h"

/* Text of a macro line: nothing that mdoc(7) would read as a request. */
static void put(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			(void)fputs("\\e", stdout);
		else
			(void)putchar(*text);
	}
}

/* Sentences of a paragraph, each on a line of its own as mdoc(7) wants. */
static void put_text(const char *text)
{
	if (*text == '.' || *text == '\'')
		(void)fputs("\\&", stdout);
	for (; *text; text++) {
		if (text[0] == '.' && text[1] == ' ') {
			(void)fputs(".\n", stdout);
			text += strspn(text + 1, " ");
		} else if (*text == '\\') {
			(void)fputs("\\e", stdout);
		} else {
			(void)putchar(*text);
		}
	}
	(void)putchar('\n');
}

static void put_options(const struct clo_cli_option *options)
{
	for (; options->name; options++) {
		(void)printf(".It ");
		if (options->letter)
			(void)printf("Fl %c , ", options->letter);
		(void)printf("Fl \\-%s", options->name);
		if (options->arg)
			(void)printf(" Ns = Ns Ar %s", options->arg);
		(void)printf("\n%s.\n", options->help);
	}
}

/* `CAGE [-- COMMAND...]` needs no macro of its own: it is shown as it is. */
static void put_verbs(void)
{
	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		(void)printf(".It Ic %s", v->name);
		if (v->options->name)
			(void)printf(" Oo Ar OPTION... Oc");
		if (*v->args) {
			(void)printf(" Li \\&");
			put(v->args);
		}
		(void)printf("\n%s.\n", v->help);
		if (v->detail)
			put_text(v->detail);
		if (!v->options->name)
			continue;
		(void)printf(".Bl -tag -width Ds\n");
		put_options(v->options);
		(void)printf(".El\n");
	}
}

static void put_rules(void)
{
#define X(id, name, text, allow, source)                       \
	(void)printf(".It Sy %s Pq %d\n", #name, id);          \
	(void)printf("%s.\n", text);                           \
	if (id)                                                \
		(void)printf(".br\nWhat would allow it: %s.\n" \
			     ".br\nAsked by: %s.\n",           \
			     allow, source);
	CLO_RULES(X)
#undef X
}

static void put_questions(void)
{
	for (const struct clo_question *q = clo_questions; q->name; q++)
		(void)printf(".It Ic %s Li %s\nMay FROM %s?\n", q->name,
			     q->args, q->help);
}

static void put_protections(void)
{
	for (uint32_t i = 0; i < CLO_PROTECTION_COUNT; i++)
		(void)printf(".It Cm %s\n%s\n", clo_protection_name(i),
			     clo_protection_text(i));
}

static void put_exits(void)
{
#define X(status, name, text) (void)printf(".It %d\n%s\n", status, text);
	CLO_EXITS(X)
#undef X
}

static void put_audit_facts(void)
{
	for (uint32_t k = 0; k < CLO_FACT_KIND_COUNT; k++)
		(void)printf(".It Cm %s\n%s.\n", clo_fact_kind_word(k),
			     clo_fact_kind_help(k));
}

static void put_audit_ops(void)
{
#define X(name, word, has_value, help)                                         \
	(void)printf(".It Cm %s%s\n%s.\n", word, has_value ? " Ar VALUE" : "", \
		     help);
	CLO_AUDIT_OPS(X)
#undef X
}

static void put_audit_verdicts(void)
{
#define X(name, word, help) (void)printf(".It Cm %s\n%s.\n", word, help);
	CLO_VERDICTS(X)
#undef X
}

static bool fill(const char *line)
{
	if (!strcmp(line, "@verbs@\n"))
		put_verbs();
	else if (!strcmp(line, "@common@\n"))
		put_options(clo_cli_common);
	else if (!strcmp(line, "@rules@\n"))
		put_rules();
	else if (!strcmp(line, "@questions@\n"))
		put_questions();
	else if (!strcmp(line, "@protections@\n"))
		put_protections();
	else if (!strcmp(line, "@exits@\n"))
		put_exits();
	else if (!strcmp(line, "@cage-keys@\n"))
		clo_toml_print_mdoc(&clo_cage_schema, stdout);
	else if (!strcmp(line, "@core-keys@\n"))
		clo_toml_print_mdoc(&clo_core_schema, stdout);
	else if (!strcmp(line, "@audit-fields@\n"))
		clo_rules_print_mdoc(stdout);
	else if (!strcmp(line, "@audit-facts@\n"))
		put_audit_facts();
	else if (!strcmp(line, "@audit-ops@\n"))
		put_audit_ops();
	else if (!strcmp(line, "@audit-verdicts@\n"))
		put_audit_verdicts();
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	FILE *frame = argc == 2 ? fopen(argv[1], "re") : NULL;
	char line[1024];
	int wrong = 0;

	if (!frame) {
		(void)fputs("usage: gen-man FRAME\n", stderr);
		return 2;
	}
	while (fgets(line, sizeof(line), frame)) {
		if (line[0] != '@') {
			(void)fputs(line, stdout);
		} else if (!fill(line)) {
			(void)fprintf(stderr, "gen-man: %s: no table is %s",
				      argv[1], line);
			wrong = 1;
		}
	}
	wrong = wrong || ferror(frame);
	return fclose(frame) || fflush(stdout) || wrong;
}
