// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report role: the guard's events, as lines of the log.  It reads the ring
 * buffer through its two mappings (Documentation/bpf/ringbuf.rst), so that no
 * library is in a process that stays.
 */
#include <linux/bpf.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "core/bounds.h"
#include "core/message.h"
#include "core/role.h"
#include "core/say.h"
#include "proto/log.h"

enum { EVENTS_FD = CLO_FD_FIRST, COUNTS_FD, LOG_FD };
enum { LOST_MS = 1000 }; /* between two looks at the counters */
enum {
	CANARY_LATE_MS = 3 * CLO_CANARY_MS, /* then something is wrong */
	CANARY_TELL_MS = 3600 * 1000, /* between two lines of a canary */
};

struct ring {
	_Atomic unsigned long *consumer;
	const _Atomic unsigned long *producer;
	const char *data; /* mapped twice in a row: no event is cut */
	unsigned long size;
};

/* A refusal that the monitor asks for once a minute. */
struct canary {
	int64_t seen_ms, told_ms; /* 0: never */
	uint32_t untold; /* since the last line */
};

struct report {
	struct ring ring; /* data NULL: no guard */
	pid_t monitor;
	struct canary asked, opened; /* the request, the file */
	bool is_late; /* the canary, and this was said */
	struct clo_log_names names;
	int log_fd;
	uint64_t log_size, log_max;
	bool is_asked; /* for a new log */
	bool has_looked;
	uint64_t lost; /* as told so far */
};

/*
 * The ring's size is that of the largest mapping that the kernel accepts: to
 * ask for it takes a call that this role may not make.
 */
static int map_ring(struct ring *ring)
{
	const size_t page = 4096;
	char *p;

	p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, EVENTS_FD, 0);
	if (p == MAP_FAILED)
		return -errno;
	ring->consumer = (_Atomic unsigned long *)(void *)p;
	for (ring->size = 64 << 20; ring->size >= page; ring->size /= 2) {
		p = mmap(NULL, page + 2 * ring->size, PROT_READ, MAP_SHARED,
			 EVENTS_FD, (off_t)page);
		if (p == MAP_FAILED)
			continue;
		ring->producer = (const _Atomic unsigned long *)(void *)p;
		ring->data = p + page;
		return 0;
	}
	return -ENOMEM;
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t); /* cannot fail */
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A line that cannot be written is said where the Core's own words go. */
static void write_line(struct report *report, const char *line, size_t size)
{
	static const char text[] = "cloisond: report: a line of the log is "
				   "lost: it cannot be written\n";

	if (clo_write_full(report->log_fd, line, size)) {
		if (write(2, text, sizeof(text) - 1) < 0)
			return; /* nobody is left to tell */
		return;
	}
	report->log_size += size;
	if (report->log_size >= report->log_max && !report->is_asked)
		report->is_asked = !clo_message_send(
			CLO_FD_PEER, CLO_REQ_ROTATE, 0, NULL, 0, NULL, 0);
}

/* What the Core, or this role, has to say. */
static void write_core(struct report *report, const char *what,
		       const char *cage)
{
	char line[CLO_LOG_LINE_MAX];

	write_line(report, line,
		   clo_log_format_core(what, cage, clock_ns(CLOCK_REALTIME),
				       line));
}

/*
 * Whether a refusal was asked for, to see that refusals happen: by a request
 * that does nothing else, or by the monitor, and nobody else, at the switch of
 * tracing.  What a cage asks is none.
 */
static bool is_canary(const struct report *report,
		      const struct clo_event *event)
{
	if (event->kind != CLO_EVENT_DENIED || clo_label_is_cage(&event->from))
		return false;
	if (event->hook == CLO_HOOK_guard_request)
		return event->rule == CLO_RULE_MOUNT &&
		       event->arg == CLO_GUARD_CANARY;
	return event->hook == CLO_HOOK_file_open &&
	       event->rule == CLO_RULE_TRACING_OFF &&
	       event->from.cage == CLO_CAGE_CORE &&
	       event->pid == (uint32_t)report->monitor;
}

/*
 * The monitor's canaries would hide what is refused in earnest: the first of a
 * kind is written, then one an hour, with the number of those between.
 */
static bool is_worth_a_line(struct report *report, struct clo_event *event)
{
	struct canary *canary = event->hook == CLO_HOOK_file_open ?
					&report->opened :
					&report->asked;
	int64_t now = clo_now_ms();

	if (event->pid != (uint32_t)report->monitor)
		return true; /* somebody waits for it */
	canary->seen_ms = now;
	if (canary->told_ms && now - canary->told_ms < CANARY_TELL_MS) {
		canary->untold++;
		return false;
	}
	event->suppressed += canary->untold;
	canary->untold = 0;
	canary->told_ms = now;
	return true;
}

/* A canary that is not heard of any more is told once, and that it is back. */
static void watch_canary(struct report *report)
{
	const struct canary *canary = &report->asked;
	bool is_late = canary->seen_ms &&
		       clo_now_ms() - canary->seen_ms > CANARY_LATE_MS;

	if (is_late == report->is_late)
		return;
	report->is_late = is_late;
	write_core(report,
		   is_late ? "misses its canary: refusals may not be told" :
			     "sees its canary again",
		   NULL);
}

static void write_event(struct report *report, struct clo_event *event)
{
	uint64_t since = clock_ns(CLOCK_BOOTTIME) - event->time_ns;
	char line[CLO_LOG_LINE_MAX];
	unsigned long size;

	if (is_canary(report, event)) {
		event->kind = CLO_EVENT_CANARY;
		if (!is_worth_a_line(report, event))
			return;
	}
	size = clo_log_format(event, &report->names,
			      clock_ns(CLOCK_REALTIME) - since, line);
	write_line(report, line, size);
}

