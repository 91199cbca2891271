// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The parts of the audit alone: stanzas, expressions, three-valued logic, the
 * history of options, files of a kernel.
 */
#include "audit/case.h"
#include "lib/tap.h"

/* clang-format off */
static const struct {
	const char *text;
	int code;
	const char *message;
} files[] = {
	{ "", 0, "" },
	{ "# only a comment\n", 0, "" },
	{ "Check: a\nTest: kconfig A = y\n", 0, "" },
	{ "Check: a\nTest: kconfig A = y", 0, "" },
	{ "Check: a\nTest: kconfig A = y\n and kconfig B unset\n", 0, "" },
	{ "Topic: t\nTitle: x\n\nCheck: a\nTopic: t\nTest: kconfig A = y\n", 0, "" },
	{ " a\n", -EINVAL, "f:1: a stanza begins with 'Name: value', not with a space" },
	{ "Check a\n", -EINVAL, "f:1: a line is 'Name: value', or begins with a space to continue the one before" },
	{ "Check: a\nCheck: b\n", -EINVAL, "f:2: 'Check' is set twice; it is also in line 1" },
	{ "Check: a\nTest:\n", -EINVAL, "f:2: 'Test' is empty; give it a value or leave it out" },
	{ "Check: a\n \n", -EINVAL, "f:2: a line of spaces; leave it out, or make it empty to end the stanza" },
	{ "Check: a\n# c\n b\n", -EINVAL, "f:3: a comment stands inside a value; put it above the field" },
	{ "Check: a\tb\n", -EINVAL, "f:1: byte 0x09 is no plain text; write UTF-8 without tabs and control characters" },
	{ "Check: a\n", -EINVAL, "f:1: 'Check' needs 'Test'; add it" },
	{ "Check: A\nTest: kconfig A = y\n", -EINVAL, "f:1: 'Check' is 'A'; a name has at most 80 small letters, digits, points, dashes, underscores" },
	{ "Check: a\nTst: kconfig A = y\n", -EINVAL, "f:2: 'Tst' is no field of 'Check'; see cloison-audit(5)" },
	{ "Check: a\nTopic: t\nTest: kconfig A = y\n", -EINVAL,
	  "f:2: 'Topic' is 't'; no topic has this name; it has to stand above, or in a file that comes before" },
	{ "Check: a\nLevel: top\nTest: kconfig A = y\n", -EINVAL, "f:2: 'Level' is 'top'; write minimal, intermediary, enhanced or high" },
	{ "Check: a\nArch: vax\nTest: kconfig A = y\n", -EINVAL, "f:2: 'Arch' is 'vax'; write one or more of x86_64 x86_32 arm64 arm riscv" },
	{ "Check: a\nOverride: no\nTest: kconfig A = y\n", -EINVAL, "f:2: 'Override' is 'no'; write yes, or leave it out" },
	{ "Check: a\nOverride: yes\nTest: kconfig A = y\n", -EINVAL, "f:1: check 'a' overrides none; no file that comes before has it" },
	{ "Check: a\nTest: kconfig A = y\n\nCheck: a\nTest: kconfig A = y\n", -EINVAL,
	  "f:4: check 'a' is also in f:1; name it otherwise, or add 'Override: yes'" },
	{ "Check: a\nTest: kconfig A = y\n\nCheck: a\nOverride: yes\nTest: kconfig B = y\n", 0, "" },
	{ "Check: a\nTest: kconfg A = y\n", -EINVAL, "f:2: 'kconfg' stands where a fact is needed; it begins with a word as kconfig, cmdline or sysctl" },
	{ "Check: a\nTest: kconfig A\n", -EINVAL,
	  "f:2: the expression ends where a comparison is needed: = != < <= > >= in has lacks within set unset on off known" },
	{ "Check: a\nTest: kconfig A =\n", -EINVAL, "f:2: the expression ends where a value is needed" },
	{ "Check: a\nTest: (kconfig A = y\n", -EINVAL, "f:2: the expression ends where a parenthesis has to be closed" },
	{ "Check: a\nTest: kconfig A = y)\n", -EINVAL, "f:2: ')' stands where 'and', 'or' or the end is needed" },
	{ "Check: a\nTest: kconfig A = \"y\n", -EINVAL, "f:2: a quote is not closed; end the text with \"" },
	{ "Check: a\nTest: sysctl A known\n", -EINVAL, "f:2: 'known' stands where only an option of kconfig can be known" },
	{ "Check: a\nTest: not not not not not not not not not not not not not not not not not kconfig A = y\n", -EINVAL,
	  "f:2: 'not' stands where an expression is nested more than 16 deep" },
	{ "Symbol: A\nRenamed: B\n", -EINVAL, "f:1: 'Symbol' needs 'Since'; add it" },
	{ "Symbol: A\nSince: 6.1\n", -EINVAL, "f:1: 'Symbol' needs 'Renamed'; add it" },
	{ "Symbol: A\nRemoved: six\n", -EINVAL, "f:2: 'Removed' is 'six'; write a version as 6.9" },
	{ "Symbol: A\nRemoved: 6.1\nAlways-on: 6.1\n", -EINVAL,
	  "f:1: a symbol has one of Since, Removed, Always-on, Always-before, Introduced, Tree; use a stanza for each" },
	{ "Accept: a\nProfile: p\nWhy: x\n", -EINVAL, "f:1: no check is named 'a'; see 'cloison audit explain'" },
	{ "Profile: p\n\nProfile: p\n", -EINVAL, "f:3: 'Profile' is 'p'; this profile is there already" },
	{ "Thing: a\n", -EINVAL, "f:1: a stanza begins with Check, Topic, Symbol, Profile, Accept or Requirement, not with 'Thing'" },
};

