// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * io_uring from inside a sandbox on this kernel: a request is refused as the
 * system call is; and what stays possible, as CAVEATS.md says.
 * usage: test-ring DIRECTORY   (a scratch directory, made and left empty)
 */
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "child.h"
#include "lib/tap.h"

static struct cloison_landlock_kernel kernel;

struct ring {
	int fd;
	unsigned int flags;
	void *sq, *cq;
	struct io_uring_sqe *sqes;
	struct io_uring_params params;
};

static int ring_map(struct ring *r)
{
	const struct io_uring_params *p = &r->params;

	r->sq = mmap(NULL, p->sq_off.array + p->sq_entries * sizeof(unsigned),
		     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		     IORING_OFF_SQ_RING);
	r->cq = mmap(NULL,
		     p->cq_off.cqes +
			     p->cq_entries * sizeof(struct io_uring_cqe),
		     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		     IORING_OFF_CQ_RING);
	r->sqes = mmap(NULL, p->sq_entries * sizeof(struct io_uring_sqe),
		       PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		       IORING_OFF_SQES);
	return r->sq == MAP_FAILED || r->cq == MAP_FAILED ||
			       (void *)r->sqes == MAP_FAILED ?
		       -1 :
		       0;
}

static int ring_open(struct ring *r, unsigned int flags)
{
	memset(r, 0, sizeof(*r));
	r->flags = flags;
	r->params.flags = flags;
	r->params.sq_thread_idle = 50;
	r->fd = (int)syscall(SYS_io_uring_setup, 4, &r->params);
	return r->fd < 0 ? -1 : ring_map(r);
}

static _Atomic unsigned int *field(void *base, unsigned int offset)
{
	return (_Atomic unsigned int *)(void *)((char *)base + offset);
}

/* One request: what it ends with, an errno below zero or a result. */
static int ring_do(struct ring *r, const struct io_uring_sqe *request)
{
	const struct io_sqring_offsets *s = &r->params.sq_off;
	const struct io_cqring_offsets *c = &r->params.cq_off;
	unsigned int tail = atomic_load(field(r->sq, s->tail));
	unsigned int head = atomic_load(field(r->cq, c->head));
	unsigned int at = tail & atomic_load(field(r->sq, s->ring_mask));
	unsigned int enter = IORING_ENTER_GETEVENTS;
	struct io_uring_cqe *cqes =
		(struct io_uring_cqe *)(void *)((char *)r->cq + c->cqes);
	int result;

	r->sqes[at] = *request;
	atomic_store(field(r->sq, s->array + at * 4), at);
	atomic_store(field(r->sq, s->tail), tail + 1);
	if (r->flags & IORING_SETUP_SQPOLL)
		enter |= IORING_ENTER_SQ_WAKEUP;
	if (syscall(SYS_io_uring_enter, r->fd, 1, 1, enter, NULL, 0) < 0)
		return -errno;
	if (atomic_load(field(r->cq, c->tail)) == head)
		return -ETIME;
	result = cqes[head & atomic_load(field(r->cq, c->ring_mask))].res;
	atomic_store(field(r->cq, c->head), head + 1);
	return result;
}

static int ring_open_file(struct ring *r, const char *path, uint8_t flags,
			  uint16_t personality)
{
	struct io_uring_sqe request = {
		.opcode = IORING_OP_OPENAT,
		.flags = flags,
		.fd = AT_FDCWD,
		.addr = (uint64_t)(uintptr_t)path,
		.open_flags = O_RDONLY | O_CLOEXEC,
		.personality = personality,
	};
	int n = ring_do(r, &request);

	if (n >= 0)
		(void)close(n);
	return n < 0 ? -n : 0;
}

static struct ring before; /* made outside, used inside */
static uint16_t personality;

static int do_ring(const char *path)
{
	struct ring r;

	return ring_open(&r, 0) ? 126 : ring_open_file(&r, path, 0, 0);
}

static int do_ring_async(const char *path)
{
	struct ring r;

	return ring_open(&r, 0) ? 126 :
				  ring_open_file(&r, path, IOSQE_ASYNC, 0);
}

static int do_ring_poll(const char *path)
{
	struct ring r;

	return ring_open(&r, IORING_SETUP_SQPOLL) ?
		       126 :
		       ring_open_file(&r, path, 0, 0);
}

static int do_ring_before(const char *path)
{
	return ring_open_file(&before, path, 0, personality);
}

