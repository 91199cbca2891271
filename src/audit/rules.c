// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Stanzas become checks, topics, symbols, profiles: one table of fields for
 * each says what may stand in it.
 */
#include <stddef.h>

#include "audit/rules.h"

enum value_kind {
	VALUE_ID, /* what the stanza is called */
	VALUE_TEXT, /* a struct clo_text */
	VALUE_TOPIC, /* looked up at the end */
	VALUE_LEVEL,
	VALUE_SEVERITY,
	VALUE_RISK,
	VALUE_ARCHES,
	VALUE_EXPR,
	VALUE_SINCE, /* a version */
	VALUE_OVERRIDE,
	VALUE_ANSWER,
};

struct field {
	const char *name;
	uint32_t kind; /* enum value_kind */
	size_t offset;
	const char *help;
};

/* clang-format off */
#define F(t, name, kind, member, help) { name, VALUE_##kind, offsetof(struct t, member), help }
#define LANG(t, name, member, help) \
	F(t, name, TEXT, member[CLO_LANG_EN], help), \
	F(t, name "-fr", TEXT, member[CLO_LANG_FR], "The same in French")
static const struct field check_fields[] = {
	F(clo_check, "Check", ID, id, "Its name: small letters, digits, points, dashes, underscores"),
	F(clo_check, "Topic", TOPIC, topic, "Topic that title and reason are taken from where they are not given"),
	LANG(clo_check, "Title", title, "What is wanted, in a line"),
	LANG(clo_check, "Why", why, "What goes wrong without"),
	LANG(clo_check, "Note", note, "What somebody who follows it should know"),
	F(clo_check, "Refs", TEXT, refs, "Documents that ask for it, as words: anssi-bp028=R9, kspp"),
	F(clo_check, "Level", LEVEL, level, "minimal, intermediary, enhanced or high"),
	F(clo_check, "Severity", SEVERITY, severity, "low, medium or high: what failing it opens"),
	F(clo_check, "Arch", ARCHES, arches, "Architectures that it is for, as words; without: all"),
	F(clo_check, "When", EXPR, when, "What has to hold for the check to apply; shown where it does not"),
	F(clo_check, "Test", EXPR, test, "What has to hold"),
	F(clo_check, "Fix", EXPR, fix, "What to set; without: the first fact of the test"),
	LANG(clo_check, "Manual", manual, "What to do, where it is more than setting that"),
	F(clo_check, "Risk", RISK, risk, "What the fix costs: none, service, reboot, rebuild or lock-out"),
	F(clo_check, "Override", OVERRIDE, id, "yes: takes the place of a check of the same name"),
	{ 0 },
};
static const struct field topic_fields[] = {
	F(clo_topic, "Topic", ID, id, "Its name"),
	LANG(clo_topic, "Title", title, "What is wanted, in a line"),
	LANG(clo_topic, "Why", why, "What goes wrong without"),
	{ 0 },
};
static const struct field symbol_fields[] = {
	F(clo_symbol, "Symbol", TEXT, name, "An option of the kernel's configuration, without CONFIG_"),
	F(clo_symbol, "Renamed", TEXT, renamed, "Its name since the version of Since"),
	F(clo_symbol, "Since", SINCE, since, "Version in which it was renamed"),
	F(clo_symbol, "Removed", SINCE, removed, "First version without it"),
	F(clo_symbol, "Always-on", SINCE, always_on, "First version that does without the option what it did"),
	F(clo_symbol, "Always-before", SINCE, always_before, "First version in which what was always done is an option"),
	F(clo_symbol, "Introduced", SINCE, introduced, "First version with it"),
	F(clo_symbol, "Tree", TEXT, tree, "Name of the source tree that alone has it, as linux-hardened"),
	LANG(clo_symbol, "Note", note, "What else is known"),
	{ 0 },
};
static const struct field profile_fields[] = {
	F(clo_profile, "Profile", ID, id, "Its name"),
	LANG(clo_profile, "Title", title, "Whose demands it holds"),
	F(clo_profile, "Refs", TEXT, refs, "Documents, as words: a check that names one of them is asked for; without: all"),
	F(clo_profile, "Level", LEVEL, level, "The highest level that is asked for; without: all"),
	{ 0 },
};
static const struct field accept_fields[] = {
	F(clo_accept, "Accept", TEXT, check, "Check whose failure is accepted"),
	F(clo_accept, "Profile", TEXT, profile, "Profile that accepts it"),
	LANG(clo_accept, "Why", why, "What takes its place"),
	{ 0 },
};
static const struct field requirement_fields[] = {
	F(clo_requirement, "Requirement", TEXT, id, "What a document asks for, as it stands in Refs: anssi-bp028=R9"),
	LANG(clo_requirement, "Title", title, "What is asked, in a line"),
	F(clo_requirement, "Level", LEVEL, level, "minimal, intermediary, enhanced or high"),
	F(clo_requirement, "Answer", ANSWER, answer, "How far checks answer it: automatic, evidence, partial or none"),
	LANG(clo_requirement, "Missing", missing, "What no check answers"),
	{ 0 },
};
#undef LANG
#undef F
/* clang-format on */

