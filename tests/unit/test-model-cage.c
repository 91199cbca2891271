// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a cage's file may say and mean, and each error that it makes.
 */
#include <string.h>

#include "lib/tap.h"
#include "model/cage.h"
#include "model/form.h"
#include "unit/cage-text.h"

#define SERVICE(command) ID "[[service]]\ncommand = \"" command "\"\n"

/* A file, and the error that it makes ("": none). */
/* clang-format off */
static const struct {
	const char *text, *message;
} cases[] = {
	/* the cage */
	{ ID, "" },
	{ "", "f: 'id' is missing in [cage]; it must be a number from 2 to 63" },
	{ "[cage]\n", "f:1: 'id' is missing in [cage]; it must be a number from 2 to 63" },
	{ "[cage]\nid = 1\n", "f:2: 'id' is 1; it must be a number from 2 to 63" },
	{ "[cage]\nid = 64\n", "f:2: 'id' is 64; it must be a number from 2 to 63" },
	{ "[cage]\nid = 2\nname = \"x\"\n",
	  "f:3: 'name' is no key of [cage]; it belongs in [[network.interface]]" },
	{ ID "level = \"High\"\n",
	  "f:3: 'level' is \"High\"; it must be a name of a-z, 0-9 and -, with a letter first and no - "
	  "last" },
	{ ID "descripton = \"x\"\n",
	  "f:3: 'descripton' is no key of [cage]; did you mean 'description'?" },
	{ ID "autostart = \"yes\"\n", "f:3: 'autostart' is \"yes\"; it must be true or false" },
	{ "[cages]\nid = 2\n", "f:1: 'cages' is no table of a cage's file; did you mean [cage]?" },

	/* its root */
	{ ID "[root]\nfrom = \"directory\"\npath = \"/srv/root\"\n", "" },
	{ ID "[root]\nfrom = \"image\"\npath = \"/srv/root.erofs\"\n", "" },
	{ ID "[root]\nfrom = \"hots\"\n",
	  "f:4: 'from' is \"hots\", which is no word for it; did you mean \"host\"?" },
	{ ID "[root]\npath = \"/srv\"\n",
	  "f:4: [root] 'path' is \"/srv\", but 'from' is \"host\"; leave 'path' out" },
	{ ID "[root]\nfrom = \"image\"\n",
	  "f:4: [root] 'path' is missing; say which image holds the system" },
	{ ID "[root]\nfrom = \"directory\"\n",
	  "f:4: [root] 'path' is missing; say which directory holds the system" },
	{ ID "[root]\nfrom = \"directory\"\npath = \"/\"\n",
	  "f:5: [root] 'path' is \"/\", which holds or lies in /run/cloison; put the system elsewhere" },
	{ ID "[root]\nfrom = \"directory\"\npath = \"/var/lib/cloison/admin\"\n",
	  "f:5: [root] 'path' is \"/var/lib/cloison/admin\", which holds or lies in /var/lib/cloison; put "
	  "the system elsewhere" },
	{ ID "[root]\nfrom = \"directory\"\npath = \"srv\"\n",
	  "f:5: 'path' is \"srv\"; it must be an absolute path without '.', '..' or a '/' too many" },
	{ ID "[root]\ntmp = \"1 GB\"\n",
	  "f:4: 'tmp' has the unknown unit 'GB'; write it as \"512 MiB\"" },

	/* directories of the host */
	{ BIND("/srv/a", "/srv/a", "true"), "" },
	{ BIND("/etc/ssl", "/etc/ssl", "false"), "" },
	{ BIND("/usrlocal", "/srv/a", "true"), "" },
	{ BIND("/", "/srv/a", "false"),
	  "f:4: [[bind]] 'source' is \"/\", which holds or lies in /run/cloison; no cage sees that" },
	{ BIND("/var", "/srv/a", "false"),
	  "f:4: [[bind]] 'source' is \"/var\", which holds or lies in /var/lib/cloison; no cage sees that" },
	{ BIND("/var/lib/cloison/cages/admin", "/srv/a", "false"),
	  "f:4: [[bind]] 'source' is \"/var/lib/cloison/cages/admin\", which holds or lies in "
	  "/var/lib/cloison; no cage sees that" },
	{ BIND("/run/cloison", "/srv/a", "false"),
	  "f:4: [[bind]] 'source' is \"/run/cloison\", which holds or lies in /run/cloison; no cage sees "
	  "that" },
	{ BIND("/var/log/cloison", "/srv/a", "false"),
	  "f:4: [[bind]] 'source' is \"/var/log/cloison\", which holds or lies in /var/log/cloison; no cage "
	  "sees that" },
	{ BIND("/proc", "/srv/a", "false"),
	  "f:4: [[bind]] 'source' is \"/proc\", which holds or lies in /proc; no cage sees that" },
	{ BIND("/sys/fs", "/srv/a", "false"),
	  "f:4: [[bind]] 'source' is \"/sys/fs\", which holds or lies in /sys; no cage sees that" },
	{ BIND("/dev/shm", "/srv/a", "true"),
	  "f:4: [[bind]] 'source' is \"/dev/shm\", which holds or lies in /dev; no cage sees that" },
	{ BIND("/usr", "/srv/a", "true"),
	  "f:4: [[bind]] 'source' is \"/usr\" and writable, and it holds or lies in /usr; give the cage a "
	  "directory of its own" },
	{ BIND("/usr/local/x", "/srv/a", "true"),
	  "f:4: [[bind]] 'source' is \"/usr/local/x\" and writable, and it holds or lies in /usr; give the "
	  "cage a directory of its own" },
	{ BIND("/etc", "/srv/a", "true"),
	  "f:4: [[bind]] 'source' is \"/etc\" and writable, and it holds or lies in /etc; give the cage a "
	  "directory of its own" },
	{ BIND("/boot/efi", "/srv/a", "true"),
	  "f:4: [[bind]] 'source' is \"/boot/efi\" and writable, and it holds or lies in /boot; give the "
	  "cage a directory of its own" },
	{ BIND("/root", "/srv/a", "true"),
	  "f:4: [[bind]] 'source' is \"/root\" and writable, and it holds or lies in /root; give the cage a "
	  "directory of its own" },
	{ BIND("/run/dbus", "/srv/a", "true"),
	  "f:4: [[bind]] 'source' is \"/run/dbus\" and writable, and it holds or lies in /run; give the cage "
	  "a directory of its own" },
	{ BIND("/srv/a", "/proc/x", "false"),
	  "f:5: [[bind]] 'target' is \"/proc/x\", in /proc, which the Core makes itself; choose another" },
	{ BIND("/srv/a", "/dev", "false"),
	  "f:5: [[bind]] 'target' is \"/dev\", in /dev, which the Core makes itself; choose another" },
	{ BIND("/srv/a", "/", "false"),
	  "f:5: [[bind]] 'target' is \"/\" as a whole; choose a directory in it or another" },
	{ BIND("/srv/a", "/etc", "false"),
	  "f:5: [[bind]] 'target' is \"/etc\" as a whole; choose a directory in it or another" },
	{ BIND("/srv/a", "/home", "true"),
	  "f:5: [[bind]] 'target' is \"/home\" as a whole; choose a directory in it or another" },
	{ BIND("/srv/../etc", "/srv/a", "true"),
	  "f:4: 'source' is \"/srv/../etc\"; it must be an absolute path without '.', '..' or a '/' too "
	  "many" },
	{ BIND("/srv/a", "srv", "true"),
	  "f:5: 'target' is \"srv\"; it must be an absolute path without '.', '..' or a '/' too many" },
	{ BIND("/srv/a", "/x", "1"), "f:6: 'writable' is 1; it must be true or false" },
	{ BIND("/srv/a", "/x", "true") BIND_("/srv/b", "/x"),
	  "f:9: [[bind]] 'target' is \"/x\" twice; one hides the other" },
	{ ID "[[bind]]\nsource = \"/srv\"\n",
	  "f:3: 'target' is missing in [[bind]]; it must be an absolute path without '.', '..' or a '/' "
	  "too many" },
	{ BIND("/srv/r/x", "/x", "true") "[root]\nfrom = 'directory'\npath = '/srv/r'\n",
	  "f:4: [[bind]] 'source' is \"/srv/r/x\" and writable, and meets the cage's own root, \"/srv/r\"; "
	  "no cage writes a root" },
	{ ID "[bind]\n", "f:3: there may be several 'bind'; write [[bind]]" },

	/* limits */
	{ ID "[limits]\nmemory = \"none\"\ncpu = \"150 %\"\nswap = \"1 GiB\"\n", "" },
	{ ID "[limits]\nmemory = \"15 MiB\"\n",
	  "f:4: 'memory' is \"15 MiB\"; it must be a size between quotes, from \"16 MiB\" to \"16 TiB\", "
	  "or \"none\"" },
	{ ID "[limits]\nmemory = \"0 MiB\"\n",
	  "f:4: 'memory' is \"0 MiB\"; it must be a size between quotes, from \"16 MiB\" to \"16 TiB\", or "
	  "\"none\"" },
	{ ID "[limits]\nmemory = 512\n",
	  "f:4: 'memory' is 512, without a unit; write it as \"512 MiB\"" },
	{ ID "[limits]\nmemry = 512\n",
	  "f:4: 'memry' is no key of [limits]; did you mean 'memory'?" },
	{ ID "[limits]\ncpu = \"50\"\n",
	  "f:4: 'cpu' is \"50\", without a unit; write it as \"50 %\"" },
	{ ID "[limits]\ncpu = \"0 %\"\n",
	  "f:4: 'cpu' is \"0 %\"; it must be a percentage between quotes, from \"1 %\" to \"102400 %\", or "
	  "\"none\"" },
	{ ID "[limits]\npids = 7\n", "f:4: 'pids' is 7; it must be a number from 8 to 4194304" },
	{ ID "[limits]\nio-weight = 0\n",
	  "f:4: 'io-weight' is 0; it must be a number from 1 to 10000" },
	{ ID "[limits]\nio_weight = 5\n",
	  "f:4: 'io_weight' is no key of [limits]; did you mean 'io-weight'?" },
	{ ID "[limits]\nnofile = 63\n",
	  "f:4: 'nofile' is 63; it must be a number from 64 to 1048576" },

	/* network */
	{ NET("eth1", "192.0.2.7/24", "192.0.2.1"), "" },
	{ NET("wlp2s0", "2001:db8::7/64", "2001:db8::1"), "" },
	{ NET("br-lan.10", "10.0.0.1/32", "10.0.0.1")
	  "[network]\nkind = \"interface\"\ndns = [\"192.0.2.53\", \"2001:db8::53\"]\n",
	  "f:9: [network] comes twice, first on line 3; join the two" },
	{ ID "[network]\nkind = \"interface\"\n",
	  "f:4: [network] 'kind' is \"interface\", but none is given; add [[network.interface]]" },
	{ ID "[[network.interface]]\nname = \"eth1\"\n",
	  "f:4: [network] 'kind' is \"none\", but interface 'eth1' is given; write kind = \"interface\"" },
	{ ID "[network]\ndns = [\"192.0.2.53\"]\n",
	  "f:4: [network] 'kind' is \"none\", but 'dns' is given; leave 'dns' out" },
	{ ID "[network]\ndns = [\"example.org\"]\n",
	  "f:4: 'dns' is \"example.org\"; it must be a list of at most 3: an IPv4 or IPv6 address, as "
	  "192.0.2.1 or 2001:db8::1" },
	{ NET("lo", "192.0.2.7/24", "192.0.2.1"),
	  "f:6: 'name' is \"lo\"; it must be the name of a network interface of the host, not lo" },
	{ NET("../eth", "192.0.2.7/24", "192.0.2.1"),
	  "f:6: 'name' is \"../eth\"; it must be the name of a network interface of the host, not lo" },
	{ NET("sixteen-bytes-lo", "192.0.2.7/24", "192.0.2.1"),
	  "f:6: 'name' has 16 bytes; it must have 1 to 15" },
	{ NET("eth1", "192.0.2.7", "192.0.2.1"),
	  "f:7: 'address' is \"192.0.2.7\"; it must be an address and the size of its network, as "
	  "192.0.2.7/24 or 2001:db8::7/64" },
	{ NET("eth1", "192.0.2.7/33", "192.0.2.1"),
	  "f:7: 'address' is \"192.0.2.7/33\"; it must be an address and the size of its network, as "
	  "192.0.2.7/24 or 2001:db8::7/64" },
	{ NET("eth1", "192.0.2.256/24", "192.0.2.1"),
	  "f:7: 'address' is \"192.0.2.256/24\"; it must be an address and the size of its network, as "
	  "192.0.2.7/24 or 2001:db8::7/64" },
	{ NET("eth1", "2001:db8::7/129", "192.0.2.1"),
	  "f:7: 'address' is \"2001:db8::7/129\"; it must be an address and the size of its network, as "
	  "192.0.2.7/24 or 2001:db8::7/64" },
	{ NET("eth1", "192.0.2.7/024", "192.0.2.1"),
	  "f:7: 'address' is \"192.0.2.7/024\"; it must be an address and the size of its network, as "
	  "192.0.2.7/24 or 2001:db8::7/64" },
	{ NET("eth1", "192.0.2.7/24", "192.0.2.1/24"),
	  "f:8: 'gateway' is \"192.0.2.1/24\"; it must be an IPv4 or IPv6 address, as 192.0.2.1 or "
	  "2001:db8::1" },
	{ NET("eth1", "192.0.2.7/24", "2001:db8::1"),
	  "f:8: interface 'eth1' has the gateway 2001:db8::1 and the address 192.0.2.7/24; both are IPv4 or "
	  "both IPv6" },
	{ NET("eth1", "192.0.2.7/24", "192.0.2.1") "[[network.interface]]\nname = \"eth1\"\n",
	  "f:10: interface 'eth1' is given twice; once is enough" },
	{ NET("eth1", "192.0.2.7/24", "192.0.2.1") "[[network.interface]]\nname = \"eth2\"\ngateway = \"192.0.2.1\"\n",
	  "f:11: interface 'eth2' has a 'gateway' and no 'address'; add one" },

	/* rights */
	{ ID "[rights]\ncapabilities = []\nfamilies = []\n", "" },
	{ ID "[rights]\ndevices = [\"char 10:232\", \"block 8:0\", \"char 4095:1048575\"]\n", "" },
	{ ID "[rights]\ncapabilities = [\"sys_admin\"]\n",
	  "f:4: 'capabilities' asks for \"sys_admin\", which it may never have; it must be a list, of "
	  "\"chown\", \"dac_override\", \"dac_read_search\", \"fowner\", \"fsetid\", \"kill\", \"setgid\", "
	  "\"setuid\", \"setpcap\", \"net_bind_service\", \"ipc_lock\", \"ipc_owner\", \"sys_nice\"" },
	{ ID "[rights]\ncapabilities = [\"chwon\"]\n",
	  "f:4: 'capabilities' is \"chwon\", which is no word for it; did you mean \"chown\"?" },
	{ ID "[rights]\ncapabilities = [\"CAP_CHOWN\"]\n",
	  "f:4: 'capabilities' is \"CAP_CHOWN\"; it must be a list, of \"chown\", \"dac_override\", "
	  "\"dac_read_search\", \"fowner\", \"fsetid\", \"kill\", \"setgid\", \"setuid\", \"setpcap\", "
	  "\"net_bind_service\", \"ipc_lock\", \"ipc_owner\", \"sys_nice\"" },
	{ ID "[rights]\nfamilies = [\"packet\"]\n",
	  "f:4: 'families' asks for \"packet\", which it may never have; it must be a list, of \"unix\", "
	  "\"inet\", \"inet6\", \"netlink\"" },
	{ ID "[rights]\nfamilies = [\"inet4\"]\n",
	  "f:4: 'families' is \"inet4\", which is no word for it; did you mean \"inet\"?" },
	{ ID "[rights]\ndevices = [\"/dev/kvm\"]\n",
	  "f:4: 'devices' is \"/dev/kvm\"; it must be a list of at most 8: a device by kind and numbers, "
	  "as \"char 10:232\" (see ls -l /dev)" },
	{ ID "[rights]\ndevices = [\"char 10:232x\"]\n",
	  "f:4: 'devices' is \"char 10:232x\"; it must be a list of at most 8: a device by kind and "
	  "numbers, as \"char 10:232\" (see ls -l /dev)" },
	{ ID "[rights]\ndevices = [\"char 4096:0\"]\n",
	  "f:4: 'devices' is \"char 4096:0\"; it must be a list of at most 8: a device by kind and "
	  "numbers, as \"char 10:232\" (see ls -l /dev)" },
	{ ID "[rights]\ndevices = [\"block 8:1048576\"]\n",
	  "f:4: 'devices' is \"block 8:1048576\"; it must be a list of at most 8: a device by kind and "
	  "numbers, as \"char 10:232\" (see ls -l /dev)" },
	{ ID "[rights]\ndevices = [\"char 1:1\"]\n",
	  "f:4: 'devices' lists \"char 1:1\", a memory device; no cage is given one" },

	/* the user */
	{ ID "[user]\nname = \"alice\"\nuid = 65533\nshell = \"/bin/bash\"\n", "" },
	{ ID "[user]\nname = \"root\"\n",
	  "f:4: 'name' is \"root\"; it must be a name of a-z, 0-9, _ and -, not root" },
	{ ID "[user]\nname = \"a:b\"\n",
	  "f:4: 'name' is \"a:b\"; it must be a name of a-z, 0-9, _ and -, not root" },
	{ ID "[user]\nuid = 0\n", "f:4: 'uid' is 0; it must be a number from 1 to 65533" },
	{ ID "[user]\nuid = 65534\n", "f:4: 'uid' is 65534; it must be a number from 1 to 65533" },
	{ ID "[user]\nshell = \"bash\"\n",
	  "f:4: 'shell' is \"bash\"; it must be an absolute path without '.', '..' or a '/' too many" },

	/* services */
	{ SERVICE("/usr/sbin/sshd -D -e"), "" },
	{ SERVICE("sshd -D"),
	  "f:4: 'command' is \"sshd -D\"; it must be the absolute path of a program and its words, one "
	  "blank between two, without quotes" },
	{ SERVICE("/"),
	  "f:4: 'command' is \"/\"; it must be the absolute path of a program and its words, one blank "
	  "between two, without quotes" },
	{ SERVICE("/usr/../bin/x"),
	  "f:4: 'command' is \"/usr/../bin/x\"; it must be the absolute path of a program and its words, "
	  "one blank between two, without quotes" },
	{ SERVICE("/bin/x  y"),
	  "f:4: 'command' is \"/bin/x  y\"; it must be the absolute path of a program and its words, one "
	  "blank between two, without quotes" },
	{ SERVICE("/bin/x "),
	  "f:4: 'command' is \"/bin/x \"; it must be the absolute path of a program and its words, one "
	  "blank between two, without quotes" },
	{ SERVICE("/bin/sh -c 'x y'"),
	  "f:4: 'command' is \"/bin/sh -c \\x27x y\\x27\"; it must be the absolute path of a program and "
	  "its words, one blank between two, without quotes" },
	{ ID "[[service]]\nrestart = true\n",
	  "f:3: 'command' is missing in [[service]]; it must be the absolute path of a program and its "
	  "words, one blank between two, without quotes" },
};
/* clang-format on */

