// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison log: refusals and events, as they are or as they come.
 */
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>

#include "cli/config.h"
#include "cli/log.h"
#include "cli/out.h"
#include "cli/rule.h"

enum {
	FOLLOW_MS = 300, /* at the most, until a new line is seen */
	LAST_MAX = 100000, /* of -n */
	FOLLOW_LAST = 10, /* lines shown before those to come */
};

struct view {
	const struct clo_cli *cli;
	struct clo_config *config; /* levels of cages, or NULL */
	const char *cage, *rule; /* NULL: all */
	int64_t since_us; /* 0: all */
	uint32_t last; /* 0: all */
	/* Offsets of the last lines are not kept: their text is. */
	char (*ring)[CLO_LINE_MAX];
	uint64_t seen;
};

static const char *level_of(const struct view *view, const char *label)
{
	size_t size = strcspn(label, "+");

	for (uint32_t i = 0; view->config && i < view->config->count; i++) {
		const struct clo_cage_conf *c = &view->config->cages[i].conf;

		if (strlen(c->name) == size && !memcmp(c->name, label, size))
			return c->level;
	}
	return "";
}

static void put_cage(const struct view *view, const char *label)
{
	const char *color = clo_out_level(view->cli, level_of(view, label));

	(void)printf("%s%s%s", color, strcmp(label, "-") ? label : "host",
		     *color ? clo_out_plain(view->cli) : "");
}

static void put_denied(const struct view *view, const struct clo_line *line)
{
	const struct clo_cli *cli = view->cli;
	char arg[64];

	put_cage(view, line->from);
	(void)printf(" %s[%llu] %srefused%s to %s",
		     *line->comm ? line->comm : "?",
		     (unsigned long long)line->pid,
		     clo_out_color(cli, CLO_COLOR_BAD), clo_out_plain(cli),
		     clo_hook_text(line->hook));
	if (*clo_hook_arg(line->hook, line->arg, arg, sizeof(arg)))
		(void)printf(" (%s)", arg);
	if (*line->object)
		(void)printf(" '%s'", line->object);
	if (*line->to && strcmp(line->to, "-") != 0) {
		(void)fputs(" of ", stdout);
		put_cage(view, line->to);
	}
	if (line->target_pid)
		(void)printf("[%llu]", (unsigned long long)line->target_pid);
	(void)printf(": %s%s%s", clo_out_color(cli, CLO_COLOR_BOLD), line->rule,
		     clo_out_plain(cli));
	if (line->suppressed)
		(void)printf(" (and %llu more like it before)",
			     (unsigned long long)line->suppressed);
	(void)printf("%s; cloison why %llu%s\n",
		     clo_out_color(cli, CLO_COLOR_DIM),
		     (unsigned long long)line->id, clo_out_plain(cli));
}

static void put_canary(const struct view *view, const struct clo_line *line)
{
	(void)fputs("canary of ", stdout);
	put_cage(view, line->from);
	(void)printf(" %s[%llu] refused, as it must be: %s",
		     *line->comm ? line->comm : "?",
		     (unsigned long long)line->pid, line->rule);
	if (line->suppressed)
		(void)printf(" (and %llu more like it before)",
			     (unsigned long long)line->suppressed);
	(void)putchar('\n');
}

static void put_other(const struct view *view, const struct clo_line *line)
{
	if (!strcmp(line->kind, "lost")) {
		(void)printf("%llu events were lost: the Core was slower than "
			     "they came; they are counted in 'cloison ps'\n",
			     (unsigned long long)line->count);
		return;
	}
	if (!strcmp(line->kind, "canary")) {
		put_canary(view, line);
		return;
	}
	if (!strcmp(line->kind, "core")) {
		(void)printf("core %s", line->what);
		if (*line->cage && strcmp(line->cage, "-") != 0) {
			(void)putchar(' ');
			put_cage(view, line->cage);
		}
		(void)putchar('\n');
		return;
	}
	(void)printf("guard %s", line->kind);
	if (*line->to && strcmp(line->to, "-") != 0) {
		(void)putchar(' ');
		put_cage(view, line->to);
	}
	(void)printf(" by %s[%llu]\n", *line->comm ? line->comm : "?",
		     (unsigned long long)line->pid);
}