#define X(name, word, ...) word,
static const char *const levels[] = { CLO_AUDIT_LEVELS(X) NULL };
static const char *const severities[] = { CLO_AUDIT_SEVERITIES(X) NULL };
static const char *const risks[] = { CLO_AUDIT_RISKS(X) NULL };
static const char *const answers[] = { CLO_AUDIT_ANSWERS(X) NULL };
static const char *const arches[] = { CLO_AUDIT_ARCHES(X) NULL };
#undef X
#define X(name, word, help, aide) { help, aide },
static const char *const risk_helps[][CLO_LANG_COUNT] = { CLO_AUDIT_RISKS(X) };
#undef X

static uint32_t find_word(const char *const *words, struct clo_text word)
{
	uint32_t i = 0;

	while (words[i] && !clo_text_eq(word, words[i]))
		i++;
	return i;
}

const char *clo_level_word(uint32_t level)
{
	return level < CLO_LEVEL_COUNT ? levels[level] : "-";
}

const char *clo_severity_word(uint32_t severity)
{
	return severity < CLO_SEVERITY_COUNT ? severities[severity] : "-";
}

const char *clo_risk_word(uint32_t risk)
{
	return risk < CLO_RISK_COUNT ? risks[risk] : "-";
}

const char *clo_risk_help(uint32_t risk, uint32_t lang)
{
	return risk < CLO_RISK_COUNT ? risk_helps[risk][lang] : "-";
}

const char *clo_arch_word(uint32_t arch)
{
	return arch < CLO_ARCH_COUNT ? arches[arch] : "-";
}

const char *clo_answer_word(uint32_t answer)
{
	return answer < CLO_ANSWER_COUNT ? answers[answer] : "-";
}

uint32_t clo_severity_find(struct clo_text word)
{
	return find_word(severities, word);
}

uint32_t clo_arch_find(struct clo_text word)
{
	return find_word(arches, word);
}

int clo_list_grow(void **list, size_t count, size_t *room, size_t size)
{
	void *grown;

	if (count < *room)
		return 0;
	grown = realloc(*list, (*room ? *room * 2 : 64) * size);
	if (!grown)
		return -ENOMEM;
	*list = grown;
	*room = *room ? *room * 2 : 64;
	return 0;
}

void clo_rules_deinit(struct clo_rules *rules)
{
	clo_free_cleanup(&rules->topics.list);
	clo_free_cleanup(&rules->checks.list);
	clo_free_cleanup(&rules->symbols.list);
	clo_free_cleanup(&rules->profiles.list);
	clo_free_cleanup(&rules->accepts.list);
	clo_free_cleanup(&rules->requirements.list);
	clo_free_cleanup(&rules->nodes.list);
	memset(rules, 0, sizeof(*rules));
}

struct loader {
	struct clo_rules *rules;
	const char *file;
	const struct clo_stanza *stanza;
	struct clo_err *err;
};

