/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The policy has no kernel header: its numbers are those of the kernel.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lib/tap.h"
#include "policy/core.h"
#include "policy/kernel.h"

#define SAME_CAP(name) \
	ok((int)CLO_CAP_##name == CAP_##name, "the number of CAP_" #name)

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
	ok((int)CLO_NETLINK_ROUTE == NETLINK_ROUTE, "NETLINK_ROUTE");
	ok((int)CLO_PR_SET_MM == PR_SET_MM &&
		   (int)CLO_PR_SCHED_CORE == PR_SCHED_CORE,
	   "the options of prctl");
	ok(clo_label_uid(2) == 0x70020000 && clo_label_uid(63) == 0x703f0000,
	   "the user ids of the first and the last cage");
	ok(CLO_CAGE_DEVICES == 8 && CLO_CAGE_COUNT == CLO_CAGE_MAX + 1,
	   "the sizes of the tables");
	return tap_end();
}
