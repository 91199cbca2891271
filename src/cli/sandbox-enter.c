// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison sandbox enter: a whole shell in a sandbox, whose prompt says so.
 * Nothing of it is outside: what it starts, its functions, what it reads.
 */
#include <string.h>
#include <unistd.h>

#include "cli/sandbox.h"

enum { PLACE = 4096, WORDS = 5, NAME = 64 };

/* A shell, and the file that it reads for its prompt. */
struct shell {
	const char *name;
	const char *file; /* beneath the directory of such files */
};

static const struct shell shells[] = {
	{ "bash", "bashrc" },	   { "zsh", "zsh/.zshrc" },
	{ "fish", "config.fish" }, { "sh", "shrc" },
	{ "dash", "shrc" },	   { "ksh", "shrc" },
	{ "mksh", "shrc" },
};

static const struct shell *find_shell(const char *path)
{
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; i < CLO_ARRAY_SIZE(shells); i++) {
		if (!strcmp(slash ? slash + 1 : path, shells[i].name))
			return &shells[i];
	}
	return NULL;
}

static void add(char *name, size_t *used, const char *text)
{
	for (; *text && *used + 1 < NAME; text++) {
		bool is_plain = (*text >= 'a' && *text <= 'z') ||
				(*text >= 'A' && *text <= 'Z') ||
				(*text >= '0' && *text <= '9') ||
				strchr("._+/-", *text);

		/* Shells expand what is in a prompt. */
		name[(*used)++] = is_plain ? *text : '_';
	}
	name[*used] = '\0';
}

/* Names of the profiles, behind that of the sandbox that this one is in. */
static void name_sandbox(const struct clo_cli *cli, char *name)
{
	const char *outer = getenv("CLOISON_SANDBOX");
	const char *mark = "";
	size_t used = 0;

	name[0] = '\0';
	if (outer && *outer) {
		add(name, &used, outer);
		mark = "/";
	}
	for (uint32_t i = 0; i < cli->given_count; i++) {
		const char *value = cli->given[i].value;
		const char *slash = strrchr(value, '/');

		if (cli->given[i].id != CLO_OPTION_PROFILE)
			continue;
		add(name, &used, mark);
		add(name, &used, slash ? slash + 1 : value);
		mark = "+";
	}
	if (strcmp(mark, "+") != 0) {
		add(name, &used, mark);
		add(name, &used, "options");
	}
}

/* The prompt is no part of the sandbox: without it the shell runs all the same,
 * and it is said. */
static void warn_prompt(const struct clo_cli *cli,
			const struct clo_sandbox *sandbox,
			const struct shell *shell, const char *file)
{
	static struct clo_judged judged;

	if (cli->values[CLO_OPTION_QUIET])
		return;
	if (!shell)
		(void)fprintf(
			stderr,
			"cloison: sandbox: this shell's prompt does not say that it is in a sandbox; CLOISON_SANDBOX in its environment does\n");
	else if (clo_judge_path(sandbox, file, CLOISON_LANDLOCK_FS_READ_FILE,
				&judged, NULL) ||
		 judged.is_missing || judged.refused)
		(void)fprintf(
			stderr,
			"cloison: sandbox: the prompt does not say that the shell is in a sandbox: it cannot read '%s' there; allow it (--ro)\n",
			file);
}

/* Arguments are text that the program called may change. */
static char rcfile[] = "--rcfile", init_command[] = "--init-command";
static char interactive[] = "-i", plain_shell[] = "/bin/sh";

static int keep(const char *from, const char *to, struct clo_err *err)
{
	const char *value = getenv(from);

	if (value ? setenv(to, value, 1) : unsetenv(to))
		return clo_err_set(err, -errno, "sandbox: %s", strerror(errno));
	return 0;
}

static int set(const char *name, const char *value, struct clo_err *err)
{
	if (setenv(name, value, 1))
		return clo_err_set(err, -errno, "sandbox: %s", strerror(errno));
	return 0;
}

/* How the shell is started so that it reads @file after its own. */
static int start(const struct shell *shell, const char *file, char *source,
		 char **words, struct clo_err *err)
{
	char *slash;
	int r = 0;

	if (!shell)
		return 0;
	if (!strcmp(shell->name, "bash")) {
		*words++ = rcfile;
		(void)snprintf(source, PLACE, "%s", file);
		*words++ = source;
	} else if (!strcmp(shell->name, "fish")) {
		*words++ = init_command;
		(void)snprintf(source, PLACE, "source %s", file);
		*words++ = source;
	} else if (!strcmp(shell->name, "zsh")) {
		r = keep("ZDOTDIR", "CLOISON_ZDOTDIR", err);
		(void)snprintf(source, PLACE, "%s", file);
		slash = strrchr(source, '/');
		if (slash)
			*slash = '\0';
		if (!r)
			r = set("ZDOTDIR", source, err);
	} else {
		r = keep("ENV", "CLOISON_ENV", err);
		if (!r)
			r = set("ENV", file, err);
	}
	*words++ = interactive;
	*words = NULL;
	return r;
}

int clo_cli_sandbox_enter(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
	const char *dir = getenv("CLOISON_SHELL_PATH");
	char name[NAME], file[PLACE - 16], source[PLACE];
	const struct shell *shell;
	char *words[WORDS] = { NULL };
	int status = clo_sandbox_options(cli, &sandbox, err);

	if (status)
		return status;
	words[0] = cli->argc ? cli->argv[0] : getenv("SHELL");
	if (!words[0] || !*words[0])
		words[0] = plain_shell;
	shell = find_shell(words[0]);
	(void)snprintf(file, sizeof(file), "%s/%s",
		       dir && *dir == '/' ? dir : CLO_SHELL_DIR,
		       shell ? shell->file : "");
	warn_prompt(cli, &sandbox, shell, file);
	name_sandbox(cli, name);
	if (set("CLOISON_SANDBOX", name, err) ||
	    start(shell, file, source, words + 1, err))
		return CLO_EXIT_REFUSED;
	return clo_run_confined(cli, &sandbox, 0, words, err);
}