static int wrong(const struct loader *l, const struct clo_stanza_field *f,
		 const char *what)
{
	return clo_err_set(l->err, -EINVAL, "%s:%u: '%.*s' is '%.*s'; %s",
			   l->file, f->line, CLO_TEXT(f->name),
			   f->value.size > 60 ? 60 : (int)f->value.size,
			   f->value.at, what);
}

static int read_word(const struct loader *l, const struct clo_stanza_field *f,
		     const char *const *words, uint32_t *ret_index,
		     const char *what)
{
	*ret_index = find_word(words, f->value);
	return words[*ret_index] ? 0 : wrong(l, f, what);
}

static int read_arches(const struct loader *l, const struct clo_stanza_field *f,
		       uint32_t *ret_arches)
{
	struct clo_text rest = f->value, word;
	uint32_t all = 0;

	while (clo_text_word(&rest, &word)) {
		uint32_t arch = clo_arch_find(word);

		if (arch == CLO_ARCH_COUNT)
			return wrong(
				l, f,
				"write one or more of x86_64 x86_32 arm64 arm riscv");
		all |= 1u << arch;
	}
	*ret_arches = all;
	return 0;
}

static int read_id(const struct loader *l, const struct clo_stanza_field *f,
		   struct clo_text *ret_id)
{
	for (size_t i = 0; i < f->value.size; i++) {
		char c = f->value.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '.' || c == '-' || c == '_') ||
		    f->value.size > 80)
			return wrong(
				l, f,
				"a name has at most 80 small letters, digits, points, dashes, underscores");
	}
	*ret_id = f->value;
	return 0;
}

/* A version; the text that says which is kept beside. */
static int read_since(const struct loader *l, const struct clo_stanza_field *f,
		      struct clo_symbol *symbol, int64_t *ret_version)
{
	if (!clo_text_version(f->value, ret_version))
		return wrong(l, f, "write a version as 6.9");
	symbol->since_text = f->value;
	return 0;
}

static int read_value(const struct loader *l, const struct field *field,
		      const struct clo_stanza_field *f, char *item)
{
	struct clo_where where = { l->file, f->line };
	void *to = item + field->offset;

	switch (field->kind) {
	case VALUE_ID:
		return read_id(l, f, to);
	case VALUE_LEVEL:
		return read_word(
			l, f, levels, to,
			"write minimal, intermediary, enhanced or high");
	case VALUE_ANSWER:
		return read_word(l, f, answers, to,
				 "write automatic, evidence, partial or none");
	case VALUE_SEVERITY:
		return read_word(l, f, severities, to,
				 "write low, medium or high");
	case VALUE_RISK:
		return read_word(
			l, f, risks, to,
			"write none, service, reboot, rebuild or lock-out");
	case VALUE_ARCHES:
		return read_arches(l, f, to);
	case VALUE_EXPR:
		return clo_expr_read(l->rules, f->value, where, to, l->err);
	case VALUE_SINCE:
		return read_since(l, f, (void *)item, to);
	case VALUE_OVERRIDE:
		if (!clo_text_eq(f->value, "yes"))
			return wrong(l, f, "write yes, or leave it out");
		return 0;
	case VALUE_TOPIC:
		return 0; /* all topics have to be read before */
	default:
		*(struct clo_text *)to = f->value;
		return 0;
	}
}

static int read_fields(const struct loader *l, const struct field *fields,
		       void *item)
{
	for (uint32_t i = 0; i < l->stanza->count; i++) {
		const struct clo_stanza_field *f = &l->stanza->fields[i];
		const struct field *known = fields;
		int r;

		while (known->name && !clo_text_eq(f->name, known->name))
			known++;
		if (!known->name)
			return clo_err_set(
				l->err, -EINVAL,
				"%s:%u: '%.*s' is no field of '%s'; see cloison-audit(5)",
				l->file, f->line, CLO_TEXT(f->name),
				fields[0].name);
		r = read_value(l, known, f, item);
		if (r)
			return r;
	}
	return 0;
}

static int no_memory(const struct loader *l)
{
	return clo_err_set(l->err, -ENOMEM, "%s: no memory is left", l->file);
}

