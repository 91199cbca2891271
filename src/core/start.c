// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a command line to the monitor: what is done once, outside cages, before
 * the Core is the Core.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "core/boot.h"
#include "core/config.h"
#include "core/bounds.h"
#include "core/copy.h"

#define ACCOUNT "_cloison"
/*
 * Where the package's user does not exist (a first try from the build folder),
 * roles run as the kernel's overflow user: it owns nothing, and no role can be
 * traced by another process of it, because roles are not dumpable.
 */
enum { NOBODY = 65534 };

/* Field @field (from 0) of the line of @name in a colon-separated file. */
static int find_id(const char *path, const char *name, int field,
		   uint32_t *ret_id)
{
	size_t length = strlen(name);
	FILE *file = fopen(path, "re");
	char line[1024];
	int r = -ENOENT;

	if (!file)
		return -errno;
	while (r == -ENOENT && fgets(line, sizeof(line), file)) {
		const char *at = line;
		char *end;
		unsigned long id;

		if (strncmp(line, name, length) || line[length] != ':')
			continue;
		for (int i = 0; at && i < field; i++)
			at = (at = strchr(at, ':')) ? at + 1 : NULL;
		errno = 0;
		id = at ? strtoul(at, &end, 10) : 0;
		if (!at || errno || end == at || id > UINT32_MAX)
			break;
		*ret_id = (uint32_t)id;
		r = 0;
	}
	(void)fclose(file); /* it was only read */
	return r;
}

static void find_account(struct clo_account *account)
{
	account->uid = NOBODY;
	account->gid = NOBODY;
	if (find_id("/etc/passwd", ACCOUNT, 2, &account->uid) ||
	    find_id("/etc/passwd", ACCOUNT, 3, &account->gid) ||
	    account->uid == 0) {
		account->uid = NOBODY;
		account->gid = NOBODY;
	}
}

/* Make a directory of the Core's, and make it root's whatever it was. */
static int make_dir(const char *path, gid_t gid, mode_t mode,
		    struct clo_err *err)
{
	clo_fd int fd = -1;

	if (mkdir(path, mode) && errno != EEXIST)
		return clo_err_set(err, -errno, "%s: cannot be made: %s", path,
				   strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fchown(fd, 0, gid) || fchmod(fd, mode))
		return clo_err_set(err, -errno, "%s: %s", path,
				   strerror(errno));
	return 0;
}

static int make_dirs(gid_t group, struct clo_err *err)
{
	int r;

	(void)umask(0077);
	(void)mkdir("/var/log",
		    0755); /* exists on any machine but a small one */
	(void)mkdir("/var/lib", 0755);
	r = make_dir(CLO_RUN_DIR, 0, 0755, err);
	if (!r)
		r = make_dir(CLO_RECORDS_DIR, 0, 0700, err);
	if (!r)
		r = make_dir(CLO_STATE_DIR, 0, 0711, err);
	if (!r)
		r = make_dir(CLO_LOG_DIR, group, 02750, err);
	return r;
}

/*
 * A guard in force knows where it was pinned.  Asked here so that nothing is
 * executed from a false place; the monitor asks again about what it opens.
 */
static int check_place(struct clo_err *err)
{
	clo_fd int fd = open(CLO_RUN_DIR,
			     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && clo_guard_place(fd, NULL) == -ESTALE)
		return clo_err_set(err, -ESTALE, CLO_FALSE_PLACE_TEXT,
				   CLO_RUN_DIR);
	return 0;
}

/* One Core at a time, also where no guard says so. */
static int lock_run(int *ret_fd, struct clo_err *err)
{
	const char *path = CLO_RUN_DIR "/lock";
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return clo_err_set(err, -errno, "%s: %s", path,
				   strerror(errno));
	for (int64_t ms = 0; flock(fd, LOCK_EX | LOCK_NB); ms += 50) {
		if (ms >= CLO_CLAIM_MS)
			return clo_err_set(err, -EBUSY,
					   "%s: another cloisond holds it; ask "
					   "it with 'cloison ps', or stop it",
					   path);
		(void)poll(NULL, 0, 50);
	}
	*ret_fd = fd;
	return 0;
}