/* Options, command line, settings; an expression; what it is: y n u. */
static const struct {
	const char *config, *cmdline, *sysctl;
	const char *test;
	char truth;
} asked[] = {
	{ "CONFIG_A=y\n", NULL, NULL, "kconfig A = y", 'y' },
	{ "CONFIG_A=m\n", NULL, NULL, "kconfig A = y", 'n' },
	{ "CONFIG_B=y\n", NULL, NULL, "kconfig A = y", 'n' },
	{ NULL, NULL, NULL, "kconfig A = y", 'u' },
	{ NULL, NULL, NULL, "not kconfig A = y", 'u' },
	{ "CONFIG_B=y\n", NULL, NULL, "kconfig A unset", 'y' },
	{ "# CONFIG_B is not set\n CONFIG", NULL, NULL, "kconfig A unset", 'u' }, /* cannot be read */
	{ "# CONFIG_A is not set\nCONFIG_B=y\n", NULL, NULL, "kconfig A unset", 'y' },
	{ "# CONFIG_A is not set\nCONFIG_B=y\n", NULL, NULL, "kconfig A set", 'n' },
	{ "CONFIG_A=m\n", NULL, NULL, "kconfig A set", 'y' },
	{ "CONFIG_A=\"x,y\"\n", NULL, NULL, "kconfig A has y", 'y' },
	{ "CONFIG_A=\"x,yy\"\n", NULL, NULL, "kconfig A has y", 'n' },
	{ "CONFIG_A=\"x,yy\"\n", NULL, NULL, "kconfig A lacks y", 'y' },
	{ "CONFIG_A=65536\n", NULL, NULL, "kconfig A >= 65536", 'y' },
	{ "CONFIG_A=65535\n", NULL, NULL, "kconfig A >= 65536", 'n' },
	{ "CONFIG_A=-1\n", NULL, NULL, "kconfig A < 0", 'y' },
	{ "CONFIG_A=0\n", NULL, NULL, "kconfig A < 0", 'n' },
	{ "CONFIG_A=0\n", NULL, NULL, "kconfig A <= 0", 'y' },
	{ "CONFIG_A=0\n", NULL, NULL, "kconfig A > 0", 'n' },
	{ "CONFIG_A=word\n", NULL, NULL, "kconfig A > 0", 'u' },
	{ "CONFIG_A=8\nCONFIG_B=8\n", NULL, NULL, "kconfig A = kconfig B", 'y' },
	{ "CONFIG_A=8\nCONFIG_B=9\n", NULL, NULL, "kconfig A = kconfig B", 'n' },
	{ "CONFIG_A=8\n", NULL, NULL, "kconfig A = kconfig B", 'u' },
	{ "CONFIG_A=b\n", NULL, NULL, "kconfig A in a|b", 'y' },
	{ "CONFIG_A=c\n", NULL, NULL, "kconfig A in a|b", 'n' },
	{ "CONFIG_A=a\n", NULL, NULL, "kconfig A != b", 'y' },
	{ "CONFIG_B=a\n", NULL, NULL, "kconfig A != b", 'y' },
	{ "CONFIG_A=y\n", NULL, NULL, "kconfig A = y => kconfig B = y", 'n' },
	{ "CONFIG_B=y\n", NULL, NULL, "kconfig A = y => kconfig B = y", 'y' },
	{ "CONFIG_A=y\n", NULL, NULL, "kconfig A = y or sysctl s = 1", 'y' },
	{ "CONFIG_B=y\n", NULL, NULL, "kconfig A = y or sysctl s = 1", 'u' },
	{ "CONFIG_A=y\n", NULL, NULL, "kconfig A = y and sysctl s = 1", 'u' },
	{ "CONFIG_B=y\n", NULL, NULL, "kconfig A = y and sysctl s = 1", 'n' },
	{ "CONFIG_A=y\n", NULL, NULL, "kconfig A = y and not (kconfig B = y or kconfig C = y)", 'y' },
	{ NULL, "quiet pti=on", NULL, "cmdline pti = on", 'y' },
	{ NULL, "quiet pti=on pti=off", NULL, "cmdline pti = on", 'n' },
	{ NULL, "a-b=1", NULL, "cmdline a_b on", 'y' },
	{ NULL, "quiet -- nosmt", NULL, "cmdline nosmt set", 'n' },
	{ NULL, "x=\"a b\" nosmt", NULL, "cmdline x = \"a b\"", 'y' },
	{ NULL, "\"x=a b\" nosmt", NULL, "cmdline x = \"a b\"", 'y' },
	{ NULL, "x=off", NULL, "cmdline x off", 'y' },
	{ NULL, "x=of", NULL, "cmdline x off", 'y' }, /* as kstrtobool() */
	{ NULL, "x=on", NULL, "cmdline x off", 'n' },
	{ NULL, "x=other", NULL, "cmdline x on", 'n' },
	{ NULL, "x=o", NULL, "cmdline x off", 'n' },
	{ NULL, "x", NULL, "cmdline x = \"\"", 'y' },
	{ NULL, "y", NULL, "cmdline x = \"\"", 'n' },
	{ NULL, NULL, "kernel.a = 1\n", "sysctl kernel.a = 1", 'y' },
	{ NULL, NULL, "kernel.a=1\n", "sysctl kernel.a = 1", 'y' },
	{ NULL, NULL, "kernel.b = 1\n", "sysctl kernel.a = 1", 'u' },
	{ NULL, NULL, "kernel.b = 1\n", "sysctl kernel.a unset", 'u' },
	{ NULL, NULL, "a = 1\t 2\n", "sysctl a = \"1  2\"", 'y' },
};

