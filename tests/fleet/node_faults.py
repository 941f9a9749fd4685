#!/usr/bin/env python3
"""Three machines, and what may be with one of them: it is drained, and doesn't answer. The others go on, and it is said
which one it is.

  tests/fleet/node_faults.py --infra build/dev/infra [--only STEP,STEP]
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machines import ROOT, Fleet, enter_own_network, run  # noqa: E402

TASK = """
task NAME {
  memory = MEMORY
  MORE
  container main { image = "IMAGE"; env = { REV: "${rev}" }; stop_timeout = 1s; MOUNTS }
}
service NAME { cluster = core; task = NAME; SETTINGS }
"""


def fail(text):
    raise SystemExit(f"FAILED: {text}")


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def expect(what, found, wanted):
    if found != wanted:
        fail(f"{what}: {found}, not {wanted}")
    say(f"{what}: {found}")


def service(name, settings, memory="16MiB", image="testapp:1", more="", mounts=""):
    out = TASK
    for key, value in (("NAME", name), ("MEMORY", memory), ("IMAGE", image), ("MORE", more), ("MOUNTS", mounts),
                       ("SETTINGS", settings)):
        out = out.replace(key, value)
    return out


class World:
    def __init__(self, infra, folder):
        self.infra = os.path.abspath(infra)
        self.fleet = Fleet(folder, ["a", "b", "c"])
        self.machines = self.fleet.machines
        self.folder = folder
        self.stack = folder / "shop"
        self.stack.mkdir()
        self.rev = 1
        self.fleet.start()
        app = self.stack / "app"
        run("g++", "-O1", "-static", "-o", app, ROOT / "tests/support/app/infra_testapp.cpp")
        tar = subprocess.run(["tar", "c", "-C", self.stack, "app"], check=True, capture_output=True).stdout
        for machine in self.machines:
            subprocess.run(["docker", "-H", f"unix://{machine.folder}/s", "import", "-c", 'ENTRYPOINT ["/app"]', "-",
                            "testapp:1"], input=tar, check=True, capture_output=True)

    def declare(self, text, nodes=""):
        """`nodes`: what each node has beside its endpoint."""
        (self.stack / "shop.infra").write_text(self.fleet.declaration(nodes) + "param rev: Int = 1\ncluster core { }\n" + text)

    def command(self, *words, check=True):
        began = time.monotonic()
        done = run(self.infra, *words, "--set", f"rev={self.rev}", check=check)
        say(f"{words[0]} ended with {done.returncode} after {time.monotonic() - began:.1f} s")
        done.said = done.stdout + done.stderr
        return done

    def apply(self, *more, check=True):
        return self.command("apply", "-y", self.stack, *more, check=check)

    def plan(self):
        return self.command("plan", "--detailed-exitcode", self.stack, check=False)

    def up_to_date(self):
        plan = self.plan()
        if plan.returncode != 0:
            print(plan.said)
        expect("a second plan's exit code", plan.returncode, 0)

    def copies(self, name):
        """The ids of the containers of a service that run, on each machine that answers."""
        return {m.name: sorted(m.running(f"shop-{name}-")) for m in self.machines}

    def counts(self, name):
        return [len(ids) for ids in self.copies(name).values()]


def must_say(done, *texts):
    for text in texts:
        if text not in done.said:
            fail(f"nothing is said of {text}:\n{done.said}")


class Counting(threading.Thread):
    """The least copies of a service that ran at a time."""

    def __init__(self, world, name):
        super().__init__(daemon=True)
        self.world, self.name, self.ended, self.least, self.looks = world, name, threading.Event(), 1000, 0
        self.start()

    def run(self):
        while not self.ended.is_set():
            # The machines aren't asked at one moment: a copy that has moved meanwhile may be missed once, not twice.
            self.least = min(self.least, max(sum(self.world.counts(self.name)) for _ in range(2)))
            self.looks += 1

    def end(self):
        self.ended.set()
        self.join()
        return self.least


DRAINED = (service("api", 'desired = 5; place { spread = "node" }', memory="40MiB")
           + service("big", 'desired = 2; place { spread = "node" }', memory="90MiB")
           + service("db", "desired = 1; deploy { min = 0%; max = 100% }", more='volume data { name = "shop-db" }',
                     mounts='mounts = { data: "/data" }')
           + service("agent", "daemon = true", memory="10MiB"))


def all_counts(world):
    return {name: world.counts(name) for name in ("api", "big", "db", "agent")}


def a_node_is_drained(world):
    """What fits elsewhere moves, start-first; the task of a volume and what finds no memory stay; a daemon's copy goes."""
    world.declare(DRAINED, nodes="memory = 200MiB")
    world.apply()
    home = next(m for m in world.machines if m.running("shop-db-"))
    say(f"db and its volume are on {home.name}")
    before = world.copies("api")
    counting = Counting(world, "api")
    drained = world.command("drain", home.name, "--dir", world.stack, "-y")
    expect("the least copies of api that ran at a time", counting.end(), 5)
    must_say(drained, "1 of 5 tasks will be replaced; at least 5", f"is on node {home.name}, which is drained",
             f"service.db/0 on node {home.name} can't leave its drained node and stays",
             f"on node {home.name} can't leave its drained node and stays: node", "20MiB of memory free, 40MiB needed")
    there, others = lambda name: len(home.running(f"shop-{name}-")), [m for m in world.machines if m is not home]
    expect("what stays", {name: there(name) for name in all_counts(world)}, {"api": 1, "big": 0, "db": 1, "agent": 0})
    expect("api elsewhere", [len(m.running("shop-api-")) for m in others], [2, 2])
    for machine in others:
        expect(f"copies that have left {machine.name}", set(before[machine.name]) - set(machine.running("shop-api-")), set())
    world.up_to_date()
    before = {name: world.copies(name) for name in ("api", "big", "db")}
    world.command("undrain", home.name, "--dir", world.stack, "-y")
    expect("the copies that have stayed where they are", {name: world.copies(name) for name in before}, before)
    expect("agent", world.counts("agent"), [1, 1, 1])
    world.up_to_date()


