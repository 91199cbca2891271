// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a cage's file may not mean although each key is right.
 */
#include <string.h>

#include "model/cage-check.h"
#include "model/form.h"

/* Words that stand for something else where a cage's name does. */
static const char *const reserved[] = { "core", "host", "all", "none" };

const char *clo_cage_reserved_names(void)
{
	return "core, host, all or none";
}

bool clo_cage_name_is_good(const char *name)
{
	if (!name[0] || strlen(name) > CLO_NAME_MAX ||
	    !clo_toml_form_name.is_good(name))
		return false;
	for (size_t i = 0; i < CLO_ARRAY_SIZE(reserved); i++) {
		if (!strcmp(name, reserved[i]))
			return false;
	}
	return true;
}

/* @path is @top or lies in it; both absolute, without `/` at the end. */
static bool is_in(const char *path, const char *top)
{
	size_t n = strlen(top);

	if (n == 1)
		return true; /* everything lies in / */
	return !strncmp(path, top, n) && (!path[n] || path[n] == '/');
}

static const char *find_in(const char *path, const char *const *tops,
			   bool or_above)
{
	for (; *tops; tops++) {
		if (is_in(path, *tops) || (or_above && is_in(*tops, path)))
			return *tops;
	}
	return NULL;
}

/* clang-format off */
/* What no cage sees: the Core's own files, and the kernel's. */
static const char *const hidden[] = {
	"/run/cloison", "/var/lib/cloison", "/var/log/cloison",
	"/proc", "/sys", "/dev", NULL,
};

/* What no cage writes: programs, configuration, boot, sockets of the host. */
static const char *const readonly[] = {
	"/usr", "/etc", "/boot", "/efi", "/bin", "/sbin", "/lib", "/lib32",
	"/lib64", "/libx32", "/run", "/root", NULL,
};

/* Where the Core itself mounts, inside the cage. */
static const char *const core_mounts[] = { "/proc", "/sys", "/dev", NULL };

/* Directories of the cage that no bind replaces as a whole. */
static const char *const whole[] = {
	"/", "/usr", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64",
	"/libx32", "/run", "/home", "/var", "/tmp", "/root", NULL,
};
/* clang-format on */

/* The name of the place of an error about @field. */
static const char *at(struct clo_cage_place *place, const void *field)
{
	place->field = field;
	return place->where;
}

static int check_root(const struct clo_cage_conf *conf,
		      struct clo_cage_place *place, struct clo_err *err)
{
	const char *in;

	if (conf->root_kind == CLO_ROOT_HOST) {
		if (!conf->root_path[0])
			return 0;
		return clo_err_set(
			err, -EINVAL,
			"%s: [root] 'path' is \"%s\", but 'from' is \"host\"; leave 'path' out",
			at(place, conf->root_path), conf->root_path);
	}
	if (!conf->root_path[0])
		return clo_err_set(
			err, -EINVAL,
			"%s: [root] 'path' is missing; say which %s holds the system",
			at(place, &conf->root_kind),
			conf->root_kind == CLO_ROOT_IMAGE ? "image" :
							    "directory");
	in = find_in(conf->root_path, hidden, true);
	if (in)
		return clo_err_set(
			err, -EINVAL,
			"%s: [root] 'path' is \"%s\", which holds or lies in %s; put the system elsewhere",
			at(place, conf->root_path), conf->root_path, in);
	return 0;
}

static int check_bind(const struct clo_bind *bind, struct clo_cage_place *place,
		      struct clo_err *err)
{
	const char *in;

	in = find_in(bind->source, hidden, true);
	if (in)
		return clo_err_set(
			err, -EINVAL,
			"%s: [[bind]] 'source' is \"%s\", which holds or lies in %s; no cage sees that",
			at(place, bind->source), bind->source, in);
	in = find_in(bind->source, readonly, true);
	if (in && bind->is_writable)
		return clo_err_set(
			err, -EINVAL,
			"%s: [[bind]] 'source' is \"%s\" and writable, and it holds or lies in %s; "
			"give the cage a directory of its own",
			at(place, bind->source), bind->source, in);
	in = find_in(bind->target, core_mounts, false);
	if (in)
		return clo_err_set(
			err, -EINVAL,
			"%s: [[bind]] 'target' is \"%s\", in %s, which the Core makes itself; choose another",
			at(place, bind->target), bind->target, in);
	for (size_t i = 0; whole[i]; i++) {
		if (!strcmp(bind->target, whole[i]))
			return clo_err_set(
				err, -EINVAL,
				"%s: [[bind]] 'target' is \"%s\" as a whole; choose a directory in it or another",
				at(place, bind->target), bind->target);
	}
	return 0;
}

