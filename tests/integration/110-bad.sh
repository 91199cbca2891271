#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What people do wrong, with the real Core: it answers, and goes on.
set -u
# shellcheck source=tests/integration/core.sh
. "$(dirname "$0")/core.sh"
begin

out=$(cloison up nowhere 2>&1)
is 1 $? "up of a cage that does not exist"
has "$out" "nowhere" "names it"
printf '[cage]\nid = 5\n[limits]\npids = "many"\n' >/etc/cloison/cages/bad.toml
out=$(cloison up bad 2>&1)
is 2 $? "up of a cage whose file is wrong"
has "$out" "pids" "names the key"
out=$(cloison up 2>&1)
is 2 $? "up of all with a wrong file"
printf '[cage]\nid = 5\n' >/etc/cloison/cages/bad.toml
cp /etc/cloison/cages/bad.toml /etc/cloison/cages/same.toml
out=$(cloison up 2>&1)
is 2 $? "two cages with one id"
has "$out" "same" "names them"
rm /etc/cloison/cages/*.toml
printf '[cage]\nid = 5\n[root]\nfrom = "directory"\npath = "/nowhere"\n' \
	>/etc/cloison/cages/away.toml
out=$(cloison up away 2>&1)
[ $? -ne 0 ]
ok $? "a root that is not there"
has "$out" "/nowhere" "names it"
is down "$(cloison ps | awk '$1 == "away" { print $4 }')" "and nothing is left up"
rm /etc/cloison/cages/*.toml
out=$(cloison up office --without=everything 2>&1)
is 2 $? "an unknown protection"
cloison up office --without=time >/dev/null
is 0 $? "up --without=time"
has "$(cloison ps | grep '^office')" "time" "ps says what is left out"
cloison ps --json | grep -q '"without":\["time"\]'
ok $? "in JSON too"
cloison down office >/dev/null
id nobody >/dev/null 2>&1 && {
	out=$(setpriv --reuid nobody --regid nogroup --clear-groups \
		cloison up office 2>&1)
	is 1 $? "a stranger brings no cage up"
	has "$out" "sudo" "and is told what to do"
	out=$(setpriv --reuid nobody --regid nogroup --clear-groups \
		cloison ps 2>&1)
	is 1 $? "nor asks for the cages"
	out=$(setpriv --reuid nobody --regid nogroup --clear-groups \
		cloison log 2>&1)
	is 1 $? "nor reads the log"
}
# no protocol at all
python3 - 2>/dev/null <<'END' || command -v python3 >/dev/null || echo "# no python3"
import socket
for junk in (b"", b"x", b"\0" * 16, b"\xff" * 9000):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect("/run/cloison/control.sock")
    s.send(junk)
    s.settimeout(2)
    try:
        s.recv(9000)
    except OSError:
        pass
END
cloison ps >/dev/null
is 0 $? "the Core answers after junk"
i=0
while [ $i -lt 20 ]; do
	timeout 0.05 cloison ps >/dev/null 2>&1
	i=$((i + 1))
done
cloison ps >/dev/null
is 0 $? "the Core answers after clients that leave"
end
