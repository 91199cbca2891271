// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Facts as lines, so that a machine is read once and judged again elsewhere.
 */
#include "audit/fact.h"

static const char *const states[] = { "value", "absent", "unknown" };

static int compare(const void *a, const void *b)
{
	const struct clo_fact *x = *(const struct clo_fact *const *)a;
	const struct clo_fact *y = *(const struct clo_fact *const *)b;
	size_t n = x->name.size < y->name.size ? x->name.size : y->name.size;
	int r;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	r = memcmp(x->name.at, y->name.at, n);
	if (r)
		return r;
	return x->name.size < y->name.size ? -1 : x->name.size > y->name.size;
}

/* All bytes, a zero among them too, so that they can be read again. */
static void write_text(struct clo_text text, FILE *out)
{
	size_t i = 0;

	while (i < text.size) {
		uint32_t point = 0;
		size_t n = clo_utf8_read(text.at + i, text.size - i, &point);

		if (n && clo_utf8_is_plain(point) && point != '\\') {
			(void)fwrite(text.at + i, 1, n, out);
			i += n;
			continue;
		}
		(void)fprintf(out, "\\x%02x",
			      (unsigned int)(unsigned char)text.at[i++]);
	}
}

int clo_facts_write(const struct clo_facts *facts, const bool *is_read,
		    FILE *out)
{
	clo_free const struct clo_fact **list = NULL;

	list = calloc(facts->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < facts->count; i++)
		list[i] = &facts->list[i];
	qsort(list, facts->count, sizeof(*list), compare);
	(void)fprintf(out, "# cloison facts 1\n");
	for (uint32_t k = 0; k < CLO_FACT_KIND_COUNT; k++) {
		if (is_read[k])
			(void)fprintf(out, "read\t%s\t%s\n",
				      clo_fact_kind_word(k),
				      facts->is_whole[k] ? "whole" : "part");
	}
	for (size_t i = 0; i < facts->count; i++) {
		(void)fprintf(out, "%s\t", clo_fact_kind_word(list[i]->kind));
		write_text(list[i]->name, out);
		(void)fprintf(out, "\t%s\t", states[list[i]->state]);
		write_text(list[i]->value, out);
		(void)fputc('\t', out);
		write_text(clo_text_of(list[i]->source), out);
		(void)fprintf(out, "\t%u\n", list[i]->line);
	}
	return ferror(out) ? -EIO : 0;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \xHH back to bytes, in a copy that is kept and ends with a zero. */
static int read_text(struct clo_facts *facts, struct clo_text text,
		     struct clo_text *ret)
{
	clo_free char *copy = malloc(text.size + 1);
	size_t used = 0;
	int r;

	if (!copy)
		return -ENOMEM;
	for (size_t i = 0; i < text.size; i++) {
		int high, low;

		if (text.at[i] != '\\') {
			copy[used++] = text.at[i];
			continue;
		}
		high = i + 3 < text.size && text.at[i + 1] == 'x' ?
			       digit(text.at[i + 2]) :
			       -1;
		low = high >= 0 ? digit(text.at[i + 3]) : -1;
		if (low < 0)
			return -EINVAL;
		copy[used++] = (char)(high * 16 + low);
		i += 3;
	}
	copy[used] = '\0';
	r = clo_facts_keep(facts, (struct clo_text){ copy, used + 1 }, ret);
	ret->size = used;
	return r;
}

static bool cell(struct clo_text *line, struct clo_text *ret)
{
	const char *tab;

	if (!line->at)
		return false;
	tab = memchr(line->at, '\t', line->size);
	*ret = (struct clo_text){ line->at,
				  tab ? (size_t)(tab - line->at) : line->size };
	if (tab) {
		line->size -= ret->size + 1;
		line->at = tab + 1;
	} else {
		line->at = NULL;
	}
	return true;
}

static int read_fact(struct clo_facts *facts, uint32_t kind,
		     struct clo_text line)
{
	struct clo_fact f = { .kind = kind };
	struct clo_text name, state, value, source, number, kept;
	int64_t n;
	int r;

	if (!cell(&line, &name) || !cell(&line, &state) ||
	    !cell(&line, &value) || !cell(&line, &source) ||
	    !cell(&line, &number) || line.at || !clo_text_number(number, &n) ||
	    n < 0 || n > UINT32_MAX)
		return -EINVAL;
	while (f.state < 3 && !clo_text_eq(state, states[f.state]))
		f.state++;
	if (f.state == 3)
		return -EINVAL;
	f.line = (uint32_t)n;
	r = read_text(facts, name, &f.name);
	if (!r)
		r = read_text(facts, value, &f.value);
	if (!r)
		r = read_text(facts, source, &kept);
	if (r)
		return r;
	f.source = kept.at;
	return clo_facts_set(facts, &f);
}

int clo_facts_list(struct clo_facts *facts, struct clo_text text,
		   const char *file, bool *ret_read, struct clo_err *err)
{
	struct clo_text line, word;
	uint32_t number = 0;
	int r = 0;

	while (!r && clo_text_line(&text, &line)) {
		uint32_t kind;

		if (!number++ && !clo_text_eq(line, "# cloison facts 1"))
			return clo_err_set(
				err, -EINVAL,
				"%s:1: it does not begin with '# cloison facts 1'; give what 'cloison audit collect' writes",
				file);
		if (!line.size || *line.at == '#')
			continue;
		r = cell(&line, &word) ? 0 : -EINVAL;
		kind = clo_fact_kind_find(word);
		if (clo_text_eq(word, "read") && cell(&line, &word)) {
			kind = clo_fact_kind_find(word);
			if (kind == CLO_FACT_KIND_COUNT || !cell(&line, &word))
				r = -EINVAL;
			else
				ret_read[kind] = true;
			if (!r)
				facts->is_whole[kind] =
					clo_text_eq(word, "whole");
		} else if (kind == CLO_FACT_KIND_COUNT) {
			r = -EINVAL;
		} else {
			r = read_fact(facts, kind, line);
		}
	}
	if (r == -EINVAL)
		return clo_err_set(
			err, r,
			"%s:%u: this is no fact: kind, name, state, value, source and line between tabs",
			file, number);
	return r ? clo_err_set(err, r, "%s: no memory is left", file) : 0;
}