/* A directory of the second cgroup hierarchy for the cages; -1 if none. */
static int make_cgroup(void)
{
	static const char *const roots[] = { "/sys/fs/cgroup",
					     "/sys/fs/cgroup/unified" };
	static const char *const controllers[] = { "+memory", "+cpu", "+pids",
						   "+io" };
	const char *root = NULL;
	char path[64];
	struct statfs st;

	for (size_t i = 0; i < CLO_ARRAY_SIZE(roots) && !root; i++) {
		if (!statfs(roots[i], &st) && st.f_type == CGROUP2_SUPER_MAGIC)
			root = roots[i];
	}
	if (!root)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/cloison", root);
	if (mkdir(path, 0755)) /* made already: the guard may hold it by now */
		return errno == EEXIST ? open(path, O_RDONLY | O_DIRECTORY) :
					 -1;
	for (int level = 0; level < 2; level++) {
		(void)snprintf(path, sizeof(path),
			       "%s%s/cgroup.subtree_control", root,
			       level ? "/cloison" : "");
		for (size_t i = 0; i < CLO_ARRAY_SIZE(controllers); i++) {
			clo_fd int fd = open(path, O_WRONLY | O_CLOEXEC);

			/* What is missing is said when a cage needs it. */
			if (fd >= 0 && write(fd, controllers[i],
					     strlen(controllers[i])) < 0)
				continue;
		}
	}
	(void)snprintf(path, sizeof(path), "%s/cloison", root);
	return open(path, O_RDONLY | O_DIRECTORY);
}

/* A datagram socket to a path or an abstract name ('@'); -1 if none listens. */
static int connect_datagram(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = name ? strlen(name) : 0;
	int fd;

	if (!length || length >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	length += offsetof(struct sockaddr_un, sun_path);
	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&address, (socklen_t)length)) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

/* What the guard lacks on this kernel is known to the one who loaded it. */
static void keep_report(struct clo_guard_report *report, bool is_new)
{
	clo_fd int fd =
		open(CLO_REPORT_FILE,
		     (is_new ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY) |
			     O_NOFOLLOW | O_CLOEXEC,
		     0600);

	if (fd >= 0 && is_new && !clo_write_full(fd, report, sizeof(*report)))
		return;
	if (fd >= 0 && !is_new && !clo_read_full(fd, report, sizeof(*report)))
		return;
	if (!is_new) /* unknown: the filter takes the place of every hook */
		memset(report->missing, 0xff, sizeof(report->missing));
}

static const char *rule_name(int rule)
{
#define X(id, name, text, allow, source) [id] = #name,
	static const char *const names[] = { CLO_RULES(X) };
#undef X

	return rule >= 0 && rule < CLO_RULE_COUNT ? names[rule] : "?";
}

/* Become the Core; the tasks of one that has just died take a moment to go. */
static int claim(struct clo_err *err)
{
	int r = CLO_RULE_CORE_ALIVE;

	for (int ms = 0; r == CLO_RULE_CORE_ALIVE && ms < CLO_CLAIM_MS;
	     ms += 50) {
		r = clo_guard_ask(CLO_GUARD_CLAIM, 0, 0);
		if (r == CLO_RULE_CORE_ALIVE)
			(void)poll(NULL, 0, 50);
	}
	if (r)
		return clo_err_set(err, -EPERM,
				   "guard: refuses this process as the Core: "
				   "%s; see 'cloison explain %s'",
				   rule_name(r), rule_name(r));
	return 0;
}

/* Have the guard in force, and be its Core; without it, say why. */
static int take_guard(struct clo_boot *boot, struct clo_err *err)
{
	struct clo_err why = { 0 };
	bool is_new = false;
	struct stat st = { 0 };

	if (clo_guard_ask(CLO_GUARD_CANARY, CLO_CAGE_FIRST, 0) == -ENOSYS) {
		if (boot->cgroup_fd >= 0)
			(void)fstat(boot->cgroup_fd, &st); /* 0: no tree */
		if (clo_loader_ask(0, st.st_ino, &boot->report, &why)) {
			memcpy(boot->reason, why.text, sizeof(boot->reason));
			return 0;
		}
		is_new = true;
	}
	boot->is_guarded = 1;
	keep_report(&boot->report, is_new);
	return claim(err);
}

/* The installed program can be replaced then: what is registered is not it. */
static int become_copy(const char *init_path, int lock_fd, struct clo_err *err)
{
	int r = clo_copy_become(init_path);

	if (r)
		(void)fprintf(
			stderr,
			"cloisond: %s: %s; the installed program itself "
			"is registered, and stays as it is until the next "
			"boot\n",
			CLO_COPY_DIR, strerror(-r));
	/* From here on the lock goes along: the monitor is executed. */
	if (fcntl(lock_fd, F_SETFD, 0))
		return clo_err_set(err, -errno, "lock: %s", strerror(errno));
	return 0;
}

