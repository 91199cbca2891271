// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What each ABI is asked for, and what becomes of the rest.
 */
#include <linux/landlock.h>

#include "landlock/decide.h"
#include "landlock/sys.h"
#include "lib/tap.h"

enum { ABIS = 11 };

/* Written down from the kernel's header, apart from the table under test. */
/* clang-format off */
static const struct {
	uint64_t fs, net, scope, restricts, rule;
} kernels[ABIS + 1] = {
	[0]  = { 0, 0, 0, 0, 0 },
	[1]  = { 0x1fff, 0, 0, 0, 0 },
	[2]  = { 0x3fff, 0, 0, 0, 0 },
	[3]  = { 0x7fff, 0, 0, 0, 0 },
	[4]  = { 0x7fff, 0x3, 0, 0, 0 },
	[5]  = { 0xffff, 0x3, 0, 0, 0 },
	[6]  = { 0xffff, 0x3, 0x3, 0, 0 },
	[7]  = { 0xffff, 0x3, 0x3, 0x7, 0 },
	[8]  = { 0xffff, 0x3, 0x3, 0xf, 0 },
	[9]  = { 0x1ffff, 0x3, 0x3, 0xf, 0 },
	[10] = { 0x1ffff, 0xf, 0x3, 0xf, 0x1 },
	[11] = { 0x1ffff, 0xf, 0x3, 0x1f, 0x1 },
};
/* clang-format on */

static void test_known(void)
{
	for (int abi = 0; abi <= ABIS; abi++) {
		ok(clo_landlock_known(CLOISON_LANDLOCK_FS, abi) ==
			   kernels[abi].fs,
		   "ABI %d: rights on paths", abi);
		ok(clo_landlock_known(CLOISON_LANDLOCK_NET, abi) ==
			   kernels[abi].net,
		   "ABI %d: rights on ports", abi);
		ok(clo_landlock_known(CLOISON_LANDLOCK_SCOPE, abi) ==
			   kernels[abi].scope,
		   "ABI %d: scopes", abi);
		ok(clo_landlock_known(CLOISON_LANDLOCK_RESTRICT, abi) ==
			   kernels[abi].restricts,
		   "ABI %d: flags of the restriction", abi);
		ok(clo_landlock_known(CLOISON_LANDLOCK_RULE, abi) ==
			   kernels[abi].rule,
		   "ABI %d: flags of a rule", abi);
	}
	ok(clo_landlock_known(CLOISON_LANDLOCK_FS, 99) == kernels[ABIS].fs,
	   "an ABI that is newer has what the newest known has");
}

/* The system's header, as far as it goes. */
static void test_header(void)
{
	ok(CLOISON_LANDLOCK_FS_EXECUTE == LANDLOCK_ACCESS_FS_EXECUTE &&
		   CLOISON_LANDLOCK_FS_MAKE_SYM ==
			   LANDLOCK_ACCESS_FS_MAKE_SYM &&
		   CLOISON_LANDLOCK_FS_MAKE_BLOCK ==
			   LANDLOCK_ACCESS_FS_MAKE_BLOCK,
	   "the numbers are those of linux/landlock.h");
#ifdef LANDLOCK_ACCESS_FS_REFER
	ok(CLOISON_LANDLOCK_FS_REFER == LANDLOCK_ACCESS_FS_REFER,
	   "so is refer");
#endif
#ifdef LANDLOCK_ACCESS_FS_RESOLVE_UNIX
	ok(CLOISON_LANDLOCK_FS_RESOLVE_UNIX == LANDLOCK_ACCESS_FS_RESOLVE_UNIX,
	   "so is resolve_unix");
#endif
	ok(sizeof(struct clo_landlock_path_attr) ==
		   sizeof(struct landlock_path_beneath_attr),
	   "so is the structure of a rule");
}

static void test_plan(void)
{
	const struct clo_landlock_ask all = {
		.handled = { kernels[ABIS].fs, kernels[ABIS].net,
			     kernels[ABIS].scope },
	};

	for (int abi = 0; abi <= ABIS; abi++) {
		struct clo_landlock_plan plan;

		clo_landlock_plan(&all, abi, &plan);
		ok(plan.handled[0] == kernels[abi].fs &&
			   plan.handled[1] == kernels[abi].net &&
			   plan.handled[2] == kernels[abi].scope,
		   "ABI %d is asked for what it has, and no more", abi);
		ok(!plan.substituted_net,
		   "ABI %d: nothing is substituted unasked", abi);
	}
}

