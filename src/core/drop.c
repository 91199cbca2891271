// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the Core's child to a process of the cage: the one way that both a
 * cage's init and every session take.
 *
 * Each thing is given up while what is needed to give it up is still held:
 * securebits and the bounding set need CAP_SETPCAP, ids need CAP_SETUID, the
 * label comes when nothing of the host's is left.
 */
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "core/guard.h"
#include "core/launch-step.h"

/*
 * Root keeps meaning root (of the cage, below its ceiling), for good; nobody
 * else ever holds a capability.
 */
#define SECUREBITS                                               \
	(SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |  \
	 SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | \
	 SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

/**
 * clo_drop_users() - Go into a user namespace that the parent gives a map
 * @l: The launch; not NULL.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_drop_users(struct clo_launch *l)
{
	struct clo_fault ask = { .step = CLO_STEP_MAP };
	char answer;

	if (unshare(CLONE_NEWUSER))
		return clo_fault_set(l, CLO_STEP_NAMESPACE, "user namespace",
				     -errno);
	if (send(l->report_fd, &ask, sizeof(ask), MSG_NOSIGNAL) < 0 ||
	    recv(l->report_fd, &answer, 1, 0) != 1)
		return clo_fault_set(l, CLO_STEP_MAP, "user namespace",
				     -ECONNRESET);
	return 0;
}

/* A session keyring of its own, empty: the Core's is not the cage's. */
static int drop_keyring(struct clo_launch *l)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0) <
		    0 &&
	    errno != ENOSYS)
		return clo_fault_set(l, CLO_STEP_CREDENTIALS, "session keyring",
				     -errno);
	return 0;
}

/* What no process of the cage can ever regain. */
static int drop_ceiling(struct clo_launch *l, const struct clo_drop *drop)
{
	unsigned long bits = SECUREBITS;

	if (clo_launch_has(l, CLO_PROTECT_nnp)) {
		if (drop->uid)
			bits |= SECBIT_NOROOT;
		if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0))
			return clo_fault_set(l, CLO_STEP_CREDENTIALS,
					     "securebits", -errno);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
			return clo_fault_set(l, CLO_STEP_CREDENTIALS,
					     "no_new_privs", -errno);
	}
	for (unsigned long cap = 0; clo_launch_has(l, CLO_PROTECT_caps);
	     cap++) {
		if (cap < 64 && l->conf->limits.caps & CLO_BIT64(cap))
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0)) {
			if (errno == EINVAL && cap > CAP_WAKE_ALARM)
				break; /* the kernel knows no more of them */
			return clo_fault_set(l, CLO_STEP_CREDENTIALS,
					     "bounding set", -errno);
		}
	}
	return 0;
}

static int drop_ids(struct clo_launch *l, const struct clo_drop *drop)
{
	/* The calls themselves: glibc's wrappers signal other threads. */
	if (syscall(SYS_setgroups, 0, NULL) ||
	    syscall(SYS_setresgid, drop->uid, drop->uid, drop->uid) ||
	    syscall(SYS_setresuid, drop->uid, drop->uid, drop->uid))
		return clo_fault_set(l, CLO_STEP_CREDENTIALS, "user id",
				     -errno);
	return 0;
}

/* Root of the cage holds what the ceiling lets it; anybody else nothing. */
static int drop_caps(struct clo_launch *l, const struct clo_drop *drop)
{
	uint64_t caps = drop->uid ? 0 : l->conf->limits.caps;
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = (uint32_t)caps, .permitted = (uint32_t)caps },
		{ .effective = (uint32_t)(caps >> 32),
		  .permitted = (uint32_t)(caps >> 32) },
	};

	if (!clo_launch_has(l, CLO_PROTECT_caps) && !drop->uid)
		return 0;
	if (syscall(SYS_capset, &header, data))
		return clo_fault_set(l, CLO_STEP_CREDENTIALS, "capabilities",
				     -errno);
	return 0;
}

/**
 * clo_drop() - Give up everything but the label and the descriptors
 * @l: The launch; not NULL; the child is in its namespaces.
 * @drop: What the process becomes; not NULL.
 *
 * The process is not dumpable until it executes: no task of the cage, which
 * soon shares its user id, looks into it or at its descriptors
 * (CVE-2016-9962).  The filter does not stand in the way of what follows, and
 * comes here because it needs a capability where no_new_privs is left out.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_drop(struct clo_launch *l, const struct clo_drop *drop)
{
	int r = drop_keyring(l);

	if (!r)
		r = drop_ceiling(l, drop);
	if (r)
		return r;
	r = clo_filter_install(l->launcher, l->without, l->conf->aio);
	if (r)
		return clo_fault_set(l, CLO_STEP_FILTER,
				     "filter of system calls", r);
	r = drop_ids(l, drop);
	if (!r)
		r = drop_caps(l, drop);
	if (r)
		return r;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return clo_fault_set(l, CLO_STEP_CREDENTIALS, "dumpable",
				     -errno);
	return 0;
}

/**
 * clo_drop_guard() - Take on the cage's label
 * @l: The launch; not NULL.
 * @drop: What the process becomes; not NULL.
 *
 * From here on the guard treats the process as one of the cage.
 *
 * Return: 0, the rule that refuses, or -errno; the launch's fault is set.
 */
int clo_drop_guard(struct clo_launch *l, const struct clo_drop *drop)
{
	struct clo_label label = { .cage = (clo_u16)l->conf->id,
				   .roles = (clo_u16)drop->role_bits };
	int r;

	if (!clo_launch_has(l, CLO_PROTECT_guard))
		return 0;
	r = clo_guard_ask(CLO_GUARD_ENTER, clo_label_word(label), 0);
	return r ? clo_fault_set(l, CLO_STEP_GUARD, "label", r) : 0;
}

/**
 * clo_drop_fds() - Close every descriptor but two from 3 on
 * @keep_a: Kept; at least 3.
 * @keep_b: Kept; at least 3.
 *
 * Both are closed on execution.
 *
 * Return: 0 or -errno.
 */
int clo_drop_fds(int keep_a, int keep_b)
{
	unsigned int low = (unsigned int)(keep_a < keep_b ? keep_a : keep_b);
	unsigned int high = (unsigned int)(keep_a < keep_b ? keep_b : keep_a);

	if (low > 3 && close_range(3, low - 1, 0))
		return -errno;
	if (high > low + 1 && close_range(low + 1, high - 1, 0))
		return -errno;
	return close_range(high + 1, ~0u, 0) ? -errno : 0;
}
