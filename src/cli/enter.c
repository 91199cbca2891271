// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison enter: a session in a cage.  The Core owns the session's terminal;
 * here its bytes are carried to ours and back.  What the session writes is the
 * only output of the command that is not made safe.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#include "base/toml.h"
#include "cli/client.h"
#include "cli/out.h"
#include "cli/settle.h"

enum { JSON_MAX = 1048576 }; /* output kept for --json [bytes] */

/* What a session wrote, for --json. */
struct kept {
	char *text;
	size_t size;
};

struct session {
	const struct clo_cli *cli;
	int fd;
	bool is_terminal;
	bool is_input_over; /* our input has ended, and the Core knows */
	bool has_pending; /* @input waits until the connection takes it */
	bool is_window_due;
	int status; /* -1: not ended yet */
	struct clo_wire_chunk input;
	struct clo_wire_message message;
	struct kept kept[2];
};

static struct termios saved_mode;
static volatile sig_atomic_t is_raw, has_resized, ended_by;
static int wake_fd = -1; /* a signal writes to it: poll() ends */

static void wake(void)
{
	int saved = errno;
	ssize_t n = write(wake_fd, "", 1);

	(void)n; /* a full pipe wakes as well */
	errno = saved;
}

static void on_resize(int number)
{
	(void)number;
	has_resized = 1;
	wake();
}

static void on_end(int number)
{
	ended_by = number;
	wake();
}

/* At exit as well, whatever way we leave.  What came too late is dropped. */
static void restore_terminal(void)
{
	if (is_raw)
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_mode);
	is_raw = 0;
}

static int make_raw(struct clo_err *err)
{
	struct termios mode;

	if (tcgetattr(STDIN_FILENO, &saved_mode))
		return clo_err_set(err, -errno, "terminal: %s",
				   strerror(errno));
	mode = saved_mode;
	cfmakeraw(&mode);
	if (atexit(restore_terminal))
		return clo_err_set(err, -ENOMEM, "no memory");
	is_raw = 1;
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)) {
		is_raw = 0;
		return clo_err_set(err, -errno, "terminal: %s",
				   strerror(errno));
	}
	return 0;
}

