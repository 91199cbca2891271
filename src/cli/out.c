// SPDX-License-Identifier: GPL-2.0-only
/*
 * Safe text, colours, quantities, tables, JSON.
 */
#include <string.h>

#include "cli/out.h"
#include "model/cage.h"

static const char *make_safe(const char *in, char *out, size_t size,
			     const char *kept)
{
	static const char hex[] = "0123456789abcdef";
	size_t left = strlen(in), used = 0;

	while (left) {
		uint32_t point = 0;
		size_t n = clo_utf8_read(in, left, &point);

		if (n && (clo_utf8_is_plain(point) || strchr(kept, *in))) {
			if (n >= size - used)
				break;
			memcpy(out + used, in, n);
			used += n;
			in += n;
			left -= n;
			continue;
		}
		if (4 >= size - used)
			break;
		out[used++] = '\\';
		out[used++] = 'x';
		out[used++] = hex[(unsigned char)*in >> 4];
		out[used++] = hex[(unsigned char)*in & 15];
		in++;
		left--;
	}
	out[used] = '\0';
	return out;
}

const char *clo_out_safe(const char *in, char *out, size_t size)
{
	return make_safe(in, out, size, "");
}

const char *clo_out_safe_lines(const char *in, char *out, size_t size)
{
	return make_safe(in, out, size, "\n\t");
}

void clo_out_text(FILE *out, const char *text)
{
	char safe[4096];

	(void)fputs(clo_out_safe(text, safe, sizeof(safe)), out);
}

void clo_out_error(const struct clo_err *err)
{
	(void)fflush(stdout); /* in the order in which it was found */
	(void)fputs("cloison: ", stderr);
	clo_out_text(stderr, err->text);
	(void)fputc('\n', stderr);
}

const char *clo_out_color(const struct clo_cli *cli, enum clo_color color)
{
	/* clang-format off */
	static const char *const sequences[] = {
		[CLO_COLOR_NONE] = "",
		[CLO_COLOR_GOOD] = "\033[32m",
		[CLO_COLOR_BAD] = "\033[31m",
		[CLO_COLOR_DOUBT] = "\033[33m",
		[CLO_COLOR_DIM] = "\033[2m",
		[CLO_COLOR_BOLD] = "\033[1m",
	};
	/* clang-format on */

	return cli->is_color ? sequences[color] : "";
}

const char *clo_out_level(const struct clo_cli *cli, const char *level)
{
	/* Neither red nor green: those two say bad and good. */
	static const char *const others[] = {
		"\033[36m", "\033[34m", "\033[95m",
		"\033[96m", "\033[94m", "\033[93m",
	};
	uint32_t hash = 2166136261u; /* FNV-1a: the same on every machine */

	if (!cli->is_color || !*level)
		return "";
	if (!strcmp(level, "low"))
		return "\033[36m";
	if (!strcmp(level, "high"))
		return "\033[35m";
	for (; *level; level++)
		hash = (hash ^ (unsigned char)*level) * 16777619u;
	return others[hash % CLO_ARRAY_SIZE(others)];
}

const char *clo_out_plain(const struct clo_cli *cli)
{
	return cli->is_color ? "\033[0m" : "";
}

const char *clo_out_bytes(uint64_t bytes, char *text, size_t size)
{
	static const char *const units[] = { "B",   "KiB", "MiB", "GiB",
					     "TiB", "PiB", "EiB" };
	uint64_t tenths = bytes > UINT64_MAX / 10 ? UINT64_MAX : bytes * 10;
	size_t unit = 0;

	while (tenths >= 10240 && unit + 1 < CLO_ARRAY_SIZE(units)) {
		tenths /= 1024;
		unit++;
	}
	if (!unit)
		(void)snprintf(text, size, "%llu B", (unsigned long long)bytes);
	else
		(void)snprintf(text, size, "%llu.%llu %s",
			       (unsigned long long)(tenths / 10),
			       (unsigned long long)(tenths % 10), units[unit]);
	return text;
}

const char *clo_out_time(uint64_t us, char *text, size_t size)
{
	unsigned long long s = us / 1000000;

	if (s < 60)
		(void)snprintf(text, size, "%llu.%02llu s", s,
			       (unsigned long long)(us / 10000 % 100));
	else if (s < 3600)
		(void)snprintf(text, size, "%llu min %02llu s", s / 60, s % 60);
	else
		(void)snprintf(text, size, "%llu h %02llu min", s / 3600,
			       s / 60 % 60);
	return text;
}

const char *clo_out_without(uint64_t without, char *text, size_t size)
{
	if (!clo_protection_list(without, text, size)[0])
		(void)snprintf(text, size, "-");
	return text;
}

void clo_table_set(struct clo_table *table, uint32_t column, const char *color,
		   const char *format, ...)
{
	char text[CLO_TABLE_CELL];
	va_list args;

	if (table->rows >= CLO_TABLE_ROWS || column >= CLO_TABLE_COLUMNS)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	table->cells[table->rows][column].color = color;
	(void)clo_out_safe(text, table->cells[table->rows][column].text,
			   CLO_TABLE_CELL);
	if (column >= table->columns)
		table->columns = column + 1;
}

/* Columns on the screen, as far as one code point takes one. */
static uint32_t width_of(const char *text)
{
	uint32_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

void clo_table_print(const struct clo_table *table, FILE *out,
		     const char *plain)
{
	uint32_t widths[CLO_TABLE_COLUMNS] = { 0 };

	for (uint32_t r = 0; r < table->rows; r++) {
		for (uint32_t c = 0; c < table->columns; c++) {
			uint32_t w = width_of(table->cells[r][c].text);

			widths[c] = w > widths[c] ? w : widths[c];
		}
	}
	for (uint32_t r = 0; r < table->rows; r++) {
		for (uint32_t c = 0; c < table->columns; c++) {
			const char *text = table->cells[r][c].text;
			const char *color = table->cells[r][c].color;
			uint32_t pad = widths[c] - width_of(text);
			bool is_right = table->right & (1u << c);
			bool is_last = c + 1 == table->columns;

			color = color ? color : "";
			if (is_right)
				(void)fprintf(out, "%*s", (int)pad, "");
			(void)fprintf(out, "%s%s%s", color, text,
				      *color ? plain : "");
			if (!is_right && !is_last)
				(void)fprintf(out, "%*s", (int)pad, "");
			(void)fputs(is_last ? "\n" : "  ", out);
		}
	}
}

struct json_object *clo_json_string(const char *text)
{
	char safe[4096];

	return json_object_new_string(clo_out_safe(text, safe, sizeof(safe)));
}

void clo_json_text(struct json_object *o, const char *key, const char *text)
{
	(void)json_object_object_add(o, key, clo_json_string(text));
}

void clo_json_uint(struct json_object *o, const char *key, uint64_t value)
{
	(void)json_object_object_add(o, key, json_object_new_uint64(value));
}

void clo_json_bool(struct json_object *o, const char *key, bool value)
{
	(void)json_object_object_add(o, key, json_object_new_boolean(value));
}

void clo_json_without(struct json_object *o, const char *key, uint64_t without)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t i = 0; i < CLO_PROTECTION_COUNT; i++) {
		if (without & CLO_BIT64(i))
			(void)json_object_array_add(
				list, clo_json_string(clo_protection_name(i)));
	}
	(void)json_object_object_add(o, key, list);
}

void clo_json_print(struct json_object *o)
{
	const char *text = json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	(void)fputs(text ? text : "{}", stdout);
	(void)fputc('\n', stdout);
}
