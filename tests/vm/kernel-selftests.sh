#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The kernel's own tests of Landlock, that tools/kernel-selftests built: is the
# kernel under us sane?
set -u
. "$(dirname "$0")/parts.sh"
cd "$(dirname "$0")/kernel-selftests" || exit 1
for test in *_test; do
	part "$test" "./$test"
done
end_parts
