/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks on files and devices.  The victim owns a file in a directory that
 * everybody may write, open to all by its mode.
 */
#include "attack.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "policy/label.h"

static const char *name_of(const char *what)
{
	static char names[4][64];
	static unsigned int next;
	char *name = names[next++ % 4];

	(void)snprintf(name, 64, SHARED_DIR "/%d.%s", stage->number, what);
	return name;
}

static int open_file(const char *name, int flags)
{
	mode_t old = umask(0);
	int fd = open(name, flags | O_CLOEXEC, 0666);

	(void)umask(old);
	return fd;
}

static void make_file(void)
{
	int fd = open_file(name_of("file"), O_CREAT | O_RDWR);

	(void)!write(fd, "secret", 6);
	(void)close(fd);
}

static void make_dir(void)
{
	mode_t old = umask(0);

	(void)mkdir(name_of("dir"), 0777);
	(void)umask(old);
}

static void make_fifo(void)
{
	mode_t old = umask(0);

	(void)mkfifo(name_of("fifo"), 0666);
	(void)umask(old);
}

static const char *shm_name(void)
{
	static char name[32];

	(void)snprintf(name, sizeof(name), "/dev/shm/cloison-%d",
		       stage->number);
	return name;
}

static void make_shm_object(void)
{
	(void)open_file(shm_name(), O_CREAT | O_RDWR);
}

static int was_written(void)
{
	char text[8] = { 0 };
	int fd = open_file(name_of("file"), O_RDONLY);

	(void)!read(fd, text, 7);
	(void)close(fd);
	return strcmp(text, "secret") != 0;
}

static int is_gone(void)
{
	return access(name_of("file"), F_OK) != 0;
}

static int is_changed(void)
{
	struct stat st;

	if (stat(name_of("file"), &st))
		return 1;
	return (st.st_mode & 0777) != 0666 || st.st_gid != getgid() ||
	       st.st_mtime == 1 || st.st_size != 6;
}

enum { READ, WRITE, FIFO, SHM, OPATH, HANDLE, NAME_HANDLE };

static int run_handle(long is_open)
{
	union {
		struct file_handle handle;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} h = { .handle = { .handle_bytes = MAX_HANDLE_SZ } };
	int mount_id;
	int dir = open_file("/tmp", O_RDONLY | O_DIRECTORY);

	if (name_to_handle_at(AT_FDCWD, name_of("file"), &h.handle, &mount_id,
			      0)) {
		if (!is_open)
			return -errno;
		/* Then one made by hand: the right to open is asked first. */
		h.handle.handle_type = 1;
		h.handle.handle_bytes = 8;
	}
	return is_open ? call(open_by_handle_at(dir, &h.handle, O_RDONLY)) : 0;
}

static int run_open(long how)
{
	char path[32];
	int fd;

	switch (how) {
	case READ:
		return call(open_file(name_of("file"), O_RDONLY));
	case WRITE:
		fd = open_file(name_of("file"), O_WRONLY);
		return fd < 0 ? -errno : call(write(fd, "change", 6));
	case FIFO:
		return call(open_file(name_of("fifo"), O_RDWR | O_NONBLOCK));
	case SHM:
		return call(open_file(shm_name(), O_RDWR));
	default:
		fd = open_file(name_of("file"), O_PATH);
		if (fd < 0)
			return -errno;
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		return call(open_file(path, O_RDONLY));
	}
}

enum { CHMOD, CHOWN, UTIMES, TRUNCATE, LINK, RENAME, UNLINK, RMDIR };

static int run_change(long what)
{
	const char *file = name_of("file");
	struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

	switch (what) {
	case CHMOD:
		return call(chmod(file, 0600));
	case CHOWN:
		return call(chown(file, (uid_t)-1, 12345));
	case UTIMES:
		return call(utimensat(AT_FDCWD, file, times, 0));
	case TRUNCATE:
		return call(truncate(file, 1));
	case LINK:
		return call(link(file, name_of("link")));
	case RENAME:
		return call(rename(file, name_of("other")));
	case UNLINK:
		return call(unlink(file));
	default:
		return call(rmdir(name_of("dir")));
	}
}

