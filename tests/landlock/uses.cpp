// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The library from C++: the header compiles, the table expands, a child is
 * restricted.
 */
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

#include <cloison/landlock.h>

int main()
{
	struct cloison_landlock_policy *policy = nullptr;
	int count = 0;

#define X(kind, bit, name, word, abi, lifted_by, text) \
	count += CLOISON_LANDLOCK_##kind##_##name == 1 << (bit);
	CLOISON_LANDLOCK_TABLE(X)
#undef X
	if (count < 30 || cloison_landlock_new(&policy))
		return 1;
	if (cloison_landlock_handle(policy, CLOISON_LANDLOCK_FS,
				    CLOISON_LANDLOCK_FS_READ_FILE) ||
	    cloison_landlock_resolve(policy, nullptr)) {
		std::printf("%s\n", cloison_landlock_error(policy));
		return 1;
	}
	if (cloison_landlock_apply(policy))
		return 1;
	cloison_landlock_free(policy);
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 ||
	       errno != EACCES;
}
