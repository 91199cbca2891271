/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A Core of paper: speaks the wire as the real one, or breaks it in a way that
 * is asked for, so that the command is tested without privilege.
 *
 * usage: fake-core SOCKET [HOW]
 *
 * HOW: good; version, type, size, spare, name, text, rule, status, level,
 * canary: one field of an answer is wrong; unguarded: no guard; short, long: a
 * packet of a wrong size; silent: closes after the first message; abi: another
 * guard; refuse: up ends with status 3; window: a session that reports its
 * terminal's size.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "bpf/abi.h"
#include "proto/wire.h"

static const char *how = "good";

static int is(const char *word)
{
	return !strcmp(how, word);
}

static void tell(int fd, struct clo_wire_message *m, enum clo_wire_type type)
{
	size_t size = clo_wire_size(type);
	ssize_t n;

	m->header.version = CLO_WIRE_VERSION;
	m->header.type = type;
	m->header.size = clo_wire_body_size(type);
	m->header.spare = 0;
	if (type != CLO_WIRE_HELLO) {
		if (is("version"))
			m->header.version = 99;
		if (is("type"))
			m->header.type = 77;
		if (is("size"))
			m->header.size++;
		if (is("spare"))
			m->header.spare = 1;
		if (is("short"))
			size = 7;
		if (is("long"))
			size++;
	}
	n = send(fd, m, size, MSG_NOSIGNAL);
	(void)n; /* the command may have gone */
}

static void done(int fd, int status, const char *text)
{
	static struct clo_wire_message m;

	memset(&m, 0, sizeof(m));
	m.body.DONE.status = is("status") ? 99 : status;
	if (is("rule"))
		m.body.DONE.rule = 4000;
	(void)snprintf(m.body.DONE.text, sizeof(m.body.DONE.text), "%s", text);
	if (is("text"))
		memset(m.body.DONE.text, 'x', sizeof(m.body.DONE.text));
	tell(fd, &m, CLO_WIRE_DONE);
}

static void tell_cage(int fd, const char *name, const char *level, uint32_t id)
{
	static struct clo_wire_message m;

	memset(&m, 0, sizeof(m));
	(void)snprintf(m.body.CAGE.name, sizeof(m.body.CAGE.name), "%s", name);
	(void)snprintf(m.body.CAGE.level, sizeof(m.body.CAGE.level), "%s",
		       level);
	if (is("name"))
		(void)snprintf(m.body.CAGE.name, sizeof(m.body.CAGE.name),
			       "x\033[31m");
	if (is("level"))
		memset(m.body.CAGE.level, 'y', sizeof(m.body.CAGE.level));
	m.body.CAGE.id = id;
	m.body.CAGE.state = CLO_CAGE_UP;
	m.body.CAGE.tasks = 7;
	m.body.CAGE.memory_bytes = 5 * 1048576;
	m.body.CAGE.cpu_us = 1234567;
	m.body.CAGE.denied = 42;
	m.body.CAGE.without = id == 3 ? 1 << CLO_PROTECT_time : 0;
	tell(fd, &m, CLO_WIRE_CAGE);
}

static void tell_core(int fd)
{
	static struct clo_wire_message m;

	memset(&m, 0, sizeof(m));
	m.body.CORE.is_guarded = !is("unguarded");
	m.body.CORE.canary_ms = is("unguarded") ? 0 : 12345;
	if (is("canary"))
		m.body.CORE.is_guarded = 0;
	tell(fd, &m, CLO_WIRE_CORE);
}

static void progress(int fd, const char *text)
{
	static struct clo_wire_message m;

	memset(&m, 0, sizeof(m));
	(void)snprintf(m.body.PROGRESS.text, sizeof(m.body.PROGRESS.text), "%s",
		       text);
	tell(fd, &m, CLO_WIRE_PROGRESS);
}

static void output(int fd, uint32_t stream, const char *bytes, size_t size)
{
	static struct clo_wire_message m;

	memset(&m, 0, sizeof(m));
	m.body.OUTPUT.stream = stream;
	m.body.OUTPUT.size = (uint32_t)size;
	memcpy(m.body.OUTPUT.bytes, bytes, size);
	tell(fd, &m, CLO_WIRE_OUTPUT);
}

