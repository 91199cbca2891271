// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How a policy is put together, what is required, and hostile paths.
 * usage: test-policy DIRECTORY   (a scratch directory)
 */
#include <stdio.h>

#include "child.h"
#include "lib/tap.h"

#define READ  ((uint64_t)CLOISON_LANDLOCK_FS_READ_FILE)
#define WRITE ((uint64_t)CLOISON_LANDLOCK_FS_WRITE_FILE)

static struct cloison_landlock_kernel kernel;

static void put_link(const char *target, const char *path)
{
	if (symlink(target, path))
		abort();
}

/* The first item of the report that is a rule on @path. */
static const struct cloison_landlock_item *
rule_of(const struct cloison_landlock_policy *p, const char *path)
{
	for (size_t i = 0; i < cloison_landlock_item_count(p); i++) {
		const struct cloison_landlock_item *item =
			cloison_landlock_item(p, i);

		if (item->path && !strcmp(item->path, path))
			return item;
	}
	return NULL;
}

static void test_fragments(void)
{
	struct cloison_landlock_policy *p = new_policy();

	/* The first handles writing, the second reading: both are refused. */
	ok(!cloison_landlock_handle(p, CLOISON_LANDLOCK_FS, WRITE) &&
		   !cloison_landlock_allow_path(p, "a", READ, 0) &&
		   !cloison_landlock_fragment(p, "second", 11) &&
		   !cloison_landlock_allow_path(p, "b", WRITE, 0) &&
		   !cloison_landlock_resolve(p, NULL),
	   "two fragments in a layer");
	ok(in_child(p, do_read, "a/file") == 0 &&
		   in_child(p, do_write, "b/file") == 0,
	   "each allows what its rules name");
	ok(in_child(p, do_write, "a/file") == EACCES &&
		   in_child(p, do_read, "b/file") == EACCES,
	   "neither makes the layer handle less");
	ok(!strcmp(cloison_landlock_fragment_name(p, rule_of(p, "b")->fragment),
		   "second"),
	   "the report names the fragment");
	ok(cloison_landlock_layer(p) == -EBUSY &&
		   cloison_landlock_resolve(p, NULL) == -EBUSY,
	   "a policy that is resolved does not change");
	cloison_landlock_free(p);
}

static void test_layers(void)
{
	struct cloison_landlock_policy *p = new_policy();

	ok(!cloison_landlock_allow_path(p, "a", READ | WRITE, 0) &&
		   !cloison_landlock_layer(p) &&
		   !cloison_landlock_allow_path(p, "a", READ, 0) &&
		   !cloison_landlock_handle(p, CLOISON_LANDLOCK_FS, WRITE) &&
		   !cloison_landlock_allow_path(p, "b", READ, 0) &&
		   !cloison_landlock_resolve(p, NULL),
	   "two layers");
	ok(in_child(p, do_read, "a/file") == 0, "what both allow is allowed");
	ok(in_child(p, do_write, "a/file") == EACCES,
	   "what one refuses is refused");
	ok(in_child(p, do_read, "b/file") == EACCES,
	   "a layer never allows anything");
	cloison_landlock_free(p);
}

/* A fragment for ABI 1 beside one for ABI 3, which handles truncate. */
static void test_lift(void)
{
	struct cloison_landlock_policy *p = new_policy();

	if (kernel.abi < 3) {
		tap_skip("lifted rights", "this kernel has no truncate");
		cloison_landlock_free(p);
		return;
	}
	ok(!cloison_landlock_fragment(p, "old", 1) &&
		   !cloison_landlock_allow_path(p, "a", READ | WRITE, 0) &&
		   !cloison_landlock_allow_path(p, "c", READ, 0) &&
		   !cloison_landlock_fragment(p, "new", 3) &&
		   !cloison_landlock_handle(p, CLOISON_LANDLOCK_FS,
					    CLOISON_LANDLOCK_FS_TRUNCATE) &&
		   !cloison_landlock_allow_path(p, "b", READ | WRITE, 0) &&
		   !cloison_landlock_resolve(p, NULL),
	   "an old fragment and a new one");
	ok(in_child(p, do_truncate, "a/file") == 0,
	   "the old one may truncate where it writes");
	put_file("a/file");
	ok(in_child(p, do_truncate, "c/file") == EACCES,
	   "and not where it only reads");
	ok(in_child(p, do_truncate, "b/file") == EACCES,
	   "the new one may not: its author knew the right");
	cloison_landlock_free(p);
}

