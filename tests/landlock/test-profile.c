// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What profiles may say, each error, and how several become one.
 */
#include <string.h>

#include "lib/tap.h"
#include "sandbox/sandbox.h"

#define PATH_OF(rights, path)                           \
	"[[path_beneath]]\nallowed_access = [\"" rights \
	"\"]\nparent = [\"" path "\"]\n"
#define PATH \
	"[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"/a\"]\n"

/* clang-format off */
static const struct {
	const char *text;
	const char *message;
} bad[] = {
	{ "", "f: it says nothing; a profile has one of [[ruleset]], [[path_beneath]], [[net_port]], [[variable]]" },
	{ "abi = 1\n", "f: it says nothing; a profile has one of [[ruleset]], [[path_beneath]], [[net_port]], [[variable]]" },
	{ "abi = 0\n" PATH, "f:1: 'abi' must be a number from 1 to 2147483647" },
	{ "abi = -1\n" PATH, "f:1: -1 is out of range; numbers are 0 to 2^64-1" },
	{ "abi = 2147483648\n" PATH, "f:1: 'abi' must be a number from 1 to 2147483647" },
	{ "abi = 1\nabi = 1\n" PATH, "f:2: 'abi' is set twice, first on line 1; keep one" },
	{ "abi = \"1\"\n" PATH, "f:1: 'abi' must be a number" },
	{ "api = 1\n" PATH, "f:1: 'api' is no key here; did you mean 'abi'?" },
	{ "elephant = 1\n" PATH, "f:1: 'elephant' is no key of the top of the file" },
	{ "[[path_beneth]]\n", "f:1: 'path_beneth' is no table of a profile; did you mean 'path_beneath'?" },
	{ "[[elephant]]\n", "f:1: 'elephant' is no table of a profile" },
	{ "[path_beneath]\n", "f:1: write [[path_beneath]]" },
	{ "[[profile]]\n", "f:1: write [profile]" },
	{ "[profile]\n[profile]\n", "f:2: 'profile' comes twice, first on line 1; join the two" },
	{ "[[path_beneath]]\nparent = [\"/a\"]\n", "f:1: 'allowed_access' is missing in [[path_beneath]]" },
	{ "[[path_beneath]]\nallowed_access = [\"read_file\"]\n", "f:1: 'parent' is missing in [[path_beneath]]" },
	{ "[[path_beneath]]\nallowed_access = []\nparent = [\"/\"]\n", "f:2: 'allowed_access' is an empty list; leave the line out" },
	{ "[[path_beneath]]\nallowed_access = \"read_file\"\nparent = [\"/\"]\n", "f:2: 'allowed_access' must be a list of texts" },
	{ "[[path_beneath]]\nallowed_access = [\n\"read_file\",\n\"read_fiel\"]\nparent = [\"/\"]\n",
	  "f:4: 'allowed_access': \"read_fiel\" is no right; did you mean \"read_file\"?" },
	{ "[[path_beneath]]\nallowed_access = [\"bind_tcp\"]\nparent = [\"/\"]\n",
	  "f:2: 'allowed_access': \"bind_tcp\" is no right; cloison_landlock(3) lists them" },
	{ "[[path_beneath]]\nallowed_access = [\"abi.all\"]\nparent = [\"/\"]\n",
	  "f:2: 'allowed_access': \"abi.all\" is a group, and groups are those of an ABI; set 'abi' at the top of the file" },
	{ "[[net_port]]\nallowed_access = [\"bind_tcp\"]\nport = [\"80\"]\n", "f:3: 'port' must be a list of numbers" },
	{ "[[net_port]]\nallowed_access = [\"bind_tcp\"]\nport = [80,\n65536]\n", "f:4: 'port' lists a number above 65535" },
	{ "[[ruleset]]\n", "f:1: [[ruleset]] says nothing" },
	{ "[[ruleset]]\nhandled_acces_fs = [\"execute\"]\n", "f:2: 'handled_acces_fs' is no key here; did you mean 'handled_access_fs'?" },
	{ "[[ruleset]]\nscoped = [\"signals\"]\n", "f:2: 'scoped': \"signals\" is no right; did you mean \"signal\"?" },
	{ "[[variable]]\nliteral = [\"a\"]\n", "f:1: 'name' is missing in [[variable]]" },
	{ "[[variable]]\nname = \"1a\"\n", "f:2: 'name' must be a letter, then letters, digits and _" },
	{ "[[variable]]\nname = \"a-b\"\n", "f:2: 'name' must be a letter, then letters, digits and _" },
	{ "[[assert]]\nallow = [\"read_file\"]\n", "f:1: [[assert]] has one of allow and deny, and one of path and port" },
	{ "[[assert]]\nallow = [\"read_file\"]\ndeny = [\"read_file\"]\npath = [\"/\"]\n",
	  "f:1: [[assert]] has one of allow and deny, and one of path and port" },
	{ "[profile]\nlayer = \"over\"\n", "f:2: 'layer' must be \"merge\" or \"restrict\"" },
	{ "[profile]\nrequire = [\"fs.truncaet\"]\n", "f:2: 'require': \"truncaet\" is no right; did you mean \"truncate\"?" },
	{ "[profile]\nrequire = [\"pid\"]\n", "f:2: 'require': \"pid\" cannot be required; write all, fs, net, scope, or a right as fs.truncate" },
	{ "[profile]\ninclude = [\"no-such\"]\n", "no profile is named 'no-such' in /nowhere; a file is written with a slash" },
	{ PATH "allowed_access = [\"execute\"]\n", "f:4: 'allowed_access' is set twice, first on line 2; keep one" },
	{ "[[ruleset]]\nscoped = [[\"signal\"]]\n", "f:2: a list inside a list; no key takes one" },
	{ "[[ruleset]]\nscoped = [\"signal\"\n", "f:3: the list opened on line 2 is not closed; add ]" },
	{ "[[ruleset]\n", "f:1: the name of a table is not closed; write [[name]]" },
	{ "[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"${x}\"]\n", "f:3: no variable is named 'x'; set it in [[variable]]" },
	{ "[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"${x\"]\n", "f:3: '${' is not closed; add }, or write $$ for $" },
	{ "[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"\"]\n", "f:3: a path is empty" },
}, bad_json[] = {
	{ "", "f:1: the file ends where '{' is missing" },
	{ "[]", "f:1: '[' stands where '{' is missing" },
	{ "{}", "f: it says nothing; a profile has one of [[ruleset]], [[path_beneath]], [[net_port]], [[variable]]" },
	{ "{} {}", "f:1: something follows the whole" },
	{ "{\"abi\": 1,}", "f:1: a comma before '}'; remove it" },
	{ "{\"abi\": 1.5}", "f:1: '1.5' is a number with a fraction; write a whole number" },
	{ "{\"abi\": 0, \"pathBeneath\": [{\"allowedAccess\": [\"execute\"], \"parent\": [\"a\"]}]}", "f:1: 'abi' must be a number from 1 to 2147483647" },
	{ "{\"abi\": -1}", "f:1: -1 is out of range; numbers are 0 to 2^64-1" },
	{ "{\"abi\": 2147483648, \"ruleset\": [{\"scoped\": [\"signal\"]}]}", "f:1: 'abi' must be a number from 1 to 2147483647" },
	{ "{\"abi\": 4294967295, \"ruleset\": [{\"scoped\": [\"signal\"]}]}", "f:1: 'abi' must be a number from 1 to 2147483647" },
	{ "{\"abi\": 18446744073709551616}", "f:1: 18446744073709551616 is out of range; numbers are 0 to 2^64-1" },
	{ "{\"abi\": 340282366920938463463374607431768211456}", "f:1: 340282366920938463463374607431768211456 is out of range; numbers are 0 to 2^64-1" },
	{ "{\"variable\": [{\"name\": \"_a\"}]}", "f:1: 'name' must be a letter, then letters, digits and _" },
	{ "{\"variable\": [{\"name\": \"a b\"}]}", "f:1: 'name' must be a letter, then letters, digits and _" },
	{ "{\"variable\": [{\"name\": \"\\u00c0\"}]}", "f:1: 'name' must be a letter, then letters, digits and _" },
	{ "{\"variable\": [{\"name\": \"a\", \"literal\": []}]}", "f:1: 'literal' is an empty list; leave the line out" },
	{ "{\"pathBeneath\": [{\"allowedAccess\": [\"execute\"], \"parent\": [2]}]}", "f:1: 'parent' must be a list of texts" },
	{ "{\"ruleset\": [{\"handledAccessNet\": [\"execute\"]}]}", "f:1: 'handled_access_net': \"execute\" is no right; cloison_landlock(3) lists them" },
	{ "{\"ruleset\": [{\"scoped\": [\"signal\"]}], \"foo\": [{\"a\": 1}]}", "f:1: 'foo' is no table of a profile" },
	{ "{\"pathBeneath\": [{\"allowedAccess\": [\"execute\"], \"parent\": [\"${a\"]}]}", "f:1: '${' is not closed; add }, or write $$ for $" },
	{ "{\"abi\": null}", "f:1: neither text, nor a number, nor true or false" },
	{ "{\n\"abi\": 1,\n\"abi\": 2}", "f:3: 'abi' is set twice, first on line 2; keep one" },
	{ "{\"path_beneath\": []}", "f:1: 'path_beneath' has '_'; in JSON names are written likeThis" },
	{ "{\"pathBeneath\": []}", "f:1: 'path_beneath' is an empty list; leave it out" },
	{ "{\"pathBeneath\": [{}]}", "f:1: 'allowed_access' is missing in [[path_beneath]]" },
	{ "{\"pathBeneath\": [{}],\n\"pathBeneath\": [{}]}", "f:2: 'path_beneath' is set twice, first on line 1" },
	{ "{\"ruleset\": [{\"scoped\": [\"signal\", ]}]}", "f:1: a comma before ']'; remove it" },
	{ "{\"ruleset\": [{\"scoped\": [\"sig\\nal\"]}]}", "f:1: an escape that no name or path needs; write \\\", \\\\, \\/ or \\u" },
	{ "{\"ruleset\": [{\"scoped\": [\"\\ud800\"]}]}", "f:1: a surrogate without its other half" },
	{ "{\"ruleset\": [{\"scoped\": [\"\\u202e\"]}]}", "f:1: the character U+202E does not show as what it is; remove it" },
	{ "{\"ruleset\": [{\"scoped\": [\"signal]}]}", "f:1: text without its closing quote" },
};
/* clang-format on */

static int read_one(struct clo_sandbox *s, const char *text, bool is_json,
		    struct clo_err *err)
{
	int r;

	err->text[0] = '\0';
	r = clo_sandbox_read(s, text, strlen(text), "f", is_json, err);
	return r ? r : clo_sandbox_resolve(s, err);
}

static void test_bad(void)
{
	struct clo_sandbox s;
	struct clo_err err;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(bad); i++) {
		clo_sandbox_init(&s, CLO_COMPOSE_UNION);
		ok(read_one(&s, bad[i].text, false, &err) &&
			   !strcmp(err.text, bad[i].message),
		   "TOML %zu: %s", i, err.text);
		clo_sandbox_deinit(&s);
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(bad_json); i++) {
		clo_sandbox_init(&s, CLO_COMPOSE_UNION);
		ok(read_one(&s, bad_json[i].text, true, &err) &&
			   !strcmp(err.text, bad_json[i].message),
		   "JSON %zu: %s", i, err.text);
		clo_sandbox_deinit(&s);
	}
}

