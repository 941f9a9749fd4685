#!/usr/bin/env python3
"""The watch loop against a generator of commits: good ones, bad ones, hostile ones, while its world and its remote misbehave.

Good commits must all be applied, and memory, file descriptors and disk stay flat. A short run is one of the tests; the long
one: tests/watch/watch_soak.py --infra build/release/infra --seconds 3600
"""

import argparse
import collections
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

BOMB = "simulator sim { }\n" + "let a0 = \"xxxxxxxxxx\"\n" + "".join(
    f'let a{i} = "${{a{i - 1}}}${{a{i - 1}}}"\n' for i in range(1, 61)) + "output x = a60\n"


def git(folder, *words, text=None):
    return subprocess.run(["git", "-C", folder, *words], input=text, check=True, capture_output=True, text=text is None
                          or isinstance(text, str)).stdout


class Repository:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder)
        git(folder, "init", "-q", "-b", "main")
        git(folder, "config", "user.email", "ada@example.org")
        git(folder, "config", "user.name", "Ada")

    def commit(self, files, message):
        for path, text in files.items():
            full = os.path.join(self.folder, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as out:
                out.write(text if isinstance(text, bytes) else text.encode())
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", message)
        return git(self.folder, "rev-parse", "HEAD").strip()

    def commit_tree(self, entries, message):
        """A tree that git's own commands refuse to make: (mode, name, object) in raw bytes."""
        raw = b"".join(mode + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
        done = subprocess.run(["git", "-C", self.folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin"],
                              input=raw, check=True, capture_output=True)
        tree = done.stdout.decode().strip()
        head = git(self.folder, "rev-parse", "HEAD").strip()
        commit = git(self.folder, "commit-tree", tree, "-p", head, "-m", message).strip()
        git(self.folder, "update-ref", "refs/heads/main", commit)
        return commit

    def blob(self, data):
        done = subprocess.run(["git", "-C", self.folder, "hash-object", "-w", "--stdin"], input=data, check=True,
                              capture_output=True)
        return done.stdout.decode().strip()

    def back_to(self, commit):
        git(self.folder, "reset", "-q", "--hard", commit)


class Soak:
    def __init__(self, options):
        self.options = options
        self.dice = random.Random(options.seed)
        self.folder = tempfile.mkdtemp(prefix="infra-soak-")
        self.repository = Repository(os.path.join(self.folder, "shop"))
        self.world = os.path.join(self.folder, "world")
        self.home = os.path.join(self.folder, "home")
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.count = 0
        self.applied = 0
        self.samples = []
        self.kinds = collections.Counter()
        self.slowest = 0.0
        self.good = None

    def stack(self, tag, extra="", simulator=""):
        return (f'stack "shop"\nsimulator sim {{ file = "{self.world}"; {simulator} }}\nplatform = sim\ncluster core {{ }}\n'
                f'task web {{ network = none\n container main {{ image = "web:{tag}" }} }}\n'
                f"service web {{ cluster = core; task = web; desired = 2 }}\n{extra}")

    def start(self):
        self.process = subprocess.Popen(
            [self.options.infra, "watch", "file://" + self.repository.folder, "--path", "deploy", "--state",
             os.path.join(self.home, "state.db"), "--interval", "300ms"], stdout=self.log, stderr=subprocess.STDOUT)

    def images(self):
        with contextlib.suppress(sqlite3.Error):
            with contextlib.closing(sqlite3.connect(f"file:{self.world}?mode=rw", uri=True)) as world:
                return [row[0] for row in world.execute("SELECT inputs FROM object WHERE type = 'task'")]
        return []

    def runs(self, tag):
        images = self.images()
        return len(images) == 2 and all(f"web:{tag}\"" in text or f"web:{tag}\\" in text for text in images)

    def progress(self):
        """What grows while the loop does anything: what it says, and the processor time of it and its children."""
        self.log.flush()
        ticks = 0
        for pid in [str(self.process.pid), *self.children()]:
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
                ticks += sum(int(field) for field in stat.read().rpartition(")")[2].split()[11:15])
        return os.path.getsize(self.log.name), ticks

    def wait_for(self, tag):
        """Until that commit runs. A busy machine makes the loop slow, so a minute counts from the last thing it did."""
        begun = last = looked = time.monotonic()
        seen = self.progress()
        while not self.runs(tag):
            if self.process.poll() is not None:
                self.fail(f"the loop ended with {self.process.returncode}")
            now = time.monotonic()
            if now - last > 60:
                self.fail(f"the good commit web:{tag} wasn't applied, and the loop has done nothing for a minute")
            if now - begun > 600:
                self.fail(f"the good commit web:{tag} wasn't applied within ten minutes, though the loop is at work")
            if now - looked > 1:
                # An idle loop uses a tick now and then for its polls: that isn't progress.
                looked, done = now, self.progress()
                if done[0] != seen[0] or done[1] > seen[1] + 20:
                    last, seen = now, done
            time.sleep(0.05)
        self.slowest = max(self.slowest, time.monotonic() - begun)

    def children(self):
        return subprocess.run(["pgrep", "-P", str(self.process.pid)], check=False, capture_output=True,
                              text=True).stdout.split()

    def state_of_processes(self):
        """What the loop and its children wait for: what to look at where a commit wasn't applied."""
        out = []
        for pid in [str(self.process.pid), *self.children()]:
            with contextlib.suppress(OSError):
                for task in sorted(os.listdir(f"/proc/{pid}/task")):
                    with open(f"/proc/{pid}/task/{task}/stat", encoding="utf-8", errors="replace") as stat:
                        state = stat.read().rpartition(")")[2].split()
                    with open(f"/proc/{pid}/task/{task}/wchan", encoding="utf-8") as wchan:
                        out.append(f"process {pid} thread {task}: {state[0]} in {wchan.read() or '?'}, "
                                   f"{int(state[11]) + int(state[12])} ticks")
        return "\n".join(out)

    def good_commit(self):
        self.count += 1
        self.good = self.repository.commit({"deploy/main.infra": self.stack(self.count)}, f"good {self.count}")
        self.wait_for(self.count)
        self.applied += 1

    # What must end nothing, change nothing and be forgotten by the next good commit.
    def bad_syntax(self):
        self.repository.commit({"deploy/main.infra": "service web {{{"}, "bad: syntax")

    def bad_bomb(self):
        self.repository.commit({"deploy/main.infra": BOMB}, "bad: a bomb")

    def bad_depth(self):
        self.repository.commit({"deploy/main.infra": "let a = " + "not " * 30000 + "true\n"}, "bad: depth")

    def bad_bytes(self):
        self.repository.commit({"deploy/main.infra": self.dice.randbytes(20000)}, "bad: bytes")

    def bad_large(self):
        self.repository.commit({"deploy/main.infra": "// " + "x" * 3_000_000 + "\n"}, "bad: large")

    def bad_empty(self):
        self.repository.commit({"deploy/main.infra": 'stack "shop"\n'}, "bad: everything goes")

    def bad_module(self):
        self.repository.commit({"deploy/main.infra": self.stack(self.count) + 'module m { from = "git::http://127.0.0.1:1/x?'
                                'ref=0123456789012345678901234567890123456789" }\n'}, "bad: module")

    def bad_message(self):
        self.repository.commit({"deploy/main.infra": "x"}, "bad: \x1b[31m\u202e" + "y" * 5000)

    def bad_tree(self):
        blob = self.repository.blob(b"x")
        names = [b"..", b".", b".git", b"git~1", b"a\\b", b"x" * 5000, b"\xff\xfe", b"main.infra"]
        # What says that it is a folder is one: a tree that git itself can't pack couldn't be fetched from any server.
        folder = git(self.repository.folder, "rev-parse", "HEAD^{tree}").strip()
        modes = [self.dice.choice([b"100644", b"120000", b"160000", b"40000"]) for _ in range(4)]
        entries = [(mode, name, folder if mode == b"40000" else blob)
                   for mode, name in zip(modes, self.dice.sample(names, 4))]
        inner = subprocess.run(["git", "-C", self.repository.folder, "hash-object", "-t", "tree", "-w", "--literally",
                                "--stdin"], check=True, capture_output=True,
                               input=b"".join(m + b" " + n + b"\0" + bytes.fromhex(o) for m, n, o in entries))
        self.repository.commit_tree([(b"40000", b"deploy", inner.stdout.decode().strip())], "bad: tree")
        time.sleep(0.5)
        self.repository.back_to(self.good)
        # The loop has followed that commit, and what comes next must come after it.
        git(self.repository.folder, "reset", "-q", "--soft", "main@{1}")

    def bad_history(self):
        head = git(self.repository.folder, "rev-parse", "HEAD").strip()
        # The branch alone: a hostile tree before it couldn't be checked out.
        git(self.repository.folder, "update-ref", "refs/heads/main", "HEAD~1" if self.count > 1 else head)
        time.sleep(0.5)
        git(self.repository.folder, "update-ref", "refs/heads/main", head)

    def remote_gone(self):
        away = self.repository.folder + ".away"
        os.rename(self.repository.folder, away)
        time.sleep(0.7)
        os.rename(away, self.repository.folder)

    def copy_damaged(self):
        pack = os.path.join(self.home, "repository.git", "objects")
        for root, _, files in os.walk(pack):
            for name in files[:2]:
                path = os.path.join(root, name)
                with contextlib.suppress(OSError):
                    os.chmod(path, 0o600)
                    with open(path, "r+b") as file:
                        file.write(b"rubbish")

    def world_fails(self):
        self.repository.commit({"deploy/main.infra": self.stack(self.count + 1, simulator="failure = 60%")}, "bad: world")
        time.sleep(0.7)

    def drift(self):
        with contextlib.suppress(sqlite3.Error):
            with contextlib.closing(sqlite3.connect(f"file:{self.world}?mode=rw", uri=True, timeout=5)) as world, world:
                world.execute("DELETE FROM object WHERE rowid = (SELECT min(rowid) FROM object WHERE type = 'task')")

    def step(self):
        trouble = self.dice.choice([self.bad_syntax, self.bad_bomb, self.bad_depth, self.bad_bytes, self.bad_large,
                                    self.bad_empty, self.bad_module, self.bad_message, self.bad_tree, self.bad_history,
                                    self.remote_gone, self.copy_damaged, self.world_fails, self.drift])
        trouble()
        self.kinds[trouble.__name__] += 1
        if self.dice.random() < 0.5:
            time.sleep(self.dice.uniform(0, 1))
        self.good_commit()
        self.sample()

    def sample(self):
        pid = self.process.pid
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        children = self.children()
        disk = sum(os.path.getsize(os.path.join(root, name)) for root, _, names in os.walk(self.home) for name in names
                   if os.path.exists(os.path.join(root, name)))
        self.samples.append((memory, descriptors, len(children), disk))

    def fail(self, why):
        self.log.flush()
        with open(self.log.name, "rb") as log:
            tail = log.read()[-6000:].decode(errors="replace")
        print(f"{tail}\n{self.state_of_processes()}\nFAILED: {why}\nseed {self.options.seed}, after {self.applied} good "
              f"commits; troubles: {dict(self.kinds)}", flush=True)
        self.end()
        sys.exit(1)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
        if not self.options.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def judge(self):
        """The second half must need no more than the first, but for what a longer history needs."""
        half = len(self.samples) // 2
        for name, column, slack in (("memory (KiB)", 0, 1.25), ("file descriptors", 1, 1.0), ("processes", 2, 1.0)):
            first = max(sample[column] for sample in self.samples[:half])
            second = max(sample[column] for sample in self.samples[half:])
            print(f"{name}: {self.samples[0][column]} at the beginning, {self.samples[-1][column]} at the end; at most {first} "
                  f"in the first half, {second} in the second")
            if second > first * slack + (1 if column else 4096):
                self.fail(f"{name} grew from {first} to {second}")
        per_commit = (self.samples[-1][3] - self.samples[half][3]) / max(1, len(self.samples) - half)
        print(f"disk (bytes): {self.samples[0][3]} at the beginning, {self.samples[-1][3]} at the end, "
              f"{per_commit:.0f} more for each commit of the second half")
        print(f"troubles: {', '.join(f'{name} {count}' for name, count in sorted(self.kinds.items()))}; "
              f"the slowest good commit took {self.slowest:.1f} s")

    def run(self):
        self.good_commit_without_waiting = self.repository.commit({"deploy/main.infra": self.stack(0)}, "good 0")
        self.good = self.good_commit_without_waiting
        self.start()
        self.wait_for(0)
        until = time.monotonic() + self.options.seconds
        while time.monotonic() < until or len(self.samples) < 4:
            self.step()
        self.judge()
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=30) != 0:
            self.fail(f"SIGTERM ended the loop with {self.process.returncode}")
        print(f"{self.applied} good commits, all applied; SIGTERM took {time.monotonic() - begun:.1f} s; "
              f"seed {self.options.seed}")
        self.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--infra", required=True)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--keep", action="store_true")
    Soak(parser.parse_args()).run()


if __name__ == "__main__":
    main()
