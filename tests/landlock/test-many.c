// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Many rules: paths are closed together, and none of the caller's descriptors
 * with them; what lies in one directory is opened from there, and is the same
 * as by its whole path; files take no right of a directory.
 * usage: test-many DIRECTORY   (a scratch directory)
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>

#include "child.h"
#include "lib/tap.h"

#define READ ((uint64_t)CLOISON_LANDLOCK_FS_READ_FILE)
#define MAKE ((uint64_t)CLOISON_LANDLOCK_FS_MAKE_REG)

enum { RULES = 300, FIRST = 20, FEW = 24 };

static struct cloison_landlock_policy *many(void)
{
	struct cloison_landlock_policy *p = new_policy();
	int r = 0;

	for (int i = 0; !r && i < RULES; i++)
		r = cloison_landlock_allow_path(p, i % 2 ? "a" : "a/file", READ,
						0);
	if (r)
		abort();
	return p;
}

/* Numbers that are open below 400, as bits. */
static int open_numbers(char seen[400])
{
	int count = 0;

	for (int fd = 0; fd < 400; fd++) {
		seen[fd] = fcntl(fd, F_GETFD) >= 0;
		count += seen[fd];
	}
	return count;
}

static void test_descriptors(void)
{
	struct cloison_landlock_policy *p = many();
	char before[400], after[400];
	int ours[] = { FIRST, FIRST + 1, FIRST + 7, FIRST + 40 };
	int good = 1;

	/* In the middle of those that the library is going to get. */
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		good = good && dup2(0, ours[i]) == ours[i];
	(void)open_numbers(before);
	ok(good && !cloison_landlock_resolve(p, NULL), "%d rules", RULES);
	ok(open_numbers(after) > 0, "descriptors are counted");
	for (int fd = 0; fd < 400; fd++) {
		if (fd == cloison_landlock_ruleset_fd(p, 0))
			after[fd] = 0;
		good = good && before[fd] == after[fd];
	}
	ok(good, "the caller's are open, and no other but the ruleset's");
	ok(in_child(p, do_read, "a/file") == 0 &&
		   in_child(p, do_read, "b/file") == EACCES,
	   "the rules are in force");
	cloison_landlock_free(p);
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		(void)close(ours[i]);
}

static void test_few_descriptors(void)
{
	struct cloison_landlock_policy *p = many();
	const struct rlimit few = { FEW, FEW };
	struct rlimit before;

	(void)getrlimit(RLIMIT_NOFILE, &before);
	ok(!prlimit(0, RLIMIT_NOFILE, &few, NULL) &&
		   !cloison_landlock_resolve(p, NULL),
	   "%d rules where %d descriptors may be open: %s", RULES, FEW,
	   cloison_landlock_error(p));
	(void)prlimit(0, RLIMIT_NOFILE, &before, NULL);
	cloison_landlock_free(p);
}

static const struct cloison_landlock_item *
item_of(const struct cloison_landlock_policy *p, const char *path)
{
	for (size_t i = 0; i < cloison_landlock_item_count(p); i++) {
		const struct cloison_landlock_item *item =
			cloison_landlock_item(p, i);

		if (item->path && !strcmp(item->path, path))
			return item;
	}
	return NULL;
}

/* What the kernel was told of a path. */
static uint64_t given(const struct cloison_landlock_policy *p, const char *path)
{
	const struct cloison_landlock_item *item = item_of(p, path);

	return item ? item->given : UINT64_MAX;
}

static void test_files(void)
{
	struct cloison_landlock_policy *p = new_policy();

	ok(!cloison_landlock_allow_path(p, "a", READ | MAKE, 0) &&
		   !cloison_landlock_allow_path(p, "a/file", READ | MAKE, 0) &&
		   !cloison_landlock_allow_path(p, "b/file", MAKE, 0) &&
		   !cloison_landlock_resolve(p, NULL),
	   "rights of directories on files: %s", cloison_landlock_error(p));
	ok(given(p, "a") == (READ | MAKE), "a directory has them");
	ok(given(p, "a/file") == READ, "a file has those of files");
	ok(given(p, "b/file") == 0, "or none, and the report says so");
	ok(in_child(p, do_read, "a/file") == 0 &&
		   in_child(p, do_read, "b/file") == EACCES,
	   "the rules are in force");
	cloison_landlock_free(p);
}