static int missing(const struct loader *l, const char *what, const char *name)
{
	return clo_err_set(l->err, -EINVAL, "%s:%u: '%s' needs '%s'; add it",
			   l->file, l->stanza->fields[0].line, what, name);
}

static int load_check(const struct loader *l, struct clo_where where)
{
	const struct clo_stanza_field *topic =
		clo_stanza_field(l->stanza, "Topic");
	bool is_override = clo_stanza_field(l->stanza, "Override");
	struct clo_check c = { .topic = CLO_NOWHERE,
			       .level = CLO_LEVEL_COUNT,
			       .severity = CLO_SEVERITY_COUNT,
			       .risk = CLO_RISK_COUNT,
			       .when = CLO_NOWHERE,
			       .test = CLO_NOWHERE,
			       .fix = CLO_NOWHERE,
			       .where = where };
	int r = read_fields(l, check_fields, &c);
	uint32_t old;

	if (r)
		return r;
	if (c.test == CLO_NOWHERE)
		return missing(l, "Check", "Test");
	for (size_t i = 0; topic && i < l->rules->topics.count; i++) {
		if (clo_text_is(l->rules->topics.list[i].id, topic->value))
			c.topic = (uint32_t)i;
	}
	if (topic && c.topic == CLO_NOWHERE)
		return wrong(
			l, topic,
			"no topic has this name; it has to stand above, or in a file that comes before");
	old = clo_rules_check(l->rules, c.id);
	if (old != CLO_NOWHERE && !is_override)
		return clo_err_set(
			l->err, -EINVAL,
			"%s:%u: check '%.*s' is also in %s:%u; name it otherwise, or add 'Override: yes'",
			l->file, where.line, CLO_TEXT(c.id),
			l->rules->checks.list[old].where.file,
			l->rules->checks.list[old].where.line);
	if (old == CLO_NOWHERE && is_override)
		return clo_err_set(
			l->err, -EINVAL,
			"%s:%u: check '%.*s' overrides none; no file that comes before has it",
			l->file, where.line, CLO_TEXT(c.id));
	if (old != CLO_NOWHERE)
		l->rules->checks.list[old] = c;
	else if (clo_list_add(&l->rules->checks, c))
		return no_memory(l);
	return 0;
}

static int load_symbol(const struct loader *l, struct clo_where where)
{
	struct clo_symbol s = { .where = where };
	int r = read_fields(l, symbol_fields, &s);

	if (r)
		return r;
	if (!s.renamed.size != !s.since)
		return missing(l, "Symbol", s.since ? "Renamed" : "Since");
	if (!s.since + !s.removed + !s.always_on + !s.always_before +
		    !s.introduced + !s.tree.size !=
	    5)
		return clo_err_set(
			l->err, -EINVAL,
			"%s:%u: a symbol has one of Since, Removed, Always-on, Always-before, Introduced, Tree; use a stanza for each",
			l->file, where.line);
	return clo_list_add(&l->rules->symbols, s) ? no_memory(l) : 0;
}

static int load_topic(const struct loader *l, struct clo_where where)
{
	struct clo_topic topic = { .where = where };
	int r = read_fields(l, topic_fields, &topic);

	for (size_t i = 0; !r && i < l->rules->topics.count; i++) {
		if (clo_text_is(l->rules->topics.list[i].id, topic.id))
			return wrong(l, l->stanza->fields,
				     "this topic is there already");
	}
	if (!r && clo_list_add(&l->rules->topics, topic))
		return no_memory(l);
	return r;
}

static int load_profile(const struct loader *l, struct clo_where where)
{
	struct clo_profile profile = { .level = CLO_LEVEL_COUNT,
				       .where = where };
	int r = read_fields(l, profile_fields, &profile);

	if (!r && clo_rules_profile(l->rules, profile.id))
		return wrong(l, l->stanza->fields,
			     "this profile is there already");
	if (!r && clo_list_add(&l->rules->profiles, profile))
		return no_memory(l);
	return r;
}

