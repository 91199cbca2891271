// SPDX-License-Identifier: GPL-2.0-only
/*
 * The launch role: carries out what the monitor orders, one order at a time,
 * and buries what it has started.  It keeps the privilege that building a cage
 * takes, and no filter, because every process of every cage would inherit it
 * (docs/design/0010).  It reads no byte of anybody but the monitor.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/bounds.h"
#include "core/message.h"
#include "core/role.h"
#include "core/say.h"
#include "core/seats.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

enum { INIT_FD = CLO_FD_FIRST, CGROUP_FD, STATE_FD, RUN_FD };
enum { STRAYS_A_TURN = 64, STRAYS_PAUSE_MS = 20 };

/*
 * A child that will have to be buried.  Its place is taken before it is
 * started: what nobody buries keeps its cage from going down.
 */
struct child {
	bool is_taken;
	bool is_held; /* ended, but somebody in its cage traces it */
	int pidfd; /* -1: it is being started */
	uint64_t session; /* who hears of its end; 0: nobody */
	uint32_t cage, uid; /* of a session: where, and who asked */
};

/*
 * A session whose process has not executed its program yet.  A task of its
 * cage can stop it there, once it bears the cage's label: nobody waits for it.
 */
struct pending {
	uint64_t tag; /* 0: free */
	int64_t until_ms;
	struct child *child;
	struct clo_running run;
	struct clo_session_fds fds;
};

/* The inits' places come first; what is left of sessions takes none of them. */
enum { INITS = CLO_CAGES_MAX, CHILDREN = INITS + CLO_LEFT_MAX };
static const struct clo_seat_bounds left_bounds = { CLO_LEFT_MAX, CLO_LEFT_ROOT,
						    CLO_LEFT_USER_MAX,
						    CLO_LEFT_CAGE_MAX };
static struct child children[CHILDREN];
static struct pending pendings[CLO_SESSIONS_MAX];
static struct clo_launcher launcher;

/* What building a cage takes, and what a cage may be given. */
#define BIT(cap) (UINT64_C(1) << (cap))
#define KEPT                                                            \
	(CLO_CAGE_CAPS_MAX | BIT(CAP_SYS_ADMIN) | BIT(CAP_SYS_CHROOT) | \
	 BIT(CAP_MKNOD) | BIT(CAP_NET_ADMIN) | BIT(CAP_SYS_PTRACE) |    \
	 BIT(CAP_SYS_RESOURCE) | BIT(CAP_SETFCAP))

static struct child *take_place(size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (children[i].is_taken)
			continue;
		children[i] = (struct child){ .is_taken = true, .pidfd = -1 };
		return &children[i];
	}
	return NULL;
}

/* The place may be NULL: it was refused. */
static void give_place_back(struct child *child)
{
	if (!child)
		return;
	clo_fd_cleanup(&child->pidfd);
	*child = (struct child){ .pidfd = -1 };
}

static int answer(uint32_t type, uint64_t tag,
		  const struct clo_launch_answer *what, const int *fds,
		  size_t fd_count)
{
	return clo_message_send(CLO_FD_PEER, type, tag, what, sizeof(*what),
				fds, fd_count);
}

static void set_text(struct clo_launch_answer *what, const struct clo_err *err,
		     const char *name)
{
	struct clo_err other = { 0 };

	if (what->code && !err->text[0]) {
		(void)clo_err_set(&other, what->code, "cage '%s': %s", name,
				  strerror(what->code < 0 ? -what->code : 0));
		err = &other;
	}
	memcpy(what->text, err->text, sizeof(what->text));
}

static int start(uint64_t tag, struct clo_running *run)
{
	struct clo_launch_answer what = { 0 };
	struct clo_err err = { 0 };
	struct child *child = take_place(0, INITS);
	int pidfd = -1;

	if (child)
		what.code = clo_launch_start(&launcher, run, &pidfd, &err);
	else
		what.code = clo_err_set(&err, -EAGAIN,
					"cage '%s': the inits of %d cages have "
					"not ended; try again",
					run->conf.name, INITS);
	set_text(&what, &err, run->conf.name);
	if (what.code || !child) {
		give_place_back(child);
	} else {
		child->pidfd = pidfd;
		what.init_pid = run->init_pid;
		what.init_start = run->init_start;
		what.up_ns = run->up_ns;
		memcpy(what.namespaces, run->namespaces,
		       sizeof(what.namespaces));
	}
	return answer(CLO_REQ_STARTED, tag, &what, &pidfd, what.code ? 0 : 1);
}

