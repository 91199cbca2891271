// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of questions: each reads its words and calls src/policy.
 */
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/near.h"
#include "base/toml.h"
#include "cli/question.h"
#include "model/form.h"
#include "policy/kernel.h"
#include "policy/object.h"
#include "policy/task.h"

/* A number, also 0x...; the whole word, and no more than @max. */
static int read_number(const char *word, const char *what, uint64_t max,
		       uint64_t *ret, struct clo_err *err)
{
	char *end = NULL;

	errno = 0;
	*ret = strtoull(word, &end, 0);
	if (errno || *end || *word < '0' || *word > '9' || *ret > max)
		return clo_err_set(
			err, -EINVAL,
			"'%.40s' is not %s: neither a known name nor "
			"a number up to %llu",
			word, what, (unsigned long long)max);
	return 0;
}

/* A word of a list, in any case and with or without a prefix; or a number. */
static int read_word(const char *word, const char *prefix, const char *what,
		     const struct clo_toml_word *words, uint64_t max,
		     uint64_t *ret, struct clo_err *err)
{
	struct clo_near near = { .word = word };
	const char *name = word;

	if (!strncasecmp(name, prefix, strlen(prefix)))
		name += strlen(prefix);
	near.word = name;
	if (*word >= '0' && *word <= '9')
		return read_number(word, what, max, ret, err);
	for (; words->name; words++) {
		if (!strcasecmp(words->name, name)) {
			*ret = words->value;
			return 0;
		}
		clo_near_try(&near, words->name);
	}
	if (near.best[0])
		return clo_near_end(&near, err, -EINVAL, "",
				    "'%.40s' is not %s", word, what);
	return read_number(word, what, max, ret, err);
}

static int ask_task(const struct clo_asked *a, int data, struct clo_err *err)
{
	(void)err;
	return (int)clo_may_task(&a->from.label, &a->to.label,
				 (enum clo_task_op)data);
}

/* The questions that need no more than the two labels. */
static enum clo_rule (*const pairs[])(const struct clo_label *from,
				      const struct clo_label *to) = {
	clo_may_connect, clo_may_receive, clo_may_ipc,
	clo_may_exec,	 clo_may_relabel,
};

enum { PAIR_CONNECT, PAIR_RECEIVE, PAIR_IPC, PAIR_EXEC, PAIR_RELABEL };

static int ask_pair(const struct clo_asked *a, int data, struct clo_err *err)
{
	(void)err;
	return (int)pairs[data](&a->from.label, &a->to.label);
}

static int ask_file(const struct clo_asked *a, int data, struct clo_err *err)
{
	(void)err;
	return (int)clo_may_file(&a->from.label, &a->to.label,
				 (enum clo_file_op)data);
}

static int ask_open(const struct clo_asked *a, int data, struct clo_err *err)
{
	/* clang-format off */
	static const struct clo_toml_word kinds[] = {
		{ "file", CLO_FILE_OTHER, NULL },
		{ "pipe", CLO_FILE_PIPE, NULL },
		{ "setting", CLO_FILE_SETTING, NULL },
		{ "secret", CLO_FILE_SECRET, NULL },
		{ "process", CLO_FILE_PROCESS, NULL },
		{ "terminal", CLO_FILE_TERMINAL, NULL },
		{ "tracing", CLO_FILE_TRACING, NULL },
		{ NULL, 0, NULL },
	};
	static const struct clo_toml_word modes[] = {
		{ "read", 0, NULL },
		{ "write", CLO_OPEN_WRITE, NULL },
		{ NULL, 0, NULL },
	};
	/* clang-format on */
	uint64_t kind = CLO_FILE_OTHER, mode = (uint64_t)data;
	struct clo_open open = { .owner = a->to.label };

	if (a->argc > 0 &&
	    read_word(a->argv[0], "", "read or write", modes, 1, &mode, err))
		return -EINVAL;
	if (a->argc > 1 && read_word(a->argv[1], "", "a kind of file", kinds,
				     CLO_FILE_KIND_COUNT - 1, &kind, err))
		return -EINVAL;
	if (kind == CLO_FILE_DEVICE)
		return clo_err_set(err, -EINVAL,
				   "a device is asked by 'open-device'");
	open.kind = (clo_u32)kind;
	open.flags = (clo_u32)mode;
	return (int)clo_may_open(&a->from.label, a->from.cage, &open);
}

/* MAJOR:MINOR, or the path of a device. */
static int read_device(const char *word, bool *is_block, uint64_t *major,
		       uint64_t *minor, struct clo_err *err)
{
	const char *colon = strchr(word, ':');
	char first[16] = "";
	struct stat st;

	if (*word == '/') {
		if (stat(word, &st))
			return clo_err_set(err, -errno, "%.200s: %s", word,
					   strerror(errno));
		if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
			return clo_err_set(err, -EINVAL,
					   "%.200s: this is not a device",
					   word);
		*is_block = S_ISBLK(st.st_mode);
		*major = major(st.st_rdev);
		*minor = minor(st.st_rdev);
		return 0;
	}
	if (!colon || (size_t)(colon - word) >= sizeof(first))
		return clo_err_set(err, -EINVAL,
				   "'%.40s' is not a device; write MAJOR:MINOR "
				   "or a path of /dev",
				   word);
	memcpy(first, word, (size_t)(colon - word));
	if (read_number(first, "a major number", 4095, major, err))
		return -EINVAL;
	return read_number(colon + 1, "a minor number", 1048575, minor, err);
}

