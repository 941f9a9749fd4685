"""The three machines and the stack that the steps of overlay.py are about."""
import os
import time

from machines import Fleet, run
from steps import expect, say

# A busy machine that plays all three takes longer.
PATIENCE = max(1.0, os.getloadavg()[0] / 2)

STACK = """
param rev: Int = 1
vpc main { cidr = 10.90.0.0/16; subnet app { cidr = 10.90.1.0/24 } }
cluster core { vpc = main }
task web {
  network = "awsvpc"
  container web { image = "testapp:1"; env = { REV: "${rev}" }; stop_timeout = 1s; port http { container = 8080 } }
}
service web { cluster = core; task = web; desired = 3; place { spread = "node" } }
"""


class World:
    def __init__(self, infra, folder):
        self.infra = os.path.abspath(infra)
        self.fleet = Fleet(folder, ["a", "b", "c"], firewall=True)
        self.machines = self.fleet.machines
        self.stack = folder / "shop"
        self.stack.mkdir()
        self.rev = 1
        self.said = []
        self.dead = None
        (self.stack / "shop.infra").write_text(self.fleet.declaration() + STACK)
        self.fleet.start()
        self.fleet.load_testapp(self.stack)

    def command(self, verb, *more, check=True):
        done = run(self.infra, verb, self.stack, "--set", f"rev={self.rev}", *more, check=check)
        self.said.append(done.stdout + done.stderr)
        return done

    def apply(self, check=True):
        began = time.monotonic()
        done = self.command("apply", "-y", check=check)
        say(f"apply ended with {done.returncode} after {time.monotonic() - began:.1f} s")
        return done

    def up_to_date(self):
        plan = self.command("plan", "--detailed-exitcode", check=False)
        if plan.returncode != 0:
            print(plan.stdout + plan.stderr)
        expect("a second plan's exit code", plan.returncode, 0)

    def copies(self):
        """Of each: its machine, its container and its address."""
        shown = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return [(m, c, m.docker("inspect", "-f", shown, c).stdout.strip()) for m in self.machines if m is not self.dead
                for c in m.running("shop-web-")]

    def join_token(self):
        return [m.docker("swarm", "join-token", "-q", kind, check=False).stdout.strip() for m in self.machines
                for kind in ("worker", "manager")]


def reaches(machine, container, host):
    end = time.monotonic() + 5  # names are told from machine to machine, which takes a moment
    while time.monotonic() < end:
        if machine.docker("exec", container, "/app", "check", f"http://{host}:8080/", check=False).returncode == 0:
            return True
        time.sleep(0.2)
    return False


def all_reach_all(world):
    copies = world.copies()
    expect("copies on each machine", [m.name for m, _, _ in copies], ["a", "b", "c"])
    for machine, container, _ in copies:
        for other, _, address in copies:
            expect(f"from {machine.name} the copy on {other.name} at {address}", reaches(machine, container, address), True)
        expect(f"from {machine.name} the name web", reaches(machine, container, "web"), True)
