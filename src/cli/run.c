// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison run: a command in a sandbox.  This process restricts itself and
 * becomes the command; nothing of ours stays behind.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/sandbox.h"

enum { EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

/* Descriptors beyond the three that the command gets: not restricted. */
static void warn_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	char list[128] = "";
	size_t used = 0;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		int flags, fd = 0;
		const char *c = entry->d_name;

		for (; *c >= '0' && *c <= '9'; c++)
			fd = fd * 10 + (*c - '0');
		if (*c || fd <= 2 || fd == dirfd(dir))
			continue;
		flags = fcntl(fd, F_GETFD);
		if (flags < 0 || flags & FD_CLOEXEC || used >= sizeof(list))
			continue;
		used += (size_t)snprintf(list + used, sizeof(list) - used,
					 "%s%d", used ? ", " : "", fd);
	}
	(void)closedir(dir);
	if (used)
		(void)fprintf(
			stderr,
			"cloison: run: the command inherits descriptor %s, which no sandbox restricts; close it before\n",
			list);
}

static int write_report(const struct clo_cli *cli,
			const struct cloison_landlock_policy *policy,
			struct clo_err *err)
{
	const char *name = cli->values[CLO_OPTION_REPORT];
	clo_json struct json_object *items = NULL;
	const char *text;
	clo_fd int fd = -1;
	size_t size;
	int r;

	if (!name)
		return 0;
	items = clo_sandbox_items(policy);
	text = json_object_to_json_string_ext(
		items, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	size = strlen(text);
	if (!strcmp(name, "-")) {
		(void)fprintf(stderr, "%s\n", text);
		return 0;
	}
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return clo_err_set(err, -errno, "%.300s: %s", name,
				   strerror(errno));
	r = clo_write_full(fd, text, size);
	if (!r)
		r = clo_write_full(fd, "\n", 1);
	if (r)
		return clo_err_set(err, r, "%.300s: %s", name, strerror(-r));
	return 0;
}

/* Was this named by who runs the command?  Profiles name what may be there. */
static bool is_named_now(const char *fragment)
{
	return !strcmp(fragment, CLO_SANDBOX_OPTIONS) ||
	       !strcmp(fragment, CLO_SANDBOX_ENVIRONMENT);
}

static void need_paths(struct clo_sandbox *sandbox)
{
	for (size_t i = 0; i < sandbox->grant_count; i++) {
		struct clo_grant *g = &sandbox->grants[i];

		if (!g->is_port &&
		    is_named_now(sandbox->fragments[g->fragment].name))
			g->options |= CLOISON_LANDLOCK_REQUIRED;
	}
}

static int put_needs(const struct clo_cli *cli, struct clo_sandbox *sandbox,
		     struct clo_err *err)
{
	struct clo_err why = { "" };