static struct clo_cage_conf conf, other;
static struct clo_err err;

static int parse(const char *text, const char *file)
{
	memset(&err, 0, sizeof(err));
	memset(&conf, 0x5a, sizeof(conf));
	return clo_cage_conf_parse(text, strlen(text), file, &conf, &err);
}

static char *print(const struct clo_cage_conf *cage)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	clo_toml_print(&clo_cage_schema, cage, out);
	(void)fclose(out);
	return text;
}

/* What is read is accepted by the check, and printed it reads the same. */
static bool is_stable(void)
{
	clo_free char *text = print(&conf);
	clo_free char *again = NULL;

	if (!text || clo_cage_conf_check(&conf, &err) ||
	    clo_cage_conf_parse(text, strlen(text), "f", &other, &err))
		return false;
	again = print(&other);
	return again && !strcmp(text, again);
}

static void test_cases(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++) {
		bool is_good = !cases[i].message[0];
		int r = parse(cases[i].text, "f");

		ok(!strcmp(err.text, cases[i].message) &&
			   r == (is_good ? 0 : -EINVAL),
		   "case %zu: %s", i, cases[i].message);
		if (strcmp(err.text, cases[i].message) != 0)
			printf("# %s\n", err.text);
		if (is_good)
			ok(is_stable(), "case %zu: is stable: %s", i, err.text);
		else
			ok(conf.id == 0x5a5a5a5a,
			   "case %zu: the result is left alone", i);
	}
}

