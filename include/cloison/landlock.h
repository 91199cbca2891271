/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libcloison-landlock: a sandbox that any process may put on itself.
 *
 * A policy is a list of layers, a layer a list of fragments.  A fragment names
 * rights that it wants refused (it handles them) and where they are allowed all
 * the same (its rules).  Composition is monotone:
 *
 *  - what a layer handles is the union of what its fragments handle: a fragment
 *    never makes the layer handle less;
 *  - a fragment allows what its own rules name and nothing else;
 *  - a layer never allows anything: what one layer refuses is refused.
 *
 * Four steps: cloison_landlock_new() and what describes the policy;
 * cloison_landlock_resolve(), which opens every path, makes every ruleset and
 * says of each thing asked what becomes of it; cloison_landlock_item() to read
 * that; cloison_landlock_apply(), which allocates nothing and opens no path.
 *
 * Numbers are those of the kernel; the kernel's header is not needed.
 *
 * A policy is used by one thread at a time.
 */
#ifndef CLOISON_LANDLOCK_H
#define CLOISON_LANDLOCK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* clang-format off */
/*
 * Every right, scope and flag that a kernel knows up to CLOISON_LANDLOCK_ABI.
 *
 * X(kind, bit, NAME, word, abi, lifted_by, text)
 *
 * @abi brought it.  @lifted_by: rights that, granted by a fragment written for
 * an older ABI, also grant this one in the same place; see
 * cloison_landlock_fragment().
 */
#define CLOISON_LANDLOCK_TABLE(X)                                              \
	X(FS, 0, EXECUTE, "execute", 1, 0, "execute a file")                   \
	X(FS, 1, WRITE_FILE, "write_file", 1, 0, "open a file to write")       \
	X(FS, 2, READ_FILE, "read_file", 1, 0, "open a file to read")          \
	X(FS, 3, READ_DIR, "read_dir", 1, 0, "list a directory")               \
	X(FS, 4, REMOVE_DIR, "remove_dir", 1, 0, "remove or move a directory") \
	X(FS, 5, REMOVE_FILE, "remove_file", 1, 0, "remove or move a file")    \
	X(FS, 6, MAKE_CHAR, "make_char", 1, 0, "make a character device")      \
	X(FS, 7, MAKE_DIR, "make_dir", 1, 0, "make a directory")               \
	X(FS, 8, MAKE_REG, "make_reg", 1, 0, "make a regular file")            \
	X(FS, 9, MAKE_SOCK, "make_sock", 1, 0, "make a unix socket")           \
	X(FS, 10, MAKE_FIFO, "make_fifo", 1, 0, "make a named pipe")           \
	X(FS, 11, MAKE_BLOCK, "make_block", 1, 0, "make a block device")       \
	X(FS, 12, MAKE_SYM, "make_sym", 1, 0, "make a symbolic link")          \
	X(FS, 13, REFER, "refer", 2, 0, "link or move a file to another "      \
	  "directory; where nothing grants it, never allowed")                 \
	X(FS, 14, TRUNCATE, "truncate", 3, 1 << 1, "truncate a file")          \
	X(FS, 15, IOCTL_DEV, "ioctl_dev", 5, 1 << 1 | 1 << 2,                  \
	  "ioctl(2) on a device that was opened inside")                       \
	X(FS, 16, RESOLVE_UNIX, "resolve_unix", 9, 1 << 1,                     \
	  "connect to a unix socket that has a path and was made outside")     \
	X(NET, 0, BIND_TCP, "bind_tcp", 4, 0, "bind a TCP socket")             \
	X(NET, 1, CONNECT_TCP, "connect_tcp", 4, 0, "connect a TCP socket")    \
	X(NET, 2, BIND_UDP, "bind_udp", 10, 0, "bind a UDP socket")            \
	X(NET, 3, CONNECT_SEND_UDP, "connect_send_udp", 10, 0,                 \
	  "connect a UDP socket, or send from it")                             \
	X(SCOPE, 0, ABSTRACT_UNIX_SOCKET, "abstract_unix_socket", 6, 0,        \
	  "no abstract unix socket that was made outside")                     \
	X(SCOPE, 1, SIGNAL, "signal", 6, 0, "no signal to processes outside")  \
	X(RESTRICT, 0, LOG_SAME_EXEC_OFF, "log_same_exec_off", 7, 0,           \
	  "do not log what the program is refused before it executes another") \
	X(RESTRICT, 1, LOG_NEW_EXEC_ON, "log_new_exec_on", 7, 0,               \
	  "log what is refused after another program was executed")            \
	X(RESTRICT, 2, LOG_SUBDOMAINS_OFF, "log_subdomains_off", 7, 0,         \
	  "do not log what sandboxes inside this one refuse")                  \
	X(RESTRICT, 3, TSYNC, "tsync", 8, 0, "restrict every thread")          \
	X(RESTRICT, 4, NO_NEW_PRIVS, "no_new_privs", 11, 0,                    \
	  "set no_new_privs if, and only if, the restriction succeeds")        \
	X(RULE, 0, QUIET, "quiet", 10, 0,                                      \
	  "do not log refusals at this place")                                 \
	X(CREATE, 0, VERSION, "version", 1, 0, "ask for the ABI")              \
	X(CREATE, 1, ERRATA, "errata", 7, 0, "ask for the errata")

