/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks, as files of stanzas describe them: what is asked of which facts,
 * why, and what to do about it.
 */
#ifndef CLO_AUDIT_RULES_H
#define CLO_AUDIT_RULES_H

#include "audit/fact.h"
#include "audit/stanza.h"

enum clo_lang { CLO_LANG_EN, CLO_LANG_FR, CLO_LANG_COUNT };

/* name, word: in the order of what is asked of a machine. */
/* clang-format off */
#define CLO_AUDIT_LEVELS(X) \
	X(MINIMAL, "minimal") X(INTERMEDIARY, "intermediary") \
	X(ENHANCED, "enhanced") X(HIGH, "high")
#define CLO_AUDIT_SEVERITIES(X) X(LOW, "low") X(MEDIUM, "medium") X(HIGH, "high")
#define CLO_AUDIT_RISKS(X) \
	X(NONE, "none", "takes effect at once", "prend effet aussitôt") \
	X(SERVICE, "service", "may stop something that is used", \
	  "peut arrêter ce qui sert") \
	X(REBOOT, "reboot", "takes effect with the next start", \
	  "prend effet au prochain démarrage") \
	X(REBUILD, "rebuild", "needs another kernel", \
	  "demande un autre noyau") \
	X(LOCKOUT, "lock-out", "may lock the administrator out", \
	  "peut enfermer l'administrateur dehors")
#define CLO_AUDIT_ANSWERS(X) \
	X(AUTOMATIC, "automatic", "the checks answer all of it") \
	X(EVIDENCE, "evidence", "what is found is compared with a declared list") \
	X(PARTIAL, "partial", "the checks answer a part; the rest is said") \
	X(NONE, "none", "no check answers it yet")
#define CLO_AUDIT_ARCHES(X) \
	X(X86_64, "x86_64") X(X86_32, "x86_32") X(ARM64, "arm64") \
	X(ARM, "arm") X(RISCV, "riscv")

/* name, word, whether a value follows, meaning. */
#define CLO_AUDIT_OPS(X) \
	X(EQ, "=", true, "is this") \
	X(NE, "!=", true, "is not this, or is absent") \
	X(LT, "<", true, "is less") \
	X(LE, "<=", true, "is at most") \
	X(GT, ">", true, "is more") \
	X(GE, ">=", true, "is at least") \
	X(IN, "in", true, "is one of these, between |") \
	X(HAS, "has", true, "has this among its parts, between commas or spaces") \
	X(LACKS, "lacks", true, "has this not among its parts, or is absent") \
	X(WITHIN, "within", true, "is a mode without other bits than this, in octal") \
	X(SET, "set", false, "is there; of kconfig: is not n") \
	X(UNSET, "unset", false, "is absent; of kconfig: or n") \
	X(ON, "on", false, "says yes as the kernel reads it: 1, y, t, on") \
	X(OFF, "off", false, "says no as the kernel reads it: 0, n, f, off") \
	X(KNOWN, "known", false, "of kconfig: a kernel of this version has the option")
/* clang-format on */

#define X(name, ...) CLO_LEVEL_##name,
enum clo_audit_level { CLO_AUDIT_LEVELS(X) CLO_LEVEL_COUNT };
#undef X
#define X(name, ...) CLO_SEVERITY_##name,
enum clo_audit_severity { CLO_AUDIT_SEVERITIES(X) CLO_SEVERITY_COUNT };
#undef X
#define X(name, ...) CLO_RISK_##name,
enum clo_audit_risk { CLO_AUDIT_RISKS(X) CLO_RISK_COUNT };
#undef X
#define X(name, ...) CLO_ANSWER_##name,
enum clo_audit_answer { CLO_AUDIT_ANSWERS(X) CLO_ANSWER_COUNT };
#undef X
#define X(name, ...) CLO_ARCH_##name,
enum clo_audit_arch { CLO_AUDIT_ARCHES(X) CLO_ARCH_COUNT };
#undef X
#define X(name, ...) CLO_OP_##name,
enum clo_audit_op { CLO_AUDIT_OPS(X) CLO_OP_COUNT };
#undef X

