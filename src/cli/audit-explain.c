// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison audit explain, lint, coverage: about the checks themselves.
 */
#include <string.h>

#include "audit/lint.h"
#include "base/toml.h"
#include "cli/audit.h"

static void list_checks(const struct clo_cli *cli,
			const struct clo_audit *audit)
{
	clo_json struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < audit->rules.checks.count; i++) {
		const struct clo_check *c = &audit->rules.checks.list[i];
		char id[96];

		if (!clo_profile_asks(audit->profile, c))
			continue;
		(void)snprintf(id, sizeof(id), "%.*s", CLO_TEXT(c->id));
		if (cli->is_json) {
			(void)json_object_array_add(list, clo_json_string(id));
			continue;
		}
		(void)printf("%-6s %-44s %.*s\n",
			     clo_severity_word(c->severity), id,
			     CLO_TEXT(clo_check_title(&audit->rules, c,
						      audit->lang)));
	}
	if (cli->is_json)
		clo_json_print(list);
}

static int no_check(const struct clo_audit *audit, const char *id,
		    struct clo_err *err)
{
	uint32_t distance = UINT32_MAX;
	char best[96] = "";

	for (size_t i = 0; i < audit->rules.checks.count; i++) {
		char name[96];

		(void)snprintf(name, sizeof(name), "%.*s",
			       CLO_TEXT(audit->rules.checks.list[i].id));
		if (clo_toml_nearest(id, name, &distance))
			memcpy(best, name, sizeof(best));
	}
	if (*best)
		return clo_err_set(
			err, -ENOENT,
			"no check is named '%.80s'; did you mean '%s'?", id,
			best);
	return clo_err_set(
		err, -ENOENT,
		"no check is named '%.80s'; see 'cloison audit explain'", id);
}

static void explain_json(const struct clo_audit *audit,
			 const struct clo_check *c)
{
	struct clo_audit_row row = {
		.check = c, .judgement = { CLO_VERDICT_UNKNOWN, c->test, NULL }
	};
	struct clo_audit_result one = { .rows = &row, .count = 1 };
	clo_json struct json_object *o = clo_audit_json(audit, &one);
	struct json_object *list = NULL, *check;

	if (!json_object_object_get_ex(o, "checks", &list))
		return;
	check = json_object_array_get_idx(list, 0);
	/* Nothing was judged. */
	json_object_object_del(check, "verdict");
	json_object_object_del(check, "found");
	clo_json_print(check);
}

int clo_cli_audit_explain(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_audit struct clo_audit audit;
	int status = clo_audit_begin(&audit, cli, err);

	if (status)
		return status;
	if (!cli->argc)
		list_checks(cli, &audit);
	for (int i = 0; i < cli->argc; i++) {
		uint32_t at = clo_rules_check(&audit.rules,
					      clo_text_of(cli->argv[i]));

		if (at == CLO_NOWHERE) {
			(void)no_check(&audit, cli->argv[i], err);
			return CLO_EXIT_REFUSED;
		}
		if (cli->is_json)
			explain_json(&audit, &audit.rules.checks.list[at]);
		else
			clo_audit_tell(cli, &audit,
				       &audit.rules.checks.list[at]);
	}
	return CLO_EXIT_DONE;
}

struct teller {
	const struct clo_cli *cli;
	struct json_object *list;
};

static void tell(void *context, struct clo_where where, struct clo_text about,
		 const char *what)
{
	const struct teller *t = context;
	struct json_object *o;
	char id[96];

	(void)snprintf(id, sizeof(id), "%.*s", CLO_TEXT(about));
	if (!t->cli->is_json) {
		(void)printf("%s:%u: '%s' %s\n", where.file, where.line, id,
			     what);
		return;
	}
	o = json_object_new_object();
	clo_json_text(o, "file", where.file);
	clo_json_uint(o, "line", where.line);
	clo_json_text(o, "about", id);
	clo_json_text(o, "text", what);
	(void)json_object_array_add(t->list, o);
}

