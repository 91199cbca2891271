/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Answer of the policy: one number, 0 to allow, or the rule that denies.
 *
 * A refusal says which rule took it, so that the event, the test, the manual
 * and the reader of the log all name the same thing.  Numbers are stable:
 * append only, never reuse one.
 */
#ifndef CLO_POLICY_VERDICT_H
#define CLO_POLICY_VERDICT_H

/*
 * id, identifier, what it forbids, what would allow it, document that asks for
 * it.  This table makes `cloison explain`, `cloison why`, the manual page
 * cloison-rules(7) and the check that each rule has an attack row.
 */
/* clang-format off */
#define CLO_RULES(X)                                                          \
	X(0, ALLOW, "allowed", "-", "-")                                      \
	X(1, BAD_LABEL, "a label is out of its range",                        \
	  "nothing: a label leaves its range by a bug or an attack; report it", \
	  "docs/design/0002")                                                 \
	X(2, OTHER_CAGE, "a cage does not act on another cage",               \
	  "a transfer by the Core; cages never reach each other directly",    \
	  "CLIP 1002 3.1")                                                    \
	X(3, TO_CORE, "a cage does not act on the Core",                      \
	  "a request to the Core made from outside the cage",                 \
	  "CLIP 1002 3.1")                                                    \
	X(4, TO_UNLABELLED, "a cage does not act on what is outside cages",   \
	  "running the peer inside the same cage",                            \
	  "CLIP 1202 2.1")                                                    \
	X(5, CORE_PROTECTED, "only the Core acts on the Core and its guard",  \
	  "the cloison command, which asks the Core",                         \
	  "CLIP 1202 2.1")                                                    \
	X(6, INTO_CAGE, "only the Core reaches into a cage",                  \
	  "cloison enter, which asks the Core",                               \
	  "CLIP 1202 2.1")                                                    \
	X(7, FOREIGN_FD, "a descriptor opened elsewhere does not enter a cage", \
	  "opening the file inside the cage; a transfer by the Core",         \
	  "CLIP 1201 3.5")                                                    \
	X(8, FOREIGN_FILE, "a file of another owner is not opened that way",  \
	  "a copy inside the cage; cloison never shares a writable file",     \
	  "CLIP 1002 3.1")                                                    \
	X(9, CAP_CEILING, "a capability is above the ceiling of the cage",    \
	  "'capabilities' under [rights] in its file, for those a cage may hold", \
	  "CLIP 1202 2.1")                                                    \
	X(10, USERNS, "a cage creates no user namespace",                     \
	  "nothing: user namespaces give capabilities back",                  \
	  "ANSSI BP-028 R9")                                                  \
	X(11, MOUNT, "a cage changes no mount",                               \
	  "[[bind]] in the cage's file: the Core makes the mount",            \
	  "CLIP 1201 3.4")                                                    \
	X(12, CHROOT, "a cage changes no root directory",                     \
	  "nothing: the root of a cage is set once, by the Core",             \
	  "CLIP 1201 3.5")                                                    \
	X(13, BPF, "a cage does not use bpf(2)",                              \
	  "running the program outside cages",                                \
	  "ANSSI BP-028 R12")                                                 \
	X(14, PERF, "a cage does not use perf events",                        \
	  "running the program outside cages",                                \
	  "ANSSI BP-028 R11")                                                 \
	X(15, IO_URING, "a cage does not create an io_uring",                 \
	  "the program's option that uses plain system calls",                \
	  "KSPP recommended settings")                                        \
	X(16, MODULE, "a cage loads nothing into the kernel",                 \
	  "loading the module on the host before the cage starts",            \
	  "ANSSI BP-028 R10")                                                 \
	X(17, SYSLOG, "a cage does not read the kernel's log",                \
	  "reading it outside cages, with the role of the auditor",           \
	  "ANSSI BP-028 R9")                                                  \
	X(18, KEYRING, "a cage does not use the kernel's keyrings",           \
	  "keeping the secret in a file of the cage",                         \
	  "CLIP 1002 3.1")                                                    \
	X(19, SOCKET_FAMILY, "a socket family is not allowed in the cage",    \
	  "'families' under [rights] in its file, for those a cage may use",  \
	  "CLIP 1201 3.3")                                                    \
	X(20, SOCKET_RAW, "a cage creates no raw or packet socket",           \
	  "nothing: raw sockets forge addresses",                             \
	  "CLIP 1201 3.3")                                                    \
	X(21, NETLINK, "a netlink protocol is not allowed in the cage",       \
	  "only NETLINK_ROUTE is, and reading with it",                       \
	  "CLIP 1201 3.3")                                                    \
	X(22, IOCTL, "an ioctl that injects input or alters a shared object", \
	  "nothing: such requests cross the boundary of the terminal",        \
	  "ANSSI BP-028 R9")                                                  \
	X(23, USERFAULTFD, "a cage does not use userfaultfd",                 \
	  "nothing: it is a tool of kernel exploits",                         \
	  "KSPP recommended settings")                                        \
	X(24, QUOTA, "a cage does not query or set disk quotas",              \
	  "'tmp' under [root] in the cage's file, for its size",              \
	  "CLIP 1202 2.1")                                                    \
	X(25, CLOCK, "a cage does not set the clock",                         \
	  "setting it outside cages",                                         \
	  "CLIP 1202 2.1")                                                    \
	X(26, DEVICE, "a device is not given to the cage",                    \
	  "'devices' under [rights] in the cage's file",                      \
	  "CLIP 1002 3.1")                                                    \
	X(27, MKNOD, "a cage makes no device node",                           \
	  "'devices' under [rights] in the cage's file: the Core makes the node", \
	  "CLIP 1201 3.4")                                                    \
	X(28, KERNEL_SETTING, "a cage writes no setting of the kernel",       \
	  "setting it outside cages",                                         \
	  "ANSSI BP-028 R9")                                                  \
	X(29, KERNEL_INFO, "a cage does not read what describes the kernel",  \
	  "reading it outside cages",                                         \
	  "ANSSI BP-028 R9")                                                  \
	X(30, SHARED_LOCK, "a lock on a file that cages share is a channel",  \
	  "locking a file of the cage's own",                                 \
	  "CLIP 1201 3.4")                                                    \
	X(31, SHARED_WATCH, "watching a file that cages share is a channel",  \
	  "watching a file of the cage's own",                                \
	  "CLIP 1201 3.4")                                                    \
	X(32, LABEL_XATTR, "a cage sets no security attribute of a file",     \
	  "nothing: labels are the Core's",                                   \
	  "CLIP 1201 3.1")                                                    \
	X(33, PRCTL, "a prctl request that reaches beyond the process",       \
	  "running the program outside cages",                                \
	  "docs/design/0002")                                                 \
	X(34, CORE_EXEC, "the Core executes nothing but itself",  \
	  "nothing: another program would run with the Core's rights",          \
	  "CLIP 1002 3.1")                                                    \
	X(35, TRACING_OFF, "nobody turns the kernel's tracing off",           \
	  "nothing: on some kernels it silences the guard",                   \
	  "docs/design/0003")                                                 \
	X(36, RELABEL, "a label never changes once it is a cage's",           \
	  "a new process, started in the other cage by the Core",             \
	  "CLIP 1202 2.1")                                                    \
	X(37, NOT_CORE, "only the Core asks this of the guard",               \
	  "the cloison command, which asks the Core",                         \
	  "CLIP 1202 2.1")                                                    \
	X(38, CAGE_STATE, "the cage is not in the state that this needs",     \
	  "cloison up or cloison down first",                                 \
	  "CLIP 1202 2.1")                                                    \
	X(39, CAGE_BUSY, "processes of the cage are still alive",             \
	  "cloison down, which ends them",                                    \
	  "docs/design/0003")                                                 \
	X(40, FROZEN, "the limits of a cage are never raised once it is up",  \
	  "cloison restart with a new file",                                  \
	  "CLIP 1202 2.1")                                                    \
	X(41, NOT_ALONE, "a process changes its label only alone and untraced", \
	  "a process with one thread that nobody traces",                     \
	  "docs/design/0003")                                                 \
	X(42, NOT_CORE_FILE, "this program is not the one registered as the Core", \
	  "starting the installed cloisond",                                  \
	  "docs/design/0003")                                                 \
	X(43, CORE_ALIVE, "a Core is already running",                        \
	  "asking the running one; cloison doctor shows it",                  \
	  "docs/design/0003")                                                 \
	X(44, ROLE_AUDIT, "the audit role looks and does not act",            \
	  "a session with another role",                                      \
	  "CLIP 1304")                                                        \
	X(45, ROLE_USER, "the user role does not act on the cage's services", \
	  "a session with the role admin",                                    \
	  "CLIP 1304")                                                        \
	X(46, BAD_REQUEST, "a request to the guard is malformed",             \
	  "nothing: the Core and the guard differ in version",                \
	  "docs/design/0003")                                                 \
	X(47, SETID, "a cage makes no set-user-ID or set-group-ID file",      \
	  "nothing: no such file takes effect in a cage",                     \
	  "ANSSI BP-028 R54")                                                 \
	X(48, NO_MEMORY, "there is no memory to label the new object",        \
	  "more memory: what cannot be labelled is not created",              \
	  "docs/design/0002")                                                 \
	X(49, FILTERED, "a Core under a filter of system calls is none",      \
	  "starting cloisond without one (its unit says which options make one)", \
	  "docs/design/0003")                                                 \
	X(50, BPF_PROGRAM, "a BPF program that may change what the kernel answers", \
	  "loading it before cloisond locks the guard",                       \
	  "CLIP 1202 2.1")
/* clang-format on */

#define X(id, name, text, allow, source) CLO_RULE_##name = id,
enum clo_rule { CLO_RULES(X) CLO_RULE_COUNT };
#undef X

#endif
