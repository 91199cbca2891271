/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sockets: their label, and which reaches which.
 */
#ifndef CLO_BPF_SOCKET_BPF_H
#define CLO_BPF_SOCKET_BPF_H

#include "bpf/report.bpf.h"
#include "policy/object.h"

SEC("lsm/socket_create")
int BPF_PROG(clo_socket_create, int family, int type, int protocol, int kern)
{
	struct clo_label from;
	enum clo_rule rule;

	if (kern)
		return 0; /* the kernel's own, made on the way */
	from = label_of_current();
	if (!clo_label_is_cage(&from))
		return 0;
	rule = clo_may_socket(&from, cage_of(from), (__u32)family, (__u32)type,
			      (__u32)protocol);
	return refuse(CLO_HOOK_socket_create, rule, from,
		      (__u64)(__u32)family << 32 |
			      (__u64)(__u16)protocol << 16 | (__u16)type);
}

/*
 * The label of a socket is that of the task that made it.  Nearly always the
 * credentials of its file say the same: the real user id of that task at that
 * time, which never changes.  Only where they would say something else is the
 * label stored:
 *
 *  - the Core's sockets, also those that it makes for a cage;
 *  - those of a task of a cage whose user id is not one of the cage's: before
 *    it has changed to it, or in a cage without a user namespace;
 *  - those of a task outside cages that has taken on a user id of a cage's.
 *
 * The file is made in the same system call, with the credentials that are
 * looked at here.  What is accepted never comes through here: where the
 * listener's label is stored, it is stored for the new socket too; elsewhere
 * the connection belongs, like any file, to who opens it, which is who accepts
 * it.  A socket of the kernel's own has no file and no label.
 *
 * Roles are not part of it: the policy asks a socket for its cage only.
 */
static __always_inline struct clo_label *stored_label(struct sock *sk)
{
	if (bpf_core_field_exists(sk->sk_bpf_storage) && !sk->sk_bpf_storage)
		return 0;
	return bpf_sk_storage_get(&sock_labels, sk, 0, 0);
}

static __always_inline struct clo_label label_of_file(const struct file *file)
{
	return clo_label_of_uid(file->f_cred->uid.val);
}

/* Where a socket is being closed meanwhile, it may have no file: no label. */
static __always_inline struct clo_label label_of_sock_file(struct sock *sk)
{
	return label_of_file(distrust(sk->sk_socket, socket)->file);
}

static __always_inline struct clo_label label_of_sock(struct sock *sk)
{
	struct clo_label *stored = stored_label(sk);

	return stored ? *stored : label_of_sock_file(sk);
}

/* A pair comes through here twice, an accepted unix socket never. */
SEC("lsm/socket_post_create")
int BPF_PROG(clo_socket_post_create, struct socket *sock, int family, int type,
	     int protocol, int kern)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct clo_label from = label_of_task(task);
	struct sock *sk = sock->sk;

	if (kern || !sk ||
	    clo_label_of_uid(task->cred->uid.val).cage == from.cage)
		return 0;
	if (bpf_sk_storage_get(&sock_labels, sk, &from, BPF_STORAGE_CREATE))
		return 0;
	refuse(CLO_HOOK_socket_create, CLO_RULE_NO_MEMORY, from,
	       (__u64)(__u32)family << 32 | (__u32)type);
	return -ENOMEM;
}

/*
 * The subject is the socket; and the current task too, in case the socket of
 * somebody else has come into its hands.
 */
static __noinline int judge_connect(__u32 hook, __u32 from_word, __u32 to_word,
				    __u32 task_word)
{
	struct clo_label from = label_of_word(from_word);
	struct clo_label to = label_of_word(to_word);
	struct clo_label task = label_of_word(task_word);
	enum clo_rule rule;

	if (from.cage == task.cage)
		from = task; /* the same, and its roles */
	rule = clo_may_connect(&from, &to);
	if (rule == CLO_RULE_ALLOW && from.cage != task.cage &&
	    clo_label_is_cage(&task)) {
		from = task;
		rule = clo_may_connect(&from, &to);
	}
	return refuse_label(hook, rule, from, to, 0, 0);
}