static int ask_device(const struct clo_asked *a, int data, struct clo_err *err)
{
	/* clang-format off */
	static const struct clo_toml_word kinds[] = {
		{ "char", 0, NULL },
		{ "block", 1, NULL },
		{ NULL, 0, NULL },
	};
	/* clang-format on */
	uint64_t major = 0, minor = 0, kind;
	bool is_block = data != 0;

	if (read_device(a->argv[0], &is_block, &major, &minor, err))
		return -EINVAL;
	if (a->argc > 1) {
		if (read_word(a->argv[1], "", "char or block", kinds, 1, &kind,
			      err))
			return -EINVAL;
		is_block = kind != 0;
	}
	return (int)clo_may_device(&a->from.label, a->from.cage, is_block,
				   (clo_u32)major, (clo_u32)minor);
}

static int ask_cap(const struct clo_asked *a, int data, struct clo_err *err)
{
	uint64_t cap;

	(void)data;
	if (read_word(a->argv[0], "cap_", "a capability", clo_cap_words, 63,
		      &cap, err))
		return -EINVAL;
	return (int)clo_may_use_cap(&a->from.label, a->from.cage, (clo_u32)cap);
}

static int ask_socket(const struct clo_asked *a, int data, struct clo_err *err)
{
	/* clang-format off */
	static const struct clo_toml_word types[] = {
		{ "stream", 1, NULL },
		{ "dgram", 2, NULL },
		{ "raw", CLO_SOCK_RAW, NULL },
		{ "seqpacket", 5, NULL },
		{ "packet", CLO_SOCK_PACKET, NULL },
		{ NULL, 0, NULL },
	};
	/* clang-format on */
	uint64_t family, type = 1, protocol = (uint64_t)data;

	if (read_word(a->argv[0], "af_", "an address family", clo_family_words,
		      63, &family, err))
		return -EINVAL;
	if (a->argc > 1 && read_word(a->argv[1], "sock_", "a type of socket",
				     types, CLO_SOCK_TYPE_MASK, &type, err))
		return -EINVAL;
	if (a->argc > 2 &&
	    read_number(a->argv[2], "a protocol", 65535, &protocol, err))
		return -EINVAL;
	return (int)clo_may_socket(&a->from.label, a->from.cage,
				   (clo_u32)family, (clo_u32)type,
				   (clo_u32)protocol);
}

#define X(op, rule) { #op, CLO_KERNEL_##op, NULL },
static const struct clo_toml_word kernel_ops[] = { CLO_KERNEL_OPS(X){ 0 } };
#undef X

static int ask_kernel(const struct clo_asked *a, int data, struct clo_err *err)
{
	uint64_t op = (uint64_t)data;

	if (read_word(a->argv[0], "", "an operation of the kernel", kernel_ops,
		      CLO_KERNEL_OP_COUNT - 1, &op, err))
		return -EINVAL;
	return (int)clo_may_kernel(&a->from.label, (enum clo_kernel_op)op);
}

#define X(name, number) { #name, number, NULL },
static const struct clo_toml_word ioctls[] = { CLO_IOCTLS(X){ 0 } };
#undef X

static int ask_ioctl(const struct clo_asked *a, int data, struct clo_err *err)
{
	uint64_t request = (uint64_t)data;

	if (read_word(a->argv[0], "", "an ioctl request", ioctls, UINT32_MAX,
		      &request, err))
		return -EINVAL;
	return (int)clo_may_ioctl(&a->from.label, (clo_u32)request);
}

static int ask_prctl(const struct clo_asked *a, int data, struct clo_err *err)
{
	/* clang-format off */
	static const struct clo_toml_word options[] = {
		{ "set_mm", CLO_PR_SET_MM, NULL },
		{ "sched_core", CLO_PR_SCHED_CORE, NULL },
		{ "set_memory_merge", CLO_PR_SET_MEMORY_MERGE, NULL },
		{ NULL, 0, NULL },
	};
	/* clang-format on */
	uint64_t option, arg = (uint64_t)data;

	if (read_word(a->argv[0], "pr_", "a prctl option", options, UINT32_MAX,
		      &option, err))
		return -EINVAL;
	if (a->argc > 1 &&
	    read_number(a->argv[1], "an argument", UINT64_MAX, &arg, err))
		return -EINVAL;
	return (int)clo_may_prctl(&a->from.label, (clo_u32)option, arg);
}

static int ask_enter(const struct clo_asked *a, int data, struct clo_err *err)
{
	static const struct clo_cage empty;

	(void)err;
	return (int)clo_may_enter(&a->from.label, &a->to.label,
				  a->to.cage ? a->to.cage : &empty,
				  (clo_u32)data);
}