static void test_missing_path(void)
{
	struct cloison_landlock_policy *p = new_policy();
	const struct cloison_landlock_item *item;

	ok(!cloison_landlock_allow_path(p, "nowhere", READ, 0) &&
		   !cloison_landlock_allow_path(p, "a/file/x", READ, 0) &&
		   !cloison_landlock_resolve(p, NULL),
	   "a path that is missing is no error by itself");
	item = rule_of(p, "nowhere");
	ok(item && item->status == CLOISON_LANDLOCK_MISSING_PATH &&
		   item->error == ENOENT,
	   "it is reported with its cause");
	item = rule_of(p, "a/file/x");
	ok(item && item->error == ENOTDIR, "each with its own");
	cloison_landlock_free(p);

	p = new_policy();
	ok(!cloison_landlock_allow_path(p, "a", READ, 0) &&
		   !cloison_landlock_allow_path(p, "nowhere", READ,
						CLOISON_LANDLOCK_REQUIRED) &&
		   cloison_landlock_resolve(p, NULL) == -ENOTSUP,
	   "a required one is an error");
	ok(!strcmp(cloison_landlock_error(p),
		   "'nowhere' is required: No such file or directory"),
	   "which says what: %s", cloison_landlock_error(p));
	ok(cloison_landlock_apply(p) == -EINVAL,
	   "and nothing can be applied then");
	ok(rule_of(p, "nowhere")->is_fatal && !rule_of(p, "a")->is_fatal,
	   "the report marks it");
	cloison_landlock_free(p);
}

/* clang-format off */
static const struct {
	uint32_t kind;
	uint64_t rights;
	uint32_t statuses;
	int abi;
	uint32_t errata;
	int code;
	const char *message;
} requirements[] = {
	{ CLOISON_LANDLOCK_FS, 1, CLOISON_LANDLOCK_STRICT, 1, 0xf, 0, "" },
	{ CLOISON_LANDLOCK_FS, 1 << 14, CLOISON_LANDLOCK_STRICT, 1, 0xf, -ENOTSUP,
	  "'truncate' is required: this kernel cannot do it (ABI 3 brought it, this kernel has 1)" },
	{ CLOISON_LANDLOCK_FS, 1 << 13, CLOISON_LANDLOCK_STRICT, 1, 0xf, 0, "" },
	{ CLOISON_LANDLOCK_FS, 1 << 8, CLOISON_LANDLOCK_STRICT, 1, 0, -ENOTSUP,
	  "'make_reg' is required: the kernel does it, with a flaw that newer ones do not have (ABI 1 brought it, this kernel has 1)" },
	{ CLOISON_LANDLOCK_FS, 1 << 8, CLOISON_LANDLOCK_PRESENT, 1, 0, 0, "" },
	{ CLOISON_LANDLOCK_NET, 3, CLOISON_LANDLOCK_STRICT, 1, 0xf, -ENOTSUP,
	  "'bind_tcp' is required: a seccomp filter refuses at least what the kernel does not (ABI 4 brought it, this kernel has 1)" },
	{ CLOISON_LANDLOCK_NET, 3, CLOISON_LANDLOCK_PRESENT, 1, 0xf, 0, "" },
	{ CLOISON_LANDLOCK_SCOPE, 1, CLOISON_LANDLOCK_PRESENT, 1, 0xf, -ENOTSUP,
	  "'abstract_unix_socket' is required and the policy does not handle it" },
	{ CLOISON_LANDLOCK_FS, UINT64_C(1) << 40, CLOISON_LANDLOCK_STRICT, 1, 0xf, -ENOTSUP,
	  "'a right' is required: newer than this library; not asked for (ABI 0 brought it, this kernel has 1)" },
	{ CLOISON_LANDLOCK_RESTRICT, 1, CLOISON_LANDLOCK_STRICT, 1, 0xf, -ENOTSUP,
	  "'log_same_exec_off' is required: this kernel cannot do it (ABI 7 brought it, this kernel has 1)" },
	{ CLOISON_LANDLOCK_RULE, 1, CLOISON_LANDLOCK_STRICT, 1, 0xf, -ENOTSUP,
	  "'quiet' is required: this kernel cannot do it (ABI 10 brought it, this kernel has 1)" },
	{ CLOISON_LANDLOCK_FS, 1 << 14, 1 << CLOISON_LANDLOCK_ENFORCED, 1, 0xf, 0, "" },
	{ CLOISON_LANDLOCK_PATH, 1 << 2, 1 << CLOISON_LANDLOCK_ENFORCED, 1, 0xf, -ENOTSUP,
	  "'a' is required: the kernel does it" },
};
/* clang-format on */