enum { FLOCK, OFD, LEASE, INOTIFY, FANOTIFY, DNOTIFY, CACHESTAT, MINCORE };

/* A file that every cage sees; the victim's own one in the same cage. */
static const char *shared_file(void)
{
	if (!access(name_of("file"), F_OK) || stage->target > CLO_CAGE_CORE)
		return name_of("file"); /* another cage's is not a shared one */
	return "/etc/passwd";
}

static int run_lock(long what)
{
	int fd = open_file(shared_file(), O_RDONLY);
	struct flock lock = { .l_type = F_RDLCK };

	if (fd < 0)
		return -errno;
	if (what == FLOCK)
		return call(flock(fd, LOCK_SH | LOCK_NB));
	if (what == OFD)
		return call(fcntl(fd, F_OFD_SETLK, &lock));
	return call_past(fcntl(fd, F_SETLEASE, F_RDLCK), EAGAIN);
}

int attack_lock_shared(void)
{
	int fd = open_file("/etc/passwd", O_RDONLY);

	return fd < 0 ? -errno : call(flock(fd, LOCK_SH | LOCK_NB));
}

/* What all cages have in /dev is one. */
static int run_lock_node(long arg)
{
	int fd = open_file("/dev/null", O_RDWR);

	(void)arg;
	return fd < 0 ? -errno : call(flock(fd, LOCK_EX | LOCK_NB));
}

static int run_watch_node(long arg)
{
	int fd = inotify_init1(IN_CLOEXEC);

	(void)arg;
	return fd < 0 ? -errno :
			call(inotify_add_watch(fd, "/dev/null", IN_ALL_EVENTS));
}

static int run_watch(long what)
{
	int fd;

	if (what == INOTIFY)
		return call(inotify_add_watch(inotify_init1(IN_CLOEXEC),
					      shared_file(), IN_ALL_EVENTS));
	if (what == DNOTIFY) {
		fd = open_file(access(name_of("dir"), F_OK) ? "/" :
							      name_of("dir"),
			       O_RDONLY | O_DIRECTORY);
		return fd < 0 ? -errno : call(fcntl(fd, F_NOTIFY, 1));
	}
	fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_REPORT_FID,
			   O_RDONLY);
	if (fd < 0)
		return -errno;
	return call(fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD,
				  shared_file()));
}