def a_silent_node_is_drained(world):
    """Its copies are made anew on the others as far as there is room, once; when it answers they are gone from it."""
    world.declare(DRAINED, nodes="memory = 200MiB")
    world.apply()
    home = next(m for m in world.machines if m.running("shop-db-"))
    run("ip", "link", "set", f"v-{home.name}", "down")
    drained = world.command("drain", home.name, "--dir", world.stack, "-y")
    must_say(drained, f"node {home.name} of fleet doesn't answer", "no node has room for 1 of 1 task of service.db")
    ran = all_counts(world)
    world.up_to_date()  # what finds no room is no change
    run("ip", "link", "set", f"v-{home.name}", "up")
    expect("what runs", all_counts(world), ran)
    world.apply()
    expect("copies of api", sum(world.counts("api")), 5)
    expect("copies of agent", sum(world.counts("agent")), 2)
    expect("copies of db", world.counts("db"), ran["db"])
    world.up_to_date()
    world.command("undrain", home.name, "--dir", world.stack, "-y")
    expect("agent", world.counts("agent"), [1, 1, 1])
    world.up_to_date()


STEPS = (a_node_is_drained, a_silent_node_is_drained)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--infra", required=True)
    parser.add_argument("--only", help="names of steps, separated by commas")
    options = parser.parse_args()
    enter_own_network(os.path.abspath(__file__), ["g++"])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="infra-fleet-"))
    world = None
    try:
        world = World(options.infra, folder)
        for step in STEPS:
            if options.only and step.__name__ not in options.only.split(","):
                continue
            say(f"== {step.__name__.replace('_', ' ')}")
            step(world)
        say("all as it should be")
    except BaseException:
        if world is not None:
            print("what the engines warned of:", *(line for m in world.machines for line in m.complaints()), sep="\n", flush=True)
        raise
    finally:
        if world is not None:
            world.fleet.end()


if __name__ == "__main__":
    main()