static void test_names(void)
{
	/* clang-format off */
	static const struct {
		const char *file, *name; /* NULL: no name for a cage */
	} files[] = {
		{ "office", "office" }, { "office.toml", "office" },
		{ "/etc/cloison/cages/office.toml", "office" },
		{ "a-2.toml", "a-2" },
		{ "abcdefghijklmnopqrstuvwxyz-1234.toml",
		  "abcdefghijklmnopqrstuvwxyz-1234" },
		{ "abcdefghijklmnopqrstuvwxyz-12345.toml", NULL },
		{ "Office.toml", NULL }, { ".toml", NULL }, { "", NULL },
		{ "a.b.toml", NULL }, { "core.toml", NULL },
		{ "host.toml", NULL }, { "all.toml", NULL },
		{ "none.toml", NULL }, { "2.toml", NULL }, { "a_b.toml", NULL },
		{ "/etc/", NULL }, { "a\n.toml", NULL },
	};
	/* clang-format on */

	for (size_t i = 0; i < CLO_ARRAY_SIZE(files); i++) {
		int r = parse(ID, files[i].file);

		ok(files[i].name ? !r && !strcmp(conf.name, files[i].name) :
				   r == -EINVAL,
		   "name %zu: %s", i, files[i].name ? files[i].name : "none");
	}
	(void)parse(ID, "x/Of\nfice.toml");
	ok(strstr(err.text,
		  "'Of\\x0afice' is no name for a cage; name the file with at most 31 of "
		  "a-z, 0-9 and -, a letter first, and not core, host, all or none") !=
		   NULL,
	   "the error shows the name safely");
}

