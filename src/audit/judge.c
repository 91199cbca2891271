// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Three-valued judgement, and the history of the kernel's options.
 */
#include "audit/judge.h"

#define X(name, word, help) word,
static const char *const verdicts[] = { CLO_VERDICTS(X) };
#undef X

const char *clo_verdict_word(uint32_t verdict)
{
	return verdict < CLO_VERDICT_COUNT ? verdicts[verdict] : "?";
}

enum clo_truth clo_truth_not(enum clo_truth a)
{
	if (a == CLO_UNKNOWN)
		return CLO_UNKNOWN;
	return a == CLO_YES ? CLO_NO : CLO_YES;
}

enum clo_truth clo_truth_and(enum clo_truth a, enum clo_truth b)
{
	if (a == CLO_NO || b == CLO_NO)
		return CLO_NO;
	if (a == CLO_YES && b == CLO_YES)
		return CLO_YES;
	return CLO_UNKNOWN;
}

enum clo_truth clo_truth_or(enum clo_truth a, enum clo_truth b)
{
	return clo_truth_not(clo_truth_and(clo_truth_not(a), clo_truth_not(b)));
}

static enum clo_truth truth_of(bool is_so)
{
	return is_so ? CLO_YES : CLO_NO;
}

/* The version of the kernel; 0: not known. */
static int64_t kernel_version(const struct clo_facts *facts)
{
	const struct clo_fact *f =
		clo_facts_find(facts, CLO_FACT_KERNEL, clo_text_of("version"));
	int64_t version = 0;

	if (!f || f->state != CLO_FACT_VALUE ||
	    !clo_text_version(f->value, &version))
		return 0;
	return version;
}

/* The option is in the configuration: take it as it is there. */
static bool take_option(const struct clo_facts *facts, struct clo_text name,
			struct clo_seen *seen)
{
	const struct clo_fact *f =
		clo_facts_find(facts, CLO_FACT_KCONFIG, name);

	if (!f || f->state == CLO_FACT_ABSENT)
		return false;
	seen->fact = f;
	seen->name = name;
	seen->state = f->state;
	seen->value = f->value;
	return true;
}

/* Under the name that it had before, or has now. */
static bool take_renamed(const struct clo_rules *rules,
			 const struct clo_facts *facts, struct clo_text name,
			 uint32_t depth, struct clo_seen *seen)
{
	for (size_t i = 0; i < rules->symbols.count; i++) {
		const struct clo_symbol *s = &rules->symbols.list[i];
		struct clo_text other;

		if (!s->renamed.size)
			continue;
		if (clo_text_is(s->name, name))
			other = s->renamed;
		else if (clo_text_is(s->renamed, name))
			other = s->name;
		else
			continue;
		if (take_option(facts, other, seen) ||
		    (depth &&
		     take_renamed(rules, facts, other, depth - 1, seen))) {
			seen->note = CLO_SEEN_RENAMED;
			seen->symbol = s;
			return true;
		}
	}
	return false;
}

/* An option that the configuration does not name: what its history says. */
static void take_history(const struct clo_rules *rules, int64_t version,
			 struct clo_text name, struct clo_seen *seen)
{
	for (size_t i = 0; i < rules->symbols.count; i++) {
		const struct clo_symbol *s = &rules->symbols.list[i];

		if (!clo_text_is(s->name, name) || s->renamed.size)
			continue;
		seen->symbol = s;
		if (s->tree.size) {
			seen->note = CLO_SEEN_ELSEWHERE;
			return;
		}
		if (!version) {
			/* Perhaps it is always on: absent says nothing. */
			if (s->always_on || s->always_before) {
				seen->state = CLO_FACT_UNREAD;
				seen->value = clo_text_of(
					"the version of the kernel is not known");
			}
		} else if (s->always_on && version >= s->always_on) {
			seen->state = CLO_FACT_VALUE;
			seen->value = clo_text_of("y");
			seen->note = CLO_SEEN_ALWAYS_ON;
			return;
		} else if (s->always_before && version < s->always_before) {
			seen->state = CLO_FACT_VALUE;
			seen->value = clo_text_of("y");
			seen->note = CLO_SEEN_ALWAYS_BEFORE;
			return;
		} else if (s->removed && version >= s->removed) {
			seen->note = CLO_SEEN_REMOVED;
			return;
		} else if (s->introduced && version < s->introduced) {
			seen->note = CLO_SEEN_NOT_YET;
			return;
		}
	}
}

