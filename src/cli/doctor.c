// SPDX-License-Identifier: GPL-2.0-only
/*
 * cloison doctor: what this machine can enforce.  Useful before anything is
 * installed: it asks the kernel, not the Core.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>

#include "bpf/abi.h"
#include "cli/doctor.h"
#include "cli/out.h"

enum need {
	NEEDED, /* cages cannot do without */
	ADVISED, /* the machine is safer, or does more, with it */
	RUNNING, /* a state: nothing is wrong with the machine */
};

struct check {
	const char *name;
	enum need need;
	void (*run)(struct clo_finding *f);
	const char *why; /* what it is for */
	const char *remedy; /* what to do about it */
};

/* clang-format off */
static const struct check checks[] = {
	{ "kernel", NEEDED, clo_check_kernel,
	  "hooks that the guard cannot do without",
	  "install a kernel of 6.12 at least; Debian 13 has one, its backports "
	  "suite a newer one" },
	{ "btf", NEEDED, clo_check_btf,
	  "loading the guard: it finds the kernel's structures by it",
	  "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y, as Debian's are" },
	{ "lsm", NEEDED, clo_check_lsm,
	  "the guard's refusals to count",
	  "add 'bpf' to the list lsm= of the kernel's command line, for "
	  "instance lsm=landlock,lockdown,yama,integrity,apparmor,bpf, and "
	  "boot again" },
	{ "guard", NEEDED, clo_check_guard,
	  "the label that holds cages apart",
	  "run 'cloison doctor' as root, outside containers; if the kernel "
	  "refuses, 'make demo' runs a virtual machine instead" },
	{ "cgroup", NEEDED, clo_check_cgroup,
	  "limits on memory, processors and tasks",
	  "mount cgroup2 on /sys/fs/cgroup with the controllers cpu, memory "
	  "and pids (systemd.unified_cgroup_hierarchy=1)" },
	{ "namespaces", NEEDED, clo_check_namespaces,
	  "processes, mounts, network and IPC of a cage's own",
	  "boot a kernel built with CONFIG_NAMESPACES and all below it" },
	{ "userns", NEEDED, clo_check_userns,
	  "users of a cage's own; root in a cage is nobody outside",
	  "set the sysctl user.max_user_namespaces to 64 or more; unprivileged "
	  "ones may stay forbidden" },
	{ "seccomp", NEEDED, clo_check_seccomp,
	  "the filter of system calls, where no hook exists",
	  "boot a kernel built with CONFIG_SECCOMP_FILTER=y" },
	{ "time", ADVISED, clo_check_time,
	  "hiding since when the machine runs",
	  "boot a kernel built with CONFIG_TIME_NS=y, or bring cages up "
	  "--without=time" },
	{ "io-weight", ADVISED, clo_check_io_weight,
	  "sharing the disks between cages",
	  "use the scheduler bfq for the disks, or a kernel with "
	  "CONFIG_BLK_CGROUP_IOCOST=y, and enable the controller io" },
	{ "erofs", ADVISED, clo_check_erofs,
	  "a cage whose root is an image file",
	  "load the module erofs; Linux 6.12 mounts a file without a loop "
	  "device" },
	{ "landlock", ADVISED, clo_check_landlock,
	  "the Core's own roles to be confined",
	  "add 'landlock' to the list lsm= of the kernel's command line" },
	{ "execve-check", ADVISED, clo_check_execve,
	  "interpreters to ask whether a script may run",
	  "boot Linux 6.14 or newer" },
	{ "lockdown", ADVISED, clo_check_lockdown,
	  "root on the host to be kept out of the kernel",
	  "add lockdown=integrity to the kernel's command line, or use Secure "
	  "Boot" },
	{ "yama", ADVISED, clo_check_yama,
	  "programs of the host to be kept from tracing each other",
	  "set the sysctl kernel.yama.ptrace_scope to 1 or more" },
	{ "unprivileged-bpf", ADVISED, clo_check_bpf,
	  "keeping bpf(2) from users, inside and outside cages",
	  "set the sysctl kernel.unprivileged_bpf_disabled to 1 or 2" },
	{ "kptr", ADVISED, clo_check_kptr,
	  "hiding the kernel's addresses",
	  "set the sysctl kernel.kptr_restrict to 1 or 2" },
	{ "dmesg", ADVISED, clo_check_dmesg,
	  "hiding the kernel's log from users",
	  "set the sysctl kernel.dmesg_restrict to 1" },
	{ "core-pattern", ADVISED, clo_check_core_pattern,
	  "no program outside cages to be started by a crash inside one",
	  "set the sysctl kernel.core_pattern to 'core'" },
	{ "installed", RUNNING, clo_check_files,
	  "starting the Core",
	  "make install, or the package; 'make demo' needs neither" },
	{ "core", RUNNING, clo_check_core,
	  "bringing cages up",
	  "systemctl start cloisond, or cloisond as root" },
	{ "canary", RUNNING, clo_check_canary,
	  "seeing that the guard refuses now",
	  "start the Core: it loads the guard" },
	{ "locked", RUNNING, clo_check_locked,
	  "the guard to defend itself, from root too",
	  "set lock = true in /etc/cloison/cloison.toml and start the Core "
	  "again" },
	{ "swap", RUNNING, clo_check_swap,
	  "nobody to write the Core by writing the swap device",
	  "swapoff, or an encrypted swap; a kernel from 6.4 on, LimitMEMLOCK= "
	  "of 8 MiB or more, and start the Core anew with the next boot" },
	{ "log", RUNNING, clo_check_log,
	  "refusals to be seen",
	  "make room on the disk, and let only root write to "
	  "/var/log/cloison" },
};
/* clang-format on */