static int catch_signals(int fds[2], struct clo_err *err)
{
	struct sigaction resize = { .sa_handler = on_resize };
	struct sigaction end = { .sa_handler = on_end };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	static const int ends[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return clo_err_set(err, -errno, "pipe: %s", strerror(errno));
	wake_fd = fds[1];
	(void)sigaction(SIGWINCH, &resize, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	for (size_t i = 0; i < CLO_ARRAY_SIZE(ends); i++)
		(void)sigaction(ends[i], &end, NULL);
	return 0;
}

static void read_window(uint16_t *rows, uint16_t *columns)
{
	struct winsize size = { 0 };

	(void)ioctl(STDIN_FILENO, TIOCGWINSZ, &size); /* else: unknown, 0 */
	*rows = size.ws_row;
	*columns = size.ws_col;
}

static int read_role(const char *word, uint32_t *ret, struct clo_err *err)
{
	static const char *const roles[] = {
		[CLO_SESSION_USER] = "user",
		[CLO_SESSION_ADMIN] = "admin",
		[CLO_SESSION_AUDIT] = "audit",
	};

	*ret = CLO_SESSION_USER;
	if (!word)
		return 0;
	for (uint32_t i = 0; i < CLO_ARRAY_SIZE(roles); i++) {
		if (!strcmp(roles[i], word)) {
			*ret = i;
			return 0;
		}
	}
	return clo_err_set(err, -EINVAL,
			   "option '--role': '%.40s' is no role; it is user, "
			   "admin or audit",
			   word);
}

/* TERM, if it is a word that the Core takes. */
static void read_term(char *term, size_t size)
{
	const char *word = getenv("TERM");

	if (!word || strlen(word) >= size ||
	    word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz0123456789.+_-")])
		word = "dumb";
	(void)snprintf(term, size, "%s", word);
}

static int read_request(const struct clo_cli *cli, struct clo_wire_enter *e,
			struct clo_err *err)
{
	int r;

	if (clo_client_name(cli->argv[0], e->name, err) ||
	    read_role(cli->values[CLO_OPTION_ROLE], &e->role, err))
		return -EINVAL;
	if (cli->command != 1)
		return clo_err_set(err, -EINVAL,
				   "'enter' takes one cage, and '--' before a "
				   "command; see 'cloison enter --help'");
	r = clo_wire_put_args(e, cli->argv + cli->command);
	if (r == -E2BIG)
		return clo_err_set(err, r,
				   "a command has at most %d words and %zu "
				   "bytes; put it into a file of the cage",
				   CLO_WIRE_WORDS, sizeof(e->args));
	if (r)
		return clo_err_set(err, r, "the command's first word is empty");
	read_term(e->term, sizeof(e->term));
	e->is_terminal = !cli->is_json && isatty(STDIN_FILENO) == 1 &&
			 isatty(STDOUT_FILENO) == 1;
	if (e->is_terminal)
		read_window(&e->rows, &e->columns);
	return 0;
}

static int keep(struct kept *kept, const char *bytes, size_t size)
{
	char *more;

	if (kept->size + size > JSON_MAX)
		return -E2BIG;
	more = realloc(kept->text, kept->size + size + 1);
	if (!more)
		return -ENOMEM;
	kept->text = more;
	for (size_t i = 0; i < size; i++)
		more[kept->size++] = bytes[i] ? bytes[i] : '?';
	more[kept->size] = '\0';
	return 0;
}

static int take_output(struct session *s, struct clo_err *err)
{
	const struct clo_wire_chunk *chunk = &s->message.body.OUTPUT;
	int fd = chunk->stream == 2 ? STDERR_FILENO : STDOUT_FILENO;
	int r;

	if (s->cli->is_json) {
		r = keep(&s->kept[chunk->stream - 1], chunk->bytes,
			 chunk->size);
		return r ? clo_err_set(err, r,
				       "the session writes more than %d bytes; "
				       "leave --json out",
				       JSON_MAX) :
			   0;
	}
	r = clo_write_full(fd, chunk->bytes, chunk->size);
	if (r)
		return clo_err_set(err, r, "standard %s: %s",
				   fd == STDERR_FILENO ? "error" : "output",
				   strerror(-r));
	return 0;
}

static int take_message(struct session *s, struct clo_err *err)
{
	int r = clo_client_receive(s->fd, &s->message, err);

	if (r == -EPIPE)
		return clo_err_set(err, r,
				   "the Core has ended; the cage is still up, "
				   "this session is lost");
	if (r == -EAGAIN) {
		err->text[0] = '\0'; /* nothing is there yet */
		return 0;
	}
	if (r)
		return r;
	switch (s->message.header.type) {
	case CLO_WIRE_OUTPUT:
		return take_output(s, err);
	case CLO_WIRE_EXIT:
		s->status = s->message.body.EXIT.status;
		return 0;
	default:
		return clo_err_set(err, -EBADMSG,
				   "the Core sent a message of type %u in a "
				   "session",
				   s->message.header.type);
	}
}

/* The next piece of our input; its end is a piece without bytes. */
static void read_input(struct session *s)
{
	ssize_t n = read(STDIN_FILENO, s->input.bytes, sizeof(s->input.bytes));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	s->input.stream = 0;
	s->input.size = n > 0 ? (uint32_t)n : 0;
	s->is_input_over = n <= 0;
	s->has_pending = true;
}

static int send_pending(struct session *s, struct clo_err *err)
{
	struct clo_wire_window window = { 0 };
	int r = 0;

	if (has_resized) {
		has_resized = 0;
		s->is_window_due = true;
	}
	if (s->is_window_due) {
		read_window(&window.rows, &window.columns);
		r = clo_client_send(s->fd, CLO_WIRE_WINDOW, &window);
		s->is_window_due = r == -EAGAIN;
	}
	if (!r && s->has_pending) {
		r = clo_client_send(s->fd, CLO_WIRE_INPUT, &s->input);
		s->has_pending = r == -EAGAIN;
	}
	/* The end of the session is read, not guessed. */
	if (r == -EAGAIN || r == -EPIPE || r == -ECONNRESET)
		return 0;
	return r ? clo_err_set(err, r, "the Core: %s", strerror(-r)) : 0;
}

static int carry(struct session *s, int woken_fd, struct clo_err *err)
{
	while (s->status < 0) {
		bool wants_input = !s->is_input_over && !s->has_pending;
		bool wants_send = s->has_pending || s->is_window_due;
		struct pollfd p[3] = {
			{ .fd = s->fd,
			  .events = (short)(POLLIN |
					    (wants_send ? POLLOUT : 0)) },
			{ .fd = woken_fd, .events = POLLIN },
			{ .fd = wants_input ? STDIN_FILENO : -1,
			  .events = POLLIN },
		};
		char drop[64];
		int r = 0;

		if (poll(p, 3, -1) < 0 && errno != EINTR)
			return clo_err_set(err, -errno, "poll: %s",
					   strerror(errno));
		while (read(woken_fd, drop, sizeof(drop)) > 0)
			;
		if (ended_by)
			return clo_err_set(err, -EINTR,
					   "the session was ended by a signal "
					   "(%d)",
					   (int)ended_by);
		if (p[2].revents)
			read_input(s);
		if (s->has_pending || s->is_window_due || has_resized)
			r = send_pending(s, err);
		if (!r && (p[0].revents & (POLLIN | POLLHUP | POLLERR)))
			r = take_message(s, err);
		if (r)
			return r;
	}
	return 0;
}

static void print_json(const struct session *s, const char *cage)
{
	clo_json struct json_object *o = json_object_new_object();
	static const char *const keys[] = { "output", "errors" };

	clo_json_text(o, "cage", cage);
	clo_json_uint(o, "status", (uint64_t)s->status);
	for (size_t i = 0; i < 2; i++) {
		size_t room = s->kept[i].size * 4 + 1;
		clo_free char *safe = malloc(room);

		if (safe)
			(void)clo_out_safe_lines(
				s->kept[i].text ? s->kept[i].text : "", safe,
				room);
		(void)json_object_object_add(
			o, keys[i], json_object_new_string(safe ? safe : ""));
	}
	clo_json_print(o);
}

/* The session has begun: carry its bytes until it ends. */
static int run_session(struct session *s, const char *cage, const char *term,
		       struct clo_err *err)
{
	int fds[2] = { -1, -1 }, flags, r;

	flags = fcntl(s->fd, F_GETFL);
	if (flags < 0 || fcntl(s->fd, F_SETFL, flags | O_NONBLOCK)) {
		(void)clo_err_set(err, -errno, "the Core: %s", strerror(errno));
		return CLO_EXIT_REFUSED;
	}
	r = catch_signals(fds, err);
	if (!r && s->is_terminal)
		r = make_raw(err);
	if (!r)
		r = carry(s, fds[0], err);
	if (is_raw)
		clo_settle_terminal(!strcmp(term, "dumb"));
	restore_terminal();
	clo_fd_cleanup(&fds[0]);
	if (r)
		return r == -EINTR ? 128 + (int)ended_by : CLO_EXIT_REFUSED;
	if (s->cli->is_json)
		print_json(s, cage);
	return s->status;
}

/* A cage that is not up may be a word mistyped: say which is near. */
static int check_name(int fd, const char *name, struct clo_err *err)
{
	static struct clo_states states;
	int r = clo_client_states(fd, &states, err);

	for (uint32_t i = 0; !r && i < states.count; i++) {
		if (!strcmp(states.cages[i].name, name))
			return CLO_EXIT_DONE;
	}
	return r ? r : clo_client_no_cage(&states, name, err);
}

int clo_cli_enter(struct clo_cli *cli, struct clo_err *err)
{
	struct clo_wire_enter request = { 0 };
	static struct session s;
	clo_fd int fd = -1;
	int r;

	s.cli = cli;
	s.status = -1;
	if (read_request(cli, &request, err))
		return CLO_EXIT_USAGE;
	r = clo_client_open(0, &fd, err);
	if (!r)
		r = check_name(fd, request.name, err);
	if (!r)
		r = clo_client_ask(fd, CLO_WIRE_ENTER, &request, NULL, NULL,
				   err);
	if (r)
		return r;
	s.fd = fd;
	s.is_terminal = request.is_terminal != 0;
	s.is_input_over = false;
	r = run_session(&s, request.name, request.term, err);
	clo_free_cleanup(&s.kept[0].text);
	clo_free_cleanup(&s.kept[1].text);
	return r;
}
