// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <string.h>

#include "base/base.h"
#include "lib/tap.h"

/* clang-format off */
#define TEXT(s) s, sizeof(s) - 1

static const struct {
	const char *in;
	size_t size;
	const char *out;
} escapes[] = {
	{ TEXT(""), "" },
	{ TEXT("plain text"), "plain text" },
	{ TEXT("a\0b"), "a" },
	{ TEXT("a\nb\tc\r"), "a\\x0ab\\x09c\\x0d" },
	{ TEXT("it's"), "it\\x27s" },
	{ TEXT("say \"hi\""), "say \\x22hi\\x22" },
	{ TEXT("`x`"), "\\x60x\\x60" },
	{ TEXT("back\\slash"), "back\\x5cslash" },
	{ TEXT("\033[2J"), "\\x1b[2J" },
	{ TEXT("\x7f"), "\\x7f" },
	{ TEXT("caf\xc3\xa9"), "caf\xc3\xa9" },
	{ TEXT("\xe6\x97\xa5\xe6\x9c\xac"), "\xe6\x97\xa5\xe6\x9c\xac" },
	{ TEXT("\xf0\x9f\x94\x92"), "\xf0\x9f\x94\x92" },
	{ TEXT("\xc2\x9b" "0m"), "\\xc2\\x9b0m" },		/* C1: CSI */
	{ TEXT("\xe2\x80\xae" "gpj"), "\\xe2\\x80\\xaegpj" },	/* U+202E */
	{ TEXT("\xe2\x81\xa6"), "\\xe2\\x81\\xa6" },		/* U+2066 */
	{ TEXT("\xd8\x9c"), "\\xd8\\x9c" },			/* U+061C */
	{ TEXT("\xe2\x80\xa8"), "\\xe2\\x80\\xa8" },		/* U+2028 */
	{ TEXT("\xe2\x80\x8b"), "\\xe2\\x80\\x8b" },		/* U+200B */
	{ TEXT("\xef\xbb\xbf"), "\\xef\\xbb\\xbf" },		/* U+FEFF */
	{ TEXT("\xf3\xa0\x81\x81"), "\\xf3\\xa0\\x81\\x81" },	/* U+E0041 */
	{ TEXT("\xff"), "\\xff" },
	{ TEXT("\x80"), "\\x80" },
	{ TEXT("\xc0\xaf"), "\\xc0\\xaf" },			/* overlong / */
	{ TEXT("\xe0\x80\xaf"), "\\xe0\\x80\\xaf" },
	{ TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80" },		/* surrogate */
	{ TEXT("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80" },	/* > 10FFFF */
	{ TEXT("\xc3"), "\\xc3" },				/* cut */
	{ TEXT("\xe2\x82"), "\\xe2\\x82" },
	{ TEXT("\xc3z"), "\\xc3z" },
};
/* clang-format on */

static void test_escape(void)
{
	char out[64], small[8];

	for (size_t i = 0; i < CLO_ARRAY_SIZE(escapes); i++) {
		size_t n = clo_escape(escapes[i].in, escapes[i].size, out,
				      sizeof(out));

		ok(!strcmp(out, escapes[i].out) && n == strlen(out),
		   "escape %zu: %s", i, out);
	}
	for (size_t room = 1; room <= sizeof(small); room++) {
		size_t n;

		memset(small, '#', sizeof(small));
		n = clo_escape("ab\n\xc3\xa9", 5, small, room);
		ok(n < room && small[n] == '\0' &&
			   !memcmp(small, "ab\\x0a", n) && (n < 3 || n == 6),
		   "escape in %zu bytes: '%s'", room, small);
		ok(room == sizeof(small) || small[room] == '#',
		   "escape in %zu bytes: writes no further", room);
	}
	ok(clo_escape("abc", 2, out, sizeof(out)) == 2 && !strcmp(out, "ab"),
	   "the size bounds what is read");
}

static void test_err(void)
{
	struct clo_err err = { "" };
	char big[1024];

	ok(clo_err_set(NULL, -EINVAL, "unseen %d", 1) == -EINVAL,
	   "an error without text keeps its code");
	ok(clo_err_set(&err, -EPERM, "x: '%s' is %d", "y", 3) == -EPERM &&
		   !strcmp(err.text, "x: 'y' is 3"),
	   "an error has its text: %s", err.text);
	memset(big, 'z', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	(void)clo_err_set(&err, -1, "%s", big);
	ok(strlen(err.text) == sizeof(err.text) - 1, "a long text is cut");
}

static int closed_by_scope(void)
{
	clo_fd int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	return fd;
}

static void test_owned(void)
{
	clo_free char *text = strdup("text");
	clo_free char *other = NULL;
	int fd = closed_by_scope();
	int a = 5;

	ok(fd >= 0 && fcntl(fd, F_GETFD) == -1 && errno == EBADF,
	   "an owned descriptor is closed at the end of its scope");
	ok(clo_take_fd(&a) == 5 && a == -1, "take_fd leaves -1");
	other = clo_take_ptr(text);
	ok(!text && other && !strcmp(other, "text"), "take_ptr leaves NULL");
}

static void test_full(void)
{
	int fds[2] = { -1, -1 };
	char buf[8] = "";

	ok(!pipe2(fds, O_CLOEXEC), "a pipe");
	ok(!clo_write_full(fds[1], "abcdef", 6), "write_full writes all");
	ok(!clo_read_full(fds[0], buf, 6) && !strcmp(buf, "abcdef"),
	   "read_full reads all");
	ok(!clo_read_full(fds[0], buf, 0), "read_full of nothing");
	ok(!clo_write_full(fds[1], "xy", 2), "two bytes more");
	(void)close(fds[1]);
	ok(clo_read_full(fds[0], buf, 3) == -EPIPE,
	   "read_full says when the file ends");
	(void)close(fds[0]);
	ok(clo_read_full(fds[0], buf, 1) == -EBADF, "read_full: an error");
	ok(clo_write_full(fds[1], buf, 1) == -EBADF, "write_full: an error");
}

int main(void)
{
	test_escape();
	test_err();
	test_owned();
	test_full();
	return tap_end();
}
