// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sandboxes from the command line: the fragment that the options make, beside
 * those of the profiles.
 */
#include <string.h>
#include <unistd.h>

#include "cli/sandbox.h"

/* What an option grants. */
struct meaning {
	uint32_t option;
	bool is_port;
	uint64_t rights;
};

static const uint64_t all_fs = 0x1ffff;

/* clang-format off */
static const struct meaning meanings[] = {
	{ CLO_OPTION_READ, false, CLOISON_LANDLOCK_FS_READ_FILE | CLOISON_LANDLOCK_FS_READ_DIR },
	{ CLO_OPTION_EXECUTE, false,
	  CLOISON_LANDLOCK_FS_READ_FILE | CLOISON_LANDLOCK_FS_READ_DIR | CLOISON_LANDLOCK_FS_EXECUTE },
	{ CLO_OPTION_WRITE, false, all_fs & ~(uint64_t)CLOISON_LANDLOCK_FS_EXECUTE },
	{ CLO_OPTION_DENY, false, all_fs },
	{ CLO_OPTION_NET_CONNECT, true, CLOISON_LANDLOCK_NET_CONNECT_TCP },
	{ CLO_OPTION_NET_BIND, true, CLOISON_LANDLOCK_NET_BIND_TCP },
	{ CLO_OPTION_UDP_CONNECT, true, CLOISON_LANDLOCK_NET_CONNECT_SEND_UDP },
	{ CLO_OPTION_UDP_BIND, true, CLOISON_LANDLOCK_NET_BIND_UDP },
};
/* clang-format on */

static const struct meaning *find_meaning(uint32_t option)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(meanings); i++) {
		if (meanings[i].option == option)
			return &meanings[i];
	}
	return NULL;
}

static int read_port(const char *text, uint64_t *ret_port, struct clo_err *err)
{
	size_t n = strspn(text, "0123456789");
	uint64_t port = 0;

	if (!n || text[n] || n > 5)
		return clo_err_set(
			err, -EINVAL,
			"'%.40s' is no port; write a number from 0 to 65535",
			text);
	for (; *text; text++)
		port = port * 10 + (uint64_t)(*text - '0');
	if (port > 65535)
		return clo_err_set(err, -EINVAL,
				   "%llu is no port; they end at 65535",
				   (unsigned long long)port);
	*ret_port = port;
	return 0;
}

/* `$` of a path on the command line begins no variable. */
static int put_path(struct clo_sandbox *sandbox, struct clo_grant *grant,
		    const char *path, struct clo_err *err)
{
	clo_free char *cwd = getcwd(NULL, 0);
	clo_free char *whole = NULL;
	char text[8192];
	size_t used = 0;

	if (grant->is_denied && *path != '/') {
		if (!cwd || asprintf(&whole, "%s/%s", cwd, path) < 0)
			return clo_err_set(err, -errno, "'%.300s': %s", path,
					   strerror(errno));
		path = whole;
	}
	for (; *path; path++) {
		if (used + 3 > sizeof(text))
			return clo_err_set(err, -EINVAL, "a path is too long");
		if (*path == '$')
			text[used++] = '$';
		text[used++] = *path;
	}
	text[used] = '\0';
	grant->path = text;
	return clo_sandbox_grant(sandbox, grant, err);
}

static int put_grants(const struct clo_cli *cli, struct clo_sandbox *sandbox,
		      struct clo_err *err)
{
	int r = 0;

	for (uint32_t i = 0; !r && i < cli->given_count; i++) {
		const struct meaning *m = find_meaning(cli->given[i].id);
		struct clo_grant grant = { 0 };

		if (!m)
			continue;
		grant.is_port = m->is_port;
		grant.rights = m->rights;
		grant.is_denied = m->option == CLO_OPTION_DENY;
		if (!m->is_port) {
			r = put_path(sandbox, &grant, cli->given[i].value, err);
			continue;
		}
		r = read_port(cli->given[i].value, &grant.port, err);
		if (!r)
			r = clo_sandbox_grant(sandbox, &grant, err);
	}
	return r;
}

/* Everything but what is shared is handled. */
static int put_handled(struct clo_sandbox *sandbox, const char *share,
		       struct clo_err *err)
{
	uint64_t net = 0xf, scope = 0x3;

	while (share && *share) {
		size_t n = strcspn(share, ",");

		if (n == 3 && !memcmp(share, "net", n))
			net = 0;
		else if (n == 6 && !memcmp(share, "signal", n))
			scope &= ~(uint64_t)CLOISON_LANDLOCK_SCOPE_SIGNAL;
		else if (n == 8 && !memcmp(share, "abstract", n))
			scope &= CLOISON_LANDLOCK_SCOPE_SIGNAL;
		else
			return clo_err_set(
				err, -EINVAL,
				"'--share' has '%.*s'; it may have net, signal, abstract",
				(int)(n > 40 ? 40 : n), share);
		share += n + (share[n] == ',');
	}
	clo_sandbox_handle(sandbox, CLOISON_LANDLOCK_FS, all_fs);
	clo_sandbox_handle(sandbox, CLOISON_LANDLOCK_NET, net);
	clo_sandbox_handle(sandbox, CLOISON_LANDLOCK_SCOPE, scope);
	return 0;
}

