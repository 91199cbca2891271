/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls that a cage's filter answers itself, and why.
 *
 * The guard refuses by hooks, and logs each refusal; so it does for a missing
 * capability, which is all that stands before open_tree and mount_setattr.  The
 * filter stands where neither does, or where this kernel lacks the hook; it
 * never shadows one, because what it refuses is not logged.  It
 * is the one table: the code is generated from it when the project is built,
 * the tests try each row, the manual page is made of it.
 *
 * Groups: ALWAYS; URING and ANON, where the guard lacks the hook of that name;
 * GUARD, where any other hook is missing or the guard is left out; AIO, where
 * the cage's file does not allow it.
 */
#ifndef CLO_CORE_FILTER_TABLE_H
#define CLO_CORE_FILTER_TABLE_H

enum clo_filter_group {
	CLO_FILTER_ALWAYS = 0,
	CLO_FILTER_URING = 1 << 0,
	CLO_FILTER_ANON = 1 << 1,
	CLO_FILTER_GUARD = 1 << 2,
	CLO_FILTER_AIO = 1 << 3,
	CLO_FILTER_COUNT = 1 << 4, /* of filters: one for each set of groups */
};

/* name, number where the build's libseccomp may not know it or 0, answer,
 * group, reason */
/* clang-format off */
#define CLO_FILTER_CALLS(X)                                                    \
	X(open_tree, 428, EPERM, GUARD, "clones mounts")     \
	X(open_tree_attr, 467, EPERM, GUARD, "clones mounts") \
	X(mount_setattr, 442, EPERM, GUARD, "changes the flags of mounts") \
	X(name_to_handle_at, 0, EPERM, ALWAYS, "tells whether a file exists; no hook sees it") \
	X(open_by_handle_at, 0, EPERM, ALWAYS, "opens files past directories (CVE-2014-3519)") \
	X(process_mrelease, 448, EPERM, ALWAYS, "acts on another process; no hook sees it") \
	X(cachestat, 451, ENOSYS, ALWAYS, "shows which pages of shared files others read") \
	X(file_setattr, 469, EPERM, ALWAYS, "alters the attributes of a file; no hook of the guard sees it") \
	X(listns, 470, ENOSYS, ALWAYS, "lists namespaces; no hook sees it")    \
	X(lookup_dcookie, 0, ENOSYS, ALWAYS, "of a removed profiler")          \
	X(modify_ldt, 0, ENOSYS, ALWAYS, "code segments of 16 bits; a tool of kernel exploits") \
	X(uselib, 0, ENOSYS, ALWAYS, "of a removed format of programs")        \
	X(ustat, 0, ENOSYS, ALWAYS, "tells about mounts by device number")     \
	X(sysfs, 0, ENOSYS, ALWAYS, "lists the file systems of the kernel")    \
	X(nfsservctl, 0, ENOSYS, ALWAYS, "of a removed server")                \
	X(_sysctl, 0, ENOSYS, ALWAYS, "of a removed interface to settings")    \
	X(io_setup, 0, ENOSYS, AIO, "takes of a table that all cages share; who calls it has another way") \
	X(io_uring_setup, 0, EPERM, URING, "creates an io_uring")              \
	X(io_uring_enter, 0, EPERM, URING, "uses an io_uring")                 \
	X(io_uring_register, 0, EPERM, URING, "uses an io_uring")              \
	X(userfaultfd, 0, EPERM, ANON, "stops the kernel at a page; a tool of exploits") \
	X(add_key, 0, EPERM, GUARD, "keyrings are shared by user id")          \
	X(keyctl, 0, EPERM, GUARD, "keyrings are shared by user id")           \
	X(request_key, 0, EPERM, GUARD, "keyrings; starts a helper of the host") \
	X(bpf, 0, EPERM, GUARD, "programs inside the kernel")                  \
	X(perf_event_open, 0, EPERM, GUARD, "measures the kernel and others")  \
	X(syslog, 0, EPERM, GUARD, "reads the kernel's log")                   \
	X(quotactl, 0, EPERM, GUARD, "queries and sets disk quotas")           \
	X(quotactl_fd, 443, EPERM, GUARD, "queries and sets disk quotas")      \
	X(mount, 0, EPERM, GUARD, "changes mounts")                            \
	X(umount2, 0, EPERM, GUARD, "changes mounts")                          \
	X(pivot_root, 0, EPERM, GUARD, "changes the root")                     \
	X(chroot, 0, EPERM, GUARD, "changes the root")                         \
	X(fsopen, 430, EPERM, GUARD, "changes mounts")                         \
	X(fsconfig, 431, EPERM, GUARD, "changes mounts")                       \
	X(fsmount, 432, EPERM, GUARD, "changes mounts")                        \
	X(fspick, 433, EPERM, GUARD, "changes mounts")                         \
	X(move_mount, 429, EPERM, GUARD, "changes mounts")                     \
	X(setns, 0, EPERM, GUARD, "enters namespaces")                         \
	X(kexec_load, 0, EPERM, GUARD, "replaces the kernel")                  \
	X(kexec_file_load, 0, EPERM, GUARD, "replaces the kernel")             \
	X(init_module, 0, EPERM, GUARD, "loads into the kernel")               \
	X(finit_module, 0, EPERM, GUARD, "loads into the kernel")              \
	X(delete_module, 0, EPERM, GUARD, "unloads from the kernel")           \
	X(swapon, 0, EPERM, GUARD, "changes the machine")                      \
	X(swapoff, 0, EPERM, GUARD, "changes the machine")                     \
	X(reboot, 0, EPERM, GUARD, "changes the machine")                      \
	X(acct, 0, EPERM, GUARD, "changes the machine")                        \
	X(settimeofday, 0, EPERM, GUARD, "sets the clock")                     \
	X(clock_settime, 0, EPERM, GUARD, "sets the clock")                    \
	X(iopl, 0, EPERM, GUARD, "reaches the ports of devices")               \
	X(ioperm, 0, EPERM, GUARD, "reaches the ports of devices")             \
	X(clone3, 435, ENOSYS, GUARD, "its flags cannot be read by a filter; clone serves")

