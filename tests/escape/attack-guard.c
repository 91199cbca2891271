/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks on the guard itself, and what only the guard judges.
 */
#include "attack.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "bpf/abi.h"

/* The answer travels as an errno: CLO_ANSWER + rule, + 0 if it is done. */
static int ask(unsigned long request, unsigned long arg, unsigned long size)
{
	if (!prctl((int)CLO_PRCTL, request, arg, size, 0UL))
		return -EPROTO;
	if (errno > CLO_ANSWER && errno < CLO_ANSWER + CLO_RULE_COUNT)
		return -EPERM; /* a rule; which is told by the event */
	return errno == CLO_ANSWER ? 0 : -errno;
}

enum {
	UNLINK,
	RENAME,
	CHMOD,
	UMOUNT,
	LAZY,
	COVER,
	MOVE,
	MKDIR,
	DIR_REMOVE,
	DIR_REPLACE,
	DIR_MOVE,
};

static const char *some_pin(void)
{
	return CLO_GUARD_DIR "/self";
}

/*
 * What is mounted on a directory goes everywhere when the directory is removed
 * in a mount namespace where nothing is mounted on it.  That it does is seen
 * on a directory of our own first.
 */
static int run_way(long what)
{
	static const char own[] = "/run/way", other[] = "/tmp/way";

	if ((mkdir(own, 0700) && errno != EEXIST) ||
	    (mkdir(other, 0700) && errno != EEXIST) ||
	    mount("way", own, "tmpfs", 0, "") || unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("/run", other, NULL, MS_BIND, NULL) ||
	    umount2("/run", MNT_DETACH) || rmdir("/tmp/way/way"))
		return -EPROTO;
	if (what == DIR_REMOVE)
		return call(rmdir("/tmp/way/cloison/guard"));
	if (what == DIR_MOVE)
		return call(rename("/tmp/way/cloison", "/tmp/way/other"));
	if (mkdir("/tmp/way/empty", 0700) && errno != EEXIST)
		return -EPROTO;
	return call(rename("/tmp/way/empty", "/tmp/way/cloison/guard"));
}

static int run_pin(long what)
{
	switch (what) {
	case DIR_REMOVE:
	case DIR_REPLACE:
	case DIR_MOVE:
		return run_way(what);
	case UNLINK:
		return call(unlink(some_pin()));
	case RENAME:
		return call(rename(some_pin(), CLO_GUARD_DIR "/other"));
	case CHMOD:
		return call(chmod(some_pin(), 0777));
	case UMOUNT:
		return call(umount2(CLO_GUARD_DIR, 0));
	case LAZY:
		return call(umount2(CLO_GUARD_DIR, MNT_DETACH));
	case MKDIR:
		return call(mkdir(CLO_GUARD_DIR "/dir", 0700));
	case COVER:
		return call(mount("none", CLO_GUARD_DIR, "tmpfs", 0, ""));
	default:
		return call(mount(CLO_GUARD_DIR, "/tmp", NULL, MS_MOVE, NULL));
	}
}

/* Every number until one that the guard owns is refused: that is enough. */
static int run_ids(long command)
{
	union bpf_attr attr;
	int r = -ENOENT;

	for (unsigned int id = 1; id < 300; id++) {
		memset(&attr, 0, sizeof(attr));
		attr.map_id = id;
		if (syscall(SYS_bpf, command, &attr, 72) >= 0)
			continue;
		if (errno == EPERM || errno == EACCES)
			r = -errno;
	}
	return r == -ENOENT ? 0 : r;
}

static int run_obj_get(long arg)
{
	union bpf_attr attr;

	(void)arg;
	memset(&attr, 0, sizeof(attr));
	attr.pathname = (unsigned long)some_pin();
	return call(syscall(SYS_bpf, BPF_OBJ_GET, &attr, 72));
}

/* A program of two instructions: r0 = 0, or 1; exit. */
static int run_load(long type)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = (unsigned int)type;
	attr.insns = (unsigned long)insns;
	attr.insn_cnt = 2;
	attr.license = (unsigned long)"GPL";
	return call(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, 72));
}

/* The number of the source of uprobes among those of perf. */
static unsigned int uprobe_type(void)
{
	FILE *file = fopen("/sys/bus/event_source/devices/uprobe/type", "re");
	unsigned int type = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%u", &type) != 1)
		type = 0;
	(void)fclose(file); /* it was only read */
	return type;
}