/* A sandbox as one line: what is handled, then each rule. */
static const char *show(const struct clo_sandbox *s)
{
	static char text[1024];
	uint64_t all[3] = { 0 };
	size_t used;

	for (size_t i = 0; i < s->fragment_count; i++) {
		for (int k = 0; k < 3; k++)
			all[k] |= s->fragments[i].handled[k];
	}
	used = (size_t)snprintf(text, sizeof(text), "%llx %llx %llx",
				(unsigned long long)all[0],
				(unsigned long long)all[1],
				(unsigned long long)all[2]);
	for (size_t i = 0; i < s->grant_count; i++) {
		const struct clo_grant *g = &s->grants[i];

		if (g->is_port)
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used,
						 " %llu=%llx",
						 (unsigned long long)g->port,
						 (unsigned long long)g->rights);
		else
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used,
						 " %s=%llx", g->path,
						 (unsigned long long)g->rights);
	}
	return text;
}

/* The same in both languages. */
/* clang-format off */
static const struct {
	const char *toml, *json, *shown;
} same[] = {
	{ "abi = 5\n[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\nhandled_access_net = [\"bind_tcp\"]\n"
	  "[[path_beneath]]\nallowed_access = [\"abi.read_execute\"]\nparent = [\".\", \"/bin\",]\n"
	  "[[path_beneath]]\nallowed_access = [\"abi.read_write\"]\nparent = [\"/tmp\"]\n"
	  "[[net_port]]\nallowed_access = [\"bind_tcp\"]\nport = [80, 443,]\n",
	  "{\"abi\": 5, \"ruleset\": [{\"handledAccessFs\": [\"abi.all\"], \"handledAccessNet\": [\"bind_tcp\"]}],"
	  "\"pathBeneath\": [{\"allowedAccess\": [\"abi.read_execute\"], \"parent\": [\".\", \"/bin\"]},"
	  "{\"allowedAccess\": [\"abi.read_write\"], \"parent\": [\"/tmp\"]}],"
	  "\"netPort\": [{\"allowedAccess\": [\"bind_tcp\"], \"port\": [80, 443]}]}",
	  "ffff 1 0 .=200d /bin=200d /tmp=fffe 80=1 443=1" },
	{ "abi = 1\n[[net_port]]\nallowed_access = [\"abi.all\"]\nport = [1]\n[[ruleset]]\nscoped = [\"abi.all\"]\n",
	  "{\"netPort\": [{\"allowedAccess\": [\"abi.all\"], \"port\": [1]}], \"ruleset\": [{\"scoped\": [\"abi.all\"]}], \"abi\": 1}",
	  "0 0 0" },
	{ "[[variable]]\nname = \"x\"\nliteral = [\"a\", \"b\"]\n[[path_beneath]]\nallowed_access = [\"execute\"]\n"
	  "parent = [\"/${x}/${x}\", \"$${x}\"]\n",
	  "{\"pathBeneath\": [{\"allowedAccess\": [\"execute\"], \"parent\": [\"/${x}/${x}\", \"$${x}\"]}],"
	  "\"variable\": [{\"name\": \"x\", \"literal\": [\"a\", \"b\"]}]}",
	  "1 0 0 /a/a=1 /a/b=1 /b/a=1 /b/b=1 ${x}=1" },
	{ "[[variable]]\nname = \"none\"\n[[path_beneath]]\nallowed_access = [\"execute\"]\nparent = [\"/${none}\"]\n",
	  "{\"variable\": [{\"name\": \"none\"}], \"pathBeneath\": [{\"allowedAccess\": [\"execute\"], \"parent\": [\"/${none}\"]}]}",
	  "1 0 0" },
	/* Dollars; a brace that opens nothing. */
	{ "[[variable]]\nname = \"v_1\"\nliteral = [\"x\"]\n[[path_beneath]]\nallowed_access = [\"execute\"]\n"
	  "parent = [\"$$\", \"$$$$\", \"$${v_1}\", \"$${${v_1}\", \"{${v_1}\", \"${v_1}}\", \"$\"]\n",
	  "{\"variable\": [{\"name\": \"v_1\", \"literal\": [\"x\"]}], \"pathBeneath\": [{\"allowedAccess\": [\"execute\"],"
	  "\"parent\": [\"$$\", \"$$$$\", \"$${v_1}\", \"$${${v_1}\", \"{${v_1}\", \"${v_1}}\", \"$\"]}]}",
	  "1 0 0 $=1 $$=1 ${v_1}=1 ${x=1 {x=1 x}=1 $=1" },
	/* The same twice is no error; rules of one path add up. */
	{ "[[ruleset]]\nhandled_access_fs = [\"execute\", \"execute\"]\n[[ruleset]]\nhandled_access_fs = [\"read_file\"]\n"
	  "[[path_beneath]]\nallowed_access = [\"execute\"]\nparent = [\".\", \".\"]\n"
	  "[[path_beneath]]\nallowed_access = [\"read_file\", \"execute\"]\nparent = [\".\"]\n",
	  "{\"ruleset\": [{\"handledAccessFs\": [\"execute\", \"execute\"]}, {\"handledAccessFs\": [\"read_file\"]}],"
	  "\"pathBeneath\": [{\"allowedAccess\": [\"execute\"], \"parent\": [\".\", \".\"]},"
	  "{\"allowedAccess\": [\"read_file\", \"execute\"], \"parent\": [\".\"]}]}",
	  "5 0 0 .=1 .=1 .=5" },
	/* What a rule grants is handled, whatever the ruleset says. */
	{ "[[ruleset]]\nhandled_access_fs = [\"execute\"]\n[[net_port]]\nallowed_access = [\"bind_tcp\"]\nport = [0]\n",
	  "{\"ruleset\": [{\"handledAccessFs\": [\"execute\"]}], \"netPort\": [{\"allowedAccess\": [\"bind_tcp\"], \"port\": [0]}]}",
	  "1 1 0 0=1" },
	/* The greatest ABI that may be written stands for all that is known. */
	{ "abi = 2147483647\n[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\nscoped = [\"abi.all\"]\n",
	  "{\"abi\": 2147483647, \"ruleset\": [{\"handledAccessFs\": [\"abi.all\"], \"scoped\": [\"abi.all\"]}]}",
	  "1ffff 0 3" },
	{ "[[path_beneath]]\nallowed_access = [\"0x20000\"]\nparent = [\"/\u00e9\"]\n",
	  "{\"pathBeneath\": [{\"allowedAccess\": [\"0x20000\"], \"parent\": [\"\\/\\u00e9\"]}]}",
	  "20000 0 0 /\u00e9=20000" },
};

