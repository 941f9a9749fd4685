"""A proxy in front of the API server that does what a file says: DIR/faults holds lines `COUNT METHOD PATH STATUS`.

The next COUNT requests whose method and path begin so are answered with STATUS ("429", "410", "500"), or `cut`: the
request is carried out and its answer lost; or `kill PID…`. Each request is written to DIR/asked.
"""
import http.client
import http.server
import json
import pathlib
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

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        fault = self.fault_of(handler.command, handler.path)
        if fault and fault.isdigit():
            status = {"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": int(fault), "message": "as the test asked",
                      "reason": "Expired" if fault == "410" else "TooManyRequests"}
            return self.answer(handler, int(fault), json.dumps(status).encode(), {"Content-Type": "application/json", "Retry-After": "1"})
        connection = http.client.HTTPSConnection("127.0.0.1", self.target, context=self.context, timeout=60)
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in ("host", "connection", "accept-encoding")}
        connection.request(handler.command, handler.path, body or None, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
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
