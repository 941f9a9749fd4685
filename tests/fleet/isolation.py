#!/usr/bin/env python3
"""Two VPCs on one machine: tasks of one reach each other, and no task of the other, neither by its address nor by its name.

  tests/fleet/isolation.py --infra build/dev/infra
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machines import ROOT, Fleet, enter_own_network, run  # noqa: E402

VPC = """
vpc NAME { cidr = 10.NUMBER.0.0/16; subnet main { cidr = 10.NUMBER.1.0/24 } }
cluster NAME { vpc = NAME }
task NAME { network = "awsvpc"; container web { image = "testapp:1"; stop_timeout = 1s } }
service NAME { cluster = NAME; task = NAME; desired = 2; subnets = [NAME.main] }
"""


def fail(text):
    raise SystemExit(f"FAILED: {text}")


def expect(what, found, wanted):
    if found != wanted:
        fail(f"{what}: {found}, not {wanted}")
    print(f"{what}: {found}", flush=True)


class World:
    def __init__(self, infra, folder):
        self.infra = os.path.abspath(infra)
        self.fleet = Fleet(folder, ["a"], firewall=True)
        self.machine = self.fleet.machines[0]
        self.stack = folder / "shop"
        self.stack.mkdir()
        blocks = "".join(VPC.replace("NAME", name).replace("NUMBER", number) for name, number in (("red", "90"), ("blue", "91")))
        (self.stack / "shop.infra").write_text(self.fleet.declaration() + blocks)
        self.fleet.start()
        app = self.stack / "app"
        run("g++", "-O1", "-static", "-o", app, ROOT / "tests/support/app/infra_testapp.cpp")
        tar = subprocess.run(["tar", "c", "-C", self.stack, "app"], check=True, capture_output=True).stdout
        subprocess.run(["docker", "-H", f"unix://{self.machine.folder}/s", "import", "-c", 'ENTRYPOINT ["/app"]', "-",
                        "testapp:1"], input=tar, check=True, capture_output=True)

    def command(self, *words, check=True):
        return run(self.infra, *words, check=check)

    def copies(self, service):
        """Of each: its container and its address."""
        shown = "{{.Id}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        found = [self.machine.docker("inspect", "-f", shown, c).stdout.split() for c in self.machine.running(f"shop-{service}-")]
        expect(f"copies of {service}", len(found), 2)
        return found

    def reaches(self, container, host):
        return self.machine.docker("exec", container, "/app", "check", f"http://{host}:8080/", check=False).returncode == 0


def each_is_whole(world):
    world.command("apply", "-y", world.stack)
    for service in ("red", "blue"):
        (one, _), (other, address) = world.copies(service)
        expect(f"a task of {service} reaches another by its address", world.reaches(one, address), True)
        expect(f"a task of {service} reaches it by its service's name", world.reaches(one, service), True)


def no_way_between(world):
    for service, other in (("red", "blue"), ("blue", "red")):
        for container, _ in world.copies(service):
            for _, address in world.copies(other):
                expect(f"a task of {service} reaches {address} of {other}", world.reaches(container, address), False)
            expect(f"a task of {service} reaches the name {other}", world.reaches(container, other), False)
    # The machine itself does: they are up, and it is the way that is closed.
    for service in ("red", "blue"):
        for _, address in world.copies(service):
            said = world.machine.inside("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "5",
                                        f"http://{address}:8080/").stdout
            expect(f"the machine reaches {address}", said, "200")


def nothing_is_left(world):
    expect("a second plan's exit code", world.command("plan", "--detailed-exitcode", world.stack).returncode, 0)
    world.command("destroy", "-y", world.stack)
    expect("containers left", world.machine.docker("ps", "-aq").stdout.split(), [])
    expect("networks left", world.machine.docker("network", "ls", "-q", "--filter", "type=custom").stdout.split(), [])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--infra", required=True)
    options = parser.parse_args()
    enter_own_network(os.path.abspath(__file__), ["curl", "g++", "iptables"])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="infra-fleet-"))
    world = None
    try:
        world = World(options.infra, folder)
        for step in (each_is_whole, no_way_between, nothing_is_left):
            print(f"== {step.__name__.replace('_', ' ')}", flush=True)
            step(world)
        print("all as it should be")
    finally:
        if world is not None:
            world.fleet.end()


if __name__ == "__main__":
    main()
