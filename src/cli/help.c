// SPDX-License-Identifier: GPL-2.0-only
/*
 * --help, as text and as JSON, from the table of verbs.
 */
#include <string.h>

#include "cli/out.h"

enum { HELP_WIDTH = 78, HELP_INDENT = 24 };

#define X(status, name, text) { status, text },
static const struct {
	int status;
	const char *text;
} exits[] = { CLO_EXITS(X) };
#undef X

/* Print words between two columns; the first line begins at @at. */
static void print_words(const char *text, int indent, int at)
{
	while (*text) {
		size_t size = strcspn(text, " ");

		if (at > indent && at + 1 + (int)size > HELP_WIDTH) {
			(void)printf("\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			(void)putchar(' ');
			at++;
		}
		(void)printf("%.*s", (int)size, text);
		at += (int)size;
		text += size;
		text += strspn(text, " ");
	}
	(void)putchar('\n');
}

static void print_item(const char *left, const char *right)
{
	int at = printf("  %s", left);

	if (at + 2 > HELP_INDENT) {
		(void)putchar('\n');
		at = 0;
	}
	(void)printf("%*s", HELP_INDENT - at, "");
	print_words(right, HELP_INDENT, HELP_INDENT);
}

static void print_options(const struct clo_cli_option *options)
{
	for (; options->name; options++) {
		char left[64];

		(void)snprintf(left, sizeof(left), "%s%c%s--%s%s%s",
			       options->letter ? "-" : " ",
			       options->letter ? options->letter : ' ',
			       options->letter ? ", " : "  ", options->name,
			       options->arg ? "=" : "",
			       options->arg ? options->arg : "");
		print_item(left, options->help);
	}
}

static void print_verb(const struct clo_cli *cli, const struct clo_cli_verb *v)
{
	(void)printf("usage: %scloison %s%s%s%s%s\n\n",
		     clo_out_color(cli, CLO_COLOR_BOLD), v->name,
		     clo_out_plain(cli), v->options->name ? " [OPTION...]" : "",
		     *v->args ? " " : "", v->args);
	(void)printf("%s.\n", v->help);
	if (v->detail)
		print_words(v->detail, 0, 0);
	(void)printf("\noptions:\n");
	print_options(v->options);
	print_options(clo_cli_common);
}

static void print_all(const struct clo_cli *cli)
{
	(void)printf("usage: %scloison%s VERB [OPTION...] [WORD...]\n\n",
		     clo_out_color(cli, CLO_COLOR_BOLD), clo_out_plain(cli));
	(void)printf("Cages that the kernel keeps apart.\n\nverbs:\n");
	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		char left[64];

		(void)snprintf(left, sizeof(left), "%s%s%s", v->name,
			       *v->args ? " " : "", v->args);
		print_item(left, v->help);
	}
	(void)printf("\noptions of every verb:\n");
	print_options(clo_cli_common);
	print_item("    --version", "Say which version this is");
	(void)printf("\nexit status:\n");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(exits); i++) {
		char left[8];

		(void)snprintf(left, sizeof(left), "%d", exits[i].status);
		print_item(left, exits[i].text);
	}
	(void)printf("\nsee 'cloison VERB --help' and cloison(1)\n");
}

static struct json_object *json_options(const struct clo_cli_option *options)
{
	struct json_object *list = json_object_new_array();

	for (; options->name; options++) {
		struct json_object *o = json_object_new_object();
		char letter[2] = { options->letter, '\0' };

		clo_json_text(o, "name", options->name);
		clo_json_text(o, "letter", letter);
		clo_json_text(o, "argument", options->arg ? options->arg : "");
		clo_json_text(o, "help", options->help);
		(void)json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *json_verb(const struct clo_cli_verb *v)
{
	struct json_object *o = json_object_new_object();

	clo_json_text(o, "name", v->name);
	clo_json_text(o, "arguments", v->args);
	clo_json_text(o, "help", v->help);
	clo_json_text(o, "detail", v->detail ? v->detail : "");
	(void)json_object_object_add(o, "options", json_options(v->options));
	return o;
}

static void print_json(const struct clo_cli_verb *verb)
{
	clo_json struct json_object *o = NULL;
	struct json_object *list;

	if (verb) {
		o = json_verb(verb);
		clo_json_print(o);
		return;
	}
	o = json_object_new_object();
	list = json_object_new_array();
	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++)
		(void)json_object_array_add(list, json_verb(v));
	(void)json_object_object_add(o, "verbs", list);
	(void)json_object_object_add(o, "options",
				     json_options(clo_cli_common));
	clo_json_print(o);
}

void clo_cli_help(const struct clo_cli *cli, const struct clo_cli_verb *verb)
{
	if (cli->is_json)
		print_json(verb);
	else if (verb)
		print_verb(cli, verb);
	else
		print_all(cli);
}