enum { UPROBE_EVENTS, DYNAMIC_EVENTS, KPROBE_EVENTS, UPROBE_PERF, UPROBE_LINK };

/* The first bytes of a program are no code, but nobody is asked to run them. */
static int run_uprobe(long way)
{
	static const char *const files[] = { "uprobe_events", "dynamic_events",
					     "kprobe_events" };
	struct perf_event_attr event = { .size = sizeof(event) };
	union bpf_attr attr;
	char path[128];

	if (way == UPROBE_PERF) {
		event.type = uprobe_type();
		event.config1 = (unsigned long)"/proc/self/exe";
		event.disabled = 1;
		return !event.type ? 0 :
				     call(syscall(SYS_perf_event_open, &event,
						  0, -1, -1, 0));
	}
	if (way == UPROBE_LINK) {
		memset(&attr, 0, sizeof(attr));
		attr.link_create.prog_fd = ~0U; /* looked at afterwards */
		attr.link_create.attach_type = 48; /* TRACE_UPROBE_MULTI */
		return call_past(syscall(SYS_bpf, BPF_LINK_CREATE, &attr, 72),
				 EBADF);
	}
	(void)snprintf(path, sizeof(path), "/sys/kernel/tracing/%s",
		       files[way]);
	return call(open(path, O_WRONLY | O_APPEND | O_CLOEXEC));
}

static int copy_self(const char *to)
{
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	static char room[65536];
	ssize_t size;

	while ((size = read(in, room, sizeof(room))) > 0) {
		if (write(out, room, (size_t)size) != size)
			break;
	}
	(void)close(in);
	(void)close(out);
	return size ? -EIO : 0;
}

/* Whether a child could execute this program, or a copy of it. */
static int run_core_exec(long is_copy)
{
	static char name[] = "core-exec", option[] = "--usage";
	const char *path = is_copy ? "/tmp/core-exec" : "/proc/self/exe";
	char *argv[] = { name, option, NULL };
	int fds[2], code = 0;
	pid_t pid;

	if ((is_copy && copy_self(path)) || pipe2(fds, O_CLOEXEC))
		return -EPROTO;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		(void)dup2(null, 1);
		(void)dup2(null, 2);
		(void)execv(path, argv);
		code = errno;
		_exit(write(fds[1], &code, sizeof(code)) < 0);
	}
	(void)close(fds[1]);
	if (read(fds[0], &code, sizeof(code)) != sizeof(code))
		code = 0; /* closed by the program that was executed */
	(void)close(fds[0]);
	(void)waitpid(pid, NULL, 0);
	return -code;
}

enum { CLAIM_TRIES = 2000 };
enum {
	CLAIM,
	CLAIM_LOOP,
	ENTER,
	ENTER_EMPTY,
	ENTER_TRACED,
	DEFINE,
	WIDER,
	NARROWER,
	CLOSE,
	FREE,
	FREE_BUSY,
	PLACE,
	CANARY
};

static int define(clo_u64 caps)
{
	static struct clo_define define = { .abi = CLO_ABI, .cage = 61 };

	define.limits.state = CLO_CAGE_UP;
	define.limits.caps = caps;
	return ask(CLO_GUARD_DEFINE, (unsigned long)&define, sizeof(define));
}

static int enter_traced(void)
{
	(void)ptrace(PTRACE_TRACEME, 0, 0, 0);
	return ask(CLO_GUARD_ENTER, 2, 0);
}

/* On and on, in case one of them finds the guard at work on another. */
static int claim_in_loop(void)
{
	int r = -EPERM;

	for (int i = 0; i < CLAIM_TRIES && r == -EPERM; i++)
		r = ask(CLO_GUARD_CLAIM, 0, 0);
	return r;
}

/* Another directory, as one would be that is mounted over the right one. */
static int place(void)
{
	static struct clo_found found;
	struct stat st;

	if (stat("/proc", &st))
		return -EPROTO;
	found.run_dev = st.st_dev;
	found.run_ino = st.st_ino;
	return ask(CLO_GUARD_PLACE, (unsigned long)&found, sizeof(found));
}

