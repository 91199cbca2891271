// SPDX-License-Identifier: GPL-2.0-only
/*
 * One walk over all files of a tree: who owns them, who may write them.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cli/audit.h"

enum { SHOWN = 3, IDS = 65536, DEPTH = 128, PATH_SIZE = 4096 };

enum finding {
	UNOWNED,
	WRITABLE_FILES,
	WRITABLE_DIRS,
	WRITABLE_DIRS_NOT_ROOT,
	FINDING_COUNT,
};

struct walk {
	struct clo_audit *audit;
	uint8_t users[IDS / 8], groups[IDS / 8];
	struct {
		uint64_t count;
		char shown[1024]; /* the first few */
	} findings[FINDING_COUNT];
	uint64_t unread; /* directories */
	char path[PATH_SIZE];
	size_t size;
	dev_t dev; /* of the directory that is read */
};

static void note(struct walk *w, enum finding which)
{
	char *shown = w->findings[which].shown;
	size_t used = strlen(shown);

	if (w->findings[which].count++ < SHOWN)
		(void)snprintf(shown + used,
			       sizeof(w->findings[which].shown) - used, "%s%s",
			       used ? ", " : "", w->path);
}

static bool is_known(const uint8_t *ids, uint32_t id)
{
	return id < IDS && ids[id / 8] & 1u << id % 8;
}

/* Kinds of file systems whose files are nobody's, or another machine's. */
static bool is_foreign(int fd)
{
	static const unsigned long magics[] = {
		PROC_SUPER_MAGIC,
		SYSFS_MAGIC,
		DEVPTS_SUPER_MAGIC,
		DEBUGFS_MAGIC,
		TRACEFS_MAGIC,
		SECURITYFS_MAGIC,
		BPF_FS_MAGIC,
		CGROUP_SUPER_MAGIC,
		CGROUP2_SUPER_MAGIC,
		EFIVARFS_MAGIC,
		PSTOREFS_MAGIC,
		SELINUX_MAGIC,
		NFS_SUPER_MAGIC,
		SMB_SUPER_MAGIC,
		0xff534d42 /* CIFS */,
		0x65735546 /* FUSE */,
		0x01021997 /* 9P */,
		0x73757245 /* CODA */,
		0x62656570 /* configfs */,
		0x19800202 /* mqueue */,
		0x958458f6 /* hugetlbfs */,
		0x42494e4d /* binfmt_misc */,
		0x67596969 /* rpc_pipefs */,
	};
	struct statfs fs;

	if (fstatfs(fd, &fs))
		return true;
	for (size_t i = 0; i < CLO_ARRAY_SIZE(magics); i++) {
		if ((unsigned long)fs.f_type == magics[i])
			return true;
	}
	return false;
}

static void judge_file(struct walk *w, const struct stat *st)
{
	if (!is_known(w->users, st->st_uid) || !is_known(w->groups, st->st_gid))
		note(w, UNOWNED);
	if (!(st->st_mode & S_IWOTH))
		return;
	if (S_ISREG(st->st_mode))
		note(w, WRITABLE_FILES);
	if (S_ISDIR(st->st_mode) && !(st->st_mode & S_ISVTX))
		note(w, WRITABLE_DIRS);
	if (S_ISDIR(st->st_mode) && st->st_uid)
		note(w, WRITABLE_DIRS_NOT_ROOT);
}

static void walk_dir(struct walk *w, int dir_fd, int depth);

