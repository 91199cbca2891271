/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks of `cloison doctor`: each finds one fact and changes nothing.
 */
#ifndef CLO_CLI_DOCTOR_H
#define CLO_CLI_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"

enum clo_finding_state {
	CLO_FINDING_OK,
	CLO_FINDING_LACKING,
	CLO_FINDING_UNKNOWN,
};

/* What a check has found; the text may hold bytes of files. */
struct clo_finding {
	uint32_t state; /* enum clo_finding_state */
	char text[256];
};

/**
 * clo_finding_set() - Say what was found
 * @f: Set; not NULL.
 * @state: enum clo_finding_state.
 * @format: printf format of the text.
 */
void clo_finding_set(struct clo_finding *f, uint32_t state, const char *format,
		     ...) clo_printf(3, 4);

/**
 * clo_fact_read() - Read the first line of a small file
 * @path: The file.
 * @text: Where the line goes, without line feed.
 * @size: Room in @text.
 *
 * Return: 0, or -errno.
 */
int clo_fact_read(const char *path, char *text, size_t size);

/**
 * clo_fact_setting() - Read the first line of a setting of the kernel
 * @f: Says UNKNOWN and why, unless the setting could be read.
 * @path: The setting.
 * @text: Where the line goes, without line feed.
 * @size: Room in @text.
 *
 * Return: Whether @text holds it.
 */
bool clo_fact_setting(struct clo_finding *f, const char *path, char *text,
		      size_t size);

/* What the guard answers to a canary: a rule, or -ENOSYS if none is loaded. */
int clo_fact_guard(void);

/* Of the kernel (doctor-kernel.c). */
void clo_check_kernel(struct clo_finding *f);
void clo_check_btf(struct clo_finding *f);
void clo_check_lsm(struct clo_finding *f);
void clo_check_cgroup(struct clo_finding *f);
void clo_check_io_weight(struct clo_finding *f);
void clo_check_namespaces(struct clo_finding *f);
void clo_check_userns(struct clo_finding *f);
void clo_check_time(struct clo_finding *f);
void clo_check_seccomp(struct clo_finding *f);
void clo_check_landlock(struct clo_finding *f);
void clo_check_execve(struct clo_finding *f);
void clo_check_erofs(struct clo_finding *f);
/* Of its settings (doctor-setting.c). */
void clo_check_lockdown(struct clo_finding *f);
void clo_check_yama(struct clo_finding *f);
void clo_check_bpf(struct clo_finding *f);
void clo_check_kptr(struct clo_finding *f);
void clo_check_dmesg(struct clo_finding *f);
void clo_check_core_pattern(struct clo_finding *f);
/* Of what runs (doctor-core.c). */
void clo_check_guard(struct clo_finding *f);
void clo_check_core(struct clo_finding *f);
void clo_check_canary(struct clo_finding *f);
void clo_check_locked(struct clo_finding *f);
void clo_check_swap(struct clo_finding *f);
void clo_check_log(struct clo_finding *f);
void clo_check_files(struct clo_finding *f);

#endif