static void test_require(void)
{
	for (size_t i = 0; i < sizeof(requirements) / sizeof(*requirements);
	     i++) {
		struct cloison_landlock_policy *p = new_policy();
		const struct cloison_landlock_kernel as = {
			.abi = requirements[i].abi,
			.errata = requirements[i].errata,
		};
		int r = 0;

		r |= cloison_landlock_options(p, CLOISON_LANDLOCK_SUBSTITUTE);
		r |= cloison_landlock_handle(p, CLOISON_LANDLOCK_FS,
					     ALL_FS | UINT64_C(1) << 40);
		r |= cloison_landlock_handle(p, CLOISON_LANDLOCK_NET, 3);
		r |= cloison_landlock_restrict_flags(p, 1);
		r |= cloison_landlock_allow_path(p, "a", READ,
						 CLOISON_LANDLOCK_QUIET);
		r |= cloison_landlock_require(
			p, (enum cloison_landlock_kind)requirements[i].kind,
			requirements[i].rights, requirements[i].statuses);
		ok(!r, "requirement %zu is taken", i);
		r = cloison_landlock_resolve(p, &as);
		ok(r == requirements[i].code &&
			   !strcmp(cloison_landlock_error(p),
				   requirements[i].message),
		   "requirement %zu: %d %s", i, r, cloison_landlock_error(p));
		cloison_landlock_free(p);
	}
}

static void test_noop(void)
{
	const struct cloison_landlock_kernel none = { .error = EOPNOTSUPP };
	const struct cloison_landlock_kernel first = { .abi = 1 };
	struct cloison_landlock_policy *p = new_policy();

	ok(cloison_landlock_resolve(p, NULL) == -ENOTSUP,
	   "a policy that restricts nothing is an error");
	cloison_landlock_free(p);

	p = new_policy();
	ok(!cloison_landlock_allow_port(p, 80, 1, 0) &&
		   cloison_landlock_resolve(p, &first) == -ENOTSUP,
	   "so is one of which the kernel has nothing: %s",
	   cloison_landlock_error(p));
	cloison_landlock_free(p);

	p = new_policy();
	ok(!cloison_landlock_allow_path(p, "a", READ, 0) &&
		   cloison_landlock_resolve(p, &none) == -ENOTSUP &&
		   strstr(cloison_landlock_error(p), "lsm="),
	   "so is a kernel without Landlock: %s", cloison_landlock_error(p));
	cloison_landlock_free(p);

	p = new_policy();
	ok(!cloison_landlock_options(p, CLOISON_LANDLOCK_ALLOW_NOOP) &&
		   !cloison_landlock_allow_path(p, "a", READ, 0) &&
		   !cloison_landlock_resolve(p, &none) &&
		   in_child(p, do_read, "b/file") == 0,
	   "unless that is asked for");
	cloison_landlock_free(p);
}

static int do_read_fd(const char *digits)
{
	char c;
	int fd = digits[0] - '0';

	return read(fd, &c, 1) == 1 ? 0 : errno;
}

static int do_rename(const char *unused)
{
	(void)unused;
	return rename("a/file", "b/moved") ? errno : 0;
}

static int do_escape(const char *unused)
{
	(void)unused;
	return do_read("a/../b/file");
}

