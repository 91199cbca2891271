// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The library on this kernel: as what it is, and as each older ABI.
 * usage: test-live DIRECTORY   (a scratch directory, made and left empty)
 */
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>

#include "child.h"
#include "lib/tap.h"

static struct cloison_landlock_kernel kernel;
static size_t allocations;

/*
 * Linked with --wrap, which makes the names: every allocation of the library
 * comes by here.
 */
/* NOLINTBEGIN(readability-identifier-naming) */
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_reallocarray(void *p, size_t count, size_t size);
void *__wrap_reallocarray(void *p, size_t count, size_t size);

void *__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	allocations++;
	return __real_calloc(count, size);
}

void *__wrap_reallocarray(void *p, size_t count, size_t size)
{
	allocations++;
	return __real_reallocarray(p, count, size);
}
/* NOLINTEND(readability-identifier-naming) */

static int do_connect(const char *unused)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unused;
	if (fd < 0)
		return errno;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) ? errno : 0;
}

static int do_datagram(const char *unused)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)unused;
	return fd < 0 ? errno : 0;
}

static int do_unix_socket(const char *unused)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unused;
	return fd < 0 ? errno : 0;
}

static int do_signal(const char *unused)
{
	(void)unused;
	return kill(getppid(), 0) ? errno : 0;
}

/* /dev/null has no such request: ENOTTY where ioctl(2) is not refused. */
static int do_ioctl(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int n;

	if (fd < 0)
		return 126;
	return ioctl(fd, TIOCGETD, &n) ? errno : 0;
}

static struct sockaddr_un abstract_name;
static socklen_t abstract_size;

static int listen_abstract(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	abstract_name.sun_family = AF_UNIX;
	abstract_size = sizeof(abstract_name);
	/* The kernel picks a name. */
	if (fd < 0 ||
	    bind(fd, (struct sockaddr *)&abstract_name, sizeof(sa_family_t)) ||
	    getsockname(fd, (struct sockaddr *)&abstract_name,
			&abstract_size) ||
	    listen(fd, 8))
		abort();
	return fd;
}

static int do_abstract(const char *unused)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unused;
	return connect(fd, (struct sockaddr *)&abstract_name, abstract_size) ?
		       errno :
		       0;
}

static const char socket_path[] = "b/socket";

static int listen_path(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(name.sun_path, socket_path, sizeof(socket_path));
	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof(name)) ||
	    listen(fd, 8))
		abort();
	return fd;
}

static int do_path_socket(const char *unused)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unused;
	memcpy(name.sun_path, socket_path, sizeof(socket_path));
	return connect(fd, (struct sockaddr *)&name, sizeof(name)) ? errno : 0;
}

static int do_send(const char *unused)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)unused;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)) < 0 ?
		       errno :
		       0;
}

static int do_bind_datagram(const char *unused)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)unused;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return bind(fd, (struct sockaddr *)&at, sizeof(at)) ? errno : 0;
}

/* Everything is handled; a/ may be read, /dev/null read and written. */
static struct cloison_landlock_policy *everything(void)
{
	struct cloison_landlock_policy *p = new_policy();
	int r = 0;

	for (int kind = 0; kind < 3; kind++) {
		enum cloison_landlock_kind k = (enum cloison_landlock_kind)kind;

		r |= cloison_landlock_handle(p, k, cloison_landlock_all(k, 11));
	}
	r |= cloison_landlock_allow_path(p, "a",
					 CLOISON_LANDLOCK_FS_READ_FILE |
						 CLOISON_LANDLOCK_FS_READ_DIR,
					 0);
	r |= cloison_landlock_allow_path(p, "/dev/null",
					 CLOISON_LANDLOCK_FS_READ_FILE |
						 CLOISON_LANDLOCK_FS_WRITE_FILE,
					 0);
	if (r)
		abort();
	return p;
}

