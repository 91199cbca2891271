// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The filter of system calls: each row of its table, by interpreting the
 * program that the kernel gets, and some of them by the kernel itself.
 */
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "bpf/abi.h"
#include "core/filter-table.h"
#include "core/filter.h"
#include "core/launch-step.h"
#include "lib/tap.h"

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

/* As the kernel runs it; only what a filter of ours contains. */
static uint32_t interpret(unsigned int groups, const struct seccomp_data *data)
{
	const struct sock_filter *code;
	size_t count;
	uint32_t a = 0;

	clo_filter_get(groups, &code, &count);
	for (size_t i = 0; i < count; i++) {
		const struct sock_filter *f = &code[i];
		bool is_true = false;

		switch (f->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (f->k > sizeof(*data) - 4)
				return UINT32_MAX;
			memcpy(&a, (const char *)data + f->k, 4);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= f->k;
			continue;
		case BPF_RET | BPF_K:
			return f->k;
		case BPF_JMP | BPF_JA:
			i += f->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			is_true = a == f->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			is_true = a >= f->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			is_true = a > f->k;
			break;
		default:
			return UINT32_MAX;
		}
		i += is_true ? f->jt : f->jf;
	}
	return UINT32_MAX;
}

static uint32_t ask(unsigned int groups, long number, unsigned int arg,
		    uint64_t value)
{
	struct seccomp_data data = { .nr = (int)number, .arch = NATIVE };

	data.args[arg] = value;
	return interpret(groups, &data);
}

#define REFUSED(error) (SECCOMP_RET_ERRNO | (uint32_t)(error))

/* Of a call, or -1 if this machine has none of that name. */
static int numbers_of(const char *name, int number)
{
	int n = seccomp_syscall_resolve_name(name);

	if (n == __NR_SCMP_ERROR && number)
		return number;
	return n < 0 ? -1 : n;
}

