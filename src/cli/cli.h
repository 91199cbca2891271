/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cloison(1): one table of verbs makes the parser, the help, the manual page
 * and the completion.  The command decides nothing: it asks the Core, reads
 * the log, or asks the policy what it would say.
 */
#ifndef CLO_CLI_CLI_H
#define CLO_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/base.h"

/* status, name, meaning: --help, the manual page and the code share them. */
/* clang-format off */
#define CLO_EXITS(X)                                                        \
	X(0, DONE, "Done, or allowed.")                                     \
	X(1, REFUSED, "Refused, failed, or found wanting; standard error "  \
	  "says why.")                                                      \
	X(2, USAGE, "The command line or a configuration file is wrong.")   \
	X(3, CANNOT, "This machine cannot enforce what was asked.")         \
	X(4, NO_CORE, "The Core is not running.")
/* clang-format on */

#define X(status, name, text) CLO_EXIT_##name = status,
enum clo_exit { CLO_EXITS(X) };
#undef X

enum clo_cli_option_id {
	CLO_OPTION_HELP,
	CLO_OPTION_JSON,
	CLO_OPTION_WITHOUT,
	CLO_OPTION_ROLE,
	CLO_OPTION_ABRUPT,
	CLO_OPTION_FOLLOW,
	CLO_OPTION_CAGE,
	CLO_OPTION_RULE,
	CLO_OPTION_SINCE,
	CLO_OPTION_COUNT_OF,
	CLO_OPTION_RAW,
	CLO_OPTION_ALL,
	CLO_OPTION_DELAY,
	CLO_OPTION_TIMEOUT,
	CLO_OPTION_READ, /* of a sandbox, from here */
	CLO_OPTION_WRITE,
	CLO_OPTION_EXECUTE,
	CLO_OPTION_DENY,
	CLO_OPTION_NET_CONNECT,
	CLO_OPTION_NET_BIND,
	CLO_OPTION_UDP_CONNECT,
	CLO_OPTION_UDP_BIND,
	CLO_OPTION_SHARE,
	CLO_OPTION_PROFILE,
	CLO_OPTION_REQUIRE,
	CLO_OPTION_COMPOSE,
	CLO_OPTION_REPORT,
	CLO_OPTION_SUBSTITUTE,
	CLO_OPTION_QUIET,
	CLO_OPTION_SANDBOXER,
	CLO_OPTION_TO,
	CLO_OPTION_PERMISSIVE,
	CLO_OPTION_MERGE,
	CLO_OPTION_OUTPUT,
	CLO_OPTION_RESOLVED,
	CLO_OPTION_CONFIG, /* of the audit, from here */
	CLO_OPTION_CMDLINE,
	CLO_OPTION_SYSCTL,
	CLO_OPTION_LANG,
	CLO_OPTION_FAIL_ON,
	CLO_OPTION_ARCH,
	CLO_OPTION_COMPILER,
	CLO_OPTION_KERNEL,
	CLO_OPTION_ROOT,
	CLO_OPTION_FACTS,
	CLO_OPTION_COUNT,
};

/* What a word of the command line is: the shells complete it so. */
enum clo_cli_word {
	CLO_WORD_NONE,
	CLO_WORD_CAGE, /* of `cloison ps` */
	CLO_WORD_FILE,
	CLO_WORD_RULE,
	CLO_WORD_SHELL, /* bash zsh */
	CLO_WORD_QUESTION, /* of `policy test` */
	CLO_WORD_ROLE, /* of a session */
	CLO_WORD_PROTECTION,
	CLO_WORD_PROFILE, /* of a sandbox: a name or a file */
};

struct clo_cli_option {
	uint32_t id; /* enum clo_cli_option_id */
	char letter; /* 0: none */
	const char *name; /* without the dashes */
	const char *arg; /* NULL: a flag */
	uint32_t word; /* enum clo_cli_word, of the argument */
	const char *help;
};

struct clo_cli;

struct clo_cli_verb {
	const char *name; /* one word, or two */
	const char *args; /* as the manual page shows them */
	int min, max; /* words after the verb; max -1: any number */
	int (*run)(struct clo_cli *cli, struct clo_err *err);
	uint32_t word; /* enum clo_cli_word, of the arguments */
	const char *help; /* one line */
	const char *detail; /* a paragraph, or NULL */
	const struct clo_cli_option *options; /* ended by a NULL name */
};

enum { CLO_CLI_GIVEN = 512 }; /* options with an argument, of one line */