/* Two files, and what the two ways of composition make of them. */
static const struct {
	const char *first, *second, *together, *theirs;
} pairs[] = {
	/* One restricts paths, the other ports: theirs restricts nothing. */
	{ "[[ruleset]]\nhandled_access_fs = [\"execute\"]\n", "[[ruleset]]\nhandled_access_net = [\"bind_tcp\"]\n",
	  "1 1 0", "0 0 0" },
	/* A scope that one forgets is lost to theirs. */
	{ "[[ruleset]]\nscoped = [\"abstract_unix_socket\"]\n", "abi = 6\n[[ruleset]]\nscoped = [\"abi.all\"]\n",
	  "0 0 3", "0 0 1" },
	{ "abi = 4\n[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\nhandled_access_net = [\"abi.all\"]\nscoped = [\"abi.all\"]\n",
	  "abi = 6\n[[path_beneath]]\nallowed_access = [\"abi.all\"]\nparent = [\"a\"]\n[[net_port]]\nallowed_access = [\"abi.all\"]\nport = [1]\n",
	  "ffff 3 0 a=ffff 1=3", "7fff 3 0 a=7fff 1=3" },
	{ "[[path_beneath]]\nallowed_access = [\"execute\"]\nparent = [\"a\"]\n",
	  "[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"a\", \"b\"]\n",
	  "5 0 0 a=1 a=4 b=4", "0 0 0" },
	{ "[[ruleset]]\nhandled_access_fs = [\"read_file\"]\n[[path_beneath]]\nallowed_access = [\"execute\"]\nparent = [\"a\"]\n",
	  "[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"a\", \"b\"]\n",
	  "5 0 0 a=1 a=4 b=4", "4 0 0 a=4 b=4" },
	{ "[[ruleset]]\nhandled_access_fs = [\"read_file\"]\n[[variable]]\nname = \"x\"\nliteral = [\"a\", \"b\"]\n"
	  "[[path_beneath]]\nallowed_access = [\"execute\"]\nparent = [\"${x}\"]\n",
	  "[[ruleset]]\nhandled_access_fs = [\"execute\"]\n[[variable]]\nname = \"x\"\n"
	  "[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"x/${x}\"]\n",
	  "5 0 0 a=1 b=1 x/a=4 x/b=4", "5 0 0 a=1 b=1 x/a=4 x/b=4" },
};
/* clang-format on */

