// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line: a verb of one word or two, options, words.
 */
#include <string.h>

#include "base/near.h"
#include "cli/cli.h"

/* Where the reading of a command line stands. */
struct reader {
	struct clo_cli *cli;
	int argc;
	char **argv;
	int next; /* index of the word to read */
	bool is_rest; /* `--` has been read */
};

static const struct clo_cli_option *
find_in(const struct clo_cli_option *options, const char *name, size_t size)
{
	for (; options && options->name; options++) {
		if (strlen(options->name) == size &&
		    !memcmp(options->name, name, size))
			return options;
	}
	return NULL;
}

const struct clo_cli_option *
clo_cli_option_find(const struct clo_cli_verb *verb, const char *name,
		    size_t size)
{
	const struct clo_cli_option *o = find_in(clo_cli_common, name, size);

	if (o || !verb)
		return o;
	return find_in(verb->options, name, size);
}

static const struct clo_cli_option *
letter_in(const struct clo_cli_option *options, char letter)
{
	for (; options && options->name; options++) {
		if (options->letter == letter)
			return options;
	}
	return NULL;
}

static const struct clo_cli_option *find_letter(const struct clo_cli_verb *verb,
						char letter)
{
	const struct clo_cli_option *o = letter_in(clo_cli_common, letter);

	if (o || !verb)
		return o;
	return letter_in(verb->options, letter);
}

static const char *verb_name(const struct clo_cli_verb *verb)
{
	return verb ? verb->name : "";
}

static void try_options(struct clo_near *near,
			const struct clo_cli_option *options)
{
	for (; options && options->name; options++)
		clo_near_try(near, options->name);
}

static int no_option(const struct clo_cli_verb *verb, const char *name,
		     size_t size, struct clo_err *err)
{
	char word[CLO_NEAR_MAX + 1], best[CLO_NEAR_MAX + 3], see[96];
	struct clo_near near = { .word = word };

	(void)snprintf(word, sizeof(word), "%.*s",
		       size < CLO_NEAR_MAX ? (int)size : CLO_NEAR_MAX, name);
	(void)snprintf(see, sizeof(see), "see 'cloison%s%s --help'",
		       verb ? " " : "", verb_name(verb));
	try_options(&near, clo_cli_common);
	try_options(&near, verb ? verb->options : NULL);
	/* Said as a person writes it. */
	(void)snprintf(best, sizeof(best), "--%s", near.best);
	if (near.best[0])
		(void)snprintf(near.best, sizeof(near.best), "%.*s",
			       CLO_NEAR_MAX, best);
	return clo_near_end(&near, err, -EINVAL, see,
			    "no option is named '--%s'", word);
}

/* @value: NULL if none was joined to the option. */
static int take_option(struct reader *r, const struct clo_cli_option *o,
		       const char *value, struct clo_err *err)
{
	if (!o->arg) {
		if (value)
			return clo_err_set(err, -EINVAL,
					   "option '--%s' takes no argument",
					   o->name);
		r->cli->values[o->id] = "";
		return 0;
	}
	if (!value) {
		if (r->next >= r->argc)
			return clo_err_set(err, -EINVAL,
					   "option '--%s' needs an argument, "
					   "%s",
					   o->name, o->arg);
		value = r->argv[r->next++];
	}
	if (r->cli->given_count == CLO_CLI_GIVEN)
		return clo_err_set(err, -EINVAL,
				   "more than %d options with an argument",
				   CLO_CLI_GIVEN);
	r->cli->given[r->cli->given_count].id = o->id;
	r->cli->given[r->cli->given_count++].value = value;
	r->cli->values[o->id] = value;
	return 0;
}

static int read_long(struct reader *r, const char *word, struct clo_err *err)
{
	const struct clo_cli_verb *verb = r->cli->verb;
	const char *equals = strchr(word, '=');
	size_t size = equals ? (size_t)(equals - word) : strlen(word);
	const struct clo_cli_option *o;

	if (!verb && !strcmp(word, "version")) {
		r->cli->is_version = true;
		return 0;
	}
	o = clo_cli_option_find(verb, word, size);
	if (o)
		return take_option(r, o, equals ? equals + 1 : NULL, err);
	return no_option(verb, word, size, err);
}

static int read_letters(struct reader *r, const char *letters,
			struct clo_err *err)
{
	const struct clo_cli_verb *verb = r->cli->verb;

	for (; *letters; letters++) {
		const struct clo_cli_option *o = find_letter(verb, *letters);
		int e;

		if (!o)
			return clo_err_set(err, -EINVAL,
					   "no option is named '-%c'; see "
					   "'cloison%s%s --help'",
					   *letters, verb ? " " : "",
					   verb_name(verb));
		if (o->arg && letters[1])
			return take_option(r, o, letters + 1, err);
		e = take_option(r, o, NULL, err);
		if (e)
			return e;
	}
	return 0;
}

/* Options that stand before the verb, or between its words. */
static int skip_options(struct reader *r, struct clo_err *err)
{
	while (r->next < r->argc && r->argv[r->next][0] == '-' &&
	       r->argv[r->next][1]) {
		const char *word = r->argv[r->next];
		int e;

		if (!strcmp(word, "--"))
			return 0;
		r->next++;
		e = word[1] == '-' ? read_long(r, word + 2, err) :
				     read_letters(r, word + 1, err);
		if (e)
			return e;
	}
	return 0;
}

