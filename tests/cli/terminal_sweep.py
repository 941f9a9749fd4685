#!/usr/bin/env python3
"""Every command that prints, on a terminal, over a stack whose every text is hostile: nothing of it is obeyed.

What may reach the terminal besides text: the program's own styles and the few sequences of its progress display. Without
a terminal not even those.
"""
import argparse
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time

# What others could write: clear the screen, a title, a C1 control in UTF-8, a reversed line, an invisible text, a raw
# byte that isn't UTF-8.
EVIL = "\x1b[2J\x1b]0;owned\x07\u009b31m\u202eevil\u2066\U000e0041\x08"
# In a name of a file, and in a language text (which may hold no control characters itself: it has escapes for them).
STYLE = re.compile(r"\x1b\[(?:[0-4]|3[1-6])(?:;(?:[0-4]|3[1-6]))*m")
CURSOR = re.compile(r"\x1b\[\?25[hl]|\x1b\[\d+A\r\x1b\[J")
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                       "\U0001d173-\U0001d17a\U000e0000-\U000e007f]")

STACK = """/// Says %(evil)s of itself.
param note: String = "%(evil)s"
nodes far { node a { endpoint = "unix:///nowhere/%(evil)s.sock" } }
simulator here { }
platform = here
cluster core { }
task t { container web { image = "nginx:1.27"; labels = { owner: "%(evil)s" }; env = { A: note } } }
service api { cluster = core; task = t; desired = 1 }
output said: String = note
output many: List<String> = [note, note]
test "%(evil)s" { expect note == "%(evil)s" }
"""


def on_terminal(command, folder, environment, answer):
    """Returns what the terminal was given."""
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(command[0], command, environment)
    out = b""
    end = time.monotonic() + 60
    if answer:
        os.write(master, answer)
    while time.monotonic() < end:
        ready, _, _ = select.select([master], [], [], 1)
        if not ready:
            continue
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.close(master)
    os.waitpid(pid, 0)
    return out


def faults(output, styled):
    text = output.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    if styled:
        text = STYLE.sub("", CURSOR.sub("", text))
    found = []
    for match in FORBIDDEN.finditer(text):
        found.append(f"U+{ord(match.group()):04X} in {text[max(0, match.start() - 40):match.end() + 20]!r}")
    for match in re.finditer("[\ud800-\udfff]", text):
        found.append(f"a byte that is no UTF-8 in {text[max(0, match.start() - 40):match.end() + 20]!r}")
    return found


def commands(infra, name):
    """(command, answer) for every command that prints; in an order in which each has something to say."""
    plain = [
        ["validate", name], ["test", name], ["plan", name], ["plan", name, "--detail"], ["apply", name, "-y"],
        ["output", name], ["output", name, "said"], ["output", name, "none" + EVIL], ["show", "tokens", name],
        ["show", "ast", name], ["show", "graph", name], ["show", "plan", name], ["show", "state", name], ["show", "1", name],
        ["history", name], ["diff", "1", name], ["graph", name], ["graph", name, "--format", "mermaid"], ["docs", name],
        ["docs", EVIL], ["explain", EVIL], ["state", "list", name], ["state", "show", name], ["state", "pull", name],
        ["state", "rm", EVIL, name], ["fmt", "--diff", name], ["fmt", "--check", name], ["fix", "--dry-run", name],
        ["secret", "list", name], ["secret", "set", EVIL, name], ["rollback", "7", name],
        ["import", "service." + EVIL, "id", name],
        ["import", "compose", "compose.yaml"], ["import", "ecs", "ecs.json"], ["plan", name, "--set", "note=" + EVIL],
        ["plan", name, "--set", EVIL + "=1"], ["plan", name, "--target", EVIL], [EVIL], ["plan", "--" + EVIL],
        ["plan", "no such " + EVIL], ["watch", "file:///no/" + EVIL, "--once"],
        ["watch", "repo", "--once", "--state", "watched.db"], ["doctor", name], ["version"], ["--help"], ["validate", "broken"],
        ["plan", "broken"], ["destroy", name, "-y"], ["apply", "far", "-y"],
    ]
    yield from (([infra] + words, None) for words in plain)
    yield [infra, "console", name], b"note\n:type note\n:help\n\x04"
    yield [infra, "apply", name], b"no\n"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))


def build(folder, name):
    # A text of the language can't hold a newline or a quote; everything else is the user's.
    evil = EVIL.replace("\\", "")
    write(f"{folder}/{name}/main{EVIL}.infra".replace("\x00", ""), STACK.replace("nodes far { node a { endpoint = "
          "\"unix:///nowhere/%(evil)s.sock\" } }\n", "") % {"evil": evil})
    write(f"{folder}/far/main.infra", STACK.replace("platform = here", "platform = far") % {"evil": evil})
    write(f"{folder}/broken/b{EVIL}.infra", f"param {evil}: = 1\nlet x = \"{evil}\" + 1\noutput o: Int = nothing_{evil}\n\udc9b")
    write(f"{folder}/compose.yaml", 'services:\n  web:\n    image: "a\\u009b\\e[2J\\u202e"\n    "x\\e[2J": 1\n')
    write(f"{folder}/ecs.json", '{"family":"a\\u001b[2J\\u009b","containerDefinitions":[{"name":"\\u202e","image":"\\u001bc"}]}')
    write(f"{folder}/repo/main.infra", STACK.replace("nodes far", "nodes unused") % {"evil": evil})
    git = ["git", "-C", f"{folder}/repo", "-c", "user.name=" + EVIL, "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", EVIL]):
        subprocess.run(git + arguments, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--infra", required=True)
    infra = os.path.abspath(parser.parse_args().infra)
    name = "stack\u202e\u009b"
    bad = 0
    ran = 0
    with tempfile.TemporaryDirectory() as folder:
        build(folder, name)
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "HOME": folder,
                       "USER": "u\u009b\u202e"}
        for command, answer in commands(infra, name):
            output = on_terminal(command, folder, environment, answer)
            # A terminal of Linux repeats what is typed by itself; only what the program printed counts.
            if answer:
                output = output.replace(b"^D\x08\x08", b"")
            found = faults(output, styled=True)
            if answer is None:
                piped = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
                found += [f"{fault} (stderr)" for fault in faults(piped.stderr, styled=False)]
                if b"E0999" in piped.stderr + output:
                    found.append("an internal error")
            ran += 1
            for fault in found[:5]:
                bad += 1
                print(f"infra {' '.join(command[1:])!r}: {fault}")
    print(f"{ran} commands, {bad} faults")
    return 1 if bad or ran < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
