/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is taken away from a wider rule.  Landlock only adds: a rule on a
 * directory is taken apart into rules on what is beside the way to the place.
 */
#ifndef CLO_SANDBOX_DENY_H
#define CLO_SANDBOX_DENY_H

#include "sandbox/sandbox.h"

/**
 * clo_sandbox_deny() - Carve what is denied out of the rules
 * @sandbox: A sandbox whose paths are expanded.
 * @err: `FILE:LINE: what is wrong`.
 *
 * For each denial, in its layer: a rule on the place or beneath it loses the
 * rights; a rule above it loses them on its directory and on each one on the
 * way down, and what else is in these directories now has them by rules of its
 * own.  Symbolic links have none.  Fails rather than leave something open.
 *
 * Return: 0; -EINVAL (too many rules); -ENOMEM; another -errno.
 */
int clo_sandbox_deny(struct clo_sandbox *sandbox,
		     struct clo_err *err) clo_must_check;

#endif