static void test_calls(void)
{
#define X(name, number, answer, group, reason) \
	{ #name, number, answer, CLO_FILTER_##group },
	/* clang-format off */
	static const struct {
		const char *name;
		int number, answer, group;
	} rows[] = { CLO_FILTER_CALLS(X) };
	/* clang-format on */
#undef X
	for (size_t i = 0; i < CLO_ARRAY_SIZE(rows); i++) {
		int nr = numbers_of(rows[i].name, rows[i].number);
		int bad = 0;

		if (nr < 0) {
			tap_skip(rows[i].name, "not a call of this machine");
			continue;
		}
		for (unsigned int g = 0; g < CLO_FILTER_COUNT; g++) {
			bool is_on = !rows[i].group ||
				     (g & (unsigned int)rows[i].group);
			uint32_t want =
				is_on ? (uint32_t)REFUSED(rows[i].answer) :
					SECCOMP_RET_ALLOW;

			bad += ask(g, nr, 0, 0) != want;
		}
		ok(!bad, "%s is answered where its group is on, only there",
		   rows[i].name);
	}
}

static void test_values(void)
{
#define X(name, arg, mask, value, answer, group, reason) \
	{ #name, arg, mask, value, answer, CLO_FILTER_##group },
	/* clang-format off */
	static const struct {
		const char *name;
		unsigned int arg;
		uint32_t mask, value;
		int answer, group;
	} rows[] = { CLO_FILTER_VALUES(X) };
	/* clang-format on */
#undef X
	const unsigned int all = CLO_FILTER_COUNT - 1;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(rows); i++) {
		int nr = numbers_of(rows[i].name, 0);
		uint64_t high = UINT64_C(0xabcd) << 32;

		if (nr < 0) {
			tap_skip(rows[i].name, "not a call of this machine");
			continue;
		}
		ok(ask(all, nr, rows[i].arg, rows[i].value) ==
			   (uint32_t)REFUSED(rows[i].answer),
		   "%s: the value is answered", rows[i].name);
		ok(ask(all, nr, rows[i].arg, rows[i].value | high) ==
			   (uint32_t)REFUSED(rows[i].answer),
		   "%s: also with bits that the kernel does not read",
		   rows[i].name);
		ok(ask(all, nr, rows[i].arg, 0) == SECCOMP_RET_ALLOW,
		   "%s: another value is let through", rows[i].name);
		ok(!rows[i].group || ask(0, nr, rows[i].arg, rows[i].value) ==
					     SECCOMP_RET_ALLOW,
		   "%s: without its group it is let through", rows[i].name);
	}
}

static void test_personality(void)
{
	int bad = 0;

	for (unsigned int i = 0; i < 32; i++) {
		uint32_t bit = 1u << i;
		bool is_harmless = CLO_FILTER_PERSONALITY & bit;

		bad += (ask(0, SYS_personality, 0, bit) == SECCOMP_RET_ALLOW) !=
		       is_harmless;
		bad += ask(0, SYS_personality, 0, ~bit) == SECCOMP_RET_ALLOW;
		bad += ask(0, SYS_personality, 0, bit | (UINT64_C(1) << 40)) ==
			       SECCOMP_RET_ALLOW &&
		       !is_harmless;
	}
	ok(!bad, "personality: each bit is judged (%d)", bad);
	ok(ask(0, SYS_personality, 0, 0) == SECCOMP_RET_ALLOW, "0 passes");
	ok(ask(0, SYS_personality, 0, 0xffffffff) == SECCOMP_RET_ALLOW,
	   "the question passes");
}

static void test_others(void)
{
	struct seccomp_data data = { .nr = SYS_read, .arch = AUDIT_ARCH_I386 };
	static const int work[] = { SYS_read,	SYS_write,  SYS_mmap,
				    SYS_clone,	SYS_execve, SYS_ptrace,
				    SYS_futex,	SYS_prctl,  SYS_openat,
				    SYS_socket, SYS_ioctl,  SYS_exit_group };

	for (unsigned int g = 0; g < CLO_FILTER_COUNT; g++) {
		int bad = 0;

		for (size_t i = 0; i < CLO_ARRAY_SIZE(work); i++)
			bad += ask(g, work[i], 0, 0) != SECCOMP_RET_ALLOW;
		ok(!bad, "filter %u lets programs work", g);
		ok(interpret(g, &data) == (uint32_t)REFUSED(ENOSYS),
		   "filter %u refuses another architecture's calls", g);
#if defined(__x86_64__)
		ok(ask(g, 0x40000000 + SYS_read, 0, 0) ==
			   (uint32_t)REFUSED(ENOSYS),
		   "filter %u refuses x32", g);
#endif
	}
}

static void test_groups(void)
{
	uint64_t missing[2] = { 0, 0 };
	const uint64_t guard = UINT64_C(1) << CLO_PROTECT_guard;

	ok(clo_filter_groups(missing, 0, true) == 0,
	   "a whole guard needs the least");
	ok(clo_filter_groups(missing, guard, false) == CLO_FILTER_COUNT - 1,
	   "no guard needs all");
	ok(clo_filter_groups(missing, guard, true) ==
		   CLO_FILTER_COUNT - 1 - CLO_FILTER_AIO,
	   "but what the cage's file allows");
	ok(clo_filter_groups(missing, 0, false) == CLO_FILTER_AIO,
	   "what the file does not allow is refused beside a guard, too");
	missing[CLO_HOOK_uring_allowed / 64] |= UINT64_C(1)
						<< CLO_HOOK_uring_allowed % 64;
	ok(clo_filter_groups(missing, 0, true) == CLO_FILTER_URING,
	   "no uring_allowed: io_uring is refused");
	missing[CLO_HOOK_unix_find / 64] |= UINT64_C(1)
					    << CLO_HOOK_unix_find % 64;
	ok(clo_filter_groups(missing, 0, true) == CLO_FILTER_URING,
	   "no unix_find: other hooks cover it");
	missing[CLO_HOOK_sb_mount / 64] |= UINT64_C(1)
					   << CLO_HOOK_sb_mount % 64;
	ok(clo_filter_groups(missing, 0, true) ==
		   (CLO_FILTER_URING | CLO_FILTER_GUARD),
	   "another one missing: the filter takes all of its place");
}

/* In a child, by the kernel. */
static void test_kernel(void)
{
	struct clo_launcher launcher = { 0 };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int bad = 0;

		bad |= prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0;
		bad |= clo_filter_install(&launcher,
					  UINT64_C(1) << CLO_PROTECT_guard,
					  false)
		       << 1;
		bad |= (personality(0x0400000) != -1 || errno != EPERM) << 2;
		bad |= (personality(0xffffffff) == -1) << 3;
		bad |= (unshare(CLONE_NEWUSER) != -1 || errno != EPERM) << 4;
		bad |= (syscall(SYS_bpf, 0, NULL, 0) != -1 || errno != EPERM)
		       << 5;
		bad |= (syscall(451, 0, NULL, NULL, 0) != -1 || errno != ENOSYS)
		       << 6;
		_exit(bad);
	}
	ok(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0,
	   "the kernel judges so too (status %#x)", (unsigned int)status);
}

int main(void)
{
	test_calls();
	test_values();
	test_personality();
	test_others();
	test_groups();
	test_kernel();
	return tap_end();
}
