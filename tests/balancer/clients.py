"""HTTP clients that never retry: a closed connection is a failure unless the answer before it announced it."""
import random
import socket
import ssl
import threading
import time


class Counts:
    def __init__(self):
        self.lock = threading.Lock()
        self.ok = 0
        self.failed = []  # what went wrong, in words
        self.bodies = set()
        self.slowest = 0.0

    def good(self, body, took):
        with self.lock:
            self.ok += 1
            self.bodies.add(body)
            self.slowest = max(self.slowest, took)

    def bad(self, why):
        with self.lock:
            self.failed.append(f"{time.strftime('%H:%M:%S')} {why}")


class Cut(Exception):
    pass


def read_answer(stream):
    line = stream.readline()
    if not line:
        raise Cut("closed without an answer")
    status = int(line.split()[1])
    length, close = 0, False
    while True:
        header = stream.readline()
        if not header:
            raise Cut("closed inside of the headers")
        header = header.strip().lower()
        if not header:
            break
        if header.startswith(b"content-length:"):
            length = int(header.split(b":")[1])
        close = close or header == b"connection: close"
    body = stream.read(length)
    if len(body) < length:
        raise Cut("closed inside of the body")
    return status, body.decode(), close


class Client(threading.Thread):
    """One connection that is kept, with pauses between requests. `fresh`: a new connection for each request."""

    def __init__(self, counts, stop, port, path="/", think=0.2, tls=False, timeout=10, fresh=False):
        super().__init__(daemon=True)
        self.counts, self.stop, self.port, self.path = counts, stop, port, path
        self.think, self.tls, self.timeout, self.fresh = think, tls, timeout, fresh

    def connect(self):
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout)
        if not self.tls:
            return raw
        context = ssl._create_unverified_context()
        return context.wrap_socket(raw, server_hostname="shop.example")

    def run(self):
        stream = None
        while not self.stop.is_set():
            began = time.time()
            try:
                if stream is None:
                    connection = self.connect()
                    stream = connection.makefile("rwb")
                stream.write(f"GET {self.path} HTTP/1.1\r\nHost: shop.example\r\n\r\n".encode())
                stream.flush()
                status, body, close = read_answer(stream)
                took = time.time() - began
                if status == 200:
                    self.counts.good(body, took)
                else:
                    self.counts.bad(f"status {status} after {took:.1f} s")
                if close or self.fresh:
                    stream = None
                    connection.close()
            except (OSError, Cut) as error:
                self.counts.bad(f"{type(error).__name__} {error} after {time.time() - began:.1f} s")
                stream = None
                time.sleep(0.05)
            if self.think:
                time.sleep(random.random() * self.think)


class Load:
    """A crowd of clients."""

    def __init__(self, number, **options):
        self.counts, self.stop = Counts(), threading.Event()
        self.clients = [Client(self.counts, self.stop, **options) for _ in range(number)]
        for client in self.clients:
            client.start()

    def end(self):
        self.stop.set()
        for client in self.clients:
            client.join(timeout=70)
        return self.counts
