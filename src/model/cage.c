// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of a cage's file, and what is read by it.
 */
#include <string.h>

#include "model/cage-check.h"
#include "model/cage.h"
#include "model/form.h"

_Static_assert(sizeof(struct clo_cage_conf) <= CLO_TOML_CONF_MAX,
	       "a cage's file fits the reader");

static const struct clo_toml_word root_words[] = {
	{ "host", CLO_ROOT_HOST, "the host's /usr, read-only" },
	{ "directory", CLO_ROOT_DIRECTORY,
	  "a directory that holds a whole system" },
	{ "image", CLO_ROOT_IMAGE, "an image file: erofs, squashfs or ext4" },
	{ NULL, 0, NULL },
};

static const struct clo_toml_word net_words[] = {
	{ "none", CLO_NET_NONE, "the loopback alone" },
	{ "interface", CLO_NET_INTERFACE,
	  "interfaces of the host, moved into the cage" },
	{ NULL, 0, NULL },
};

static const struct clo_toml_word no_limit[] = {
	{ "none", 0, "no limit of its own" },
	{ NULL, 0, NULL },
};

/* Of a field, or of a row of a list. */
#define FIELD(f) .offset = offsetof(ROW, f), .size = sizeof(((ROW *)0)->f)
#define STRING(n, f, low, ...)             \
	{ .name = n,                       \
	  .type = CLO_TOML_STRING,         \
	  FIELD(f),                        \
	  .lo = low,                       \
	  .hi = sizeof(((ROW *)0)->f) - 1, \
	  __VA_ARGS__ }
#define UINT(n, f, low, high, ...) \
	{ .name = n,               \
	  .type = CLO_TOML_UINT,   \
	  FIELD(f),                \
	  .lo = low,               \
	  .hi = high,              \
	  __VA_ARGS__ }
#define QUANTITY(n, f, low, high, s, ...) \
	{ .name = n,                      \
	  .type = CLO_TOML_QUANTITY,      \
	  FIELD(f),                       \
	  .lo = low,                      \
	  .hi = high,                     \
	  .scale = &clo_toml_scale_##s,   \
	  __VA_ARGS__ }
#define BOOL(n, f, ...) \
	{ .name = n, .type = CLO_TOML_BOOL, FIELD(f), __VA_ARGS__ }
#define ENUM(n, f, w, ...) \
	{ .name = n, .type = CLO_TOML_ENUM, FIELD(f), .words = w, __VA_ARGS__ }
#define SET(n, f, w, mask, ...) \
	{ .name = n,            \
	  .type = CLO_TOML_SET, \
	  FIELD(f),             \
	  .words = w,           \
	  .hi = mask,           \
	  __VA_ARGS__ }
#define LIST(n, f, fm, ...)                       \
	{ .name = n,                              \
	  .type = CLO_TOML_LIST,                  \
	  .offset = offsetof(ROW, f),             \
	  .size = sizeof(((ROW *)0)->f[0]),       \
	  .count = CLO_ARRAY_SIZE(((ROW *)0)->f), \
	  .form = fm,                             \
	  __VA_ARGS__ }

/* clang-format off */
#define ROW struct clo_cage_conf
static const struct clo_toml_key cage_keys[] = {
	UINT("id", id, CLO_CAGE_FIRST, CLO_CAGE_MAX, .is_required = true,
	     .help = "the number that the kernel knows the cage by; two cages never have the same"),
	STRING("level", level, 1, .form = &clo_toml_form_name, .def = "\"low\"",
	       .help = "how sensitive the cage is, in a word: low, high or one of your own"),
	STRING("description", description, 0, .def = "\"\"",
	       .help = "what the cage is for, in a line for people"),
	BOOL("autostart", autostart, .def = "false",
	     .help = "whether the cage comes up when the Core starts"),
};

static const struct clo_toml_key root_keys[] = {
	ENUM("from", root_kind, root_words, .def = "\"host\"",
	     .help = "where the cage's programs come from; they are never writable"),
	STRING("path", root_path, 1, .form = &clo_toml_form_path,
	       .help = "the directory or the image, if 'from' is one of these"),
	BOOL("persistent", persistent, .def = "true",
	     .help = "whether /home and /var are kept when the cage goes down"),
	QUANTITY("tmp", tmp_mib, 1, 65536, mib, .def = "\"256 MiB\"",
		 .help = "size of /tmp and of each other directory that lives in memory"),
};

