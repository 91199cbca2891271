// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking the guard that is in force.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/guard.h"

#define FTRACE_SWITCH "/proc/sys/kernel/ftrace_enabled"

int clo_guard_ask(enum clo_guard_request request, uint64_t arg, size_t size)
{
	int code;

	/* The guard cannot make this succeed: 0 comes from something else. */
	if (prctl((int)CLO_PRCTL, (unsigned long)request, (unsigned long)arg,
		  (unsigned long)size, 0UL) >= 0)
		return -ENOSYS;
	code = errno - CLO_ANSWER;
	if (code < 0 || code >= CLO_RULE_COUNT)
		return -ENOSYS;
	return code;
}

int clo_guard_canary(void)
{
	clo_fd int fd = -1;
	int r = clo_guard_ask(CLO_GUARD_CANARY, CLO_CAGE_FIRST, 0);

	/* Opening it changes nothing, should it be allowed. */
	if (r == CLO_RULE_MOUNT)
		fd = open(FTRACE_SWITCH, O_WRONLY | O_CLOEXEC);
	return clo_guard_judge(r, fd >= 0 ? 0 : errno);
}

int clo_guard_label(int labels_fd, int pidfd, struct clo_label *ret)
{
	struct clo_label label = { .cage = CLO_CAGE_NONE, .roles = 0 };
	union bpf_attr attr = { 0 };

	attr.map_fd = (uint32_t)labels_fd;
	attr.key = (uint64_t)(uintptr_t)&pidfd;
	attr.value = (uint64_t)(uintptr_t)&label;
	if (syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)) &&
	    errno != ENOENT)
		return -errno;
	*ret = label;
	return 0;
}

/* The number of a map; libbpf is in the loader only. */
static int map_id(int fd, uint32_t *ret_id)
{
	struct bpf_map_info info = { 0 };
	union bpf_attr attr = { .info = { .bpf_fd = (uint32_t)fd,
					  .info_len = sizeof(info),
					  .info = (uintptr_t)&info } };

	if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		return -errno;
	*ret_id = info.id;
	return info.id ? 0 : -EPROTO;
}

int clo_guard_place(int run_fd, const int *map_fds)
{
	struct clo_found found = { 0 };
	struct stat st;
	int r;

	if (fstat(run_fd, &st))
		return -errno;
	found.run_dev = st.st_dev;
	found.run_ino = st.st_ino;
	for (int i = 0; map_fds && i < CLO_FOUND_MAPS; i++) {
		r = map_id(map_fds[i], &found.map_ids[i]);
		if (r)
			return r;
	}
	r = clo_guard_ask(CLO_GUARD_PLACE, (uintptr_t)&found, sizeof(found));
	switch (r) {
	case CLO_RULE_ALLOW:
		return 0;
	case CLO_RULE_FALSE_PLACE:
		return -ESTALE;
	case CLO_RULE_BAD_REQUEST:
		return -ENOSYS;
	default:
		return r < 0 ? r : -EPERM;
	}
}
