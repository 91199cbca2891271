#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The library as others use it: pkg-config, static and shared, C and C++.
# usage: uses.sh BUILD SOURCE
set -u
build=$1
source=$2
n=0
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
export PKG_CONFIG_PATH="$build/meson-uninstalled"
lib=$build/src/landlock

readelf -dW "$lib/libcloison-landlock.so" | grep NEEDED >"$dir/needed"
[ "$(grep -vc 'libc\.so' "$dir/needed")" -eq 0 ]
ok $? "it needs the C library alone"
readelf -dW "$lib/libcloison-landlock.so" | grep -q 'SONAME.*libcloison-landlock.so.0'
ok $? "its name has a version"
nm -D --defined-only "$lib/libcloison-landlock.so" | awk '{ print $3 }' >"$dir/symbols"
! grep -qv '^cloison_landlock_' "$dir/symbols"
ok $? "it exports nothing but its own names"
grep -o '\bcloison_landlock_[a-z_]*(' "$source/include/cloison/landlock.h" | tr -d '(' |
	sort -u >"$dir/declared"
sort -u "$dir/symbols" | cmp -s - "$dir/declared"
ok $? "and each function that the header declares"
missing=
while read -r function; do
	grep -q "^\.Fo $function\|^\.Nm $function" "$build/man/$function.3" 2>/dev/null || missing="$missing $function"
done <"$dir/declared"
[ ! "$missing" ]
ok $? "each has a manual page$missing"

flags=$(pkg-config --cflags --libs cloison-landlock-uninstalled)
ok $? "pkg-config knows it"
cat >"$dir/uses.c" <<-'EOF'
	#include <cloison/landlock.h>
	int main(void)
	{
		struct cloison_landlock_kernel kernel;
		return cloison_landlock_probe(&kernel);
	}
EOF
for std in c99 c17; do
	# shellcheck disable=SC2086
	${CC:-cc} -std=$std -pedantic -Wall -Wextra -Werror -o "$dir/uses" "$dir/uses.c" $flags
	ok $? "a program in $std builds with the shared library"
done
LD_LIBRARY_PATH=$lib "$dir/uses"
ok $? "and runs"
${CC:-cc} -static -I"$source/include" -o "$dir/static" "$dir/uses.c" \
	"$lib/libcloison-landlock.a" 2>"$dir/errors" && "$dir/static"
ok $? "a program that is static builds and runs"
if command -v "${CXX:-c++}" >/dev/null 2>&1; then
	# shellcheck disable=SC2086
	"${CXX:-c++}" -std=c++11 -Wall -Wextra -Werror -o "$dir/plus" \
		"$source/tests/landlock/uses.cpp" $flags
	ok $? "a program in C++ builds"
	LD_LIBRARY_PATH=$lib "$dir/plus"
	ok $? "and restricts itself"
else
	n=$((n + 1))
	echo "ok $n - a program in C++ # SKIP no C++ compiler"
fi
echo "1..$n"
