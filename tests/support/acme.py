#!/usr/bin/env python3
"""A small certificate authority for tests: ACME (RFC 8555) with http-01, over TLS, on 127.0.0.1.

acme.py FOLDER PORT ASK_PORT

FOLDER gets ca.pem (who signed its own certificate), and one line a call in `log`. What it is told there:
  lifetime   seconds that a certificate lives (default: 90 days)
  refuse     a problem of ACME as "TYPE DETAIL" for new orders
  slow       answers "processing" so often before it hands out a certificate
Everything signed is checked: ES256, the nonce (used once), the URL, the account. A host is checked by asking
127.0.0.1:ASK_PORT for it with its name as Host.
"""
import base64
import datetime
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import secrets
import ssl
import subprocess
import sys
import threading

FOLDER, PORT, ASK_PORT = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
BASE = f"https://127.0.0.1:{PORT}"
LOCK = threading.Lock()
NONCES, ACCOUNTS, ORDERS, AUTHORIZATIONS, CERTIFICATES = set(), {}, {}, {}, {}


def openssl(*arguments, text=None):
    return subprocess.run(["openssl", *arguments], input=text, check=True, capture_output=True).stdout


def told(name, fallback=""):
    path = FOLDER / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else fallback


def plain(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def url_base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def thumbprint(jwk):
    return url_base64(hashlib.sha256(json.dumps({k: jwk[k] for k in ("crv", "kty", "x", "y")}, sort_keys=True,
                                                separators=(",", ":")).encode()).digest())


class Problem(Exception):
    def __init__(self, kind, detail, status=400):
        super().__init__(detail)
        self.kind, self.detail, self.status = kind, detail, status

    def body(self):
        return {"type": f"urn:ietf:params:acme:error:{self.kind}", "detail": self.detail, "status": self.status}


def der(tag, content):
    size = len(content)
    head = bytes([size]) if size < 128 else bytes([0x81, size])
    return bytes([tag]) + head + content


def check_signature(jwk, signed, signature):
    """With openssl alone: the key and the signature as DER."""
    point = b"\x04" + plain(jwk["x"]) + plain(jwk["y"])
    names = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
    key = der(0x30, names + der(0x03, b"\x00" + point))
    numbers = b""
    for half in (signature[:32], signature[32:]):
        number = half.lstrip(b"\x00")
        numbers += der(0x02, (b"\x00" if number[0] & 0x80 else b"") + number)
    place = FOLDER / f"check-{threading.get_ident()}"
    place.with_suffix(".key").write_bytes(key)
    place.with_suffix(".sig").write_bytes(der(0x30, numbers))
    done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", place.with_suffix(".key"), "-keyform", "DER",
                           "-signature", place.with_suffix(".sig")], input=signed, capture_output=True)
    if len(signature) != 64 or done.returncode != 0:
        raise Problem("malformed", "the signature is wrong", 400)


def ask_host(host, token, key):
    connection = http.client.HTTPConnection("127.0.0.1", ASK_PORT, timeout=5)
    try:
        connection.request("GET", f"/.well-known/acme-challenge/{token}", headers={"Host": host})
        response = connection.getresponse()
        body = response.read(1000).decode("utf-8", "replace").strip()
    except OSError as error:
        return Problem("connection", f"127.0.0.1: Fetching http://{host}/.well-known/acme-challenge/{token}: {error}")
    if response.status == 200 and body == f"{token}.{key}":
        return None
    return Problem("unauthorized", f"Invalid response from http://{host}/.well-known/acme-challenge/{token}: {response.status}", 403)


