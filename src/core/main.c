// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloisond(8): the command line, and the way to each role.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "core/boot.h"
#include "core/check.h"
#include "paths.h"

/* clang-format off */
static int (*const runs[CLO_RUN_COUNT])(int argc, char **argv) = {
#define X(id, name, text) [id] = clo_run_##name,
	CLO_ROLES(X)
#undef X
};

static const struct {
	struct option option;
	const char *text;
} options[] = {
	{ { "foreground", no_argument, NULL, 'f' }, "stay in the foreground (the default, and all there is)" },
	{ { "check", no_argument, NULL, 'c' }, "read every file of configuration and say what is wrong" },
	{ { "dry-run", no_argument, NULL, 'n' }, "load the guard without attaching it, and say what this kernel carries" },
	{ { "init", required_argument, NULL, 'i' }, "program that each cage starts with" },
	{ { "version", no_argument, NULL, 'V' }, "print the version" },
	{ { "help", no_argument, NULL, 'h' }, "print this" },
};
/* clang-format on */

static void print_help(void)
{
	(void)printf("usage: cloisond [OPTION...]\n"
		     "The Core of cloison: keeps cages, which the kernel keeps "
		     "apart.\n\n");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(options); i++)
		(void)printf("  --%-12s %s\n", options[i].option.name,
			     options[i].text);
	(void)printf("\nExit status: 0 done; 1 failed; 2 bad usage or "
		     "configuration; 3 this machine\ncannot enforce. See "
		     "cloisond(8).\n");
}

static int dry_run(void)
{
	struct clo_guard_report report = { 0 };
	struct clo_err err = { 0 };
	int r = clo_loader_ask(1, 0, &report, &err);

	if (r) {
		(void)fprintf(stderr, "cloisond: %s\n", err.text);
		return 3;
	}
	(void)printf("guard: loads on this kernel\n");
#define X(id, name)                                                 \
	if (report.missing[(id) / 64] & UINT64_C(1) << ((id) % 64)) \
		(void)printf("missing: %s\n", #name);
	CLO_HOOKS(X)
#undef X
	return 0;
}

/*
 * What is ignored stays ignored over fork and execve, down to what cages run: a
 * script that says `cloisond &` has SIGINT and SIGQUIT ignored.
 */
static void take_signals_back(void)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };

	/* Numbers that have no disposition answer EINVAL. */
	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &by_default, NULL);
}

static int start(const char *init_path)
{
	const struct clo_start_options how = { .init_path = init_path };
	struct clo_err err = { 0 };
	int r;

	take_signals_back();
	r = clo_start(&how, &err);
	(void)fprintf(stderr, "cloisond: %s\n", err.text);
	return clo_start_status(r);
}

int main(int argc, char **argv)
{
	struct option longs[CLO_ARRAY_SIZE(options) + 1] = { 0 };
	const char *init_path = CLO_INIT_PATH;
	int role, letter, verb = 0;

	/* Executed as /proc/self/exe, a role would be "exe" in the log. */
	(void)prctl(PR_SET_NAME, "cloisond", 0, 0, 0);
	if (argc > 1 && (role = clo_role_find(argv[1])) >= 0)
		return runs[role](argc, argv);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(options); i++)
		longs[i] = options[i].option;
	while ((letter = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (letter == '?')
			return 2;
		if (letter == 'i')
			init_path = optarg;
		else
			verb = letter;
	}
	if (optind < argc) {
		(void)fprintf(stderr,
			      "cloisond: '%s' is not an option; see "
			      "'cloisond --help'\n",
			      argv[optind]);
		return 2;
	}
	switch (verb) {
	case 'h':
		print_help();
		return 0;
	case 'V':
		(void)printf("cloisond %s\n", CLO_VERSION);
		return 0;
	case 'n':
		return dry_run();
	case 'c':
		return clo_check_files();
	default:
		return start(init_path);
	}
}
