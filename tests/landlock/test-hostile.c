// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a hostile program tries from inside a sandbox on this kernel, beyond
 * test-policy: mounts of its own, directories that it holds, set-user-id
 * programs; and what stays possible, as CAVEATS.md says.
 * usage: test-hostile DIRECTORY   (a scratch directory, made and left empty)
 *        test-hostile --euid      (status: the effective user is root)
 */
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "child.h"
#include "lib/tap.h"

#define READ \
	((uint64_t)CLOISON_LANDLOCK_FS_READ_FILE | CLOISON_LANDLOCK_FS_READ_DIR)

/* A status of a child that is no errno. */
enum { NOT_HERE = 120 };

static struct cloison_landlock_kernel kernel;
static char top[4096]; /* the scratch directory */

static int read_at(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? errno : 0;

	if (fd >= 0)
		(void)close(fd);
	return r;
}

/* ---- magic links ---- */

static int do_proc_root(const char *path)
{
	char name[8300];

	(void)snprintf(name, sizeof(name), "/proc/self/root%s/%s", top, path);
	return do_read(name);
}

static int do_proc_cwd(const char *path)
{
	char name[300];

	(void)snprintf(name, sizeof(name), "/proc/self/cwd/%.200s", path);
	return do_read(name);
}

/* By the parent's view of the file system, if it may be had at all. */
static int do_proc_parent(const char *path)
{
	char name[8300];

	(void)snprintf(name, sizeof(name), "/proc/%d/root%s/%s", (int)getppid(),
		       top, path);
	return do_read(name);
}

static int held_dir = -1, held_path = -1;

static int do_held_dir(const char *path)
{
	return read_at(held_dir, path);
}

static int do_held_chdir(const char *path)
{
	return fchdir(held_dir) ? 126 : do_read(path);
}

static int do_reopen(const char *unused)
{
	char name[64];

	(void)unused;
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", held_path);
	return do_read(name);
}

/* A program run from a descriptor is executed all the same. */
static int do_execute(const char *unused)
{
	static char *const argv[] = { (char *)(uintptr_t)"x", NULL };

	(void)unused;
	(void)syscall(SYS_execveat, held_path, "", argv, argv, AT_EMPTY_PATH);
	return errno;
}

static void test_links(void)
{
	struct cloison_landlock_policy *p = policy_of("/proc", READ);

	held_dir = open("b", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	held_path = open("b/file", O_PATH | O_CLOEXEC);
	ok(in_child(p, do_proc_root, "a/file") == 0 &&
		   in_child(p, do_proc_root, "b/file") == EACCES,
	   "/proc/self/root is no other root");
	ok(in_child(p, do_proc_cwd, "a/file") == 0 &&
		   in_child(p, do_proc_cwd, "b/file") == EACCES,
	   "nor is /proc/self/cwd");
	ok(in_child(p, do_proc_parent, "b/file") == EACCES &&
		   in_child(p, do_proc_parent, "a/file") == EACCES,
	   "the root of a process outside is not entered");
	ok(in_child(p, do_held_dir, "file") == EACCES,
	   "a directory that is held gives no files");
	ok(in_child(p, do_held_chdir, "file") == EACCES,
	   "nor does going there");
	ok(in_child(NULL, do_held_dir, "file") == 0 &&
		   in_child(NULL, do_held_chdir, "file") == 0,
	   "both do without a sandbox");
	ok(in_child(p, do_reopen, NULL) == EACCES &&
		   in_child(NULL, do_reopen, NULL) == 0,
	   "a place that is held (O_PATH) is not opened by /proc/self/fd");
	ok(in_child(p, do_execute, NULL) == EACCES,
	   "nor executed by its descriptor");
	cloison_landlock_free(p);
	(void)close(held_dir);
	(void)close(held_path);
}

/* ---- moves and links ---- */

static int do_move(const char *path)
{
	return rename(path, "a/moved") ? errno : 0;
}

static int do_link(const char *path)
{
	return link(path, "a/linked") ? errno : 0;
}

static int do_exchange(const char *path)
{
	return syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, "a/file",
		       2 /* RENAME_EXCHANGE */) ?
		       errno :
		       0;
}