static void test_same(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(same); i++) {
		for (int is_json = 0; is_json < 2; is_json++) {
			struct clo_sandbox s;
			struct clo_err err;
			int r;

			clo_sandbox_init(&s, CLO_COMPOSE_UNION);
			r = read_one(&s, is_json ? same[i].json : same[i].toml,
				     is_json, &err);
			ok(!r && !strcmp(show(&s), same[i].shown),
			   "%s %zu: %s%s", is_json ? "JSON" : "TOML", i,
			   show(&s), err.text);
			clo_sandbox_deinit(&s);
		}
	}
}

/*
 * Groups of each ABI that landlockconfig names, in both languages: all; reading
 * and executing, and refer where there is; all but executing.
 */
static void test_groups(void)
{
	static const struct {
		unsigned int all, read_execute, read_write, net, scope;
	} groups[] = {
		{ 0, 0, 0, 0, 0 },
		{ 0x1fff, 0x000d, 0x1ffe, 0, 0 },
		{ 0x3fff, 0x200d, 0x3ffe, 0, 0 },
		{ 0x7fff, 0x200d, 0x7ffe, 0, 0 },
		{ 0x7fff, 0x200d, 0x7ffe, 3, 0 },
		{ 0xffff, 0x200d, 0xfffe, 3, 0 },
		{ 0xffff, 0x200d, 0xfffe, 3, 3 },
	};
	static const char toml[] =
		"abi = %d\n[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\nhandled_access_net = [\"abi.all\"]\nscoped = [\"abi.all\"]\n"
		"[[path_beneath]]\nallowed_access = [\"abi.all\"]\nparent = [\"a\"]\n"
		"[[path_beneath]]\nallowed_access = [\"abi.read_execute\"]\nparent = [\"b\"]\n"
		"[[path_beneath]]\nallowed_access = [\"abi.read_write\"]\nparent = [\"c\"]\n"
		"[[net_port]]\nallowed_access = [\"abi.all\"]\nport = [1]\n";
	static const char json[] =
		"{\"netPort\": [{\"allowedAccess\": [\"abi.all\"], \"port\": [1]}], \"abi\": %d,"
		"\"pathBeneath\": [{\"allowedAccess\": [\"abi.all\"], \"parent\": [\"a\"]},"
		"{\"allowedAccess\": [\"abi.read_execute\"], \"parent\": [\"b\"]},"
		"{\"allowedAccess\": [\"abi.read_write\"], \"parent\": [\"c\"]}],"
		"\"ruleset\": [{\"handledAccessFs\": [\"abi.all\"], \"handledAccessNet\": [\"abi.all\"], \"scoped\": [\"abi.all\"]}]}";

	for (int abi = 1; abi < (int)CLO_ARRAY_SIZE(groups); abi++) {
		char text[1024], paths[128], port[16] = "", want[256];

		(void)snprintf(paths, sizeof(paths), " a=%x b=%x c=%x",
			       groups[abi].all, groups[abi].read_execute,
			       groups[abi].read_write);
		if (groups[abi].net)
			(void)snprintf(port, sizeof(port), " 1=%x",
				       groups[abi].net);
		for (int is_json = 0; is_json < 2; is_json++) {
			struct clo_sandbox s;
			struct clo_err err;
			int r;

			/* Rules are kept in the order of the file. */
			(void)snprintf(want, sizeof(want), "%x %x %x%s%s",
				       groups[abi].all, groups[abi].net,
				       groups[abi].scope,
				       is_json ? port : paths,
				       is_json ? paths : port);
			(void)snprintf(text, sizeof(text),
				       is_json ? json : toml, abi);
			clo_sandbox_init(&s, CLO_COMPOSE_UNION);
			r = read_one(&s, text, is_json, &err);
			ok(!r && !strcmp(show(&s), want),
			   "groups of ABI %d, %s: %s%s", abi,
			   is_json ? "JSON" : "TOML", show(&s), err.text);
			clo_sandbox_deinit(&s);
		}
	}
}

