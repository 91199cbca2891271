// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel is able to do.  Numbers that the headers of older systems
 * lack are written out, with the file that defines them.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/doctor.h"

enum {
	SYS_lsm_list = 461, /* lsm_list_modules: asm-generic/unistd.h */
	LSM_BPF = 109, /* LSM_ID_BPF: linux/lsm.h */
	EXECVE_CHECK = 0x10000, /* AT_EXECVE_CHECK: linux/fcntl.h */
};

/* Major and minor version of the kernel that runs; 0.0 if unreadable. */
static void read_version(unsigned int *major, unsigned int *minor,
			 struct utsname *name)
{
	unsigned int *part = major;

	*major = *minor = 0;
	if (uname(name))
		return;
	for (const char *p = name->release; *p; p++) {
		if (*p >= '0' && *p <= '9' && *part < 10000)
			*part = *part * 10 + (unsigned int)(*p - '0');
		else if (*p == '.' && part == major)
			part = minor;
		else
			return;
	}
}

static bool is_at_least(unsigned int major, unsigned int minor)
{
	struct utsname name = { 0 };
	unsigned int a, b;

	read_version(&a, &b, &name);
	return a > major || (a == major && b >= minor);
}

void clo_check_kernel(struct clo_finding *f)
{
	struct utsname name = { 0 };
	unsigned int major, minor;

	read_version(&major, &minor, &name);
	clo_finding_set(
		f, is_at_least(6, 12) ? CLO_FINDING_OK : CLO_FINDING_LACKING,
		"Linux %.60s; 6.12 at least, 7.3 is the reference",
		name.release);
}

void clo_check_btf(struct clo_finding *f)
{
	struct stat st;

	if (stat("/sys/kernel/btf/vmlinux", &st))
		clo_finding_set(f, CLO_FINDING_LACKING,
				"/sys/kernel/btf/vmlinux: %s", strerror(errno));
	else
		clo_finding_set(f, CLO_FINDING_OK,
				"the kernel describes itself, %lld KiB",
				(long long)st.st_size / 1024);
}

/* -1 if the kernel cannot be asked, else whether it has the module. */
static int has_lsm(uint64_t id)
{
	uint64_t ids[64] = { 0 };
	uint32_t size = sizeof(ids);
	long n = syscall(SYS_lsm_list, ids, &size, 0);

	if (n < 0)
		return -1;
	for (long i = 0; i < n && i < 64; i++) {
		if (ids[i] == id)
			return 1;
	}
	return 0;
}

void clo_check_lsm(struct clo_finding *f)
{
	char text[200], around[210];
	int has;

	if (!clo_fact_read("/sys/kernel/security/lsm", text, sizeof(text))) {
		(void)snprintf(around, sizeof(around), ",%s,", text);
		clo_finding_set(f,
				strstr(around, ",bpf,") ? CLO_FINDING_OK :
							  CLO_FINDING_LACKING,
				"active: %s", text);
		return;
	}
	has = has_lsm(LSM_BPF);
	if (has < 0)
		clo_finding_set(f, CLO_FINDING_UNKNOWN,
				"/sys/kernel/security is not mounted and the "
				"kernel is too old to be asked");
	else
		clo_finding_set(f, has ? CLO_FINDING_OK : CLO_FINDING_LACKING,
				"the kernel says that bpf is %sactive",
				has ? "" : "not ");
}

/* Is the word one of the list? */
static bool has_word(const char *list, const char *word)
{
	size_t size = strlen(word);

	while (*list) {
		size_t n = strcspn(list, " ");

		if (n == size && !memcmp(list, word, size))
			return true;
		list += n;
		list += strspn(list, " ");
	}
	return false;
}

void clo_check_cgroup(struct clo_finding *f)
{
	struct statfs fs;
	char text[200];
	int r;

	if (statfs("/sys/fs/cgroup", &fs) || fs.f_type != CGROUP2_SUPER_MAGIC) {
		clo_finding_set(f, CLO_FINDING_LACKING,
				"/sys/fs/cgroup is not cgroup2");
		return;
	}
	r = clo_fact_read("/sys/fs/cgroup/cgroup.controllers", text,
			  sizeof(text));
	if (r)
		clo_finding_set(f, CLO_FINDING_UNKNOWN,
				"cgroup.controllers: %s", strerror(-r));
	else
		clo_finding_set(f,
				has_word(text, "cpu") &&
						has_word(text, "memory") &&
						has_word(text, "pids") ?
					CLO_FINDING_OK :
					CLO_FINDING_LACKING,
				"cgroup2 with: %s", *text ? text : "nothing");
}

