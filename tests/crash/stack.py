"""A stack that the crash test makes up and changes: its text, and what must exist in the world for it."""

import re
import subprocess

IMAGE = "infra-crash:1"
# As process 1 it must ask for SIGTERM, or each stop would wait for its time-out.
COMMAND = ["/bin/busybox", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1000 & wait; done"]


def free_network():
    """The first two octets of addresses that no device of this machine has: an engine may have left bridges behind."""
    out = subprocess.run(["ip", "-4", "-o", "addr"], stdout=subprocess.PIPE, text=True, check=False).stdout
    taken = {tuple(address.split(".")[:2]) for address in re.findall(r"inet (\S+)/", out)}
    return next(f"10.{n}" for n in range(77, 250) if ("10", str(n)) not in taken)


class Stack:
    """`services` by name: copies, a version (an environment variable), and how they reach the network."""

    def __init__(self, random, nodes, most_services, most_copies):
        self.random = random
        self.nodes = nodes
        self.most_services = most_services
        self.most_copies = most_copies
        self.services = {}
        self.subnets = {"s0": 0}  # name -> third octet of its addresses
        self.network = free_network()
        self.next_port = 21000
        for _ in range(most_services - 1):
            self.add_service()

    def add_service(self):
        number = 0
        while f"web{number}" in self.services:
            number += 1
        mode = self.random.choice(["none", "bridge", "awsvpc", "fixed"])
        copies = 1 if mode == "fixed" else self.random.randint(1, self.most_copies)
        self.next_port += 1
        self.services[f"web{number}"] = {"mode": mode, "copies": copies, "version": 1, "port": self.next_port,
                                          "hook": self.random.random() < 0.3}

    def mutate(self):
        """One to three changes; always at least one thing to do."""
        for _ in range(self.random.randint(1, 3)):
            self.random.choice([self.change_version, self.change_version, self.change_copies, self.change_services,
                                self.change_subnets])()
        self.change_version()

    def change_version(self):
        for service in self.services.values():
            if self.random.random() < 0.6:
                service["version"] += 1

    def change_copies(self):
        for service in self.services.values():
            if service["mode"] != "fixed" and self.random.random() < 0.5:
                service["copies"] = self.random.randint(0, self.most_copies)

    def change_services(self):
        if len(self.services) > 2 and self.random.random() < 0.5:
            del self.services[self.random.choice(sorted(self.services))]
        if len(self.services) < self.most_services:
            self.add_service()

    def change_subnets(self):
        if len(self.subnets) > 1 and self.random.random() < 0.5:
            self.subnets.popitem()  # never s0, which awsvpc services need
        elif len(self.subnets) < 4:
            octet = next(o for o in range(250) if o not in self.subnets.values())
            self.subnets[f"s{len(self.subnets)}"] = octet

    def objects(self):
        """Everything that must exist: a name for each object, and what it is made from."""
        out = {}
        for name, octet in self.subnets.items():
            for node in range(self.nodes):
                out["network", name, node] = octet
        for name, service in self.services.items():
            for copy in range(service["copies"]):
                out["task", name, copy] = (service["mode"], service["version"], service["port"])
        return out

    def counts(self):
        kinds = [kind for kind, _, _ in self.objects()]
        return {"task": kinds.count("task"), "network": kinds.count("network")}

    def text(self, platform):
        lines = ['stack "crash"', "", platform, "platform = world", "", "vpc main {", f"  cidr = {self.network}.0.0/16"]
        for name, octet in sorted(self.subnets.items()):
            lines.append(f"  subnet {name} {{ cidr = {self.network}.{octet}.0/24 }}")
        lines += ["}", "", "cluster core { vpc = main }", ""]
        for name, service in sorted(self.services.items()):
            lines += self.service_text(name, service)
        return "\n".join(lines) + "\n"

    def service_text(self, name, service):
        network = "bridge" if service["mode"] == "fixed" else service["mode"]
        port = {"fixed": f"    port http {{ container = 80; host = {service['port']} }}",
                "bridge": "    port http { container = 80 }"}.get(service["mode"])
        command = ", ".join('"' + word.replace('"', '\\"') + '"' for word in COMMAND)
        task = [f"task {name} {{", f"  network = {network}", "  container main {", f'    image = "{IMAGE}"',
                f"    command = [{command}]", f'    env = {{ VERSION: "{service["version"]}" }}',
                "    stop_timeout = 2s"]
        task += [port] if port else []
        task += ["  }", "}"]
        extra = []
        if service["mode"] == "awsvpc":
            extra.append("  subnets = [main.s0]")
        if service["mode"] == "fixed":
            extra.append("  deploy { min = 0%; max = 100% }")
        return task + [f"service {name} {{", "  cluster = core", f"  task = task.{name}",
                       f"  desired = {service['copies']}"] + extra + ["}", ""] + self.hook_text(name, service)

    def hook_text(self, name, service):
        """A job that runs before the service is deleted."""
        if not service["hook"]:
            return []
        return [f"task leave_{name} {{ network = none; container main {{ image = \"{IMAGE}\"; "
                "command = [\"/bin/busybox\", \"true\"] } }",
                f"job leave_{name} {{ cluster = core; task = task.leave_{name}; before_delete = [service.{name}] }}", ""]


def steps_between(before, after):
    """How many objects are touched on the way; for estimating how long it takes."""
    same = sum(1 for key in before.keys() & after.keys() if before[key] == after[key])
    return len(before) + len(after) - 2 * same
