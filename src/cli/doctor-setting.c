// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings of the kernel that make the machine around the cages safer.
 *
 * Source: ANSSI BP-028 R9, R11, R12.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/doctor.h"

/* A number of /proc/sys that should be one of 1, 2, 3. */
static void check_number(struct clo_finding *f, const char *path)
{
	char text[32];

	if (access(path, F_OK) && errno == ENOENT)
		clo_finding_set(f, CLO_FINDING_LACKING, "%s does not exist",
				path);
	else if (clo_fact_setting(f, path, text, sizeof(text)))
		clo_finding_set(f,
				text[0] >= '1' && text[0] <= '3' && !text[1] ?
					CLO_FINDING_OK :
					CLO_FINDING_LACKING,
				"%s is %s", path + strlen("/proc/sys/"), text);
}

void clo_check_lockdown(struct clo_finding *f)
{
	const char *path = "/sys/kernel/security/lockdown";
	char text[80];

	if (clo_fact_setting(f, path, text, sizeof(text)))
		clo_finding_set(f,
				strstr(text, "[none]") ? CLO_FINDING_LACKING :
							 CLO_FINDING_OK,
				"%s", text);
}

void clo_check_yama(struct clo_finding *f)
{
	check_number(f, "/proc/sys/kernel/yama/ptrace_scope");
}

void clo_check_bpf(struct clo_finding *f)
{
	check_number(f, "/proc/sys/kernel/unprivileged_bpf_disabled");
}

void clo_check_kptr(struct clo_finding *f)
{
	check_number(f, "/proc/sys/kernel/kptr_restrict");
}

void clo_check_dmesg(struct clo_finding *f)
{
	check_number(f, "/proc/sys/kernel/dmesg_restrict");
}

void clo_check_core_pattern(struct clo_finding *f)
{
	const char *path = "/proc/sys/kernel/core_pattern";
	char text[160];

	if (clo_fact_setting(f, path, text, sizeof(text)))
		clo_finding_set(f,
				text[0] == '|' ? CLO_FINDING_LACKING :
						 CLO_FINDING_OK,
				"kernel.core_pattern is '%s'", text);
}