int clo_cli_audit_lint(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_audit struct clo_audit audit;
	clo_json struct json_object *list = json_object_new_array();
	struct teller teller = { cli, list };
	int status = clo_audit_begin(&audit, cli, err);
	int found, r = 0;

	if (status)
		return status;
	for (int i = 0; !r && i < cli->argc; i++) {
		struct clo_text text;
		const char *name;

		r = clo_audit_file(&audit, cli->argv[i], &text, &name, err);
		if (!r)
			r = clo_rules_read(&audit.rules, text, name, err);
	}
	if (r || clo_rules_end(&audit.rules, err))
		return CLO_EXIT_USAGE;
	found = clo_lint(&audit.rules, tell, &teller);
	if (found < 0) {
		(void)clo_err_set(err, found, "no memory is left");
		return CLO_EXIT_REFUSED;
	}
	if (cli->is_json)
		clo_json_print(list);
	else
		(void)printf("%zu checks, %zu topics, %d found\n",
			     audit.rules.checks.count, audit.rules.topics.count,
			     found);
	return found ? CLO_EXIT_REFUSED : CLO_EXIT_DONE;
}

static uint32_t checks_of(const struct clo_audit *audit, struct clo_text ref)
{
	uint32_t n = 0;

	for (size_t i = 0; i < audit->rules.checks.count; i++) {
		struct clo_text rest = audit->rules.checks.list[i].refs, word;

		while (clo_text_word(&rest, &word))
			n += clo_text_is(word, ref);
	}
	return n;
}

static void show_requirement(const struct clo_audit *audit,
			     const struct clo_requirement *q,
			     struct json_object *list, bool is_json)
{
	struct clo_text missing = clo_lang_pick(q->missing, audit->lang);
	uint32_t n = checks_of(audit, q->id);
	struct json_object *o;
	char text[1024];

	if (!is_json) {
		(void)printf("%-18.*s %-12s %-10s %3u  ", CLO_TEXT(q->id),
			     clo_level_word(q->level),
			     clo_answer_word(q->answer), n);
		clo_audit_fold(stdout, clo_lang_pick(q->title, audit->lang),
			       48);
		if (missing.size) {
			(void)printf("%*s- ", 48, "");
			clo_audit_fold(stdout, missing, 50);
		}
		return;
	}
	o = json_object_new_object();
	(void)snprintf(text, sizeof(text), "%.*s", CLO_TEXT(q->id));
	clo_json_text(o, "requirement", text);
	clo_json_text(o, "level", clo_level_word(q->level));
	clo_json_text(o, "answer", clo_answer_word(q->answer));
	clo_json_uint(o, "checks", n);
	(void)snprintf(text, sizeof(text), "%.*s",
		       CLO_TEXT(clo_lang_pick(q->title, audit->lang)));
	clo_json_text(o, "title", text);
	(void)json_object_array_add(list, o);
}

int clo_cli_audit_coverage(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_audit struct clo_audit audit;
	clo_json struct json_object *list = json_object_new_array();
	uint32_t answers[CLO_ANSWER_COUNT] = { 0 };
	int status = clo_audit_begin(&audit, cli, err);

	if (status)
		return status;
	for (size_t i = 0; i < audit.rules.requirements.count; i++) {
		const struct clo_requirement *q =
			&audit.rules.requirements.list[i];

		answers[q->answer]++;
		show_requirement(&audit, q, list, cli->is_json);
	}
	if (cli->is_json) {
		clo_json_print(list);
		return CLO_EXIT_DONE;
	}
	(void)printf("%zu:", audit.rules.requirements.count);
	for (uint32_t a = 0; a < CLO_ANSWER_COUNT; a++)
		(void)printf(" %u %s%s", answers[a], clo_answer_word(a),
			     a + 1 < CLO_ANSWER_COUNT ? "," : "\n");
	return CLO_EXIT_DONE;
}
