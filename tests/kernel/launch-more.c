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
	int r = clo_launch_enter(&launcher, run, &session, &fds, &err);

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
		live_ok(!live_shell(&run, USER, "cat /proc/net/route", out,
				    sizeof(out)) &&
				strstr(out, "clo-live0\t00000000\t010200C0"),
			"the route is there (%s)", out);
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
	test_terminal();
	test_services();
	test_roots();
	test_network();
}
