// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looks at a cage from inside.  Each check prints "ok " or "not ", and what
 * must hold; the driver makes a test of each line.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel/launch-probe.h"
#include "policy/cage.h"

static void check(bool is_good, const char *what)
{
	printf("%s %s", is_good ? "ok" : "not", what);
	if (!is_good)
		printf(" (errno %d)", errno);
	putchar('\n');
}

/* One file, whole. */
static const char *text_of(const char *path)
{
	static char text[32768];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n, size = 0;

	while (fd >= 0 &&
	       (n = read(fd, text + size, sizeof(text) - 1 - (size_t)size)) > 0)
		size += n;
	text[size] = '\0';
	if (fd >= 0)
		(void)close(fd);
	return text;
}

/* Of /proc/self/status, as hexadecimal or decimal. */
static uint64_t status_of(const char *key, int base)
{
	const char *p = strstr(text_of("/proc/self/status"), key);
	uint64_t n = 0;

	if (!p)
		return UINT64_MAX;
	for (p += strlen(key); *p == ' ' || *p == '\t' || *p == ':'; p++)
		;
	for (; *p && *p != '\n'; p++) {
		int digit = *p >= 'a' ? *p - 'a' + 10 : *p - '0';

		if (digit < 0 || digit >= base)
			break;
		n = n * (uint64_t)base + (uint64_t)digit;
	}
	return n;
}

static bool has_option(const char *options, const char *name)
{
	size_t size = strlen(name);

	for (const char *p = options; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (!strncmp(p, name, size) &&
		    (p[size] == ',' || !p[size] || p[size] == ' '))
			return true;
	}
	return false;
}

/* Every line of mountinfo: what may be written is noexec, nosuid, nodev. */
static void probe_mounts(void)
{
	static char copy[32768];
	char *state = NULL;
	int count = 0;

	(void)snprintf(copy, sizeof(copy), "%s",
		       text_of("/proc/self/mountinfo"));
	for (char *line = strtok_r(copy, "\n", &state); line;
	     line = strtok_r(NULL, "\n", &state)) {
		char target[256], options[256], rest[512], what[600];
		bool is_good;

		if (sscanf(line, "%*d %*d %*s %*s %255s %255s %511[^\n]",
			   target, options, rest) != 3) {
			check(false, "mountinfo can be read");
			continue;
		}
		count++;
		is_good = has_option(options, "nosuid");
		if (!has_option(options, "ro"))
			is_good = is_good && has_option(options, "nodev") &&
				  has_option(options, "noexec");
		else if (strncmp(target, "/dev", 4) &&
			 strncmp(target, "/proc", 5))
			is_good = is_good && has_option(options, "nodev");
		(void)snprintf(what, sizeof(what),
			       "mount %s has safe flags: %s", target, options);
		check(is_good, what);
		(void)snprintf(what, sizeof(what),
			       "mount %s receives and sends no other", target);
		check(!strncmp(rest, "- ", 2), what);
	}
	check(count > 10, "the list of mounts is not empty");
}

static bool is_listed(const char *name, const char *const *list)
{
	for (; *list; list++) {
		if (!strcmp(name, *list))
			return true;
	}
	return false;
}

/* Nothing but what is listed; "." and ".." are passed over. */
static void probe_dir(const char *path, const char *const *list)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char what[600];

	(void)snprintf(what, sizeof(what), "%s can be listed", path);
	check(dir != NULL, what);
	while (dir && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		(void)snprintf(what, sizeof(what), "%s/%s is expected there",
			       path, entry->d_name);
		check(is_listed(entry->d_name, list), what);
	}
	if (dir)
		(void)closedir(dir);
}

static void probe_tree(void)
{
	static const char *const root[] = { "bin",  "dev",   "etc", "home",
					    "lib",  "lib64", "mnt", "opt",
					    "proc", "root",  "run", "sbin",
					    "srv",  "sys",   "tmp", "usr",
					    "var",  NULL };
	static const char *const dev[] = {
		".hidden", "fd",      "full", "mqueue", "null",	 "ptmx",
		"pts",	   "random",  "shm",  "stderr", "stdin", "stdout",
		"tty",	   "urandom", "zero", NULL
	};
	static const char *const home[] = { "user", NULL };
	static const char *const none[] = { NULL };

	probe_dir("/", root);
	probe_dir("/dev", dev);
	probe_dir("/home", home);
	probe_dir("/sys", none);
	probe_dir("/run", none);
	probe_dir("/mnt", (const char *const[]){ "probe", NULL });
	check(open("/usr/probe-x", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) < 0 &&
		      errno == EROFS,
	      "/usr cannot be written");
	check(open("/etc/passwd", O_WRONLY | O_CLOEXEC) < 0,
	      "/etc/passwd cannot be written");
	check(access("/etc/shadow", F_OK) && errno == ENOENT,
	      "the host's /etc/shadow is not there");
}