static void test_pair(size_t i, bool is_swapped, enum clo_compose how)
{
	const char *a = is_swapped ? pairs[i].second : pairs[i].first;
	const char *b = is_swapped ? pairs[i].first : pairs[i].second;
	struct clo_sandbox s;
	struct clo_err err = { "" };
	int r;

	clo_sandbox_init(&s, how);
	r = clo_sandbox_read(&s, a, strlen(a), "a", false, &err);
	if (!r)
		r = clo_sandbox_read(&s, b, strlen(b), "b", false, &err);
	if (!r)
		r = clo_sandbox_resolve(&s, &err);
	if (is_swapped) {
		/* The order of rules is free: only what is handled counts. */
		const char *want = how == CLO_COMPOSE_UNION ?
					   pairs[i].together :
					   pairs[i].theirs;

		ok(!r && !strncmp(show(&s), want, strlen("0 0 0")),
		   "pair %zu: the order of files does not matter", i);
	} else {
		ok(!r && !strcmp(show(&s), how == CLO_COMPOSE_UNION ?
						   pairs[i].together :
						   pairs[i].theirs),
		   "pair %zu, %s: %s%s", i,
		   how == CLO_COMPOSE_UNION ? "union" : "landlockconfig",
		   show(&s), err.text);
	}
	clo_sandbox_deinit(&s);
}

