#!/usr/bin/env python3
"""kill -9 at a call of an apply on a real API server, then the same again: it must converge, with an empty plan after it,
each object once and no other.

    kill.py --infra build/release/infra           at some calls
    kill.py --infra build/release/infra --all     at each call, before it was carried out and after
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
KINDS = "namespaces,deployments,services,secrets,jobs,poddisruptionbudgets,ingresses,networkpolicies"
SKIP = 77
LIMIT = 900  # seconds for one kill and all that puts it right, on a machine that does other work too

STACK = """kubernetes k {{ context = "faults" }}
platform = k
param word: Secret<String>
{cluster}
task api {{ container api {{ image = "api:{version}"; secrets = {{ WORD: word }}; port http {{ container = 8080 }} }} }}
task move {{ container move {{ image = "move:{version}" }} }}
job move {{ cluster = core; task = task.move; before = [service.api] }}
service api {{ cluster = core; task = task.api; desired = 2 }}
"""


class Cluster:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.process = subprocess.Popen([sys.executable, "-uB", str(ROOT / "tests/kubernetes/world/kube_world.py"), folder, "--pods", "pretend"],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "ready", "the cluster doesn't answer"

    def objects(self, lineage):
        """(kind, address) of all that carries this stack's label."""
        done = subprocess.run(["kubectl", "--kubeconfig", self.folder / "kubeconfig", "get", KINDS, "-A", "-o", "json", "-l",
                               f"infra.lineage={lineage}"], capture_output=True, text=True, check=True)
        return sorted((one["kind"], one["metadata"]["annotations"]["infra.address"]) for one in json.loads(done.stdout)["items"])

    def make_namespace(self, name):
        subprocess.run(["kubectl", "--kubeconfig", self.folder / "kubeconfig", "create", "namespace", name], check=True,
                       stdout=subprocess.DEVNULL)

    def end(self):
        self.process.terminate()
        self.process.wait()


class Kills:
    def __init__(self, infra, cluster, folder, own_namespace):
        # A namespace takes the longest to end: it is part of it only where every call is.
        self.where = "cluster core { }" if own_namespace else 'existing cluster core { name = "team" }'
        self.infra, self.cluster, self.stack = infra, cluster, pathlib.Path(folder)
        self.environment = dict(os.environ, KUBECONFIG=str(cluster.folder / "kubeconfig"), WORD="planted", NO_COLOR="1")
        self.kills, self.deadline, self.now = 0, 0, "the first apply"
        self.begin(self.now)

    def begin(self, what):
        """From here on the limit counts anew."""
        self.now, self.deadline = what, time.monotonic() + LIMIT

    def left(self):
        return max(1, self.deadline - time.monotonic())

    def write(self, version):
        (self.stack / "s.infra").write_text(STACK.format(version=version, cluster=self.where))
        self.environment["WORD"] = f"planted-{version}"

    def command(self, *words):
        return [self.infra, *words, str(self.stack), "--secret", "word=env:WORD"]

    def run(self, *words, wanted=0):
        try:
            done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, timeout=self.left())
        except subprocess.TimeoutExpired as late:
            said = (late.stdout or b"").decode(errors="replace")
            raise AssertionError(f"{self.now}: infra {' '.join(words)} isn't through after {LIMIT} s:\n{said}") from late
        assert done.returncode == wanted, f"infra {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def run_and_kill(self, at, when, *words):
        """False: it ended before its call number `at`."""
        process = subprocess.Popen(["sh", "-c", 'read go; exec "$@"', "sh", *self.command(*words)], env=self.environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        (self.cluster.folder / "kill").write_text(f"{at} {process.pid} {when}")
        try:
            out = process.communicate(b"go\n", timeout=self.left())[0].decode()
        except subprocess.TimeoutExpired as late:
            process.kill()
            raise AssertionError(f"{self.now}: infra {' '.join(words)} isn't through after {LIMIT} s") from late
        (self.cluster.folder / "kill").unlink(missing_ok=True)
        assert process.returncode in (0, -9), f"infra {' '.join(words)} ended with {process.returncode}:\n{out}"
        self.kills += process.returncode == -9
        return process.returncode == -9

    def lineage(self):
        done = subprocess.run([self.infra, "show", "state", str(self.stack), "--json"], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)["lineage"]

    def settle(self, wanted):
        self.run("apply", "-y")
        self.run("plan", "--detailed-exitcode")
        seen = self.cluster.objects(self.lineage())
        assert seen == wanted, f"there is {seen}, not {wanted}"

    def from_nothing(self, at, when, wanted):
        self.write(1)
        killed = self.run_and_kill(at, when, "apply", "-y")
        self.settle(wanted)
        return killed

    def changed(self, at, when, wanted):
        killed = self.run_and_kill(at, when, "apply", "-y")
        self.settle(wanted)
        return killed

    def destroyed(self, at, when):
        killed = self.run_and_kill(at, when, "destroy", "-y")
        lineage = self.lineage()
        self.run("destroy", "-y")
        left = self.cluster.objects(lineage)
        assert left == [], f"{left} is left"
        return killed


def moments(some):
    """Numbers of calls and when, until `done` says that there is no such call."""
    for at in range(1, 60):
        for when in ("before", "after"):
            if not some or (at % 2 == 0 and (at % 4 == 0) == (when == "before")):
                yield at, when


PHASES = ("from nothing", "an update", "a destroy")


def rounds(kills, some, phases):
    kills.write(1)
    kills.run("apply", "-y")
    wanted = kills.cluster.objects(kills.lineage())
    assert len(wanted) >= 5, wanted
    kills.run("destroy", "-y")
    version = 1
    for name in phases:
        begun, before = time.time(), kills.kills
        for at, when in moments(some):
            kills.begin(f"{name}, killed {when} call {at}")
            if name == "from nothing":
                killed = kills.from_nothing(at, when, wanted)
                kills.run("destroy", "-y")
            elif name == "an update":
                if version == 1:
                    kills.write(1)
                    kills.settle(wanted)
                version += 1
                kills.write(version)
                killed = kills.changed(at, when, wanted)
            else:
                kills.settle(wanted)
                killed = kills.destroyed(at, when)
            if not killed:
                break
        print(f"{name}: {kills.kills - before} kills, {time.time() - begun:.0f} s", flush=True)
        assert kills.kills - before >= 2, "hardly anything was killed"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--infra", required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--phase", choices=PHASES, action="append", help="only this one; may be repeated")
    arguments = parser.parse_args()
    if subprocess.run([ROOT / "tools/kubernetes", "--find"], capture_output=True).returncode != 0:
        print("Skipped: the API server isn't built (tools/kubernetes)")
        return SKIP
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(folder + "/cluster")
        try:
            pathlib.Path(folder, "stack").mkdir()
            cluster.make_namespace("team")
            rounds(Kills(os.path.abspath(arguments.infra), cluster, folder + "/stack", arguments.all), not arguments.all,
                   arguments.phase or PHASES)
        finally:
            cluster.end()
    return 0


sys.exit(main())
