// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Words and forms that the values of a cage's file have.
 */
#include <arpa/inet.h>
#include <string.h>

#include "model/cage.h"
#include "model/form.h"

/* clang-format off */
const struct clo_toml_word clo_cap_words[] = {
	{ "chown", 0, "give files away" },
	{ "dac_override", 1, "pass over permissions of files" },
	{ "dac_read_search", 2, "read any file and directory" },
	{ "fowner", 3, "act as the owner of files" },
	{ "fsetid", 4, "keep set-ID bits of files" },
	{ "kill", 5, "signal processes of other users" },
	{ "setgid", 6, "change groups" },
	{ "setuid", 7, "change users" },
	{ "setpcap", 8, "give capabilities up by hand" },
	{ "linux_immutable", 9, NULL },
	{ "net_bind_service", 10, "listen on ports below 1024" },
	{ "net_broadcast", 11, NULL },
	{ "net_admin", 12, NULL },
	{ "net_raw", 13, NULL },
	{ "ipc_lock", 14, "lock memory" },
	{ "ipc_owner", 15, "use IPC objects of other users" },
	{ "sys_module", 16, NULL },
	{ "sys_rawio", 17, NULL },
	{ "sys_chroot", 18, NULL },
	{ "sys_ptrace", 19, NULL },
	{ "sys_pacct", 20, NULL },
	{ "sys_admin", 21, NULL },
	{ "sys_boot", 22, NULL },
	{ "sys_nice", 23, "raise priorities" },
	{ "sys_resource", 24, NULL },
	{ "sys_time", 25, NULL },
	{ "sys_tty_config", 26, NULL },
	{ "mknod", 27, NULL },
	{ "lease", 28, NULL },
	{ "audit_write", 29, NULL },
	{ "audit_control", 30, NULL },
	{ "setfcap", 31, NULL },
	{ "mac_override", 32, NULL },
	{ "mac_admin", 33, NULL },
	{ "syslog", 34, NULL },
	{ "wake_alarm", 35, NULL },
	{ "block_suspend", 36, NULL },
	{ "audit_read", 37, NULL },
	{ "perfmon", 38, NULL },
	{ "bpf", 39, NULL },
	{ "checkpoint_restore", 40, NULL },
	{ NULL, 0, NULL },
};

const struct clo_toml_word clo_family_words[] = {
	{ "unix", 1, "sockets between programs of the cage" },
	{ "inet", 2, "IPv4" },
	{ "ax25", 3, NULL },
	{ "ipx", 4, NULL },
	{ "appletalk", 5, NULL },
	{ "x25", 9, NULL },
	{ "inet6", 10, "IPv6" },
	{ "key", 15, NULL },
	{ "netlink", 16, "reading addresses and routes" },
	{ "packet", 17, NULL },
	{ "rds", 21, NULL },
	{ "pppox", 24, NULL },
	{ "llc", 26, NULL },
	{ "can", 29, NULL },
	{ "tipc", 30, NULL },
	{ "bluetooth", 31, NULL },
	{ "rxrpc", 33, NULL },
	{ "phonet", 35, NULL },
	{ "ieee802154", 36, NULL },
	{ "alg", 38, NULL },
	{ "nfc", 39, NULL },
	{ "vsock", 40, NULL },
	{ "kcm", 41, NULL },
	{ "qipcrtr", 42, NULL },
	{ "smc", 43, NULL },
	{ "xdp", 44, NULL },
	{ "mctp", 45, NULL },
	{ NULL, 0, NULL },
};
/* clang-format on */

static const char *find_name(const struct clo_toml_word *words, uint64_t value)
{
	for (; words->name; words++) {
		if (words->value == value)
			return words->name;
	}
	return NULL;
}

const char *clo_cap_name(uint64_t cap)
{
	return find_name(clo_cap_words, cap);
}

const char *clo_family_name(uint64_t family)
{
	return find_name(clo_family_words, family);
}

/*
 * A program and its words, one blank between two.  No shell reads it: quotes
 * and backslashes would reach the program as they are, which nobody means.
 */
static bool is_command(const char *text)
{
	size_t first = strcspn(text, " ");
	size_t n = strlen(text);
	char path[CLO_PATH_MAX + 1];

	if (n > CLO_PATH_MAX || strpbrk(text, "\"'\\`"))
		return false;
	if (strstr(text, "  ") || text[n - 1] == ' ')
		return false;
	memcpy(path, text, first);
	path[first] = '\0';
	return first > 1 && clo_toml_form_path.is_good(path);
}

