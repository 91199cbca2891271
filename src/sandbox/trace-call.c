// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a call needs: its arguments read from the process that waits, its
 * paths made absolute, its rights by the kernel's rules.
 */
#include <elf.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "sandbox/trace-call.h"

#define R(name) ((uint64_t)CLOISON_LANDLOCK_FS_##name)

enum { PLACE = 4096 };

enum deed {
	OPEN, /* dirfd, path, flags */
	OPENAT2, /* dirfd, path, how */
	CREAT, /* path */
	EXECUTE, /* dirfd, path */
	REMOVE, /* dirfd, path, flags */
	REMOVE_DIR, /* path */
	MAKE_DIR, /* dirfd, path */
	MAKE_NODE, /* dirfd, path, mode */
	MAKE_LINK, /* target, dirfd, path */
	MOVE, /* dirfd, path, dirfd, path */
	LINK, /* dirfd, path, dirfd, path */
	TRUNCATE, /* path */
	CONNECT, /* fd, address, size */
	BIND, /* fd, address, size */
	SEND, /* fd, -, -, -, address, size */
};

/* clang-format off */
static const struct {
	int number;
	enum deed deed;
	bool is_at; /* has a directory before each path */
} calls[] = {
#ifdef SYS_open
	{ SYS_open, OPEN, false }, { SYS_creat, CREAT, false }, { SYS_unlink, REMOVE, false },
	{ SYS_rmdir, REMOVE_DIR, false }, { SYS_mkdir, MAKE_DIR, false }, { SYS_mknod, MAKE_NODE, false },
	{ SYS_symlink, MAKE_LINK, false }, { SYS_rename, MOVE, false }, { SYS_link, LINK, false },
#endif
#ifdef SYS_renameat
	{ SYS_renameat, MOVE, true },
#endif
	{ SYS_openat, OPEN, true }, { SYS_openat2, OPENAT2, true },
	{ SYS_execve, EXECUTE, false }, { SYS_execveat, EXECUTE, true },
	{ SYS_unlinkat, REMOVE, true }, { SYS_mkdirat, MAKE_DIR, true }, { SYS_mknodat, MAKE_NODE, true },
	{ SYS_symlinkat, MAKE_LINK, true }, { SYS_renameat2, MOVE, true }, { SYS_linkat, LINK, true },
	{ SYS_truncate, TRUNCATE, false },
	{ SYS_connect, CONNECT, false }, { SYS_bind, BIND, false }, { SYS_sendto, SEND, false },
};
/* clang-format on */

struct caller {
	pid_t pid;
	const struct seccomp_data *call;
	bool is_at;
	clo_trace_seen *seen;
	void *data;
};

size_t clo_trace_call_count(void)
{
	return CLO_ARRAY_SIZE(calls);
}

int clo_trace_call_number(size_t index)
{
	return calls[index].number;
}

static bool read_memory(const struct caller *c, uint64_t at, void *out,
			size_t size)
{
	struct iovec ours = { out, size };
	/* The number is an address of the other process. */
	struct iovec theirs = { (void *)(uintptr_t)at, size };

	return process_vm_readv(c->pid, &ours, 1, &theirs, 1, 0) ==
	       (ssize_t)size;
}

/* A string, page by page: the next page may not be there. */
static bool read_string(const struct caller *c, uint64_t at, char *out)
{
	size_t used = 0;

	while (used < PLACE) {
		size_t n = 4096 - (at & 4095);

		if (n > PLACE - used)
			n = PLACE - used;
		if (!read_memory(c, at, out + used, n))
			return false;
		if (memchr(out + used, '\0', n))
			return true;
		used += n;
		at += n;
	}
	return false;
}

