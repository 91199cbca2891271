/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a cage's file means: one fixed-size structure, checked, without
 * pointers, so that it crosses a process boundary as it is.
 */
#ifndef CLO_MODEL_CAGE_H
#define CLO_MODEL_CAGE_H

#include <stdint.h>

#include "base/toml.h"
#include "policy/cage.h"

enum {
	CLO_NAME_MAX = 31, /* of a cage, without the final zero */
	CLO_PATH_MAX = 255, /* of any path in a cage's file */
	CLO_SERVICES = 8, /* commands that a cage's init starts */
	CLO_BINDS = 8, /* directories of the host shown in the cage */
	CLO_INTERFACES = 4,
	CLO_DNS = 3,
	CLO_USER_MAX = 31,
};

enum clo_root_kind {
	CLO_ROOT_HOST, /* the host's own /usr, read-only */
	CLO_ROOT_DIRECTORY, /* a directory that holds a whole system */
	CLO_ROOT_IMAGE, /* an image file: erofs, squashfs or ext4 */
};

enum clo_net_kind {
	CLO_NET_NONE, /* the loopback alone */
	CLO_NET_INTERFACE, /* interfaces of the host are moved into the cage */
};

/*
 * Protections that `up --without=NAME` may leave out; all are on by default,
 * and whatever is off is shown by ps, log and the prompt.
 */
/* clang-format off */
#define CLO_PROTECTIONS(X)                                            \
	X(0, guard, "the BPF LSM programs that hold the label")       \
	X(1, user, "a user namespace with user ids of its own")       \
	X(2, pid, "processes of its own")                             \
	X(3, mount, "a root and mounts of its own")                   \
	X(4, net, "network interfaces of its own")                    \
	X(5, ipc, "System V and POSIX IPC objects of its own")        \
	X(6, uts, "a host name of its own")                           \
	X(7, cgroup, "limits on memory, processors, tasks and I/O")   \
	X(8, time, "a time namespace of its own")                     \
	X(9, seccomp, "a filter of system calls")                     \
	X(10, caps, "a ceiling on capabilities")                      \
	X(11, nnp, "no_new_privs and securebits")
/* clang-format on */

#define X(id, name, text) CLO_PROTECT_##name = id,
enum clo_protection { CLO_PROTECTIONS(X) CLO_PROTECTION_COUNT };
#undef X

enum { CLO_PROTECTIONS_TEXT = 80 }; /* all names, with commas */

struct clo_service {
	char command[CLO_PATH_MAX + 1]; /* absolute path and words, "": none */
	uint32_t uid; /* inside the cage */
	uint32_t restart; /* 0: once; 1: again when it ends */
};

struct clo_bind {
	char source[CLO_PATH_MAX + 1]; /* on the host, absolute; "": none */
	char target[CLO_PATH_MAX + 1]; /* in the cage, absolute */
	uint32_t is_writable; /* then noexec and owned by the cage */
	uint32_t spare;
};

struct clo_interface {
	char name[16]; /* "": none */
	char address[64]; /* address/prefix, "": none */
	char gateway[64]; /* "": none */
};

struct clo_cage_conf {
	char name[CLO_NAME_MAX + 1];
	char description[128];
	char level[CLO_NAME_MAX + 1]; /* low, high, ...: a word for people */
	uint32_t id; /* [CLO_CAGE_FIRST..CLO_CAGE_MAX] */
	uint32_t autostart; /* brought up when the Core starts */

	uint32_t root_kind; /* enum clo_root_kind */
	char root_path[CLO_PATH_MAX + 1];
	struct clo_bind binds[CLO_BINDS];
	uint32_t persistent; /* /home and /var are kept between two ups */
	uint32_t tmp_mib; /* size of each tmpfs */

	uint32_t memory_mib; /* 0: no limit of its own */
	uint32_t swap_mib;
	uint32_t cpu_percent; /* of one processor; 0: no limit */
	uint32_t pids;
	uint32_t io_weight; /* [1..10000] */
	uint32_t nofile; /* descriptors a process may open */
	uint32_t terminals; /* pseudo-terminals at a time */
	uint32_t aio; /* io_setup(2) is allowed */

	uint32_t net_kind; /* enum clo_net_kind */
	struct clo_interface interfaces[CLO_INTERFACES];
	char dns[CLO_DNS][64];

	struct clo_cage limits; /* what the guard holds; state not set */
	uint64_t without; /* protections left out, a bit each */

	char user[CLO_USER_MAX + 1]; /* name of the cage's ordinary user */
	uint32_t uid; /* his user id inside the cage */
	char shell[CLO_PATH_MAX + 1];
	struct clo_service services[CLO_SERVICES];
};

