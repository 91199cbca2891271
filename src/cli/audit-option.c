// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison audit kconfig-why, kconfig-fragment: options of the kernel's
 * configuration, what is asked of them, and the file that does it.
 */
#include <string.h>

#include "cli/audit.h"

/* Does an expression name this option? */
static bool names(const struct clo_rules *rules, uint32_t node,
		  struct clo_text option)
{
	const struct clo_expr *e = &rules->nodes.list[node];

	if (e->kind == CLO_EXPR_LEAF)
		return e->fact == CLO_FACT_KCONFIG &&
		       clo_text_is(e->name, option);
	return names(rules, e->left, option) ||
	       (e->kind != CLO_EXPR_NOT && names(rules, e->right, option));
}

static void tell_symbol(const struct clo_audit *audit,
			const struct clo_symbol *s)
{
	struct clo_text note = clo_lang_pick(s->note, audit->lang);
	struct clo_text name = s->name, since = s->since_text;

	if (s->renamed.size)
		(void)printf("CONFIG_%.*s: CONFIG_%.*s since %.*s",
			     CLO_TEXT(name), CLO_TEXT(s->renamed),
			     CLO_TEXT(since));
	else if (s->always_on)
		(void)printf("CONFIG_%.*s: always on since %.*s",
			     CLO_TEXT(name), CLO_TEXT(since));
	else if (s->always_before)
		(void)printf("CONFIG_%.*s: always on before %.*s",
			     CLO_TEXT(name), CLO_TEXT(since));
	else if (s->removed)
		(void)printf("CONFIG_%.*s: removed in %.*s", CLO_TEXT(name),
			     CLO_TEXT(since));
	else if (s->introduced)
		(void)printf("CONFIG_%.*s: new in %.*s", CLO_TEXT(name),
			     CLO_TEXT(since));
	else
		(void)printf("CONFIG_%.*s: only in %.*s", CLO_TEXT(name),
			     CLO_TEXT(s->tree));
	if (note.size)
		(void)printf(" (%.*s)", CLO_TEXT(note));
	(void)putchar('\n');
}

/* The other name of an option that was renamed, or the same. */
static struct clo_text other_name(const struct clo_rules *rules,
				  struct clo_text option)
{
	for (size_t i = 0; i < rules->symbols.count; i++) {
		const struct clo_symbol *s = &rules->symbols.list[i];

		if (s->renamed.size && clo_text_is(s->name, option))
			return s->renamed;
	}
	return option;
}

static void tell_value(const struct clo_audit *audit, struct clo_text option)
{
	struct clo_expr leaf = { .kind = CLO_EXPR_LEAF,
				 .fact = CLO_FACT_KCONFIG,
				 .op = CLO_OP_SET,
				 .other = CLO_FACT_KIND_COUNT,
				 .name = option };
	char text[1024];

	clo_audit_found(audit, &leaf, text, sizeof(text));
	clo_out_text(stdout, text);
	(void)putchar('\n');
}

int clo_cli_audit_why(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_audit struct clo_audit audit;
	const char *word = cli->argv[0];
	struct clo_text option, other;
	uint32_t found = 0;
	int status = clo_audit_begin(&audit, cli, err);

	if (status)
		return status;
	if (cli->values[CLO_OPTION_CONFIG] &&
	    clo_audit_given_kernel(&audit, cli, err))
		return CLO_EXIT_USAGE;
	option = clo_text_of(!strncmp(word, "CONFIG_", 7) ? word + 7 : word);
	other = other_name(&audit.rules, option);
	for (size_t i = 0; !cli->is_json && i < audit.rules.symbols.count;
	     i++) {
		const struct clo_symbol *s = &audit.rules.symbols.list[i];

		if (!clo_text_is(s->name, option) &&
		    !clo_text_is(s->renamed, option))
			continue;
		tell_symbol(&audit, s);
		found++;
	}
	if (!cli->is_json && cli->values[CLO_OPTION_CONFIG])
		tell_value(&audit, option);
	for (size_t i = 0; i < audit.rules.checks.count; i++) {
		const struct clo_check *c = &audit.rules.checks.list[i];

		if (!names(&audit.rules, c->test, option) &&
		    !names(&audit.rules, c->test, other))
			continue;
		found++;
		if (cli->is_json)
			(void)printf("{\"check\":\"%.*s\"}\n", CLO_TEXT(c->id));
		else
			clo_audit_tell(cli, &audit, c);
	}
	if (found)
		return CLO_EXIT_DONE;
	(void)clo_err_set(
		err, -ENOENT,
		"no check asks for 'CONFIG_%.60s'; see 'cloison audit explain'",
		option.at);
	return CLO_EXIT_REFUSED;
}

/* A fact of the kernel that the fragment is for. */
static int set_kernel(struct clo_audit *audit, const char *name,
		      const char *value)
{
	struct clo_fact f = { .kind = CLO_FACT_KERNEL,
			      .name = clo_text_of(name),
			      .value = clo_text_of(value),
			      .source = "command line" };

	return clo_facts_set(&audit->facts, &f);
}

static int describe_kernel(struct clo_audit *audit, const struct clo_cli *cli,
			   struct clo_err *err)
{
	const char *arch = cli->values[CLO_OPTION_ARCH];
	const char *compiler = cli->values[CLO_OPTION_COMPILER];
	const char *version = cli->values[CLO_OPTION_KERNEL];
	int64_t number;

