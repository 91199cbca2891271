// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From a policy to rulesets: opens the paths, tells the kernel, keeps the
 * report of what became of each thing asked.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "landlock/policy.h"
#include "landlock/sys.h"

#define PUBLIC __attribute__((visibility("default")))

static const char *const status_texts[] = {
#define X(number, name, word, text) [number] = text,
	CLOISON_LANDLOCK_STATUSES(X)
#undef X
};

static struct cloison_landlock_item *
add_item(struct cloison_landlock_policy *policy, uint32_t kind, uint32_t layer,
	 uint64_t rights)
{
	struct cloison_landlock_item *item;

	item = clo_landlock_grow(&policy->items, policy->item_count,
				 sizeof(*item));
	if (!item)
		return NULL;
	policy->item_count++;
	item->kind = kind;
	item->layer = layer;
	item->rights = rights;
	item->abi = cloison_landlock_since(kind, rights);
	return item;
}

/* What the rules of a layer grant on ports. */
static uint64_t granted_net(const struct cloison_landlock_policy *policy,
			    uint32_t layer)
{
	uint64_t granted = 0;

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct clo_landlock_rule *rule = &policy->rules[i];

		if (rule->kind == CLOISON_LANDLOCK_PORT &&
		    policy->fragments[rule->fragment].layer == layer)
			granted |= rule->rights;
	}
	return granted;
}

/* Items of the rights that a layer handles. */
static int report_handled(struct cloison_landlock_policy *policy,
			  uint32_t layer)
{
	const struct clo_landlock_layer *l = &policy->layers[layer];
	struct cloison_landlock_item *item;

	for (uint32_t kind = 0; kind < CLO_LANDLOCK_HANDLED; kind++) {
		for (int bit = 0; bit < 64; bit++) {
			uint64_t right = UINT64_C(1) << bit;

			if (!(l->handled[kind] & right))
				continue;
			item = add_item(policy, kind, layer, right);
			if (!item)
				return -ENOMEM;
			item->status = clo_landlock_status(
				kind, right, &l->plan, &policy->kernel);
			if (l->plan.handled[kind] & right)
				item->erratum = clo_landlock_erratum(
					kind, right, &policy->kernel);
		}
	}
	return 0;
}

/* What is quiet: a wish of the log only, so nothing that a kernel lacks. */
static void put_quiet(const struct cloison_landlock_policy *policy,
		      const struct clo_landlock_layer *layer,
		      struct clo_landlock_ruleset_attr *attr)
{
	if (policy->kernel.abi <
	    cloison_landlock_since(CLOISON_LANDLOCK_RULE,
				   CLOISON_LANDLOCK_RULE_QUIET))
		return;
	for (uint32_t kind = 0; kind < CLO_LANDLOCK_HANDLED; kind++)
		attr->quiet[kind] = layer->quiet[kind] &
				    layer->plan.handled[kind];
}

static int make_layer(struct cloison_landlock_policy *policy, uint32_t layer)
{
	struct clo_landlock_layer *l = &policy->layers[layer];
	const struct clo_landlock_ask ask = {
		.handled = { l->handled[0], l->handled[1], l->handled[2] },
		.granted_net = granted_net(policy, layer),
		.may_substitute = policy->options &
					  CLOISON_LANDLOCK_SUBSTITUTE &&
				  clo_landlock_can_filter(),
		.errata = policy->kernel.errata,
	};
	struct clo_landlock_ruleset_attr attr;
	long fd;

	clo_landlock_plan(&ask, policy->kernel.abi, &l->plan);
	policy->substituted_net |= l->plan.substituted_net;
	policy->no_fastopen |= l->plan.no_fastopen;
	if (report_handled(policy, layer))
		return clo_landlock_fail(policy, -ENOMEM, "no memory is left");
	memset(&attr, 0, sizeof(attr));
	memcpy(attr.handled, l->plan.handled, sizeof(attr.handled));
	if (!(attr.handled[0] | attr.handled[1] | attr.handled[2]))
		return 0;
	put_quiet(policy, l, &attr);
	fd = clo_landlock_create(&attr, clo_landlock_attr_size(&attr), 0);
	if (fd < 0)
		return clo_landlock_fail(
			policy, (int)fd,
			"layer %u: the kernel refuses the ruleset: %s", layer,
			strerror((int)-fd));
	l->ruleset_fd = (int)fd; /* the kernel makes it close-on-exec */
	return 0;
}