const struct clo_toml_form clo_form_command = {
	.what = "the absolute path of a program and its words, one blank between two, without quotes",
	.pattern = "^/[^ \"'`\\\\]+( [^ \"'`\\\\]+)*$",
	.is_good = is_command,
};

static bool is_of(const char *text, const char *allowed)
{
	return text[strspn(text, allowed)] == '\0';
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS	"0123456789"

/* Source: useradd(8), NAME_REGEX of Debian. */
static bool is_user(const char *text)
{
	return strchr(LETTERS "_", text[0]) &&
	       is_of(text, LETTERS DIGITS "_-") && strcmp(text, "root") != 0;
}

const struct clo_toml_form clo_form_user = {
	.what = "a name of a-z, 0-9, _ and -, not root",
	.pattern = "^[a-z_][a-z0-9_-]*$",
	.is_good = is_user,
};

static bool is_interface(const char *text)
{
	return is_of(text, LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "_.-") &&
	       text[0] != '.' && text[0] != '-' && strcmp(text, "lo") != 0 &&
	       strcmp(text, "all") != 0 && strcmp(text, "default") != 0;
}

const struct clo_toml_form clo_form_interface = {
	.what = "the name of a network interface of the host, not lo",
	.pattern = "^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
	.is_good = is_interface,
};

static bool is_address(const char *text)
{
	struct in6_addr any;

	return inet_pton(AF_INET, text, &any) == 1 ||
	       inet_pton(AF_INET6, text, &any) == 1;
}

const struct clo_toml_form clo_form_address = {
	.what = "an IPv4 or IPv6 address, as 192.0.2.1 or 2001:db8::1",
	.pattern = "^[0-9a-fA-F:.]+$",
	.is_good = is_address,
};

/* Digits without sign and leading zero, up to @max; moves @at behind them. */
static bool read_number(const char **at, uint32_t max, uint32_t *ret)
{
	size_t n = strspn(*at, DIGITS);
	uint32_t value = 0;

	if (!n || n > 7 || (n > 1 && **at == '0'))
		return false;
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (uint32_t)((*at)[i] - '0');
	if (value > max)
		return false;
	*at += n;
	*ret = value;
	return true;
}

static bool is_net(const char *text)
{
	const char *slash = strchr(text, '/');
	char address[64];
	uint32_t prefix;
	size_t n;

	if (!slash)
		return false;
	n = (size_t)(slash - text);
	if (n >= sizeof(address))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	slash++;
	return is_address(address) &&
	       read_number(&slash, strchr(address, ':') ? 128 : 32, &prefix) &&
	       !*slash;
}

const struct clo_toml_form clo_form_net = {
	.what = "an address and the size of its network, as 192.0.2.7/24 or 2001:db8::7/64",
	.pattern = "^[0-9a-fA-F:.]+/[0-9]{1,3}$",
	.is_good = is_net,
};

/* 12 bits of major and 20 of minor: linux/kdev_t.h. */
enum { MAJOR_MAX = 4095, MINOR_MAX = 1048575 };

static bool store_device(const char *text, void *row)
{
	struct clo_device device = { .used = 1 };
	uint32_t major, minor;

	if (!strncmp(text, "block ", 6)) {
		device.is_block = 1;
		text += 6;
	} else if (!strncmp(text, "char ", 5)) {
		text += 5;
	} else {
		return false;
	}
	if (!read_number(&text, MAJOR_MAX, &major) || *text++ != ':' ||
	    !read_number(&text, MINOR_MAX, &minor) || *text)
		return false;
	device.major = major;
	device.minor = minor;
	memcpy(row, &device, sizeof(device));
	return true;
}

static size_t print_device(const void *row, char *text, size_t size)
{
	struct clo_device device;
	int n;

	memcpy(&device, row, sizeof(device));
	if (!device.used)
		return 0;
	n = snprintf(text, size, "%s %u:%u", device.is_block ? "block" : "char",
		     device.major, device.minor);
	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

const struct clo_toml_form clo_form_device = {
	.what = "a device by kind and numbers, as \"char 10:232\" (see ls -l /dev)",
	.pattern = "^(char|block) [0-9]{1,4}:[0-9]{1,7}$",
	.store = store_device,
	.print = print_device,
};
