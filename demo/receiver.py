"""The demonstration's endpoint agent: takes OpenC2 commands to isolate a computer, keeps a book of
what stands, and answers from it. A computer that it has isolated really is cut off in here: what
would have come from it does not happen (`isolated`)."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from typing import Any, Final

COMMAND: Final = "application/openc2-cmd+json;version=1.0"
ANSWER: Final = "application/openc2-rsp+json;version=1.0"
PATH: Final = "/openc2"
FRESH: Final = 300
"""Seconds for which a signature holds."""
MOST: Final = 1 << 20


class Receiver(ThreadingHTTPServer):
    """On a port of its own choice."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Command)
        self.secret = token_hex(24)
        self._book: dict[str, dict[str, str]] = {}
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="receiver")
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{PATH}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def isolated(self, host: str) -> bool:
        """Whether a computer is cut off now."""
        short = host.lower().partition(".")[0]
        with self._lock:
            return any(
                one["kind"] == "isolate-host" and one["target"].lower().partition(".")[0] == short
                for one in self._book.values()
            )

    def carry_out(self, command: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and results of a command that was signed."""
        ours = command["args"]["x-vedette"]
        with self._lock:
            if ours["request_id"] in self._seen:
                return 400, {}
            self._seen.add(ours["request_id"])
            ((kind, target),) = command["target"].items()
            match command["action"], kind:
                case "query", "x-vedette:actions":
                    ids = target.get("ids", list(self._book))
                    listed = [self._book[each] for each in ids if each in self._book]
                    return 200, {"x-vedette": {"actions": listed}}
                case "contain", "device":
                    self._book[ours["action"]] = {
                        "id": ours["action"],
                        "kind": ours["kind"],
                        "target": next(iter(target.values())),
                        "state": "applied",
                    }
                    return 200, {}
                case "allow", "device":
                    self._book.pop(ours["action"], None)
                    return 200, {}
        return 501, {}

    def signed(self, header: str, body: bytes) -> bool:
        """Whether a body was signed with the secret a moment ago."""
        moment, _, code = header.removeprefix("t=").partition(",v1=")
        if not moment.isdigit() or abs(time.time() - int(moment)) > FRESH:
            return False
        expected = hmac.new(self.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
        return hmac.compare_digest(expected.hexdigest(), code)


class _Command(BaseHTTPRequestHandler):
    server: Receiver
    timeout = 20

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MOST))
        status = 401
        results: dict[str, Any] = {}
        if self.server.signed(self.headers.get("Vedette-Signature", ""), body):
            try:
                status, results = self.server.carry_out(json.loads(body))
            except (ValueError, KeyError, TypeError, AttributeError):
                status = 400
        answer = {
            "status": status,
            "status_text": "done" if status == 200 else "",
            "results": results,
        }
        told = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", ANSWER)
        self.send_header("X-Request-ID", self.headers.get("X-Request-ID", ""))
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *arguments: object) -> None:
        """Vedette's ledger says what was asked."""
