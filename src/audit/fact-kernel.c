// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Facts of a kernel: its configuration, its command line, its settings.
 */
#include "audit/fact.h"

/* Where a reading stands. */
struct reading {
	struct clo_facts *facts;
	const char *file;
	uint32_t line;
	uint32_t kind;
	struct clo_err *err;
};

static int put(const struct reading *r, uint32_t kind, struct clo_text name,
	       struct clo_text value)
{
	struct clo_fact f = {
		.kind = kind,
		.state = CLO_FACT_VALUE,
		.name = name,
		.value = value,
		.source = r->file,
		.line = r->line,
	};

	return clo_facts_set(r->facts, &f);
}

/* What is wrong in a line, with its first bytes made safe. */
static int wrong(const struct reading *r, struct clo_text line,
		 const char *what)
{
	char safe[128];

	(void)clo_escape(line.at, line.size > 40 ? 40 : line.size, safe,
			 sizeof(safe));
	return clo_err_set(r->err, -EINVAL, "%s:%u: '%s' %s", r->file, r->line,
			   safe, what);
}

static size_t symbol_size(struct clo_text t)
{
	size_t n = 0;

	while (n < t.size &&
	       ((t.at[n] >= 'A' && t.at[n] <= 'Z') ||
		(t.at[n] >= 'a' && t.at[n] <= 'z') ||
		(t.at[n] >= '0' && t.at[n] <= '9') || t.at[n] == '_'))
		n++;
	return n;
}

static bool begins(struct clo_text t, const char *with)
{
	size_t n = strlen(with);

	return t.size >= n && !memcmp(t.at, with, n);
}

static struct clo_text after(struct clo_text t, size_t n)
{
	return (struct clo_text){ t.at + n, t.size - n };
}

/* What follows from options: the architecture, the compiler. */
/* clang-format off */
static const struct {
	const char *symbol, *name, *value;
} derived[] = {
	{ "X86_64", "arch", "x86_64" },
	{ "X86_32", "arch", "x86_32" },
	{ "ARM64", "arch", "arm64" },
	{ "ARM", "arch", "arm" },
	{ "RISCV", "arch", "riscv" },
	{ "CC_IS_GCC", "compiler", "gcc" },
	{ "CC_IS_CLANG", "compiler", "clang" },
};
/* clang-format on */

static bool is_wanted(const struct reading *r, struct clo_text name)
{
	/* Settings are few, and asked for by patterns too. */
	if (!r->facts->wanted || r->kind != CLO_FACT_KCONFIG ||
	    clo_facts_find(r->facts->wanted, r->kind, name))
		return true;
	for (size_t i = 0; i < CLO_ARRAY_SIZE(derived); i++) {
		if (clo_text_eq(name, derived[i].symbol))
			return true;
	}
	return false;
}

static int put_symbol(const struct reading *r, struct clo_text name,
		      struct clo_text value)
{
	const struct clo_fact *old;

	if (!is_wanted(r, name))
		return 0;
	old = clo_facts_find(r->facts, CLO_FACT_KCONFIG, name);
	if (old)
		return clo_err_set(
			r->err, -EINVAL,
			"%s:%u: 'CONFIG_%.*s' is set twice, also in line %u; leave one, so that it can be told which is built",
			r->file, r->line, CLO_TEXT(name), old->line);
	return put(r, CLO_FACT_KCONFIG, name, value);
}

/* `# Linux/x86 6.1.192 Kernel Configuration`, or another comment. */
static int read_comment(const struct reading *r, struct clo_text line)
{
	static const struct clo_text no = { "n", 1 };
	struct clo_text rest, name, word;
	int64_t version;

	if (begins(line, "# CONFIG_")) {
		rest = after(line, 9);
		name = (struct clo_text){ rest.at, symbol_size(rest) };
		rest = after(rest, name.size);
		if (name.size && clo_text_eq(rest, " is not set"))
			return put_symbol(r, name, no);
		return 0;
	}
	if (!begins(line, "# Linux/"))
		return 0;
	rest = after(line, 8);
	if (!clo_text_word(&rest, &word))
		return 0; /* the architecture */
	if (!clo_text_word(&rest, &word) || !clo_text_version(word, &version))
		return 0;
	return put(r, CLO_FACT_KERNEL, clo_text_of("version"), word);
}

/* CONFIG_X=y, =m, =number, ="text". */
static int read_option(const struct reading *r, struct clo_text line)
{
	struct clo_text name, value;

	if (!begins(line, "CONFIG_"))
		return wrong(
			r, line,
			"is neither CONFIG_X=..., nor '# CONFIG_X is not set', nor a comment; give the configuration of a kernel");
	name = after(line, 7);
	name.size = symbol_size(name);
	value = after(line, 7 + name.size);
	if (!name.size || value.size < 2 || *value.at != '=')
		return wrong(r, line, "has no value; write CONFIG_X=y");
	value = after(value, 1);
	for (size_t i = 0; i < value.size; i++) {
		if ((unsigned char)value.at[i] < 0x20)
			return wrong(
				r, line,
				"has a control character; write lines that end with a line feed alone");
	}
	if (*value.at == '"') {
		if (value.size < 2 || value.at[value.size - 1] != '"')
			return wrong(r, line, "has a quote that is not closed");
		value = (struct clo_text){ value.at + 1, value.size - 2 };
	} else if (memchr(value.at, ' ', value.size)) {
		return wrong(r, line, "has a space outside quotes");
	}
	return put_symbol(r, name, value);
}

