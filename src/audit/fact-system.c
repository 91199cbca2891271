// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Facts of a system: accounts, mounts, packages, and what is configured.
 */
#include "audit/fact.h"
#include "audit/stanza.h"

/* Where a reading stands. */
struct reading {
	struct clo_facts *facts;
	const char *file;
	uint32_t line;
	struct clo_err *err;
};

static int wrong(const struct reading *r, const char *what)
{
	return clo_err_set(r->err, -EINVAL, "%s:%u: %s", r->file, r->line,
			   what);
}

static int no_memory(const struct reading *r)
{
	return clo_err_set(r->err, -ENOMEM, "%s: no memory is left", r->file);
}

/* A fact whose name is made of three parts. */
static int put(const struct reading *r, uint32_t kind, const char *prefix,
	       struct clo_text name, const char *suffix, struct clo_text value)
{
	struct clo_fact f = {
		.kind = kind, .value = value, .source = r->file, .line = r->line
	};
	char whole[1200];
	int n = snprintf(whole, sizeof(whole), "%s%.*s%s", prefix,
			 name.size > 1024 ? 1024 : (int)name.size, name.at,
			 suffix);

	if (n < 0 || (size_t)n >= sizeof(whole))
		return -E2BIG;
	if (clo_facts_keep(r->facts, clo_text_of(whole), &f.name) ||
	    clo_facts_set(r->facts, &f))
		return no_memory(r);
	return 0;
}

/* The n-th of fields between colons, or false. */
static bool field(struct clo_text line, uint32_t n, struct clo_text *ret)
{
	for (;;) {
		const char *colon = memchr(line.at, ':', line.size);
		size_t size = colon ? (size_t)(colon - line.at) : line.size;

		if (!n--) {
			*ret = (struct clo_text){ line.at, size };
			return true;
		}
		if (!colon)
			return false;
		line.at += size + 1;
		line.size -= size + 1;
	}
}

static const char *class_of(int64_t uid)
{
	if (!uid)
		return "root";
	/* 65534 is nobody, what is above is of services. */
	return uid >= 1000 && uid < 60000 ? "user/" : "system/";
}

int clo_facts_passwd(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		struct clo_text name, uid, shell;
		const char *class;
		int64_t number;

		r.line++;
		if (!line.size || *line.at == '#')
			continue;
		if (!field(line, 0, &name) || !name.size ||
		    !field(line, 2, &uid) || !clo_text_number(uid, &number) ||
		    !field(line, 6, &shell))
			return wrong(
				&r,
				"a line is name:x:uid:gid:comment:home:shell");
		class = class_of(number);
		/* Of more than one root each counts by its name. */
		if (!number && clo_text_eq(name, "root"))
			name.size = 0;
		else if (!number)
			class = "root/";
		e = put(&r, CLO_FACT_ACCOUNT, class, name, ".uid", uid);
		if (!e)
			e = put(&r, CLO_FACT_ACCOUNT, class, name, ".shell",
				shell.size ? shell : clo_text_of("/bin/sh"));
	}
	return e;
}

int clo_facts_group(struct clo_facts *facts, struct clo_text text,
		    const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		struct clo_text name, gid;
		int64_t number;

		r.line++;
		if (!line.size || *line.at == '#')
			continue;
		if (!field(line, 0, &name) || !name.size ||
		    !field(line, 2, &gid) || !clo_text_number(gid, &number))
			return wrong(&r, "a line is name:x:gid:members");
		e = put(&r, CLO_FACT_ACCOUNT, "group/", name, ".gid", gid);
	}
	return e;
}

static struct clo_text kind_of_hash(struct clo_text hash)
{
	/* clang-format off */
	static const struct {
		const char *prefix, *word;
	} kinds[] = {
		{ "!", "locked" }, { "*", "locked" },
		{ "$y$", "yescrypt" }, { "$gy$", "gost-yescrypt" },
		{ "$7$", "scrypt" }, { "$6$", "sha512" }, { "$5$", "sha256" },
		{ "$2", "bcrypt" }, { "$1$", "md5" }, { "_", "bsdi" },
	};
	/* clang-format on */

	if (!hash.size)
		return clo_text_of("empty");
	for (size_t i = 0; i < CLO_ARRAY_SIZE(kinds); i++) {
		size_t n = strlen(kinds[i].prefix);

		if (hash.size >= n && !memcmp(hash.at, kinds[i].prefix, n))
			return clo_text_of(kinds[i].word);
	}
	return clo_text_of(hash.size == 13 ? "des" : "locked");
}

