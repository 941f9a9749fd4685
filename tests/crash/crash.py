#!/usr/bin/env python3
"""kill -9 at a random moment of an apply or destroy, then run it again: it must converge, with an empty plan after it, no
orphan and no duplicate. Then the stack changes, and so on.

    tests/crash/crash.py --infra build/release/infra --rounds 200        half on the simulator, half on a real engine
    tests/crash/crash.py --infra build/release/infra --platform engine --rounds 20 --seed 7
    tests/crash/crash.py --infra build/release/infra --platform simulator --state postgres                infra is killed
    tests/crash/crash.py --infra build/release/infra --platform simulator --state postgres --victim server    the server is
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time

from postgres import Missing, Postgres
from program import Extent, Moment, Program
from stack import Stack, steps_between
from worlds import Unavailable, open_world

SKIP = 77  # CTest's "skipped"


class Crash:
    """The rounds on one platform."""

    def __init__(self, world, program, dice, server=None, away=0.0):
        self.server = server  # that is killed instead of infra
        self.away = away  # for how long at most
        self.world = world
        self.program = program
        self.dice = dice
        small = world.name == "engine"
        self.stack = Stack(dice, world.nodes, most_services=4 if small else 8, most_copies=2 if small else 4)
        self.standing = {}  # the objects that exist, before the next command
        self.seconds = Extent()
        self.lines = Extent()
        self.kills = self.late = self.dangling = self.adopted = self.waited = self.refused = self.rescued = 0
        self.moments = [0] * 10  # kills by tenths of the run's expected time

    def calibrate(self):
        """A whole run of each kind, so that the kills can cover it from its start to its end."""
        self.write()
        for command in ("apply", "destroy"):
            goal = self.stack.objects() if command == "apply" else {}
            steps = steps_between(self.standing, goal)
            first = self.must(command, "-y")
            self.standing = goal
            self.verify(command)
            self.learn(command, 0, *self.must(command, "-y"))
            self.learn(command, steps, *first)

    def write(self):
        with open(os.path.join(self.program.folder, "main.infra"), "w", encoding="utf-8") as file:
            file.write(self.stack.text(self.world.declaration()))

    def must(self, command, *arguments):
        code, text, seconds = self.program.run(command, *arguments)
        assert code == 0, f"`infra {command}` ended with {code}"
        self.adopted += text.count("adopted")
        self.rescued += text.count("took in")
        return text, seconds

    def learn(self, command, steps, text, seconds):
        self.seconds.learn(command, steps, seconds)
        self.lines.learn(command, steps, text.count("\n"))

    def round(self):
        """One kill, now and then two: a run that ended before its kill is no round."""
        for _ in range(10):
            if self.attempt():
                return
        raise AssertionError("ten runs in a row ended before they were killed")

    def attempt(self):
        command = "destroy" if self.standing and self.dice.random() < 0.2 else "apply"
        if command == "apply":
            self.stack.mutate()
            self.write()
        goal = self.stack.objects() if command == "apply" else {}
        steps = steps_between(self.standing, goal)
        killed = False
        for _ in range(2 if self.dice.random() < 0.25 else 1):
            killed = self.kill(command, steps) or killed
        self.must(command, "-y")
        self.standing = goal
        self.verify(command)
        return killed

    def kill(self, command, steps):
        when = self.dice.random()
        by_lines = self.dice.random() < 0.5
        lines = int(when * self.lines.expect(command, steps)) if by_lines else 0
        pause = self.dice.random() * 0.1 if lines else when * self.seconds.expect(command, steps)
        if self.server:
            return self.kill_server(command, Moment(pause, lines), when)
        code, text, seconds = self.program.run_and_kill(command, "-y", moment=Moment(pause, lines))
        self.adopted += text.count("adopted")
        if code is not None:
            assert code == 0, f"`infra {command}` ended with {code} before it could be killed"
            if steps:
                self.learn(command, steps, text, seconds)
            self.late += 1
            return False
        self.kills += 1
        self.moments[int(when * 10)] += 1
        self.dangling += 1 if self.program.state()["intents"] else 0
        return True

    def kill_server(self, command, moment, when):
        """A run that has begun waits for the server and ends well; one that only begins says that it isn't there."""
        away = self.dice.random() * self.away

        def strike():
            self.server.kill()
            time.sleep(away)
            self.server.start()

        code, text, struck = self.program.run_and_strike(command, "-y", moment=moment, strike=strike)
        self.adopted += text.count("adopted")
        assert code == 0 or "E0511" in text, f"`infra {command}` ended with {code} when its state's server was killed"
        if not struck:
            self.late += 1
            return False
        self.kills += 1
        self.moments[int(when * 10)] += 1
        self.waited += 1 if "answers again" in text else 0
        self.refused += 1 if code != 0 else 0
        return True

    def verify(self, command):
        wanted = self.stack.counts() if command == "apply" else {"task": 0, "network": 0}
        wanted["job_run"] = 0
        objects = self.world.objects()
        for kind, count in wanted.items():
            there = [address for k, address, _ in objects if k == kind]
            assert len(there) == count, f"{len(there)} of type {kind} exist, {count} are wanted: {there}"
        addresses = [address for _, address, _ in objects]
        assert len(set(addresses)) == len(addresses), f"duplicates: {addresses}"
        state = self.program.state()
        recorded = sorted((r["type"], r["address"], r["id"]) for r in state["resources"] if r["type"] not in ("task_set", "delete_hook"))
        assert recorded == objects, f"recorded {recorded}\nbut existing {objects}"
        assert not state["intents"], f"intents are left: {state['intents']}"
        if command == "apply":
            code, _, _ = self.program.run("plan", "--detailed-exitcode")
            assert code == 0, f"a second plan isn't empty (exit {code})"

    def report(self):
        moments = " ".join(str(n) for n in self.moments)
        if self.server:
            return (f"the server was killed {self.kills} times ({moments} by tenths of the run), {self.waited} runs waited for "
                    f"it, {self.refused} ended with E0511, {self.rescued} rescue files were taken in, {self.late} ended before")
        return (f"{self.kills} kills ({moments} by tenths of the run), {self.dangling} of them in the middle of an outside "
                f"change, {self.adopted} objects adopted, {self.late} runs ended before their kill")


