/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The limits of a cage, and how they may change: never upwards.
 */
#ifndef CLO_POLICY_CAGE_H
#define CLO_POLICY_CAGE_H

#include "label.h"

/* Linux capability numbers that the policy names; uapi/linux/capability.h. */
enum {
	CLO_CAP_CHOWN = 0,
	CLO_CAP_DAC_OVERRIDE = 1,
	CLO_CAP_DAC_READ_SEARCH = 2,
	CLO_CAP_FOWNER = 3,
	CLO_CAP_FSETID = 4,
	CLO_CAP_KILL = 5,
	CLO_CAP_SETGID = 6,
	CLO_CAP_SETUID = 7,
	CLO_CAP_SETPCAP = 8,
	CLO_CAP_NET_BIND_SERVICE = 10,
	CLO_CAP_IPC_LOCK = 14,
	CLO_CAP_IPC_OWNER = 15,
	CLO_CAP_SYS_CHROOT = 18,
	CLO_CAP_SYS_NICE = 23,
	CLO_CAP_SYS_RESOURCE = 24,
	CLO_CAP_AUDIT_WRITE = 29,
	CLO_CAP_COUNT = 41,
};

/*
 * What any cage may ever hold; a file that asks for more is refused.  CLIP OS
 * gave its cages the common part of this list and little else.
 *
 * Source: CLIP OS 4, /etc/jails (common bcaps).
 */
#define CLO_CAGE_CAPS_MAX                                                   \
	(CLO_BIT64(CLO_CAP_CHOWN) | CLO_BIT64(CLO_CAP_DAC_OVERRIDE) |       \
	 CLO_BIT64(CLO_CAP_DAC_READ_SEARCH) | CLO_BIT64(CLO_CAP_FOWNER) |   \
	 CLO_BIT64(CLO_CAP_FSETID) | CLO_BIT64(CLO_CAP_KILL) |              \
	 CLO_BIT64(CLO_CAP_SETGID) | CLO_BIT64(CLO_CAP_SETUID) |            \
	 CLO_BIT64(CLO_CAP_SETPCAP) | CLO_BIT64(CLO_CAP_NET_BIND_SERVICE) | \
	 CLO_BIT64(CLO_CAP_IPC_LOCK) | CLO_BIT64(CLO_CAP_IPC_OWNER) |       \
	 CLO_BIT64(CLO_CAP_SYS_NICE))

/* Address families that any cage may ever use; sys/socket.h. */
enum {
	CLO_AF_UNIX = 1,
	CLO_AF_INET = 2,
	CLO_AF_INET6 = 10,
	CLO_AF_NETLINK = 16,
	CLO_SOCK_STREAM = 1,
	CLO_SOCK_DGRAM = 2,
	CLO_SOCK_RAW = 3,
	CLO_SOCK_PACKET = 10,
	CLO_SOCK_TYPE_MASK = 0xf,
	CLO_NETLINK_ROUTE = 0,
};

/* Protocols of the internet families that any cage may use; netinet/in.h. */
enum {
	CLO_IPPROTO_ANY = 0, /* the type's own: TCP or UDP */
	CLO_IPPROTO_ICMP = 1, /* ping(8) without privilege */
	CLO_IPPROTO_TCP = 6,
	CLO_IPPROTO_UDP = 17,
	CLO_IPPROTO_ICMPV6 = 58,
};
#define CLO_CAGE_FAMILIES_MAX                              \
	(CLO_BIT64(CLO_AF_UNIX) | CLO_BIT64(CLO_AF_INET) | \
	 CLO_BIT64(CLO_AF_INET6) | CLO_BIT64(CLO_AF_NETLINK))

enum clo_cage_state {
	CLO_CAGE_EMPTY = 0, /* no cage has this number */
	CLO_CAGE_UP = 1, /* limits are set; tasks may enter */
	CLO_CAGE_CLOSING = 2, /* no task enters any more */
};

enum { CLO_CAGE_DEVICES = 8 };

/* One character or block device given to a cage. */
struct clo_device {
	clo_u16 is_block; /* 0 or 1 */
	clo_u16 used; /* 0 or 1: an unused row is all zero */
	clo_u32 major;
	clo_u32 minor;
};

/*
 * The limits, as the guard holds them.  Every field reads "what is allowed":
 * a zero denies, so that a forgotten field fails closed.
 */
struct clo_cage {
	clo_u32 state; /* enum clo_cage_state */
	clo_u32 spare; /* 0; the guard marks here whom it serves */
	clo_u64 caps; /* capabilities, a bit each, of CLO_CAGE_CAPS_MAX */
	clo_u64 families; /* address families, of CLO_CAGE_FAMILIES_MAX */
	struct clo_device devices[CLO_CAGE_DEVICES];
};

_Static_assert(sizeof(struct clo_device) == 12, "no hole");
_Static_assert(sizeof(struct clo_cage) == 24 + 12 * CLO_CAGE_DEVICES,
	       "no hole");