static int open_init(const char *path, int *ret_fd, struct clo_err *err)
{
	*ret_fd = open(path, O_RDONLY);
	if (*ret_fd < 0)
		return clo_err_set(err, -errno,
				   "%s: %s; it is the program that each cage "
				   "starts with",
				   path, strerror(errno));
	return 0;
}

/* Execute the monitor in this process; the label survives. */
static int become_monitor(const struct clo_boot *boot, struct clo_err *err)
{
	static char name[] = "cloisond", role[] = "monitor";
	char *const argv[] = { name, role, NULL };
	char *const no_env[] = { NULL };
	int pair[2];

	if (pipe(pair) || clo_write_full(pair[1], boot, sizeof(*boot)))
		return clo_err_set(err, -errno, "pipe: %s", strerror(errno));
	(void)close(pair[1]);
	if (dup2(pair[0], CLO_FD_PEER) < 0)
		return clo_err_set(err, -errno, "dup2: %s", strerror(errno));
	(void)execve("/proc/self/exe", argv, no_env);
	return clo_err_set(err, -errno, "/proc/self/exe: %s; is /proc mounted?",
			   strerror(errno));
}

/*
 * Short of memory, the kernel ends cages before their Core: its roles inherit
 * this, what enters a cage does not.  Without CAP_SYS_RESOURCE the Core is as
 * any process.
 */
static void protect_memory(void)
{
	clo_fd int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "-900", 4) != 4)
		return;
}

static int raise_limit(int which, rlim_t least)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)which, &limit))
		return -errno;
	if (limit.rlim_cur >= least)
		return 0;
	limit.rlim_cur = least;
	if (limit.rlim_max < least)
		limit.rlim_max = least;
	return setrlimit((__rlimit_resource_t)which, &limit) ? -errno : 0;
}

/*
 * As many descriptors as the bounds of all roles add up to: a Core that runs
 * out of them could not bring a cage down.
 */
static int reserve(struct clo_err *err)
{
	int r = raise_limit(RLIMIT_NOFILE, CLO_FILES_MIN);

	if (r)
		return clo_err_set(err, r,
				   "cloisond: may not have %d files open (%s); "
				   "raise LimitNOFILE=, or 'ulimit -n'",
				   CLO_FILES_MIN, strerror(-r));
	/* Where it is refused, the monitor says that its memory is not. */
	(void)raise_limit(RLIMIT_MEMLOCK, CLO_LOCKED_MIN);
	return 0;
}

int clo_start(const struct clo_start_options *options, struct clo_err *err)
{
	struct clo_boot boot = { .notify_fd = -1, .syslog_fd = -1 };
	static struct clo_conf_answer answer;
	uint32_t group = 0;
	int r;

	if (geteuid() != 0)
		return clo_err_set(err, -EPERM,
				   "cloisond: is started by root only");
	/* Descriptors 0 to 9 are the roles'; ours come after them. */
	for (int fd = open("/dev/null", O_RDWR); fd >= 0 && fd < 10;)
		fd = dup(fd);
	protect_memory();
	r = reserve(err);
	if (r)
		return r;
	find_account(&boot.account);
	r = clo_config_ask(&boot.account, CLO_CORE_FILE, "core", "-", &answer,
			   err);
	if (r || (r = clo_core_conf_check(&answer.core, err)))
		return r;
	boot.conf = answer.core;
	if (find_id("/etc/group", boot.conf.group, 2, &group))
		group = 0; /* nobody but root then */
	boot.group = group;
	if ((r = make_dirs(group, err)) || (r = check_place(err)) ||
	    (r = lock_run(&boot.lock_fd, err)) ||
	    (r = become_copy(options->init_path, boot.lock_fd, err)) ||
	    (r = open_init(options->init_path, &boot.init_fd, err)))
		return r;
	boot.cgroup_fd = make_cgroup();
	boot.notify_fd = connect_datagram(getenv("NOTIFY_SOCKET"));
	if (!getenv("JOURNAL_STREAM")) /* else standard error goes there */
		boot.syslog_fd = connect_datagram("/dev/log");
	r = take_guard(&boot, err);
	return r ? r : become_monitor(&boot, err);
}
