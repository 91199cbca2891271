// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Generated files of a cage's /etc.
 */
#include <stdio.h>
#include <string.h>

#include "core/launch-step.h"
#include "lib/tap.h"

static struct clo_cage_conf c;

static void conf(const char *user, uint32_t uid)
{
	memset(&c, 0, sizeof(c));
	(void)snprintf(c.name, sizeof(c.name), "office");
	c.uid = uid;
	(void)snprintf(c.user, sizeof(c.user), "%s", user);
	(void)snprintf(c.shell, sizeof(c.shell), "/bin/bash");
	(void)snprintf(c.dns[0], sizeof(c.dns[0]), "192.0.2.53");
	(void)snprintf(c.dns[1], sizeof(c.dns[1]), "2001:db8::53");
}

/* clang-format off */
static const struct {
	enum clo_etc which;
	const char *user;
	uint32_t uid;
	const char *text;
} cases[] = {
	{ CLO_ETC_PASSWD, "alice", 1000,
	  "root:x:0:0:root:/root:/bin/bash\n"
	  "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"
	  "alice:x:1000:1000::/home/alice:/bin/bash\n" },
	{ CLO_ETC_PASSWD, "", 1000,
	  "root:x:0:0:root:/root:/bin/bash\n"
	  "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n" },
	{ CLO_ETC_PASSWD, "root", 0,
	  "root:x:0:0:root:/root:/bin/bash\n"
	  "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n" },
	{ CLO_ETC_GROUP, "alice", 1000,
	  "root:x:0:\ntty:x:5:\nnogroup:x:65534:\nalice:x:1000:\n" },
	{ CLO_ETC_HOSTS, "alice", 1000,
	  "127.0.0.1 localhost office\n::1 localhost office\n" },
	{ CLO_ETC_HOSTNAME, "alice", 1000, "office\n" },
	{ CLO_ETC_RESOLV, "alice", 1000,
	  "nameserver 192.0.2.53\nnameserver 2001:db8::53\n" },
};
/* clang-format on */

static void test_texts(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++) {
		char out[1024] = "";
		int n;

		conf(cases[i].user, cases[i].uid);
		n = clo_etc_text(&c, cases[i].which, out, sizeof(out));

		ok(n == (int)strlen(cases[i].text) &&
			   !strcmp(out, cases[i].text),
		   "case %zu: %s is as it should be (%d)", i,
		   clo_etc_name(cases[i].which), n);
	}
}

/* Every size up to the right one is an error, and writes no byte beyond. */
static void test_sizes(void)
{
	conf("alice", 1000);
	for (int which = 0; which < CLO_ETC_COUNT; which++) {
		char out[1024];
		int full =
			clo_etc_text(&c, (enum clo_etc)which, out, sizeof(out));
		int bad = 0;

		for (int size = 1; size <= full; size++) {
			memset(out, '#', sizeof(out));
			bad += clo_etc_text(&c, (enum clo_etc)which, out,
					    (size_t)size) != -E2BIG;
			bad += out[size] != '#';
		}
		ok(full > 0 && !bad, "%s: no room is an error (%d bytes)",
		   clo_etc_name((enum clo_etc)which), full);
	}
}

int main(void)
{
	static const struct clo_cage_conf none = { .name = "x" };
	char out[64];

	test_texts();
	test_sizes();
	ok(clo_etc_text(&none, CLO_ETC_RESOLV, out, sizeof(out)) == 0,
	   "without a name server there is no resolv.conf");
	return tap_end();
}
