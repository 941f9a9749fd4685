#!/usr/bin/env python3
"""Three machines, and what may be with one of them: it is drained and doesn't answer, its engine is slow or answers with
garbage, its disk is full, it dies while it pulls. The others go on, and it is said which one it is.

  tests/fleet/node_faults.py --infra build/dev/infra [--only STEP,STEP] [--long]
"""
import os
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import slow_registry  # noqa: E402
from machines import ROOT, Fleet, run, wait_for  # noqa: E402
from steps import expect, fail, play, say  # noqa: E402

TASK = """
task NAME {
  memory = MEMORY
  MORE
  container main { image = "IMAGE"; env = { REV: "${rev}" }; stop_timeout = 1s; MOUNTS }
}
service NAME { cluster = core; task = NAME; SETTINGS }
"""


def service(name, settings, memory="16MiB", image="testapp:1", more="", mounts=""):
    out = TASK
    for key, value in (("NAME", name), ("MEMORY", memory), ("IMAGE", image), ("MORE", more), ("MOUNTS", mounts),
                       ("SETTINGS", settings)):
        out = out.replace(key, value)
    return out


class World:
    def __init__(self, infra, folder):
        self.infra = os.path.abspath(infra)
        self.fleet = Fleet(folder, ["a", "b", "c"], options=["--insecure-registry", slow_registry.PLACE])
        self.machines = self.fleet.machines
        self.folder = folder
        self.stack = folder / "shop"
        self.stack.mkdir()
        self.rev = 1
        small_disk = self.machines[1].folder / "data"
        small_disk.mkdir()
        run("mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", small_disk)
        self.fleet.start()
        app = self.fleet.load_testapp(self.stack)
        self.registry = slow_registry.SlowRegistry(app.read_bytes())

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


class Proxy:
    """Something in front of a machine's engine that may answer late, or with garbage."""

    def __init__(self, machine):
        self.machine, self.rule = machine, machine.folder / "rule"
        machine.socket = machine.folder / "proxy"
        self.process = subprocess.Popen([ROOT / "tests/cli/bin/garbling-proxy", machine.socket, f"{machine.folder}/s", self.rule],
                                        stdin=subprocess.DEVNULL)
        wait_for("a proxy", 10, machine.socket.exists)

    def __enter__(self):
        return self

    def says(self, rule):
        self.rule.write_text(rule)

    def is_itself(self):
        self.rule.unlink(missing_ok=True)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.machine.socket.unlink()
        self.machine.socket = None


LABELS = 'labels = { name: "NAME" }'
THREE = (service("all", 'desired = 3; place { spread = "node" }')
         + "".join(service(f"on_{n}", f'desired = 1; place {{ where = {{ name: "{n}" }} }}') for n in "abc"))


def order_of(said, *texts):
    """Where in what was said each of these begins; it must."""
    must_say(said, *texts)
    return [said.said.index(text) for text in texts]


def a_node_is_slow(world):
    """What the others have to do is done when they have done it."""
    with Proxy(world.machines[2]) as proxy:
        world.declare(THREE, nodes=LABELS)
        world.apply()
        world.rev += 1
        world.apply()
        proxy.says(". late-1")
        world.rev += 1
        applied = world.apply()
        on_a, on_b, on_c = order_of(applied, "✓ service.on_a", "✓ service.on_b", "service.on_c: 1 of 1 new")
        if max(on_a, on_b) > on_c:
            fail(f"the slow node held up the others:\n{applied.said}")
        world.up_to_date()
        proxy.is_itself()


def a_node_answers_with_garbage(world):
    """It is named with what it said; nothing of it is concluded, and the others go on."""
    with Proxy(world.machines[2]) as proxy:
        world.declare(service("all", 'desired = 3; place { spread = "node" }'))
        world.apply()
        world.rev += 1
        before = world.copies("all")["c"]
        for kind in ("page", "cut", "other"):
            proxy.says(f"GET.*/containers/json {kind}")
            plan = world.plan()
            expect("the plan's exit code", plan.returncode, 2)
            must_say(plan, "node c of fleet doesn't answer (E0615", "can't be understood", "tasks run on other nodes meanwhile")
        world.apply()
        expect("copies on a and b", sum(world.counts("all")[:2]), 3)
        expect("copies on c", world.copies("all")["c"], before)
        proxy.is_itself()
        world.apply()
        expect("copies", sum(world.counts("all")), 3)
        world.up_to_date()


