// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of rtnetlink, built by hand: four are all that is needed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "core/net.h"

/* Room for @size bytes at the end, zeroed; NULL if there is none. */
static void *grow(struct clo_net_message *m, size_t size)
{
	void *p = m->bytes + m->size;

	size = NLMSG_ALIGN(size);
	if (!m->size || size > sizeof(m->bytes) - m->size) {
		m->size = 0;
		return NULL;
	}
	memset(p, 0, size);
	m->size += size;
	((struct nlmsghdr *)(void *)m->bytes)->nlmsg_len = (uint32_t)m->size;
	return p;
}

static void *start(struct clo_net_message *m, uint16_t type, uint16_t flags,
		   size_t body_size)
{
	struct nlmsghdr *header = (struct nlmsghdr *)(void *)m->bytes;

	memset(m->bytes, 0, sizeof(m->bytes));
	m->size = NLMSG_HDRLEN;
	header->nlmsg_type = type;
	header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	header->nlmsg_seq = 1;
	return grow(m, body_size);
}

static void attribute(struct clo_net_message *m, uint16_t type,
		      const void *value, size_t size)
{
	struct rtattr *a = grow(m, RTA_LENGTH(size));

	if (!a)
		return;
	a->rta_type = type;
	a->rta_len = (uint16_t)RTA_LENGTH(size);
	memcpy(RTA_DATA(a), value, size);
}

static int parse_prefix(const char *text, uint32_t max, uint32_t *ret)
{
	uint32_t n = 0;

	if (!*text || strlen(text) > 3)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		n = n * 10 + (uint32_t)(*text - '0');
	}
	if (n > max)
		return -EINVAL;
	*ret = n;
	return 0;
}

int clo_net_parse(const char *text, struct clo_net_address *ret)
{
	struct clo_net_address a = { .size = 4, .family = AF_INET };
	const char *slash = strchr(text, '/');
	size_t size = slash ? (size_t)(slash - text) : strlen(text);
	char host[64];

	if (size >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, size);
	host[size] = '\0';
	if (strchr(host, ':')) {
		a.size = 16;
		a.family = AF_INET6;
	}
	if (inet_pton(a.family, host, a.bytes) != 1)
		return -EINVAL;
	a.prefix = a.size * 8;
	if (slash && parse_prefix(slash + 1, a.size * 8, &a.prefix))
		return -EINVAL;
	*ret = a;
	return 0;
}

void clo_net_move(struct clo_net_message *m, const char *name, uint32_t pid)
{
	struct ifinfomsg *body = start(m, RTM_NEWLINK, 0, sizeof(*body));

	if (!body)
		return;
	attribute(m, IFLA_IFNAME, name, strnlen(name, IFNAMSIZ - 1) + 1);
	attribute(m, IFLA_NET_NS_PID, &pid, sizeof(pid));
}

void clo_net_up(struct clo_net_message *m, int index)
{
	struct ifinfomsg *body = start(m, RTM_NEWLINK, 0, sizeof(*body));

	if (!body)
		return;
	body->ifi_index = index;
	body->ifi_flags = IFF_UP;
	body->ifi_change = IFF_UP;
}

void clo_net_add_address(struct clo_net_message *m, int index,
			 const struct clo_net_address *address)
{
	struct ifaddrmsg *body =
		start(m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(*body));

	if (!body)
		return;
	body->ifa_family = (uint8_t)address->family;
	body->ifa_prefixlen = (uint8_t)address->prefix;
	body->ifa_index = (uint32_t)index;
	attribute(m, IFA_LOCAL, address->bytes, address->size);
	attribute(m, IFA_ADDRESS, address->bytes, address->size);
}

void clo_net_add_route(struct clo_net_message *m, int index,
		       const struct clo_net_address *gateway)
{
	struct rtmsg *body = start(m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
				   sizeof(*body));
	uint32_t out = (uint32_t)index;

	if (!body)
		return;
	body->rtm_family = (uint8_t)gateway->family;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = RTPROT_STATIC;
	body->rtm_scope = RT_SCOPE_UNIVERSE;
	body->rtm_type = RTN_UNICAST;
	attribute(m, RTA_GATEWAY, gateway->bytes, gateway->size);
	attribute(m, RTA_OIF, &out, sizeof(out));
}
