// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Addresses and messages of rtnetlink.
 */
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "base/base.h"
#include "core/net.h"
#include "lib/tap.h"

/* clang-format off */
static const struct {
	const char *text;
	int code;
	int family;
	uint32_t size, prefix;
	uint8_t first, last;
} cases[] = {
	{ "192.0.2.1", 0, AF_INET, 4, 32, 192, 1 },
	{ "192.0.2.1/24", 0, AF_INET, 4, 24, 192, 1 },
	{ "192.0.2.1/0", 0, AF_INET, 4, 0, 192, 1 },
	{ "192.0.2.1/32", 0, AF_INET, 4, 32, 192, 1 },
	{ "192.0.2.1/33", -EINVAL, 0, 0, 0, 0, 0 },
	{ "192.0.2.1/", -EINVAL, 0, 0, 0, 0, 0 },
	{ "192.0.2.1/-1", -EINVAL, 0, 0, 0, 0, 0 },
	{ "192.0.2.1/+1", -EINVAL, 0, 0, 0, 0, 0 },
	{ "192.0.2.1/4294967320", -EINVAL, 0, 0, 0, 0, 0 },
	{ "192.0.2", -EINVAL, 0, 0, 0, 0, 0 },
	{ "", -EINVAL, 0, 0, 0, 0, 0 },
	{ "2001:db8::1/64", 0, AF_INET6, 16, 64, 0x20, 1 },
	{ "2001:db8::1", 0, AF_INET6, 16, 128, 0x20, 1 },
	{ "2001:db8::1/129", -EINVAL, 0, 0, 0, 0, 0 },
	{ "2001:db8::1%eth0/64", -EINVAL, 0, 0, 0, 0, 0 },
	{ "0000000000000000000000000000000000000000000000000000000000000000000:1",
	  -EINVAL, 0, 0, 0, 0, 0 },
};
/* clang-format on */

static void test_parse(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++) {
		struct clo_net_address a = { .size = 99 };
		int r = clo_net_parse(cases[i].text, &a);

		ok(r == cases[i].code, "'%s' gives %d", cases[i].text, r);
		if (r) {
			ok(a.size == 99, "and leaves the result alone");
			continue;
		}
		ok(a.family == cases[i].family && a.size == cases[i].size &&
			   a.prefix == cases[i].prefix &&
			   a.bytes[0] == cases[i].first &&
			   a.bytes[a.size - 1] == cases[i].last,
		   "and is read right");
	}
}

/* Walk the message: lengths add up; the attribute's value, or NULL. */
static const void *attribute(const struct clo_net_message *m, size_t body,
			     uint16_t type, size_t size)
{
	const char *p = m->bytes + NLMSG_HDRLEN + NLMSG_ALIGN(body);
	const char *end = m->bytes + m->size;
	const void *found = NULL;

	while (p < end) {
		const struct rtattr *a = (const void *)p;

		if (a->rta_len < sizeof(*a) || p + a->rta_len > end)
			return NULL;
		if (a->rta_type == type && RTA_PAYLOAD(a) == size)
			found = p + RTA_LENGTH(0);
		p += RTA_ALIGN(a->rta_len);
	}
	return p == end ? found : NULL;
}

static bool is_whole(const struct clo_net_message *m, uint16_t type)
{
	const struct nlmsghdr *h = (const void *)m->bytes;

	return m->size && h->nlmsg_len == m->size && h->nlmsg_type == type &&
	       (h->nlmsg_flags & NLM_F_REQUEST) && (h->nlmsg_flags & NLM_F_ACK);
}

static void test_messages(void)
{
	struct clo_net_message m;
	struct clo_net_address a;
	const struct ifinfomsg *link = (const void *)(m.bytes + NLMSG_HDRLEN);
	const struct ifaddrmsg *addr = (const void *)(m.bytes + NLMSG_HDRLEN);
	const struct rtmsg *route = (const void *)(m.bytes + NLMSG_HDRLEN);
	const uint32_t *pid, *out;
	const char *name;

	clo_net_move(&m, "eth0", 42);
	name = attribute(&m, sizeof(*link), IFLA_IFNAME, 5);
	pid = attribute(&m, sizeof(*link), IFLA_NET_NS_PID, 4);
	ok(is_whole(&m, RTM_NEWLINK), "a move is a whole message");
	ok(name && !strcmp(name, "eth0"), "it names the interface");
	ok(pid && *pid == 42, "and the process");

	clo_net_up(&m, 7);
	ok(is_whole(&m, RTM_NEWLINK) && link->ifi_index == 7 &&
		   link->ifi_flags == IFF_UP && link->ifi_change == IFF_UP,
	   "up changes one flag of one interface");

	(void)clo_net_parse("192.0.2.1/24", &a);
	clo_net_add_address(&m, 7, &a);
	ok(is_whole(&m, RTM_NEWADDR) && addr->ifa_family == AF_INET &&
		   addr->ifa_prefixlen == 24 && addr->ifa_index == 7,
	   "an address has its family, prefix, interface");
	ok(attribute(&m, sizeof(*addr), IFA_LOCAL, 4) &&
		   !memcmp(attribute(&m, sizeof(*addr), IFA_LOCAL, 4), a.bytes,
			   4),
	   "and its bytes");

	(void)clo_net_parse("2001:db8::1", &a);
	clo_net_add_route(&m, 7, &a);
	out = attribute(&m, sizeof(*route), RTA_OIF, 4);
	ok(is_whole(&m, RTM_NEWROUTE) && route->rtm_family == AF_INET6 &&
		   route->rtm_dst_len == 0 && route->rtm_type == RTN_UNICAST,
	   "a route is the default one");
	ok(attribute(&m, sizeof(*route), RTA_GATEWAY, 16) && out && *out == 7,
	   "through the gateway, by the interface");
}

int main(void)
{
	test_parse();
	test_messages();
	return tap_end();
}
