/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that people write: which there are, and whether they are to be trusted.
 */
#ifndef CLO_CORE_FILES_H
#define CLO_CORE_FILES_H

#include "base/base.h"
#include "model/cage.h"

/**
 * clo_files_names() - Names of cages among the files of a directory
 * @dir: The directory; a missing one holds none.
 * @suffix: What each file's name ends with; not NULL.
 * @names: Where the names go, without the suffix.
 * @max: Room there.
 *
 * Files whose names are no cage's are passed over.
 *
 * Context: allocates nothing.
 *
 * Return: how many names there are.
 */
size_t clo_files_names(const char *dir, const char *suffix,
		       char names[][CLO_NAME_MAX + 1], size_t max);

/**
 * clo_files_open_conf() - Open a file that decides what the Core does
 * @path: The file, absolute.
 * @err: `PATH: what is wrong`.
 *
 * It is root's, and nobody else's to change; what is at its name is that file,
 * and no link to another.
 *
 * Context: allocates nothing.
 *
 * Return: the descriptor, or -ENOENT, -errno.
 */
int clo_files_open_conf(const char *path, struct clo_err *err) clo_must_check;

/**
 * clo_files_open_cage() - Open the file of a cage
 * @name: Of the cage; not NULL.
 * @ret_fd: The file; -1 if there is no file of any cage: then the built-in
 *	cages are meant.
 * @err: As of clo_files_open_conf().
 *
 * Return: 0, or -errno.
 */
int clo_files_open_cage(const char *name, int *ret_fd,
			struct clo_err *err) clo_must_check;

/**
 * clo_files_open_log() - Open the event log, and rotate it at its size
 * @dir_fd: Its directory, which gives the file its group (mode 2750).
 * @old_fd: The log as it was open, closed here; or -1.
 * @max: Size at which it is put aside [bytes].
 *
 * Return: the descriptor, or -errno.
 */
int clo_files_open_log(int dir_fd, int old_fd, uint64_t max) clo_must_check;

#endif
