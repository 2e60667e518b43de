"""A guard that blocks whatever holds a marker: judging in the small."""

from __future__ import annotations

from typing import Final

from vedette.seclang.request import Request, Response
from vedette.shield.guarding import Block

MARKER: Final = b"EVIL"


def _block(status: int) -> Block:
    return Block(
        status, ((b"X-Incident", b"i-1"), (b"Content-Type", b"text/plain")), b"blocked\n", "i-1"
    )


class MarkedVisit:
    """Notes the calls it gets."""

    def __init__(self, guard: MarkingGuard, request: Request) -> None:
        self.guard = guard
        self.request = request
        self.body_wanted = guard.body_wanted
        self.calls: list[str] = []
        self.seen = b""
        self.cut = False
        self.answered: Response | None = None
        self.response_seen = b""

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.guard.breaks_at == name:
            raise RuntimeError("broken")

    def headers(self) -> Block | None:
        self._call("headers")
        whole = self.request.target + b"".join(b"%b:%b\n" % pair for pair in self.request.headers)
        return _block(403) if MARKER in whole else None

    def body(self, data: bytes, cut: bool) -> Block | None:
        self._call("body")
        self.seen, self.cut = data, cut
        return _block(403) if MARKER in data else None

    def response(self, response: Response) -> Block | None:
        self._call("response")
        self.answered = response
        whole = b"".join(b"%b:%b\n" % pair for pair in response.headers)
        return _block(502) if MARKER in whole else None

    def response_wanted(self) -> int:
        self._call("response_wanted")
        return self.guard.response_wanted

    def response_body(self, data: bytes, cut: bool) -> Block | None:
        self._call("response_body")
        self.response_seen = data
        return _block(502) if MARKER in data else None

    def end(self) -> None:
        self.calls.append("end")


class MarkingGuard:
    """Keeps all visits for the tests to look at."""

    def __init__(
        self, body_wanted: int = 1000, response_wanted: int = 0, breaks_at: str = ""
    ) -> None:
        self.body_wanted = body_wanted
        self.response_wanted = response_wanted
        self.breaks_at = breaks_at
        self.visits: list[MarkedVisit] = []

    def visit(self, request: Request) -> MarkedVisit:
        if self.breaks_at == "visit":
            raise RuntimeError("broken")
        made = MarkedVisit(self, request)
        self.visits.append(made)
        return made