static int is_missing(const struct cloison_landlock_policy *p, const char *path,
		      int error)
{
	const struct cloison_landlock_item *item = item_of(p, path);

	return item && item->status == CLOISON_LANDLOCK_MISSING_PATH &&
	       item->error == error;
}

/* Paths of one directory, however it is written, and of none. */
static void test_neighbours(void)
{
	/* clang-format off */
	static const char *const paths[] = {
		"n/one", "n/two", "n/gone", "n/link", "n/three",
		"m/../n/four", "m/../n/five", "tonm/six", "tonm/seven",
		"n//eight", "n//nine", "n/sub/", "n/sub/", "n/sub/.", "n/sub/..",
		"gone/a", "gone/b", "n/one/a", "n/one/b", "loop/a", "loop/b",
		"/", "/", "m", "n/ten",
	};
	static const char *const allowed[] = {
		"n/one", "n/two", "n/three", "n/four", "n/five", "m/six",
		"m/seven", "n/eight", "n/nine", "n/ten",
	};
	/* clang-format on */
	struct cloison_landlock_policy *p = new_policy();
	int r = 0, good = 1;

	(void)mkdir("n", 0755);
	(void)mkdir("n/sub", 0755);
	(void)mkdir("m", 0755);
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
		put_file(allowed[i]);
	put_file("n/other");
	if (symlink("one", "n/link") || symlink("m", "tonm") ||
	    symlink("loop", "loop"))
		abort();
	for (size_t i = 0; !r && i < sizeof(paths) / sizeof(*paths); i++) {
		/* A link is no file here; / and m/ would allow the rest. */
		uint64_t right = !strcmp(paths[i], "/") ||
						 !strcmp(paths[i], "m") ||
						 !strcmp(paths[i], "n/sub/..") ?
					 MAKE :
					 READ;

		r = cloison_landlock_allow_path(
			p, paths[i], right,
			strcmp(paths[i], "n/link") ?
				0 :
				(uint32_t)CLOISON_LANDLOCK_NOFOLLOW);
	}
	ok(!r && !cloison_landlock_resolve(p, NULL), "neighbours: %s",
	   cloison_landlock_error(p));
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
		good = good && in_child(p, do_read, allowed[i]) == 0;
	ok(good, "what is allowed is read");
	ok(in_child(p, do_read, "n/other") == EACCES,
	   "what is beside it is not");
	ok(is_missing(p, "n/gone", ENOENT) && is_missing(p, "gone/a", ENOENT) &&
		   is_missing(p, "gone/b", ENOENT) &&
		   is_missing(p, "n/one/a", ENOTDIR) &&
		   is_missing(p, "n/one/b", ENOTDIR) &&
		   is_missing(p, "loop/a", ELOOP) &&
		   is_missing(p, "loop/b", ELOOP) &&
		   is_missing(p, "n/link", ELOOP),
	   "what cannot be opened says why, as by its whole path");
	cloison_landlock_free(p);
}

int main(int argc, char **argv)
{
	struct cloison_landlock_kernel kernel;

	if (argc != 2 || chdir(argv[1])) {
		(void)fputs("usage: test-many DIRECTORY\n", stderr);
		return 2;
	}
	(void)mkdir("a", 0755);
	(void)mkdir("b", 0755);
	put_file("a/file");
	put_file("b/file");
	(void)cloison_landlock_probe(&kernel);
	if (!kernel.abi) {
		printf("1..0 # SKIP this kernel has no Landlock\n");
		return 0;
	}
	test_descriptors();
	test_few_descriptors();
	test_neighbours();
	test_files();
	return tap_end();
}