static int refuse_rule(struct cloison_landlock_policy *policy,
		       const struct clo_landlock_rule *rule, int code)
{
	if (rule->kind == CLOISON_LANDLOCK_PORT)
		return clo_landlock_fail(policy, code,
					 "port %llu: the kernel refuses it: %s",
					 (unsigned long long)rule->port,
					 strerror(-code));
	return clo_landlock_fail(policy, code,
				 "'%.300s': the kernel refuses it: %s",
				 rule->path ? rule->path : "a descriptor",
				 strerror(-code));
}

static uint32_t rule_flags(const struct cloison_landlock_policy *policy,
			   const struct clo_landlock_rule *rule)
{
	if (!(rule->options & CLOISON_LANDLOCK_QUIET) ||
	    policy->kernel.abi <
		    cloison_landlock_since(CLOISON_LANDLOCK_RULE,
					   CLOISON_LANDLOCK_RULE_QUIET))
		return 0;
	return CLOISON_LANDLOCK_RULE_QUIET;
}

static int make_port(struct cloison_landlock_policy *policy,
		     const struct clo_landlock_rule *rule,
		     const struct clo_landlock_layer *layer,
		     struct cloison_landlock_item *item)
{
	const struct clo_landlock_port_attr attr = {
		.allowed_access = rule->rights &
				  layer->plan.handled[CLOISON_LANDLOCK_NET],
		.port = rule->port,
	};
	uint32_t flags = rule_flags(policy, rule);
	int r;

	item->port = rule->port;
	item->status = clo_landlock_rule_status(rule->kind, rule->rights,
						&layer->plan);
	item->given = attr.allowed_access;
	if (layer->ruleset_fd < 0 || (!attr.allowed_access && !flags))
		return 0;
	r = clo_landlock_add(layer->ruleset_fd, CLO_LANDLOCK_RULE_PORT, &attr,
			     flags);
	return r ? refuse_rule(policy, rule, r) : 0;
}

/* The kernel takes no right of a directory on another file: leave them out. */
static int fit(uint64_t *rights, int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EINVAL; /* refused for another reason */
	*rights &= CLO_LANDLOCK_FILE_RIGHTS;
	return 0;
}

/*
 * Tells the kernel of one path; @fd is what it leads to.  Nearly all are
 * directories, or files with rights of files: to let the kernel find the
 * others saves a system call a rule.
 */
static int add_path(struct cloison_landlock_policy *policy,
		    const struct clo_landlock_rule *rule,
		    const struct clo_landlock_layer *layer, int fd,
		    struct cloison_landlock_item *item)
{
	int abi = policy->fragments[rule->fragment].abi;
	struct clo_landlock_path_attr attr = {
		.allowed_access = rule->rights |
				  clo_landlock_lift(rule->rights, abi),
		.parent_fd = fd,
	};
	uint32_t flags = rule_flags(policy, rule);
	int r;

	attr.allowed_access &= layer->plan.handled[CLOISON_LANDLOCK_FS];
	item->status = clo_landlock_rule_status(rule->kind, rule->rights,
						&layer->plan);
	item->given = attr.allowed_access;
	if (layer->ruleset_fd < 0 || (!attr.allowed_access && !flags))
		return 0;
	r = clo_landlock_add(layer->ruleset_fd, CLO_LANDLOCK_RULE_PATH, &attr,
			     flags);
	if (r == -EINVAL && attr.allowed_access & ~CLO_LANDLOCK_FILE_RIGHTS) {
		uint64_t rights = attr.allowed_access;

		r = fit(&rights, fd);
		attr.allowed_access = rights;
		item->given = rights;
		if (!r && (rights || flags))
			r = clo_landlock_add(layer->ruleset_fd,
					     CLO_LANDLOCK_RULE_PATH, &attr,
					     flags);
	}
	return r ? refuse_rule(policy, rule, r) : 0;
}