/* Class and name as passwd has put them, for a name of shadow. */
static const char *class_in(const struct clo_facts *facts,
			    struct clo_text *name)
{
	static const char *const classes[] = { "system/", "user/", "root/" };
	char whole[300];

	if (clo_text_eq(*name, "root")) {
		name->size = 0;
		return "root";
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(classes); i++) {
		(void)snprintf(whole, sizeof(whole), "%s%.*s.uid", classes[i],
			       name->size > 256 ? 256 : (int)name->size,
			       name->at);
		if (clo_facts_find(facts, CLO_FACT_ACCOUNT, clo_text_of(whole)))
			return classes[i];
	}
	return NULL; /* no account */
}

int clo_facts_shadow(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		struct clo_text name, hash;
		const char *class;

		r.line++;
		if (!line.size || *line.at == '#')
			continue;
		if (!field(line, 0, &name) || !name.size ||
		    !field(line, 1, &hash))
			return wrong(&r, "a line is name:password:...");
		class = class_in(facts, &name);
		if (class)
			e = put(&r, CLO_FACT_ACCOUNT, class, name, ".password",
				kind_of_hash(hash));
	}
	return e;
}

int clo_facts_login(struct clo_facts *facts, struct clo_text text,
		    const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line, key;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		r.line++;
		line = clo_text_trim(line);
		if (!line.size || *line.at == '#' ||
		    !clo_text_word(&line, &key))
			continue;
		e = put(&r, CLO_FACT_LOGIN, "", key, "", clo_text_trim(line));
	}
	facts->is_whole[CLO_FACT_LOGIN] = !e;
	return e;
}

static int put_mount(const struct reading *r, struct clo_text path,
		     struct clo_text type, struct clo_text options)
{
	int e = put(r, CLO_FACT_MOUNT, "", path, ".options", options);

	return e ? e : put(r, CLO_FACT_MOUNT, "", path, ".type", type);
}

int clo_facts_fstab(struct clo_facts *facts, struct clo_text text,
		    const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		struct clo_text device, path, type, options;

		r.line++;
		line = clo_text_trim(line);
		if (!line.size || *line.at == '#')
			continue;
		if (!clo_text_word(&line, &device) ||
		    !clo_text_word(&line, &path) ||
		    !clo_text_word(&line, &type))
			return wrong(
				&r,
				"a line is 'device directory type options'");
		if (!clo_text_word(&line, &options))
			options = clo_text_of("defaults");
		if (*path.at == '/')
			e = put_mount(&r, path, type, options);
	}
	return e; /* units mount as well: what is not here is not known */
}

/* 36 35 98:0 /root /mount options fields - type source options */
int clo_facts_mounts(struct clo_facts *facts, struct clo_text text,
		     const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		struct clo_text path, options, type, super, word, whole;
		bool is_right = true;
		char both[2048];

		r.line++;
		for (int i = 0; i < 4; i++)
			is_right = is_right && clo_text_word(&line, &word);
		is_right = is_right && clo_text_word(&line, &path) &&
			   clo_text_word(&line, &options);
		while (is_right && clo_text_word(&line, &word) &&
		       !clo_text_eq(word, "-"))
			;
		if (!is_right || !clo_text_word(&line, &type) ||
		    !clo_text_word(&line, &word))
			continue;
		if (!clo_text_word(&line, &super))
			super = clo_text_of("");
		/* The options of the place, then those of the file system. */
		(void)snprintf(both, sizeof(both), "%.*s,%.*s",
			       CLO_TEXT(options), CLO_TEXT(super));
		if (clo_facts_keep(facts, clo_text_of(both), &whole))
			return no_memory(&r);
		e = put_mount(&r, path, type, whole);
	}
	facts->is_whole[CLO_FACT_MOUNT] = !e;
	return e;
}

static bool has_word(struct clo_text text, const char *word)
{
	struct clo_text w;

	while (clo_text_word(&text, &w)) {
		if (clo_text_eq(w, word))
			return true;
	}
	return false;
}

