/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The policy has no kernel header: its numbers are those of the kernel.  And
 * what the guard's programs take for granted of the policy.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lib/tap.h"
#include "policy/core.h"
#include "policy/kernel.h"
#include "policy/object.h"

#define SAME_CAP(name) \
	ok((int)CLO_CAP_##name == CAP_##name, "the number of CAP_" #name)

/* Nothing is allowed of a plain file that is refused of another kind. */
static int counts_refused(clo_u32 kind)
{
	int count = 0;

	for (unsigned int i = 0; i < 5 * 5 * 2; i++) {
		static const clo_u16 cages[] = { 0, 1, 2, 3, 64 };
		const struct clo_label from = { .cage = cages[i / 10] };
		struct clo_open open = { .owner = { .cage = cages[i / 2 % 5] },
					 .flags = i % 2 ? CLO_OPEN_WRITE : 0 };

		open.kind = CLO_FILE_OTHER;
		if (clo_may_open(&from, 0, &open) != CLO_RULE_ALLOW)
			continue;
		open.kind = kind;
		count += clo_may_open(&from, 0, &open) != CLO_RULE_ALLOW;
	}
	return count;
}

int main(void)
{
	SAME_CAP(CHOWN);
	SAME_CAP(DAC_OVERRIDE);
	SAME_CAP(DAC_READ_SEARCH);
	SAME_CAP(FOWNER);
	SAME_CAP(FSETID);
	SAME_CAP(KILL);
	SAME_CAP(SETGID);
	SAME_CAP(SETUID);
	SAME_CAP(SETPCAP);
	SAME_CAP(NET_BIND_SERVICE);
	SAME_CAP(IPC_LOCK);
	SAME_CAP(IPC_OWNER);
	SAME_CAP(SYS_CHROOT);
	SAME_CAP(SYS_NICE);
	SAME_CAP(SYS_RESOURCE);
	SAME_CAP(AUDIT_WRITE);
	ok((int)CLO_CAP_COUNT == CAP_LAST_CAP + 1, "every capability");
	ok((int)CLO_AF_UNIX == AF_UNIX && (int)CLO_AF_INET == AF_INET &&
		   (int)CLO_AF_INET6 == AF_INET6 &&
		   (int)CLO_AF_NETLINK == AF_NETLINK,
	   "the numbers of the families");
	ok((int)CLO_SOCK_RAW == SOCK_RAW && (int)CLO_SOCK_PACKET == SOCK_PACKET,
	   "the numbers of the types");
	ok((int)CLO_IPPROTO_ANY == IPPROTO_IP &&
		   (int)CLO_IPPROTO_ICMP == IPPROTO_ICMP &&
		   (int)CLO_IPPROTO_TCP == IPPROTO_TCP &&
		   (int)CLO_IPPROTO_UDP == IPPROTO_UDP &&
		   (int)CLO_IPPROTO_ICMPV6 == IPPROTO_ICMPV6,
	   "the numbers of the protocols");
	ok((int)CLO_NETLINK_ROUTE == NETLINK_ROUTE, "NETLINK_ROUTE");
	ok((int)CLO_PR_SET_MM == PR_SET_MM &&
		   (int)CLO_PR_SCHED_CORE == PR_SCHED_CORE,
	   "the options of prctl");
	ok(clo_label_uid(2) == 0x70020000 && clo_label_uid(63) == 0x703f0000,
	   "the user ids of the first and the last cage");
	ok(CLO_CAGE_DEVICES == 8 && CLO_CAGE_COUNT == CLO_CAGE_MAX + 1,
	   "the sizes of the tables");
	/* What the guard takes for a plain file, as long as it is allowed. */
	ok(!counts_refused(CLO_FILE_SETTING) &&
		   !counts_refused(CLO_FILE_PIPE) &&
		   !counts_refused(CLO_FILE_TERMINAL),
	   "what is allowed of a file is allowed of a setting and a terminal");
	ok(counts_refused(CLO_FILE_PROCESS) &&
		   counts_refused(CLO_FILE_SECRET) &&
		   counts_refused(CLO_FILE_DEVICE),
	   "but not of a process, a secret and a device");
	return tap_end();
}
