// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison up, down, restart; core stop.
 */
#include <string.h>
#include <time.h>

#include "base/near.h"
#include "cli/client.h"
#include "cli/config.h"
#include "cli/out.h"

/* Work on several cages: one that fails does not keep the others. */
struct work {
	const struct clo_cli *cli;
	int fd;
	uint64_t without;
	uint32_t timeout_ms;
	int status; /* of the first that failed */
	struct json_object *list; /* JSON: what became of each */
};

struct name_list {
	uint32_t count;
	char names[CLO_CAGE_COUNT][CLO_NAME_MAX + 1];
};

static int read_without(const char *list, uint64_t *ret, struct clo_err *err)
{
	*ret = 0;
	while (list && *list) {
		size_t size = strcspn(list, ",");
		char word[32];
		struct clo_near near = { .word = word };
		uint32_t i;

		(void)snprintf(word, sizeof(word), "%.*s",
			       size > 31 ? 31 : (int)size, list);
		for (i = 0; i < CLO_PROTECTION_COUNT; i++) {
			const char *name = clo_protection_name(i);

			if (!strcmp(name, word))
				break;
			clo_near_try(&near, name);
		}
		if (i == CLO_PROTECTION_COUNT)
			return clo_near_end(
				&near, err, -EINVAL, "see cloison(1)",
				"option '--without': '%s' is no protection",
				word);
		*ret |= CLO_BIT64(i);
		list += size;
		list += *list == ',';
	}
	return 0;
}

static int read_timeout(const char *word, uint32_t *ret, struct clo_err *err)
{
	uint32_t n = 0;

	*ret = 5000;
	if (!word)
		return 0;
	for (const char *p = word; *p; p++) {
		if (*p < '0' || *p > '9' || n > 600)
			n = 601;
		else
			n = n * 10 + (uint32_t)(*p - '0');
	}
	if (!*word || n > 600)
		return clo_err_set(err, -EINVAL,
				   "option '--timeout': '%.40s' is not a "
				   "number of seconds, 0 to 600",
				   word);
	*ret = n * 1000;
	return 0;
}

static int begin(struct work *w, struct clo_cli *cli, struct clo_err *err)
{
	w->cli = cli;
	w->fd = -1;
	if (read_without(cli->values[CLO_OPTION_WITHOUT], &w->without, err) ||
	    read_timeout(cli->values[CLO_OPTION_TIMEOUT], &w->timeout_ms, err))
		return CLO_EXIT_USAGE;
	for (int i = 0; i < cli->argc; i++) {
		char name[CLO_NAME_MAX + 1];

		if (clo_client_name(cli->argv[i], name, err))
			return CLO_EXIT_USAGE;
	}
	if (cli->argc >= CLO_CAGE_COUNT) {
		(void)clo_err_set(err, -E2BIG,
				  "'%s' takes at most %d cages, not %d",
				  cli->verb->name, CLO_CAGE_COUNT - 1,
				  cli->argc);
		return CLO_EXIT_USAGE;
	}
	w->list = json_object_new_array();
	return clo_client_open(0, &w->fd, err);
}

static int end(struct work *w)
{
	clo_json struct json_object *o = json_object_new_object();

	clo_json_uint(o, "status", (uint64_t)w->status);
	(void)json_object_object_add(o, "cages", w->list);
	if (w->cli->is_json)
		clo_json_print(o);
	clo_fd_cleanup(&w->fd);
	return w->status;
}

/* Drop what begin() has made; for a return that is an error. */
static int give_up(struct work *w, int status)
{
	if (w->list)
		(void)json_object_put(w->list);
	clo_fd_cleanup(&w->fd);
	return status;
}

static void put_progress(const struct clo_wire_message *m, void *data)
{
	const struct work *w = data;

	if (m->header.type != CLO_WIRE_PROGRESS || w->cli->is_json)
		return;
	(void)printf("%s  ", clo_out_color(w->cli, CLO_COLOR_DIM));
	clo_out_text(stdout, m->body.PROGRESS.text);
	(void)printf("%s\n", clo_out_plain(w->cli));
	(void)fflush(stdout);
}

static int ask(struct work *w, uint32_t type, const char *name,
	       struct clo_err *err)
{
	struct clo_wire_cage body = { 0 };

	(void)snprintf(body.name, sizeof(body.name), "%s", name);
	if (type == CLO_WIRE_UP)
		body.without = w->without;
	else
		body.timeout_ms = w->timeout_ms;
	return clo_client_ask(w->fd, type, &body, put_progress, w, err);
}

static void tell(struct work *w, const char *name, const char *what, int status,
		 const struct clo_err *err)
{
	struct json_object *o = json_object_new_object();
	char list[128];

	clo_json_text(o, "name", name);
	clo_json_uint(o, "status", (uint64_t)status);
	clo_json_text(o, "error", err->text);
	(void)json_object_array_add(w->list, o);
	if (status && !w->status)
		w->status = status;
	if (status) {
		clo_out_error(err);
		return;
	}
	if (w->cli->is_json)
		return;
	(void)printf("%s%s%s is %s", clo_out_color(w->cli, CLO_COLOR_BOLD),
		     name, clo_out_plain(w->cli), what);
	if (w->without && !strcmp(what, "up"))
		(void)printf(", %swithout %s%s",
			     clo_out_color(w->cli, CLO_COLOR_DOUBT),
			     clo_out_without(w->without, list, sizeof(list)),
			     clo_out_plain(w->cli));
	(void)putchar('\n');
	(void)fflush(stdout);
}

static void up_one(struct work *w, const char *name)
{
	struct clo_err err = { 0 };
	int status = ask(w, CLO_WIRE_UP, name, &err);

	tell(w, name, "up", status, &err);
}