/* W^X by mount: what a cage writes it does not execute. */
static void probe_noexec(const char *dir)
{
	char path[128], what[160];
	int fd;
	void *p;

	(void)snprintf(path, sizeof(path), "%s/probe-%d", dir, (int)getpid());
	(void)snprintf(what, sizeof(what), "a file can be made in %s", dir);
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0700);
	check(fd >= 0, what);
	if (fd < 0)
		return;
	(void)!write(fd, "#!/bin/true\n", 12);
	p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	(void)snprintf(what, sizeof(what),
		       "a file of %s is not mapped executable", dir);
	check(p == MAP_FAILED && errno == EPERM, what);
	(void)close(fd);
	(void)execl(path, path, (char *)NULL);
	(void)snprintf(what, sizeof(what), "a file of %s is not executed", dir);
	check(errno == EACCES, what);
	(void)unlink(path);
}

static void probe_writable(bool is_root)
{
	probe_noexec("/tmp");
	probe_noexec("/dev/shm");
	probe_noexec("/var/tmp");
	if (is_root) {
		probe_noexec("/run");
		probe_noexec("/root");
	} else {
		probe_noexec("/home/user");
	}
}

static void probe_proc(void)
{
	static const char *const closed[] = {
		"/proc/kallsyms", "/proc/modules",	 "/proc/interrupts",
		"/proc/keys",	  "/proc/kcore",	 "/proc/kmsg",
		"/proc/locks",	  "/proc/sysrq-trigger", "/proc/cmdline",
		"/proc/irq",	  "/proc/bus",
	};
	char what[128];

	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		(void)snprintf(what, sizeof(what), "%s is closed", closed[i]);
		check(open(closed[i], O_RDONLY | O_CLOEXEC) < 0 &&
			      (errno == EACCES || errno == ENOENT),
		      what);
	}
	check(open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC) < 0,
	      "settings of the kernel cannot be written");
	check(open("/proc/sys/kernel/ostype", O_RDONLY | O_CLOEXEC) >= 0,
	      "settings of the kernel can be read");
}

static void probe_credentials(bool is_root)
{
	uint64_t ceiling = CLO_CAGE_CAPS_MAX;
	long bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
	long locked = SECURE_ALL_LOCKS & ~(1L << SECURE_NO_CAP_AMBIENT_RAISE);

	check(status_of("CapBnd", 16) == ceiling,
	      "the bounding set is the ceiling");
	check(status_of("CapPrm", 16) == (is_root ? ceiling : 0),
	      "the permitted set is the ceiling for root, empty for others");
	check(status_of("CapEff", 16) == (is_root ? ceiling : 0),
	      "the effective set as well");
	check(status_of("CapInh", 16) == 0, "the inheritable set is empty");
	check(status_of("CapAmb", 16) == 0, "the ambient set is empty");
	check(status_of("NoNewPrivs", 10) == 1, "no_new_privs is set");
	check(status_of("Seccomp", 10) == 2, "a filter is installed");
	check((bits & locked) == locked, "every securebit is locked");
	check(bits & SECBIT_NO_CAP_AMBIENT_RAISE,
	      "ambient capabilities cannot be raised");
	check(is_root != !!(bits & SECBIT_NOROOT),
	      "root means root for root only");
	check(status_of("Groups", 10) == 0, "no supplementary group is left");
	check(strstr(text_of("/proc/self/uid_map"), " 65536\n") != NULL,
	      "the map of users covers 65536 of them");
	check(status_of("TracerPid", 10) == 0, "nobody traces");
}

static void probe_fds(void)
{
	int count = 0, others = 0;

	for (int fd = 0; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		count++;
		others += fd > 2;
	}
	check(count == 3 && !others, "descriptors 0, 1, 2 are open, no other");
}

static void probe_limits(void)
{
	struct rlimit limit;

	check(!getrlimit(RLIMIT_CORE, &limit) && limit.rlim_cur == 0 &&
		      limit.rlim_max == 0,
	      "no core file is written");
	check(!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_max == 256,
	      "the limit of open files is that of the cage");
}