static int do_move_dir(const char *path)
{
	return rename("a/sub", path) ? errno : 0;
}

static int is_refused(int r)
{
	return r == EACCES || r == EXDEV;
}

static void test_moves(void)
{
	/* c may be read and moved from, but not written. */
	struct cloison_landlock_policy *p =
		policy_of("c", READ | CLOISON_LANDLOCK_FS_REFER |
				       CLOISON_LANDLOCK_FS_REMOVE_FILE |
				       CLOISON_LANDLOCK_FS_MAKE_REG |
				       CLOISON_LANDLOCK_FS_MAKE_DIR);

	(void)mkdir("a/sub", 0755);
	put_file("a/sub/file");
	ok(is_refused(in_child(p, do_move, "b/file")),
	   "no file is moved in from outside");
	ok(is_refused(in_child(p, do_link, "b/file")), "nor linked");
	ok(is_refused(in_child(p, do_exchange, "b/file")), "nor exchanged");
	ok(is_refused(in_child(p, do_move, "c/file")),
	   "no file is moved to where it could be written");
	ok(is_refused(in_child(p, do_link, "c/file")), "nor linked there");
	ok(is_refused(in_child(p, do_exchange, "c/file")),
	   "nor exchanged with one there");
	ok(is_refused(in_child(p, do_move_dir, "b/sub")),
	   "no directory is moved out");
	/* Fewer rights there than here: that is no gain. */
	ok(in_child(p, do_move_dir, "c/sub") == (kernel.abi >= 2 ? 0 : EXDEV),
	   "to a place with fewer rights one is, from ABI 2 on");
	cloison_landlock_free(p);
	(void)rename("c/sub", "a/sub");
	ok(access("b/file", F_OK) == 0 && access("c/file", F_OK) == 0 &&
		   access("a/moved", F_OK) && access("a/linked", F_OK),
	   "everything is where it was");
}

/* ---- mounts ---- */

static int write_map(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		(void)close(fd);
	return n < 0 ? -1 : 0;
}

/* Namespaces of one's own, as any user may have them on most systems. */
static int own_mounts(void)
{
	char map[64];
	unsigned int uid = getuid(), gid = getgid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -1;
	(void)snprintf(map, sizeof(map), "0 %u 1", uid);
	if (write_map("/proc/self/setgroups", "deny") ||
	    write_map("/proc/self/uid_map", map))
		return -1;
	(void)snprintf(map, sizeof(map), "0 %u 1", gid);
	if (write_map("/proc/self/gid_map", map))
		return -1;
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

/* In a child: @what is bound on a/mnt before, then the sandbox, then @deed. */
static int bound(const char *what, int (*deed)(const char *), const char *arg)
{
	struct cloison_landlock_policy *p;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (own_mounts() || mount(what, "a/mnt", NULL, MS_BIND, NULL))
			_exit(NOT_HERE);
		p = policy_of(NULL, 0);
		status = cloison_landlock_apply(p);
		_exit(status ? 119 : deed(arg) & 127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int do_mount(const char *unused)
{
	(void)unused;
	return mount("b", "a/mnt", NULL, MS_BIND, NULL) ? errno : 0;
}

static int do_umount(const char *path)
{
	return umount2(path, MNT_DETACH) ? errno : 0;
}

static int do_remount(const char *path)
{
	return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) ?
		       errno :
		       0;
}

static int do_pivot(const char *path)
{
	return syscall(SYS_pivot_root, path, path) ? errno : 0;
}

static int do_chroot(const char *path)
{
	if (chroot("b") || chdir("/"))
		return 126;
	return do_read(path);
}

/* A detached copy of a tree: it hangs below nothing that a rule names. */
static int do_detached(const char *path)
{
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, "b",
			      1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);

	if (fd < 0)
		return errno == EPERM ? EACCES : errno;
	return read_at(fd, path);
}

static int do_detached_moved(const char *unused)
{
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, "b",
			      1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);

	(void)unused;
	if (fd < 0)
		return errno;
	return syscall(SYS_move_mount, fd, "", AT_FDCWD, "a/mnt",
		       4 /* MOVE_MOUNT_F_EMPTY_PATH */) ?
		       errno :
		       0;
}

