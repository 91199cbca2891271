// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs when the project is built: prints the filters of filter-table.h as C,
 * one for each set of missing hooks, as binary trees, which the kernel walks
 * once for each system call number when a filter is installed.
 *
 * usage: filter-gen [FRAME]
 *
 * With a FRAME, a manual page, prints that instead, the rows of the table in
 * the place of its line "@calls@".
 */
#include <errno.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/filter-table.h"

static void die(const char *what, const char *name, int r)
{
	(void)fprintf(stderr, "filter-gen: %s '%s': %s\n", what, name,
		      strerror(-r));
	exit(1);
}

/* -1: this architecture has no such call. */
static int number_of(const char *name, int number)
{
	int n = seccomp_syscall_resolve_name(name);

	if (n == __NR_SCMP_ERROR && number)
		return number;
	if (n == __NR_SCMP_ERROR)
		die("no system call is named", name, -ENOSYS);
	return n < 0 ? -1 : n;
}

static void refuse(scmp_filter_ctx f, const char *name, int number, int answer)
{
	int n = number_of(name, number);
	int r = n < 0 ? 0 :
			seccomp_rule_add(f, SCMP_ACT_ERRNO((unsigned)answer), n,
					 0);

	if (r)
		die("rule for", name, r);
}

static void refuse_value(scmp_filter_ctx f, const char *name, unsigned int arg,
			 unsigned int mask, unsigned int value, int answer)
{
	int n = number_of(name, 0);
	struct scmp_arg_cmp cmp = { .arg = arg,
				    .op = SCMP_CMP_MASKED_EQ,
				    .datum_a = mask,
				    .datum_b = value };
	int r = n < 0 ? 0 :
			seccomp_rule_add_array(f,
					       SCMP_ACT_ERRNO((unsigned)answer),
					       n, 1, &cmp);

	if (r)
		die("rule for", name, r);
}

/*
 * The kernel takes 32 bits.  With the highest bit, only all ones pass; without
 * it, only the bits that are harmless.
 */
static void refuse_personality(scmp_filter_ctx f)
{
	const unsigned int high = 1u << 31;

	for (unsigned int i = 0; i < 31; i++) {
		unsigned int bit = 1u << i;

		refuse_value(f, "personality", 0, high | bit, high, EPERM);
		if (!(CLO_FILTER_PERSONALITY & bit))
			refuse_value(f, "personality", 0, high | bit, bit,
				     EPERM);
	}
}

static scmp_filter_ctx make(unsigned int groups)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int r;

	if (!f)
		die("filter", "allow", -ENOMEM);
	r = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH,
			     SCMP_ACT_ERRNO(ENOSYS));
	if (!r)
		r = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r)
		die("attribute", "filter", r);
#define X(name, number, answer, group, reason)         \
	if (CLO_FILTER_##group == CLO_FILTER_ALWAYS || \
	    (groups & CLO_FILTER_##group))             \
		refuse(f, #name, number, answer);
	CLO_FILTER_CALLS(X)
#undef X
#define X(name, arg, mask, value, answer, group, reason) \
	if (CLO_FILTER_##group == CLO_FILTER_ALWAYS ||   \
	    (groups & CLO_FILTER_##group))               \
		refuse_value(f, #name, arg, mask, value, answer);
	CLO_FILTER_VALUES(X)
#undef X
	refuse_personality(f);
	return f;
}

static void print(unsigned int groups, scmp_filter_ctx f)
{
	static struct sock_filter code[BPF_MAXINSNS];
	FILE *file = tmpfile();
	size_t count;
	int r;

	if (!file)
		die("file", "tmpfile", -errno);
	r = seccomp_export_bpf(f, fileno(file));
	if (r)
		die("export", "filter", r);
	rewind(file);
	count = fread(code, sizeof(code[0]), BPF_MAXINSNS, file);
	(void)fclose(file);
	printf("static const struct sock_filter filter_%u[] = {\n", groups);
	for (size_t i = 0; i < count; i++)
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", code[i].code,
		       code[i].jt, code[i].jf, code[i].k);
	printf("};\n\n");
}

static const char *when(int group)
{
	switch (group) {
	case CLO_FILTER_ALWAYS:
		return "always";
	case CLO_FILTER_URING:
		return "where the guard lacks the hook uring_allowed";
	case CLO_FILTER_ANON:
		return "where the guard lacks the hook "
		       "inode_init_security_anon";
	case CLO_FILTER_AIO:
		return "unless the cage's file says 'aio = true'";
	default:
		return "where the guard is left out or lacks another hook";
	}
}

static const char *answer_name(int answer)
{
	switch (answer) {
	case 0:
		return "success, and nothing is done";
	case EPERM:
		return "EPERM";
	case ENOSYS:
		return "ENOSYS";
	case EOPNOTSUPP:
		return "EOPNOTSUPP";
	case EAFNOSUPPORT:
		return "EAFNOSUPPORT";
	default:
		die("no name for the answer of", "a row", -EINVAL);
		return "";
	}
}

static void print_row(const char *name, int answer, int group,
		      const char *reason)
{
	printf(".It Fn %s\n%s.\nAnswer: %s, %s.\n", name, reason,
	       answer_name(answer), when(group));
}

static void print_rows(void)
{
#define X(name, number, answer, group, reason) \
	print_row(#name, answer, CLO_FILTER_##group, reason);
	CLO_FILTER_CALLS(X)
#undef X
#define X(name, arg, mask, value, answer, group, reason) \
	print_row(#name, answer, CLO_FILTER_##group, reason);
	CLO_FILTER_VALUES(X)
#undef X
	print_row("personality", EPERM, CLO_FILTER_ALWAYS,
		  "READ_IMPLIES_EXEC makes a heap executable; "
		  "only PER_LINUX, PER_LINUX32 and UNAME26 pass");
}

static int print_page(const char *frame)
{
	FILE *file = fopen(frame, "re");
	char line[512];

	if (!file)
		die("frame", frame, -errno);
	while (fgets(line, sizeof(line), file)) {
		if (!strcmp(line, "@calls@\n"))
			print_rows();
		else
			(void)fputs(line, stdout);
	}
	(void)fclose(file);
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return print_page(argv[1]);
	printf("/* Generated by filter-gen from filter-table.h. */\n\n");
	for (unsigned int i = 0; i < CLO_FILTER_COUNT; i++) {
		scmp_filter_ctx f = make(i);

		print(i, f);
		seccomp_release(f);
	}
	printf("#define FILTER(n) { CLO_ARRAY_SIZE(filter_##n), filter_##n }\n"
	       "static const struct {\n\tsize_t count;\n"
	       "\tconst struct sock_filter *code;\n} filters[] = {\n");
	for (unsigned int i = 0; i < CLO_FILTER_COUNT; i++)
		printf("\tFILTER(%u),\n", i);
	printf("};\n");
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
