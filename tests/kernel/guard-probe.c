// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Uprobes of root outside cages, in this very program: before the lock each way
 * works, after it none does; other probes and events are left to him.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/base.h"
#include "guard-actor.h"
#include "guard-live.h"

#define TRACING "/sys/kernel/tracing/"
#define SOURCE	"/sys/bus/event_source/devices/uprobe/type"

enum { UPROBE_MULTI = 48 }; /* BPF_TRACE_UPROBE_MULTI */

/* Where a function of this program is in its file; 0 if that is not told. */
static unsigned long file_offset(clo_act function)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start, end, offset, found = 0;
	unsigned long address = (unsigned long)function;
	char line[512];

	while (maps && !found && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &offset) != 3)
			continue;
		if (address >= start && address < end)
			found = address - start + offset;
	}
	if (maps)
		(void)fclose(maps); /* it was only read */
	return found;
}

static int write_line(const char *path, const char *line)
{
	clo_fd int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return errno;
	size = write(fd, line, strlen(line));
	return size < 0 ? errno : 0;
}

/* A probe that is defined, switched on and off, and taken away. */
static int act_define(long file)
{
	const char *path = (const char *)file;
	char program[256] = "", line[512];
	ssize_t size = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int r;

	if (size < 0)
		return 230;
	(void)snprintf(line, sizeof(line), "p:guardlive/probe %s:0x%lx\n",
		       program, file_offset(act_kill));
	r = write_line(path, line);
	if (r)
		return r;
	r = write_line(TRACING "events/guardlive/probe/enable", "1");
	if (!r)
		r = write_line(TRACING "events/guardlive/probe/enable", "0");
	return r ? 231 : write_line(path, "-:guardlive/probe\n");
}

static int act_perf_probe(long arg)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	FILE *file = fopen(SOURCE, "re");

	int n;

	(void)arg;
	if (!file)
		return 232;
	n = fscanf(file, "%u", &attr.type);
	(void)fclose(file); /* it was only read */
	if (n != 1)
		return 232;
	attr.config1 = (unsigned long)"/proc/self/exe";
	attr.config2 = file_offset(act_kill);
	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) < 0 ? errno :
								       0;
}

/* No program is given, which the kernel sees behind the guard. */
static int act_link(long type)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = ~0U;
	attr.link_create.attach_type = (unsigned int)type;
	(void)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, 72);
	return errno == EBADF ? 0 : errno;
}

static int act_count(long arg)
{
	struct perf_event_attr attr = { .size = sizeof(attr),
					.type = PERF_TYPE_SOFTWARE };

	(void)arg;
	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) < 0 ? errno :
								       0;
}

static int act_open_write(long path)
{
	clo_fd int fd =
		open((const char *)path, O_WRONLY | O_APPEND | O_CLOEXEC);

	return fd < 0 ? errno : 0;
}

/* Lockdown for confidentiality leaves no file there. */
static bool is_missing(const char *path, const char *text)
{
	if (!access(path, F_OK) || errno != ENOENT)
		return false;
	live_skip(text, "this kernel's lockdown has no such file");
	return true;
}

void test_probes(bool is_locked)
{
	static const struct {
		const char *text;
		clo_act act;
		long arg;
		unsigned int hook;
	} ways[] = {
		{ "by uprobe_events", act_define,
		  (long)(TRACING "uprobe_events"), CLO_HOOK_file_open },
		{ "by dynamic_events", act_define,
		  (long)(TRACING "dynamic_events"), CLO_HOOK_file_open },
		{ "by perf", act_perf_probe, 0, CLO_HOOK_perf_event_open },
		{ "by a BPF link", act_link, UPROBE_MULTI, CLO_HOOK_bpf },
	};
	char text[96];
	int r;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(ways); i++) {
		(void)snprintf(text, sizeof(text), "%s: a uprobe %s",
			       is_locked ? "refused" : "before the lock",
			       ways[i].text);
		if (ways[i].act == act_define &&
		    is_missing((const char *)ways[i].arg, text))
			continue;
		events_forget();
		r = host_do(ways[i].act, ways[i].arg);
		if (is_locked)
			live_ok((r == EPERM || r == EACCES) &&
					events_have(ways[i].hook,
						    CLO_RULE_UPROBE),
				text, r);
		else
			live_ok(r == 0, text, r);
	}
	r = host_do(act_count, 0);
	live_ok(r == 0, "the host counts events of the kernel", r);
	if (!is_missing(TRACING "kprobe_events",
			"the host defines probes of the kernel")) {
		r = host_do(act_open_write, (long)(TRACING "kprobe_events"));
		live_ok(r == 0, "the host defines probes of the kernel", r);
	}
	r = host_do(act_link, 42); /* TRACE_KPROBE_MULTI */
	live_ok(r == 0, "the host links a program to probes of the kernel", r);
}