/* Tell the monitor how a session's start went; its descriptors are its. */
static int answer_enter(uint64_t tag, const struct clo_running *run, int code,
			struct clo_session_fds *fds, const struct clo_err *err)
{
	struct clo_launch_answer what = { .code = code };
	int sent[CLO_MESSAGE_FDS];
	size_t count = 0;
	int r;

	set_text(&what, err, run->conf.name);
	if (!code) {
		sent[count++] = fds->pidfd;
		what.has_master = fds->master_fd >= 0;
		if (what.has_master)
			sent[count++] = fds->master_fd;
		for (int i = 0; i < 3 && !what.has_master; i++)
			sent[count++] = fds->pipe_fds[i];
	}
	r = answer(CLO_REQ_ENTERED, tag, &what, sent, count);
	clo_fd_cleanup(&fds->master_fd);
	for (int i = 0; i < 3; i++)
		clo_fd_cleanup(&fds->pipe_fds[i]);
	return r;
}

/* Room for one more; a cage that lets none of its own start has its share. */
static struct pending *find_pending(const struct clo_running *run,
				    struct clo_err *err)
{
	struct pending *found = NULL;
	int of_cage = 0;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(pendings); i++) {
		if (!pendings[i].tag)
			found = &pendings[i];
		else if (pendings[i].run.conf.id == run->conf.id)
			of_cage++;
	}
	if (found && of_cage < CLO_ENTER_CAGE_MAX)
		return found;
	(void)clo_err_set(err, -EAGAIN,
			  "cage '%s': %d sessions of it are being started "
			  "already; try again",
			  run->conf.name, CLO_ENTER_CAGE_MAX);
	return NULL;
}

/* Where the session will be buried from, or why it is not started. */
static struct child *find_child(const struct clo_enter_order *order,
				struct clo_err *err)
{
	const struct clo_cage_conf *conf = &order->run.conf;
	struct child *child = NULL;
	struct clo_seats taken = { 0 };
	enum clo_seat seat;
	char why[160];

	for (size_t i = INITS; i < CHILDREN; i++) {
		if (!children[i].is_taken)
			continue;
		clo_seat_count(&taken, children[i].uid, order->asking_uid);
		taken.of_cage += children[i].cage == conf->id;
	}
	seat = clo_seat_judge(&taken, &left_bounds, order->asking_uid);
	if (seat == CLO_SEAT_FREE)
		child = take_place(INITS, CHILDREN);
	if (child) {
		child->cage = conf->id;
		child->uid = order->asking_uid;
		return child;
	}
	clo_seat_tell(seat, &left_bounds, "processes of sessions", why,
		      sizeof(why));
	(void)clo_err_set(err, -EAGAIN,
			  "cage '%s': %s; end those whose session was left, or "
			  "bring a cage down",
			  conf->name, why);
	return NULL;
}

static int enter(uint64_t tag, struct clo_enter_order *order)
{
	static const char *argv[CLO_WIRE_WORDS + 1];
	struct clo_wire_enter *wire = &order->enter;
	struct clo_session session = { .role_bits = order->role_bits,
				       .uid = order->uid,
				       .is_terminal = wire->is_terminal,
				       .rows = wire->rows,
				       .columns = wire->columns };
	struct clo_session_fds fds = CLO_SESSION_FDS_NONE;
	struct clo_err err = { 0 };
	struct pending *pending = find_pending(&order->run, &err);
	struct child *child = pending ? find_child(order, &err) : NULL;
	int r = -EAGAIN;

	memcpy(session.term, wire->term, sizeof(session.term));
	/* The words are the order's; execve() does not write them. */
	if (clo_wire_get_args(wire, argv))
		session.argv = (char *const *)(uintptr_t)argv;
	if (child)
		r = clo_launch_enter(&launcher, &order->run, &session, &fds,
				     &err);
	if (r) {
		give_place_back(child);
		return answer_enter(tag, &order->run, r, &fds, &err);
	}
	pending->tag = tag;
	pending->until_ms = clo_now_ms() + CLO_ENTER_MS;
	pending->child = child;
	pending->run = order->run;
	pending->fds = fds;
	return 0;
}

