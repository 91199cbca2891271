/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a cage's file may not mean although each key is right; private to the
 * model.
 */
#ifndef CLO_MODEL_CAGE_CHECK_H
#define CLO_MODEL_CAGE_CHECK_H

#include "model/cage.h"

/**
 * clo_cage_reserved_names() - Names that no cage has
 *
 * Return: the names, as words for an error.
 */
const char *clo_cage_reserved_names(void);

/**
 * clo_cage_check_meaning() - Check what no single key says
 * @conf: A cage whose keys are right; not NULL.
 * @place: Name of the file or of the cage, for errors; not NULL.
 * @err: See clo_err_set().
 *
 * Return: 0, or -EINVAL.
 */
int clo_cage_check_meaning(const struct clo_cage_conf *conf,
			   struct clo_cage_place *place,
			   struct clo_err *err) clo_must_check;

#endif