static int make_path(struct cloison_landlock_policy *policy,
		     const struct clo_landlock_rule *rule,
		     const struct clo_landlock_layer *layer,
		     struct cloison_landlock_item *item)
{
	int flags = O_PATH | O_CLOEXEC;
	int fd;

	item->path = rule->path;
	if (!rule->path)
		return add_path(policy, rule, layer, rule->fd, item);
	if (rule->options & CLOISON_LANDLOCK_NOFOLLOW)
		flags |= O_NOFOLLOW;
	fd = clo_landlock_open_path(policy, rule, flags);
	if (fd < 0) {
		/* Too many descriptors is no property of the path. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
			return refuse_rule(policy, rule, -errno);
		item->status = CLOISON_LANDLOCK_MISSING_PATH;
		item->error = errno;
		return 0;
	}
	/* O_PATH and O_NOFOLLOW together open the link itself. */
	if (rule->options & CLOISON_LANDLOCK_NOFOLLOW) {
		struct stat st;

		if (fstat(fd, &st) || S_ISLNK(st.st_mode)) {
			item->status = CLOISON_LANDLOCK_MISSING_PATH;
			item->error = ELOOP;
			return 0;
		}
	}
	return add_path(policy, rule, layer, fd, item);
}

static int make_rules(struct cloison_landlock_policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct clo_landlock_rule *rule = &policy->rules[i];
		uint32_t layer = policy->fragments[rule->fragment].layer;
		struct cloison_landlock_item *item;
		int r;

		item = add_item(policy, rule->kind, layer, rule->rights);
		if (!item)
			return clo_landlock_fail(policy, -ENOMEM,
						 "no memory is left");
		item->fragment = rule->fragment;
		if (rule->kind == CLOISON_LANDLOCK_PORT)
			r = make_port(policy, rule, &policy->layers[layer],
				      item);
		else
			r = make_path(policy, rule, &policy->layers[layer],
				      item);
		if (r)
			return r;
		if (rule->options & CLOISON_LANDLOCK_REQUIRED &&
		    CLOISON_LANDLOCK_STRICT >> item->status & 1)
			item->is_fatal = 1;
	}
	return 0;
}

static int report_flag(struct cloison_landlock_policy *policy, uint32_t kind,
		       uint64_t flag, enum cloison_landlock_status status)
{
	struct cloison_landlock_item *item = add_item(policy, kind, 0, flag);

	if (!item)
		return clo_landlock_fail(policy, -ENOMEM, "no memory is left");
	item->status = status;
	return 0;
}

/* All threads or none: by the kernel, or because there is but one. */
static int make_tsync(struct cloison_landlock_policy *policy, uint64_t known)
{
	uint64_t tsync = CLOISON_LANDLOCK_RESTRICT_TSYNC;
	int threads;

	if (policy->options & CLOISON_LANDLOCK_THIS_THREAD)
		return 0; /* not asked for */
	if (known & tsync) {
		policy->apply_flags |= (uint32_t)tsync;
		return report_flag(policy, CLOISON_LANDLOCK_RESTRICT, tsync,
				   CLOISON_LANDLOCK_ENFORCED);
	}
	threads = clo_landlock_threads();
	if (threads < 0)
		return clo_landlock_fail(
			policy, threads,
			"/proc: cannot count the threads: %s; mount it, or restrict this thread alone",
			strerror(-threads));
	if (threads > 1)
		return clo_landlock_fail(
			policy, -EBUSY,
			"this process has %d threads and the kernel's ABI %d restricts one only; restrict before they start",
			threads, policy->kernel.abi);
	return report_flag(policy, CLOISON_LANDLOCK_RESTRICT, tsync,
			   CLOISON_LANDLOCK_IMPLIED);
}

