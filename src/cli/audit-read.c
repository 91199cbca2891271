// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the audit reads: files of checks, files that options name, the kernel
 * of this machine.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <zlib.h>

#include "cli/audit.h"

struct clo_audit_file {
	struct clo_audit_file *next;
	char *bytes;
	size_t size;
	char name[];
};

void clo_audit_deinit(struct clo_audit *audit)
{
	struct clo_audit_file *f = audit->files;

	while (f) {
		clo_free struct clo_audit_file *old = f;

		f = old->next;
		clo_free_cleanup(&old->bytes);
	}
	clo_facts_deinit(&audit->facts);
	clo_facts_deinit(&audit->wanted);
	clo_rules_deinit(&audit->rules);
	memset(audit, 0, sizeof(*audit));
}

/* The whole of a descriptor, whatever its size is said to be. */
static int read_all(int fd, const char *path, char **ret_bytes,
		    size_t *ret_size, struct clo_err *err)
{
	clo_free char *bytes = NULL;
	size_t size = 0, room = 0;
	struct stat st;

	/* A guess that spares the growing; a pipe has no size. */
	if (!fstat(fd, &st) && st.st_size > 0 &&
	    st.st_size < CLO_AUDIT_FILE_MAX)
		room = (size_t)st.st_size + 1;
	if (room)
		bytes = malloc(room);
	room = bytes ? room : 0;
	for (;;) {
		ssize_t n;

		if (size == room) {
			char *grown;

			room = room ? room * 2 : 1 << 16;
			if (room > 2 * CLO_AUDIT_FILE_MAX)
				return clo_err_set(
					err, -E2BIG,
					"%s: it has more than %d MiB; that is no file of this kind",
					path, CLO_AUDIT_FILE_MAX >> 20);
			grown = realloc(bytes, room);
			if (!grown)
				return clo_err_set(err, -ENOMEM,
						   "%s: no memory is left",
						   path);
			bytes = grown;
		}
		n = read(fd, bytes + size, room - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return clo_err_set(err, -errno, "%s: %s", path,
					   strerror(errno));
		if (!n)
			break;
		size += (size_t)n;
	}
	*ret_bytes = clo_take_ptr(bytes);
	*ret_size = size;
	return 0;
}

/* What gzip has made smaller, made whole. */
static int inflate_all(const char *path, char **bytes, size_t *size,
		       struct clo_err *err)
{
	clo_free char *out = malloc(CLO_AUDIT_FILE_MAX);
	z_stream z = { .next_in = (unsigned char *)*bytes,
		       .avail_in = (unsigned int)*size };
	int r;

	if (!out || inflateInit2(&z, 15 + 16) != Z_OK)
		return clo_err_set(err, -ENOMEM, "%s: no memory is left", path);
	z.next_out = (unsigned char *)out;
	z.avail_out = CLO_AUDIT_FILE_MAX;
	r = inflate(&z, Z_FINISH);
	(void)inflateEnd(&z); /* frees; the answer is in r */
	if (r != Z_STREAM_END)
		return clo_err_set(
			err, -EBADMSG,
			"%s: gzip cannot have made this, or it has more than %d MiB; read it with 'gzip -t'",
			path, CLO_AUDIT_FILE_MAX >> 20);
	clo_free_cleanup(bytes);
	*size = z.total_out;
	*bytes = clo_take_ptr(out);
	return 0;
}

int clo_audit_fd(struct clo_audit *audit, int fd, const char *path,
		 struct clo_text *ret_text, const char **ret_name,
		 struct clo_err *err)
{
	clo_free struct clo_audit_file *f = NULL;
	clo_free char *bytes = NULL;
	size_t size = 0;
	int r = read_all(fd, path, &bytes, &size, err);

	if (!r && size > 2 && !memcmp(bytes, "\x1f\x8b", 2))
		r = inflate_all(path, &bytes, &size, err);
	if (r)
		return r;
	f = calloc(1, sizeof(*f) + strlen(path) + 1);
	if (!f)
		return clo_err_set(err, -ENOMEM, "%s: no memory is left", path);
	memcpy(f->name, path, strlen(path) + 1);
	f->bytes = clo_take_ptr(bytes);
	f->size = size;
	f->next = audit->files;
	audit->files = f;
	*ret_text = (struct clo_text){ f->bytes, f->size };
	if (ret_name)
		*ret_name = f->name;
	f = NULL; /* the list has it */
	return 0;
}

int clo_audit_file(struct clo_audit *audit, const char *path,
		   struct clo_text *ret_text, const char **ret_name,
		   struct clo_err *err)
{
	clo_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return clo_err_set(err, -errno, "%s: %s", path,
				   strerror(errno));
	return clo_audit_fd(audit, fd, path, ret_text, ret_name, err);
}

static int is_checks(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 7 &&
	       !strcmp(entry->d_name + n - 7, ".checks");
}

static int read_rules_file(struct clo_audit *audit, const char *path,
			   struct clo_err *err)
{
	struct clo_text text;
	const char *name;
	int r = clo_audit_file(audit, path, &text, &name, err);

	return r ? r : clo_rules_read(&audit->rules, text, name, err);
}

/* Files of a directory, in the order of their names; none is no error. */
static int read_rules_dir(struct clo_audit *audit, const char *dir,
			  struct clo_err *err)
{
	struct dirent **list = NULL;
	int count = scandir(dir, &list, is_checks, alphasort);
	int r = 0;

	if (count < 0 && errno == ENOENT)
		return 0;
	if (count < 0)
		return clo_err_set(err, -errno, "%s: %s", dir, strerror(errno));
	for (int i = 0; i < count; i++) {
		clo_free char *path = NULL;

		if (!r && asprintf(&path, "%s/%s", dir, list[i]->d_name) < 0)
			r = clo_err_set(err, -ENOMEM, "%s: no memory is left",
					dir);
		if (!r)
			r = read_rules_file(audit, path, err);
		clo_free_cleanup(&list[i]);
	}
	clo_free_cleanup(&list);
	return r;
}

int clo_audit_rules(struct clo_audit *audit, struct clo_err *err)
{
	const char *places = getenv("CLOISON_AUDIT_PATH");
	int r = 0;

	if (!places || !*places)
		places = CLO_CHECK_PLACES;
	for (const char *at = places; !r && *at;) {
		size_t n = strcspn(at, ":");
		char dir[4096];

		(void)snprintf(dir, sizeof(dir), "%.*s", (int)n, at);
		if (n)
			r = read_rules_dir(audit, dir, err);
		at += n + (at[n] == ':');
	}
	if (!r && !audit->rules.checks.count)
		return clo_err_set(
			err, -ENOENT,
			"%s: no check is there; install them, or set CLOISON_AUDIT_PATH",
			places);
	return r ? r : clo_rules_end(&audit->rules, err);
}

static int read_config(struct clo_audit *audit, const char *path,
		       struct clo_err *err)
{
	struct clo_text text;
	const char *name;
	int r = clo_audit_file(audit, path, &text, &name, err);

	if (!r)
		r = clo_facts_kconfig(&audit->facts, text, name, err);
	if (!r)
		audit->is_read[CLO_FACT_KCONFIG] = true;
	return r;
}

static int read_cmdline(struct clo_audit *audit, const char *path,
			struct clo_err *err)
{
	struct clo_text text;
	const char *name;
	int r = clo_audit_file(audit, path, &text, &name, err);

	if (!r)
		r = clo_facts_cmdline(&audit->facts, text, name, err);
	if (!r)
		audit->is_read[CLO_FACT_CMDLINE] = true;
	return r;
}

static int read_sysctl(struct clo_audit *audit, const char *path,
		       struct clo_err *err)
{
	struct clo_text text;
	const char *name;
	int r = clo_audit_file(audit, path, &text, &name, err);

	if (!r)
		r = clo_facts_sysctl(&audit->facts, text, name, err);
	if (!r)
		audit->is_read[CLO_FACT_SYSCTL] = true;
	return r;
}

int clo_audit_given_kernel(struct clo_audit *audit, const struct clo_cli *cli,
			   struct clo_err *err)
{
	const char *config = cli->values[CLO_OPTION_CONFIG];
	const char *cmdline = cli->values[CLO_OPTION_CMDLINE];
	const char *sysctl = cli->values[CLO_OPTION_SYSCTL];
	int r = 0;

	r = clo_rules_wanted(&audit->rules, &audit->wanted);
	if (r)
		return clo_err_set(err, r, "no memory is left");
	audit->facts.wanted = &audit->wanted;
	if (config)
		r = read_config(audit, config, err);
	if (!r && cmdline)
		r = read_cmdline(audit, cmdline, err);
	if (!r && sysctl)
		r = read_sysctl(audit, sysctl, err);
	return r;
}

/* One setting of this machine, as far as it lets itself be read. */
static int live_setting(struct clo_audit *audit, struct clo_text name)
{
	struct clo_fact f = { .kind = CLO_FACT_SYSCTL,
			      .name = name,
			      .source = "/proc/sys" };
	char path[256], value[1024];
	clo_fd int fd = -1;
	ssize_t n;
	int r;

	if (clo_facts_find(&audit->facts, CLO_FACT_SYSCTL, name))
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/sys/%.*s", CLO_TEXT(name));
	for (char *c = path + 10; *c; c++)
		*c = *c == '.' ? '/' : *c;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, value, sizeof(value));
	if (n < 0) {
		f.state = errno == ENOENT ? CLO_FACT_ABSENT : CLO_FACT_UNREAD;
		(void)snprintf(value, sizeof(value), "%s", strerror(errno));
		n = (ssize_t)strlen(value);
	}
	while (n && value[n - 1] == '\n')
		n--;
	for (ssize_t i = 0; i < n; i++)
		value[i] = value[i] == '\t' ? ' ' : value[i];
	r = clo_facts_keep(&audit->facts, (struct clo_text){ value, (size_t)n },
			   &f.value);
	return r ? r : clo_facts_set(&audit->facts, &f);
}

