// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The second half of launch-live: terminals, services, roots that are not the
 * host's, interfaces.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "kernel/launch-live.h"

static void set_bind(struct clo_running *run, const char *source,
		     const char *target, uint32_t is_writable)
{
	struct clo_bind *b = &run->conf.binds[1];

	(void)snprintf(b->source, sizeof(b->source), "%s", source);
	(void)snprintf(b->target, sizeof(b->target), "%s", target);
	b->is_writable = is_writable;
}

static void test_binds(void)
{
	struct clo_running run;
	struct stat st;
	char out[512];
	int pidfd;

	(void)mkdir("/run/cloison-live-share", 0755);
	live_run_init(&run);
	set_bind(&run, "/run/cloison-live-share", "/srv/share/deep", 1);
	if (!live_start(&run, &pidfd))
		return;
	live_ok(!live_shell(&run, 0,
			    "echo x > /srv/share/deep/x && "
			    "grep ' /srv/share/deep ' /proc/self/mountinfo",
			    out, sizeof(out)),
		"a writable view is written (%s)", out);
	live_ok(strstr(out, "rw,nosuid,nodev,noexec") != NULL,
		"and is noexec, nosuid, nodev (%s)", out);
	live_ok(!stat("/run/cloison-live-share/x", &st) &&
			st.st_uid == clo_label_uid(CAGE),
		"what is in it belongs to the cage");
	live_ok(live_shell(&run, 0, "echo x > " PROBE_DIR "/x", out,
			   sizeof(out)) != 0,
		"a read-only view is not written");
	live_end(&run, pidfd);
	(void)unlink("/run/cloison-live-share/x");
	(void)rmdir("/run/cloison-live-share");
}

static void test_failures(void)
{
	static struct live_traces before;
	/* clang-format off */
	static const struct {
		const char *source, *target, *interface, *root;
		const char *text;
		int code;
	} cases[] = {
		{ "/nowhere", "/mnt/x", "", "", "'/nowhere' cannot be opened", -ENOENT },
		{ "/bin", "/mnt/x", "", "", "'/bin' cannot be opened", -ELOOP },
		{ "/usr/share", "/proc/x", "", "", "'/proc/x' cannot be opened", -ENOENT },
		{ "", "", "no-such0", "", "'no-such0' cannot be set up", -ENODEV },
		{ "", "", "", "/nowhere", "'/nowhere' cannot be opened", -ENOENT },
		{ "", "", "", "/bin", "'/bin' cannot be opened", -ELOOP },
	};
	/* clang-format on */

	live_look(&before);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(cases); i++) {
		struct clo_running run;
		struct clo_err err = { 0 };
		int pidfd = -1;
		int r;

		live_run_init(&run);
		set_bind(&run, cases[i].source, cases[i].target, 0);
		if (*cases[i].interface) {
			run.conf.net_kind = CLO_NET_INTERFACE;
			(void)snprintf(run.conf.interfaces[0].name, 16, "%s",
				       cases[i].interface);
		}
		if (*cases[i].root) {
			run.conf.root_kind = CLO_ROOT_DIRECTORY;
			(void)snprintf(run.conf.root_path,
				       sizeof(run.conf.root_path), "%s",
				       cases[i].root);
		}
		r = clo_launch_start(&launcher, &run, &pidfd, &err);
		live_ok(r == cases[i].code && strstr(err.text, cases[i].text),
			"case %zu fails as it should: %d %s", i, r, err.text);
	}
	live_check_traces(&before, "after failures");
}

/* Nothing but its user ids holds such a cage together: it ends all the same. */
static void test_loose(void)
{
	static struct live_traces before;
	struct clo_running run;
	char out[256];
	int pidfd;

	live_look(&before);
	live_run_init(&run);
	run.without |= live_bit(CLO_PROTECT_pid) | live_bit(CLO_PROTECT_cgroup);
	if (!live_start(&run, &pidfd))
		return;
	live_ok(!live_shell(&run, USER,
			    "setsid sleep 1003 <&- >&- 2>&- & sleep 0.1", out,
			    sizeof(out)),
		"a process that leaves its session (%s)", out);
	live_end(&run, pidfd);
	live_check_traces(&before, "without cgroup and pid namespace");
}

