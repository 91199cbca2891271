// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion for bash and zsh, made from the table of verbs.  Both shells use
 * the same words; what they hold of cages they ask `cloison policy show`, which
 * needs neither root nor a Core.
 */
#include <string.h>

#include "cli/out.h"
#include "cli/question.h"
#include "model/cage.h"
#include "policy/verdict.h"

static void put_rules(FILE *out)
{
#define X(id, name, text, allow, source) (void)fputs(" " #name, out);
	CLO_RULES(X)
#undef X
}

static void put_protections(FILE *out)
{
	for (uint32_t i = 0; i < CLO_PROTECTION_COUNT; i++)
		(void)fprintf(out, " %s", clo_protection_name(i));
}

static void put_questions(FILE *out)
{
	for (const struct clo_question *q = clo_questions; q->name; q++)
		(void)fprintf(out, " %s", q->name);
}

/* Shell words that a kind of word expands to. */
static void put_words(FILE *out, uint32_t word)
{
	switch (word) {
	case CLO_WORD_CAGE:
		(void)fputs(" $(_cloison_cages)", out);
		break;
	case CLO_WORD_RULE:
		put_rules(out);
		break;
	case CLO_WORD_SHELL:
		(void)fputs(" bash zsh", out);
		break;
	case CLO_WORD_QUESTION:
		put_questions(out);
		(void)fputs(" core host $(_cloison_cages)", out);
		break;
	case CLO_WORD_ROLE:
		(void)fputs(" user admin audit", out);
		break;
	case CLO_WORD_PROTECTION:
		put_protections(out);
		break;
	case CLO_WORD_PROFILE:
		(void)fputs(" $(_cloison_profiles)", out);
		break;
	default:
		break;
	}
}

/* First words, and second words of those that have some. */
static void put_first(FILE *out)
{
	const char *last = "";

	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		size_t size = strcspn(v->name, " ");

		if (strncmp(last, v->name, size) != 0 || last[size] != ' ')
			(void)fprintf(out, " %.*s", (int)size, v->name);
		last = v->name;
	}
	(void)fputs(" help --help --version --json", out);
}

static void put_seconds(FILE *out)
{
	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		size_t size = strcspn(v->name, " ");
		bool is_first = true;

		if (!v->name[size])
			continue;
		for (const struct clo_cli_verb *w = clo_cli_verbs; w < v; w++)
			is_first = is_first &&
				   strncmp(w->name, v->name, size + 1) != 0;
		if (!is_first)
			continue;
		(void)fprintf(out, "\t%.*s) words=\"", (int)size, v->name);
		for (const struct clo_cli_verb *w = v; w->name; w++) {
			if (!strncmp(w->name, v->name, size + 1))
				(void)fprintf(out, "%s%s", w == v ? "" : " ",
					      w->name + size + 1);
		}
		(void)fputs("\" ;;\n", out);
	}
}

static void put_options(FILE *out, const struct clo_cli_option *options)
{
	for (; options->name; options++) {
		(void)fprintf(out, " --%s%s", options->name,
			      options->arg ? "=" : "");
		if (options->letter)
			(void)fprintf(out, " -%c", options->letter);
	}
}

/* What may follow an option that takes a word. */
static void put_values(FILE *out)
{
	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		const struct clo_cli_option *o = v->options;

		for (; o->name; o++) {
			if (!o->arg)
				continue;
			(void)fprintf(out, "\t\"%s --%s\"", v->name, o->name);
			if (o->letter)
				(void)fprintf(out, "|\"%s -%c\"", v->name,
					      o->letter);
			(void)fputs(") words=\"", out);
			put_words(out, o->word);
			(void)fputs("\" ;;\n", out);
		}
	}
}

static void put_verbs(FILE *out)
{
	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		(void)fprintf(out, "\t\"%s\") words=\"", v->name);
		put_words(out, v->word);
		put_options(out, v->options);
		put_options(out, clo_cli_common);
		(void)fprintf(out, "\" files=%d ;;\n",
			      v->word == CLO_WORD_FILE);
	}
}

static const char common_head[] =
	"# Made by 'cloison completion'; the words are those of --help.\n"
	"_cloison_cages() {\n"
	"\tcommand cloison policy show 2>/dev/null |\n"
	"\t\tsed -n 's/^# cage \\([a-z0-9-]*\\) .*/\\1/p' | tr '\\n' ' '\n"
	"}\n"
	"_cloison_profiles() {\n"
	"\tcommand ls ~/.config/cloison/profiles " CLO_PROFILE_PLACES
	" 2>/dev/null |\n"
	"\t\tsed -n 's/\\.toml$//p' | tr '\\n' ' '\n"
	"}\n";