/* a/link leads to b, a/magic to whatever descriptor 9 is. */
static void test_hostile(void)
{
	struct cloison_landlock_policy *p = new_policy();
	int fd = open("b/file", O_RDONLY | O_CLOEXEC);
	char name[64];

	put_link("../b/file", "a/link");
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	ok(!cloison_landlock_handle(p, CLOISON_LANDLOCK_FS, ALL_FS) &&
		   !cloison_landlock_allow_path(p, "a", ALL_FS, 0) &&
		   !cloison_landlock_allow_path(p, "/proc", READ, 0) &&
		   !cloison_landlock_resolve(p, NULL),
	   "all is allowed in a, reading in /proc");
	ok(in_child(p, do_read, "a/link") == EACCES,
	   "a link out of a is no way out");
	ok(in_child(p, do_escape, NULL) == EACCES, "nor is ..");
	ok(in_child(p, do_read, name) == EACCES,
	   "nor a magic link of /proc to a file outside");
	ok(in_child(p, do_rename, NULL) == EACCES ||
		   in_child(p, do_rename, NULL) == EXDEV,
	   "nothing is moved out of a");
	(void)snprintf(name, sizeof(name), "%d", fd);
	ok(fd > 9 || in_child(p, do_read_fd, name) == 0,
	   "a descriptor that was open stays usable: it is the caller's");
	cloison_landlock_free(p);
	(void)close(fd);
}

/* Between the check and the use the path leads elsewhere. */
static void test_swapped(void)
{
	struct cloison_landlock_policy *p = new_policy();
	struct cloison_landlock_policy *q = new_policy();

	put_link("a", "swap");
	ok(!cloison_landlock_allow_path(p, "swap", READ, 0) &&
		   !cloison_landlock_resolve(p, NULL),
	   "a rule through a link");
	(void)unlink("swap");
	put_link("b", "swap");
	ok(in_child(p, do_read, "a/file") == 0 &&
		   in_child(p, do_read, "swap/file") == EACCES,
	   "is on what the link led to when it was resolved");
	ok(!cloison_landlock_allow_path(q, "swap", READ,
					CLOISON_LANDLOCK_NOFOLLOW) &&
		   !cloison_landlock_allow_path(q, "a", READ,
						CLOISON_LANDLOCK_NOFOLLOW) &&
		   !cloison_landlock_resolve(q, NULL),
	   "a rule that follows no link");
	ok(rule_of(q, "swap")->status == CLOISON_LANDLOCK_MISSING_PATH &&
		   rule_of(q, "swap")->error == ELOOP &&
		   in_child(q, do_read, "b/file") == EACCES &&
		   in_child(q, do_read, "a/file") == 0,
	   "does not follow");
	cloison_landlock_free(p);
	cloison_landlock_free(q);
	(void)unlink("swap");
}

static void test_moved(void)
{
	struct cloison_landlock_policy *p = new_policy();

	ok(!cloison_landlock_allow_path(p, "c", READ, 0) &&
		   !cloison_landlock_resolve(p, NULL) &&
		   !rename("c", "moved") && !mkdir("c", 0755),
	   "a directory that is moved, and another in its place");
	put_file("c/file");
	ok(in_child(p, do_read, "moved/file") == 0 &&
		   in_child(p, do_read, "c/file") == EACCES,
	   "the rule follows the directory, not the name");
	cloison_landlock_free(p);
}

static void test_files(void)
{
	struct cloison_landlock_policy *p = new_policy();
	int fd = open("b", O_PATH | O_DIRECTORY | O_CLOEXEC);

	ok(!cloison_landlock_allow_path(p, "a/file", ALL_FS, 0) &&
		   !cloison_landlock_allow_fd(p, fd, READ, 0) &&
		   !cloison_landlock_resolve(p, NULL),
	   "rights of directories are left out of a file's rule: %s",
	   cloison_landlock_error(p));
	ok(rule_of(p, "a/file")->given ==
		   (cloison_landlock_all(CLOISON_LANDLOCK_FS, kernel.abi) &
		    0x1c007),
	   "the report says what was given");
	ok(in_child(p, do_read, "a/file") == 0 &&
		   in_child(p, do_read, "b/file") == 0 &&
		   in_child(p, do_read, "c/file") == EACCES,
	   "a rule on a file, one on a descriptor");
	ok(cloison_landlock_allow_fd(p, 1000, READ, 0) == -EBUSY, "too late");
	cloison_landlock_free(p);
	(void)close(fd);
}