static void test_abi(int abi)
{
	struct cloison_landlock_policy *p = everything();
	struct cloison_landlock_kernel as = kernel;
	int listener = listen_abstract(), other = listen_path();

	as.abi = abi;
	ok(cloison_landlock_resolve(p, &as) == 0, "ABI %d: resolves (%s)", abi,
	   cloison_landlock_error(p));
	ok(in_child(p, do_read, "a/file") == 0, "ABI %d: read inside", abi);
	ok(in_child(p, do_read, "b/file") == EACCES, "ABI %d: no read outside",
	   abi);
	ok(in_child(p, do_write, "a/file") == EACCES,
	   "ABI %d: no write where reading is allowed", abi);
	ok(in_child(p, do_make, "a/new") == EACCES, "ABI %d: no new file", abi);
	ok(in_child(p, do_truncate, "b/file") == (abi >= 3 ? EACCES : 0),
	   "ABI %d: truncate is refused from 3 on", abi);
	put_file("b/file");
	ok(in_child(p, do_connect, NULL) == (abi >= 4 ? EACCES : ECONNREFUSED),
	   "ABI %d: TCP is refused from 4 on", abi);
	ok(in_child(p, do_ioctl, "/dev/null") == (abi >= 5 ? EACCES : ENOTTY),
	   "ABI %d: a request to a device is refused from 5 on", abi);
	ok(in_child(p, do_signal, NULL) == (abi >= 6 ? EPERM : 0),
	   "ABI %d: a signal out is refused from 6 on", abi);
	ok(in_child(p, do_abstract, NULL) == (abi >= 6 ? EPERM : 0),
	   "ABI %d: an abstract socket is refused from 6 on", abi);
	ok(in_child(p, do_path_socket, NULL) == (abi >= 9 ? EACCES : 0),
	   "ABI %d: a socket with a path is refused from 9 on", abi);
	ok(in_child(p, do_send, NULL) == (abi >= 10 ? EACCES : 0),
	   "ABI %d: a datagram to a port is refused from 10 on", abi);
	ok(in_child(p, do_bind_datagram, NULL) == (abi >= 10 ? EACCES : 0),
	   "ABI %d: a port for datagrams is refused from 10 on", abi);
	cloison_landlock_free(p);
	(void)close(listener);
	(void)close(other);
	(void)unlink(socket_path);
}

/* Counts what happens while the policy is applied, in the child itself. */
static int do_count(const char *unused)
{
	(void)unused;
	return allocations ? 1 : 0;
}

static void test_no_allocation(void)
{
	struct cloison_landlock_policy *p = everything();

	ok(allocations > 0, "allocations are seen at all");
	ok(cloison_landlock_resolve(p, NULL) == 0, "the policy resolves");
	allocations = 0;
	ok(in_child(p, do_count, NULL) == 0, "applying allocates nothing");
	ok(cloison_landlock_ruleset_fd(p, 0) >= 0 &&
		   fcntl(cloison_landlock_ruleset_fd(p, 0), F_GETFD) ==
			   FD_CLOEXEC,
	   "a ruleset is closed on execution");
	ok(cloison_landlock_ruleset_fd(p, 1) == -ENOENT,
	   "a layer that is not there has no ruleset");
	cloison_landlock_free(p);
}

static void test_substitute(void)
{
	struct cloison_landlock_policy *p = everything();
	struct cloison_landlock_kernel as = kernel;
	int seen = 0;

	as.abi = kernel.abi < 3 ? kernel.abi : 3;
	ok(cloison_landlock_options(p, CLOISON_LANDLOCK_SUBSTITUTE) == 0 &&
		   cloison_landlock_resolve(p, &as) == 0,
	   "an older kernel resolves with substitutes");
	for (size_t i = 0; i < cloison_landlock_item_count(p); i++)
		seen += cloison_landlock_item(p, i)->kind ==
				CLOISON_LANDLOCK_NET &&
			cloison_landlock_item(p, i)->status ==
				CLOISON_LANDLOCK_SUBSTITUTED;
	ok(seen == 4, "four rights are reported as substituted (%d)", seen);
	ok(in_child(p, do_connect, NULL) == EACCES, "TCP is refused");
	ok(in_child(p, do_datagram, NULL) == EACCES, "UDP is refused");
	ok(in_child(p, do_unix_socket, NULL) == 0, "unix sockets are not");
	cloison_landlock_free(p);
}

