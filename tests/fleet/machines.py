"""Machines for tests: each an engine in a network namespace of its own, joined by one bridge, spoken to over mutual TLS."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# An engine as on any machine.
DAEMON = ["dockerd", "--tlsverify", "--ip6tables=false"]
# Without rights to the firewall: ports are published by the engine's own proxy.
WITHOUT_FIREWALL = ["--iptables=false", "--ip-masq=false"]


def run(*command, check=True, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    if check and done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))[:200]} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done


def wait_for(what, seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise SystemExit(f"FAILED: {what} didn't happen within {seconds} s")


def enter_own_network(script, programs):
    """The network of the one who looks at the machines; runs the script again inside of it."""
    if os.environ.get("INSIDE") == "yes":
        run("ip", "link", "set", "lo", "up")
        return
    for program in ("dockerd", "docker", "openssl", "ip", "nsenter", "unshare", *programs):
        if shutil.which(program) is None:
            print(f"skipped: needs {program}")
            sys.exit(77)
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
        print("skipped: needs the right to make a network namespace")
        sys.exit(77)
    os.environ["INSIDE"] = "yes"
    os.execvp("unshare", ["unshare", "--net", sys.executable, script, *sys.argv[1:]])


class Certificates:
    """An authority; a server's certificate for each machine; one for the client."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
            "-subj", "/CN=fleet", "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
        self.make("client", "extendedKeyUsage=clientAuth")

    def make(self, name, extension):
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(extension + "\n")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", self.folder / f"{name}.key", "-out", request)
        run("openssl", "x509", "-req", "-in", request, "-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key",
            "-CAcreateserial", "-days", "30", "-extfile", extensions, "-out", self.folder / f"{name}.pem")


class Machine:
    def __init__(self, folder, name, number, certificates, options):
        self.name, self.folder, self.certificates = name, folder / name, certificates
        self.address = f"10.77.0.{number}"
        self.options = options
        self.socket = None  # where it is spoken to instead, if something is in between
        self.folder.mkdir()
        certificates.make(name, f"subjectAltName=IP:{self.address}")
        # The namespace lives as long as this process.
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        wait_for("a namespace of its own", 5, lambda: self.namespace() != os.readlink("/proc/self/ns/net"))
        veth = f"v-{name}"
        run("ip", "link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", str(self.holder.pid))
        run("ip", "link", "set", veth, "master", "lan", "up")
        self.inside("ip", "link", "set", "lo", "up")
        self.inside("ip", "addr", "add", f"{self.address}/24", "dev", "eth0")
        self.inside("ip", "link", "set", "eth0", "up")
        self.daemon = None

    def namespace(self):
        return os.readlink(f"/proc/{self.holder.pid}/ns/net")

    def inside(self, *command):
        return run("nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *command)

    def start(self):
        pem = self.certificates.folder
        log = open(self.folder / "log", "a")
        self.daemon = subprocess.Popen(
            ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *DAEMON, *self.options, "--tlscacert", pem / "ca.pem",
             "--tlscert", pem / f"{self.name}.pem", "--tlskey", pem / f"{self.name}.key", "--data-root", self.folder / "data",
             "--exec-root", self.folder / "exec", "--pidfile", self.folder / "pid", "-H", f"unix://{self.folder}/s",
             "-H", f"tcp://{self.address}:2376"], stdout=log, stderr=log)
        wait_for(f"the engine of {self.name}", 60,
                 lambda: self.docker("version", check=False).returncode == 0)

    def connection(self):
        """How a stack's `node` block says where it is."""
        if self.socket is not None:
            return f'endpoint = "unix://{self.socket}"; address = {self.address}'
        pem = self.certificates.folder
        return (f'endpoint = "tcp://{self.address}:2376"; ca = "{pem}/ca.pem"; cert = "{pem}/client.pem"; '
                f'key = "{pem}/client.key"')

    def docker(self, *arguments, check=True, **options):
        return run("docker", "-H", f"unix://{self.folder}/s", *arguments, check=check, **options)

    def tasks(self, service):
        """The ids of the containers that run."""
        return self.docker("ps", "-q", "--filter", f"label=infra.address=service.{service}/tasks").stdout.split()

    def running(self, name):
        return self.docker("ps", "-q", "--filter", f"name={name}").stdout.split()

    def restart_daemon(self):
        """What runs on it ends with it, as live-restore isn't the default."""
        self.daemon.terminate()
        self.daemon.wait(60)
        self.start()

    def die(self):
        """The power goes: nothing is told to end, and nothing answers."""
        run("ip", "link", "set", f"v-{self.name}", "down")
        mine = str(self.folder)
        for round in range(20):
            pids = [int(p) for p in os.listdir("/proc") if p.isdigit() and self.belongs(int(p), mine)]
            if not pids:
                break
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.2)
        self.daemon.wait(20)
        (self.folder / "pid").unlink(missing_ok=True)

    def belongs(self, pid, folder):
        """The daemon, its containerd and shims name its folder; what runs in containers is in its namespaces' roots."""
        if pid in (os.getpid(), self.holder.pid):
            return False
        try:
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
            mounts = pathlib.Path(f"/proc/{pid}/mountinfo").read_text(errors="replace").split("\n")[0]
        except OSError:
            return False
        return folder in command or folder in mounts

    def come_back(self):
        run("ip", "link", "set", f"v-{self.name}", "up")
        self.start()

    def complaints(self, lines=25):
        """The last that its engine warned of."""
        log = (self.folder / "log").read_text(errors="replace").splitlines()
        return [f"{self.name}: {line[:400]}" for line in log if "level=info" not in line][-lines:]

    def end(self):
        if self.daemon is not None and self.daemon.poll() is None:
            ids = self.docker("ps", "-q", check=False).stdout.split()
            if ids:
                self.docker("kill", *ids, check=False)
            self.daemon.terminate()
            try:
                self.daemon.wait(30)
            except subprocess.TimeoutExpired:
                self.die()
        self.holder.kill()
        self.holder.wait()
        with open("/proc/mounts") as mounts:
            below = [line.split()[1] for line in mounts if line.split()[1].startswith(f"{self.folder}/")]
        for mount in sorted(below, reverse=True):
            subprocess.run(["umount", "-l", mount], check=False, capture_output=True)