void clo_finding_set(struct clo_finding *f, uint32_t state, const char *format,
		     ...)
{
	va_list args;

	f->state = state;
	va_start(args, format);
	(void)vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
}

int clo_fact_read(const char *path, char *text, size_t size)
{
	clo_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

bool clo_fact_setting(struct clo_finding *f, const char *path, char *text,
		      size_t size)
{
	int r = clo_fact_read(path, text, size);

	if (r)
		clo_finding_set(f, CLO_FINDING_UNKNOWN, "%s: %s", path,
				strerror(-r));
	return !r;
}

int clo_fact_guard(void)
{
	if (!prctl((int)CLO_PRCTL, CLO_GUARD_CANARY, 0, 0, 0))
		return -ENOSYS;
	if (errno >= CLO_ANSWER && errno < CLO_ANSWER + CLO_RULE_COUNT)
		return errno - CLO_ANSWER;
	return -ENOSYS;
}

static const char *state_name(uint32_t state)
{
	static const char *const names[] = { "ok", "lacking", "unknown" };

	return names[state];
}

static void print_check(const struct clo_cli *cli, const struct check *c,
			const struct clo_finding *f)
{
	static const enum clo_color colors[] = { CLO_COLOR_GOOD, CLO_COLOR_BAD,
						 CLO_COLOR_DOUBT };
	enum clo_color color = colors[f->state];

	/* Red is kept for what cages cannot do without. */
	if (f->state == CLO_FINDING_LACKING && c->need != NEEDED)
		color = CLO_COLOR_DOUBT;
	(void)printf("%s%-8s%s %-17s ", clo_out_color(cli, color),
		     state_name(f->state), clo_out_plain(cli), c->name);
	clo_out_text(stdout, f->text);
	(void)printf("  %s(for %s)%s\n", clo_out_color(cli, CLO_COLOR_DIM),
		     c->why, clo_out_plain(cli));
	if (f->state != CLO_FINDING_OK)
		(void)printf("%26s %s\n", "->", c->remedy);
}

static void add_check(struct json_object *list, const struct check *c,
		      const struct clo_finding *f)
{
	static const char *const needs[] = { "needed", "advised", "running" };
	struct json_object *o = json_object_new_object();

	clo_json_text(o, "check", c->name);
	clo_json_text(o, "state", state_name(f->state));
	clo_json_text(o, "found", f->text);
	clo_json_text(o, "for", c->why);
	clo_json_text(o, "remedy", c->remedy);
	clo_json_text(o, "need", needs[c->need]);
	(void)json_object_array_add(list, o);
}

/* Names of needed checks in a state, between commas. */
static uint32_t names_of(const struct clo_finding *found, uint32_t state,
			 char *text, size_t size)
{
	size_t used = 0;
	uint32_t count = 0;

	text[0] = '\0';
	for (size_t i = 0; i < CLO_ARRAY_SIZE(checks); i++) {
		if (checks[i].need != NEEDED || found[i].state != state)
			continue;
		count++;
		if (used < size)
			used += (size_t)snprintf(text + used, size - used,
						 "%s%s", used ? ", " : "",
						 checks[i].name);
	}
	return count;
}

static void print_sum(const struct clo_cli *cli,
		      const struct clo_finding *found)
{
	char names[256];

	if (names_of(found, CLO_FINDING_LACKING, names, sizeof(names)))
		(void)printf("\n%sthis machine cannot enforce cages%s; it "
			     "lacks: %s\n",
			     clo_out_color(cli, CLO_COLOR_BAD),
			     clo_out_plain(cli), names);
	else if (names_of(found, CLO_FINDING_UNKNOWN, names, sizeof(names)))
		(void)printf("\nnothing is known to be missing; not known: "
			     "%s\n",
			     names);
	else
		(void)printf("\n%sthis machine can enforce cages%s\n",
			     clo_out_color(cli, CLO_COLOR_GOOD),
			     clo_out_plain(cli));
}

int clo_cli_doctor(struct clo_cli *cli, struct clo_err *err)
{
	struct clo_finding found[CLO_ARRAY_SIZE(checks)] = { 0 };
	clo_json struct json_object *o = NULL;
	struct json_object *list = NULL;
	char names[256];
	int status = CLO_EXIT_DONE;

	(void)err; /* what is lacking is an answer, not an error */
	if (cli->is_json) {
		o = json_object_new_object();
		list = json_object_new_array();
	}
	for (size_t i = 0; i < CLO_ARRAY_SIZE(checks); i++) {
		checks[i].run(&found[i]);
		if (cli->is_json)
			add_check(list, &checks[i], &found[i]);
		else
			print_check(cli, &checks[i], &found[i]);
	}
	if (names_of(found, CLO_FINDING_LACKING, names, sizeof(names)))
		status = CLO_EXIT_CANNOT;
	if (cli->is_json) {
		clo_json_uint(o, "status", (uint64_t)status);
		(void)json_object_object_add(o, "checks", list);
		clo_json_print(o);
	} else {
		print_sum(cli, found);
	}
	return status;
}
