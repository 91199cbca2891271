// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Facts of the sources that packages come from.
 */
#include <strings.h>

#include "audit/fact.h"
#include "audit/stanza.h"

static const char *const asked[] = { "trusted", "signed-by", "allow-insecure",
				     "allow-weak" };

/* How many sources there are already. */
static uint32_t count_of(const struct clo_facts *facts)
{
	uint32_t n = 0;

	for (size_t i = 0; i < facts->count; i++)
		n += facts->list[i].kind == CLO_FACT_APT &&
		     clo_text_matches(facts->list[i].name,
				      clo_text_of("*.uris"));
	return n;
}

static int put(struct clo_facts *facts, uint32_t n, const char *name,
	       struct clo_text value, uint32_t state, struct clo_where at)
{
	struct clo_fact f = { .kind = CLO_FACT_APT,
			      .state = state,
			      .value = value,
			      .source = at.file,
			      .line = at.line };
	char whole[64];

	(void)snprintf(whole, sizeof(whole), "%u.%s", n, name);
	if (clo_facts_keep(facts, clo_text_of(whole), &f.name))
		return -ENOMEM;
	return clo_facts_set(facts, &f);
}

/* What a source does not say is known not to be said. */
static int put_absent(struct clo_facts *facts, uint32_t n, struct clo_where at)
{
	int r = 0;

	for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(asked); i++)
		r = put(facts, n, asked[i], clo_text_of(""), CLO_FACT_ABSENT,
			at);
	return r;
}

/* [name=value name=value] */
static int read_options(struct clo_facts *facts, uint32_t n,
			struct clo_text options, struct clo_where at)
{
	struct clo_text word;
	int r = 0;

	while (!r && clo_text_word(&options, &word)) {
		for (size_t i = 0; !r && i < CLO_ARRAY_SIZE(asked); i++) {
			size_t size = strlen(asked[i]);

			if (word.size <= size || word.at[size] != '=' ||
			    memcmp(word.at, asked[i], size) != 0)
				continue;
			r = put(facts, n, asked[i],
				(struct clo_text){ word.at + size + 1,
						   word.size - size - 1 },
				CLO_FACT_VALUE, at);
		}
	}
	return r;
}

int clo_facts_apt(struct clo_facts *facts, struct clo_text text,
		  const char *file, struct clo_err *err)
{
	struct clo_where at = { file, 0 };
	struct clo_text line, word;
	int r = 0;

	while (!r && clo_text_line(&text, &line)) {
		struct clo_text options = { "", 0 };
		uint32_t n = count_of(facts) + 1;
		const char *end;

		at.line++;
		line = clo_text_trim(line);
		if (!line.size || *line.at == '#')
			continue;
		if (!clo_text_word(&line, &word) ||
		    (!clo_text_eq(word, "deb") &&
		     !clo_text_eq(word, "deb-src")))
			return clo_err_set(
				err, -EINVAL,
				"%s:%u: a line is 'deb [options] uri suite component...'",
				file, at.line);
		line = clo_text_trim(line);
		if (line.size && *line.at == '[') {
			end = memchr(line.at, ']', line.size);
			if (!end)
				return clo_err_set(err, -EINVAL,
						   "%s:%u: '[' is not closed",
						   file, at.line);
			options = (struct clo_text){
				line.at + 1, (size_t)(end - line.at) - 1
			};
			line.size -= (size_t)(end - line.at) + 1;
			line.at = end + 1;
		}
		if (!clo_text_word(&line, &word))
			return clo_err_set(err, -EINVAL,
					   "%s:%u: a source has no uri", file,
					   at.line);
		r = put_absent(facts, n, at);
		if (!r)
			r = put(facts, n, "uris", word, CLO_FACT_VALUE, at);
		if (!r)
			r = read_options(facts, n, options, at);
	}
	return r;
}

static int read_stanza(struct clo_facts *facts, const struct clo_stanza *s,
		       const char *file, struct clo_err *err)
{
	const struct clo_stanza_field *uris = NULL;
	uint32_t n = count_of(facts) + 1;
	struct clo_where at = { file, s->fields[0].line };
	int r;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct clo_stanza_field *f = &s->fields[i];

		if (f->name.size == 7 &&
		    !strncasecmp(f->name.at, "Enabled", 7) &&
		    clo_text_eq(f->value, "no"))
			return 0;
	}
	r = put_absent(facts, n, at);
	for (uint32_t i = 0; !r && i < s->count; i++) {
		const struct clo_stanza_field *f = &s->fields[i];

		at.line = f->line;
		if (f->name.size == 4 && !strncasecmp(f->name.at, "URIs", 4))
			uris = f;
		for (size_t k = 0; !r && k < CLO_ARRAY_SIZE(asked); k++) {
			if (f->name.size == strlen(asked[k]) &&
			    !strncasecmp(f->name.at, asked[k], f->name.size))
				r = put(facts, n, asked[k], f->value,
					CLO_FACT_VALUE, at);
		}
	}
	if (!r && !uris)
		return clo_err_set(err, -EINVAL, "%s:%u: a source has no URIs",
				   file, s->fields[0].line);
	return r ? r : put(facts, n, "uris", uris->value, CLO_FACT_VALUE, at);
}

int clo_facts_apt_stanzas(struct clo_facts *facts, struct clo_text text,
			  const char *file, struct clo_err *err)
{
	struct clo_stanza_reader reader;
	struct clo_stanza stanza;
	int r = clo_stanza_begin(&reader, text, file, err);

	while (!r) {
		r = clo_stanza_next(&reader, &stanza, err);
		if (r <= 0)
			return r;
		r = read_stanza(facts, &stanza, file, err);
	}
	return r;
}