static void test_defaults(void)
{
	ok(!parse(ID, "office.toml"), "a file with an id alone");
	ok(!strcmp(conf.level, "low") && !conf.autostart && !conf.root_kind &&
		   conf.persistent && conf.tmp_mib == 256,
	   "level, root");
	ok(conf.memory_mib == 1024 && !conf.swap_mib && !conf.cpu_percent &&
		   conf.pids == 512 && conf.io_weight == 100 &&
		   conf.nofile == 4096 && conf.terminals == 128 && !conf.aio,
	   "limits");
	ok(conf.limits.caps == 0x4fb &&
		   conf.limits.families == CLO_CAGE_FAMILIES_MAX &&
		   !conf.limits.devices[0].used && !conf.limits.state,
	   "rights: %llx", conf.limits.caps);
	ok(!strcmp(conf.user, "user") && conf.uid == 1000 &&
		   !strcmp(conf.shell, "/bin/sh") &&
		   !conf.services[0].command[0],
	   "user");
	ok(!parse(SERVICE("/bin/x y") "uid = 0\nrestart = true\n", "office") &&
		   conf.services[0].uid == 0 && conf.services[0].restart == 1,
	   "a service");
	ok(!parse(ID "[rights]\ndevices = [\"char 10:232\", \"block 8:1\"]\n",
		  "a") &&
		   conf.limits.devices[0].used &&
		   !conf.limits.devices[0].is_block &&
		   conf.limits.devices[0].major == 10 &&
		   conf.limits.devices[0].minor == 232 &&
		   conf.limits.devices[1].is_block &&
		   conf.limits.devices[1].minor == 1,
	   "devices");
}