def crash(platform, options):
    folder = tempfile.mkdtemp(prefix="infra-crash-")
    seed = f"{options.seed}/{platform}"
    server = None
    try:
        server = Postgres(folder) if options.state == "postgres" else None
        world = open_world(platform, folder)
    except (Unavailable, Missing) as reason:
        if server:
            server.close()
        shutil.rmtree(folder, ignore_errors=True)
        print(f"SKIPPED crash on {platform}: {reason}", flush=True)
        return SKIP
    stack = os.path.join(folder, "stack")
    os.mkdir(stack)
    program = Program(os.path.abspath(options.infra), stack, server.url(f"&patience={options.patience}") if server else None)
    test = Crash(world, program, random.Random(seed), server if options.victim == "server" else None, options.away)
    rounds = options.rounds
    number = 0
    print(f"crash on {platform}: {rounds} rounds, --seed {options.seed}", flush=True)
    try:
        test.calibrate()
        for number in range(1, rounds + 1):
            test.round()
            if options.verbose or number % 10 == 0:
                print(f"  {number}/{rounds}: {test.report()}", flush=True)
    except AssertionError as broken:
        print(f"FAILED in round {number} on {platform}: {broken}", flush=True)
        print("\n".join(program.log[-1:] + ["Before that:"] + program.log[:-1]), flush=True)
        print(f"again with: --platform {platform} --state {options.state} --victim {options.victim} --rounds {rounds} "
              f"--seed {options.seed}; the stack is kept in {stack}")
        return 1
    finally:
        world.close()
        if server:
            server.close()
    shutil.rmtree(folder, ignore_errors=True)
    print(f"passed on {platform}: {test.report()}", flush=True)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--infra", required=True, help="the program")
    parser.add_argument("--platform", choices=["simulator", "engine", "both"], default="both")
    parser.add_argument("--state", choices=["file", "postgres"], default="file")
    parser.add_argument("--victim", choices=["infra", "server"], default="infra", help="server: PostgreSQL, kill -9")
    parser.add_argument("--away", type=float, default=1.5, help="how many seconds a killed server is away at most [1.5]")
    parser.add_argument("--patience", default="5m", help="how long infra waits for it; less than --away: rescue files [5m]")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("CRASH_ROUNDS", "20")),
                        help="in all; of `both` each platform gets half")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--verbose", action="store_true", help="a line for each round")
    options = parser.parse_args()
    if options.victim == "server" and options.state != "postgres":
        parser.error("--victim server needs --state postgres")
    platforms = ["simulator", "engine"] if options.platform == "both" else [options.platform]
    options.rounds = -(-options.rounds // len(platforms))
    codes = [crash(platform, options) for platform in platforms]
    return max((code for code in codes if code != SKIP), default=SKIP)


if __name__ == "__main__":
    sys.exit(main())
