#!/usr/bin/env python3
"""An agent in Python, with nothing but the standard library: one JSON object a line over a Unix socket."""

import json
import os
import socket
import sys


class Daemon:
    """A connection to runtime.sock. Requests go out one at a time, so each reply is the next line."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._lines = self._socket.makefile("r", encoding="ascii")
        self._count = 0

    def request(self, type, **payload):
        self._count += 1
        line = json.dumps({"v": 1, "id": str(self._count), "type": type, "payload": payload})
        self._socket.sendall(line.encode("ascii") + b"\n")
        answer = self._lines.readline()
        if answer == "":
            raise ConnectionError("the daemon has closed the connection")
        reply = json.loads(answer)
        if not reply["ok"]:
            raise RuntimeError(f"{type}: {reply['error']['code']}: {reply['error']['message']}")
        return reply["payload"]


def guidance(daemon, session_id):
    """What people have said to the session so far."""
    seq = 0
    while True:
        reply = daemon.request("session.receive", session_id=session_id, after_seq=seq, timeout_ms=0)
        if reply["input"] is None:
            return
        seq = reply["seq"]
        if reply["input"]["input_type"] == "message":
            yield reply["input"]["text"]


def main(branch):
    daemon = Daemon(os.path.join(os.environ["PROJ_DIR"], "runtime.sock"))
    daemon.request("hello", client="python-agent/1.0", versions=[1])
    # The keys make it safe to kill this program and to run it again: it finds the same session and the same ask.
    session = daemon.request("session.open", name=f"merge {branch}", key=f"merge-{branch}")["session"]
    session_id = session["session_id"]
    daemon.request("session.emit", session_id=session_id, event={"event_type": "status_update", "message": "tests pass"})

    opened = daemon.request(
        "ask.open", session_id=session_id, key="merge", kind="review", message=f"Merge {branch}?", subject=branch
    )
    ask_id = opened["ask"]["ask_id"]
    print(f"asked {ask_id}", flush=True)
    ask = daemon.request("ask.wait", ask_id=ask_id)["ask"]
    for text in guidance(daemon, session_id):
        print(f"told: {text}")
    approved = ask["state"] == "answered" and ask["answer"]["value"] == "approve"
    print(f"merging {branch}" if approved else f"leaving {branch}: {ask.get('answer', {}).get('reason', ask['state'])}")
    daemon.request("session.transition", session_id=session_id, state="completed")
    return 0 if approved else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