/*
 * The start of a session is over, or took too long.  What was killed is buried
 * when the kernel has ended it: a cage with little processor time must not
 * make the next order wait.
 */
static int end_pending(struct pending *pending)
{
	struct child *child = pending->child;
	uint64_t tag = pending->tag;
	struct clo_err err = { 0 };
	int r = clo_launch_entered(&pending->run, &pending->fds, 0, &err);

	pending->tag = 0;
	child->session = r ? 0 : tag;
	child->pidfd = pending->fds.pidfd;
	return answer_enter(tag, &pending->run, r, &pending->fds, &err);
}

static int kill_cage(uint64_t tag, const struct clo_running *run)
{
	struct clo_launch_answer what = { 0 };
	const struct clo_err err = { 0 };

	what.code = clo_launch_kill(&launcher, run);
	set_text(&what, &err, run->conf.name);
	return answer(CLO_REQ_KILLED, tag, &what, NULL, 0);
}

static int finish(uint64_t tag, const struct clo_running *run)
{
	struct clo_launch_answer what = { 0 };
	struct clo_err err = { 0 };

	what.code = clo_launch_finish(&launcher, run, &err);
	set_text(&what, &err, run->conf.name);
	return answer(CLO_REQ_FINISHED, tag, &what, NULL, 0);
}

/* Carry out one order; not 0 ends the role. */
static int obey(void)
{
	static union clo_message_body body;
	struct clo_message head;
	int fds[CLO_MESSAGE_FDS];
	int r = clo_message_receive(CLO_FD_PEER, &head, &body, sizeof(body),
				    fds);

	for (int i = 0; i < CLO_MESSAGE_FDS; i++)
		clo_fd_cleanup(&fds[i]);
	if (r)
		return r == -EAGAIN ? 0 : r;
	if (head.type == CLO_ORDER_ENTER)
		return head.size == sizeof(body.enter_order) ?
			       enter(head.tag, &body.enter_order) :
			       -EBADMSG;
	if (head.size != sizeof(body.run))
		return -EBADMSG;
	switch (head.type) {
	case CLO_ORDER_START:
		return start(head.tag, &body.run);
	case CLO_ORDER_KILL:
		return kill_cage(head.tag, &body.run);
	case CLO_ORDER_FINISH:
		return finish(head.tag, &body.run);
	default:
		return -EBADMSG;
	}
}

/* One child has ended: bury it; the monitor hears how a session did. */
static int bury(struct child *child)
{
	struct clo_exit_notice notice = { .status = 255 };
	siginfo_t info = { 0 };
	uint64_t session = child->session;

	if (!waitid((idtype_t)P_PIDFD, (id_t)child->pidfd, &info,
		    WEXITED | WNOHANG | __WALL)) {
		child->is_held = !info.si_pid;
		if (child->is_held)
			return 0;
		notice.status = info.si_code == CLD_EXITED ?
					info.si_status :
					128 + info.si_status;
	}
	give_place_back(child);
	if (!session)
		return 0;
	return clo_message_send(CLO_FD_PEER, CLO_REQ_EXITED, session, &notice,
				sizeof(notice), NULL, 0);
}

/* Whether the process @pid, which has ended, is one that we keep. */
static bool is_kept(pid_t pid)
{
	siginfo_t info;
	int pidfd;

	for (size_t i = 0;
	     i < CLO_ARRAY_SIZE(children) + CLO_ARRAY_SIZE(pendings); i++) {
		size_t j = i - CLO_ARRAY_SIZE(children);

		if (i < CLO_ARRAY_SIZE(children))
			pidfd = children[i].pidfd;
		else
			pidfd = pendings[j].tag ? pendings[j].fds.pidfd : -1;
		info.si_pid = 0;
		if (pidfd >= 0 &&
		    !waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info,
			    WEXITED | WNOHANG | WNOWAIT | __WALL) &&
		    info.si_pid == pid)
			return true;
	}
	return false;
}

