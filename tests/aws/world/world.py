"""A world that speaks as AWS does: python3 world.py [PORT] prints the port that it listens on.
POST /world/clock {"speed": 60} or {"advance": 30}; POST /world/faults …; POST /world/account {"id": …};
POST /world/capacity {"tasks": 2}; POST /world/tokens: a TokenReview, or {"life": 5};
POST /world/quotas {"L-F678F1CE": 7} (values by code); POST /world/due {"group": …} (a schedule's time has come);
POST /world/floor {"service": …}: how many copies the requests reached at the least since it was last asked; GET /world/log, /world/refused, /world/snapshot."""
import json
import os
import sys
import time

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
from corrections import correct  # noqa: E402
from eks import TokenReviews, correct_eks  # noqa: E402
from faults import Faults  # noqa: E402
from gate import Gate  # noqa: E402
from images import use_registry  # noqa: E402
import quotas  # noqa: E402
from moto.core import DEFAULT_ACCOUNT_ID  # noqa: E402
from moto.eks.models import eks_backends  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from schedules import run_schedule  # noqa: E402
from snapshot import snapshot  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402


class Clock:
    """Simulated seconds: `speed` of them in one of ours."""

    def __init__(self, speed):
        self.speed, self.behind, self.last, self.now = speed, 0.0, time.monotonic(), 0

    def move(self, worlds):
        now = time.monotonic()
        self.behind += (now - self.last) * self.speed
        self.last = now
        whole, self.behind = int(self.behind), self.behind % 1
        self.now += whole
        for one in worlds:
            one.world.advance(whole)


class Control:
    """What the tests themselves ask of the world."""

    def __init__(self, gate, faults, clock):
        self.gate, self.faults, self.clock = gate, faults, clock
        self.reviews = TokenReviews(gate.secrets)

    def __call__(self, env, start):
        if not env["PATH_INFO"].startswith("/world/"):
            return self.gate(env, start)
        body = env["wsgi.input"].read(int(env.get("CONTENT_LENGTH") or 0))
        with self.gate.lock:
            out = self.answer(env["PATH_INFO"][len("/world/"):], json.loads(body or b"{}"))
        return Gate.send(start, json.dumps(out).encode(), "application/json", 200)

    def answer(self, what, given):
        gate, region = self.gate, given.get("region", "eu-west-1")
        self.clock.move(gate.regions.values())
        if what == "clock":
            self.clock.speed = given.get("speed", self.clock.speed)
            for one in gate.regions.values():
                one.world.advance(given.get("advance", 0))
        elif what == "faults":
            self.faults.set(given)
        elif what == "account":
            gate.account = given["id"]
        elif what == "capacity":
            gate.ecs_of(region).world.capacity = given["tasks"]
        elif what == "quotas":
            quotas.raised.update(given)
        elif what == "floor":
            return gate.ecs_of(region).floor.begin(given["service"])
        elif what == "due":
            return run_schedule(gate.ecs_of(region), region, given["group"])
        elif what == "log":
            log, gate.log = gate.log, []
            return log
        elif what == "refused":
            return [one for one in gate.all_refused]
        elif what == "tokens":  # a TokenReview, or how long a token is good for
            if "life" in given:
                self.reviews.life = given["life"]
            elif "spec" in given:
                return self.reviews.answer(given, list(eks_backends[DEFAULT_ACCOUNT_ID][region].clusters))
            else:
                return self.reviews.asked
        elif what == "snapshot":
            return snapshot(region, gate.ecs_of(region))
        return {}


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept, as AWS keeps them

    def log_request(self, *_):
        pass


def main():
    clock, faults = Clock(float(os.environ.get("WORLD_SPEED", "1"))), Faults()
    gate = Gate(DomainDispatcherApplication(create_backend_app), faults, clock)
    correct(gate)
    correct_eks()
    use_registry()
    control = Control(gate, faults, clock)
    server = make_server("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0, control, threaded=True,
                         request_handler=Quiet)
    os.environ["MOTO_PORT"] = str(server.server_port)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
