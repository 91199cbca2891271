/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a kernel is asked for, given its ABI and what a layer wants: pure, so
 * that each ABI is tested without a kernel that has it.
 */
#ifndef CLO_LANDLOCK_DECIDE_H
#define CLO_LANDLOCK_DECIDE_H

#include <stdbool.h>

#include "cloison/landlock.h"

enum { CLO_LANDLOCK_NO_FASTOPEN_FLAW = 11 }; /* ABI; before, some have it */
enum { CLO_LANDLOCK_HANDLED = 3 }; /* FS, NET, SCOPE: kinds that are handled */

/* Rights that a file has; the others are of directories. */
#define CLO_LANDLOCK_FILE_RIGHTS                     \
	((uint64_t)(CLOISON_LANDLOCK_FS_EXECUTE |    \
		    CLOISON_LANDLOCK_FS_WRITE_FILE | \
		    CLOISON_LANDLOCK_FS_READ_FILE |  \
		    CLOISON_LANDLOCK_FS_TRUNCATE |   \
		    CLOISON_LANDLOCK_FS_IOCTL_DEV |  \
		    CLOISON_LANDLOCK_FS_RESOLVE_UNIX))

/* Rights that a filter on socket(2) can stand for, only together. */
#define CLO_LANDLOCK_TCP                            \
	((uint64_t)(CLOISON_LANDLOCK_NET_BIND_TCP | \
		    CLOISON_LANDLOCK_NET_CONNECT_TCP))
#define CLO_LANDLOCK_UDP                            \
	((uint64_t)(CLOISON_LANDLOCK_NET_BIND_UDP | \
		    CLOISON_LANDLOCK_NET_CONNECT_SEND_UDP))

/* Bit of an erratum, as the kernel reports its repair. */
#define CLO_LANDLOCK_ERRATUM(number) (UINT32_C(1) << ((number) - 1))

/* What a layer wants. */
struct clo_landlock_ask {
	uint64_t handled[CLO_LANDLOCK_HANDLED];
	uint64_t granted_net; /* by some rule of the layer */
	uint32_t errata; /* repaired, as in struct cloison_landlock_kernel */
	bool may_substitute;
};

/* What is asked of the kernel, and of the filter. */
struct clo_landlock_plan {
	uint64_t handled[CLO_LANDLOCK_HANDLED];
	uint64_t substituted_net;
	bool no_fastopen; /* the filter refuses what goes around connect_tcp */
};

/**
 * clo_landlock_known() - Rights of a kind that an ABI has
 * @kind: One of enum cloison_landlock_kind.
 * @abi: The ABI; 0: none.
 *
 * Return: the bits.
 */
