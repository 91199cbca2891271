/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Questions to the policy: "task 2 3 act", "define core empty up/caps=max".
 * Limits are words between slashes: null, empty, up, closing, caps=, families=,
 * spare=, devN=c:MAJOR:MINOR.
 */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "policy/core.h"
#include "policy/kernel.h"
#include "policy/object.h"
#include "policy/task.h"

struct words {
	char *word[10];
	int count;
	int next;
	bool bad;
};

struct limits {
	struct clo_cage cage;
	bool is_null;
};

static const char *take(struct words *w)
{
	if (w->next < w->count)
		return w->word[w->next++];
	w->bad = true;
	return "";
}

static clo_u64 to_number(struct words *w, const char *text)
{
	char *end;
	clo_u64 value = strtoull(text, &end, 0);

	if (!*text || *end)
		w->bad = true;
	return value;
}

static clo_u32 take_number(struct words *w)
{
	return (clo_u32)to_number(w, take(w));
}

bool ask_label(const char *word, struct clo_label *ret)
{
	char text[64];
	char *rest = text;
	char *part;
	struct words w = { 0 };

	if (snprintf(text, sizeof(text), "%s", word) >= (int)sizeof(text))
		return false;
	part = strsep(&rest, "+");
	*ret = (struct clo_label){ 0 };
	if (!strcmp(part, "core"))
		ret->cage = CLO_CAGE_CORE;
	else if (strcmp(part, "none"))
		ret->cage = (clo_u16)to_number(&w, part);
	while ((part = strsep(&rest, "+"))) {
		if (!strcmp(part, "user"))
			ret->roles |= CLO_ROLE_USER;
		else if (!strcmp(part, "audit"))
			ret->roles |= CLO_ROLE_AUDIT;
		else
			ret->roles |= (clo_u16)to_number(&w, part);
	}
	return !w.bad;
}

static struct clo_label take_label(struct words *w)
{
	struct clo_label label = { 0 };

	if (!ask_label(take(w), &label))
		w->bad = true;
	return label;
}

/* The number of a word in a list; a number stands for itself (bounds). */
static clo_u32 take_choice(struct words *w, const char *const *names,
			   size_t count)
{
	const char *word = take(w);

	for (size_t i = 0; i < count; i++)
		if (names[i] && !strcmp(names[i], word))
			return (clo_u32)i;
	return (clo_u32)to_number(w, word);
}
#define TAKE_CHOICE(w, names) take_choice(w, names, CLO_ARRAY_SIZE(names))

static void set_device(struct words *w, struct clo_cage *cage, const char *text)
{
	unsigned int row, major, minor, used = 1;
	char kind;

	if (sscanf(text, "dev%u=%c:%u:%u:%u", &row, &kind, &major, &minor,
		   &used) < 4 ||
	    row >= CLO_CAGE_DEVICES) {
		w->bad = true;
		return;
	}
	cage->devices[row] = (struct clo_device){
		.used = (clo_u16)used,
		.is_block = kind == 'x' ? 2 : kind == 'b',
		.major = major,
		.minor = minor,
	};
}

static void set_limit(struct words *w, struct limits *limits, const char *text)
{
	static const char *const states[] = { "empty", "up", "closing" };
	struct clo_cage *cage = &limits->cage;

	for (unsigned int i = 0; i < CLO_ARRAY_SIZE(states); i++) {
		if (!strcmp(text, states[i])) {
			cage->state = i;
			return;
		}
	}
	if (!strcmp(text, "null"))
		limits->is_null = true;
	else if (!strcmp(text, "caps=max"))
		cage->caps = CLO_CAGE_CAPS_MAX;
	else if (!strncmp(text, "caps=", 5))
		cage->caps = to_number(w, text + 5);
	else if (!strcmp(text, "families=max"))
		cage->families = CLO_CAGE_FAMILIES_MAX;
	else if (!strncmp(text, "families=", 9))
		cage->families = to_number(w, text + 9);
	else if (!strncmp(text, "state=", 6))
		cage->state = (clo_u32)to_number(w, text + 6);
	else if (!strncmp(text, "spare=", 6))
		cage->spare = (clo_u32)to_number(w, text + 6);
	else
		set_device(w, cage, text);
}

static struct limits take_limits(struct words *w)
{
	struct limits limits = { 0 };
	char text[256];
	char *rest = text;
	char *part;

	(void)snprintf(text, sizeof(text), "%s", take(w));
	while ((part = strsep(&rest, "/")))
		set_limit(w, &limits, part);
	return limits;
}

static const struct clo_cage *cage_of(const struct limits *limits)
{
	return limits->is_null ? NULL : &limits->cage;
}

static enum clo_rule ask_task(struct words *w)
{
	static const char *const ops[] = { "look", "act", "reach" };
	struct clo_label from = take_label(w);
	struct clo_label to = take_label(w);

