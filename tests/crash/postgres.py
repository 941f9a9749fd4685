"""A private PostgreSQL server from Debian's package, which can be killed and started again."""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time


class Missing(Exception):
    """This machine can't run one."""


def free_port():
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


class Postgres:
    def __init__(self, folder):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
        if not found:
            raise Missing("PostgreSQL's server is not installed (apt-get install postgresql)")
        self.programs = os.path.dirname(found[-1])
        self.folder = os.path.join(folder, "postgres")
        self.data = os.path.join(self.folder, "data")
        self.port = free_port()
        self.process = None
        os.mkdir(self.folder)
        if os.geteuid() == 0:
            os.chmod(folder, 0o711)  # its owner must get there
            shutil.chown(self.folder, "postgres")
        self.tool("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        self.start()
        self.tool("createdb", "-h", self.folder, "-p", str(self.port), "-U", "postgres", "infra")

    def options(self):
        """As its owner: root can't run it."""
        if os.geteuid() != 0:
            return {}
        owner = pwd.getpwnam("postgres")
        return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": self.folder}

    def tool(self, name, *arguments):
        subprocess.run([os.path.join(self.programs, name), *arguments], check=True, stdout=subprocess.DEVNULL,
                       **self.options())

    def url(self, parameters=""):
        return f"postgres://postgres@/infra?host={self.folder}&port={self.port}{parameters}"

    def answers(self):
        ask = [os.path.join(self.programs, "pg_isready"), "-q", "-h", self.folder, "-p", str(self.port)]
        return subprocess.run(ask, check=False).returncode == 0

    def start(self):
        """After a kill, what the server had started needs a moment to notice it."""
        command = [os.path.join(self.programs, "postgres"), "-D", self.data, "-k", self.folder, "-p", str(self.port),
                   "-c", "listen_addresses="]
        until = time.monotonic() + 60
        with open(os.path.join(self.folder, "log"), "ab") as log:
            while time.monotonic() < until:
                if self.process is None or self.process.poll() is not None:
                    self.process = subprocess.Popen(command, stdout=log, stderr=log, **self.options())
                if self.answers():
                    return
                time.sleep(0.05)
        raise AssertionError("PostgreSQL doesn't start again")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