static int make_flags(struct cloison_landlock_policy *policy)
{
	uint64_t known = clo_landlock_known(CLOISON_LANDLOCK_RESTRICT,
					    policy->kernel.abi);
	uint64_t quiet = 0;
	int r;

	for (uint32_t flag = 1; flag <= policy->flags; flag <<= 1) {
		if (!(policy->flags & flag))
			continue;
		r = report_flag(policy, CLOISON_LANDLOCK_RESTRICT, flag,
				known & flag ? CLOISON_LANDLOCK_ENFORCED :
					       CLOISON_LANDLOCK_MISSING_KERNEL);
		if (r)
			return r;
	}
	policy->flags &= (uint32_t)known;
	for (uint32_t i = 0; i < policy->layer_count; i++)
		quiet |= policy->layers[i].quiet[0] |
			 policy->layers[i].quiet[1] |
			 policy->layers[i].quiet[2];
	for (size_t i = 0; i < policy->rule_count; i++)
		quiet |= policy->rules[i].options & CLOISON_LANDLOCK_QUIET;
	known = clo_landlock_known(CLOISON_LANDLOCK_RULE, policy->kernel.abi);
	if (quiet) {
		r = report_flag(policy, CLOISON_LANDLOCK_RULE,
				CLOISON_LANDLOCK_RULE_QUIET,
				known ? CLOISON_LANDLOCK_ENFORCED :
					CLOISON_LANDLOCK_MISSING_KERNEL);
		if (r)
			return r;
	}
	if (policy->kernel.abi >=
	    cloison_landlock_since(CLOISON_LANDLOCK_RESTRICT,
				   CLOISON_LANDLOCK_RESTRICT_NO_NEW_PRIVS))
		policy->apply_flags |= CLOISON_LANDLOCK_RESTRICT_NO_NEW_PRIVS;
	return make_tsync(policy, clo_landlock_known(CLOISON_LANDLOCK_RESTRICT,
						     policy->kernel.abi));
}

static bool concerns(const struct clo_landlock_requirement *q,
		     const struct cloison_landlock_item *item)
{
	return q->kind == item->kind && (q->rights & item->rights);
}

static int name_missing(struct cloison_landlock_policy *policy,
			const struct cloison_landlock_item *item)
{
	const char *word = cloison_landlock_word(item->kind, item->rights);

	if (item->kind == CLOISON_LANDLOCK_PATH)
		return clo_landlock_fail(
			policy, -ENOTSUP, "'%.300s' is required: %s",
			item->path ? item->path : "a descriptor",
			item->error ? strerror(item->error) :
				      status_texts[item->status]);
	if (item->kind == CLOISON_LANDLOCK_PORT)
		return clo_landlock_fail(policy, -ENOTSUP,
					 "port %llu is required: %s",
					 (unsigned long long)item->port,
					 status_texts[item->status]);
	return clo_landlock_fail(
		policy, -ENOTSUP,
		"'%s' is required: %s (ABI %d brought it, this kernel has %d)",
		word ? word : "a right", status_texts[item->status], item->abi,
		policy->kernel.abi);
}

/* Rights that are required and that no layer asks for. */
static int check_asked(struct cloison_landlock_policy *policy,
		       const struct clo_landlock_requirement *q)
{
	uint64_t left = q->rights;
	const char *word;

	if (q->kind >= CLOISON_LANDLOCK_PATH || !q->statuses)
		return 0;
	for (size_t i = 0; i < policy->item_count; i++) {
		if (policy->items[i].kind == q->kind)
			left &= ~policy->items[i].rights;
	}
	if (!left)
		return 0;
	left &= ~left + 1; /* the lowest */
	word = cloison_landlock_word(q->kind, left);
	return clo_landlock_fail(
		policy, -ENOTSUP,
		"'%s' is required and the policy does not handle it",
		word ? word : "a right");
}

static int check_required(struct cloison_landlock_policy *policy)
{
	int r = 0;

	for (size_t j = 0; j < policy->requirement_count; j++) {
		const struct clo_landlock_requirement *q =
			&policy->requirements[j];

		for (size_t i = 0; i < policy->item_count; i++) {
			struct cloison_landlock_item *item = &policy->items[i];

			if (concerns(q, item) &&
			    (q->statuses >> item->status & 1))
				item->is_fatal = 1;
		}
		if (!r)
			r = check_asked(policy, q);
	}
	for (size_t i = 0; i < policy->item_count; i++) {
		if (policy->items[i].is_fatal)
			return name_missing(policy, &policy->items[i]);
	}
	return r;
}

