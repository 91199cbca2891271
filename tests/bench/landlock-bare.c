// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The limit: a sandboxer without a word too many.  The environment of the
 * kernel's sample program, the same rights of the running kernel, the same
 * system calls; no check, no report, no error text.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "landlock/decide.h"
#include "landlock/sys.h"

static void add_paths(int ruleset, char *list, uint64_t rights)
{
	for (char *path = list; path && *path;) {
		char *colon = strchr(path, ':');
		struct clo_landlock_path_attr attr = { .allowed_access =
							       rights };
		struct stat st;

		if (colon)
			*colon = '\0';
		attr.parent_fd = open(path, O_PATH | O_CLOEXEC);
		if (attr.parent_fd >= 0 && !fstat(attr.parent_fd, &st)) {
			if (!S_ISDIR(st.st_mode))
				attr.allowed_access &= CLO_LANDLOCK_FILE_RIGHTS;
			(void)clo_landlock_add(ruleset, CLO_LANDLOCK_RULE_PATH,
					       &attr, 0);
			(void)close(attr.parent_fd);
		}
		path = colon ? colon + 1 : NULL;
	}
}

int main(int argc, char **argv)
{
	int abi = (int)clo_landlock_create(NULL, 0, 1);
	uint64_t all = clo_landlock_known(CLOISON_LANDLOCK_FS, abi);
	struct clo_landlock_ruleset_attr attr = { .handled = { all } };
	int ruleset = (int)clo_landlock_create(&attr, 8, 0);

	if (argc < 2 || ruleset < 0)
		return 1;
	add_paths(ruleset, getenv("LL_FS_RO"), 0xd);
	add_paths(ruleset, getenv("LL_FS_RW"), all);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    clo_landlock_restrict(ruleset, 0))
		return 1;
	(void)execvp(argv[1], argv + 1);
	return 127;
}
