/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What /etc/cloison/cloison.toml means: how the Core itself runs.
 */
#ifndef CLO_MODEL_CORE_H
#define CLO_MODEL_CORE_H

#include "base/toml.h"

#define CLO_CORE_FILE "/etc/cloison/cloison.toml"
#define CLO_CAGE_DIR  "/etc/cloison/cages"

struct clo_core_conf {
	uint32_t lock; /* 1: the guard defends itself, until the next boot */
	uint32_t log_size_mib; /* of the event log before it is rotated */
	uint32_t stop_timeout_ms; /* between SIGTERM and SIGKILL, at down */
	char group[32]; /* who may ask the Core and read the log */
};

extern const struct clo_toml_schema clo_core_schema;

/**
 * clo_core_conf_parse() - Read the Core's file
 * @text: The file's bytes; an empty file gives the defaults.
 * @size: How many [bytes].
 * @file: The file's name, for errors; not NULL.
 * @ret_conf: Set on success only.
 * @err: `FILE:LINE: 'key' what is wrong; what to do`.
 *
 * Context: any process; no allocation, no I/O.
 *
 * Return: 0, or -EINVAL.
 */
int clo_core_conf_parse(const char *text, size_t size, const char *file,
			struct clo_core_conf *ret_conf,
			struct clo_err *err) clo_must_check;

/**
 * clo_core_conf_check() - Check what another process says the file means
 * @conf: Not trusted at all; not NULL.
 * @err: See clo_err_set().
 *
 * Return: 0, or -EINVAL.
 */
int clo_core_conf_check(const struct clo_core_conf *conf,
			struct clo_err *err) clo_must_check;

#endif