/* The path of an argument, absolute as the caller sees it. */
static bool read_path(const struct caller *c, int dirfd, uint64_t at, char *out)
{
	char link[64], text[PLACE];
	ssize_t n;
	size_t size;

	if (!at || !read_string(c, at, text))
		return false;
	if (text[0] == '/') {
		memcpy(out, text, strlen(text) + 1);
		/* Its own directory in /proc is not ours. */
		if (!strncmp(text, "/proc/self/", 11))
			(void)snprintf(out, PLACE, "/proc/%d/%.4000s",
				       (int)c->pid, text + 11);
		return true;
	}
	if (dirfd == AT_FDCWD)
		(void)snprintf(link, sizeof(link), "/proc/%d/cwd", (int)c->pid);
	else
		(void)snprintf(link, sizeof(link), "/proc/%d/fd/%d",
			       (int)c->pid, dirfd);
	n = readlink(link, out, PLACE - 1);
	if (n <= 0 || out[0] != '/')
		return false;
	size = (size_t)n;
	if (!text[0]) {
		out[size] = '\0';
		return true;
	}
	if (size + strlen(text) + 2 > PLACE)
		return false;
	out[size++] = '/';
	memcpy(out + size, text, strlen(text) + 1);
	return true;
}

/* Directory of argument @i if the call has some, else the current one. */
static int dir_of(const struct caller *c, int i)
{
	return c->is_at ? (int)c->call->args[i] : AT_FDCWD;
}

static void split(const char *path, char *dir)
{
	size_t n = strlen(path);

	memcpy(dir, path, n + 1);
	while (n > 1 && dir[n - 1] == '/')
		dir[--n] = '\0';
	while (n > 1 && dir[n - 1] != '/')
		n--;
	dir[n > 1 ? n - 1 : 1] = '\0';
}

static void tell(const struct caller *c, const char *path, uint64_t rights,
		 bool is_made)
{
	const struct clo_trace_event event = { .path = path,
					       .rights = rights,
					       .is_made = is_made };

	if (rights || is_made)
		c->seen(c->data, &event);
}

static void tell_parent(const struct caller *c, const char *path,
			uint64_t rights)
{
	char dir[PLACE];

	split(path, dir);
	tell(c, dir, rights, false);
}

/* A name that a call makes, in a directory where it needs @rights. */
static void tell_made(const struct caller *c, const char *path, uint64_t rights)
{
	struct stat st;

	tell_parent(c, path, rights);
	if (lstat(path, &st))
		tell(c, path, 0, true);
}

static void see_open(const struct caller *c, const char *path, uint64_t flags)
{
	uint64_t mode = flags & O_ACCMODE, rights = 0;
	struct stat st;
	bool is_there = !stat(path, &st);

	if (flags & O_PATH)
		return;
	if (mode != O_RDONLY)
		rights |= R(WRITE_FILE);
	if (flags & O_TRUNC)
		rights |= R(TRUNCATE);
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		tell(c, path, rights | R(MAKE_REG) | R(READ_FILE), false);
		return;
	}
	if (!is_there) {
		if (!(flags & O_CREAT))
			return; /* nothing is there: nothing to allow */
		if (mode != O_WRONLY)
			rights |= R(READ_FILE);
		tell_parent(c, path, R(MAKE_REG));
		tell(c, path, rights, true);
		return;
	}
	if (S_ISDIR(st.st_mode)) {
		tell(c, path, R(READ_DIR), false);
		return;
	}
	if (mode != O_WRONLY)
		rights |= R(READ_FILE);
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		rights |= R(IOCTL_DEV);
	tell(c, path, rights, false);
}