/* Each place of a name with a *, as each interface. */
static int live_pattern(struct clo_audit *audit, struct clo_text name)
{
	const char *star = memchr(name.at, '*', name.size);
	size_t before = star ? (size_t)(star - name.at) : 0;
	char path[256], one[256];
	DIR *dir;
	int r = 0;

	if (!star)
		return live_setting(audit, name);
	(void)snprintf(path, sizeof(path), "/proc/sys/%.*s", (int)before,
		       name.at);
	for (char *c = path + 10; *c; c++)
		*c = *c == '.' ? '/' : *c;
	dir = opendir(path);
	if (!dir)
		return 0;
	for (struct dirent *e = readdir(dir); !r && e; e = readdir(dir)) {
		struct clo_text kept;

		/* A name with a point would be taken for two. */
		if (strchr(e->d_name, '.') || strlen(e->d_name) > 64)
			continue;
		(void)snprintf(one, sizeof(one), "%.*s%s%.*s", (int)before,
			       name.at, e->d_name,
			       (int)(name.size - before - 1), star + 1);
		r = clo_facts_keep(&audit->facts, clo_text_of(one), &kept);
		if (!r)
			r = live_setting(audit, kept);
	}
	(void)closedir(dir);
	return r;
}

int clo_audit_live_settings(struct clo_audit *audit, struct clo_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < audit->rules.nodes.count; i++) {
		const struct clo_expr *e = &audit->rules.nodes.list[i];

		if (e->kind != CLO_EXPR_LEAF)
			continue;
		if (e->fact == CLO_FACT_SYSCTL)
			r = live_pattern(audit, e->name);
		if (!r && e->other == CLO_FACT_SYSCTL)
			r = live_setting(audit, e->value);
	}
	if (r)
		return clo_err_set(err, r, "no memory is left");
	audit->is_read[CLO_FACT_SYSCTL] = true;
	return 0;
}