static void put_json(const struct clo_line *line)
{
	clo_json struct json_object *o = json_object_new_object();
	uint32_t rule;

	clo_json_text(o, "time", line->time);
	clo_json_text(o, "kind", line->kind);
	clo_json_uint(o, "id", line->id);
	clo_json_text(o, "hook", line->hook);
	clo_json_text(o, "rule", line->rule);
	if (*line->rule && !clo_rule_find(line->rule, &rule, NULL))
		clo_json_text(o, "text", clo_rule_text(rule)->text);
	clo_json_text(o, "from", line->from);
	clo_json_text(o, "to", line->to);
	clo_json_uint(o, "pid", line->pid);
	clo_json_uint(o, "tid", line->tid);
	clo_json_uint(o, "uid", line->uid);
	clo_json_text(o, "comm", line->comm);
	clo_json_text(o, "exe", line->exe);
	clo_json_uint(o, "target_pid", line->target_pid);
	clo_json_uint(o, "arg", line->arg);
	clo_json_uint(o, "dev", line->dev);
	clo_json_uint(o, "ino", line->ino);
	clo_json_text(o, "object", line->object);
	clo_json_uint(o, "suppressed", line->suppressed);
	clo_json_uint(o, "count", line->count);
	clo_json_text(o, "what", line->what);
	clo_json_text(o, "cage", line->cage);
	clo_json_print(o);
}

static void put_line(const struct view *view, const struct clo_line *line)
{
	if (view->cli->is_json) {
		put_json(line);
		return;
	}
	if (view->cli->values[CLO_OPTION_RAW]) {
		(void)puts(line->text);
		return;
	}
	(void)printf("%s%.10s %.12s%s ",
		     clo_out_color(view->cli, CLO_COLOR_DIM), line->time,
		     strlen(line->time) > 11 ? line->time + 11 : "",
		     clo_out_plain(view->cli));
	if (!strcmp(line->kind, "denied"))
		put_denied(view, line);
	else
		put_other(view, line);
}

static bool is_wanted(const struct view *view, const struct clo_line *line)
{
	if (!strcmp(line->kind, "canary") && !view->cli->values[CLO_OPTION_ALL])
		return false;
	if (view->cage && !clo_line_is_of(line, view->cage))
		return false;
	if (view->rule && strcmp(view->rule, line->rule) != 0)
		return false;
	return line->time_us >= view->since_us;
}

/* Show a line, or keep it until it is known to be one of the last. */
static int each_line(const struct clo_line *line, void *data)
{
	struct view *view = data;

	if (!is_wanted(view, line))
		return 0;
	if (view->ring) {
		memcpy(view->ring[view->seen % view->last], line->text,
		       sizeof(line->text));
		view->seen++;
		return 0;
	}
	put_line(view, line);
	return ferror(stdout) ? 1 : 0;
}

static void put_last(struct view *view)
{
	uint64_t count = view->seen < view->last ? view->seen : view->last;
	static struct clo_line line;

	for (uint64_t i = view->seen - count; i < view->seen; i++) {
		const char *text = view->ring[i % view->last];

		if (!clo_line_read(text, strlen(text), &line))
			put_line(view, &line);
	}
	clo_free_cleanup(&view->ring);
	view->ring = NULL;
}