static int ask_guard(const struct clo_asked *a, int data, struct clo_err *err)
{
	(void)err;
	return (int)clo_may_guard(&a->from.label, (clo_u32)data);
}

/* clang-format off */
const struct clo_question clo_questions[] = {
	{ "signal", "FROM TO", 2, 0, 0, CLO_TASK_ACT, ask_task,
	  "send a signal, change a priority or a limit" },
	{ "look", "FROM TO", 2, 0, 0, CLO_TASK_LOOK, ask_task,
	  "read the session, the scheduling or the capabilities of a process" },
	{ "trace", "FROM TO", 2, 0, 0, CLO_TASK_REACH, ask_task,
	  "trace a process, or read its memory or descriptors" },
	{ "connect", "FROM TO", 2, 0, 0, PAIR_CONNECT, ask_pair,
	  "connect or send to a unix socket" },
	{ "receive", "TO OWNER", 2, 0, 0, PAIR_RECEIVE, ask_pair,
	  "receive a descriptor that OWNER opened" },
	{ "ipc", "FROM OWNER", 2, 0, 0, PAIR_IPC, ask_pair,
	  "use a System V object" },
	{ "open", "FROM OWNER [read|write [KIND]]", 2, 0, 2, 0, ask_open,
	  "open a file; KIND is file, pipe, setting, secret, process, terminal "
	  "or tracing" },
	{ "exec", "FROM OWNER", 2, 0, 0, PAIR_EXEC, ask_pair,
	  "execute or map a file" },
	{ "lock", "FROM OWNER", 2, 0, 0, CLO_FILE_LOCK, ask_file,
	  "lock a file" },
	{ "watch", "FROM OWNER", 2, 0, 0, CLO_FILE_WATCH, ask_file,
	  "watch a file" },
	{ "chmod", "FROM OWNER", 2, 0, 0, CLO_FILE_ATTR, ask_file,
	  "change mode, owner or times of a file" },
	{ "link", "FROM OWNER", 2, 0, 0, CLO_FILE_LINK, ask_file,
	  "link or rename a file" },
	{ "open-device", "FROM MAJOR:MINOR|PATH [char|block]", 1, 1, 2, 0,
	  ask_device, "open a device" },
	{ "cap", "FROM CAPABILITY", 1, 1, 1, 0, ask_cap,
	  "use a capability" },
	{ "socket", "FROM FAMILY [TYPE [PROTOCOL]]", 1, 1, 3, 0, ask_socket,
	  "create a socket" },
	{ "kernel", "FROM OPERATION", 1, 1, 1, 0, ask_kernel,
	  "ask the kernel for userns, mount, chroot, bpf, perf, io_uring, "
	  "module, syslog, keyring, userfaultfd, quota, clock, mknod, "
	  "label_xattr or setid" },
	{ "ioctl", "FROM REQUEST", 1, 1, 1, 0, ask_ioctl,
	  "make an ioctl request" },
	{ "prctl", "FROM OPTION [ARGUMENT]", 1, 1, 2, 0, ask_prctl,
	  "set a prctl option" },
	{ "relabel", "FROM TO", 2, 0, 0, PAIR_RELABEL, ask_pair,
	  "change the label of oneself" },
	{ "enter", "FROM TO", 2, 0, 0, 1, ask_enter,
	  "enter a cage that is up" },
	{ "guard", "FROM", 1, 0, 0, 1, ask_guard,
	  "touch the guard's pins, maps and programs once it is locked" },
	{ 0 },
};
/* clang-format on */

/* Roles behind the name: +user, +audit. */
static int read_roles(const char *words, uint16_t *roles, struct clo_err *err)
{
	while (*words == '+') {
		size_t size = strcspn(++words, "+");

		if (size == 4 && !strncmp(words, "user", 4))
			*roles |= CLO_ROLE_USER;
		else if (size == 5 && !strncmp(words, "audit", 5))
			*roles |= CLO_ROLE_AUDIT;
		else
			return clo_err_set(err, -EINVAL,
					   "'+%.*s' is not a role; write +user "
					   "or +audit",
					   size > 40 ? 40 : (int)size, words);
		words += size;
	}
	return 0;
}

int clo_subject_read(const char *word, struct clo_config *config,
		     struct clo_subject *subject, struct clo_err *err)
{
	size_t size = strcspn(word, "+");
	char name[64];
	int i;

	memset(subject, 0, sizeof(*subject));
	(void)snprintf(name, sizeof(name), "%.*s",
		       size < sizeof(name) ? (int)size : (int)sizeof(name) - 1,
		       word);
	if (!strcmp(name, "core")) {
		subject->label.cage = CLO_CAGE_CORE;
	} else if (strcmp(name, "host") != 0) {
		i = clo_config_find(config, name, err);
		if (i < 0)
			return i;
		config->cages[i].conf.limits.state = CLO_CAGE_UP;
		subject->cage = &config->cages[i].conf.limits;
		subject->label.cage = (clo_u16)config->cages[i].conf.id;
	}
	return read_roles(word + size, &subject->label.roles, err);
}
