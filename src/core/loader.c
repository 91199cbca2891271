// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading the guard: everything or nothing.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/guard.h"
#include "core/loader-place.h"

/* The generated file is not written to our rules. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "bpf/guard.skel.h"
#pragma GCC diagnostic pop

#define PROGRAM_PREFIX "clo_"
#define PROBE_PREFIX   PROGRAM_PREFIX "perf_uprobe_"

enum { LSM_ID_BPF_NUMBER = 109, LSM_IDS_MAX = 32, LINKS_MAX = 128 };
enum { OWN_PROG = 1, OWN_LINK = 2 }; /* as in maps.bpf.h */

/* Hooks without which the guard still stands: another covers them, or none
 * can be had on older kernels (CAVEATS.md). */
static const enum clo_hook optional_hooks[] = {
	CLO_HOOK_cap_capable,
	CLO_HOOK_uring_allowed,
	CLO_HOOK_unix_find,
};

#define X(id, name) [id] = #name,
static const char *const hook_names[CLO_HOOK_COUNT] = { CLO_HOOKS(X) };
#undef X

struct loader {
	const struct clo_guard_options *options;
	struct clo_guard_report report;
	struct guard_bpf *guard;
	struct bpf_link *links[LINKS_MAX];
	const char *link_names[LINKS_MAX]; /* of their hooks; borrowed */
	int link_count;
	bool is_mounted; /* by us: taken back on error */
};

/* What libbpf first complained about; it has no other way to say it. */
static char first_complaint[256];

static int keep_complaint(enum libbpf_print_level level, const char *format,
			  va_list args)
{
	if (level != LIBBPF_WARN || first_complaint[0])
		return 0;
	(void)vsnprintf(first_complaint, sizeof(first_complaint), format, args);
	first_complaint[strcspn(first_complaint, "\n")] = '\0';
	return 0;
}

/* 1 if BPF is among the active LSMs, 0 if not, -ENOSYS if it cannot be told. */
static int bpf_is_active(void)
{
#ifdef SYS_lsm_list_modules
	uint64_t ids[LSM_IDS_MAX];
	uint32_t size = sizeof(ids);
	long count = syscall(SYS_lsm_list_modules, ids, &size, 0);
#else
	uint64_t ids[LSM_IDS_MAX];
	uint32_t size = sizeof(ids);
	long count = syscall(461, ids, &size, 0); /* headers before 6.8 */
#endif

	if (count < 0)
		return -ENOSYS;
	for (long i = 0; i < count && i < LSM_IDS_MAX; i++) {
		if (ids[i] == LSM_ID_BPF_NUMBER)
			return 1;
	}
	return 0;
}

static int check_kernel(struct clo_err *err)
{
	if (geteuid() != 0)
		return clo_err_set(
			err, -EPERM,
			"guard: user %u may not load it; run as root",
			(unsigned int)geteuid());
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		return clo_err_set(err, -EOPNOTSUPP,
				   "guard: this kernel shows no type"
				   " information in '/sys/kernel/btf/vmlinux';"
				   " mount /sys, or use a kernel with"
				   " CONFIG_DEBUG_INFO_BTF");
	if (bpf_is_active() == 0)
		return clo_err_set(err, -EOPNOTSUPP,
				   "guard: 'bpf' is not among this kernel's"
				   " security modules; add it to lsm= on the"
				   " kernel's command line and reboot");
	return 0;
}

static enum clo_hook hook_of(const char *program)
{
	const char *name = program + strlen(PROGRAM_PREFIX);

	for (int i = 0; i < CLO_HOOK_COUNT; i++) {
		if (!strcmp(hook_names[i], name))
			return (enum clo_hook)i;
	}
	return CLO_HOOK_none; /* keeps labels, refuses nothing */
}

static bool hook_is_optional(enum clo_hook hook)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(optional_hooks); i++) {
		if (optional_hooks[i] == hook)
			return true;
	}
	return false;
}

/* A hook is there if the kernel has the function that is attached to. */
static bool hook_exists(const struct btf *kernel,
			const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);
	const char *name = strchr(section, '/') + 1;
	char function[128];

	(void)snprintf(function, sizeof(function), "%s%s",
		       strncmp(section, "lsm", 3) ? "" : "bpf_lsm_", name);
	return btf__find_by_name_kind(kernel, function, BTF_KIND_FUNC) > 0;
}

