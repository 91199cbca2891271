// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs a fuzz target once on each file of a directory: the corpus is part of
 * the tests, and each input that once found something stays in it.
 *
 * usage: fuzz-X DIRECTORY
 */
#include <dirent.h>
#include <fcntl.h>

#include "base/base.h"
#include "fuzz.h"
#include "lib/tap.h"

static uint8_t data[1 << 20];

/* A copy of the exact size, so that the sanitizers see one byte too many. */
static void run(const uint8_t *bytes, size_t size)
{
	clo_free uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, size);
	must(LLVMFuzzerTestOneInput(copy, size) == 0);
}

static size_t run_file(int dir_fd, const char *name)
{
	clo_fd int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof(data));

	if (n < 0)
		return 0;
	run(data, (size_t)n);
	/* Cut and changed in a few places: a corpus of many for one of few. */
	for (int i = 1; i < 8; i++)
		run(data, (size_t)n * (size_t)i / 8);
	for (int i = 0; i < 64 && n; i++) {
		size_t at = (size_t)i * 7919 % (size_t)n;
		uint8_t was = data[at];

		data[at] = (uint8_t)(was ^ (1u << i % 8));
		run(data, (size_t)n);
		data[at] = was;
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct dirent *entry;
	size_t count = 0;
	DIR *dir;

	if (argc != 2)
		return 2;
	dir = opendir(argv[1]);
	if (!dir)
		return 2;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			count += run_file(dirfd(dir), entry->d_name);
	}
	(void)closedir(dir);
	ok(count >= 10, "%zu inputs of the corpus, each also cut and changed",
	   count);
	return tap_end();
}
