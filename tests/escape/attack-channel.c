/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks over sockets, descriptors in messages and networks.
 */
#include "attack.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <mqueue.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "policy/label.h"

enum { PORT = 7531 };

/* --- unix sockets --- */

static int victim_fd = -1;

static socklen_t unix_address(long is_path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (is_path && stage->socket)
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
				   (unsigned int)snprintf(address->sun_path,
							  100, "%s",
							  stage->socket));
	if (is_path)
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
				   (unsigned int)snprintf(address->sun_path,
							  100,
							  SHARED_DIR "/%d.sock",
							  stage->number));
	/* The first byte stays zero: the name is abstract. */
	(void)snprintf(address->sun_path + 1, 30, "cloison-%d", stage->number);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   strlen(address->sun_path + 1));
}

static void serve_unix(int is_path, int type)
{
	struct sockaddr_un address;
	socklen_t size = unix_address(is_path, &address);

	if (is_path)
		(void)unlink(address.sun_path);
	victim_fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (victim_fd < 0 || bind(victim_fd, (struct sockaddr *)&address, size))
		return;
	if (type != SOCK_DGRAM)
		(void)listen(victim_fd, 4);
}

static void serve_abstract(void)
{
	serve_unix(0, SOCK_STREAM);
}
static void serve_abstract_dgram(void)
{
	serve_unix(0, SOCK_DGRAM);
}
static void serve_packets(void)
{
	serve_unix(0, SOCK_SEQPACKET);
}
static void serve_path(void)
{
	serve_unix(1, SOCK_STREAM);
}
static void serve_path_dgram(void)
{
	serve_unix(1, SOCK_DGRAM);
}

/* In the user id of a cage, which says nothing of who it is. */
static int take_guise(void)
{
	uid_t uid = clo_label_uid(CLO_CAGE_FIRST);

	return call(setresuid(uid, uid, uid));
}
/* The same in a user namespace of one's own: a helper outside maps it. */
static int take_guise_inside(void)
{
	char path[32], map[32];
	int ends[2], fd, status = -1;
	pid_t helper, self = getpid();

	(void)snprintf(path, sizeof(path), "/proc/%d/uid_map", self);
	(void)snprintf(map, sizeof(map), "0 %u 1",
		       clo_label_uid(CLO_CAGE_FIRST));
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	helper = fork();
	if (!helper) {
		if (read(ends[0], &status, 1) != 1)
			_exit(1);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		_exit(write(fd, map, strlen(map)) < 0);
	}
	if (unshare(CLONE_NEWUSER))
		return -errno;
	if (write(ends[1], "x", 1) != 1 ||
	    waitpid(helper, &status, 0) != helper || status)
		return -EIO;
	return call(setresuid(0, 0, 0));
}
static void serve_guise(void)
{
	if (!take_guise())
		serve_unix(0, SOCK_STREAM);
}
static void serve_guise_dgram(void)
{
	if (!take_guise())
		serve_unix(0, SOCK_DGRAM);
}

static int was_connected(void)
{
	for (int i = 0; i < 50; i++) {
		if (accept(victim_fd, NULL, NULL) >= 0)
			return 1;
		usleep(2000);
	}
	return 0;
}

static int was_sent(void)
{
	char byte;

	for (int i = 0; i < 50; i++) {
		if (recv(victim_fd, &byte, 1, 0) > 0)
			return 1;
		usleep(2000);
	}
	return 0;
}

static int connect_unix(long is_path, int type)
{
	struct sockaddr_un address;
	socklen_t size = unix_address(is_path, &address);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	return call(connect(fd, (struct sockaddr *)&address, size));
}

static int run_stream(long is_path)
{
	return connect_unix(is_path, SOCK_STREAM);
}

static int run_packets(long is_path)
{
	return connect_unix(is_path, SOCK_SEQPACKET);
}

static int run_dgram(long is_path)
{
	struct sockaddr_un address;
	socklen_t size = unix_address(is_path, &address);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	return call(sendto(fd, "x", 1, 0, (struct sockaddr *)&address, size));
}

/* The guise of its victim's cage: of one's own where it is allowed. */
static int run_guise(long is_dgram)
{
	int r = take_guise();

	if (r)
		return r;
	return is_dgram ? run_dgram(0) : run_stream(0);
}

