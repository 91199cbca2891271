// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string.h>

#include "lib/tap.h"
#include "proto/wire.h"

static struct clo_wire_message m;

/* A good message of each type. */
static size_t make(enum clo_wire_type type)
{
	char ls[] = "/bin/ls", l[] = "-l", none[] = "";
	char *const argv[] = { ls, l, none, NULL };
	size_t size = clo_wire_begin(&m, type);

	switch (type) {
	case CLO_WIRE_HELLO:
		m.body.HELLO.abi = CLO_WIRE_VERSION;
		break;
	case CLO_WIRE_UP:
	case CLO_WIRE_DOWN:
		(void)snprintf(m.body.UP.name, sizeof(m.body.UP.name),
			       "office");
		break;
	case CLO_WIRE_ENTER:
		(void)snprintf(m.body.ENTER.name, sizeof(m.body.ENTER.name),
			       "office");
		(void)snprintf(m.body.ENTER.term, sizeof(m.body.ENTER.term),
			       "xterm-256color");
		if (clo_wire_put_args(&m.body.ENTER, argv))
			return 0;
		break;
	case CLO_WIRE_OUTPUT:
		m.body.OUTPUT.stream = 1;
		break;
	case CLO_WIRE_CAGE:
		(void)snprintf(m.body.CAGE.name, sizeof(m.body.CAGE.name),
			       "office");
		(void)snprintf(m.body.CAGE.level, sizeof(m.body.CAGE.level),
			       "low");
		m.body.CAGE.id = CLO_CAGE_FIRST;
		m.body.CAGE.state = CLO_CAGE_UP;
		break;
	default:
		break;
	}
	return size;
}

static enum clo_wire_side side_of(uint32_t type)
{
	return type >= CLO_WIRE_DONE ? CLO_WIRE_FROM_CORE :
				       CLO_WIRE_FROM_COMMAND;
}

static void test_type(enum clo_wire_type type, const char *name)
{
	enum clo_wire_side side = side_of(type);
	enum clo_wire_side other = side == CLO_WIRE_FROM_CORE ?
					   CLO_WIRE_FROM_COMMAND :
					   CLO_WIRE_FROM_CORE;
	size_t size = make(type);
	int want = type == CLO_WIRE_HELLO ? 0 : -EBADMSG;

	ok(size == clo_wire_size(type) && size <= sizeof(m), "%s: %zu bytes",
	   name, size);
	ok(clo_wire_check(&m, size, side) == 0, "%s: a good one", name);
	ok(clo_wire_check(&m, size, other) == want, "%s: from the other side",
	   name);
	ok(clo_wire_check(&m, size - 1, side) == -EBADMSG, "%s: too short",
	   name);
	ok(clo_wire_check(&m, size + 1, side) == -EBADMSG, "%s: too long",
	   name);
	ok(clo_wire_check(&m, sizeof(m.header) - 1, side) == -EBADMSG,
	   "%s: no header", name);
	m.header.size--;
	ok(clo_wire_check(&m, size, side) == -EBADMSG, "%s: size below", name);
	ok(clo_wire_check(&m, size - 1, side) == -EBADMSG,
	   "%s: size below, packet too", name);
	m.header.size += 2;
	ok(clo_wire_check(&m, size, side) == -EBADMSG, "%s: size above", name);
	m.header.size--;
	m.header.spare = 1;
	ok(clo_wire_check(&m, size, side) == -EBADMSG, "%s: spare", name);
	m.header.spare = 0;
	m.header.version++;
	ok(clo_wire_check(&m, size, side) == -EPROTO, "%s: version", name);
	m.header.version = 0;
	ok(clo_wire_check(&m, size, side) == -EPROTO, "%s: version 0", name);
}

static void test_unknown(void)
{
	static const uint32_t types[] = { 0, 9, 15, 22, 255, UINT32_MAX };

	for (size_t i = 0; i < CLO_ARRAY_SIZE(types); i++) {
		memset(&m, 0, sizeof(m));
		m.header.version = CLO_WIRE_VERSION;
		m.header.type = types[i];
		ok(!clo_wire_size(types[i]) &&
			   clo_wire_check(&m, sizeof(m.header),
					  CLO_WIRE_FROM_COMMAND) == -EBADMSG &&
			   clo_wire_check(&m, sizeof(m.header),
					  CLO_WIRE_FROM_CORE) == -EBADMSG,
		   "type %u is none", types[i]);
	}
}