enum { CLO_NOWHERE = UINT32_MAX }; /* no index */
enum { CLO_EXPR_DEPTH = 16, CLO_EXPR_LEAVES = 12 }; /* of one expression */

enum clo_expr_kind {
	CLO_EXPR_LEAF,
	CLO_EXPR_AND,
	CLO_EXPR_OR,
	CLO_EXPR_NOT,
	CLO_EXPR_IMPLIES,
};

/* A node of an expression; @left and @right are indices of nodes. */
struct clo_expr {
	uint32_t kind; /* enum clo_expr_kind */
	uint32_t left, right;
	/* Of a leaf: FACT NAME OP [VALUE, or FACT NAME]. */
	uint32_t fact; /* enum clo_fact_kind */
	uint32_t op; /* enum clo_audit_op */
	uint32_t other; /* enum clo_fact_kind of a value that is a fact, or
			 * CLO_FACT_KIND_COUNT */
	struct clo_text name, value;
};

/* What several checks are about. */
struct clo_topic {
	struct clo_text id;
	struct clo_text title[CLO_LANG_COUNT], why[CLO_LANG_COUNT];
	struct clo_where where;
};

struct clo_check {
	struct clo_text id;
	uint32_t topic; /* index, or CLO_NOWHERE */
	struct clo_text title[CLO_LANG_COUNT], why[CLO_LANG_COUNT];
	struct clo_text note[CLO_LANG_COUNT], manual[CLO_LANG_COUNT];
	struct clo_text refs; /* words */
	uint32_t level, severity, risk; /* _COUNT: not said */
	uint32_t arches; /* a bit for each enum clo_audit_arch; 0: all */
	uint32_t when, test, fix; /* indices of nodes, or CLO_NOWHERE */
	struct clo_where where;
};

/* What became of an option of the kernel's configuration. */
struct clo_symbol {
	struct clo_text name;
	struct clo_text renamed; /* the name since @since; at NULL: none */
	int64_t since; /* versions; 0: never, or not known */
	int64_t removed, always_on, always_before, introduced;
	struct clo_text tree; /* of sources that it is only in */
	struct clo_text since_text; /* of whichever is set */
	struct clo_text note[CLO_LANG_COUNT];
	struct clo_where where;
};

struct clo_profile {
	struct clo_text id;
	struct clo_text title[CLO_LANG_COUNT];
	struct clo_text refs; /* one of them is needed; size 0: none */
	uint32_t level; /* at most; CLO_LEVEL_COUNT: all */
	struct clo_where where;
};

/* What a document asks for, and how far the checks answer it. */
struct clo_requirement {
	struct clo_text id; /* as it stands in Refs: anssi-bp028=R9 */
	struct clo_text title[CLO_LANG_COUNT], missing[CLO_LANG_COUNT];
	uint32_t level;
	uint32_t answer; /* enum clo_audit_answer */
	struct clo_where where;
};

/* A failure that a profile accepts, and why. */
struct clo_accept {
	struct clo_text check;
	struct clo_text profile;
	struct clo_text why[CLO_LANG_COUNT];
	struct clo_where where;
};

#define CLO_LIST(type)              \
	struct {                    \
		type *list;         \
		size_t count, room; \
	}

struct clo_rules {
	CLO_LIST(struct clo_topic) topics;
	CLO_LIST(struct clo_check) checks;
	CLO_LIST(struct clo_symbol) symbols;
	CLO_LIST(struct clo_profile) profiles;
	CLO_LIST(struct clo_accept) accepts;
	CLO_LIST(struct clo_requirement) requirements;
	CLO_LIST(struct clo_expr) nodes;
};

