#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Real programs at real work, three times each: in the profile that is shipped
# for them, watched by cloison learn, and in what was learned, without an edit.
# Each also tries what its sandbox is there to refuse.
# usage: 080-real.sh CLOISON PROFILES
set -u
. "$(dirname "$0")/lib.sh"
c=$(realpath "$1")
CLOISON_PROFILE_PATH=$(realpath "$2")
export CLOISON_PROFILE_PATH
if ! "$c" run -q -p base -- true 2>/dev/null; then
	echo "1..0 # SKIP this kernel has no Landlock"
	exit 0
fi
# Not /tmp, which many profiles let write; and of the programs only those of the
# system, not those that a user put into his home.
dir=$(mktemp -d /var/tmp/real.XXXXXX) || exit 1
servers=
# shellcheck disable=SC2317 # called by the trap
clean_up() {
	for pid in $servers; do kill "$pid" 2>/dev/null; done
	rm -rf "$dir"
}
trap clean_up EXIT
PATH=/usr/sbin:/usr/bin:/sbin:/bin
HOME=$dir/home
TMPDIR=$dir/tmp
export PATH HOME TMPDIR
mkdir -p "$HOME/.ssh" "$TMPDIR" "$dir/job" "$dir/elsewhere"
chmod 700 "$HOME/.ssh"
key=$HOME/.ssh/id_test
echo '"key"' >"$key"
printf '[user]\nname = A\nemail = a@example.org\n[init]\ndefaultBranch = main\n' >"$HOME/.gitconfig"

tried=0
learned=0

# What a program makes must not be there already.
fresh() {
	rm -rf "$dir/job"
	mkdir "$dir/job"
	cd "$dir/job" || exit 1
	"put_$1"
}

said() { tail -n 4 "$dir/out" | cat -v | sed 's/^/# /'; }

# real NAME PROGRAM OPTION...: put_NAME prepares, do_NAME works behind the words
# that it is given, bad_NAME must fail behind them
real() {
	name=$1 program=$2
	shift 2
	if ! command -v "$program" >/dev/null 2>&1; then
		skip "$name in its profile" "$program is not installed"
		skip "$name with what was learned" "$program is not installed"
		return
	fi
	tried=$((tried + 1))
	fresh "$name"
	"do_$name" >"$dir/out" 2>&1
	status=$?
	if [ $status -ne 0 ]; then
		ok $status "$name does its work without a sandbox"
		said
	fi
	fresh "$name"
	"do_$name" "$c" run -q "$@" -- >"$dir/out" 2>&1
	status=$?
	ok $status "$name in its profile: $*"
	[ "$status" -eq 0 ] || said
	"bad_$name" >"$dir/out" 2>&1
	ok $? "$name does without a sandbox what it must not do in one"
	! "bad_$name" "$c" run -q "$@" -- >"$dir/out" 2>&1
	ok $? "$name does not in its profile"

	fresh "$name"
	rm -f "$dir/learned.toml"
	"do_$name" "$c" learn -o "$dir/learned.toml" -- >"$dir/out" 2>&1
	status=$?
	ok $status "$name does its work while it is watched"
	[ "$status" -eq 0 ] || said
	fresh "$name"
	"do_$name" "$c" run -q -p "$dir/learned.toml" -- >"$dir/out" 2>&1
	status=$?
	ok $status "$name with what was learned"
	if [ "$status" -eq 0 ]; then
		learned=$((learned + 1))
	else
		said
		sed 's/^/# /' "$dir/learned.toml"
	fi
	! "bad_$name" "$c" run -q -p "$dir/learned.toml" -- >"$dir/out" 2>&1
	ok $? "$name does not with what was learned"
}

# A compiler: preprocessor, compiler, assembler and linker, with its files.
put_gcc() {
	printf '#include <stdio.h>\nint f(void);\nint main(void) { return printf("%%d\\n", f()) < 0; }\n' >a.c
	printf 'int f(void) { return 42; }\n' >b.c
	printf '#include "%s"\nint main;\n' "$key" >bad.c
}
do_gcc() { "$@" gcc -O2 -g -o a a.c b.c && [ "$(./a)" = 42 ]; }
bad_gcc() { "$@" gcc -E -o bad bad.c; }
real gcc gcc -p compiler