/*
 * landlockconfig's composition, of as many files as there are: what all handle
 * is handled; rules are added up and cut down to that; variables are added up;
 * the order does not matter.
 */
static const struct {
	const char *files[3];
	bool is_json[3];
	const char *shown;
} theirs[] = {
	/* The same file again changes nothing but to say its rules again. */
	{ { PATH_OF("read_file", "/a"), PATH_OF("read_file", "/a"),
	    PATH_OF("read_file", "/a") },
	  { false, true, false },
	  "4 0 0 /a=4 /a=4 /a=4" },
	/* A right that one of three does not handle is gone, with its rules. */
	{ { "[[ruleset]]\nhandled_access_fs = [\"execute\", \"read_file\"]\n",
	    PATH_OF("read_file\", \"execute", "/a"),
	    PATH_OF("read_file\", \"write_file", "/b") },
	  { false, false, false },
	  "4 0 0 /a=4 /b=4" },
	{ { PATH_OF("execute", "/a"), PATH_OF("write_file", "/b"),
	    PATH_OF("read_file", "/c") },
	  { false, false, false },
	  "0 0 0" },
	/* Variables reach the rules of others; alone they handle nothing. */
	{ { PATH_OF("read_file", "/${x}"),
	    PATH_OF("read_file",
		    "/c") "[[variable]]\nname = \"x\"\nliteral = [\"a\"]\n",
	    PATH_OF("read_file",
		    "/d") "[[variable]]\nname = \"x\"\nliteral = [\"b\"]\n" },
	  { false, false, false },
	  "4 0 0 /a=4 /b=4 /c=4 /d=4" },
	/* Two ABIs: what the older one has; values of a variable from both. */
	{ { "abi = 5\n[[variable]]\nname = \"w\"\nliteral = [\"/t\", \"/v\"]\n"
	    "[[path_beneath]]\nallowed_access = [\"abi.read_execute\"]\nparent = [\"/b\", \"/l\"]\n"
	    "[[path_beneath]]\nallowed_access = [\"abi.read_write\"]\nparent = [\"${w}\"]\n",
	    "abi = 4\n[[variable]]\nname = \"w\"\nliteral = [\"/h\"]\n"
	    "[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\n"
	    "[[path_beneath]]\nallowed_access = [\"abi.read_execute\"]\nparent = [\"/o\"]\n",
	    "abi = 4\n[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\n" },
	  { false, false, false },
	  "7fff 0 0 /b=200d /l=200d /t=7ffe /v=7ffe /h=7ffe /o=200d" },
	/* A rule handles what it grants, before the files are compared. */
	{ { "abi = 4\n[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\nhandled_access_net = [\"abi.all\"]\n"
	    "[[path_beneath]]\nallowed_access = [\"abi.read_execute\"]\nparent = [\"/a\"]\n",
	    "abi = 6\n[[ruleset]]\nhandled_access_fs = [\"abi.read_write\"]\nhandled_access_net = [\"bind_tcp\"]\n"
	    "[[path_beneath]]\nallowed_access = [\"abi.read_write\"]\nparent = [\"/b\"]\n"
	    "[[net_port]]\nallowed_access = [\"abi.all\"]\nport = [1]\n",
	    "abi = 4\n[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\nhandled_access_net = [\"abi.all\"]\nscoped = [\"abi.all\"]\n" },
	  { false, false, false },
	  "7ffe 3 0 /a=200c /b=7ffe 1=3" },
	{ { PATH_OF("read_file", "/a"), PATH_OF("read_file", "/b"),
	    "[[variable]]\nname = \"x\"\nliteral = [\"b\"]\n" },
	  { false, false, false },
	  "0 0 0" },
	/* A rule that is gone asks for no variable. */
	{ { PATH_OF("execute", "/${unknown}"),
	    "[[ruleset]]\nhandled_access_fs = [\"read_file\"]\n",
	    PATH_OF("read_file", "/a") },
	  { false, false, false },
	  "0 0 0" },
};