def sign(csr, hosts):
    name = FOLDER / secrets.token_hex(6)
    name.with_suffix(".csr").write_bytes(csr)
    said = openssl("req", "-in", name.with_suffix(".csr"), "-inform", "DER", "-verify", "-noout", "-text").decode()
    asked = sorted(word[4:] for word in said.replace(",", " ").split() if word.startswith("DNS:"))
    if asked != sorted(hosts):
        raise Problem("badCSR", f"CSR is for {asked}, the order for {sorted(hosts)}")
    begins = datetime.datetime.now(datetime.timezone.utc)
    ends = begins + datetime.timedelta(seconds=int(told("lifetime", str(90 * 86400))))
    name.with_suffix(".ext").write_text("subjectAltName=" + ",".join(f"DNS:{h}" for h in hosts))
    (FOLDER / "index").write_text("")
    (FOLDER / "ca.conf").write_text(
        f"[ca]\ndefault_ca=us\n[us]\ndatabase={FOLDER}/index\nnew_certs_dir={FOLDER}\nrand_serial=yes\n"
        "policy=any\nunique_subject=no\n[any]\ncommonName=optional\n")
    form = "%y%m%d%H%M%SZ"
    openssl("ca", "-batch", "-notext", "-config", FOLDER / "ca.conf", "-md", "sha256", "-cert", FOLDER / "ca.pem",
            "-keyfile", FOLDER / "ca.key", "-in", name.with_suffix(".csr"), "-inform", "DER", "-subj", "/CN=" + hosts[0],
            "-extfile", name.with_suffix(".ext"), "-out", name.with_suffix(".pem"),
            "-startdate", begins.strftime(form), "-enddate", ends.strftime(form))
    return name.with_suffix(".pem").read_text() + (FOLDER / "ca.pem").read_text()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, kind="application/json", location=""):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        nonce = secrets.token_hex(8)
        with LOCK:
            NONCES.add(nonce)
        self.send_response(status)
        self.send_header("Replay-Nonce", nonce)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) if status != 204 else 0))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if status != 204:
            self.wfile.write(data)

    def do_GET(self):
        if self.path == "/directory":
            return self.answer(200, {"newNonce": BASE + "/nonce", "newAccount": BASE + "/account", "newOrder": BASE + "/order"})
        if self.path == "/nonce":
            return self.answer(204, "")
        return self.answer(404, Problem("malformed", "there is nothing here", 404).body(), "application/problem+json")

    def do_POST(self):
        try:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            self.act(*self.read_signed(json.loads(text)))
        except Problem as problem:
            self.answer(problem.status, problem.body(), "application/problem+json")

    def read_signed(self, jws):
        head = json.loads(plain(jws["protected"]))
        if self.headers["Content-Type"] != "application/jose+json":
            raise Problem("malformed", "the content type is wrong", 415)
        with LOCK:
            if head["nonce"] not in NONCES:
                raise Problem("badNonce", "this nonce was used, or never given out")
            NONCES.remove(head["nonce"])
        if head["alg"] != "ES256" or head["url"] != BASE + self.path:
            raise Problem("malformed", "alg or url is wrong")
        if "kid" in head and head["kid"] not in ACCOUNTS:
            raise Problem("accountDoesNotExist", "there is no such account")
        jwk = ACCOUNTS[head["kid"]]["jwk"] if "kid" in head else head["jwk"]
        check_signature(jwk, (jws["protected"] + "." + jws["payload"]).encode(), plain(jws["signature"]))
        return jwk, head.get("kid"), plain(jws["payload"]).decode()

    def act(self, jwk, kid, payload):
        place = self.path.split("/")[1]
        with LOCK, open(FOLDER / "log", "a", encoding="utf-8") as log:
            log.write(place + "\n")
        if place == "account":
            return self.account(jwk, kid, json.loads(payload))
        if kid is None:
            raise Problem("malformed", "who is it?")
        {"order": self.order, "authorization": self.authorization, "challenge": self.challenge,
         "finalize": self.finalize, "certificate": self.certificate}[place](kid, payload)

    def account(self, jwk, kid, wish):
        if kid is not None:
            ACCOUNTS[kid]["contact"] = wish["contact"]
            return self.answer(200, {"status": "valid", "contact": wish["contact"]})
        if not wish.get("termsOfServiceAgreed"):
            raise Problem("userActionRequired", "agree to the terms of service")
        url = f"{BASE}/account/{thumbprint(jwk)}"
        status = 200 if url in ACCOUNTS else 201
        ACCOUNTS[url] = {"jwk": jwk, "contact": wish.get("contact", [])}
        self.answer(status, {"status": "valid"}, location=url)

    def order(self, kid, payload):
        url = BASE + self.path
        if url in ORDERS:
            order = ORDERS[url]
            if order["status"] == "processing":
                order["left"] -= 1
                if order["left"] < 0:
                    order["status"] = "valid"
            return self.answer(200, {k: v for k, v in order.items() if k not in ("left", "hosts")})
        if refusal := told("refuse"):
            kind, _, detail = refusal.partition(" ")
            raise Problem(kind, detail, 429 if kind == "rateLimited" else 403)
        number = secrets.token_hex(4)
        hosts = [one["value"] for one in json.loads(payload)["identifiers"]]
        places = []
        for host in hosts:
            place = f"{BASE}/authorization/{number}-{host}"
            AUTHORIZATIONS[place] = {"status": "pending", "identifier": {"type": "dns", "value": host}, "challenges": [
                {"type": "dns-01", "url": BASE + "/no", "token": "x", "status": "pending"},
                {"type": "http-01", "url": f"{BASE}/challenge/{number}-{host}", "token": secrets.token_urlsafe(16),
                 "status": "pending"}]}
            places.append(place)
        url = f"{BASE}/order/{number}"
        ORDERS[url] = {"status": "pending", "authorizations": places, "finalize": f"{BASE}/finalize/{number}", "hosts": hosts}
        self.answer(201, {k: v for k, v in ORDERS[url].items() if k != "hosts"}, location=url)

    def authorization(self, kid, payload):
        self.answer(200, AUTHORIZATIONS[BASE + self.path])

    def challenge(self, kid, payload):
        one = AUTHORIZATIONS[BASE + self.path.replace("challenge", "authorization", 1)]
        challenge = one["challenges"][1]
        problem = ask_host(one["identifier"]["value"], challenge["token"], thumbprint(ACCOUNTS[kid]["jwk"]))
        one["status"] = challenge["status"] = "invalid" if problem else "valid"
        if problem:
            challenge["error"] = problem.body()
        self.answer(200, challenge)

    def finalize(self, kid, payload):
        url = BASE + self.path.replace("finalize", "order", 1)
        order = ORDERS[url]
        if any(AUTHORIZATIONS[place]["status"] != "valid" for place in order["authorizations"]):
            raise Problem("orderNotReady", "not every host has been checked", 403)
        CERTIFICATES[url.replace("order", "certificate", 1)] = sign(plain(json.loads(payload)["csr"]), order["hosts"])
        order.update(status="processing", left=int(told("slow", "0")), certificate=url.replace("order", "certificate", 1))
        self.answer(200, {k: v for k, v in order.items() if k not in ("left", "hosts")}, location=url)

    def certificate(self, kid, payload):
        self.answer(200, CERTIFICATES[BASE + self.path], "application/pem-certificate-chain")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
            "/CN=test authority", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", FOLDER / "ca.key", "-out",
            FOLDER / "ca.new")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "ca.new", FOLDER / "ca.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    os.replace(FOLDER / "ca.new", FOLDER / "ca.pem")  # whoever waits for it can call now
    server.serve_forever()


if __name__ == "__main__":
    main()
