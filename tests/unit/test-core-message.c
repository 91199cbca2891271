// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/message.h"
#include "core/record.h"
#include "lib/tap.h"

static void close_all(int *fds)
{
	for (int i = 0; i < CLO_MESSAGE_FDS; i++)
		clo_fd_cleanup(&fds[i]);
}

static void test_message_arrives_whole(const int *pair)
{
	static struct clo_launch_answer sent = { .code = -5, .text = "x" };
	static struct clo_launch_answer got;
	struct clo_message head = { 0 };
	int fds[CLO_MESSAGE_FDS];
	int r;

	r = clo_message_receive(pair[1], &head, &got, sizeof(got), fds);
	ok(r == -EAGAIN, "nothing was sent: %d", r);
	r = clo_message_send(pair[0], CLO_REQ_STARTED, 42, &sent, sizeof(sent),
			     pair, 2);
	ok(r == 0, "a message with two descriptors is sent: %d", r);
	r = clo_message_receive(pair[1], &head, &got, sizeof(got), fds);
	ok(r == 0 && head.type == CLO_REQ_STARTED && head.tag == 42 &&
		   head.size == sizeof(got),
	   "it arrives with its header");
	ok(!memcmp(&sent, &got, sizeof(got)), "its body is the same");
	ok(fds[0] >= 0 && fds[1] >= 0 && fds[2] < 0 && fds[3] < 0,
	   "two descriptors come with it");
	ok(fcntl(fds[0], F_GETFD) == FD_CLOEXEC, "none survives an execution");
	close_all(fds);
}

static void test_bad_message_is_refused(const int *pair)
{
	struct clo_message head = { .type = 1, .size = 9 };
	char room[8];
	int fds[CLO_MESSAGE_FDS];
	int r;

	ok(send(pair[0], &head, sizeof(head), 0) == sizeof(head),
	   "a header that lies about its size is sent");
	r = clo_message_receive(pair[1], &head, room, sizeof(room), fds);
	ok(r == -EBADMSG, "and refused: %d", r);
	ok(send(pair[0], room, 3, 0) == 3, "half a header is sent");
	r = clo_message_receive(pair[1], &head, room, sizeof(room), fds);
	ok(r == -EBADMSG, "and refused: %d", r);
	r = clo_message_send(pair[0], 1, 0, "123456789", 9, NULL, 0);
	ok(r == 0, "a body larger than the room is sent");
	r = clo_message_receive(pair[1], &head, room, sizeof(room), fds);
	ok(r == -EBADMSG, "and refused: %d", r);
	r = clo_message_send(pair[0], 1, 0, NULL, 0, pair, 5);
	ok(r == -EINVAL, "more descriptors than a message has: %d", r);
}

static void test_record_is_whole_or_none(void)
{
	char path[] = "/tmp/test-core-XXXXXX";
	static struct clo_running run, got;
	int dir_fd, fd, r;

	ok(mkdtemp(path) != NULL, "a directory is made");
	dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = clo_cage_conf_builtin(0, &run.conf);
	run.phase = CLO_RUNNING_UP;
	ok(r == 0 && clo_record_write(dir_fd, &run) == 0,
	   "a record is written");
	r = clo_record_read(dir_fd, run.conf.name, &got);
	ok(geteuid() ? r == -EBADMSG :
		       r == 0 && !memcmp(&run, &got, sizeof(run)),
	   "it is read back by root, and nobody else's is: %d", r);
	fd = openat(dir_fd, run.conf.name, O_WRONLY | O_CLOEXEC);
	ok(ftruncate(fd, sizeof(run) - 1) == 0, "it is cut");
	r = clo_record_read(dir_fd, run.conf.name, &got);
	ok(r == -EBADMSG, "a record that was cut is none: %d", r);
	ok(!clo_record_write(dir_fd, &run), "it is replaced");
	ok(fchmodat(dir_fd, run.conf.name, 0640, 0) == 0, "others may read it");
	r = clo_record_read(dir_fd, run.conf.name, &got);
	ok(r == -EBADMSG, "a record that others reach is none: %d", r);
	run.phase = 9;
	ok(!clo_record_write(dir_fd, &run), "it is replaced");
	r = clo_record_read(dir_fd, run.conf.name, &got);
	ok(r == -EBADMSG, "a phase that there is not is none: %d", r);
	run.phase = CLO_RUNNING_UP;
	run.conf.id = 64;
	ok(!clo_record_write(dir_fd, &run), "it is replaced");
	r = clo_record_read(dir_fd, run.conf.name, &got);
	ok(r == -EBADMSG, "a cage that no file can mean is none: %d", r);
	(void)close(fd);
	(void)unlinkat(dir_fd, run.conf.name, 0);
	(void)close(dir_fd);
	(void)rmdir(path);
}

int main(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return 1;
	test_message_arrives_whole(pair);
	test_bad_message_is_refused(pair);
	test_record_is_whole_or_none();
	(void)close(pair[0]);
	(void)close(pair[1]);
	return tap_end();
}