static int run_cache(long what)
{
	/* On a disk: what is in memory only is never let go. */
	int fd = open_file(what == MINCORE ? "/usr/bin/env" : shared_file(),
			   O_RDONLY);
	unsigned long long range[2] = { 0, 4096 }, stat[5];
	unsigned char pages[1] = { 0 };
	void *p;

	if (fd < 0)
		return -errno;
	if (what == CACHESTAT)
		return call(syscall(451, fd, range, stat, 0));
	/* Who may not write learns the same of every page: 1. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED || mincore(p, 4096, pages))
		return -errno;
	return pages[0] & 1 ? -ECANCELED : 0;
}

/* Old enough for a reader to leave a trace, where one is left. */
static void age_file(void)
{
	struct timespec times[2] = { { 1, 0 }, { 0, UTIME_OMIT } };

	(void)utimensat(AT_FDCWD, "/usr/bin/env", times, 0);
}

static int run_atime(long arg)
{
	struct stat before, after;
	char byte;
	int fd = open_file("/usr/bin/env", O_RDONLY);

	(void)arg;
	if (fd < 0 || fstat(fd, &before))
		return -errno;
	usleep(20000);
	(void)!read(fd, &byte, 1);
	(void)fstat(fd, &after);
	return memcmp(&before.st_atim, &after.st_atim, sizeof(after.st_atim)) ?
		       0 :
		       -ECANCELED;
}

/* Everybody reads and writes, one user by name. */
static int run_acl(long is_set)
{
	struct {
		unsigned int version;
		struct {
			unsigned short tag, rights;
			unsigned int id;
		} entries[5];
	} acl = { 2,
		  { { 0x01, 6, ~0U },
		    { 0x02, 6, 1 },
		    { 0x04, 6, ~0U },
		    { 0x10, 6, ~0U },
		    { 0x20, 6, ~0U } } };
	const char *name = "system.posix_acl_access";

	acl.entries[1].id = getuid();
	return is_set ? call(setxattr(name_of("file"), name, &acl, sizeof(acl),
				      0)) :
			call(removexattr(name_of("file"), name));
}

enum {
	SETXATTR,
	REMOVEXATTR,
	SETFLAGS,
	FSSETXATTR,
	VERITY,
	SETUID_CHMOD,
	SETUID_CREATE,
	SETGID_MKDIR,
	MKNOD
};

static int run_own(long what)
{
	const char *file = name_of("own");
	unsigned char zero[128] = { 0 };
	int flags = 0;
	int fd = open_file(file, O_CREAT | O_RDWR);

	switch (what) {
	case SETXATTR:
		return call_past(setxattr(file, "security.cloison", "x", 1, 0),
				 EOPNOTSUPP);
	case REMOVEXATTR:
		return call_past(removexattr(file, "security.cloison"),
				 ENODATA);
	case SETFLAGS:
		return call_past(ioctl(fd, FS_IOC_SETFLAGS, &flags), ENOTTY);
	case FSSETXATTR:
		return call_past(ioctl(fd, FS_IOC_FSSETXATTR, zero), ENOTTY);
	case VERITY:
		flags = ioctl(fd, _IOC(1, 'f', 133, 128), zero);
		return flags && errno != ENOTTY && errno != EOPNOTSUPP &&
				       errno != EINVAL && errno != ETXTBSY ?
			       -errno :
			       0;
	case SETUID_CHMOD:
		return call(chmod(file, 04755));
	case SETUID_CREATE:
		return call(open(name_of("suid"),
				 O_CREAT | O_WRONLY | O_CLOEXEC, 04755));
	case SETGID_MKDIR:
		if (mkdir(name_of("sgid"), 02755))
			return -errno;
		return call(chmod(name_of("sgid"), 02755));
	default:
		return call(
			mknod(name_of("node"), S_IFCHR | 0600, makedev(1, 3)));
	}
}

/* That it runs just now is looked at behind every check. */
static int run_exe(long is_init)
{
	return call_past(open_file(is_init ? "/proc/1/exe" : "/proc/self/exe",
				   O_WRONLY),
			 ETXTBSY);
}

/* --- devices: a node is made for the test, where none is shown ------------ */

#define DEV(major, minor) ((major) << 8 | (minor))
enum { DEV_BLOCK = 1 << 20 };

static int run_device(long number)
{
	char path[64];
	int major = (int)(number >> 8 & 0xfff), minor = (int)(number & 0xff);
	int fd;

	(void)snprintf(path, sizeof(path), "/dev/cloison-%ld", number);
	(void)mknod(path, (number & DEV_BLOCK ? S_IFBLK : S_IFCHR) | 0666,
		    makedev((unsigned int)major, (unsigned int)minor));
	/* What every cage has is not made for the test. */
	fd = open_file(number == DEV(1, 5) ? "/dev/zero" : path,
		       O_RDONLY | O_NONBLOCK);
	/* Nobody drives it: still the open has gone through. */
	return fd < 0 && (errno == ENXIO || errno == ENODEV) ? 0 : call(fd);
}

static void make_pty(void)
{
	int fd = open_file("/dev/ptmx", O_RDWR | O_NOCTTY);

	(void)grantpt(fd);
	(void)unlockpt(fd);
	(void)ioctl(fd, _IOR('T', 0x30, unsigned int), &stage->answer);
}

static int run_pty(long arg)
{
	char path[32];

	(void)arg;
	(void)snprintf(path, sizeof(path), "/dev/pts/%d", stage->answer);
	return call(open_file(path, O_RDWR | O_NOCTTY));
}

static int run_tty(long request)
{
	char buffer[64] = "x";
	int fd = open_file("/dev/ptmx", O_RDWR | O_NOCTTY);
	int slave;

	if (fd < 0)
		return -errno;
	(void)unlockpt(fd);
	slave = ioctl(fd, _IO('T', 0x41), O_RDWR | O_NOCTTY);
	if (slave < 0)
		return -errno;
	if (!ioctl(slave, (unsigned long)request, buffer))
		return 0;
	/* Beyond the check: the terminal does not do this. */
	return errno == ENOTTY || errno == EINVAL || errno == EIO ||
			       errno == EBADF || errno == EFAULT ?
		       0 :
		       -errno;
}

/* The same ioctl by the system call of 32-bit programs. */
static int run_tty_32(long request)
{
	static char byte = 'x';
	int fd = open_file("/dev/ptmx", O_RDWR | O_NOCTTY);
	int slave, r;

	(void)unlockpt(fd);
	slave = ioctl(fd, _IO('T', 0x41), O_RDWR | O_NOCTTY);
	if (slave < 0)
		return -errno;
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(54), "b"(slave), "c"((int)request),
			   "d"((int)(long)&byte)
			 : "memory");
	return r == -ENOTTY || r == -EINVAL || r == -EIO ? 0 : r;
}