/* Lines Package, Status, Version of a paragraph; the rest is passed over. */
int clo_facts_dpkg(struct clo_facts *facts, struct clo_text text,
		   const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line, name = { "", 0 }, version = { "", 0 };
	bool is_installed = false, is_more = true;
	int e = 0;

	while (!e && is_more) {
		is_more = clo_text_line(&text, &line);
		r.line++;
		if (is_more && line.size > 9 &&
		    !memcmp(line.at, "Package: ", 9))
			name = (struct clo_text){ line.at + 9, line.size - 9 };
		else if (is_more && line.size > 9 &&
			 !memcmp(line.at, "Version: ", 9))
			version =
				(struct clo_text){ line.at + 9, line.size - 9 };
		else if (is_more && line.size > 8 &&
			 !memcmp(line.at, "Status: ", 8))
			is_installed = has_word(
				(struct clo_text){ line.at + 8, line.size - 8 },
				"installed");
		if (is_more && line.size)
			continue;
		if (name.size && is_installed)
			e = put(&r, CLO_FACT_PACKAGE, "", name, "", version);
		name.size = version.size = 0;
		is_installed = false;
	}
	facts->is_whole[CLO_FACT_PACKAGE] = !e;
	return e;
}

/* Small letters, in a copy that is kept. */
static int small(const struct reading *r, struct clo_text *word)
{
	char copy[64];

	if (word->size > sizeof(copy))
		return wrong(r, "a keyword is longer than 64 letters");
	for (size_t i = 0; i < word->size; i++) {
		char c = word->at[i];

		copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	if (clo_facts_keep(r->facts, (struct clo_text){ copy, word->size },
			   word))
		return no_memory(r);
	return 0;
}

/* The keyword of a line, which is shortened to what follows. */
static struct clo_text take_keyword(struct clo_text *line)
{
	struct clo_text key = { line->at, 0 };
	size_t n;

	while (key.size < line->size && !strchr(" \t=", line->at[key.size]))
		key.size++;
	n = key.size;
	while (n < line->size && line->at[n] && strchr(" \t=", line->at[n]))
		n++;
	line->at += n;
	line->size -= n;
	return key;
}

int clo_facts_sshd(struct clo_facts *facts, struct clo_text text,
		   const char *file, clo_facts_include include, void *context,
		   struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line, key, pattern;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		r.line++;
		line = clo_text_trim(line);
		if (!line.size || *line.at == '#')
			continue;
		key = take_keyword(&line);
		if (!line.size)
			return wrong(&r, "a keyword needs a value");
		e = small(&r, &key);
		if (!e && clo_text_eq(key, "match"))
			return 0; /* for some only */
		while (!e && clo_text_eq(key, "include") &&
		       clo_text_word(&line, &pattern)) {
			if (!include)
				return wrong(&r, "Include cannot be read here");
			e = include(context, pattern);
		}
		if (!e && !clo_text_eq(key, "include") &&
		    !clo_facts_find(facts, CLO_FACT_SSHD, key))
			e = put(&r, CLO_FACT_SSHD, "", key, "", line);
	}
	return e;
}

/* Which of . and / comes first is what parts a name; then it has points. */
static int put_setting(const struct reading *r, struct clo_text name,
		       struct clo_text value)
{
	char plain[512];
	size_t first = 0;
	bool is_slash;

	while (first < name.size && name.at[first] != '.' &&
	       name.at[first] != '/')
		first++;
	is_slash = first < name.size && name.at[first] == '/';
	for (size_t i = 0; i < name.size && i < sizeof(plain); i++) {
		plain[i] = name.at[i];
		if (is_slash && name.at[i] == '/')
			plain[i] = '.';
		if (is_slash && name.at[i] == '.')
			plain[i] = '/';
	}
	return put(r, CLO_FACT_SYSCTL, "",
		   (struct clo_text){ plain, name.size }, "", value);
}

int clo_facts_sysctl_d(struct clo_facts *facts, struct clo_text text,
		       const char *file, struct clo_err *err)
{
	struct reading r = { facts, file, 0, err };
	struct clo_text line;
	int e = 0;

	while (!e && clo_text_line(&text, &line)) {
		const char *equals;
		struct clo_text name, value;

		r.line++;
		line = clo_text_trim(line);
		if (!line.size || *line.at == '#' || *line.at == ';')
			continue;
		equals = memchr(line.at, '=', line.size);
		if (*line.at == '-') {
			line.at++;
			line.size--;
		}
		if (!equals)
			continue; /* -name: a pattern leaves it out */
		name = clo_text_trim((struct clo_text){
			line.at, (size_t)(equals - line.at) });
		value.at = equals + 1;
		value.size = (size_t)(line.at + line.size - value.at);
		if (!name.size || name.size >= 512)
			return wrong(&r, "a line is 'name = value'");
		e = put_setting(&r, name, clo_text_trim(value));
	}
	return e;
}
