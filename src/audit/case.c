// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The cases of a check: each fact that it names, with every value at which an
 * answer can change.
 */
#include "audit/case.h"

void clo_cases_deinit(struct clo_cases *cases)
{
	clo_facts_deinit(&cases->facts);
}

static struct clo_case_var *var_of(struct clo_cases *c, uint32_t kind,
				   struct clo_text name)
{
	struct clo_case_var *v;

	for (uint32_t i = 0; i < c->var_count; i++) {
		if (c->vars[i].kind == kind &&
		    clo_text_is(c->vars[i].name, name))
			return &c->vars[i];
	}
	if (c->var_count == CLO_CASE_VARS)
		return NULL;
	v = &c->vars[c->var_count++];
	v->kind = kind;
	v->name = name;
	v->count = 0;
	return v;
}

static int add_value(struct clo_case_var *v, uint32_t state,
		     struct clo_text text)
{
	if (!v)
		return -E2BIG;
	for (uint32_t i = 0; i < v->count; i++) {
		if (v->values[i].state == state &&
		    clo_text_is(v->values[i].text, text))
			return 0;
	}
	if (v->count == CLO_CASE_VALUES)
		return -E2BIG;
	v->values[v->count++] = (struct clo_case_value){ state, text };
	return 0;
}

static int add_word(struct clo_case_var *v, const char *word)
{
	return add_value(v, CLO_FACT_VALUE, clo_text_of(word));
}

static int add_absent(struct clo_case_var *v)
{
	return add_value(v, CLO_FACT_ABSENT, (struct clo_text){ "", 0 });
}

/* A number, and those beside it. */
static int add_numbers(struct clo_cases *c, struct clo_case_var *v,
		       struct clo_text text)
{
	int64_t n;
	int r = 0;

	if (!clo_text_number(text, &n))
		return 0;
	for (int64_t i = n - 1; !r && i <= n + 1; i++) {
		char number[24];
		struct clo_text kept;

		(void)snprintf(number, sizeof(number), "%lld", (long long)i);
		r = clo_facts_keep(&c->facts, clo_text_of(number), &kept);
		if (!r)
			r = add_value(v, CLO_FACT_VALUE, kept);
	}
	return r;
}

static int add_parts(struct clo_case_var *v, struct clo_text list, char by)
{
	int r = 0;

	while (!r && list.size) {
		const char *end = memchr(list.at, by, list.size);
		size_t n = end ? (size_t)(end - list.at) : list.size;

		r = add_value(v, CLO_FACT_VALUE,
			      (struct clo_text){ list.at, n });
		n += end != NULL;
		list.at += n;
		list.size -= n;
	}
	return r;
}

/* Versions around those at which the option's history changes. */
static int add_history(struct clo_cases *c, struct clo_text symbol)
{
	struct clo_case_var *v =
		var_of(c, CLO_FACT_KERNEL, clo_text_of("version"));
	int r = 0;

	for (size_t i = 0; !r && i < c->rules->symbols.count; i++) {
		const struct clo_symbol *s = &c->rules->symbols.list[i];
		struct clo_text other;

		if (s->renamed.size && clo_text_is(s->renamed, symbol))
			other = s->name;
		else if (!clo_text_is(s->name, symbol))
			continue;
		else
			other = s->renamed;
		if (other.size) {
			struct clo_case_var *old =
				var_of(c, CLO_FACT_KCONFIG, other);

			r = add_absent(old);
			if (!r)
				r = add_word(old, "y");
		} else if (s->since_text.size) {
			r = add_word(v, "2.6");
			if (!r)
				r = add_value(v, CLO_FACT_VALUE, s->since_text);
		}
	}
	return r;
}

/* What an option of the kernel may be, whatever is asked. */
static int add_option(struct clo_cases *c, struct clo_case_var *v,
		      const struct clo_expr *leaf)
{
	bool is_there = leaf->op == CLO_OP_SET || leaf->op == CLO_OP_UNSET ||
			leaf->op == CLO_OP_KNOWN;
	int r = add_word(v, "y");

	if (!r && is_there)
		r = add_word(v, "n");
	if (!r && leaf->op == CLO_OP_EQ && clo_text_eq(leaf->value, "y"))
		r = add_word(v, "m");
	return r ? r : add_history(c, leaf->name);
}

