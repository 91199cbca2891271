// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Messages between the command and the Core: made and checked.
 */
#include <string.h>

#include "proto/wire.h"

size_t clo_wire_size(uint32_t type)
{
	uint32_t size = clo_wire_body_size(type);

	return size ? sizeof(struct clo_wire_header) + size : 0;
}

size_t clo_wire_begin(struct clo_wire_message *message, enum clo_wire_type type)
{
	memset(message, 0, sizeof(*message));
	message->header.version = CLO_WIRE_VERSION;
	message->header.type = type;
	message->header.size = clo_wire_body_size(type);
	return clo_wire_size(type);
}

/* Ends with a zero, and nothing hides behind it. */
static bool is_text(const char *field, size_t size)
{
	size_t n = strnlen(field, size);

	for (size_t i = n; i < size; i++) {
		if (field[i])
			return false;
	}
	return n < size;
}

/* A text of the Core may be cut in the middle of what was there before. */
static bool is_closed(const char *field, size_t size)
{
	return strnlen(field, size) < size;
}

static bool is_name(const char *field, size_t size)
{
	return is_text(field, size) && clo_cage_name_is_good(field);
}

static bool is_protections(uint64_t without)
{
	return !(without >> CLO_PROTECTION_COUNT);
}

static bool is_hello(const struct clo_wire_hello *m)
{
	return m->spare == 0;
}

static bool is_status(const struct clo_wire_empty *m)
{
	return m->spare == 0;
}

static bool is_up(const struct clo_wire_cage *m)
{
	return is_name(m->name, sizeof(m->name)) &&
	       is_protections(m->without) && !m->timeout_ms && !m->spare;
}

enum { TIMEOUT_MAX_MS = 600000 };

static bool is_down(const struct clo_wire_cage *m)
{
	return is_name(m->name, sizeof(m->name)) && !m->without &&
	       m->timeout_ms <= TIMEOUT_MAX_MS && !m->spare;
}

/* TERM goes into an environment and into names of files. */
static bool is_term(const char *field, size_t size)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.+_-";

	return is_text(field, size) && !field[strspn(field, allowed)] &&
	       field[0] != '.';
}

static bool is_args(const struct clo_wire_enter *m)
{
	uint32_t count = 0;

	if (m->args_size > sizeof(m->args) || m->arg_count > CLO_WIRE_WORDS)
		return false;
	for (uint32_t i = 0; i < m->args_size; i++)
		count += m->args[i] == '\0';
	if (count != m->arg_count)
		return false;
	for (uint32_t i = m->args_size; i < sizeof(m->args); i++) {
		if (m->args[i])
			return false;
	}
	if (!m->args_size)
		return true;
	return m->args[0] && !m->args[m->args_size - 1];
}

static bool is_enter(const struct clo_wire_enter *m)
{
	return is_name(m->name, sizeof(m->name)) &&
	       m->role < CLO_SESSION_COUNT && m->is_terminal <= 1 &&
	       is_term(m->term, sizeof(m->term)) && is_args(m);
}

static bool is_stop(const struct clo_wire_stop *m)
{
	return m->is_abrupt <= 1 && !m->spare;
}

static bool is_input(const struct clo_wire_chunk *m)
{
	return m->stream == 0 && m->size <= sizeof(m->bytes);
}

static bool is_output(const struct clo_wire_chunk *m)
{
	return (m->stream == 1 || m->stream == 2) &&
	       m->size <= sizeof(m->bytes);
}

static bool is_progress(const struct clo_wire_text *m)
{
	return is_closed(m->text, sizeof(m->text));
}

enum { STATUS_MAX = 4 }; /* of a command: cloison(1), EXIT STATUS */

static bool is_done(const struct clo_wire_done *m)
{
	return m->status >= 0 && m->status <= STATUS_MAX &&
	       m->rule < CLO_RULE_COUNT &&
	       is_closed(m->text, sizeof(m->text)) &&
	       (m->status || !m->text[0]);
}

