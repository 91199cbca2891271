/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What launch-live looks at from inside a cage.
 */
#ifndef CLO_TESTS_LAUNCH_PROBE_H
#define CLO_TESTS_LAUNCH_PROBE_H

/* Look at what @name says; print "ok " and "not " lines. Return: status. */
int launch_probe(const char *name);

#endif
