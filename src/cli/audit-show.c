// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the audit found, for people: the worst first, each with what was found
 * where, why it matters, and what to do.
 */
#include <string.h>

#include "cli/audit.h"

const char *clo_say(const struct clo_audit *audit, enum clo_say what)
{
	static const char *const words[CLO_SAY_COUNT][CLO_LANG_COUNT] = {
		[CLO_SAY_FOUND] = { "found", "constaté" },
		[CLO_SAY_WANTED] = { "wanted", "attendu" },
		[CLO_SAY_WHY] = { "why", "pourquoi" },
		[CLO_SAY_FIX] = { "fix", "remède" },
		[CLO_SAY_NOTE] = { "note", "note" },
		[CLO_SAY_ACCEPTED] = { "accepted", "accepté" },
		[CLO_SAY_APPLIES] = { "when", "quand" },
		[CLO_SAY_REFS] = { "asked by", "demandé par" },
		[CLO_SAY_READ] = { "read", "lu" },
	};

	return words[what][audit->lang];
}

/* Characters that a text takes on the screen. */
static int width(struct clo_text t)
{
	int n = 0;

	for (size_t i = 0; i < t.size; i++)
		n += ((unsigned char)t.at[i] & 0xc0) != 0x80;
	return n;
}

void clo_audit_fold(FILE *out, struct clo_text text, int indent)
{
	struct clo_text word;
	int column = indent;
	bool is_first = true;

	while (clo_text_word(&text, &word)) {
		char safe[1024];
		int n = width(word);

		(void)snprintf(safe, sizeof(safe), "%.*s", CLO_TEXT(word));
		if (!is_first && column + n + 1 > 78) {
			(void)fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else if (!is_first) {
			(void)fputc(' ', out);
			column++;
		}
		clo_out_text(out, safe);
		column += n;
		is_first = false;
	}
	(void)fputc('\n', out);
}

/* A line of a check: its name, then text in lines of its own width. */
static void line(const struct clo_cli *cli, const char *name,
		 struct clo_text text)
{
	int n = width(clo_text_of(name));

	(void)printf("    %s%s%s%*s", clo_out_color(cli, CLO_COLOR_DIM), name,
		     clo_out_plain(cli), n < 12 ? 12 - n : 1, "");
	clo_audit_fold(stdout, text, 16);
}

static void line_words(const struct clo_cli *cli, const char *name,
		       const char *text)
{
	line(cli, name, clo_text_of(text));
}

/* What the history of an option says of what was found. */
static void tell_history(const struct clo_audit *audit,
			 const struct clo_seen *seen, char *text, size_t size)
{
	static const char *const words[][CLO_LANG_COUNT] = {
		[CLO_SEEN_PLAIN] = { "", "" },
		[CLO_SEEN_RENAMED] = { "; renamed in", "; renommé en" },
		[CLO_SEEN_ALWAYS_ON] = { "no option any more: always on since",
					 "plus une option : toujours actif depuis" },
		[CLO_SEEN_ALWAYS_BEFORE] = { "no option yet: always on before",
					     "pas encore une option : toujours actif avant" },
		[CLO_SEEN_REMOVED] = { "; no option any more since",
				       "; n'est plus une option depuis" },
		[CLO_SEEN_NOT_YET] = { "; no option before",
				       "; pas une option avant" },
		[CLO_SEEN_ELSEWHERE] = { "; an option only of",
					 "; une option seulement de" },
	};
	struct clo_text detail = { "", 0 };

	if (seen->symbol && seen->note != CLO_SEEN_PLAIN)
		detail = seen->note == CLO_SEEN_ELSEWHERE ?
				 seen->symbol->tree :
				 seen->symbol->since_text;
	(void)snprintf(text, size, "%s%s%.*s", words[seen->note][audit->lang],
		       detail.size ? " " : "", CLO_TEXT(detail));
}

/* Where a fact was read: FILE:LINE, or FILE. */
static void tell_source(const struct clo_seen *seen, char *text, size_t size)
{
	*text = '\0';
	if (seen->fact && seen->fact->line)
		(void)snprintf(text, size, " (%s:%u)", seen->fact->source,
			       seen->fact->line);
	else if (seen->fact)
		(void)snprintf(text, size, " (%s)", seen->fact->source);
}

void clo_audit_found(const struct clo_audit *audit, const struct clo_expr *leaf,
		     char *text, size_t size)
{
	static const char *const absent[] = { "is absent", "est absent" };
	static const char *const unread[] = { "is not known", "est inconnu" };
	bool is_option = leaf->fact == CLO_FACT_KCONFIG;
	char history[128], source[512], name[320];
	struct clo_seen seen;

	clo_judge_leaf(&audit->rules, &audit->facts, leaf, &seen);
	tell_history(audit, &seen, history, sizeof(history));
	tell_source(&seen, source, sizeof(source));
	(void)snprintf(name, sizeof(name), "%s%.*s", is_option ? "CONFIG_" : "",
		       CLO_TEXT(seen.name));
	if (seen.note == CLO_SEEN_ALWAYS_ON ||
	    seen.note == CLO_SEEN_ALWAYS_BEFORE)
		(void)snprintf(text, size, "%s: %s", name, history);
	else if (seen.state == CLO_FACT_UNREAD)
		(void)snprintf(text, size, "%s %s: %.*s%s", name,
			       unread[audit->lang], CLO_TEXT(seen.value),
			       source);
	else if (seen.state == CLO_FACT_ABSENT)
		(void)snprintf(text, size, "%s %s%s", name, absent[audit->lang],
			       history);
	else
		(void)snprintf(text, size, "%s=%.*s%s%s", name,
			       CLO_TEXT(seen.value), source, history);
}

/* Each leaf below a node, once. */
static void show_leaves(const struct clo_cli *cli,
			const struct clo_audit *audit, uint32_t node,
			struct clo_text *last)
{
	const struct clo_expr *e = &audit->rules.nodes.list[node];
	char text[1024];

	if (e->kind != CLO_EXPR_LEAF) {
		show_leaves(cli, audit, e->left, last);
		if (e->kind != CLO_EXPR_NOT)
			show_leaves(cli, audit, e->right, last);
		return;
	}
	if (clo_text_is(*last, e->name))
		return; /* asked twice of the same */
	clo_audit_found(audit, e, text, sizeof(text));
	line_words(cli, last->size ? "" : clo_say(audit, CLO_SAY_FOUND), text);
	*last = e->name;
}

char *clo_audit_expr(const struct clo_audit *audit, uint32_t node)
{
	clo_free char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	clo_expr_print(&audit->rules, node, out);
	return fclose(out) ? NULL : clo_take_ptr(text);
}

static void show_expr(const struct clo_cli *cli, const struct clo_audit *audit,
		      enum clo_say what, uint32_t node)
{
	clo_free char *text = clo_audit_expr(audit, node);

	if (text)
		line_words(cli, clo_say(audit, what), text);
}

/* Where a fix is made. */
static const char *const fix_where[][CLO_LANG_COUNT] = {
	[CLO_FACT_KERNEL] = { "in the kernel", "dans le noyau" },
	[CLO_FACT_KCONFIG] = { "in the configuration of the kernel",
			       "dans la configuration du noyau" },
	[CLO_FACT_CMDLINE] = { "on the command line of the kernel",
			       "sur la ligne de commande du noyau" },
	[CLO_FACT_SYSCTL] = { "in a file of /etc/sysctl.d",
			      "dans un fichier de /etc/sysctl.d" },
	[CLO_FACT_CPU] = { "of the processor", "du processeur" },
	[CLO_FACT_EFI] = { "in the firmware", "dans le micrologiciel" },
	[CLO_FACT_FILE] = { "by chmod or chown", "par chmod ou chown" },
	[CLO_FACT_TREE] = { "in the tree", "dans l'arborescence" },
	[CLO_FACT_MOUNT] = { "in /etc/fstab", "dans /etc/fstab" },
	[CLO_FACT_ACCOUNT] = { "by usermod", "par usermod" },
	[CLO_FACT_LOGIN] = { "in /etc/login.defs", "dans /etc/login.defs" },
	[CLO_FACT_SSHD] = { "in a file of /etc/ssh/sshd_config.d",
			    "dans un fichier de /etc/ssh/sshd_config.d" },
	[CLO_FACT_PACKAGE] = { "by apt", "par apt" },
	[CLO_FACT_APT] = { "in the sources of apt", "dans les sources d'apt" },
};

/* What has to be written where. */
static void tell_fix(const struct clo_audit *audit, const struct clo_expr *leaf,
		     char *text, size_t size)
{
	static const char *const without[] = { "leave out", "retirer" };
	bool is_option = leaf->fact == CLO_FACT_KCONFIG;
	const char *prefix = is_option ? "CONFIG_" : "";
	struct clo_text v = leaf->value;
	const char *bar = v.size ? memchr(v.at, '|', v.size) : NULL;
	struct clo_seen seen;

	if (leaf->op == CLO_OP_IN && bar)
		v.size = (size_t)(bar - v.at);
	if (leaf->other != CLO_FACT_KIND_COUNT) {
		clo_judge_leaf(&audit->rules, &audit->facts, leaf, &seen);
		v = seen.wanted;
	}
	switch (leaf->op) {
	case CLO_OP_UNSET:
	case CLO_OP_NE:
	case CLO_OP_LACKS:
		if (is_option)
			(void)snprintf(text, size, "CONFIG_%.*s=n, %s",
				       CLO_TEXT(leaf->name),
				       fix_where[leaf->fact][audit->lang]);
		else
			(void)snprintf(text, size, "%s %.*s, %s",
				       without[audit->lang],
				       CLO_TEXT(leaf->name),
				       fix_where[leaf->fact][audit->lang]);
		return;
	case CLO_OP_SET:
		v = clo_text_of(is_option ? "y" : "");
		break;
	case CLO_OP_ON:
		v = clo_text_of("1");
		break;
	case CLO_OP_OFF:
		v = clo_text_of("0");
		break;
	default:
		break;
	}
	(void)snprintf(text, size, "%s%.*s%s%.*s, %s", prefix,
		       CLO_TEXT(leaf->name), v.size ? "=" : "", CLO_TEXT(v),
		       fix_where[leaf->fact][audit->lang]);
}

void clo_audit_fix(const struct clo_audit *audit, const struct clo_check *check,
		   char *text, size_t size)
{
	struct clo_text manual = clo_lang_pick(check->manual, audit->lang);
	size_t n;

	if (manual.size) {
		(void)snprintf(text, size, "%.*s", CLO_TEXT(manual));
		return;
	}
	tell_fix(audit, clo_check_fix(&audit->rules, check), text, size);
	n = strlen(text);
	if (check->risk < CLO_RISK_COUNT)
		(void)snprintf(text + n, size - n, " [%s: %s]",
			       clo_risk_word(check->risk),
			       clo_risk_help(check->risk, audit->lang));
}

static void show_text(const struct clo_cli *cli, const struct clo_audit *audit,
		      const struct clo_check *c)
{
	struct clo_text note = clo_lang_pick(c->note, audit->lang);
	char fix[1024];

	line(cli, clo_say(audit, CLO_SAY_WHY),
	     clo_check_why(&audit->rules, c, audit->lang));
	clo_audit_fix(audit, c, fix, sizeof(fix));
	line_words(cli, clo_say(audit, CLO_SAY_FIX), fix);
	if (note.size)
		line(cli, clo_say(audit, CLO_SAY_NOTE), note);
}

static void show_outside(const struct clo_cli *cli,
			 const struct clo_audit *audit,
			 const struct clo_audit_row *row)
{
	static const char *const other[] = { "the architecture is another one",
					     "l'architecture est une autre" };
	struct clo_text last = { "", 0 };

	if (row->judgement.decided_by == CLO_NOWHERE) {
		line_words(cli, clo_say(audit, CLO_SAY_APPLIES),
			   other[audit->lang]);
		return;
	}
	show_expr(cli, audit, CLO_SAY_APPLIES, row->judgement.decided_by);
	show_leaves(cli, audit, row->judgement.decided_by, &last);
}

static void show_row(const struct clo_cli *cli, const struct clo_audit *audit,
		     const struct clo_audit_row *row)
{
	static const enum clo_color colors[] = {
		[CLO_VERDICT_FAIL] = CLO_COLOR_BAD,
		[CLO_VERDICT_UNKNOWN] = CLO_COLOR_DOUBT,
		[CLO_VERDICT_ACCEPTED] = CLO_COLOR_DOUBT,
		[CLO_VERDICT_PASS] = CLO_COLOR_GOOD,
		[CLO_VERDICT_OUTSIDE] = CLO_COLOR_DIM,
	};
	const struct clo_check *c = row->check;
	enum clo_verdict v = row->judgement.verdict;
	struct clo_text last = { "", 0 };

	(void)printf("%s%-14s%s %-6s %s%.*s%s\n", clo_out_color(cli, colors[v]),
		     clo_verdict_word(v), clo_out_plain(cli),
		     clo_severity_word(c->severity),
		     clo_out_color(cli, CLO_COLOR_BOLD), CLO_TEXT(c->id),
		     clo_out_plain(cli));
	(void)printf("    ");
	clo_audit_fold(stdout, clo_check_title(&audit->rules, c, audit->lang),
		       4);
	if (v == CLO_VERDICT_OUTSIDE) {
		show_outside(cli, audit, row);
		return;
	}
	if (c->when != CLO_NOWHERE)
		show_expr(cli, audit, CLO_SAY_APPLIES, c->when);
	show_leaves(cli, audit, c->test, &last);
	if (v == CLO_VERDICT_PASS)
		return;
	show_expr(cli, audit, CLO_SAY_WANTED, c->test);
	if (v == CLO_VERDICT_ACCEPTED)
		line(cli, clo_say(audit, CLO_SAY_ACCEPTED),
		     clo_lang_pick(row->judgement.accept->why, audit->lang));
	else
		show_text(cli, audit, c);
}

static void show_end(const struct clo_cli *cli, const struct clo_audit *audit,
		     const struct clo_audit_result *r)
{
	static const char *const sums[] = {
		"%zu checks of profile %.*s: %u fail (%u high, %u medium, %u low), %u unknown, %u accepted, %u pass, %u not applicable\n",
		"%zu vérifications du profil %.*s : %u échecs (%u hauts, %u moyens, %u bas), %u inconnues, %u acceptées, %u réussies, %u sans objet\n",
	};
	static const char *const lefts[] = {
		"not judged: %u checks of %s, which was not given\n",
		"non jugées : %u vérifications de %s, non fourni\n",
	};

	(void)fputs(clo_out_color(cli, CLO_COLOR_BOLD), stdout);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)printf(sums[audit->lang], r->count, CLO_TEXT(audit->profile->id),
		     r->verdicts[CLO_VERDICT_FAIL], r->fails[CLO_SEVERITY_HIGH],
		     r->fails[CLO_SEVERITY_MEDIUM], r->fails[CLO_SEVERITY_LOW],
		     r->verdicts[CLO_VERDICT_UNKNOWN],
		     r->verdicts[CLO_VERDICT_ACCEPTED],
		     r->verdicts[CLO_VERDICT_PASS],
		     r->verdicts[CLO_VERDICT_OUTSIDE]);
	(void)fputs(clo_out_plain(cli), stdout);
	for (uint32_t k = 0; k < CLO_FACT_KIND_COUNT; k++) {
		if (r->left_out[k])
			(void)printf(lefts[audit->lang], r->left_out[k],
				     clo_fact_kind_word(k));
	}
#pragma GCC diagnostic pop
}

