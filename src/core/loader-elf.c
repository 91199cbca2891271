/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Debian 13's static libelf leaves undefined: the search trees of its
 * chunks, which are in a library that is not packaged.  Linked only where
 * libelf asks for them; one thread uses them, so there is no lock.
 */
#include <search.h>
#include <stddef.h>

/* The head of libelf's own structure; the rest, a lock, is not touched. */
struct tree {
	void *root;
};

typedef int compare_fn(const void *, const void *);

void eu_search_tree_init(struct tree *tree);
void eu_search_tree_fini(struct tree *tree, void (*free_node)(void *));
void *eu_tsearch(const void *key, struct tree *tree, compare_fn *compare);
void *eu_tfind(const void *key, struct tree *tree, compare_fn *compare);
void *eu_tdelete(const void *key, struct tree *tree, compare_fn *compare);

void eu_search_tree_init(struct tree *tree)
{
	tree->root = NULL;
}

void eu_search_tree_fini(struct tree *tree, void (*free_node)(void *))
{
	tdestroy(tree->root, free_node);
	tree->root = NULL;
}

void *eu_tsearch(const void *key, struct tree *tree, compare_fn *compare)
{
	return tsearch(key, &tree->root, compare);
}

void *eu_tfind(const void *key, struct tree *tree, compare_fn *compare)
{
	return tfind(key, &tree->root, compare);
}

void *eu_tdelete(const void *key, struct tree *tree, compare_fn *compare)
{
	return tdelete(key, &tree->root, compare);
}
