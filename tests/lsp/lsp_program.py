#!/usr/bin/env python3
"""The real program over its stdin and stdout: broken frames, a burst of typing, and every way to end."""
import json
import subprocess
import sys
import tempfile

INFRA = sys.argv[1]


def frame(message):
    body = message if isinstance(message, bytes) else json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def run(*parts):
    """What the program answers to these bytes and the end of its input, and its exit code."""
    done = subprocess.run([INFRA, "lsp", "--stdio"], input=b"".join(parts), capture_output=True, timeout=60)
    assert not done.stderr, done.stderr
    answers, rest = [], done.stdout
    while rest:
        header, rest = rest.split(b"\r\n\r\n", 1)
        length = int(header.split(b":")[1])
        answers.append(json.loads(rest[:length]))
        rest = rest[length:]
    return answers, done.returncode


HELLO = frame({"id": 1, "method": "initialize", "params": {"capabilities": {}}}) + frame({"method": "initialized"})
BYE = frame({"id": 9, "method": "shutdown"}) + frame({"method": "exit"})


def error_of(answers, id):
    return next(a["error"]["code"] for a in answers if a.get("id") == id)


def ends():
    assert run(HELLO, BYE)[1] == 0
    assert run(HELLO, frame({"method": "exit"}))[1] == 1
    assert run(HELLO)[1] == 1, "the editor is gone without a word"
    assert run()[1] == 1
    assert run(HELLO, BYE, frame({"id": 10, "method": "textDocument/hover"}))[1] == 0, "nothing is read behind exit"


def broken_frames():
    answers, code = run(b"rubbish\r\n\r\n", HELLO, b"more\r\nContent-Length: x\r\n\r\n", frame(b"{no json"), frame(b"\xff\xfe"),
                        frame({"id": 2, "method": "no/such"}), frame(b"[]"), b"rubbish", BYE)
    assert code == 0
    assert [a["error"]["code"] for a in answers if a.get("id", 0) is None] == [-32700, -32700, -32600], answers
    assert error_of(answers, 2) == -32601
    assert run(HELLO, b"Content-Length: 999999\r\n\r\n{")[1] == 1, "cut off in the middle of a message"


def burst():
    with tempfile.TemporaryDirectory() as folder:
        uri = f"file://{folder}/main.infra"
        open_it = frame({"method": "textDocument/didOpen", "params": {
            "textDocument": {"uri": uri, "languageId": "infra", "version": 0, "text": ""}}})
        typing = [frame({"method": "textDocument/didChange", "params": {
            "textDocument": {"uri": uri, "version": n + 1},
            "contentChanges": [{"range": {"start": {"line": 0, "character": n}, "end": {"line": 0, "character": n}},
                                "text": letter}]}}) for n, letter in enumerate("let a = missing")]
        ask = frame({"id": 2, "method": "textDocument/documentSymbol", "params": {"textDocument": {"uri": uri}}})
        answers, code = run(HELLO, open_it, *typing, ask, BYE)
        assert code == 0
        assert [s["name"] for a in answers if a.get("id") == 2 for s in a["result"]] == ["a"]
        shown = [a for a in answers if a.get("method") == "textDocument/publishDiagnostics"]
        assert len(shown) <= 2, "what was typed at once is checked once"


for test in (ends, broken_frames, burst):
    test()
    print("ok", test.__name__)