/* The kernel that runs says its version itself. */
static int live_version(struct clo_audit *audit, const struct utsname *name,
			struct clo_err *err)
{
	struct clo_fact f = { .kind = CLO_FACT_KERNEL,
			      .name = clo_text_of("version"),
			      .source = "uname" };
	int r = clo_facts_keep(&audit->facts, clo_text_of(name->release),
			       &f.value);

	if (!r)
		r = clo_facts_set(&audit->facts, &f);
	return r ? clo_err_set(err, r, "no memory is left") : 0;
}

static int live_config(struct clo_audit *audit, const struct utsname *name,
		       struct clo_err *err)
{
	static const char *const places[] = { "/proc/config.gz",
					      "/boot/config-%s",
					      "/usr/lib/modules/%s/config" };
	char path[256] = "";

	for (size_t i = 0; i < CLO_ARRAY_SIZE(places); i++) {
		const char *mark = strchr(places[i], '%');

		(void)snprintf(path, sizeof(path), "%.*s%s%s",
			       mark ? (int)(mark - places[i]) :
				      (int)strlen(places[i]),
			       places[i], mark ? name->release : "",
			       mark ? mark + 2 : "");
		if (access(path, R_OK) == 0)
			return read_config(audit, path, err);
	}
	/* Every check of it is unknown, and says so. */
	audit->is_read[CLO_FACT_KCONFIG] = true;
	return 0;
}

int clo_audit_live_kernel(struct clo_audit *audit, struct clo_err *err)
{
	struct utsname name;
	int r;

	if (clo_rules_wanted(&audit->rules, &audit->wanted))
		return clo_err_set(err, -ENOMEM, "no memory is left");
	audit->facts.wanted = &audit->wanted;
	if (uname(&name))
		return clo_err_set(err, -errno, "uname: %s", strerror(errno));
	r = live_config(audit, &name, err);
	if (!r)
		r = live_version(audit, &name, err);
	if (!r)
		r = read_cmdline(audit, "/proc/cmdline", err);
	return r ? r : clo_audit_live_settings(audit, err);
}
