// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison(1): reads the command line, runs the verb, says what went wrong.
 */
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "bpf/abi.h"
#include "cli/out.h"
#include "proto/wire.h"

/*
 * A descriptor 0 to 2 that is closed would be given to the next file opened,
 * and our words written into it.  The place is taken by a file that refuses
 * what is done to it, so that a lost answer is an error.
 */
static void fill_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The lowest free number is @fd. */
		if (open("/dev/null", (fd ? O_RDONLY : O_WRONLY) | O_CLOEXEC) <
		    0)
			_exit(CLO_EXIT_REFUSED);
	}
}

static bool wants_color(void)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no && *no)
		return false;
	if (!term || !strcmp(term, "dumb"))
		return false;
	return isatty(STDOUT_FILENO) == 1;
}

static void print_version(const struct clo_cli *cli)
{
	clo_json struct json_object *o = NULL;

	if (!cli->is_json) {
		(void)printf("cloison %s\n", CLO_VERSION);
		return;
	}
	o = json_object_new_object();
	clo_json_text(o, "version", CLO_VERSION);
	clo_json_uint(o, "wire", CLO_WIRE_VERSION);
	clo_json_uint(o, "abi", CLO_ABI);
	clo_json_print(o);
}

static void print_error(const struct clo_cli *cli, int status,
			const struct clo_err *err)
{
	clo_json struct json_object *o = NULL;

	if (cli->is_json) {
		o = json_object_new_object();
		clo_json_uint(o, "status", (uint64_t)status);
		clo_json_text(o, "error", err->text);
		clo_json_print(o);
	}
	clo_out_error(err);
}

static int run(struct clo_cli *cli, int argc, char **argv, struct clo_err *err)
{
	if (clo_cli_parse(cli, argc, argv, err))
		return CLO_EXIT_USAGE;
	cli->is_color = !cli->is_json && wants_color();
	if (cli->is_version) {
		print_version(cli);
		return CLO_EXIT_DONE;
	}
	if (cli->values[CLO_OPTION_HELP]) {
		clo_cli_help(cli, cli->verb);
		return CLO_EXIT_DONE;
	}
	return cli->verb->run(cli, err);
}

/* Called as the kernel's sample program: its words are the command. */
static bool is_sandboxer(const char *name)
{
	const char *slash = strrchr(name, '/');

	return !strcmp(slash ? slash + 1 : name, "sandboxer");
}

int main(int argc, char **argv)
{
	struct clo_err err = { 0 };
	struct clo_cli cli = { 0 };
	int status;

	fill_descriptors();
	if (argc < 1)
		return CLO_EXIT_USAGE;
	/* What becomes another program does without: it is a tenth of the cost
	 * of its start. */
	if (!is_sandboxer(argv[0]) && (argc < 2 || strcmp(argv[1], "run") != 0))
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	if (is_sandboxer(argv[0]))
		status = clo_cli_sandboxer(argc, argv, &err);
	else
		status = run(&cli, argc, argv, &err);
	if (err.text[0])
		print_error(&cli, status, &err);
	if (fflush(stdout) || ferror(stdout)) {
		(void)fprintf(stderr, "cloison: standard output: %s\n",
			      strerror(errno));
		return status ? status : CLO_EXIT_REFUSED;
	}
	return status;
}
