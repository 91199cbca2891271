// SPDX-License-Identifier: GPL-2.0-only
/*
 * Talk with the Core; believe nothing.
 */
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "base/near.h"
#include "base/toml.h"
#include "bpf/abi.h"
#include "cli/client.h"
#include "cli/rule.h"

const char *clo_client_path(void)
{
	const char *path = getenv("CLOISON_SOCKET");

	return path && *path ? path : CLO_CONTROL_SOCKET;
}

static int say_connect(int error, const char *path, struct clo_err *err)
{
	if (error == ENOENT || error == ECONNREFUSED || error == ENOTDIR) {
		(void)clo_err_set(err, -error,
				  "the Core is not running; start it with "
				  "'systemctl start cloisond', or run cloisond "
				  "as root");
		return CLO_EXIT_NO_CORE;
	}
	if (error == EACCES || error == EPERM)
		(void)clo_err_set(
			err, -error,
			"control socket: '%s' may not be used by you; "
			"use sudo, or join the group cloison",
			path);
	else
		(void)clo_err_set(err, -error, "control socket: '%s': %s", path,
				  strerror(error));
	return CLO_EXIT_REFUSED;
}

static int say_hello(int fd, struct clo_err *err)
{
	struct clo_wire_hello hello = { .abi = CLO_ABI };
	struct clo_wire_message *m = calloc(1, sizeof(*m));
	clo_free struct clo_wire_message *owned = m;
	int r;

	if (!owned)
		return clo_err_set(err, -ENOMEM, "no memory");
	r = clo_client_send(fd, CLO_WIRE_HELLO, &hello);
	if (r && r != -EPIPE)
		return clo_err_set(err, r, "the Core: %s", strerror(-r));
	r = clo_client_receive(fd, m, err);
	if (r)
		return r;
	if (m->header.type == CLO_WIRE_DONE)
		return clo_err_set(err, -EPERM, "%s", m->body.DONE.text);
	if (m->header.type != CLO_WIRE_HELLO)
		return clo_err_set(err, -EBADMSG,
				   "the Core does not begin with its version; "
				   "is that cloisond?");
	if (m->body.HELLO.abi != CLO_ABI)
		return clo_err_set(
			err, -EPROTO,
			"the Core has version %u of the guard, this "
			"command knows %u; restart cloisond after an "
			"update",
			m->body.HELLO.abi, CLO_ABI);
	return 0;
}

int clo_client_open(uint32_t timeout_ms, int *ret_fd, struct clo_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval time = { .tv_sec = timeout_ms / 1000,
				.tv_usec = timeout_ms % 1000 * 1000 };
	const char *path = clo_client_path();
	clo_fd int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return say_connect(ENAMETOOLONG, path, err);
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return say_connect(errno, path, err);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		return say_connect(errno, path, err);
	if (timeout_ms &&
	    (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) ||
	     setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time))))
		return say_connect(errno, path, err);
	if (say_hello(fd, err))
		return CLO_EXIT_REFUSED;
	*ret_fd = clo_take_fd(&fd);
	return CLO_EXIT_DONE;
}