/* Two facts that are compared: the same, and not the same. */
static int add_pair(struct clo_cases *c, struct clo_case_var *v,
		    const struct clo_expr *leaf)
{
	static const char *const words[] = { "16", "32" };
	int r = 0;

	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(words); i++) {
		r = add_word(var_of(c, leaf->other, leaf->value), words[i]);
		if (!r)
			r = add_word(v, words[i]);
	}
	return r;
}

/* A value with others on both sides of it. */
static int add_around(struct clo_cases *c, struct clo_case_var *v,
		      const struct clo_expr *leaf)
{
	int r = add_value(v, CLO_FACT_VALUE, leaf->value);

	if (!r && leaf->fact == CLO_FACT_KERNEL)
		r = add_word(v, "2.6");
	return r ? r : add_numbers(c, v, leaf->value);
}

static int add_asked(struct clo_cases *c, struct clo_case_var *v,
		     const struct clo_expr *leaf)
{
	bool is_option = leaf->fact == CLO_FACT_KCONFIG;
	int r;

	switch (leaf->op) {
	case CLO_OP_ON:
	case CLO_OP_OFF:
		r = add_word(v, "1");
		return r ? r : add_word(v, "0");
	case CLO_OP_SET:
	case CLO_OP_UNSET:
	case CLO_OP_KNOWN:
		return is_option ? 0 : add_word(v, "");
	case CLO_OP_IN:
		r = add_parts(v, leaf->value, '|');
		return r ? r : add_word(v, "other");
	case CLO_OP_WITHIN:
		r = add_value(v, CLO_FACT_VALUE, leaf->value);
		if (!r)
			r = add_word(v, "0");
		return r ? r : add_word(v, "7777");
	case CLO_OP_LT:
	case CLO_OP_LE:
	case CLO_OP_GT:
	case CLO_OP_GE:
		return add_around(c, v, leaf);
	default:
		r = add_value(v, CLO_FACT_VALUE, leaf->value);
		if (!r && leaf->value.size)
			r = add_word(v, is_option ? "y" : "other");
		return r ? r : add_numbers(c, v, leaf->value);
	}
}

static int add_leaf(struct clo_cases *c, const struct clo_expr *leaf)
{
	struct clo_case_var *v = var_of(c, leaf->fact, leaf->name);
	int r = leaf->fact == CLO_FACT_KERNEL ? 0 : add_absent(v);

	if (!r && leaf->fact == CLO_FACT_KCONFIG)
		r = add_option(c, v, leaf);
	if (r)
		return r;
	return leaf->other != CLO_FACT_KIND_COUNT ? add_pair(c, v, leaf) :
						    add_asked(c, v, leaf);
}

static int add_expr(struct clo_cases *c, uint32_t node)
{
	const struct clo_expr *e = &c->rules->nodes.list[node];
	int r;

	if (e->kind == CLO_EXPR_LEAF)
		return add_leaf(c, e);
	r = add_expr(c, e->left);
	if (!r && e->kind != CLO_EXPR_NOT)
		r = add_expr(c, e->right);
	return r;
}

/* Parts that are asked of one fact, below a node. */
static uint32_t parts_of(const struct clo_cases *c, uint32_t node,
			 const struct clo_case_var *v, struct clo_text *parts,
			 uint32_t count)
{
	const struct clo_expr *e = &c->rules->nodes.list[node];

	if (e->kind != CLO_EXPR_LEAF) {
		count = parts_of(c, e->left, v, parts, count);
		if (e->kind != CLO_EXPR_NOT)
			count = parts_of(c, e->right, v, parts, count);
		return count;
	}
	if (e->op == CLO_OP_HAS && e->fact == v->kind &&
	    clo_text_is(e->name, v->name) && count < CLO_EXPR_LEAVES)
		parts[count++] = e->value;
	return count;
}

/* Where several parts are asked: all of them, and all but each. */
static int add_joined(struct clo_cases *c, struct clo_case_var *v,
		      uint32_t test)
{
	struct clo_text parts[CLO_EXPR_LEAVES];
	uint32_t count = parts_of(c, test, v, parts, 0);
	int r = 0;

	for (uint32_t left = 0; !r && count > 1 && left <= count; left++) {
		struct clo_text kept;
		char text[512];
		size_t used = 0;

		for (uint32_t i = 0; i < count && used < sizeof(text); i++) {
			if (i == left)
				continue;
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, "%s%.*s",
						 used ? "," : "",
						 CLO_TEXT(parts[i]));
		}
		r = used < sizeof(text) ?
			    clo_facts_keep(&c->facts,
					   (struct clo_text){ text, used },
					   &kept) :
			    -E2BIG;
		if (!r)
			r = add_value(v, CLO_FACT_VALUE, kept);
	}
	return r;
}