static int do_mount_new(const char *unused)
{
	(void)unused;
	return mount("none", "a/mnt", "tmpfs", 0, NULL) ? errno : 0;
}

/* Namespaces made inside give no mount either. */
static int do_unshare_mount(const char *unused)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return errno == EPERM || errno == ENOSPC ? EPERM : errno;
	return do_mount(unused);
}

static void test_mounts(void)
{
	(void)mkdir("a/mnt", 0755);
	if (bound("b", do_read, "a/file") == NOT_HERE) {
		tap_skip("mounts of one's own",
			 "no namespaces of users and mounts for this user");
		return;
	}
	ok(bound("b", do_read, "a/file") == 0, "a/ is read below own mounts");
	ok(bound("b", do_read, "b/file") == EACCES,
	   "what was bound into a/ is not read in its own place");
	/* The walk goes up through the mount: who could mount, could read. */
	ok(bound("b", do_read, "a/mnt/file") == 0,
	   "but where it was bound before the sandbox");
	ok(bound("b", do_mount, NULL) == EPERM, "inside nothing is bound");
	ok(bound("b", do_mount_new, NULL) == EPERM, "nothing is mounted");
	ok(bound("b", do_umount, "a/mnt") == EPERM, "nothing is unmounted");
	ok(bound("b", do_remount, "a/mnt") == EPERM, "nothing is remounted");
	ok(bound("b", do_pivot, "a/mnt") == EPERM, "the root stays");
	ok(bound("b", do_detached, "file") == EACCES,
	   "a detached copy of a tree is not read");
	ok(bound("b", do_detached_moved, NULL) == EPERM,
	   "nor attached where reading is allowed");
	ok(bound("b", do_chroot, "/file") == EACCES,
	   "another root gives no files");
	ok(bound("b", do_unshare_mount, NULL) == EPERM,
	   "nor do namespaces inside namespaces");
}

/* ---- a tree deeper than a path can say ---- */

