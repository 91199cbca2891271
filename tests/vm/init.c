// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * First process of a test virtual machine: mounts what a system needs, runs
 * one command and hands its output and its status to the host.
 *
 * It is pid 1 of an initramfs, linked statically.  What it shall do is in
 * /vm/conf (see struct conf); the command is in /vm/argv, each word ended by a
 * zero byte.  With a root disk it moves there and unpacks /payload over it.
 *
 * Output goes to the port "cloison.out", the status to "cloison.status", as
 * one line: "exit N", "signal N" or "error TEXT".  The host takes a machine
 * that ends without that line for crashed.  Where systemd boots the disk, its
 * unit vm-command does that instead (tests/vm/command).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMPRESSED_MODULE 4 /* MODULE_INIT_COMPRESSED_FILE */
#define DIR_CLOEXEC	  (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define ARGV_BYTES	  65536
#define ARGV_COUNT	  1024

struct conf {
	bool disk; /* the root is the disk /dev/vda, not the initramfs */
	bool modules; /* /dev/vdb holds the kernel's modules */
	bool systemd; /* the disk's own init goes on: a unit runs the command */
	bool tty; /* the command runs on /dev/hvc0 */
	unsigned short rows, columns;
	char term[64];
};

static int status_fd = -1;

/* Says why no command was run, and ends the machine. */
__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *f,
								...)
{
	char text[512];
	va_list ap;

	va_start(ap, f);
	vsnprintf(text, sizeof(text), f, ap);
	va_end(ap);
	fprintf(stderr, "init: %s\n", text);
	if (status_fd >= 0)
		dprintf(status_fd, "error %s\n", text);
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

static void make_dir(const char *path, mode_t mode)
{
	if (mkdir(path, mode) && errno != EEXIST)
		die("cannot make '%s': %s", path, strerror(errno));
}

static void mount_on(const char *type, const char *source, const char *target,
		     unsigned long flags, const char *data)
{
	if (mount(source, target, type, flags, data))
		die("cannot mount %s on '%s': %s", type, target,
		    strerror(errno));
}

/* What older kernels may lack is no reason to stop. */
static void mount_optional(const char *type, const char *target,
			   const char *data)
{
	if (mkdir(target, 0755) && errno != EEXIST)
		return;
	if (mount(type, target, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, data))
		fprintf(stderr, "init: no %s: %s\n", type, strerror(errno));
}

static size_t read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	while (done < size - 1 && (n = read(fd, buf + done, size - 1 - done)))
		if (n < 0)
			break;
		else
			done += (size_t)n;
	buf[done] = 0;
	close(fd);
	return done;
}

/* Loads the modules that /vm/modules/order lists, dependencies first. */
static void load_modules(void)
{
	static char list[16384];
	char path[512];
	char *save = NULL;

	if (!read_file("/vm/modules/order", list, sizeof(list)))
		return;
	for (char *name = strtok_r(list, "\n", &save); name;
	     name = strtok_r(NULL, "\n", &save)) {
		bool packed = strstr(name, ".ko.");
		int fd;

		snprintf(path, sizeof(path), "/vm/modules/%s", name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			die("no module '%s'", name);
		if (syscall(SYS_finit_module, fd, "",
			    packed ? COMPRESSED_MODULE : 0) &&
		    errno != EEXIST)
			fprintf(stderr, "init: module '%s': %s\n", name,
				strerror(errno));
		close(fd);
	}
}

/* A port's device is found by the name that the host gave it. */
static int open_port(const char *name)
{
	for (int try = 0; try < 100; try++) {
		DIR *d = opendir("/sys/class/virtio-ports");
		struct dirent *e;

		while (d && (e = readdir(d))) {
			char path[512], text[64];
			int fd;

			snprintf(path, sizeof(path),
				 "/sys/class/virtio-ports/%s/name", e->d_name);
			if (!read_file(path, text, sizeof(text)))
				continue;
			text[strcspn(text, "\n")] = 0;
			if (strcmp(text, name))
				continue;
			snprintf(path, sizeof(path), "/dev/%s", e->d_name);
			fd = open(path, O_WRONLY | O_CLOEXEC);
			closedir(d);
			return fd;
		}
		if (d)
			closedir(d);
		usleep(20000);
	}
	return -1;
}

static void read_conf(struct conf *c)
{
	static char text[4096];
	char *save = NULL;

	read_file("/vm/conf", text, sizeof(text));
	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, '=');

		if (!value)
			continue;
		*value++ = 0;
		if (!strcmp(line, "disk"))
			c->disk = *value == '1';
		else if (!strcmp(line, "modules"))
			c->modules = *value == '1';
		else if (!strcmp(line, "systemd"))
			c->systemd = *value == '1';
		else if (!strcmp(line, "tty"))
			c->tty = *value == '1';
		else if (!strcmp(line, "rows"))
			c->rows = (unsigned short)strtoul(value, NULL, 10);
		else if (!strcmp(line, "columns"))
			c->columns = (unsigned short)strtoul(value, NULL, 10);
		else if (!strcmp(line, "term"))
			snprintf(c->term, sizeof(c->term), "%s", value);
	}
}