/* Is it an option of this kernel?  Only its history can say no. */
static enum clo_truth is_known(const struct clo_rules *rules, int64_t version,
			       const struct clo_seen *seen)
{
	bool has_history = false;

	if (seen->fact)
		return CLO_YES;
	if (seen->state == CLO_FACT_UNREAD && seen->note == CLO_SEEN_PLAIN &&
	    !seen->symbol)
		return CLO_UNKNOWN; /* no configuration was read */
	if (seen->note == CLO_SEEN_REMOVED || seen->note == CLO_SEEN_NOT_YET ||
	    seen->note == CLO_SEEN_ELSEWHERE)
		return CLO_NO;
	for (size_t i = 0; i < rules->symbols.count; i++) {
		const struct clo_symbol *s = &rules->symbols.list[i];

		has_history = has_history ||
			      (clo_text_is(s->name, seen->name) &&
			       (s->removed || s->introduced));
	}
	return has_history && !version ? CLO_UNKNOWN : CLO_YES;
}

static void see_option(const struct clo_rules *rules,
		       const struct clo_facts *facts, struct clo_text name,
		       struct clo_seen *seen)
{
	seen->name = name;
	seen->state = CLO_FACT_UNREAD;
	seen->value = clo_text_of("no configuration of the kernel was read");
	if (take_option(facts, name, seen) ||
	    take_renamed(rules, facts, name, 4, seen))
		return;
	if (!facts->is_whole[CLO_FACT_KCONFIG])
		return;
	seen->state = CLO_FACT_ABSENT;
	seen->value = (struct clo_text){ "", 0 };
	take_history(rules, kernel_version(facts), name, seen);
}

static void see(const struct clo_rules *rules, const struct clo_facts *facts,
		uint32_t kind, struct clo_text name, struct clo_seen *seen)
{
	if (kind == CLO_FACT_KCONFIG) {
		see_option(rules, facts, name, seen);
		return;
	}
	seen->name = name;
	seen->fact = clo_facts_find(facts, kind, name);
	if (seen->fact) {
		seen->state = seen->fact->state;
		seen->value = seen->fact->value;
	} else if (facts->is_whole[kind]) {
		seen->state = CLO_FACT_ABSENT;
		seen->value = (struct clo_text){ "", 0 };
	} else {
		seen->state = CLO_FACT_UNREAD;
		seen->value = clo_text_of("it was not read");
	}
}

static bool has_part(struct clo_text list, struct clo_text part)
{
	while (list.size) {
		size_t n = 0;

		while (n < list.size && list.at[n] != ',' &&
		       list.at[n] != ' ' && list.at[n] != ':' &&
		       list.at[n] != ';')
			n++;
		if (clo_text_is((struct clo_text){ list.at, n }, part))
			return true;
		n += n < list.size;
		list.at += n;
		list.size -= n;
	}
	return false;
}

static bool is_one_of(struct clo_text value, struct clo_text list)
{
	for (;;) {
		const char *bar = memchr(list.at, '|', list.size);
		size_t n = bar ? (size_t)(bar - list.at) : list.size;

		if (clo_text_is((struct clo_text){ list.at, n }, value))
			return true;
		if (!bar)
			return false;
		list.at += n + 1;
		list.size -= n + 1;
	}
}

/* A mode in octal: UINT32_MAX if it is none. */
static uint32_t read_mode(struct clo_text text)
{
	uint32_t mode = 0;

	if (!text.size || text.size > 6)
		return UINT32_MAX;
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] < '0' || text.at[i] > '7')
			return UINT32_MAX;
		mode = mode * 8 + (uint32_t)(text.at[i] - '0');
	}
	return mode;
}

static enum clo_truth is_within(const struct clo_seen *seen)
{
	uint32_t mode = read_mode(seen->value), most = read_mode(seen->wanted);

	if (mode == UINT32_MAX || most == UINT32_MAX)
		return CLO_UNKNOWN;
	return truth_of(!(mode & ~most));
}

/* As the kernel reads truths: -1 if it is none. */
static int read_truth(struct clo_text value)
{
	char first = value.size ? *value.at : '\0';
	char second = value.size > 1 ? value.at[1] : '\0';

	switch (first) {
	case 'y':
	case 'Y':
	case 't':
	case 'T':
	case '1':
		return 1;
	case 'n':
	case 'N':
	case 'f':
	case 'F':
	case '0':
		return 0;
	case 'o':
	case 'O':
		if (second == 'n' || second == 'N')
			return 1;
		if (second == 'f' || second == 'F')
			return 0;
		return -1;
	default:
		return -1;
	}
}

