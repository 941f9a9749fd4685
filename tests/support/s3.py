#!/usr/bin/env python3
"""A store that speaks as much of S3's API as backups need, on 127.0.0.1: objects are files below FOLDER/BUCKET. It checks every
signature by itself. FOLDER/refuse, if it is there, is what it answers instead: "STATUS CODE MESSAGE", to so many requests as
FOLDER/times says (all of them without it).

  s3.py FOLDER PORT ID SECRET    SECRET "-": the first line of its input
"""
import hashlib
import hmac
import http.server
import pathlib
import shutil
import sys
import urllib.parse
import uuid
from xml.sax.saxutils import escape

FOLDER, PORT, ID = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
SECRET = sys.argv[4] if sys.argv[4] != "-" else sys.stdin.readline().rstrip("\n")


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(method, path, query, headers, names, body_hash, date, scope):
    pairs = sorted((urllib.parse.quote(k, safe="-_.~"), urllib.parse.quote(v, safe="-_.~")) for k, v in query)
    canonical = "\n".join([method, path, "&".join(f"{k}={v}" for k, v in pairs),
                           "".join(f"{n}:{' '.join(headers[n].split())}\n" for n in names), ";".join(names), body_hash])
    text = "\n".join(["AWS4-HMAC-SHA256", date, "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in scope:
        key = sign(key, part)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class Store(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status, code, message):
        self.answer(status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode())

    def is_signed(self, url, query, body):
        words = self.headers.get("Authorization", "")
        if not words.startswith("AWS4-HMAC-SHA256 "):
            return False
        parts = dict(p.strip().split("=", 1) for p in words.split(" ", 1)[1].split(","))
        who, *scope = parts["Credential"].split("/")
        names = parts["SignedHeaders"].split(";")
        body_hash = hashlib.sha256(body).hexdigest()
        if self.headers.get("x-amz-content-sha256") != body_hash or "host" not in names:
            return False
        headers = {name: self.headers.get(name, "") for name in names}
        wanted = signature(self.command, url.path, query, headers, names, body_hash, self.headers["x-amz-date"], scope)
        return who == ID and scope[2] == "s3" and hmac.compare_digest(wanted, parts["Signature"])

    def planned(self):
        plan, times = FOLDER / "refuse", FOLDER / "times"
        if not plan.exists():
            return False
        if times.exists():
            left = int(times.read_text()) - 1
            times.write_text(str(left))
            if left < 0:
                return False
        status, code, message = plan.read_text().split(" ", 2)
        self.refuse(int(status), code, message.strip())
        return True

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qsl(url.query, keep_blank_values=True)
        with open(FOLDER / "log", "a") as log:
            log.write(f"{self.command} {' '.join(sorted(k for k, _ in query))}\n")
        if not self.is_signed(url, query, body):
            return self.refuse(403, "SignatureDoesNotMatch", "The signature doesn't match.")
        if self.planned():
            return None
        bucket, _, key = url.path[1:].partition("/")
        if not (FOLDER / bucket).is_dir():
            return self.refuse(404, "NoSuchBucket", "There is no such bucket.")
        return self.serve(FOLDER / bucket, key, dict(query), body)

    do_GET = do_PUT = do_POST = do_DELETE = handle_any

    def serve(self, bucket, key, query, body):
        file, parts = bucket / key, FOLDER / ("upload-" + query.get("uploadId", ""))
        if self.command == "GET" and not key:
            return self.list(bucket, query)
        if "uploads" in query:
            upload = uuid.uuid4().hex
            (FOLDER / ("upload-" + upload)).mkdir()
            said = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            return self.answer(200, said.encode())
        if "uploadId" in query:
            return self.part(file, parts, query, body)
        if self.command == "PUT":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
            return self.answer(200, ETag='"1"')
        if not file.is_file():
            return self.refuse(404, "NoSuchKey", "There is no such key.")
        if self.command == "DELETE":
            file.unlink()
            return self.answer(204)
        return self.answer(200, file.read_bytes())

    def part(self, file, parts, query, body):
        if self.command == "PUT":
            (parts / query["partNumber"].zfill(5)).write_bytes(body)
            return self.answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')
        if self.command == "POST":
            whole = b""
            for part in sorted(parts.iterdir()):
                content = part.read_bytes()
                if hashlib.md5(content).hexdigest().encode() not in body:
                    return self.refuse(400, "InvalidPart", "A part isn't what was uploaded.")
                whole += content
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(whole)
        shutil.rmtree(parts)
        return self.answer(200 if self.command == "POST" else 204, b"<CompleteMultipartUploadResult/>" if self.command == "POST" else b"")

    def list(self, bucket, query):
        """In pages of two."""
        keys = sorted(str(f.relative_to(bucket)) for f in bucket.rglob("*") if f.is_file())
        keys = [k for k in keys if k.startswith(query.get("prefix", "")) and k > query.get("continuation-token", "")]
        more = f"<NextContinuationToken>{escape(keys[1])}</NextContinuationToken>" if len(keys) > 2 else ""
        entries = "".join(f"<Contents><Key>{escape(k)}</Key></Contents>" for k in keys[:2])
        self.answer(200, f"<ListBucketResult>{entries}{more}</ListBucketResult>".encode())


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Store).serve_forever()