static int run_peer_pidfd(long arg)
{
	struct sockaddr_un address;
	socklen_t size = unix_address(0, &address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int peer;

	(void)arg;
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, size))
		return -errno;
	size = sizeof(peer);
	return call(getsockopt(fd, SOL_SOCKET, 77 /* SO_PEERPIDFD */, &peer,
			       &size));
}

enum { EARLY = 16 };

/* A listener with clients that wait; -errno. */
int attack_make_early(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t size = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int client;

	(void)snprintf(address.sun_path + 1, 30, "cloison-early");
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) ||
	    listen(fd, EARLY))
		return -errno;
	for (int i = 0; i < EARLY; i++) {
		client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (client < 0 ||
		    connect(client, (struct sockaddr *)&address, size))
			return -errno;
	}
	return fd;
}

/* --- internet sockets --- */

static struct sockaddr_in loopback(void)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(PORT),
				     .sin_addr.s_addr =
					     htonl(INADDR_LOOPBACK) };
}

static int serve_inet(int type)
{
	struct sockaddr_in address = loopback();
	int one = 1;
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	if (type == SOCK_STREAM)
		(void)listen(fd, 4);
	return fd;
}

static void serve_tcp(void)
{
	victim_fd = serve_inet(SOCK_STREAM);
}

/* --- messages with descriptors --- */

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(struct ucred))];
};

static int send_control(int fd, int type, const void *data, size_t size)
{
	union control control = { 0 };
	struct iovec byte = { (char *)"x", 1 };
	struct msghdr message = { .msg_iov = &byte,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = CMSG_SPACE(size) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = type;
	header->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(header), data, size);
	return call(sendmsg(fd, &message, 0));
}

static void send_fd(int fd)
{
	stage->answer = fd < 0 ? -errno :
				 send_control(stage->pair[1], SCM_RIGHTS, &fd,
					      sizeof(fd));
}