/* A directory that @a writes, in or above the root of @b, or NULL. */
static const char *find_written_root(const struct clo_cage_conf *a,
				     const struct clo_cage_conf *b)
{
	if (!b->root_path[0])
		return NULL;
	for (int i = 0; i < CLO_BINDS && a->binds[i].source[0]; i++) {
		const char *source = a->binds[i].source;

		if (a->binds[i].is_writable && (is_in(source, b->root_path) ||
						is_in(b->root_path, source)))
			return source;
	}
	return NULL;
}

static int check_binds(const struct clo_cage_conf *conf,
		       struct clo_cage_place *place, struct clo_err *err)
{
	const char *source;

	for (int i = 0; i < CLO_BINDS && conf->binds[i].source[0]; i++) {
		int r;

		r = check_bind(&conf->binds[i], place, err);
		if (r)
			return r;
		for (int j = 0; j < i; j++) {
			if (!strcmp(conf->binds[j].target,
				    conf->binds[i].target))
				return clo_err_set(
					err, -EINVAL,
					"%s: [[bind]] 'target' is \"%s\" twice; one hides the other",
					at(place, conf->binds[i].target),
					conf->binds[i].target);
		}
	}
	source = find_written_root(conf, conf);
	if (!source)
		return 0;
	return clo_err_set(
		err, -EINVAL,
		"%s: [[bind]] 'source' is \"%s\" and writable, and meets the cage's own root, \"%s\"; "
		"no cage writes a root",
		at(place, source), source, conf->root_path);
}

static bool is_ipv6(const char *address)
{
	return strchr(address, ':') != NULL;
}

static int check_interface(const struct clo_interface *interface,
			   struct clo_cage_place *place, struct clo_err *err)
{
	if (!interface->gateway[0])
		return 0;
	if (!interface->address[0])
		return clo_err_set(
			err, -EINVAL,
			"%s: interface '%s' has a 'gateway' and no 'address'; add one",
			at(place, interface->gateway), interface->name);
	if (is_ipv6(interface->gateway) != is_ipv6(interface->address))
		return clo_err_set(
			err, -EINVAL,
			"%s: interface '%s' has the gateway %s and the address %s; both are IPv4 or both IPv6",
			at(place, interface->gateway), interface->name,
			interface->gateway, interface->address);
	return 0;
}

static int check_network(const struct clo_cage_conf *conf,
			 struct clo_cage_place *place, struct clo_err *err)
{
	const struct clo_interface *all = conf->interfaces;

	if (conf->net_kind == CLO_NET_NONE) {
		if (all[0].name[0])
			return clo_err_set(
				err, -EINVAL,
				"%s: [network] 'kind' is \"none\", but interface '%s' is given; write kind = \"interface\"",
				at(place, all[0].name), all[0].name);
		if (conf->dns[0][0])
			return clo_err_set(
				err, -EINVAL,
				"%s: [network] 'kind' is \"none\", but 'dns' is given; leave 'dns' out",
				at(place, conf->dns));
		return 0;
	}
	if (!all[0].name[0])
		return clo_err_set(
			err, -EINVAL,
			"%s: [network] 'kind' is \"interface\", but none is given; add [[network.interface]]",
			at(place, &conf->net_kind));
	for (int i = 0; i < CLO_INTERFACES && all[i].name[0]; i++) {
		int r;

		r = check_interface(&all[i], place, err);
		if (r)
			return r;
		for (int j = 0; j < i; j++) {
			if (!strcmp(all[i].name, all[j].name))
				return clo_err_set(
					err, -EINVAL,
					"%s: interface '%s' is given twice; once is enough",
					at(place, all[i].name), all[i].name);
		}
	}
	return 0;
}

/*
 * Character devices 1:N are memory: of them, a cage has those that give
 * nothing away (null, zero, full, random, urandom), and has them anyway.
 */
static int check_devices(const struct clo_cage_conf *conf,
			 struct clo_cage_place *place, struct clo_err *err)
{
	for (int i = 0; i < CLO_CAGE_DEVICES; i++) {
		const struct clo_device *d = &conf->limits.devices[i];

		if (d->used && !d->is_block && d->major == 1)
			return clo_err_set(
				err, -EINVAL,
				"%s: 'devices' lists \"char 1:%u\", a memory device; no cage is given one",
				at(place, d), d->minor);
	}
	return 0;
}

int clo_cage_check_meaning(const struct clo_cage_conf *conf,
			   struct clo_cage_place *place, struct clo_err *err)
{
	int r;