/**
 * clo_device_is_same() - Compare two rows of devices
 * @a: A row; not NULL.
 * @b: A row; not NULL.
 *
 * Return: true if both name the same device.
 */
static inline bool clo_device_is_same(const struct clo_device *a,
				      const struct clo_device *b)
{
	return a->used == b->used && a->is_block == b->is_block &&
	       a->major == b->major && a->minor == b->minor;
}

/**
 * clo_cage_is_valid() - Say whether limits are such as a cage may have
 * @cage: The limits; not NULL; @cage->state is not looked at.
 *
 * Return: true if nothing is asked for that no cage may have.
 */
static inline bool clo_cage_is_valid(const struct clo_cage *cage)
{
	if (cage->spare)
		return false;
	if (cage->caps & ~CLO_CAGE_CAPS_MAX)
		return false;
	if (cage->families & ~CLO_CAGE_FAMILIES_MAX)
		return false;
	for (int i = 0; i < CLO_CAGE_DEVICES; i++) {
		const struct clo_device *d = &cage->devices[i];

		if (d->is_block > 1 || d->used > 1)
			return false;
		if (!d->used && (d->is_block || d->major || d->minor))
			return false;
	}
	return true;
}

/**
 * clo_cage_is_within() - Say whether limits are no wider than others
 * @inner: The limits asked for; not NULL; valid.
 * @outer: The limits in force; not NULL; valid.
 *
 * Devices are compared row by row: a row is kept or emptied, never moved.
 *
 * Return: true if everything @inner allows, @outer allows.
 */
static inline bool clo_cage_is_within(const struct clo_cage *inner,
				      const struct clo_cage *outer)
{
	if (inner->caps & ~outer->caps)
		return false;
	if (inner->families & ~outer->families)
		return false;
	for (int i = 0; i < CLO_CAGE_DEVICES; i++) {
		if (inner->devices[i].used &&
		    !clo_device_is_same(&inner->devices[i], &outer->devices[i]))
			return false;
	}
	return true;
}

/**
 * clo_may_use_cap() - Decide on a capability
 * @from: Label of the task; not NULL.
 * @cage: Limits of the task's cage, or NULL if it has none.
 * @cap: Number of the capability.
 *
 * Root in a cage is bounded like anybody else.  The guard only removes: the
 * kernel has already granted the capability when this is asked.
 *
 * Source: CLIP OS 4, 1202 section 2.1 (bcaps).
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_use_cap(const struct clo_label *from,
					    const struct clo_cage *cage,
					    clo_u32 cap)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(from))
		return CLO_RULE_ALLOW;
	if (!cage || cap >= CLO_CAP_COUNT)
		return CLO_RULE_CAP_CEILING;
	if (!(cage->caps & CLO_BIT64(cap)))
		return CLO_RULE_CAP_CEILING;
	return CLO_RULE_ALLOW;
}

/* ICMP for the other family, or for a stream, is left to the kernel. */
static inline bool clo_is_internet_protocol(clo_u32 protocol)
{
	return protocol == CLO_IPPROTO_ANY || protocol == CLO_IPPROTO_ICMP ||
	       protocol == CLO_IPPROTO_TCP || protocol == CLO_IPPROTO_UDP ||
	       protocol == CLO_IPPROTO_ICMPV6;
}

/**
 * clo_may_socket() - Decide on the creation of a socket
 * @from: Label of the task; not NULL.
 * @cage: Limits of the task's cage, or NULL if it has none.
 * @family: Address family.
 * @type: Type, flags included.
 * @protocol: Protocol.
 *
 * An allow-list: a family that a later kernel brings is refused until somebody
 * has read it.  So is a protocol of the internet families: some of them are a
 * family of their own that is spelt differently (256 is AF_SMC).  The type
 * counts too: without a number it stands for one (SOCK_SEQPACKET is SCTP).
 *
 * Source: CLIP OS 4, 1201 section 3.3.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_socket(const struct clo_label *from,
					   const struct clo_cage *cage,
					   clo_u32 family, clo_u32 type,
					   clo_u32 protocol)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(from))
		return CLO_RULE_ALLOW;
	if (!cage || !(cage->families & CLO_BIT64(family)))
		return CLO_RULE_SOCKET_FAMILY;
	if (family == CLO_AF_NETLINK)
		return protocol == CLO_NETLINK_ROUTE ? CLO_RULE_ALLOW :
						       CLO_RULE_NETLINK;
	type &= CLO_SOCK_TYPE_MASK;
	if (type == CLO_SOCK_RAW || type == CLO_SOCK_PACKET)
		return family == CLO_AF_UNIX ? CLO_RULE_ALLOW :
					       CLO_RULE_SOCKET_RAW;
	if (family == CLO_AF_INET || family == CLO_AF_INET6)
		return clo_is_internet_protocol(protocol) &&
				       (type == CLO_SOCK_STREAM ||
					type == CLO_SOCK_DGRAM) ?
			       CLO_RULE_ALLOW :
			       CLO_RULE_SOCKET_FAMILY;
	return CLO_RULE_ALLOW;
}

#endif
