// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Two cages' files that are right alone, and whether they go together.
 */
#include <string.h>

#include "lib/tap.h"
#include "model/cage.h"
#include "unit/cage-text.h"

static struct clo_cage_conf conf, other;
static struct clo_err err;

static int parse(const char *text, const char *file)
{
	memset(&err, 0, sizeof(err));
	return clo_cage_conf_parse(text, strlen(text), file, &conf, &err);
}

static void pair(const char *a, const char *a_file, const char *b,
		 const char *b_file, const char *message)
{
	struct clo_cage_place x = { .where = a_file }, y = { .where = b_file };
	char x_shown[32], y_shown[32];
	int r = parse(b, b_file);

	other = conf;
	r |= parse(a, a_file);
	if (!r)
		r = clo_cage_conf_check_pair(&conf, &other, &x, &y, &err);
	if (r) {
		clo_cage_place_line(a, strlen(a), &conf, &x, x_shown,
				    sizeof(x_shown));
		clo_cage_place_line(b, strlen(b), &other, &y, y_shown,
				    sizeof(y_shown));
		r = clo_cage_conf_check_pair(&conf, &other, &x, &y, &err);
	}
	ok(r == (*message ? -EINVAL : 0) && !strcmp(err.text, message), "%s",
	   err.text);
}

#define ID8	     "[cage]\nid = 8\n"
#define ROOT(path)   "[root]\nfrom = 'directory'\npath = '" path "'\n"
#define SEEN(source) ID8 BIND_(source, "/x") "writable = false\n"

static void test_pair(void)
{
	pair(ID, "a", ID8, "b", "");
	pair(ID, "a", ID, "b",
	     "a:2: 'id' is 7, as in b:2; give each cage its own, from 2 to 63");
	pair(ID, "d/a.toml", ID8, "e/a.toml",
	     "d/a.toml: the cage 'a' is also that of e/a.toml; rename one of the files");
	pair(NET("eth1", "192.0.2.7/24", "192.0.2.1"), "a",
	     ID8 "[network]\nkind = 'interface'\n"
		 "[[network.interface]]\nname = 'eth2'\n"
		 "[[network.interface]]\nname = 'eth1'\n",
	     "b",
	     "a:6: interface 'eth1' is also given in b:8; an interface is in one cage");
	pair(BIND("/srv/a", "/x", "true"), "a", SEEN("/srv/b"), "b", "");
	pair(BIND("/srv/a", "/x", "true"), "a", SEEN("/srv/ab"), "b", "");
	pair(BIND("/srv/a", "/x", "false"), "a", SEEN("/srv/a"), "b", "");
	pair(BIND("/srv/a", "/x", "true"), "a", SEEN("/srv/a"), "b",
	     "a:4: 'source' \"/srv/a\" meets \"/srv/a\" of b:4, and a cage writes there; cages share nothing writable");
	pair(BIND("/srv/a", "/x", "true"), "a", SEEN("/srv"), "b",
	     "a:4: 'source' \"/srv/a\" meets \"/srv\" of b:4, and a cage writes there; cages share nothing writable");
	pair(BIND("/srv/r/x", "/x", "true"), "a", ID8 ROOT("/srv/r"), "b",
	     "a:4: 'source' \"/srv/r/x\" is writable and meets the root of b:5, \"/srv/r\"; no cage writes a root");
	pair(ID8 ROOT("/srv/r"), "b", BIND("/srv", "/x", "true"), "a",
	     "a:4: 'source' \"/srv\" is writable and meets the root of b:5, \"/srv/r\"; no cage writes a root");
	pair(BIND("/srv/r", "/x", "false"), "a", ID8 ROOT("/srv/r"), "b", "");
	pair(BIND("/srv/rx", "/x", "true"), "a", ID8 ROOT("/srv/r"), "b", "");
	pair(ID ROOT("/srv/r"), "a", ID8 ROOT("/srv/r"), "b", "");
	pair(SEEN("/srv/a/b"), "b", BIND("/srv/a", "/x", "true"), "a",
	     "b:4: 'source' \"/srv/a/b\" meets \"/srv/a\" of a:4, and a cage writes there; cages share nothing writable");
}

int main(void)
{
	test_pair();
	return tap_end();
}
