"""Secrets planted in a stack on a real engine, and looked for in everything that infra or the engine leaves behind: what it
prints, its state, saved plans, the stack's folder, the home, temporary files, every process's arguments and environment,
cores, what the engine inspects and keeps on its disk. In many forms, see forms.py.

What the engine keeps by its nature is said in docs/security.md: variables in its configuration of a container, the files of
the pause container and of the load balancer on the node's disk, where root alone reads them.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from forms import forms

ROOT = pathlib.Path(__file__).resolve().parents[2]
STACK = """stack app
param engine: String
param registry: String
param in_file: Secret<String>
param in_text: Secret<String>
param as_variable: Secret<String>
param login: Secret<String>
param tls: Secret<String>
nodes here { node a { endpoint = engine } }
platform = here
registry images { endpoint = registry; username = "planter"; password = login; repository web { } }
load_balancer front { listener safe { port = 18443; protocol = "https"; certificate = tls } }
cluster core { }
task api {
  container web {
    image = "testapp:1"
    stop_timeout = 1s
    port http { container = 8080 }
    secrets = { WORD: as_variable }
    file "/run/secrets/word" { content = in_file }
    file "/etc/app.conf" { content = "postgres://api:${in_text}@db/api" }
    health { command = ["/infra_testapp", "check", "/healthz"]; every = 1s }
  }
}
service api { cluster = core; task = task.api; desired = 2; route { listener = front.safe; to = web.http } }
task keep { volume data { name = "planted-data" }; container main { image = "testapp:1"; stop_timeout = 1s; mounts = { data: "/data" } } }
service keep { cluster = core; task = task.keep }
job once { cluster = core; task = task.once; after = [api] }
task once { container main { image = "testapp:1"; command = ["exit", "0"]; secrets = { WORD: as_variable }; file "/run/secrets/word" { content = in_file } } }
output words: Secret<String> = in_file
"""
SECRETS = {"in_file": 'pl4nted "file" wörd+/=?&\\end', "in_text": "pl4nted-text/word+0123456789",
           "as_variable": "pl4nted variable <word> 9876543210", "login": "pl4nted:login/word=4242424242"}
# Of a store for backups: given in infra's own environment, as to every program that speaks S3.
STORE_SECRET = "pl4nted/store+word=7777777777"


def run(*command, check=True, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, **options)
    if check and done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))[:200]} failed ({done.returncode}):\n"
                         f"{done.stdout.decode(errors='replace')[-3000:]}{done.stderr.decode(errors='replace')[-3000:]}")
    return done.stdout + done.stderr


def shell(words):
    return run("bash", "-c", f"source {ROOT}/tools/lib/engine.sh; {words}").decode().strip()


class Search:
    def __init__(self, secrets):
        self.needles = [(name, form, needle) for name, text in secrets.items() for form, needle in forms(text).items()]
        self.found, self.bytes = {}, 0

    def look(self, where, content, allowed=()):
        self.bytes += len(content)
        for name, form, needle in self.needles:
            if name not in allowed and needle in content:
                self.found.setdefault(f"{name} ({form}) in {where}", True)

    def look_below(self, folder, where, allowed=lambda path: ()):
        device = pathlib.Path(folder).stat().st_dev
        for path in sorted(pathlib.Path(folder).rglob("*")):
            try:
                # What is mounted there isn't on this disk: the memory in which a task has its secret files.
                if path.is_symlink() or not path.is_file() or path.stat().st_dev != device:
                    continue
                self.look(f"{where}: {path}", str(path).encode())
                self.look(f"{where}: {path}", path.read_bytes(), allowed(path))
            except OSError:
                pass


def check_that_it_finds():
    """A search that finds nothing proves something only if it would find what is there."""
    word = 'pl4nted "wörd"/+&'
    for before in ("", "a", "ab"):
        for text in (word, json.dumps({"x": before + word}), base64.b64encode(f"{before}{word} and more".encode()).decode(),
                     urllib.parse.quote(before + word), (before + word).encode().hex()):
            search = Search({"word": word})
            search.look("a check", b"before" + text.encode() + b"after")
            if not search.found:
                raise SystemExit(f"FAILED: {text} isn't found")


class Watching(threading.Thread):
    """Looks at the arguments and environments of all processes, and at temporary files, while something runs."""

    def __init__(self, search, folders):
        super().__init__(daemon=True)
        self.search, self.folders, self.over, self.looks = search, folders, threading.Event(), 0

    def run(self):
        while not self.over.is_set():
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                for what in ("cmdline", "environ"):
                    try:
                        content = (process / what).read_bytes()
                    except OSError:
                        continue
                    # A container's own program has its variables; who may read them is root on the node.
                    own = b"infra_testapp" in content or b"WORD=" in content
                    asked = b"AWS_SECRET_ACCESS_KEY=" in content
                    allowed = ["as_variable"] * own + ["store"] * asked if what == "environ" else []
                    self.search.look(f"{what} of a process", content, allowed)
            for folder in self.folders:
                self.search.look_below(folder, "in the meantime")
            self.looks += 1
            time.sleep(0.05)


class World:
    def __init__(self, arguments, folder):
        self.folder, self.infra = folder, arguments.infra
        self.stack, self.home, self.temporary = folder / "app", folder / "home", folder / "tmp"
        for one in (self.stack, self.home, self.temporary):
            one.mkdir()
        (self.stack / "app.infra").write_text(STACK)
        self.engine_folder = folder / "engine"
        socket = shell(f"start_engine {self.engine_folder}")
        self.port = 25000 + os.getpid() % 2000
        shell(f"start_registry {folder}/registry {self.port}")
        self.docker_host = f"unix://{socket}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TMPDIR": str(self.temporary), "LC_ALL": "C.UTF-8"}
        self.parameters = ["--set", f"engine={self.docker_host}", "--set", f"registry=localhost:{self.port}"]
        self.load(arguments.app)

    def load(self, app):
        app = pathlib.Path(app)
        tar = subprocess.run(["tar", "-C", app.parent, "-c", app.name], capture_output=True, check=True).stdout
        self.docker("import", "--change", 'ENTRYPOINT ["/infra_testapp"]', "-", "testapp:1", input=tar)
        tar = subprocess.run([ROOT / "tests/support/haproxy_image"], capture_output=True, check=True).stdout
        self.docker("import", "-", "haproxy:2.8", input=tar)

    def docker(self, *words, **options):
        return run("docker", *words, env=dict(os.environ, DOCKER_HOST=self.docker_host), **options)

    def start(self, *words, **more):
        return subprocess.Popen([self.infra, *words], cwd=self.folder, env=dict(self.environment, **more), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def infra_says(self, search, *words, ok=(0,), **more):
        done = self.start(*words, **more)
        said, _ = done.communicate(timeout=200)
        if done.returncode not in ok:
            raise SystemExit(f"infra {' '.join(words)} ended with {done.returncode}:\n{said.decode(errors='replace')[-3000:]}")
        search.look("what `infra " + " ".join(words) + "` says", said)
        return said

    def containers(self):
        return self.docker("ps", "-aq", "--no-trunc").decode().split()

    def end(self):
        shell(f"stop_engine {self.engine_folder}; stop_registry {self.folder}/registry")


def give_secrets(world, secrets):
    for name, text in secrets.items():
        with tempfile.NamedTemporaryFile("w", dir="/dev/shm") as file:
            file.write(text)
            file.flush()
            run(world.infra, "secret", "set", name, "app", "--from", f"file:{file.name}", cwd=world.folder, env=world.environment)


def look_at_engine(world, search):
    for id in world.containers():
        said = world.docker("inspect", id)
        search.look("docker inspect", said, ("as_variable",))
        search.look("labels", world.docker("inspect", "-f", "{{json .Config.Labels}} {{json .Args}} {{json .Mounts}}", id))
        search.look("docker logs", world.docker("logs", id))
    for what in ("image", "network", "volume"):
        for id in world.docker(what, "ls", "-q").decode().split():
            search.look(f"docker {what} inspect", world.docker(what, "inspect", id))
    data = world.engine_folder / "data"
    for kind in ("containers", "image", "network", "volumes"):
        search.look_below(data / kind, "the engine's disk",
                          lambda path: ("as_variable",) if path.name == "config.v2.json" else ())
    search.look("the engine's log", (world.engine_folder / "dockerd.log").read_bytes())


def abort_in_the_middle(world, search):
    """No core is left, wherever cores go by default here."""
    (world.stack / "app.infra").write_text(STACK.replace("desired = 2", "desired = 4"))
    apply = world.start("apply", "app", "-y", *world.parameters)
    time.sleep(1.0)
    apply.send_signal(signal.SIGABRT)
    said, _ = apply.communicate(timeout=60)
    search.look("what an aborted apply says", said)
    cores = [path for path in world.folder.glob("core*")] + [path for path in world.stack.glob("core*")]
    if cores:
        raise SystemExit(f"FAILED: an aborted apply left {cores}")
    return apply.returncode


def back_up(world, search):
    """To a store, and back, with credentials that only infra's environment and the store have."""
    bucket, port = world.folder / "store" / "backups", 27000 + os.getpid() % 2000
    bucket.mkdir(parents=True)
    log = (world.folder / "store.log").open("wb")
    store = subprocess.Popen([sys.executable, ROOT / "tests/support/s3.py", bucket.parent, str(port), "AKIAPLANTED", "-"],
                             stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT)
    try:
        store.stdin.write(STORE_SECRET.encode() + b"\n")
        store.stdin.flush()
        login = {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIAPLANTED",
                 "AWS_SECRET_ACCESS_KEY": STORE_SECRET}
        world.infra_says(search, "volume", "backup", "planted-data", "--to", "s3://backups/nightly", "--dir", "app", **login)
        kept = [path for path in bucket.rglob("*.tar.gz")]
        if len(kept) != 1:
            raise SystemExit(f"FAILED: the store has {kept} after a backup")
        world.infra_says(search, "volume", "restore", "planted-data", f"s3://backups/nightly/{kept[0].name}", "--stop", "-y", "--dir",
                         "app", **login)
        world.infra_says(search, "volume", "backup", "planted-data", "--to", "s3://nowhere", "--dir", "app", ok=(1,), **login)
        world.infra_says(search, "volume", "backup", "planted-data", "--to", "s3://backups", "--dir", "app", ok=(1,),
                         **dict(login, AWS_ACCESS_KEY_ID="AKIAOTHER"))
        search.look_below(bucket.parent, "the store")
        search.look("what the store saw", (world.folder / "store.log").read_bytes())
    finally:
        store.kill()
        store.wait()