/* One field of a good structure changed: the check refuses. */
#define BAD(message, ...)                                                \
	do {                                                             \
		(void)parse(BIND("/srv/a", "/srv/b", "true"), "office"); \
		__VA_ARGS__;                                             \
		ok(clo_cage_conf_check(&conf, &err) == -EINVAL &&        \
			   !strcmp(err.text, message),                   \
		   "%s", err.text);                                      \
	} while (0)

static void test_check(void)
{
	BAD("a cage's configuration: its name is none",
	    memset(conf.name, 'a', sizeof(conf.name)));
	BAD("a cage's configuration: its name is none", conf.name[0] = '/');
	BAD("a cage's configuration: its name is none", conf.name[20] = 'x');
	BAD("a cage's configuration: its name is none",
	    memcpy(conf.name, "core\0\0", 6));
	BAD("office: 'id' is 1; it must be a number from 2 to 63", conf.id = 1);
	BAD("office: 'id' is 64; it must be a number from 2 to 63",
	    conf.id = 64);
	BAD("office: 'description' has no end",
	    memset(conf.description, 'x', sizeof(conf.description)));
	BAD("office: 'from' is 3, which is no word", conf.root_kind = 3);
	BAD("office: 'autostart' is 2; it must be 0 or 1", conf.autostart = 2);
	BAD("office: 'source' is \"srv/a\"; it must be an absolute path without '.', '..' or a '/' too many",
	    memcpy(conf.binds[0].source, "srv/a\0", 7));
	BAD("office: [[bind]] 'source' is \"/etc/a\" and writable, and it holds or lies in /etc; "
	    "give the cage a directory of its own",
	    memcpy(conf.binds[0].source, "/etc/a", 6));
	BAD("office: 'source' has bytes behind its end",
	    conf.binds[0].source[200] = 'x');
	BAD("office: 'writable' is 2; it must be 0 or 1",
	    conf.binds[0].is_writable = 2);
	BAD("office: [[bind]] has bytes too many", conf.binds[0].spare = 1);
	BAD("office: 'source' is empty; write it between the quotes",
	    conf.binds[1].spare = 1);
	BAD("office: [[bind]] has a gap", conf.binds[2] = conf.binds[0]);
	BAD("office: 'capabilities' has the bits 0x200000 too many",
	    conf.limits.caps |= 1u << 21);
	BAD("office: 'families' has the bits 0x20000 too many",
	    conf.limits.families |= 1u << 17);
	BAD("office: its limits are more than any cage may have",
	    conf.limits.spare = 1);
	BAD("office: its limits are more than any cage may have",
	    conf.limits.state = CLO_CAGE_UP);
	BAD("office: 'devices' has a row out of its range",
	    conf.limits.devices[0].major = 1);
	BAD("office: 'devices' has a row out of its range",
	    conf.limits.devices[0].used = 2);
	BAD("office: 'devices' lists \"char 1:1\", a memory device; no cage is given one",
	    conf.limits.devices[0] = (struct clo_device){ 0, 1, 1, 1 });
	BAD("office: it leaves protections out; only --without does",
	    conf.without = 1);
	BAD("office: 'kind' is 2, which is no word", conf.net_kind = 2);
	BAD("office: [network] 'kind' is \"none\", but interface 'eth1' is given; write kind = \"interface\"",
	    memcpy(conf.interfaces[0].name, "eth1", 4));
	BAD("office: 'pids' is 0; it must be a number from 8 to 4194304",
	    conf.pids = 0);
	BAD("office: 'uid' is 0; it must be a number from 1 to 65533",
	    conf.uid = 0);
}

