/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The idioms that every part uses: owned descriptors and memory, errors that
 * say where and what.  Knows nothing of cloison.
 */
#ifndef CLO_BASE_BASE_H
#define CLO_BASE_BASE_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define CLO_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#if defined(__GNUC__) && !defined(__clang__)
#define clo_access(...) __attribute__((access(__VA_ARGS__)))
#else
#define clo_access(...)
#endif
#define clo_printf(f, a) __attribute__((format(printf, f, a)))
#define clo_must_check	 __attribute__((warn_unused_result))

/* Owned for the scope: `clo_fd int fd = -1;`, `clo_free char *s = NULL;`. */
static inline void clo_fd_cleanup(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing can be done about an error here */
}
static inline void clo_free_cleanup(void *p)
{
	free(*(void **)p);
}
#define clo_fd	 __attribute__((cleanup(clo_fd_cleanup)))
#define clo_free __attribute__((cleanup(clo_free_cleanup)))

/* Hand a descriptor or a pointer over: the owner forgets it. */
static inline int clo_take_fd(int *fd)
{
	int r = *fd;

	*fd = -1;
	return r;
}
#define clo_take_ptr(p)                       \
	({                                    \
		__auto_type _owner = &(p);    \
		__auto_type _value = *_owner; \
		*_owner = NULL;               \
		_value;                       \
	})

/*
 * Where an error is told: text for people, `where: 'object' what is wrong; what
 * to do`, without final period.  Set once, where the error is found; callers
 * pass it on.
 */
struct clo_err {
	char text[512];
};

/**
 * clo_err_set() - Say what is wrong, and return the code that says so
 * @err: Set; may be NULL: then only the code is returned.
 * @code: Negative errno.
 * @format: printf format of the text.
 *
 * A text that is too long is cut; it always ends with a zero.
 *
 * Return: @code, so that `return clo_err_set(err, -EINVAL, ...)` reads well.
 */
int clo_err_set(struct clo_err *err, int code, const char *format, ...)
	clo_printf(3, 4);

/**
 * clo_read_up_to() - Read to the end, or so many bytes
 * @fd: Descriptor to read from; borrowed.
 * @buf: Where they go, @size bytes.
 * @size: How many at the most [bytes].
 *
 * Return: how many were read, fewer than @size only at the end; -errno.
 */
ssize_t clo_read_up_to(int fd, void *buf, size_t size) clo_must_check;

/**
 * clo_read_full() - Read exactly so many bytes
 * @fd: Descriptor to read from; borrowed.
 * @buf: Where they go, @size bytes.
 * @size: How many [bytes].
 *
 * Return: 0; -EPIPE at the end of the file; -errno.
 */
int clo_read_full(int fd, void *buf, size_t size) clo_must_check;

/**
 * clo_write_full() - Write exactly so many bytes
 * @fd: Descriptor to write to; borrowed.
 * @buf: The bytes, @size of them.
 * @size: How many [bytes].
 *
 * Return: 0, or -errno.
 */
int clo_write_full(int fd, const void *buf, size_t size) clo_must_check;

/**
 * clo_escape() - Make a string of unknown bytes safe to print
 * @in: The bytes.
 * @size: How many at the most; a zero byte ends them.
 * @out: Where the text goes, with a final zero.
 * @out_size: Room in @out [bytes], at least 1.
 *
 * Control characters, bytes that are no UTF-8, bidirectional overrides, quotes
 * and backslashes become \xHH, so that no cage forges a line of the log.
 *
 * Return: length of the text without its final zero.
 */
size_t clo_escape(const char *in, size_t size, char *out, size_t out_size);

/**
 * clo_utf8_read() - Read one character of UTF-8
 * @in: The bytes.
 * @size: How many there are [bytes].
 * @ret_point: Its code point, on success.
 *
 * Strict: no overlong form, no surrogate, nothing above U+10FFFF.
 *
 * Return: how many bytes it takes [1..4], 0 if they are no UTF-8.
 */
size_t clo_utf8_read(const char *in, size_t size, uint32_t *ret_point);

/**
 * clo_utf8_is_plain() - Say whether a character shows as what it is
 * @point: A code point.
 *
 * What does not: control characters, line separators, marks that turn the
 * direction of the text, characters without width, tags.
 *
 * Source: CVE-2021-42574; Unicode Technical Report 36.
 *
 * Return: true for a character that a terminal shows in its place.
 */
bool clo_utf8_is_plain(uint32_t point);

#endif