/*
 * What one thing asked became.  X(number, NAME, word, text)
 */
#define CLOISON_LANDLOCK_STATUSES(X)                                           \
	X(0, ENFORCED, "enforced", "the kernel does it")                       \
	X(1, SUBSTITUTED, "substituted",                                       \
	  "a seccomp filter refuses at least what the kernel does not")        \
	X(2, MISSING_KERNEL, "missing-kernel", "this kernel cannot do it")     \
	X(3, MISSING_PATH, "missing-path",                                     \
	  "the path cannot be opened; nothing is allowed there")               \
	X(4, ERRATUM, "erratum",                                               \
	  "the kernel does it, with a flaw that newer ones do not have")       \
	X(5, UNKNOWN, "unknown", "newer than this library; not asked for")     \
	X(6, IMPLIED, "implied", "so already, without being asked for")

/*
 * Flaws of kernels that report no repair.  X(number, abi, kind, rights, text)
 *
 * The kernel has no number for the one named 32 here: it is tried.
 */
#define CLOISON_LANDLOCK_ERRATA(X)                                             \
	X(32, 4, NET, 0x2, "TCP Fast Open, a flag of send(2), connects "      \
	  "without being asked")                                               \
	X(1, 4, NET, 0x3, "other stream protocols were taken for TCP")         \
	X(2, 6, SCOPE, 0x2, "signals inside one process were refused")         \
	X(3, 1, FS, 0x2000, "a directory moved out of its mount could widen "  \
	  "rights by a link or a move")                                        \
	X(4, 1, FS, 0x100, "a whiteout was made without the right to make a "  \
	  "file")
/* clang-format on */

enum { CLOISON_LANDLOCK_ABI = 11 }; /* newest that this library knows */

enum { CLOISON_LANDLOCK_FASTOPEN = 32 }; /* number of an erratum */

enum cloison_landlock_kind {
	CLOISON_LANDLOCK_FS, /* rights on paths */
	CLOISON_LANDLOCK_NET, /* rights on ports */
	CLOISON_LANDLOCK_SCOPE,
	CLOISON_LANDLOCK_RESTRICT, /* flags of landlock_restrict_self(2) */
	CLOISON_LANDLOCK_RULE, /* flags of landlock_add_rule(2) */
	CLOISON_LANDLOCK_CREATE, /* flags of landlock_create_ruleset(2) */
	CLOISON_LANDLOCK_PATH, /* a rule: in reports and requirements */
	CLOISON_LANDLOCK_PORT, /* a rule: in reports and requirements */
	CLOISON_LANDLOCK_KIND_COUNT
};

#define X(kind, bit, name, word, abi, lifted_by, text) \
	CLOISON_LANDLOCK_##kind##_##name = 1 << (bit),
enum cloison_landlock_right { CLOISON_LANDLOCK_TABLE(X) };
#undef X

#define X(number, name, word, text) CLOISON_LANDLOCK_##name = (number),
enum cloison_landlock_status {
	CLOISON_LANDLOCK_STATUSES(X) CLOISON_LANDLOCK_STATUS_COUNT
};
#undef X

/* Sets of statuses for cloison_landlock_require(). */
enum cloison_landlock_refused {
	/* Everything but enforced and implied. */
	CLOISON_LANDLOCK_STRICT = 0x3e,
	/* As above, but a substitute or a known flaw will do. */
	CLOISON_LANDLOCK_PRESENT = 0x2c,
};

/* Options of a rule. */
enum cloison_landlock_rule_option {
	CLOISON_LANDLOCK_QUIET = 1 << 0, /* its refusals are not logged */
	CLOISON_LANDLOCK_REQUIRED = 1 << 1, /* as STRICT, for this rule */
	CLOISON_LANDLOCK_NOFOLLOW = 1 << 2, /* the path's end is no link */
};