static void walk_entry(struct walk *w, int dir_fd, const char *name, int depth)
{
	size_t size = w->size, n = strlen(name);
	dev_t dev = w->dev;
	struct stat st;
	int fd;

	if (size + n + 2 > PATH_SIZE) {
		w->unread++;
		return;
	}
	w->path[w->size++] = '/';
	memcpy(w->path + w->size, name, n + 1);
	w->size += n;
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW)) {
		w->unread += errno != ENOENT; /* it may just have gone */
	} else if (!S_ISDIR(st.st_mode)) {
		judge_file(w, &st);
	} else {
		fd = openat(dir_fd, name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && st.st_dev != w->dev && is_foreign(fd)) {
			clo_fd_cleanup(&fd);
		} else {
			judge_file(w, &st);
			w->dev = st.st_dev;
			if (fd >= 0)
				walk_dir(w, fd, depth + 1);
			else
				w->unread += errno != ENOENT;
		}
	}
	w->dev = dev;
	w->size = size;
	w->path[size] = '\0';
}

/* @dir_fd is consumed. */
static void walk_dir(struct walk *w, int dir_fd, int depth)
{
	DIR *dir = depth > DEPTH ? NULL : fdopendir(dir_fd);

	if (!dir) {
		w->unread++;
		clo_fd_cleanup(&dir_fd);
		return;
	}
	for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			walk_entry(w, dirfd(dir), e->d_name, depth);
	}
	(void)closedir(dir);
}

/* Numbers of users and groups that the accounts have. */
static void learn_ids(struct walk *w)
{
	for (size_t i = 0; i < w->audit->facts.count; i++) {
		const struct clo_fact *f = &w->audit->facts.list[i];
		uint8_t *ids = NULL;
		int64_t id;

		if (f->kind != CLO_FACT_ACCOUNT || f->name.size < 4)
			continue;
		if (!memcmp(f->name.at + f->name.size - 4, ".uid", 4))
			ids = w->users;
		else if (!memcmp(f->name.at + f->name.size - 4, ".gid", 4))
			ids = w->groups;
		if (ids && clo_text_number(f->value, &id) && id >= 0 &&
		    id < IDS)
			ids[id / 8] |= (uint8_t)(1u << id % 8);
	}
}

static int put(struct walk *w, const char *name, enum finding which)
{
	struct clo_fact f = { .kind = CLO_FACT_TREE,
			      .name = clo_text_of(name) };
	struct clo_text source;
	char value[64];

	(void)snprintf(value, sizeof(value), "%llu",
		       (unsigned long long)w->findings[which].count);
	if (w->unread) {
		/* What was seen is enough to fail, not to pass. */
		f.state = w->findings[which].count ? CLO_FACT_VALUE :
						     CLO_FACT_UNREAD;
		if (f.state == CLO_FACT_UNREAD)
			(void)snprintf(value, sizeof(value),
				       "%llu directories could not be read",
				       (unsigned long long)w->unread);
	}
	if (clo_facts_keep(&w->audit->facts, clo_text_of(value), &f.value) ||
	    clo_facts_keep(
		    &w->audit->facts,
		    (struct clo_text){ w->findings[which].shown,
				       strlen(w->findings[which].shown) + 1 },
		    &source))
		return -ENOMEM;
	f.source = *source.at ? source.at : "walk";
	return clo_facts_set(&w->audit->facts, &f);
}

int clo_audit_tree(struct clo_audit *audit, int root_fd, struct clo_err *err)
{
	static const char *const names[FINDING_COUNT] = {
		[UNOWNED] = "unowned",
		[WRITABLE_FILES] = "writable-files",
		[WRITABLE_DIRS] = "writable-dirs",
		[WRITABLE_DIRS_NOT_ROOT] = "writable-dirs-not-root",
	};
	clo_free struct walk *w = calloc(1, sizeof(*w));
	struct stat st;
	int fd, r = 0;

	if (!w)
		return clo_err_set(err, -ENOMEM, "no memory is left");
	w->audit = audit;
	learn_ids(w);
	fd = openat(root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		r = clo_err_set(err, -errno, "/: %s", strerror(errno));
		clo_fd_cleanup(&fd);
		return r;
	}
	w->dev = st.st_dev;
	walk_dir(w, fd, 0);
	for (uint32_t i = 0; !r && i < FINDING_COUNT; i++)
		r = put(w, names[i], (enum finding)i);
	return r;
}
