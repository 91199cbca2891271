// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison audit: begins a run, judges what the profile asks for, puts the
 * worst first.
 */
#include <string.h>

#include "base/toml.h"
#include "cli/audit.h"

/* French if the language of the surroundings is, English else. */
static int read_lang(struct clo_audit *audit, const struct clo_cli *cli,
		     struct clo_err *err)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *given = cli->values[CLO_OPTION_LANG], *lang = given;

	for (size_t i = 0; !given && i < CLO_ARRAY_SIZE(names); i++) {
		lang = getenv(names[i]);
		if (lang && *lang)
			break;
	}
	if (given && strcmp(given, "en") != 0 && strcmp(given, "fr") != 0)
		return clo_err_set(err, -EINVAL,
				   "'--lang' is '%.40s'; it is en or fr",
				   given);
	audit->lang = lang && !strncmp(lang, "fr", 2) ? CLO_LANG_FR :
							CLO_LANG_EN;
	return 0;
}

static int no_profile(const struct clo_audit *audit, const char *name,
		      struct clo_err *err)
{
	char list[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < audit->rules.profiles.count; i++) {
		const struct clo_profile *p = &audit->rules.profiles.list[i];

		if (used < sizeof(list))
			used += (size_t)snprintf(list + used,
						 sizeof(list) - used, "%s%.*s",
						 i ? ", " : "",
						 CLO_TEXT(p->id));
	}
	return clo_err_set(err, -EINVAL,
			   "no profile is named '%.40s'; it is one of %s", name,
			   list);
}

int clo_audit_begin(struct clo_audit *audit, const struct clo_cli *cli,
		    struct clo_err *err)
{
	const char *profile = cli->values[CLO_OPTION_PROFILE];
	const char *fail_on = cli->values[CLO_OPTION_FAIL_ON];

	memset(audit, 0, sizeof(*audit));
	if (read_lang(audit, cli, err))
		return CLO_EXIT_USAGE;
	if (fail_on) {
		audit->fail_on = clo_severity_find(clo_text_of(fail_on));
		if (audit->fail_on == CLO_SEVERITY_COUNT) {
			(void)clo_err_set(
				err, -EINVAL,
				"'--fail-on' is '%.40s'; it is low, medium or high",
				fail_on);
			return CLO_EXIT_USAGE;
		}
	}
	if (clo_audit_rules(audit, err))
		return CLO_EXIT_USAGE;
	profile = profile ? profile : "all";
	audit->profile = clo_rules_profile(&audit->rules, clo_text_of(profile));
	if (!audit->profile) {
		(void)no_profile(audit, profile, err);
		return CLO_EXIT_USAGE;
	}
	return CLO_EXIT_DONE;
}

/* Worst first: by verdict, severity, level, then in the order of the files. */
static int compare(const void *a, const void *b)
{
	const struct clo_audit_row *x = a, *y = b;

	if (x->judgement.verdict != y->judgement.verdict)
		return x->judgement.verdict < y->judgement.verdict ? -1 : 1;
	if (x->check->severity != y->check->severity)
		return x->check->severity > y->check->severity ? -1 : 1;
	if (x->check->level != y->check->level)
		return x->check->level < y->check->level ? -1 : 1;
	return x->check < y->check ? -1 : x->check > y->check;
}

int clo_audit_judge(const struct clo_audit *audit,
		    struct clo_audit_result *ret_result, struct clo_err *err)
{
	struct clo_audit_result *r = ret_result;
	size_t count = audit->rules.checks.count;

	memset(r, 0, sizeof(*r));
	r->rows = calloc(count, sizeof(*r->rows));
	if (!r->rows)
		return clo_err_set(err, -ENOMEM, "no memory is left");
	for (size_t i = 0; i < count; i++) {
		const struct clo_check *c = &audit->rules.checks.list[i];
		uint32_t kind = clo_check_kind(&audit->rules, c);
		struct clo_audit_row row = { .check = c };

		if (!clo_profile_asks(audit->profile, c))
			continue;
		if (!audit->is_read[kind]) {
			r->left_out[kind]++;
			continue;
		}
		row.judgement = clo_judge(&audit->rules, &audit->facts, c,
					  audit->profile);
		r->verdicts[row.judgement.verdict]++;
		if (row.judgement.verdict == CLO_VERDICT_FAIL &&
		    c->severity < CLO_SEVERITY_COUNT)
			r->fails[c->severity]++;
		r->rows[r->count++] = row;
	}
	qsort(r->rows, r->count, sizeof(*r->rows), compare);
	return 0;
}