/*
 * Calls that are refused for some values only: the answer, if argument @arg,
 * under @mask, is @value.  An answer of 0 is a success that does nothing.
 * personality is not here: see filter-gen.c.
 */
/* name, arg, mask, value, answer, group, reason */
#define CLO_FILTER_VALUES(X)                                                   \
	X(fadvise64, 3, 0xffffffff, 4, 0, ALWAYS, "advice to drop pages probes what others read; ignored") \
	X(preadv2, 5, 0x8, 0x8, EOPNOTSUPP, ALWAYS, "RWF_NOWAIT probes what others read") \
	X(unshare, 0, 0x10000000, 0x10000000, EPERM, GUARD, "CLONE_NEWUSER gives capabilities back") \
	X(clone, 0, 0x10000000, 0x10000000, EPERM, GUARD, "CLONE_NEWUSER gives capabilities back") \
	X(clone, 0, 0x8000, 0x8000, EPERM, ALWAYS, "CLONE_PARENT makes children for the Core to bury") \
	X(socket, 0, 0xffffffff, 38, EAFNOSUPPORT, GUARD, "AF_ALG: the kernel's cryptography") \
	X(socket, 0, 0xffffffff, 40, EAFNOSUPPORT, GUARD, "AF_VSOCK: past the network namespace") \
	X(ioctl, 1, 0xffffffff, 0x5412, EPERM, GUARD, "TIOCSTI types into a terminal") \
	X(ioctl, 1, 0xffffffff, 0x541c, EPERM, GUARD, "TIOCLINUX pastes into a console")
/* clang-format on */

/*
 * personality: of its bits only these may be set; all ones asks for the value.
 * READ_IMPLIES_EXEC makes a heap executable and no hook sees it;
 * ADDR_NO_RANDOMIZE and the rest weaken the process.
 */
#define CLO_FILTER_PERSONALITY (0x0008u | 0x00020000u) /* LINUX32, UNAME26 */

#endif