class Fleet:
    def __init__(self, folder, names, firewall=False, options=()):
        self.folder = folder
        run("ip", "link", "add", "lan", "type", "bridge")
        run("ip", "addr", "add", "10.77.0.1/24", "dev", "lan")
        run("ip", "link", "set", "lan", "up")
        self.certificates = Certificates(folder / "pki")
        options = [*([] if firewall else WITHOUT_FIREWALL), *options]
        self.machines = [Machine(folder, name, i + 2, self.certificates, options) for i, name in enumerate(names)]

    def start(self):
        for machine in self.machines:
            machine.start()

    def load_testapp(self, folder):
        """The tests' program as `folder`/app, and as the image testapp:1 on each machine."""
        app = folder / "app"
        run("g++", "-O1", "-static", "-o", app, ROOT / "tests/support/app/infra_testapp.cpp")
        tar = subprocess.run(["tar", "c", "-C", folder, "app"], check=True, capture_output=True).stdout
        for machine in self.machines:
            subprocess.run(["docker", "-H", f"unix://{machine.folder}/s", "import", "-c", 'ENTRYPOINT ["/app"]', "-",
                            "testapp:1"], input=tar, check=True, capture_output=True)
        return app

    def declaration(self, more=""):
        """The `nodes` block of a stack. `more`: what each of them has beside its endpoint; NAME in it is its name."""
        nodes = "".join(f"  node {m.name} {{ {m.connection()}; {more.replace('NAME', m.name)} }}\n" for m in self.machines)
        return f"nodes fleet {{\n{nodes}}}\nplatform = fleet\n"

    def end(self):
        for machine in self.machines:
            machine.end()
        shutil.rmtree(self.folder, ignore_errors=True)