static int run_request(long what)
{
	int r;

	switch (what) {
	case CLAIM:
		return ask(CLO_GUARD_CLAIM, 0, 0);
	case CLAIM_LOOP:
		return claim_in_loop();
	case ENTER:
		return ask(CLO_GUARD_ENTER, 3, 0);
	case ENTER_EMPTY:
		return ask(CLO_GUARD_ENTER, 40, 0);
	case ENTER_TRACED:
		return enter_traced();
	case DEFINE:
		return define(1);
	case WIDER:
		r = define(1);
		return r ? r : define(3);
	case NARROWER:
		(void)define(1);
		return define(0);
	case CLOSE:
		return ask(CLO_GUARD_CLOSE, 3, 0);
	case FREE:
		return ask(CLO_GUARD_FREE, 3, 0);
	case FREE_BUSY:
		r = ask(CLO_GUARD_CLOSE, 60, 0);
		return r ? r : ask(CLO_GUARD_FREE, 60, 0);
	case PLACE:
		return place();
	default:
		return ask(CLO_GUARD_CANARY, 2, 0);
	}
}

/* clang-format off */
#define PIN(name, what) { "pin-" name, run_pin, NULL, NULL, NO_CONTROL, what }
#define REQUEST(name, what) { name, run_request, NULL, NULL, NO_CONTROL, what }
const struct attack attacks_guard[] = {
	PIN("dir-remove", DIR_REMOVE), PIN("dir-replace", DIR_REPLACE), PIN("dir-move", DIR_MOVE),
	PIN("unlink", UNLINK), PIN("rename", RENAME), PIN("chmod", CHMOD), PIN("umount", UMOUNT),
	PIN("umount-lazy", LAZY), PIN("cover", COVER), PIN("move", MOVE), PIN("mkdir", MKDIR),
	{ "guard-link", run_ids, NULL, NULL, NO_CONTROL, BPF_LINK_GET_FD_BY_ID },
	{ "guard-map", run_ids, NULL, NULL, NO_CONTROL, BPF_MAP_GET_FD_BY_ID },
	{ "guard-prog", run_ids, NULL, NULL, NO_CONTROL, BPF_PROG_GET_FD_BY_ID },
	{ "guard-pin", run_obj_get, NULL, NULL, NO_CONTROL, 0 },
	{ "load-kprobe", run_load, NULL, NULL, NO_CONTROL, BPF_PROG_TYPE_KPROBE },
	{ "load-tracepoint", run_load, NULL, NULL, NO_CONTROL, BPF_PROG_TYPE_TRACEPOINT },
	{ "load-perf", run_load, NULL, NULL, NO_CONTROL, BPF_PROG_TYPE_PERF_EVENT },
	{ "load-raw", run_load, NULL, NULL, NO_CONTROL, BPF_PROG_TYPE_RAW_TRACEPOINT },
	{ "load-raw-writable", run_load, NULL, NULL, NO_CONTROL, BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE },
	{ "load-cgroup", run_load, NULL, NULL, NO_CONTROL, BPF_PROG_TYPE_CGROUP_SKB },
	{ "uprobe-events", run_uprobe, NULL, NULL, NO_CONTROL, UPROBE_EVENTS },
	{ "uprobe-dynamic", run_uprobe, NULL, NULL, NO_CONTROL, DYNAMIC_EVENTS },
	{ "uprobe-perf", run_uprobe, NULL, NULL, NO_CONTROL, UPROBE_PERF },
	{ "uprobe-link", run_uprobe, NULL, NULL, NO_CONTROL, UPROBE_LINK },
	{ "kprobe-events", run_uprobe, NULL, NULL, NO_CONTROL, KPROBE_EVENTS },
	{ "core-exec", run_core_exec, NULL, NULL, NO_CONTROL, 1 },
	{ "core-exec-self", run_core_exec, NULL, NULL, NO_CONTROL, 0 },
	REQUEST("claim", CLAIM), REQUEST("claim-loop", CLAIM_LOOP), REQUEST("enter", ENTER),
	REQUEST("enter-empty", ENTER_EMPTY), REQUEST("enter-traced", ENTER_TRACED), REQUEST("define", DEFINE), REQUEST("define-wider", WIDER),
	REQUEST("define-narrower", NARROWER), REQUEST("close", CLOSE), REQUEST("free", FREE),
	REQUEST("free-busy", FREE_BUSY), REQUEST("place", PLACE), REQUEST("canary", CANARY),
	{ 0 },
};
/* clang-format on */
