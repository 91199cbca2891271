// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the reader takes, and each error that it makes.
 */
#include "lib/tap.h"
#include "sample.h"

#define M    "[main]\nnumber = 10\n" /* what has to be there */
#define T(s) s, sizeof(s) - 1

static struct sample conf;
static struct clo_err err;

static int parse(const char *text, size_t size)
{
	memset(&conf, 0x5a, sizeof(conf));
	memset(&err, 0, sizeof(err));
	return clo_toml_parse(&sample_schema, text, size, "f", &conf, &err);
}

/* clang-format off */
static const struct {
	const char *text;
	size_t size;
	const char *message;
} bad[] = {
	/* bytes */
	{ T(M "\0"), "f:3: a zero byte; a file is text in UTF-8" },
	{ T(M "# \xff\n"), "f:3: the byte 0xff is no UTF-8; save the file as UTF-8" },
	{ T(M "# \xc3"), "f:3: the byte 0xc3 is no UTF-8; save the file as UTF-8" },
	{ T(M "# \xed\xa0\x80"), "f:3: the byte 0xed is no UTF-8; save the file as UTF-8" },
	{ T("\xef\xbb\xbf" M), "f:1: a byte order mark; save the file as UTF-8 without it" },
	{ T(M "#\xef\xbb\xbf\n"), "f:3: the character U+FEFF does not show as what it is; remove it" },
	{ T(M "#\xe2\x80\xae\n"), "f:3: the character U+202E does not show as what it is; remove it" },
	{ T(M "#\xe2\x81\xa9\n"), "f:3: the character U+2069 does not show as what it is; remove it" },
	{ T(M "#\x01\n"), "f:3: the character U+0001 does not show as what it is; remove it" },
	{ T(M "#\x7f\n"), "f:3: the character U+007F does not show as what it is; remove it" },
	{ T(M "#\x1b[1m\n"), "f:3: the character U+001B does not show as what it is; remove it" },
	{ T("[main]\rnumber = 10\n"), "f:1: a carriage return without line feed; lines end with a line feed" },
	{ T(M "\r"), "f:3: a carriage return without line feed; lines end with a line feed" },

	/* lines */
	{ T(M "= 1\n"), "f:3: a name is missing; a line is 'key = value', '[table]' or a comment" },
	{ T(M "\xc3\xa9 = 1\n"), "f:3: a name is missing; a line is 'key = value', '[table]' or a comment" },
	{ T(M "flag\n"), "f:3: '=' is missing after 'flag'; a line is 'key = value'" },
	{ T(M "flag true\n"), "f:3: '=' is missing after 'flag'; a line is 'key = value'" },
	{ T(M "flag"), "f:3: '=' is missing after 'flag'; a line is 'key = value'" },
	{ T(M "flag =\n"), "f:3: the value is missing; a line is 'key = value'" },
	{ T(M "flag ="), "f:3: the value is missing; a line is 'key = value'" },
	{ T(M "flag = # true\n"), "f:3: the value is missing; a line is 'key = value'" },
	{ T(M "flag =\ntrue\n"), "f:3: the value is missing; a line is 'key = value'" },
	{ T(M "flag = true kind = \"red\"\n"), "f:3: 'k' follows what the line says; one thing a line, comments start with #" },
	{ T(M "flag = true\xe2\x91\x9c\n"), "f:3: '\xe2\x91\x9c' follows what the line says; one thing a line, comments start with #" },
	{ T(M "flag = true]\n"), "f:3: ']' follows what the line says; one thing a line, comments start with #" },
	{ T(M "flag = true, \n"), "f:3: ',' follows what the line says; one thing a line, comments start with #" },
	{ T(M "text = \"a\" \"b\"\n"), "f:3: '\"' follows what the line says; one thing a line, comments start with #" },
	{ T("[main] number = 10\n"), "f:1: 'n' follows what the line says; one thing a line, comments start with #" },

	/* tables */
	{ T(""), "f: 'number' is missing in [main]; it must be a number from 10 to 4294967295" },
	{ T("\n[main]\nflag = true\n"), "f:2: 'number' is missing in [main]; it must be a number from 10 to 4294967295" },
	{ T("[main]\n[more]\n"), "f:1: 'number' is missing in [main]; it must be a number from 10 to 4294967295" },
	{ T(M "[more]\n\n[main]\n"), "f:5: [main] comes twice, first on line 1; join the two" },
	{ T(M "[main]\n"), "f:3: [main] comes twice, first on line 1; join the two" },
	{ T("[mian]\n"), "f:1: 'mian' is no table of a sample; did you mean [main]?" },
	{ T("[more.rwo]\n"), "f:1: 'more.rwo' is no table of a sample; did you mean [[more.row]]?" },
	{ T("[elephant]\n"), "f:1: 'elephant' is no table of a sample; the manual lists them" },
	{ T("[\"main\\\"x\"]\n"), "f:1: 'main\\x22x' is no table of a sample; did you mean [main]?" },
	{ T("[[\"more.row\"]]\n"), "f:1: 'more.row' is no table of a sample; did you mean [[more.row]]?" },
	{ T("[a.b.c.d]\n"), "f:1: 'a.b.c.d' is no table of a sample; the manual lists them" },
	{ T("[]\n"), "f:1: a name is missing; a line is 'key = value', '[table]' or a comment" },
	{ T("[main.]\n"), "f:1: a name is missing; a line is 'key = value', '[table]' or a comment" },
	{ T("[.main]\n"), "f:1: a name is missing; a line is 'key = value', '[table]' or a comment" },
	{ T("[\"\"]\n"), "f:1: '' is no table of a sample; the manual lists them" },
	{ T("["), "f:1: a name is missing; a line is 'key = value', '[table]' or a comment" },
	{ T("[main"), "f:1: the name of a table is not closed; write [name]" },
	{ T("[main\n]"), "f:1: the name of a table is not closed; write [name]" },
	{ T("[main x]"), "f:1: the name of a table is not closed; write [name]" },
	{ T("[[more.row]\n"), "f:1: the name of a table is not closed; write [[name]]" },
	{ T("[[more.row] ]\n"), "f:1: the name of a table is not closed; write [[name]]" },
	{ T("[main]]\n"), "f:1: ']' follows what the line says; one thing a line, comments start with #" },
	{ T("[[main]]\n"), "f:1: there is only one 'main'; write [main]" },
	{ T("[more.row]\n"), "f:1: there may be several 'more.row'; write [[more.row]]" },
	{ T(M "[[more.row]]\n"), "f:3: 'key' is missing in [[more.row]]; it must be text between quotes" },
	{ T(M "[[more.row]]\nvalue = 7\n[more]\n"), "f:3: 'key' is missing in [[more.row]]; it must be text between quotes" },
	{ T(M "[[more.row]]\nkey = \"a\"\n[[more.row]]\nkey = \"b\"\n[[more.row]]\n"),
	  "f:7: [[more.row]] comes more than 2 times; that is the limit" },

	/* keys */
	{ T("number = 10\n"), "f:1: 'number' is no key of the top of the file; it belongs in [main]" },
	{ T("tpo = 10\n"), "f:1: 'tpo' is no key of the top of the file; did you mean 'top'?" },
	{ T("nmuber = 10\n"), "f:1: 'nmuber' is no key of the top of the file; did you mean 'number' of [main]?" },
	{ T(M "nmuber = 10\n"), "f:3: 'nmuber' is no key of [main]; did you mean 'number'?" },
	{ T(M "numbers = 10\n"), "f:3: 'numbers' is no key of [main]; did you mean 'number'?" },
	{ T(M "NUMBER = 10\n"), "f:3: 'NUMBER' is no key of [main]; its first key is 'number', the manual lists the others" },
	{ T(M "top = 1\n"), "f:3: 'top' is no key of [main]; it belongs in the top of the file" },
	{ T(M "size = 1\n"), "f:3: 'size' is no key of [main]; it belongs in [more]" },
	{ T(M "key = 1\n"), "f:3: 'key' is no key of [main]; it belongs in [[more.row]]" },
	{ T(M "vlaue = 1\n"), "f:3: 'vlaue' is no key of [main]; did you mean 'value' of [[more.row]]?" },
	{ T(M "\"fl\\\"ag\" = 1\n"), "f:3: 'fl\\x22ag' is no key of [main]; did you mean 'flag'?" },
	{ T(M "\"\" = 1\n"), "f:3: '' is no key of [main]; its first key is 'number', the manual lists the others" },
	{ T(M "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx = 1\n"),
	  "f:3: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' is no key of [main]; its first key is 'number', "
	  "the manual lists the others" },
	{ T(M "number = 11\n"), "f:3: 'number' is set twice, first on line 2; keep one" },
	{ T(M "\"number\" = 11\n"), "f:3: 'number' is set twice, first on line 2; keep one" },
	{ T("[main]\nnumber = 10\nflag = true\n\n'flag' = true\n"), "f:5: 'flag' is set twice, first on line 3; keep one" },
	{ T("main.number = 10\n"), "f:1: a dotted key; write its [table] first and the last word here" },
	{ T(M "a . b = 10\n"), "f:3: a dotted key; write its [table] first and the last word here" },

	/* what TOML has and no key of ours needs */
	{ T(M "text = \"\"\"\na\"\"\"\n"), "f:3: a string over several lines; write it on one line between single quotes" },
	{ T(M "text = '''a'''\n"), "f:3: a string over several lines; write it on one line between single quotes" },
	{ T(M "set = [\"\"\"red\"\"\"]\n"), "f:3: a string over several lines; write it on one line between single quotes" },
	{ T(M "text = { a = 1 }\n"), "f:3: an inline table; write a [table] instead" },
	{ T(M "flag = 1979-05-27\n"), "f:3: '1979-05-27' is a date; no key takes one" },
	{ T(M "flag = 1979-05-27T07:32:00Z\n"), "f:3: '1979-05-27T07:32:00Z' is a date; no key takes one" },
	{ T(M "flag = 07:32:00\n"), "f:3: '07:32:00' is a date; no key takes one" },
	{ T(M "flag = 3.14\n"), "f:3: '3.14' is a number with a fraction; write a whole number" },
	{ T(M "flag = 1e6\n"), "f:3: '1e6' is a number with a fraction; write a whole number" },
	{ T(M "flag = -1.5E-3\n"), "f:3: '-1.5E-3' is a number with a fraction; write a whole number" },
	{ T(M "flag = inf\n"), "f:3: 'inf' is a number with a fraction; write a whole number" },
	{ T(M "flag = -nan\n"), "f:3: '-nan' is a number with a fraction; write a whole number" },

	/* strings */
	{ T(M "text = \"a\n\""), "f:3: a string is not closed; add \" at its end" },
	{ T(M "text = \"a\r\n\""), "f:3: a string is not closed; add \" at its end" },
	{ T(M "text = 'a"), "f:3: a string is not closed; add ' at its end" },
	{ T(M "text = \"a\\\""), "f:3: a string is not closed; add \" at its end" },
	{ T(M "text = \"a\\"), "f:3: a backslash starts no escape here; write \\\\, or use '...', where it means itself" },
	{ T(M "text = \"a\\q\"\n"), "f:3: a backslash starts no escape here; write \\\\, or use '...', where it means itself" },
	{ T(M "text = \"a\\x41\"\n"),
	  "f:3: a backslash starts no escape here; write \\\\, or use '...', where it means itself" },
	{ T(M "text = \"a\\n\"\n"), "f:3: the escape \\n is a control character; no value needs one" },
	{ T(M "text = \"a\\t\"\n"), "f:3: the escape \\t is a control character; no value needs one" },
	{ T(M "text = \"\\u00e\"\n"), "f:3: an escape has 4 hexadecimal digits, as \\u00e9 or \\U0001f512" },
	{ T(M "text = \"\\U0001f51\"\n"), "f:3: an escape has 8 hexadecimal digits, as \\u00e9 or \\U0001f512" },
	{ T(M "text = \"\\u0000\"\n"), "f:3: the character U+0000 does not show as what it is; remove it" },
	{ T(M "text = \"\\u000a\"\n"), "f:3: the character U+000A does not show as what it is; remove it" },
	{ T(M "text = \"\\u202e\"\n"), "f:3: the character U+202E does not show as what it is; remove it" },
	{ T(M "text = \"\\ud800\"\n"), "f:3: the character U+D800 does not show as what it is; remove it" },
	{ T(M "text = \"\\U00110000\"\n"), "f:3: the character U+110000 does not show as what it is; remove it" },
	{ T(M "text = \"\\Uffffffff\"\n"), "f:3: the character U+FFFFFFFF does not show as what it is; remove it" },
	{ T(M "text = \"a\tb\"\n"), "f:3: a tab in a string; write spaces" },
	{ T(M "text = \"thirteen byte\"\n"), "f:3: 'text' has 13 bytes; it must have 1 to 12" },
	{ T(M "name = \"a\"\n"), "f:3: 'name' has 1 bytes; it must have 2 to 7" },
	{ T(M "name = \"\"\n"), "f:3: 'name' is empty; leave the line out" },
	{ T(M "[[more.row]]\nkey = ''\n"), "f:4: 'key' is empty; write it between the quotes" },
	{ T(M "text = 5\n"), "f:3: 'text' is 5; it must be text between quotes" },
	{ T(M "path = true\n"), "f:3: 'path' is true; it must be text between quotes" },
	{ T(M "text = [\"a\"]\n"), "f:3: 'text' is a list; it must be text between quotes" },
	{ T(M "name = \"Ab\"\n"),
	  "f:3: 'name' is \"Ab\"; it must be a name of a-z, 0-9 and -, with a letter first and no - last" },
	{ T(M "name = \"1b\"\n"),
	  "f:3: 'name' is \"1b\"; it must be a name of a-z, 0-9 and -, with a letter first and no - last" },
	{ T(M "name = \"b-\"\n"),
	  "f:3: 'name' is \"b-\"; it must be a name of a-z, 0-9 and -, with a letter first and no - last" },
	{ T(M "path = \"etc\"\n"), "f:3: 'path' is \"etc\"; it must be an absolute path without '.', '..' or a '/' too many" },
	{ T(M "path = \"/a/../b\"\n"),
	  "f:3: 'path' is \"/a/../b\"; it must be an absolute path without '.', '..' or a '/' too many" },
	{ T(M "path = \"/..\"\n"), "f:3: 'path' is \"/..\"; it must be an absolute path without '.', '..' or a '/' too many" },
	{ T(M "path = \"/a/./b\"\n"),
	  "f:3: 'path' is \"/a/./b\"; it must be an absolute path without '.', '..' or a '/' too many" },
	{ T(M "path = \"/a//b\"\n"),
	  "f:3: 'path' is \"/a//b\"; it must be an absolute path without '.', '..' or a '/' too many" },
	{ T(M "path = \"/a/\"\n"), "f:3: 'path' is \"/a/\"; it must be an absolute path without '.', '..' or a '/' too many" },
	{ T(M "path = \"//\"\n"), "f:3: 'path' is \"//\"; it must be an absolute path without '.', '..' or a '/' too many" },

	/* numbers */
	{ T("[main]\nnumber = 9\n"), "f:2: 'number' is 9; it must be a number from 10 to 4294967295" },
	{ T("[main]\nnumber = 4294967296\n"), "f:2: 'number' is 4294967296; it must be a number from 10 to 4294967295" },
	{ T("[main]\nnumber = 18446744073709551626\n"),
	  "f:2: 'number' is 18446744073709551626; it must be a number from 10 to 4294967295" },
	{ T("[main]\nnumber = 0x1_0000_0000_0000_0010\n"),
	  "f:2: 'number' is 0x1_0000_0000_0000_0010; it must be a number from 10 to 4294967295" },
	{ T("[main]\nnumber = -10\n"), "f:2: 'number' is -10; it must be a number from 10 to 4294967295" },
	{ T("[main]\nnumber = \"10\"\n"), "f:2: 'number' is \"10\"; it must be a number from 10 to 4294967295" },
	{ T("[main]\nnumber = true\n"), "f:2: 'number' is true; it must be a number from 10 to 4294967295" },
	{ T("[main]\nnumber = [10]\n"), "f:2: 'number' is a list; it must be a number from 10 to 4294967295" },
	{ T("[main]\nnumber = 010\n"), "f:2: '010' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = 1__0\n"), "f:2: '1__0' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = 10_\n"), "f:2: '10_' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = _10\n"), "f:2: '_10' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = 0x\n"), "f:2: '0x' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = 0X1F\n"), "f:2: '0X1F' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = +0x1F\n"),
	  "f:2: '+0x1F' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = 0b12\n"), "f:2: '0b12' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = 0o8\n"), "f:2: '0o8' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = 10x\n"), "f:2: '10x' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T("[main]\nnumber = -\n"), "f:2: '-' is no value; text is between quotes, a number is digits, a yes is true" },

	/* booleans */
	{ T(M "flag = yes\n"), "f:3: 'yes' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T(M "flag = True\n"), "f:3: 'True' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T(M "flag = truely\n"), "f:3: 'truely' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T(M "flag = 1\n"), "f:3: 'flag' is 1; it must be true or false" },
	{ T(M "flag = \"true\"\n"), "f:3: 'flag' is \"true\"; it must be true or false" },
	{ T(M "flag = []\n"), "f:3: 'flag' is a list; it must be true or false" },

	/* words */
	{ T(M "kind = \"reed\"\n"), "f:3: 'kind' is \"reed\", which is no word for it; did you mean \"red\"?" },
	{ T(M "kind = \"purple\"\n"), "f:3: 'kind' is \"purple\"; it must be one of \"red\", \"green\", \"blue\"" },
	{ T(M "kind = \"\"\n"), "f:3: 'kind' is \"\"; it must be one of \"red\", \"green\", \"blue\"" },
	{ T(M "kind = red\n"), "f:3: 'red' is no value; text is between quotes, a number is digits, a yes is true" },
	{ T(M "kind = 1\n"), "f:3: 'kind' is 1; it must be one of \"red\", \"green\", \"blue\"" },
	{ T(M "set = \"red\"\n"), "f:3: 'set' is \"red\"; it must be a list, of \"red\", \"green\"" },
	{ T(M "set = [\"rde\"]\n"), "f:3: 'set' is \"rde\", which is no word for it; did you mean \"red\"?" },
	{ T(M "set = [\"blue\"]\n"),
	  "f:3: 'set' asks for \"blue\", which it may never have; it must be a list, of \"red\", \"green\"" },
	{ T(M "set = [\"red\", \"red\"]\n"), "f:3: 'set' lists \"red\" twice; once is enough" },
	{ T(M "set = [1]\n"), "f:3: 'set' lists something without quotes; each item is text between quotes" },
	{ T(M "set = [[\"red\"]]\n"), "f:3: 'set' lists something without quotes; each item is text between quotes" },
	{ T(M "set = [,]\n"), "f:3: 'set' lists something without quotes; each item is text between quotes" },
	{ T(M "set = [\"red\",,]\n"), "f:3: 'set' lists something without quotes; each item is text between quotes" },
	{ T(M "set = [\"red\" \"green\"]\n"), "f:3: 'set': a comma is missing between two items" },
	{ T(M "set = [\n\"red\",\n"), "f:5: 'set': the list opened on line 3 is not closed; add ]" },
	{ T(M "set = [\"red\""), "f:3: 'set': the list opened on line 3 is not closed; add ]" },
	{ T(M "set = [\n\"red\",\n\n\"mauve\"]\n"), "f:6: 'set' is \"mauve\"; it must be a list, of \"red\", \"green\"" },

	/* quantities */
	{ T(M "[more]\nsize = 512\n"), "f:4: 'size' is 512, without a unit; write it as \"512 MiB\"" },
	{ T(M "[more]\nsize = \"512\"\n"), "f:4: 'size' is \"512\", without a unit; write it as \"512 MiB\"" },
	{ T(M "[more]\nsize = \"512 MB\"\n"), "f:4: 'size' has the unknown unit 'MB'; write it as \"512 MiB\"" },
	{ T(M "[more]\nsize = \"512 s\"\n"), "f:4: 'size' has the unknown unit 's'; write it as \"512 MiB\"" },
	{ T(M "[more]\nsize = \"512  MiB\"\n"), "f:4: 'size' has the unknown unit ' MiB'; write it as \"512 MiB\"" },
	{ T(M "[more]\nsize = \"MiB\"\n"),
	  "f:4: 'size' is \"MiB\"; it must be a size between quotes, from \"4 MiB\" to \"4 GiB\", or \"none\"" },
	{ T(M "[more]\nsize = \"-4 MiB\"\n"),
	  "f:4: 'size' is \"-4 MiB\"; it must be a size between quotes, from \"4 MiB\" to \"4 GiB\", or \"none\"" },
	{ T(M "[more]\nsize = \"3 MiB\"\n"),
	  "f:4: 'size' is \"3 MiB\"; it must be a size between quotes, from \"4 MiB\" to \"4 GiB\", or \"none\"" },
	{ T(M "[more]\nsize = \"0 MiB\"\n"),
	  "f:4: 'size' is \"0 MiB\"; it must be a size between quotes, from \"4 MiB\" to \"4 GiB\", or \"none\"" },
	{ T(M "[more]\nsize = \"5 GiB\"\n"),
	  "f:4: 'size' is \"5 GiB\"; it must be a size between quotes, from \"4 MiB\" to \"4 GiB\", or \"none\"" },
	{ T(M "[more]\nsize = \"4294967300 MiB\"\n"),
	  "f:4: 'size' is \"4294967300 MiB\"; it must be a size between quotes, from \"4 MiB\" to \"4 GiB\", or \"none\"" },
	{ T(M "[more]\nsize = \"9999999999999 MiB\"\n"),
	  "f:4: 'size' is \"9999999999999 MiB\"; it must be a size between quotes, from \"4 MiB\" to \"4 GiB\", or \"none\"" },
	{ T(M "[more]\nsize = true\n"),
	  "f:4: 'size' is true; it must be a size between quotes, from \"4 MiB\" to \"4 GiB\", or \"none\"" },
	{ T(M "[more]\ntime = \"10 sec\"\n"), "f:4: 'time' has the unknown unit 'sec'; write it as \"10 s\"" },
	{ T(M "[more]\nshare = \"101 %\"\n"),
	  "f:4: 'share' is \"101 %\"; it must be a percentage between quotes, from \"0 %\" to \"100 %\"" },

	/* lists */
	{ T(M "[more]\nlines = [\"a\",\"b\",\"c\",\"d\"]\n"), "f:4: 'lines' lists more than 3; shorten the list" },
	{ T(M "[more]\nlines = [\"a\",\"a\"]\n"), "f:4: 'lines' lists \"a\" twice; once is enough" },
	{ T(M "[more]\nlines = [\"eight by\"]\n"), "f:4: 'lines' has 8 bytes; it must have 1 to 7" },
	{ T(M "[more]\nlines = [\"\"]\n"), "f:4: 'lines' is empty; write it between the quotes" },
	{ T(M "[more]\nlines = 5\n"), "f:4: 'lines' is 5; it must be a list of at most 3: text between quotes" },
	{ T(M "[more]\npairs = [\"1:x\"]\n"), "f:4: 'pairs' is \"1:x\"; it must be a list of at most 2: a pair, as 1:2" },
	{ T(M "[more]\npairs = [\"1:2\", \"1:2\"]\n"), "f:4: 'pairs' lists \"1:2\" twice; once is enough" },
	{ T(M "[more]\npairs = [\"1:2\", \"1:3\", \"1:4\"]\n"), "f:4: 'pairs' lists more than 2; shorten the list" },

	/* what an error shows is safe to print */
	{ T(M "kind = 'a\"\\b'\n"), "f:3: 'kind' is \"a\\x22\\x5cb\"; it must be one of \"red\", \"green\", \"blue\"" },
};
/* clang-format on */