static int deep_fd(int levels, int is_made)
{
	int dir = open("a/deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (int i = 0; dir >= 0 && i < levels; i++) {
		int next;

		if (is_made)
			(void)mkdirat(dir, "directory", 0755);
		next = openat(dir, "directory",
			      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		(void)close(dir);
		dir = next;
	}
	return dir;
}

static int do_deep(const char *unused)
{
	int dir = deep_fd(1000, 0), fd;

	(void)unused;
	if (dir < 0)
		return errno;
	fd = openat(dir, "new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 ? errno : read_at(dir, "file");
}

/* Up from there by as many "..": out of what is allowed again. */
static int do_deep_up(const char *unused)
{
	int dir = deep_fd(1000, 0);

	(void)unused;
	for (int i = 0; i < 1002; i++) {
		int up = openat(dir, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

		(void)close(dir);
		dir = up;
	}
	return dir < 0 ? 126 : read_at(dir, "b/file");
}

static void remove_deep(void)
{
	int dir = deep_fd(1000, 0);

	(void)unlinkat(dir, "file", 0);
	(void)unlinkat(dir, "new", 0);
	for (int i = 0; i < 1000; i++) {
		int up = openat(dir, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		(void)close(dir);
		dir = up;
		(void)unlinkat(dir, "directory", AT_REMOVEDIR);
	}
	(void)close(dir);
}

static void test_deep(void)
{
	struct cloison_landlock_policy *p;
	int dir, fd;

	(void)mkdir("a/deep", 0755);
	dir = deep_fd(1000, 1);
	fd = openat(dir, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	(void)close(fd);
	(void)close(dir);
	p = policy_of(NULL, 0);
	ok(fd >= 0 && in_child(p, do_deep, NULL) == 0,
	   "a rule holds 1,000 directories below, beyond what a path says");
	ok(in_child(p, do_deep_up, NULL) == EACCES,
	   "and nothing above it is read from there");
	cloison_landlock_free(p);
	remove_deep();
}

/* ---- set-user-id programs ---- */

static const char *self = "";

static int run_self(const char *unused)
{
	char *const argv[] = { (char *)(uintptr_t)self,
			       (char *)(uintptr_t)"--euid", NULL };

	(void)unused;
	(void)execve("a/self", argv, argv + 2);
	return 126;
}

static int do_set_id(const char *arg)
{
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return 125;
	return run_self(arg);
}

/* The same with the sandbox put on by who is no longer root. */
static int do_set_id_inside(const char *arg)
{
	struct cloison_landlock_policy *p;
	int r;

	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return 125;
	p = policy_of("/", READ | CLOISON_LANDLOCK_FS_EXECUTE);
	r = cloison_landlock_apply(p);
	return r ? 124 : run_self(arg);
}

static void copy_self(void)
{
	static char bytes[1 << 20];
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open("a/self", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) > 0) {
		if (write(to, bytes, (size_t)n) != n)
			abort();
	}
	if (from < 0 || to < 0 || n < 0 || fchmod(to, 04755) || close(to))
		abort();
	(void)close(from);
}

static void test_set_id(void)
{
	if (geteuid()) {
		tap_skip("a set-user-id program", "only root can make one");
		return;
	}
	copy_self();
	(void)chmod(".", 0755);
	if (in_child(NULL, do_set_id, NULL) != 1) {
		tap_skip("a set-user-id program",
			 "this file system runs none (nosuid)");
	} else {
		ok(1, "a set-user-id program becomes root without a sandbox");
		ok(in_child(NULL, do_set_id_inside, NULL) == 0,
		   "inside one it stays who started it");
	}
	(void)unlink("a/self");
}

/* ---- descriptors ---- */

static int held_file = -1, held_socket = -1;

static int do_write_held(const char *text)
{
	return write(held_file, text, strlen(text)) < 0 ? errno : 0;
}

static int do_truncate_held(const char *unused)
{
	(void)unused;
	return ftruncate(held_file, 1) ? errno : 0;
}

static int do_listen_held(const char *unused)
{
	(void)unused;
	return listen(held_socket, 1) ? errno : 0;
}

static int do_connect_held(const char *unused)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };

	(void)unused;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(held_socket, (struct sockaddr *)&to, sizeof(to)) ?
		       errno :
		       0;
}

static void test_descriptors(void)
{
	struct cloison_landlock_policy *p = policy_of(NULL, 0);

	held_file = open("b/file", O_RDWR | O_CLOEXEC);
	held_socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ok(in_child(p, do_write_held, "x") == 0 &&
		   in_child(p, do_truncate_held, NULL) == 0,
	   "known: a file that is held is written and cut");
	ok(in_child(p, do_connect_held, NULL) ==
		   (kernel.abi >= 4 ? EACCES : ECONNREFUSED),
	   "a socket that is held connects to no port, from ABI 4 on");
	/* Without a name it is bound by the call, to any port. */
	ok(in_child(p, do_listen_held, NULL) == 0,
	   "known: listening without bind takes a port of the kernel's choice");
	(void)close(held_file);
	(void)close(held_socket);
	cloison_landlock_free(p);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--euid"))
		return geteuid() == 0;
	if (argc != 2 || chdir(argv[1]) || !getcwd(top, sizeof(top) - 1))
		return 2;
	self = argv[0];
	(void)mkdir("a", 0755);
	(void)mkdir("b", 0755);
	(void)mkdir("c", 0755);
	put_file("a/file");
	put_file("b/file");
	put_file("c/file");
	(void)cloison_landlock_probe(&kernel);
	if (!kernel.abi) {
		printf("1..0 # SKIP this kernel has no Landlock\n");
		return 0;
	}
	test_links();
	test_moves();
	test_mounts();
	test_deep();
	test_set_id();
	test_descriptors();
	return tap_end();
}