int clo_client_send(int fd, uint32_t type, const void *body)
{
	struct clo_wire_header header = {
		.version = CLO_WIRE_VERSION,
		.type = type,
		.size = clo_wire_body_size(type),
	};
	struct iovec parts[2] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)(uintptr_t)body, .iov_len = header.size },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	while (sendmsg(fd, &message, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int clo_client_receive(int fd, struct clo_wire_message *m, struct clo_err *err)
{
	ssize_t n;
	int r;

	memset(&m->header, 0, sizeof(m->header));
	do {
		n = recv(fd, m, sizeof(*m), MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return clo_err_set(err, -EAGAIN,
				   "the Core does not answer; see 'cloison "
				   "doctor'");
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return clo_err_set(err, -EPIPE,
				   "the Core has closed the connection before "
				   "its answer; see 'cloison doctor'");
	if (n < 0)
		return clo_err_set(err, -errno, "the Core: %s",
				   strerror(errno));
	r = clo_wire_check(m, (size_t)n, CLO_WIRE_FROM_CORE);
	if (r == -EPROTO)
		return clo_err_set(err, r,
				   "the Core speaks version %u, this command "
				   "%u; restart cloisond after an update",
				   m->header.version, CLO_WIRE_VERSION);
	if (r)
		return clo_err_set(err, r,
				   "the Core sent a malformed message of %zd "
				   "bytes; is that cloisond?",
				   n);
	return 0;
}

static int end_request(const struct clo_wire_done *done, struct clo_err *err)
{
	if (done->status == CLO_EXIT_DONE)
		return CLO_EXIT_DONE;
	if (done->text[0])
		(void)clo_err_set(err, -EPERM, "%s", done->text);
	else
		(void)clo_err_set(err, -EPERM, "the Core refuses: %s",
				  clo_rule_text(done->rule)->text);
	return done->status;
}

int clo_client_ask(int fd, uint32_t type, const void *body,
		   clo_client_each each, void *data, struct clo_err *err)
{
	clo_free struct clo_wire_message *m = calloc(1, sizeof(*m));
	int r;

	if (!m) {
		(void)clo_err_set(err, -ENOMEM, "no memory");
		return CLO_EXIT_REFUSED;
	}
	r = clo_client_send(fd, type, body);
	/* A Core that has closed the connection may have said why. */
	if (r && r != -EPIPE && r != -ECONNRESET) {
		(void)clo_err_set(err, r, "the Core: %s", strerror(-r));
		return CLO_EXIT_REFUSED;
	}
	for (;;) {
		if (clo_client_receive(fd, m, err))
			return CLO_EXIT_REFUSED;
		if (m->header.type == CLO_WIRE_DONE)
			return end_request(&m->body.DONE, err);
		if (m->header.type != CLO_WIRE_PROGRESS &&
		    m->header.type != CLO_WIRE_CAGE &&
		    m->header.type != CLO_WIRE_CORE) {
			(void)clo_err_set(err, -EBADMSG,
					  "the Core sent a message of type %u "
					  "that nobody asked for",
					  m->header.type);
			return CLO_EXIT_REFUSED;
		}
		if (each)
			each(m, data);
	}
}

static void add_state(const struct clo_wire_message *m, void *data)
{
	struct clo_states *states = data;

	if (m->header.type == CLO_WIRE_CAGE &&
	    states->count < CLO_ARRAY_SIZE(states->cages))
		states->cages[states->count++] = m->body.CAGE;
	else if (m->header.type == CLO_WIRE_CORE)
		states->core = m->body.CORE;
}

int clo_client_states(int fd, struct clo_states *states, struct clo_err *err)
{
	struct clo_wire_empty empty = { 0 };

	states->count = 0;
	memset(&states->core, 0, sizeof(states->core));
	return clo_client_ask(fd, CLO_WIRE_STATUS, &empty, add_state, states,
			      err);
}

int clo_client_name(const char *word, char *name, struct clo_err *err)
{
	size_t size = strlen(word);

	if (size > CLO_NAME_MAX || !clo_toml_form_name.is_good(word))
		return clo_err_set(
			err, -EINVAL,
			"'%.40s' cannot be the name of a cage: it is "
			"%s of 1 to %d letters; see 'cloison ps'",
			word, clo_toml_form_name.what, CLO_NAME_MAX);
	memcpy(name, word, size + 1);
	return 0;
}

int clo_client_no_cage(const struct clo_states *states, const char *name,
		       struct clo_err *err)
{
	struct clo_near near = { .word = name };

	for (uint32_t i = 0; i < states->count; i++)
		clo_near_try(&near, states->cages[i].name);
	(void)clo_near_end(&near, err, -ENOENT, "see 'cloison ps'",
			   "cage '%s' does not exist", name);
	return CLO_EXIT_REFUSED;
}