/* What watches the events of uprobes, in a kernel that has none. */
static bool is_needless(const char *program)
{
	return !strncmp(program, PROBE_PREFIX, strlen(PROBE_PREFIX)) &&
	       access("/sys/bus/event_source/devices/uprobe", F_OK);
}

static void report_missing(struct clo_guard_report *report, enum clo_hook hook)
{
	report->missing[hook / 64] |= UINT64_C(1) << (hook % 64);
}

/* Leave out what this kernel does not have; refuse if it cannot be missed. */
static int select_programs(struct loader *loader, struct clo_err *err)
{
	struct btf *kernel = btf__load_vmlinux_btf();
	struct bpf_program *program;
	int r = 0;

	if (!kernel)
		return clo_err_set(err, -EOPNOTSUPP,
				   "guard: this kernel's type information"
				   " cannot be read: %s",
				   strerror(errno));
	bpf_object__for_each_program(program, loader->guard->obj)
	{
		const char *name = bpf_program__name(program);
		enum clo_hook hook = hook_of(name);

		if (hook_exists(kernel, program))
			continue;
		if (is_needless(name)) {
			(void)bpf_program__set_autoload(program, false);
			continue;
		}
		report_missing(&loader->report, hook);
		if (hook_is_optional(hook)) {
			(void)bpf_program__set_autoload(program, false);
			continue;
		}
		r = clo_err_set(err, -EOPNOTSUPP,
				"guard: this kernel has no hook '%s'; use"
				" Linux 6.12 or newer",
				name + strlen(PROGRAM_PREFIX));
		break;
	}
	btf__free(kernel);
	return r;
}

static int load_programs(struct loader *loader, struct clo_err *err)
{
	int r = guard_bpf__load(loader->guard);

	if (r == -EPERM || r == -EACCES)
		return clo_err_set(err, -EPERM,
				   "guard: this kernel refuses BPF programs"
				   " (%s); boot one that does not, or use a"
				   " virtual machine",
				   strerror(-r));
	if (r)
		return clo_err_set(err, -EOPNOTSUPP,
				   "guard: this kernel does not take it: %s"
				   " (%s); use Linux 6.12 or newer",
				   first_complaint, strerror(-r));
	return 0;
}

static uint32_t map_id(int fd)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

static int own(const struct loader *loader, uint32_t kind, uint32_t id)
{
	uint32_t key[2] = { kind, id }, one = 1;

	return bpf_map_update_elem(bpf_map__fd(loader->guard->maps.own_ids),
				   key, &one, BPF_ANY);
}

/* Tell the guard what it is: its maps, programs, place, and the Core. */
static int fill_self(const struct loader *loader, struct clo_err *err)
{
	const struct clo_guard_options *options = loader->options;
	struct clo_self self = { .abi = CLO_ABI,
				 .next_event = 1,
				 .cgroup = options->cgroup };
	struct bpf_program *program;
	struct bpf_map *map;
	uint32_t key = 0;
	int count = 0, r;

	r = clo_place_describe(options->pin_dir, options->core_path, &self,
			       err);
	if (r)
		return r;
	bpf_object__for_each_map(map, loader->guard->obj)
	{
		if (count == CLO_PROTECTED_MAX)
			return clo_err_set(err, -E2BIG,
					   "guard: more than %d maps",
					   CLO_PROTECTED_MAX);
		self.map_ids[count] = map_id(bpf_map__fd(map));
		if (!self.map_ids[count++])
			return clo_err_set(err, -errno,
					   "guard: map '%s' has no number: %s",
					   bpf_map__name(map), strerror(errno));
	}
	self.found_ids[0] = map_id(bpf_map__fd(loader->guard->maps.events));
	self.found_ids[1] = map_id(bpf_map__fd(loader->guard->maps.counts));
	self.found_ids[2] =
		map_id(bpf_map__fd(loader->guard->maps.task_labels));
	bpf_object__for_each_program(program, loader->guard->obj)
	{
		struct bpf_prog_info info = { 0 };
		uint32_t size = sizeof(info);
		int fd = bpf_program__fd(program);

		if (fd < 0)
			continue; /* left out */
		if (bpf_obj_get_info_by_fd(fd, &info, &size) ||
		    own(loader, OWN_PROG, info.id))
			return clo_err_set(err, -errno,
					   "guard: program '%s' has no number:"
					   " %s",
					   bpf_program__name(program),
					   strerror(errno));
	}
	if (bpf_map_update_elem(bpf_map__fd(loader->guard->maps.self), &key,
				&self, BPF_ANY))
		return clo_err_set(err, -errno,
				   "guard: its own map cannot be written: %s",
				   strerror(errno));
	return 0;
}

