// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/asker.h"
#include "lib/tap.h"

static char path[64];

static int make_socket(bool is_listening)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	memcpy(name.sun_path, path, sizeof(path));
	if (is_listening ? bind(fd, (struct sockaddr *)&name, sizeof(name)) ||
				   listen(fd, 4) :
			   connect(fd, (struct sockaddr *)&name, sizeof(name)))
		exit(1); /* no plan: a failure */
	return fd;
}

static void test_only_a_connection_tells(int listener)
{
	int mine = make_socket(false);
	int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	int pair[2];
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ok(clo_asked_by_root(accepted, path) == (geteuid() == 0),
	   "a connection is root's if root connects");
	ok(!clo_asked_by_root(accepted, "/run/other"),
	   "not one that was accepted elsewhere");
	ok(!clo_asked_by_root(listener, path), "the listening socket is none");
	ok(!clo_asked_by_root(mine, path), "the client's own end is none");
	ok(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) &&
		   !clo_asked_by_root(pair[0], path),
	   "a pair is none");
	ok(!clo_asked_by_root(file, path), "a file is none");
	ok(!clo_asked_by_root(-1, path), "no descriptor is none");
	close(mine);
	close(accepted);
	close(file);
	close(pair[0]);
	close(pair[1]);
}

/* A user without rights connects, and the kernel says so. */
static void test_another_user_is_not_root(int listener)
{
	int accepted, status;
	pid_t pid;

	if (geteuid() != 0) {
		tap_skip("another user is not root",
			 "only root can become another user");
		return;
	}
	pid = fork();
	if (!pid) {
		if (setresuid(65534, 65534, 65534))
			_exit(1);
		make_socket(false);
		_exit(0);
	}
	accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ok(waitpid(pid, &status, 0) == pid && !status && accepted >= 0 &&
		   !clo_asked_by_root(accepted, path),
	   "another user is not root");
	close(accepted);
}

int main(void)
{
	char dir[] = "/tmp/asker.XXXXXX";
	int listener;

	if (!mkdtemp(dir))
		return 1;
	(void)chmod(dir, 0755);
	(void)snprintf(path, sizeof(path), "%s/socket", dir);
	listener = make_socket(true);
	(void)chmod(path, 0777);
	test_only_a_connection_tells(listener);
	test_another_user_is_not_root(listener);
	close(listener);
	(void)unlink(path);
	(void)rmdir(dir);
	return tap_end();
}
