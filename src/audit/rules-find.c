// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is found in rules: names, texts, what a profile asks for.
 */
#include "audit/rules.h"

static int want(struct clo_facts *wanted, uint32_t kind, struct clo_text name)
{
	struct clo_fact f = { .kind = kind, .name = name };

	return clo_facts_set(wanted, &f);
}

int clo_rules_wanted(const struct clo_rules *rules,
		     struct clo_facts *ret_wanted)
{
	int r = 0;

	for (size_t i = 0; !r && i < rules->nodes.count; i++) {
		const struct clo_expr *e = &rules->nodes.list[i];

		if (e->kind != CLO_EXPR_LEAF)
			continue;
		r = want(ret_wanted, e->fact, e->name);
		if (!r && e->other != CLO_FACT_KIND_COUNT)
			r = want(ret_wanted, e->other, e->value);
	}
	for (size_t i = 0; !r && i < rules->symbols.count; i++) {
		const struct clo_symbol *s = &rules->symbols.list[i];

		r = want(ret_wanted, CLO_FACT_KCONFIG, s->name);
		if (!r && s->renamed.size)
			r = want(ret_wanted, CLO_FACT_KCONFIG, s->renamed);
	}
	return r;
}

uint32_t clo_rules_check(const struct clo_rules *rules, struct clo_text id)
{
	for (size_t i = 0; i < rules->checks.count; i++) {
		if (clo_text_is(rules->checks.list[i].id, id))
			return (uint32_t)i;
	}
	return CLO_NOWHERE;
}

const struct clo_profile *clo_rules_profile(const struct clo_rules *rules,
					    struct clo_text id)
{
	for (size_t i = 0; i < rules->profiles.count; i++) {
		if (clo_text_is(rules->profiles.list[i].id, id))
			return &rules->profiles.list[i];
	}
	return NULL;
}

bool clo_text_among(struct clo_text words, struct clo_text word)
{
	struct clo_text w;

	while (clo_text_word(&words, &w)) {
		const char *equals = memchr(w.at, '=', w.size);

		if (clo_text_is(w, word))
			return true;
		if (equals)
			w.size = (size_t)(equals - w.at);
		if (clo_text_is(w, word))
			return true;
	}
	return false;
}

bool clo_profile_asks(const struct clo_profile *profile,
		      const struct clo_check *check)
{
	struct clo_text refs = profile->refs, word;

	if (profile->level != CLO_LEVEL_COUNT && check->level > profile->level)
		return false;
	if (!refs.size)
		return true;
	while (clo_text_word(&refs, &word)) {
		if (clo_text_among(check->refs, word))
			return true;
	}
	return false;
}

struct clo_text clo_lang_pick(const struct clo_text *texts, uint32_t lang)
{
	return texts[lang].size ? texts[lang] : texts[CLO_LANG_EN];
}

struct clo_text clo_check_title(const struct clo_rules *rules,
				const struct clo_check *check, uint32_t lang)
{
	struct clo_text own = clo_lang_pick(check->title, lang);

	if (own.size || check->topic == CLO_NOWHERE)
		return own;
	return clo_lang_pick(rules->topics.list[check->topic].title, lang);
}

struct clo_text clo_check_why(const struct clo_rules *rules,
			      const struct clo_check *check, uint32_t lang)
{
	struct clo_text own = clo_lang_pick(check->why, lang);

	if (own.size || check->topic == CLO_NOWHERE)
		return own;
	return clo_lang_pick(rules->topics.list[check->topic].why, lang);
}
