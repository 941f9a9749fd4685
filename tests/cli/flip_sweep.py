#!/usr/bin/env python3
"""States, saved plans and worlds with flipped bits: each is answered, with a result or a message, in bounded time and memory,
and nothing that was damaged is taken for something that isn't there.

A short run is one of the tests; --count N makes more.
"""
import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile

STACK = """stack "flips"
simulator sim { nodes = 2 }
platform = sim
vpc main { cidr = 10.0.0.0/16; subnet a { cidr = 10.0.1.0/24 } }
cluster core { vpc = main }
task t { network = awsvpc; container web { image = "web:1"; env = { GREETING: "hello" } } }
service api { cluster = core; task = t; desired = 3; subnets = [main.a] }
output urls: Later<List<String>> = service.api.urls
"""
SECONDS = 60  # of processor time: an answer takes a fraction of one
MEMORY = 500 << 20


def limited():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Sweep:
    def __init__(self, infra, folder, seed):
        self.infra = infra
        self.folder = folder
        self.random = random.Random(seed)
        self.environment = dict(os.environ, NO_COLOR="1")
        self.environment.pop("INFRA_STATE", None)
        self.peak = 0
        self.faults = []
        self.codes = {}

    def run(self, *words):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = subprocess.run([self.infra, *words], cwd=self.folder, env=self.environment, capture_output=True,
                              preexec_fn=limited, timeout=600)
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.peak = max(self.peak, after, before)
        return done.returncode, (done.stdout + done.stderr).decode(errors="replace")

    def flip(self, path):
        with open(path, "rb") as file:
            data = bytearray(file.read())
        kind = self.random.randrange(4)
        if kind == 0:
            del data[self.random.randrange(len(data)):]
        elif kind == 1:
            at = self.random.randrange(len(data))
            data[at:at + self.random.randrange(1, 64)] = b""
        else:
            for _ in range(self.random.choice([1, 1, 4, 32])):
                data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        with open(path, "wb") as file:
            file.write(data)

    def check(self, what, number, answer, good):
        code, text = answer
        self.codes[code] = self.codes.get(code, 0) + 1
        if code not in good or "bug in infra" in text or "E0699" in text:
            self.faults.append(f"{what} {number}: exit code {code}\n{text[:2000]}")


def prepare(folder):
    os.makedirs(folder)
    with open(os.path.join(folder, "flips.infra"), "w") as file:
        file.write(STACK)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--infra", required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="infra-flips-") as top:
        made = os.path.join(top, "made")
        prepare(made)
        sweep = Sweep(os.path.abspath(options.infra), made, options.seed)
        assert sweep.run("apply", "-y")[0] == 0
        with open(os.path.join(made, "flips.infra"), "w") as file:
            file.write(STACK.replace("web:1", "web:2"))
        assert sweep.run("plan", "--out", "saved.plan")[0] == 0
        kept = os.path.join(top, "kept")
        shutil.copytree(made, kept)
        world = next(name for name in os.listdir(os.path.join(kept, ".infra")) if name.endswith(".world"))
        places = (("state", ".infra/state.db", ("plan",)), ("plan", "saved.plan", ("apply", "saved.plan", "-y")),
                  ("world", os.path.join(".infra", world), ("plan",)))
        for what, path, command in places:
            for number in range(options.count):
                shutil.rmtree(made)
                shutil.copytree(kept, made)
                sweep.flip(os.path.join(made, path))
                sweep.check(what, number, sweep.run(*command), (0, 1))
        if sweep.peak << 10 > MEMORY:
            sweep.faults.append(f"{sweep.peak >> 10} MiB were used at the most")
        print(f"seed {options.seed}: {3 * options.count} answers, by exit code {sweep.codes}, at most "
              f"{sweep.peak >> 10} MiB")
        for fault in sweep.faults[:10]:
            print(fault)
        return 1 if sweep.faults else 0


if __name__ == "__main__":
    sys.exit(main())
