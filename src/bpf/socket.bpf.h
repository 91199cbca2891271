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
		      (__u64)(__u32)family << 32 | (__u32)type);
}

/* A pair comes through here twice, an accepted unix socket never. */
SEC("lsm.s/socket_post_create")
int BPF_PROG(clo_socket_post_create, struct socket *sock, int family, int type,
	     int protocol, int kern)
{
	struct clo_label from = label_of_current();
	struct sock *sk = sock->sk;

	if (kern || from.cage == CLO_CAGE_NONE || !sk)
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
static __always_inline int
connect_hook(enum clo_hook hook, struct clo_label from, struct clo_label to)
{
	struct clo_label task = label_of_current();
	enum clo_rule rule = clo_may_connect(&from, &to);

	if (rule == CLO_RULE_ALLOW && clo_label_is_cage(&task)) {
		from = task;
		rule = clo_may_connect(&from, &to);
	}
	return refuse_label(hook, rule, from, to, 0, 0);
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(clo_unix_stream_connect, struct sock *sock, struct sock *other,
	     struct sock *newsk)
{
	struct clo_label from = label_of_sock(sock), to = label_of_sock(other);
	int r = connect_hook(CLO_HOOK_unix_stream_connect, from, to);

	if (r || to.cage == CLO_CAGE_NONE)
		return r;
	/* The end that will be accepted is the listener's. */
	if (bpf_sk_storage_get(&sock_labels, newsk, &to, BPF_STORAGE_CREATE))
		return 0;
	refuse_label(CLO_HOOK_unix_stream_connect, CLO_RULE_NO_MEMORY, from, to,
		     0, 0);
	return -ENOMEM;
}

SEC("lsm/unix_may_send")
int BPF_PROG(clo_unix_may_send, struct socket *sock, struct socket *other)
{
	struct clo_label none = { .cage = CLO_CAGE_NONE, .roles = 0 };
	struct sock *a = sock->sk, *b = other->sk;

	return connect_hook(CLO_HOOK_unix_may_send, a ? label_of_sock(a) : none,
			    b ? label_of_sock(b) : none);
}

/* From 7.3 on: refused before the name is even resolved to a listener. */
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
 * for it).  A socket has a label of its own.
 */
SEC("lsm/file_receive")
int BPF_PROG(clo_file_receive, struct file *file)
{
	struct clo_label to = label_of_current();
	struct clo_label owner = clo_label_of_uid(file->f_cred->uid.val);
	struct socket *sock = bpf_sock_from_file(file);
	struct sock *sk;

	if (sock) {
		sk = sock->sk;
		if (sk)
			owner = label_of_sock(sk);
	}
	return refuse_file(CLO_HOOK_file_receive, clo_may_receive(&to, &owner),
			   to, owner, file->f_path.dentry, 0);
}

#endif
