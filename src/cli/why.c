// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison why: one event of the log, explained.
 */
#include <string.h>

#include "cli/config.h"
#include "cli/log.h"
#include "cli/out.h"
#include "cli/rule.h"

struct search {
	uint64_t id; /* 0: the last refusal */
	bool is_found;
	struct clo_line line; /* the last that fits: numbers begin anew */
};

static int each_line(const struct clo_line *line, void *data)
{
	struct search *s = data;

	if (s->id ? line->id == s->id : !strcmp(line->kind, "denied")) {
		s->line = *line;
		s->is_found = true;
	}
	return 0;
}

static int read_id(const char *word, uint64_t *ret, struct clo_err *err)
{
	uint64_t id = 0;

	for (const char *p = *word == '#' ? word + 1 : word; *p; p++) {
		if (*p < '0' || *p > '9' || id > UINT64_MAX / 10 - 10) {
			id = 0;
			break;
		}
		id = id * 10 + (uint64_t)(*p - '0');
	}
	if (!id)
		return clo_err_set(err, -EINVAL,
				   "'%.40s' is not the number of an event; see "
				   "'cloison log'",
				   word);
	*ret = id;
	return 0;
}

static void put(const struct clo_cli *cli, const char *name, const char *text)
{
	(void)printf("  %s%-10s%s %s\n", clo_out_color(cli, CLO_COLOR_DIM),
		     name, clo_out_plain(cli), text);
}

static void put_who(const struct clo_cli *cli, const struct clo_line *l)
{
	struct clo_label label = clo_label_of_uid((clo_u32)l->uid);
	char text[CLO_LINE_MAX], user[64] = "";

	if (clo_label_is_cage(&label))
		(void)snprintf(user, sizeof(user), ", %llu in the cage",
			       (unsigned long long)l->uid -
				       clo_label_uid(label.cage));
	(void)snprintf(text, sizeof(text),
		       "%s, process %llu '%s' ('%s'), user %llu%s",
		       strcmp(l->from, "-") ? l->from : "outside cages",
		       (unsigned long long)l->pid, l->comm, l->exe,
		       (unsigned long long)l->uid, user);
	put(cli, "who", text);
}

static void put_what(const struct clo_cli *cli, const struct clo_line *l)
{
	char text[CLO_LINE_MAX], arg[64];
	size_t used;

	used = (size_t)snprintf(text, sizeof(text), "%s (hook %s)",
				clo_hook_text(l->hook), l->hook);
	if (*clo_hook_arg(l->hook, l->arg, arg, sizeof(arg)))
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 ", %s", arg);
	else if (l->arg)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 ", argument 0x%llx",
					 (unsigned long long)l->arg);
	if (*l->object || l->ino)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 ", on '%s' (inode %llu of device "
					 "0x%llx)",
					 l->object, (unsigned long long)l->ino,
					 (unsigned long long)l->dev);
	if (l->suppressed)
		(void)snprintf(text + used, sizeof(text) - used,
			       ", after %llu like it that were only counted",
			       (unsigned long long)l->suppressed);
	put(cli, "what", text);
	if (!*l->to || !strcmp(l->to, "-"))
		return;
	if (l->target_pid)
		(void)snprintf(text, sizeof(text), "%s, process %llu", l->to,
			       (unsigned long long)l->target_pid);
	else
		(void)snprintf(text, sizeof(text), "%s", l->to);
	put(cli, "target", text);
}

static void put_rule(const struct clo_cli *cli, const struct clo_line *l,
		     uint32_t rule)
{
	const struct clo_rule_text *t = clo_rule_text(rule);
	size_t size = strcspn(l->from, "+");
	char text[512];

	(void)snprintf(text, sizeof(text), "%s (%u): %s", l->rule, t->id,
		       t->text);
	put(cli, "rule", text);
	put(cli, "asked by", t->source);
	put(cli, "allowed by", t->allow);
	(void)snprintf(text, sizeof(text),
		       "cloison explain %s; cloison log --rule %s%s%.*s",
		       l->rule, l->rule, strcmp(l->from, "-") ? " --cage " : "",
		       strcmp(l->from, "-") ? (int)size : 0, l->from);
	put(cli, "look at", text);
}

/* Canaries are explained like refusals, but are not looked for. */
static bool is_refusal(const struct clo_line *l)
{
	return !strcmp(l->kind, "denied") || !strcmp(l->kind, "canary");
}

static void print_event(const struct clo_cli *cli, const struct clo_line *l)
{
	uint32_t rule = CLO_RULE_COUNT;

	(void)clo_rule_find(l->rule, &rule, NULL); /* else: unknown */
	(void)printf("%sevent %llu%s, %s: %s\n",
		     clo_out_color(cli, CLO_COLOR_BOLD),
		     (unsigned long long)l->id, clo_out_plain(cli), l->time,
		     !strcmp(l->kind, "denied") ? "refused" : l->kind);
	if (!is_refusal(l)) {
		put(cli, "line", l->text);
		return;
	}
	if (!strcmp(l->kind, "canary"))
		put(cli, "why",
		    "it was asked for, to see that refusals happen; nothing is "
		    "wrong");
	put_who(cli, l);
	put_what(cli, l);
	put_rule(cli, l, rule);
}

static void print_json(const struct clo_line *l)
{
	clo_json struct json_object *o = json_object_new_object();
	uint32_t rule = CLO_RULE_COUNT;

	(void)clo_rule_find(l->rule, &rule, NULL); /* else: unknown */
	clo_json_uint(o, "id", l->id);
	clo_json_text(o, "time", l->time);
	clo_json_text(o, "kind", l->kind);
	if (is_refusal(l))
		clo_rule_json(o, rule);
	clo_json_text(o, "hook", l->hook);
	clo_json_text(o, "hook_text", clo_hook_text(l->hook));
	clo_json_text(o, "from", l->from);
	clo_json_text(o, "to", l->to);
	clo_json_uint(o, "pid", l->pid);
	clo_json_uint(o, "uid", l->uid);
	clo_json_text(o, "comm", l->comm);
	clo_json_text(o, "exe", l->exe);
	clo_json_text(o, "object", l->object);
	clo_json_uint(o, "target_pid", l->target_pid);
	clo_json_uint(o, "arg", l->arg);
	clo_json_uint(o, "suppressed", l->suppressed);
	clo_json_text(o, "line", l->text);
	clo_json_print(o);
}

int clo_cli_why(struct clo_cli *cli, struct clo_err *err)
{
	static struct clo_log_reader reader = { .fd = -1 };
	static struct search search;

	if (cli->argc && read_id(cli->argv[0], &search.id, err))
		return CLO_EXIT_USAGE;
	if (clo_log_read_all(&reader, each_line, &search, err))
		return CLO_EXIT_REFUSED;
	if (!search.is_found && search.id)
		(void)clo_err_set(
			err, -ENOENT,
			"log: it has no event %llu; see 'cloison log'",
			(unsigned long long)search.id);
	else if (!search.is_found)
		(void)clo_err_set(err, -ENOENT,
				  "log: nothing has been refused yet");
	if (!search.is_found)
		return CLO_EXIT_REFUSED;
	if (cli->is_json)
		print_json(&search.line);
	else
		print_event(cli, &search.line);
	return CLO_EXIT_DONE;
}
