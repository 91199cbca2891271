/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The few types that the policy needs, for every place it is compiled in.
 *
 * The policy has no libc and no kernel header: the BPF programs, the daemon,
 * the tests and the proofs include the same files unchanged.
 */
#ifndef CLO_POLICY_TYPES_H
#define CLO_POLICY_TYPES_H

#include <stdbool.h>

typedef unsigned char clo_u8;
typedef unsigned short clo_u16;
typedef unsigned int clo_u32;
typedef unsigned long long clo_u64;

_Static_assert(sizeof(clo_u16) == 2, "u16");
_Static_assert(sizeof(clo_u32) == 4, "u32");
_Static_assert(sizeof(clo_u64) == 8, "u64");

/* A bit of a 64-bit set; a number out of range is no bit, never a wrong one. */
#define CLO_BIT64(n) ((n) < 64u ? 1ULL << ((n) & 63u) : 0ULL)

#endif
