// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a machine, or a directory that holds one.  Every path is looked up
 * beneath that directory by the kernel (openat2), so that a link in it leads
 * nowhere else; the process keeps the right to read there, and no other.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "cli/audit.h"
#include "cloison/landlock.h"

struct collector {
	struct clo_audit *audit;
	int root_fd;
	bool is_live;
	struct clo_err *err;
};

typedef int (*parser_fn)(struct clo_facts *facts, struct clo_text text,
			 const char *file, struct clo_err *err);

static int open_in(const struct collector *c, const char *path, uint64_t flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT |
					   RESOLVE_NO_MAGICLINKS };
	long fd = syscall(SYS_openat2, c->root_fd, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

/*
 * 1 if the file was read, 0 if it is not there, or -errno.  A pipe or a device
 * in its place is no file.
 */
static int read_in(const struct collector *c, const char *path,
		   struct clo_text *ret_text, const char **ret_name)
{
	clo_fd int fd = -1;
	struct stat st;
	int r;

	fd = open_in(c, path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
	if (fd == -ENOENT || fd == -ENOTDIR)
		return 0;
	if (fd < 0)
		return clo_err_set(c->err, fd, "%s: %s", path, strerror(-fd));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	r = clo_audit_fd(c->audit, fd, path, ret_text, ret_name, c->err);
	return r ? r : 1;
}

/* Read a file into facts; without it there are none of its kind. */
static int parse(const struct collector *c, const char *path, parser_fn parser)
{
	struct clo_text text;
	const char *name;
	int r = read_in(c, path, &text, &name);

	return r <= 0 ? r : parser(&c->audit->facts, text, name, c->err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum { NAMES = 4096 };

/* Names in a directory that end so, sorted; owned by the caller, each too. */
static size_t list_in(const struct collector *c, const char *dir,
		      const char *suffix, char **names)
{
	int fd = open_in(c, dir, O_RDONLY | O_DIRECTORY);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t count = 0, n = strlen(suffix);

	if (!d) {
		if (fd >= 0)
			clo_fd_cleanup(&fd);
		return 0;
	}
	for (struct dirent *e = readdir(d); e && count < NAMES;
	     e = readdir(d)) {
		size_t size = strlen(e->d_name);

		if (e->d_name[0] == '.' || size < n ||
		    strcmp(e->d_name + size - n, suffix) != 0)
			continue;
		names[count] = strdup(e->d_name);
		count += names[count] != NULL;
	}
	(void)closedir(d);
	qsort(names, count, sizeof(*names), by_name);
	return count;
}

static int parse_dir(const struct collector *c, const char *dir,
		     const char *suffix, parser_fn parser)
{
	clo_free char **names = calloc(NAMES, sizeof(*names));
	size_t count = names ? list_in(c, dir, suffix, names) : 0;
	int r = names ? 0 : -ENOMEM;

	for (size_t i = 0; i < count; i++) {
		clo_free char *path = NULL;

		if (!r && asprintf(&path, "%s/%s", dir, names[i]) < 0)
			r = -ENOMEM;
		if (!r)
			r = parse(c, path, parser);
		clo_free_cleanup(&names[i]);
	}
	return r;
}

/* --- accounts -------------------------------------------------------- */

/* Passwords that were not read are said to be so, one for each account. */
static int unread_passwords(struct clo_audit *audit, const char *why)
{
	size_t count = audit->facts.count;
	int r = 0;

	for (size_t i = 0; !r && i < count; i++) {
		struct clo_fact f = audit->facts.list[i];
		char name[1200];

		if (f.kind != CLO_FACT_ACCOUNT || f.name.size < 4 ||
		    memcmp(f.name.at + f.name.size - 4, ".uid", 4) != 0)
			continue;
		(void)snprintf(name, sizeof(name), "%.*s.password",
			       (int)f.name.size - 4, f.name.at);
		f.state = CLO_FACT_UNREAD;
		f.source = "/etc/shadow";
		f.line = 0;
		r = clo_facts_keep(&audit->facts, clo_text_of(name), &f.name);
		if (!r)
			r = clo_facts_keep(&audit->facts, clo_text_of(why),
					   &f.value);
		if (!r)
			r = clo_facts_set(&audit->facts, &f);
	}
	return r;
}

static int collect_accounts(const struct collector *c)
{
	struct collector quiet = *c;
	struct clo_text text;
	const char *name;
	int r = parse(c, "/etc/passwd", clo_facts_passwd);

	if (!r)
		r = parse(c, "/etc/group", clo_facts_group);
	if (r)
		return r;
	c->audit->is_read[CLO_FACT_ACCOUNT] = true;
	quiet.err = NULL;
	r = read_in(&quiet, "/etc/shadow", &text, &name);
	if (r == 1)
		return clo_facts_shadow(&c->audit->facts, text, name, c->err);
	return unread_passwords(c->audit, strerror(r ? -r : ENOENT));
}

/* --- files of sysctl.d, in the order of systemd ---------------------- */

static int collect_sysctl_d(const struct collector *c)
{
	static const char *const dirs[] = { "/etc/sysctl.d", "/run/sysctl.d",
					    "/usr/local/lib/sysctl.d",
					    "/usr/lib/sysctl.d" };
	clo_free char **names = calloc(4 * NAMES, sizeof(*names));
	size_t count = 0;
	int r = names ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(dirs); i++)
		count += list_in(c, dirs[i], ".conf", names + count);
	if (names)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count; i++) {
		/* Of one name the first directory counts, also to mask it. */
		bool is_again = i && !strcmp(names[i], names[i - 1]);

		for (size_t k = 0; !r && !is_again && k < CLO_ARRAY_SIZE(dirs);
		     k++) {
			clo_free char *path = NULL;
			clo_fd int fd = -1;

			if (asprintf(&path, "%s/%s", dirs[k], names[i]) < 0)
				return -ENOMEM;
			fd = open_in(c, path, O_PATH | O_NOFOLLOW);
			if (fd < 0)
				continue;
			r = parse(c, path, clo_facts_sysctl_d);
			break;
		}
	}
	for (size_t i = 0; i < count; i++)
		clo_free_cleanup(&names[i]);
	c->audit->is_read[CLO_FACT_SYSCTL] = !r;
	return r;
}

/* --- sshd ------------------------------------------------------------ */

struct includer {
	const struct collector *c;
	int depth;
};

static int read_sshd(const struct includer *i, const char *path);

static int include_sshd(void *context, struct clo_text pattern)
{
	struct includer *i = context;
	char path[1024], dir[1024];
	clo_free char **names = calloc(NAMES, sizeof(*names));
	struct includer deeper = { i->c, i->depth + 1 };
	size_t count;
	char *slash;
	int r = 0;

	if (!names)
		return -ENOMEM;
	if (deeper.depth > 16)
		return clo_err_set(
			i->c->err, -ELOOP,
			"sshd_config: Include is nested more than 16 deep");
	(void)snprintf(path, sizeof(path), "%s%.*s",
		       pattern.size && *pattern.at == '/' ? "" : "/etc/ssh/",
		       CLO_TEXT(pattern));
	memcpy(dir, path, sizeof(dir));
	slash = strrchr(dir, '/');
	*slash = '\0';
	count = list_in(i->c, dir, "", names);
	for (size_t k = 0; k < count; k++) {
		char file[2048];

		(void)snprintf(file, sizeof(file), "%s/%s", dir, names[k]);
		if (!r &&
		    clo_text_matches(clo_text_of(file), clo_text_of(path)))
			r = read_sshd(&deeper, file);
		clo_free_cleanup(&names[k]);
	}
	return r;
}

static int read_sshd(const struct includer *i, const char *path)
{
	struct includer copy = *i;
	struct clo_text text;
	const char *name;
	int r = read_in(i->c, path, &text, &name);

	if (r <= 0)
		return r;
	r = clo_facts_sshd(&i->c->audit->facts, text, name, include_sshd, &copy,
			   i->c->err);
	i->c->audit->facts.is_whole[CLO_FACT_SSHD] = !r;
	return r;
}

/* --- files that checks name ------------------------------------------ */

static int put_file(const struct collector *c, const char *path,
		    const char *suffix, const char *value, uint32_t state)
{
	struct clo_fact f = { .kind = CLO_FACT_FILE,
			      .state = state,
			      .source = "stat" };
	char name[1200];

	(void)snprintf(name, sizeof(name), "%s.%s", path, suffix);
	if (clo_facts_keep(&c->audit->facts, clo_text_of(name), &f.name) ||
	    clo_facts_keep(&c->audit->facts, clo_text_of(value), &f.value))
		return -ENOMEM;
	return clo_facts_set(&c->audit->facts, &f);
}

/* The name of a uid or gid, from what was read of accounts. */
static void name_of(const struct clo_audit *audit, const char *suffix,
		    uint32_t id, char *text, size_t size)
{
	char number[16];

	(void)snprintf(number, sizeof(number), "%u", id);
	(void)snprintf(text, size, "%s", number);
	for (size_t i = 0; i < audit->facts.count; i++) {
		const struct clo_fact *f = &audit->facts.list[i];
		size_t n = strlen(suffix);
		const char *slash;

		if (f->kind != CLO_FACT_ACCOUNT || f->name.size <= n ||
		    memcmp(f->name.at + f->name.size - n, suffix, n) != 0 ||
		    !clo_text_eq(f->value, number))
			continue;
		slash = memchr(f->name.at, '/', f->name.size);
		slash = slash ? slash + 1 : f->name.at;
		(void)snprintf(text, size, "%.*s",
			       (int)(f->name.at + f->name.size - slash) -
				       (int)n,
			       slash);
		return;
	}
}

static int collect_file(const struct collector *c, const char *path)
{
	static const char *const suffixes[] = { "mode", "owner", "group" };
	char values[3][256] = { "", "", "" };
	uint32_t state = CLO_FACT_VALUE;
	clo_fd int fd = -1;
	struct stat st;
	int r = 0;

	fd = open_in(c, path, O_PATH);
	if (fd < 0 && fd != -ENOENT && fd != -ENOTDIR)
		state = CLO_FACT_UNREAD;
	else if (fd < 0)
		state = CLO_FACT_ABSENT;
	if (fd < 0 && state == CLO_FACT_UNREAD) {
		for (size_t i = 0; i < 3; i++)
			(void)snprintf(values[i], sizeof(values[i]), "%s",
				       strerror(-fd));
	} else if (fd >= 0 && !fstat(fd, &st)) {
		(void)snprintf(values[0], sizeof(values[0]), "%04o",
			       st.st_mode & 07777);
		name_of(c->audit, ".uid", st.st_uid, values[1],
			sizeof(values[1]));
		name_of(c->audit, ".gid", st.st_gid, values[2],
			sizeof(values[2]));
	}
	for (size_t i = 0; !r && i < 3; i++)
		r = put_file(c, path, suffixes[i], values[i], state);
	return r;
}

/* PATH.mode; of a path with a * every file that matches. */
static int collect_wanted(const struct collector *c, struct clo_text name)
{
	clo_free char **names = NULL;
	char path[1024], dir[1024];
	char *point, *slash;
	size_t count;
	int r = 0;

	(void)snprintf(path, sizeof(path), "%.*s", CLO_TEXT(name));
	point = strrchr(path, '.');
	if (!point || *path != '/')
		return 0;
	*point = '\0';
	if (!strchr(path, '*'))
		return collect_file(c, path);
	memcpy(dir, path, sizeof(dir));
	slash = strrchr(dir, '/');
	*slash = '\0';
	names = calloc(NAMES, sizeof(*names));
	count = names ? list_in(c, *dir ? dir : "/", "", names) : 0;
	for (size_t i = 0; i < count; i++) {
		char file[2048];

		(void)snprintf(file, sizeof(file), "%s/%s", dir, names[i]);
		if (!r &&
		    clo_text_matches(clo_text_of(file), clo_text_of(path)))
			r = collect_file(c, file);
		clo_free_cleanup(&names[i]);
	}
	return r;
}

static int collect_files(const struct collector *c)
{
	int r = 0;

	for (size_t i = 0; !r && i < c->audit->rules.nodes.count; i++) {
		const struct clo_expr *e = &c->audit->rules.nodes.list[i];

		if (e->kind == CLO_EXPR_LEAF && e->fact == CLO_FACT_FILE)
			r = collect_wanted(c, e->name);
	}
	c->audit->is_read[CLO_FACT_FILE] = true;
	c->audit->facts.is_whole[CLO_FACT_FILE] = !r;
	return r;
}

/* --- what only a machine that runs has ------------------------------- */

static int put_live(const struct collector *c, uint32_t kind, const char *name,
		    const char *value, const char *source)
{
	struct clo_fact f = { .kind = kind, .source = source };

	if (clo_facts_keep(&c->audit->facts, clo_text_of(name), &f.name) ||
	    clo_facts_keep(&c->audit->facts, clo_text_of(value), &f.value))
		return -ENOMEM;
	return clo_facts_set(&c->audit->facts, &f);
}

static struct clo_text first_line(struct clo_text text)
{
	struct clo_text line = { "", 0 };

	(void)clo_text_line(&text, &line);
	return line;
}

static int collect_cpu(const struct collector *c)
{
	static const char dir[] = "/sys/devices/system/cpu/vulnerabilities";
	clo_free char **names = calloc(NAMES, sizeof(*names));
	size_t count = names ? list_in(c, dir, "", names) : 0;
	struct clo_text text, line;
	const char *source;
	int r = names ? 0 : -ENOMEM;

	for (size_t i = 0; i < count; i++) {
		char path[512], name[300], value[512];

		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)snprintf(name, sizeof(name), "vuln/%s", names[i]);
		if (!r && read_in(c, path, &text, &source) == 1) {
			(void)snprintf(value, sizeof(value), "%.*s",
				       CLO_TEXT(first_line(text)));
			r = put_live(c, CLO_FACT_CPU, name, value, source);
		}
		clo_free_cleanup(&names[i]);
	}
	if (!r && read_in(c, "/proc/cpuinfo", &text, &source) == 1) {
		while (clo_text_line(&text, &line)) {
			const char *colon = memchr(line.at, ':', line.size);

			if (line.size < 7 ||
			    memcmp(line.at, "flags\t", 6) != 0 || !colon)
				continue;
			line.size -= (size_t)(colon + 1 - line.at);
			line.at = colon + 1;
			r = clo_facts_set(&c->audit->facts,
					  &(struct clo_fact){
						  .kind = CLO_FACT_CPU,
						  .name = clo_text_of("flags"),
						  .value = clo_text_trim(line),
						  .source = source });
			break;
		}
	}
	c->audit->is_read[CLO_FACT_CPU] = true;
	return r;
}

/* The fifth byte of a variable, after its attributes. */
static int collect_efi(const struct collector *c)
{
	static const char *const names[] = { "SecureBoot", "SetupMode" };
	int r = 0;

	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(names); i++) {
		struct clo_text text;
		const char *source;
		char path[128];

		(void)snprintf(
			path, sizeof(path),
			"/sys/firmware/efi/efivars/%s-8be4df61-93ca-11d2-aa0d-00e098032b8c",
			names[i]);
		if (read_in(c, path, &text, &source) != 1 || text.size != 5)
			continue;
		r = put_live(c, CLO_FACT_EFI, names[i],
			     text.at[4] == 1 ? "1" : "0", source);
	}
	c->audit->is_read[CLO_FACT_EFI] = true;
	/* Without EFI there is no Secure Boot. */
	c->audit->facts.is_whole[CLO_FACT_EFI] = !r;
	return r;
}

