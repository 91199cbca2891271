# SPDX-License-Identifier: LGPL-2.1-or-later
"""tools/progress: the status and the words are the command's; a terminal is told how far it is.

usage: progress.py TOOLS-FOLDER"""
import os
import pty
import subprocess
import sys
import tempfile

tool = os.path.join(sys.argv[1], "progress")
points = 0


def ok(good, what):
    global points
    points += 1
    print(f"{'ok' if good else 'not ok'} {points} - {what}")


def on_terminal(*args):
    """What a terminal is shown, and the exit status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(tool, [tool, *args])
    shown = b""
    while True:
        try:
            part = os.read(fd, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    return shown, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


says = "echo '[3/9] first'; echo ' 4/7 second OK'; echo 'dlstatus:1:12.5:Retrieving'; echo 'pmstatus:gcc:45.1:Installing'"
with tempfile.TemporaryDirectory() as folder:
    log = os.path.join(folder, "log")
    p = subprocess.run([tool, "part", log, "sh", "-c", says + "; exit 7"], capture_output=True, check=False)
    ok(p.returncode == 7, "the status is the command's")
    ok(not p.stdout and not p.stderr, "without a terminal nothing is shown")
    kept = open(log).read()
    ok(kept.startswith("[3/9] first\n") and kept.endswith("Installing\n"), "all that was said is kept")
    shown, status = on_terminal("part", log, "sh", "-c", says + "; echo x >&2; exit 7")
    ok(status == 7, "on a terminal too")
    for want in (b"part: 3/9", b"part: 4/7", b"part: downloading, 12 %", b"part: installing, 45 %"):
        ok(want in shown, f"a terminal is told '{want.decode()}'")
    ok(shown.endswith(b"\r\x1b[K"), "and the line is taken away")
    ok(open(log).read() == kept + "x\n", "and all is kept, errors included")
    shown, status = on_terminal("part", log, "sh", "-c", "kill -9 $$")
    ok(status == 137, "a command that is killed did not succeed")
print(f"1..{points}")
