// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reading a cage's file that says everything: this project's reader, json-c on
 * the same content as JSON, and a loop that only looks at each byte.
 *
 * The reader also checks every value and fills the structure; json-c makes a
 * tree in which nothing is checked yet.
 *
 * usage: bench-toml [ROUNDS]
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/cage.h"

enum { ROUNDS_MAX = 2001, REPEAT = 50, METHODS = 3 };

static char *toml, *json;
static size_t toml_size, json_size;

static int run_bytes(void)
{
	const volatile char *at = toml;
	int lines = 0;

	for (size_t i = 0; i < toml_size; i++)
		lines += at[i] == '\n';
	return lines ? 0 : -1;
}

static int run_reader(void)
{
	static struct clo_cage_conf conf;
	struct clo_err err;

	return clo_cage_conf_parse(toml, toml_size, "office.toml", &conf, &err);
}

static int run_json(void)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;

	if (!tokener)
		return -1;
	object = json_tokener_parse_ex(tokener, json, (int)json_size);
	json_tokener_free(tokener);
	return object && json_object_put(object) ? 0 : -1;
}

static const struct {
	const char *name;
	int (*run)(void);
} methods[METHODS] = {
	{ "each byte once", run_bytes },
	{ "json-c, the same as JSON", run_json },
	{ "this reader", run_reader },
};

static uint64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A cage's file in which every table has something. */
static int make_texts(void)
{
	struct clo_cage_conf conf;
	FILE *out;

	if (clo_cage_conf_builtin(0, &conf))
		return -1;
	for (int i = 0; i < 4; i++) {
		(void)snprintf(conf.binds[i].source, CLO_PATH_MAX,
			       "/srv/share/%d", i);
		(void)snprintf(conf.binds[i].target, CLO_PATH_MAX,
			       "/srv/share/%d", i);
		(void)snprintf(conf.services[i].command, CLO_PATH_MAX,
			       "/usr/sbin/service-%d --foreground", i);
	}
	out = open_memstream(&toml, &toml_size);
	if (!out)
		return -1;
	clo_toml_print(&clo_cage_schema, &conf, out);
	if (fclose(out))
		return -1;
	out = open_memstream(&json, &json_size);
	if (!out)
		return -1;
	clo_toml_print_json(&clo_cage_schema, &conf, out);
	return fclose(out);
}

int main(int argc, char **argv)
{
	static uint64_t times[METHODS][ROUNDS_MAX];
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 301;
	long middle;

	if (rounds < 3 || rounds > ROUNDS_MAX || make_texts())
		return 2;
	for (long round = 0; round < rounds; round++) {
		for (int m = 0; m < METHODS; m++) {
			uint64_t start = now_ns();

			for (int i = 0; i < REPEAT; i++) {
				if (methods[m].run())
					return 1;
			}
			times[m][round] = now_ns() - start;
		}
	}
	middle = rounds / 2;
	for (int m = 0; m < METHODS; m++)
		qsort(times[m], (size_t)rounds, sizeof(times[m][0]), compare);
	printf("reading a cage's file of %zu bytes\ttimes a byte loop\ttimes json-c\n",
	       toml_size);
	for (int m = 0; m < METHODS; m++)
		printf("%s\t%.2f\t%.2f\n", methods[m].name,
		       (double)times[m][middle] / (double)times[0][middle],
		       (double)times[m][middle] / (double)times[1][middle]);
	free(toml);
	free(json);
	return 0;
}
