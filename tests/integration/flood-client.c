/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients that ask for the state as often as they can and never read.
 *
 * usage: flood-client SOCKET SECONDS
 *
 * Connects as often as it is let, again when it is ended, and writes HELLO and
 * STATUS until the time is over.  Prints how many connections it had.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "bpf/abi.h"
#include "proto/wire.h"

enum { CONNECTIONS = 80 };

static int hang_up(int fd)
{
	(void)close(fd);
	return -1;
}

static int dial(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	static struct clo_wire_message hello;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		(void)close(fd);
		return -1;
	}
	(void)clo_wire_begin(&hello, CLO_WIRE_HELLO);
	hello.body.HELLO.abi = CLO_ABI;
	if (send(fd, &hello, clo_wire_size(CLO_WIRE_HELLO), MSG_NOSIGNAL) < 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

int main(int argc, char **argv)
{
	static struct clo_wire_message status;
	size_t size = clo_wire_begin(&status, CLO_WIRE_STATUS);
	unsigned long made = 0;
	int fds[CONNECTIONS];
	time_t end;

	if (argc != 3)
		return 2;
	end = time(NULL) + strtol(argv[2], NULL, 10);
	for (size_t i = 0; i < CONNECTIONS; i++)
		fds[i] = -1;
	while (time(NULL) < end) {
		for (size_t i = 0; i < CONNECTIONS; i++) {
			ssize_t n;

			if (fds[i] < 0 && (fds[i] = dial(argv[1])) >= 0)
				made++;
			if (fds[i] < 0)
				continue;
			n = send(fds[i], &status, size, MSG_NOSIGNAL);
			if (n < 0 && errno != EAGAIN)
				fds[i] = hang_up(fds[i]);
		}
	}
	(void)printf("%lu\n", made);
	return 0;
}
