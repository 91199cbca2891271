/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who asks: the kernel's word about a connection that an untrusted role hands
 * over.
 */
#ifndef CLO_CORE_ASKER_H
#define CLO_CORE_ASKER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * clo_asker() - Who connected to a socket of ours
 * @fd: any descriptor, from whoever reads what strangers send
 * @path: where the socket was bound that he would have connected to
 * @ret_uid: his user id, if it is such a connection
 *
 * Return: 0, or -EPERM.
 */
int clo_asker(int fd, const char *path, uint32_t *ret_uid);

/**
 * clo_asked_by_root() - Whether root connected to a socket of ours
 * @fd: any descriptor, from whoever reads what strangers send
 * @path: where the socket was bound that root would have connected to
 *
 * The role that hands @fd over holds other sockets for which the kernel names
 * root: the listening one, and the pair that it was started with.  Neither is
 * a connection that was accepted at @path.
 *
 * Return: true only if @fd is such a connection, made by user id 0.
 */
bool clo_asked_by_root(int fd, const char *path);

#endif