int clo_sandbox_defaults(struct clo_sandbox *sandbox, struct clo_err *err)
{
	const char *home = getenv("HOME"), *tmp = getenv("TMPDIR");
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	clo_free char *cwd = getcwd(NULL, 0);
	bool is_cwd = cwd && *cwd == '/' && cwd[1];
	char uid[16];
	int r;

	(void)snprintf(uid, sizeof(uid), "%u", (unsigned int)getuid());
	r = clo_sandbox_set(sandbox, "uid", uid, true, err);
	if (!r)
		r = clo_sandbox_set(sandbox, "tmp",
				    tmp && *tmp == '/' ? tmp : "/tmp", true,
				    err);
	/* Known even without value: then their rules name no path. */
	if (!r)
		r = clo_sandbox_set(sandbox, "home",
				    home && *home == '/' ? home : NULL, true,
				    err);
	/* Started in the home, a program is not given all of it. */
	if (is_cwd && home && !strcmp(cwd, home))
		is_cwd = false;
	if (!r)
		r = clo_sandbox_set(sandbox, "cwd", is_cwd ? cwd : NULL, true,
				    err);
	if (!r)
		r = clo_sandbox_set(sandbox, "runtime",
				    runtime && *runtime == '/' ? runtime : NULL,
				    true, err);
	return r;
}

static int put_all(const struct clo_cli *cli, struct clo_sandbox *sandbox,
		   struct clo_err *err)
{
	bool has_grant = cli->values[CLO_OPTION_SHARE] != NULL;
	bool has_profile = false;
	int r = 0;

	if (sandbox->compose == CLO_COMPOSE_UNION)
		r = clo_sandbox_defaults(sandbox, err);
	for (uint32_t i = 0; !r && i < cli->given_count; i++) {
		has_grant = has_grant || find_meaning(cli->given[i].id);
		if (cli->given[i].id != CLO_OPTION_PROFILE)
			continue;
		has_profile = true;
		r = clo_sandbox_load(sandbox, cli->given[i].value, err);
	}
	if (r || (has_profile && !has_grant))
		return r;
	r = clo_sandbox_begin(sandbox, CLO_SANDBOX_OPTIONS, false, err);
	if (!r)
		r = put_handled(sandbox, cli->values[CLO_OPTION_SHARE], err);
	return r ? r : put_grants(cli, sandbox, err);
}

int clo_sandbox_options(const struct clo_cli *cli, struct clo_sandbox *sandbox,
			struct clo_err *err)
{
	const char *how = cli->values[CLO_OPTION_COMPOSE];
	int r;

	clo_sandbox_init(sandbox, CLO_COMPOSE_UNION);
	if (how && !strcmp(how, "landlockconfig")) {
		sandbox->compose = CLO_COMPOSE_LANDLOCKCONFIG;
	} else if (how && strcmp(how, "union") != 0) {
		(void)clo_err_set(
			err, -EINVAL,
			"'--compose' is '%.40s'; it is union or landlockconfig",
			how);
		return CLO_EXIT_USAGE;
	}
	r = put_all(cli, sandbox, err);
	if (!r)
		r = clo_sandbox_resolve(sandbox, err);
	return r ? CLO_EXIT_USAGE : CLO_EXIT_DONE;
}

static const char *const kind_words[] = {
	"fs", "net", "scope", "restrict", "rule", "create", "path", "port",
};

struct json_object *
clo_sandbox_items(const struct cloison_landlock_policy *policy)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < cloison_landlock_item_count(policy); i++) {
		const struct cloison_landlock_item *item =
			cloison_landlock_item(policy, i);
		enum cloison_landlock_kind kind =
			(enum cloison_landlock_kind)item->kind;
		const char *word = cloison_landlock_word(kind, item->rights);
		struct json_object *o = json_object_new_object();
		char number[32];

		clo_json_text(o, "kind", kind_words[item->kind]);
		clo_json_text(o, "status",
			      cloison_landlock_status_word(item->status));
		clo_json_uint(o, "layer", item->layer);
		if (item->path)
			clo_json_text(o, "path", item->path);
		else if (kind == CLOISON_LANDLOCK_PORT)
			clo_json_uint(o, "port", item->port);
		if (word)
			clo_json_text(o, "right", word);
		(void)snprintf(number, sizeof(number), "0x%llx",
			       (unsigned long long)item->rights);
		clo_json_text(o, "rights", number);
		if (kind == CLOISON_LANDLOCK_PATH ||
		    kind == CLOISON_LANDLOCK_PORT)
			clo_json_text(o, "from",
				      cloison_landlock_fragment_name(
					      policy, item->fragment));
		if (item->abi)
			clo_json_uint(o, "abi", (uint64_t)item->abi);
		if (item->erratum)
			clo_json_uint(o, "erratum", item->erratum);
		if (item->error)
			clo_json_text(o, "cause", strerror(item->error));
		clo_json_bool(o, "fatal", item->is_fatal);
		(void)json_object_array_add(list, o);
	}
	return list;
}

uint32_t clo_sandbox_lacking(const struct cloison_landlock_policy *policy,
			     char *text, size_t size)
{
	uint64_t seen[CLO_SANDBOX_KINDS] = { 0 };
	uint32_t count = 0;
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < cloison_landlock_item_count(policy); i++) {
		const struct cloison_landlock_item *item =
			cloison_landlock_item(policy, i);
		const char *word = cloison_landlock_word(
			(enum cloison_landlock_kind)item->kind, item->rights);

		if (item->kind >= CLO_SANDBOX_KINDS ||
		    (item->status != CLOISON_LANDLOCK_MISSING_KERNEL &&
		     item->status != CLOISON_LANDLOCK_UNKNOWN) ||
		    seen[item->kind] & item->rights)
			continue;
		seen[item->kind] |= item->rights;
		count++;
		if (used < size)
			used += (size_t)snprintf(text + used, size - used,
						 "%s%s", used ? ", " : "",
						 word ? word : "?");
	}
	return count;
}