/* One field of a good message changed, and what is said of it. */
#define BAD(type, text, ...)                                              \
	do {                                                              \
		size_t size_ = make(CLO_WIRE_##type);                     \
		__VA_ARGS__;                                              \
		ok(clo_wire_check(&m, size_, side_of(CLO_WIRE_##type)) == \
			   -EBADMSG,                                      \
		   #type ": %s", text);                                   \
	} while (0)
#define GOOD(type, text, ...)                                                \
	do {                                                                 \
		size_t size_ = make(CLO_WIRE_##type);                        \
		__VA_ARGS__;                                                 \
		ok(clo_wire_check(&m, size_, side_of(CLO_WIRE_##type)) == 0, \
		   #type ": %s", text);                                      \
	} while (0)

static void test_requests(void)
{
	BAD(HELLO, "spare", m.body.HELLO.spare = 1);
	GOOD(HELLO, "any abi", m.body.HELLO.abi = 77);
	BAD(STATUS, "spare", m.body.STATUS.spare = 1);
	BAD(UP, "no name", m.body.UP.name[0] = '\0';
	    memset(m.body.UP.name, 0, sizeof(m.body.UP.name)));
	BAD(UP, "a name without end",
	    memset(m.body.UP.name, 'a', sizeof(m.body.UP.name)));
	BAD(UP, "bytes behind the name", m.body.UP.name[20] = 'x');
	BAD(UP, "a capital", m.body.UP.name[0] = 'O');
	BAD(UP, "a path", memcpy(m.body.UP.name, "../etc", 6));
	BAD(UP, "a reserved name", memcpy(m.body.UP.name, "core\0\0", 6));
	BAD(UP, "timeout", m.body.UP.timeout_ms = 1);
	BAD(UP, "spare", m.body.UP.spare = 1);
	BAD(UP, "an unknown protection",
	    m.body.UP.without = UINT64_C(1) << CLO_PROTECTION_COUNT);
	GOOD(UP, "all protections",
	     m.body.UP.without = (UINT64_C(1) << CLO_PROTECTION_COUNT) - 1);
	BAD(DOWN, "without", m.body.DOWN.without = 1);
	BAD(DOWN, "a timeout too long", m.body.DOWN.timeout_ms = 600001);
	GOOD(DOWN, "a timeout", m.body.DOWN.timeout_ms = 600000);
	BAD(DOWN, "spare", m.body.DOWN.spare = 1);
	BAD(DOWN, "a bad name", m.body.DOWN.name[0] = '-');
	BAD(STOP, "abrupt", m.body.STOP.is_abrupt = 2);
	BAD(STOP, "spare", m.body.STOP.spare = 1);
	BAD(INPUT, "another stream", m.body.INPUT.stream = 1);
	BAD(INPUT, "more than it has", m.body.INPUT.size = CLO_WIRE_CHUNK + 1);
	GOOD(INPUT, "full", m.body.INPUT.size = CLO_WIRE_CHUNK);
	GOOD(WINDOW, "any", m.body.WINDOW.rows = 65535);
}

static void test_enter(void)
{
	struct clo_wire_enter *e = &m.body.ENTER;

	BAD(ENTER, "role", e->role = CLO_SESSION_COUNT);
	BAD(ENTER, "terminal", e->is_terminal = 2);
	BAD(ENTER, "a bad name", e->name[0] = '/');
	BAD(ENTER, "term with a slash", e->term[0] = '/');
	BAD(ENTER, "term with a dot first", e->term[0] = '.');
	BAD(ENTER, "term without end", memset(e->term, 'x', sizeof(e->term)));
	BAD(ENTER, "term with a blank", e->term[2] = ' ');
	GOOD(ENTER, "no term", memset(e->term, 0, sizeof(e->term)));
	BAD(ENTER, "one word more", e->arg_count++);
	BAD(ENTER, "one word less", e->arg_count--);
	BAD(ENTER, "words but a count of 0", e->arg_count = 0);
	BAD(ENTER, "too large", e->args_size = CLO_WIRE_ARGS + 1);
	BAD(ENTER, "huge", e->args_size = UINT32_MAX);
	BAD(ENTER, "the last word is not closed", e->args_size--);
	BAD(ENTER, "bytes behind the words", e->args[e->args_size] = 'x');
	BAD(ENTER, "an empty program", e->args[0] = '\0'; e->arg_count++);
	BAD(ENTER, "too many words", memset(e->args, 0, sizeof(e->args));
	    memset(e->args, 'a', 2); e->args_size = CLO_WIRE_ARGS;
	    e->arg_count = CLO_WIRE_ARGS - 2);
	GOOD(ENTER, "the shell", memset(e->args, 0, sizeof(e->args));
	     e->arg_count = 0; e->args_size = 0);
	GOOD(ENTER, "full", memset(e->args, 'a', sizeof(e->args));
	     e->args[CLO_WIRE_ARGS - 1] = '\0'; e->arg_count = 1;
	     e->args_size = CLO_WIRE_ARGS);
}

static void test_answers(void)
{
	BAD(DONE, "a negative status", m.body.DONE.status = -1);
	BAD(DONE, "status 5", m.body.DONE.status = 5);
	BAD(DONE, "a rule out of range", m.body.DONE.rule = CLO_RULE_COUNT);
	BAD(DONE, "an error with status 0", m.body.DONE.text[0] = 'x');
	BAD(DONE, "a text without end", m.body.DONE.status = 1;
	    memset(m.body.DONE.text, 'x', CLO_WIRE_TEXT));
	GOOD(DONE, "an error", m.body.DONE.status = 1;
	     m.body.DONE.rule = CLO_RULE_FROZEN; m.body.DONE.text[0] = 'x');
	BAD(PROGRESS, "a text without end",
	    memset(m.body.PROGRESS.text, 'x', CLO_WIRE_TEXT));
	BAD(OUTPUT, "stream 0", m.body.OUTPUT.stream = 0);
	BAD(OUTPUT, "stream 3", m.body.OUTPUT.stream = 3);
	BAD(OUTPUT, "too large", m.body.OUTPUT.size = CLO_WIRE_CHUNK + 1);
	GOOD(OUTPUT, "errors", m.body.OUTPUT.stream = 2);
	BAD(EXIT, "256", m.body.EXIT.status = 256);
	BAD(EXIT, "-1", m.body.EXIT.status = -1);
	BAD(EXIT, "spare", m.body.EXIT.spare = 1);
	BAD(CAGE, "id 0", m.body.CAGE.id = 0);
	BAD(CAGE, "id of the Core", m.body.CAGE.id = CLO_CAGE_CORE);
	BAD(CAGE, "id 64", m.body.CAGE.id = CLO_CAGE_COUNT);
	BAD(CAGE, "state", m.body.CAGE.state = 3);
	BAD(CAGE, "no level", m.body.CAGE.level[0] = '\0');
	BAD(CAGE, "a bad level", m.body.CAGE.level[0] = '\033');
	BAD(CAGE, "a bad name", m.body.CAGE.name[0] = '\033');
	BAD(CAGE, "an unknown protection", m.body.CAGE.without = ~0ULL);
	GOOD(CORE, "guarded", m.body.CORE.is_guarded = 1;
	     m.body.CORE.canary_ms = 60000);
	BAD(CORE, "guarded 2", m.body.CORE.is_guarded = 2);
	BAD(CORE, "a canary without a guard", m.body.CORE.canary_ms = 1);
}

static void test_args(void)
{
	char a[] = "a", b[] = "", c[] = "b c", d[] = "d'\"";
	char *const words[] = { a, b, c, d, NULL };
	char *const none[] = { NULL };
	char *const empty[] = { b, NULL };
	static char big[CLO_WIRE_ARGS + 1];
	char *one[] = { big, NULL };
	char *many[CLO_WIRE_WORDS + 2];
	const char *back[CLO_WIRE_WORDS + 1];
	struct clo_wire_enter *e = &m.body.ENTER;
	bool is_same = true;
	uint32_t n;

	(void)clo_wire_begin(&m, CLO_WIRE_ENTER);
	ok(!clo_wire_put_args(e, words), "words are put");
	n = clo_wire_get_args(e, back);
	for (uint32_t i = 0; i < 4; i++)
		is_same &= i < n && !strcmp(back[i], words[i]);
	ok(n == 4 && is_same && !back[4], "and come back as they were");
	ok(!clo_wire_put_args(e, none) && !e->arg_count && !e->args_size &&
		   !clo_wire_get_args(e, back) && !back[0],
	   "no words");
	ok(clo_wire_put_args(e, empty) == -EINVAL, "an empty program");
	memset(big, 'x', sizeof(big));
	big[CLO_WIRE_ARGS - 1] = '\0';
	ok(!clo_wire_put_args(e, one) && e->args_size == CLO_WIRE_ARGS,
	   "a word that just fits");
	ok(clo_wire_get_args(e, back) == 1 && !strcmp(back[0], big),
	   "comes back");
	big[CLO_WIRE_ARGS - 1] = 'x';
	big[CLO_WIRE_ARGS] = '\0';
	ok(clo_wire_put_args(e, one) == -E2BIG && !e->arg_count && !e->args[0],
	   "a word too long");
	for (size_t i = 0; i <= CLO_WIRE_WORDS; i++)
		many[i] = big + CLO_WIRE_ARGS - 1;
	many[CLO_WIRE_WORDS + 1] = NULL;
	ok(clo_wire_put_args(e, many) == -E2BIG, "too many words");
	many[CLO_WIRE_WORDS] = NULL;
	ok(!clo_wire_put_args(e, many) &&
		   clo_wire_get_args(e, back) == CLO_WIRE_WORDS,
	   "just as many words as there may be");
}

int main(void)
{
#define X(id, name, body) test_type(CLO_WIRE_##name, #name);
	CLO_WIRE_TYPES(X)
#undef X
	test_unknown();
	test_requests();
	test_enter();
	test_answers();
	test_args();
	return tap_end();
}
