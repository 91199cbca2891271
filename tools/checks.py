# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the check-* tools share: the files of a tree, findings, self-tests."""
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def files(tree):
    """Paths, relative to TREE, of the files that belong to the project."""
    if os.path.exists(os.path.join(tree, '.git')):
        out = subprocess.run(
            ['git', '-c', 'safe.directory=*', '-C', tree, 'ls-files', '-z',
             '-co', '--exclude-standard'],
            check=True, stdout=subprocess.PIPE).stdout
        names = [n for n in out.decode().split('\0') if n]
        return sorted(n for n in names if os.path.isfile(f'{tree}/{n}'))
    found = []
    for folder, dirs, names in os.walk(tree):
        dirs[:] = [d for d in dirs if not d.startswith(('build', '.git'))]
        found += [os.path.relpath(os.path.join(folder, n), tree)
                  for n in names]
    return sorted(found)


def text(tree, name):
    with open(os.path.join(tree, name), encoding='utf-8') as f:
        return f.read()


def is_text(tree, name):
    with open(os.path.join(tree, name), 'rb') as f:
        head = f.read(4096)
    if b'\0' in head:
        return False
    try:
        text(tree, name)
    except UnicodeDecodeError:
        return False
    return True


def write(tree, name, content):
    path = os.path.join(tree, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(content)


def self_test(check, clean, cases):
    """TAP: the clean tree has no finding, each case has the one it names.

    CLEAN maps file names to contents.  Each case is (what, changes, words):
    the changes are laid over the clean tree, and one finding must hold all
    the words.
    """
    count = 0

    def say(good, what):
        nonlocal count
        count += 1
        print(f'{"ok" if good else "not ok"} {count} - {what}')
        return good

    def run(changes):
        with tempfile.TemporaryDirectory() as tree:
            for name, content in {**clean, **changes}.items():
                if content is not None:
                    write(tree, name, content)
            return check(tree)

    found = run({})
    good = say(not found, 'a clean tree has no finding')
    for line in found:
        print('# ' + line)
    for what, changes, words in cases:
        found = run(changes)
        hit = any(all(w in line for w in words) for line in found)
        good &= say(hit, f'caught: {what}')
        if not hit:
            for line in found or ['(no finding)']:
                print('# ' + line)
    print(f'1..{count}')
    return 0 if good else 1


def main(check, test):
    """Command line of a tool: [--self-test] [TREE]."""
    args = sys.argv[1:]
    if args[:1] == ['--self-test']:
        return test()
    if len(args) > 1 or args[:1] == ['--help']:
        print(f'usage: {os.path.basename(sys.argv[0])} [--self-test | TREE]',
              file=sys.stderr)
        return 2
    found = check(args[0] if args else ROOT)
    for line in found:
        print(line)
    return 1 if found else 0