/* Numbers, and versions of the kernel; what is neither is not known. */
static enum clo_truth compare(const struct clo_expr *leaf,
			      const struct clo_seen *seen)
{
	bool is_version = leaf->fact == CLO_FACT_KERNEL;
	int64_t a = 0, b = 0;

	if (is_version ? !clo_text_version(seen->value, &a) ||
				 !clo_text_version(seen->wanted, &b) :
			 !clo_text_number(seen->value, &a) ||
				 !clo_text_number(seen->wanted, &b))
		return CLO_UNKNOWN;
	switch (leaf->op) {
	case CLO_OP_LT:
		return truth_of(a < b);
	case CLO_OP_LE:
		return truth_of(a <= b);
	case CLO_OP_GT:
		return truth_of(a > b);
	default:
		return truth_of(a >= b);
	}
}

static enum clo_truth ask_value(const struct clo_expr *leaf,
				const struct clo_seen *seen)
{
	bool is_no_option = leaf->fact == CLO_FACT_KCONFIG &&
			    clo_text_eq(seen->value, "n");

	switch (leaf->op) {
	case CLO_OP_EQ:
		return truth_of(clo_text_is(seen->value, seen->wanted));
	case CLO_OP_NE:
		return truth_of(!clo_text_is(seen->value, seen->wanted));
	case CLO_OP_IN:
		return truth_of(is_one_of(seen->value, seen->wanted));
	case CLO_OP_HAS:
		return truth_of(has_part(seen->value, seen->wanted));
	case CLO_OP_LACKS:
		return truth_of(!has_part(seen->value, seen->wanted));
	case CLO_OP_WITHIN:
		return is_within(seen);
	case CLO_OP_SET:
		return truth_of(!is_no_option);
	case CLO_OP_UNSET:
		return truth_of(is_no_option);
	case CLO_OP_ON:
		return truth_of(read_truth(seen->value) == 1);
	case CLO_OP_OFF:
		return truth_of(read_truth(seen->value) == 0);
	default:
		return compare(leaf, seen);
	}
}

/* The value on the right: a word, or what another fact is. */
static enum clo_truth see_wanted(const struct clo_rules *rules,
				 const struct clo_facts *facts,
				 const struct clo_expr *leaf,
				 struct clo_seen *seen)
{
	struct clo_seen other = { 0 };

	seen->wanted = leaf->value;
	if (leaf->other == CLO_FACT_KIND_COUNT)
		return CLO_YES;
	see(rules, facts, leaf->other, leaf->value, &other);
	seen->wanted = other.value;
	return other.state == CLO_FACT_VALUE ? CLO_YES : CLO_UNKNOWN;
}

static void judge_one(const struct clo_rules *rules,
		      const struct clo_facts *facts,
		      const struct clo_expr *leaf, struct clo_seen *seen)
{
	bool is_absent_good = leaf->op == CLO_OP_NE ||
			      leaf->op == CLO_OP_LACKS ||
			      leaf->op == CLO_OP_UNSET;

	memset(seen, 0, sizeof(*seen));
	see(rules, facts, leaf->fact, leaf->name, seen);
	if (leaf->op == CLO_OP_KNOWN) {
		seen->truth = is_known(rules, kernel_version(facts), seen);
		return;
	}
	seen->truth = CLO_UNKNOWN;
	if (seen->state == CLO_FACT_UNREAD)
		return;
	if (see_wanted(rules, facts, leaf, seen) == CLO_UNKNOWN)
		return;
	if (seen->state == CLO_FACT_ABSENT)
		seen->truth = truth_of(is_absent_good);
	else
		seen->truth = ask_value(leaf, seen);
}

/*
 * Of a name with a *, each fact that matches has to hold; what is shown is the
 * first that does not.
 */
static void judge_all(const struct clo_rules *rules,
		      const struct clo_facts *facts,
		      const struct clo_expr *leaf, struct clo_seen *seen)
{
	bool is_any = false;

	for (size_t i = 0; i < facts->count; i++) {
		const struct clo_fact *f = &facts->list[i];
		struct clo_expr one = *leaf;
		struct clo_seen s;

		if (f->kind != leaf->fact ||
		    !clo_text_matches(f->name, leaf->name))
			continue;
		one.name = f->name;
		judge_one(rules, facts, &one, &s);
		if (!is_any || s.truth == CLO_NO ||
		    (s.truth == CLO_UNKNOWN && seen->truth == CLO_YES))
			*seen = s;
		is_any = true;
		if (s.truth == CLO_NO)
			return;
	}
	if (is_any)
		return;
	memset(seen, 0, sizeof(*seen));
	seen->name = leaf->name;
	seen->truth = facts->is_whole[leaf->fact] ? CLO_YES : CLO_UNKNOWN;
	seen->state = facts->is_whole[leaf->fact] ? CLO_FACT_ABSENT :
						    CLO_FACT_UNREAD;
	seen->value = clo_text_of(
		facts->is_whole[leaf->fact] ? "" : "it was not read");
}