/* What a cage's file may say; see base/toml.h for what is made of it. */
extern const struct clo_toml_schema clo_cage_schema;

/**
 * clo_cage_name_is_good() - Say whether a cage may have a name
 * @name: The name; not NULL.
 *
 * Return: true if it has the form of a name, is not too long and stands for
 * nothing else.
 */
bool clo_cage_name_is_good(const char *name);

/* Where an error is: the file's name, and what in it the error is about. */
struct clo_cage_place {
	const char *where; /* file, FILE:LINE, or the cage's name */
	const void *field; /* set with an error: in the cage; NULL: all of it */
};

/**
 * clo_cage_conf_parse() - Read a cage's file
 * @text: The file's bytes; no zero needed at the end.
 * @size: How many [bytes].
 * @file: The file's name; what is behind its last `/` and before `.toml` is
 *	the cage's name; not NULL.
 * @ret_conf: Set on success only; every byte of it.
 * @err: `FILE:LINE: 'key' what is wrong; what to do`.
 *
 * Context: any process; no allocation, no I/O.
 *
 * Return: 0, or -EINVAL.
 */
int clo_cage_conf_parse(const char *text, size_t size, const char *file,
			struct clo_cage_conf *ret_conf,
			struct clo_err *err) clo_must_check;

/**
 * clo_cage_conf_check() - Check what another process says a file means
 * @conf: Not trusted at all; not NULL.
 * @err: See clo_err_set().
 *
 * Accepts what clo_cage_conf_parse() can give and nothing else: every string
 * has its end, every number is in its range, every path is absolute without
 * `..`, nothing is asked for that no cage may have.  @conf->without has to be
 * 0: no file leaves a protection out, only a person who says so.
 *
 * Context: the monitor, on what the config role answers; no allocation.
 *
 * Return: 0, or -EINVAL.
 */
int clo_cage_conf_check(const struct clo_cage_conf *conf,
			struct clo_err *err) clo_must_check;

/**
 * clo_cage_conf_check_pair() - Check that two cages can be up together
 * @a: A cage; checked; not NULL.
 * @b: Another one; checked; not NULL.
 * @a_place: Where @a is written, for the error; not NULL.
 * @b_place: Where @b is.
 * @err: See clo_err_set(); it names both.
 *
 * Two cages have neither name, id, nor interface in common, and no directory
 * that one of them writes is shown in the other or holds its root.
 *
 * Return: 0, or -EINVAL.
 */
int clo_cage_conf_check_pair(const struct clo_cage_conf *a,
			     const struct clo_cage_conf *b,
			     struct clo_cage_place *a_place,
			     struct clo_cage_place *b_place,
			     struct clo_err *err) clo_must_check;

/**
 * clo_cage_place_line() - Name the line of an error, once it is known
 * @text: The cage's file.
 * @size: How many [bytes].
 * @conf: What was read from it.
 * @place: Of the error; its @where becomes FILE:LINE in @shown, if a line of
 *	the file set the field.
 * @shown: Room for that.
 * @shown_size: How much [bytes].
 */
void clo_cage_place_line(const char *text, size_t size,
			 const struct clo_cage_conf *conf,
			 struct clo_cage_place *place, char *shown,
			 size_t shown_size);

/**
 * clo_cage_conf_builtin() - A cage that needs no file
 * @index: 0: office; 1: admin.
 * @ret_conf: Set on success only.
 *
 * Used where /etc/cloison/cages has no file.
 *
 * Return: 0, or -ENOENT: there are no more.
 */
int clo_cage_conf_builtin(uint32_t index,
			  struct clo_cage_conf *ret_conf) clo_must_check;

/**
 * clo_cage_builtin_text() - The file that a built-in cage would have
 * @index: As of clo_cage_conf_builtin().
 *
 * Return: the text, or NULL: there are no more.
 */
const char *clo_cage_builtin_text(uint32_t index);

/**
 * clo_protection_name() - Name of a protection, as --without takes it
 * @protection: enum clo_protection.
 *
 * Return: the name, or NULL if there is none with this number.
 */
const char *clo_protection_name(uint32_t protection);

/**
 * clo_protection_list() - Names of protections, with commas between them
 * @without: A bit each.
 * @text: Set; "" if there is none.
 * @size: Its room; CLO_PROTECTIONS_TEXT is enough for all.
 *
 * Return: @text.
 */
const char *clo_protection_list(uint64_t without, char *text, size_t size);

/**
 * clo_protection_text() - What a protection is, in words
 * @protection: enum clo_protection.
 *
 * Return: the words, or NULL if there is none with this number.
 */
const char *clo_protection_text(uint32_t protection);

#endif