	return clo_may_task(&from, &to, TAKE_CHOICE(w, ops));
}

static enum clo_rule ask_traceme(struct words *w)
{
	struct clo_label parent = take_label(w);
	struct clo_label child = take_label(w);

	return clo_may_traceme(&parent, &child);
}

static enum clo_rule ask_create(struct words *w)
{
	return clo_may_create(take_number(w));
}

static enum clo_rule ask_connect(struct words *w)
{
	struct clo_label from = take_label(w);
	struct clo_label to = take_label(w);

	return clo_may_connect(&from, &to);
}

static enum clo_rule ask_receive(struct words *w)
{
	struct clo_label to = take_label(w);
	struct clo_label owner = take_label(w);

	return clo_may_receive(&to, &owner);
}

static enum clo_rule ask_open(struct words *w)
{
	static const char *const kinds[] = { "other",	 "pipe",   "device",
					     "setting",	 "secret", "process",
					     "terminal", "tracing" };
	static const char *const ways[] = {
		"read", "write", "block", "write-block", "host", "write-host"
	};
	struct clo_label from = take_label(w);
	struct limits limits = take_limits(w);
	struct clo_open open = { .owner = take_label(w) };

	_Static_assert(CLO_ARRAY_SIZE(kinds) == CLO_FILE_KIND_COUNT, "kinds");
	open.kind = TAKE_CHOICE(w, kinds);
	open.flags = TAKE_CHOICE(w, ways);
	if (open.kind == CLO_FILE_DEVICE || (open.flags & CLO_OPEN_HOST)) {
		open.major = take_number(w);
		open.minor = take_number(w);
	}
	return clo_may_open(&from, cage_of(&limits), &open);
}

static enum clo_rule ask_device(struct words *w)
{
	static const char *const types[] = { "char", "block" };
	struct clo_label from = take_label(w);
	struct limits limits = take_limits(w);
	bool is_block = TAKE_CHOICE(w, types) != 0;
	clo_u32 major = take_number(w);

	return clo_may_device(&from, cage_of(&limits), is_block, major,
			      take_number(w));
}

static enum clo_rule ask_file(struct words *w)
{
	static const char *const ops[] = { "lock", "watch", "attr", "link" };
	struct clo_label from = take_label(w);
	struct clo_label owner = take_label(w);

	return clo_may_file(&from, &owner, TAKE_CHOICE(w, ops));
}

static enum clo_rule ask_name(struct words *w)
{
	struct clo_label from = take_label(w);
	struct clo_label owner = take_label(w);

	return clo_may_name(&from, &owner, take_number(w));
}

static enum clo_rule ask_exec(struct words *w)
{
	struct clo_label from = take_label(w);
	struct clo_label owner = take_label(w);

	return clo_may_exec(&from, &owner);
}

static enum clo_rule ask_ipc(struct words *w)
{
	struct clo_label from = take_label(w);
	struct clo_label owner = take_label(w);

	return clo_may_ipc(&from, &owner);
}

static enum clo_rule ask_cap(struct words *w)
{
	struct clo_label from = take_label(w);
	struct limits limits = take_limits(w);

	return clo_may_use_cap(&from, cage_of(&limits), take_number(w));
}

static enum clo_rule ask_socket(struct words *w)
{
	struct clo_label from = take_label(w);
	struct limits limits = take_limits(w);
	clo_u32 family = take_number(w);
	clo_u32 type = take_number(w);

	return clo_may_socket(&from, cage_of(&limits), family, type,
			      take_number(w));
}

static enum clo_rule ask_kernel(struct words *w)
{
#define X(op, rule) #op,
	static const char *const ops[] = { CLO_KERNEL_OPS(X) };
#undef X
	struct clo_label from = take_label(w);

	return clo_may_kernel(&from, TAKE_CHOICE(w, ops));
}

static enum clo_rule ask_ioctl(struct words *w)
{
	struct clo_label from = take_label(w);

	return clo_may_ioctl(&from, take_number(w));
}

static enum clo_rule ask_prctl(struct words *w)
{
	struct clo_label from = take_label(w);
	clo_u32 option = take_number(w);

	return clo_may_prctl(&from, option, take_number(w));
}

static enum clo_rule ask_relabel(struct words *w)
{
	struct clo_label from = take_label(w);
	struct clo_label to = take_label(w);

	return clo_may_relabel(&from, &to);
}

static enum clo_rule ask_claim(struct words *w)
{
	struct clo_label from = take_label(w);
	struct clo_claim claim;

	claim.is_registered = take_number(w);
	claim.is_alone = take_number(w);
	claim.is_root = take_number(w);
	claim.core_count = take_number(w);
	claim.is_filtered = take_number(w);
	return clo_may_claim(&from, &claim);
}