# A build: what was built is run and makes more sources.
put_make() {
	put_gcc
	printf 'all: a libb.a\n\t./a >c.h\n\tmkdir -p d && cp a d/ && mv d/a d/b\nlibb.a: b.o\n\tar rcs $@ $^\na: a.o b.o\n\t$(CC) -o $@ $^\nbad:\n\tcp %s k\n' "$key" >Makefile
}
do_make() { "$@" make -s -j2 && [ "$(cat c.h)" = 42 ] && [ -x d/b ] && [ -s libb.a ]; }
bad_make() { "$@" make -s bad; }
real make make -p build

# Two repositories: cloned, changed, committed, pushed, collected.
git init -q --bare "$dir/elsewhere/origin" 2>/dev/null
put_git() { git init -q .; }
do_git() {
	# shellcheck disable=SC2016 # the inner shell expands it
	"$@" sh -ec 'git clone -q "$1" a 2>/dev/null
		cd a
		date +%N >file
		git add file
		git commit -qm change
		git tag -m tag "t$(cat file)"
		git gc -q
		git mv file other
		git stash -q
		git log --oneline | grep -q change' sh "$dir/elsewhere/origin" &&
		git -C a fsck --strict >/dev/null
}
bad_git() { "$@" git hash-object "$key"; }
real git git -p git --ro "$dir/elsewhere"

# A script with modules, a child, threads, a data base and shared memory.
put_python() {
	cat >a.py <<-'EOS'
		import concurrent.futures, json, os, sqlite3, subprocess, sys, tempfile
		def square(n):
		    return n * n
		if __name__ == '__main__':
		    with concurrent.futures.ProcessPoolExecutor(2) as pool:
		        squares = list(pool.map(square, range(4)))
		    with concurrent.futures.ThreadPoolExecutor(2) as pool:
		        assert list(pool.map(square, range(4))) == squares
		    d = sqlite3.connect('a.db')
		    d.execute('create table t (n int)')
		    d.executemany('insert into t values (?)', [(n,) for n in squares])
		    d.commit()
		    with tempfile.TemporaryDirectory() as t, open(os.path.join(t, 'x'), 'w') as f:
		        f.write('x')
		    out = subprocess.run(['uname', '-s'], capture_output=True, check=True).stdout
		    with open('a.json.new', 'w') as f:
		        json.dump([out.decode().strip(), squares], f)
		    os.rename('a.json.new', 'a.json')
	EOS
}
do_python() { "$@" python3 a.py && [ "$(cat a.json)" = '["Linux", [0, 1, 4, 9]]' ]; }
bad_python() { "$@" python3 -c "open('$key').read()"; }
real python python3 -p python

# Packed by one program through another, and unpacked.
put_tar() {
	mkdir -p tree/sub
	cp /etc/services tree/ 2>/dev/null || echo text >tree/services
	ln -s ../services tree/sub/link
	ln tree/services tree/sub/hard
}
do_tar() {
	"$@" sh -ec 'tar cJf a.tar.xz tree
		mkdir out
		tar xJf a.tar.xz -C out
		xz -t a.tar.xz' && diff -r tree out/tree && [ -L out/tree/sub/link ]
}
bad_tar() { "$@" tar cf bad.tar "$key"; }
real tar tar -p archive

put_sqlite() {
	printf 'create table t (n int, x text);\nbegin;\n' >a.sql
	awk 'BEGIN { for (i = 0; i < 500; i++) printf "insert into t values (%d, hex(randomblob(100)));\n", i }' >>a.sql
	printf 'commit;\nvacuum;\n.backup b.db\nselect count(*), sum(n) from t;\n' >>a.sql
}
do_sqlite() { [ "$("$@" sqlite3 a.db <a.sql)" = '500|124750' ] && [ -s b.db ]; }
bad_sqlite() { "$@" sqlite3 -bail :memory: "select case when readfile('$key') is null then abs(-9223372036854775808) end;"; }
real sqlite sqlite3 -p base --rw "$dir/job"