static unsigned long ring_end(const struct report *report)
{
	return atomic_load_explicit(report->ring.producer,
				    memory_order_acquire);
}

/* Write every event that is there, up to a place of the ring. */
static void drain(struct report *report, unsigned long end)
{
	struct ring *ring = &report->ring;
	unsigned long at =
		atomic_load_explicit(ring->consumer, memory_order_relaxed);

	while (at < end) {
		const char *record = ring->data + (at & (ring->size - 1));
		const _Atomic uint32_t *head =
			(const _Atomic uint32_t *)(const void *)record;
		uint32_t size =
			atomic_load_explicit(head, memory_order_acquire);
		struct clo_event event;

		if (size & BPF_RINGBUF_BUSY_BIT)
			break; /* it is being written; the next wake shows it */
		if (!(size & BPF_RINGBUF_DISCARD_BIT) &&
		    size >= sizeof(event)) {
			memcpy(&event, record + BPF_RINGBUF_HDR_SZ,
			       sizeof(event));
			write_event(report, &event);
		}
		size &= ~(uint32_t)(BPF_RINGBUF_BUSY_BIT |
				    BPF_RINGBUF_DISCARD_BIT);
		at += (size + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
		atomic_store_explicit(ring->consumer, at, memory_order_release);
	}
}

/* What the ring could not hold is counted by the guard, and said here. */
static void tell_lost(struct report *report)
{
	char line[CLO_LOG_LINE_MAX];
	uint64_t lost = 0;

	for (uint32_t cage = 0; cage < CLO_CAGE_COUNT; cage++) {
		struct clo_count count = { 0 };
		union bpf_attr attr = { 0 };

		attr.map_fd = COUNTS_FD;
		attr.key = (uint64_t)(uintptr_t)&cage;
		attr.value = (uint64_t)(uintptr_t)&count;
		if (syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)))
			return;
		lost += count.lost;
	}
	if (report->has_looked && lost > report->lost)
		write_line(report, line,
			   clo_log_format_lost(lost - report->lost,
					       clock_ns(CLOCK_REALTIME), line));
	report->has_looked = true; /* what an earlier role has told is told */
	report->lost = lost;
}

static int take_log(struct report *report, int *fd)
{
	struct stat st;

	if (fstat(*fd, &st))
		return -EBADMSG;
	clo_fd_cleanup(&report->log_fd);
	report->log_fd = clo_take_fd(fd);
	report->log_size = (uint64_t)st.st_size;
	report->is_asked = false;
	return 0;
}

/* One order of the monitor. */
static int obey(struct report *report)
{
	static union clo_message_body body;
	struct clo_message head;
	int fds[CLO_MESSAGE_FDS];
	int r = clo_message_receive(CLO_FD_PEER, &head, &body, sizeof(body),
				    fds);

	if (!r && head.type == CLO_ORDER_NAME &&
	    head.size == sizeof(body.name) && body.name.cage < CLO_CAGE_COUNT) {
		/* What it did while it had the name is told by the name. */
		if (!body.name.name[0] && report->ring.data)
			drain(report, ring_end(report));
		memcpy(report->names.name[body.name.cage], body.name.name,
		       sizeof(body.name.name));
	} else if (!r && head.type == CLO_ORDER_LINE &&
		   head.size == sizeof(body.line)) {
		body.line.what[sizeof(body.line.what) - 1] = '\0';
		body.line.cage[sizeof(body.line.cage) - 1] = '\0';
		write_core(report, body.line.what, body.line.cage);
	} else if (!r && head.type == CLO_ORDER_LOG) {
		r = take_log(report, &fds[0]);
	} else if (!r) {
		r = -EBADMSG;
	}
	for (int i = 0; i < CLO_MESSAGE_FDS; i++)
		clo_fd_cleanup(&fds[i]);
	return r;
}

int clo_run_report(int argc, char **argv)
{
	static struct report report;
	struct clo_account account;
	unsigned long end;
	int64_t look_ns = 0;
	struct stat st;
	int r = 0;

	report.monitor = getppid();
	if (clo_role_account(argc, argv, &account) || argc != 6 ||
	    clo_role_drop(CLO_RUN_report, &account))
		return 1;
	report.log_fd = LOG_FD;
	report.log_max = strtoull(argv[4], NULL, 10);
	if (!fstat(LOG_FD, &st))
		report.log_size = (uint64_t)st.st_size;
	if (!strcmp(argv[5], "guarded") && map_ring(&report.ring))
		return 1;
	while (!r) {
		struct pollfd polls[2] = {
			{ .fd = CLO_FD_PEER, .events = POLLIN },
			{ .fd = report.ring.data ? EVENTS_FD : -1,
			  .events = POLLIN },
		};

		if (poll(polls, 2, LOST_MS) < 0 && errno != EINTR)
			return 1;
		/*
		 * A name is told before the guard hears of its cage: whatever
		 * is in the ring now has a name once the orders are read.
		 */
		end = report.ring.data ? ring_end(&report) : 0;
		while (!r)
			r = obey(&report);
		if (r == -EAGAIN)
			r = 0;
		if (!report.ring.data)
			continue;
		drain(&report, end);
		if ((int64_t)clock_ns(CLOCK_MONOTONIC) - look_ns >=
		    LOST_MS * INT64_C(1000000)) {
			look_ns = (int64_t)clock_ns(CLOCK_MONOTONIC);
			tell_lost(&report);
			watch_canary(&report);
		}
	}
	return r == -EPIPE ? 0 : 1;
}
