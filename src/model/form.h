/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Words and forms that the values of a cage's file have.
 */
#ifndef CLO_MODEL_FORM_H
#define CLO_MODEL_FORM_H

#include "base/toml.h"

/* All that Linux has, by bit; which a cage may have is the policy's matter. */
extern const struct clo_toml_word clo_cap_words[];
extern const struct clo_toml_word clo_family_words[];

extern const struct clo_toml_form clo_form_command; /* "/usr/bin/x arg" */
extern const struct clo_toml_form clo_form_user; /* "alice" */
extern const struct clo_toml_form clo_form_interface; /* "eth1" */
extern const struct clo_toml_form clo_form_net; /* "192.0.2.7/24" */
extern const struct clo_toml_form clo_form_address; /* "192.0.2.1" */
extern const struct clo_toml_form clo_form_device; /* "char 10:232" */

/**
 * clo_cap_name() - Name of a capability
 * @cap: Its number.
 *
 * Return: the name without CAP_, small; NULL if no capability has the number.
 */
const char *clo_cap_name(uint64_t cap);

/**
 * clo_family_name() - Name of an address family
 * @family: Its number.
 *
 * Return: the name without AF_, small; NULL if it has none here.
 */
const char *clo_family_name(uint64_t family);

#endif