/* A version, options, an expression, what it is; the history is below. */
static const char history[] =
	"Symbol: OLD\nRenamed: NEW\nSince: 6.9\n\n"
	"Symbol: ALWAYS\nAlways-on: 5.5\n\n"
	"Symbol: BEFORE\nAlways-before: 6.12\n\n"
	"Symbol: GONE\nRemoved: 6.7\n\n"
	"Symbol: FRESH\nIntroduced: 6.2\n\n"
	"Symbol: ALIEN\nTree: elsewhere\n";
static const struct {
	const char *version, *config, *test;
	char truth;
} history_asked[] = {
	{ "6.1", "CONFIG_OLD=y\n", "kconfig NEW = y", 'y' },
	{ "7.3", "CONFIG_NEW=y\n", "kconfig OLD = y", 'y' },
	{ "7.3", "# CONFIG_NEW is not set\nCONFIG_X=y\n", "kconfig OLD = y", 'n' },
	{ "7.3", "CONFIG_NEW=m\nCONFIG_OLD=y\n", "kconfig NEW = y", 'n' },
	{ "5.5", "CONFIG_X=y\n", "kconfig ALWAYS = y", 'y' },
	{ "5.4.300", "CONFIG_X=y\n", "kconfig ALWAYS = y", 'n' },
	{ "5.4.300", "CONFIG_ALWAYS=y\n", "kconfig ALWAYS = y", 'y' },
	{ NULL, "CONFIG_X=y\n", "kconfig ALWAYS = y", 'u' },
	{ "6.11.9", "CONFIG_X=y\n", "kconfig BEFORE = y", 'y' },
	{ "6.12", "CONFIG_X=y\n", "kconfig BEFORE = y", 'n' },
	{ NULL, "CONFIG_X=y\n", "kconfig BEFORE = y", 'u' },
	{ "6.7", "CONFIG_X=y\n", "kconfig GONE known", 'n' },
	{ "6.6.300", "CONFIG_X=y\n", "kconfig GONE known", 'y' },
	{ "6.7", "CONFIG_GONE=y\n", "kconfig GONE known", 'y' },
	{ NULL, "CONFIG_X=y\n", "kconfig GONE known", 'u' },
	{ "6.7", NULL, "kconfig GONE known", 'u' },
	{ "6.1", "CONFIG_X=y\n", "kconfig FRESH known", 'n' },
	{ "6.2", "CONFIG_X=y\n", "kconfig FRESH known", 'y' },
	{ "6.2", "CONFIG_X=y\n", "kconfig OTHER known", 'y' },
	{ "6.2", "CONFIG_X=y\n", "kconfig ALIEN known", 'n' },
	{ "6.2", "# CONFIG_ALIEN is not set\nCONFIG_X=y\n", "kconfig ALIEN known", 'y' },
	{ "6.2", "CONFIG_X=y\n", "kernel version >= 6.2", 'y' },
	{ "6.10", "CONFIG_X=y\n", "kernel version >= 6.2", 'y' },
	{ "6.1.999", "CONFIG_X=y\n", "kernel version >= 6.2", 'n' },
};

