/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who may reach sockets, descriptors, files and IPC objects.
 */
#ifndef CLO_POLICY_OBJECT_H
#define CLO_POLICY_OBJECT_H

#include "cage.h"

/**
 * clo_may_connect() - Decide on a unix socket that reaches another
 * @from: Label of the socket that connects or sends; not NULL.
 * @to: Label of the socket that it reaches; not NULL.
 *
 * Both ways: the host does not connect into a cage either, because an answer
 * would come back.  Pathname, abstract and socket pairs are all the same here.
 *
 * Source: CLIP OS 4, 1202 section 2.1 (sockets carry the context).
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_connect(const struct clo_label *from,
					    const struct clo_label *to)
{
	if (!clo_label_is_valid(from) || !clo_label_is_valid(to))
		return CLO_RULE_BAD_LABEL;
	if (clo_label_is_cage(from)) {
		if (to->cage == CLO_CAGE_CORE)
			return CLO_RULE_TO_CORE;
		if (to->cage == CLO_CAGE_NONE)
			return CLO_RULE_TO_UNLABELLED;
		return from->cage == to->cage ? CLO_RULE_ALLOW :
						CLO_RULE_OTHER_CAGE;
	}
	return clo_label_is_cage(to) ? CLO_RULE_INTO_CAGE : CLO_RULE_ALLOW;
}

/**
 * clo_may_receive() - Decide on a descriptor that arrives in a message
 * @to: Label of the task that receives; not NULL.
 * @owner: Label of who opened it; not NULL.
 *
 * Nothing that was opened elsewhere enters a cage, and nothing that a cage has
 * opened leaves it: a descriptor is a right that no later check takes back.
 *
 * Source: CLIP OS 4, 1201 section 3.5.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_receive(const struct clo_label *to,
					    const struct clo_label *owner)
{
	if (!clo_label_is_valid(to) || !clo_label_is_valid(owner))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(to) && !clo_label_is_cage(owner))
		return CLO_RULE_ALLOW;
	return to->cage == owner->cage ? CLO_RULE_ALLOW : CLO_RULE_FOREIGN_FD;
}

/* What a file is, as far as the policy cares. */
enum clo_file_kind {
	CLO_FILE_OTHER, /* regular, directory, symbolic link */
	CLO_FILE_PIPE, /* FIFO or socket */
	CLO_FILE_DEVICE, /* character or block device */
	CLO_FILE_SETTING, /* of procfs or sysfs, not a process's own */
	CLO_FILE_SECRET, /* of procfs: describes the kernel (kallsyms...) */
	CLO_FILE_PROCESS, /* of procfs: belongs to a process */
	CLO_FILE_TERMINAL, /* a pseudo-terminal, or what makes them */
	CLO_FILE_TRACING, /* kernel.ftrace_enabled: 0 silences the guard */
	CLO_FILE_KIND_COUNT,
};

enum {
	CLO_OPEN_WRITE = 1 << 0, /* opened for writing, or truncated */
	CLO_OPEN_BLOCK = 1 << 1, /* the device is a block device */
	CLO_OPEN_HOST = 1 << 2, /* the terminal is of the host's devpts */
};

struct clo_open {
	struct clo_label owner; /* of the file, or of the process it shows */
	clo_u32 kind; /* enum clo_file_kind */
	clo_u32 flags; /* of CLO_OPEN_* */
	clo_u32 major; /* of a device */
	clo_u32 minor;
};

/**
 * clo_device_is_common() - Say whether a device is harmless to every cage
 * @major: Major number.
 * @minor: Minor number.
 *
 * null, zero, full, random, urandom; tty and ptmx; the pseudo-terminals.
 *
 * Source: CLIP OS 4, fstab files of the cages (static /dev).
 *
 * Return: true if every cage may open that character device.
 */
static inline bool clo_device_is_common(clo_u32 major, clo_u32 minor)
{
	if (major == 1)
		return minor == 3 || minor == 5 || minor == 7 || minor == 8 ||
		       minor == 9;
	if (major == 5)
		return minor == 0 || minor == 2;
	return major >= 136 && major <= 143;
}

/* What makes pseudo-terminals; who opens it owns the new one. */
static inline bool clo_device_is_ptmx(clo_u32 major, clo_u32 minor)
{
	return major == 5 && minor == 2;
}

