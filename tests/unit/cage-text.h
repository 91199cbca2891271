/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pieces of cages' files, for the tests that read them.
 */
#ifndef CLO_TESTS_UNIT_CAGE_TEXT_H
#define CLO_TESTS_UNIT_CAGE_TEXT_H

#define ID "[cage]\nid = 7\n"
#define BIND_(source, target) \
	"[[bind]]\nsource = \"" source "\"\ntarget = \"" target "\"\n"
#define BIND(source, target, writable) \
	ID BIND_(source, target) "writable = " writable "\n"
#define NET(name, address, gateway)                                   \
	ID "[network]\nkind = \"interface\"\n[[network.interface]]\n" \
	   "name = \"" name "\"\naddress = \"" address                \
	   "\"\ngateway = \"" gateway "\"\n"

#endif
