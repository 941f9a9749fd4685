"""The guestbook's API: `serve` answers HTTP on port 8000, `migrate` brings the database to what this version needs."""
import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

MIGRATIONS = [
    "CREATE TABLE entries (id serial PRIMARY KEY, written timestamptz NOT NULL DEFAULT now(), text text NOT NULL)",
    "ALTER TABLE entries ADD COLUMN author text NOT NULL DEFAULT 'somebody'",
]


def connect():
    with open(os.environ["DATABASE_URL_FILE"], encoding="utf-8") as file:
        return psycopg2.connect(file.read())


def migrate():
    with connect() as database, database.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS migrations (number int PRIMARY KEY)")
        cursor.execute("LOCK TABLE migrations")
        cursor.execute("SELECT count(*) FROM migrations")
        done = cursor.fetchone()[0]
        for number, statement in list(enumerate(MIGRATIONS))[done:]:
            cursor.execute(statement)
            cursor.execute("INSERT INTO migrations VALUES (%s)", (number,))
        print(f"{len(MIGRATIONS) - done} of {len(MIGRATIONS)} migrations were missing", flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/api/health":
            return self.answer(200, {"version": os.environ.get("VERSION", "")})
        with connect() as database, database.cursor() as cursor:
            cursor.execute("SELECT author, text FROM entries ORDER BY id DESC LIMIT 20")
            self.answer(200, [{"author": author, "text": text} for author, text in cursor])

    def do_POST(self):
        entry = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with connect() as database, database.cursor() as cursor:
            cursor.execute("INSERT INTO entries (author, text) VALUES (%s, %s)", (entry["author"], entry["text"]))
        self.answer(201, {})


def serve():
    server = ThreadingHTTPServer(("", 8000), Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


{"serve": serve, "migrate": migrate}[sys.argv[1]]()