static void test_bad(void)
{
	struct sample untouched;

	memset(&untouched, 0x5a, sizeof(untouched));
	for (size_t i = 0; i < CLO_ARRAY_SIZE(bad); i++) {
		int r = parse(bad[i].text, bad[i].size);

		ok(r == -EINVAL && !strcmp(err.text, bad[i].message), "%s",
		   bad[i].message);
		if (strcmp(err.text, bad[i].message) != 0)
			printf("# %s\n", err.text);
		ok(!memcmp(&conf, &untouched, sizeof(conf)),
		   "bad %zu: the result is left alone", i);
		ok(clo_toml_parse(&sample_schema, bad[i].text, bad[i].size, "f",
				  &conf, NULL) == -EINVAL,
		   "bad %zu: without text", i);
	}
}

/* Each proper start of a file is read without looking behind it. */
static void test_cut(void)
{
	for (size_t i = 0; i < CLO_ARRAY_SIZE(bad); i++) {
		for (size_t n = 0; n < bad[i].size; n++) {
			clo_free char *copy = malloc(n ? n : 1);

			if (!copy)
				return;
			memcpy(copy, bad[i].text, n);
			(void)parse(copy, n); /* the sanitizers look */
		}
	}
	ok(true, "every file cut anywhere is read to its end only");
}