/* The loader that an ELF program names: the kernel executes it too. */
static void see_loader(const struct caller *c, const char *head, size_t size)
{
	Elf64_Ehdr elf;

	if (size < sizeof(elf))
		return;
	memcpy(&elf, head, sizeof(elf));
	if (memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0 ||
	    elf.e_ident[EI_CLASS] != ELFCLASS64 ||
	    elf.e_phentsize != sizeof(Elf64_Phdr))
		return;
	for (size_t i = 0; i < elf.e_phnum; i++) {
		uint64_t at = elf.e_phoff + i * sizeof(Elf64_Phdr);
		Elf64_Phdr part;

		if (elf.e_phoff >= size || at + sizeof(part) > size)
			return;
		memcpy(&part, head + at, sizeof(part));
		if (part.p_type != PT_INTERP)
			continue;
		if (part.p_offset < size && part.p_filesz > 1 &&
		    part.p_filesz <= size - part.p_offset &&
		    head[part.p_offset] == '/' &&
		    !head[part.p_offset + part.p_filesz - 1])
			tell(c, head + part.p_offset, R(EXECUTE) | R(READ_FILE),
			     false);
		return;
	}
}

/* A script's interpreter, or a program's loader, is executed too. */
static void see_execute(const struct caller *c, const char *path)
{
	clo_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	static char head[PLACE]; /* where loaders put the names of others */
	ssize_t n;
	size_t size;

	if (access(path, X_OK))
		return;
	tell(c, path, R(EXECUTE) | R(READ_FILE), false);
	n = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);
	if (n < 3)
		return;
	if (head[0] != '#' || head[1] != '!') {
		see_loader(c, head, (size_t)n);
		return;
	}
	head[n < 256 ? n : 255] = '\0'; /* what the kernel reads of a line */
	size = strspn(head + 2, " \t");
	head[2 + size + strcspn(head + 2 + size, " \t\n")] = '\0';
	if (head[2 + size] == '/')
		tell(c, head + 2 + size, R(EXECUTE) | R(READ_FILE), false);
}

static void see_move(const struct caller *c, bool is_link)
{
	int second = c->is_at ? 2 : 1;
	static char from[PLACE], to[PLACE], from_dir[PLACE], to_dir[PLACE];
	uint64_t made = R(MAKE_REG), removed = R(REMOVE_FILE), across = 0;
	struct stat st;

	if (!read_path(c, dir_of(c, 0), c->call->args[c->is_at ? 1 : 0],
		       from) ||
	    !read_path(c, dir_of(c, 2), c->call->args[second + c->is_at], to) ||
	    lstat(from, &st))
		return;
	if (S_ISDIR(st.st_mode)) {
		made = R(MAKE_DIR);
		removed = R(REMOVE_DIR);
	} else if (S_ISLNK(st.st_mode)) {
		made = R(MAKE_SYM);
	}
	split(from, from_dir);
	split(to, to_dir);
	if (strcmp(from_dir, to_dir) != 0)
		across = R(REFER);
	if (!is_link && !lstat(to, &st))
		made |= S_ISDIR(st.st_mode) ? R(REMOVE_DIR) : R(REMOVE_FILE);
	tell(c, from_dir, (is_link ? 0 : removed) | across, false);
	tell(c, to_dir, made | across, false);
	if (lstat(to, &st))
		tell(c, to, 0, true);
}

static void see_node(const struct caller *c, const char *path, uint64_t mode)
{
	uint64_t rights = R(MAKE_REG);

	if (S_ISCHR((mode_t)mode))
		rights = R(MAKE_CHAR);
	else if (S_ISBLK((mode_t)mode))
		rights = R(MAKE_BLOCK);
	else if (S_ISFIFO((mode_t)mode))
		rights = R(MAKE_FIFO);
	else if (S_ISSOCK((mode_t)mode))
		rights = R(MAKE_SOCK);
	tell_made(c, path, rights);
}

/* The type of a socket of the caller's, by a copy of its descriptor. */
static int socket_type(const struct caller *c, int number)
{
	clo_fd int process = (int)syscall(SYS_pidfd_open, c->pid, 0);
	clo_fd int fd = -1;
	socklen_t size = sizeof(int);
	int type = 0;

	if (process >= 0)
		fd = (int)syscall(SYS_pidfd_getfd, process, number, 0);
	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size))
		return SOCK_STREAM; /* a thread: its process is not known */
	return type;
}

