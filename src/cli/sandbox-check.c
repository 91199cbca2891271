// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison sandbox check: what profiles assert of themselves, worked out from
 * the rules and, where that changes nothing, tried in a process that is
 * restricted.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/sandbox.h"

enum tried { TRIED_ALLOWED, TRIED_REFUSED, TRIED_NOT };

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000
#endif

static enum tried answer(long r)
{
	if (r >= 0)
		return TRIED_ALLOWED;
	return errno == EACCES ? TRIED_REFUSED : TRIED_NOT;
}

static enum tried try_open(const char *path, int flags)
{
	clo_fd int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	return answer(fd);
}

static enum tried try_execute(const char *path)
{
	char *const none[] = { NULL };
	long r = syscall(SYS_execveat, AT_FDCWD, path, none, none,
			 AT_EXECVE_CHECK);

	return answer(r);
}

static enum tried try_port(uint64_t port, uint64_t right)
{
	bool is_tcp = right & (CLOISON_LANDLOCK_NET_BIND_TCP |
			       CLOISON_LANDLOCK_NET_CONNECT_TCP);
	bool is_bind = right & (CLOISON_LANDLOCK_NET_BIND_TCP |
				CLOISON_LANDLOCK_NET_BIND_UDP);
	struct sockaddr_in to = { .sin_family = AF_INET };
	clo_fd int fd = socket(AF_INET,
			       (is_tcp ? SOCK_STREAM : SOCK_DGRAM) |
				       SOCK_CLOEXEC | SOCK_NONBLOCK,
			       0);
	int r;

	if (fd < 0)
		return answer(fd);
	to.sin_port = htons((uint16_t)port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r = is_bind ? bind(fd, (const struct sockaddr *)&to, sizeof(to)) :
		      connect(fd, (const struct sockaddr *)&to, sizeof(to));
	/* Whoever listens or not: only the refusal counts. */
	return r < 0 && errno == EACCES ? TRIED_REFUSED : TRIED_ALLOWED;
}

/* Tries one right; nothing is changed by it. */
static enum tried try_right(const struct clo_assert *a, uint64_t right)
{
	struct stat st;

	if (a->is_port)
		return try_port(a->port, right);
	if (stat(a->path, &st))
		return TRIED_NOT;
	switch (right) {
	case CLOISON_LANDLOCK_FS_READ_FILE:
		return S_ISREG(st.st_mode) ? try_open(a->path, O_RDONLY) :
					     TRIED_NOT;
	case CLOISON_LANDLOCK_FS_WRITE_FILE:
		return S_ISREG(st.st_mode) ? try_open(a->path, O_WRONLY) :
					     TRIED_NOT;
	case CLOISON_LANDLOCK_FS_READ_DIR:
		return S_ISDIR(st.st_mode) ?
			       try_open(a->path, O_RDONLY | O_DIRECTORY) :
			       TRIED_NOT;
	case CLOISON_LANDLOCK_FS_EXECUTE:
		return S_ISREG(st.st_mode) ? try_execute(a->path) : TRIED_NOT;
	default:
		return TRIED_NOT;
	}
}

/* In a child that restricts itself; without @policy it does not. */
static enum tried try_in_child(const struct cloison_landlock_policy *policy,
			       const struct clo_assert *a, uint64_t right)
{
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (policy && cloison_landlock_apply(policy))
			_exit(TRIED_NOT);
		_exit((int)try_right(a, right));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return TRIED_NOT;
	return (enum tried)WEXITSTATUS(status);
}

struct check {
	const struct clo_cli *cli;
	const struct clo_sandbox *sandbox;
	const struct cloison_landlock_policy *policy;
	int abi;
	struct json_object *list;
	uint32_t bad;
};

static void tell(struct check *c, const struct clo_assert *a, uint64_t right,
		 bool is_good, const char *how)
{
	const char *file = c->sandbox->fragments[a->fragment].name;
	uint32_t kind = a->is_port ? CLOISON_LANDLOCK_NET : CLOISON_LANDLOCK_FS;
	const char *word =
		cloison_landlock_word((enum cloison_landlock_kind)kind, right);
	const char *verb = a->is_allowed ? "allow" : "deny";
	struct json_object *o;
	char what[32];

	(void)snprintf(what, sizeof(what), "port %llu",
		       (unsigned long long)a->port);
	c->bad += !is_good;
	if (c->cli->is_json) {
		o = json_object_new_object();
		clo_json_text(o, "file", file);
		clo_json_uint(o, "line", a->line);
		clo_json_text(o, "assert", verb);
		clo_json_text(o, "right", word ? word : "?");
		clo_json_text(o, "on", a->is_port ? what : a->path);
		clo_json_bool(o, "holds", is_good);
		clo_json_text(o, "how", how);
		(void)json_object_array_add(c->list, o);
		return;
	}
	(void)printf("%s%s%s ",
		     clo_out_color(c->cli,
				   is_good ? CLO_COLOR_GOOD : CLO_COLOR_BAD),
		     is_good ? "holds" : "FAILS", clo_out_plain(c->cli));
	clo_out_text(stdout, file);
	(void)printf(":%u: %s %s on ", a->line, verb, word ? word : "?");
	clo_out_text(stdout, a->is_port ? what : a->path);
	(void)printf(" (%s)\n", how);
}

static void check_right(struct check *c, const struct clo_assert *a,
			uint64_t right, bool is_allowed)
{
	uint32_t kind = a->is_port ? CLOISON_LANDLOCK_NET : CLOISON_LANDLOCK_FS;
	enum tried bare, tried;
	bool has_right =
		cloison_landlock_since((enum cloison_landlock_kind)kind,
				       right) <= c->abi;

	if (is_allowed != a->is_allowed) {
		tell(c, a, right, false, "the rules say otherwise");
		return;
	}
	if (!has_right && !a->is_allowed) {
		tell(c, a, right, true,
		     "by the rules; this kernel lacks the right");
		return;
	}
	/* What other permissions refuse says nothing of the sandbox. */
	bare = try_in_child(NULL, a, right);
	tried = bare == TRIED_ALLOWED ? try_in_child(c->policy, a, right) :
					TRIED_NOT;
	if (tried == TRIED_NOT)
		tell(c, a, right, true, "by the rules");
	else if ((tried == TRIED_ALLOWED) == a->is_allowed)
		tell(c, a, right, true, "tried");
	else
		tell(c, a, right, false, "tried: the kernel says otherwise");
}

static int check_assert(struct check *c, const struct clo_assert *a,
			struct clo_err *err)
{
	static struct clo_judged judged;
	uint64_t refused;
	int r;