void clo_audit_show(const struct clo_cli *cli, const struct clo_audit *audit,
		    const struct clo_audit_result *result)
{
	bool is_all = cli->values[CLO_OPTION_ALL] != NULL;

	for (size_t i = 0; i < result->count; i++) {
		const struct clo_audit_row *row = &result->rows[i];

		if (!is_all && row->judgement.verdict >= CLO_VERDICT_PASS)
			continue;
		show_row(cli, audit, row);
		(void)putchar('\n');
	}
	show_end(cli, audit, result);
}

void clo_audit_tell(const struct clo_cli *cli, const struct clo_audit *audit,
		    const struct clo_check *check)
{
	(void)printf("%s%.*s%s (%s, %s)\n    ",
		     clo_out_color(cli, CLO_COLOR_BOLD), CLO_TEXT(check->id),
		     clo_out_plain(cli), clo_severity_word(check->severity),
		     clo_level_word(check->level));
	clo_audit_fold(stdout,
		       clo_check_title(&audit->rules, check, audit->lang), 4);
	if (check->when != CLO_NOWHERE)
		show_expr(cli, audit, CLO_SAY_APPLIES, check->when);
	show_expr(cli, audit, CLO_SAY_WANTED, check->test);
	show_text(cli, audit, check);
	line(cli, clo_say(audit, CLO_SAY_REFS), check->refs);
	(void)printf("    %s%s%s%*s%s:%u\n", clo_out_color(cli, CLO_COLOR_DIM),
		     clo_say(audit, CLO_SAY_READ), clo_out_plain(cli),
		     12 - width(clo_text_of(clo_say(audit, CLO_SAY_READ))), "",
		     check->where.file, check->where.line);
}