	r = check_root(conf, place, err);
	if (r)
		return r;
	r = check_binds(conf, place, err);
	if (r)
		return r;
	r = check_network(conf, place, err);
	if (r)
		return r;
	return check_devices(conf, place, err);
}

static bool is_text_field(const char *field, size_t size)
{
	size_t n = strnlen(field, size);

	for (size_t i = n; i < size; i++) {
		if (field[i])
			return false;
	}
	return n < size;
}

int clo_cage_conf_check(const struct clo_cage_conf *conf, struct clo_err *err)
{
	static const char where[] = "a cage's configuration";
	struct clo_cage_place place = { .where = conf->name };
	int r;

	if (!is_text_field(conf->name, sizeof(conf->name)) ||
	    !clo_cage_name_is_good(conf->name))
		return clo_err_set(err, -EINVAL, "%s: its name is none", where);
	r = clo_toml_check(&clo_cage_schema, conf, conf->name, err);
	if (r)
		return r;
	if (conf->limits.state || !clo_cage_is_valid(&conf->limits))
		return clo_err_set(
			err, -EINVAL,
			"%s: its limits are more than any cage may have",
			conf->name);
	if (conf->without)
		return clo_err_set(
			err, -EINVAL,
			"%s: it leaves protections out; only --without does",
			conf->name);
	for (int i = 0; i < CLO_BINDS; i++) {
		if (conf->binds[i].spare)
			return clo_err_set(err, -EINVAL,
					   "%s: [[bind]] has bytes too many",
					   conf->name);
	}
	return clo_cage_check_meaning(conf, &place, err);
}

static int check_pair_roots(const struct clo_cage_conf *a,
			    const struct clo_cage_conf *b,
			    struct clo_cage_place *a_place,
			    struct clo_cage_place *b_place, struct clo_err *err)
{
	const char *source = find_written_root(a, b);

	if (!source)
		return 0;
	return clo_err_set(
		err, -EINVAL,
		"%s: 'source' \"%s\" is writable and meets the root of %s, \"%s\"; no cage writes a root",
		at(a_place, source), source, at(b_place, b->root_path),
		b->root_path);
}

static int check_pair_binds(const struct clo_cage_conf *a,
			    const struct clo_cage_conf *b,
			    struct clo_cage_place *a_place,
			    struct clo_cage_place *b_place, struct clo_err *err)
{
	for (int i = 0; i < CLO_BINDS && a->binds[i].source[0]; i++) {
		for (int j = 0; j < CLO_BINDS && b->binds[j].source[0]; j++) {
			const struct clo_bind *x = &a->binds[i];
			const struct clo_bind *y = &b->binds[j];

			if (!x->is_writable && !y->is_writable)
				continue;
			if (!is_in(x->source, y->source) &&
			    !is_in(y->source, x->source))
				continue;
			return clo_err_set(
				err, -EINVAL,
				"%s: 'source' \"%s\" meets \"%s\" of %s, and a cage writes there; cages share nothing writable",
				at(a_place, x->source), x->source, y->source,
				at(b_place, y->source));
		}
	}
	return 0;
}

int clo_cage_conf_check_pair(const struct clo_cage_conf *a,
			     const struct clo_cage_conf *b,
			     struct clo_cage_place *a_place,
			     struct clo_cage_place *b_place,
			     struct clo_err *err)
{
	int r;

	if (!strcmp(a->name, b->name))
		return clo_err_set(
			err, -EINVAL,
			"%s: the cage '%s' is also that of %s; rename one of the files",
			at(a_place, NULL), a->name, at(b_place, NULL));
	if (a->id == b->id)
		return clo_err_set(
			err, -EINVAL,
			"%s: 'id' is %u, as in %s; give each cage its own, from %d to %d",
			at(a_place, &a->id), a->id, at(b_place, &b->id),
			CLO_CAGE_FIRST, CLO_CAGE_MAX);
	for (int i = 0; i < CLO_INTERFACES && a->interfaces[i].name[0]; i++) {
		for (int j = 0; j < CLO_INTERFACES; j++) {
			if (!strcmp(a->interfaces[i].name,
				    b->interfaces[j].name))
				return clo_err_set(
					err, -EINVAL,
					"%s: interface '%s' is also given in %s; an interface is in one cage",
					at(a_place, a->interfaces[i].name),
					a->interfaces[i].name,
					at(b_place, b->interfaces[j].name));
		}
	}
	r = check_pair_roots(a, b, a_place, b_place, err);
	if (r)
		return r;
	r = check_pair_roots(b, a, b_place, a_place, err);
	if (r)
		return r;
	return check_pair_binds(a, b, a_place, b_place, err);
}