/* Bring up and use a cage that lacks one protection after the other. */
static void test_without(void)
{
#define X(id, name, text) #name,
	static const char *const names[] = { CLO_PROTECTIONS(X) };
#undef X
	static struct live_traces before;

	live_look(&before);
	for (size_t i = 1; i < CLO_ARRAY_SIZE(names); i++) {
		struct clo_running run;
		struct clo_err err = { 0 };
		char out[256] = "";
		int pidfd, r;

		live_run_init(&run);
		run.without |= live_bit((enum clo_protection)i);
		r = clo_launch_start(&launcher, &run, &pidfd, &err);
		live_ok(r == 0, "up without %s: %d %s", names[i], r, err.text);
		if (r)
			continue;
		r = live_shell(&run, USER, "echo $CLOISON_WITHOUT $PS1; id -u",
			       out, sizeof(out));
		live_ok(r == 0 && strstr(out, names[i]) &&
				strstr(out, "1000\n"),
			"enter without %s: %d, the prompt says so: %s",
			names[i], r, out);
		live_end(&run, pidfd);
	}
	live_check_traces(&before, "without protections");
}

static void test_limits(void)
{
	/* clang-format off */
	static const struct {
		const char *name, *text;
	} files[] = {
		{ "memory.max", "67108864\n" },
		{ "memory.swap.max", "0\n" },
		{ "pids.max", "20\n" },
		{ "cpu.max", "50000 100000\n" },
	};
	/* clang-format on */
	struct clo_running run;
	struct clo_err err = { 0 };
	char out[512];
	int pidfd, r;

	live_run_init(&run);
	run.conf.memory_mib = 64;
	run.conf.pids = 20;
	run.conf.cpu_percent = 50;
	run.conf.io_weight = 50;
	if (launcher.cgroup_fd < 0) {
		live_skip("limits", "no cgroup v2 here");
		return;
	}
	r = clo_launch_start(&launcher, &run, &pidfd, &err);
	if (r == -EOPNOTSUPP) {
		live_ok(strstr(err.text, "--without=cgroup") != NULL,
			"a limit that cannot be set is named: %s", err.text);
		return;
	}
	live_ok(r == 0, "a limited cage comes up (%d %s)", r, err.text);
	if (r)
		return;
	live_ok(live_shell(&run, 0,
			   "for i in $(seq 40); do sleep 1 & done; true", out,
			   sizeof(out)) != 0 ||
			strstr(out, "fork"),
		"no more processes than the limit (%s)", out);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(files); i++) {
		char path[64];
		int fd;

		(void)snprintf(path, sizeof(path), "cages/live/%s",
			       files[i].name);
		fd = openat(launcher.cgroup_fd, path, O_RDONLY | O_CLOEXEC);
		live_read_all(fd, out, sizeof(out));
		(void)close(fd);
		live_ok(!strcmp(out, files[i].text), "%s is %s", files[i].name,
			out);
	}
	live_end(&run, pidfd);
}

static void pause_ms(long ms)
{
	const struct timespec pause = { .tv_sec = ms / 1000,
					.tv_nsec = ms % 1000 * 1000000 };

	(void)nanosleep(&pause, NULL);
}

/* Read a terminal until it shows @text, or for five seconds. */
static bool expect(int fd, const char *text, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	while (!strstr(out, text) && used < size - 1) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&ready, 1, 5000) <= 0)
			return false;
		n = read(fd, out + used, size - 1 - used);
		if (n <= 0)
			return false;
		used += (size_t)n;
		out[used] = '\0';
	}
	return strstr(out, text) != NULL;
}

static void type(int fd, const char *text)
{
	live_ok(write(fd, text, strlen(text)) == (ssize_t)strlen(text),
		"the terminal takes what is typed");
}

static void look_at_terminal(const struct clo_running *run, uint32_t uid)
{
	const struct clo_session session = { .uid = uid,
					     .is_terminal = 1,
					     .rows = 24,
					     .columns = 80,
					     .term = "vt100" };
	const struct winsize wide = { .ws_row = 50, .ws_col = 132 };
	struct clo_session_fds fds;
	struct clo_err err = { 0 };
	char out[4096];
	int r = live_enter(run, &session, &fds, &err);

	live_ok(r == 0, "a session with a terminal starts (%d %s)", r,
		err.text);
	if (r)
		return;
	live_ok(expect(fds.master_fd, "[live", out, sizeof(out)),
		"the prompt names the cage (%s)", out);
	type(fds.master_fd, "tty; stty size; echo $TERM\n");
	live_ok(expect(fds.master_fd, "/dev/pts/0\r\n24 80\r\nvt100", out,
		       sizeof(out)),
		"the terminal is the cage's own, of the size asked for (%s)",
		out);
	live_ok(!ioctl(fds.master_fd, TIOCSWINSZ, &wide), "it is resized");
	type(fds.master_fd, "stty size; stat -c %u /dev/pts/0\n");
	live_ok(expect(fds.master_fd, uid ? "50 132\r\n1000" : "50 132\r\n0",
		       out, sizeof(out)),
		"the new size is seen, the terminal belongs to the user (%s)",
		out);
	type(fds.master_fd, "sleep 1000\n");
	pause_ms(300);
	type(fds.master_fd, "\003");
	type(fds.master_fd, "echo $((100 + 30))-$?\n");
	live_ok(expect(fds.master_fd, "130-130", out, sizeof(out)),
		"the interrupt key interrupts (%s)", out);
	type(fds.master_fd, "ls /proc/self/fd | tr '\\n' ' '; exit 3\n");
	live_ok(expect(fds.master_fd, "0 1 2 3 \r", out, sizeof(out)) ||
			strstr(out, "0 1 2 3 "),
		"no descriptor but the terminal crosses (%s)", out);
	live_ok(live_wait_for(fds.pidfd) == 3, "the status comes back");
	(void)close(fds.master_fd);
	(void)close(fds.pidfd);
}

