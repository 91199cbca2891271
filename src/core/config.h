/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The config role: one process a file, which answers one structure and ends.
 */
#ifndef CLO_CORE_CONFIG_H
#define CLO_CORE_CONFIG_H

#include "core/message.h"
#include "core/role.h"

/**
 * clo_config_ask() - Have a file read by a config role, and wait for it
 * @account: The role's user; not NULL.
 * @path: The file; a missing one means defaults where @kind has some.
 * @kind: "core", "cage" or "builtin".
 * @name: Of the cage, or "-".
 * @ret_answer: Set on success; what it holds is not checked yet.
 * @err: See clo_err_set().
 *
 * Context: before the monitor's loop, or a command; blocks.
 *
 * Return: 0, or -EINVAL if the file is not right, -errno.
 */
int clo_config_ask(const struct clo_account *account, const char *path,
		   const char *kind, const char *name,
		   struct clo_conf_answer *ret_answer,
		   struct clo_err *err) clo_must_check;

#endif