static int load_accept(const struct loader *l, struct clo_where where)
{
	struct clo_accept accept = { .where = where };
	int r = read_fields(l, accept_fields, &accept);

	if (!r && !accept.profile.size)
		return missing(l, "Accept", "Profile");
	if (!r && !accept.why[CLO_LANG_EN].size)
		return missing(l, "Accept", "Why");
	if (!r && clo_list_add(&l->rules->accepts, accept))
		return no_memory(l);
	return r;
}

static int load_requirement(const struct loader *l, struct clo_where where)
{
	struct clo_requirement q = { .level = CLO_LEVEL_COUNT,
				     .answer = CLO_ANSWER_COUNT,
				     .where = where };
	int r = read_fields(l, requirement_fields, &q);

	if (!r && q.answer == CLO_ANSWER_COUNT)
		return missing(l, "Requirement", "Answer");
	if (!r && q.level == CLO_LEVEL_COUNT)
		return missing(l, "Requirement", "Level");
	if (!r && !q.title[CLO_LANG_EN].size)
		return missing(l, "Requirement", "Title");
	if (!r && clo_list_add(&l->rules->requirements, q))
		return no_memory(l);
	return r;
}

static int load(const struct loader *l)
{
	static const struct {
		const char *word;
		int (*load)(const struct loader *l, struct clo_where where);
	} kinds[] = {
		{ "Check", load_check },   { "Topic", load_topic },
		{ "Symbol", load_symbol }, { "Profile", load_profile },
		{ "Accept", load_accept }, { "Requirement", load_requirement },
	};
	struct clo_where where = { l->file, l->stanza->fields[0].line };
	struct clo_text first = l->stanza->fields[0].name;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(kinds); i++) {
		if (clo_text_eq(first, kinds[i].word))
			return kinds[i].load(l, where);
	}
	return clo_err_set(
		l->err, -EINVAL,
		"%s:%u: a stanza begins with Check, Topic, Symbol, Profile, Accept or Requirement, not with '%.*s'",
		l->file, where.line, CLO_TEXT(first));
}

int clo_rules_read(struct clo_rules *rules, struct clo_text text,
		   const char *file, struct clo_err *err)
{
	struct clo_stanza_reader reader;
	struct clo_stanza stanza;
	struct loader l = { rules, file, &stanza, err };
	int r = clo_stanza_begin(&reader, text, file, err);

	while (!r) {
		r = clo_stanza_next(&reader, &stanza, err);
		if (r <= 0)
			return r;
		r = load(&l);
	}
	return r;
}

/* What an acceptance names is there. */
int clo_rules_end(struct clo_rules *rules, struct clo_err *err)
{
	for (size_t i = 0; i < rules->accepts.count; i++) {
		const struct clo_accept *a = &rules->accepts.list[i];

		if (clo_rules_check(rules, a->check) == CLO_NOWHERE)
			return clo_err_set(
				err, -EINVAL,
				"%s:%u: no check is named '%.*s'; see 'cloison audit explain'",
				a->where.file, a->where.line,
				CLO_TEXT(a->check));
		if (!clo_rules_profile(rules, a->profile))
			return clo_err_set(
				err, -EINVAL,
				"%s:%u: no profile is named '%.*s'; add its stanza",
				a->where.file, a->where.line,
				CLO_TEXT(a->profile));
	}
	return 0;
}

void clo_rules_print_mdoc(FILE *out)
{
	static const struct {
		const char *title;
		const struct field *fields;
	} stanzas[] = {
		{ "Check", check_fields },
		{ "Topic", topic_fields },
		{ "Symbol", symbol_fields },
		{ "Profile", profile_fields },
		{ "Accept", accept_fields },
		{ "Requirement", requirement_fields },
	};

	for (size_t i = 0; i < CLO_ARRAY_SIZE(stanzas); i++) {
		(void)fprintf(out, ".Ss %s\n.Bl -tag -width Ds\n",
			      stanzas[i].title);
		for (const struct field *f = stanzas[i].fields; f->name; f++)
			(void)fprintf(out, ".It Cm %s\n%s.\n", f->name,
				      f->help);
		(void)fprintf(out, ".El\n");
	}
}