static int derive(struct clo_facts *facts)
{
	int r = 0;

	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(derived); i++) {
		const struct clo_fact *f =
			clo_facts_find(facts, CLO_FACT_KCONFIG,
				       clo_text_of(derived[i].symbol));
		struct clo_fact made;

		if (!f || !clo_text_eq(f->value, "y"))
			continue;
		made = *f;
		made.kind = CLO_FACT_KERNEL;
		made.name = clo_text_of(derived[i].name);
		made.value = clo_text_of(derived[i].value);
		r = clo_facts_set(facts, &made);
	}
	return r;
}

int clo_facts_kconfig(struct clo_facts *facts, struct clo_text text,
		      const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, CLO_FACT_KCONFIG, err };
	struct clo_text line;
	bool is_empty = true;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		r.line++;
		if (!line.size)
			continue;
		e = *line.at == '#' ? read_comment(&r, line) :
				      read_option(&r, line);
		is_empty = is_empty && *line.at == '#';
	}
	if (!e && is_empty)
		e = clo_err_set(
			err, -EINVAL,
			"%s: no option is in it; give the configuration of a kernel, as /boot/config-VERSION",
			file);
	if (!e)
		e = derive(facts);
	if (e == -ENOMEM)
		return clo_err_set(err, e, "%s: no memory is left", file);
	facts->is_whole[CLO_FACT_KCONFIG] = !e;
	return e;
}

/* Dashes of a name are underscores, as in the kernel. */
static int plain_name(struct clo_facts *facts, struct clo_text *name)
{
	char copy[256];

	if (!memchr(name->at, '-', name->size) || name->size > sizeof(copy))
		return 0;
	for (size_t i = 0; i < name->size; i++)
		copy[i] = name->at[i] == '-' ? '_' : name->at[i];
	return clo_facts_keep(facts, (struct clo_text){ copy, name->size },
			      name);
}

/* A word of the command line: blanks between quotes are part of it. */
static bool next_parameter(struct clo_text *line, struct clo_text *ret_word)
{
	bool is_quoted = false;
	size_t i = 0, n = 0;

	while (i < line->size && strchr(" \t\n", line->at[i]) && line->at[i])
		i++;
	for (; i + n < line->size; n++) {
		char c = line->at[i + n];

		if (!is_quoted && (c == ' ' || c == '\t' || c == '\n'))
			break;
		is_quoted ^= c == '"';
	}
	*ret_word = (struct clo_text){ line->at + i, n };
	*line = after(*line, i + n);
	return n != 0;
}

static struct clo_text unquoted(struct clo_text t)
{
	if (t.size >= 2 && *t.at == '"' && t.at[t.size - 1] == '"')
		return (struct clo_text){ t.at + 1, t.size - 2 };
	return t;
}

int clo_facts_cmdline(struct clo_facts *facts, struct clo_text text,
		      const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, CLO_FACT_CMDLINE, err };
	struct clo_text word, name, value;
	int e = 0;

	if (memchr(text.at, '\n', text.size ? text.size - 1 : 0))
		return clo_err_set(
			err, -EINVAL,
			"%s: it has more than one line; a command line is one, as in /proc/cmdline",
			file);
	while (!e && next_parameter(&text, &word)) {
		const char *equals;

		if (clo_text_eq(word, "--"))
			break; /* the rest is for the first process */
		word = unquoted(word);
		equals = memchr(word.at, '=', word.size);
		name = word;
		value = (struct clo_text){ "", 0 };
		if (equals) {
			name.size = (size_t)(equals - word.at);
			value = unquoted(after(word, name.size + 1));
		}
		e = plain_name(facts, &name);
		if (!e)
			e = put(&r, CLO_FACT_CMDLINE, name, value);
	}
	if (e)
		return clo_err_set(err, e, "%s: no memory is left", file);
	facts->is_whole[CLO_FACT_CMDLINE] = true;
	return 0;
}

/* Tabs between numbers become spaces, as people write them. */
static int plain_value(struct clo_facts *facts, struct clo_text *value)
{
	char copy[256];

	if (!memchr(value->at, '\t', value->size) || value->size > sizeof(copy))
		return 0;
	for (size_t i = 0; i < value->size; i++)
		copy[i] = value->at[i] == '\t' ? ' ' : value->at[i];
	return clo_facts_keep(facts, (struct clo_text){ copy, value->size },
			      value);
}

int clo_facts_sysctl(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, CLO_FACT_SYSCTL, err };
	struct clo_text line;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		struct clo_text t = clo_text_trim(line), name, value;
		const char *equals;

		r.line++;
		if (!t.size || *t.at == '#' || *t.at == ';' ||
		    begins(t, "sysctl: "))
			continue;
		equals = memchr(t.at, '=', t.size);
		name = t;
		name.size = equals ? (size_t)(equals - t.at) : 0;
		name = clo_text_trim(name);
		if (!name.size || memchr(name.at, ' ', name.size))
			return wrong(
				&r, t,
				"is no 'name = value'; give what 'sysctl -a' writes");
		value = clo_text_trim(after(t, (size_t)(equals - t.at) + 1));
		e = plain_value(facts, &value);
		if (!e)
			e = put(&r, CLO_FACT_SYSCTL, name, value);
	}
	return e ? clo_err_set(err, e, "%s: no memory is left", file) : 0;
}