/**
 * clo_may_device() - Decide on a device
 * @from: Label of the task; not NULL.
 * @cage: Limits of the task's cage, or NULL if it has none.
 * @is_block: true for a block device.
 * @major: Major number.
 * @minor: Minor number.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_device(const struct clo_label *from,
					   const struct clo_cage *cage,
					   bool is_block, clo_u32 major,
					   clo_u32 minor)
{
	if (!clo_label_is_valid(from))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(from))
		return CLO_RULE_ALLOW;
	if (!is_block && clo_device_is_common(major, minor))
		return CLO_RULE_ALLOW;
	if (!cage)
		return CLO_RULE_DEVICE;
	for (int i = 0; i < CLO_CAGE_DEVICES; i++) {
		const struct clo_device *d = &cage->devices[i];

		if (d->used && (d->is_block != 0) == is_block &&
		    d->major == major && d->minor == minor)
			return CLO_RULE_ALLOW;
	}
	return CLO_RULE_DEVICE;
}

/**
 * clo_may_open_process() - Decide on the opening of a file in /proc/PID
 * @from: Label of the task, a cage's.
 * @owner: Label of the process; valid.
 *
 * A cage's processes are looked at from that cage only.
 *
 * Source: CLIP OS 4, 1002 section 3.1.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_open_process(const struct clo_label *from,
						 const struct clo_label *owner)
{
	if (owner->cage == CLO_CAGE_CORE)
		return CLO_RULE_TO_CORE;
	if (owner->cage == CLO_CAGE_NONE)
		return CLO_RULE_TO_UNLABELLED;
	return owner->cage == from->cage ? CLO_RULE_ALLOW : CLO_RULE_OTHER_CAGE;
}

/**
 * clo_may_open() - Decide on the opening of a file
 * @from: Label of the task; not NULL.
 * @cage: Limits of the task's cage, or NULL if it has none.
 * @open: What is opened, and how; not NULL.
 *
 * A cage reads what belongs to nobody (the system's files, mounted read-only)
 * and reads and writes what is its own.
 *
 * Source: CLIP OS 4, 1002 section 3.1.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_open(const struct clo_label *from,
					 const struct clo_cage *cage,
					 const struct clo_open *open)
{
	const struct clo_label *owner = &open->owner;

	if (!clo_label_is_valid(from) || !clo_label_is_valid(owner))
		return CLO_RULE_BAD_LABEL;
	if (open->kind >= CLO_FILE_KIND_COUNT)
		return CLO_RULE_BAD_REQUEST;
	if (open->kind == CLO_FILE_TRACING && (open->flags & CLO_OPEN_WRITE))
		return CLO_RULE_TRACING_OFF; /* the Core and root included */
	if (!clo_label_is_cage(from))
		return CLO_RULE_ALLOW;

	/* A node or terminal of another cage is none of ours, common or not. */
	if (open->kind == CLO_FILE_DEVICE && owner->cage != CLO_CAGE_NONE &&
	    owner->cage != from->cage)
		return CLO_RULE_FOREIGN_FILE;
	if (open->kind == CLO_FILE_DEVICE)
		return clo_may_device(from, cage, open->flags & CLO_OPEN_BLOCK,
				      open->major, open->minor);
	if (open->kind == CLO_FILE_SECRET)
		return CLO_RULE_KERNEL_INFO;
	if (open->kind == CLO_FILE_PROCESS)
		return clo_may_open_process(from, owner);
	if (owner->cage == from->cage)
		return CLO_RULE_ALLOW;
	if (clo_label_is_cage(owner) || owner->cage == CLO_CAGE_CORE)
		return CLO_RULE_FOREIGN_FILE;
	/* Those of the cage's devpts belong to it, though to no user of it. */
	if (open->kind == CLO_FILE_TERMINAL)
		return (open->flags & CLO_OPEN_HOST) &&
				       !clo_device_is_ptmx(open->major,
							   open->minor) ?
			       CLO_RULE_FOREIGN_FILE :
			       CLO_RULE_ALLOW;
	if (!(open->flags & CLO_OPEN_WRITE))
		return CLO_RULE_ALLOW;
	return open->kind == CLO_FILE_SETTING ? CLO_RULE_KERNEL_SETTING :
						CLO_RULE_FOREIGN_FILE;
}