/* A file, its reader, a fact of it and what that is. */
static const struct {
	int (*read)(struct clo_facts *facts, struct clo_text text, const char *file, struct clo_err *err);
	const char *text, *name, *value;
} system_files[] = {
	{ clo_facts_passwd, "root:x:0:0::/root:/bin/bash\n", "account root.shell", "/bin/bash" },
	{ clo_facts_passwd, "toor:x:0:0::/root:\n", "account root/toor.shell", "/bin/sh" },
	{ clo_facts_passwd, "daemon:x:999:1::/:/usr/sbin/nologin\n", "account system/daemon.uid", "999" },
	{ clo_facts_passwd, "ada:x:1000:1::/:/bin/sh\n", "account user/ada.uid", "1000" },
	{ clo_facts_passwd, "nobody:x:65534:1::/:/bin/false\n", "account system/nobody.shell", "/bin/false" },
	{ clo_facts_passwd, "ada:x:ten:1::/:/bin/sh\n", NULL, "f:1: a line is name:x:uid:gid:comment:home:shell" },
	{ clo_facts_passwd, "ada:x:1\n", NULL, "f:1: a line is name:x:uid:gid:comment:home:shell" },
	{ clo_facts_group, "adm:x:4:a,b\n", "account group/adm.gid", "4" },
	{ clo_facts_group, "adm\n", NULL, "f:1: a line is name:x:gid:members" },
	{ clo_facts_login, "# UMASK 1\nUMASK\t\t077\n", "login UMASK", "077" },
	{ clo_facts_fstab, "/dev/sda1 /tmp ext4 nosuid,nodev 0 2\n", "mount /tmp.options", "nosuid,nodev" },
	{ clo_facts_fstab, "/dev/sda1 /tmp ext4\n", "mount /tmp.options", "defaults" },
	{ clo_facts_fstab, "/dev/sda1 /tmp\n", NULL, "f:1: a line is 'device directory type options'" },
	{ clo_facts_mounts, "1 0 8:1 / /tmp rw,nosuid shared:1 master:2 - tmpfs t rw,size=1\n", "mount /tmp.options", "rw,nosuid,rw,size=1" },
	{ clo_facts_mounts, "1 0 8:1 / /tmp rw,nosuid - tmpfs t rw\n2 1 8:2 / /tmp ro - ext4 d ro\n", "mount /tmp.options", "ro,ro" },
	{ clo_facts_dpkg, "Package: a\nStatus: install ok installed\nVersion: 1:2-3\n\n", "package a", "1:2-3" },
	{ clo_facts_dpkg, "Package: a\nStatus: deinstall ok config-files\nVersion: 1\n\n", "package a", NULL },
	{ clo_facts_dpkg, "Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: b\nStatus: install ok unpacked\nVersion: 1", "package b", NULL },
	{ clo_facts_apt, "deb [arch=amd64 signed-by=/k trusted=yes] https://example.org y main\n", "apt 1.trusted", "yes" },
	{ clo_facts_apt, "deb https://example.org y main\ndeb [signed-by=/k] https://example.org y main\n", "apt 2.signed-by", "/k" },
	{ clo_facts_apt, "deb https://example.org y main\n", "apt 1.signed-by", NULL },
	{ clo_facts_apt, "dab https://example.org y main\n", NULL, "f:1: a line is 'deb [options] uri suite component...'" },
	{ clo_facts_apt, "deb [a=b https://example.org y main\n", NULL, "f:1: '[' is not closed" },
	{ clo_facts_apt_stanzas, "Types: deb\nURIs: u\nTrusted: yes\n", "apt 1.trusted", "yes" },
	{ clo_facts_apt_stanzas, "Types: deb\nURIs: u\nEnabled: no\nTrusted: yes\n", "apt 1.trusted", NULL },
	{ clo_facts_apt_stanzas, "Types: deb\n", NULL, "f:1: a source has no URIs" },
	{ clo_facts_sysctl_d, "-net/ipv4/conf/eth0.1/rp_filter = 1\n", "sysctl net.ipv4.conf.eth0/1.rp_filter", "1" },
	{ clo_facts_sysctl_d, "kernel.a = 1\n; c\nkernel.a=2\n", "sysctl kernel.a", "2" },
	{ clo_facts_sysctl_d, "-kernel.a\n", "sysctl kernel.a", NULL },
	{ clo_facts_sysctl_d, "= 1\n", NULL, "f:1: a line is 'name = value'" },
};

