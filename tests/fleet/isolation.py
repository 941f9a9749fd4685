#!/usr/bin/env python3
"""Two VPCs on one machine: tasks of one reach each other, and no task of the other, neither by its address nor by its name.

  tests/fleet/isolation.py --infra build/dev/infra
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machines import Fleet, run  # noqa: E402
from steps import expect, play  # noqa: E402

VPC = """
vpc NAME { cidr = 10.NUMBER.0.0/16; subnet main { cidr = 10.NUMBER.1.0/24 } }
cluster NAME { vpc = NAME }
task NAME { network = "awsvpc"; container web { image = "testapp:1"; stop_timeout = 1s } }
service NAME { cluster = NAME; task = NAME; desired = 2; subnets = [NAME.main] }
"""


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
        self.fleet.load_testapp(self.stack)

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


if __name__ == "__main__":
    play(__file__, World, (each_is_whole, no_way_between, nothing_is_left), ["curl", "g++", "iptables"])
