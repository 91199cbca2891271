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
	  "nothing; only a bug or an attack makes such a label: report it",   \
	  "docs/design/0002")                                                 \
	X(2, OTHER_CAGE, "a cage does not act on another cage",               \
	  "nothing yet; cages never reach each other directly",    \
	  "CLIP 1002 3.1")                                                    \
	X(3, TO_CORE, "a cage does not act on the Core",                      \
	  "a request to the Core made from outside the cage",                 \
	  "CLIP 1002 3.1")                                                    \
	X(4, TO_UNLABELLED, "a cage does not act on what is outside cages",   \
	  "running both programs in the same cage",                           \
	  "CLIP 1202 2.1")                                                    \
	X(5, CORE_PROTECTED, "only the Core acts on the Core and its guard",  \
	  "the cloison command, which asks the Core",                         \
	  "CLIP 1202 2.1")                                                    \
	X(6, INTO_CAGE, "only the Core reaches into a cage",                  \
	  "cloison enter, which asks the Core",                               \
	  "CLIP 1202 2.1")                                                    \
	X(7, FOREIGN_FD, "a descriptor crosses no border of a cage, in or out", \
	  "opening the file inside the cage",         \
	  "CLIP 1201 3.5")                                                    \
	X(8, FOREIGN_FILE, "a cage reads the system's files and writes only its own", \
	  "a copy inside the cage, which is the cage's own",                  \
	  "CLIP 1002 3.1")                                                    \
	X(9, CAP_CEILING, "a capability is above the ceiling of the cage",    \
	  "'capabilities' under [rights] in the cage's file, for those it may hold", \
	  "CLIP 1202 2.1")                                                    \
	X(10, USERNS, "a cage creates no user namespace",                     \
	  "nothing; in a new user namespace a process holds every capability", \
	  "ANSSI BP-028 R9")                                                  \
	X(11, MOUNT, "a cage changes no mount",                               \
	  "[[bind]] in the cage's file: the Core makes the mount",            \
	  "CLIP 1201 3.4")                                                    \
	X(12, CHROOT, "a cage changes no root directory",                     \
	  "nothing; the root of a cage is set once, by the Core",             \
	  "CLIP 1201 3.5")                                                    \
	X(13, BPF, "a cage does not use bpf(2)",                              \
	  "running the program outside cages",                                \
	  "ANSSI BP-028 R12")                                                 \
	X(14, PERF, "a cage does not use perf events",                        \
	  "running the program outside cages",                                \
	  "ANSSI BP-028 R11")                                                 \
	X(15, IO_URING, "a cage does not use io_uring",                       \
	  "the program's option that uses plain system calls",                \
	  "KSPP recommended settings")                                        \
	X(16, MODULE, "a cage loads no module, firmware or other code into the kernel", \
	  "loading it on the host before the cage starts",                    \
	  "ANSSI BP-028 R10")                                                 \
	X(17, SYSLOG, "a cage does not read the kernel's log",                \
	  "reading it outside cages",                                         \
	  "ANSSI BP-028 R9")                                                  \
	X(18, KEYRING, "a cage does not use the kernel's keyrings",           \
	  "keeping the secret in a file of the cage",                         \
	  "CLIP 1002 3.1")                                                    \
	X(19, SOCKET_FAMILY, "a cage makes no socket of a family or an internet protocol that it is not given", \
	  "'families' under [rights] in the cage's file; TCP, UDP or ICMP for a protocol", \
	  "CLIP 1201 3.3")                                                    \
	X(20, SOCKET_RAW, "a cage creates no raw or packet socket",           \
	  "nothing; raw sockets forge addresses",                             \
	  "CLIP 1201 3.3")                                                    \
	X(21, NETLINK, "a cage uses no netlink protocol but NETLINK_ROUTE",   \
	  "running the program outside cages",                                \
	  "CLIP 1201 3.3")                                                    \
	X(22, IOCTL, "a cage makes no ioctl(2) that types into terminals or changes files", \
	  "nothing; it would reach beyond the cage",                          \
	  "ANSSI BP-028 R9")                                                  \
	X(23, USERFAULTFD, "a cage does not use userfaultfd",                 \
	  "nothing; it is a tool of kernel exploits",                         \
	  "KSPP recommended settings")                                        \
	X(24, QUOTA, "a cage does not query or set disk quotas",              \
	  "nothing; 'tmp' under [root] in the cage's file limits what it stores", \
	  "CLIP 1202 2.1")                                                    \
	X(25, CLOCK, "a cage does not set the clock",                         \
	  "setting it outside cages",                                         \
	  "CLIP 1202 2.1")                                                    \
	X(26, DEVICE, "a cage opens no device that it is not given",          \
	  "'devices' under [rights] in the cage's file",                      \
	  "CLIP 1002 3.1")                                                    \
	X(27, MKNOD, "a cage makes no device node",                           \
	  "'devices' under [rights] in the cage's file: the Core makes the node", \
	  "CLIP 1201 3.4")                                                    \
	X(28, KERNEL_SETTING, "a cage writes no setting of the kernel",       \
	  "setting it outside cages",                                         \
	  "ANSSI BP-028 R9")                                                  \
	X(29, KERNEL_INFO, "a cage does not read files that describe the kernel or the machine", \
	  "reading them outside cages",                                       \
	  "ANSSI BP-028 R9")                                                  \
	X(30, SHARED_LOCK, "a cage locks no file that cages share: a lock carries bits", \
	  "locking a file of the cage's own",                                 \
	  "CLIP 1201 3.4")                                                    \
	X(31, SHARED_WATCH, "a cage watches no file that cages share: a watch carries bits", \
	  "watching a file of the cage's own",                                \
	  "CLIP 1201 3.4")                                                    \
	X(32, LABEL_XATTR, "a cage sets no security attribute of a file",     \
	  "nothing; security attributes are the host's to set",               \
	  "CLIP 1201 3.1")                                                    \
	X(33, PRCTL, "a cage makes no prctl(2) request that reaches beyond the process", \
	  "running the program outside cages",                                \
	  "docs/design/0002")                                                 \
	X(34, CORE_EXEC, "the Core executes nothing but itself",              \
	  "nothing; another program would run with the Core's rights",        \
	  "CLIP 1002 3.1")                                                    \
	X(35, TRACING_OFF, "nobody turns the kernel's tracing off (kernel.ftrace_enabled)", \
	  "nothing; before Linux 7.3 that silences the guard",                \
	  "docs/design/0003")                                                 \
	X(36, RELABEL, "a process never leaves its cage nor gives a role back", \
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
	  "asking from a process with one thread that nobody traces",         \
	  "docs/design/0003")                                                 \
	X(42, NOT_CORE_FILE, "this program is not the one registered as the Core", \
	  "starting the installed cloisond",                                  \
	  "docs/design/0003")                                                 \
	X(43, CORE_ALIVE, "a Core is already running",                        \
	  "nothing while it runs; cloison asks it, cloison core stop ends it", \
	  "docs/design/0003")                                                 \
	X(44, ROLE_AUDIT, "the audit role looks and does not act",            \
	  "a session with another role",                                      \
	  "CLIP 1304")                                                        \
	X(45, ROLE_USER, "the user role does not act on the cage's services", \
	  "a session with the role admin",                                    \
	  "CLIP 1304")                                                        \
	X(46, BAD_REQUEST, "a request to the guard is malformed",             \
	  "nothing; or the Core and the guard differ in version",             \
	  "docs/design/0003")                                                 \
	X(47, SETID, "a cage makes no set-user-ID or set-group-ID file",      \
	  "nothing; no such file takes effect in a cage",                     \
	  "ANSSI BP-028 R54")                                                 \
	X(48, NO_MEMORY, "what cannot be labelled, for lack of memory, is not created", \
	  "more memory",                                                      \
	  "docs/design/0002")                                                 \
	X(49, FILTERED, "a process under a filter of system calls does not become the Core", \
	  "starting cloisond without one (its unit says which options make one)", \
	  "docs/design/0003")                                                 \
	X(50, BPF_PROGRAM, "nobody loads a BPF program that may change the kernel's answers", \
	  "loading it before cloisond locks the guard, or lock = false",      \
	  "CLIP 1202 2.1")                                                    \
	X(51, CORE_DUMP, "a program of a cage that crashes leaves no core",   \
	  "nothing; the program that takes cores runs outside every cage: "   \
	  "a debugger inside the cage sees the crash",                        \
	  "ANSSI BP-028 R9")                                                  \
	X(52, FALSE_PLACE, "the Core believes no directory but the one above the guard's pins", \
	  "taking away what covers /run/cloison, then starting cloisond again", \
	  "CLIP 1202 2.1")                                                    \
	X(53, UPROBE, "nobody puts a probe into programs (uprobes)",          \
	  "defining it before cloisond locks the guard, or lock = false",     \
	  "CLIP 1202 2.1")
/* clang-format on */

#define X(id, name, text, allow, source) CLO_RULE_##name = id,
enum clo_rule { CLO_RULES(X) CLO_RULE_COUNT };
#undef X

#endif