/* Bytes changed at random: the check takes only what a file could give. */
static void test_random(void)
{
	uint32_t state = 7;
	size_t taken = 0;
	bool is_same = true;

	for (int round = 0; round < 20000; round++) {
		(void)parse(BIND("/srv/a", "/srv/b", "true"), "f");
		for (int i = 0; i < 2; i++) {
			state = state * 1664525 + 1013904223;
			((uint8_t *)&conf)[(state >> 8) % sizeof(conf)] =
				(uint8_t)(state >> 28);
		}
		memcpy(conf.name, "f\0", 2);
		if (clo_cage_conf_check(&conf, &err))
			continue;
		is_same &= is_stable();
		taken++;
	}
	ok(is_same && taken > 20,
	   "%zu changed structures were accepted, each one a file could give",
	   taken);
}

static void test_builtin(void)
{
	ok(!clo_cage_conf_builtin(0, &conf) && !strcmp(conf.name, "office") &&
		   conf.id == 2 && !strcmp(conf.level, "low"),
	   "office");
	ok(!clo_cage_conf_check(&conf, &err), "is accepted");
	ok(!clo_cage_conf_builtin(1, &other) && !strcmp(other.name, "admin") &&
		   other.id == 3 && !strcmp(other.level, "high"),
	   "admin");
	ok(!clo_cage_conf_check(&other, &err), "is accepted");
	ok(!clo_cage_conf_check_pair(
		   &conf, &other, &(struct clo_cage_place){ .where = "a" },
		   &(struct clo_cage_place){ .where = "b" }, &err),
	   "they go together");
	ok(clo_cage_conf_builtin(2, &conf) == -ENOENT &&
		   !clo_cage_builtin_text(2) && clo_cage_builtin_text(1),
	   "there are two");
}

