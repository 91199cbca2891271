/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages of rtnetlink, built in a buffer: pure, so that they are tested
 * without a network.
 */
#ifndef CLO_CORE_NET_H
#define CLO_CORE_NET_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

enum { CLO_NET_MESSAGE = 512 };

/* A message that grows; size is 0 when something did not fit. */
struct clo_net_message {
	_Alignas(struct nlmsghdr) char bytes[CLO_NET_MESSAGE];
	size_t size;
};

/* An address as the cage's file writes it. */
struct clo_net_address {
	uint8_t bytes[16];
	uint32_t size; /* 4 or 16 */
	uint32_t prefix; /* [bits] */
	int family;
};

/**
 * clo_net_parse() - Read an address
 * @text: "192.0.2.1", "192.0.2.1/24", "2001:db8::1/64".
 * @ret: Set on success; without a prefix it is that of a host.
 *
 * Return: 0 or -EINVAL.
 */
int clo_net_parse(const char *text, struct clo_net_address *ret);

/* Move interface @name into the network namespace of process @pid. */
void clo_net_move(struct clo_net_message *m, const char *name, uint32_t pid);
/* Bring interface @index up. */
void clo_net_up(struct clo_net_message *m, int index);
/* Give it an address. */
void clo_net_add_address(struct clo_net_message *m, int index,
			 const struct clo_net_address *address);
/* Send everything that is not local through @gateway. */
void clo_net_add_route(struct clo_net_message *m, int index,
		       const struct clo_net_address *gateway);

#endif