static char **read_argv(void)
{
	static char text[ARGV_BYTES];
	static char *argv[ARGV_COUNT + 1];
	size_t size = read_file("/vm/argv", text, sizeof(text));
	size_t count = 0;

	for (size_t at = 0; at < size && count < ARGV_COUNT;
	     at += strlen(text + at) + 1)
		argv[count++] = text + at;
	if (!count)
		die("no command was given");
	return argv;
}

static void copy_file(int from_dir, int to_dir, const char *name,
		      const struct stat *st)
{
	char buf[65536];
	int in = openat(from_dir, name, O_RDONLY | O_CLOEXEC);
	int out;
	ssize_t n;

	unlinkat(to_dir, name, 0);
	out = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		     0600);
	if (in < 0 || out < 0)
		die("payload: '%s': %s", name, strerror(errno));
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n)
			die("payload: '%s': the disk is full", name);
	if (fchmod(out, st->st_mode & 07777))
		die("payload: '%s': %s", name, strerror(errno));
	close(in);
	close(out);
}

/* Copies a tree over another, whose own directories keep their modes. */
static void copy_tree(int from, int to) /* both are closed */
{
	DIR *d = fdopendir(from);
	struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d))) {
		const char *name = e->d_name;
		char link[4096];
		ssize_t n;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW))
			die("payload: '%s': %s", name, strerror(errno));
		if (S_ISDIR(st.st_mode)) {
			(void)mkdirat(to, name, st.st_mode & 07777);
			copy_tree(openat(from, name, DIR_CLOEXEC),
				  openat(to, name, DIR_CLOEXEC));
		} else if (S_ISLNK(st.st_mode)) {
			n = readlinkat(from, name, link, sizeof(link) - 1);
			link[n < 0 ? 0 : n] = 0;
			unlinkat(to, name, 0);
			if (symlinkat(link, to, name))
				die("payload: '%s': %s", name, strerror(errno));
		} else if (S_ISREG(st.st_mode)) {
			copy_file(from, to, name, &st);
		}
	}
	if (!d)
		die("payload: a directory cannot be read");
	closedir(d);
	close(to);
}

/* Frees the memory that the initramfs holds, once nothing uses it. */
static void empty_tree(int dir_fd, dev_t dev) /* dir_fd is closed */
{
	DIR *d = fdopendir(dir_fd);
	struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (fstatat(dir_fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    st.st_dev != dev)
			continue;
		if (S_ISDIR(st.st_mode)) {
			empty_tree(openat(dir_fd, e->d_name, DIR_CLOEXEC), dev);
			unlinkat(dir_fd, e->d_name, AT_REMOVEDIR);
		} else {
			unlinkat(dir_fd, e->d_name, 0);
		}
	}
	if (d)
		closedir(d);
}

static void wait_for(const char *device)
{
	for (int try = 0; try < 250 && access(device, F_OK); try++)
		usleep(20000);
}

/* Moves to the disk.  The initramfs stays underneath, empty. */
static void enter_disk(const struct conf *c)
{
	static const char *const moved[] = { "/dev", "/proc", "/sys" };
	int old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int payload = open("/payload", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char path[64];
	struct stat st;

	make_dir("/new", 0755);
	wait_for("/dev/vda");
	mount_on("ext4", "/dev/vda", "/new", MS_NOATIME, NULL);
	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
		snprintf(path, sizeof(path), "/new%s", moved[i]);
		make_dir(path, 0755);
		if (mount(moved[i], path, NULL, MS_MOVE, NULL))
			die("cannot move '%s': %s", moved[i], strerror(errno));
	}
	if (c->modules) {
		wait_for("/new/dev/vdb");
		mount_on("ext4", "/new/dev/vdb", "/new/usr/lib/modules",
			 MS_RDONLY, NULL);
	}
	if (payload >= 0)
		copy_tree(payload,
			  open("/new", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	if (fstat(old, &st) || chdir("/new") ||
	    mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		die("cannot enter the disk: %s", strerror(errno));
	empty_tree(old, st.st_dev);
}

/* Hands the machine over; /run, /tmp and the rest are systemd's to mount. */
__attribute__((noreturn)) static void become_systemd(const struct conf *c)
{
	static char name[] = "/sbin/init";
	char *const argv[] = { name, NULL };

	enter_disk(c);
	clearenv();
	setenv("TERM", c->term[0] ? c->term : "dumb", 1);
	execv(name, argv);
	die("cannot run '%s': %s", name, strerror(errno));
}

static void link_at(const char *to, const char *path)
{
	if (symlink(to, path) && errno != EEXIST)
		die("cannot link '%s': %s", path, strerror(errno));
}

static void network_up(void)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &r))
		die("cannot bring 'lo' up: %s", strerror(errno));
	close(fd);
}

