// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison sandbox show, explain, export: a sandbox looked at, not put on.
 */
#include <string.h>

#include "cli/sandbox.h"

static enum clo_color color_of(uint32_t status)
{
	switch (status) {
	case CLOISON_LANDLOCK_ENFORCED:
	case CLOISON_LANDLOCK_IMPLIED:
		return CLO_COLOR_GOOD;
	case CLOISON_LANDLOCK_MISSING_KERNEL:
	case CLOISON_LANDLOCK_UNKNOWN:
		return CLO_COLOR_BAD;
	default:
		return CLO_COLOR_DOUBT;
	}
}

static void print_item(const struct clo_cli *cli,
		       const struct cloison_landlock_policy *policy,
		       const struct cloison_landlock_item *item)
{
	enum cloison_landlock_kind kind =
		(enum cloison_landlock_kind)item->kind;
	const char *word = cloison_landlock_word(kind, item->rights);

	(void)printf("%u  %s%-14s%s ", item->layer,
		     clo_out_color(cli, color_of(item->status)),
		     cloison_landlock_status_word(item->status),
		     clo_out_plain(cli));
	if (kind == CLOISON_LANDLOCK_PATH || kind == CLOISON_LANDLOCK_PORT) {
		(void)fputs("allow ", stdout);
		clo_sandbox_print_rights(kind == CLOISON_LANDLOCK_PATH ? 0 : 1,
					 item->rights, stdout);
		if (item->path) {
			(void)fputs(" on ", stdout);
			clo_out_text(stdout, item->path);
		} else {
			(void)printf(" on port %llu",
				     (unsigned long long)item->port);
		}
		if (item->error)
			(void)printf(" (%s)", strerror(item->error));
		(void)fputs(", from ", stdout);
		clo_out_text(stdout, cloison_landlock_fragment_name(
					     policy, item->fragment));
	} else {
		(void)printf("refuse %s", word ? word : "?");
		if (item->status == CLOISON_LANDLOCK_MISSING_KERNEL)
			(void)printf(" (ABI %d brought it)", item->abi);
		if (item->erratum)
			(void)printf(
				" (erratum %u%s)", item->erratum,
				item->status == CLOISON_LANDLOCK_SUBSTITUTED ?
					", by a filter" :
					"");
	}
	(void)putchar('\n');
}

static void print_denial(const struct clo_cli *cli,
			 const struct clo_sandbox *sandbox,
			 const struct clo_denial *denial)
{
	const struct clo_fragment *f = &sandbox->fragments[denial->fragment];

	(void)printf("%u  %s%-14s%s deny ", f->layer,
		     clo_out_color(cli, CLO_COLOR_DOUBT), "substituted",
		     clo_out_plain(cli));
	clo_sandbox_print_rights(CLOISON_LANDLOCK_FS, denial->rights, stdout);
	(void)fputs(" on ", stdout);
	clo_out_text(stdout, denial->path);
	(void)printf(", by %zu rules on what is beside it, from ",
		     denial->rules);
	clo_out_text(stdout, f->name);
	(void)putchar('\n');
}

static struct json_object *json_denials(const struct clo_sandbox *sandbox)
{
	struct json_object *list = json_object_new_array();
	char number[32];

	for (size_t i = 0; i < sandbox->denial_count; i++) {
		const struct clo_denial *d = &sandbox->denials[i];
		struct json_object *o = json_object_new_object();

		(void)snprintf(number, sizeof(number), "0x%llx",
			       (unsigned long long)d->rights);
		clo_json_text(o, "status", "substituted");
		clo_json_uint(o, "layer",
			      sandbox->fragments[d->fragment].layer);
		clo_json_text(o, "path", d->path);
		clo_json_text(o, "rights", number);
		clo_json_uint(o, "rules", d->rules);
		clo_json_text(o, "from", sandbox->fragments[d->fragment].name);
		(void)json_object_array_add(list, o);
	}
	return list;
}

