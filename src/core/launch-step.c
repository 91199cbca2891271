// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which step of a launch failed, on which object: noted in the child, told to
 * people by the parent.
 */
#include <stdio.h>
#include <string.h>

#include "core/launch-step.h"

/* clang-format off */
#define X(name, text) [CLO_STEP_##name] = text,
static const char *const step_texts[CLO_STEP_COUNT] = { CLO_STEPS(X) };
#undef X

#define X(id, name, text, allow, source) [id] = #name,
static const char *const rule_names[CLO_RULE_COUNT] = { CLO_RULES(X) };
#undef X
/* clang-format on */

const char *clo_rule_name(int rule)
{
	return rule >= 0 && rule < (int)CLO_RULE_COUNT ? rule_names[rule] : "?";
}

int clo_fault_set(struct clo_launch *l, enum clo_step step, const char *object,
		  int code)
{
	l->fault.step = step;
	l->fault.code = code;
	(void)snprintf(l->fault.object, sizeof(l->fault.object), "%s", object);
	return code;
}

int clo_fault_tell(const struct clo_fault *fault, const char *cage,
		   struct clo_err *err)
{
	char object[CLO_PATH_MAX + 1];
	const char *why;
	int code = fault->code;

	if (fault->step >= CLO_STEP_COUNT || code < -4095 ||
	    code >= (int)CLO_RULE_COUNT)
		return clo_err_set(err, -EBADMSG,
				   "cage '%s': its launcher answers nonsense",
				   cage);
	(void)clo_escape(fault->object, sizeof(fault->object), object,
			 sizeof(object));
	if (code > 0)
		return clo_err_set(err, -EPERM,
				   "cage '%s': '%s' %s (%s); cloison explain "
				   "%s says why",
				   cage, object, step_texts[fault->step],
				   rule_names[code], rule_names[code]);
	why = strerrordesc_np(-code);
	(void)clo_err_set(err, code, "cage '%s': '%s' %s (%s)", cage, object,
			  step_texts[fault->step], why ? why : "no reason");
	return code == -EPERM ? -EACCES : code;
}
