// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network of a cage, set up by the Core's child from inside: the cage
 * itself never has a capability over its interfaces (docs/design/0004).
 */
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "core/launch-step.h"
#include "core/net.h"

/* Send one message and wait for the kernel's answer, which is immediate. */
static int ask(int fd, const struct clo_net_message *m)
{
	union {
		struct nlmsghdr header;
		char bytes[1024];
	} answer;
	const struct nlmsgerr *error;
	ssize_t n;

	if (!m->size)
		return -E2BIG;
	if (send(fd, m->bytes, m->size, 0) != (ssize_t)m->size)
		return -errno;
	n = recv(fd, &answer, sizeof(answer), 0);
	if (n < 0)
		return -errno;
	if ((size_t)n < NLMSG_LENGTH(sizeof(*error)) ||
	    answer.header.nlmsg_type != NLMSG_ERROR)
		return -EBADMSG;
	error = NLMSG_DATA(&answer.header);
	return error->error;
}

static int netlink_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	return fd < 0 ? -errno : fd;
}

/* The index of an interface of this namespace, or -errno. */
static int index_of(int fd, const char *name)
{
	struct ifreq request = { 0 };

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(fd, SIOCGIFINDEX, &request) ? -errno : request.ifr_ifindex;
}

/**
 * clo_net_open() - Keep a way to the host's network
 * @l: The launch; not NULL.
 *
 * Before the child leaves the host's network namespace.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_net_open(struct clo_launch *l)
{
	if (!clo_launch_has(l, CLO_PROTECT_net) ||
	    l->conf->net_kind != CLO_NET_INTERFACE)
		return 0;
	l->netlink_fd = netlink_socket();
	return l->netlink_fd < 0 ? clo_fault_set(l, CLO_STEP_NET, "netlink",
						 l->netlink_fd) :
				   0;
}

static int set_up_interface(struct clo_launch *l, int fd,
			    const struct clo_interface *i)
{
	struct clo_net_address address, gateway;
	struct clo_net_message m = { .size = 0 };
	int index, r;

	clo_net_move(&m, i->name, (uint32_t)getpid());
	r = ask(l->netlink_fd, &m);
	if (r)
		return r;
	index = index_of(fd, i->name);
	if (index < 0)
		return index;
	if (i->address[0]) {
		r = clo_net_parse(i->address, &address);
		if (r)
			return r;
		clo_net_add_address(&m, index, &address);
		r = ask(fd, &m);
		if (r)
			return r;
	}
	clo_net_up(&m, index);
	r = ask(fd, &m);
	if (r || !i->gateway[0])
		return r;
	r = clo_net_parse(i->gateway, &gateway);
	if (r)
		return r;
	clo_net_add_route(&m, index, &gateway);
	return ask(fd, &m);
}

static int set_up_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo",
				 .ifr_flags = IFF_UP | IFF_RUNNING };
	clo_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	return ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

/*
 * Settings of the namespace.  A cage's CAP_NET_BIND_SERVICE has no hold over a
 * namespace of the host's: low ports are opened to all of the cage instead.
 */
static int set_settings(struct clo_launch *l)
{
	char range[32];
	int r = 0;

	if (l->conf->limits.caps & CLO_BIT64(CLO_CAP_NET_BIND_SERVICE))
		r = clo_sys_write_at(
			AT_FDCWD,
			"/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
	if (r || l->conf->net_kind != CLO_NET_INTERFACE)
		return r;
	/* ping without raw sockets, for everybody in the cage. */
	(void)snprintf(range, sizeof(range), "%u %u", l->uid_base,
		       l->uid_base + CLO_UID_COUNT - 1);
	return clo_sys_write_at(AT_FDCWD, "/proc/sys/net/ipv4/ping_group_range",
				range);
}

/**
 * clo_net_setup() - Set the network of the cage up
 * @l: The launch; not NULL; in its namespace, with the host's /proc still.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_net_setup(struct clo_launch *l)
{
	clo_fd int fd = -1;
	int r;

	if (!clo_launch_has(l, CLO_PROTECT_net))
		return 0;
	r = set_up_loopback();
	if (r)
		return clo_fault_set(l, CLO_STEP_NET, "lo", r);
	r = set_settings(l);
	if (r)
		return clo_fault_set(l, CLO_STEP_NET, "settings", r);
	if (l->conf->net_kind != CLO_NET_INTERFACE)
		return 0;
	fd = netlink_socket();
	if (fd < 0)
		return clo_fault_set(l, CLO_STEP_NET, "netlink", fd);
	for (int i = 0; i < CLO_INTERFACES; i++) {
		const struct clo_interface *interface = &l->conf->interfaces[i];

		if (!interface->name[0])
			continue;
		r = set_up_interface(l, fd, interface);
		if (r)
			return clo_fault_set(l, CLO_STEP_NET, interface->name,
					     r);
	}
	return 0;
}
