/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `cloisond --check`: every file of configuration, read as the Core reads it.
 */
#ifndef CLO_CORE_CHECK_H
#define CLO_CORE_CHECK_H

/**
 * clo_check_files() - Read all files, and say what is wrong
 *
 * Return: exit status: 0, or 2 if one is not right.
 */
int clo_check_files(void);

#endif