/* Sets `words` and `files` from the words before the cursor. */
static void put_common(FILE *out)
{
	(void)fputs(common_head, out);
	(void)fputs("_cloison_words() {\n"
		    "\tlocal verb=\"$1\" last=\"$2\"\n"
		    "\tfiles=0\n"
		    "\tcase \"$verb $last\" in\n",
		    out);
	put_values(out);
	(void)fputs("\t*)\n\tcase \"$verb\" in\n\t\"\") words=\"", out);
	put_first(out);
	(void)fputs("\" ;;\n", out);
	put_seconds(out);
	put_verbs(out);
	(void)fputs("\t*) words=\"\" files=1 ;;\n\tesac ;;\n\tesac\n}\n", out);
}

static const char bash_tail[] =
	"_cloison() {\n"
	"\tlocal words files verb=\"\" word last cur i\n"
	"\tlocal -a line=()\n"
	"\tCOMPREPLY=()\n"
	"\tcur=\"${COMP_WORDS[COMP_CWORD]}\"\n"
	"\tlast=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
	"\tif [ \"$cur\" = \"=\" ]; then cur=\"\"\n"
	"\telif [ \"$last\" = \"=\" ] && [ \"$COMP_CWORD\" -gt 1 ]; then\n"
	"\t\tlast=\"${COMP_WORDS[COMP_CWORD-2]}\"\n"
	"\tfi\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tword=\"${COMP_WORDS[i]}\"\n"
	"\t\tif [ \"$word\" = \"--\" ]; then\n"
	"\t\t\tCOMPREPLY=($(compgen -c -- \"$cur\")); return\n"
	"\t\tfi\n"
	"\t\tcase \"$word\" in -*|=|help) continue ;; esac\n"
	"\t\tline+=(\"$word\")\n"
	"\tdone\n"
	"\tverb=\"${line[0]}\"\n"
	"\tcase \"$verb\" in audit|core|policy|sandbox)\n"
	"\t\t[ -n \"${line[1]}\" ] && verb=\"$verb ${line[1]}\" ;; esac\n"
	"\t_cloison_words \"$verb\" \"$last\"\n"
	"\tif [ \"$files\" = 1 ]; then\n"
	"\t\tCOMPREPLY=($(compgen -f -- \"$cur\") "
	"$(compgen -W \"$words\" -- \"$cur\"))\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	"\tcase \"${COMPREPLY[0]}\" in *=) compopt -o nospace ;; esac\n"
	"}\n"
	"complete -F _cloison cloison\n";

static const char zsh_tail[] =
	"_cloison() {\n"
	"\tlocal verb=\"\" word last i files\n"
	"\tlocal -a line=()\n"
	"\tlocal before=(\"${(@)words[2,CURRENT-1]}\")\n"
	"\tfor word in \"${before[@]}\"; do\n"
	"\t\tif [[ $word == -- ]]; then _command_names -e; return; fi\n"
	"\t\t[[ $word == (-*|help) ]] || line+=(\"$word\")\n"
	"\tdone\n"
	"\tlast=\"${before[-1]}\"\n"
	"\tverb=\"${line[1]}\"\n"
	"\tif [[ $verb == (audit|core|policy|sandbox) && -n ${line[2]} ]]; then\n"
	"\t\tverb=\"$verb ${line[2]}\"\n"
	"\tfi\n"
	"\tlocal words\n"
	"\t_cloison_words \"$verb\" \"$last\"\n"
	"\tcompadd -- ${=words}\n"
	"\t[[ $files == 1 ]] && _files\n"
	"\treturn 0\n"
	"}\n"
	"if [[ ${funcstack[1]} == _cloison ]]; then _cloison \"$@\"\n"
	"else compdef _cloison cloison; fi\n";

int clo_cli_completion(FILE *out, const char *shell)
{
	if (!strcmp(shell, "bash")) {
		(void)fputs("# bash completion for cloison(1)\n", out);
		put_common(out);
		(void)fputs(bash_tail, out);
		return 0;
	}
	if (!strcmp(shell, "zsh")) {
		(void)fputs("#compdef cloison\n", out);
		put_common(out);
		(void)fputs(zsh_tail, out);
		return 0;
	}
	return -EINVAL;
}

int clo_cli_completions(struct clo_cli *cli, struct clo_err *err)
{
	clo_json struct json_object *o = NULL;
	clo_free char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int r;

	if (!out) {
		(void)clo_err_set(err, -ENOMEM, "no memory");
		return CLO_EXIT_REFUSED;
	}
	r = clo_cli_completion(out, cli->argv[0]);
	if (fclose(out) || r) {
		(void)clo_err_set(err, -EINVAL,
				  "there is no completion for '%.40s'; it is "
				  "bash or zsh",
				  cli->argv[0]);
		return CLO_EXIT_USAGE;
	}
	if (!cli->is_json) {
		(void)fputs(text, stdout);
		return CLO_EXIT_DONE;
	}
	o = json_object_new_object();
	clo_json_text(o, "shell", cli->argv[0]);
	(void)json_object_object_add(o, "script", json_object_new_string(text));
	clo_json_print(o);
	return CLO_EXIT_DONE;
}
