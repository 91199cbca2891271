/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The copy of the program that is registered as the Core (docs/design/0012).
 */
#ifndef CLO_CORE_COPY_H
#define CLO_CORE_COPY_H

#include "base/base.h"

#define CLO_COPY_DIR "/run/cloison/core" /* a tmpfs of its own */

/**
 * clo_copy_become() - Go on as the copy that is registered as the Core
 * @init_path: Program of a cage's init, passed on.
 *
 * Where no guard is in force, the copy is made anew from the running program;
 * else the one that the guard knows is executed, so that whoever started a
 * newer program gets the Core of this boot.
 *
 * Context: root, holding the lock of the Core, whose descriptor closes on
 *	execution.
 *
 * Return: 0 if this is the copy; -errno if there is none, and the running
 *	program is to be registered itself.  Else it does not return.
 */
int clo_copy_become(const char *init_path) clo_must_check;

#endif
