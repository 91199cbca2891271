// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison sandbox lint: what is probably not meant in a profile.
 */
#include <string.h>
#include <sys/stat.h>

#include "cli/sandbox.h"

struct lint {
	const struct clo_cli *cli;
	const struct clo_sandbox *sandbox;
	struct json_object *list;
	uint32_t found;
};

static void tell(struct lint *l, uint32_t fragment, uint32_t line,
		 const char *name, const char *format, ...) clo_printf(5, 6);

static void tell(struct lint *l, uint32_t fragment, uint32_t line,
		 const char *name, const char *format, ...)
{
	const char *file = fragment < l->sandbox->fragment_count ?
				   l->sandbox->fragments[fragment].name :
				   "sandbox";
	struct json_object *o;
	char text[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	l->found++;
	if (l->cli->is_json) {
		o = json_object_new_object();
		clo_json_text(o, "file", file);
		clo_json_uint(o, "line", line);
		clo_json_text(o, "finding", name);
		clo_json_text(o, "text", text);
		(void)json_object_array_add(l->list, o);
		return;
	}
	clo_out_text(stdout, file);
	if (line)
		(void)printf(":%u", line);
	(void)printf(": %s: ", name);
	clo_out_text(stdout, text);
	(void)putchar('\n');
}

static uint64_t allowed_on(const struct lint *l, const char *path,
			   uint64_t rights)
{
	static struct clo_judged judged;

	if (clo_judge_path(l->sandbox, path, rights, &judged, NULL))
		return 0;
	return rights & ~judged.refused;
}

/* Rights that no fragment of any layer handles. */
static void lint_handled(struct lint *l)
{
	static const char *const words[] = { "paths", "ports", "scopes" };

	for (uint32_t kind = 0; kind < CLO_SANDBOX_KINDS; kind++) {
		uint64_t left = cloison_landlock_all(
			(enum cloison_landlock_kind)kind, CLOISON_LANDLOCK_ABI);
		uint64_t all = left;

		for (size_t i = 0; i < l->sandbox->fragment_count; i++)
			left &= ~l->sandbox->fragments[i].handled[kind];
		if (left == all)
			tell(l, UINT32_MAX, 0, "unhandled",
			     "no right on %s is handled: nothing is refused there",
			     words[kind]);
		for (int bit = 0; left != all && bit < 64; bit++) {
			if (left & UINT64_C(1) << bit)
				tell(l, UINT32_MAX, 0, "unhandled",
				     "'%s' is not handled: it is allowed everywhere",
				     cloison_landlock_word(
					     (enum cloison_landlock_kind)kind,
					     UINT64_C(1) << bit));
		}
	}
}

/* A link in a directory where the sandbox makes links. */
static bool may_relink(const struct lint *l, const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[CLO_JUDGE_PATH];

	(void)snprintf(dir, sizeof(dir), "%.*s",
		       slash ? (int)(slash - path + (slash == path)) : 1,
		       slash ? path : ".");
	return allowed_on(l, dir, CLOISON_LANDLOCK_FS_MAKE_SYM);
}

static void lint_grant(struct lint *l, const struct clo_grant *g)
{
	const uint64_t execute = CLOISON_LANDLOCK_FS_EXECUTE;
	const uint64_t write = CLOISON_LANDLOCK_FS_WRITE_FILE;
	const uint64_t files =
		CLOISON_LANDLOCK_FS_EXECUTE | CLOISON_LANDLOCK_FS_WRITE_FILE |
		CLOISON_LANDLOCK_FS_READ_FILE | CLOISON_LANDLOCK_FS_TRUNCATE |
		CLOISON_LANDLOCK_FS_IOCTL_DEV |
		CLOISON_LANDLOCK_FS_RESOLVE_UNIX;
	uint64_t gives = clo_sandbox_gives(l->sandbox, g);
	struct stat st;

	if (lstat(g->path, &st))
		return;
	if (S_ISLNK(st.st_mode) && may_relink(l, g->path))
		tell(l, g->fragment, g->line, "link",
		     "'%s' is a link that the sandbox may replace: the next time the rule is elsewhere",
		     g->path);
	if (stat(g->path, &st))
		return;
	if (allowed_on(l, g->path, execute | write) == (execute | write) &&
	    !S_ISCHR(st.st_mode))
		tell(l, g->fragment, g->line, "write-execute",
		     "'%s' may be written and executed: what is written there can be run",
		     g->path);
	if (!S_ISDIR(st.st_mode) &&
	    g->rights & ~(files | CLOISON_LANDLOCK_FS_READ_DIR))
		tell(l, g->fragment, g->line, "file-rights",
		     "'%s' is a file, and the rule grants rights that only directories have",
		     g->path);
	if (gives & write && S_ISREG(st.st_mode) + S_ISDIR(st.st_mode) &&
	    !allowed_on(l, g->path, CLOISON_LANDLOCK_FS_TRUNCATE))
		tell(l, g->fragment, g->line, "truncate",
		     "'%s' may be written and not truncated: programs that open with O_TRUNC fail",
		     g->path);
}

/* Places whose reading gives another account away. */
static void lint_secrets(struct lint *l)
{
	static const char *const places[] = {
		".ssh", ".gnupg", ".aws", ".kube", ".netrc", ".password-store",
	};
	const char *home = getenv("HOME");
	char path[512];

	for (size_t i = 0; home && i < CLO_ARRAY_SIZE(places); i++) {
		struct stat st;

		(void)snprintf(path, sizeof(path), "%s/%s", home, places[i]);
		if (!stat(path, &st) &&
		    allowed_on(l, path, CLOISON_LANDLOCK_FS_READ_FILE))
			tell(l, UINT32_MAX, 0, "secret", "'%s' may be read",
			     path);
	}
	if (allowed_on(l, "/etc/shadow", CLOISON_LANDLOCK_FS_READ_FILE))
		tell(l, UINT32_MAX, 0, "secret", "'/etc/shadow' may be read");
}

/* A sandbox that may change its own profile is none the next time. */
static void lint_files(struct lint *l)
{
	for (uint32_t i = 0; i < l->sandbox->fragment_count; i++) {
		const char *file = l->sandbox->fragments[i].name;

		if (strchr(file, '/') &&
		    allowed_on(l, file, CLOISON_LANDLOCK_FS_WRITE_FILE))
			tell(l, i, 0, "own-profile",
			     "the sandbox may write the file that describes it");
	}
}

int clo_cli_sandbox_lint(struct clo_cli *cli, struct clo_err *err)
{
	clo_json struct json_object *list = json_object_new_array();
	struct lint l = { .cli = cli, .list = list };
	int status = CLO_EXIT_DONE;

	for (int i = 0; i < cli->argc || (!i && !cli->argc); i++) {
		clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
		struct clo_cli one = *cli;

		if (cli->argc && one.given_count < CLO_CLI_GIVEN) {
			one.given[one.given_count].id = CLO_OPTION_PROFILE;
			one.given[one.given_count++].value = cli->argv[i];
		}
		status = clo_sandbox_options(&one, &sandbox, err);
		if (status)
			return status;
		l.sandbox = &sandbox;
		lint_handled(&l);
		for (size_t j = 0; j < sandbox.grant_count; j++) {
			if (!sandbox.grants[j].is_port)
				lint_grant(&l, &sandbox.grants[j]);
		}
		lint_secrets(&l);
		lint_files(&l);
	}
	if (cli->is_json)
		clo_json_print(list);
	return l.found ? CLO_EXIT_REFUSED : CLO_EXIT_DONE;
}
