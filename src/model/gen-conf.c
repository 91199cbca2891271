// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Writes what the tables of the configuration files make: the JSON schemas and
 * the manual's reference of keys.  Run by the build; never installed.
 *
 * usage: gen-conf cage|core schema|mdoc|help
 *        gen-conf FILE.toml toml|json   (reads a cage's file, prints it)
 */
#include <fcntl.h>
#include <string.h>

#include "model/cage.h"
#include "model/core.h"

static int print_file(const char *file, const char *what)
{
	static char text[CLO_TOML_FILE_MAX + 1];
	clo_fd int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct clo_cage_conf conf;
	struct clo_err err = { "" };
	ssize_t n;
	int r;

	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (n < 0) {
		fprintf(stderr, "gen-conf: %s: %s\n", file, strerror(errno));
		return 2;
	}
	r = clo_cage_conf_parse(text, (size_t)n, file, &conf, &err);
	if (r) {
		fprintf(stderr, "gen-conf: %s\n", err.text);
		return 2;
	}
	if (!strcmp(what, "json"))
		clo_toml_print_json(&clo_cage_schema, &conf, stdout);
	else
		clo_toml_print(&clo_cage_schema, &conf, stdout);
	return 0;
}

int main(int argc, char **argv)
{
	const struct clo_toml_schema *schema = NULL;

	if (argc != 3)
		return 2;
	if (!strcmp(argv[1], "cage"))
		schema = &clo_cage_schema;
	else if (!strcmp(argv[1], "core"))
		schema = &clo_core_schema;
	if (!schema)
		return print_file(argv[1], argv[2]);
	if (!strcmp(argv[2], "schema"))
		clo_toml_print_schema(schema, stdout);
	else if (!strcmp(argv[2], "mdoc"))
		clo_toml_print_mdoc(schema, stdout);
	else if (!strcmp(argv[2], "help"))
		clo_toml_print_help(schema, stdout);
	else
		return 2;
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