static void end_session(int fd, int status)
{
	static struct clo_wire_message m;

	memset(&m, 0, sizeof(m));
	m.body.EXIT.status = status;
	tell(fd, &m, CLO_WIRE_EXIT);
}

/*
 * A session: says what it was asked, gives input back, ends with 7 at the end
 * of the input, or when a line says so.
 */
static void session(int fd, const struct clo_wire_enter *enter)
{
	static struct clo_wire_message m;
	const char *words[CLO_WIRE_WORDS + 1];
	uint32_t count = clo_wire_get_args(enter, words);
	char text[512];
	int n;

	n = snprintf(text, sizeof(text),
		     "role=%u tty=%u words=%u first=%s term=%s\n", enter->role,
		     enter->is_terminal, count, count ? words[0] : "-",
		     enter->term);
	output(fd, 1, text, (size_t)n);
	output(fd, 2, "oops\n", 5);
	for (;;) {
		ssize_t size = recv(fd, &m, sizeof(m), 0);

		if (size <= 0 ||
		    clo_wire_check(&m, (size_t)size, CLO_WIRE_FROM_COMMAND))
			return;
		if (m.header.type == CLO_WIRE_WINDOW) {
			n = snprintf(text, sizeof(text), "size=%ux%u\r\n",
				     m.body.WINDOW.rows, m.body.WINDOW.columns);
			output(fd, 1, text, (size_t)n);
			continue;
		}
		if (!m.body.INPUT.size) {
			end_session(fd, 7);
			return;
		}
		if (memchr(m.body.INPUT.bytes, 'Q', m.body.INPUT.size)) {
			end_session(fd, 130);
			return;
		}
		output(fd, 1, m.body.INPUT.bytes, m.body.INPUT.size);
	}
}

/* 0: the connection goes on. */
static int serve(int fd, const struct clo_wire_message *m)
{
	switch (m->header.type) {
	case CLO_WIRE_HELLO:
		return 0;
	case CLO_WIRE_STATUS:
		tell_cage(fd, "admin", "high", 3);
		tell_cage(fd, "office", "low", 2);
		tell_core(fd);
		done(fd, 0, "");
		return 0;
	case CLO_WIRE_UP:
		progress(fd, "building the root\033[2J of it");
		if (is("refuse"))
			done(fd, 3, "cage 'x': the guard\033]0;x\a is lacking");
		else
			done(fd, 0, "");
		return 0;
	case CLO_WIRE_DOWN:
		done(fd, 0, "");
		return 0;
	case CLO_WIRE_ENTER:
		done(fd, 0, "");
		session(fd, &m->body.ENTER);
		return 1;
	case CLO_WIRE_STOP:
		if (m->body.STOP.is_abrupt)
			_exit(0);
		done(fd, 0, "");
		return 1;
	default:
		done(fd, 2, "out of turn");
		return 1;
	}
}

static void serve_client(int fd)
{
	static struct clo_wire_message m;
	static struct clo_wire_message hello;
	int r = 0;

	memset(&hello, 0, sizeof(hello));
	hello.body.HELLO.abi = is("abi") ? 77 : CLO_ABI;
	tell(fd, &hello, CLO_WIRE_HELLO);
	while (!r) {
		ssize_t n = recv(fd, &m, sizeof(m), 0);

		if (n <= 0 || is("silent"))
			return;
		if (clo_wire_check(&m, (size_t)n, CLO_WIRE_FROM_COMMAND)) {
			done(fd, 2, "a message is malformed");
			return;
		}
		r = serve(fd, &m);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (argc < 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	if (argc > 2)
		how = argv[2];
	(void)alarm(120); /* a test that hangs does not leave us behind */
	memcpy(address.sun_path, argv[1], strlen(argv[1]));
	(void)unlink(argv[1]);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, 8))
		return 1;
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client < 0)
			return 1;
		serve_client(client);
		(void)close(client);
	}
}
