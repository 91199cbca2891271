// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison policy show, check: the configuration as it is understood.
 */
#include <string.h>

#include "cli/config.h"
#include "cli/out.h"

/* The model prints to a file; here it is wanted as text. */
static char *print_to_text(const struct clo_toml_schema *schema,
			   const void *conf, bool is_json)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (is_json)
		clo_toml_print_json(schema, conf, out);
	else
		clo_toml_print(schema, conf, out);
	if (fclose(out)) {
		clo_free_cleanup(&text);
		return NULL;
	}
	return text;
}

static void show_text(const struct clo_cli *cli, const char *title,
		      const struct clo_toml_schema *schema, const void *conf)
{
	clo_free char *text = print_to_text(schema, conf, false);

	(void)printf("%s# %s%s\n", clo_out_color(cli, CLO_COLOR_BOLD), title,
		     clo_out_plain(cli));
	for (char *line = text; line && *line;) {
		size_t size = strcspn(line, "\n");
		bool has_more = line[size] == '\n';

		line[size] = '\0';
		clo_out_text(stdout, line);
		(void)fputc('\n', stdout);
		line += size + has_more;
	}
}

static struct json_object *show_json(const struct clo_toml_schema *schema,
				     const void *conf)
{
	clo_free char *text = print_to_text(schema, conf, true);

	return text ? json_tokener_parse(text) : NULL;
}

static struct json_object *cage_json(const struct clo_config *config,
				     uint32_t i)
{
	struct json_object *o = json_object_new_object();

	clo_json_text(o, "name", config->cages[i].conf.name);
	clo_json_text(o, "file", config->cages[i].file);
	(void)json_object_object_add(
		o, "conf", show_json(&clo_cage_schema, &config->cages[i].conf));
	return o;
}

static void show_cage(const struct clo_cli *cli,
		      const struct clo_config *config, uint32_t i)
{
	char title[CLO_CONFIG_PATH + 64];

	(void)snprintf(title, sizeof(title), "cage %s (%s)",
		       config->cages[i].conf.name, config->cages[i].file);
	show_text(cli, title, &clo_cage_schema, &config->cages[i].conf);
}

static void show_all(const struct clo_cli *cli, const struct clo_config *config)
{
	clo_json struct json_object *o = NULL;
	struct json_object *list;

	if (!cli->is_json) {
		show_text(cli, "the Core", &clo_core_schema, &config->core);
		for (uint32_t i = 0; i < config->count; i++) {
			(void)fputc('\n', stdout);
			show_cage(cli, config, i);
		}
		return;
	}
	o = json_object_new_object();
	list = json_object_new_array();
	for (uint32_t i = 0; i < config->count; i++)
		(void)json_object_array_add(list, cage_json(config, i));
	(void)json_object_object_add(
		o, "core", show_json(&clo_core_schema, &config->core));
	(void)json_object_object_add(o, "cages", list);
	clo_json_print(o);
}

int clo_cli_policy_show(struct clo_cli *cli, struct clo_err *err)
{
	clo_free struct clo_config *config = clo_config_new(err);
	clo_json struct json_object *o = NULL;
	int i;

	if (!config)
		return CLO_EXIT_REFUSED;
	if (clo_config_load(config, err))
		return CLO_EXIT_USAGE;
	if (!cli->argc) {
		show_all(cli, config);
		return CLO_EXIT_DONE;
	}
	i = clo_config_find(config, cli->argv[0], err);
	if (i < 0)
		return CLO_EXIT_USAGE;
	if (cli->is_json) {
		o = cage_json(config, (uint32_t)i);
		clo_json_print(o);
	} else {
		show_cage(cli, config, (uint32_t)i);
	}
	return CLO_EXIT_DONE;
}

static void say_file(const struct clo_cli *cli, struct json_object *list,
		     const char *file, const char *what,
		     const struct clo_err *error)
{
	struct json_object *o;

	if (!cli->is_json && !error) {
		clo_out_text(stdout, file);
		(void)printf(": %s%s%s\n", clo_out_color(cli, CLO_COLOR_GOOD),
			     what, clo_out_plain(cli));
		return;
	}
	if (!cli->is_json) {
		clo_out_error(error);
		return;
	}
	o = json_object_new_object();
	clo_json_text(o, "file", file);
	clo_json_bool(o, "good", !error);
	clo_json_text(o, "error", error ? error->text : "");
	(void)json_object_array_add(list, o);
}

static bool is_core_file(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(slash ? slash + 1 : path, "cloison.toml");
}

/* Each file is looked at, also behind one that is wrong. */
static int check_files(const struct clo_cli *cli, struct json_object *list,
		       struct clo_config *config)
{
	int status = CLO_EXIT_DONE;

	for (int i = 0; i < cli->argc; i++) {
		const char *path = cli->argv[i];
		struct clo_err wrong = { 0 };
		char what[80];
		int r;

		if (is_core_file(path)) {
			r = clo_config_read_core(path, &config->core, &wrong);
			(void)snprintf(what, sizeof(what), "good, of the Core");
		} else {
			r = clo_config_add(config, path, &wrong);
			(void)snprintf(
				what, sizeof(what), "good, cage %s",
				r ? "" :
				    config->cages[config->count - 1].conf.name);
		}
		say_file(cli, list, path, what, r ? &wrong : NULL);
		if (r)
			status = CLO_EXIT_USAGE;
	}
	return status;
}

int clo_cli_policy_check(struct clo_cli *cli, struct clo_err *err)
{
	clo_free struct clo_config *config = clo_config_new(err);
	clo_json struct json_object *o = NULL;
	struct json_object *list;
	int status = CLO_EXIT_DONE;

	if (!config)
		return CLO_EXIT_REFUSED;
	list = json_object_new_array();
	if (cli->argc) {
		status = check_files(cli, list, config);
	} else if (clo_config_load(config, err)) {
		say_file(cli, list, clo_config_dir(), "", err);
		err->text[0] = '\0'; /* it has been said */
		status = CLO_EXIT_USAGE;
	} else {
		for (uint32_t i = 0; i < config->count; i++) {
			char what[80];

			(void)snprintf(what, sizeof(what), "good, cage %s",
				       config->cages[i].conf.name);
			say_file(cli, list, config->cages[i].file, what, NULL);
		}
	}
	o = json_object_new_object();
	clo_json_uint(o, "status", (uint64_t)status);
	(void)json_object_object_add(o, "files", list);
	if (cli->is_json)
		clo_json_print(o);
	return status;
}
