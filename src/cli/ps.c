// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison ps, top: the cages and what they use.
 */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <time.h>

#include "cli/client.h"
#include "cli/config.h"
#include "cli/out.h"

enum { ASK_MS = 10000, COUNT_MAX = 1000000 };

/* What ps and top show: the Core's cages, then those that are only written. */
struct picture {
	const struct clo_cli *cli;
	struct clo_states now, before;
	int64_t now_us, before_us;
	uint32_t down_count;
	struct {
		char name[CLO_NAME_MAX + 1];
		char level[CLO_NAME_MAX + 1];
		uint32_t id;
	} down[CLO_CAGE_COUNT];
	struct clo_table table;
};

static const char *state_name(uint32_t state)
{
	switch (state) {
	case CLO_CAGE_UP:
		return "up";
	case CLO_CAGE_CLOSING:
		return "closing";
	default:
		return "starting";
	}
}

static int64_t clock_us(clockid_t clock)
{
	struct timespec t = { 0 };

	(void)clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Cages that have a file and are not up; without files that is no error. */
static void find_down(struct picture *p)
{
	struct clo_err quiet = { 0 };
	clo_free struct clo_config *config = clo_config_new(&quiet);

	if (!config || clo_config_load(config, &quiet)) {
		clo_out_error(&quiet);
		return;
	}
	for (uint32_t i = 0; i < config->count; i++) {
		const struct clo_cage_conf *c = &config->cages[i].conf;
		bool is_known = false;

		for (uint32_t k = 0; k < p->now.count; k++)
			is_known = is_known ||
				   !strcmp(p->now.cages[k].name, c->name);
		if (is_known)
			continue;
		memcpy(p->down[p->down_count].name, c->name, sizeof(c->name));
		memcpy(p->down[p->down_count].level, c->level,
		       sizeof(c->level));
		p->down[p->down_count++].id = c->id;
	}
}

/* Hundredths of one processor since the last picture; since up, at first. */
static uint64_t load_of(const struct picture *p, uint32_t i)
{
	const struct clo_wire_state *c = &p->now.cages[i];
	int64_t since = (int64_t)(c->up_ns / 1000);
	uint64_t used = c->cpu_us;

	for (uint32_t k = 0; k < p->before.count; k++) {
		const struct clo_wire_state *b = &p->before.cages[k];

		if (b->id != c->id || b->up_ns != c->up_ns ||
		    b->cpu_us > c->cpu_us)
			continue;
		used = c->cpu_us - b->cpu_us;
		since = p->before_us;
	}
	if (p->now_us <= since)
		return 0;
	return used * 100 / (uint64_t)(p->now_us - since);
}

static void put_heads(struct clo_table *t, bool is_top)
{
	static const char *const heads[] = { "CAGE",	"LEVEL", "ID",
					     "STATE",	"TASKS", "MEMORY",
					     "LIMIT",	"CPU",	 "UP",
					     "REFUSED", "LOST",	 "WITHOUT" };

	t->rows = 0;
	t->columns = 0;
	t->right = 1u << 2 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7 | 1u << 8 |
		   1u << 9 | 1u << 10;
	for (uint32_t i = 0; i < CLO_ARRAY_SIZE(heads); i++)
		clo_table_set(t, i, "", "%s",
			      is_top && i == 7 ? "LOAD" : heads[i]);
	t->rows++;
}

static void put_cage(struct picture *p, uint32_t i, bool is_top)
{
	const struct clo_wire_state *c = &p->now.cages[i];
	const struct clo_cli *cli = p->cli;
	const char *color = clo_out_level(cli, c->level);
	struct clo_table *t = &p->table;
	int64_t up = p->now_us - (int64_t)(c->up_ns / 1000);
	char text[160];

	clo_table_set(t, 0, color, "%s", c->name);
	clo_table_set(t, 1, color, "%s", c->level);
	clo_table_set(t, 2, "", "%u", c->id);
	clo_table_set(t, 3,
		      clo_out_color(cli, c->state == CLO_CAGE_UP ?
						 CLO_COLOR_GOOD :
						 CLO_COLOR_DOUBT),
		      "%s", state_name(c->state));
	clo_table_set(t, 4, "", "%u", c->tasks);
	clo_table_set(t, 5, "", "%s",
		      clo_out_bytes(c->memory_bytes, text, sizeof(text)));
	clo_table_set(t, 6, "", "%s",
		      c->memory_max_bytes ? clo_out_bytes(c->memory_max_bytes,
							  text, sizeof(text)) :
					    "-");
	if (is_top)
		clo_table_set(t, 7, "", "%llu %%",
			      (unsigned long long)load_of(p, i));
	else
		clo_table_set(t, 7, "", "%s",
			      clo_out_time(c->cpu_us, text, sizeof(text)));
	clo_table_set(t, 8, "", "%s",
		      c->state == CLO_CAGE_UP && up > 0 ?
			      clo_out_time((uint64_t)up, text, sizeof(text)) :
			      "-");
	clo_table_set(t, 9, "", "%llu", (unsigned long long)c->denied);
	clo_table_set(t, 10, "", "%llu",
		      (unsigned long long)c->lost + c->suppressed);
	clo_table_set(t, 11,
		      clo_out_color(cli, c->without ? CLO_COLOR_BAD :
						      CLO_COLOR_NONE),
		      "%s", clo_out_without(c->without, text, sizeof(text)));
	t->rows++;
}

static void put_down(struct picture *p, uint32_t i)
{
	const char *color = clo_out_level(p->cli, p->down[i].level);
	struct clo_table *t = &p->table;

	clo_table_set(t, 0, color, "%s", p->down[i].name);
	clo_table_set(t, 1, color, "%s", p->down[i].level);
	clo_table_set(t, 2, "", "%u", p->down[i].id);
	clo_table_set(t, 3, clo_out_color(p->cli, CLO_COLOR_DIM), "down");
	for (uint32_t c = 4; c < 12; c++)
		clo_table_set(t, c, "", "-");
	t->rows++;
}

/* That refusals happen: the cages are worth nothing without. */
static void put_core(const struct picture *p)
{
	const struct clo_wire_core *core = &p->now.core;

	if (core->is_guarded)
		(void)printf("%sthe guard refuses: its canary was refused "
			     "%u s ago%s\n",
			     clo_out_color(p->cli, CLO_COLOR_DIM),
			     core->canary_ms / 1000, clo_out_plain(p->cli));
	else
		(void)printf("%sno guard is in force: nothing keeps the cages "
			     "apart%s\n",
			     clo_out_color(p->cli, CLO_COLOR_BAD),
			     clo_out_plain(p->cli));
}

static struct json_object *core_json(const struct picture *p)
{
	struct json_object *o = json_object_new_object();

	(void)json_object_object_add(
		o, "guarded",
		json_object_new_boolean(p->now.core.is_guarded != 0));
	if (p->now.core.is_guarded)
		clo_json_uint(o, "canary_ms", p->now.core.canary_ms);
	return o;
}

static struct json_object *picture_json(const struct picture *p)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t i = 0; i < p->now.count; i++) {
		const struct clo_wire_state *c = &p->now.cages[i];
		struct json_object *o = json_object_new_object();

