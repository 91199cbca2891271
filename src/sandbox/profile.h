/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a document to a fragment of a sandbox.
 */
#ifndef CLO_SANDBOX_PROFILE_H
#define CLO_SANDBOX_PROFILE_H

#include "sandbox/sandbox.h"

/* Reads the profile @name that the file @from includes. */
typedef int clo_include(struct clo_sandbox *sandbox, const char *from,
			const char *name, struct clo_err *err);

/**
 * clo_profile_read() - Add what a document says
 * @sandbox: The sandbox.
 * @doc: The document.
 * @include: Called for each profile that it includes, before its own fragment.
 * @err: `FILE:LINE: what is wrong`.
 *
 * Return: 0; -EINVAL; -ENOMEM; what @include answers.
 */
int clo_profile_read(struct clo_sandbox *sandbox, const struct clo_doc *doc,
		     clo_include *include, struct clo_err *err) clo_must_check;

#endif
