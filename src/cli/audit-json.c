// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the audit found, for programs: one document.
 */
#include <string.h>

#include "cli/audit.h"

static void put(struct json_object *o, const char *key, struct clo_text text)
{
	char copy[4096];
	size_t used = 0;
	struct clo_text word;

	while (clo_text_word(&text, &word) && used < sizeof(copy))
		used += (size_t)snprintf(copy + used, sizeof(copy) - used,
					 "%s%.*s", used ? " " : "",
					 CLO_TEXT(word));
	copy[used < sizeof(copy) ? used : sizeof(copy) - 1] = '\0';
	clo_json_text(o, key, copy);
}

static void put_expr(struct json_object *o, const char *key,
		     const struct clo_audit *audit, uint32_t node)
{
	clo_free char *text = clo_audit_expr(audit, node);

	if (text)
		clo_json_text(o, key, text);
}

/* Each fact that an expression asks for, and what it was. */
static void put_found(struct json_object *list, const struct clo_audit *audit,
		      uint32_t node)
{
	static const char *const states[] = { "value", "absent", "unknown" };
	static const char *const notes[] = { "",	  "renamed",
					     "always-on", "always-before",
					     "removed",	  "not-yet",
					     "elsewhere" };
	const struct clo_expr *e = &audit->rules.nodes.list[node];
	struct json_object *o;
	struct clo_seen seen;

	if (e->kind != CLO_EXPR_LEAF) {
		put_found(list, audit, e->left);
		if (e->kind != CLO_EXPR_NOT)
			put_found(list, audit, e->right);
		return;
	}
	clo_judge_leaf(&audit->rules, &audit->facts, e, &seen);
	o = json_object_new_object();
	clo_json_text(o, "fact", clo_fact_kind_word(e->fact));
	put(o, "name", seen.name);
	clo_json_text(o, "state", states[seen.state]);
	if (seen.state == CLO_FACT_VALUE)
		put(o, "value", seen.value);
	if (seen.state == CLO_FACT_UNREAD)
		put(o, "reason", seen.value);
	if (seen.note) {
		clo_json_text(o, "history", notes[seen.note]);
		put(o, "since", seen.symbol->since_text);
	}
	if (seen.fact) {
		clo_json_text(o, "source", seen.fact->source);
		if (seen.fact->line)
			clo_json_uint(o, "line", seen.fact->line);
	}
	(void)json_object_array_add(list, o);
}

static struct json_object *refs_of(const struct clo_check *check)
{
	struct json_object *list = json_object_new_array();
	struct clo_text rest = check->refs, word;

	while (clo_text_word(&rest, &word))
		(void)json_object_array_add(
			list,
			json_object_new_string_len(word.at, (int)word.size));
	return list;
}

static struct json_object *row_of(const struct clo_audit *audit,
				  const struct clo_audit_row *row)
{
	const struct clo_check *c = row->check;
	struct json_object *o = json_object_new_object();
	struct json_object *found = json_object_new_array();
	uint32_t by = row->judgement.decided_by;
	char fix[1024];

	put(o, "check", c->id);
	clo_json_text(o, "verdict", clo_verdict_word(row->judgement.verdict));
	clo_json_text(o, "severity", clo_severity_word(c->severity));
	clo_json_text(o, "level", clo_level_word(c->level));
	put(o, "title", clo_check_title(&audit->rules, c, audit->lang));
	put(o, "why", clo_check_why(&audit->rules, c, audit->lang));
	(void)json_object_object_add(o, "refs", refs_of(c));
	if (c->when != CLO_NOWHERE)
		put_expr(o, "when", audit, c->when);
	put_expr(o, "test", audit, c->test);
	if (by != CLO_NOWHERE)
		put_found(found, audit, by);
	(void)json_object_object_add(o, "found", found);
	clo_audit_fix(audit, c, fix, sizeof(fix));
	clo_json_text(o, "fix", fix);
	clo_json_text(o, "risk", clo_risk_word(c->risk));
	if (row->judgement.accept)
		put(o, "accepted",
		    clo_lang_pick(row->judgement.accept->why, audit->lang));
	return o;
}

static void put_kernel(struct json_object *o, const struct clo_audit *audit)
{
	static const char *const names[] = { "arch", "version", "compiler" };
	struct json_object *kernel = json_object_new_object();

	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++) {
		const struct clo_fact *f = clo_facts_find(
			&audit->facts, CLO_FACT_KERNEL, clo_text_of(names[i]));

		if (f)
			put(kernel, names[i], f->value);
	}
	(void)json_object_object_add(o, "kernel", kernel);
}

struct json_object *clo_audit_json(const struct clo_audit *audit,
				   const struct clo_audit_result *result)
{
	struct json_object *o = json_object_new_object();
	struct json_object *summary = json_object_new_object();
	struct json_object *left = json_object_new_object();
	struct json_object *list = json_object_new_array();

	clo_json_uint(o, "format", 1);
	put(o, "profile", audit->profile->id);
	put_kernel(o, audit);
	for (uint32_t v = 0; v < CLO_VERDICT_COUNT; v++)
		clo_json_uint(summary, clo_verdict_word(v),
			      result->verdicts[v]);
	(void)json_object_object_add(o, "summary", summary);
	for (uint32_t k = 0; k < CLO_FACT_KIND_COUNT; k++) {
		if (result->left_out[k])
			clo_json_uint(left, clo_fact_kind_word(k),
				      result->left_out[k]);
	}
	(void)json_object_object_add(o, "not-judged", left);
	for (size_t i = 0; i < result->count; i++)
		(void)json_object_array_add(list,
					    row_of(audit, &result->rows[i]));
	(void)json_object_object_add(o, "checks", list);
	return o;
}