/* The hash of ada, and what is said of it. */
static const struct {
	const char *hash, *kind;
} hashes[] = {
	{ "", "empty" }, { "!", "locked" }, { "*", "locked" }, { "!$y$x", "locked" }, { "x", "locked" },
	{ "$y$j9T$salt$hash", "yescrypt" }, { "$6$salt$hash", "sha512" }, { "$5$s$h", "sha256" },
	{ "$2b$05$x", "bcrypt" }, { "$1$s$h", "md5" }, { "abcdefghijklm", "des" },
};

/* What is no file of its kind: k, c, s; and what is said. */
static const struct {
	char kind;
	const char *text, *message;
} wrong_files[] = {
	{ 'k', "", "f: no option is in it; give the configuration of a kernel, as /boot/config-VERSION" },
	{ 'k', "# CONFIG_A is not set\n", "f: no option is in it; give the configuration of a kernel, as /boot/config-VERSION" },
	{ 'k', "A=y\n", "f:1: 'A=y' is neither CONFIG_X=..., nor '# CONFIG_X is not set', nor a comment; give the configuration of a kernel" },
	{ 'k', "CONFIG_A\n", "f:1: 'CONFIG_A' has no value; write CONFIG_X=y" },
	{ 'k', "CONFIG_A=\n", "f:1: 'CONFIG_A=' has no value; write CONFIG_X=y" },
	{ 'k', "CONFIG_A=y\nCONFIG_A=n\n", "f:2: 'CONFIG_A' is set twice, also in line 1; leave one, so that it can be told which is built" },
	{ 'k', "CONFIG_A=\"x\n", "f:1: 'CONFIG_A=\\x22x' has a quote that is not closed" },
	{ 'k', "CONFIG_A=y y\n", "f:1: 'CONFIG_A=y y' has a space outside quotes" },
	{ 'k', "CONFIG_A=y\r\n", "f:1: 'CONFIG_A=y\\x0d' has a control character; write lines that end with a line feed alone" },
	{ 'c', "a\nb\n", "f: it has more than one line; a command line is one, as in /proc/cmdline" },
	{ 's', "a b\n", "f:1: 'a b' is no 'name = value'; give what 'sysctl -a' writes" },
	{ 's', "= 1\n", "f:1: '= 1' is no 'name = value'; give what 'sysctl -a' writes" },
	{ 's', "a b = 1\n", "f:1: 'a b = 1' is no 'name = value'; give what 'sysctl -a' writes" },
};
/* clang-format on */

