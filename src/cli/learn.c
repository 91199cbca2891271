// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison learn: run a command, write the profile that it needs; and
 * cloison run --permissive: say what a sandbox would refuse.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/sandbox.h"
#include "sandbox/learn.h"

#define clo_owned_learned __attribute__((cleanup(clo_learned_deinit)))

static int status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A path with the variables that it begins with, quoted for TOML. */
static void print_path(const struct clo_sandbox *s, const char *path, FILE *out)
{
	static const char *const names[] = { "cwd", "home", "tmp" };

	(void)fputc('"', out);
	for (size_t n = 0; n < CLO_ARRAY_SIZE(names); n++) {
		for (size_t i = 0; i < s->variable_count; i++) {
			const struct clo_variable *v = &s->variables[i];
			size_t size = v->value ? strlen(v->value) : 0;

			if (size < 2 || !v->is_default ||
			    strcmp(v->name, names[n]) != 0 ||
			    strncmp(path, v->value, size) != 0 ||
			    (path[size] && path[size] != '/'))
				continue;
			(void)fprintf(out, "${%s}", v->name);
			path += size;
			n = CLO_ARRAY_SIZE(names);
			break;
		}
	}
	for (; *path; path++) {
		if (*path == '$')
			(void)fputc('$', out);
		if (*path == '"' || *path == '\\')
			(void)fputc('\\', out);
		(void)fputc(*path, out);
	}
	(void)fputc('"', out);
}

/* Names that no file of text can hold are left out, and said. */
static bool is_plain(const char *path)
{
	size_t left = strlen(path);

	if (left > 400)
		return false;
	while (left) {
		uint32_t point = 0;
		size_t n = clo_utf8_read(path, left, &point);

		if (!n || !clo_utf8_is_plain(point))
			return false;
		path += n;
		left -= n;
	}
	return true;
}

static void print_rules(const struct clo_sandbox *s,
			const struct clo_learned *l, bool is_secret, FILE *out)
{
	clo_free bool *done = calloc(l->lack_count + 1, sizeof(*done));

	for (size_t i = 0; done && i < l->lack_count; i++) {
		const struct clo_use *first = &l->lacks[i];
		const char *comma = "";

		if (done[i] || first->is_protected != is_secret ||
		    (first->path && !is_plain(first->path)))
			continue;
		if (is_secret)
			(void)fputs(
				"\n# Protected: look twice before you keep this.",
				out);
		(void)fprintf(out, "\n[[%s]]\nallowed_access = [",
			      first->path ? "path_beneath" : "net_port");
		clo_sandbox_print_rights(first->path ? CLOISON_LANDLOCK_FS :
						       CLOISON_LANDLOCK_NET,
					 first->rights, out);
		(void)fprintf(out, "]\n%s = [",
			      first->path ? "parent" : "port");
		for (size_t j = i; j < l->lack_count; j++) {
			const struct clo_use *o = &l->lacks[j];

			if (done[j] || !o->path != !first->path ||
			    o->rights != first->rights ||
			    o->is_protected != is_secret ||
			    (o->path && !is_plain(o->path)))
				continue;
			done[j] = true;
			(void)fputs(comma, out);
			comma = first->path ? ",\n\t" : ", ";
			if (o->path)
				print_path(s, o->path, out);
			else
				(void)fprintf(out, "%llu",
					      (unsigned long long)o->port);
		}
		(void)fputs("]\n", out);
	}
}

static void print_head(char **argv, FILE *out)
{
	char safe[256];

	(void)fprintf(out,
		      "# Learned from: %s\n"
		      "# Read it, and take away what is not meant.\n"
		      "abi = %d\n\n[profile]\ninclude = [\"base\"]\n",
		      clo_out_safe(argv[0], safe, sizeof(safe)),
		      CLOISON_LANDLOCK_ABI);
}

/* What is left out, or kept apart, is said: nothing happens in silence. */
static void say(const struct clo_learned *l)
{
	char safe[CLO_JUDGE_PATH];

	for (size_t i = 0; i < l->lack_count; i++) {
		const struct clo_use *u = &l->lacks[i];

		if (u->path && !is_plain(u->path))
			(void)fprintf(
				stderr,
				"cloison: learn: '%s' is left out: a profile cannot hold its name\n",
				clo_out_safe(u->path, safe, sizeof(safe)));
		else if (u->is_protected)
			(void)fprintf(
				stderr,
				"cloison: learn: '%s' is a protected place: its rule is marked, and allows the file alone\n",
				clo_out_safe(u->path, safe, sizeof(safe)));
	}
	if (l->is_full)
		(void)fprintf(
			stderr,
			"cloison: learn: too many files were used: the profile is not complete\n");
}