static void send_file(void)
{
	send_fd(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}
static void send_dir(void)
{
	send_fd(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}
static void send_socket(void)
{
	send_fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}
static void send_unix_socket(void)
{
	send_fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}
static void send_guise_socket(void)
{
	send_fd(take_guise() ? -1 :
			       socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}
static void send_guise_inside(void)
{
	send_fd(take_guise_inside() ?
			-1 :
			socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}
static void send_half_pair(void)
{
	int ends[2] = { -1, -1 };

	(void)!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
	send_fd(ends[1]);
}
/* One made before the sender took on its label: the pair itself. */
static void send_early_socket(void)
{
	send_fd(stage->pair[1]);
}
/* What a task accepts from itself. */
static void send_accepted(void)
{
	struct sockaddr_un address;
	socklen_t size = unix_address(0, &address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	serve_unix(0, SOCK_STREAM);
	send_fd(connect(fd, (struct sockaddr *)&address, size) ?
			-1 :
			accept4(victim_fd, NULL, NULL, SOCK_CLOEXEC));
}
static void send_accepted_inet(void)
{
	struct sockaddr_in address = loopback();
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	serve_tcp();
	send_fd(connect(fd, (struct sockaddr *)&address, sizeof(address)) ?
			-1 :
			accept4(victim_fd, NULL, NULL, SOCK_CLOEXEC));
}
/* From a listener that, like who connected, is of before the label. */
static void send_accepted_early(void)
{
	send_fd(accept4(stage->early, NULL, NULL, SOCK_CLOEXEC));
}
/* A guise that was taken on after the listener was made. */
static void send_guise_accepted(void)
{
	send_fd(take_guise() ? -1 :
			       accept4(stage->early, NULL, NULL, SOCK_CLOEXEC));
}
static void send_eventfd(void)
{
	send_fd(eventfd(0, EFD_CLOEXEC));
}
static void send_pipe(void)
{
	int ends[2] = { -1, -1 };

	(void)!pipe2(ends, O_CLOEXEC);
	send_fd(ends[0]);
}
static void send_pidfd(void)
{
	send_fd((int)syscall(SYS_pidfd_open, getpid(), 0));
}
static void send_nsfs(void)
{
	send_fd(open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC));
}
static void send_memfd(void)
{
	send_fd((int)syscall(SYS_memfd_create, "x", 1));
}
static void send_mqueue(void)
{
	send_fd(mq_open(attack_queue(), O_RDWR | O_CREAT, 0600, NULL));
}

static int run_receive(long arg)
{
	union control control = { 0 };
	char buffer;
	struct iovec byte = { &buffer, 1 };
	struct msghdr message = { .msg_iov = &byte,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header;

	(void)arg;
	if (stage->answer)
		return stage->answer == -1 ? -EIO : stage->answer;
	if (recvmsg(stage->pair[0], &message, MSG_DONTWAIT) < 0)
		return -errno;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len >= CMSG_LEN(sizeof(int)))
		return 0;
	return message.msg_flags & MSG_CTRUNC ? -EPERM : -ENOMSG;
}

static int run_scm_creds(long arg)
{
	struct ucred creds = { .pid = 1, .uid = getuid(), .gid = getgid() };
	int pair[2];

	(void)arg;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	return send_control(pair[0], SCM_CREDENTIALS, &creds, sizeof(creds));
}

/* --- networks --- */

#define SOCKET_ARG(family, type, protocol) \
	((family) | (type) << 8 | (protocol) << 16)

static int run_socket(long arg)
{
	int fd = socket((int)(arg & 0xff),
			(int)(arg >> 8 & 0xff) | SOCK_CLOEXEC,
			(int)(arg >> 16));

	/* Allowed, but this kernel does not carry it. */
	if (fd < 0 && (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT ||
		       errno == ESOCKTNOSUPPORT))
		return 0;
	return call(fd);
}

/* A type and a protocol that are allowed, and that nothing serves together. */
static int run_autoload(long protocol)
{
	return call(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, (int)protocol));
}

static void serve_udp(void)
{
	victim_fd = serve_inet(SOCK_DGRAM);
}

static int run_inet(long type)
{
	struct sockaddr_in address = loopback();
	int fd = socket(AF_INET, (int)type | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	if (send(fd, "x", 1, MSG_NOSIGNAL) < 0)
		return -errno;
	usleep(50000);
	/* A refused datagram is told by the next call. */
	return type == SOCK_DGRAM ? call(send(fd, "x", 1, MSG_NOSIGNAL)) : 0;
}

/* And somebody sends it packets, from many ports, as long as it lives. */
static void serve_udp_busy(void)
{
	struct sockaddr_in address = loopback();
	pid_t victim = getpid();

	serve_udp();
	if (fork())
		return;
	(void)prctl(PR_SET_NAME, "sender", 0, 0, 0);
	while (getppid() == victim) {
		int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

		(void)sendto(fd, "x", 1, 0, (struct sockaddr *)&address,
			     sizeof(address));
		(void)close(fd);
		usleep(10000);
	}
	_exit(0);
}

/* Takes the same port; a packet meant for the other must not arrive. */
static int run_reuseport(long arg)
{
	char byte;
	int fd = serve_inet(SOCK_DGRAM);

	(void)arg;
	if (fd < 0)
		return -errno;
	usleep(300000);
	return call(recv(fd, &byte, 1, 0));
}

static int run_rtnetlink(long is_set)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg info;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = is_set ? RTM_NEWLINK : RTM_GETLINK,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.info = { .ifi_index = 1, .ifi_change = IFF_UP },
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char more[8192];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < 0)
		return -errno;
	return answer.header.nlmsg_type == NLMSG_ERROR ? answer.error.error : 0;
}

/* clang-format off */
#define SCM(name, send) { "scm-" name, run_receive, send, NULL, OWN_UID | PAIR, 0 }
#define SCM_ROOT(name, send) { "scm-root-" name, run_receive, send, NULL, PAIR, 0 }
#define SCM_HOST(name, send) { "scm-" name, run_receive, send, NULL, OWN_UID | PAIR | HOST_CONTROL | OF_HOST, 0 }
#define SOCK(name, f, t, p) { name, run_socket, NULL, NULL, 0, SOCKET_ARG(f, t, p) }
const struct attack attacks_channel[] = {
	{ "abstract-stream", run_stream, serve_abstract, was_connected, 0, 0 },
	{ "abstract-dgram", run_dgram, serve_abstract_dgram, was_sent, 0, 0 },
	{ "path-stream", run_stream, serve_path, was_connected, 0, 1 },
	{ "path-dgram", run_dgram, serve_path_dgram, was_sent, 0, 1 },
	{ "own-stream", run_stream, serve_abstract, was_connected, OWN_UID, 0 },
	{ "own-dgram", run_dgram, serve_abstract_dgram, was_sent, OWN_UID, 0 },
	{ "own-packets", run_packets, serve_packets, was_connected, OWN_UID, 0 },
	{ "guise-listener", run_stream, serve_guise, was_connected, 0, 0 },
	{ "guise-receiver", run_dgram, serve_guise_dgram, was_sent, 0, 0 },
	{ "guise-client", run_guise, serve_abstract, was_connected, 0, 0 },
	{ "guise-sender", run_guise, serve_abstract_dgram, was_sent, 0, 1 },
	{ "peer-pidfd", run_peer_pidfd, serve_abstract, NULL, 0, 0 },
	{ "scm-creds", run_scm_creds, NULL, NULL, 0, 0 },
	SCM("file", send_file), SCM("dir", send_dir), SCM("socket", send_socket),
	SCM("unix-socket", send_unix_socket), SCM_ROOT("unix-socket", send_unix_socket),
	SCM("half-pair", send_half_pair), SCM_ROOT("half-pair", send_half_pair),
	SCM("accepted", send_accepted), SCM_ROOT("accepted", send_accepted),
	SCM("accepted-inet", send_accepted_inet), SCM_ROOT("accepted-inet", send_accepted_inet),
	SCM("accepted-early", send_accepted_early), SCM_HOST("early-socket", send_early_socket),
	SCM_ROOT("guise-socket", send_guise_socket), SCM_ROOT("guise-accepted", send_guise_accepted),
	{ "scm-guise-inside", run_receive, send_guise_inside, NULL, PAIR | HOST_CONTROL, 0 },
	SCM("eventfd", send_eventfd), SCM("pipe", send_pipe), SCM("pidfd", send_pidfd),
	SCM("nsfs", send_nsfs), SCM("memfd", send_memfd), SCM("mqueue", send_mqueue),
	SOCK("nl-netfilter", 16, 3, 12), SOCK("nl-audit", 16, 3, 9), SOCK("nl-uevent", 16, 3, 15),
	SOCK("nl-diag", 16, 3, 4), SOCK("packet", 17, 3, 0), SOCK("raw-inet", 2, 3, 1),
	SOCK("raw-inet6", 10, 3, 58), SOCK("sock-packet", 2, 10, 1), SOCK("vsock", 40, 1, 0),
	SOCK("alg", 38, 5, 0), SOCK("bluetooth", 31, 3, 1), SOCK("can", 29, 3, 1),
	SOCK("tipc", 30, 1, 0), SOCK("rds", 21, 5, 0), SOCK("socket-inet", 2, 1, 0),
	SOCK("unix-raw", 1, 3, 0),
	SOCK("smc", 2, 1, 256), SOCK("smc6", 10, 1, 256), SOCK("mptcp", 2, 1, 262),
	SOCK("mptcp6", 10, 1, 262), SOCK("sctp", 2, 1, 132), SOCK("sctp-packets", 10, 5, 132),
	SOCK("dccp", 2, 6, 33), SOCK("l2tp", 2, 2, 115), SOCK("udplite", 2, 2, 136),
	SOCK("tcp6", 10, 1, 6), SOCK("udp6", 10, 2, 17),
	{ "proto-autoload", run_autoload, NULL, NULL, EVENT_ONLY, IPPROTO_ICMP },
	{ "tcp-loopback", run_inet, serve_tcp, was_connected, 0, SOCK_STREAM },
	{ "udp-loopback", run_inet, serve_udp, was_sent, 0, SOCK_DGRAM },
	{ "reuseport", run_reuseport, serve_udp_busy, NULL, 0, 0 },
	{ "rtnetlink-set", run_rtnetlink, NULL, NULL, 0, 1 },
	{ "rtnetlink-get", run_rtnetlink, NULL, NULL, 0, 0 },
	{ 0 },
};
/* clang-format on */
