// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Lint of checks: by their text, and by trying every case of them.
 */
#include "audit/case.h"
#include "audit/lint.h"

struct linter {
	const struct clo_rules *rules;
	clo_lint_fn tell;
	void *context;
	int found;
};

static void tell(struct linter *l, const struct clo_check *c, const char *what)
{
	l->found++;
	l->tell(l->context, c->where, c->id, what);
}

/* Both languages, by the check or by its topic. */
static bool has_both(const struct clo_text *own, const struct clo_text *topic)
{
	if (own[CLO_LANG_EN].size)
		return own[CLO_LANG_FR].size;
	return topic && topic[CLO_LANG_EN].size && topic[CLO_LANG_FR].size;
}

static void lint_text(struct linter *l, const struct clo_check *c)
{
	const struct clo_topic *t = c->topic == CLO_NOWHERE ?
					    NULL :
					    &l->rules->topics.list[c->topic];

	if (!has_both(c->title, t ? t->title : NULL))
		tell(l, c, "has no Title and Title-fr; add them, or a Topic");
	if (!has_both(c->why, t ? t->why : NULL))
		tell(l, c, "has no Why and Why-fr; add them, or a Topic");
	if (!c->note[CLO_LANG_EN].size != !c->note[CLO_LANG_FR].size)
		tell(l, c, "has a Note in one language; add the other");
	if (!c->manual[CLO_LANG_EN].size != !c->manual[CLO_LANG_FR].size)
		tell(l, c, "has a Manual in one language; add the other");
	if (!c->refs.size)
		tell(l, c, "has no Refs; name the document that asks for it");
	if (c->level == CLO_LEVEL_COUNT)
		tell(l, c, "has no Level; add it");
	if (c->severity == CLO_SEVERITY_COUNT)
		tell(l, c, "has no Severity; add it");
	if (c->risk == CLO_RISK_COUNT)
		tell(l, c, "has no Risk; say what its fix costs");
}

/* A fix that makes one failing case pass. */
static int try_fix(struct linter *l, const struct clo_check *c,
		   struct clo_cases *cases, bool *ret_helps)
{
	int r = clo_cases_fix(cases, clo_check_fix(l->rules, c));

	if (!r && clo_judge(l->rules, &cases->facts, c, NULL).verdict ==
			  CLO_VERDICT_PASS)
		*ret_helps = true;
	return r;
}

static int lint_cases(struct linter *l, const struct clo_check *c)
{
	clo_owned_cases struct clo_cases cases;
	bool passes = false, fails = false, helps = false;
	struct clo_facts none = { 0 };
	int r = clo_cases_begin(&cases, l->rules, c);

	if (clo_judge(l->rules, &none, c, NULL).verdict == CLO_VERDICT_PASS)
		tell(l, c,
		     "passes without any fact; what is not known never passes");
	if (r == -E2BIG) {
		tell(l, c, "asks for too many facts; make two checks of it");
		return 0;
	}
	for (uint64_t i = 0; !r && i < cases.total; i++) {
		enum clo_verdict v;

		r = clo_cases_set(&cases, i);
		if (r)
			break;
		v = clo_judge(l->rules, &cases.facts, c, NULL).verdict;
		passes = passes || v == CLO_VERDICT_PASS;
		fails = fails || v == CLO_VERDICT_FAIL;
		if (v == CLO_VERDICT_FAIL && !helps)
			r = try_fix(l, c, &cases, &helps);
		if (passes && fails && helps)
			return r;
	}
	if (r)
		return r;
	if (!passes)
		tell(l, c, "never passes, whatever the facts are");
	if (!fails)
		tell(l, c, "never fails, whatever the facts are");
	else if (!helps)
		tell(l, c, "still fails after its fix; add a Fix that helps");
	return 0;
}

static void lint_topics(struct linter *l)
{
	for (size_t i = 0; i < l->rules->topics.count; i++) {
		const struct clo_topic *t = &l->rules->topics.list[i];
		bool is_used = false;

		for (size_t j = 0; j < l->rules->checks.count; j++)
			is_used = is_used ||
				  l->rules->checks.list[j].topic == i;
		if (is_used)
			continue;
		l->found++;
		l->tell(l->context, t->where, t->id,
			"is the topic of no check; leave it out");
	}
}

static void lint_profiles(struct linter *l)
{
	for (size_t i = 0; i < l->rules->profiles.count; i++) {
		const struct clo_profile *p = &l->rules->profiles.list[i];
		bool is_used = false;

		for (size_t j = 0; j < l->rules->checks.count; j++)
			is_used =
				is_used ||
				clo_profile_asks(p, &l->rules->checks.list[j]);
		if (is_used)
			continue;
		l->found++;
		l->tell(l->context, p->where, p->id,
			"is a profile that asks for no check");
	}
}

int clo_lint(const struct clo_rules *rules, clo_lint_fn tell_fn, void *context)
{
	struct linter l = { rules, tell_fn, context, 0 };
	int r = 0;

	for (size_t i = 0; !r && i < rules->checks.count; i++) {
		lint_text(&l, &rules->checks.list[i]);
		r = lint_cases(&l, &rules->checks.list[i]);
	}
	lint_topics(&l);
	lint_profiles(&l);
	return r ? r : l.found;
}