static int add_arches(struct clo_cases *c, uint32_t arches)
{
	struct clo_case_var *v =
		var_of(c, CLO_FACT_KERNEL, clo_text_of("arch"));
	int r = 0;

	for (uint32_t i = 0; !r && arches && i < CLO_ARCH_COUNT; i++)
		r = add_word(v, clo_arch_word(i));
	return r;
}

int clo_cases_begin(struct clo_cases *cases, const struct clo_rules *rules,
		    const struct clo_check *check)
{
	int r = 0;

	memset(cases, 0, sizeof(*cases));
	cases->rules = rules;
	cases->total = 1;
	if (check->arches)
		r = add_arches(cases, check->arches);
	if (!r && check->when != CLO_NOWHERE)
		r = add_expr(cases, check->when);
	if (!r)
		r = add_expr(cases, check->test);
	for (uint32_t i = 0; !r && i < cases->var_count; i++) {
		struct clo_case_var *v = &cases->vars[i];

		r = add_joined(cases, v, check->test);
		if (!r && !v->count) /* a version that asks nothing */
			r = add_word(v, "7.3");
		if (v->count)
			cases->total *= v->count;
		if (cases->total > CLO_CASE_MAX)
			r = -E2BIG;
	}
	for (int i = 0; i < CLO_FACT_KIND_COUNT; i++)
		cases->facts.is_whole[i] = i == CLO_FACT_KCONFIG;
	return r;
}

static int set_fact(struct clo_cases *c, const struct clo_case_var *v,
		    struct clo_case_value value)
{
	struct clo_fact f = { .kind = v->kind,
			      .state = value.state,
			      .name = v->name,
			      .value = value.text,
			      .source = "case" };

	return clo_facts_set(&c->facts, &f);
}

int clo_cases_set(struct clo_cases *cases, uint64_t index)
{
	int r = 0;

	for (uint32_t i = 0; !r && i < cases->var_count; i++) {
		const struct clo_case_var *v = &cases->vars[i];

		r = set_fact(cases, v, v->values[index % v->count]);
		index /= v->count;
	}
	return r;
}

int clo_cases_fix(struct clo_cases *cases, const struct clo_expr *leaf)
{
	struct clo_case_var v = { .kind = leaf->fact, .name = leaf->name };
	struct clo_case_value value = { CLO_FACT_VALUE, leaf->value };
	const char *bar = memchr(leaf->value.at ? leaf->value.at : "", '|',
				 leaf->value.size);

	if (leaf->other != CLO_FACT_KIND_COUNT) {
		const struct clo_fact *f =
			clo_facts_find(&cases->facts, leaf->other, leaf->value);

		value.text = f ? f->value : leaf->value;
		return set_fact(cases, &v, value);
	}
	switch (leaf->op) {
	case CLO_OP_UNSET:
	case CLO_OP_NE:
	case CLO_OP_LACKS:
		value.state = CLO_FACT_ABSENT;
		if (leaf->fact == CLO_FACT_KCONFIG) {
			value.state = CLO_FACT_VALUE;
			value.text = clo_text_of("n");
		}
		break;
	case CLO_OP_SET:
		value.text =
			clo_text_of(leaf->fact == CLO_FACT_KCONFIG ? "y" : "");
		break;
	case CLO_OP_ON:
		value.text = clo_text_of("1");
		break;
	case CLO_OP_OFF:
		value.text = clo_text_of("0");
		break;
	case CLO_OP_IN:
		if (bar)
			value.text.size = (size_t)(bar - leaf->value.at);
		break;
	default:
		break;
	}
	return set_fact(cases, &v, value);
}

void clo_cases_print(const struct clo_cases *cases, FILE *out)
{
	for (uint32_t i = 0; i < cases->var_count; i++) {
		const struct clo_case_var *v = &cases->vars[i];
		const struct clo_fact *f =
			clo_facts_find(&cases->facts, v->kind, v->name);

		if (!f)
			continue;
		(void)fprintf(out, "%s%s %.*s%s", i ? "; " : "",
			      clo_fact_kind_word(v->kind), CLO_TEXT(v->name),
			      f->state == CLO_FACT_ABSENT ? "" : "=");
		if (f->state != CLO_FACT_ABSENT)
			(void)fprintf(out, "%.*s", CLO_TEXT(f->value));
	}
}
