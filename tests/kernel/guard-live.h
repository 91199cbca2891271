/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of guard-live; each prints its own lines.
 */
#ifndef CLO_TESTS_GUARD_LIVE_H
#define CLO_TESTS_GUARD_LIVE_H

#include <stdbool.h>
#include <sys/types.h>

enum { CAGE_A = 2, CAGE_B = 3 };

extern pid_t live_core, live_a, live_b; /* the Core, a task of each cage */
extern bool live_has_uring; /* the hook exists here */

/* One line: whether @is_good; else @detail is shown. */
void live_ok(bool is_good, const char *text, int detail);
void live_skip(const char *text, const char *why);

void test_requests_before(void);
void test_requests_after(void);
void test_inherit(const char *probe);
void test_tasks(void);
void test_objects(void);
void test_kernel(void);
void test_self(void);
void test_link_prepare(void); /* before host_start() */
void test_programs(bool is_locked);
void test_probes(bool is_locked);
void test_space_prepare(void); /* before host_start() */
void test_space(void);
void test_canary(void);

/*
 * Who becomes the Core (guard-claim.c): the first, while another asks in a
 * loop; and the next one, after the first has died.
 */
enum { LOOP_HOST, LOOP_COPY, LOOP_CAGE, LOOP_COUNT };
int test_claim_prepare(void);
void test_first_claim(void);
void test_restart(const char *path);
int act_claim_loop(long who);
int claim_in_loop(const char *fd);
int claim_later(const char *wait_ms);

/*
 * Become the Core and take two programs of the guard away, one after the
 * other: 0 if the canary tells each time.  No guard is whole after it.
 */
int claim_and_break(void);

/* Break ten rules, so many times. */
int act_break_rules(long times);

/* Whether kill(2) reaches a task: 0 or errno. */
int act_kill(long pid);

#endif