/*
 * A session's program can make others our children (CLONE_PARENT), or make us
 * the tracer of a thread.  One that nobody waits for stays, and the end of its
 * cage waits for it for ever.
 */
static bool bury_strays(void)
{
	siginfo_t info;

	/* A cage may make them faster than they are buried: orders go first. */
	for (int i = 0; i < STRAYS_A_TURN; i++) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info,
			   WEXITED | WNOHANG | WNOWAIT | __WALL) ||
		    !info.si_pid || is_kept(info.si_pid) ||
		    waitid(P_PID, (id_t)info.si_pid, &info,
			   WEXITED | WNOHANG | __WALL))
			return false;
	}
	return true; /* there may be more */
}

static int serve_pendings(const struct pollfd *polls)
{
	int r = 0;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(pendings) && !r; i++) {
		if (pendings[i].tag &&
		    (polls[i].revents || clo_now_ms() >= pendings[i].until_ms))
			r = end_pending(&pendings[i]);
	}
	return r;
}

static int wait_and_serve(void)
{
	enum { FIRST = 1, PENDINGS = FIRST + CHILDREN };
	static struct pollfd polls[PENDINGS + CLO_ARRAY_SIZE(pendings)];
	static bool are_strays_left;
	/* Strays tell nobody that they have ended: they are looked for. */
	int wait_ms = -1;
	int r;

	polls[0] = (struct pollfd){ .fd = CLO_FD_PEER, .events = POLLIN };
	for (size_t i = 0; i < CLO_ARRAY_SIZE(children); i++) {
		if (children[i].pidfd >= 0)
			wait_ms = 1000;
		polls[FIRST + i] = (struct pollfd){
			.fd = children[i].is_held ? -1 : children[i].pidfd,
			.events = POLLIN
		};
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(pendings); i++) {
		bool is_used = pendings[i].tag != 0;

		if (is_used)
			wait_ms = 200;
		polls[PENDINGS + i] = (struct pollfd){
			.fd = is_used ? pendings[i].fds.report_fd : -1,
			.events = POLLIN
		};
	}
	/* Not at once: who makes them without end would have a processor. */
	if (are_strays_left)
		wait_ms = STRAYS_PAUSE_MS;
	if (poll(polls, CLO_ARRAY_SIZE(polls), wait_ms) < 0)
		return errno == EINTR ? 0 : -errno;
	r = serve_pendings(&polls[PENDINGS]);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(children) && !r; i++) {
		if ((polls[FIRST + i].revents || children[i].is_held) &&
		    children[i].pidfd >= 0)
			r = bury(&children[i]);
	}
	if (!r && polls[0].revents)
		r = obey();
	are_strays_left = bury_strays();
	return r;
}

/* Nothing of ours is for what a cage executes. */
static int close_on_exec(void)
{
	for (int fd = CLO_FD_PEER; fd <= RUN_FD; fd++) {
		if (fcntl(fd, F_SETFD, FD_CLOEXEC))
			return -errno;
	}
	return 0;
}

int clo_run_launch(int argc, char **argv)
{
	struct stat st;
	int r;

	clo_role_bind();
	if (argc != 6 || clo_role_reduce(KEPT) || close_on_exec())
		return 1;
	(void)clo_role_lock_memory(); /* the monitor says it of all */
	for (size_t i = 0; i < CLO_ARRAY_SIZE(children); i++)
		children[i].pidfd = -1;
	launcher.init_fd = INIT_FD;
	launcher.cgroup_fd = CGROUP_FD;
	if (fstat(CGROUP_FD, &st) || !S_ISDIR(st.st_mode))
		launcher.cgroup_fd = -1; /* /dev/null: there is none */
	launcher.state_fd = STATE_FD;
	launcher.run_fd = RUN_FD;
	launcher.dev_fd = clo_launch_share_dev();
	for (int i = 0; i < 2; i++)
		launcher.missing[i] = strtoull(argv[4 + i], NULL, 10);
	do {
		r = wait_and_serve();
	} while (!r);
	return r == -EPIPE ? 0 : 1;
}
