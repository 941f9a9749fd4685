#!/usr/bin/env python3
"""A real API server of Kubernetes for tests: etcd, kube-apiserver, and if asked what makes pods run.

    kube_world.py DIR [--pods ENGINE]

Everything lies in DIR: certificates, logs, `kubeconfig` with the contexts `admin`, `weak` (may only read namespaces)
and `faults` (by way of a proxy that does what DIR/faults says). Prints `ready` once it answers. SIGTERM ends it and all that it
started; SIGHUP ends the API server (prints `stopped`) and starts it again after two seconds (prints `restarted`).

--pods starts controller-manager, scheduler and a kubelet on the dockerd that ENGINE names (unix:///…); with `pretend` the
controller-manager and nodes on which nothing runs (pretend.py); with an empty ENGINE the controller-manager alone.
"""
import argparse
import base64
import ctypes
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

import kube_faults
import pretend

HERE = pathlib.Path(__file__).resolve().parent
TOOL = HERE.parent.parent.parent / "tools/kubernetes"


def programs():
    found = subprocess.run([TOOL, "--find"], capture_output=True, text=True)
    if found.returncode != 0:
        sys.exit(found.stderr.strip())
    return pathlib.Path(found.stdout.strip())


def end_with_parent():
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class World:
    def __init__(self, folder, engine):
        self.dir = pathlib.Path(folder)
        self.dir.mkdir(parents=True, exist_ok=True)
        self.bin = programs()
        self.engine = engine
        self.running = {}
        self.port = free_port()

    # Certificates.

    def openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, cwd=self.dir)

    def certificate(self, name, subject, names=""):
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
        usage = "extendedKeyUsage=clientAuth,serverAuth\n" + (f"subjectAltName={names}\n" if names else "")
        (self.dir / f"{name}.ext").write_text(usage)
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
                     "-extfile", f"{name}.ext", "-out", f"{name}.crt")

    def certificates(self):
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "30",
                     "-subj", "/CN=test-ca")
        self.certificate("server", "/CN=kube-apiserver", "DNS:localhost,DNS:cluster.test,IP:127.0.0.1,IP:10.96.0.1")
        self.certificate("admin", "/O=system:masters/CN=admin")
        self.openssl("genrsa", "-out", "accounts.key", "2048")
        (self.dir / "tokens.csv").write_text("admin-token,admin,admin-uid,system:masters\nweak-token,weak,weak-uid,weak\n")

    # Programs.

    def start(self, program, *flags):
        path = self.bin / program
        if not path.exists():
            path = program  # etcd is Debian's
        log = open(self.dir / f"{program}.log", "a")
        self.running[program] = subprocess.Popen([path, *map(str, flags)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                 cwd=self.dir, start_new_session=True, preexec_fn=end_with_parent)

    def stop(self, program):
        one = self.running.pop(program, None)
        if one is None:
            return
        one.terminate()
        try:
            one.wait(20)
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()

    def start_etcd(self):
        client, peer = free_port(), free_port()
        self.etcd = f"http://127.0.0.1:{client}"
        self.start("etcd", "--data-dir", self.dir / "etcd", "--listen-client-urls", self.etcd, "--advertise-client-urls",
                   self.etcd, "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls",
                   f"http://127.0.0.1:{peer}", "--initial-cluster", f"default=http://127.0.0.1:{peer}", "--unsafe-no-fsync")

    def start_server(self):
        d = self.dir
        self.start("kube-apiserver", "--etcd-servers", self.etcd, "--secure-port", self.port, "--bind-address", "127.0.0.1",
                   "--advertise-address", "127.0.0.1", "--insecure-port", "0", "--cert-dir", d / "made",
                   "--tls-cert-file", d / "server.crt", "--tls-private-key-file", d / "server.key",
                   "--client-ca-file", d / "ca.crt", "--token-auth-file", d / "tokens.csv", "--authorization-mode", "RBAC",
                   "--service-account-issuer", "https://cluster.test", "--service-account-key-file", d / "accounts.key",
                   "--service-account-signing-key-file", d / "accounts.key", "--api-audiences", "https://cluster.test",
                   "--service-cluster-ip-range", "10.96.0.0/16", "--allow-privileged",
                   "--kubelet-client-certificate", d / "admin.crt", "--kubelet-client-key", d / "admin.key",
                   "--kubelet-preferred-address-types", "InternalIP", "--endpoint-reconciler-type", "none",
                   *self.extra_flags())

    def extra_flags(self):
        path = self.dir / "apiserver.flags"
        return path.read_text().split() if path.exists() else []

    # A kubelet takes no loopback address for its node's: that of the engine's bridge is there as long as it is.
    def bridge_address(self):
        with socket.socket(socket.AF_UNIX) as engine:
            engine.connect(self.engine.removeprefix("unix://"))
            engine.sendall(b"GET /networks/bridge HTTP/1.0\r\n\r\n")
            answer = b"".join(iter(lambda: engine.recv(65536), b""))
        bridge = json.loads(answer.partition(b"\r\n\r\n")[2])["Options"]["com.docker.network.bridge.name"]
        shown = subprocess.run(["ip", "-j", "-4", "address", "show", "dev", bridge], capture_output=True, text=True, check=True)
        return json.loads(shown.stdout)[0]["addr_info"][0]["local"]

    def start_pods(self):
        d, config = self.dir, self.dir / "kubeconfig"
        self.start("kube-controller-manager", "--kubeconfig", config, "--service-account-private-key-file", d / "accounts.key",
                   "--root-ca-file", d / "ca.crt", "--leader-elect=false", "--port", "0", "--secure-port", "0",
                   "--use-service-account-credentials=false", "--kube-api-qps", "500", "--kube-api-burst", "1000",
                   "--horizontal-pod-autoscaler-sync-period", "2s")
        if self.engine == "pretend":
            pretend.Nodes(self.ask)
        if self.engine in ("", "pretend"):
            return
        self.start("kube-scheduler", "--kubeconfig", config, "--leader-elect=false", "--port", "0", "--secure-port", "0")
        port, health, address = free_port(), 0, self.bridge_address()
        self.start("kubelet", "--kubeconfig", config, "--docker-endpoint", self.engine, "--container-runtime", "docker",
                   "--cgroup-driver", "cgroupfs", "--cgroups-per-qos=false", "--enforce-node-allocatable=", "--fail-swap-on=false",
                   "--pod-infra-container-image", "pause:1", "--root-dir", d / "kubelet", "--cert-dir", d / "kubelet-certs",
                   "--hostname-override", "node-a", "--node-ip", address, "--address", address, "--port", port,
                   "--read-only-port", "0", "--healthz-port", health, "--client-ca-file", d / "ca.crt", "--anonymous-auth=false",
                   "--network-plugin", "", "--eviction-hard", "", "--image-gc-high-threshold", "100",
                   "--resolv-conf", "", "--max-pods", "200")

    # What clients read.

    def kubeconfig(self):
        data = lambda name: base64.b64encode((self.dir / name).read_bytes()).decode()
        cluster = {"server": f"https://127.0.0.1:{self.port}", "certificate-authority-data": data("ca.crt")}
        contexts = {"admin": ("real", "admin"), "weak": ("real", "weak"), "faults": ("faults", "token"),
                    "token": ("real", "token"), "stranger": ("real", "stranger"), "expired": ("real", "expired")}
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "admin",
            "clusters": [{"name": "real", "cluster": cluster},
                         {"name": "faults", "cluster": {"server": f"http://127.0.0.1:{self.proxy.port}"}}],
            "users": [{"name": "admin", "user": {"client-certificate-data": data("admin.crt"), "client-key-data": data("admin.key")}},
                      {"name": "token", "user": {"token": "admin-token"}},
                      {"name": "weak", "user": {"token": "weak-token"}},
                      {"name": "stranger", "user": {"token": "nobody-knows-this"}},
                      {"name": "expired", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1beta1",
                                                           "command": str(HERE / "give-token"), "args": [str(self.dir)]}}}],
            "contexts": [{"name": name, "context": {"cluster": c, "user": u}} for name, (c, u) in contexts.items()],
        }
        (self.dir / "kubeconfig").write_text(json.dumps(config, indent=1))

    def ask(self, method, path, body=None, kind="application/json"):
        context = ssl.create_default_context(cafile=str(self.dir / "ca.crt"))
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": "Bearer admin-token", "Content-Type": kind})
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return json.loads(answer.read() or b"null") if answer.headers.get("Content-Type", "").startswith("application/json") else None

    def await_server(self, path="/readyz"):
        deadline = time.time() + 120
        while time.time() < deadline:
            if self.running["kube-apiserver"].poll() is not None:
                sys.exit("the API server ended: " + (self.dir / "kube-apiserver.log").read_text()[-2000:])
            try:
                return self.ask("GET", path)
            except OSError:
                time.sleep(0.1)
        sys.exit("the API server doesn't answer")

    # And who pods are, which the controllers make: without it none is admitted.
    def await_node(self):
        for _ in range(1200):
            try:
                nodes = self.ask("GET", "/api/v1/nodes")["items"]
                account = self.ask("GET", "/api/v1/namespaces/default/serviceaccounts/default")
                if account and any(c["type"] == "Ready" and c["status"] == "True" for n in nodes for c in n["status"]["conditions"]):
                    return
            except OSError:
                pass
            time.sleep(0.1)
        sys.exit("the node doesn't become ready: " + (self.dir / "kubelet.log").read_text()[-2000:])

    def give_weak_rights(self):
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "weak"},
                "rules": [{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get", "list"]}]}
        bind = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "weak"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "weak"},
                "subjects": [{"kind": "User", "name": "weak", "apiGroup": "rbac.authorization.k8s.io"}]}
        for kind, body in (("clusterroles", role), ("clusterrolebindings", bind)):
            self.ask("PATCH", f"/apis/rbac.authorization.k8s.io/v1/{kind}/weak?fieldManager=world&force=true", body,
                     "application/apply-patch+yaml")

    def run(self):
        self.certificates()
        self.start_etcd()
        self.start_server()
        self.await_server()
        self.give_weak_rights()
        self.proxy = kube_faults.Proxy(self.dir, self.port)
        self.kubeconfig()
        if self.engine is not None:
            self.start_pods()
        if self.engine not in (None, "", "pretend"):
            self.await_node()
        print("ready", flush=True)
        while True:
            if signal.sigwait({signal.SIGHUP, signal.SIGTERM}) == signal.SIGTERM:
                return
            self.stop("kube-apiserver")
            print("stopped", flush=True)
            time.sleep(2)
            self.start_server()
            self.await_server()
            print("restarted", flush=True)

    def end(self):
        for program in list(reversed(list(self.running))):
            self.stop(program)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    parser.add_argument("--pods", metavar="ENGINE", help="a dockerd's address; empty: controllers alone; `pretend`: see pretend.py")
    arguments = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP, signal.SIGTERM})
    world = World(arguments.dir, arguments.pods)
    try:
        world.run()
    finally:
        world.end()


main()
