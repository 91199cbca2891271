// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Paths of rules: opened from the directory that the next one is in too, and
 * closed many at a time.
 */
#include <fcntl.h>
#include <string.h>

#include "landlock/policy.h"
#include "landlock/sys.h"

/*
 * Closes what is open of the rules, a run of numbers by one system call.  All
 * of a run are ours: what another thread opened meanwhile has another number.
 */
void clo_landlock_close_opened(struct cloison_landlock_policy *policy)
{
	for (uint32_t i = 0, end; i < policy->opened_count; i = end) {
		const int *fds = policy->opened;

		for (end = i + 1; end < policy->opened_count &&
				  fds[end] == fds[end - 1] + 1;)
			end++;
		if (!clo_landlock_close(fds[i], fds[end - 1]))
			continue;
		for (uint32_t j = i; j < end; j++)
			(void)close(fds[j]);
	}
	policy->opened_count = 0;
	policy->parent_size = 0;
}

/* Opens a path, to be closed with others later. */
static int open_at(struct cloison_landlock_policy *policy, int dir,
		   const char *path, int flags)
{
	int fd = openat(dir, path, flags);

	if (fd >= 0)
		policy->opened[policy->opened_count++] = fd;
	return fd;
}

/* Bytes of the path before its last name; 0: there is none, or no name. */
static size_t parent_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? (size_t)(slash - path) : 0;
}

static bool has_parent(const char *path, const char *parent, size_t size)
{
	return size && parent_size(path) == size && !memcmp(path, parent, size);
}

/*
 * Keeps the directory of @path open if the next rule is on a file of it too:
 * the kernel then walks what they share once.
 */
static void share_parent(struct cloison_landlock_policy *policy,
			 const struct clo_landlock_rule *rule)
{
	const struct clo_landlock_rule *next = rule + 1;
	size_t size = parent_size(rule->path);
	char name[256];

	policy->parent_size = 0;
	if (next == policy->rules + policy->rule_count || !next->path ||
	    size >= sizeof(name) || !has_parent(next->path, rule->path, size))
		return;
	memcpy(name, rule->path, size);
	name[size] = '\0';
	policy->parent_fd = open_at(policy, AT_FDCWD, name,
				    O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (policy->parent_fd < 0)
		return; /* the whole path will say why */
	policy->parent = rule->path;
	policy->parent_size = size;
}

static int open_rule(struct cloison_landlock_policy *policy,
		     const struct clo_landlock_rule *rule, int flags)
{
	if (policy->opened_count + 2 > CLO_LANDLOCK_OPEN)
		clo_landlock_close_opened(policy);
	if (!has_parent(rule->path, policy->parent, policy->parent_size))
		share_parent(policy, rule);
	if (policy->parent_size)
		return open_at(policy, policy->parent_fd,
			       rule->path + policy->parent_size + 1, flags);
	return open_at(policy, AT_FDCWD, rule->path, flags);
}

int clo_landlock_open_path(struct cloison_landlock_policy *policy,
			   const struct clo_landlock_rule *rule, int flags)
{
	int fd = open_rule(policy, rule, flags);

	if (fd >= 0 || errno != EMFILE || !policy->opened_count)
		return fd;
	clo_landlock_close_opened(policy);
	return open_at(policy, AT_FDCWD, rule->path, flags);
}