# A reader of files from somewhere.
put_pdf() {
	cat >a.pdf <<-'EOS'
		%PDF-1.4
		1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
		2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
		3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>> endobj
		4 0 obj <</Length 44>> stream
		BT /F 12 Tf 20 100 Td (Words of a page) Tj ET
		endstream endobj
		5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
		trailer <</Root 1 0 R>>
		%%EOF
	EOS
	cp a.pdf "$HOME/.ssh/b.pdf"
}
do_pdf() { "$@" pdftotext a.pdf - 2>/dev/null | grep -q 'Words of a page'; }
bad_pdf() { "$@" pdftotext "$HOME/.ssh/b.pdf" -; }
real pdf pdftotext -p reader

put_jq() { printf '{"a": [1, 2, {"b": "c"}]}\n' >a.json; }
do_jq() { [ "$("$@" jq -r '.a[2].b' a.json)" = c ]; }
bad_jq() { "$@" jq . "$key"; }
real jq jq -p reader

put_node() {
	cat >a.js <<-'EOS'
		const fs = require("fs"), { execFileSync } = require("child_process");
		const { Worker } = require("worker_threads");
		const kernel = execFileSync("uname", ["-s"]).toString().trim();
		new Worker("require('worker_threads').parentPort.postMessage(42)", { eval: true })
			.on("message", (n) => {
				fs.mkdirSync("d");
				fs.writeFileSync("d/a", kernel + n);
				fs.renameSync("d/a", "a");
			});
	EOS
}
do_node() { "$@" node a.js && [ "$(cat a)" = Linux42 ]; }
bad_node() { "$@" node -e "require('fs').readFileSync('$key')"; }
real node node -p node

put_ffmpeg() { :; }
do_ffmpeg() {
	"$@" sh -ec 'ffmpeg -v error -f lavfi -i testsrc=duration=1:size=64x64 -c:v mpeg4 a.avi
		ffmpeg -v error -i a.avi -vf scale=32:32 -frames:v 1 b.png' </dev/null && [ -s b.png ]
}
bad_ffmpeg() { "$@" ffmpeg -v error -y -f rawvideo -pix_fmt gray -s 1x1 -i "$key" -frames:v 1 bad.png </dev/null; }
real ffmpeg ffmpeg -p media

local=127.0.0.1
byname=localhost
# A port that nobody has, as far as one can know.
free_port() {
	/usr/bin/python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}
# answers PORT PROCESS: waits until somebody listens there, or it has ended
answers() {
	for _ in $(seq 200); do
		/usr/bin/python3 -c "import socket, sys
sys.exit(socket.socket().connect_ex(('127.0.0.1', $1)))" && return 0
		kill -0 "$2" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}

# From a server on this machine.
echo text >"$dir/elsewhere/file"
port=$(free_port)
other=$(free_port)
for p in $port $other; do
	/usr/bin/python3 -m http.server --bind 127.0.0.1 -d "$dir/elsewhere" "$p" >/dev/null 2>&1 &
	servers="$servers $!"