int clo_cli_sandbox_show(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
	clo_policy struct cloison_landlock_policy *policy = NULL;
	clo_json struct json_object *o = NULL;
	struct cloison_landlock_kernel kernel;
	int r, status = clo_sandbox_options(cli, &sandbox, err);

	if (status)
		return status;
	if (cli->values[CLO_OPTION_RESOLVED]) {
		clo_sandbox_show_resolved(cli, &sandbox);
		return CLO_EXIT_DONE;
	}
	(void)cloison_landlock_probe(&kernel);
	r = clo_sandbox_policy(&sandbox,
			       CLOISON_LANDLOCK_SUBSTITUTE |
				       CLOISON_LANDLOCK_ALLOW_NOOP,
			       &policy, err);
	if (r)
		return CLO_EXIT_REFUSED;
	r = cloison_landlock_resolve(policy, NULL);
	if (cli->is_json) {
		o = json_object_new_object();
		clo_json_uint(o, "abi", (uint64_t)kernel.abi);
		clo_json_uint(o, "layers", sandbox.layer_count);
		(void)json_object_object_add(o, "items",
					     clo_sandbox_items(policy));
		if (sandbox.denial_count)
			(void)json_object_object_add(o, "denials",
						     json_denials(&sandbox));
		clo_json_print(o);
	} else {
		(void)printf(
			"this kernel has Landlock ABI %d; layer, status, what is asked:\n",
			kernel.abi);
		for (size_t i = 0; i < sandbox.denial_count; i++)
			print_denial(cli, &sandbox, &sandbox.denials[i]);
		for (size_t i = 0; i < cloison_landlock_item_count(policy); i++)
			print_item(cli, policy,
				   cloison_landlock_item(policy, i));
	}
	if (!r)
		return CLO_EXIT_DONE;
	(void)clo_err_set(err, r, "sandbox: %s",
			  cloison_landlock_error(policy));
	return r == -ENOTSUP ? CLO_EXIT_CANNOT : CLO_EXIT_REFUSED;
}

int clo_cli_sandbox_export(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
	const char *to = cli->values[CLO_OPTION_TO];
	int r, status = clo_sandbox_options(cli, &sandbox, err);

	if (status)
		return status;
	if (!to || !strcmp(to, "profile")) {
		r = clo_sandbox_print_toml(&sandbox, false, stdout);
	} else if (!strcmp(to, "landlockconfig")) {
		r = clo_sandbox_print_toml(&sandbox, true, stdout);
	} else if (!strcmp(to, "setpriv")) {
		r = clo_sandbox_print_setpriv(&sandbox, stdout);
	} else {
		(void)clo_err_set(
			err, -EINVAL,
			"'--to' is '%.40s'; it is profile, landlockconfig or setpriv",
			to);
		return CLO_EXIT_USAGE;
	}
	if (!r)
		return CLO_EXIT_DONE;
	(void)clo_err_set(
		err, r,
		"'%s' cannot say all of this sandbox: several layers, or rights that it has no word for",
		to ? to : "profile");
	return CLO_EXIT_REFUSED;
}

static void print_rule(uint64_t rights, const char *path)
{
	(void)fputs("\n[[path_beneath]]\nallowed_access = [", stdout);
	clo_sandbox_print_rights(CLOISON_LANDLOCK_FS, rights, stdout);
	(void)fputs("]\nparent = [\"", stdout);
	clo_out_text(stdout, path);
	(void)fputs("\"]\n", stdout);
}

/*
 * The smallest rules that would allow it.  Rights of directories stand on the
 * directory; all others on the file, which has to be there for that: the rule
 * on its directory, that would do without, allows all that is beside it too.
 */
