#!/usr/bin/env python3
"""A server and a client that speak WebSocket (RFC 6455), each message in one frame of up to 125 bytes.

  websocket.py serve PORT TEXT       answers each message with "TEXT MESSAGE", and other requests with TEXT
  websocket.py talk URL NAME         sends message after message to ws://, wss:// and prints into NAME.said what answered,
                                     a line for each one; ends when the server ends it (the last line is "cut"), or
                                     when there is a file NAME.enough ("left")
"""
import base64
import hashlib
import os
import socket
import ssl
import sys
import threading
import time
from urllib.parse import urlsplit

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_of(key):
    return base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()


def masked(mask, data):
    return bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


def frame(text, mask=None):
    data = text.encode()
    if mask is None:
        return bytes([0x81, len(data)]) + data
    return bytes([0x81, 0x80 | len(data)]) + mask + masked(mask, data)


def read_frame(stream):
    """Its text; None: the connection has ended."""
    head = stream.read(2)
    if len(head) < 2 or head[0] != 0x81:
        return None
    mask = stream.read(4) if head[1] & 0x80 else None
    data = stream.read(head[1] & 0x7F)
    return (masked(mask, data) if mask else data).decode()


def read_head(stream):
    line, headers = stream.readline().decode().strip(), {}
    while (header := stream.readline().decode().strip()):
        name, value = header.split(":", 1)
        headers[name.lower()] = value.strip()
    return line, headers


def answer(connection, text):
    with connection, connection.makefile("rwb") as stream:
        line, headers = read_head(stream)
        if headers.get("upgrade", "").lower() != "websocket":
            body = text + "\n"
            stream.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
            stream.flush()
            return
        key = headers["sec-websocket-key"].encode()
        stream.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      f"Sec-WebSocket-Accept: {accept_of(key)}\r\n\r\n").encode())
        stream.flush()
        while (message := read_frame(stream)) is not None:
            stream.write(frame(f"{text} {message}"))
            stream.flush()


def serve(port, text):
    with socket.create_server(("", int(port)), backlog=64) as door:
        while True:
            connection = door.accept()[0]
            threading.Thread(target=answer, args=(connection, text), daemon=True).start()


def connected(url):
    host, port = url.hostname, url.port
    raw = socket.create_connection((host, port), timeout=60)
    return ssl._create_unverified_context().wrap_socket(raw, server_hostname=host) if url.scheme == "wss" else raw


def talk(address, name):
    url = urlsplit(address)
    with connected(url) as connection, connection.makefile("rwb") as stream, open(name + ".said", "w") as said:
        key = base64.b64encode(os.urandom(16))
        stream.write((f"GET {url.path or '/'} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key.decode()}\r\n\r\n").encode())
        stream.flush()
        line, headers = read_head(stream)
        if " 101 " not in line or headers.get("sec-websocket-accept") != accept_of(key):
            sys.exit(f"no websocket: {line} {headers}")
        number = 0
        while not os.path.exists(name + ".enough"):
            number += 1
            try:
                stream.write(frame(str(number), os.urandom(4)))
                stream.flush()
                heard = read_frame(stream)
            except ConnectionError:
                heard = None
            if heard is None:
                print("cut", file=said)
                return
            text, back = heard.rsplit(" ", 1)
            if back != str(number):
                sys.exit(f"sent {number}, heard {heard}")
            print(text, file=said, flush=True)
            time.sleep(0.05)
        print("left", file=said)


if __name__ == "__main__":
    {"serve": serve, "talk": talk}[sys.argv[1]](*sys.argv[2:])
