#!/usr/bin/env python3
"""A VPC over three machines: its tasks reach each other by address and by name from every machine, also after a rollout, a
lost membership and a killed run. A port that is closed between two machines is named. Nothing is left at the end.

  tests/fleet/overlay.py --infra build/dev/infra
"""
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machines import ROOT, run, wait_for  # noqa: E402
from steps import expect, fail, play, say  # noqa: E402
from overlay_world import PATIENCE, World, all_reach_all, reaches  # noqa: E402


def one_network_for_all(world):
    world.apply()
    all_reach_all(world)
    world.up_to_date()


def names_after_a_rollout(world):
    world.rev = 2
    world.apply()
    all_reach_all(world)
    world.up_to_date()


def a_lost_membership(world):
    third = world.machines[2]
    third.docker("rm", "-f", *third.running("shop-web-"))
    third.docker("swarm", "leave", "--force")
    say("machine c has left")
    plan = world.command("plan", "--detailed-exitcode", check=False)
    expect("the plan's exit code", plan.returncode, 2)
    world.apply()
    all_reach_all(world)
    world.up_to_date()


def killed_at_any_moment(world):
    world.command("destroy", "-y")
    for seconds in (0.6, 1.2, 2.5, 4.5):
        killed = subprocess.Popen([world.infra, "apply", "-y", world.stack, "--set", f"rev={world.rev}"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        say(f"killed after {seconds} s")
    world.apply()
    all_reach_all(world)
    world.up_to_date()
    killed = subprocess.Popen([world.infra, "destroy", "-y", world.stack, "--set", f"rev={world.rev}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(3)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    say("a destroy was killed")
    world.command("destroy", "-y")
    # If it was killed while the manager's engine left, nobody knows any more that this engine's bridge could go.
    left_empty(world, but=("docker_gwbridge",))


class Closed:
    """A port of a machine that nothing comes in at."""

    def __init__(self, machine, protocol, port):
        self.machine, self.rule = machine, ("INPUT", "-p", protocol, "--dport", str(port), "-j", "DROP")

    def __enter__(self):
        self.machine.inside("iptables", "-I", *self.rule)

    def __exit__(self, *_):
        self.machine.inside("iptables", "-D", *self.rule)


def seconds_until(said, begin, end):
    """Between the first lines with these texts, by the times that they begin with."""
    moments = []
    for text in (begin, end):
        line = next((one for one in said.splitlines() if text in one), None)
        if line is None:
            fail(f"no line says {text}")
        hours, minutes, seconds = (int(part) for part in line.split()[0].split(":"))
        moments.append(hours * 3600 + minutes * 60 + seconds)
    return (moments[1] - moments[0]) % 86400


def refused_with(world, *texts, within=30, but=()):
    """`within`: seconds until the port is named; what was begun is undone after that."""
    applied = world.apply(check=False)
    expect("the exit code", applied.returncode, 1)
    said = applied.stdout + applied.stderr
    print(said, flush=True)
    for text in ("E0619", *texts):
        if text not in said:
            fail(f"the message doesn't say {text}")
    seconds = seconds_until(said, "steps to do", "found a way that is closed" if within == 10 else "create failed")
    say(f"named after {seconds} s")
    if seconds > within * PATIENCE:
        fail(f"it took {seconds} s")
    left_empty(world, but)


def a_closed_data_port(world):
    second = world.machines[1]
    with Closed(second, "udp", 4789):
        refused_with(world, f"UDP port 4789 of {second.address}", "`b`", within=10)
    world.apply()
    all_reach_all(world)
    nothing_is_left(world)


def a_closed_gossip_port(world):
    third = world.machines[2]
    with Closed(third, "udp", 7946), Closed(third, "tcp", 7946):
        # Nobody tells c that the others have gone, and then its engine keeps its own network of every swarm for the next.
        refused_with(world, "port 7946", "`c`", but=("ingress",))


def a_closed_join_port(world):
    with Closed(world.machines[0], "tcp", 2377):
        refused_with(world, "TCP port 2377 of 10.77.0.2", "`a`")


def a_closed_port_of_a_node_that_joins(world):
    """The others go on."""
    world.apply()
    third = world.machines[2]
    third.docker("rm", "-f", *third.running("shop-web-"))
    third.docker("swarm", "leave", "--force")
    with Closed(third, "udp", 4789):
        applied = world.apply(check=False)
        expect("the exit code", applied.returncode, 1)
        if f"UDP port 4789 of {third.address}" not in applied.stdout + applied.stderr:
            fail(f"the port isn't named: {applied.stdout}{applied.stderr}")
    expect("copies that run", [m.name for m, _, _ in world.copies()], ["a", "b"])
    world.apply()
    all_reach_all(world)
    nothing_is_left(world)


def reach_each_other(world, machines):
    copies = world.copies()
    for machine, container, _ in copies:
        for other, _, address in copies:
            expect(f"from {machine.name} the copy on {other.name} at {address}", reaches(machine, container, address), True)
        expect(f"from {machine.name} the name web", reaches(machine, container, "web"), True)
    expect("machines with copies", sorted({m.name for m, _, _ in copies}), machines)


def a_machine_that_dies(world):
    """A member, not the manager: its copies come up on the others, and the name leads to those that are there."""
    world.apply()
    all_reach_all(world)
    third = world.machines[2]
    third.die()
    say("machine c is dead")
    world.dead = third
    applied = world.apply(check=False)
    said = applied.stdout + applied.stderr
    if "node c" not in said and "node `c`" not in said:
        fail(f"nothing is said of node c: {said}")
    expect("copies that run", len(world.copies()), 3)
    reach_each_other(world, ["a", "b"])
    third.come_back()
    world.dead = None
    say("machine c is back")
    world.apply()
    world.up_to_date()
    expect("copies that run", len(world.copies()), 3)
    reach_each_other(world, sorted({m.name for m, _, _ in world.copies()}))
    nothing_is_left(world)


def answers_at(machine):
    """Which copies answer through the load balancer of a machine, of twelve requests."""
    asked = [run("curl", "-s", "--max-time", "5", f"http://{machine.address}:8000/env/HOSTNAME", check=False).stdout
             for _ in range(12)]
    return len(set(asked)) if all(asked) else f"{asked.count('')} of 12 failed"


def load_haproxy(machine):
    image = subprocess.run([ROOT / "tests/support/haproxy_image"], check=True, capture_output=True).stdout
    subprocess.run(["docker", "-H", f"unix://{machine.folder}/s", "import", "-", "haproxy:2.8"], input=image, check=True,
                   capture_output=True)


def a_load_balancer_in_front(world):
    """Requests come in at every machine and reach the copies on all three, and on two once a machine is dead."""
    for machine in world.machines:
        load_haproxy(machine)
    shop = world.stack / "shop.infra"
    before = shop.read_text()
    shop.write_text(before.replace('spread = "node" } }', 'spread = "node" }; route { listener = front.web; to = web.http } }')
                    + "load_balancer front { listener web { port = 8000 } }\n")
    world.apply()
    all_reach_all(world)
    world.up_to_date()
    for machine in world.machines:
        expect(f"copies that answer at {machine.name}", answers_at(machine), 3)
    third = world.machines[2]
    third.die()
    world.dead = third
    world.apply(check=False)
    for machine in world.machines[:2]:
        expect(f"copies that answer at {machine.name}", answers_at(machine), 3)
    third.come_back()
    world.dead = None
    world.apply()
    expect("copies that answer at c", answers_at(third), 3)
    nothing_is_left(world)
    shop.write_text(before)


def answers_inside(world):
    """Of each copy that asks the internal load balancer twelve times: how many copies answer."""
    out = []
    for machine, container, _ in world.copies():
        asked = [machine.docker("exec", container, "/app", "get", "http://front.lb:8000/env/HOSTNAME", check=False).stdout
                 for _ in range(12)]
        out.append(len(set(asked)) if all(asked) else f"{asked.count('')} of 12 failed")
    return out


def an_internal_load_balancer(world):
    """Its name leads every copy to all copies, also from a subnet that isn't its own; nothing of it is on the machines."""
    for machine in world.machines:
        load_haproxy(machine)
    shop = world.stack / "shop.infra"
    before = shop.read_text()
    shop.write_text(before.replace('spread = "node" } }', 'spread = "node" }; route { listener = front.web; to = web.http } }')
                    .replace("subnet app {", "subnet edge { cidr = 10.90.2.0/24 }; subnet app {")
                    + "load_balancer front { internal = true; subnets = [main.edge]; listener web { port = 8000 } }\n"
                    + "output front = front.address\n")
    world.apply()
    all_reach_all(world)
    world.up_to_date()
    expect("copies that answer inside", answers_inside(world), [3, 3, 3])
    for machine in world.machines:
        expect(f"ports of {machine.name}", machine.docker("ps", "--format", "{{.Ports}}").stdout.strip(), "")
        expect(f"copies that answer at {machine.name}", answers_at(machine), "12 of 12 failed")
    expect("its address", run(world.infra, "output", world.stack, "front").stdout.strip().strip('"'), "front.lb")
    world.rev += 1
    world.apply()
    world.up_to_date()
    expect("copies that answer inside after a rollout", answers_inside(world), [3, 3, 3])
    nothing_is_left(world)
    shop.write_text(before)


def a_machine_in_a_foreign_swarm(world):
    """Refused before anything is touched, and left as it is."""
    third = world.machines[2]
    third.docker("swarm", "init", "--advertise-addr", third.address)
    before = [m.docker("images", "-q").stdout for m in world.machines]
    plan = world.command("plan", check=False)
    applied = world.apply(check=False)
    for done in (plan, applied):
        said = done.stdout + done.stderr
        if "E0619" not in said or "node `c` is in a swarm that infra didn't form" not in said:
            fail(f"the swarm of c isn't refused: {said}")
    expect("the exit code", applied.returncode, 1)
    expect("images on the machines", [m.docker("images", "-q").stdout for m in world.machines], before)
    states = [m.docker("info", "-f", "{{.Swarm.LocalNodeState}}").stdout.strip() for m in world.machines]
    expect("the swarms", states, ["inactive", "inactive", "active"])
    third.docker("swarm", "leave", "--force")
    third.docker("network", "rm", "docker_gwbridge", check=False)
    left_empty(world, but=("ingress",))


def nothing_is_left(world):
    world.command("destroy", "-y")
    left_empty(world)


def networks_of(machine):
    return machine.docker("network", "ls", "--filter", "type=custom", "--format", "{{.Name}}").stdout.split()


def left_empty(world, but=()):
    for machine in world.machines:
        expect(f"containers left on {machine.name}", machine.docker("ps", "-aq").stdout.split(), [])
        wait_for(f"the end of all networks of {machine.name}", 10,
                 lambda m=machine: not set(networks_of(m)) - set(but))
        expect(f"the swarm of {machine.name}",
               machine.docker("info", "-f", "{{.Swarm.LocalNodeState}}").stdout.strip(), "inactive")


def the_token_is_nowhere(world):
    tokens = [t for t in world.join_token() if t]
    if not tokens:
        fail("no machine manages a swarm")
    places = {"what infra wrote": "".join(world.said).encode()}
    for file in (world.stack / ".infra").rglob("*"):
        if file.is_file():
            places[f"the file {file.name}"] = file.read_bytes()
    for place, content in places.items():
        for token in tokens:
            if token.encode() in content or token.split("-")[-1].encode() in content:
                fail(f"a join token stands in {place}")
    say(f"no join token in {len(places)} places")


STEPS = (a_machine_in_a_foreign_swarm, one_network_for_all, names_after_a_rollout, the_token_is_nowhere, a_lost_membership,
         nothing_is_left, a_machine_that_dies, a_load_balancer_in_front,
         an_internal_load_balancer,
         a_closed_data_port, a_closed_join_port, a_closed_gossip_port, a_closed_port_of_a_node_that_joins, killed_at_any_moment)


if __name__ == "__main__":
    play(__file__, World, STEPS, ["g++", "iptables", "haproxy", "curl"])
