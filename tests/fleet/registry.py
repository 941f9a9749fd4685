#!/usr/bin/env python3
"""Three machines and a registry that the stack runs on one of them: an image is built once and pulled by all, over TLS and
with a password that was made for it. Nobody else gets in, and the password is found nowhere.

  tests/fleet/registry.py --infra build/dev/infra
"""
import base64
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machines import ROOT, Fleet, run  # noqa: E402
from steps import expect, fail, play  # noqa: E402

STACK = """
param version: Int = 1
registry own {
  port = 5000
  repository web { }
}
image web { context = "./app"; to = own.web; tag = "v${version}"; args = { V: "${version}" } }
cluster core { }
task web { container web { image = image.web; memory = 16MiB; stop_timeout = 1s } }
service web { cluster = core; task = task.web; desired = 3; place { spread = "node" } }
"""
ENDPOINT = "10.77.0.2:5000"
TRUSTED = pathlib.Path("/etc/docker/certs.d") / ENDPOINT


class World:
    def __init__(self, infra, folder):
        self.infra = os.path.abspath(infra)
        self.fleet = Fleet(folder, ["a", "b", "c"])
        self.stack = folder / "shop"
        (self.stack / "app").mkdir(parents=True)
        (self.stack / "shop.infra").write_text(self.fleet.declaration() + STACK)
        self.said = []  # what infra wrote
        self.fleet.start()
        first = self.fleet.machines[0]
        self.first = f"unix://{first.folder}/s"
        self.take("tests/support/registry_image", "registry:2")
        run("g++", "-O1", "-static", "-o", self.stack / "app" / "app", ROOT / "tests/support/app/infra_testapp.cpp")
        (self.stack / "app" / "Dockerfile").write_text(
            'FROM scratch\nCOPY app /app\nARG V\nENV V=$V\nEXPOSE 80\nENTRYPOINT ["/app"]\n')

    def take(self, script, name):
        content = subprocess.run([ROOT / script], check=True, capture_output=True).stdout
        subprocess.run(["docker", "-H", self.first, "import", "-c", 'ENTRYPOINT ["/registry"]', "-c",
                        'CMD ["serve", "/etc/docker/registry/config.yml"]', "-", name], input=content, check=True,
                       capture_output=True)

    def command(self, *words, check=True):
        done = run(self.infra, *words, check=check)
        self.said.append(done.stdout + done.stderr)
        return done

    def apply(self, *more, check=True):
        return self.command("apply", "-y", self.stack, *more, check=check)


def pulled_by_all(world):
    applied = world.apply()
    expect("tasks on each machine", [len(m.running("shop-web-")) for m in world.fleet.machines], [1, 1, 1])
    images = {m.docker("inspect", "-f", "{{.Config.Image}}", *m.running("shop-web-")).stdout for m in world.fleet.machines}
    expect("different images", len(images), 1)
    image = images.pop()
    if not image.startswith(f"{ENDPOINT}/shop/web@sha256:"):
        fail(f"the image {image} isn't the registry's")
    expect("builds", applied.stdout.count("+ image.web"), 1)
    expect("a second plan's exit code", world.command("plan", "--detailed-exitcode", world.stack).returncode, 0)


def nobody_else_gets_in(world):
    certificate = TRUSTED / "ca.crt"
    for user, wanted in (([], "401"), (["-u", "infra:wrong"], "401"), (["-u", "root:"], "401")):
        said = run("curl", "-s", "--cacert", certificate, *user, "-o", "/dev/null", "-w", "%{http_code}",
                   f"https://{ENDPOINT}/v2/_catalog").stdout
        expect(f"the answer to {user or 'nobody'}", said, wanted)
    for machine in world.fleet.machines:
        login = machine.docker("login", "-u", "infra", "-p", "wrong", ENDPOINT, check=False)
        expect(f"a wrong password on {machine.name}", login.returncode, 1)
        image = machine.docker("pull", f"{ENDPOINT}/shop/web:v1", check=False)
        expect(f"a pull without one on {machine.name}", image.returncode, 1)
    expect("plain HTTP", run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"http://{ENDPOINT}/v2/").stdout, "400")