def follow(world, search):
    """A pass of `infra watch` that rolls out a commit, with the state, and so the secrets, that the stack has."""
    repository = world.folder / "repository"
    repository.mkdir()
    (repository / "app.infra").write_text(STACK.replace("desired = 2", "desired = 3"))
    git = ["git", "-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.org"]
    run("git", "init", "-q", "-b", "main", repository)
    run(*git, "add", ".")
    run(*git, "commit", "-qm", "three copies")
    state = world.stack / ".infra" / "state.db"
    said = world.infra_says(search, "watch", str(repository), "--once", "--state", str(state), *world.parameters)
    copies = [line for line in world.infra_says(search, "ps", "app", *world.parameters).splitlines() if line.startswith(b"service.api/")]
    if len(copies) < 3:
        raise SystemExit(f"FAILED: the watcher didn't roll the commit out:\n{said.decode(errors='replace')[-2000:]}")


def run_beside(world, search):
    """Commands in containers of their own; one that is killed has its secrets in memory only, one that follows removes it."""
    words = ["run", "service.api", "--dir", "app", *world.parameters, "--"]
    world.infra_says(search, *words, "exit", "0")
    killed = world.start(*words, "serve")
    until = time.monotonic() + 60
    while not world.docker("ps", "-q", "--filter", "label=infra.type=one_off", "--filter", "label=infra.container=web"):
        if time.monotonic() > until:
            raise SystemExit("FAILED: `infra run` starts no container")
        time.sleep(0.05)
    killed.kill()
    killed.communicate()
    left = world.docker("ps", "-aq", "--filter", "label=infra.type=one_off").decode().split()
    if len(left) != 2:
        raise SystemExit(f"FAILED: a killed `infra run` left {left}")
    for id in left:
        search.look("what a killed `infra run` left", world.docker("export", id))
    look_everywhere(world, search)
    world.infra_says(search, *words, "exit", "0")
    if left := world.docker("ps", "-aq", "--filter", "label=infra.type=one_off"):
        raise SystemExit(f"FAILED: `infra run` left {left}")


