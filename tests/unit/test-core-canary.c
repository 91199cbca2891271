// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the answers to a canary mean: refused, not refused, not known. */
#include <string.h>

#include "core/guard.h"
#include "lib/tap.h"

int main(void)
{
	const int transient[] = { EMFILE, ENFILE, ENOMEM };
	const int others[] = { EACCES, EROFS, EIO, EINVAL };
	int r;

	ok(clo_guard_judge(CLO_RULE_MOUNT, EPERM) == 0, "both are refused");
	ok(clo_guard_judge(CLO_RULE_MOUNT, ENOENT) == 0,
	   "a kernel without the switch has nothing to refuse");
	ok(clo_guard_judge(CLO_RULE_MOUNT, 0) == -EBADE,
	   "the switch was opened: that is an alert");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(transient); i++)
		ok(clo_guard_judge(CLO_RULE_MOUNT, transient[i]) == -EAGAIN,
		   "%s says nothing of the guard",
		   strerrorname_np(transient[i]));
	for (size_t i = 0; i < CLO_ARRAY_SIZE(others); i++)
		ok(clo_guard_judge(CLO_RULE_MOUNT, others[i]) == -others[i],
		   "%s is not the guard's answer", strerrorname_np(others[i]));
	ok(clo_guard_judge(-ENOSYS, ENFILE) == -ENOSYS,
	   "nobody answers: an alert, also where files are short");
	ok(clo_guard_judge(CLO_RULE_ALLOW, EPERM) == -EPROTO,
	   "another answer than the one that is owed");
	ok(clo_guard_judge(CLO_RULE_BAD_REQUEST, EPERM) == -EPROTO,
	   "another refusal than the one that is owed");
	r = clo_guard_canary();
	ok(r == -ENOSYS || r == 0, "asked for real: %d", r);
	return tap_end();
}
