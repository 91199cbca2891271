// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison sandbox show --resolved: what the files of a sandbox become, before
 * any kernel is asked: layers, what they refuse, each rule with the place that
 * its path leads to and the line that it comes from.
 */
#include <string.h>

#include "cli/sandbox.h"

static const char *const kinds[CLO_SANDBOX_KINDS] = { "fs", "net", "scope" };

/* What a layer refuses but where its rules allow it. */
static uint64_t handled(const struct clo_sandbox *s, uint32_t layer, int kind)
{
	uint64_t all = 0;

	for (size_t i = 0; i < s->fragment_count; i++) {
		if (s->fragments[i].layer == layer)
			all |= s->fragments[i].handled[kind];
	}
	return all;
}

static bool is_of(const struct clo_sandbox *s, const struct clo_grant *g,
		  uint32_t layer)
{
	return s->fragments[g->fragment].layer == layer;
}

static void print_place(const struct clo_grant *g)
{
	clo_free char *real = NULL;

	if (g->is_port) {
		(void)printf("port %llu", (unsigned long long)g->port);
		return;
	}
	clo_out_text(stdout, g->path);
	real = realpath(g->path, NULL);
	if (!real) {
		(void)printf(" (%s)", strerror(errno));
	} else if (strcmp(real, g->path) != 0) {
		(void)fputs(" -> ", stdout);
		clo_out_text(stdout, real);
	}
}

static void print_rule(const struct clo_sandbox *s, const struct clo_grant *g)
{
	(void)fputs("  allow ", stdout);
	clo_sandbox_print_rights(g->is_port ? CLOISON_LANDLOCK_NET :
					      CLOISON_LANDLOCK_FS,
				 clo_sandbox_gives(s, g), stdout);
	(void)fputs(" on ", stdout);
	print_place(g);
	(void)fputs(", from ", stdout);
	clo_out_text(stdout, s->fragments[g->fragment].name);
	if (g->line)
		(void)printf(":%u", g->line);
	if (g->options & CLOISON_LANDLOCK_REQUIRED)
		(void)fputs(", required", stdout);
	if (g->options & CLOISON_LANDLOCK_QUIET)
		(void)fputs(", quiet", stdout);
	(void)putchar('\n');
}

static void print_layer(const struct clo_sandbox *s, uint32_t layer)
{
	const char *comma = "";

	(void)printf("layer %u: ", layer);
	for (size_t i = 0; i < s->fragment_count; i++) {
		if (s->fragments[i].layer != layer)
			continue;
		(void)fputs(comma, stdout);
		clo_out_text(stdout, s->fragments[i].name);
		comma = ", ";
	}
	(void)putchar('\n');
	for (int kind = 0; kind < CLO_SANDBOX_KINDS; kind++) {
		if (!handled(s, layer, kind))
			continue;
		(void)printf("  refuse %s: ", kinds[kind]);
		clo_sandbox_print_rights((uint32_t)kind,
					 handled(s, layer, kind), stdout);
		(void)putchar('\n');
	}
	for (size_t i = 0; i < s->grant_count; i++) {
		if (is_of(s, &s->grants[i], layer))
			print_rule(s, &s->grants[i]);
	}
}

static struct json_object *json_rights(uint32_t kind, uint64_t rights)
{
	struct json_object *list = json_object_new_array();
	char number[32];

	for (int bit = 0; bit < 64; bit++) {
		uint64_t right = rights & UINT64_C(1) << bit;
		const char *word = cloison_landlock_word(
			(enum cloison_landlock_kind)kind, right);

		(void)snprintf(number, sizeof(number), "0x%llx",
			       (unsigned long long)right);
		if (right)
			(void)json_object_array_add(
				list, clo_json_string(word ? word : number));
	}
	return list;
}

static struct json_object *json_rule(const struct clo_sandbox *s,
				     const struct clo_grant *g)
{
	struct json_object *o = json_object_new_object();
	clo_free char *real = g->is_port ? NULL : realpath(g->path, NULL);

	(void)json_object_object_add(o, "allow",
				     json_rights(g->is_port ?
							 CLOISON_LANDLOCK_NET :
							 CLOISON_LANDLOCK_FS,
						 clo_sandbox_gives(s, g)));
	if (g->is_port)
		clo_json_uint(o, "port", g->port);
	else
		clo_json_text(o, "path", g->path);
	if (real)
		clo_json_text(o, "leads-to", real);
	clo_json_text(o, "from", s->fragments[g->fragment].name);
	if (g->line)
		clo_json_uint(o, "line", g->line);
	clo_json_bool(o, "required", g->options & CLOISON_LANDLOCK_REQUIRED);
	return o;
}

static struct json_object *json_layer(const struct clo_sandbox *s,
				      uint32_t layer)
{
	struct json_object *o = json_object_new_object();
	struct json_object *files = json_object_new_array();
	struct json_object *refused = json_object_new_object();
	struct json_object *rules = json_object_new_array();

	for (size_t i = 0; i < s->fragment_count; i++) {
		if (s->fragments[i].layer == layer)
			(void)json_object_array_add(
				files, clo_json_string(s->fragments[i].name));
	}
	for (int kind = 0; kind < CLO_SANDBOX_KINDS; kind++)
		(void)json_object_object_add(
			refused, kinds[kind],
			json_rights((uint32_t)kind, handled(s, layer, kind)));
	for (size_t i = 0; i < s->grant_count; i++) {
		if (is_of(s, &s->grants[i], layer))
			(void)json_object_array_add(
				rules, json_rule(s, &s->grants[i]));
	}
	(void)json_object_object_add(o, "files", files);
	(void)json_object_object_add(o, "refuse", refused);
	(void)json_object_object_add(o, "rules", rules);
	return o;
}

void clo_sandbox_show_resolved(const struct clo_cli *cli,
			       const struct clo_sandbox *sandbox)
{
	clo_json struct json_object *list = json_object_new_array();

	for (uint32_t layer = 0; layer < sandbox->layer_count; layer++) {
		if (cli->is_json)
			(void)json_object_array_add(list,
						    json_layer(sandbox, layer));
		else
			print_layer(sandbox, layer);
	}
	if (cli->is_json)
		clo_json_print(list);
}