/* Options of a policy. */
enum cloison_landlock_option {
	/* A policy that restricts nothing on this kernel is no error. */
	CLOISON_LANDLOCK_ALLOW_NOOP = 1 << 0,
	/* Where the kernel lacks a right, a seccomp filter takes its place. */
	CLOISON_LANDLOCK_SUBSTITUTE = 1 << 1,
	/* Restrict the calling thread alone, and what it starts. */
	CLOISON_LANDLOCK_THIS_THREAD = 1 << 2,
};

/* What the kernel under us can do. */
struct cloison_landlock_kernel {
	int32_t abi; /* 0: none */
	uint32_t errata; /* bit n-1: erratum n is repaired */
	int32_t error; /* 0, or why there is none: ENOSYS, EOPNOTSUPP */
};

/* What became of one thing asked.  May grow at its end. */
struct cloison_landlock_item {
	uint32_t kind; /* enum cloison_landlock_kind */
	uint32_t status; /* enum cloison_landlock_status */
	uint32_t layer; /* from 0 */
	uint32_t fragment; /* from 0 over all layers; of a rule */
	uint64_t rights; /* one bit; of a rule: what it grants */
	uint64_t given; /* of a rule: what the kernel was told to allow */
	uint64_t port; /* of a PORT rule */
	const char *path; /* of a PATH rule, else NULL */
	int32_t abi; /* that brought it; 0 if not known */
	uint32_t erratum; /* number; SUBSTITUTED: a filter mends it */
	int32_t error; /* errno, of status MISSING_PATH */
	uint32_t is_fatal; /* a requirement refuses it */
};

struct cloison_landlock_policy;

/**
 * cloison_landlock_probe() - Ask what the kernel can do
 * @ret_kernel: Set; not NULL.
 *
 * A kernel without Landlock is an answer, not an error: its ABI is 0.  Whether
 * erratum 32 is repaired is not asked here before ABI 11, which has no such
 * flaw: cloison_landlock_resolve() tries it where the policy depends on it.
 *
 * Return: 0.
 */
int cloison_landlock_probe(struct cloison_landlock_kernel *ret_kernel);

/**
 * cloison_landlock_new() - Make an empty policy
 * @ret_policy: Set on success; freed with cloison_landlock_free().
 *
 * It has one layer with one fragment without name, written for the newest ABI
 * that the library knows.
 *
 * Return: 0, or -ENOMEM.
 */
int cloison_landlock_new(struct cloison_landlock_policy **ret_policy);

/**
 * cloison_landlock_free() - Free a policy
 * @policy: A policy or NULL.
 *
 * Closes what cloison_landlock_resolve() opened.  What has been applied stays
 * in force.
 */
void cloison_landlock_free(struct cloison_landlock_policy *policy);

/**
 * cloison_landlock_options() - Set options of a policy
 * @policy: A policy that is not resolved; not NULL.
 * @options: Bits of enum cloison_landlock_option, in place of those before.
 *
 * Return: 0; -EINVAL for an unknown bit; -EBUSY if the policy is resolved.
 */
int cloison_landlock_options(struct cloison_landlock_policy *policy,
			     uint32_t options);

/**
 * cloison_landlock_layer() - Begin a new layer
 * @policy: A policy that is not resolved; not NULL.
 *
 * An access has to be allowed by every layer.  A process has 16 at the most,
 * those that it was started with included.
 *
 * Return: 0; -E2BIG for the 17th; -ENOMEM; -EBUSY if the policy is resolved.
 */
int cloison_landlock_layer(struct cloison_landlock_policy *policy);

/**
 * cloison_landlock_fragment() - Begin a new fragment of the current layer
 * @policy: A policy that is not resolved; not NULL.
 * @name: Where it comes from, for reports; copied; may be NULL.
 * @abi: ABI that it was written for [1..2147483647].
 *
 * Its author could not grant rights that are newer than @abi.  Where another
 * fragment of the layer handles such a right, a rule of this one grants it
 * too, in its own place and only if it grants what the right has always been
 * part of: truncate with write_file, ioctl_dev with read_file or write_file,
 * resolve_unix with write_file.
 *
 * Return: 0; -EINVAL; -ENOMEM; -EBUSY if the policy is resolved.
 */
int cloison_landlock_fragment(struct cloison_landlock_policy *policy,
			      const char *name, int abi);

/**
 * cloison_landlock_handle() - Refuse rights, but where a rule allows them
 * @policy: A policy that is not resolved; not NULL.
 * @kind: CLOISON_LANDLOCK_FS, _NET or _SCOPE.
 * @rights: Bits of that kind; bits that the library does not know are
 * reported as unknown and not asked of the kernel.
 *
 * A scope is refused as a whole: no rule allows it.
 *
 * Return: 0; -EINVAL; -EBUSY if the policy is resolved.
 */
