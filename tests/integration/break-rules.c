/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Breaks rules of a cage as fast as it can, one after the other, so that no
 * limit for one of them is what holds it.
 *
 * usage: break-rules SECONDS
 *
 * For a cage without its filter of system calls: each call must reach the
 * guard.  Prints how many were refused; status 1 if one was not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { DEEDS = 5 };

/* What the kernel asks the guard about before it looks at anything else. */
static long deed(int which)
{
	static char bytes[128];

	switch (which) {
	case 0:
		return syscall(SYS_bpf, 0, bytes, sizeof(bytes));
	case 1:
		return syscall(SYS_add_key, "user", "break-rules", "x", 1, -3);
	case 2:
		return socket(AF_APPLETALK, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	case 3:
		return syscall(SYS_syslog, 3, bytes, sizeof(bytes));
	default:
		return chroot("/");
	}
}

int main(int argc, char **argv)
{
	unsigned long refused = 0;
	time_t end;

	if (argc != 2)
		return 2;
	end = time(NULL) + strtol(argv[1], NULL, 10);
	while (time(NULL) < end) {
		for (int i = 0; i < DEEDS; i++) {
			if (deed(i) >= 0) {
				printf("deed %d was not refused\n", i);
				return 1;
			}
			refused++;
		}
	}
	printf("%lu\n", refused);
	return 0;
}