static void down_one(struct work *w, const char *name)
{
	struct clo_err err = { 0 };
	int status = ask(w, CLO_WIRE_DOWN, name, &err);

	tell(w, name, "down", status, &err);
}

/* Names of the command line; else all that are described. */
static int names_to_up(const struct clo_cli *cli, struct name_list *list,
		       struct clo_err *err)
{
	clo_free struct clo_config *config = clo_config_new(err);
	struct clo_err quiet = { 0 };

	if (!config)
		return CLO_EXIT_REFUSED;
	if (cli->argc) {
		/* Whether the Core reads the same files, it says itself. */
		bool is_known = !clo_config_load(config, &quiet);

		for (int i = 0; i < cli->argc; i++) {
			(void)snprintf(list->names[list->count++],
				       sizeof(list->names[0]), "%s",
				       cli->argv[i]);
			if (is_known &&
			    clo_config_find(config, cli->argv[i], err) < 0)
				return CLO_EXIT_REFUSED;
		}
		return CLO_EXIT_DONE;
	}
	if (clo_config_load(config, err))
		return CLO_EXIT_USAGE;
	for (uint32_t i = 0; i < config->count; i++)
		memcpy(list->names[list->count++], config->cages[i].conf.name,
		       sizeof(list->names[0]));
	return CLO_EXIT_DONE;
}

int clo_cli_up(struct clo_cli *cli, struct clo_err *err)
{
	struct name_list list = { 0 };
	struct work w = { 0 };
	int r = begin(&w, cli, err);

	if (!r)
		r = names_to_up(cli, &list, err);
	if (r)
		return give_up(&w, r);
	for (uint32_t i = 0; i < list.count; i++)
		up_one(&w, list.names[i]);
	return end(&w);
}

static bool is_up(const struct clo_states *states, const char *name)
{
	for (uint32_t i = 0; i < states->count; i++) {
		if (!strcmp(states->cages[i].name, name))
			return true;
	}
	return false;
}

/* Names of the command line; else all that the Core knows. */
static int names_to_down(struct work *w, struct clo_states *states,
			 struct name_list *list, struct clo_err *err)
{
	int r = clo_client_states(w->fd, states, err);

	if (r)
		return r;
	for (int i = 0; i < w->cli->argc; i++)
		(void)snprintf(list->names[list->count++],
			       sizeof(list->names[0]), "%s", w->cli->argv[i]);
	for (uint32_t i = 0; !w->cli->argc && i < states->count; i++)
		memcpy(list->names[list->count++], states->cages[i].name,
		       sizeof(list->names[0]));
	if (!list->count && !w->cli->is_json)
		(void)puts("no cage is up");
	return CLO_EXIT_DONE;
}

int clo_cli_down(struct clo_cli *cli, struct clo_err *err)
{
	static struct clo_states states;
	struct name_list list = { 0 };
	struct work w = { 0 };
	int r = begin(&w, cli, err);

	if (!r)
		r = names_to_down(&w, &states, &list, err);
	for (uint32_t i = 0; !r && cli->argc && i < list.count; i++) {
		if (!is_up(&states, list.names[i]) && !w.status)
			r = clo_client_no_cage(&states, list.names[i], err);
	}
	if (r)
		return give_up(&w, r);
	for (uint32_t i = 0; i < list.count; i++)
		down_one(&w, list.names[i]);
	return end(&w);
}

int clo_cli_restart(struct clo_cli *cli, struct clo_err *err)
{
	static struct clo_states states;
	struct name_list list = { 0 };
	struct work w = { 0 };
	int r = begin(&w, cli, err);

	if (!r && cli->argc)
		r = names_to_up(cli, &list, err);
	list.count = 0;
	if (!r)
		r = names_to_down(&w, &states, &list, err);
	if (r)
		return give_up(&w, r);
	for (uint32_t i = 0; i < list.count; i++) {
		struct clo_err wrong = { 0 };

		r = CLO_EXIT_DONE;
		if (is_up(&states, list.names[i]))
			r = ask(&w, CLO_WIRE_DOWN, list.names[i], &wrong);
		if (r)
			tell(&w, list.names[i], "down", r, &wrong);
		else
			up_one(&w, list.names[i]);
	}
	return end(&w);
}

/* Its processes end one after the other: look for a while. */
static bool is_gone(void)
{
	const struct timespec pause = { .tv_nsec = 50000000 };

	for (int i = 0; i < 60; i++) {
		struct clo_err quiet = { 0 };
		clo_fd int fd = -1;

		if (clo_client_open(1000, &fd, &quiet) == CLO_EXIT_NO_CORE)
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

int clo_cli_core_stop(struct clo_cli *cli, struct clo_err *err)
{
	struct clo_wire_stop body = { .is_abrupt = 0 };
	clo_json struct json_object *o = NULL;
	struct work w = { .cli = cli };
	clo_fd int fd = -1;
	int r;

	body.is_abrupt = cli->values[CLO_OPTION_ABRUPT] != NULL;
	r = clo_client_open(0, &fd, err);
	if (r)
		return r;
	r = clo_client_ask(fd, CLO_WIRE_STOP, &body, put_progress, &w, err);
	/* A Core that kills itself does not say goodbye. */
	if (r && body.is_abrupt && is_gone()) {
		err->text[0] = '\0';
		r = CLO_EXIT_DONE;
	}
	if (r)
		return r;
	if (cli->is_json) {
		o = json_object_new_object();
		clo_json_uint(o, "status", 0);
		clo_json_bool(o, "abrupt", body.is_abrupt);
		clo_json_print(o);
	} else {
		(void)puts(body.is_abrupt ?
				   "the Core was killed; cages stay up" :
				   "the Core has ended");
	}
	return CLO_EXIT_DONE;
}
