// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison explain: what a rule says, from the policy's own table.
 */
#include <string.h>

#include "base/near.h"
#include "cli/out.h"
#include "cli/rule.h"

#define X(id, name, text, allow, source) { id, #name, text, allow, source },
static const struct clo_rule_text rules[] = { CLO_RULES(X) };
#undef X

const struct clo_rule_text *clo_rule_text(uint32_t rule)
{
	static const struct clo_rule_text unknown = {
		CLO_RULE_COUNT, "UNKNOWN",
		"a rule that this cloison does not know",
		"a cloison as new as the Core", "-"
	};

	return rule < CLO_ARRAY_SIZE(rules) ? &rules[rule] : &unknown;
}

/* A number without sign, blank or other word; UINT32_MAX if it is none. */
static uint32_t read_number(const char *word)
{
	uint32_t n = 0;

	if (!*word || strlen(word) > 6)
		return UINT32_MAX;
	for (; *word; word++) {
		if (*word < '0' || *word > '9')
			return UINT32_MAX;
		n = n * 10 + (uint32_t)(*word - '0');
	}
	return n;
}

int clo_rule_find(const char *word, uint32_t *ret_rule, struct clo_err *err)
{
	uint32_t number = read_number(word);
	char upper[40];
	struct clo_near near = { .word = upper };
	size_t i;

	if (number < CLO_ARRAY_SIZE(rules)) {
		*ret_rule = number;
		return 0;
	}
	for (i = 0; word[i] && i + 1 < sizeof(upper); i++) {
		upper[i] = word[i];
		if (word[i] >= 'a' && word[i] <= 'z')
			upper[i] = (char)(word[i] - 'a' + 'A');
		if (word[i] == '-')
			upper[i] = '_';
	}
	upper[i] = '\0';
	for (uint32_t r = 0; r < CLO_ARRAY_SIZE(rules); r++) {
		if (!word[i] && !strcmp(upper, rules[r].name)) {
			*ret_rule = r;
			return 0;
		}
		clo_near_try(&near, rules[r].name);
	}
	return clo_near_end(&near, err, -EINVAL, "see 'cloison explain'",
			    "no rule is named '%.40s'", word);
}

void clo_rule_json(struct json_object *o, uint32_t rule)
{
	const struct clo_rule_text *t = clo_rule_text(rule);

	clo_json_text(o, "rule", t->name);
	clo_json_uint(o, "number", t->id);
	clo_json_text(o, "text", t->text);
	clo_json_text(o, "allow", t->allow);
	clo_json_text(o, "source", t->source);
}

static void explain_all(const struct clo_cli *cli)
{
	clo_json struct json_object *list = NULL;
	static struct clo_table table;

	if (cli->is_json) {
		list = json_object_new_array();
		for (uint32_t r = 0; r < CLO_ARRAY_SIZE(rules); r++) {
			struct json_object *o = json_object_new_object();

			clo_rule_json(o, r);
			(void)json_object_array_add(list, o);
		}
		clo_json_print(list);
		return;
	}
	table.right = 1;
	for (uint32_t r = 0; r < CLO_ARRAY_SIZE(rules); r++) {
		clo_table_set(&table, 0, "", "%u", rules[r].id);
		clo_table_set(&table, 1, clo_out_color(cli, CLO_COLOR_BOLD),
			      "%s", rules[r].name);
		clo_table_set(&table, 2, "", "%s", rules[r].text);
		table.rows++;
	}
	clo_table_print(&table, stdout, clo_out_plain(cli));
}

int clo_cli_explain(struct clo_cli *cli, struct clo_err *err)
{
	clo_json struct json_object *o = NULL;
	const struct clo_rule_text *t;
	uint32_t rule;

	if (!cli->argc) {
		explain_all(cli);
		return CLO_EXIT_DONE;
	}
	if (clo_rule_find(cli->argv[0], &rule, err))
		return CLO_EXIT_USAGE;
	if (cli->is_json) {
		o = json_object_new_object();
		clo_rule_json(o, rule);
		clo_json_print(o);
		return CLO_EXIT_DONE;
	}
	t = clo_rule_text(rule);
	(void)printf("%s%s%s (%u): %s [%s]\n",
		     clo_out_color(cli, CLO_COLOR_BOLD), t->name,
		     clo_out_plain(cli), t->id, t->text, t->source);
	if (rule != CLO_RULE_ALLOW)
		(void)printf("what would allow it: %s\n", t->allow);
	return CLO_EXIT_DONE;
}
