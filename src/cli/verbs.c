// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of verbs: everything that is said of a verb is said here.
 */
#include "cli/cli.h"

/* clang-format off */
const struct clo_cli_option clo_cli_common[] = {
	{ CLO_OPTION_HELP, 'h', "help", NULL, CLO_WORD_NONE,
	  "Say how the verb is used" },
	{ CLO_OPTION_JSON, 0, "json", NULL, CLO_WORD_NONE,
	  "Answer in JSON, for programs" },
	{ 0 },
};

static const struct clo_cli_option none[] = {
	{ 0 },
};

static const struct clo_cli_option options_up[] = {
	{ CLO_OPTION_WITHOUT, 0, "without", "LIST", CLO_WORD_PROTECTION,
	  "Leave protections out, by name, between commas; ps and log say so" },
	{ 0 },
};

static const struct clo_cli_option options_down[] = {
	{ CLO_OPTION_TIMEOUT, 't', "timeout", "SECONDS", CLO_WORD_NONE,
	  "Time between SIGTERM and SIGKILL, 0 to 600; without: stop-timeout" },
	{ 0 },
};

static const struct clo_cli_option options_restart[] = {
	{ CLO_OPTION_WITHOUT, 0, "without", "LIST", CLO_WORD_PROTECTION,
	  "Leave protections out, by name, between commas; ps and log say so" },
	{ CLO_OPTION_TIMEOUT, 't', "timeout", "SECONDS", CLO_WORD_NONE,
	  "Time between SIGTERM and SIGKILL, 0 to 600; without: stop-timeout" },
	{ 0 },
};

static const struct clo_cli_option options_top[] = {
	{ CLO_OPTION_COUNT_OF, 'n', "count", "N", CLO_WORD_NONE,
	  "End after N pictures; 1 if standard output is no terminal" },
	{ CLO_OPTION_DELAY, 'd', "delay", "SECONDS", CLO_WORD_NONE,
	  "Time between two pictures, 1 to 3600, 2 if not given" },
	{ 0 },
};

static const struct clo_cli_option options_enter[] = {
	{ CLO_OPTION_ROLE, 'r', "role", "ROLE", CLO_WORD_ROLE,
	  "user (if not given), admin (the cage's root) or audit" },
	{ 0 },
};

static const struct clo_cli_option options_core_stop[] = {
	{ CLO_OPTION_ABRUPT, 0, "abrupt", NULL, CLO_WORD_NONE,
	  "Kill the Core and leave the cages up, as a crash would" },
	{ 0 },
};

static const struct clo_cli_option options_log[] = {
	{ CLO_OPTION_ALL, 'a', "all", NULL, CLO_WORD_NONE,
	  "Also canaries: refusals that the Core or doctor asked for, to see "
	  "that they happen" },
	{ CLO_OPTION_FOLLOW, 'f', "follow", NULL, CLO_WORD_NONE,
	  "Wait for further events and show them as they come" },
	{ CLO_OPTION_CAGE, 'c', "cage", "CAGE", CLO_WORD_CAGE,
	  "Only events from or to this cage" },
	{ CLO_OPTION_RULE, 'r', "rule", "RULE", CLO_WORD_RULE,
	  "Only events of this rule" },
	{ CLO_OPTION_SINCE, 's', "since", "TIME", CLO_WORD_NONE,
	  "Only events since 2026-11-24T10:00:00Z, or of the last 90s, 15min, "
	  "2h, 3d" },
	{ CLO_OPTION_COUNT_OF, 'n', "count", "N", CLO_WORD_NONE,
	  "Only the last N events" },
	{ CLO_OPTION_RAW, 0, "raw", NULL, CLO_WORD_NONE,
	  "Lines as the log file has them" },
	{ 0 },
};

