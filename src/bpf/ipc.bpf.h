/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * System V objects and keys.
 */
#ifndef CLO_BPF_IPC_BPF_H
#define CLO_BPF_IPC_BPF_H

#include "bpf/report.bpf.h"
#include "policy/kernel.h"
#include "policy/object.h"

/* @perm is NULL for requests about the whole, which name no object. */
static __always_inline int ipc_hook(enum clo_hook hook,
				    const struct kern_ipc_perm *perm, __u64 arg)
{
	const struct kern_ipc_perm *object = distrust(perm, kern_ipc_perm);
	struct clo_label from = label_of_current(), owner;

	owner = clo_label_of_uid(object->cuid.val);
	return refuse_label(hook, clo_may_ipc(&from, &owner), from, owner, arg,
			    0);
}

/* Whether a *ctl request is one of IPC_INFO, MSG_INFO, SHM_INFO, SEM_INFO. */
static __always_inline bool is_ipc_info(int cmd)
{
	return cmd == 3 || cmd == 12 || cmd == 14 || cmd == 19;
}

SEC("lsm/ipc_permission")
int BPF_PROG(clo_ipc_permission, struct kern_ipc_perm *ipcp, short flag)
{
	return ipc_hook(CLO_HOOK_ipc_permission, ipcp, (__u16)flag);
}

SEC("lsm/shm_associate")
int BPF_PROG(clo_shm_associate, struct kern_ipc_perm *perm, int shmflg)
{
	return ipc_hook(CLO_HOOK_shm_associate, perm, (__u32)shmflg);
}

SEC("lsm/shm_shmat")
int BPF_PROG(clo_shm_shmat, struct kern_ipc_perm *perm, char *shmaddr,
	     int shmflg)
{
	return ipc_hook(CLO_HOOK_shm_shmat, perm, (__u32)shmflg);
}

SEC("lsm/shm_shmctl")
int BPF_PROG(clo_shm_shmctl, struct kern_ipc_perm *perm, int cmd)
{
	if (is_ipc_info(cmd))
		return 0;
	return ipc_hook(CLO_HOOK_shm_shmctl, perm, (__u32)cmd);
}

SEC("lsm/msg_queue_associate")
int BPF_PROG(clo_msg_queue_associate, struct kern_ipc_perm *perm, int msqflg)
{
	return ipc_hook(CLO_HOOK_msg_queue_associate, perm, (__u32)msqflg);
}

SEC("lsm/msg_queue_msgctl")
int BPF_PROG(clo_msg_queue_msgctl, struct kern_ipc_perm *perm, int cmd)
{
	if (is_ipc_info(cmd))
		return 0;
	return ipc_hook(CLO_HOOK_msg_queue_msgctl, perm, (__u32)cmd);
}

SEC("lsm/sem_associate")
int BPF_PROG(clo_sem_associate, struct kern_ipc_perm *perm, int semflg)
{
	return ipc_hook(CLO_HOOK_sem_associate, perm, (__u32)semflg);
}

SEC("lsm/sem_semctl")
int BPF_PROG(clo_sem_semctl, struct kern_ipc_perm *perm, int cmd)
{
	if (is_ipc_info(cmd))
		return 0;
	return ipc_hook(CLO_HOOK_sem_semctl, perm, (__u32)cmd);
}

/* Keyrings are shared by user id and name, not by cage: none at all. */
static __always_inline int key_hook(enum clo_hook hook)
{
	struct clo_label from = label_of_current();

	return refuse(hook, clo_may_kernel(&from, CLO_KERNEL_KEYRING), from, 0);
}

SEC("lsm/key_alloc")
int BPF_PROG(clo_key_alloc, struct key *key)
{
	return key_hook(CLO_HOOK_key_alloc);
}

SEC("lsm/key_permission")
int BPF_PROG(clo_key_permission)
{
	return key_hook(CLO_HOOK_key_permission);
}

#endif