static void test_deep(void)
{
	struct cloison_landlock_policy *p = new_policy();
	char path[4096] = "deep";
	size_t used = 4;

	(void)mkdir("deep", 0755);
	for (int i = 0; i < 200; i++) {
		used += (size_t)snprintf(path + used, sizeof(path) - used,
					 "/d");
		(void)mkdir(path, 0755);
	}
	(void)snprintf(path + used, sizeof(path) - used, "/file");
	put_file(path);
	ok(!cloison_landlock_allow_path(p, "deep", READ, 0) &&
		   !cloison_landlock_resolve(p, NULL) &&
		   in_child(p, do_read, path) == 0,
	   "a rule holds 200 directories below");
	cloison_landlock_free(p);
}

static void test_refused(void)
{
	struct cloison_landlock_policy *p = new_policy();

	ok(cloison_landlock_handle(p, CLOISON_LANDLOCK_RESTRICT, 1) == -EINVAL,
	   "flags are not handled: %s", cloison_landlock_error(p));
	ok(cloison_landlock_allow_path(p, "a", 0, 0) == -EINVAL,
	   "a rule that grants nothing: %s", cloison_landlock_error(p));
	ok(cloison_landlock_allow_path(p, "a", 1, 1 << 30) == -EINVAL,
	   "an unknown option");
	ok(cloison_landlock_allow_port(p, 65536, 1, 0) == -EINVAL,
	   "a port above all: %s", cloison_landlock_error(p));
	ok(cloison_landlock_allow_fd(p, 999, 1, 0) == -EBADF,
	   "a descriptor that is closed");
	ok(cloison_landlock_fragment(p, NULL, 0) == -EINVAL, "ABI 0");
	ok(cloison_landlock_options(p, 1u << 31) == -EINVAL,
	   "an unknown option of the policy");
	ok(cloison_landlock_restrict_flags(
		   p, CLOISON_LANDLOCK_RESTRICT_TSYNC) == -EINVAL,
	   "TSYNC is not asked for");
	ok(cloison_landlock_require(p, CLOISON_LANDLOCK_FS, 1, 1u << 7) ==
		   -EINVAL,
	   "a status that does not exist");
	ok(cloison_landlock_quiet(p, CLOISON_LANDLOCK_RULE, 1) == -EINVAL,
	   "a kind that is never quiet");
	ok(cloison_landlock_apply(p) == -EINVAL, "applied before resolved");
	ok(!cloison_landlock_item(p, 0) && !cloison_landlock_item_count(p),
	   "no report yet");
	cloison_landlock_free(p);
	cloison_landlock_free(NULL);
}

static void test_words(void)
{
	ok(cloison_landlock_find(CLOISON_LANDLOCK_FS, "truncate") ==
			   CLOISON_LANDLOCK_FS_TRUNCATE &&
		   !strcmp(cloison_landlock_word(CLOISON_LANDLOCK_NET, 8),
			   "connect_send_udp") &&
		   !cloison_landlock_find(CLOISON_LANDLOCK_FS, "bind_tcp") &&
		   !cloison_landlock_word(CLOISON_LANDLOCK_FS, UINT64_C(1)
								       << 63) &&
		   cloison_landlock_since(CLOISON_LANDLOCK_RESTRICT, 8) == 8,
	   "names, numbers, ABIs");
	ok(!strcmp(cloison_landlock_status_word(3), "missing-path") &&
		   !strcmp(cloison_landlock_status_word(7), "?"),
	   "names of statuses");
}

int main(int argc, char **argv)
{
	static const char *const dirs[] = { "a", "b", "c" };

	if (argc != 2 || chdir(argv[1]))
		return 2;
	for (size_t i = 0; i < 3; i++) {
		char path[16];

		(void)mkdir(dirs[i], 0755);
		(void)snprintf(path, sizeof(path), "%s/file", dirs[i]);
		put_file(path);
	}
	(void)cloison_landlock_probe(&kernel);
	if (!kernel.abi) {
		printf("1..0 # SKIP this kernel has no Landlock\n");
		return 0;
	}
	test_fragments();
	test_layers();
	test_lift();
	test_missing_path();
	test_require();
	test_noop();
	test_hostile();
	test_swapped();
	test_files();
	test_moved();
	test_deep();
	test_refused();
	test_words();
	return tap_end();
}