static int collect_lsm(const struct collector *c)
{
	struct clo_text text;
	const char *source;
	char value[512];

	/* Without securityfs it is not known which are active. */
	c->audit->is_read[CLO_FACT_KERNEL] = true;
	if (read_in(c, "/sys/kernel/security/lsm", &text, &source) != 1)
		return 0;
	(void)snprintf(value, sizeof(value), "%.*s",
		       CLO_TEXT(first_line(text)));
	return put_live(c, CLO_FACT_KERNEL, "lsm", value, source);
}

static int collect_live(const struct collector *c)
{
	int r = clo_audit_live_kernel(c->audit, c->err);

	if (!r)
		r = collect_lsm(c);
	if (!r)
		r = collect_cpu(c);
	if (!r)
		r = collect_efi(c);
	if (!r)
		r = parse(c, "/proc/self/mountinfo", clo_facts_mounts);
	return r;
}

/* --- all ------------------------------------------------------------- */

/* Reading beneath the root is all that is left to this process. */
static int confine(const char *root, struct clo_err *err)
{
	const uint64_t read = CLOISON_LANDLOCK_FS_READ_FILE |
			      CLOISON_LANDLOCK_FS_READ_DIR;
	struct cloison_landlock_policy *p = NULL;
	int r = cloison_landlock_new(&p);

	if (!r)
		r = cloison_landlock_handle(
			p, CLOISON_LANDLOCK_FS,
			cloison_landlock_all(CLOISON_LANDLOCK_FS,
					     CLOISON_LANDLOCK_ABI));
	if (!r)
		r = cloison_landlock_handle(p, CLOISON_LANDLOCK_NET, 0xf);
	if (!r)
		r = cloison_landlock_allow_path(p, root, read, 0);
	if (!r)
		r = cloison_landlock_resolve(p, NULL);
	if (!r)
		r = cloison_landlock_apply(p);
	if (r && r != -ENOSYS && r != -EOPNOTSUPP)
		(void)clo_err_set(err, r, "%s: cannot be confined to it: %s",
				  root, p ? cloison_landlock_error(p) : "");
	else
		r = 0; /* a kernel without Landlock reads all the same */
	cloison_landlock_free(p);
	return r;
}