static int do_ring_make(const char *path)
{
	struct ring r;
	struct io_uring_sqe request = {
		.opcode = IORING_OP_MKDIRAT,
		.fd = AT_FDCWD,
		.addr = (uint64_t)(uintptr_t)path,
		.len = 0755,
	};

	return ring_open(&r, 0) ? 126 : -ring_do(&r, &request);
}

static int do_ring_connect(const char *unused)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct io_uring_sqe request = {
		.opcode = IORING_OP_CONNECT,
		.fd = fd,
		.addr = (uint64_t)(uintptr_t)&to,
		.off = sizeof(to),
	};
	struct ring r;

	(void)unused;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return fd < 0 || ring_open(&r, 0) ? 126 : -ring_do(&r, &request);
}

static int do_ring_setup(const char *unused)
{
	struct ring r;

	(void)unused;
	return ring_open(&r, 0) ? errno : 0;
}

static void test_ring_substitute(void)
{
	struct cloison_landlock_policy *p = new_policy();
	struct cloison_landlock_kernel as = kernel;

	as.abi = kernel.abi < 3 ? kernel.abi : 3;
	if (cloison_landlock_handle(p, CLOISON_LANDLOCK_FS, ALL_FS) ||
	    cloison_landlock_handle(p, CLOISON_LANDLOCK_NET, 3) ||
	    cloison_landlock_options(p, CLOISON_LANDLOCK_SUBSTITUTE) ||
	    cloison_landlock_resolve(p, &as))
		abort();
	ok(in_child(p, do_ring_setup, NULL) == EACCES,
	   "where a filter takes the place of a right, there is no io_uring");
	cloison_landlock_free(p);
}

/* Rings that were there before: the right of who made them, as CAVEATS says. */
static void test_ring_before(const struct cloison_landlock_policy *p)
{
	long id;

	if (ring_open(&before, 0))
		abort();
	ok(in_child(p, do_ring_before, "b/file") == EACCES,
	   "nor on a ring that was there before");
	id = syscall(SYS_io_uring_register, before.fd,
		     IORING_REGISTER_PERSONALITY, NULL, 0);
	personality = (uint16_t)(id > 0 ? id : 0);
	ok(id > 0 && in_child(p, do_ring_before, "b/file") == 0,
	   "known: credentials registered on it before keep their rights");
	personality = 0;
	(void)close(before.fd);
	if (ring_open(&before, IORING_SETUP_SQPOLL)) {
		tap_skip("a ring's thread", "this user may not have one");
		return;
	}
	ok(in_child(p, do_ring_before, "b/file") == 0,
	   "known: a thread of the kernel that serves it keeps its own");
	(void)close(before.fd);
}

static void test_ring(void)
{
	struct cloison_landlock_policy *p = policy_of(NULL, 0);
	struct ring r;

	if (ring_open(&r, 0)) {
		tap_skip("io_uring", strerror(errno));
		cloison_landlock_free(p);
		return;
	}
	(void)close(r.fd);
	ok(in_child(NULL, do_ring, "b/file") == 0 &&
		   in_child(p, do_ring, "a/file") == 0,
	   "io_uring opens what is allowed");
	ok(in_child(p, do_ring, "b/file") == EACCES, "and no other file");
	ok(in_child(p, do_ring_async, "a/file") == 0 &&
		   in_child(p, do_ring_async, "b/file") == EACCES,
	   "nor do its workers");
	ok(in_child(p, do_ring_poll, "a/file") == 0 &&
		   in_child(p, do_ring_poll, "b/file") == EACCES,
	   "nor does a thread of the kernel that serves it");
	ok(in_child(p, do_ring_make, "b/new") == EACCES &&
		   access("b/new", F_OK),
	   "it makes no directory outside");
	ok(in_child(p, do_ring_connect, NULL) ==
		   (kernel.abi >= 4 ? EACCES : ECONNREFUSED),
	   "it connects to no port, from ABI 4 on");
	test_ring_substitute();
	test_ring_before(p);
	cloison_landlock_free(p);
}

int main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]))
		return 2;
	(void)mkdir("a", 0755);
	(void)mkdir("b", 0755);
	put_file("a/file");
	put_file("b/file");
	(void)cloison_landlock_probe(&kernel);
	if (!kernel.abi) {
		printf("1..0 # SKIP this kernel has no Landlock\n");
		return 0;
	}
	test_ring();
	return tap_end();
}
