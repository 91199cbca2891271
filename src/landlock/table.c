// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of rights, asked by name and by number; what the kernel has.
 */
#include <string.h>

#include "landlock/decide.h"
#include "landlock/sys.h"

#define PUBLIC __attribute__((visibility("default")))

/* clang-format off */
static const struct {
	uint32_t kind;
	int abi;
	uint64_t bit;
	const char *word;
} table[] = {
#define X(kind, bit, name, word, abi, lifted_by, text) \
	{ CLOISON_LANDLOCK_##kind, abi, UINT64_C(1) << (bit), word },
	CLOISON_LANDLOCK_TABLE(X)
#undef X
};
/* clang-format on */

enum { TABLE = sizeof(table) / sizeof(table[0]) };

PUBLIC int cloison_landlock_probe(struct cloison_landlock_kernel *ret_kernel)
{
	long r = clo_landlock_create(NULL, 0, CLOISON_LANDLOCK_CREATE_VERSION);

	memset(ret_kernel, 0, sizeof(*ret_kernel));
	if (r < 0) {
		ret_kernel->error = (int32_t)-r;
		return 0;
	}
	ret_kernel->abi = (int32_t)r;
	/* A kernel that does not know the question reports no repair. */
	r = clo_landlock_create(NULL, 0, CLOISON_LANDLOCK_CREATE_ERRATA);
	if (r > 0)
		ret_kernel->errata = (uint32_t)r;
	if (ret_kernel->abi >= CLO_LANDLOCK_NO_FASTOPEN_FLAW)
		ret_kernel->errata |=
			CLO_LANDLOCK_ERRATUM(CLOISON_LANDLOCK_FASTOPEN);
	return 0;
}

PUBLIC uint64_t cloison_landlock_all(enum cloison_landlock_kind kind, int abi)
{
	return clo_landlock_known(kind, abi);
}

PUBLIC const char *cloison_landlock_word(enum cloison_landlock_kind kind,
					 uint64_t right)
{
	for (int i = 0; i < TABLE; i++) {
		if (table[i].kind == kind && table[i].bit == right)
			return table[i].word;
	}
	return NULL;
}

PUBLIC uint64_t cloison_landlock_find(enum cloison_landlock_kind kind,
				      const char *word)
{
	for (int i = 0; i < TABLE; i++) {
		if (table[i].kind == kind && !strcmp(table[i].word, word))
			return table[i].bit;
	}
	return 0;
}

PUBLIC int cloison_landlock_since(enum cloison_landlock_kind kind,
				  uint64_t right)
{
	for (int i = 0; i < TABLE; i++) {
		if (table[i].kind == kind && table[i].bit == right)
			return table[i].abi;
	}
	return 0;
}

PUBLIC const char *cloison_landlock_status_word(uint32_t status)
{
	switch (status) {
#define X(number, name, word, text) \
	case number:                \
		return word;
		CLOISON_LANDLOCK_STATUSES(X)
#undef X
	default:
		return "?";
	}
}