		clo_json_text(o, "name", c->name);
		clo_json_text(o, "level", c->level);
		clo_json_uint(o, "id", c->id);
		clo_json_text(o, "state", state_name(c->state));
		clo_json_uint(o, "init_pid", c->init_pid);
		clo_json_uint(o, "tasks", c->tasks);
		clo_json_uint(o, "memory_bytes", c->memory_bytes);
		clo_json_uint(o, "memory_max_bytes", c->memory_max_bytes);
		clo_json_uint(o, "cpu_us", c->cpu_us);
		clo_json_uint(o, "load_percent", load_of(p, i));
		clo_json_uint(o, "up_ns", c->up_ns);
		clo_json_uint(o, "denied", c->denied);
		clo_json_uint(o, "suppressed", c->suppressed);
		clo_json_uint(o, "lost", c->lost);
		clo_json_without(o, "without", c->without);
		(void)json_object_array_add(list, o);
	}
	for (uint32_t i = 0; i < p->down_count; i++) {
		struct json_object *o = json_object_new_object();

		clo_json_text(o, "name", p->down[i].name);
		clo_json_text(o, "level", p->down[i].level);
		clo_json_uint(o, "id", p->down[i].id);
		clo_json_text(o, "state", "down");
		(void)json_object_array_add(list, o);
	}
	return list;
}

static void put_picture(struct picture *p, bool is_top)
{
	clo_json struct json_object *o = NULL;

	if (p->cli->is_json) {
		o = json_object_new_object();
		(void)json_object_object_add(o, "core", core_json(p));
		(void)json_object_object_add(o, "cages", picture_json(p));
		clo_json_print(o);
		return;
	}
	put_heads(&p->table, is_top);
	for (uint32_t i = 0; i < p->now.count; i++)
		put_cage(p, i, is_top);
	for (uint32_t i = 0; i < p->down_count; i++)
		put_down(p, i);
	clo_table_print(&p->table, stdout, clo_out_plain(p->cli));
	put_core(p);
}