/* What a sandbox is made of: the same for each verb that makes one. */
#define OPTIONS_SANDBOX \
	{ CLO_OPTION_PROFILE, 'p', "profile", "PROFILE", CLO_WORD_PROFILE, \
	  "Name of a profile, or a file with a slash in its name; may be repeated" }, \
	{ CLO_OPTION_READ, 0, "ro", "PATH", CLO_WORD_FILE, \
	  "Allow reading beneath PATH; may be repeated, as those that follow" }, \
	{ CLO_OPTION_EXECUTE, 0, "exec", "PATH", CLO_WORD_FILE, \
	  "Allow reading and executing beneath PATH" }, \
	{ CLO_OPTION_WRITE, 0, "rw", "PATH", CLO_WORD_FILE, \
	  "Allow all but executing beneath PATH" }, \
	{ CLO_OPTION_DENY, 0, "deny", "PATH", CLO_WORD_FILE, \
	  "Refuse everything beneath PATH, whatever allows it; see cloison-profile(5)" }, \
	{ CLO_OPTION_NET_CONNECT, 0, "net-connect", "PORT", CLO_WORD_NONE, \
	  "Allow TCP connections to PORT" }, \
	{ CLO_OPTION_NET_BIND, 0, "net-bind", "PORT", CLO_WORD_NONE, \
	  "Allow TCP servers on PORT" }, \
	{ CLO_OPTION_UDP_CONNECT, 0, "udp-connect", "PORT", CLO_WORD_NONE, \
	  "Allow sending UDP to PORT" }, \
	{ CLO_OPTION_UDP_BIND, 0, "udp-bind", "PORT", CLO_WORD_NONE, \
	  "Allow UDP servers on PORT, 0 for those that the kernel picks" }, \
	{ CLO_OPTION_SHARE, 0, "share", "LIST", CLO_WORD_NONE, \
	  "Leave unrestricted, between commas: net, signal, abstract" }, \
	{ CLO_OPTION_COMPOSE, 0, "compose", "HOW", CLO_WORD_NONE, \
	  "union (if not given), or landlockconfig: what every file handles" }

/* How a sandbox is put on. */
#define OPTIONS_PUT_ON \
	{ CLO_OPTION_REQUIRE, 0, "require", "WHAT", CLO_WORD_NONE, \
	  "Do not run without it: all, fs, net, scope, a right as fs.truncate, or path: the paths that the options name; may be repeated" }, \
	{ CLO_OPTION_SUBSTITUTE, 0, "no-substitute", NULL, CLO_WORD_NONE, \
	  "No filter of system calls for rights that the kernel lacks" }, \
	{ CLO_OPTION_REPORT, 0, "report", "FILE", CLO_WORD_FILE, \
	  "Write what became of each thing asked, in JSON; - is standard error" }, \
	{ CLO_OPTION_QUIET, 'q', "quiet", NULL, CLO_WORD_NONE, \
	  "Do not say what this kernel cannot enforce, or which paths are missing" }

static const struct clo_cli_option options_run[] = {
	OPTIONS_SANDBOX,
	OPTIONS_PUT_ON,
	{ CLO_OPTION_PERMISSIVE, 0, "permissive", NULL, CLO_WORD_NONE,
	  "Refuse nothing, and say at the end what would be refused" },
	{ CLO_OPTION_SANDBOXER, 0, "sandboxer", NULL, CLO_WORD_NONE,
	  "Take the sandbox from LL_FS_RO, LL_FS_RW, LL_TCP_BIND, LL_TCP_CONNECT, LL_SCOPED" },
	{ 0 },
};

static const struct clo_cli_option options_learn[] = {
	{ CLO_OPTION_OUTPUT, 'o', "output", "FILE", CLO_WORD_FILE,
	  "Write the profile to FILE, not to standard output" },
	{ CLO_OPTION_MERGE, 'm', "merge", "FILE", CLO_WORD_FILE,
	  "Add what the profile in FILE lacks, at its end" },
	{ 0 },
};

static const struct clo_cli_option options_sandbox[] = {
	OPTIONS_SANDBOX,
	{ 0 },
};

static const struct clo_cli_option options_show[] = {
	OPTIONS_SANDBOX,
	{ CLO_OPTION_RESOLVED, 0, "resolved", NULL, CLO_WORD_NONE,
	  "Show what the files become instead: layers, each rule, where its path leads and which line it is from" },
	{ 0 },
};

static const struct clo_cli_option options_sandbox_enter[] = {
	OPTIONS_SANDBOX,
	OPTIONS_PUT_ON,
	{ 0 },
};

static const struct clo_cli_option options_export[] = {
	OPTIONS_SANDBOX,
	{ CLO_OPTION_TO, 't', "to", "FORMAT", CLO_WORD_NONE,
	  "profile (if not given), landlockconfig, or setpriv" },
	{ 0 },
};