/* Does the verb's name begin with this word?  @ret_two: it has another. */
static bool begins(const struct clo_cli_verb *verb, const char *word,
		   bool *ret_two)
{
	size_t size = strlen(word);

	*ret_two = verb->name[size < strlen(verb->name) ? size : 0] == ' ';
	return !strncmp(verb->name, word, size) &&
	       (*ret_two || strlen(verb->name) == size);
}

static int no_verb(const char *word, struct clo_err *err)
{
	struct clo_near near = { .word = word };

	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++)
		clo_near_try(&near, v->name);
	return clo_near_end(&near, err, -EINVAL, "see 'cloison --help'",
			    "no verb is named '%.40s'", word);
}

static int no_second(const char *first, const char *second, struct clo_err *err)
{
	struct clo_near near = { .word = second ? second : "" };
	char list[128] = "", one_of[160];
	size_t used = 0;

	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		bool two;

		if (!begins(v, first, &two) || !two)
			continue;
		clo_near_try(&near, v->name + strlen(first) + 1);
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used,
						 sizeof(list) - used, "%s%s",
						 used ? ", " : "",
						 v->name + strlen(first) + 1);
	}
	(void)snprintf(one_of, sizeof(one_of), "it is one of %s", list);
	if (second)
		return clo_near_end(&near, err, -EINVAL, one_of,
				    "'%s' knows no '%.40s'", first, second);
	return clo_err_set(err, -EINVAL, "'%s' needs a second word; %s", first,
			   one_of);
}

/* Reads the verb's words; leaves it NULL if there is none. */
static int read_verb(struct reader *r, struct clo_err *err)
{
	const char *first, *second = NULL;
	bool two = false, is_two = false;
	int e;

	if (r->next >= r->argc)
		return 0;
	first = r->argv[r->next++];
	if (!strcmp(first, "help")) {
		r->cli->values[CLO_OPTION_HELP] = "";
		if (r->next >= r->argc)
			return 0;
		first = r->argv[r->next++];
	}
	for (const struct clo_cli_verb *v = clo_cli_verbs; v->name; v++) {
		if (!*first || !begins(v, first, &two))
			continue;
		is_two = is_two || two;
		if (!two)
			r->cli->verb = v;
	}
	if (r->cli->verb && !is_two)
		return 0;
	if (!is_two)
		return no_verb(first, err);
	/* Of a verb that stands alone too, options follow it, not the word. */
	if (r->cli->verb && (r->next >= r->argc || r->argv[r->next][0] == '-'))
		return 0;
	e = skip_options(r, err);
	if (e)
		return e;
	if (r->next < r->argc && strcmp(r->argv[r->next], "--") != 0)
		second = r->argv[r->next++];
	for (const struct clo_cli_verb *v = clo_cli_verbs; second && v->name;
	     v++) {
		if (begins(v, first, &two) && two &&
		    !strcmp(v->name + strlen(first) + 1, second)) {
			r->cli->verb = v;
			return 0;
		}
	}
	if (!second && r->cli->values[CLO_OPTION_HELP])
		return 0;
	return no_second(first, second, err);
}

static int check_count(const struct clo_cli *cli, struct clo_err *err)
{
	const struct clo_cli_verb *v = cli->verb;

	if (cli->argc < v->min)
		return clo_err_set(err, -EINVAL,
				   "'%s' needs %s; see 'cloison %s --help'",
				   v->name, v->args, v->name);
	if (v->max >= 0 && cli->argc > v->max)
		return clo_err_set(err, -EINVAL,
				   "'%s' takes %s%s, not also '%.40s'; see "
				   "'cloison %s --help'",
				   v->name, *v->args ? "only " : "no word",
				   v->args, cli->argv[v->max], v->name);
	return 0;
}

int clo_cli_parse(struct clo_cli *cli, int argc, char **argv,
		  struct clo_err *err)
{
	struct reader r = { .cli = cli, .argc = argc, .argv = argv, .next = 1 };
	int e;

	memset(cli, 0, sizeof(*cli));
	cli->argv = argv;
	cli->command = -1;
	e = skip_options(&r, err);
	if (!e)
		e = read_verb(&r, err);
	while (!e && r.next < argc) {
		char *word = argv[r.next];

		if (!r.is_rest && !strcmp(word, "--")) {
			r.is_rest = true;
			cli->command = cli->argc;
			r.next++;
		} else if (!r.is_rest && word[0] == '-' && word[1]) {
			e = skip_options(&r, err);
		} else {
			r.next++;
			argv[cli->argc++] = word; /* behind what is read */
		}
	}
	cli->is_json = cli->values[CLO_OPTION_JSON] != NULL;
	if (e)
		return e;
	if (cli->command < 0)
		cli->command = cli->argc;
	argv[cli->argc] = NULL; /* one word at least, the name, is gone */
	if (cli->values[CLO_OPTION_HELP] || cli->is_version)
		return 0;
	if (!cli->verb)
		return clo_err_set(err, -EINVAL,
				   "a verb is missing; see 'cloison --help'");
	return check_count(cli, err);
}
