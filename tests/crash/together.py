#!/usr/bin/env python3
"""Several at once on one state: ten processes apply side by side, some to the same part, some to parts of their own; a
holder is killed; another is paused until its lease has ended, and then revived.

    tests/crash/together.py --infra build/release/infra                      the state in a file
    tests/crash/together.py --infra build/release/infra --state postgres     on a private PostgreSQL server
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime

from postgres import Missing, Postgres

SKIP = 77  # CTest's "skipped"
LEASE = 30  # seconds: kLeaseLife
# Who applies what: three parts with two contenders each, four with one.
PARTS = ["a", "a", "b", "b", "c", "c", "d", "e", "f", "g"]

STACK = """stack "together"
param v: Int = 0
simulator sim { delay = DELAY }
platform = sim
cluster core { }
task t { network = none; container web { image = "web:1"; env = { V: v } } }
for part in ["a", "b", "c", "d", "e", "f", "g"] { service s { cluster = core; task = t } }
"""


def must(truth, text):
    if not truth:
        raise SystemExit(f"FAILED: {text}")


class Team:
    def __init__(self, infra, folder, state):
        self.infra = infra
        self.folder = folder
        self.environment = dict(os.environ, **({"INFRA_STATE": state} if state else {}))

    def write(self, delay):
        with open(os.path.join(self.folder, "main.infra"), "w", encoding="utf-8") as file:
            file.write(STACK.replace("DELAY", delay))

    def start(self, *arguments):
        return subprocess.Popen([self.infra, *arguments], cwd=self.folder, env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def apply(self, part, value, *more):
        return self.start("apply", ".", "-y", "--json", "--target", f'service.s["{part}"]', "--set", f"v={value}", *more)

    def run(self, *arguments):
        done = self.start(*arguments)
        out, err = done.communicate(timeout=120)
        must(done.returncode == 0, f"infra {' '.join(arguments)}: {done.returncode}\n{out}{err}")
        return out

    def json_lines(self, *arguments):
        return [json.loads(line) for line in self.run(*arguments).splitlines()]

    def recorded(self):
        """What is recorded of each part: its task's value, as a plan with that value confirms."""
        found = {}
        for row in json.loads(self.run("state", "list", ".", "--json")):
            one = json.loads(self.run("state", "show", row["address"], ".", "--json"))["resources"][0]
            if one["type"] != "task":
                continue
            part = row["address"].split('"')[1]
            must(part not in found, f"{part} is recorded twice")
            (container,) = one["inputs"]["containers"].values()
            found[part] = int(container["env"]["V"])
        return found

    def must_be_true(self, values):
        """The world is what the record says: nothing to do for anybody, so nothing was lost and nothing doubled."""
        must(self.recorded() == values, f"recorded {self.recorded()}, expected {values}")
        for part, value in values.items():
            plan = json.loads(self.run("plan", ".", "--json", "--target", f'service.s["{part}"]', "--set", f"v={value}"))
            must(plan["empty"], f"{part} isn't as recorded: {plan['changes']}")


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def span(lines):
    """From the first outside change of a run to its end."""
    times = [moment(line["time"]) for line in lines if line["type"] in ("step_started", "step_done", "apply_done")]
    return min(times), max(times)


def overlap(a, b):
    return min(a[1], b[1]) - max(a[0], b[0])


def ten_at_once(team):
    team.write("400ms")
    runs = [team.apply(part, index + 1, "--lock-timeout", "60s") for index, part in enumerate(PARTS)]
    spans, values = [], {}
    outputs = [None] * len(runs)

    def wait(index):
        outputs[index] = runs[index].communicate(timeout=120)

    threads = [threading.Thread(target=wait, args=(index,)) for index in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, run in enumerate(runs):
        must(run.returncode == 0, f"process {index + 1}: {run.returncode}\n{outputs[index][0]}{outputs[index][1]}")
        spans.append(span([json.loads(line) for line in outputs[index][0].splitlines()]))
    for index, part in enumerate(PARTS):  # whoever was last has the last word
        if all(spans[other][1] <= spans[index][1] for other, p in enumerate(PARTS) if p == part):
            values[part] = index + 1
    team.must_be_true(values)

    side_by_side = 0
    for a in range(len(PARTS)):
        for b in range(a + 1, len(PARTS)):
            if PARTS[a] == PARTS[b]:
                must(overlap(spans[a], spans[b]) <= 0, f"{a + 1} and {b + 1} changed the same part at one time")
            elif overlap(spans[a], spans[b]) > 0:
                side_by_side += 1
    must(side_by_side >= 10, f"only {side_by_side} disjoint pairs overlapped in time")

    history = team.json_lines("history", ".", "--json")
    must(len(history) == len(PARTS), f"{len(history)} revisions of {len(PARTS)} runs")
    must(sorted(r["revision"] for r in history) == list(range(1, len(PARTS) + 1)), "a revision's number is missing")
    must(all(r["result"] == "succeeded" for r in history), "a revision didn't succeed")
    print(f"ten at once: each revision recorded, the last of two has the last word, {side_by_side} disjoint pairs overlapped")
    return values


def until_it_changes_something(run):
    for line in run.stdout:
        if json.loads(line)["type"] == "step_started":
            return
    raise SystemExit(f"FAILED: it ended before it began: {run.stderr.read()}")


def killed(team, values):
    team.write("2s")
    holder = team.apply("a", 100)
    until_it_changes_something(holder)
    refused = team.apply("a", 101)
    out, _ = refused.communicate(timeout=60)
    must(refused.returncode == 1 and "E0501" in out and str(holder.pid) in out, f"not refused: {out}")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    begin = time.monotonic()
    team.run("apply", ".", "-y", "--json", "--target", 'service.s["a"]', "--set", "v=102")
    values["a"] = 102
    team.must_be_true(values)
    print(f"a killed holder: the next run was done {time.monotonic() - begin:.1f} s after its death")


def paused(team, values):
    """It loses its lease while it sleeps, and what it does when it wakes up isn't recorded over the other's work."""
    team.write("2s")
    holder = team.apply("b", 200)
    until_it_changes_something(holder)
    holder.send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    team.run("apply", ".", "-y", "--json", "--target", 'service.s["b"]', "--set", "v=201", "--lock-timeout", "90s")
    waited = time.monotonic() - begin
    must(waited >= LEASE - 15, f"the lease was taken over after {waited:.1f} s already")
    before = team.recorded()
    must(before["b"] == 201, f"b is {before['b']}")
    holder.send_signal(signal.SIGCONT)
    out, err = holder.communicate(timeout=90)
    must(holder.returncode == 1 and "E0508" in out + err, f"not fenced off: {holder.returncode}\n{out}{err}")
    must(team.recorded() == before, "what was recorded has changed")
    # What it did outside before it noticed is found and put right.
    team.run("apply", ".", "-y", "--json", "--target", 'service.s["b"]', "--set", "v=201")
    values["b"] = 201
    team.must_be_true(values)
    print(f"a paused holder: overtaken after {waited:.1f} s, fenced off when it was revived")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--infra", required=True)
    arguments.add_argument("--state", choices=["file", "postgres"], default="file")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="infra-together-") as folder:
        stack = os.path.join(folder, "stack")
        os.mkdir(stack)
        server = None
        try:
            if options.state == "postgres":
                server = Postgres(folder)
            team = Team(os.path.abspath(options.infra), stack, server.url() if server else None)
            values = ten_at_once(team)
            killed(team, values)
            paused(team, values)
        except Missing as missing:
            print(f"skipped: {missing}")
            return SKIP
        finally:
            if server:
                server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