/* Of every verb of the audit. */
#define OPTION_AUDIT_PROFILE \
	{ CLO_OPTION_PROFILE, 'p', "profile", "PROFILE", CLO_WORD_NONE, \
	  "Whose demands are asked for: all (if not given), anssi-minimal, anssi-intermediary, " \
	  "anssi-enhanced, anssi-high, kspp, clipos, cloison, or one of your own" }
#define OPTION_AUDIT_LANG \
	{ CLO_OPTION_LANG, 0, "lang", "LANG", CLO_WORD_NONE, \
	  "Language of titles and reasons, en or fr; without: that of the environment" }
#define OPTION_AUDIT_CONFIG \
	{ CLO_OPTION_CONFIG, 0, "config", "FILE", CLO_WORD_FILE, \
	  "Configuration of a kernel, also as gzip has made it" }

#define OPTION_AUDIT_ROOT \
	{ CLO_OPTION_ROOT, 'r', "root", "DIR", CLO_WORD_FILE, \
	  "Read what is beneath DIR, as an image that is mounted, not this machine" }
#define OPTIONS_AUDIT_SHOW \
	{ CLO_OPTION_FAIL_ON, 0, "fail-on", "SEVERITY", CLO_WORD_NONE, \
	  "Least severity of which a failure makes the status 1: low (if not given), medium or high" }, \
	{ CLO_OPTION_ALL, 'a', "all", NULL, CLO_WORD_NONE, \
	  "Also what passes, and what does not apply" }

static const struct clo_cli_option options_audit[] = {
	OPTION_AUDIT_ROOT,
	{ CLO_OPTION_FACTS, 'f', "facts", "FILE", CLO_WORD_FILE,
	  "Judge facts that audit collect has written" },
	OPTION_AUDIT_PROFILE,
	OPTION_AUDIT_LANG,
	OPTIONS_AUDIT_SHOW,
	{ 0 },
};

static const struct clo_cli_option options_audit_collect[] = {
	OPTION_AUDIT_ROOT,
	{ 0 },
};

static const struct clo_cli_option options_audit_kernel[] = {
	OPTION_AUDIT_CONFIG,
	{ CLO_OPTION_CMDLINE, 0, "cmdline", "FILE", CLO_WORD_FILE,
	  "Command line of a kernel, as /proc/cmdline has it" },
	{ CLO_OPTION_SYSCTL, 0, "sysctl", "FILE", CLO_WORD_FILE,
	  "Settings of a kernel, as 'sysctl -a' writes them" },
	OPTION_AUDIT_PROFILE,
	OPTION_AUDIT_LANG,
	OPTIONS_AUDIT_SHOW,
	{ 0 },
};

static const struct clo_cli_option options_audit_text[] = {
	OPTION_AUDIT_PROFILE,
	OPTION_AUDIT_LANG,
	{ 0 },
};

static const struct clo_cli_option options_audit_why[] = {
	OPTION_AUDIT_CONFIG,
	OPTION_AUDIT_LANG,
	{ 0 },
};

static const struct clo_cli_option options_audit_fragment[] = {
	OPTION_AUDIT_PROFILE,
	OPTION_AUDIT_LANG,
	{ CLO_OPTION_ARCH, 0, "arch", "ARCH", CLO_WORD_NONE,
	  "Architecture: x86_64 (if not given), x86_32, arm64, arm or riscv" },
	{ CLO_OPTION_COMPILER, 0, "compiler", "NAME", CLO_WORD_NONE,
	  "What builds the kernel: gcc (if not given) or clang" },
	{ CLO_OPTION_KERNEL, 0, "kernel", "VERSION", CLO_WORD_NONE,
	  "Version of the kernel, 7.3 if not given: options have its names" },
	{ 0 },
};

