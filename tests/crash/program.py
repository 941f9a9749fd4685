"""Runs the real `infra`, to its end or to a SIGKILL."""

import json
import subprocess
import time


class Program:
    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.log = []  # the last outputs, for the report of a failure

    def command(self, name, *arguments):
        return [self.binary, *name.split(), self.folder, "--no-color", *arguments]

    def run(self, name, *arguments, limit=300):
        """Exit code, output, seconds."""
        start = time.monotonic()
        done = subprocess.run(self.command(name, *arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=limit, check=False)
        seconds = time.monotonic() - start
        text = done.stdout.decode(errors="replace")
        self.remember(f"$ infra {name} {' '.join(arguments)}  # exit {done.returncode}, {seconds:.2f} s\n{text}")
        return done.returncode, text, seconds

    def run_and_kill(self, name, *arguments, after):
        """None if it was killed, else its exit code; and its output."""
        with subprocess.Popen(self.command(name, *arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:
            try:
                out, _ = process.communicate(timeout=after)
                killed = False
            except subprocess.TimeoutExpired:
                process.kill()
                out, _ = process.communicate()
                killed = process.returncode == -9
        text = out.decode(errors="replace")
        how = "killed" if killed else f"exit {process.returncode}"
        self.remember(f"$ infra {name} {' '.join(arguments)}  # {how} after {after:.3f} s\n{text}")
        return (None if killed else process.returncode), text

    def state(self):
        code, text, _ = self.run("show state", "--json")
        if code != 0:
            raise AssertionError("`infra show state` failed")
        return json.loads(text)

    def remember(self, text):
        self.log = self.log[-7:] + [text]


class Durations:
    """How long a run takes: a start and so much for each step, learned from the runs that reached their end."""

    def __init__(self):
        self.start = {}
        self.step = {}

    def learn(self, name, steps, seconds):
        if steps == 0:
            self.start[name] = seconds
            return
        each = max(0.0, seconds - self.start.get(name, 0.0)) / steps
        self.step[name] = each if name not in self.step else 0.7 * self.step[name] + 0.3 * each

    def expect(self, name, steps):
        return self.start.get(name, 0.1) + self.step.get(name, 0.05) * steps
