// SPDX-License-Identifier: GPL-2.0-only
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/config.h"
#include "core/files.h"
#include "core/bounds.h"
#include "model/core.h"

enum { FILE_FD = CLO_FD_FIRST };

/* Read the file whole; the monitor opened it, and has looked at its size. */
static int read_text(char *text, size_t room, size_t *ret_size,
		     struct clo_err *err)
{
	size_t size = 0;
	ssize_t n;

	while ((n = read(FILE_FD, text + size, room - size)) > 0) {
		size += (size_t)n;
		if (size == room)
			return clo_err_set(err, -EFBIG,
					   "a file of configuration has more "
					   "than %zu bytes",
					   room - 1);
	}
	if (n < 0)
		return clo_err_set(err, -errno, "cannot be read: %s",
				   strerror(errno));
	*ret_size = size;
	return 0;
}

static int find_builtin(const char *name, struct clo_cage_conf *ret_conf,
			struct clo_err *err)
{
	uint32_t i = 0;

	while (!clo_cage_conf_builtin(i++, ret_conf)) {
		if (!strcmp(ret_conf->name, name))
			return 0;
	}
	return clo_err_set(err, -ENOENT,
			   "cage '%s': has no file in %s; the built-in cages "
			   "are 'office' and 'admin'",
			   name, CLO_CAGE_DIR);
}

static int read_conf(const char *kind, const char *name,
		     struct clo_conf_answer *answer, struct clo_err *err)
{
	static char text[CLO_CONF_FILE_MAX + 1];
	size_t size = 0;
	char where[128];
	int r = 0;

	if (!strcmp(kind, "builtin"))
		return find_builtin(name, &answer->cage, err);
	r = read_text(text, sizeof(text), &size, err);
	if (r)
		return r;
	if (!strcmp(kind, "core")) {
		answer->is_core = 1;
		return clo_core_conf_parse(text, size, CLO_CORE_FILE,
					   &answer->core, err);
	}
	(void)snprintf(where, sizeof(where), "%s/%s.toml", CLO_CAGE_DIR, name);
	return clo_cage_conf_parse(text, size, where, &answer->cage, err);
}

int clo_run_config(int argc, char **argv)
{
	static struct clo_conf_answer answer;
	struct clo_account account;
	struct clo_err err = { 0 };

	if (clo_role_account(argc, argv, &account) || argc != 6 ||
	    clo_role_drop(CLO_RUN_config, &account))
		return 1;
	answer.code = read_conf(argv[4], argv[5], &answer, &err);
	if (answer.code)
		memcpy(answer.text, err.text, sizeof(answer.text));
	return clo_message_send(CLO_FD_PEER, CLO_REQ_CONF, 0, &answer,
				sizeof(answer), NULL, 0) ?
		       1 :
		       0;
}

static int receive_answer(int fd, struct clo_conf_answer *ret_answer)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct clo_message head;
	int fds[CLO_MESSAGE_FDS];
	int r;

	if (poll(&p, 1, CLO_CONF_MS) <= 0)
		return -ETIMEDOUT;
	r = clo_message_receive(fd, &head, ret_answer, sizeof(*ret_answer),
				fds);
	for (int i = 0; i < CLO_MESSAGE_FDS; i++)
		clo_fd_cleanup(&fds[i]);
	if (!r &&
	    (head.type != CLO_REQ_CONF || head.size != sizeof(*ret_answer)))
		r = -EBADMSG;
	return r;
}

int clo_config_ask(const struct clo_account *account, const char *path,
		   const char *kind, const char *name,
		   struct clo_conf_answer *ret_answer, struct clo_err *err)
{
	struct clo_spawn spawn = { .role = CLO_RUN_config,
				   .account = *account,
				   .args = { kind, name },
				   .fd_count = 2 };
	int pair[2], fds[2];
	clo_fd int file_fd = -1;
	pid_t pid;
	int r;

	file_fd = clo_files_open_conf(path, err);
	if (file_fd < 0 && file_fd != -ENOENT)
		return -EINVAL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return clo_err_set(err, -errno, "socketpair: %s",
				   strerror(errno));
	fds[0] = pair[1];
	fds[1] = file_fd; /* none: /dev/null, an empty file: the defaults */
	spawn.fds = fds;
	r = clo_role_spawn(&spawn, &pid);
	(void)close(pair[1]);
	if (!r) {
		r = receive_answer(pair[0], ret_answer);
		if (r)
			(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	(void)close(pair[0]);
	if (r)
		return clo_err_set(err, r,
				   "%s: the process that reads it did not "
				   "answer: %s",
				   path, strerror(-r));
	if (ret_answer->code)
		return clo_err_set(err, -EINVAL, "%.*s",
				   (int)sizeof(ret_answer->text) - 1,
				   ret_answer->text);
	return 0;
}