/* A set without rules is all zeroes; this frees what was put in. */
void clo_rules_deinit(struct clo_rules *rules);
#define clo_owned_rules __attribute__((cleanup(clo_rules_deinit)))

/**
 * clo_rules_read() - Read a file of stanzas
 * @rules: Where its stanzas go.
 * @text: The file; borrowed as long as @rules.
 * @file: Its name; borrowed as long as @rules.
 * @err: `FILE:LINE: what is wrong`.
 *
 * A check that is there already is replaced if its stanza says `Override:
 * yes`, and refused otherwise.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_rules_read(struct clo_rules *rules, struct clo_text text,
		   const char *file, struct clo_err *err) clo_must_check;

/**
 * clo_rules_end() - Join what files have said of each other
 * @rules: After all its files.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Return: 0, or -EINVAL for a topic, a check or a profile that is not there.
 */
int clo_rules_end(struct clo_rules *rules, struct clo_err *err) clo_must_check;

/**
 * clo_expr_read() - Read an expression
 * @rules: Where its nodes go.
 * @text: The expression; borrowed as long as @rules.
 * @where: Where it stands, for errors.
 * @ret_node: Set on success.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int clo_expr_read(struct clo_rules *rules, struct clo_text text,
		  struct clo_where where, uint32_t *ret_node,
		  struct clo_err *err) clo_must_check;

/**
 * clo_rules_wanted() - Name all facts that rules ask for
 * @rules: All of them.
 * @ret_wanted: Set: a fact without value for each name; an empty set before.
 *
 * Options also under the names that they had or have.
 *
 * Return: 0, or -ENOMEM.
 */
int clo_rules_wanted(const struct clo_rules *rules,
		     struct clo_facts *ret_wanted) clo_must_check;

/* Write an expression as it is read, in one line. */
void clo_expr_print(const struct clo_rules *rules, uint32_t node, FILE *out);

/* The check, the profile of a name; CLO_NOWHERE and NULL: there is none. */
uint32_t clo_rules_check(const struct clo_rules *rules, struct clo_text id);
const struct clo_profile *clo_rules_profile(const struct clo_rules *rules,
					    struct clo_text id);

/* Is the word among these words? */
bool clo_text_among(struct clo_text words, struct clo_text word);

/* Does a profile ask for a check? */
bool clo_profile_asks(const struct clo_profile *profile,
		      const struct clo_check *check);

/* Text of a check, or of its topic; English where there is no French. */
struct clo_text clo_check_title(const struct clo_rules *rules,
				const struct clo_check *check, uint32_t lang);
struct clo_text clo_check_why(const struct clo_rules *rules,
			      const struct clo_check *check, uint32_t lang);
struct clo_text clo_lang_pick(const struct clo_text *texts, uint32_t lang);

/* Words of the tables above. */
const char *clo_level_word(uint32_t level);
const char *clo_severity_word(uint32_t severity);
const char *clo_risk_word(uint32_t risk);
const char *clo_risk_help(uint32_t risk, uint32_t lang);
const char *clo_arch_word(uint32_t arch);
const char *clo_answer_word(uint32_t answer);
const char *clo_op_word(uint32_t op);
uint32_t clo_severity_find(struct clo_text word);
uint32_t clo_arch_find(struct clo_text word);

/* The fields of each kind of stanza, as the manual shows them. */
void clo_rules_print_mdoc(FILE *out);

/* Room for one more in a list; see CLO_LIST. */
int clo_list_grow(void **list, size_t count, size_t *room, size_t size);
#define clo_list_add(l, item)                                          \
	({                                                             \
		void *_list = (l)->list;                               \
		int _r = clo_list_grow(&_list, (l)->count, &(l)->room, \
				       sizeof(*(l)->list));            \
		(l)->list = _list;                                     \
		if (!_r)                                               \
			(l)->list[(l)->count++] = (item);              \
		_r;                                                    \
	})

#endif
