"""A receiver of OpenC2 commands on loopback: right as documented, or wrong in a way of choice."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "a secret of some length"
COMMAND = "application/openc2-cmd+json;version=1.0"
ANSWER = "application/openc2-rsp+json;version=1.0"


class Bridge(ThreadingHTTPServer):
    """`stands` is its book, by action. `wrong` changes an answer before it is signed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stands: dict[str, dict[str, str]] = {}
        self.commands: list[dict[str, Any]] = []
        self.raw: list[tuple[dict[str, str], bytes]] = []
        self.seen: set[str] = set()
        self.deaf = False
        self.busy = 0
        self.raised = threading.Event()
        self.wrong: Callable[[Reply], None] = lambda reply: None

    def url(self, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.server_address[1]}/openc2/T0KEN"

    def do(self, command: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        ours = command["args"]["x-vedette"]
        if ours["request_id"] in self.seen:
            return 400, {}
        self.seen.add(ours["request_id"])
        self.commands.append(command)
        if command["action"] == "query":
            (asked,) = command["target"].values()
            ids = asked.get("ids", list(self.stands))
            listed = [self.stands[each] for each in ids if each in self.stands]
            return 200, {"x-vedette": {"actions": listed}}
        if self.busy:
            self.busy -= 1
            threading.Timer(0.4, self._carry_out, (command,)).start()
            return 102, {}
        self._carry_out(command)
        return 200, {}

    def _carry_out(self, command: dict[str, Any]) -> None:
        ours = command["args"]["x-vedette"]
        if command["action"] == "allow":
            self.stands.pop(ours["action"], None)
        elif not self.deaf:
            ((_, fields),) = command["target"].items()
            self.stands[ours["action"]] = {
                "id": ours["action"], "kind": ours["kind"], "target": next(iter(fields.values())),
                "state": "applied",
            }  # fmt: skip

    def handle_error(self, request: Any, client_address: Any) -> None:
        self.raised.set()


class Reply:
    """An answer on its way."""

    def __init__(self, status: int, body: bytes, request: str) -> None:
        self.status = status
        self.inside = status
        self.body = body
        self.request = request
        self.headers = {"Content-Type": ANSWER, "X-Request-ID": request}
        self.drip = 0.0
        self.wait = 0.0
        self.length: int | None = None
        self.moment = int(time.time())
        self.secret = SECRET


class Handler(BaseHTTPRequestHandler):
    server: Bridge

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.raw.append((dict(self.headers), body))
        request = self.headers["X-Request-ID"]
        status = 401
        results: dict[str, Any] = {}
        if self._signed(body) and self.headers["Content-Type"] == COMMAND:
            status, results = self.server.do(json.loads(body))
        inside = {"status": status, "status_text": "so it is", "results": results}
        http = 200 if status == 102 else status
        reply = Reply(http, json.dumps(inside).encode(), request)
        self.server.wrong(reply)
        time.sleep(reply.wait)
        signed = f"{reply.moment}.{request}.".encode() + reply.body
        code = hmac.new(reply.secret.encode(), signed, hashlib.sha256).hexdigest()
        self.send_response(reply.status)
        self.send_header("Vedette-Signature", f"t={reply.moment},v1={code}")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(reply.length or len(reply.body)))
        self.end_headers()
        if not reply.drip:
            self.wfile.write(reply.body)
            return
        for byte in reply.body:
            self.wfile.write(bytes([byte]))
            time.sleep(reply.drip)

    def _signed(self, body: bytes) -> bool:
        moment, _, code = self.headers["Vedette-Signature"].removeprefix("t=").partition(",v1=")
        expected = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256)
        fresh = abs(time.time() - int(moment)) < 300
        return fresh and hmac.compare_digest(expected.hexdigest(), code)

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `raw` instead."""


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Bridge]:
    """One at work."""
    made = Bridge()
    if tls is not None:
        made.socket = tls.wrap_socket(made.socket, server_side=True)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
