// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The guard against a real kernel: loads it with this program as the Core, and
 * tries what it forbids.
 */
#include "core/guard.h"
#include "tests/lib/tap.h"

int main(void)
{
	struct clo_guard_options options = { .pin_dir = CLO_GUARD_DIR,
					     .core_path = "/proc/self/exe" };
	struct clo_guard_report report = { 0 };
	struct clo_err err = { "" };

	ok(!clo_guard_load(&options, &report, &err), "the guard loads %s",
	   err.text);
	ok(clo_guard_ask(CLO_GUARD_CLAIM, 0, 0) == CLO_RULE_ALLOW,
	   "the registered program becomes the Core");
	ok(clo_guard_ask(CLO_GUARD_LOCK, 0, 0) == CLO_RULE_ALLOW,
	   "the Core locks the guard");
	return tap_end();
}
