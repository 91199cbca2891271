// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A flaw that the kernel has no number for, and that some versions of the same
 * ABI have repaired: tried in a child.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "landlock/policy.h"
#include "landlock/sys.h"

enum { STACK = 8192 }; /* of the child [bytes] */

/*
 * Would the kernel connect?  To a multicast address no packet is ever sent:
 * the answer is that of the sandbox or that of the routes.
 */
static int try(void *ret_is_refused)
{
	const struct clo_landlock_ruleset_attr attr = {
		.handled[CLOISON_LANDLOCK_NET] =
			CLOISON_LANDLOCK_NET_CONNECT_TCP,
	};
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(0xe0000001),
	};
	long ruleset = clo_landlock_create(&attr, 16, 0);
	int *answer = ret_is_refused;
	int fd;

	if (ruleset < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    clo_landlock_restrict((int)ruleset, 0))
		return 0;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		*answer = sendto(fd, "", 1, MSG_FASTOPEN | MSG_NOSIGNAL,
				 (const struct sockaddr *)&to,
				 sizeof(to)) < 0 &&
			  errno == EACCES;
	return 0;
}

/*
 * The child has this process's memory, which spares the copy, and credentials
 * and descriptors of its own; the caller waits for it.
 */
int clo_landlock_try_fastopen(void)
{
	_Alignas(16) char stack[STACK];
	int is_refused = 0, saved = errno;
	sigset_t all, before;
	pid_t pid;

	(void)sigfillset(&all);
	if (sigprocmask(SIG_BLOCK, &all, &before))
		return 0;
	/* Ends without a signal, so that nobody else waits for it. */
	pid = clone(try, stack + STACK, CLONE_VM | CLONE_VFORK, &is_refused);
	while (pid > 0 && waitpid(pid, NULL, (int)__WCLONE) < 0 &&
	       errno == EINTR)
		;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return is_refused;
}
