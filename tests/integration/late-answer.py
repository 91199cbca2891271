#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A terminal that answers late: a session asks it something and ends.

usage: late-answer.py late|deaf|dumb CLOISON

late: it answers in order, but only once it was asked where the cursor is, or
the session is over; deaf: it does not know where the cursor is; dumb: TERM says
that it answers nothing.  Prints what a shell would have read afterwards.
"""
import os
import pty
import re
import select
import sys
import time

SHELL = '''
stty rows 24 cols 80
"$0" enter office
echo "status=$?"
stty -echo -icanon min 0 time 10
got=$(dd bs=256 count=1 2>/dev/null | od -An -c | tr -d ' \\n')
echo "got=[$got]"
'''
ASKED = re.compile(rb'\x1b\[(\d+);(\d+)H\x1b\[6n')
SESSION = b'\x1b[c'  # who are you?


def main():
    how, cloison = sys.argv[1:]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ['TERM'] = 'dumb' if how == 'dumb' else 'xterm'
        os.execvp('sh', ['sh', '-c', SHELL, cloison])
    seen, step, answered = b'', 0, 0
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.1)[0]:
            try:
                data = os.read(fd, 4096)
            except OSError:
                break
            if not data:
                break
            seen += data
        if step == 0 and b'term=' in seen:
            os.write(fd, SESSION)  # the session says it back
            step = 1
        elif step == 1 and SESSION in seen:
            os.write(fd, b'Q')  # and ends
            step = 2
        elif step == 2 and (len(ASKED.findall(seen)) == 4 or
                            b'status=' in seen):
            time.sleep(0.1)
            answer = b'' if how == 'dumb' else b'\x1b[?1;2c'
            answered = int(how != 'dumb')
            if how == 'late':
                answer += b''.join(b'\x1b[%s;%sR' % place
                                   for place in ASKED.findall(seen))
            os.write(fd, answer)
            step = 3
    os.waitpid(pid, 0)
    print(f'asked={len(ASKED.findall(seen))} answered={answered}')
    for line in re.findall(rb'(?:status|got)=[^\r\n]*', seen):
        print(line.decode(errors='replace'))


main()
