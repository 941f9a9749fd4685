"""The two worlds of the crash test, looked at directly and not through infra."""

import contextlib
import http.client
import io
import json
import os
import socket
import sqlite3
import subprocess
import tarfile
import urllib.parse

from stack import IMAGE

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Unavailable(Exception):
    """This machine can't have such a world."""


class SimulatorWorld:
    name = "simulator"
    nodes = 2

    def __init__(self, folder):
        self.file = os.path.join(folder, "crash.world")

    def declaration(self):
        return f'simulator world {{ nodes = {self.nodes}; delay = 25ms; file = "{self.file}" }}'

    def objects(self):
        """(type, address, id) of everything that exists."""
        with contextlib.closing(sqlite3.connect(self.file)) as world:
            return sorted(world.execute("SELECT type, address, id FROM object"))

    def close(self):
        pass


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("engine", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def busybox_layer():
    for path in ("/bin/busybox", "/usr/bin/busybox"):
        if os.path.exists(path):
            break
    else:
        raise Unavailable("busybox-static is not installed (apt-get install busybox-static)")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in ("bin/busybox", "bin/sh", "bin/sleep"):
            with open(path, "rb") as file:
                info = tarfile.TarInfo(name)
                info.size = os.path.getsize(path)
                info.mode = 0o755
                tar.addfile(info, file)
    return buffer.getvalue()


class EngineWorld:
    """A private dockerd with one small image."""

    name = "engine"
    nodes = 1

    def __init__(self, folder):
        self.folder = os.path.join(folder, "engine")
        self.socket = self.shell("start_engine").strip()
        if not self.socket:
            raise Unavailable("a private dockerd doesn't run here (see above)")
        image = urllib.parse.urlencode({"fromSrc": "-", "repo": IMAGE.split(":")[0], "tag": IMAGE.split(":")[1]})
        self.ask("POST", f"/images/create?{image}", busybox_layer(), {"Content-Type": "application/x-tar"})

    def shell(self, function):
        script = f'source "{ROOT}/tools/lib/engine.sh"; {function} "{self.folder}"'
        return subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, check=False).stdout.decode()

    def ask(self, method, path, body=None, headers=None):
        connection = UnixConnection(self.socket)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 300:
                raise AssertionError(f"{method} {path}: {answer.status} {text[:300]!r}")
            return text
        finally:
            connection.close()

    def declaration(self):
        return f'nodes world {{ node a {{ endpoint = "unix://{self.socket}" }} }}'

    def labelled(self, path):
        filters = urllib.parse.quote(json.dumps({"label": ["infra.stack=crash"]}))
        return json.loads(self.ask("GET", f"{path}{'&' if '?' in path else '?'}filters={filters}"))

    def objects(self):
        out = [("task", c["Labels"]["infra.address"], c["Labels"]["infra.token"]) for c in self.labelled("/containers/json?all=1")]
        out += [("network", n["Labels"]["infra.address"], n["Id"]) for n in self.labelled("/networks")]
        return sorted(out)

    def close(self):
        self.shell("stop_engine")


def open_world(name, folder):
    return SimulatorWorld(folder) if name == "simulator" else EngineWorld(folder)