static bool is_exit(const struct clo_wire_exit *m)
{
	return m->status >= 0 && m->status <= 255 && !m->spare;
}

static bool is_state(const struct clo_wire_state *m)
{
	return is_name(m->name, sizeof(m->name)) &&
	       is_text(m->level, sizeof(m->level)) && m->level[0] &&
	       clo_toml_form_name.is_good(m->level) &&
	       m->id >= CLO_CAGE_FIRST && m->id <= CLO_CAGE_MAX &&
	       m->state <= CLO_CAGE_CLOSING && is_protections(m->without);
}

static bool is_core(const struct clo_wire_core *m)
{
	return m->is_guarded <= 1 && (m->is_guarded || !m->canary_ms);
}

static bool is_from(uint32_t type, enum clo_wire_side side)
{
	if (type == CLO_WIRE_HELLO)
		return true; /* the first message, either way */
	return (type >= CLO_WIRE_DONE) == (side == CLO_WIRE_FROM_CORE);
}

static bool is_body(const struct clo_wire_message *message)
{
	switch (message->header.type) {
	case CLO_WIRE_HELLO:
		return is_hello(&message->body.HELLO);
	case CLO_WIRE_STATUS:
		return is_status(&message->body.STATUS);
	case CLO_WIRE_UP:
		return is_up(&message->body.UP);
	case CLO_WIRE_DOWN:
		return is_down(&message->body.DOWN);
	case CLO_WIRE_ENTER:
		return is_enter(&message->body.ENTER);
	case CLO_WIRE_STOP:
		return is_stop(&message->body.STOP);
	case CLO_WIRE_INPUT:
		return is_input(&message->body.INPUT);
	case CLO_WIRE_WINDOW:
		return true; /* any two numbers are a size */
	case CLO_WIRE_DONE:
		return is_done(&message->body.DONE);
	case CLO_WIRE_PROGRESS:
		return is_progress(&message->body.PROGRESS);
	case CLO_WIRE_CAGE:
		return is_state(&message->body.CAGE);
	case CLO_WIRE_OUTPUT:
		return is_output(&message->body.OUTPUT);
	case CLO_WIRE_EXIT:
		return is_exit(&message->body.EXIT);
	case CLO_WIRE_CORE:
		return is_core(&message->body.CORE);
	default:
		return false;
	}
}

int clo_wire_check(const struct clo_wire_message *message, size_t size,
		   enum clo_wire_side side)
{
	const struct clo_wire_header *header = &message->header;

	if (size < sizeof(*header))
		return -EBADMSG;
	if (header->version != CLO_WIRE_VERSION)
		return -EPROTO;
	if (!clo_wire_body_size(header->type) ||
	    header->size != clo_wire_body_size(header->type) ||
	    size != sizeof(*header) + header->size || header->spare)
		return -EBADMSG;
	if (!is_from(header->type, side) || !is_body(message))
		return -EBADMSG;
	return 0;
}

int clo_wire_put_args(struct clo_wire_enter *enter, char *const *argv)
{
	uint32_t used = 0, count = 0;

	memset(enter->args, 0, sizeof(enter->args));
	enter->arg_count = 0;
	enter->args_size = 0;
	if (argv[0] && !argv[0][0])
		return -EINVAL;
	for (; argv[count]; count++) {
		size_t n = strlen(argv[count]) + 1;

		if (count == CLO_WIRE_WORDS || n > sizeof(enter->args) - used) {
			memset(enter->args, 0, sizeof(enter->args));
			return -E2BIG;
		}
		memcpy(enter->args + used, argv[count], n);
		used += (uint32_t)n;
	}
	enter->arg_count = count;
	enter->args_size = used;
	return 0;
}

uint32_t clo_wire_get_args(const struct clo_wire_enter *enter,
			   const char **argv)
{
	uint32_t count = 0, at = 0;

	while (count < CLO_WIRE_WORDS && at < enter->args_size) {
		argv[count++] = enter->args + at;
		at += (uint32_t)strlen(enter->args + at) + 1;
	}
	argv[count] = NULL;
	return count;
}