static int attach_one(struct loader *loader, struct bpf_program *program,
		      struct clo_err *err)
{
	const char *name = bpf_program__name(program);
	enum clo_hook hook = hook_of(name);
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof(info);
	struct bpf_link *link;

	if (bpf_program__fd(program) < 0)
		return 0; /* left out */
	link = bpf_program__attach(program);
	if (!link && hook_is_optional(hook)) {
		report_missing(&loader->report, hook);
		return 0;
	}
	if (!link)
		return clo_err_set(
			err, errno == EPERM ? -EPERM : -EOPNOTSUPP,
			"guard: hook '%s' cannot be attached: %s%s",
			name + strlen(PROGRAM_PREFIX), strerror(errno),
			errno == EPERM ? "; this kernel refuses BPF LSM" : "");
	if (loader->link_count == LINKS_MAX) {
		(void)bpf_link__destroy(link); /* detaches: nothing is left */
		return clo_err_set(err, -E2BIG, "guard: more than %d hooks",
				   LINKS_MAX);
	}
	loader->link_names[loader->link_count] = name + strlen(PROGRAM_PREFIX);
	loader->links[loader->link_count++] = link;
	loader->report.hook_count++;
	if (bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &size) ||
	    own(loader, OWN_LINK, info.id))
		return clo_err_set(err, -errno,
				   "guard: link '%s' has no number: %s", name,
				   strerror(errno));
	return 0;
}

/* Attach all, then ask: an attached guard that nobody calls is none. */
static int attach_programs(struct loader *loader, struct clo_err *err)
{
	struct bpf_program *program;
	int r;

	bpf_object__for_each_program(program, loader->guard->obj)
	{
		r = attach_one(loader, program, err);
		if (r)
			return r;
	}
	r = clo_guard_ask(CLO_GUARD_CANARY, 0, 0);
	if (r != CLO_RULE_MOUNT)
		return clo_err_set(err, -EOPNOTSUPP,
				   "guard: it is attached but the kernel does"
				   " not call it (%d); add 'bpf' to lsm= on the"
				   " kernel's command line and reboot",
				   r);
	loader->report.is_attached = 1;
	return 0;
}

static int pin(int fd, const char *dir, const char *name, struct clo_err *err)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (bpf_obj_pin(fd, path))
		return clo_err_set(err, -errno,
				   "guard: '%s' cannot be pinned: %s", path,
				   strerror(errno));
	return 0;
}

/* Maps by their name, links as link_HOOK. */
static int pin_all(const struct loader *loader, struct clo_err *err)
{
	const char *dir = loader->options->pin_dir;
	struct bpf_map *map;
	int r;

	for (int i = 0; i < loader->link_count; i++) {
		char name[128];

		(void)snprintf(name, sizeof(name), "link_%s",
			       loader->link_names[i]);
		r = pin(bpf_link__fd(loader->links[i]), dir, name, err);
		if (r)
			return r;
	}
	bpf_object__for_each_map(map, loader->guard->obj)
	{
		if (bpf_map__is_internal(map))
			continue;
		r = pin(bpf_map__fd(map), dir, bpf_map__name(map), err);
		if (r)
			return r;
	}
	return 0;
}

/* Unlink what pin_all() may have made, in a directory that was there. */
static void unpin_all(const struct loader *loader)
{
	const char *dir = loader->options->pin_dir;
	char path[PATH_MAX];
	struct bpf_map *map;

	for (int i = 0; i < loader->link_count; i++) {
		(void)snprintf(path, sizeof(path), "%s/link_%s", dir,
			       loader->link_names[i]);
		(void)unlink(path); /* some were never made */
	}
	bpf_object__for_each_map(map, loader->guard->obj)
	{
		(void)snprintf(path, sizeof(path), "%s/%s", dir,
			       bpf_map__name(map));
		(void)unlink(path); /* as above */
	}
}