class Full:
    """A machine whose disk has only so many bytes left."""

    def __init__(self, machine, left):
        self.filler = machine.folder / "data" / "filler"
        free = os.statvfs(self.filler.parent)
        with open(self.filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(free.f_bavail * free.f_frsize - left, 4096))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.filler.unlink()


def declare_web(world, image, more=""):
    world.declare(service("web", 'desired = 3; place { spread = "node" }', image=image) + more)


def a_disk_is_full(world):
    """First an image finds no room on one node, then not even a container does: nothing of the service is touched."""
    full, other = world.machines[1], service("other", 'desired = 3; place { spread = "node" }')
    declare_web(world, world.registry.add("small", 1 << 10), other)
    world.apply()
    before = world.copies("web")
    declare_web(world, world.registry.add("big", 24 << 20), other)
    world.rev += 1
    with Full(full, 8 << 20):
        applied = world.apply(check=False)
        expect("the exit code", applied.returncode, 1)
        must_say(applied, "E0610: the disk of node `b` has no room for the image", "no space left on device",
                 "of which nothing was touched", "make room", "✓ service.other")
        expect("the copies of web", world.copies("web"), before)
    world.apply()
    world.up_to_date()
    before = {name: world.copies(name)["b"] for name in ("web", "other")}
    world.rev += 1
    with Full(full, 0):
        applied = world.apply(check=False)
        expect("the exit code", applied.returncode, 1)
        must_say(applied, "service.web failed and was rolled back", "the engine of node `b` refused to create the container",
                 "no space left on device")
        expect("the copies on b", {name: world.copies(name)["b"] for name in before}, before)
        expect("copies", [sum(world.counts(name)) for name in before], [3, 3])
    world.apply()
    world.up_to_date()


class Rollout:
    """An apply that is pulling an image on all machines."""

    def __init__(self, world):
        world.registry.rate = 1 << 20
        self.process = subprocess.Popen([world.infra, "apply", "-y", world.stack, "--set", f"rev={world.rev}"],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        wait_for("pulls by all", 60, lambda: len(world.registry.pulling) == 3)

    def end(self):
        began = time.monotonic()
        self.said = self.process.communicate(timeout=300)[0]
        self.returncode, self.took = self.process.returncode, time.monotonic() - began
        say(f"the rollout ended with {self.returncode} after {self.took:.1f} s")
        return self


def interrupted_while_all_pull(world):
    declare_web(world, world.registry.add("first", 1 << 10))
    world.apply()
    before = world.copies("web")
    declare_web(world, world.registry.add("second", 16 << 20))
    rollout = Rollout(world)
    rollout.process.send_signal(signal.SIGINT)
    rollout.end()
    expect("the exit code", rollout.returncode, 130)
    must_say(rollout, "stopping: nothing new begins", "1 not begun")
    if rollout.took > 10:
        fail("the pulls were waited for")
    expect("the copies of web", world.copies("web"), before)
    world.registry.rate = None
    world.apply()
    world.up_to_date()


def a_node_dies_while_it_pulls(world):
    """The others are done with the pull soon, and the dead one is named within a minute."""
    declare_web(world, world.registry.add("third", 16 << 20))
    rollout = Rollout(world)
    dead = world.machines[2]
    dead.die()
    say("machine c is dead")
    world.registry.rate = None
    rollout.end()
    print(rollout.said)
    dead.come_back()
    world.apply()
    expect("copies", sum(world.counts("web")), 3)
    world.up_to_date()


STEPS = (a_node_is_drained, a_silent_node_is_drained, a_node_is_slow, a_node_answers_with_garbage, a_disk_is_full,
         interrupted_while_all_pull)
LONG = (a_node_dies_while_it_pulls,)


if __name__ == "__main__":
    play(__file__, World, STEPS, ["g++"], LONG)
