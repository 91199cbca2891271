// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of the Core's file.
 */
#include "model/core.h"
#include "model/form.h"

#define FIELD(f)                                     \
	.offset = offsetof(struct clo_core_conf, f), \
	.size = sizeof(((struct clo_core_conf *)0)->f)

/* clang-format off */
static const struct clo_toml_key keys[] = {
	{ .name = "lock", .type = CLO_TOML_BOOL, FIELD(lock), .def = "true",
	  .help = "whether the guard defends itself against root of the host too, until the next boot" },
	{ .name = "group", .type = CLO_TOML_STRING, FIELD(group),
	  .lo = 1, .hi = 31, .form = &clo_form_user, .def = "\"cloison\"",
	  .help = "the group of those who may ask the Core and read its log" },
	{ .name = "log-size", .type = CLO_TOML_QUANTITY, FIELD(log_size_mib),
	  .lo = 1, .hi = 1024, .scale = &clo_toml_scale_mib,
	  .def = "\"8 MiB\"",
	  .help = "size at which the log of events is put aside and a new one begins" },
	{ .name = "stop-timeout", .type = CLO_TOML_QUANTITY,
	  FIELD(stop_timeout_ms), .lo = 100, .hi = 600000,
	  .scale = &clo_toml_scale_ms, .def = "\"10 s\"",
	  .help = "how long the processes of a cage have to end before they are killed" },
};

static const struct clo_toml_table tables[] = {
	{ .name = "", .keys = keys, .key_count = CLO_ARRAY_SIZE(keys),
	  .help = "how the Core itself runs" },
};
/* clang-format on */

const struct clo_toml_schema clo_core_schema = {
	.what = "the Core's file",
	.id = "urn:cloison:core",
	.tables = tables,
	.table_count = CLO_ARRAY_SIZE(tables),
	.size = sizeof(struct clo_core_conf),
};

int clo_core_conf_parse(const char *text, size_t size, const char *file,
			struct clo_core_conf *ret_conf, struct clo_err *err)
{
	return clo_toml_parse(&clo_core_schema, text, size, file, ret_conf,
			      err);
}

int clo_core_conf_check(const struct clo_core_conf *conf, struct clo_err *err)
{
	return clo_toml_check(&clo_core_schema, conf,
			      "the Core's configuration", err);
}
