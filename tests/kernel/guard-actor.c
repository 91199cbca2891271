// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Actors and the reader of events.
 */
#include "guard-actor.h"

#include <bpf/libbpf.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/guard.h"

enum { EVENTS_MAX = 4096, FAILED = 250 };

struct order {
	clo_act act;
	long arg;
};

static int order_fds[2], answer_fds[2];
static struct clo_event events[EVENTS_MAX];
static unsigned int event_count, event_first;
static struct ring_buffer *ring;

static int status_of(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

static void host_loop(void)
{
	struct order order;

	while (clo_read_full(order_fds[0], &order, sizeof(order)) == 0) {
		pid_t pid = fork();
		int answer;

		if (pid == 0)
			_exit(order.act(order.arg));
		answer = status_of(pid);
		if (clo_write_full(answer_fds[1], &answer, sizeof(answer)))
			break;
	}
	_exit(0);
}

void host_start(void)
{
	pid_t pid;

	if (pipe(order_fds) || pipe(answer_fds)) {
		perror("pipe");
		exit(1);
	}
	pid = fork();
	if (pid == 0) {
		(void)close(order_fds[1]);
		host_loop();
	}
	if (pid < 0) {
		perror("fork");
		exit(1);
	}
	(void)close(order_fds[0]);
}

int host_do(clo_act act, long arg)
{
	struct order order = { act, arg };
	int answer;

	if (clo_write_full(order_fds[1], &order, sizeof(order)) ||
	    clo_read_full(answer_fds[0], &answer, sizeof(answer)))
		return FAILED;
	return answer;
}

static void become(unsigned int cage, bool is_root)
{
	struct clo_label label = { .cage = (clo_u16)cage, .roles = 0 };
	uid_t uid = clo_label_uid((clo_u16)cage);

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!is_root && (setgroups(0, NULL) || setresgid(uid, uid, uid) ||
			 setresuid(uid, uid, uid)))
		_exit(FAILED);
	if (clo_guard_ask(CLO_GUARD_ENTER, clo_label_word(label), 0) !=
	    CLO_RULE_ALLOW)
		_exit(FAILED);
}

int cage_do(unsigned int cage, bool is_root, clo_act act, long arg)
{
	pid_t pid = fork();

	if (pid == 0) {
		become(cage, is_root);
		_exit(act(arg));
	}
	return status_of(pid);
}

pid_t victim_start(unsigned int cage, clo_act act, long arg)
{
	int ready[2];
	pid_t pid;
	char byte;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)close(ready[0]);
		become(cage, true);
		if (act && act(arg))
			_exit(FAILED);
		if (write(ready[1], "", 1) != 1)
			_exit(FAILED);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		pid = -1;
	(void)close(ready[0]);
	return pid;
}

static int keep(void *context, void *data, size_t size)
{
	(void)context;
	if (size == sizeof(struct clo_event) && event_count < EVENTS_MAX)
		memcpy(&events[event_count++], data, sizeof(events[0]));
	return 0;
}

int events_open(void)
{
	struct clo_err err = { "" };
	int events_fd = -1, counts_fd = -1;
	int r = clo_guard_open(CLO_GUARD_DIR, &events_fd, &counts_fd, &err);

	if (r)
		return r;
	ring = ring_buffer__new(events_fd, keep, NULL, NULL);
	return ring ? 0 : -ENOMEM;
}

static void drain(void)
{
	(void)ring_buffer__consume(ring);
}

void events_forget(void)
{
	drain();
	event_first = event_count;
}

bool events_have(unsigned int hook, unsigned int rule)
{
	drain();
	for (unsigned int i = event_first; i < event_count; i++) {
		if (events[i].kind == CLO_EVENT_DENIED &&
		    events[i].hook == hook && events[i].rule == rule)
			return true;
	}
	return false;
}

bool events_have_kind(unsigned int kind, unsigned int cage)
{
	drain();
	for (unsigned int i = event_first; i < event_count; i++) {
		if (events[i].kind == kind && events[i].to.cage == cage)
			return true;
	}
	return false;
}

unsigned int events_count(unsigned int rule)
{
	unsigned int count = 0;

	drain();
	for (unsigned int i = event_first; i < event_count; i++)
		count += events[i].rule == rule;
	return count;
}

bool events_have_uid(unsigned int rule, unsigned int uid)
{
	drain();
	for (unsigned int i = event_first; i < event_count; i++) {
		if (events[i].rule == rule && events[i].uid == uid)
			return true;
	}
	return false;
}

unsigned int events_suppressed(unsigned int rule)
{
	unsigned int count = 0;

	drain();
	for (unsigned int i = event_first; i < event_count; i++) {
		if (events[i].rule == rule)
			count += events[i].suppressed;
	}
	return count;
}

unsigned int events_total(void)
{
	drain();
	return event_count;
}

bool events_are_unique(void)
{
	for (unsigned int i = 0; i < event_count; i++) {
		for (unsigned int j = 0; j < i; j++) {
			if (events[i].id == events[j].id)
				return false;
		}
	}
	return event_count > 0;
}

const char *events_exe(unsigned int rule)
{
	drain();
	for (unsigned int i = event_count; i > event_first; i--) {
		if (events[i - 1].rule == rule)
			return events[i - 1].exe;
	}
	return "";
}
