/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Side by side: each round runs every method once, in turn, so that whatever
 * else the machine does falls on all of them; what counts is the ratio of the
 * medians, never the time.
 */
#ifndef CLO_BENCH_BENCH_H
#define CLO_BENCH_BENCH_H

#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

/**
 * bench_limit() - Start a program as the kernel alone would let it
 * @program_fd: A static program; borrowed.
 *
 * Return: 0 once it has ended well and everything is gone, else -1.
 */
int bench_limit(int program_fd);

#endif