/* The text of @merge, if there is one, then what is new; atomically. */
static int write_profile(const struct clo_cli *cli, const struct clo_sandbox *s,
			 const struct clo_learned *l, struct clo_err *err)
{
	const char *merge = cli->values[CLO_OPTION_MERGE];
	const char *name = merge ? merge : cli->values[CLO_OPTION_OUTPUT];
	char temporary[4096];
	FILE *out = stdout;
	FILE *in = NULL;
	int c, r = 0;

	if (name) {
		(void)snprintf(temporary, sizeof(temporary), "%.4000s.new",
			       name);
		out = fopen(temporary, "wxe");
		if (!out)
			return clo_err_set(err, -errno, "%.300s: %s", temporary,
					   strerror(errno));
	}
	if (merge) {
		in = fopen(merge, "re");
		while (in && (c = fgetc(in)) != EOF)
			(void)fputc(c, out);
		r = !in || ferror(in) ? -EIO : 0;
		if (in)
			(void)fclose(in);
	} else {
		print_head(cli->argv + cli->command, out);
	}
	print_rules(s, l, false, out);
	print_rules(s, l, true, out);
	if (!name)
		return 0;
	if (fclose(out) || r || rename(temporary, name)) {
		r = errno ? -errno : -EIO;
		(void)unlink(temporary);
		return clo_err_set(err, r, "%.300s: %s", name, strerror(-r));
	}
	return 0;
}

int clo_cli_learn(struct clo_cli *cli, struct clo_err *err)
{
	const char *merge = cli->values[CLO_OPTION_MERGE];
	const char *output = cli->values[CLO_OPTION_OUTPUT];
	clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
	clo_owned_learned struct clo_learned learned = { 0 };
	int r, status = 0;

	if (cli->command || !cli->argc) {
		(void)clo_err_set(
			err, -EINVAL,
			"'learn' needs the command after '--', as in 'cloison learn -- make'");
		return CLO_EXIT_USAGE;
	}
	if (output && !merge && !access(output, F_OK)) {
		(void)clo_err_set(
			err, -EEXIST,
			"option '--output': '%.300s' is there already; --merge=FILE adds to a profile",
			output);
		return CLO_EXIT_USAGE;
	}
	clo_sandbox_init(&sandbox, CLO_COMPOSE_UNION);
	r = clo_sandbox_defaults(&sandbox, err);
	if (!r)
		r = clo_sandbox_load(&sandbox, merge ? merge : "base", err);
	if (!r)
		r = clo_sandbox_resolve(&sandbox, err);
	if (r)
		return CLO_EXIT_USAGE;
	r = clo_learn(&sandbox, cli->argv + cli->command, NULL, CLO_LEARN_WIDE,
		      &learned, &status, err);
	if (r)
		return r == -ENOSYS ? CLO_EXIT_CANNOT : CLO_EXIT_REFUSED;
	/* What a shell says of a command that cannot be run. */
	if (status_of(status) == 126 || status_of(status) == 127) {
		(void)clo_err_set(
			err, -ENOEXEC,
			"'%.100s' could not be run, or not what it runs (status %d); no profile is written",
			cli->argv[cli->command], status_of(status));
		return CLO_EXIT_REFUSED;
	}
	say(&learned);
	if (write_profile(cli, &sandbox, &learned, err))
		return CLO_EXIT_REFUSED;
	if (status)
		(void)fprintf(
			stderr,
			"cloison: learn: the command ended with status %d: the profile has what it used until then\n",
			status_of(status));
	return CLO_EXIT_DONE;
}

int clo_run_permissive(struct clo_cli *cli, const struct clo_sandbox *sandbox,
		       struct clo_err *err)
{
	clo_owned_learned struct clo_learned learned = { 0 };
	char safe[CLO_JUDGE_PATH];
	int r, status = 0;

	r = clo_learn(sandbox, cli->argv + cli->command, NULL, CLO_LEARN_EACH,
		      &learned, &status, err);
	if (r)
		return r == -ENOSYS ? CLO_EXIT_CANNOT : CLO_EXIT_REFUSED;
	for (size_t i = 0; i < learned.lack_count; i++) {
		const struct clo_use *u = &learned.lacks[i];

		(void)fputs("cloison: run: would refuse ", stderr);
		clo_sandbox_print_rights(u->path ? CLOISON_LANDLOCK_FS :
						   CLOISON_LANDLOCK_NET,
					 u->rights, stderr);
		if (u->path)
			(void)fprintf(stderr, " on %s\n",
				      clo_out_safe(u->path, safe,
						   sizeof(safe)));
		else
			(void)fprintf(stderr, " on port %llu\n",
				      (unsigned long long)u->port);
	}
	return status_of(status);
}
