/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who acts in the tests of the guard: tasks of cages, tasks outside, and the
 * reader of the events.
 */
#ifndef CLO_TESTS_GUARD_ACTOR_H
#define CLO_TESTS_GUARD_ACTOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "bpf/abi.h"

/* What an actor does; returns 0, or the errno of what was refused. */
typedef int (*clo_act)(long arg);

/* Start the actor that stays outside cages; before anybody claims. */
void host_start(void);
int host_do(clo_act act, long arg);

/* In a new task of a cage; as root of the host's, or as the cage's user. */
int cage_do(unsigned int cage, bool is_root, clo_act act, long arg);

/* A task of a cage that runs @act, then sleeps until it is killed. */
pid_t victim_start(unsigned int cage, clo_act act, long arg);

/* Events: open the ring; forget what was; ask what has come since. */
int events_open(void);
void events_forget(void);
bool events_have(unsigned int hook, unsigned int rule);
bool events_have_kind(unsigned int kind, unsigned int cage);
unsigned int events_count(unsigned int rule);
bool events_have_uid(unsigned int rule, unsigned int uid);
unsigned int events_suppressed(unsigned int rule);
unsigned int events_total(void); /* since the ring was opened */
bool events_are_unique(void);
const char *events_exe(unsigned int rule);

#endif