void clo_judge_leaf(const struct clo_rules *rules,
		    const struct clo_facts *facts, const struct clo_expr *leaf,
		    struct clo_seen *ret_seen)
{
	if (memchr(leaf->name.at, '*', leaf->name.size))
		judge_all(rules, facts, leaf, ret_seen);
	else
		judge_one(rules, facts, leaf, ret_seen);
}

enum clo_truth clo_judge_expr(const struct clo_rules *rules,
			      const struct clo_facts *facts, uint32_t node)
{
	const struct clo_expr *e = &rules->nodes.list[node];
	struct clo_seen seen;
	enum clo_truth left;

	if (e->kind == CLO_EXPR_LEAF) {
		clo_judge_leaf(rules, facts, e, &seen);
		return seen.truth;
	}
	left = clo_judge_expr(rules, facts, e->left);
	switch (e->kind) {
	case CLO_EXPR_NOT:
		return clo_truth_not(left);
	case CLO_EXPR_AND:
		return clo_truth_and(left,
				     clo_judge_expr(rules, facts, e->right));
	case CLO_EXPR_OR:
		return clo_truth_or(left,
				    clo_judge_expr(rules, facts, e->right));
	default:
		return clo_truth_or(clo_truth_not(left),
				    clo_judge_expr(rules, facts, e->right));
	}
}

/* Is the check for this architecture? */
static enum clo_truth is_arch(const struct clo_facts *facts,
			      const struct clo_check *check)
{
	const struct clo_fact *f;
	uint32_t arch;

	if (!check->arches)
		return CLO_YES;
	f = clo_facts_find(facts, CLO_FACT_KERNEL, clo_text_of("arch"));
	if (!f || f->state != CLO_FACT_VALUE)
		return CLO_UNKNOWN;
	arch = clo_arch_find(f->value);
	if (arch == CLO_ARCH_COUNT)
		return CLO_NO; /* of an architecture that no check is for */
	return truth_of(check->arches & 1u << arch);
}

struct clo_judgement clo_judge(const struct clo_rules *rules,
			       const struct clo_facts *facts,
			       const struct clo_check *check,
			       const struct clo_profile *profile)
{
	struct clo_judgement j = { .verdict = CLO_VERDICT_OUTSIDE,
				   .decided_by = CLO_NOWHERE };
	enum clo_truth arch = is_arch(facts, check), when = CLO_YES, test;

	if (arch == CLO_NO)
		return j;
	if (check->when != CLO_NOWHERE)
		when = clo_judge_expr(rules, facts, check->when);
	if (when == CLO_NO) {
		j.decided_by = check->when;
		return j;
	}
	j.decided_by = check->test;
	j.verdict = CLO_VERDICT_UNKNOWN;
	if (clo_truth_and(arch, when) == CLO_UNKNOWN)
		return j;
	test = clo_judge_expr(rules, facts, check->test);
	if (test == CLO_YES)
		j.verdict = CLO_VERDICT_PASS;
	if (test != CLO_NO)
		return j;
	j.verdict = CLO_VERDICT_FAIL;
	for (size_t i = 0; profile && i < rules->accepts.count; i++) {
		const struct clo_accept *a = &rules->accepts.list[i];

		if (!clo_text_is(a->check, check->id) ||
		    !clo_text_is(a->profile, profile->id))
			continue;
		j.verdict = CLO_VERDICT_ACCEPTED;
		j.accept = a;
	}
	return j;
}

uint32_t clo_expr_first(const struct clo_rules *rules, uint32_t node)
{
	while (rules->nodes.list[node].kind != CLO_EXPR_LEAF)
		node = rules->nodes.list[node].left;
	return node;
}

uint32_t clo_check_kind(const struct clo_rules *rules,
			const struct clo_check *check)
{
	return rules->nodes.list[clo_expr_first(rules, check->test)].fact;
}

const struct clo_expr *clo_check_fix(const struct clo_rules *rules,
				     const struct clo_check *check)
{
	uint32_t node = check->fix != CLO_NOWHERE ? check->fix : check->test;

	return &rules->nodes.list[clo_expr_first(rules, node)];
}