/* The mounts of a running Debian, shared as systemd makes them. */
static void mount_system(void)
{
	const unsigned long plain = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	make_dir("/dev/pts", 0755);
	make_dir("/dev/shm", 01777);
	make_dir("/dev/mqueue", 01777);
	make_dir("/run", 0755);
	make_dir("/tmp", 01777);
	mount_on("devpts", "devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC,
		 "ptmxmode=0666,mode=620,gid=5");
	mount_on("tmpfs", "tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV,
		 "mode=1777");
	mount_on("mqueue", "mqueue", "/dev/mqueue", plain, NULL);
	mount_on("tmpfs", "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755");
	mount_on("tmpfs", "tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777");
	make_dir("/run/lock", 01777);
	mount_on("cgroup2", "cgroup2", "/sys/fs/cgroup", plain, "nsdelegate");
	mount_optional("securityfs", "/sys/kernel/security", NULL);
	mount_optional("bpf", "/sys/fs/bpf", "mode=0700");
	mount_optional("tracefs", "/sys/kernel/tracing", NULL);
	link_at("/proc/self/fd", "/dev/fd");
	link_at("/proc/self/fd/0", "/dev/stdin");
	link_at("/proc/self/fd/1", "/dev/stdout");
	link_at("/proc/self/fd/2", "/dev/stderr");
	if (mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL))
		fprintf(stderr, "init: mounts are not shared: %s\n",
			strerror(errno));
	network_up();
	if (sethostname("cloison", 7))
		die("cannot set the host's name: %s", strerror(errno));
}

static void set_environment(const struct conf *c)
{
	clearenv();
	setenv("PATH",
	       "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	       1);
	setenv("HOME", "/root", 1);
	setenv("USER", "root", 1);
	setenv("LOGNAME", "root", 1);
	setenv("SHELL", "/bin/bash", 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("TERM", c->term[0] ? c->term : "dumb", 1);
}

static int open_input(const struct conf *c)
{
	struct winsize w = { .ws_row = c->rows, .ws_col = c->columns };
	int fd = open(c->tty ? "/dev/hvc0" : "/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0 || (c->tty && (ioctl(fd, TIOCSCTTY, 1) ||
				  (w.ws_row && ioctl(fd, TIOCSWINSZ, &w)))))
		_exit(127);
	return fd;
}

static pid_t start(const struct conf *c, char **argv, int out)
{
	pid_t pid = fork();
	sigset_t none;
	int in;

	if (pid)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	in = open_input(c);
	if (c->tty)
		out = in;
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	syscall(SYS_close_range, 3U, ~0U, 0U);
	set_environment(c);
	if (chdir(access("/root", X_OK) ? "/" : "/root"))
		_exit(127);
	execvp(argv[0], argv);
	dprintf(2, "init: cannot run '%s': %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Hands on what waits in the pipe; false once nothing does. */
static bool pump(int from, int to)
{
	char buf[65536];
	ssize_t n = read(from, buf, sizeof(buf));
	ssize_t done = 0;

	if (n <= 0)
		return false;
	while (done < n) {
		ssize_t m = write(to, buf + done, (size_t)(n - done));

		if (m < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		if (m > 0)
			done += m;
	}
	return true;
}

/* Reaps whatever ends and hands its output on, until the command has ended. */
static int serve(pid_t command, int from, int to)
{
	for (;;) {
		struct pollfd p = { .fd = from, .events = POLLIN };
		int status;
		pid_t pid;

		poll(&p, 1, 50);
		if (p.revents & POLLIN)
			pump(from, to);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
			if (pid != command)
				continue;
			while (pump(from, to))
				;
			return status;
		}
	}
}

int main(void)
{
	struct conf c = { 0 };
	int out_fd, status, fds[2];
	char **argv;

	umask(022);
	make_dir("/dev", 0755);
	make_dir("/proc", 0555);
	make_dir("/sys", 0555);
	(void)mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
	status = open("/dev/console", O_RDWR | O_CLOEXEC);
	if (status >= 0) {
		dup2(status, 0);
		dup2(status, 1);
		dup2(status, 2);
	}
	mount_on("proc", "proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		 NULL);
	mount_on("sysfs", "sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		 NULL);
	read_conf(&c);
	argv = c.systemd ? NULL : read_argv();
	load_modules();
	status_fd = open_port("cloison.status");
	out_fd = open_port("cloison.out");
	if (status_fd < 0 || out_fd < 0)
		die("the host's ports are missing");
	if (c.systemd)
		become_systemd(&c);
	if (c.disk)
		enter_disk(&c);
	mount_system();
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		die("no pipe: %s", strerror(errno));
	fcntl(fds[1], F_SETFL, 0); /* the command's end blocks */
	status = serve(start(&c, argv, fds[1]), fds[0], out_fd);
	sync();
	if (WIFSIGNALED(status))
		dprintf(status_fd, "signal %d\n", WTERMSIG(status));
	else
		dprintf(status_fd, "exit %d\n", WEXITSTATUS(status));
	reboot(RB_POWER_OFF);
	for (;;) /* the host ends a machine that cannot power itself off */
		pause();
}