def goes_on(world):
    world.apply("--set", "version=2")
    expect("tasks on each machine", [len(m.running("shop-web-")) for m in world.fleet.machines], [1, 1, 1])
    listed = world.command("registry", "ls", world.stack, "--set", "version=2").stdout
    for tag in ("v2",):
        if tag not in listed:
            fail(f"`infra registry ls` doesn't show {tag}: {listed}")
    # Its container goes, and one of the machines has lost the image: both come back.
    first, second, _ = world.fleet.machines
    first.docker("rm", "-f", *first.docker("ps", "-q", "--filter", "label=infra.type=container").stdout.split())
    second.docker("rm", "-f", *second.running("shop-web-"))
    second.docker("rmi", "-f", *second.docker("images", "-q").stdout.split())
    (TRUSTED / "ca.crt").unlink()
    world.apply("--set", "version=2")
    expect("tasks on each machine", [len(m.running("shop-web-")) for m in world.fleet.machines], [1, 1, 1])
    expect("a second plan's exit code",
           world.command("plan", "--detailed-exitcode", world.stack, "--set", "version=2").returncode, 0)


def forms_of(secret):
    raw = secret.encode()
    return [raw, base64.b64encode(raw), base64.b64encode(b"infra:" + raw), raw.hex().encode(),
            json.dumps(secret)[1:-1].encode()]


def secrets_appear_nowhere(world):
    """The key is in one place, the registry's container; with it all that the state keeps would be found."""
    first = world.fleet.machines[0]
    container = first.docker("ps", "-q", "--filter", "label=infra.type=container").stdout.strip()
    key = run("tar", "-xO", input=None, stdin=subprocess.Popen(
        ["docker", "-H", world.first, "cp", f"{container}:/etc/infra-registry/key.pem", "-"],
        stdout=subprocess.PIPE).stdout).stdout
    lines = [line for line in key.splitlines() if line and not line.startswith("-----")]
    if not lines:
        fail("the registry has no key")
    hidden = [form for line in lines for form in forms_of(line)]
    places = {"what infra wrote": "".join(world.said).encode()}
    for file in (world.stack / ".infra").rglob("*"):
        if file.is_file() and file.suffix != ".sock":
            places[f"the file {file.name}"] = file.read_bytes()
    for machine in world.fleet.machines:
        ids = machine.docker("ps", "-aq").stdout.split()
        places[f"inspect on {machine.name}"] = machine.docker("inspect", *ids).stdout.encode()
        places[f"the log of {machine.name}"] = (machine.folder / "log").read_bytes()
    inspected = places["inspect on a"]
    if b"htpasswd" not in inspected:
        fail("the registry's container isn't among what was inspected")
    for place, content in places.items():
        for form in hidden:
            if form in content:
                fail(f"a secret stands in {place}")
    print(f"no secret in {len(places)} places", flush=True)


def all_goes(world):
    # What the versions before left is gone from all machines.
    for machine in world.fleet.machines:
        expect(f"images on {machine.name}",
               len(set(machine.docker("images", "-q", "--filter", "label=infra.stack=shop").stdout.split())), 1)
    world.command("destroy", "-y", world.stack, "--set", "version=2")
    for machine in world.fleet.machines:
        expect(f"left on {machine.name}", machine.docker("ps", "-aq").stdout.split(), [])
        expect(f"images left on {machine.name}",
               machine.docker("images", "-q", "--filter", "label=infra.stack=shop").stdout.split(), [])
    expect("the certificate is still trusted", TRUSTED.exists(), False)


if __name__ == "__main__":
    play(__file__, World, (pulled_by_all, nobody_else_gets_in, goes_on, secrets_appear_nowhere, all_goes),
         ["docker-registry", "curl", "g++"])
