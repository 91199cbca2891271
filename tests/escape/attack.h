/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks: what is done for real, by one process to another.  Each is judged
 * by its effect; the victim has the last word where the attacker cannot know.
 */
#ifndef CLO_TESTS_ESCAPE_ATTACK_H
#define CLO_TESTS_ESCAPE_ATTACK_H

#include <errno.h>
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

enum {
	OWN_UID = 1 << 0, /* each runs as the first user of its cage */
	PAIR = 1 << 1, /* they share a socket pair, made before their labels */
	VICTIM_FORKS = 1 << 2, /* the attacker is a child of the victim */
	ATTACKER_FORKS = 1 << 3, /* the victim is a child of the attacker */
	EVENT_ONLY = 1 << 4, /* the error is the same when allowed */
	NO_CONTROL = 1 << 5, /* what is allowed instead has rows of its own */
	HOST_CONTROL = 1 << 6, /* allowed to nobody but the host */
	OF_HOST = 1 << 7, /* the host's, whoever hands it on */
};

/* Where a victim keeps the number of what it made: of stage->value. */
enum { VALUE_KEY = 0, VALUE_SHM, VALUE_MSG, VALUE_SEM, VALUE_COUNT };

struct attack {
	const char *name;
	int (*run)(long arg); /* 0: it succeeded; -errno */
	void (*prepare)(void); /* in the victim, before */
	int (*effect)(void); /* in the victim, after: 1 if it was hit */
	unsigned int flags;
	long arg;
};

/* What attacker and victim share; in a whole cage only what they know. */
struct stage {
	pid_t victim; /* as the attacker's pid namespace or the host sees it */
	volatile int ready, go, done, check, checked, fault;
	volatile int result, effect, answer;
	volatile long value[VALUE_COUNT];
	int number; /* of this run: names and keys are not used twice */
	int target; /* in a whole cage: the victim's number, 0 the host */
	int is_control; /* outside every cage, to see the attack work */
	const char *socket; /* in place of the victim's own path, or NULL */
	int pair[2]; /* attacker's end, victim's end */
	int early; /* a listener made before any label, with clients */
};
extern struct stage *stage;
extern volatile long secret; /* at the same address in each process */

enum { SECRET = 0x5ec4e7, CHANGED = 0xbad };
#define SHARED_DIR "/tmp/cloison-test"

/* -errno if a system call failed, else 0. */
static inline int call(long r)
{
	return r < 0 ? -errno : 0;
}
/* The same, where some errors come from behind every check. */
static inline int call_past(long r, int past)
{
	return r < 0 && errno != past ? -errno : 0;
}

extern const struct attack attacks_task[], attacks_proc[], attacks_channel[];
extern const struct attack attacks_file[], attacks_kernel[], attacks_guard[];
extern const struct attack attacks_ipc[], attacks_limit[];
extern const struct attack attacks_name[];

const struct attack *attack_find(const char *name, size_t size);
void attack_list(void);
void attack_on_signal(int sig, void (*handler)(int));

/* What a program finds when it starts: call it first (fd-leak, cwd-leak). */
void attack_note_start(void);
/* Name of the victim's message queue. */
const char *attack_queue(void);
/* Removes what a victim made that outlives it. */
void attack_clean(void);
/* A lock on a file that every cage sees: what the label alone refuses. */
int attack_lock_shared(void);
/* What stage->early is: a listener with clients that wait; -errno. */
int attack_make_early(void);
/* Mounts what move-mount moves where it is allowed; 0, -errno. */
int attack_make_movable(void);
/* The last act of a program that an attack executed; a status of exit(2). */
int attack_kill_status(pid_t pid);

#endif