const struct clo_cli_verb clo_cli_verbs[] = {
	{ "doctor", "", 0, 0, clo_cli_doctor, CLO_WORD_NONE,
	  "Say what this machine can enforce and what to do about the rest",
	  "Needs neither installation nor root; as root it knows more.  "
	  "Status 3 if something lacks that cages need.", none },
	{ "up", "[CAGE...]", 0, -1, clo_cli_up, CLO_WORD_CAGE,
	  "Bring cages up, all if none is named",
	  "Cages are described in /etc/cloison/cages/*.toml; without any file "
	  "there are two, office and admin.", options_up },
	{ "down", "[CAGE...]", 0, -1, clo_cli_down, CLO_WORD_CAGE,
	  "End every process of cages, all if none is named", NULL,
	  options_down },
	{ "restart", "[CAGE...]", 0, -1, clo_cli_restart, CLO_WORD_CAGE,
	  "Bring cages down, then up as their files say now", NULL,
	  options_restart },
	{ "ps", "", 0, 0, clo_cli_ps, CLO_WORD_NONE,
	  "Show the cages, what they use and what was refused to them", NULL,
	  none },
	{ "top", "", 0, 0, clo_cli_top, CLO_WORD_NONE,
	  "Show the cages, the busiest first, again and again",
	  "The key q ends it.", options_top },
	{ "enter", "CAGE [-- COMMAND...]", 1, -1, clo_cli_enter,
	  CLO_WORD_CAGE, "Open a session in a cage, or run a command there",
	  "The Core owns the terminal of the session: no descriptor crosses.  "
	  "If standard input or output is no terminal, pipes take its place.  "
	  "The status is that of the command, 128 and the signal if one ended "
	  "it.", options_enter },
	{ "core stop", "", 0, 0, clo_cli_core_stop, CLO_WORD_NONE,
	  "End the Core", "Every cage is brought down before; with --abrupt "
	  "they stay up, the guard goes on, and the next start finds them.",
	  options_core_stop },
	{ "log", "", 0, 0, clo_cli_log, CLO_WORD_NONE,
	  "Show what was refused, and other events",
	  "Reads the log file itself, also while the Core is not running.",
	  options_log },
	{ "why", "[ID]", 0, 1, clo_cli_why, CLO_WORD_NONE,
	  "Explain an event of the log, the last refusal if none is named",
	  NULL, none },
	{ "explain", "[RULE]", 0, 1, clo_cli_explain, CLO_WORD_RULE,
	  "Say what a rule forbids, what would allow it and where it comes from",
	  "RULE is a name or a number; without one all rules are listed.",
	  none },
	{ "policy show", "[CAGE]", 0, 1, clo_cli_policy_show, CLO_WORD_CAGE,
	  "Show the configuration as it is understood, all cages or one", NULL,
	  none },
	{ "policy check", "[FILE...]", 0, -1, clo_cli_policy_check,
	  CLO_WORD_FILE,
	  "Check configuration files, all installed ones if none is named",
	  "Also finds what two files together get wrong, as one id for two "
	  "cages.", none },
	{ "policy test", "QUESTION [WORD...]", 0, -1, clo_cli_policy_test,
	  CLO_WORD_QUESTION,
	  "Ask the policy what it would answer, without doing it",
	  "Status 0 if it would be allowed, 1 if not.  Without a question, "
	  "they are listed.  A cage may be followed by +user or +audit; core "
	  "is the Core, host is what is outside cages.", none },
	{ "run", "-- COMMAND...", 1, -1, clo_cli_run, CLO_WORD_NONE,
	  "Run a command in a sandbox, without privilege, guard or Core",
	  "What no option and no profile names is refused: files, ports, "
	  "signals and abstract sockets outside.  --profile=base allows what "
	  "nearly every program needs.  Status 3 if something required is "
	  "missing, before the command runs; 126 or 127 if it cannot be "
	  "executed; else that of the command.", options_run },
	{ "learn", "-- COMMAND...", 1, -1, clo_cli_learn, CLO_WORD_NONE,
	  "Run a command, unrestricted, and write the profile that it needs",
	  "Beside base, which it includes.  Files of one directory become the "
	  "directory; keys and passwords never do: their rules are marked, and "
	  "said.  io_uring is refused to the command.", options_learn },
	{ "sandbox enter", "[SHELL]", 0, 1, clo_cli_sandbox_enter,
	  CLO_WORD_FILE, "Open a shell that is in a sandbox as a whole",
	  "Its prompt says so: bash, zsh, fish and plain ones, $SHELL if none "
	  "is named.  CLOISON_SANDBOX has the names of the profiles.  What the "
	  "shell and its own files need has to be allowed.",
	  options_sandbox_enter },
	{ "sandbox show", "", 0, 0, clo_cli_sandbox_show, CLO_WORD_NONE,
	  "Show a sandbox and what this kernel makes of each thing in it",
	  NULL, options_show },
	{ "sandbox check", "[PROFILE...]", 0, -1, clo_cli_sandbox_check,
	  CLO_WORD_PROFILE, "Try what profiles assert of themselves",
	  "Each assertion is worked out from the rules, and tried in a process "
	  "that is restricted.  Status 1 if one does not hold.",
	  options_sandbox },
	{ "sandbox lint", "[PROFILE...]", 0, -1, clo_cli_sandbox_lint,
	  CLO_WORD_PROFILE, "Find what is probably wrong in profiles",
	  "Status 1 if something is found.", options_sandbox },
	{ "sandbox explain", "RIGHT PATH | -- COMMAND...", 1, -1, clo_cli_sandbox_explain,
	  CLO_WORD_FILE,
	  "Say whether a sandbox allows a right on a path, and by which rule",
	  "RIGHT is a word as read_file; where it is refused, the smallest "
	  "rule is shown that would allow it.  With a command: runs it in the "
	  "sandbox, and shows the same of each thing that was refused to it.  "
	  "Status 1 if something is refused.",
	  options_sandbox },
	{ "sandbox diff", "A B", 2, 2, clo_cli_sandbox_diff, CLO_WORD_PROFILE,
	  "Show what profile B allows that A refuses (+), and the other way "
	  "round (-)",
	  "By the rights that result at each path, port and scope, not by how "
	  "the files are written; the options are part of both.  A place is "
	  "left out if it differs as the one above it does.  Status 1 if "
	  "there is a difference, 2 if they cannot be compared.",
	  options_sandbox },
	{ "sandbox export", "", 0, 0, clo_cli_sandbox_export, CLO_WORD_NONE,
	  "Write a sandbox as one profile, or for another program", NULL,
	  options_export },
	{ "audit", "", 0, 0, clo_cli_audit, CLO_WORD_NONE,
	  "Compare a machine with what hardening guides ask of it",
	  "Reads it first, then judges what was read; runs no program, "
	  "writes nothing, and is confined to reading.  As root it knows more.  "
	  "What is not known never passes.  Status 1 if a check fails, 3 if "
	  "none does and some are not known.", options_audit },
	{ "audit collect", "", 0, 0, clo_cli_audit_collect, CLO_WORD_NONE,
	  "Write what the audit reads of a machine, each fact with its source",
	  "Of passwords only the kind of their hash.", options_audit_collect },
	{ "audit kernel", "", 0, 0, clo_cli_audit_kernel, CLO_WORD_NONE,
	  "Compare a kernel with what hardening guides ask of it",
	  "This machine's, or what the options name: then nothing of this "
	  "machine is read.  The worst stands first, with what was found "
	  "where and what to do.  What is not known never passes.  Status 1 "
	  "if a check fails, 3 if none does and some are not known.",
	  options_audit_kernel },
	{ "audit explain", "[CHECK...]", 0, -1, clo_cli_audit_explain, CLO_WORD_NONE,
	  "Say what a check asks for, why, and what to do",
	  "Without one all of the profile are listed.", options_audit_text },
	{ "audit lint", "[FILE...]", 0, -1, clo_cli_audit_lint, CLO_WORD_FILE,
	  "Find what is wrong with checks, the installed ones and those of files",
	  "Text that is missing; checks that no facts let pass or fail, that "
	  "pass without facts, or whose fix does not help.  Status 1 if "
	  "something is found.", options_audit_text },
	{ "audit coverage", "", 0, 0, clo_cli_audit_coverage, CLO_WORD_NONE,
	  "Say which recommendations of ANSSI-BP-028 the checks answer, and how far",
	  NULL, options_audit_text },
	{ "audit kconfig-why", "OPTION", 1, 1, clo_cli_audit_why, CLO_WORD_NONE,
	  "Say what is asked of an option of the kernel's configuration, and what became of it",
	  NULL, options_audit_why },
	{ "audit kconfig-fragment", "", 0, 0, clo_cli_audit_fragment, CLO_WORD_NONE,
	  "Write the options that a profile asks for, each with its reason",
	  "To be merged into a configuration with the kernel's merge_config.sh; "
	  "then 'audit kernel' says what was obtained.", options_audit_fragment },
	{ "completion", "SHELL", 1, 1, clo_cli_completions, CLO_WORD_SHELL,
	  "Print the completion script of a shell, bash or zsh", NULL, none },
	{ 0 },
};
/* clang-format on */
