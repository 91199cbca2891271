// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The set of facts: a list with an index by name.
 */
#include "audit/fact.h"

#define X(name, word, help) { word, help },
static const struct {
	const char *word, *help;
} kinds[] = { CLO_FACT_KINDS(X) };
#undef X

/* Text that is kept: blocks that never move. */
struct clo_fact_block {
	struct clo_fact_block *next;
	size_t used, size;
	char bytes[];
};

enum { BLOCK = 16384 };

void clo_facts_deinit(struct clo_facts *facts)
{
	struct clo_fact_block *b = facts->blocks;

	while (b) {
		clo_free struct clo_fact_block *old = b;

		b = old->next;
	}
	clo_free_cleanup(&facts->list);
	clo_free_cleanup(&facts->slots);
	memset(facts, 0, sizeof(*facts));
}

static uint32_t hash_of(uint32_t kind, struct clo_text name)
{
	uint32_t hash = 2166136261u ^ kind; /* FNV-1a */

	for (size_t i = 0; i < name.size; i++)
		hash = (hash ^ (unsigned char)name.at[i]) * 16777619u;
	return hash ^ hash >> 15;
}

/* Where a name is in the index, or where it would be. */
static uint32_t *slot_of(const struct clo_facts *facts, uint32_t kind,
			 struct clo_text name)
{
	size_t mask = facts->slot_count - 1;
	size_t at = hash_of(kind, name) & mask;

	while (facts->slots[at]) {
		const struct clo_fact *f = &facts->list[facts->slots[at] - 1];

		if (f->kind == kind && clo_text_is(f->name, name))
			break;
		at = (at + 1) & mask;
	}
	return &facts->slots[at];
}

static int grow(struct clo_facts *facts)
{
	size_t room = facts->room ? facts->room * 2 : 1024;
	struct clo_fact *list;
	uint32_t *slots;

	list = realloc(facts->list, room * sizeof(*list));
	if (!list)
		return -ENOMEM;
	facts->list = list;
	facts->room = room;
	slots = calloc(room * 2, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	clo_free_cleanup(&facts->slots);
	facts->slots = slots;
	facts->slot_count = room * 2;
	for (size_t i = 0; i < facts->count; i++)
		*slot_of(facts, list[i].kind, list[i].name) = (uint32_t)i + 1;
	return 0;
}

int clo_facts_set(struct clo_facts *facts, const struct clo_fact *fact)
{
	uint32_t *slot;

	if (facts->count == facts->room || !facts->slots) {
		int r = grow(facts);

		if (r)
			return r;
	}
	slot = slot_of(facts, fact->kind, fact->name);
	if (!*slot)
		*slot = (uint32_t)++facts->count;
	facts->list[*slot - 1] = *fact;
	return 0;
}

const struct clo_fact *clo_facts_find(const struct clo_facts *facts,
				      uint32_t kind, struct clo_text name)
{
	uint32_t slot;

	if (!facts->slots)
		return NULL;
	slot = *slot_of(facts, kind, name);
	return slot ? &facts->list[slot - 1] : NULL;
}

int clo_facts_keep(struct clo_facts *facts, struct clo_text text,
		   struct clo_text *ret_text)
{
	struct clo_fact_block *b = facts->blocks;

	if (!b || b->size - b->used < text.size) {
		size_t size = text.size > BLOCK ? text.size : BLOCK;

		b = malloc(sizeof(*b) + size);
		if (!b)
			return -ENOMEM;
		b->next = facts->blocks;
		b->used = 0;
		b->size = size;
		facts->blocks = b;
	}
	if (text.size)
		memcpy(b->bytes + b->used, text.at, text.size);
	*ret_text = (struct clo_text){ b->bytes + b->used, text.size };
	b->used += text.size;
	return 0;
}

const char *clo_fact_kind_word(uint32_t kind)
{
	return kind < CLO_FACT_KIND_COUNT ? kinds[kind].word : "?";
}

const char *clo_fact_kind_help(uint32_t kind)
{
	return kind < CLO_FACT_KIND_COUNT ? kinds[kind].help : "?";
}

uint32_t clo_fact_kind_find(struct clo_text word)
{
	uint32_t kind = 0;

	while (kind < CLO_FACT_KIND_COUNT &&
	       !clo_text_eq(word, kinds[kind].word))
		kind++;
	return kind;
}

bool clo_text_matches(struct clo_text name, struct clo_text pattern)
{
	const char *star = memchr(pattern.at, '*', pattern.size);
	size_t before, after;

	if (!star)
		return clo_text_is(name, pattern);
	before = (size_t)(star - pattern.at);
	after = pattern.size - before - 1;
	return name.size >= before + after &&
	       !memcmp(name.at, pattern.at, before) &&
	       !memcmp(name.at + name.size - after, star + 1, after);
}
