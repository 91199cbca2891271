// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "core/say.h"

void clo_say(int syslog_fd, const char *format, ...)
{
	static const char head[] = "<29>cloisond: ";
	char line[700];
	size_t size = sizeof(head) - 1;
	va_list args;
	int n;

	memcpy(line, head, size);
	va_start(args, format);
	n = vsnprintf(line + size, sizeof(line) - size - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	size += (size_t)n < sizeof(line) - size - 2 ? (size_t)n :
						      sizeof(line) - size - 2;
	if (syslog_fd >= 0)
		(void)send(syslog_fd, line, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	line[size++] = '\n';
	if (clo_write_full(2, line + 4, size - 4)) /* without the priority */
		return; /* nobody is left to tell */
}

int64_t clo_now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
