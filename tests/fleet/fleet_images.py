#!/usr/bin/env python3
"""Two machines without any registry: an image that is built on one reaches the other, and of its layers only what is missing
there. Copies go when their image does.

  tests/fleet/fleet_images.py --infra build/dev/infra
"""
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machines import ROOT, Fleet, run  # noqa: E402
from steps import expect, fail, play  # noqa: E402

STACK = """
image web { context = "./app" }
cluster core { }
task web { container web { image = image.web; memory = 16MiB; stop_timeout = 1s } }
service web { cluster = core; task = task.web; desired = 2; place { spread = "node" } }
job look { cluster = core; task = task.look }
task look { container main { image = image.web; command = ["exit", "0"] } }
"""
MIB = 1 << 20


class World:
    def __init__(self, infra, folder):
        self.infra = os.path.abspath(infra)
        self.fleet = Fleet(folder, ["a", "b"])
        self.stack = folder / "shop"
        self.app = self.stack / "app"
        self.app.mkdir(parents=True)
        (self.stack / "shop.infra").write_text(self.fleet.declaration() + STACK)
        self.fleet.start()
        run("g++", "-O1", "-static", "-o", self.app / "app", ROOT / "tests/support/app/infra_testapp.cpp")
        self.write("base", 8)
        self.write("top", 1)
        (self.app / "Dockerfile").write_text('FROM scratch\nCOPY app /app\nCOPY base /base\nCOPY top /top\nENTRYPOINT ["/app"]\n')

    def write(self, name, mebibytes):
        (self.app / name).write_bytes(os.urandom(mebibytes * MIB))

    def command(self, *words, check=True):
        return run(self.infra, *words, check=check)

    def apply(self):
        """How many bytes went to the second machine."""
        before = self.sent()
        self.command("apply", "-y", self.stack)
        expect("tasks on each machine", [len(m.running("shop-web-")) for m in self.fleet.machines], [1, 1])
        expect("a second plan's exit code", self.command("plan", "--detailed-exitcode", self.stack).returncode, 0)
        return self.sent() - before

    def sent(self):
        return json.loads(run("ip", "-s", "-j", "link", "show", "v-b").stdout)[0]["stats64"]["tx"]["bytes"]

    def images(self):
        """Of the stack, on each machine."""
        return [len(set(m.docker("images", "-q", "--filter", "label=infra.stack=shop").stdout.split()))
                for m in self.fleet.machines]


def the_whole_image(world):
    sent = world.apply()
    if not 9 * MIB < sent < 16 * MIB:
        fail(f"{sent} bytes were sent for an image of 9 MiB")
    expect("images on each machine", world.images(), [1, 1])
    names = [m.docker("images", "--format", "{{.Repository}}", "--filter", "label=infra.stack=shop").stdout.split()
             for m in world.fleet.machines]
    expect("its name on each machine", names, [["infra.local/shop/web"]] * 2)


def only_the_last_layer(world):
    world.write("top", 1)
    sent = world.apply()
    if not 1 * MIB < sent < 3 * MIB:
        fail(f"{sent} bytes were sent for a layer of 1 MiB")
    print(f"{sent} bytes were sent", flush=True)
    expect("images on each machine", world.images(), [1, 1])


def it_comes_back(world):
    second = world.fleet.machines[1]
    second.docker("rm", "-f", *second.docker("ps", "-aq").stdout.split())
    second.docker("rmi", "-f", *second.docker("images", "-q").stdout.split())
    world.apply()


def killed_while_it_copies(world):
    world.write("base", 24)
    killed = subprocess.Popen([world.infra, "apply", "-y", world.stack], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    before = world.sent()
    end = time.monotonic() + 120
    while world.sent() - before < 2 * MIB and killed.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    expect("infra still runs", killed.poll(), None)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    world.apply()
    expect("images on each machine", world.images(), [1, 1])


def all_goes(world):
    world.command("destroy", "-y", world.stack)
    for machine in world.fleet.machines:
        expect(f"left on {machine.name}", machine.docker("ps", "-aq").stdout.split(), [])
    expect("images on each machine", world.images(), [0, 0])


if __name__ == "__main__":
    play(__file__, World, (the_whole_image, only_the_last_layer, it_comes_back, killed_while_it_copies, all_goes),
         ["g++"])