static void test_words(void)
{
	char list[CLO_PROTECTIONS_TEXT];
	uint64_t caps = 0, families = 0;

	for (const struct clo_toml_word *w = clo_cap_words; w->name; w++)
		caps |= CLO_BIT64(w->value);
	for (const struct clo_toml_word *w = clo_family_words; w->name; w++)
		families |= CLO_BIT64(w->value);
	ok(caps == (UINT64_C(1) << CLO_CAP_COUNT) - 1,
	   "each capability has a name");
	ok(!(CLO_CAGE_FAMILIES_MAX & ~families),
	   "each family that a cage may use has a name");
	ok(!strcmp(clo_cap_name(CLO_CAP_NET_BIND_SERVICE),
		   "net_bind_service") &&
		   !clo_cap_name(CLO_CAP_COUNT),
	   "names of capabilities");
	ok(!strcmp(clo_family_name(CLO_AF_NETLINK), "netlink") &&
		   !clo_family_name(63),
	   "names of families");
	ok(!strcmp(clo_protection_name(CLO_PROTECT_seccomp), "seccomp") &&
		   clo_protection_text(0) &&
		   !clo_protection_name(CLO_PROTECTION_COUNT) &&
		   !clo_protection_text(CLO_PROTECTION_COUNT),
	   "names of protections");
	ok(!clo_protection_list(0, list, sizeof(list))[0] &&
		   !strcmp(clo_protection_list(
				   CLO_BIT64(CLO_PROTECT_guard) |
					   CLO_BIT64(CLO_PROTECT_nnp),
				   list, sizeof(list)),
			   "guard,nnp"),
	   "protections left out are listed");
	(void)clo_protection_list(UINT64_MAX, list, sizeof(list));
	ok(strstr(list, ",nnp") == list + strlen(list) - 4,
	   "all of them have room: %s", list);
}

int main(void)
{
	ok(!clo_toml_check_schema(&clo_cage_schema, &err),
	   "the table makes sense: %s", err.text);
	test_cases();
	test_names();
	test_defaults();
	test_check();
	test_random();
	test_builtin();
	test_words();
	return tap_end();
}
