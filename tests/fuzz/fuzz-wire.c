// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A message of either side.  The first byte is the side, the second the type;
 * the rest is the body, or with an odd side the whole packet.
 */
#include "fuzz.h"
#include "proto/wire.h"

static void check_enter(const struct clo_wire_enter *enter)
{
	const char *argv[CLO_WIRE_WORDS + 1];
	uint32_t count = clo_wire_get_args(enter, argv);
	size_t used = 0;

	must(count == enter->arg_count && !argv[count]);
	for (uint32_t i = 0; i < count; i++)
		used += strlen(argv[i]) + 1;
	must(used == enter->args_size);
	must(strlen(enter->term) < sizeof(enter->term));
}

static void check_message(const struct clo_wire_message *m,
			  enum clo_wire_side side)
{
	uint32_t type = m->header.type;

	must(m->header.version == CLO_WIRE_VERSION);
	must(type == CLO_WIRE_HELLO ||
	     (type >= CLO_WIRE_DONE) == (side == CLO_WIRE_FROM_CORE));
	if (type == CLO_WIRE_UP || type == CLO_WIRE_DOWN)
		must(clo_cage_name_is_good(m->body.UP.name));
	if (type == CLO_WIRE_CAGE)
		must(clo_cage_name_is_good(m->body.CAGE.name) &&
		     strlen(m->body.CAGE.level) < CLO_NAME_MAX + 1);
	if (type == CLO_WIRE_DONE)
		must(strlen(m->body.DONE.text) < CLO_WIRE_TEXT &&
		     m->body.DONE.rule < CLO_RULE_COUNT);
	if (type == CLO_WIRE_INPUT || type == CLO_WIRE_OUTPUT)
		must(m->body.INPUT.size <= CLO_WIRE_CHUNK);
	if (type == CLO_WIRE_CORE)
		must(m->body.CORE.is_guarded <= 1);
	if (type == CLO_WIRE_ENTER)
		check_enter(&m->body.ENTER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct clo_wire_message m;
	enum clo_wire_side side;
	size_t packet;

	if (size < 2)
		return 0;
	side = data[0] & 2 ? CLO_WIRE_FROM_CORE : CLO_WIRE_FROM_COMMAND;
	memset(&m, 0, sizeof(m));
	if (data[0] & 1) {
		packet = size - 1 < sizeof(m) ? size - 1 : sizeof(m);
		memcpy(&m, data + 1, packet);
	} else {
		size_t body;

		packet = clo_wire_begin(&m, data[1]);
		if (!packet)
			return 0;
		body = packet - sizeof(m.header);
		memcpy(&m.body, data + 2, size - 2 < body ? size - 2 : body);
	}
	if (!clo_wire_check(&m, packet, side))
		check_message(&m, side);
	return 0;
}