/* A failure that counts, then what is not known, then all is well. */
int clo_audit_status(const struct clo_audit *audit,
		     const struct clo_audit_result *result)
{
	for (uint32_t s = audit->fail_on; s < CLO_SEVERITY_COUNT; s++) {
		if (result->fails[s])
			return CLO_EXIT_REFUSED;
	}
	return result->verdicts[CLO_VERDICT_UNKNOWN] ? CLO_EXIT_CANNOT :
						       CLO_EXIT_DONE;
}

static void free_result(struct clo_audit_result *result)
{
	clo_free_cleanup(&result->rows);
}

static int end(const struct clo_cli *cli, const struct clo_audit *audit,
	       struct clo_err *err)
{
	__attribute__((
		cleanup(free_result))) struct clo_audit_result result = { 0 };

	if (clo_audit_judge(audit, &result, err))
		return CLO_EXIT_REFUSED;
	if (!result.count) {
		(void)clo_err_set(
			err, -ENOENT,
			"profile '%.*s' asks for nothing of what was given; see 'cloison audit explain --profile=%.*s'",
			CLO_TEXT(audit->profile->id),
			CLO_TEXT(audit->profile->id));
		return CLO_EXIT_USAGE;
	}
	if (cli->is_json) {
		clo_json struct json_object *o = clo_audit_json(audit, &result);

		clo_json_print(o);
	} else {
		clo_audit_show(cli, audit, &result);
	}
	return clo_audit_status(audit, &result);
}

int clo_cli_audit_kernel(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_audit struct clo_audit audit;
	bool is_given = cli->values[CLO_OPTION_CONFIG] ||
			cli->values[CLO_OPTION_CMDLINE] ||
			cli->values[CLO_OPTION_SYSCTL];
	int status = clo_audit_begin(&audit, cli, err);

	if (status)
		return status;
	if (is_given ? clo_audit_given_kernel(&audit, cli, err) :
		       clo_audit_live_kernel(&audit, err))
		return CLO_EXIT_USAGE;
	return end(cli, &audit, err);
}

/* Facts that were collected before, of a directory, or of this machine. */
static int collect(struct clo_audit *audit, const struct clo_cli *cli,
		   struct clo_err *err)
{
	const char *facts = cli->values[CLO_OPTION_FACTS];
	const char *root = cli->values[CLO_OPTION_ROOT];
	struct clo_text text;
	const char *name;
	int r;

	if (facts && root)
		return clo_err_set(
			err, -EINVAL,
			"--facts and --root are both given; facts are judged without their machine");
	if (!facts)
		return clo_audit_collect(audit, root, err);
	r = clo_audit_file(audit, facts, &text, &name, err);
	return r ? r :
		   clo_facts_list(&audit->facts, text, name, audit->is_read,
				  err);
}

int clo_cli_audit(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_audit struct clo_audit audit;
	int status = clo_audit_begin(&audit, cli, err);

	if (status)
		return status;
	if (collect(&audit, cli, err))
		return CLO_EXIT_USAGE;
	return end(cli, &audit, err);
}

int clo_cli_audit_collect(struct clo_cli *cli, struct clo_err *err)
{
	clo_owned_audit struct clo_audit audit;
	int status = clo_audit_begin(&audit, cli, err);
	int r;

	if (status)
		return status;
	if (clo_audit_collect(&audit, cli->values[CLO_OPTION_ROOT], err))
		return CLO_EXIT_USAGE;
	r = clo_facts_write(&audit.facts, audit.is_read, stdout);
	if (r)
		(void)clo_err_set(err, r, "facts: %s", strerror(-r));
	return r ? CLO_EXIT_REFUSED : CLO_EXIT_DONE;
}
