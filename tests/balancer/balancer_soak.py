#!/usr/bin/env python3
"""No request fails while what is behind a load balancer changes: on a real engine, with clients that never retry.

  tests/balancer/balancer_soak.py --infra build/dev/infra            a small round, as CTest runs it
  tests/balancer/balancer_soak.py --infra build/release/infra --long ten rollouts, three reloads, six kills, two certificates,
                                                            200,000 requests; a single copy replaced ten times
"""
import argparse
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from clients import Load  # noqa: E402
from balancer_world import World, enter_own_network, run  # noqa: E402


def fail(text):
    raise SystemExit(f"FAILED: {text}")


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


class Wrk:
    def __init__(self, seconds):
        self.process = subprocess.Popen(["wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "60s", "-s",
                                         os.path.join(os.path.dirname(__file__), "pace.lua"), "http://127.0.0.1:8000/"],
                                        stdout=subprocess.PIPE, text=True)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        out = self.process.communicate(timeout=60)[0]
        requests = int(re.search(r"(\d+) requests in", out)[1])
        errors = re.search(r"Socket errors: (.*)", out)
        non = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        return requests, " ".join(filter(None, [errors and errors[1], non and f"{non[1]} not 2xx"]))


def shown_certificate():
    context = ssl._create_unverified_context()
    with socket.create_connection(("127.0.0.1", 8443), timeout=5) as raw:
        with context.wrap_socket(raw, server_hostname="shop.example") as secure:
            der = secure.getpeercert(binary_form=True)
    return run("openssl", "x509", "-noout", "-subject", input=ssl.DER_cert_to_PEM_cert(der)).stdout


def check_counts(what, counts, at_least):
    say(f"{what}: {counts.ok} answered, {len(counts.failed)} failed, slowest {counts.slowest:.1f} s")
    for line in counts.failed[:20]:
        print("   ", line)
    if counts.failed:
        fail(f"{what}: {len(counts.failed)} requests failed")
    if counts.ok < at_least:
        fail(f"{what}: only {counts.ok} requests, {at_least} are wanted")


def rollouts(world, sizes):
    wrk, calm = Wrk(36_000), Load(40, port=8000)
    safe, hands = Load(4, port=8443, tls=True), Load(2, port=8443, tls=True, fresh=True)
    rev = 1
    try:
        for turn in range(max(sizes.rollouts, sizes.reloads, sizes.kills, sizes.swaps)):
            if turn < sizes.rollouts:
                rev += 1
                began = time.time()
                world.apply(rev=rev)
                say(f"rollout {rev}: {time.time() - began:.1f} s")
            if turn < sizes.reloads:
                world.apply(extra="[" + ", ".join(f'"/extra{i}/*"' for i in range(turn + 1)) + "]")
                say("a new route")
            if turn < sizes.kills:
                victim = world.tasks("api")[turn % 4]
                os.kill(world.pid(victim), signal.SIGKILL)
                time.sleep(3)  # the engine starts it again
                say("a task killed")
            if turn < sizes.swaps:
                world.new_certificate(f"swap{turn}.example")
                world.apply()
                if f"swap{turn}.example" not in shown_certificate():
                    fail("the new certificate isn't shown")
                say("a certificate swapped")
        while wrk.process.poll() is None and calm.counts.ok < sizes.calm:
            time.sleep(1)
    finally:
        requests, errors = wrk.end()
        counts = [load.end() for load in (calm, safe, hands)]
    for what, one in zip(("with pauses", "TLS", "TLS, new connections"), counts):
        check_counts(what, one, 1)
    say(f"wrk: {requests} requests, errors: {errors or 'none'}")
    if errors:
        fail(f"wrk saw {errors}")
    total = requests + sum(one.ok for one in counts)
    say(f"together {total} requests, none failed, none cut")
    if total < sizes.requests:
        fail(f"{total} requests, {sizes.requests} are wanted")
    if f"api {rev}" not in counts[0].bodies:
        fail("nobody saw the last revision")


def single_copy(world, sizes):
    load = Load(10, port=8001, think=0.05, timeout=60)
    try:
        for turn in range(sizes.replacements):
            began = time.time()
            world.apply(solo=2 + turn)
            say(f"the only copy replaced: {time.time() - began:.1f} s")
        while load.counts.ok < sizes.held:
            time.sleep(0.5)
    finally:
        counts = load.end()
    check_counts("one copy", counts, sizes.held)


def killed_balancer(world):
    balancer = world.docker("ps", "-q", "--filter", "label=infra.type=load_balancer")
    os.kill(world.pid(balancer), signal.SIGKILL)
    for _ in range(100):
        time.sleep(0.1)
        if run("curl", "-sf", "http://127.0.0.1:8000/", check=False).stdout.startswith("api"):
            break
    else:
        fail("a killed HAProxy isn't back with its tasks")
    say("HAProxy killed: back with its tasks, without infra")
    plan = world.plan()
    if plan.returncode != 0:
        fail(f"a plan after that has something to do:\n{plan.stdout}")
    world.docker("rm", "-f", balancer)
    plan = world.plan()
    if plan.returncode != 2 or "front" not in plan.stdout:
        fail(f"a load balancer that was removed isn't drift:\n{plan.stdout}")
    world.apply()
    if not run("curl", "-sf", "http://127.0.0.1:8000/").stdout.startswith("api"):
        fail("a load balancer that was made anew serves nothing")
    say("HAProxy removed: the next apply makes it anew")


def check_rest(world):
    print(run(*world.command("destroy", "-y")).stdout.splitlines()[-1])
    left = world.docker("ps", "-aq", "--filter", "label=infra.stack")
    if left:
        fail(f"a destroy left containers: {left}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--infra", required=True)
    options.add_argument("--long", action="store_true")
    options = options.parse_args()
    enter_own_network(os.path.abspath(__file__))
    sizes = argparse.Namespace(rollouts=1, reloads=1, kills=1, swaps=1, replacements=1, requests=1000, held=100, calm=100)
    if options.long:
        sizes = argparse.Namespace(rollouts=10, reloads=3, kills=6, swaps=2, replacements=10, requests=200_000, held=10_000,
                                   calm=10_000)
    began = time.time()
    world = World(options.infra)
    try:
        say("images are there")
        print(world.apply())
        plan = world.plan()
        if plan.returncode != 0:
            fail(f"the second plan has something to do:\n{plan.stdout}{plan.stderr}")
        rollouts(world, sizes)
        single_copy(world, sizes)
        killed_balancer(world)
        check_rest(world)
    finally:
        world.end()
    say(f"done in {time.time() - began:.0f} s")


main()