	if (a->is_port) {
		refused = clo_judge_port(c->sandbox, a->port, a->rights, NULL);
	} else {
		r = clo_judge_path(c->sandbox, a->path, a->rights, &judged,
				   err);
		/* Where nothing is, nothing can be allowed or refused. */
		if (r == -ENOENT) {
			err->text[0] = '\0';
			if (!c->cli->is_json) {
				(void)fputs("absent ", stdout);
				clo_out_text(stdout, a->path);
				(void)putchar('\n');
			}
			return 0;
		}
		if (r)
			return r;
		refused = judged.refused;
	}
	for (int bit = 0; bit < 64; bit++) {
		uint64_t right = UINT64_C(1) << bit;

		if (a->rights & right)
			check_right(c, a, right, !(refused & right));
	}
	return 0;
}

static int check_one(struct check *c, struct clo_err *err)
{
	clo_policy struct cloison_landlock_policy *policy = NULL;
	int r;

	r = clo_sandbox_policy(c->sandbox, CLOISON_LANDLOCK_SUBSTITUTE, &policy,
			       err);
	if (r)
		return CLO_EXIT_REFUSED;
	r = cloison_landlock_resolve(policy, NULL);
	if (r) {
		(void)clo_err_set(err, r, "sandbox: %s",
				  cloison_landlock_error(policy));
		return r == -ENOTSUP ? CLO_EXIT_CANNOT : CLO_EXIT_REFUSED;
	}
	c->policy = policy;
	for (size_t i = 0; i < c->sandbox->assert_count; i++) {
		if (check_assert(c, &c->sandbox->asserts[i], err))
			return CLO_EXIT_REFUSED;
	}
	return CLO_EXIT_DONE;
}

int clo_cli_sandbox_check(struct clo_cli *cli, struct clo_err *err)
{
	clo_json struct json_object *list = json_object_new_array();
	struct cloison_landlock_kernel kernel;
	struct check c = { .cli = cli, .list = list };
	size_t count = 0;
	int status = CLO_EXIT_DONE;

	(void)cloison_landlock_probe(&kernel);
	c.abi = kernel.abi;
	/* Options alone, or each profile apart with them. */
	for (int i = 0; !status && (i < cli->argc || (!i && !cli->argc)); i++) {
		clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
		struct clo_cli one = *cli;

		if (cli->argc && one.given_count < CLO_CLI_GIVEN) {
			one.given[one.given_count].id = CLO_OPTION_PROFILE;
			one.given[one.given_count++].value = cli->argv[i];
		}
		status = clo_sandbox_options(&one, &sandbox, err);
		if (status)
			break;
		c.sandbox = &sandbox;
		count += sandbox.assert_count;
		status = check_one(&c, err);
	}
	if (cli->is_json && !status)
		clo_json_print(list);
	if (status)
		return status;
	if (!count) {
		(void)clo_err_set(
			err, -ENOENT,
			"nothing is asserted; write [[assert]] in the profile");
		return CLO_EXIT_REFUSED;
	}
	return c.bad ? CLO_EXIT_REFUSED : CLO_EXIT_DONE;
}
