// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Expressions: `FACT NAME OP VALUE`, not, and, or, =>, parentheses.
 */
#include "audit/rules.h"

#define X(name, word, has_value, help) { word, has_value, help },
static const struct {
	const char *word;
	bool has_value;
	const char *help;
} ops[] = { CLO_AUDIT_OPS(X) };
#undef X

const char *clo_op_word(uint32_t op)
{
	return op < CLO_OP_COUNT ? ops[op].word : "?";
}

struct parser {
	struct clo_rules *rules;
	struct clo_text rest;
	struct clo_text token; /* size 0: the end */
	bool is_quoted;
	uint32_t depth, leaves;
	struct clo_where where;
	struct clo_err *err;
};

static int wrong(const struct parser *p, const char *what)
{
	if (!p->token.size && !p->is_quoted)
		return clo_err_set(p->err, -EINVAL,
				   "%s:%u: the expression ends where %s",
				   p->where.file, p->where.line, what);
	return clo_err_set(p->err, -EINVAL, "%s:%u: '%.*s' stands where %s",
			   p->where.file, p->where.line, CLO_TEXT(p->token),
			   what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* Take the next token: a parenthesis, a text in quotes, a word. */
static int next(struct parser *p)
{
	struct clo_text t = p->rest;
	size_t n = 0;

	while (t.size && is_blank(*t.at)) {
		t.at++;
		t.size--;
	}
	p->is_quoted = t.size && *t.at == '"';
	if (p->is_quoted) {
		const char *end = memchr(t.at + 1, '"', t.size - 1);

		if (!end)
			return clo_err_set(
				p->err, -EINVAL,
				"%s:%u: a quote is not closed; end the text with \"",
				p->where.file, p->where.line);
		n = (size_t)(end - t.at) + 1;
		p->token = (struct clo_text){ t.at + 1, n - 2 };
	} else {
		while (n < t.size && !is_blank(t.at[n]) && t.at[n] != '(' &&
		       t.at[n] != ')')
			n++;
		if (!n && t.size)
			n = 1; /* a parenthesis */
		p->token = (struct clo_text){ t.at, n };
	}
	p->rest = (struct clo_text){ t.at + n, t.size - n };
	return 0;
}

static bool is_word(const struct parser *p, const char *word)
{
	return !p->is_quoted && clo_text_eq(p->token, word);
}

static int add(struct parser *p, const struct clo_expr *node,
	       uint32_t *ret_node)
{
	int r = clo_list_add(&p->rules->nodes, *node);

	if (r)
		return clo_err_set(p->err, r, "%s:%u: no memory is left",
				   p->where.file, p->where.line);
	*ret_node = (uint32_t)p->rules->nodes.count - 1;
	return 0;
}

static bool is_keyword(const struct parser *p)
{
	return !p->is_quoted &&
	       (!p->token.size || is_word(p, "and") || is_word(p, "or") ||
		is_word(p, "not") || is_word(p, "=>") || is_word(p, "(") ||
		is_word(p, ")"));
}

/* The value: a word, a text in quotes, or another fact. */
static int read_value(struct parser *p, struct clo_expr *leaf)
{
	if (is_keyword(p))
		return wrong(p, "a value is needed");
	leaf->other = p->is_quoted ? (uint32_t)CLO_FACT_KIND_COUNT :
				     clo_fact_kind_find(p->token);
	if (leaf->other != CLO_FACT_KIND_COUNT) {
		int r = next(p);

		if (r)
			return r;
		if (is_keyword(p) || p->is_quoted)
			return wrong(p, "the name of a fact is needed");
	}
	leaf->value = p->token;
	return next(p);
}

static int read_leaf(struct parser *p, uint32_t *ret_node)
{
	struct clo_expr leaf = { .kind = CLO_EXPR_LEAF,
				 .other = CLO_FACT_KIND_COUNT };
	int r;

	leaf.fact = p->is_quoted ? (uint32_t)CLO_FACT_KIND_COUNT :
				   clo_fact_kind_find(p->token);
	if (leaf.fact == CLO_FACT_KIND_COUNT)
		return wrong(
			p,
			"a fact is needed; it begins with a word as kconfig, cmdline or sysctl");
	if (++p->leaves > CLO_EXPR_LEAVES)
		return wrong(p, "an expression has more than 12 facts");
	r = next(p);
	if (r)
		return r;
	if (is_keyword(p) || p->is_quoted)
		return wrong(p, "the name of a fact is needed");
	leaf.name = p->token;
	r = next(p);
	if (r)
		return r;
	while (leaf.op < CLO_OP_COUNT && !is_word(p, ops[leaf.op].word))
		leaf.op++;
	if (leaf.op == CLO_OP_COUNT)
		return wrong(
			p,
			"a comparison is needed: = != < <= > >= in has lacks within set unset on off known");
	if (leaf.op == CLO_OP_KNOWN && leaf.fact != CLO_FACT_KCONFIG)
		return wrong(p, "only an option of kconfig can be known");
	r = next(p);
	if (!r && ops[leaf.op].has_value)
		r = read_value(p, &leaf);
	return r ? r : add(p, &leaf, ret_node);
}

static int read_implies(struct parser *p, uint32_t *ret_node);

static int read_unary(struct parser *p, uint32_t *ret_node)
{
	struct clo_expr not = { .kind = CLO_EXPR_NOT };
	bool is_not = is_word(p, "not"), is_open = is_word(p, "(");
	int r;

	if (!is_not && !is_open)
		return read_leaf(p, ret_node);
	if (++p->depth > CLO_EXPR_DEPTH)
		return wrong(p, "an expression is nested more than 16 deep");
	r = next(p);
	if (!r && is_not) {
		r = read_unary(p, &not.left);
		if (!r)
			r = add(p, &not, ret_node);
	} else if (!r) {
		r = read_implies(p, ret_node);
		if (!r && !is_word(p, ")"))
			return wrong(p, "a parenthesis has to be closed");
		if (!r)
			r = next(p);
	}
	p->depth--;
	return r;
}

static int read_and(struct parser *p, uint32_t *ret_node)
{
	int r = read_unary(p, ret_node);

	while (!r && is_word(p, "and")) {
		struct clo_expr both = { .kind = CLO_EXPR_AND,
					 .left = *ret_node };

		r = next(p);
		if (!r)
			r = read_unary(p, &both.right);
		if (!r)
			r = add(p, &both, ret_node);
	}
	return r;
}

static int read_or(struct parser *p, uint32_t *ret_node)
{
	int r = read_and(p, ret_node);

	while (!r && is_word(p, "or")) {
		struct clo_expr either = { .kind = CLO_EXPR_OR,
					   .left = *ret_node };

		r = next(p);
		if (!r)
			r = read_and(p, &either.right);
		if (!r)
			r = add(p, &either, ret_node);
	}
	return r;
}

static int read_implies(struct parser *p, uint32_t *ret_node)
{
	int r = read_or(p, ret_node);

	if (!r && is_word(p, "=>")) {
		struct clo_expr if_so = { .kind = CLO_EXPR_IMPLIES,
					  .left = *ret_node };

		r = next(p);
		if (!r)
			r = read_or(p, &if_so.right);
		if (!r)
			r = add(p, &if_so, ret_node);
	}
	return r;
}

int clo_expr_read(struct clo_rules *rules, struct clo_text text,
		  struct clo_where where, uint32_t *ret_node,
		  struct clo_err *err)
{
	struct parser p = {
		.rules = rules, .rest = text, .where = where, .err = err
	};
	uint32_t node = CLO_NOWHERE;
	int r = next(&p);

	if (!r)
		r = read_implies(&p, &node);
	if (!r && (p.token.size || p.is_quoted))
		r = wrong(&p, "'and', 'or' or the end is needed");
	if (!r)
		*ret_node = node;
	return r;
}

static bool needs_quotes(const struct clo_expr *leaf)
{
	if (leaf->other != CLO_FACT_KIND_COUNT)
		return false;
	if (!leaf->value.size ||
	    clo_fact_kind_find(leaf->value) != CLO_FACT_KIND_COUNT)
		return true;
	for (size_t i = 0; i < leaf->value.size; i++) {
		if (strchr(" ()\n", leaf->value.at[i]))
			return true;
	}
	return clo_text_eq(leaf->value, "and") ||
	       clo_text_eq(leaf->value, "or") ||
	       clo_text_eq(leaf->value, "not") ||
	       clo_text_eq(leaf->value, "=>");
}

static void print_leaf(const struct clo_expr *leaf, FILE *out)
{
	const char *quote = needs_quotes(leaf) ? "\"" : "";

	(void)fprintf(out, "%s %.*s %s", clo_fact_kind_word(leaf->fact),
		      CLO_TEXT(leaf->name), clo_op_word(leaf->op));
	if (!ops[leaf->op].has_value)
		return;
	(void)fputc(' ', out);
	if (leaf->other != CLO_FACT_KIND_COUNT)
		(void)fprintf(out, "%s ", clo_fact_kind_word(leaf->other));
	(void)fprintf(out, "%s%.*s%s", quote, CLO_TEXT(leaf->value), quote);
}

/* What binds more has the higher number: no more parentheses than read. */
static int strength(uint32_t kind)
{
	static const int strengths[] = {
		[CLO_EXPR_IMPLIES] = 0, [CLO_EXPR_OR] = 1,   [CLO_EXPR_AND] = 2,
		[CLO_EXPR_NOT] = 3,	[CLO_EXPR_LEAF] = 4,
	};

	return strengths[kind];
}

/* One side of @kind; on the right what binds as much needs them too. */
static void print_side(const struct clo_rules *rules, uint32_t node,
		       uint32_t kind, bool is_right, FILE *out)
{
	int inner = strength(rules->nodes.list[node].kind);
	int outer = strength(kind) + (is_right || kind == CLO_EXPR_IMPLIES);
	bool is_open = inner < outer;

	(void)fputs(is_open ? "(" : "", out);
	clo_expr_print(rules, node, out);
	(void)fputs(is_open ? ")" : "", out);
}

void clo_expr_print(const struct clo_rules *rules, uint32_t node, FILE *out)
{
	static const char *const joins[] = {
		[CLO_EXPR_AND] = " and ",
		[CLO_EXPR_OR] = " or ",
		[CLO_EXPR_IMPLIES] = " => ",
	};
	const struct clo_expr *e = &rules->nodes.list[node];

	if (e->kind == CLO_EXPR_LEAF) {
		print_leaf(e, out);
	} else if (e->kind == CLO_EXPR_NOT) {
		(void)fputs("not ", out);
		print_side(rules, e->left, CLO_EXPR_NOT, false, out);
	} else {
		print_side(rules, e->left, e->kind, false, out);
		(void)fputs(joins[e->kind], out);
		print_side(rules, e->right, e->kind, true, out);
	}
}