static void test_substitute(void)
{
	struct clo_landlock_ask ask = {
		.handled = { 0, 0xf, 0 },
		.may_substitute = true,
	};
	struct clo_landlock_plan plan;

	for (int abi = 0; abi <= ABIS; abi++) {
		uint64_t want = abi < 4 ? 0xf : abi < 10 ? 0xc : 0;

		clo_landlock_plan(&ask, abi, &plan);
		ok(plan.substituted_net == want,
		   "ABI %d: the filter stands for 0x%llx", abi,
		   (unsigned long long)want);
	}
	ask.granted_net = CLOISON_LANDLOCK_NET_CONNECT_TCP;
	clo_landlock_plan(&ask, 3, &plan);
	ok(plan.substituted_net == CLO_LANDLOCK_UDP,
	   "no filter where a rule grants a port of the protocol");
	ask.granted_net = 0;
	ask.handled[1] = CLOISON_LANDLOCK_NET_BIND_TCP;
	clo_landlock_plan(&ask, 3, &plan);
	ok(!plan.substituted_net,
	   "no filter that would refuse what is not handled");
}

static void test_fastopen(void)
{
	const uint32_t repaired = UINT32_C(1) << 31;
	struct clo_landlock_ask ask = {
		.handled = { 0, 0x3, 0 },
		.granted_net = CLOISON_LANDLOCK_NET_CONNECT_TCP,
		.may_substitute = true,
	};
	struct cloison_landlock_kernel kernel = { .errata = 0xf };
	struct clo_landlock_plan plan;

	for (int abi = 0; abi <= ABIS; abi++) {
		kernel.abi = abi;
		clo_landlock_plan(&ask, abi, &plan);
		ok(plan.no_fastopen == (abi >= 4),
		   "ABI %d: TCP Fast Open is refused where the kernel looks at connections alone",
		   abi);
		ok(abi < 4 || clo_landlock_status(CLOISON_LANDLOCK_NET, 0x2,
						  &plan, &kernel) ==
				      CLOISON_LANDLOCK_SUBSTITUTED,
		   "ABI %d: which is reported", abi);
	}
	kernel.errata = 0xe;
	ok(clo_landlock_status(CLOISON_LANDLOCK_NET, 0x2, &plan, &kernel) ==
		   CLOISON_LANDLOCK_ERRATUM,
	   "another flaw of the right is one all the same");
	ask.may_substitute = false;
	clo_landlock_plan(&ask, ABIS, &plan);
	kernel.errata = 0xf;
	ok(!plan.no_fastopen &&
		   clo_landlock_status(CLOISON_LANDLOCK_NET, 0x2, &plan,
				       &kernel) == CLOISON_LANDLOCK_ERRATUM &&
		   clo_landlock_erratum(CLOISON_LANDLOCK_NET, 0x2, &kernel) ==
			   CLOISON_LANDLOCK_FASTOPEN,
	   "without a filter it is a flaw");
	ask.may_substitute = true;
	ask.errata = repaired;
	kernel.errata |= repaired;
	clo_landlock_plan(&ask, ABIS, &plan);
	ok(!plan.no_fastopen &&
		   clo_landlock_status(CLOISON_LANDLOCK_NET, 0x2, &plan,
				       &kernel) == CLOISON_LANDLOCK_ENFORCED,
	   "where it is repaired there is no filter, and nothing to report");
	ask.errata = 0;
	ask.handled[1] = CLOISON_LANDLOCK_NET_BIND_TCP;
	clo_landlock_plan(&ask, ABIS, &plan);
	ok(!plan.no_fastopen, "nor where connections are not handled");
}

