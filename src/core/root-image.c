// SPDX-License-Identifier: GPL-2.0-only
/*
 * A root from an image file: erofs straight from the file where the kernel can,
 * everything else through a loop device that goes away with its mount.
 */
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#include "core/launch-step.h"

enum { LOOP_TRIES = 8 };

/* clang-format off */
static const struct {
	const char *type;
	uint32_t magic;
	off_t offset;
	size_t size;
} formats[] = {
	{ "erofs", 0xe0f5e1e2, 1024, 4 },
	{ "squashfs", 0x73717368, 0, 4 },
	{ "ext4", 0xef53, 1080, 2 },
};
/* clang-format on */

/* Numbers on the disk are little-endian, as is every machine we run on. */
static const char *image_type(int fd)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(formats); i++) {
		uint32_t magic = 0;

		if (pread(fd, &magic, formats[i].size, formats[i].offset) ==
			    (ssize_t)formats[i].size &&
		    magic == formats[i].magic)
			return formats[i].type;
	}
	return NULL;
}

/* Return: 0 and a mount that is attached nowhere, or -errno. */
static int mount_source(const char *type, const char *source, int *ret_fd)
{
	clo_fd int fs_fd = fsopen(type, FSOPEN_CLOEXEC);
	int fd;

	if (fs_fd < 0 ||
	    fsconfig(fs_fd, FSCONFIG_SET_STRING, "source", source, 0) ||
	    fsconfig(fs_fd, FSCONFIG_SET_FLAG, "ro", NULL, 0) ||
	    fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -errno;
	fd = fsmount(fs_fd, FSMOUNT_CLOEXEC,
		     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

/* Somebody else may take the free device first: then the next one. */
static int loop_attach(int file_fd, char *path, size_t size, int *ret_fd)
{
	clo_fd int control_fd = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	struct loop_config config = {
		.fd = (uint32_t)file_fd,
		.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};

	if (control_fd < 0)
		return -errno;
	for (int i = 0; i < LOOP_TRIES; i++) {
		clo_fd int fd = -1;
		int number = ioctl(control_fd, LOOP_CTL_GET_FREE);

		if (number < 0)
			return -errno;
		(void)snprintf(path, size, "/dev/loop%d", number);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		if (!ioctl(fd, LOOP_CONFIGURE, &config)) {
			*ret_fd = clo_take_fd(&fd);
			return 0;
		}
		if (errno != EBUSY)
			return -errno;
	}
	return -EBUSY;
}

/**
 * clo_root_image() - Mount an image, read-only
 * @l: The launch; not NULL.
 * @file_fd: The image, open for reading.
 * @ret_mount_fd: A mount that is attached nowhere yet.
 *
 * The loop device is open while the mount takes it over, then lives as long as
 * the mount does.
 *
 * Return: 0 or -errno, and the launch's fault is set.
 */
int clo_root_image(struct clo_launch *l, int file_fd, int *ret_mount_fd)
{
	const char *path = l->conf->root_path;
	const char *type = image_type(file_fd);
	clo_fd int loop_fd = -1;
	char source[64];
	int r;

	if (!type)
		return clo_fault_set(l, CLO_STEP_FORMAT, path, -EINVAL);
	if (!strcmp(type, "erofs")) {
		(void)snprintf(source, sizeof(source), "/proc/self/fd/%d",
			       file_fd);
		r = mount_source(type, source, ret_mount_fd);
		if (r != -ENOTBLK)
			goto done;
	}
	r = loop_attach(file_fd, source, sizeof(source), &loop_fd);
	if (r)
		return clo_fault_set(l, CLO_STEP_MOUNT, "/dev/loop", r);
	r = mount_source(type, source, ret_mount_fd);
done:
	return r ? clo_fault_set(l, CLO_STEP_MOUNT, path, r) : 0;
}
