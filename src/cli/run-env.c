// SPDX-License-Identifier: GPL-2.0-only
/*
 * The environment that the kernel's sample sandboxer reads, so that recipes
 * written for it run unchanged.
 */
#include <string.h>
#include <unistd.h>

#include "cli/sandbox.h"

/* Paths between colons. */
static int put_paths(struct clo_sandbox *sandbox, const char *list,
		     uint64_t rights, struct clo_err *err)
{
	int r = 0;

	while (!r && *list) {
		size_t n = strcspn(list, ":"), used = 0;
		struct clo_grant grant = { .rights = rights };
		char path[8192];

		for (size_t i = 0; i < n && used + 3 < sizeof(path); i++) {
			if (list[i] == '$')
				path[used++] = '$';
			path[used++] = list[i];
		}
		path[used] = '\0';
		grant.path = path;
		if (n)
			r = clo_sandbox_grant(sandbox, &grant, err);
		list += n + (list[n] == ':');
	}
	return r;
}

/* Ports between colons; the variable set and empty refuses all. */
static int put_ports(struct clo_sandbox *sandbox, const char *name,
		     uint64_t right, struct clo_err *err)
{
	const char *list = getenv(name);
	int r = 0;

	if (!list)
		return 0;
	clo_sandbox_handle(sandbox, CLOISON_LANDLOCK_NET, right);
	while (!r && *list) {
		struct clo_grant grant = { .rights = right, .is_port = true };
		size_t n = strspn(list, "0123456789");

		if (!n || n > 5 || (list[n] && list[n] != ':'))
			return clo_err_set(
				err, -EINVAL,
				"%s: '%.40s' is no port between colons", name,
				list);
		for (size_t i = 0; i < n; i++)
			grant.port =
				grant.port * 10 + (uint64_t)(list[i] - '0');
		if (grant.port > 65535)
			return clo_err_set(err, -EINVAL,
					   "%s: ports end at 65535", name);
		r = clo_sandbox_grant(sandbox, &grant, err);
		list += n + (list[n] == ':');
	}
	return r;
}

static int put_scopes(struct clo_sandbox *sandbox, struct clo_err *err)
{
	const char *list = getenv("LL_SCOPED");

	while (list && *list) {
		size_t n = strcspn(list, ":");

		if (n == 1 && *list == 'a')
			clo_sandbox_handle(
				sandbox, CLOISON_LANDLOCK_SCOPE,
				CLOISON_LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET);
		else if (n == 1 && *list == 's')
			clo_sandbox_handle(sandbox, CLOISON_LANDLOCK_SCOPE,
					   CLOISON_LANDLOCK_SCOPE_SIGNAL);
		else
			return clo_err_set(
				err, -EINVAL,
				"LL_SCOPED: '%.40s' is neither a nor s between colons",
				list);
		list += n + (list[n] == ':');
	}
	return 0;
}

static int put_all(struct clo_sandbox *sandbox, struct clo_err *err)
{
	const uint64_t all =
		cloison_landlock_all(CLOISON_LANDLOCK_FS, CLOISON_LANDLOCK_ABI);
	const uint64_t read = CLOISON_LANDLOCK_FS_EXECUTE |
			      CLOISON_LANDLOCK_FS_READ_FILE |
			      CLOISON_LANDLOCK_FS_READ_DIR;
	const char *ro = getenv("LL_FS_RO"), *rw = getenv("LL_FS_RW");
	int r;

	if (!ro || !rw)
		return clo_err_set(
			err, -EINVAL,
			"%s is not set; it has paths between colons, or none",
			ro ? "LL_FS_RW" : "LL_FS_RO");
	r = clo_sandbox_begin(sandbox, CLO_SANDBOX_ENVIRONMENT, false, err);
	if (r)
		return r;
	clo_sandbox_handle(sandbox, CLOISON_LANDLOCK_FS, all);
	r = put_paths(sandbox, ro, read, err);
	if (!r)
		r = put_paths(sandbox, rw, all, err);
	if (!r)
		r = put_ports(sandbox, "LL_TCP_BIND",
			      CLOISON_LANDLOCK_NET_BIND_TCP, err);
	if (!r)
		r = put_ports(sandbox, "LL_TCP_CONNECT",
			      CLOISON_LANDLOCK_NET_CONNECT_TCP, err);
	if (!r)
		r = put_scopes(sandbox, err);
	return r ? r : clo_sandbox_resolve(sandbox, err);
}

int clo_sandboxer(struct clo_sandbox *sandbox, uint32_t *ret_flags,
		  struct clo_err *err)
{
	static const char *const names[] = {
		"LL_FS_RO",	  "LL_FS_RW",  "LL_TCP_BIND",
		"LL_TCP_CONNECT", "LL_SCOPED", "LL_FORCE_LOG",
	};
	const char *log = getenv("LL_FORCE_LOG");

	clo_sandbox_init(sandbox, CLO_COMPOSE_UNION);
	if (log && !strcmp(log, "1"))
		*ret_flags = CLOISON_LANDLOCK_RESTRICT_LOG_NEW_EXEC_ON;
	if (put_all(sandbox, err))
		return CLO_EXIT_USAGE;
	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++)
		(void)unsetenv(names[i]);
	return CLO_EXIT_DONE;
}
