// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Errors, whole reads and writes, text that is safe to print.
 */
#include <stdio.h>
#include <string.h>

#include "base/base.h"

/* Text that was cut after @size bytes ends with a whole character. */
static void cut_character(char *text, size_t size)
{
	uint32_t point;

	for (size_t back = 1; back < 4 && back < size; back++) {
		char *last = text + size - back;

		if (((unsigned char)*last & 0xc0) == 0x80)
			continue; /* not the first byte of a character */
		if (!clo_utf8_read(last, back, &point))
			*last = '\0';
		return;
	}
}

int clo_err_set(struct clo_err *err, int code, const char *format, ...)
{
	const size_t size = sizeof(err->text);
	va_list args;
	int n;

	if (!err)
		return code;
	va_start(args, format);
	n = vsnprintf(err->text, size, format, args);
	va_end(args);
	if (n < 0)
		err->text[0] = '\0';
	else if ((size_t)n >= size)
		cut_character(err->text, size - 1);
	return code;
}

ssize_t clo_read_up_to(int fd, void *buf, size_t size)
{
	char *p = buf;
	size_t used = 0;

	while (used < size) {
		ssize_t n = read(fd, p + used, size - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

int clo_read_full(int fd, void *buf, size_t size)
{
	ssize_t n = clo_read_up_to(fd, buf, size);

	if (n < 0)
		return (int)n;
	return (size_t)n == size ? 0 : -EPIPE;
}

int clo_write_full(int fd, const void *buf, size_t size)
{
	const char *p = buf;

	while (size) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO; /* never for a size above 0; do not spin */
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

size_t clo_utf8_read(const char *in, size_t size, uint32_t *ret_point)
{
	/* The least code point that needs so many bytes. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first;
	uint32_t point;
	size_t n;

	if (!size)
		return 0;
	first = (unsigned char)in[0];
	if (first < 0x80) {
		*ret_point = first;
		return 1;
	}
	if (first >= 0xf0)
		n = 4;
	else if (first >= 0xe0)
		n = 3;
	else
		n = 2;
	if (first < 0xc2 || first > 0xf4 || n > size)
		return 0;

	point = first & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		unsigned char c = (unsigned char)in[i];

		if ((c & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (c & 0x3f);
	}
	if (point < least[n] || point > 0x10ffff)
		return 0;
	if (point >= 0xd800 && point <= 0xdfff)
		return 0;
	*ret_point = point;
	return n;
}

bool clo_utf8_is_plain(uint32_t point)
{
	/* clang-format off */
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x0000, 0x001f },	/* C0 controls */
		{ 0x007f, 0x009f },	/* delete, C1 controls */
		{ 0x00ad, 0x00ad },	/* soft hyphen */
		{ 0x061c, 0x061c },	/* Arabic letter mark */
		{ 0x115f, 0x1160 },	/* Hangul fillers */
		{ 0x180e, 0x180e },	/* Mongolian vowel separator */
		{ 0x200b, 0x200f },	/* without width; direction marks */
		{ 0x2028, 0x202e },	/* separators; direction overrides */
		{ 0x2060, 0x206f },	/* joiners; direction isolates */
		{ 0x3164, 0x3164 },	/* Hangul filler */
		{ 0xfe00, 0xfe0f },	/* variation selectors */
		{ 0xfeff, 0xfeff },	/* byte order mark */
		{ 0xffa0, 0xffa0 },	/* halfwidth Hangul filler */
		{ 0xfff9, 0xffff },	/* annotations, non-characters */
		{ 0xe0000, 0x10ffff },	/* tags, private use */
	};
	/* clang-format on */

	if (point >= 0x20 && point < 0x7f)
		return true; /* nearly all */
	for (size_t i = 0; i < CLO_ARRAY_SIZE(hidden); i++) {
		if (point >= hidden[i].first && point <= hidden[i].last)
			return false;
	}
	return true;
}

static bool is_quote(char c)
{
	return c == '\'' || c == '"' || c == '`' || c == '\\';
}

size_t clo_escape(const char *in, size_t size, char *out, size_t out_size)
{
	static const char hex[] = "0123456789abcdef";
	size_t i = 0, used = 0;

	while (i < size && in[i]) {
		uint32_t point = 0;
		size_t n = clo_utf8_read(in + i, size - i, &point);

		if (n && clo_utf8_is_plain(point) && !is_quote(in[i])) {
			if (n >= out_size - used)
				break; /* whole characters only */
			memcpy(out + used, in + i, n);
			used += n;
			i += n;
			continue;
		}
		/* Byte by byte: what is no UTF-8 starts anew at the next. */
		if (4 >= out_size - used)
			break;
		out[used++] = '\\';
		out[used++] = 'x';
		out[used++] = hex[(unsigned char)in[i] >> 4];
		out[used++] = hex[(unsigned char)in[i] & 15];
		i++;
	}
	out[used] = '\0';
	return used;
}
