// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Every example is read, accepted, and goes together with its neighbours.
 *
 * usage: test-model-examples DIRECTORY
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "lib/tap.h"
#include "model/cage.h"
#include "model/core.h"

enum { CAGES_MAX = 8 };

static struct clo_cage_conf confs[CAGES_MAX];
static char files[CAGES_MAX][512];
static int count;

static ssize_t load(const char *file, char *text, size_t size)
{
	clo_fd int fd = open(file, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : read(fd, text, size);
}

static void test_cage(const char *directory, const char *name)
{
	static char text[CLO_TOML_FILE_MAX];
	struct clo_err err = { "" };
	char *file = files[count];
	ssize_t n;

	(void)snprintf(file, sizeof(files[0]), "%s/%s", directory, name);
	n = load(file, text, sizeof(text));
	ok(n > 0 && !clo_cage_conf_parse(text, (size_t)n, file, &confs[count],
					 &err),
	   "%s is read %s", name, err.text);
	ok(!clo_cage_conf_check(&confs[count], &err), "%s is accepted %s", name,
	   err.text);
	for (int i = 0; i < count; i++)
		ok(!clo_cage_conf_check_pair(
			   &confs[i], &confs[count],
			   &(struct clo_cage_place){ .where = files[i] },
			   &(struct clo_cage_place){ .where = file }, &err),
		   "%s goes with %s %s", name, confs[i].name, err.text);
	count++;
}

static void test_example(const char *top, const char *example)
{
	char directory[400];
	struct dirent *entry;
	DIR *dir;

	(void)snprintf(directory, sizeof(directory), "%s/%s/README.md", top,
		       example);
	ok(!access(directory, R_OK), "%s has a README", example);
	(void)snprintf(directory, sizeof(directory), "%s/%s/cages", top,
		       example);
	dir = opendir(directory);
	count = 0;
	while (dir && (entry = readdir(dir)) && count < CAGES_MAX) {
		size_t n = strlen(entry->d_name);

		if (n > 5 && !strcmp(entry->d_name + n - 5, ".toml"))
			test_cage(directory, entry->d_name);
	}
	if (dir)
		(void)closedir(dir);
	ok(count > 0, "%s has %d cages", example, count);
}

static void test_core(const char *top)
{
	struct clo_core_conf conf, defaults;
	struct clo_err err = { "" };
	char text[4096], file[400];
	ssize_t n;

	(void)snprintf(file, sizeof(file), "%s/cloison.toml", top);
	n = load(file, text, sizeof(text));
	ok(n > 0 && !clo_core_conf_parse(text, (size_t)n, file, &conf, &err) &&
		   !clo_core_conf_parse("", 0, "f", &defaults, &err) &&
		   !memcmp(&conf, &defaults, sizeof(conf)),
	   "cloison.toml has the defaults %s", err.text);
}

int main(int argc, char **argv)
{
	static const char *const examples[] = { "workstation", "jump-host",
						"build-jail", "server" };

	if (argc != 2)
		return 2;
	for (size_t i = 0; i < CLO_ARRAY_SIZE(examples); i++)
		test_example(argv[1], examples[i]);
	test_core(argv[1]);
	return tap_end();
}