static int run_tty_session(long request)
{
	return call(ioctl(0, (unsigned long)request, "x"));
}

/* --- code --- */

static void make_program(void)
{
	char buffer[4096];
	int from = open_file("/proc/self/exe", O_RDONLY);
	int to = open_file(name_of("file"), O_CREAT | O_WRONLY);
	ssize_t size;

	while ((size = read(from, buffer, sizeof(buffer))) > 0)
		(void)!write(to, buffer, (size_t)size);
	(void)fchmod(to, 0755);
	(void)close(to);
}

static int run_exec(long arg)
{
	char *argv[] = { (char *)"attack", (char *)"--nothing", NULL };
	int status = 0;
	pid_t pid = fork();

	(void)arg;
	if (!pid) {
		(void)execv(name_of("file"), argv);
		_exit(errno);
	}
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

static int run_map_exec(long arg)
{
	int fd = open_file(name_of("file"), O_RDONLY);

	(void)arg;
	if (fd < 0)
		return -errno;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) ==
			       MAP_FAILED ?
		       -errno :
		       0;
}

/* clang-format off */
const struct attack attacks_file[] = {
	{ "file-read", run_open, make_file, NULL, OWN_UID, READ },
	{ "file-write", run_open, make_file, was_written, OWN_UID, WRITE },
	{ "fifo", run_open, make_fifo, NULL, OWN_UID, FIFO },
	{ "dev-shm", run_open, make_shm_object, NULL, OWN_UID, SHM },
	{ "o-path", run_open, make_file, NULL, OWN_UID, OPATH },
	{ "open-by-handle", run_handle, make_file, NULL, OWN_UID | HOST_CONTROL, 1 },
	{ "name-to-handle", run_handle, make_file, NULL, OWN_UID, 0 },
	{ "chmod", run_change, make_file, is_changed, OWN_UID, CHMOD },
	{ "chown", run_change, make_file, is_changed, OWN_UID, CHOWN },
	{ "utimes", run_change, make_file, is_changed, OWN_UID, UTIMES },
	{ "truncate", run_change, make_file, is_changed, OWN_UID, TRUNCATE },
	{ "hard-link", run_change, make_file, NULL, OWN_UID, LINK },
	{ "rename", run_change, make_file, is_gone, OWN_UID, RENAME },
	{ "unlink", run_change, make_file, is_gone, OWN_UID, UNLINK },
	{ "rmdir", run_change, make_dir, NULL, OWN_UID, RMDIR },
	{ "flock", run_lock, make_file, NULL, OWN_UID, FLOCK },
	{ "flock-node", run_lock_node, NULL, NULL, OWN_UID, 0 }, { "inotify-node", run_watch_node, NULL, NULL, OWN_UID, 0 },
	{ "ofd-lock", run_lock, make_file, NULL, OWN_UID, OFD },
	{ "lease", run_lock, make_file, NULL, OWN_UID, LEASE },
	{ "inotify", run_watch, make_file, NULL, OWN_UID, INOTIFY },
	{ "fanotify", run_watch, make_file, NULL, OWN_UID | HOST_CONTROL, FANOTIFY },
	{ "dnotify", run_watch, make_dir, NULL, OWN_UID, DNOTIFY },
	{ "cachestat", run_cache, make_file, NULL, OWN_UID, CACHESTAT },
	{ "mincore", run_cache, NULL, NULL, OWN_UID, MINCORE },
	{ "atime", run_atime, age_file, NULL, 0, 0 },
	{ "set-acl", run_acl, make_file, NULL, OWN_UID, 1 },
	{ "remove-acl", run_acl, make_file, NULL, OWN_UID, 0 },
	{ "setxattr", run_own, NULL, NULL, OWN_UID, SETXATTR },
	{ "removexattr", run_own, NULL, NULL, OWN_UID, REMOVEXATTR },
	{ "setflags", run_own, NULL, NULL, OWN_UID, SETFLAGS },
	{ "fssetxattr", run_own, NULL, NULL, OWN_UID, FSSETXATTR },
	{ "enable-verity", run_own, NULL, NULL, OWN_UID, VERITY },
	{ "chmod-setuid", run_own, NULL, NULL, OWN_UID, SETUID_CHMOD },
	{ "create-setuid", run_own, NULL, NULL, OWN_UID, SETUID_CREATE },
	{ "mkdir-setgid", run_own, NULL, NULL, OWN_UID, SETGID_MKDIR },
	{ "mknod", run_own, NULL, NULL, OWN_UID, MKNOD },
	{ "self-exe-write", run_exe, NULL, NULL, 0, 0 },
	{ "init-exe-write", run_exe, NULL, NULL, 0, 1 },
	{ "open-mem", run_device, NULL, NULL, 0, DEV(1, 1) },
	{ "open-kmem", run_device, NULL, NULL, 0, DEV(1, 2) },
	{ "open-misc", run_device, NULL, NULL, 0, DEV(10, 232) },
	{ "open-common", run_device, NULL, NULL, 0, DEV(1, 5) },
	{ "open-console", run_device, NULL, NULL, 0, DEV(5, 1) },
	{ "open-tty0", run_device, NULL, NULL, 0, DEV(4, 0) },
	{ "open-vcs", run_device, NULL, NULL, 0, DEV(7, 0) },
	{ "open-kmsg", run_device, NULL, NULL, 0, DEV(1, 11) },
	{ "open-loop", run_device, NULL, NULL, 0, DEV(7, 0) | DEV_BLOCK },
	{ "open-loop-control", run_device, NULL, NULL, 0, DEV(10, 237) },
	{ "pty-open", run_pty, make_pty, NULL, OWN_UID, 0 },
	{ "tiocsti", run_tty, NULL, NULL, OWN_UID, 0x5412 },
	{ "tiocsti-32", run_tty_32, NULL, NULL, OWN_UID, 0x5412 },
	{ "tiocsti-session", run_tty_session, NULL, NULL, NO_CONTROL, 0x5412 },
	{ "tioclinux", run_tty, NULL, NULL, OWN_UID, 0x541c },
	{ "tioccons", run_tty, NULL, NULL, OWN_UID, 0x541d },
	{ "tiocsetd", run_tty, NULL, NULL, OWN_UID, 0x5423 },
	{ "tiocvhangup", run_tty, NULL, NULL, OWN_UID, 0x5437 },
	{ "tiocgwinsz", run_tty, NULL, NULL, OWN_UID, 0x5413 },
	{ "kdsetmode", run_tty, NULL, NULL, OWN_UID, KDSKBMODE },
	{ "vt-activate", run_tty, NULL, NULL, OWN_UID, VT_ACTIVATE },
	{ "exec-file", run_exec, make_program, NULL, OWN_UID, 0 },
	{ "map-exec", run_map_exec, make_program, NULL, OWN_UID, 0 },
	{ 0 },
};
/* clang-format on */