/* A command line that has been read. */
struct clo_cli {
	const struct clo_cli_verb *verb; /* NULL: help or version alone */
	const char *values[CLO_OPTION_COUNT]; /* NULL: not given; the last */
	uint32_t given_count;
	struct {
		uint32_t id;
		const char *value;
	} given[CLO_CLI_GIVEN]; /* each, in order: those that may be repeated */
	int argc; /* words after the verb */
	char **argv;
	int command; /* index in @argv of what follows `--`, or @argc */
	bool is_version;
	bool is_json;
	bool is_color; /* standard output shows colours */
};

/* Options that each verb has; and the table.  Ended by a NULL name. */
extern const struct clo_cli_option clo_cli_common[];
extern const struct clo_cli_verb clo_cli_verbs[];

/**
 * clo_cli_parse() - Read a command line
 * @cli: Set; not NULL.
 * @argc: As main() has it.
 * @argv: As main() has it; borrowed, and the words are put in another order.
 * @err: Says what is wrong.
 *
 * Options may stand anywhere before `--`.  `cloison help VERB` is read as
 * `cloison VERB --help`.
 *
 * Return: 0, or -EINVAL.
 */
int clo_cli_parse(struct clo_cli *cli, int argc, char **argv,
		  struct clo_err *err);

/**
 * clo_cli_option_find() - Find an option of a verb by its name
 * @verb: The verb, or NULL for those that all have.
 * @name: The name, without dashes, @size bytes of it.
 * @size: Length of @name.
 *
 * Return: the option, or NULL.
 */
const struct clo_cli_option *
clo_cli_option_find(const struct clo_cli_verb *verb, const char *name,
		    size_t size);

/* Print the help of one verb, or of all if @verb is NULL. */
void clo_cli_help(const struct clo_cli *cli, const struct clo_cli_verb *verb);

/* Print the completion script of a shell; -EINVAL if it is not known. */
int clo_cli_completion(FILE *out, const char *shell);

/* The verbs: each returns enum clo_exit, with @err set unless it is 0. */
int clo_cli_doctor(struct clo_cli *cli, struct clo_err *err);
int clo_cli_up(struct clo_cli *cli, struct clo_err *err);
int clo_cli_down(struct clo_cli *cli, struct clo_err *err);
int clo_cli_restart(struct clo_cli *cli, struct clo_err *err);
int clo_cli_ps(struct clo_cli *cli, struct clo_err *err);
int clo_cli_top(struct clo_cli *cli, struct clo_err *err);
int clo_cli_enter(struct clo_cli *cli, struct clo_err *err);
int clo_cli_core_stop(struct clo_cli *cli, struct clo_err *err);
int clo_cli_log(struct clo_cli *cli, struct clo_err *err);
int clo_cli_why(struct clo_cli *cli, struct clo_err *err);
int clo_cli_explain(struct clo_cli *cli, struct clo_err *err);
int clo_cli_policy_show(struct clo_cli *cli, struct clo_err *err);
int clo_cli_policy_check(struct clo_cli *cli, struct clo_err *err);
int clo_cli_policy_test(struct clo_cli *cli, struct clo_err *err);
int clo_cli_run(struct clo_cli *cli, struct clo_err *err);
int clo_cli_learn(struct clo_cli *cli, struct clo_err *err);
int clo_cli_sandboxer(int argc, char **argv, struct clo_err *err);
int clo_cli_sandbox_show(struct clo_cli *cli, struct clo_err *err);
int clo_cli_sandbox_check(struct clo_cli *cli, struct clo_err *err);
int clo_cli_sandbox_lint(struct clo_cli *cli, struct clo_err *err);
int clo_cli_sandbox_explain(struct clo_cli *cli, struct clo_err *err);
int clo_cli_sandbox_diff(struct clo_cli *cli, struct clo_err *err);
int clo_cli_sandbox_enter(struct clo_cli *cli, struct clo_err *err);
int clo_cli_sandbox_export(struct clo_cli *cli, struct clo_err *err);
int clo_cli_audit(struct clo_cli *cli, struct clo_err *err);
int clo_cli_audit_collect(struct clo_cli *cli, struct clo_err *err);
int clo_cli_audit_kernel(struct clo_cli *cli, struct clo_err *err);
int clo_cli_audit_explain(struct clo_cli *cli, struct clo_err *err);
int clo_cli_audit_lint(struct clo_cli *cli, struct clo_err *err);
int clo_cli_audit_coverage(struct clo_cli *cli, struct clo_err *err);
int clo_cli_audit_why(struct clo_cli *cli, struct clo_err *err);
int clo_cli_audit_fragment(struct clo_cli *cli, struct clo_err *err);
int clo_cli_completions(struct clo_cli *cli, struct clo_err *err);

#endif
