// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A policy: layers of fragments of rules, until it is resolved.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "landlock/policy.h"
#include "landlock/sys.h"

#define PUBLIC __attribute__((visibility("default")))

enum {
	ALL_OPTIONS = CLOISON_LANDLOCK_ALLOW_NOOP |
		      CLOISON_LANDLOCK_SUBSTITUTE |
		      CLOISON_LANDLOCK_THIS_THREAD,
	ALL_RULE_OPTIONS = CLOISON_LANDLOCK_QUIET | CLOISON_LANDLOCK_REQUIRED |
			   CLOISON_LANDLOCK_NOFOLLOW,
	LOG_FLAGS = CLOISON_LANDLOCK_RESTRICT_LOG_SAME_EXEC_OFF |
		    CLOISON_LANDLOCK_RESTRICT_LOG_NEW_EXEC_ON |
		    CLOISON_LANDLOCK_RESTRICT_LOG_SUBDOMAINS_OFF,
};

int clo_landlock_fail(struct cloison_landlock_policy *policy, int code,
		      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(policy->error, sizeof(policy->error), format, args);
	va_end(args);
	return code;
}

void *clo_landlock_grow(void *array, size_t count, size_t size)
{
	void **rows = array, *more;
	char *row;

	/* Room for 16, then twice as much each time that it is full. */
	if (count == 0 || (count >= 16 && !(count & (count - 1)))) {
		more = reallocarray(*rows, count ? 2 * count : 16, size);
		if (!more)
			return NULL;
		*rows = more;
	}
	row = (char *)*rows + count * size;
	memset(row, 0, size);
	return row;
}

static int no_memory(struct cloison_landlock_policy *policy)
{
	return clo_landlock_fail(policy, -ENOMEM, "no memory is left");
}

/* What every call starts with that changes the policy. */
static int change(struct cloison_landlock_policy *policy)
{
	policy->error[0] = '\0';
	if (!policy->is_resolved)
		return 0;
	return clo_landlock_fail(policy, -EBUSY,
				 "the policy is resolved; make another");
}

static int add_layer(struct cloison_landlock_policy *policy)
{
	if (policy->layer_count == CLO_LANDLOCK_LAYERS)
		return clo_landlock_fail(
			policy, -E2BIG,
			"a policy has %d layers at the most; join some",
			CLO_LANDLOCK_LAYERS);
	policy->layers[policy->layer_count++].ruleset_fd = -1;
	return 0;
}

static int add_fragment(struct cloison_landlock_policy *policy,
			const char *name, int abi)
{
	struct clo_landlock_fragment *f;

	f = clo_landlock_grow(&policy->fragments, policy->fragment_count,
			      sizeof(*f));
	if (!f)
		return no_memory(policy);
	f->layer = policy->layer_count - 1;
	f->abi = abi;
	f->name = name ? strdup(name) : NULL;
	if (name && !f->name)
		return no_memory(policy);
	policy->fragment_count++;
	return 0;
}

static struct clo_landlock_layer *
current(struct cloison_landlock_policy *policy)
{
	return &policy->layers[policy->layer_count - 1];
}

PUBLIC int cloison_landlock_new(struct cloison_landlock_policy **ret_policy)
{
	struct cloison_landlock_policy *policy = calloc(1, sizeof(*policy));

	if (!policy)
		return -ENOMEM;
	if (add_layer(policy) ||
	    add_fragment(policy, NULL, CLOISON_LANDLOCK_ABI)) {
		cloison_landlock_free(policy);
		return -ENOMEM;
	}
	*ret_policy = policy;
	return 0;
}

PUBLIC void cloison_landlock_free(struct cloison_landlock_policy *policy)
{
	if (!policy)
		return;
	for (uint32_t i = 0; i < policy->layer_count; i++) {
		if (policy->layers[i].ruleset_fd >= 0)
			(void)close(policy->layers[i].ruleset_fd);
	}
	for (size_t i = 0; i < policy->fragment_count; i++)
		free(policy->fragments[i].name);
	for (size_t i = 0; i < policy->rule_count; i++)
		free(policy->rules[i].path);
	free(policy->fragments);
	free(policy->rules);
	free(policy->requirements);
	free(policy->items);
	free(policy);
}

PUBLIC int cloison_landlock_options(struct cloison_landlock_policy *policy,
				    uint32_t options)
{
	int r = change(policy);

	if (r)
		return r;
	if (options & ~(uint32_t)ALL_OPTIONS)
		return clo_landlock_fail(policy, -EINVAL,
					 "0x%x has options that are not known",
					 options);
	policy->options = options;
	return 0;
}

PUBLIC int cloison_landlock_layer(struct cloison_landlock_policy *policy)
{
	int r = change(policy);

	if (r)
		return r;
	r = add_layer(policy);
	if (r)
		return r;
	r = add_fragment(policy, NULL, CLOISON_LANDLOCK_ABI);
	if (r)
		policy->layer_count--;
	return r;
}

PUBLIC int cloison_landlock_fragment(struct cloison_landlock_policy *policy,
				     const char *name, int abi)
{
	int r = change(policy);

	if (r)
		return r;
	if (abi < 1)
		return clo_landlock_fail(policy, -EINVAL,
					 "%d is no ABI; the first is 1", abi);
	return add_fragment(policy, name, abi);
}