static const struct clo_toml_key limits_keys[] = {
	QUANTITY("memory", memory_mib, 16, 16 * 1024 * 1024, mib,
		 .words = no_limit, .def = "\"1 GiB\"",
		 .help = "memory that the whole cage may use"),
	QUANTITY("swap", swap_mib, 0, 16 * 1024 * 1024, mib,
		 .def = "\"0 MiB\"",
		 .help = "swap that the whole cage may use, besides its memory"),
	QUANTITY("cpu", cpu_percent, 1, 102400, percent,
		 .words = no_limit, .def = "\"none\"",
		 .help = "processor time that the whole cage may use; 100 % is one processor"),
	UINT("pids", pids, 8, 4194304, .def = "512",
	     .help = "processes and threads that the whole cage may have"),
	UINT("io-weight", io_weight, 1, 10000, .def = "100",
	     .help = "share of the disks when several cages want them"),
	UINT("nofile", nofile, 64, 1048576, .def = "4096",
	     .help = "files that one process may hold open"),
	UINT("terminals", terminals, 1, 4096, .def = "128",
	     .help = "terminals that the whole cage may have, of those that all share (kernel.pty.max)"),
	BOOL("aio", aio, .def = "false",
	     .help = "whether the cage may use io_setup(2), whose table all cages share (fs.aio-max-nr)"),
};

static const struct clo_toml_key network_keys[] = {
	ENUM("kind", net_kind, net_words, .def = "\"none\"",
	     .help = "what network the cage has"),
	LIST("dns", dns, &clo_form_address,
	     .help = "addresses of the name servers that the cage asks"),
};

static const struct clo_toml_key rights_keys[] = {
	SET("capabilities", limits.caps, clo_cap_words, CLO_CAGE_CAPS_MAX,
	    .def = "[\"chown\", \"dac_override\", \"fowner\", \"fsetid\", \"kill\", "
		   "\"setgid\", \"setuid\", \"net_bind_service\"]",
	    .help = "what root in the cage may do, over what belongs to the cage"),
	SET("families", limits.families, clo_family_words, CLO_CAGE_FAMILIES_MAX,
	    .def = "[\"unix\", \"inet\", \"inet6\", \"netlink\"]",
	    .help = "families of sockets that the cage may use; of inet and inet6 TCP, UDP and ping"),
	LIST("devices", limits.devices, &clo_form_device,
	     .help = "devices that the cage may use, besides null, zero, full, random and terminals"),
};

static const struct clo_toml_key user_keys[] = {
	STRING("name", user, 1, .form = &clo_form_user, .def = "\"user\"",
	       .help = "the cage's ordinary user"),
	UINT("uid", uid, 1, 65533, .def = "1000",
	     .help = "his user id, as the cage sees it"),
	STRING("shell", shell, 1, .form = &clo_toml_form_path,
	       .def = "\"/bin/sh\"",
	       .help = "the program that a session starts"),
};
#undef ROW

#define ROW struct clo_bind
static const struct clo_toml_key bind_keys[] = {
	STRING("source", source, 1, .form = &clo_toml_form_path,
	       .is_required = true,
	       .help = "a directory of the host"),
	STRING("target", target, 1, .form = &clo_toml_form_path,
	       .is_required = true,
	       .help = "where the cage sees it"),
	BOOL("writable", is_writable, .def = "false",
	     .help = "whether the cage may write there; nothing in it can then be executed"),
};
#undef ROW

#define ROW struct clo_interface
static const struct clo_toml_key interface_keys[] = {
	STRING("name", name, 1, .form = &clo_form_interface,
	       .is_required = true,
	       .help = "the interface, which leaves the host while the cage is up"),
	STRING("address", address, 1, .form = &clo_form_net,
	       .help = "its address in the cage"),
	STRING("gateway", gateway, 1, .form = &clo_form_address,
	       .help = "where the default route goes"),
};
#undef ROW

#define ROW struct clo_service
static const struct clo_toml_key service_keys[] = {
	STRING("command", command, 1, .form = &clo_form_command,
	       .is_required = true,
	       .help = "the program that the cage's init starts, and its words; no shell reads it"),
	UINT("uid", uid, 0, 65533, .def = "1000",
	     .help = "the user id that it runs with, as the cage sees it"),
	BOOL("restart", restart, .def = "false",
	     .help = "whether it is started again when it ends"),
};
#undef ROW

#define KEYS(k) .keys = k, .key_count = CLO_ARRAY_SIZE(k)
#define ROWS(f) \
	.offset = offsetof(struct clo_cage_conf, f), \
	.row_size = sizeof(((struct clo_cage_conf *)0)->f[0]), \
	.row_count = CLO_ARRAY_SIZE(((struct clo_cage_conf *)0)->f)