static void test_terminal(void)
{
	struct clo_running run;
	int pidfd;

	live_run_init(&run);
	if (!live_start(&run, &pidfd))
		return;
	look_at_terminal(&run, USER);
	look_at_terminal(&run, 0);
	live_end(&run, pidfd);
}

static void set_service(struct clo_running *run, int i, const char *command,
			uint32_t uid, uint32_t restart)
{
	struct clo_service *s = &run->conf.services[i];

	(void)snprintf(s->command, sizeof(s->command), "%s", command);
	s->uid = uid;
	s->restart = restart;
}

/* Until the command succeeds, or for three seconds. */
static bool becomes(const struct clo_running *run, const char *command)
{
	char out[256];

	for (int i = 0; i < 30; i++) {
		if (!live_shell(run, 0, command, out, sizeof(out)))
			return true;
		pause_ms(100);
	}
	return false;
}

static void test_services(void)
{
	struct clo_running run;
	struct timespec begin, after;
	int pidfd;

	live_run_init(&run);
	set_service(&run, 0, "/bin/sleep 1001", USER, 1);
	set_service(&run, 1, "/usr/bin/touch /run/once", 0, 0);
	set_service(&run, 2, "/nowhere", 0, 1);
	if (!live_start(&run, &pidfd))
		return;
	live_ok(becomes(&run, "ps -o uid= -C sleep | grep -qx ' *1000'"),
		"a service runs as its user");
	live_ok(becomes(&run, "test -e /run/once"), "another one ran once");
	live_ok(becomes(&run, "p=$(pgrep sleep) && kill -9 $p && sleep 0.5 && "
			      "test \"$(pgrep sleep)\" != $p && pgrep sleep"),
		"a service that ends is started again");
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	live_ok(!pidfd_send_signal(pidfd, SIGTERM, NULL, 0),
		"the init is told to end");
	{
		siginfo_t info = { 0 };

		live_ok(!waitid(P_PIDFD, (id_t)pidfd, &info,
				WEXITED | WNOWAIT) &&
				info.si_code == CLD_EXITED && !info.si_status,
			"it ends well");
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	live_ok(after.tv_sec - begin.tv_sec <= 2, "within two seconds");
	live_end(&run, pidfd);
}

/* Run a program of the host; its status. */
static int host(const char *program, char *const argv[])
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup2(fd, 1);
		(void)dup2(fd, 2);
		(void)execvp(program, argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int host_shell(const char *command)
{
	char sh[] = "sh", option[] = "-c", text[1024];
	char *const argv[] = { sh, option, text, NULL };

	(void)snprintf(text, sizeof(text), "%s", command);
	return host("sh", argv);
}

#define WORK "/run/cloison-live"

/* A small system: a shell and what it needs of the host's. */
static bool make_system(void)
{
	return !host_shell(
		"set -e; cd " WORK "; rm -rf system; mkdir system; cd system;"
		"mkdir -p bin usr etc dev proc sys tmp run var home lib64 "
		"root mnt/probe; echo own:x:0:0::/:/bin/sh > etc/passwd;"
		"echo mark > etc/mark; cp /bin/sh /bin/cat bin/;"
		"for f in $(ldd /bin/sh /bin/cat | grep -o '/[^ ]*'); do "
		"test -f $f || continue; mkdir -p .$(dirname $f); "
		"cp $f .$f; done");
}

static void look_at_root(const char *kind, struct clo_running *run)
{
	static struct live_traces before;
	char out[512];
	int pidfd;

	live_look(&before);
	if (!live_start(run, &pidfd))
		return;
	live_ok(!live_shell(run, 0, "cat /etc/mark", out, sizeof(out)) &&
			!strcmp(out, "mark\n"),
		"%s: its files are there (%s)", kind, out);
	live_ok(!live_shell(run, 0, "cat /etc/passwd", out, sizeof(out)) &&
			strstr(out, "user:x:1000:"),
		"%s: the users are the cage's (%s)", kind, out);
	live_ok(live_shell(run, 0, "echo x > /etc/mark", out, sizeof(out)),
		"%s: it is read-only", kind);
	live_ok(!live_shell(run, USER,
			    "echo x > /home/user/x && "
			    "echo x > /tmp/x && echo x > /dev/null",
			    out, sizeof(out)),
		"%s: what should be writable is (%s)", kind, out);
	live_end(run, pidfd);
	live_check_traces(&before, kind);
}

static void test_roots(void)
{
	struct clo_running run;
	struct clo_err err = { 0 };
	int pidfd, r;

	if (!make_system()) {
		live_skip("roots of their own", "no small system can be made");
		return;
	}
	live_run_init(&run);
	memset(run.conf.binds, 0, sizeof(run.conf.binds));
	run.conf.root_kind = CLO_ROOT_DIRECTORY;
	(void)snprintf(run.conf.root_path, sizeof(run.conf.root_path), "%s",
		       WORK "/system");
	look_at_root("directory", &run);

	run.conf.root_kind = CLO_ROOT_IMAGE;
	(void)snprintf(run.conf.root_path, sizeof(run.conf.root_path), "%s",
		       WORK "/system.img");
	if (host_shell("cd " WORK "; rm -f system.img; "
		       "mke2fs -q -t ext4 -d system system.img 32M"))
		live_skip("an ext4 image", "mke2fs is not there");
	else if (access("/dev/loop-control", F_OK))
		live_skip("an ext4 image", "no loop devices here");
	else
		look_at_root("ext4 image", &run);
	if (host_shell("cd " WORK "; rm -f system.img; "
		       "mkfs.erofs system.img system"))
		live_skip("an erofs image", "mkfs.erofs is not there");
	else
		look_at_root("erofs image", &run);
	if (host_shell("cd " WORK "; rm -f system.img; "
		       "mksquashfs system system.img"))
		live_skip("a squashfs image", "mksquashfs is not there");
	else
		look_at_root("squashfs image", &run);

	live_ok(!host_shell("echo no image > " WORK "/system.img"),
		"a file that is no image");
	r = clo_launch_start(&launcher, &run, &pidfd, &err);
	live_ok(r == -EINVAL && strstr(err.text, "is no erofs"),
		"is refused: %s", err.text);
	(void)host_shell("rm -rf " WORK "/system " WORK "/system.img");
}

static void test_network(void)
{
	struct clo_running run;
	struct clo_interface *i;
	char out[1024];
	int pidfd;

	if (host_shell("ip link add clo-live0 type veth peer name clo-live1 && "
		       "ip addr add 192.0.2.1/24 dev clo-live1 && "
		       "ip link set clo-live1 up")) {
		live_skip("interfaces", "no pair of interfaces can be made");
		return;
	}
	live_run_init(&run);
	run.conf.net_kind = CLO_NET_INTERFACE;
	i = &run.conf.interfaces[0];
	(void)snprintf(i->name, sizeof(i->name), "clo-live0");
	(void)snprintf(i->address, sizeof(i->address), "192.0.2.2/24");
	(void)snprintf(i->gateway, sizeof(i->gateway), "192.0.2.1");
	(void)snprintf(run.conf.dns[0], sizeof(run.conf.dns[0]), "192.0.2.53");
	if (live_start(&run, &pidfd)) {
		live_probe(&run, USER, "net");
		live_ok(!live_shell(&run, USER, "cat /etc/resolv.conf", out,
				    sizeof(out)) &&
				!strcmp(out, "nameserver 192.0.2.53\n"),
			"the name server as well");
		live_ok(!live_shell(&run, USER,
				    "cat /proc/sys/net/ipv4/ping_group_range "
				    "/proc/sys/net/ipv4/"
				    "ip_unprivileged_port_start",
				    out, sizeof(out)) &&
				strstr(out, "0\t65535\n0"),
			"low ports and ping are open to the cage (%s)", out);
		live_ok(!host_shell("ip link show clo-live0") == 0,
			"the interface has left the host");
		live_end(&run, pidfd);
	}
	(void)host_shell("ip link del clo-live1");
}

void live_more(void)
{
	test_binds();
	test_failures();
	test_without();
	test_loose();
	test_limits();
	test_terminal();
	test_services();
	test_roots();
	test_network();
}