static void test_files(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(files); i++) {
		clo_owned_rules struct clo_rules rules = { 0 };
		struct clo_err err = { "" };
		int r = clo_rules_read(&rules, clo_text_of(files[i].text), "f",
				       &err);

		if (!r)
			r = clo_rules_end(&rules, &err);
		ok(r == files[i].code && !strcmp(err.text, files[i].message),
		   "file %zu: %d %s", i, r, err.text);
	}
}

static char truth_of(const struct clo_rules *rules,
		     const struct clo_facts *facts, uint32_t node)
{
	return "nyu"[clo_judge_expr(rules, facts, node)];
}

static void test_truth(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(asked); i++) {
		clo_owned_rules struct clo_rules rules = { 0 };
		clo_owned_facts struct clo_facts facts = { 0 };
		uint32_t node = 0;
		int r = clo_expr_read(&rules, clo_text_of(asked[i].test),
				      (struct clo_where){ "t", 1 }, &node,
				      NULL);

		/* Some cannot be read: then nothing is known. */
		if (!r && asked[i].config &&
		    clo_facts_kconfig(&facts, clo_text_of(asked[i].config), "k",
				      NULL))
			ok(asked[i].truth == 'u', "it cannot be read");
		if (!r && asked[i].cmdline)
			r = clo_facts_cmdline(&facts,
					      clo_text_of(asked[i].cmdline),
					      "c", NULL);
		if (!r && asked[i].sysctl)
			r = clo_facts_sysctl(&facts,
					     clo_text_of(asked[i].sysctl), "s",
					     NULL);
		ok(!r && truth_of(&rules, &facts, node) == asked[i].truth,
		   "%s of '%s' is %c", asked[i].test,
		   asked[i].config  ? asked[i].config :
		   asked[i].cmdline ? asked[i].cmdline :
		   asked[i].sysctl  ? asked[i].sysctl :
				      "nothing",
		   asked[i].truth);
	}
}

static void test_history(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(history_asked); i++) {
		clo_owned_rules struct clo_rules rules = { 0 };
		clo_owned_facts struct clo_facts facts = { 0 };
		const char *version = history_asked[i].version;
		struct clo_fact f = { .kind = CLO_FACT_KERNEL,
				      .name = clo_text_of("version"),
				      .value = clo_text_of(version ? version :
								     "") };
		uint32_t node = 0;
		int r = clo_rules_read(&rules, clo_text_of(history), "h", NULL);

		if (!r)
			r = clo_expr_read(&rules,
					  clo_text_of(history_asked[i].test),
					  (struct clo_where){ "t", 1 }, &node,
					  NULL);
		if (!r && history_asked[i].config)
			r = clo_facts_kconfig(
				&facts, clo_text_of(history_asked[i].config),
				"k", NULL);
		if (!r && version)
			r = clo_facts_set(&facts, &f);
		ok(!r && truth_of(&rules, &facts, node) ==
				   history_asked[i].truth,
		   "%s of %s is %c", history_asked[i].test,
		   version ? version : "an unknown version",
		   history_asked[i].truth);
	}
}