static const struct clo_toml_table tables[] = {
	{ .name = "cage", KEYS(cage_keys),
	  .help = "what the cage is; its name is that of the file" },
	{ .name = "root", KEYS(root_keys),
	  .help = "what the cage sees as its file system" },
	{ .name = "bind", KEYS(bind_keys), ROWS(binds),
	  .help = "a directory of the host that the cage sees too" },
	{ .name = "limits", KEYS(limits_keys),
	  .help = "how much of the machine the cage may use" },
	{ .name = "network", KEYS(network_keys),
	  .help = "what the cage is connected to" },
	{ .name = "network.interface", KEYS(interface_keys), ROWS(interfaces),
	  .help = "an interface of the host that is moved into the cage" },
	{ .name = "rights", KEYS(rights_keys),
	  .help = "what the kernel allows in the cage; never raised once it is up" },
	{ .name = "user", KEYS(user_keys),
	  .help = "who works in the cage" },
	{ .name = "service", KEYS(service_keys), ROWS(services),
	  .help = "a program that runs as long as the cage is up" },
};
/* clang-format on */

const struct clo_toml_schema clo_cage_schema = {
	.what = "a cage's file",
	.id = "urn:cloison:cage",
	.tables = tables,
	.table_count = CLO_ARRAY_SIZE(tables),
	.size = sizeof(struct clo_cage_conf),
};

/* "/etc/cloison/cages/office.toml" names the cage "office". */
static int put_name(const char *file, struct clo_cage_conf *conf,
		    struct clo_err *err)
{
	const char *base = strrchr(file, '/');
	size_t n;
	char shown[128];

	base = base ? base + 1 : file;
	n = strlen(base);
	if (n > 5 && !strcmp(base + n - 5, ".toml"))
		n -= 5;
	if (n <= CLO_NAME_MAX) {
		memcpy(conf->name, base, n);
		if (clo_cage_name_is_good(conf->name))
			return 0;
	}
	(void)clo_escape(base, n, shown, sizeof(shown));
	return clo_err_set(
		err, -EINVAL,
		"%s: '%s' is no name for a cage; name the file with at most %d of a-z, 0-9 and -, a letter first, and not %s",
		file, shown, CLO_NAME_MAX, clo_cage_reserved_names());
}

void clo_cage_place_line(const char *text, size_t size,
			 const struct clo_cage_conf *conf,
			 struct clo_cage_place *place, char *shown,
			 size_t shown_size)
{
	uint32_t line = 0;

	if (place->field)
		line = clo_toml_find_line(&clo_cage_schema, text, size, conf,
					  place->field);
	if (!line)
		return;
	(void)snprintf(shown, shown_size, "%s:%u", place->where, line);
	place->where = shown;
}

int clo_cage_conf_parse(const char *text, size_t size, const char *file,
			struct clo_cage_conf *ret_conf, struct clo_err *err)
{
	struct clo_cage_place place = { .where = file };
	char shown[sizeof(err->text)];
	struct clo_cage_conf conf;
	int r;

	r = clo_toml_parse(&clo_cage_schema, text, size, file, &conf, err);
	if (r)
		return r;
	r = put_name(file, &conf, err);
	if (r)
		return r;
	r = clo_cage_check_meaning(&conf, &place, err);
	if (r) {
		clo_cage_place_line(text, size, &conf, &place, shown,
				    sizeof(shown));
		return clo_cage_check_meaning(&conf, &place, err);
	}
	*ret_conf = conf;
	return 0;
}

/* The two levels that a workstation has without a file. */
static const struct {
	const char *name, *text;
} builtins[] = {
	{ "office", "# Everyday work: mail, web, documents.\n"
		    "[cage]\n"
		    "id = 2\n"
		    "level = \"low\"\n"
		    "description = \"Everyday work\"\n" },
	{ "admin", "# Administration of other machines.\n"
		   "[cage]\n"
		   "id = 3\n"
		   "level = \"high\"\n"
		   "description = \"Administration of other machines\"\n" },
};

const char *clo_cage_builtin_text(uint32_t index)
{
	return index < CLO_ARRAY_SIZE(builtins) ? builtins[index].text : NULL;
}

int clo_cage_conf_builtin(uint32_t index, struct clo_cage_conf *ret_conf)
{
	const char *text = clo_cage_builtin_text(index);

	if (!text)
		return -ENOENT;
	return clo_cage_conf_parse(text, strlen(text), builtins[index].name,
				   ret_conf, NULL);
}

static const struct {
	const char *name, *text;
} protections[] = {
#define X(id, name, text) [id] = { #name, text },
	CLO_PROTECTIONS(X)
#undef X
};

const char *clo_protection_name(uint32_t protection)
{
	if (protection >= CLO_ARRAY_SIZE(protections))
		return NULL;
	return protections[protection].name;
}

const char *clo_protection_list(uint64_t without, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < CLO_PROTECTION_COUNT; i++) {
		if (!(without & CLO_BIT64(i)) || used >= size)
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s",
					 used ? "," : "", protections[i].name);
	}
	return text;
}

const char *clo_protection_text(uint32_t protection)
{
	if (protection >= CLO_ARRAY_SIZE(protections))
		return NULL;
	return protections[protection].text;
}