static int check_absent(const char *dir, struct clo_err *err)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/self", dir);
	if (access(path, F_OK) == 0)
		return clo_err_set(err, -EEXIST,
				   "guard: one is in force already, pinned in"
				   " '%s'",
				   dir);
	return 0;
}

static int load_and_pin(struct loader *loader, struct clo_err *err)
{
	const char *dir = loader->options->pin_dir;
	int r;

	if (loader->options->is_dry)
		return load_programs(loader, err);
	r = clo_place_mount(dir, &loader->is_mounted, err);
	if (r)
		return r;
	r = check_absent(dir, err);
	if (r)
		return r;
	r = load_programs(loader, err);
	if (!r)
		r = fill_self(loader, err);
	if (!r)
		r = attach_programs(loader, err);
	if (!r)
		r = pin_all(loader, err);
	if (r)
		unpin_all(loader);
	return r;
}

static int run(struct loader *loader, struct clo_err *err)
{
	clo_fd int back_fd = -1;
	int r;

	r = select_programs(loader, err);
	if (r)
		return r;
	if (!loader->options->is_dry) {
		r = clo_place_enter(&back_fd, err);
		if (r)
			return r;
	}
	r = load_and_pin(loader, err);
	/* Closing the links does not detach what is pinned. */
	for (int i = 0; i < loader->link_count; i++)
		(void)bpf_link__destroy(loader->links[i]);
	if (r && loader->is_mounted)
		(void)umount2(loader->options->pin_dir, MNT_DETACH);
	if (!r && clo_place_leave(back_fd))
		return clo_err_set(err, -errno,
				   "guard: there is no way back to the mount"
				   " namespace: %s",
				   strerror(errno));
	return r;
}

int clo_guard_load(const struct clo_guard_options *options,
		   struct clo_guard_report *ret_report, struct clo_err *err)
{
	struct loader loader = { .options = options };
	int r = check_kernel(err);

	if (r)
		return r;
	first_complaint[0] = '\0';
	(void)libbpf_set_print(keep_complaint);
	loader.guard = guard_bpf__open();
	if (!loader.guard)
		return clo_err_set(
			err, -errno,
			"guard: its object cannot be opened: %s (%s)",
			first_complaint, strerror(errno));
	r = run(&loader, err);
	guard_bpf__destroy(loader.guard);
	if (!r)
		*ret_report = loader.report;
	return r;
}

/* The pin may be out of sight, in the initial mount namespace only. */
static int open_pin(const char *dir, const char *name, uint32_t flags,
		    struct clo_err *err)
{
	LIBBPF_OPTS(bpf_obj_get_opts, how, .file_flags = flags);
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = bpf_obj_get_opts(path, &how);
	if (fd < 0 && errno == ENOENT) {
		(void)snprintf(path, sizeof(path), "/proc/1/root%s/%s", dir,
			       name);
		fd = bpf_obj_get_opts(path, &how);
	}
	if (fd < 0)
		return clo_err_set(err, -errno,
				   "guard: '%s/%s' cannot be opened: %s", dir,
				   name, strerror(errno));
	return fd;
}

int clo_guard_open(const char *pin_dir, int *ret_events_fd, int *ret_counts_fd,
		   struct clo_err *err)
{
	clo_fd int events_fd = -1;
	clo_fd int counts_fd = -1;

	events_fd = open_pin(pin_dir, "events", 0, err);
	if (events_fd < 0)
		return events_fd;
	counts_fd = open_pin(pin_dir, "counts", 0, err);
	if (counts_fd < 0)
		return counts_fd;
	*ret_events_fd = clo_take_fd(&events_fd);
	*ret_counts_fd = clo_take_fd(&counts_fd);
	return 0;
}

int clo_guard_open_labels(const char *pin_dir, int *ret_fd, struct clo_err *err)
{
	int fd = open_pin(pin_dir, "task_labels", BPF_F_RDONLY, err);

	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}
