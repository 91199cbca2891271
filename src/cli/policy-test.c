// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison policy test: what would the policy answer?  It is the policy itself
 * that is asked, the same source that the guard is made of.
 */
#include <string.h>

#include "base/near.h"
#include "cli/out.h"
#include "cli/question.h"
#include "cli/rule.h"

static void list_questions(const struct clo_cli *cli)
{
	clo_json struct json_object *list = NULL;
	static struct clo_table table;

	list = json_object_new_array();
	for (const struct clo_question *q = clo_questions; q->name; q++) {
		struct json_object *o = json_object_new_object();

		clo_json_text(o, "question", q->name);
		clo_json_text(o, "arguments", q->args);
		clo_json_text(o, "help", q->help);
		(void)json_object_array_add(list, o);
		clo_table_set(&table, 0, clo_out_color(cli, CLO_COLOR_BOLD),
			      "%s", q->name);
		clo_table_set(&table, 1, "", "%s", q->args);
		clo_table_set(&table, 2, "", "%s", q->help);
		table.rows++;
	}
	if (cli->is_json)
		clo_json_print(list);
	else
		clo_table_print(&table, stdout, clo_out_plain(cli));
}

static const struct clo_question *find_question(const char *word,
						struct clo_err *err)
{
	struct clo_near near = { .word = word };

	for (const struct clo_question *q = clo_questions; q->name; q++) {
		if (!strcmp(q->name, word))
			return q;
		clo_near_try(&near, q->name);
	}
	(void)clo_near_end(&near, err, -EINVAL, "see 'cloison policy test'",
			   "no question is named '%.40s'", word);
	return NULL;
}

static void print_answer(const struct clo_cli *cli, uint32_t rule)
{
	const struct clo_rule_text *t = clo_rule_text(rule);
	clo_json struct json_object *o = NULL;
	struct json_object *words;

	if (cli->is_json) {
		o = json_object_new_object();
		words = json_object_new_array();
		for (int i = 0; i < cli->argc; i++)
			(void)json_object_array_add(
				words, clo_json_string(cli->argv[i]));
		(void)json_object_object_add(o, "question", words);
		clo_json_bool(o, "allowed", rule == CLO_RULE_ALLOW);
		clo_rule_json(o, rule);
		clo_json_print(o);
		return;
	}
	if (rule == CLO_RULE_ALLOW) {
		(void)printf("%sallowed%s\n",
			     clo_out_color(cli, CLO_COLOR_GOOD),
			     clo_out_plain(cli));
		return;
	}
	(void)printf("%srefused%s %s (%u): %s [%s]\n",
		     clo_out_color(cli, CLO_COLOR_BAD), clo_out_plain(cli),
		     t->name, t->id, t->text, t->source);
	(void)printf("what would allow it: %s\n", t->allow);
}

static int ask(struct clo_cli *cli, const struct clo_question *q,
	       struct clo_config *config, struct clo_err *err)
{
	struct clo_asked asked = { 0 };
	int rule;

	if (clo_subject_read(cli->argv[1], config, &asked.from, err))
		return CLO_EXIT_USAGE;
	if (q->subjects > 1 &&
	    clo_subject_read(cli->argv[2], config, &asked.to, err))
		return CLO_EXIT_USAGE;
	asked.argc = cli->argc - 1 - q->subjects;
	asked.argv = cli->argv + 1 + q->subjects;
	rule = q->ask(&asked, q->data, err);
	if (rule < 0)
		return CLO_EXIT_USAGE;
	print_answer(cli, (uint32_t)rule);
	return rule == CLO_RULE_ALLOW ? CLO_EXIT_DONE : CLO_EXIT_REFUSED;
}

int clo_cli_policy_test(struct clo_cli *cli, struct clo_err *err)
{
	clo_free struct clo_config *config = clo_config_new(err);
	const struct clo_question *q;
	int words;

	if (!config)
		return CLO_EXIT_REFUSED;
	if (!cli->argc) {
		list_questions(cli);
		return CLO_EXIT_DONE;
	}
	q = find_question(cli->argv[0], err);
	if (!q)
		return CLO_EXIT_USAGE;
	words = cli->argc - 1 - q->subjects;
	if (words < q->min || words > q->max) {
		(void)clo_err_set(err, -EINVAL,
				  "'policy test %s' is asked with %s", q->name,
				  q->args);
		return CLO_EXIT_USAGE;
	}
	if (clo_config_load(config, err))
		return CLO_EXIT_USAGE;
	return ask(cli, q, config, err);
}
