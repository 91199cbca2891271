/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks over System V and POSIX IPC, and over keys.
 */
#include "attack.h"

#include <mqueue.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { IPC_KEY = 0x436c6f69, SEM_MARK = 7531 };

const char *attack_queue(void)
{
	static char name[32];

	(void)snprintf(name, sizeof(name), "/cloison-%d", stage->number);
	return name;
}

/*
 * A number means another object in another namespace: only what bears the mark
 * of this run's victim is the victim's.
 */
static long mark(void)
{
	return SECRET + stage->number;
}

static int judge_key(int r, key_t key)
{
	if (r < 0)
		return -errno;
	return key == IPC_KEY + stage->number ? 0 : -ENOENT;
}

static void make_shm(void)
{
	int id = shmget(IPC_KEY + stage->number, 4096, IPC_CREAT | 0666);
	void *p = shmat(id, NULL, 0);

	if (id >= 0 && p != (void *)-1)
		*(volatile long *)p = mark();
	stage->value[VALUE_SHM] = id;
}

static int judge_shm(int id, int flags)
{
	void *p = id < 0 ? (void *)-1 : shmat(id, NULL, flags);

	if (p == (void *)-1)
		return -errno;
	return *(volatile long *)p == mark() ? 0 : -ENOENT;
}

static int run_shm(long exec)
{
	return judge_shm(shmget(IPC_KEY + stage->number, 4096, 0666),
			 (int)exec);
}

static int run_shm_id(long arg)
{
	(void)arg;
	errno = EINVAL; /* a victim that made none */
	return judge_shm((int)stage->value[VALUE_SHM], 0);
}

static int run_shm_stat(long command)
{
	struct shmid_ds ds = { 0 };
	int id = (int)stage->value[VALUE_SHM], r;

	if (command != IPC_STAT) /* by its index */
		id &= 0x7fff;
	r = shmctl(id, (int)command, &ds);
	return judge_key(r, ds.shm_perm.__key);
}

static void make_msg(void)
{
	struct {
		long type;
		char text[4];
	} message = { 1, "msg" };
	int id = msgget(IPC_KEY + stage->number, IPC_CREAT | 0666);

	stage->value[VALUE_MSG] = id;
	(void)msgsnd(id, &message, 4, IPC_NOWAIT);
}

static int run_msg(long arg)
{
	struct {
		long type;
		char text[4];
	} message;
	int id = msgget(IPC_KEY + stage->number, 0666);

	(void)arg;
	if (id < 0)
		return -errno;
	return call(msgrcv(id, &message, 4, 0, IPC_NOWAIT));
}

static int run_msg_stat(long arg)
{
	struct msqid_ds ds = { 0 };
	int r = msgctl((int)stage->value[VALUE_MSG], IPC_STAT, &ds);

	(void)arg;
	return judge_key(r, ds.msg_perm.__key);
}

static void make_sem(void)
{
	int id = semget(IPC_KEY + stage->number, 1, IPC_CREAT | 0666);

	stage->value[VALUE_SEM] = id;
	(void)semctl(id, 0, SETVAL, SEM_MARK);
}

static int run_sem(long arg)
{
	struct sembuf op = { 0, 1, IPC_NOWAIT };
	int id = semget(IPC_KEY + stage->number, 1, 0666);

	(void)arg;
	return id < 0 ? -errno : call(semop(id, &op, 1));
}

static int run_sem_value(long arg)
{
	int value = semctl((int)stage->value[VALUE_SEM], 0, GETVAL);

	(void)arg;
	if (value < 0)
		return -errno;
	return value == SEM_MARK ? 0 : -ENOENT;
}

/* System V objects live on without a process: a later victim makes new ones. */
void attack_clean(void)
{
	key_t key = IPC_KEY + stage->number;

	(void)shmctl(shmget(key, 0, 0), IPC_RMID, NULL);
	(void)msgctl(msgget(key, 0), IPC_RMID, NULL);
	(void)semctl(semget(key, 0, 0), 0, IPC_RMID);
}

static void make_mqueue(void)
{
	mode_t old = umask(0);

	(void)mq_open(attack_queue(), O_RDWR | O_CREAT, 0666, NULL);
	(void)umask(old);
}

static int run_mqueue(long arg)
{
	(void)arg;
	return call(mq_open(attack_queue(), O_RDONLY));
}

/* --- keys --- */

enum { ADD_KEY, READ_KEY, JOIN, PERSISTENT, REQUEST_KEY };

static void make_key(void)
{
	stage->value[VALUE_KEY] =
		syscall(SYS_add_key, "user", "cloison", "x", 1UL, -4);
	(void)syscall(SYS_keyctl, 5, stage->value[VALUE_KEY], 0x3f3f3f3fL);
}

static int run_key(long what)
{
	char buffer[8];

	switch (what) {
	case ADD_KEY:
		return call(syscall(SYS_add_key, "user", "cloison-a", "x", 1UL,
				    -4));
	case READ_KEY:
		if (!stage->value[VALUE_KEY])
			return call(syscall(SYS_keyctl, 11, -4L, buffer,
					    sizeof(buffer)));
		return call(syscall(SYS_keyctl, 11, stage->value[VALUE_KEY],
				    buffer, sizeof(buffer)));
	case JOIN:
		return call(syscall(SYS_keyctl, 1, "cloison-s"));
	case PERSISTENT:
		return call_past(syscall(SYS_keyctl, 22, -1, -2), EOPNOTSUPP);
	default:
		/* What is there is found; the helper is for what is not. */
		(void)syscall(SYS_add_key, "user", "cloison-n", "x", 1UL, -4);
		return call(syscall(SYS_request_key, "user", "cloison-n", NULL,
				    -4));
	}
}

/* clang-format off */
const struct attack attacks_ipc[] = {
	{ "shm-attach", run_shm, make_shm, NULL, OWN_UID, 0 },
	{ "shm-exec", run_shm, make_shm, NULL, OWN_UID, SHM_EXEC },
	{ "shm-attach-id", run_shm_id, make_shm, NULL, OWN_UID, 0 },
	{ "shm-stat", run_shm_stat, make_shm, NULL, OWN_UID, IPC_STAT },
	{ "shm-stat-any", run_shm_stat, make_shm, NULL, OWN_UID, 15 },
	{ "msg-receive", run_msg, make_msg, NULL, OWN_UID, 0 },
	{ "msg-stat", run_msg_stat, make_msg, NULL, OWN_UID, 0 },
	{ "sem-op", run_sem, make_sem, NULL, OWN_UID, 0 },
	{ "sem-value", run_sem_value, make_sem, NULL, OWN_UID, 0 },
	{ "mqueue-open", run_mqueue, make_mqueue, NULL, OWN_UID, 0 },
	{ "add-key", run_key, NULL, NULL, 0, ADD_KEY },
	{ "key-read", run_key, make_key, NULL, HOST_CONTROL, READ_KEY },
	{ "key-session", run_key, NULL, NULL, 0, JOIN },
	{ "key-persistent", run_key, NULL, NULL, 0, PERSISTENT },
	{ "request-key", run_key, NULL, NULL, 0, REQUEST_KEY },
	{ 0 },
};
/* clang-format on */