	for (uint32_t i = 0; i < cli->given_count; i++) {
		const char *word = cli->given[i].value;

		if (cli->given[i].id != CLO_OPTION_REQUIRE)
			continue;
		if (!strcmp(word, "path") || !strcmp(word, "all"))
			need_paths(sandbox);
		if (strcmp(word, "path") != 0 &&
		    clo_sandbox_need(sandbox, word, CLOISON_LANDLOCK_PRESENT,
				     &why))
			return clo_err_set(err, -EINVAL,
					   "'--require': %.400s, or path",
					   why.text);
	}
	return 0;
}

static void say_lacking(const struct clo_cli *cli,
			const struct cloison_landlock_policy *policy)
{
	struct cloison_landlock_kernel kernel;
	char text[512];

	if (cli->values[CLO_OPTION_QUIET] ||
	    !clo_sandbox_lacking(policy, text, sizeof(text)))
		return;
	(void)cloison_landlock_probe(&kernel);
	(void)fprintf(
		stderr,
		"cloison: run: this kernel (Landlock ABI %d) does not restrict: %s; --require refuses to run so, --quiet does not say it\n",
		kernel.abi, text);
}

static void say_missing(const struct clo_cli *cli,
			const struct cloison_landlock_policy *policy)
{
	char safe[512];

	if (cli->values[CLO_OPTION_QUIET])
		return;
	for (size_t i = 0; i < cloison_landlock_item_count(policy); i++) {
		const struct cloison_landlock_item *item =
			cloison_landlock_item(policy, i);

		if (item->kind != CLOISON_LANDLOCK_PATH ||
		    item->status != CLOISON_LANDLOCK_MISSING_PATH ||
		    !is_named_now(cloison_landlock_fragment_name(
			    policy, item->fragment)))
			continue;
		(void)fprintf(
			stderr,
			"cloison: run: '%s': %s; nothing is allowed there, not when it is made later either (--require=path refuses to run so)\n",
			clo_out_safe(item->path, safe, sizeof(safe)),
			strerror(item->error));
	}
}

static bool requires_paths(const struct clo_cli *cli)
{
	for (uint32_t i = 0; i < cli->given_count; i++) {
		if (cli->given[i].id == CLO_OPTION_REQUIRE &&
		    (!strcmp(cli->given[i].value, "path") ||
		     !strcmp(cli->given[i].value, "all")))
			return true;
	}
	return false;
}

/*
 * A denial of what does not exist holds for what is made there later; but who
 * wrote it on the command line meant something that is there.
 */
static int check_denials(const struct clo_cli *cli,
			 const struct clo_sandbox *sandbox, struct clo_err *err)
{
	char safe[512];
	struct stat st;

	for (size_t i = 0; i < sandbox->denial_count; i++) {
		const struct clo_denial *d = &sandbox->denials[i];

		if (!is_named_now(sandbox->fragments[d->fragment].name) ||
		    !lstat(d->path, &st))
			continue;
		(void)clo_out_safe(d->path, safe, sizeof(safe));
		if (requires_paths(cli))
			return clo_err_set(
				err, -ENOENT,
				"run: '--deny': '%.400s' does not exist; nothing was run",
				safe);
		if (!cli->values[CLO_OPTION_QUIET])
			(void)fprintf(
				stderr,
				"cloison: run: '--deny': '%s' does not exist; made later it is refused, and nothing else (--require=path refuses to run so)\n",
				safe);
	}
	return 0;
}

/* A denial is as good as the listing of what is beside it. */
static void say_denials(const struct clo_cli *cli,
			const struct clo_sandbox *sandbox)
{
	char safe[512];

	for (size_t i = 0; i < sandbox->denial_count; i++) {
		const struct clo_denial *d = &sandbox->denials[i];

		if (d->rules && !cli->values[CLO_OPTION_QUIET])
			(void)fprintf(
				stderr,
				"cloison: run: '%s' is denied by %zu rules on what is beside it now; what is made there later is refused too\n",
				clo_out_safe(d->path, safe, sizeof(safe)),
				d->rules);
	}
}

static int execute(char **argv, struct clo_err *err)
{
	(void)execvp(argv[0], argv);
	if (errno == ENOENT) {
		(void)clo_err_set(err, -ENOENT, "'%.300s': command not found",
				  argv[0]);
		return EXIT_NOT_FOUND;
	}
	(void)clo_err_set(
		err, -errno,
		"'%.300s': %s; the sandbox must allow to execute it, its interpreter and its libraries (--exec, --profile=base)",
		argv[0], strerror(errno));
	return EXIT_NOT_EXECUTABLE;
}

int clo_run_confined(const struct clo_cli *cli, struct clo_sandbox *sandbox,
		     uint32_t flags, char **argv, struct clo_err *err)
{
	clo_policy struct cloison_landlock_policy *policy = NULL;
	uint32_t options = cli->values[CLO_OPTION_SUBSTITUTE] ?
				   0 :
				   CLOISON_LANDLOCK_SUBSTITUTE;
	int r;

	if (put_needs(cli, sandbox, err))
		return CLO_EXIT_USAGE;
	r = clo_sandbox_policy(sandbox, options, &policy, err);
	if (!r && flags)
		r = cloison_landlock_restrict_flags(policy, flags);
	if (r)
		return CLO_EXIT_REFUSED;
	r = cloison_landlock_resolve(policy, NULL);
	/* The report says what is missing: written in both cases. */
	if (write_report(cli, policy, err))
		return CLO_EXIT_REFUSED;
	if (r) {
		(void)clo_err_set(err, r, "run: %s; nothing was run",
				  cloison_landlock_error(policy));
		return r == -ENOTSUP ? CLO_EXIT_CANNOT : CLO_EXIT_REFUSED;
	}
	if (check_denials(cli, sandbox, err))
		return CLO_EXIT_CANNOT;
	say_lacking(cli, policy);
	say_missing(cli, policy);
	say_denials(cli, sandbox);
	warn_descriptors();
	(void)fflush(stderr);
	r = cloison_landlock_apply(policy);
	if (r == -E2BIG) {
		(void)clo_err_set(
			err, r,
			"run: the kernel takes 16 layers for a process, and it has them");
		return CLO_EXIT_CANNOT;
	}
	if (r) {
		(void)clo_err_set(err, r, "run: the kernel refuses: %s",
				  strerror(-r));
		return CLO_EXIT_CANNOT;
	}
	return execute(argv, err);
}

int clo_cli_run(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
	uint32_t flags = 0;
	int status;

	if (cli->command || !cli->argc) {
		(void)clo_err_set(
			err, -EINVAL,
			"'run' needs the command after '--', as in 'cloison run --profile=base -- ls'");
		return CLO_EXIT_USAGE;
	}
	status = cli->values[CLO_OPTION_SANDBOXER] ?
			 clo_sandboxer(&sandbox, &flags, err) :
			 clo_sandbox_options(cli, &sandbox, err);
	if (status)
		return status;
	if (cli->values[CLO_OPTION_PERMISSIVE] && put_needs(cli, &sandbox, err))
		return CLO_EXIT_USAGE;
	if (cli->values[CLO_OPTION_PERMISSIVE])
		return clo_run_permissive(cli, &sandbox, err);
	return clo_run_confined(cli, &sandbox, flags, cli->argv + cli->command,
				err);
}

int clo_cli_sandboxer(int argc, char **argv, struct clo_err *err)
{
	clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
	struct clo_cli cli = { .argc = argc - 1, .argv = argv + 1 };
	uint32_t flags = 0;
	int status;

	if (argc < 2) {
		(void)clo_err_set(
			err, -EINVAL,
			"sandboxer: the command is missing; LL_FS_RO and LL_FS_RW say what it may use");
		return CLO_EXIT_USAGE;
	}
	status = clo_sandboxer(&sandbox, &flags, err);
	return status ? status :
			clo_run_confined(&cli, &sandbox, flags, cli.argv, err);
}