static void *wait_forever(void *unused)
{
	for (;;)
		(void)pause();
	return unused;
}

/* In a child: more threads, then what the library says. */
static int do_threads(const char *what)
{
	struct cloison_landlock_policy *p = everything();
	struct cloison_landlock_kernel as = kernel;
	pthread_t thread;
	int r;

	as.abi = as.abi > 7 ? 7 : as.abi; /* no TSYNC */
	if (*what == 'a' && cloison_landlock_resolve(p, &as))
		return 125;
	if (pthread_create(&thread, NULL, wait_forever, NULL))
		return 126;
	if (*what == 'a')
		return -cloison_landlock_apply(p);
	if (*what == 't' &&
	    cloison_landlock_options(p, CLOISON_LANDLOCK_THIS_THREAD))
		return 124;
	r = cloison_landlock_resolve(p, &as);
	if (!r && *what == 't')
		r = cloison_landlock_apply(p);
	return -r;
}

static void test_threads(void)
{
	ok(in_child(NULL, do_threads, "resolve") == EBUSY,
	   "several threads and no TSYNC: not resolved");
	ok(in_child(NULL, do_threads, "apply") == EBUSY,
	   "a thread that starts later: not applied");
	ok(in_child(NULL, do_threads, "this") == 0,
	   "this thread alone, if asked for");
}

/* In a child: TSYNC, then a thread that was there before tries. */
static int tsync_error = -1;
static pthread_barrier_t barrier;

static void *try_later(void *unused)
{
	(void)pthread_barrier_wait(&barrier);
	tsync_error = do_read("b/file");
	(void)pthread_barrier_wait(&barrier);
	return unused;
}

static int do_tsync(const char *unused)
{
	struct cloison_landlock_policy *p = everything();
	pthread_t thread;

	(void)unused;
	if (pthread_barrier_init(&barrier, NULL, 2) ||
	    pthread_create(&thread, NULL, try_later, NULL))
		return 126;
	if (cloison_landlock_resolve(p, NULL) || cloison_landlock_apply(p))
		return 125;
	(void)pthread_barrier_wait(&barrier);
	(void)pthread_barrier_wait(&barrier);
	return tsync_error;
}

static void test_tsync(void)
{
	if (kernel.abi < 8) {
		tap_skip("every thread is restricted",
			 "this kernel's ABI has no TSYNC");
		return;
	}
	ok(in_child(NULL, do_tsync, NULL) == EACCES,
	   "every thread is restricted");
}

/* In a child: one layer after the other, until the kernel has enough. */
static int do_layers(const char *unused)
{
	(void)unused;
	for (int i = 0; i < 18; i++) {
		struct cloison_landlock_policy *p = everything();
		int r = cloison_landlock_resolve(p, NULL);

		if (!r)
			r = cloison_landlock_apply(p);
		cloison_landlock_free(p);
		if (r == -E2BIG)
			return i;
		if (r)
			return 100;
		/* "a" has to open again, and /dev/null: they are allowed. */
	}
	return 101;
}

static void test_layers(void)
{
	struct cloison_landlock_policy *p = new_policy();
	int r = 0;

	ok(in_child(NULL, do_layers, NULL) == 16,
	   "the kernel takes 16 layers, then says E2BIG");
	for (int i = 0; i < 15 && !r; i++)
		r = cloison_landlock_layer(p);
	ok(!r, "a policy has 16 layers");
	ok(cloison_landlock_layer(p) == -E2BIG, "and no seventeenth");
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
	for (int abi = 1; abi <= CLOISON_LANDLOCK_ABI; abi++) {
		if (abi <= kernel.abi)
			test_abi(abi);
		else
			printf("# ABI %d: not on this kernel, which has %d\n",
			       abi, kernel.abi);
	}
	test_no_allocation();
	test_substitute();
	test_threads();
	test_tsync();
	test_layers();
	return tap_end();
}
