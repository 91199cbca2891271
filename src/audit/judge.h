/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The judgement: checks against facts.  Reads nothing, asks nobody: the same
 * facts always give the same verdicts.
 */
#ifndef CLO_AUDIT_JUDGE_H
#define CLO_AUDIT_JUDGE_H

#include "audit/rules.h"

/* Three values, after Kleene: what is not known stays unknown. */
enum clo_truth { CLO_NO, CLO_YES, CLO_UNKNOWN };

/* name, word, meaning. */
/* clang-format off */
#define CLO_VERDICTS(X)                                                      \
	X(FAIL, "fail", "the facts say that it does not hold")              \
	X(UNKNOWN, "unknown", "the facts are not known; never a pass")      \
	X(ACCEPTED, "accepted", "it fails, and the profile says what takes " \
	  "its place")                                                       \
	X(PASS, "pass", "the facts say that it holds")                      \
	X(OUTSIDE, "not-applicable", "what it is about is not there; the "  \
	  "condition is shown")
/* clang-format on */

#define X(name, ...) CLO_VERDICT_##name,
enum clo_verdict { CLO_VERDICTS(X) CLO_VERDICT_COUNT };
#undef X

const char *clo_verdict_word(uint32_t verdict);

/* What the history of an option adds to what was found. */
enum clo_seen_note {
	CLO_SEEN_PLAIN,
	CLO_SEEN_RENAMED, /* found under another name */
	CLO_SEEN_ALWAYS_ON, /* no option any more: what it did is always done */
	CLO_SEEN_ALWAYS_BEFORE, /* no option yet: it is always done */
	CLO_SEEN_REMOVED, /* no option any more */
	CLO_SEEN_NOT_YET, /* no option yet */
	CLO_SEEN_ELSEWHERE, /* an option of another source tree */
};

/* What a leaf of an expression met. */
struct clo_seen {
	enum clo_truth truth;
	uint32_t state; /* enum clo_fact_state */
	uint32_t note; /* enum clo_seen_note */
	struct clo_text name; /* under which it was found */
	struct clo_text value;
	struct clo_text wanted; /* the value it is compared with */
	const struct clo_fact *fact; /* NULL: none */
	const struct clo_symbol *symbol; /* that the note is from, or NULL */
};

struct clo_judgement {
	enum clo_verdict verdict;
	uint32_t decided_by; /* node: the test, or the condition that is not
			      * met, or CLO_NOWHERE: the architecture */
	const struct clo_accept *accept; /* of ACCEPTED */
};

enum clo_truth clo_truth_not(enum clo_truth a);
enum clo_truth clo_truth_and(enum clo_truth a, enum clo_truth b);
enum clo_truth clo_truth_or(enum clo_truth a, enum clo_truth b);

/**
 * clo_judge_leaf() - See what a leaf meets
 * @rules: Has the history of options.
 * @facts: What is known.
 * @leaf: A node of kind CLO_EXPR_LEAF.
 * @ret_seen: Set; text is borrowed from @facts and @rules.
 */
void clo_judge_leaf(const struct clo_rules *rules,
		    const struct clo_facts *facts, const struct clo_expr *leaf,
		    struct clo_seen *ret_seen);

/* Does an expression hold? */
enum clo_truth clo_judge_expr(const struct clo_rules *rules,
			      const struct clo_facts *facts, uint32_t node);

/**
 * clo_judge() - Judge one check
 * @rules: All of them.
 * @facts: What is known.
 * @check: One of @rules.
 * @profile: Whose acceptances count, or NULL.
 *
 * A check whose condition is not known to hold, nor not to hold, is unknown:
 * it does not pass, nor is it left out.
 *
 * Return: the judgement.
 */
struct clo_judgement clo_judge(const struct clo_rules *rules,
			       const struct clo_facts *facts,
			       const struct clo_check *check,
			       const struct clo_profile *profile);

/* The kind of fact that a check is about: that of its test's first leaf. */
uint32_t clo_check_kind(const struct clo_rules *rules,
			const struct clo_check *check);

/* The first leaf below a node. */
uint32_t clo_expr_first(const struct clo_rules *rules, uint32_t node);

/* The leaf that says what to set: of the fix, or of the test. */
const struct clo_expr *clo_check_fix(const struct clo_rules *rules,
				     const struct clo_check *check);

#endif