int cloison_landlock_handle(struct cloison_landlock_policy *policy,
			    enum cloison_landlock_kind kind, uint64_t rights);

/**
 * cloison_landlock_quiet() - Say which refusals are not logged
 * @policy: A policy that is not resolved; not NULL.
 * @kind: CLOISON_LANDLOCK_FS, _NET or _SCOPE.
 * @rights: Bits of that kind that the layer handles.
 *
 * Rights on paths and ports are quiet where a rule has the option
 * CLOISON_LANDLOCK_QUIET; scopes are quiet everywhere.
 *
 * Return: 0; -EINVAL; -EBUSY if the policy is resolved.
 */
int cloison_landlock_quiet(struct cloison_landlock_policy *policy,
			   enum cloison_landlock_kind kind, uint64_t rights);

/**
 * cloison_landlock_allow_path() - Allow rights on a path and all beneath it
 * @policy: A policy that is not resolved; not NULL.
 * @path: Opened by cloison_landlock_resolve(), relative to the directory that
 * is current then; copied; not NULL.
 * @rights: Bits of CLOISON_LANDLOCK_FS; the layer handles them too.
 * @options: Bits of enum cloison_landlock_rule_option.
 *
 * The rule is on the file that the path leads to then, not on the path: it
 * follows the file if it is moved, and a file that takes its name later is not
 * allowed.  Of a file that is no directory, rights that only directories have
 * are left out.
 *
 * Return: 0; -EINVAL; -ENOMEM; -EBUSY if the policy is resolved.
 */
int cloison_landlock_allow_path(struct cloison_landlock_policy *policy,
				const char *path, uint64_t rights,
				uint32_t options);

/**
 * cloison_landlock_allow_fd() - Allow rights on an open file or directory
 * @policy: A policy that is not resolved; not NULL.
 * @fd: Descriptor, O_PATH or not; borrowed until the policy is resolved.
 * @rights: Bits of CLOISON_LANDLOCK_FS; the layer handles them too.
 * @options: Bits of enum cloison_landlock_rule_option.
 *
 * Return: 0; -EINVAL; -EBADF; -ENOMEM; -EBUSY if the policy is resolved.
 */
int cloison_landlock_allow_fd(struct cloison_landlock_policy *policy, int fd,
			      uint64_t rights, uint32_t options);

/**
 * cloison_landlock_allow_port() - Allow rights on a port
 * @policy: A policy that is not resolved; not NULL.
 * @port: Number of the port [0..65535]; 0 to bind: one that the kernel picks.
 * @rights: Bits of CLOISON_LANDLOCK_NET; the layer handles them too.
 * @options: Bits of enum cloison_landlock_rule_option.
 *
 * Return: 0; -EINVAL; -ENOMEM; -EBUSY if the policy is resolved.
 */
int cloison_landlock_allow_port(struct cloison_landlock_policy *policy,
				uint64_t port, uint64_t rights,
				uint32_t options);

/**
 * cloison_landlock_restrict_flags() - Set the flags of the restriction
 * @policy: A policy that is not resolved; not NULL.
 * @flags: CLOISON_LANDLOCK_RESTRICT_LOG_* bits, in place of those before.
 *
 * TSYNC and NO_NEW_PRIVS are not asked for: all threads are restricted and
 * no_new_privs is set, by these flags where the kernel has them.
 *
 * Return: 0; -EINVAL; -EBUSY if the policy is resolved.
 */
int cloison_landlock_restrict_flags(struct cloison_landlock_policy *policy,
				    uint32_t flags);

/**
 * cloison_landlock_require() - Refuse to go on with less
 * @policy: A policy that is not resolved; not NULL.
 * @kind: Any but CLOISON_LANDLOCK_CREATE.
 * @rights: Bits of that kind; of PATH and PORT: rules that grant one of them.
 * @statuses: Bits (1 << status) that are not acceptable, as
 * CLOISON_LANDLOCK_STRICT.
 *
 * If one of @rights, in any layer, ends so, or is not asked for at all,
 * cloison_landlock_resolve() fails and nothing is restricted.
 *
 * Return: 0; -EINVAL; -ENOMEM; -EBUSY if the policy is resolved.
 */
int cloison_landlock_require(struct cloison_landlock_policy *policy,
			     enum cloison_landlock_kind kind, uint64_t rights,
			     uint32_t statuses);

