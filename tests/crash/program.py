"""Runs the real `infra`, to its end or to a SIGKILL."""

import json
import os
import select
import subprocess
import time


class Program:
    def __init__(self, binary, folder, state=None):
        self.binary = binary
        self.folder = folder
        self.environment = dict(os.environ, **({"INFRA_STATE": state} if state else {}))
        self.log = []  # the last outputs, for the report of a failure

    def command(self, name, *arguments):
        return [self.binary, *name.split(), self.folder, "--no-color", *arguments]

    def run(self, name, *arguments, limit=300, show=True):
        """Exit code, output, seconds. `show`: the output is worth standing in a failure's report."""
        start = time.monotonic()
        done = subprocess.run(self.command(name, *arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=limit, check=False, env=self.environment)
        seconds = time.monotonic() - start
        text = done.stdout.decode(errors="replace")
        if show or done.returncode != 0:
            self.remember(f"$ infra {name} {' '.join(arguments)}  # exit {done.returncode}, {seconds:.2f} s\n{text}")
        return done.returncode, text, seconds

    def run_and_kill(self, name, *arguments, moment):
        """None if it was killed, else its exit code; its output, and the seconds it took."""
        start = time.monotonic()
        with subprocess.Popen(self.command(name, *arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=self.environment) as process:
            out = moment.wait_for(process.stdout)
            process.kill()
            out += process.stdout.read()
            killed = process.wait() == -9
        seconds = time.monotonic() - start
        text = out.decode(errors="replace")
        how = f"killed {moment}" if killed else f"exit {process.returncode}"
        self.remember(f"$ infra {name} {' '.join(arguments)}  # {how}, {seconds:.3f} s\n{text}")
        return (None if killed else process.returncode), text, seconds

    def run_and_strike(self, name, *arguments, moment, strike):
        """Strikes something else while it runs: its exit code, its output, and whether it still ran then."""
        with subprocess.Popen(self.command(name, *arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=self.environment) as process:
            out = moment.wait_for(process.stdout)
            struck = process.poll() is None
            strike()
            out += process.stdout.read()
            code = process.wait()
        text = out.decode(errors="replace")
        self.remember(f"$ infra {name} {' '.join(arguments)}  # struck {moment}, exit {code}\n{text}")
        return code, text, struck

    def state(self):
        code, text, _ = self.run("show state", "--json", show=False)
        if code != 0:
            raise AssertionError("`infra show state` failed")
        return json.loads(text)

    def remember(self, text):
        self.log = self.log[-7:] + [text]


class Moment:
    """After so many seconds, or so many seconds after so many lines of output, whichever is given. On a busy machine the
    lines say better than the clock how far a run has come."""

    def __init__(self, seconds, lines=0):
        self.seconds = seconds
        self.lines = lines

    def __str__(self):
        return f"{self.seconds:.3f} s after line {self.lines}" if self.lines else f"after {self.seconds:.3f} s"

    def wait_for(self, stream):
        """Reads until the moment or the end of the stream; what was read."""
        out = b""
        until = None if self.lines else time.monotonic() + self.seconds
        while True:
            left = None if until is None else max(0.0, until - time.monotonic())
            ready, _, _ = select.select([stream], [], [], left)
            if not ready:
                return out
            data = os.read(stream.fileno(), 65536)
            if not data:
                return out
            out += data
            if until is None and out.count(b"\n") >= self.lines:
                until = time.monotonic() + self.seconds


class Extent:
    """How long a run is, in seconds or in lines: a start and so much for each step, learned from runs that reached their
    end."""

    def __init__(self):
        self.start = {}
        self.step = {}

    def learn(self, name, steps, amount):
        if steps == 0:
            self.start[name] = amount
            return
        each = max(0.0, amount - self.start.get(name, 0.0)) / steps
        self.step[name] = each if name not in self.step else 0.5 * self.step[name] + 0.5 * each

    def expect(self, name, steps):
        return self.start.get(name, 0.0) + self.step.get(name, 0.0) * steps