static void test_wrong_files(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(wrong_files); i++) {
		clo_owned_facts struct clo_facts facts = { 0 };
		struct clo_text text = clo_text_of(wrong_files[i].text);
		struct clo_err err = { "" };
		int r;

		if (wrong_files[i].kind == 'k')
			r = clo_facts_kconfig(&facts, text, "f", &err);
		else if (wrong_files[i].kind == 'c')
			r = clo_facts_cmdline(&facts, text, "f", &err);
		else
			r = clo_facts_sysctl(&facts, text, "f", &err);
		ok(r == -EINVAL && !strcmp(err.text, wrong_files[i].message),
		   "wrong file %zu: %s", i, err.text);
	}
}

static const struct clo_fact *find(const struct clo_facts *facts,
				   const char *name)
{
	struct clo_text rest = clo_text_of(name), kind;

	if (!clo_text_word(&rest, &kind))
		return NULL;
	return clo_facts_find(facts, clo_fact_kind_find(kind),
			      clo_text_trim(rest));
}

static void test_system(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(system_files); i++) {
		clo_owned_facts struct clo_facts facts = { 0 };
		const char *name = system_files[i].name;
		const char *value = system_files[i].value;
		struct clo_err err = { "" };
		int r = system_files[i].read(
			&facts, clo_text_of(system_files[i].text), "f", &err);
		const struct clo_fact *f = name ? find(&facts, name) : NULL;

		if (!name)
			ok(r == -EINVAL && !strcmp(err.text, value),
			   "refused: %s", err.text);
		else if (!value)
			ok(!r && (!f || f->state == CLO_FACT_ABSENT),
			   "%s is not there", name);
		else
			ok(!r && f && clo_text_eq(f->value, value), "%s is %s",
			   name, value);
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(hashes); i++) {
		clo_owned_facts struct clo_facts facts = { 0 };
		const struct clo_fact *f;
		char text[128];
		int r = clo_facts_passwd(
			&facts, clo_text_of("ada:x:1000:1::/:/bin/sh\n"), "p",
			NULL);

		(void)snprintf(text, sizeof(text), "ada:%s:1::::::\nbob:x:\n",
			       hashes[i].hash);
		if (!r)
			r = clo_facts_shadow(&facts, clo_text_of(text), "s",
					     NULL);
		f = find(&facts, "account user/ada.password");
		ok(!r && f && clo_text_eq(f->value, hashes[i].kind),
		   "'%s' is %s", hashes[i].hash, hashes[i].kind);
	}
}

static int include(void *context, struct clo_text pattern)
{
	struct clo_facts *facts = context;

	if (!clo_text_eq(pattern, "d/*.conf"))
		return -EINVAL;
	return clo_facts_sshd(facts, clo_text_of("PermitTunnel yes\n"), "i",
			      NULL, NULL, NULL);
}

/* The first of a keyword counts, files that are included where they are, and
 * nothing after Match. */
static void test_sshd(void)
{
	/* clang-format off */
	static const struct {
		const char *text, *name, *value;
	} rows[] = {
		{ "PermitRootLogin no\npermitrootlogin yes\n", "sshd permitrootlogin", "no" },
		{ "PermitRootLogin=no\n", "sshd permitrootlogin", "no" },
		{ " PermitRootLogin \t no\n", "sshd permitrootlogin", "no" },
		{ "Match User x\nPermitRootLogin yes\n", "sshd permitrootlogin", NULL },
		{ "Include d/*.conf\nPermitTunnel no\n", "sshd permittunnel", "yes" },
		{ "PermitTunnel no\nInclude d/*.conf\n", "sshd permittunnel", "no" },
	};
	/* clang-format on */

	for (size_t i = 0; i < CLO_ARRAY_SIZE(rows); i++) {
		clo_owned_facts struct clo_facts facts = { 0 };
		int r = clo_facts_sshd(&facts, clo_text_of(rows[i].text), "f",
				       include, &facts, NULL);
		const struct clo_fact *f = find(&facts, rows[i].name);

		ok(!r && !f == !rows[i].value &&
			   (!f || clo_text_eq(f->value, rows[i].value)),
		   "%s is %s", rows[i].name,
		   rows[i].value ? rows[i].value : "not set");
	}
}

