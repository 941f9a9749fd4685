#!/usr/bin/env python3
"""push_images.py HOST:PORT/REPOSITORY:TAG NAMES…

Pushes the image of TAG again under other tags, each with a digest of its own: only the label `number` differs. A name is
PREFIX FROM TO, such as `pr- 1 400`; one that begins with `=` has its number in the label alone, so that all of them are
pushed to one tag and each push takes it from the image before: `=moving 1 100` leaves 99 images without a tag.
"""
import concurrent.futures
import hashlib
import http.client
import json
import sys
import threading

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class Repository:
    def __init__(self, host, name):
        self.connection, self.base = http.client.HTTPConnection(host), f"/v2/{name}"

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path if path.startswith("/v2/") else self.base + path, body, headers or {})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {text.decode()[:300]}")
        return answer, text

    def upload(self, blob):
        digest = "sha256:" + hashlib.sha256(blob).hexdigest()
        where = self.ask("POST", "/blobs/uploads/")[0].getheader("Location").split("/v2/", 1)[1]
        self.ask("PUT", f"/v2/{where}{'&' if '?' in where else '?'}digest={digest}", blob,
                 {"Content-Type": "application/octet-stream"})
        return digest


OWN = threading.local()  # a connection for each thread


def push(place, manifest, config, label, target):
    if not hasattr(OWN, "repository"):
        OWN.repository = Repository(*place)
    repository = OWN.repository
    config = {**config, "config": {**config["config"], "Labels": {"number": label}}}
    blob = json.dumps(config).encode()
    manifest = {**manifest, "config": {**manifest["config"], "digest": repository.upload(blob), "size": len(blob)}}
    repository.ask("PUT", f"/manifests/{target}", json.dumps(manifest).encode(), {"Content-Type": MANIFEST})


def main():
    host, rest = sys.argv[1].split("/", 1)
    name, tag = rest.rsplit(":", 1)
    repository = Repository(host, name)
    manifest = json.loads(repository.ask("GET", f"/manifests/{tag}", headers={"Accept": MANIFEST})[1])
    config = json.loads(repository.ask("GET", f"/blobs/{manifest['config']['digest']}")[1])
    names = sys.argv[2:]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        pushes = [pool.submit(push, (host, name), manifest, config, f"{prefix}{number}",
                              prefix[1:] if prefix.startswith("=") else f"{prefix}{number}")
                  for prefix, begin, end in zip(names[::3], names[1::3], names[2::3])
                  for number in range(int(begin), int(end) + 1)]
    for one in pushes:
        one.result()


main()