static void see_address(const struct caller *c, bool is_bind, uint64_t at,
			uint64_t size)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	} address = { 0 };
	struct clo_trace_event event = { .is_port = true };
	char path[sizeof(address.un.sun_path) + 1] = "";

	if (!at || size < sizeof(sa_family_t) || size > sizeof(address) ||
	    !read_memory(c, at, &address, size))
		return;
	if (address.any.sa_family == AF_UNIX) {
		memcpy(path, address.un.sun_path, sizeof(path) - 1);
		if (path[0] == '/' && is_bind)
			tell_made(c, path, R(MAKE_SOCK));
		else if (path[0] == '/')
			tell(c, path, R(RESOLVE_UNIX) | R(WRITE_FILE), false);
		return;
	}
	if (address.any.sa_family != AF_INET &&
	    address.any.sa_family != AF_INET6)
		return;
	event.port = ntohs(address.in.sin_port); /* the same place in both */
	if (socket_type(c, (int)c->call->args[0]) == SOCK_DGRAM)
		event.rights = is_bind ? CLOISON_LANDLOCK_NET_BIND_UDP :
					 CLOISON_LANDLOCK_NET_CONNECT_SEND_UDP;
	else
		event.rights = is_bind ? CLOISON_LANDLOCK_NET_BIND_TCP :
					 CLOISON_LANDLOCK_NET_CONNECT_TCP;
	c->seen(c->data, &event);
}

/* Calls with one path, at @at. */
static void see_path(const struct caller *c, enum deed deed, int at)
{
	const __u64 *args = c->call->args;
	struct open_how how = { 0 };
	char path[PLACE];

	if (!read_path(c, dir_of(c, at - c->is_at), args[at], path))
		return;
	switch (deed) {
	case OPEN:
		see_open(c, path, args[at + 1]);
		break;
	case OPENAT2:
		if (read_memory(c, args[2], &how, sizeof(how)))
			see_open(c, path, how.flags);
		break;
	case CREAT:
		see_open(c, path, O_WRONLY | O_CREAT | O_TRUNC);
		break;
	case EXECUTE:
		see_execute(c, path);
		break;
	case REMOVE:
		tell_parent(c, path,
			    c->is_at && args[2] & AT_REMOVEDIR ?
				    R(REMOVE_DIR) :
				    R(REMOVE_FILE));
		break;
	case REMOVE_DIR:
		tell_parent(c, path, R(REMOVE_DIR));
		break;
	case MAKE_DIR:
		tell_made(c, path, R(MAKE_DIR));
		break;
	case MAKE_NODE:
		see_node(c, path, args[at + 1]);
		break;
	case MAKE_LINK:
		tell_made(c, path, R(MAKE_SYM));
		break;
	default:
		tell(c, path, R(TRUNCATE), false);
		break;
	}
}

void clo_trace_call(pid_t pid, const struct seccomp_data *call,
		    clo_trace_seen *seen, void *data)
{
	struct caller c = {
		.pid = pid, .call = call, .seen = seen, .data = data
	};

	for (size_t i = 0; i < CLO_ARRAY_SIZE(calls); i++) {
		if (calls[i].number != call->nr)
			continue;
		c.is_at = calls[i].is_at;
		switch (calls[i].deed) {
		case MOVE:
		case LINK:
			see_move(&c, calls[i].deed == LINK);
			return;
		case CONNECT:
		case BIND:
			see_address(&c, calls[i].deed == BIND, call->args[1],
				    call->args[2]);
			return;
		case SEND:
			see_address(&c, false, call->args[4], call->args[5]);
			return;
		case MAKE_LINK:
			see_path(&c, MAKE_LINK, c.is_at ? 2 : 1);
			return;
		default:
			see_path(&c, calls[i].deed, c.is_at);
			return;
		}
	}
}
