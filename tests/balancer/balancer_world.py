"""A private engine in a network of its own, images from this machine's packages, and a stack with a load balancer."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# HAProxy answers by itself: a server that keeps connections, is fast, and ends at SIGTERM without grace.
APP = """global
  nbthread 1
  maxconn 2000
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 1s
frontend app
  bind :8080
  http-request return status 200 content-type text/plain string "${TEXT}"
"""

STACK = """
param rev: Int = 1
param solo: Int = 1
param extra: List<String> = []
param pem: Secret<String>
nodes here { node a { endpoint = "ENGINE" } }
platform = here
cluster core { }
load_balancer front {
  listener web { port = 8000 }
  listener safe { port = 8443; protocol = "https"; certificate = pem }
  listener one { port = 8001 }
}
task api {
  container web { image = "app:1"; env = { TEXT: "api ${rev}" }; stop_timeout = 2s; port http { container = 8080 } }
}
service api {
  cluster = core
  task = api
  desired = 4
  route { listener = front.web; to = web.http; drain = 20s }
  route { listener = front.safe; to = web.http; drain = 20s }
  for path in extra { route { listener = front.web; to = web.http; path = path; drain = 20s } }
}
task solo {
  container web { image = "app:1"; env = { TEXT: "solo ${solo}" }; stop_timeout = 2s; port http { container = 8080 } }
}
service solo {
  cluster = core
  task = solo
  deploy { min = 0%; max = 100% }
  route { listener = front.one; to = web.http; drain = 20s }
}
output urls = service.api.urls
"""


def run(*command, check=True, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    if check and done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))[:200]} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done


def enter_own_network(script):
    if os.environ.get("INSIDE") == "yes":
        run("ip", "link", "set", "lo", "up")
        return
    for program in ("dockerd", "haproxy", "wrk", "perl", "unshare"):
        if shutil.which(program) is None:
            print(f"skipped: needs {program}")
            sys.exit(77)
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
        print("skipped: needs the right to make a network namespace")
        sys.exit(77)
    os.environ["INSIDE"] = "yes"
    os.execvp("unshare", ["unshare", "--net", sys.executable, script, *sys.argv[1:]])


class World:
    def __init__(self, infra):
        self.infra = os.path.abspath(infra)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="infra-balancer-"))
        self.engine = self.shell(f"start_engine {self.folder}/engine")
        self.settings = {"rev": "1", "solo": "1", "extra": "[]"}
        (self.folder / "shop").mkdir()
        (self.folder / "shop/shop.infra").write_text(STACK.replace("ENGINE", f"unix://{self.engine}"))
        self.make_images()
        self.new_certificate("first.example")

    def shell(self, command):
        done = run("bash", "-c", f"source {ROOT}/tools/lib/engine.sh; {command}")
        return done.stdout.strip()

    def docker(self, *arguments, **options):
        return run("docker", "-H", f"unix://{self.engine}", *arguments, **options).stdout.strip()

    def make_images(self):
        content = subprocess.run([ROOT / "tests/support/haproxy_image"], check=True, capture_output=True).stdout
        subprocess.run(["docker", "-H", f"unix://{self.engine}", "import", "-", "haproxy:2.8"], input=content, check=True,
                       capture_output=True)
        context = self.folder / "app"
        context.mkdir()
        (context / "app.cfg").write_text(APP)
        (context / "Dockerfile").write_text('FROM haproxy:2.8\nCOPY app.cfg /app.cfg\nENTRYPOINT ["haproxy", "-f", "/app.cfg"]\n')
        run("docker", "-H", f"unix://{self.engine}", "build", "-q", "-t", "app:1", context,
            env={**os.environ, "DOCKER_BUILDKIT": "0"})

    def new_certificate(self, name):
        key, certificate = self.folder / "key.pem", self.folder / "cert.pem"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out", certificate, "-subj", f"/CN={name}", "-days", "30")
        (self.folder / "pem").write_text(certificate.read_text() + key.read_text())

    def command(self, verb, *more):
        words = [self.infra, verb, self.folder / "shop", *more]
        if verb in ("plan", "apply", "destroy"):
            for name, value in self.settings.items():
                words += ["--set", f"{name}={value}"]
            words += ["--secret", f"pem=file:{self.folder}/pem"]
        return words

    def apply(self, **settings):
        self.settings.update({name: str(value) for name, value in settings.items()})
        return run(*self.command("apply", "-y")).stdout

    def plan(self):
        return run(*self.command("plan", "--detailed-exitcode"), check=False)

    def tasks(self, service):
        return self.docker("ps", "-q", "--filter", f"name=shop-{service}-").split()

    def pid(self, container):
        return int(self.docker("inspect", "-f", "{{.State.Pid}}", container))

    def end(self):
        subprocess.run(["bash", "-c", f"source {ROOT}/tools/lib/engine.sh; stop_engine {self.folder}/engine"], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
