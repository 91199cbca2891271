/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one edge where the Core speaks.
 */
#ifndef CLO_CORE_SAY_H
#define CLO_CORE_SAY_H

#include "base/base.h"

/**
 * clo_say() - Say something on standard error, and to syslog where it runs
 * @syslog_fd: Connected to /dev/log, or -1.
 * @format: printf format of one line, without line feed.
 *
 * Context: allocates nothing; does not wait for syslog.
 */
void clo_say(int syslog_fd, const char *format, ...) clo_printf(2, 3);

/**
 * clo_now_ms() - Time that only goes forward
 *
 * Return: CLOCK_MONOTONIC [ms].
 */
int64_t clo_now_ms(void);

#endif