/* Wait until the log's folder changes, and look; until an output fails. */
static int follow(struct view *view, struct clo_log_reader *reader)
{
	char dir[512], events[4096];
	clo_fd int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
			       { .fd = STDOUT_FILENO } };
	char *slash;

	(void)snprintf(dir, sizeof(dir), "%s", clo_log_path());
	slash = strrchr(dir, '/');
	if (slash && slash != dir)
		*slash = '\0';
	/* Without a watch the clock alone is looked at. */
	if (fd >= 0)
		(void)inotify_add_watch(fd, slash ? dir : ".",
					IN_MODIFY | IN_CREATE | IN_MOVED_TO);
	for (;;) {
		if (fflush(stdout) || ferror(stdout))
			return CLO_EXIT_REFUSED;
		(void)poll(p, 2, FOLLOW_MS);
		if (p[1].revents & (POLLERR | POLLHUP))
			return CLO_EXIT_DONE; /* nobody reads any more */
		while (fd >= 0 && read(fd, events, sizeof(events)) > 0)
			;
		if (clo_log_read_more(reader, each_line, view) > 0)
			return CLO_EXIT_REFUSED;
	}
}

static int read_count(const char *word, uint32_t *ret, struct clo_err *err)
{
	uint64_t n = 0;

	for (const char *p = word; *p; p++) {
		if (*p < '0' || *p > '9' || n > LAST_MAX)
			n = LAST_MAX + 1;
		else
			n = n * 10 + (uint64_t)(*p - '0');
	}
	if (!n || n > LAST_MAX)
		return clo_err_set(err, -EINVAL,
				   "option '--count': '%.40s' is not a number, "
				   "1 to %d",
				   word, LAST_MAX);
	*ret = (uint32_t)n;
	return 0;
}

static int read_view(struct view *view, struct clo_err *err)
{
	const char *const *values = view->cli->values;
	struct timespec now;
	uint32_t rule;

	view->cage = values[CLO_OPTION_CAGE];
	if (values[CLO_OPTION_RULE]) {
		if (clo_rule_find(values[CLO_OPTION_RULE], &rule, err))
			return -EINVAL;
		view->rule = clo_rule_text(rule)->name;
	}
	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (values[CLO_OPTION_SINCE] &&
	    clo_time_read(values[CLO_OPTION_SINCE],
			  (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000,
			  &view->since_us))
		return clo_err_set(err, -EINVAL,
				   "option '--since': '%.40s' is not a time; "
				   "write 2026-11-24T10:00:00Z, 90s, 15min, 2h "
				   "or 3d",
				   values[CLO_OPTION_SINCE]);
	if (values[CLO_OPTION_COUNT_OF])
		return read_count(values[CLO_OPTION_COUNT_OF], &view->last,
				  err);
	view->last = values[CLO_OPTION_FOLLOW] ? FOLLOW_LAST : 0;
	return 0;
}

int clo_cli_log(struct clo_cli *cli, struct clo_err *err)
{
	clo_free struct clo_config *config = clo_config_new(err);
	static struct clo_log_reader reader = { .fd = -1 };
	struct view view = { .cli = cli };
	struct clo_err quiet = { 0 };
	int r;

	if (!config)
		return CLO_EXIT_REFUSED;
	if (read_view(&view, err))
		return CLO_EXIT_USAGE;
	/* Levels are for colours only: the log is read without them too. */
	if (cli->is_color && !clo_config_load(config, &quiet))
		view.config = config;
	if (view.last) {
		view.ring = calloc(view.last, CLO_LINE_MAX);
		if (!view.ring) {
			(void)clo_err_set(err, -ENOMEM, "no memory");
			return CLO_EXIT_REFUSED;
		}
	}
	r = clo_log_read_all(&reader, each_line, &view, err);
	if (view.ring)
		put_last(&view);
	if (r == -ENOENT && cli->values[CLO_OPTION_FOLLOW])
		err->text[0] = '\0'; /* it may still come */
	else if (r)
		return CLO_EXIT_REFUSED;
	if (reader.odd)
		(void)fprintf(stderr,
			      "cloison: log: %u lines are no event and are not "
			      "shown\n",
			      reader.odd);
	return cli->values[CLO_OPTION_FOLLOW] ? follow(&view, &reader) :
						CLO_EXIT_DONE;
}
