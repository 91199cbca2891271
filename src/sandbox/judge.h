/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a sandbox would answer, worked out as the kernel does: from the file up
 * to the root, whose rules are on the way?
 */
#ifndef CLO_SANDBOX_JUDGE_H
#define CLO_SANDBOX_JUDGE_H

#include "sandbox/sandbox.h"

enum { CLO_JUDGE_PATH = 4096 };

/* Rights on a path itself; the others are on the directory that it is in. */
#define CLO_JUDGE_OF_ITSELF                          \
	((uint64_t)(CLOISON_LANDLOCK_FS_EXECUTE |    \
		    CLOISON_LANDLOCK_FS_WRITE_FILE | \
		    CLOISON_LANDLOCK_FS_READ_FILE |  \
		    CLOISON_LANDLOCK_FS_READ_DIR |   \
		    CLOISON_LANDLOCK_FS_TRUNCATE |   \
		    CLOISON_LANDLOCK_FS_IOCTL_DEV |  \
		    CLOISON_LANDLOCK_FS_RESOLVE_UNIX))

struct clo_judged {
	char path[CLO_JUDGE_PATH]; /* without links */
	bool is_missing; /* its last component does not exist */
	bool is_dir;
	uint64_t refused; /* rights that some layer refuses */
	uint32_t layer; /* the first that does */
	const struct clo_grant *by; /* nearest rule that grants, or NULL */
};

/**
 * clo_judge_path() - Say whether a sandbox allows rights on a path
 * @sandbox: A sandbox that is resolved.
 * @path: The path; its last component need not exist.
 * @rights: Bits of CLOISON_LANDLOCK_FS.
 * @ret: Set on success.
 * @err: See clo_err_set().
 *
 * As on a kernel that has every right.
 *
 * Return: 0; -ENOENT if the path leads nowhere; another -errno.
 */
int clo_judge_path(const struct clo_sandbox *sandbox, const char *path,
		   uint64_t rights, struct clo_judged *ret,
		   struct clo_err *err) clo_must_check;

/**
 * clo_judge_port() - Say which rights on a port a sandbox refuses
 * @sandbox: A sandbox that is resolved.
 * @port: The port.
 * @rights: Bits of CLOISON_LANDLOCK_NET.
 * @ret_layer: Set to the first layer that refuses one; may be NULL.
 *
 * Return: those of @rights that some layer refuses.
 */
uint64_t clo_judge_port(const struct clo_sandbox *sandbox, uint64_t port,
			uint64_t rights, uint32_t *ret_layer);

#endif