static enum clo_rule ask_define(struct words *w)
{
	struct clo_label from = take_label(w);
	struct limits before = take_limits(w);
	struct limits after = take_limits(w);

	return clo_may_define(&from, &before.cage, &after.cage);
}

static enum clo_rule ask_enter(struct words *w)
{
	struct clo_label from = take_label(w);
	struct clo_label to = take_label(w);
	struct limits limits = take_limits(w);

	return clo_may_enter(&from, &to, &limits.cage, take_number(w));
}

static enum clo_rule ask_core_exec(struct words *w)
{
	struct clo_label from = take_label(w);
	clo_u32 is_registered = (clo_u32)take_number(w);

	return clo_may_core_exec(&from, is_registered, (clo_u32)take_number(w));
}

static enum clo_rule ask_close(struct words *w)
{
	struct clo_label from = take_label(w);
	struct limits limits = take_limits(w);

	return clo_may_close(&from, &limits.cage);
}

static enum clo_rule ask_free(struct words *w)
{
	struct clo_label from = take_label(w);
	struct limits limits = take_limits(w);

	return clo_may_free(&from, &limits.cage, take_number(w));
}

static enum clo_rule ask_guard(struct words *w)
{
	struct clo_label from = take_label(w);

	return clo_may_guard(&from, take_number(w));
}

static enum clo_rule ask_program(struct words *w)
{
	struct clo_label from = take_label(w);
	clo_u32 type = take_number(w);

	return clo_may_program(&from, type, take_number(w));
}

static enum clo_rule ask_place(struct words *w)
{
	struct clo_label from = take_label(w);
	struct clo_place place = { .is_own_dir = (clo_u32)take_number(w) };

	place.is_own_maps = (clo_u32)take_number(w);
	return clo_may_place(&from, &place);
}

static enum clo_rule ask_uprobe(struct words *w)
{
	struct clo_label from = take_label(w);

	return clo_may_uprobe(&from, take_number(w));
}

/* clang-format off */
static const struct {
	const char *name, *words;
	enum clo_rule (*ask)(struct words *w);
} functions[] = {
	{ "task", "FROM TO look|act|reach", ask_task },
	{ "traceme", "PARENT CHILD", ask_traceme },
	{ "create", "HAS_LABEL", ask_create },
	{ "connect", "FROM TO", ask_connect },
	{ "receive", "TO OWNER", ask_receive },
	{ "open", "FROM LIMITS OWNER KIND read|write|block|write-block|host|write-host [MAJOR MINOR]", ask_open },
	{ "device", "FROM LIMITS char|block MAJOR MINOR", ask_device },
	{ "file", "FROM OWNER lock|watch|attr|link", ask_file },
	{ "name", "FROM OWNER SHARED", ask_name },
	{ "exec", "FROM OWNER", ask_exec },
	{ "ipc", "FROM OWNER", ask_ipc },
	{ "cap", "FROM LIMITS NUMBER", ask_cap },
	{ "socket", "FROM LIMITS FAMILY TYPE PROTOCOL", ask_socket },
	{ "kernel", "FROM OPERATION", ask_kernel },
	{ "ioctl", "FROM REQUEST", ask_ioctl },
	{ "prctl", "FROM OPTION ARGUMENT", ask_prctl },
	{ "relabel", "FROM TO", ask_relabel },
	{ "claim", "FROM REGISTERED ALONE ROOT CORES FILTERED", ask_claim },
	{ "define", "FROM BEFORE AFTER", ask_define },
	{ "enter", "FROM TO LIMITS ALONE", ask_enter },
	{ "core-exec", "FROM REGISTERED LOCKED", ask_core_exec },
	{ "close", "FROM LIMITS", ask_close },
	{ "free", "FROM LIMITS TASKS", ask_free },
	{ "guard", "FROM LOCKED", ask_guard },
	{ "program", "FROM TYPE LOCKED", ask_program },
	{ "place", "FROM OWN_DIRECTORY OWN_MAPS", ask_place },
	{ "uprobe", "FROM LOCKED", ask_uprobe },
};
/* clang-format on */

void ask_usage(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(functions); i++)
		printf("%s %s\n", functions[i].name, functions[i].words);
}

bool ask_policy(const char *question, enum clo_rule *ret)
{
	struct words w = { 0 };
	char text[512];
	char *rest = text;
	char *word;

	if (snprintf(text, sizeof(text), "%s", question) >= (int)sizeof(text))
		return false;
	while ((word = strsep(&rest, " "))) {
		if (w.count == (int)CLO_ARRAY_SIZE(w.word))
			return false;
		w.word[w.count++] = word;
	}
	word = w.word[w.next++];
	for (size_t i = 0; i < CLO_ARRAY_SIZE(functions); i++) {
		if (strcmp(functions[i].name, word))
			continue;
		*ret = functions[i].ask(&w);
		return !w.bad && w.next == w.count;
	}
	return false;
}