/* Most connections stay where their task is: seen at a glance. */
static __always_inline int
connect_hook(enum clo_hook hook, struct clo_label from, struct clo_label to)
{
	struct clo_label task = label_of_current();

	if (from.cage == task.cage && to.cage == task.cage &&
	    clo_may_connect(&task, &task) == CLO_RULE_ALLOW)
		return 0;
	return judge_connect(hook, (__u32)clo_label_word(from),
			     (__u32)clo_label_word(to),
			     (__u32)clo_label_word(task));
}

/* What will be accepted is the listener's, where that is stored. */
static __noinline int store_accepted(struct sock *newsk, __u32 to_word)
{
	struct clo_label to = label_of_word(to_word);

	if (bpf_sk_storage_get(&sock_labels, newsk, &to, BPF_STORAGE_CREATE))
		return 0;
	refuse_label(CLO_HOOK_unix_stream_connect, CLO_RULE_NO_MEMORY,
		     label_of_current(), to, 0, 0);
	return -ENOMEM;
}

/* The listener is locked and ours in use, so that their files are there. */
SEC("lsm/unix_stream_connect")
int BPF_PROG(clo_unix_stream_connect, struct sock *sock, struct sock *other,
	     struct sock *newsk)
{
	struct clo_label from = label_of_sock(sock), to;
	struct clo_label *stored = stored_label(other);
	int r;

	to = stored ? *stored : label_of_sock_file(other);
	r = connect_hook(CLO_HOOK_unix_stream_connect, from, to);
	if (r || !stored)
		return r;
	return store_accepted(newsk, (__u32)clo_label_word(to));
}

SEC("lsm/unix_may_send")
int BPF_PROG(clo_unix_may_send, struct socket *sock, struct socket *other)
{
	struct clo_label none = { .cage = CLO_CAGE_NONE, .roles = 0 };
	struct sock *a = sock->sk, *b = other->sk;

	return connect_hook(CLO_HOOK_unix_may_send, a ? label_of_sock(a) : none,
			    b ? label_of_sock(b) : none);
}

/*
 * From 7.3 on: refused before the name is even resolved to a listener.  The
 * socket is not locked and may be closed meanwhile: what decides is that the
 * hooks above are asked afterwards.
 */
SEC("lsm/unix_find")
int BPF_PROG(clo_unix_find, const struct path *path, struct sock *other)
{
	struct clo_label from = label_of_current(), to = label_of_sock(other);

	return refuse_label(CLO_HOOK_unix_find, clo_may_connect(&from, &to),
			    from, to, 0, 0);
}

/* A socket that was made before its task entered a cage is judged here. */
SEC("lsm/netlink_send")
int BPF_PROG(clo_netlink_send, struct sock *sk, struct sk_buff *skb)
{
	struct clo_label from = label_of_current();
	enum clo_rule rule;

	if (!clo_label_is_cage(&from))
		return 0;
	rule = clo_may_socket(&from, cage_of(from), CLO_AF_NETLINK,
			      CLO_SOCK_RAW, sk->sk_protocol);
	return refuse(CLO_HOOK_netlink_send, rule, from, sk->sk_protocol);
}

/*
 * A descriptor that arrives in a message, or is fetched with pidfd_getfd.
 * Who opened it is in its credentials: the real user id, which only a task of
 * the cage has (the Core borrows a cage's file system id to open a terminal
 * for it).  A socket may have a label that is stored.
 */
SEC("lsm/file_receive")
int BPF_PROG(clo_file_receive, struct file *file)
{
	struct clo_label to = label_of_current();
	struct clo_label owner = label_of_file(file), *stored = 0;
	struct socket *sock = bpf_sock_from_file(file);
	struct sock *sk;

	if (sock) {
		sk = sock->sk;
		if (sk)
			stored = stored_label(sk);
		if (stored)
			owner = *stored;
	}
	return refuse_file(CLO_HOOK_file_receive, clo_may_receive(&to, &owner),
			   to, owner, file->f_path.dentry, 0);
}

#endif
