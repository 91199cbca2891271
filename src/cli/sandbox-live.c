// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison sandbox explain -- COMMAND: a command that runs restricted, and what
 * its sandbox lacks for it.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/sandbox.h"
#include "sandbox/learn.h"

#define clo_owned_learned __attribute__((cleanup(clo_learned_deinit)))

/* One refusal: the rights that are refused where a rule might stand. */
struct refusal {
	uint32_t kind; /* CLOISON_LANDLOCK_FS or _NET */
	uint32_t layer;
	uint64_t rights, port;
	const char *path;
	bool is_protected;
};

/* What the kernel under us does refuse, of what a sandbox would. */
static uint64_t enforced(const struct cloison_landlock_policy *policy,
			 uint32_t kind)
{
	uint64_t rights = 0;

	for (size_t i = 0; i < cloison_landlock_item_count(policy); i++) {
		const struct cloison_landlock_item *item =
			cloison_landlock_item(policy, i);

		if (item->kind == kind &&
		    (item->status == CLOISON_LANDLOCK_ENFORCED ||
		     item->status == CLOISON_LANDLOCK_ERRATUM ||
		     item->status == CLOISON_LANDLOCK_SUBSTITUTED ||
		     item->status == CLOISON_LANDLOCK_IMPLIED))
			rights |= item->rights;
	}
	return rights;
}

static bool judge(const struct clo_sandbox *sandbox,
		  const struct cloison_landlock_policy *policy,
		  const struct clo_use *lack, struct refusal *ret)
{
	static struct clo_judged judged;

	memset(ret, 0, sizeof(*ret));
	ret->kind = lack->path ? CLOISON_LANDLOCK_FS : CLOISON_LANDLOCK_NET;
	ret->rights = lack->rights & enforced(policy, ret->kind);
	ret->path = lack->path;
	ret->port = lack->port;
	ret->is_protected = lack->is_protected;
	if (!lack->path)
		(void)clo_judge_port(sandbox, lack->port, ret->rights,
				     &ret->layer);
	else if (!clo_judge_path(sandbox, lack->path, ret->rights, &judged,
				 NULL))
		ret->layer = judged.layer;
	return ret->rights != 0;
}

/* The files of a layer: a rule that is lacking belongs in one of them. */
static void print_layer(const struct clo_sandbox *sandbox, uint32_t layer)
{
	const char *comma = "";

	(void)printf("layer %u (", layer);
	for (size_t i = 0; i < sandbox->fragment_count; i++) {
		if (sandbox->fragments[i].layer != layer)
			continue;
		(void)fputs(comma, stdout);
		clo_out_text(stdout, sandbox->fragments[i].name);
		comma = ", ";
	}
	(void)putchar(')');
}

static void print_refusal(const struct clo_cli *cli,
			  const struct clo_sandbox *sandbox,
			  const struct refusal *r)
{
	(void)printf("%srefused%s ", clo_out_color(cli, CLO_COLOR_BAD),
		     clo_out_plain(cli));
	clo_sandbox_print_rights(r->kind, r->rights, stdout);
	if (r->path) {
		(void)fputs(" on ", stdout);
		clo_out_text(stdout, r->path);
	} else {
		(void)printf(" on port %llu", (unsigned long long)r->port);
	}
	(void)fputs(": no rule of ", stdout);
	print_layer(sandbox, r->layer);
	(void)fputs(r->path ? " is on it or above it" : " is on it", stdout);
	(void)fputs(r->is_protected ? "; a protected place: look twice\n" :
				      "\n",
		    stdout);
}

static void print_rule(const struct refusal *r)
{
	(void)printf("\n[[%s]]\nallowed_access = [",
		     r->path ? "path_beneath" : "net_port");
	clo_sandbox_print_rights(r->kind, r->rights, stdout);
	if (r->path) {
		(void)fputs("]\nparent = [\"", stdout);
		clo_out_text(stdout, r->path);
		(void)fputs("\"]\n", stdout);
	} else {
		(void)printf("]\nport = [%llu]\n", (unsigned long long)r->port);
	}
}