#define ok_parse(file, ...)                                       \
	do {                                                      \
		int r_ = parse(T(file));                          \
		ok(r_ == 0 && (__VA_ARGS__), "%s", #__VA_ARGS__); \
		if (r_)                                           \
			printf("# %s\n", err.text);               \
	} while (0)

static void test_values(void)
{
	ok_parse(M, conf.top == 3 && conf.number == 10 && conf.flag == 1);
	ok_parse(M, conf.kind == 1 && conf.set == 1 && conf.size_mib == 1024);
	ok_parse(M, conf.time_ms == 10000 && conf.share == 50);
	ok_parse(M, !strcmp(conf.text, "so") && !conf.path[0] && !conf.name[0]);
	ok_parse(M, !strcmp(conf.lines[0], "x") && !conf.lines[1][0]);
	ok_parse(M, !conf.pairs[0].a && !conf.rows[0].key[0] &&
			    !conf.rows[0].value);
	ok_parse("[main]\nnumber=10", conf.number == 10);
	ok_parse("[main]\r\nnumber = 10\r\n", conf.number == 10);
	ok_parse("\t[ main ]\t# x\n\n  number\t=\t10\t# y", conf.number == 10);
	ok_parse("['main']\n\"number\" = 10\n", conf.number == 10);
	ok_parse("[main]\n\"num\\u0062er\" = 10\n", conf.number == 10);
	ok_parse("top = 9\n" M, conf.top == 9);
	ok_parse("# only a comment\n" M "#", conf.number == 10);
	ok_parse("# caf\xc3\xa9 \xf0\x9f\x94\x92\n" M, conf.number == 10);
	ok_parse("[main]\nnumber = +10\n", conf.number == 10);
	ok_parse("[main]\nnumber = 1_000\n", conf.number == 1000);
	ok_parse("[main]\nnumber = 0x1F\n", conf.number == 31);
	ok_parse("[main]\nnumber = 0xdead_beef\n", conf.number == 0xdeadbeef);
	ok_parse("[main]\nnumber = 0o755\n", conf.number == 0755);
	ok_parse("[main]\nnumber = 0b1010\n", conf.number == 10);
	ok_parse("[main]\nnumber = 4294967295\n", conf.number == 4294967295);
	ok_parse("top = 0\n" M, conf.top == 0);
	ok_parse("top = -0\n" M, conf.top == 0);
	ok_parse(M "flag = false\n", conf.flag == 0);
	ok_parse(M "kind = 'blue'\n", conf.kind == 63);
	ok_parse(M "set = []\n", conf.set == 0);
	ok_parse(M "set = [\"green\", 'red']\n", conf.set == 3);
	ok_parse(M "set = [ # a\n\t\"green\" # b\n\t, # c\n\n\"red\",\n] # d\n"
		   "flag = false\n",
		 conf.set == 3 && !conf.flag);
	ok_parse(M "set = [\r\n'red',\r\n]\r\nflag=false\r\n", conf.set == 1);
}

static void test_texts(void)
{
	ok_parse(M "text = \"\"\n", !conf.text[0] && !conf.text[1]);
	ok_parse(M "text = ''\n", !conf.text[0]);
	ok_parse(M "text = \"a\\\"b\\\\c\"\n", !strcmp(conf.text, "a\"b\\c"));
	ok_parse(M "text = 'a\\nb\"'\n", !strcmp(conf.text, "a\\nb\""));
	ok_parse(M "text = \"\\u00e9\\U0001f512\"\n",
		 !strcmp(conf.text, "\xc3\xa9\xf0\x9f\x94\x92"));
	ok_parse(M "text = \"# no = [c]\"\n", !strcmp(conf.text, "# no = [c]"));
	ok_parse(M "text = \"twelve bytes\"\n",
		 !strcmp(conf.text, "twelve bytes"));
	ok_parse(M "path = \"/\"\n", !strcmp(conf.path, "/"));
	ok_parse(M "path = \"/a/...b/c..\"\n",
		 !strcmp(conf.path, "/a/...b/c.."));
	ok_parse(M "name = 'a-9'\n", !strcmp(conf.name, "a-9"));
	ok_parse(M "[more]\nsize = \"none\"\n", conf.size_mib == 0);
	ok_parse(M "[more]\nsize = \"4 MiB\"\n", conf.size_mib == 4);
	ok_parse(M "[more]\nsize = \"4GiB\"\n", conf.size_mib == 4096);
	ok_parse(M "[more]\ntime = \"1 ms\"\n", conf.time_ms == 1);
	ok_parse(M "[more]\ntime = \"3 min\"\n", conf.time_ms == 180000);
	ok_parse(M "[more]\ntime = \"1 h\"\n", conf.time_ms == 3600000);
	ok_parse(M "[more]\nshare = \"0%\"\n", conf.share == 0);
	ok_parse(M "[more]\nlines = []\n", !conf.lines[0][0]);
	ok_parse(M "[more]\nlines = ['a', 'seven b']\n",
		 !strcmp(conf.lines[0], "a") &&
			 !strcmp(conf.lines[1], "seven b") &&
			 !conf.lines[2][0]);
	ok_parse(M "[more]\npairs = ['1:2', '0:3']\n",
		 conf.pairs[0].a == 1 && conf.pairs[0].b == 2 &&
			 conf.pairs[1].a == 0 && conf.pairs[1].b == 3);
	ok_parse("[[more.row]]\nkey='a'\n[main]\nnumber=10\n"
		 "[[ more . 'row' ]]\nkey='b'\nvalue=7\n[more]\n",
		 !strcmp(conf.rows[0].key, "a") && conf.rows[0].value == 5 &&
			 !strcmp(conf.rows[1].key, "b") &&
			 conf.rows[1].value == 7);
}

static void test_size(void)
{
	static char text[CLO_TOML_FILE_MAX + 1];
	size_t n = strlen(M);

	memset(text, '#', sizeof(text));
	memcpy(text, M, n);
	ok(parse(text, CLO_TOML_FILE_MAX) == 0, "the largest file");
	ok(parse(text, CLO_TOML_FILE_MAX + 1) == -EINVAL &&
		   !strcmp(err.text,
			   "f:1: the file has 65537 bytes; it may have 65536"),
	   "%s", err.text);
	memset(text, 'a', sizeof(text));
	ok(parse(text, 600) == -EINVAL &&
		   !strcmp(err.text,
			   "f:1: a name of more than 511 bytes; no key is so long"),
	   "%s", err.text);
	memcpy(text, M "text = '", n + 8);
	ok(parse(text, 600) == -EINVAL &&
		   !strcmp(err.text,
			   "f:3: a string of more than 511 bytes; no value is so long"),
	   "%s", err.text);
	memset(text, '[', sizeof(text));
	memcpy(text, M "set = ", n + 6);
	ok(parse(text, CLO_TOML_FILE_MAX) == -EINVAL, "nesting: %s", err.text);
	ok(parse(NULL, 0) == -EINVAL, "no text at all: %s", err.text);
}

static void test_nearest(void)
{
	/* clang-format off */
	static const struct {
		const char *word, *candidate;
		uint32_t distance; /* UINT32_MAX: not near */
	} pairs[] = {
		{ "memory", "memory", 0 }, { "memroy", "memory", 1 },
		{ "mem", "memory", UINT32_MAX }, { "memry", "memory", 1 },
		{ "memoryy", "memory", 1 }, { "mamori", "memory", 2 },
		{ "", "memory", UINT32_MAX }, { "memory", "", UINT32_MAX },
		{ "ab", "cd", UINT32_MAX }, { "a", "b", UINT32_MAX },
		{ "capabilites", "capabilities", 1 },
		{ "kapapilitees", "capabilities", 3 },
		{ "xapxxxxitxes", "capabilities", UINT32_MAX },
	};
	/* clang-format on */

	for (size_t i = 0; i < CLO_ARRAY_SIZE(pairs); i++) {
		uint32_t best = UINT32_MAX;
		bool is_near = clo_toml_nearest(pairs[i].word,
						pairs[i].candidate, &best);

		ok(best == pairs[i].distance && is_near == (best != UINT32_MAX),
		   "'%s' and '%s': %u", pairs[i].word, pairs[i].candidate,
		   best);
	}
}

int main(void)
{
	test_bad();
	test_cut();
	test_values();
	test_texts();
	test_size();
	test_nearest();
	return tap_end();
}
