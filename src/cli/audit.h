/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cloison audit: reads files, has them judged by src/audit, shows what came
 * of it.  Nothing of what is judged is decided here.
 */
#ifndef CLO_CLI_AUDIT_H
#define CLO_CLI_AUDIT_H

#include "audit/judge.h"
#include "cli/out.h"

enum { CLO_AUDIT_FILE_MAX = 16 << 20 }; /* of a file that is read [bytes] */

/* What one run holds. */
struct clo_audit {
	struct clo_rules rules;
	struct clo_facts facts, wanted;
	const struct clo_profile *profile;
	uint32_t lang; /* enum clo_lang */
	uint32_t fail_on; /* enum clo_audit_severity */
	bool is_read[CLO_FACT_KIND_COUNT]; /* judged: something was read */
	struct clo_audit_file *files; /* all bytes that were read */
};

void clo_audit_deinit(struct clo_audit *audit);
#define clo_owned_audit __attribute__((cleanup(clo_audit_deinit)))

/**
 * clo_audit_begin() - Read the checks, and the options that all verbs share
 * @audit: Set; freed with clo_audit_deinit() in any case.
 * @cli: The command line.
 * @err: Says what is wrong.
 *
 * Return: 0, or enum clo_exit.
 */
int clo_audit_begin(struct clo_audit *audit, const struct clo_cli *cli,
		    struct clo_err *err);

/**
 * clo_audit_file() - Read a whole file, also one that gzip has made smaller
 * @audit: Keeps the bytes and the name.
 * @path: The file.
 * @ret_text: Set on success.
 * @ret_name: Set on success: a copy of @path that stays; may be NULL.
 * @err: `PATH: why`.
 *
 * Return: 0; -ENOENT; -errno; -E2BIG; -EBADMSG: not what gzip has made.
 */
int clo_audit_file(struct clo_audit *audit, const char *path,
		   struct clo_text *ret_text, const char **ret_name,
		   struct clo_err *err);

/* The same of a descriptor; @path is its name. */
int clo_audit_fd(struct clo_audit *audit, int fd, const char *path,
		 struct clo_text *ret_text, const char **ret_name,
		 struct clo_err *err);

/* Read the checks of @audit->rules, or of the files @cli names. */
int clo_audit_rules(struct clo_audit *audit, struct clo_err *err);

/* Facts of the kernel of this machine; of those that options name. */
int clo_audit_live_kernel(struct clo_audit *audit, struct clo_err *err);
int clo_audit_given_kernel(struct clo_audit *audit, const struct clo_cli *cli,
			   struct clo_err *err);

int clo_audit_live_settings(struct clo_audit *audit, struct clo_err *err);

/* Facts of a machine: of this one, or of what is beneath @root. */
int clo_audit_collect(struct clo_audit *audit, const char *root,
		      struct clo_err *err);
/* Of the files of a tree: in audit-tree.c. */
int clo_audit_tree(struct clo_audit *audit, int root_fd, struct clo_err *err);

/* A check and what became of it. */
struct clo_audit_row {
	const struct clo_check *check;
	struct clo_judgement judgement;
};

struct clo_audit_result {
	struct clo_audit_row *rows; /* worst first */
	size_t count;
	uint32_t verdicts[CLO_VERDICT_COUNT];
	uint32_t fails[CLO_SEVERITY_COUNT];
	uint32_t left_out[CLO_FACT_KIND_COUNT]; /* of what was not read */
};

/* Judge what the profile asks for; the rows are owned by the caller. */
int clo_audit_judge(const struct clo_audit *audit,
		    struct clo_audit_result *ret_result, struct clo_err *err);
int clo_audit_status(const struct clo_audit *audit,
		     const struct clo_audit_result *result);

void clo_audit_show(const struct clo_cli *cli, const struct clo_audit *audit,
		    const struct clo_audit_result *result);
struct json_object *clo_audit_json(const struct clo_audit *audit,
				   const struct clo_audit_result *result);

/* Words of the language that is spoken; see the table in audit-show.c. */
enum clo_say {
	CLO_SAY_FOUND,
	CLO_SAY_WANTED,
	CLO_SAY_WHY,
	CLO_SAY_FIX,
	CLO_SAY_NOTE,
	CLO_SAY_ACCEPTED,
	CLO_SAY_APPLIES,
	CLO_SAY_REFS,
	CLO_SAY_READ,
	CLO_SAY_COUNT,
};
const char *clo_say(const struct clo_audit *audit, enum clo_say what);

/* An expression in words, owned by the caller; NULL without memory. */
char *clo_audit_expr(const struct clo_audit *audit, uint32_t node);

/* Print text of a check: blanks folded, lines of 78 columns behind @indent. */
void clo_audit_fold(FILE *out, struct clo_text text, int indent);

/* "CONFIG_X is n (FILE:LINE)", as a person would say it. */
void clo_audit_found(const struct clo_audit *audit, const struct clo_expr *leaf,
		     char *text, size_t size);
/* What to do about it. */
void clo_audit_fix(const struct clo_audit *audit, const struct clo_check *check,
		   char *text, size_t size);

/* Everything about one check, as explain shows it. */
void clo_audit_tell(const struct clo_cli *cli, const struct clo_audit *audit,
		    const struct clo_check *check);

#endif
