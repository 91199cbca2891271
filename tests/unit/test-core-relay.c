// SPDX-License-Identifier: LGPL-2.1-or-later
/* The relay of a session ends: whatever its client, or who is left, does. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/message.h"
#include "core/relay.h"
#include "lib/tap.h"

enum { DRAIN_MS = 1500, LINGER_MS = 500, STATUS = 7 };

/* The relay in a child; our ends of what it holds. */
struct scene {
	pid_t pid;
	int peer_fd, connection_fd;
	int input_fd, output_fd, error_fd; /* of the session */
};

static void nonblocking(int fd)
{
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static int begin(struct scene *scene)
{
	int peer[2], connection[2], input[2], output[2], error[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, peer) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, connection) || pipe(input) ||
	    pipe(output) || pipe(error))
		return -1;
	scene->pid = fork();
	if (scene->pid == 0) {
		const struct clo_relay relay = { .peer_fd = peer[1],
						 .connection_fd = connection[1],
						 .input_fd = input[1],
						 .output_fds = { output[0],
								 error[0] },
						 .drain_ms = DRAIN_MS,
						 .linger_ms = LINGER_MS };

		(void)close(peer[0]);
		(void)close(connection[0]);
		(void)close(input[0]);
		(void)close(output[1]);
		(void)close(error[1]);
		nonblocking(input[1]);
		nonblocking(output[0]);
		nonblocking(error[0]);
		_exit(-clo_relay_run(&relay) & 0xff);
	}
	(void)close(peer[1]);
	(void)close(connection[1]);
	(void)close(input[1]);
	(void)close(output[0]);
	(void)close(error[0]);
	scene->peer_fd = peer[0];
	scene->connection_fd = connection[0];
	scene->input_fd = input[0];
	scene->output_fd = output[1];
	scene->error_fd = error[1];
	nonblocking(scene->output_fd);
	return scene->pid < 0 ? -1 : 0;
}

static void end(struct scene *scene)
{
	(void)close(scene->peer_fd);
	(void)close(scene->connection_fd);
	(void)close(scene->input_fd);
	(void)close(scene->output_fd);
	(void)close(scene->error_fd);
}

static int tell_exit(const struct scene *scene)
{
	const struct clo_exit_notice notice = { .status = STATUS };

	return clo_message_send(scene->peer_fd, CLO_ORDER_EXIT, 0, &notice,
				sizeof(notice), NULL, 0);
}

static long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The errno that the relay ended with within the time, or -1. */
static int wait_for(const struct scene *scene, long within_ms)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	long until = now_ms() + within_ms;
	int status;

	while (now_ms() < until) {
		if (waitpid(scene->pid, &status, WNOHANG) == scene->pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
		(void)nanosleep(&pause, NULL);
	}
	(void)kill(scene->pid, SIGKILL);
	(void)waitpid(scene->pid, &status, 0);
	return -1;
}

/* Read all that comes; the status, or -1. */
static int read_all(const struct scene *scene, size_t *ret_bytes)
{
	static struct clo_wire_message message;

	*ret_bytes = 0;
	while (recv(scene->connection_fd, &message, sizeof(message), 0) > 0) {
		if (message.header.type == CLO_WIRE_EXIT)
			return message.body.EXIT.status;
		if (message.header.type == CLO_WIRE_OUTPUT)
			*ret_bytes += message.body.OUTPUT.size;
	}
	return -1;
}

static size_t fill(int fd)
{
	static const char bytes[4096];
	size_t all = 0;
	ssize_t n;

	/* Until neither the pipe nor the socket takes any more. */
	for (int quiet = 0; quiet < 20;) {
		n = write(fd, bytes, sizeof(bytes));
		if (n > 0) {
			all += (size_t)n;
			quiet = 0;
		} else {
			const struct timespec pause = { .tv_nsec = 10000000 };

			quiet++;
			(void)nanosleep(&pause, NULL);
		}
	}
	return all;
}