static void print_smallest(const struct clo_judged *judged)
{
	uint64_t of_dir =
		judged->is_dir ? 0 : judged->refused & ~CLO_JUDGE_OF_ITSELF;
	uint64_t of_file = judged->refused & ~of_dir;
	char dir[CLO_JUDGE_PATH];

	(void)snprintf(dir, sizeof(dir), "%s", judged->path);
	*(strrchr(dir, '/') + (strrchr(dir, '/') == dir)) = '\0';
	if (of_file && judged->is_missing) {
		clo_out_text(stdout, judged->path);
		(void)fputs(
			" does not exist, and a rule is on a file that does\n"
			"what would allow it, once the path exists when the sandbox starts:\n",
			stdout);
	} else if (of_file) {
		(void)fputs("what would allow it:\n", stdout);
	}
	if (of_file)
		print_rule(of_file, judged->path);
	if (of_file && judged->is_missing) {
		(void)fputs("\nbefore, only a rule on ", stdout);
		clo_out_text(stdout, dir);
		(void)fputs(
			" would, which allows it on everything beneath there\n",
			stdout);
	}
	if (!of_dir)
		return;
	clo_sandbox_print_rights(CLOISON_LANDLOCK_FS, of_dir, stdout);
	(void)fputs(
		" is a right on the directory, for everything beneath it; what would allow it:\n",
		stdout);
	print_rule(of_dir, dir);
}

static void print_refused(const struct clo_cli *cli,
			  const struct clo_judged *judged)
{
	(void)printf("%srefused%s ", clo_out_color(cli, CLO_COLOR_BAD),
		     clo_out_plain(cli));
	clo_sandbox_print_rights(CLOISON_LANDLOCK_FS, judged->refused, stdout);
	(void)fputs(" on ", stdout);
	clo_out_text(stdout, judged->path);
	(void)printf(": no rule of layer %u is on it or above it\n",
		     judged->layer);
	print_smallest(judged);
}

static void print_judged(const struct clo_cli *cli,
			 const struct clo_sandbox *sandbox,
			 const struct clo_judged *judged)
{
	clo_json struct json_object *o = NULL;

	if (cli->is_json) {
		o = json_object_new_object();
		clo_json_text(o, "path", judged->path);
		clo_json_bool(o, "exists", !judged->is_missing);
		clo_json_bool(o, "allowed", !judged->refused);
		if (judged->refused)
			clo_json_uint(o, "layer", judged->layer);
		if (judged->by) {
			clo_json_text(o, "rule", judged->by->path);
			clo_json_text(
				o, "from",
				sandbox->fragments[judged->by->fragment].name);
			clo_json_uint(o, "line", judged->by->line);
		}
		clo_json_print(o);
		return;
	}
	if (judged->refused) {
		print_refused(cli, judged);
		return;
	}
	(void)printf("%sallowed%s ", clo_out_color(cli, CLO_COLOR_GOOD),
		     clo_out_plain(cli));
	clo_out_text(stdout, judged->path);
	if (!judged->by) {
		(void)fputs(": the sandbox does not handle it\n", stdout);
		return;
	}
	(void)fputs(": by the rule on ", stdout);
	clo_out_text(stdout, judged->by->path);
	(void)fputs(", ", stdout);
	clo_out_text(stdout, sandbox->fragments[judged->by->fragment].name);
	if (judged->by->line)
		(void)printf(":%u", judged->by->line);
	(void)putchar('\n');
}

int clo_cli_sandbox_explain(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_sandbox struct clo_sandbox sandbox = { 0 };
	static struct clo_judged judged;
	uint64_t rights = 0;
	int status = clo_sandbox_options(cli, &sandbox, err);

	if (status)
		return status;
	if (cli->command < cli->argc && !cli->command)
		return clo_explain_live(cli, &sandbox, err);
	if (cli->command != 2 || cli->argc != 2) {
		(void)clo_err_set(
			err, -EINVAL,
			"'sandbox explain' needs a right and a path, or a command after '--'");
		return CLO_EXIT_USAGE;
	}
	if (clo_sandbox_word(CLOISON_LANDLOCK_FS, cli->argv[0],
			     CLOISON_LANDLOCK_ABI, &rights, err))
		return CLO_EXIT_USAGE;
	if (clo_judge_path(&sandbox, cli->argv[1], rights, &judged, err))
		return CLO_EXIT_REFUSED;
	print_judged(cli, &sandbox, &judged);
	return judged.refused ? CLO_EXIT_REFUSED : CLO_EXIT_DONE;
}