def look_everywhere(world, search):
    look_at_engine(world, search)
    for folder in (world.stack, world.home, world.temporary):
        search.look_below(folder, "left behind")


def play(world, search):
    watching = Watching(search, (world.stack, world.temporary, world.home))
    watching.start()
    give_secrets(world, SECRETS_WITH_KEY)
    world.infra_says(search, "plan", "app", "--detail", "--out", "saved", *world.parameters)
    world.infra_says(search, "plan", "app", "--json", *world.parameters)
    world.infra_says(search, "plan", "app", "--markdown", *world.parameters)
    search.look("a saved plan", (world.folder / "saved").read_bytes())
    world.infra_says(search, "apply", "app", "-y", *world.parameters)
    look_everywhere(world, search)
    for words in (["ps"], ["ps", "--json"], ["logs"], ["events"], ["output"], ["output", "--json"], ["history"], ["graph"],
                  ["show", "state"], ["show", "graph"], ["state", "pull"], ["state", "show", "service.api"], ["top"]):
        world.infra_says(search, *words, "app", *world.parameters, ok=(0, 1, 2))
    aborted = abort_in_the_middle(world, search)
    world.infra_says(search, "apply", "app", "-y", "--json", *world.parameters)
    look_everywhere(world, search)
    back_up(world, search)
    follow(world, search)
    run_beside(world, search)
    look_everywhere(world, search)
    world.infra_says(search, "destroy", "app", "-y", *world.parameters)
    look_everywhere(world, search)
    watching.over.set()
    watching.join()
    print(f"looked {watching.looks} times at all processes, at {search.bytes >> 20} MiB for {len(search.needles)} forms; "
          f"the aborted apply ended with {aborted}")


def tls(folder):
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
        "/CN=planted", "-keyout", folder / "key", "-out", folder / "cert")
    key = (folder / "key").read_text()
    pem = (folder / "cert").read_text() + key
    for name in ("key", "cert"):
        (folder / name).unlink()
    return pem, key.splitlines()[1]


def main():
    check_that_it_finds()
    parser = argparse.ArgumentParser()
    parser.add_argument("--infra", required=True)
    parser.add_argument("--app", required=True)
    arguments = parser.parse_args()
    for program in ("dockerd", "docker", "docker-registry", "haproxy", "openssl", "git"):
        if shutil.which(program) is None or os.geteuid() != 0:
            print(f"skipped: needs root and {program}")
            sys.exit(77)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="infra-planted-"))
    pem, key = tls(folder)
    SECRETS_WITH_KEY.update(SECRETS, tls=pem)
    search = Search(dict(SECRETS, tls=key, store=STORE_SECRET))
    world = World(arguments, folder)
    try:
        play(world, search)
    finally:
        world.end()
        shutil.rmtree(folder, ignore_errors=True)
    for what in sorted(search.found):
        print("FOUND", what)
    sys.exit(1 if search.found else 0)


SECRETS_WITH_KEY = {}
if __name__ == "__main__":
    main()