	arch = arch ? arch : "x86_64";
	compiler = compiler ? compiler : "gcc";
	version = version ? version : "7.3";
	if (clo_arch_find(clo_text_of(arch)) == CLO_ARCH_COUNT)
		return clo_err_set(
			err, -EINVAL,
			"'--arch' is '%.40s'; it is x86_64, x86_32, arm64, arm or riscv",
			arch);
	if (strcmp(compiler, "gcc") != 0 && strcmp(compiler, "clang") != 0)
		return clo_err_set(
			err, -EINVAL,
			"'--compiler' is '%.40s'; it is gcc or clang",
			compiler);
	if (!clo_text_version(clo_text_of(version), &number))
		return clo_err_set(
			err, -EINVAL,
			"'--kernel' is '%.40s'; it is a version as 6.12",
			version);
	if (set_kernel(audit, "arch", arch) ||
	    set_kernel(audit, "compiler", compiler) ||
	    set_kernel(audit, "version", version))
		return clo_err_set(err, -ENOMEM, "no memory is left");
	return 0;
}

/* Of an option that was renamed: the name in the kernel that is described. */
static struct clo_text name_for(const struct clo_audit *audit,
				struct clo_text option)
{
	const struct clo_fact *f = clo_facts_find(
		&audit->facts, CLO_FACT_KERNEL, clo_text_of("version"));
	int64_t version = 0;

	if (!f || !clo_text_version(f->value, &version))
		return option;
	for (size_t i = 0; i < audit->rules.symbols.count; i++) {
		const struct clo_symbol *s = &audit->rules.symbols.list[i];

		if (s->renamed.size && version < s->since &&
		    clo_text_is(s->renamed, option))
			return s->name;
		if (s->renamed.size && version >= s->since &&
		    clo_text_is(s->name, option))
			return s->renamed;
	}
	return option;
}

/* Is there an option to write?  Not where it is lacking or always on. */
static bool is_option(const struct clo_audit *audit, struct clo_text option)
{
	const struct clo_fact *f = clo_facts_find(
		&audit->facts, CLO_FACT_KERNEL, clo_text_of("version"));
	int64_t version = 0;

	if (!f || !clo_text_version(f->value, &version))
		return true;
	for (size_t i = 0; i < audit->rules.symbols.count; i++) {
		const struct clo_symbol *s = &audit->rules.symbols.list[i];

		if (!clo_text_is(s->name, option))
			continue;
		if ((s->removed && version >= s->removed) ||
		    (s->always_on && version >= s->always_on) ||
		    version < s->introduced || version < s->always_before ||
		    s->tree.size)
			return false;
	}
	return true;
}

/* Not what the profile accepts, nor what is for another kernel. */
static bool is_asked(const struct clo_audit *audit, const struct clo_check *c)
{
	const struct clo_rules *rules = &audit->rules;
	const struct clo_expr *leaf = clo_check_fix(rules, c);
	struct clo_judgement j;

	if (!clo_profile_asks(audit->profile, c) ||
	    leaf->fact != CLO_FACT_KCONFIG ||
	    clo_check_kind(rules, c) != CLO_FACT_KCONFIG ||
	    leaf->other != CLO_FACT_KIND_COUNT || !is_option(audit, leaf->name))
		return false;
	for (size_t i = 0; i < rules->accepts.count; i++) {
		const struct clo_accept *a = &rules->accepts.list[i];

		if (clo_text_is(a->check, c->id) &&
		    clo_text_is(a->profile, audit->profile->id))
			return false;
	}
	j = clo_judge(rules, &audit->facts, c, NULL);
	return j.verdict != CLO_VERDICT_OUTSIDE;
}

static bool is_number(struct clo_text t)
{
	int64_t n;

	return clo_text_number(t, &n) || clo_text_eq(t, "y") ||
	       clo_text_eq(t, "m");
}

static void write_option(const struct clo_audit *audit,
			 const struct clo_check *c)
{
	const struct clo_expr *leaf = clo_check_fix(&audit->rules, c);
	struct clo_text name = name_for(audit, leaf->name), v = leaf->value;
	const char *quote;

	if (leaf->op == CLO_OP_HAS || leaf->op == CLO_OP_IN) {
		(void)printf("# CONFIG_%.*s: %s %.*s (%.*s)\n", CLO_TEXT(name),
			     clo_op_word(leaf->op), CLO_TEXT(v),
			     CLO_TEXT(c->id));
		return;
	}
	(void)printf("# %.*s: %.*s [%.*s]\n", CLO_TEXT(c->id),
		     CLO_TEXT(clo_check_title(&audit->rules, c, audit->lang)),
		     CLO_TEXT(c->refs));
	if (leaf->op == CLO_OP_UNSET) {
		(void)printf("# CONFIG_%.*s is not set\n", CLO_TEXT(name));
		return;
	}
	if (leaf->op == CLO_OP_SET)
		v = clo_text_of("y");
	quote = is_number(v) ? "" : "\"";
	(void)printf("CONFIG_%.*s=%s%.*s%s\n", CLO_TEXT(name), quote,
		     CLO_TEXT(v), quote);
}

int clo_cli_audit_fragment(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_audit struct clo_audit audit;
	int status = clo_audit_begin(&audit, cli, err);

	if (status)
		return status;
	if (describe_kernel(&audit, cli, err))
		return CLO_EXIT_USAGE;
	(void)printf("# %.*s\n",
		     CLO_TEXT(clo_lang_pick(audit.profile->title, audit.lang)));
	for (size_t i = 0; i < audit.rules.checks.count; i++) {
		const struct clo_check *c = &audit.rules.checks.list[i];

		if (is_asked(&audit, c))
			write_option(&audit, c);
	}
	return CLO_EXIT_DONE;
}