void clo_check_io_weight(struct clo_finding *f)
{
	char text[200];
	struct dirent *d;
	DIR *dir;
	int state = CLO_FINDING_UNKNOWN;

	if (clo_fact_read("/sys/fs/cgroup/cgroup.controllers", text,
			  sizeof(text)) ||
	    !has_word(text, "io")) {
		clo_finding_set(f, CLO_FINDING_LACKING,
				"there is no controller io");
		return;
	}
	/* The root has no weight: look at the first group that may. */
	dir = opendir("/sys/fs/cgroup");
	while (dir && state != CLO_FINDING_OK && (d = readdir(dir))) {
		char path[320];

		if (d->d_type != DT_DIR || d->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path),
			       "/sys/fs/cgroup/%s/io.weight", d->d_name);
		if (!access(path, F_OK))
			state = CLO_FINDING_OK;
		else
			state = CLO_FINDING_LACKING;
	}
	if (dir)
		(void)closedir(dir);
	clo_finding_set(f, (uint32_t)state, "%s",
			state == CLO_FINDING_OK ? "io.weight exists" :
			state == CLO_FINDING_LACKING ?
						  "no group has io.weight" :
						  "no group exists yet");
}

void clo_check_namespaces(struct clo_finding *f)
{
	static const char *const names[] = { "pid", "mnt",    "net", "ipc",
					     "uts", "cgroup", "user" };
	char path[64];

	for (size_t i = 0; i < CLO_ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s",
			       names[i]);
		if (access(path, F_OK)) {
			clo_finding_set(f, CLO_FINDING_LACKING,
					"the kernel has no %s namespaces",
					names[i]);
			return;
		}
	}
	clo_finding_set(f, CLO_FINDING_OK,
			"pid, mnt, net, ipc, uts, cgroup and user");
}

void clo_check_userns(struct clo_finding *f)
{
	const char *path = "/proc/sys/user/max_user_namespaces";
	char text[32];

	if (clo_fact_setting(f, path, text, sizeof(text)))
		clo_finding_set(f,
				strcmp(text, "0") != 0 ? CLO_FINDING_OK :
							 CLO_FINDING_LACKING,
				"at most %s", text);
}

void clo_check_time(struct clo_finding *f)
{
	if (access("/proc/self/ns/time", F_OK))
		clo_finding_set(f, CLO_FINDING_LACKING,
				"the kernel has no time namespaces");
	else
		clo_finding_set(f, CLO_FINDING_OK, "time namespaces exist");
}

void clo_check_seccomp(struct clo_finding *f)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action))
		clo_finding_set(f, CLO_FINDING_LACKING, "seccomp filters: %s",
				strerror(errno));
	else
		clo_finding_set(f, CLO_FINDING_OK, "filters can be set");
}

void clo_check_landlock(struct clo_finding *f)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 0)
		clo_finding_set(f, CLO_FINDING_LACKING, "Landlock: %s",
				strerror(errno));
	else
		clo_finding_set(f, CLO_FINDING_OK, "ABI %ld", abi);
}

void clo_check_execve(struct clo_finding *f)
{
	static char name[] = "cloison";
	char *argv[] = { name, NULL };
	char *envp[] = { NULL };
	clo_fd int fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);

	if (fd < 0) {
		clo_finding_set(f, CLO_FINDING_UNKNOWN, "/proc/self/exe: %s",
				strerror(errno));
		return;
	}
	/* A kernel that does not know the flag refuses it: nothing runs. */
	if (!syscall(SYS_execveat, fd, "", argv, envp,
		     AT_EMPTY_PATH | EXECVE_CHECK))
		clo_finding_set(f, CLO_FINDING_OK, "AT_EXECVE_CHECK answers");
	else if (errno == EINVAL)
		clo_finding_set(f, CLO_FINDING_LACKING,
				"the kernel does not know AT_EXECVE_CHECK");
	else
		clo_finding_set(f, CLO_FINDING_UNKNOWN, "AT_EXECVE_CHECK: %s",
				strerror(errno));
}

/* Is the file system registered, or its module at hand? */
static bool has_erofs(void)
{
	struct utsname name;
	char path[160], text[160];
	FILE *file = fopen("/proc/filesystems", "re");
	bool found = false;

	while (file && !found && fgets(text, sizeof(text), file))
		found = strstr(text, "\terofs\n") != NULL;
	if (file)
		(void)fclose(file);
	if (found || uname(&name))
		return found;
	(void)snprintf(path, sizeof(path),
		       "/lib/modules/%.100s/kernel/fs/erofs", name.release);
	return !access(path, F_OK);
}

void clo_check_erofs(struct clo_finding *f)
{
	if (!has_erofs())
		clo_finding_set(f, CLO_FINDING_LACKING,
				"the kernel has no erofs");
	else if (!is_at_least(6, 12))
		clo_finding_set(f, CLO_FINDING_LACKING,
				"this kernel mounts no file without a loop "
				"device");
	else
		clo_finding_set(f, CLO_FINDING_OK,
				"erofs, mounted from a file");
}
