#!/usr/bin/env python3
"""Three machines: tasks are spread and packed, a machine dies with its tasks and comes back, a daemon restarts in a rollout.

  tests/fleet/fleet.py --infra build/dev/infra
"""
import os
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machines import ROOT, Fleet, run  # noqa: E402
from steps import expect, fail, play, say  # noqa: E402

# HAProxy answers by itself: a server from Debian's packages.
APP = """global
  nbthread 1
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 1s
frontend app
  bind :8080
  http-request return status 200 content-type text/plain string "${TEXT}"
"""

STACK = """
param rev: Int = 1
cluster core { }
task api {
  memory = 32MiB
  container web { image = "app:1"; env = { TEXT: "api ${rev}" }; stop_timeout = 2s; port http { container = 8080 } }
}
load_balancer front { listener web { port = 8000 } }
service api {
  cluster = core
  task = api
  desired = 6
  place { spread = "node" }
  route { listener = front.web; to = web.http; drain = 2s }
}
task pack {
  memory = 32MiB
  container web { image = "app:1"; env = { TEXT: "pack" }; stop_timeout = 2s; port http { container = 8080 } }
}
service pack { cluster = core; task = pack; desired = 3; place { binpack = "memory" } }
"""


class World:
    def __init__(self, infra, folder):
        self.infra = os.path.abspath(infra)
        self.fleet = Fleet(folder, ["a", "b", "c"])
        self.stack = folder / "shop"
        self.stack.mkdir()
        self.rev = 1
        (self.stack / "shop.infra").write_text(self.fleet.declaration() + STACK)
        self.fleet.start()
        self.make_images(folder)

    def make_images(self, folder):
        first, *others = self.fleet.machines
        content = subprocess.run([ROOT / "tests/support/haproxy_image"], check=True, capture_output=True).stdout
        socket = f"unix://{first.folder}/s"
        subprocess.run(["docker", "-H", socket, "import", "-", "haproxy:2.8"], input=content, check=True,
                       capture_output=True)
        context = folder / "app"
        context.mkdir()
        (context / "app.cfg").write_text(APP)
        (context / "Dockerfile").write_text('FROM haproxy:2.8\nCOPY app.cfg /app.cfg\nENTRYPOINT ["haproxy", "-f", "/app.cfg"]\n')
        run("docker", "-H", socket, "build", "-q", "-t", "app:1", context, env={**os.environ, "DOCKER_BUILDKIT": "0"})
        first.docker("save", "-o", folder / "image.tar", "app:1", "haproxy:2.8")
        for machine in others:
            machine.docker("load", "-i", folder / "image.tar")

    def command(self, verb, *more, check=True):
        return run(self.infra, verb, self.stack, "--set", f"rev={self.rev}", *more, check=check)

    def apply(self, check=True):
        return self.command("apply", "-y", check=check)

    def plan(self):
        return self.command("plan", "--detailed-exitcode", check=False)

    def counts(self, service):
        return [len(m.running(f"shop-{service}-")) for m in self.fleet.machines if m.daemon.poll() is None]


def ask(machine, seconds=5):
    """What the load balancer on a machine answers."""
    return run("curl", "-s", "-w", " %{http_code}", "--max-time", seconds, f"http://{machine.address}:8000/", check=False).stdout


def answers(world, text):
    for machine in world.fleet.machines:
        if machine.daemon.poll() is None:
            said = {ask(machine) for _ in range(12)}
            expect(f"what the load balancer on {machine.name} answers", said, {f"{text} 200"})


class Asking(threading.Thread):
    """One request after the other to the load balancer of a machine: when each that failed began."""

    def __init__(self, machine):
        super().__init__(daemon=True)
        self.machine, self.ended, self.asked, self.failed = machine, threading.Event(), 0, []
        self.start()

    def run(self):
        while not self.ended.is_set():
            began = time.monotonic()
            said = ask(self.machine)
            self.asked += 1
            if not said.endswith(" 200"):
                self.failed.append((began, said))
            time.sleep(0.01)

    def end(self, since, noticed):
        """None that began `noticed` seconds after `since` may have failed."""
        self.ended.set()
        self.join()
        late = [f"{began - since:.1f} s after: {said}" for began, said in self.failed if began > since + noticed]
        say(f"{self.asked} requests, {len(self.failed)} failed, of those {len(late)} when the balancer knew")
        if late or self.asked < 100:
            fail(f"requests failed though their machine was long dead: {late}")


def placed(world):
    world.apply()
    expect("six copies, spread over three machines", world.counts("api"), [2, 2, 2])
    expect("three copies, packed", sorted(world.counts("pack")), [0, 0, 3])
    answers(world, "api 1")
    expect("a second plan's exit code", world.plan().returncode, 0)


def machine_dies(world):
    dead = world.fleet.machines[2]
    asking = Asking(world.fleet.machines[0])
    died = time.monotonic()
    dead.die()
    say("machine c is dead")
    plan = world.plan()
    print(plan.stdout + plan.stderr)
    if "c" not in plan.stdout + plan.stderr:
        fail("the plan says nothing of the dead machine")
    applied = world.apply(check=False)
    print(applied.stdout + applied.stderr)
    expect("copies on the two others", world.counts("api"), [3, 3])
    asking.end(died, noticed=5)


def machine_comes_back(world):
    world.fleet.machines[2].come_back()
    say("machine c is back")
    plan = world.plan()
    print(plan.stdout + plan.stderr)
    world.apply()
    expect("copies altogether", sum(world.counts("api")), 6)
    expect("packed copies altogether", sum(world.counts("pack")), 3)
    expect("a second plan's exit code", world.plan().returncode, 0)
    answers(world, "api 1")


def daemon_restarts_in_a_rollout(world):
    world.rev = 2
    rollout = subprocess.Popen([world.infra, "apply", "-y", world.stack, "--set", "rev=2"], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    time.sleep(1.5)
    world.fleet.machines[1].restart_daemon()
    said = rollout.communicate(timeout=300)[0]
    say(f"the rollout ended with {rollout.returncode}")
    print(said)
    if rollout.returncode != 0:
        world.apply()
    expect("copies altogether", sum(world.counts("api")), 6)
    answers(world, "api 2")
    expect("a second plan's exit code", world.plan().returncode, 0)


def all_goes(world):
    world.command("destroy", "-y")
    for machine in world.fleet.machines:
        expect(f"left on {machine.name}", machine.docker("ps", "-aq").stdout.split(), [])


if __name__ == "__main__":
    play(__file__, World, (placed, machine_dies, machine_comes_back, daemon_restarts_in_a_rollout, all_goes),
         ["haproxy", "curl"])