done
answers "$port" $! && answers "$other" $!
ok $? "two servers of files listen"
put_curl() { :; }
do_curl() { [ "$("$@" curl -sS "http://$local:$port/file" "http://$byname:$port/file")" = "text
text" ]; }
bad_curl() { "$@" curl -sS "http://$local:$other/file"; }
real curl curl -p curl --net-connect "$port"

# A client of ssh, its key, its list of hosts; the server is dropbear, whose
# keys are in the home that the system says: another is put there, for it alone.
user=$(id -un)
sshport=$(free_port)
account=$(getent passwd "$user" | cut -d : -f 6)
space='unshare --mount'
[ "$(id -u)" -eq 0 ] || space='unshare --user --map-current-user --keep-caps --mount'
put_ssh() { : >"$HOME/.ssh/known_hosts"; }
client() {
	"$@" ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UpdateHostKeys=no \
		-o IdentitiesOnly=yes -o "UserKnownHostsFile=$HOME/.ssh/known_hosts" \
		-o GlobalKnownHostsFile=/etc/ssh/ssh_known_hosts -i "$HOME/.ssh/id_real" \
		-p "$sshport" "$user@127.0.0.1" 'cat; echo "$SSH_CONNECTION"'
}
do_ssh() {
	out=$(echo through | client "$@") || return
	case $out in "through
127.0.0.1 "*) grep -q . "$HOME/.ssh/known_hosts" ;; *) return 1 ;; esac
}
bad_ssh() { "$@" sh -c "echo x >>'$HOME/.ssh/authorized_keys'"; }
if ! command -v dropbear >/dev/null || ! command -v ssh-keygen >/dev/null; then
	skip "ssh in its profile" "dropbear or ssh is not installed"
	skip "ssh with what was learned" "dropbear or ssh is not installed"
elif ! $space mount --bind "$HOME" "$account" 2>/dev/null; then
	skip "ssh in its profile" "no namespace of mounts for its server"
	skip "ssh with what was learned" "no namespace of mounts for its server"
else
	rm -f "$HOME/.ssh/authorized_keys"
	ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_real"
	dropbearkey -t ed25519 -f "$dir/dropbear_key" >/dev/null 2>&1
	cp "$HOME/.ssh/id_real.pub" "$HOME/.ssh/authorized_keys"
	chmod go-w "$HOME"
	# shellcheck disable=SC2016,SC2086 # the inner shell expands; words
	$space sh -c 'mount --bind "$1" "$2" && exec dropbear -F -E -s -P "" -r "$4" -p "127.0.0.1:$3"' \
		sh "$HOME" "$account" "$sshport" "$dir/dropbear_key" >"$dir/dropbear" 2>&1 &
	servers="$servers $!"
	answers "$sshport" $!
	ok $? "a server of ssh listens"
	real ssh ssh -p ssh --net-connect "$sshport"
	sed 's/^/# /' "$dir/dropbear" | tail -n 3
fi

# A server: its master and a worker, a page and its log.
webport=$(free_port)
put_nginx() {
	mkdir logs html
	echo page >html/index.html
	cat >nginx.conf <<-EOS
		$([ "$(id -u)" -ne 0 ] || echo "user $user $(id -gn);")
		daemon off;
		pid $dir/job/nginx.pid;
		error_log $dir/job/logs/error;
		events { }
		http {
			access_log $dir/job/logs/access;
			client_body_temp_path $dir/job/logs/1; proxy_temp_path $dir/job/logs/2;
			fastcgi_temp_path $dir/job/logs/3; uwsgi_temp_path $dir/job/logs/4;
			scgi_temp_path $dir/job/logs/5;
			server {
				listen 127.0.0.1:$webport;
				location / { root $dir/job/html; }
				location /key { alias $HOME/.ssh/; }
			}
		}
	EOS
}
# serve URL WORD...: its status is that of the client
serve() {
	url=$1
	shift
	"$@" nginx -p "$dir/job" -c "$dir/job/nginx.conf" &
	it=$!
	answers "$webport" "$it" && curl -sSf "http://$local:$webport$url"
	got=$?
	[ ! -s nginx.pid ] || kill "$(cat nginx.pid)"
	wait "$it" || return
	return $got
}
do_nginx() { [ "$(serve / "$@")" = page ] && grep -q 'GET / ' logs/access; }
bad_nginx() {
	rm -rf logs html
	put_nginx
	serve /key/id_test "$@"
}
real nginx nginx -p nginx --rw "$dir/job" --net-bind "$webport"

echo "# $tried programs are here; what was learned was enough for $learned of them"
if [ "$tried" -lt 10 ]; then
	skip "what was learned is enough for at least eight of ten" "$tried programs of ten are here"
else
	[ "$learned" -ge $((tried * 8 / 10)) ]
	ok $? "what was learned is enough for $learned of $tried"
fi
end
