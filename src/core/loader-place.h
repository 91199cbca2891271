/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the guard is pinned: a bpffs of its own in the initial mount
 * namespace, and what the guard has to know of that place.
 */
#ifndef CLO_CORE_LOADER_PLACE_H
#define CLO_CORE_LOADER_PLACE_H

#include <stdbool.h>

#include "base/base.h"
#include "bpf/abi.h"

/**
 * clo_place_enter() - Go to the initial mount namespace
 * @ret_back_fd: Set to the way back, or to -1 if there is none to go; owned.
 * @err: See clo_err_set().
 *
 * A mount in a namespace of its own would die with it, and the guard too.
 *
 * Context: one thread; changes the current and the root directory.
 *
 * Return: 0, or -errno.
 */
int clo_place_enter(int *ret_back_fd, struct clo_err *err) clo_must_check;

/**
 * clo_place_leave() - Go back to the mount namespace one came from
 * @back_fd: From clo_place_enter(); borrowed.
 *
 * Return: 0, or -errno.
 */
int clo_place_leave(int back_fd);

/**
 * clo_place_mount() - Make the directory and mount a bpffs there
 * @dir: Absolute path; its last component is made with mode 0700.
 * @ret_is_new: Set to true if a bpffs was mounted, false if one was there.
 * @err: See clo_err_set().
 *
 * Return: 0, or -errno.
 */
int clo_place_mount(const char *dir, bool *ret_is_new,
		    struct clo_err *err) clo_must_check;

/**
 * clo_place_describe() - Fill in what the guard has to know of its place
 * @dir: Where it is pinned, mounted already.
 * @core_path: Program to register as the Core.
 * @self: core_dev, core_ino, pin_dev, run_dev, run_ino, mount_ns, path_devs and
 *	ways are set.
 * @err: See clo_err_set().
 *
 * Devices are numbered as the kernel does inside, which stat(2) hides on some
 * file systems: they come from mountinfo.
 *
 * Return: 0, or -errno.
 */
int clo_place_describe(const char *dir, const char *core_path,
		       struct clo_self *self,
		       struct clo_err *err) clo_must_check;

#endif