static int by_id(const void *a, const void *b)
{
	const struct clo_wire_state *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

int clo_cli_ps(struct clo_cli *cli, struct clo_err *err)
{
	static struct picture p;
	clo_fd int fd = -1;
	int r;

	p.cli = cli;
	r = clo_client_open(ASK_MS, &fd, err);
	if (!r)
		r = clo_client_states(fd, &p.now, err);
	if (r)
		return r;
	p.now_us = clock_us(CLOCK_BOOTTIME);
	qsort(p.now.cages, p.now.count, sizeof(p.now.cages[0]), by_id);
	find_down(&p);
	put_picture(&p, false);
	return CLO_EXIT_DONE;
}

/* The busiest first; of two that do nothing, the smaller number. */
static void sort_by_load(struct picture *p)
{
	qsort(p->now.cages, p->now.count, sizeof(p->now.cages[0]), by_id);
	for (uint32_t i = 1; i < p->now.count; i++) {
		for (uint32_t k = i; k && load_of(p, k) > load_of(p, k - 1);
		     k--) {
			struct clo_wire_state swap = p->now.cages[k];

			p->now.cages[k] = p->now.cages[k - 1];
			p->now.cages[k - 1] = swap;
		}
	}
}

static int read_number(const struct clo_cli *cli, uint32_t option,
		       const char *name, uint32_t max, uint32_t *ret,
		       struct clo_err *err)
{
	const char *word = cli->values[option];
	uint32_t n = 0;

	if (!word)
		return 0;
	for (const char *p = word; *p; p++) {
		if (*p < '0' || *p > '9' || n > max)
			n = max + 1;
		else
			n = n * 10 + (uint32_t)(*p - '0');
	}
	if (!n || n > max)
		return clo_err_set(err, -EINVAL,
				   "option '--%s': '%.40s' is not a number, 1 "
				   "to %u",
				   name, word, max);
	*ret = n;
	return 0;
}

static struct termios saved_mode;
static volatile sig_atomic_t is_ended;

static void end_top(int number)
{
	(void)number;
	is_ended = 1;
}

/* Keys come one by one and unseen; true if the terminal was changed. */
static bool prepare_terminal(void)
{
	const struct sigaction action = { .sa_handler = end_top };
	struct termios mode;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &saved_mode))
		return false;
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGHUP, &action, NULL);
	mode = saved_mode;
	mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	return !tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

/* Wait until the next picture is due; true if the person wants to leave. */
static bool wait_key(uint32_t delay_s, bool has_keys)
{
	int64_t until = clock_us(CLOCK_MONOTONIC) + delay_s * 1000000LL;

	while (!is_ended) {
		struct pollfd p = { .fd = has_keys ? STDIN_FILENO : -1,
				    .events = POLLIN };
		int64_t left = until - clock_us(CLOCK_MONOTONIC);
		char key = 0;

		if (left <= 0)
			return false;
		if (poll(&p, 1, (int)(left / 1000) + 1) <= 0)
			continue;
		if (read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' ||
		    key == 'Q' || key == 4)
			return true;
	}
	return true;
}

/* One picture after another. */
static int run_top(struct picture *p, uint32_t count, uint32_t delay_s,
		   bool has_keys, struct clo_err *err)
{
	for (uint32_t i = 0; !count || i < count; i++) {
		clo_fd int fd = -1;
		int r;

		p->before = p->now;
		p->before_us = p->now_us;
		/* The Core ends a connection that is idle for long. */
		r = clo_client_open(ASK_MS, &fd, err);
		if (!r)
			r = clo_client_states(fd, &p->now, err);
		if (r)
			return r;
		p->now_us = clock_us(CLOCK_BOOTTIME);
		sort_by_load(p);
		if (has_keys)
			(void)fputs("\033[H\033[J", stdout);
		else if (i && !p->cli->is_json)
			(void)putchar('\n');
		put_picture(p, true);
		if (has_keys)
			(void)fputs("\nq ends\n", stdout);
		if (fflush(stdout) || ferror(stdout))
			return CLO_EXIT_REFUSED;
		if (i + 1 != count && wait_key(delay_s, has_keys))
			break;
	}
	return CLO_EXIT_DONE;
}

int clo_cli_top(struct clo_cli *cli, struct clo_err *err)
{
	uint32_t count = isatty(STDOUT_FILENO) && !cli->is_json ? 0 : 1;
	uint32_t delay_s = 2;
	static struct picture p;
	bool has_keys;
	int r;

	if (read_number(cli, CLO_OPTION_COUNT_OF, "count", COUNT_MAX, &count,
			err) ||
	    read_number(cli, CLO_OPTION_DELAY, "delay", 3600, &delay_s, err))
		return CLO_EXIT_USAGE;
	p.cli = cli;
	has_keys = !cli->is_json && prepare_terminal();
	r = run_top(&p, count, delay_s, has_keys, err);
	if (has_keys)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &saved_mode);
	return r;
}
