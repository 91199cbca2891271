// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/asker.h"

/* An accepted connection has its listener's name; a pair has none. */
static bool is_accepted_at(int fd, const char *path)
{
	struct sockaddr_un name = { 0 };
	socklen_t size = sizeof(name);
	int is_listening = 1;
	socklen_t is_size = sizeof(is_listening);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening,
		       &is_size) ||
	    is_listening || getsockname(fd, (struct sockaddr *)&name, &size) ||
	    size > sizeof(name) || name.sun_family != AF_UNIX)
		return false;
	return !strncmp(name.sun_path, path, sizeof(name.sun_path));
}

int clo_asker(int fd, const char *path, uint32_t *ret_uid)
{
	struct ucred cred;
	socklen_t size = sizeof(cred);

	if (!is_accepted_at(fd, path) ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size))
		return -EPERM;
	*ret_uid = cred.uid;
	return 0;
}

bool clo_asked_by_root(int fd, const char *path)
{
	uint32_t uid;

	return !clo_asker(fd, path, &uid) && uid == 0;
}