static int check_noop(struct cloison_landlock_policy *policy)
{
	if (policy->options & CLOISON_LANDLOCK_ALLOW_NOOP ||
	    policy->substituted_net)
		return 0;
	for (uint32_t i = 0; i < policy->layer_count; i++) {
		if (policy->layers[i].ruleset_fd >= 0)
			return 0;
	}
	if (!policy->kernel.abi)
		return clo_landlock_fail(
			policy, -ENOTSUP,
			"this kernel has no Landlock: %s; nothing would be restricted",
			policy->kernel.error == EOPNOTSUPP ?
				"it is switched off (add landlock to lsm= on the kernel's command line)" :
				"it was built without");
	return clo_landlock_fail(
		policy, -ENOTSUP,
		"nothing would be restricted: the policy handles no right that the kernel's ABI %d has",
		policy->kernel.abi);
}

static int make_all(struct cloison_landlock_policy *policy)
{
	int r;

	for (uint32_t i = 0; i < policy->layer_count; i++) {
		r = make_layer(policy, i);
		if (r)
			return r;
	}
	r = make_rules(policy);
	clo_landlock_close_opened(policy);
	if (r)
		return r;
	r = make_flags(policy);
	if (r)
		return r;
	r = check_required(policy);
	return r ? r : check_noop(policy);
}

/* Tried only where something depends on it: it costs a process. */
static void try_fastopen(struct cloison_landlock_policy *policy)
{
	uint64_t handled = 0;

	for (uint32_t i = 0; i < policy->layer_count; i++)
		handled |= policy->layers[i].handled[CLOISON_LANDLOCK_NET];
	if ((handled &
	     clo_landlock_known(CLOISON_LANDLOCK_NET, policy->kernel.abi) &
	     CLOISON_LANDLOCK_NET_CONNECT_TCP) &&
	    policy->kernel.abi < CLO_LANDLOCK_NO_FASTOPEN_FLAW &&
	    clo_landlock_try_fastopen())
		policy->kernel.errata |=
			CLO_LANDLOCK_ERRATUM(CLOISON_LANDLOCK_FASTOPEN);
}

PUBLIC int
cloison_landlock_resolve(struct cloison_landlock_policy *policy,
			 const struct cloison_landlock_kernel *kernel)
{
	int r;

	policy->error[0] = '\0';
	if (policy->is_resolved || policy->item_count)
		return clo_landlock_fail(
			policy, -EBUSY,
			"the policy has been resolved; make another");
	if (kernel) {
		policy->kernel = *kernel;
	} else {
		(void)cloison_landlock_probe(&policy->kernel);
		try_fastopen(policy);
	}
	r = make_all(policy);
	if (!r) {
		policy->is_resolved = 1;
		return 0;
	}
	for (uint32_t i = 0; i < policy->layer_count; i++) {
		if (policy->layers[i].ruleset_fd >= 0)
			(void)close(policy->layers[i].ruleset_fd);
		policy->layers[i].ruleset_fd = -1;
	}
	return r;
}

PUBLIC size_t
cloison_landlock_item_count(const struct cloison_landlock_policy *policy)
{
	return policy->item_count;
}

PUBLIC const struct cloison_landlock_item *
cloison_landlock_item(const struct cloison_landlock_policy *policy,
		      size_t index)
{
	return index < policy->item_count ? &policy->items[index] : NULL;
}

PUBLIC const char *
cloison_landlock_fragment_name(const struct cloison_landlock_policy *policy,
			       uint32_t fragment)
{
	if (fragment >= policy->fragment_count ||
	    !policy->fragments[fragment].name)
		return "";
	return policy->fragments[fragment].name;
}

PUBLIC int
cloison_landlock_ruleset_fd(const struct cloison_landlock_policy *policy,
			    uint32_t layer)
{
	if (!policy->is_resolved || layer >= policy->layer_count ||
	    policy->layers[layer].ruleset_fd < 0)
		return -ENOENT;
	return policy->layers[layer].ruleset_fd;
}