static void test_ordinary(void)
{
	struct scene scene;
	size_t bytes;
	int status;

	if (begin(&scene) || write(scene.output_fd, "out", 3) != 3 ||
	    write(scene.error_fd, "err", 3) != 3 || tell_exit(&scene)) {
		ok(false, "a session can be relayed");
		return;
	}
	status = read_all(&scene, &bytes);
	ok(status == STATUS && bytes == 6, "all and the status arrive");
	(void)close(scene.connection_fd);
	scene.connection_fd = -1;
	ok(wait_for(&scene, 300) == 0, "the relay ends when we hang up");
	end(&scene);
}

static void test_slow_reader(void)
{
	const struct timespec pause = { .tv_nsec = 700000000 };
	size_t wrote, bytes;
	struct scene scene;
	int status;

	if (begin(&scene)) {
		ok(false, "a session can be relayed");
		return;
	}
	wrote = fill(scene.output_fd);
	ok(tell_exit(&scene) == 0, "it ends with %zu bytes unread", wrote);
	(void)nanosleep(&pause, NULL); /* longer than silence may last */
	status = read_all(&scene, &bytes);
	ok(status == STATUS && bytes == wrote,
	   "who reads in time has all of it, and the status: %zu", bytes);
	(void)wait_for(&scene, 3000);
	end(&scene);
}

static void test_no_reader(void)
{
	struct scene scene;
	long from;
	int r;

	if (begin(&scene)) {
		ok(false, "a session can be relayed");
		return;
	}
	(void)fill(scene.output_fd);
	from = now_ms();
	ok(tell_exit(&scene) == 0, "it ends, and nobody reads");
	r = wait_for(&scene, 2 * DRAIN_MS);
	ok(r == ETIMEDOUT && now_ms() - from >= DRAIN_MS - 50,
	   "the relay ends after its time, not before: %d", r);
	end(&scene);
}

/* What others in the cage go on writing is no reason to stay. */
static void test_busy_others(void)
{
	struct scene scene;
	size_t bytes;
	pid_t writer;
	int r;

	if (begin(&scene)) {
		ok(false, "a session can be relayed");
		return;
	}
	writer = fork();
	if (writer == 0) {
		const struct timespec pause = { .tv_nsec = 20000000 };

		while (write(scene.output_fd, "x", 1) == 1 || errno == EAGAIN)
			(void)nanosleep(&pause, NULL);
		_exit(0);
	}
	ok(tell_exit(&scene) == 0, "it ends, and others go on writing");
	r = read_all(&scene, &bytes);
	ok(r == STATUS && bytes > 10, "the status arrives all the same: %d", r);
	(void)close(scene.connection_fd);
	scene.connection_fd = -1;
	ok(wait_for(&scene, DRAIN_MS) == 0, "and the relay ends");
	(void)kill(writer, SIGKILL);
	(void)waitpid(writer, NULL, 0);
	end(&scene);
}

/* A client that only writes keeps the relay no longer than one that waits. */
static void test_chatty_client(void)
{
	static struct clo_wire_message message;
	struct scene scene;
	pid_t writer;
	int r;

	if (begin(&scene) || tell_exit(&scene)) {
		ok(false, "a session can be relayed");
		return;
	}
	writer = fork();
	if (writer == 0) {
		const struct timespec pause = { .tv_nsec = 20000000 };
		size_t size = clo_wire_begin(&message, CLO_WIRE_INPUT);

		message.body.INPUT.size = 1;
		while (send(scene.connection_fd, &message, size, MSG_NOSIGNAL) >
		       0)
			(void)nanosleep(&pause, NULL);
		_exit(0);
	}
	r = wait_for(&scene, 4 * LINGER_MS);
	ok(r == 0, "a client that only writes is left: %d", r);
	(void)kill(writer, SIGKILL);
	(void)waitpid(writer, NULL, 0);
	end(&scene);
}

int main(void)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGPIPE, &ignore, NULL);
	test_ordinary();
	test_slow_reader();
	test_no_reader();
	test_busy_others();
	test_chatty_client();
	return tap_end();
}