static int collect_rest(const struct collector *c)
{
	const struct includer includer = { c, 0 };
	int r = collect_accounts(c);

	if (!r)
		r = parse(c, "/etc/login.defs", clo_facts_login);
	if (!r && !c->is_live)
		r = parse(c, "/etc/fstab", clo_facts_fstab);
	if (!r)
		r = parse(c, "/var/lib/dpkg/status", clo_facts_dpkg);
	if (!r)
		r = parse(c, "/etc/apt/sources.list", clo_facts_apt);
	if (!r)
		r = parse_dir(c, "/etc/apt/sources.list.d", ".list",
			      clo_facts_apt);
	if (!r)
		r = parse_dir(c, "/etc/apt/sources.list.d", ".sources",
			      clo_facts_apt_stanzas);
	if (!r)
		r = read_sshd(&includer, "/etc/ssh/sshd_config");
	if (!r && !c->is_live)
		r = collect_sysctl_d(c);
	if (!r)
		r = collect_files(c);
	return r ? r : clo_audit_tree(c->audit, c->root_fd, c->err);
}

int clo_audit_collect(struct clo_audit *audit, const char *root,
		      struct clo_err *err)
{
	static const uint32_t kinds[] = { CLO_FACT_LOGIN,   CLO_FACT_MOUNT,
					  CLO_FACT_PACKAGE, CLO_FACT_APT,
					  CLO_FACT_SSHD,    CLO_FACT_TREE };
	clo_fd int root_fd = -1;
	struct collector c = { .audit = audit, .is_live = !root, .err = err };
	int r;

	root = root ? root : "/";
	root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return clo_err_set(err, -errno, "%s: %s", root,
				   strerror(errno));
	c.root_fd = root_fd;
	r = confine(root, err);
	if (!r && c.is_live)
		r = collect_live(&c);
	if (!r)
		r = collect_rest(&c);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(kinds); i++)
		audit->is_read[kinds[i]] = true;
	audit->facts.is_whole[CLO_FACT_APT] = !r;
	if (r == -ENOMEM)
		return clo_err_set(err, r, "no memory is left");
	return r;
}
