/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules as words: the table of src/policy/verdict.h, for people.
 */
#ifndef CLO_CLI_RULE_H
#define CLO_CLI_RULE_H

#include <json-c/json.h>

#include "base/base.h"
#include "policy/verdict.h"

struct clo_rule_text {
	uint32_t id;
	const char *name;
	const char *text; /* what it forbids */
	const char *allow; /* what would allow it */
	const char *source; /* which document asks for it */
};

/* Words of a rule; never NULL. */
const struct clo_rule_text *clo_rule_text(uint32_t rule);

/**
 * clo_rule_find() - Find a rule by what a person writes
 * @word: A name, in any case, or a number; not NULL.
 * @ret_rule: Set on success.
 * @err: Says which name is near.
 *
 * Return: 0, or -EINVAL.
 */
int clo_rule_find(const char *word, uint32_t *ret_rule, struct clo_err *err);

/* Add a rule's words to an object. */
void clo_rule_json(struct json_object *o, uint32_t rule);

#endif
