// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "core/usage.h"

uint64_t clo_usage_number(int cgroup_fd, const char *cage, const char *file,
			  const char *key)
{
	char path[80], text[512];
	clo_fd int fd = -1;
	uint64_t value = 0;
	const char *c;
	ssize_t n;

	if (cgroup_fd < 0)
		return 0;
	(void)snprintf(path, sizeof(path), "cages/%s/%s", cage, file);
	fd = openat(cgroup_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	c = strstr(text, key);
	if (!c)
		return 0;
	for (c += strlen(key); *c >= '0' && *c <= '9'; c++)
		value = value * 10 + (uint64_t)(*c - '0');
	return value;
}

void clo_usage_count(int counts_fd, uint32_t id, struct clo_count *ret)
{
	union bpf_attr attr = { 0 };

	attr.map_fd = (uint32_t)counts_fd;
	attr.key = (uint64_t)(uintptr_t)&id;
	attr.value = (uint64_t)(uintptr_t)ret;
	if (counts_fd < 0 ||
	    syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)))
		memset(ret, 0, sizeof(*ret));
}