static void test_theirs(size_t i, const size_t order[3], bool is_shown)
{
	struct clo_sandbox s;
	struct clo_err err = { "" };
	const char *json = "{\"pathBeneath\": [{\"allowedAccess\": "
			   "[\"read_file\"], \"parent\": [\"/a\"]}]}";
	int r = 0;

	clo_sandbox_init(&s, CLO_COMPOSE_LANDLOCKCONFIG);
	for (size_t n = 0; !r && n < 3; n++) {
		const char *text = theirs[i].files[order[n]];
		bool is_json = theirs[i].is_json[order[n]];

		text = is_json ? json : text;
		r = clo_sandbox_read(&s, text, strlen(text), "file", is_json,
				     &err);
	}
	if (!r)
		r = clo_sandbox_resolve(&s, &err);
	if (is_shown)
		ok(!r && !strcmp(show(&s), theirs[i].shown),
		   "three files %zu: %s%s", i, show(&s), err.text);
	else /* the rules are the same, in another order */
		ok(!r && strlen(show(&s)) == strlen(theirs[i].shown) &&
			   !strncmp(show(&s), theirs[i].shown,
				    strcspn(theirs[i].shown, "/")),
		   "three files %zu, in order %zu %zu %zu: %s%s", i, order[0],
		   order[1], order[2], show(&s), err.text);
	clo_sandbox_deinit(&s);
}

