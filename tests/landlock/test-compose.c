// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Composition is monotone: a fragment more in a layer allows no more than its
 * own rules name, and a layer more allows nothing.  Policies by chance, on
 * every ABI that the kernel under us can be taken for.
 * usage: test-compose DIRECTORY   (a scratch directory)
 */
#include <stdio.h>

#include "child.h"
#include "landlock/decide.h"
#include "lib/tap.h"

enum { PLACES = 3, RULES = 4, FRAGMENTS = 3, ROUNDS = 400 };

struct fragment {
	int abi;
	uint64_t handled;
	int rules;
	struct {
		int place;
		uint64_t rights;
	} rule[RULES];
};

static const char *const places[PLACES] = { "a", "b", "c" };
static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t chance(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static struct fragment make_fragment(void)
{
	struct fragment f = { .abi = 1 + (int)chance(11) };
	uint64_t known = cloison_landlock_all(CLOISON_LANDLOCK_FS, f.abi);

	f.handled = chance(known + 1) & chance(known + 1);
	f.rules = (int)chance(RULES + 1);
	for (int i = 0; i < f.rules; i++) {
		f.rule[i].place = (int)chance(PLACES);
		f.rule[i].rights = UINT64_C(1) << chance(1 + (uint64_t)f.abi);
		f.rule[i].rights |= chance(known + 1) & chance(known + 1);
		f.rule[i].rights &= known;
		if (!f.rule[i].rights)
			f.rule[i].rights = 1;
	}
	return f;
}

/* What each place allows under fragments, in one layer or one each. */
static int allowed(const struct fragment *f, int count, int is_layered,
		   const struct cloison_landlock_kernel *kernel,
		   uint64_t ret[PLACES])
{
	struct cloison_landlock_policy *p = new_policy();
	uint64_t handled[FRAGMENTS] = { 0 }, given[FRAGMENTS][PLACES] = { 0 };
	int r = cloison_landlock_options(p, CLOISON_LANDLOCK_ALLOW_NOOP);

	for (int i = 0; !r && i < count; i++) {
		if (i && is_layered)
			r = cloison_landlock_layer(p);
		r = r ? r : cloison_landlock_fragment(p, NULL, f[i].abi);
		r = r ? r :
			cloison_landlock_handle(p, CLOISON_LANDLOCK_FS,
						f[i].handled);
		for (int j = 0; !r && j < f[i].rules; j++)
			r = cloison_landlock_allow_path(
				p, places[f[i].rule[j].place],
				f[i].rule[j].rights, 0);
	}
	r = r ? r : cloison_landlock_resolve(p, kernel);
	for (size_t i = 0; !r && i < cloison_landlock_item_count(p); i++) {
		const struct cloison_landlock_item *item =
			cloison_landlock_item(p, i);

		if (item->kind == CLOISON_LANDLOCK_FS &&
		    (item->status == CLOISON_LANDLOCK_ENFORCED ||
		     item->status == CLOISON_LANDLOCK_ERRATUM))
			handled[item->layer] |= item->rights;
		for (int j = 0; item->path && j < PLACES; j++) {
			if (!strcmp(item->path, places[j]))
				given[item->layer][j] |= item->given;
		}
	}
	for (int j = 0; j < PLACES; j++) {
		ret[j] = UINT64_MAX;
		for (int i = 0; i < FRAGMENTS; i++)
			ret[j] &= ~handled[i] | given[i][j];
	}
	cloison_landlock_free(p);
	return r;
}

/* What a fragment's own rules name in a place, with what is lifted. */
static uint64_t own(const struct fragment *f, int place)
{
	uint64_t rights = 0;

	for (int i = 0; i < f->rules; i++) {
		if (f->rule[i].place == place)
			rights |= f->rule[i].rights |
				  clo_landlock_lift(f->rule[i].rights, f->abi);
	}
	return rights;
}

static void test_monotone(int abi)
{
	const struct cloison_landlock_kernel kernel = { .abi = abi,
							.errata = 0xf };
	int wider = 0, layered = 0, failed = 0, changed = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct fragment f[FRAGMENTS];
		uint64_t before[PLACES], after[PLACES], layers[PLACES];
		int count = 2 + (int)chance(FRAGMENTS - 1);

		for (int i = 0; i < count; i++)
			f[i] = make_fragment();
		if (allowed(f, count - 1, 0, &kernel, before) ||
		    allowed(f, count, 0, &kernel, after)) {
			failed++;
			continue;
		}
		for (int j = 0; j < PLACES; j++) {
			changed += before[j] != after[j];
			wider += (after[j] & ~before[j] &
				  ~own(&f[count - 1], j)) != 0;
		}
		/* Each fragment in a layer of its own. */
		if (allowed(f, count, 1, &kernel, layers) ||
		    allowed(f, count - 1, 1, &kernel, before)) {
			failed++;
			continue;
		}
		for (int j = 0; j < PLACES; j++)
			layered += (layers[j] & ~before[j]) != 0;
	}
	ok(!failed && changed > ROUNDS / 4,
	   "ABI %d: %d policies are composed, and differ (%d)", abi, ROUNDS,
	   changed);
	ok(!wider,
	   "ABI %d: a fragment more allows nothing but what it names (%d)", abi,
	   wider);
	ok(!layered, "ABI %d: a layer more allows nothing (%d)", abi, layered);
}

int main(int argc, char **argv)
{
	struct cloison_landlock_kernel kernel;

	if (argc != 2 || chdir(argv[1])) {
		(void)fputs("usage: test-compose DIRECTORY\n", stderr);
		return 2;
	}
	for (int i = 0; i < PLACES; i++)
		(void)mkdir(places[i], 0755);
	(void)cloison_landlock_probe(&kernel);
	if (!kernel.abi) {
		printf("1..0 # SKIP this kernel has no Landlock\n");
		return 0;
	}
	for (int abi = 1; abi <= kernel.abi && abi <= 11; abi++)
		test_monotone(abi);
	return tap_end();
}
