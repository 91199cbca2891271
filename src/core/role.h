/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The roles of the Core: one binary, re-executed under each name, with its
 * descriptors by number and its privilege dropped in its first statement.
 */
#ifndef CLO_CORE_ROLE_H
#define CLO_CORE_ROLE_H

#include <sys/types.h>

#include "base/base.h"

/*
 * number, name, what it is; the number is a bit of the table of system calls.
 */
/* clang-format off */
#define CLO_ROLES(X)                                                        \
	X(0, monitor, "holds the state, decides who may ask what")          \
	X(1, launch, "builds cages, starts what runs in them")              \
	X(2, control, "speaks with the command")                            \
	X(3, config, "reads one file of configuration, answers, ends")      \
	X(4, report, "writes the guard's events to the log")                \
	X(5, session, "relays one session's bytes")                         \
	X(6, loader, "loads the guard once")
/* clang-format on */

#define X(id, name, text) CLO_RUN_##name = id,
enum clo_role { CLO_ROLES(X) CLO_RUN_COUNT };
#undef X

/* Descriptors of a role: 0 and 1 are /dev/null, 2 the log. */
enum {
	CLO_FD_PEER = 3, /* socket to the monitor */
	CLO_FD_FIRST = 4, /* those of the role, in its order */
	CLO_FDS_MAX = 8,
};

/* The user that a role without privilege runs as. */
struct clo_account {
	uint32_t uid;
	uint32_t gid;
};

/* What a role is given at its start. */
struct clo_spawn {
	enum clo_role role;
	struct clo_account account;
	const char *args[2]; /* words after the account; NULL: none */
	const int *fds; /* from CLO_FD_PEER on; -1: /dev/null instead */
	size_t fd_count; /* [0..CLO_FDS_MAX] */
};

/**
 * clo_role_name() - Name of a role
 * @role: The role.
 *
 * Return: the name; "?" if there is none.
 */
const char *clo_role_name(enum clo_role role);

/**
 * clo_role_find() - Find a role by its name
 * @name: The name; not NULL.
 *
 * Return: the role, or -ENOENT.
 */
int clo_role_find(const char *name);

/**
 * clo_role_spawn() - Start a role in a process of its own
 * @spawn: What to start; not NULL.
 * @ret_pid: The process, a child of the caller.
 *
 * Context: allocates nothing.
 *
 * Return: 0, or -errno.
 */
int clo_role_spawn(const struct clo_spawn *spawn,
		   pid_t *ret_pid) clo_must_check;

/**
 * clo_role_account() - Read the account among the words of a role
 * @argc: Count of words.
 * @argv: The words: name, role, uid, gid, ...
 * @ret_account: The account.
 *
 * Return: 0, or -EINVAL.
 */
int clo_role_account(int argc, char **argv,
		     struct clo_account *ret_account) clo_must_check;

/**
 * clo_role_drop() - Give up every privilege, for ever
 * @role: The role that runs.
 * @account: The user to become; used if the process is root.
 *
 * User, groups, capabilities, no_new_privs, no core dump, no file can be opened
 * (Landlock), then the role's system calls only (seccomp).  The process ends
 * with its parent.
 *
 * Context: the first statement of a role without privilege.
 *
 * Return: 0, or -errno: then the role ends.
 */
int clo_role_drop(enum clo_role role,
		  const struct clo_account *account) clo_must_check;

/**
 * clo_role_lock_memory() - Keep this process out of swap
 *
 * Who writes the swap device would write the Core; who reads it would read what
 * people type.  Pages are locked as they are touched, so it takes no memory.
 * The size of the process counts against RLIMIT_MEMLOCK: see clo_start().
 *
 * Return: 0, or -errno.
 */
int clo_role_lock_memory(void);

/**
 * clo_role_bind() - End with the parent, whatever ends it
 *
 * A Core that has died is replaced only once no task bears its label.
 */
void clo_role_bind(void);

/**
 * clo_role_reduce() - Keep some capabilities of root, for ever
 * @keep: A bit each.
 *
 * Return: 0, or -errno.
 */
int clo_role_reduce(uint64_t keep) clo_must_check;

/**
 * clo_role_filter() - Allow a role's system calls only
 * @role: The role; the rows are in role-filter.c.
 *
 * Return: 0, or -errno.
 */
int clo_role_filter(enum clo_role role) clo_must_check;

/**
 * clo_role_catch() - Hear of the end, during a wait only
 * @handler: Called on SIGTERM and SIGINT, which are blocked until ppoll().
 *
 * Return: 0, or -errno.
 */
int clo_role_catch(void (*handler)(int signal)) clo_must_check;

/* Entry points, one a role: each returns the exit status of its process. */
int clo_run_monitor(int argc, char **argv);
int clo_run_launch(int argc, char **argv);
int clo_run_control(int argc, char **argv);
int clo_run_config(int argc, char **argv);
int clo_run_report(int argc, char **argv);
int clo_run_session(int argc, char **argv);
int clo_run_loader(int argc, char **argv);

#endif