/* Layers, requirements, options of rules; defaults of variables. */
static void test_ours(void)
{
	static const char text[] =
		"[[path_beneath]]\nallowed_access = [\"read_file\"]\nparent = [\"${home}\"]\nrequired = true\n"
		"[profile]\nlayer = \"restrict\"\nrequire = [\"fs.execute\", \"scope\"]\ndescription = \"x\"\n";
	static const char own[] =
		"[[variable]]\nname = \"home\"\nliteral = [\"/own\"]\n" PATH;
	struct clo_sandbox s;
	struct clo_err err = { "" };

	clo_sandbox_init(&s, CLO_COMPOSE_UNION);
	ok(!clo_sandbox_set(&s, "home", "/home/x", true, &err) &&
		   !clo_sandbox_read(&s, PATH, strlen(PATH), "a", false,
				     &err) &&
		   !clo_sandbox_read(&s, text, strlen(text), "b", false,
				     &err) &&
		   !clo_sandbox_resolve(&s, &err),
	   "a file in a layer of its own %s", err.text);
	ok(s.layer_count == 2 && s.fragments[1].layer == 1 &&
		   !strcmp(s.fragments[1].description, "x"),
	   "it is the second layer");
	ok(s.need_count == 2 && s.needs[0].rights == 1 &&
		   s.needs[1].kind == CLOISON_LANDLOCK_SCOPE,
	   "it requires two things");
	ok(!strcmp(s.grants[1].path, "/home/x") &&
		   s.grants[1].options == CLOISON_LANDLOCK_REQUIRED,
	   "a default variable, a required rule");
	clo_sandbox_deinit(&s);

	clo_sandbox_init(&s, CLO_COMPOSE_UNION);
	ok(!clo_sandbox_set(&s, "home", "/home/x", true, &err) &&
		   !clo_sandbox_read(&s, own, strlen(own), "a", false, &err) &&
		   !clo_sandbox_read(&s, text, strlen(text), "b", false,
				     &err) &&
		   !clo_sandbox_resolve(&s, &err) &&
		   !strcmp(s.grants[1].path, "/own"),
	   "a file's own variable takes the place of the default");
	clo_sandbox_deinit(&s);
}

/* What is exported reads the same. */
static void test_export(void)
{
	static const char text[] =
		"abi = 2\n[[ruleset]]\nhandled_access_fs = [\"abi.all\"]\nscoped = [\"signal\"]\n"
		"[[path_beneath]]\nallowed_access = [\"write_file\", \"make_reg\"]\nparent = [\"/a b\", \"/$$c\"]\n"
		"[[net_port]]\nallowed_access = [\"connect_tcp\"]\nport = [443]\n";
	struct clo_sandbox s, again;
	struct clo_err err = { "" };
	char shown[1024], *out_text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&out_text, &size);

	clo_sandbox_init(&s, CLO_COMPOSE_UNION);
	clo_sandbox_init(&again, CLO_COMPOSE_UNION);
	ok(out && !read_one(&s, text, false, &err) &&
		   !clo_sandbox_print_toml(&s, true, out) && !fclose(out),
	   "a sandbox is written %s", err.text);
	(void)snprintf(shown, sizeof(shown), "%s", show(&s));
	ok(!read_one(&again, out_text, false, &err) &&
		   !strcmp(shown, show(&again)),
	   "and reads the same: %s%s", show(&again), err.text);
	free(out_text);
	clo_sandbox_deinit(&s);
	clo_sandbox_deinit(&again);
}

int main(void)
{
	(void)setenv("CLOISON_PROFILE_PATH", "/nowhere", 1);
	test_bad();
	test_same();
	test_groups();
	for (size_t i = 0; i < CLO_ARRAY_SIZE(pairs); i++) {
		for (int how = 0; how < 2; how++) {
			test_pair(i, false, (enum clo_compose)how);
			test_pair(i, true, (enum clo_compose)how);
		}
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(theirs); i++) {
		static const size_t orders[][3] = {
			{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
			{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
		};

		for (size_t n = 0; n < CLO_ARRAY_SIZE(orders); n++)
			test_theirs(i, orders[n], !n);
	}
	test_ours();
	test_export();
	return tap_end();
}