/* What is done to a file without opening it. */
enum clo_file_op {
	CLO_FILE_LOCK, /* flock, record locks, leases */
	CLO_FILE_WATCH, /* inotify, fanotify, dnotify */
	CLO_FILE_ATTR, /* mode, owner, times */
	CLO_FILE_LINK, /* hard link, rename */
	CLO_FILE_OP_COUNT,
};

/**
 * clo_may_file() - Decide on an operation on a file
 * @from: Label of the task; not NULL.
 * @owner: Label of the file; not NULL.
 * @op: One of enum clo_file_op.
 *
 * The system's files are shared, read-only, by every cage: a lock or a watch
 * on one of them carries bits from a cage to another.
 *
 * Source: CLIP OS 4, 1201 section 3.4 (option nolock).
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_file(const struct clo_label *from,
					 const struct clo_label *owner,
					 enum clo_file_op op)
{
	if (!clo_label_is_valid(from) || !clo_label_is_valid(owner))
		return CLO_RULE_BAD_LABEL;
	if (op >= CLO_FILE_OP_COUNT)
		return CLO_RULE_BAD_REQUEST;
	if (!clo_label_is_cage(from) || owner->cage == from->cage)
		return CLO_RULE_ALLOW;
	if (op == CLO_FILE_LOCK)
		return CLO_RULE_SHARED_LOCK;
	if (op == CLO_FILE_WATCH)
		return CLO_RULE_SHARED_WATCH;
	return CLO_RULE_FOREIGN_FILE;
}

/**
 * clo_may_name() - Decide on a new name in a directory
 * @from: Label of the task; not NULL.
 * @owner: Label of the directory; not NULL.
 * @is_shared: Not 0 if anybody may make names there, which only their owner
 *             takes away (a sticky directory such as /tmp).
 *
 * A name is written into the directory: what the host finds there, be it empty
 * or a symbolic link, it may execute or follow.
 *
 * Source: CLIP OS 4, 1002 section 3.1.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_name(const struct clo_label *from,
					 const struct clo_label *owner,
					 clo_u32 is_shared)
{
	if (!clo_label_is_valid(from) || !clo_label_is_valid(owner))
		return CLO_RULE_BAD_LABEL;
	if (!clo_label_is_cage(from) || owner->cage == from->cage)
		return CLO_RULE_ALLOW;
	return owner->cage == CLO_CAGE_NONE && is_shared ?
		       CLO_RULE_ALLOW :
		       CLO_RULE_FOREIGN_FILE;
}

/**
 * clo_may_exec() - Decide on code that a task takes from a file
 * @from: Label of the task; not NULL.
 * @owner: Label of the file; not NULL.
 *
 * Source: CLIP OS 4, 1002 section 3.1; CVE-2019-14271.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_exec(const struct clo_label *from,
					 const struct clo_label *owner)
{
	if (!clo_label_is_valid(from) || !clo_label_is_valid(owner))
		return CLO_RULE_BAD_LABEL;
	if (from->cage == CLO_CAGE_CORE && clo_label_is_cage(owner))
		return CLO_RULE_CORE_EXEC;
	if (clo_label_is_cage(from) && owner->cage != CLO_CAGE_NONE &&
	    from->cage != owner->cage)
		return CLO_RULE_FOREIGN_FILE;
	return CLO_RULE_ALLOW;
}

/**
 * clo_may_ipc() - Decide on a System V object
 * @from: Label of the task; not NULL.
 * @owner: Label of the object's creator; not NULL.
 *
 * Return: CLO_RULE_ALLOW, or the rule that denies.
 */
static inline enum clo_rule clo_may_ipc(const struct clo_label *from,
					const struct clo_label *owner)
{
	if (!clo_label_is_valid(from) || !clo_label_is_valid(owner))
		return CLO_RULE_BAD_LABEL;
	if (from->cage == owner->cage)
		return CLO_RULE_ALLOW;
	if (!clo_label_is_cage(from))
		return clo_label_is_cage(owner) ? CLO_RULE_INTO_CAGE :
						  CLO_RULE_ALLOW;
	return clo_label_is_cage(owner) ? CLO_RULE_OTHER_CAGE :
					  CLO_RULE_TO_UNLABELLED;
}

#endif
