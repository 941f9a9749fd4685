#!/usr/bin/env python3
"""completion.py INFRA SHELL: presses Tab in a real shell that runs in a terminal of tmux, and reads the screen."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

STACK = """\
param copies: Int = 1
param password: Secret<String> = "x"
simulator here { }
platform = here
env prod { }
env staging { }
cluster core { }
task web {
  container web { image = "web:1" }
}
service api { cluster = core; task = web; desired = copies }
for name in ["a b"] { service site { cluster = core; task = web } }
"""
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ["PS1='> '", "source <(infra completion bash)"]),
    "zsh": (["zsh", "-f", "-i"], ["PS1='> '", "autoload -Uz compinit; compinit -u -d $HOME/dump", "source <(infra completion zsh)"]),
    "fish": (["fish", "--no-config", "-i"], ["function fish_prompt; echo '> '; end", "infra completion fish | source"]),
}
# What is typed before Tab, and what the line is then. A shell's own form where they differ.
LINES = [
    ("infra valid", "infra validate "),
    ("infra state unl", "infra state unlock "),
    ("infra plan --targ", "infra plan --target "),
    ("infra plan --target service.a", "infra plan --target service.api "),
    ("infra plan --set cop", "infra plan --set copies="),
    ("infra secret set pass", "infra secret set password "),
    ("infra plan --env st", "infra plan --env staging "),
    ("infra plan --env=st", "infra plan --env=staging "),
    ("infra explain E090", None),
    ("infra docs load_b", "infra docs load_balancer "),
    ("infra completion z", "infra completion zsh "),
    ("infra plan ap", "infra plan app/"),
    ("infra apply sav", {"bash": "infra apply saved\\ plan ", "zsh": "infra apply saved\\ plan ",
                         "fish": "infra apply saved\\ plan "}),
]
LISTED = {"infra explain E090": ["E0901", "E0902", "E0909"]}


class Terminal:
    def __init__(self, folder, infra, shell):
        self.socket = folder / "tmux"
        command, setup = START[shell]
        environment = {"PATH": f"{infra.parent}:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8",
                       "TERM": "screen-256color", "SHELL": "/bin/sh", "HISTFILE": ""}
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "150", "-y", "40", *command, cwd=folder, env=environment)
        self.wait_for(lambda screen: screen.strip() != "", "the shell doesn't start")
        for line in setup:
            self.type(line, "Enter")
        self.clear()

    def tmux(self, *arguments, **options):
        done = subprocess.run(["tmux", "-S", str(self.socket), *arguments], capture_output=True, text=True, check=True,
                              **options)
        return done.stdout

    def type(self, text, *keys):
        self.tmux("send-keys", "-l", text)
        if keys:
            self.tmux("send-keys", *keys)

    def clear(self):
        self.tmux("send-keys", "C-u")
        self.type("clear", "Enter")
        self.wait_for(lambda screen: screen.strip() == ">", "the screen isn't cleared")

    def screen(self):
        return self.tmux("capture-pane", "-p", "-N")

    # Until the screen stays as `right` wants it.
    def wait_for(self, right, complaint):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            screen = self.screen()
            if right(screen):
                return screen
            time.sleep(0.05)
        raise AssertionError(f"{complaint}:\n{screen}")

    def close(self):
        subprocess.run(["tmux", "-S", str(self.socket), "kill-server"], capture_output=True, check=False)


def prepare(folder):
    (folder / "app").mkdir()
    (folder / "app" / "app.infra").write_text(STACK)
    (folder / "app" / "saved plan").write_text("")


def try_shell(folder, infra, shell):
    terminal = Terminal(folder, infra, shell)
    try:
        terminal.type("cd app", "Enter")
        terminal.clear()
        for typed, wanted in LINES:
            wanted = wanted.get(shell) if isinstance(wanted, dict) else wanted
            if typed == "infra plan ap":
                terminal.type("cd ..", "Enter")
                terminal.clear()
            terminal.type(typed, "Tab")
            if wanted is None:
                terminal.tmux("send-keys", "Tab")
                names = LISTED[typed]
                terminal.wait_for(lambda screen, names=names: all(name in screen for name in names),
                                  f"{shell}: {typed!r} doesn't list {names}")
            else:
                pattern = re.compile(r"^> " + re.escape(wanted.rstrip()) + r"\s*$", re.MULTILINE)
                terminal.wait_for(pattern.search, f"{shell}: {typed!r} doesn't become {wanted!r}")
                # Whether a blank stands behind it shows when one types on.
                terminal.type("x")
                pattern = re.compile(r"^> " + re.escape(wanted + "x") + r"\s*$", re.MULTILINE)
                terminal.wait_for(pattern.search, f"{shell}: {typed!r} doesn't become {wanted!r}")
            if typed == "infra plan ap":
                terminal.tmux("send-keys", "C-u")
                terminal.type("cd app", "Enter")
            terminal.clear()
    finally:
        terminal.close()


def main():
    infra, shell = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    for program in ("tmux", shell):
        if shutil.which(program) is None:
            print(f"{program} is not installed")
            return 77
    # A shell that has just been ended may write its history there still.
    with tempfile.TemporaryDirectory(prefix="infra-shell-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        prepare(folder)
        try:
            try_shell(folder, infra, shell)
        except AssertionError as wrong:
            print(wrong)
            return 1
    print(f"{shell} completes {len(LINES)} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
