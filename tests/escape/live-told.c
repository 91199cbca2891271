// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the log tells of an attack from a whole cage: each row that the guard
 * or a missing capability refuses must be there, by the right hook, with the
 * right rule and both labels.  An attacker bears the name of its row.
 *
 * usage: cloison log --json | live-told user|root [--only ID] FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/abi.h"
#include "rows.h"
#include "tests/lib/tap.h"

enum { EVENTS_MAX = 65536 };

struct event {
	char comm[32], hook[48], rule[48], from[48], to[48];
};

static struct event *events;
static size_t event_count;

/* A text of a JSON object on one line; no value here holds a quotation mark. */
static void take(const char *line, const char *key, char *value, size_t size)
{
	char name[32];
	const char *p;
	size_t n;

	(void)snprintf(name, sizeof(name), "\"%s\"", key);
	p = strstr(line, name);
	value[0] = '\0';
	if (!p)
		return;
	p += strlen(name);
	p += strspn(p, ": ");
	if (*p++ != '"')
		return;
	n = strcspn(p, "\"");
	if (n < size) {
		memcpy(value, p, n);
		value[n] = '\0';
	}
}

static void read_events(void)
{
	static char line[8192];

	while (event_count < EVENTS_MAX && fgets(line, sizeof(line), stdin)) {
		struct event *e = &events[event_count];
		char kind[32];

		take(line, "kind", kind, sizeof(kind));
		if (strcmp(kind, "denied"))
			continue;
		take(line, "comm", e->comm, sizeof(e->comm));
		take(line, "hook", e->hook, sizeof(e->hook));
		take(line, "rule", e->rule, sizeof(e->rule));
		take(line, "from", e->from, sizeof(e->from));
		take(line, "to", e->to, sizeof(e->to));
		event_count++;
	}
}

/* "office+user" is of office. */
static int is_of(const char *label, const char *cage)
{
	size_t size = strlen(cage);

	return !strncmp(label, cage, size) &&
	       (label[size] == '\0' || label[size] == '+');
}

static int has_labels(const struct row *row, const struct event *e)
{
	char to[32];

	if (!is_of(e->from, "office"))
		return 0;
	if (strcmp(e->rule, "OTHER_CAGE") && strcmp(e->rule, "TO_CORE") &&
	    strcmp(e->rule, "TO_UNLABELLED"))
		return 1;
	if (sscanf(row->live, "%*s %*s %31s", to) != 1)
		return 0;
	return is_of(e->to, !strcmp(to, "3")	? "admin" :
			    !strcmp(to, "core") ? "core" :
						  "-");
}

/*
 * A cover "hook" wants the row's own rule, by one of the hooks that refuse it
 * where the label alone stands; "hook/RULE" that rule; "cap" the ceiling.
 */
static int is_expected(const struct row *row, const struct event *e)
{
	struct refusal refusals[ROW_ALTERNATIVES];
	const char *slash = strchr(row->cage, '/');
	int count;

	if (!strncmp(row->cage, "cap:", 4))
		return !strcmp(e->rule, "CAP_CEILING") &&
		       (!strcmp(e->hook, "capable") ||
			!strcmp(e->hook, "cap_capable"));
	if (slash)
		return !strncmp(e->rule, slash + 1, strcspn(slash + 1, ":"));
	if (strcmp(row->label, "-") == 0)
		return !strcmp(e->rule, row->rule);
	count = row_refusals(row, refusals);
	for (int i = 0; i < count; i++) {
		const char *hook = hook_name((unsigned int)refusals[i].hook);
		const char *rule = rule_name((unsigned int)refusals[i].rule);

		/* There it is the label pass alone that meets the ceiling. */
		if (!strcmp(rule, "CAP_CEILING") &&
		    strcmp(row->rule, "CAP_CEILING"))
			continue;
		if (!strcmp(e->hook, hook) && !strcmp(e->rule, rule))
			return 1;
	}
	return 0;
}

static void check_row(const struct row *row, const char *who)
{
	char name[32];
	int found = 0;

	if ((strncmp(row->cage, "hook", 4) && strncmp(row->cage, "cap:", 4)) ||
	    (strcmp(row->as, "both") && strcmp(row->as, who)))
		return;
	(void)snprintf(name, sizeof(name), "%s %c", row->id, *who);
	for (size_t i = 0; i < event_count && !found; i++)
		found = !strcmp(events[i].comm, name) &&
			is_expected(row, &events[i]) &&
			has_labels(row, &events[i]);
	ok(found, "%s %s: the log tells it: %s", row->id, who, row->cage);
	for (size_t i = 0; i < event_count && !found; i++)
		if (!strcmp(events[i].comm, name))
			printf("# told: %s %s %s -> %s\n", events[i].hook,
			       events[i].rule, events[i].from, events[i].to);
}

int main(int argc, char **argv)
{
	static struct rows rows;
	const char *only = NULL;
	int first = 2;

	events = calloc(EVENTS_MAX, sizeof(*events));
	if (argc < 3 || !events)
		return 2;
	if (argc > 4 && !strcmp(argv[2], "--only")) {
		only = argv[3];
		first = 4;
	}
	for (int i = first; i < argc; i++)
		rows_read(&rows, argv[i]);
	read_events();
	printf("# %zu refusals in the log\n", event_count);
	for (size_t i = 0; i < rows.count; i++)
		if (!only || !strcmp(only, rows.row[i].id))
			check_row(&rows.row[i], argv[1]);
	return tap_end();
}
