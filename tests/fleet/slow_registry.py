"""A registry that gives out its layers as slowly as it is told, and says which machines are in the middle of one."""
import gzip
import hashlib
import http.server
import io
import json
import os
import tarfile
import threading
import time

ADDRESS, PORT = "10.77.0.1", 5000
PLACE = f"{ADDRESS}:{PORT}"
PIECE = 1 << 14
JSON = "application/vnd.docker.distribution.manifest.v2+json"


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def layer_of(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


class SlowRegistry:
    def __init__(self, program):
        self.program = program
        self.rate = None  # bytes in a second; None: at once
        self.blobs, self.manifests = {}, {}
        self.pulling = set()  # addresses of machines
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                registry.answer(self)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((ADDRESS, PORT), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, tag, bytes_of_ballast):
        """Its name: an image of the program and of so many bytes that nothing compresses."""
        layer = layer_of({"app": self.program, "ballast": os.urandom(bytes_of_ballast)})
        packed = gzip.compress(layer, compresslevel=0)
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["/app"]},
                             "rootfs": {"type": "layers", "diff_ids": [digest(layer)]}}).encode()
        parts = [{"mediaType": kind, "size": len(content), "digest": digest(content)} for kind, content in (
            ("application/vnd.docker.container.image.v1+json", config),
            ("application/vnd.docker.image.rootfs.diff.tar.gzip", packed))]
        manifest = json.dumps({"schemaVersion": 2, "mediaType": JSON, "config": parts[0], "layers": parts[1:]}).encode()
        self.blobs |= {digest(config): config, digest(packed): packed}
        self.manifests |= {tag: manifest, digest(manifest): manifest}
        return f"{PLACE}/app:{tag}"

    def answer(self, request):
        kind, what = request.path.rstrip("/").split("/")[-2:]
        if request.path.rstrip("/") == "/v2":
            return self.send(request, b"{}", "application/json")
        content = (self.manifests if kind == "manifests" else self.blobs).get(what)
        if content is None:
            return request.send_error(404)
        return self.send(request, content, JSON if kind == "manifests" else "application/octet-stream")

    def send(self, request, content, kind):
        request.send_response(200)
        for name, value in (("Content-Type", kind), ("Content-Length", len(content)),
                            ("Docker-Distribution-Api-Version", "registry/2.0"), ("Docker-Content-Digest", digest(content))):
            request.send_header(name, str(value))
        request.end_headers()
        if request.command == "HEAD":
            return
        machine = request.client_address[0]
        try:
            for at in range(0, len(content), PIECE):
                request.wfile.write(content[at:at + PIECE])
                if self.rate is not None and len(content) > PIECE:
                    self.pulling.add(machine)
                    time.sleep(PIECE / self.rate)
        except OSError:
            pass
        finally:
            self.pulling.discard(machine)
