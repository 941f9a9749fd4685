"""A proxy in front of the API server that does what a file says: DIR/faults holds lines `COUNT METHOD PATH STATUS`.

The next COUNT requests whose method and path begin so are answered with STATUS ("429", "410", "500"), with the JSON of a file
(`=/path`), or `cut`: the request is carried out and its answer lost. Each request is written to DIR/asked.

DIR/kill holds `N PID before` or `N PID after`: at the Nth request that changes something the process is killed, and the
request is carried out only `after`. The file is gone then.
"""
import http.client
import http.server
import json
import os
import pathlib
import signal
import ssl
import threading


class Proxy:
    def __init__(self, folder, port):
        proxy = self
        self.folder, self.target = pathlib.Path(folder), port
        self.lock = threading.Lock()
        self.context = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                proxy.serve(self)

            do_GET = do_PATCH = do_DELETE = do_POST = do_PUT = serve

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # a client that is killed closes its connections anyhow

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def fault_of(self, method, path):
        file = self.folder / "faults"
        with self.lock:
            with open(self.folder / "asked", "a") as asked:
                asked.write(f"{method} {path}\n")
            lines = file.read_text().splitlines() if file.exists() else []
            for i, line in enumerate(lines):
                count, verb, prefix, what = line.split()
                if int(count) > 0 and verb == method and path.startswith(prefix):
                    lines[i] = f"{int(count) - 1} {verb} {prefix} {what}"
                    file.write_text("\n".join(lines) + "\n")
                    return what
        return None

    # "before" or "after", if this request is the one at which somebody is killed; and who.
    def kill_at(self, method, path):
        file = self.folder / "kill"
        with self.lock:
            if method not in ("PATCH", "DELETE") or "dryRun" in path or not file.exists():
                return None, 0
            count, pid, when = file.read_text().split()
            if int(count) > 1:
                file.write_text(f"{int(count) - 1} {pid} {when}")
                return None, 0
            file.unlink()
            return when, int(pid)

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        fault = self.fault_of(handler.command, handler.path)
        if fault and fault.isdigit():
            status = {"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": int(fault), "message": "as the test asked",
                      "reason": "Expired" if fault == "410" else "TooManyRequests"}
            return self.answer(handler, int(fault), json.dumps(status).encode(), {"Content-Type": "application/json", "Retry-After": "1"})
        if fault and fault.startswith("="):
            return self.answer(handler, 200, pathlib.Path(fault[1:]).read_bytes(), {"Content-Type": "application/json"})
        when, victim = self.kill_at(handler.command, handler.path)
        if when == "before":
            os.kill(victim, signal.SIGKILL)
            handler.close_connection = True
            return None
        connection = http.client.HTTPSConnection("127.0.0.1", self.target, context=self.context, timeout=60)
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in ("host", "connection", "accept-encoding")}
        connection.request(handler.command, handler.path, body or None, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        if when == "after":
            os.kill(victim, signal.SIGKILL)
        if fault == "cut":
            handler.close_connection = True
            handler.connection.close()
            return None
        return self.answer(handler, answer.status, data, {"Content-Type": answer.headers.get("Content-Type", "text/plain")})

    @staticmethod
    def answer(handler, status, body, headers):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
