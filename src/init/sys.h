/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls without a C library: the init of a cage is in memory once a
 * cage, and this makes it ten kilobytes instead of seven hundred.
 */
#ifndef CLO_INIT_SYS_H
#define CLO_INIT_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

/* Return: as the kernel answers, an error is -errno. */
static inline long sys_call(long number, long a, long b, long c, long d, long e)
{
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long r;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10),
			   "r"(r8)
			 : "rcx", "r11", "memory");
	return r;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
#else
#error "no system calls for this machine yet"
#endif
}

#define SYS0(n)		 sys_call(n, 0, 0, 0, 0, 0)
#define SYS1(n, a)	 sys_call(n, (long)(a), 0, 0, 0, 0)
#define SYS2(n, a, b)	 sys_call(n, (long)(a), (long)(b), 0, 0, 0)
#define SYS3(n, a, b, c) sys_call(n, (long)(a), (long)(b), (long)(c), 0, 0)
#define SYS4(n, a, b, c, d) \
	sys_call(n, (long)(a), (long)(b), (long)(c), (long)(d), 0)

/* The stack as execve(2) leaves it: a count, that many words, NULL, ... */
_Noreturn void init_main(long *stack);

#if defined(__x86_64__)
#define SYS_START                    \
	__asm__(".globl _start\n"    \
		"_start:\n\t"        \
		"endbr64\n\t"        \
		"xor %ebp, %ebp\n\t" \
		"mov %rsp, %rdi\n\t" \
		"and $-16, %rsp\n\t" \
		"call init_main\n")
#elif defined(__aarch64__)
#define SYS_START                 \
	__asm__(".globl _start\n" \
		"_start:\n\t"     \
		"mov x29, #0\n\t" \
		"mov x0, sp\n\t"  \
		"bl init_main\n")
#endif

#endif