/* A name with a *: all that match have to hold. */
static void test_all(void)
{
	/* clang-format off */
	static const struct {
		const char *sysctl, *test;
		char truth;
	} rows[] = {
		{ "a.x.b = 0\na.y.b = 0\n", "sysctl a.*.b = 0", 'y' },
		{ "a.x.b = 0\na.y.b = 1\n", "sysctl a.*.b = 0", 'n' },
		{ "a.x.b = 0\na.y.c = 1\n", "sysctl a.*.b = 0", 'y' },
		{ "a.x.b = w\na.y.b = 0\n", "sysctl a.*.b >= 0", 'u' },
		{ "c = 0\n", "sysctl a.*.b = 0", 'u' },
		{ "m = 0640\n", "sysctl m within 0640", 'y' },
		{ "m = 0600\n", "sysctl m within 0640", 'y' },
		{ "m = 0644\n", "sysctl m within 0640", 'n' },
		{ "m = 4640\n", "sysctl m within 0640", 'n' },
		{ "m = 9\n", "sysctl m within 0640", 'u' },
	};
	/* clang-format on */

	for (size_t i = 0; i < CLO_ARRAY_SIZE(rows); i++) {
		clo_owned_rules struct clo_rules rules = { 0 };
		clo_owned_facts struct clo_facts facts = { 0 };
		uint32_t node = 0;
		int r = clo_expr_read(&rules, clo_text_of(rows[i].test),
				      (struct clo_where){ "t", 1 }, &node,
				      NULL);

		if (!r)
			r = clo_facts_sysctl(
				&facts, clo_text_of(rows[i].sysctl), "s", NULL);
		ok(!r && truth_of(&rules, &facts, node) == rows[i].truth,
		   "%s of %zu is %c", rows[i].test, i, rows[i].truth);
	}
}

/* Expressions are printed as they can be read again. */
static void test_print(void)
{
	static const char *const texts[] = {
		"kconfig A = y",
		"not kconfig A = y",
		"not (kconfig A = y or kconfig B unset)",
		"(kconfig A = y or kconfig B unset) and cmdline c in a|b",
		"kconfig A = y => kconfig B = kconfig C",
		"sysctl a = \"1 2\" and cmdline x = \"\"",
	};

	for (size_t i = 0; i < CLO_ARRAY_SIZE(texts); i++) {
		clo_owned_rules struct clo_rules rules = { 0 };
		clo_free char *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);
		uint32_t node = 0;
		int r = clo_expr_read(&rules, clo_text_of(texts[i]),
				      (struct clo_where){ "t", 1 }, &node,
				      NULL);

		if (!r && out)
			clo_expr_print(&rules, node, out);
		ok(out && !fclose(out) && !strcmp(text, texts[i]),
		   "printed as it was: %s", text);
	}
}

/* The three values, all of them. */
static void test_kleene(void)
{
	static const char *const and = "nnnnyunuu", *const or = "nyuyyyuyu";

	for (int a = 0; a < 3; a++) {
		for (int b = 0; b < 3; b++) {
			ok("nyu"[clo_truth_and((enum clo_truth)a,
					       (enum clo_truth)b)] ==
				   and[a * 3 + b],
			   "%c and %c", "nyu"[a], "nyu"[b]);
			ok("nyu"[clo_truth_or((enum clo_truth)a,
					      (enum clo_truth)b)] == or
				   [a * 3 + b],
			   "%c or %c", "nyu"[a], "nyu"[b]);
		}
	}
}

int main(void)
{
	test_files();
	test_truth();
	test_history();
	test_wrong_files();
	test_system();
	test_sshd();
	test_all();
	test_print();
	test_kleene();
	return tap_end();
}