static inline uint64_t clo_landlock_known(uint32_t kind, int abi)
{
	uint64_t known = 0;

#define X(k, bit, name, word, since, lifted_by, text)       \
	if (kind == CLOISON_LANDLOCK_##k && abi >= (since)) \
		known |= UINT64_C(1) << (bit);
	CLOISON_LANDLOCK_TABLE(X)
#undef X
	return known;
}

/**
 * clo_landlock_plan() - Decide what to ask a kernel for
 * @ask: What the layer wants; not NULL.
 * @abi: ABI of the kernel; 0: no Landlock.
 * @plan: Set; not NULL.
 *
 * A right is asked for if the kernel has it.  One that the kernel lacks is
 * left to a filter on socket(2) if that refuses at least as much: both rights
 * of a protocol are wanted, and no rule grants either.  Where the kernel does
 * not look at TCP Fast Open, the filter refuses that to all ports: programs
 * then connect as usual.
 */
static inline void clo_landlock_plan(const struct clo_landlock_ask *ask,
				     int abi, struct clo_landlock_plan *plan)
{
	const uint64_t protocols[] = { CLO_LANDLOCK_TCP, CLO_LANDLOCK_UDP };
	uint64_t lacking;

	for (uint32_t kind = 0; kind < CLO_LANDLOCK_HANDLED; kind++)
		plan->handled[kind] = ask->handled[kind] &
				      clo_landlock_known(kind, abi);
	plan->substituted_net = 0;
	plan->no_fastopen = false;
	if (!ask->may_substitute)
		return;
	plan->no_fastopen = (plan->handled[CLOISON_LANDLOCK_NET] &
			     CLOISON_LANDLOCK_NET_CONNECT_TCP) &&
			    !(ask->errata &
			      CLO_LANDLOCK_ERRATUM(CLOISON_LANDLOCK_FASTOPEN));
	lacking = ask->handled[CLOISON_LANDLOCK_NET] &
		  ~plan->handled[CLOISON_LANDLOCK_NET];
	for (unsigned int i = 0; i < 2; i++) {
		if ((lacking & protocols[i]) == protocols[i] &&
		    !(ask->granted_net & protocols[i]))
			plan->substituted_net |= protocols[i];
	}
}

/**
 * clo_landlock_erratum() - Flaw of a kernel that concerns a right
 * @kind: Kind of the right.
 * @right: One bit.
 * @kernel: The kernel; not NULL.
 *
 * Return: number of the erratum, 0 if there is none.
 */
static inline uint32_t
clo_landlock_erratum(uint32_t kind, uint64_t right,
		     const struct cloison_landlock_kernel *kernel)
{
#define X(number, since, k, rights, text)                         \
	if (kind == CLOISON_LANDLOCK_##k && (right & (rights)) && \
	    kernel->abi >= (since) &&                             \
	    !(kernel->errata & CLO_LANDLOCK_ERRATUM(number)))     \
		return number;
	CLOISON_LANDLOCK_ERRATA(X)
#undef X
	return 0;
}

/**
 * clo_landlock_status() - Say what becomes of a right that a layer handles
 * @kind: CLOISON_LANDLOCK_FS, _NET or _SCOPE.
 * @right: One bit.
 * @plan: Of the layer; not NULL.
 * @kernel: The kernel; not NULL.
 *
 * A kernel of ABI 1 has no right named refer, and always refuses what it
 * stands for as soon as the layer handles any right on paths.
 *
 * Return: the status.
 */
static inline enum cloison_landlock_status
clo_landlock_status(uint32_t kind, uint64_t right,
		    const struct clo_landlock_plan *plan,
		    const struct cloison_landlock_kernel *kernel)
{
	if (!(right & clo_landlock_known(kind, CLOISON_LANDLOCK_ABI)))
		return CLOISON_LANDLOCK_UNKNOWN;
	if (right & plan->handled[kind]) {
		struct cloison_landlock_kernel mended = *kernel;
		uint32_t number = clo_landlock_erratum(kind, right, kernel);

		if (!number)
			return CLOISON_LANDLOCK_ENFORCED;
		if (number != CLOISON_LANDLOCK_FASTOPEN || !plan->no_fastopen)
			return CLOISON_LANDLOCK_ERRATUM;
		mended.errata |=
			CLO_LANDLOCK_ERRATUM(CLOISON_LANDLOCK_FASTOPEN);
		return clo_landlock_erratum(kind, right, &mended) ?
			       CLOISON_LANDLOCK_ERRATUM :
			       CLOISON_LANDLOCK_SUBSTITUTED;
	}
	if (kind == CLOISON_LANDLOCK_NET && (right & plan->substituted_net))
		return CLOISON_LANDLOCK_SUBSTITUTED;
	if (kind == CLOISON_LANDLOCK_FS && right == CLOISON_LANDLOCK_FS_REFER &&
	    plan->handled[kind])
		return CLOISON_LANDLOCK_IMPLIED;
	return CLOISON_LANDLOCK_MISSING_KERNEL;
}

/**
 * clo_landlock_lift() - Rights that a rule grants beyond those it names
 * @rights: What the rule names, of CLOISON_LANDLOCK_FS.
 * @abi: ABI that the rule's fragment was written for.
 *
 * See cloison_landlock_fragment().  The caller keeps those that the layer
 * handles.
 *
 * Return: the bits.
 */
static inline uint64_t clo_landlock_lift(uint64_t rights, int abi)
{
	uint64_t lifted = 0;

#define X(k, bit, name, word, since, by, text)                              \
	if (CLOISON_LANDLOCK_##k == CLOISON_LANDLOCK_FS && abi < (since) && \
	    (rights & (uint64_t)(by)))                                      \
		lifted |= UINT64_C(1) << (bit);
	CLOISON_LANDLOCK_TABLE(X)
#undef X
	return lifted;
}

/**
 * clo_landlock_rule_status() - Say what becomes of a rule
 * @kind: CLOISON_LANDLOCK_PATH or _PORT.
 * @rights: What it grants.
 * @plan: Of its layer; not NULL.
 *
 * Return: the status: implied if this kernel refuses nothing of what the rule
 * grants, missing-kernel if it refuses something and cannot be told to allow
 * it.
 */
static inline enum cloison_landlock_status
clo_landlock_rule_status(uint32_t kind, uint64_t rights,
			 const struct clo_landlock_plan *plan)
{
	uint32_t of = kind == CLOISON_LANDLOCK_PATH ? CLOISON_LANDLOCK_FS :
						      CLOISON_LANDLOCK_NET;
	uint64_t known = clo_landlock_known(of, CLOISON_LANDLOCK_ABI);

	if (rights & ~known)
		return CLOISON_LANDLOCK_UNKNOWN;
	if (of == CLOISON_LANDLOCK_FS && plan->handled[of] &&
	    (rights & CLOISON_LANDLOCK_FS_REFER & ~plan->handled[of]))
		return CLOISON_LANDLOCK_MISSING_KERNEL;
	if (!(rights & plan->handled[of]))
		return CLOISON_LANDLOCK_IMPLIED;
	return CLOISON_LANDLOCK_ENFORCED;
}

#endif