/**
 * cloison_landlock_resolve() - Make ready to restrict, and say what becomes
 * @policy: A policy; not NULL.
 * @kernel: NULL: ask the kernel.  Else what the kernel is taken for; an ABI
 * above its own makes the call fail.
 *
 * Opens the paths, makes the rulesets, fills the report, checks what is
 * required.  The report is there after -ENOTSUP too.  Nothing is restricted.
 *
 * Return: 0; -ENOTSUP (something required is missing, or nothing would be
 * restricted); -EBUSY (several threads and a kernel that restricts one only,
 * or resolved already); -ENOMEM; another -errno of the kernel.
 */
int cloison_landlock_resolve(struct cloison_landlock_policy *policy,
			     const struct cloison_landlock_kernel *kernel);

/**
 * cloison_landlock_error() - Say in words why the last call failed
 * @policy: A policy; not NULL.
 *
 * Return: text without final period, "" if nothing failed; owned by @policy.
 */
const char *
cloison_landlock_error(const struct cloison_landlock_policy *policy);

/**
 * cloison_landlock_item_count() - Count the items of the report
 * @policy: A policy; not NULL.
 *
 * Return: how many things were asked; 0 before cloison_landlock_resolve().
 */
size_t
cloison_landlock_item_count(const struct cloison_landlock_policy *policy);

/**
 * cloison_landlock_item() - Read an item of the report
 * @policy: A policy; not NULL.
 * @index: Which, below cloison_landlock_item_count().
 *
 * Return: the item, owned by @policy; NULL if there is none.
 */
const struct cloison_landlock_item *
cloison_landlock_item(const struct cloison_landlock_policy *policy,
		      size_t index);

/**
 * cloison_landlock_fragment_name() - Name of a fragment of the report
 * @policy: A policy; not NULL.
 * @fragment: As an item has it.
 *
 * Return: the name, "" if it has none; owned by @policy.
 */
const char *
cloison_landlock_fragment_name(const struct cloison_landlock_policy *policy,
			       uint32_t fragment);

/**
 * cloison_landlock_ruleset_fd() - Descriptor of a layer's ruleset
 * @policy: A policy that is resolved; not NULL.
 * @layer: Which, from 0.
 *
 * For those who call landlock_restrict_self(2) themselves, or hand it to
 * another process.
 *
 * Return: the descriptor, owned by @policy; -ENOENT if there is none.
 */
int cloison_landlock_ruleset_fd(const struct cloison_landlock_policy *policy,
				uint32_t layer);

/**
 * cloison_landlock_apply() - Restrict this process, for good
 * @policy: A policy that is resolved; not NULL.
 *
 * Sets no_new_privs.  Every thread is restricted, or the call is refused
 * before anything is.  If a later layer than the first fails, those before it
 * are in force: end the process.  Descriptors that are open stay as they are.
 *
 * Context: allocates nothing, opens nothing, takes no lock; may be called
 * between fork(2) and execve(2), and in a signal handler.
 *
 * Return: 0; -EINVAL (not resolved); -EBUSY (several threads and a kernel that
 * restricts one only); -E2BIG (more than 16 layers with those that the process
 * has); another -errno of the kernel.
 */
int cloison_landlock_apply(const struct cloison_landlock_policy *policy);

/**
 * cloison_landlock_all() - All rights of a kind that an ABI has
 * @kind: Any of the kinds of the table.
 * @abi: The ABI; one that is newer than the library has what the newest known
 * has.
 *
 * Return: the bits.
 */
uint64_t cloison_landlock_all(enum cloison_landlock_kind kind, int abi);

/**
 * cloison_landlock_word() - Name of a right
 * @kind: Any of the kinds of the table.
 * @right: One bit.
 *
 * Return: the word of the table, NULL if the library does not know it.
 */
const char *cloison_landlock_word(enum cloison_landlock_kind kind,
				  uint64_t right);

/**
 * cloison_landlock_find() - Right of a name
 * @kind: Any of the kinds of the table.
 * @word: A word of the table; not NULL.
 *
 * Return: the bit, 0 if the library does not know it.
 */
uint64_t cloison_landlock_find(enum cloison_landlock_kind kind,
			       const char *word);

/**
 * cloison_landlock_since() - ABI that brought a right
 * @kind: Any of the kinds of the table.
 * @right: One bit.
 *
 * Return: the ABI [1..], 0 if the library does not know the right.
 */
int cloison_landlock_since(enum cloison_landlock_kind kind, uint64_t right);

/**
 * cloison_landlock_status_word() - Name of a status
 * @status: One of enum cloison_landlock_status.
 *
 * Return: the word, "?" for another number.
 */
const char *cloison_landlock_status_word(uint32_t status);

#ifdef __cplusplus
}
#endif

#endif