static struct json_object *json_refusal(const struct clo_sandbox *sandbox,
					const struct refusal *r)
{
	struct json_object *o = json_object_new_object();
	struct json_object *rights = json_object_new_array();
	struct json_object *files = json_object_new_array();

	for (int bit = 0; bit < 64; bit++) {
		const char *word = cloison_landlock_word(
			(enum cloison_landlock_kind)r->kind,
			r->rights & UINT64_C(1) << bit);

		if (r->rights & UINT64_C(1) << bit)
			(void)json_object_array_add(
				rights, clo_json_string(word ? word : "?"));
	}
	for (size_t i = 0; i < sandbox->fragment_count; i++) {
		if (sandbox->fragments[i].layer == r->layer)
			(void)json_object_array_add(
				files,
				clo_json_string(sandbox->fragments[i].name));
	}
	(void)json_object_object_add(o, "rights", rights);
	if (r->path)
		clo_json_text(o, "path", r->path);
	else
		clo_json_uint(o, "port", r->port);
	clo_json_uint(o, "layer", r->layer);
	(void)json_object_object_add(o, "files", files);
	clo_json_bool(o, "protected", r->is_protected);
	return o;
}

static int tell(const struct clo_cli *cli, const struct clo_sandbox *sandbox,
		const struct cloison_landlock_policy *policy,
		const struct clo_learned *learned, int status)
{
	struct json_object *list = json_object_new_array();
	clo_json struct json_object *whole = json_object_new_object();
	struct refusal r;
	uint32_t count = 0;

	(void)json_object_object_add(whole, "refused", list);
	clo_json_uint(whole, "status", (uint64_t)status);
	for (size_t i = 0; i < learned->lack_count; i++) {
		if (!judge(sandbox, policy, &learned->lacks[i], &r))
			continue;
		count++;
		if (cli->is_json)
			(void)json_object_array_add(list,
						    json_refusal(sandbox, &r));
		else
			print_refusal(cli, sandbox, &r);
	}
	if (cli->is_json) {
		clo_json_print(whole);
	} else if (!count) {
		(void)printf(
			"nothing on paths or ports was refused; the command ended with status %d\n",
			status);
	} else {
		(void)printf(
			"the command ended with status %d; what would allow what was refused so far:\n",
			status);
		for (size_t i = 0; i < learned->lack_count; i++) {
			if (judge(sandbox, policy, &learned->lacks[i], &r))
				print_rule(&r);
		}
	}
	if (learned->is_full)
		(void)fprintf(
			stderr,
			"cloison: sandbox: too many files were used: not all is told\n");
	return count ? CLO_EXIT_REFUSED : CLO_EXIT_DONE;
}

/* In JSON, what the command says is not to stand among it. */
static int run(const struct clo_cli *cli, const struct clo_sandbox *sandbox,
	       const struct cloison_landlock_policy *policy,
	       struct clo_learned *learned, int *ret_status,
	       struct clo_err *err)
{
	clo_fd int ours =
		cli->is_json ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : -1;
	int r;

	if (cli->is_json &&
	    (ours < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0))
		return clo_err_set(err, -errno, "sandbox: standard output: %s",
				   strerror(errno));
	r = clo_learn(sandbox, cli->argv + cli->command, policy,
		      CLO_LEARN_REFUSED, learned, ret_status, err);
	if (cli->is_json && dup2(ours, STDOUT_FILENO) < 0 && !r)
		r = clo_err_set(err, -errno, "sandbox: standard output: %s",
				strerror(errno));
	return r;
}

int clo_explain_live(struct clo_cli *cli, const struct clo_sandbox *sandbox,
		     struct clo_err *err)
{
	clo_policy struct cloison_landlock_policy *policy = NULL;
	clo_owned_learned struct clo_learned learned = { 0 };
	int r, status = 0;

	r = clo_sandbox_policy(sandbox, CLOISON_LANDLOCK_SUBSTITUTE, &policy,
			       err);
	if (r)
		return CLO_EXIT_REFUSED;
	r = cloison_landlock_resolve(policy, NULL);
	if (r) {
		(void)clo_err_set(err, r, "sandbox: %s; nothing was run",
				  cloison_landlock_error(policy));
		return r == -ENOTSUP ? CLO_EXIT_CANNOT : CLO_EXIT_REFUSED;
	}
	(void)fflush(stdout);
	r = run(cli, sandbox, policy, &learned, &status, err);
	if (r)
		return r == -ENOSYS ? CLO_EXIT_CANNOT : CLO_EXIT_REFUSED;
	return tell(cli, sandbox, policy, &learned,
		    WIFEXITED(status) ? WEXITSTATUS(status) :
					128 + WTERMSIG(status));
}