static void test_status(void)
{
	struct cloison_landlock_kernel kernel = { .abi = 6, .errata = 0x6 };
	const struct clo_landlock_ask ask = {
		.handled = { UINT64_C(1) << 40 | 0x1ffff, 0xf, 0x3 },
		.may_substitute = true,
	};
	struct clo_landlock_plan plan;

	clo_landlock_plan(&ask, 6, &plan);
	ok(clo_landlock_status(CLOISON_LANDLOCK_FS, 1, &plan, &kernel) ==
		   CLOISON_LANDLOCK_ENFORCED,
	   "what the kernel has is enforced");
	ok(clo_landlock_status(CLOISON_LANDLOCK_FS, 1 << 16, &plan, &kernel) ==
		   CLOISON_LANDLOCK_MISSING_KERNEL,
	   "what it lacks is missing");
	ok(clo_landlock_status(CLOISON_LANDLOCK_FS, UINT64_C(1) << 40, &plan,
			       &kernel) == CLOISON_LANDLOCK_UNKNOWN,
	   "what the library does not know is unknown");
	ok(clo_landlock_status(CLOISON_LANDLOCK_NET, 1 << 2, &plan, &kernel) ==
		   CLOISON_LANDLOCK_SUBSTITUTED,
	   "what the filter stands for is substituted");
	ok(clo_landlock_status(CLOISON_LANDLOCK_NET, 1, &plan, &kernel) ==
			   CLOISON_LANDLOCK_ERRATUM &&
		   clo_landlock_erratum(CLOISON_LANDLOCK_NET, 1, &kernel) == 1,
	   "erratum 1 concerns TCP");
	ok(clo_landlock_status(CLOISON_LANDLOCK_SCOPE, 2, &plan, &kernel) ==
		   CLOISON_LANDLOCK_ENFORCED,
	   "an erratum that is repaired concerns nothing");
	kernel.errata = 0;
	ok(clo_landlock_erratum(CLOISON_LANDLOCK_SCOPE, 2, &kernel) == 2 &&
		   clo_landlock_erratum(CLOISON_LANDLOCK_FS, 1 << 13,
					&kernel) == 3 &&
		   clo_landlock_erratum(CLOISON_LANDLOCK_FS, 1 << 8, &kernel) ==
			   4,
	   "each erratum has its rights");
	clo_landlock_plan(&ask, 1, &plan);
	kernel.abi = 1;
	ok(clo_landlock_status(CLOISON_LANDLOCK_FS, 1 << 13, &plan, &kernel) ==
		   CLOISON_LANDLOCK_IMPLIED,
	   "ABI 1 refuses refer without being asked");
	ok(clo_landlock_rule_status(CLOISON_LANDLOCK_PATH, 1 << 13, &plan) ==
		   CLOISON_LANDLOCK_MISSING_KERNEL,
	   "ABI 1 cannot be told to allow refer");
	ok(clo_landlock_rule_status(CLOISON_LANDLOCK_PATH, 1 << 15, &plan) ==
		   CLOISON_LANDLOCK_IMPLIED,
	   "what a kernel does not refuse need not be allowed");
	ok(clo_landlock_rule_status(CLOISON_LANDLOCK_PATH, 1 << 2, &plan) ==
		   CLOISON_LANDLOCK_ENFORCED,
	   "a rule on what it refuses is enforced");
	ok(clo_landlock_rule_status(CLOISON_LANDLOCK_PORT, UINT64_C(1) << 50,
				    &plan) == CLOISON_LANDLOCK_UNKNOWN,
	   "a rule on what the library does not know is unknown");
}

static void test_lift(void)
{
	const uint64_t read = CLOISON_LANDLOCK_FS_READ_FILE;
	const uint64_t write = CLOISON_LANDLOCK_FS_WRITE_FILE;

	ok(clo_landlock_lift(read, 1) == CLOISON_LANDLOCK_FS_IOCTL_DEV,
	   "reading lifts ioctl_dev, and never truncate");
	ok(clo_landlock_lift(write, 1) == (CLOISON_LANDLOCK_FS_TRUNCATE |
					   CLOISON_LANDLOCK_FS_IOCTL_DEV |
					   CLOISON_LANDLOCK_FS_RESOLVE_UNIX),
	   "writing lifts what was part of it");
	ok(clo_landlock_lift(write, 3) == (CLOISON_LANDLOCK_FS_IOCTL_DEV |
					   CLOISON_LANDLOCK_FS_RESOLVE_UNIX),
	   "a right that the author knew is not lifted");
	ok(clo_landlock_lift(0x1ffff, 11) == 0,
	   "nothing is lifted for who knew all");
	ok(clo_landlock_lift(CLOISON_LANDLOCK_FS_MAKE_REG, 1) == 0,
	   "refer is never lifted: ABI 1 always refused it");
}

int main(void)
{
	test_known();
	test_header();
	test_plan();
	test_substitute();
	test_fastopen();
	test_status();
	test_lift();
	return tap_end();
}