static void probe_names(void)
{
	struct utsname names;
	struct ifreq request = { .ifr_name = "lo" };
	struct if_nameindex *list = if_nameindex();
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int count = 0;

	check(!uname(&names) && !strcmp(names.nodename, "live"),
	      "the host name is the cage's");
	check(!strcmp(names.domainname, "(none)"),
	      "the domain name of the host is not shown");
	check(fd >= 0 && !ioctl(fd, SIOCGIFFLAGS, &request) &&
		      (request.ifr_flags & IFF_UP),
	      "the loopback is up");
	for (struct if_nameindex *i = list; i && i->if_index; i++)
		count += strcmp(i->if_name, "lo") != 0 &&
			 strcmp(i->if_name, "sit0") != 0;
	check(count == 0, "no other interface is there");
	check(getsid(0) == getpid(), "the session is its own");
	check(strstr(text_of("/proc/self/cgroup"), "0::/\n") != NULL ||
		      !strstr(text_of("/proc/self/cgroup"), "0::"),
	      "the cgroup is its own root");
}

/* A way out: the address that a packet for elsewhere would bear. */
static void probe_net(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr = { htonl(0xcb007101) } };
	struct sockaddr_in own = { 0 };
	socklen_t size = sizeof(own);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	check(fd >= 0 && !connect(fd, (struct sockaddr *)&to, sizeof(to)),
	      "there is a way out");
	check(!getsockname(fd, (struct sockaddr *)&own, &size) &&
		      own.sin_addr.s_addr == htonl(0xc0000202),
	      "its address is the interface's");
	own.sin_port = htons(80);
	check(!bind(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
		    (struct sockaddr *)&own, sizeof(own)),
	      "a low port can be bound");
	check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP) >= 0,
	      "ping needs no raw socket");
	check(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP) < 0,
	      "a raw socket is refused");
}

static bool refused(long r)
{
	return r < 0 && (errno == EPERM || errno == ENOSYS || errno == EACCES ||
			 errno == EROFS);
}

/* What would undo the mounts, by every interface. */
static void probe_escape(void)
{
	struct mount_attr attr = { .attr_clr = MOUNT_ATTR_RDONLY };

	check(refused(mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL)),
	      "/usr is not remounted");
	check(refused(mount("tmpfs", "/mnt", "tmpfs", 0, NULL)),
	      "nothing is mounted");
	check(refused(mount("proc", "/mnt", "proc", 0, NULL)),
	      "/proc is not mounted again");
	check(refused(umount2("/proc/sys", MNT_DETACH)),
	      "nothing is unmounted");
	check(refused(syscall(SYS_mount_setattr, AT_FDCWD, "/usr", 0, &attr,
			      sizeof(attr))),
	      "mount_setattr is refused");
	check(refused(syscall(SYS_open_tree, AT_FDCWD, "/usr",
			      OPEN_TREE_CLONE)),
	      "open_tree is refused");
	check(refused(syscall(SYS_fsopen, "tmpfs", 0)), "fsopen is refused");
	check(refused(syscall(SYS_pivot_root, "/mnt", "/mnt")),
	      "pivot_root is refused");
	check(refused(chroot("/mnt")), "chroot is refused");
	check(refused(unshare(CLONE_NEWNS)), "no mount namespace is made");
	check(refused(unshare(CLONE_NEWUSER)), "no user namespace is made");
	check(refused(unshare(CLONE_NEWNET)), "no network namespace is made");
	check(refused(sethostname("x", 1)), "the host name stays");
	check(refused(mknod("/tmp/probe-null", S_IFCHR | 0600, 0x103)),
	      "no device node is made");
	check(refused(syscall(SYS_keyctl, 0, -3, 1, 0, 0)),
	      "keyrings are refused");
	check(refused(kill(-1, 0)) || errno == ESRCH || getuid() == 0,
	      "no process beyond the cage is signalled");
	check((unsigned int)personality(0xffffffff) == 0,
	      "personality can be asked for");
	check(refused(personality(0x0400000)), "READ_IMPLIES_EXEC is refused");
}

int launch_probe(const char *name)
{
	bool is_root = getuid() == 0;

	if (!strcmp(name, "net")) {
		probe_net();
		return fflush(stdout) ? 1 : 0;
	}
	probe_fds();
	probe_mounts();
	probe_tree();
	probe_writable(is_root);
	probe_proc();
	probe_credentials(is_root);
	probe_limits();
	probe_names();
	probe_escape();
	return fflush(stdout) ? 1 : 0;
}