PUBLIC int cloison_landlock_handle(struct cloison_landlock_policy *policy,
				   enum cloison_landlock_kind kind,
				   uint64_t rights)
{
	int r = change(policy);

	if (r)
		return r;
	if ((unsigned int)kind >= CLO_LANDLOCK_HANDLED)
		return clo_landlock_fail(policy, -EINVAL,
					 "%d is no kind that is handled",
					 (int)kind);
	current(policy)->handled[kind] |= rights;
	return 0;
}

PUBLIC int cloison_landlock_quiet(struct cloison_landlock_policy *policy,
				  enum cloison_landlock_kind kind,
				  uint64_t rights)
{
	int r = change(policy);

	if (r)
		return r;
	if ((unsigned int)kind >= CLO_LANDLOCK_HANDLED)
		return clo_landlock_fail(policy, -EINVAL,
					 "%d is no kind that is quiet",
					 (int)kind);
	current(policy)->quiet[kind] |= rights;
	return 0;
}

/* A rule on a path (@path or @fd) or a port; rules handle what they grant. */
static int add_rule(struct cloison_landlock_policy *policy,
		    const struct clo_landlock_rule *like, const char *path)
{
	uint32_t kind = like->kind == CLOISON_LANDLOCK_PATH ?
				CLOISON_LANDLOCK_FS :
				CLOISON_LANDLOCK_NET;
	struct clo_landlock_rule *rule;

	if (like->options & ~(uint32_t)ALL_RULE_OPTIONS)
		return clo_landlock_fail(policy, -EINVAL,
					 "0x%x has options that are not known",
					 like->options);
	if (!like->rights && !(like->options & CLOISON_LANDLOCK_QUIET))
		return clo_landlock_fail(policy, -EINVAL,
					 "a rule that grants nothing");
	rule = clo_landlock_grow(&policy->rules, policy->rule_count,
				 sizeof(*rule));
	if (!rule)
		return no_memory(policy);
	*rule = *like;
	rule->fragment = (uint32_t)policy->fragment_count - 1;
	rule->path = path ? strdup(path) : NULL;
	if (path && !rule->path)
		return no_memory(policy);
	policy->rule_count++;
	current(policy)->handled[kind] |= like->rights;
	return 0;
}

PUBLIC int cloison_landlock_allow_path(struct cloison_landlock_policy *policy,
				       const char *path, uint64_t rights,
				       uint32_t options)
{
	const struct clo_landlock_rule rule = {
		.kind = CLOISON_LANDLOCK_PATH,
		.rights = rights,
		.options = options,
		.fd = -1,
	};
	int r = change(policy);

	return r ? r : add_rule(policy, &rule, path);
}

PUBLIC int cloison_landlock_allow_fd(struct cloison_landlock_policy *policy,
				     int fd, uint64_t rights, uint32_t options)
{
	const struct clo_landlock_rule rule = {
		.kind = CLOISON_LANDLOCK_PATH,
		.rights = rights,
		.options = options,
		.fd = fd,
	};
	int r = change(policy);

	if (r)
		return r;
	if (fd < 0 || fcntl(fd, F_GETFD) < 0)
		return clo_landlock_fail(policy, -EBADF,
					 "%d is no open descriptor", fd);
	return add_rule(policy, &rule, NULL);
}

PUBLIC int cloison_landlock_allow_port(struct cloison_landlock_policy *policy,
				       uint64_t port, uint64_t rights,
				       uint32_t options)
{
	const struct clo_landlock_rule rule = {
		.kind = CLOISON_LANDLOCK_PORT,
		.rights = rights,
		.options = options,
		.port = port,
		.fd = -1,
	};
	int r = change(policy);

	if (r)
		return r;
	if (port > 65535)
		return clo_landlock_fail(policy, -EINVAL,
					 "%llu is no port; they end at 65535",
					 (unsigned long long)port);
	return add_rule(policy, &rule, NULL);
}

PUBLIC int
cloison_landlock_restrict_flags(struct cloison_landlock_policy *policy,
				uint32_t flags)
{
	int r = change(policy);

	if (r)
		return r;
	if (flags & ~(uint32_t)LOG_FLAGS)
		return clo_landlock_fail(policy, -EINVAL,
					 "0x%x has flags that are no log flags",
					 flags);
	policy->flags = flags;
	return 0;
}

PUBLIC int cloison_landlock_require(struct cloison_landlock_policy *policy,
				    enum cloison_landlock_kind kind,
				    uint64_t rights, uint32_t statuses)
{
	struct clo_landlock_requirement *q;
	int r = change(policy);

	if (r)
		return r;
	if ((unsigned int)kind >= CLOISON_LANDLOCK_KIND_COUNT ||
	    kind == CLOISON_LANDLOCK_CREATE ||
	    statuses >= 1u << CLOISON_LANDLOCK_STATUS_COUNT)
		return clo_landlock_fail(policy, -EINVAL,
					 "no such kind or status");
	q = clo_landlock_grow(&policy->requirements, policy->requirement_count,
			      sizeof(*q));
	if (!q)
		return no_memory(policy);
	q->kind = kind;
	q->rights = rights;
	q->statuses = statuses;
	policy->requirement_count++;
	return 0;
}

PUBLIC const char *
cloison_landlock_error(const struct cloison_landlock_policy *policy)
{
	return policy->error;
}
