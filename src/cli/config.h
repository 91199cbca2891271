/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration as the command reads it: all cages of the folder, or the
 * built-in ones.
 */
#ifndef CLO_CLI_CONFIG_H
#define CLO_CLI_CONFIG_H

#include "cli/cli.h"
#include "model/cage.h"
#include "model/core.h"

enum { CLO_CONFIG_PATH = 512 };

struct clo_config {
	struct clo_core_conf core;
	bool is_builtin; /* the folder has no file */
	uint32_t count;
	struct {
		char file[CLO_CONFIG_PATH]; /* "built-in" for such */
		struct clo_cage_conf conf;
	} cages[CLO_CAGE_COUNT];
};

/* /etc/cloison, or what CLOISON_CONFIG says. */
const char *clo_config_dir(void);

/**
 * clo_config_new() - Room for a configuration, which is big
 * @err: See clo_err_set().
 *
 * Return: the configuration, owned by the caller; NULL without memory.
 */
struct clo_config *clo_config_new(struct clo_err *err);

/**
 * clo_config_add() - Read one cage's file
 * @config: The file is added to it, and compared with those it has.
 * @path: The file.
 * @err: `FILE:LINE: 'key' what is wrong; what to do`.
 *
 * Return: 0, -EINVAL, -errno.
 */
int clo_config_add(struct clo_config *config, const char *path,
		   struct clo_err *err) clo_must_check;

/**
 * clo_config_read_core() - Read the Core's file
 * @path: The file.
 * @conf: Set on success.
 * @err: See clo_config_add().
 *
 * Return: 0, -EINVAL, -errno.
 */
int clo_config_read_core(const char *path, struct clo_core_conf *conf,
			 struct clo_err *err) clo_must_check;

/**
 * clo_config_load() - Read all that is installed
 * @config: Set; in the order of the cages' ids.
 * @err: The first thing that is wrong.
 *
 * Return: 0, -EINVAL, -errno.
 */
int clo_config_load(struct clo_config *config,
		    struct clo_err *err) clo_must_check;

/**
 * clo_config_find() - Find a cage by its name
 * @config: The cages.
 * @name: The name.
 * @err: Says which is near.
 *
 * Return: its index, or -ENOENT.
 */
int clo_config_find(const struct clo_config *config, const char *name,
		    struct clo_err *err);

#endif
