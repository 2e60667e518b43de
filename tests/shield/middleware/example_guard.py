"""A guard of a few lines that keeps a record of what it was asked."""

from __future__ import annotations

import threading
import time
from typing import Any

from vedette.seclang.request import Request, Response
from vedette.shield.guarding import Block

BLOCK = Block(403, ((b"Content-Type", b"text/plain"), (b"X-Incident", b"7")), b"refused, no 7", "7")
ATTACK = b"<script"
LEAK = b"ORA-00933"


class ExampleVisit:
    """Blocks ATTACK in the request's target, headers or body; a response header `x-leak`; LEAK in
    a response of type text/html."""

    def __init__(self, guard: ExampleGuard, request: Request) -> None:
        self.guard = guard
        self.request = request
        self.body_wanted = guard.body_wanted
        self.calls: list[Any] = []
        self.threads: set[int] = set()
        self.response_seen: Response | None = None

    def _noted(self, *call: Any) -> None:
        assert not self.guard.busy.locked(), "asked from two threads at a time"
        with self.guard.busy:
            assert "end" not in [name for name, *_ in self.calls], "asked after its end"
            self.calls.append(call)
            self.threads.add(threading.get_ident())
            if self.guard.slow:
                time.sleep(self.guard.slow)

    @property
    def names(self) -> list[str]:
        return [name for name, *_ in self.calls]

    def headers(self) -> Block | None:
        self._noted("headers")
        seen = (self.request.target, *(value for _, value in self.request.headers))
        return BLOCK if any(ATTACK in each for each in seen) else None

    def body(self, data: bytes, cut: bool) -> Block | None:
        self._noted("body", data, cut)
        if cut and self.guard.refuse_cut:
            return Block(413, (), b"too large", "8")
        return BLOCK if ATTACK in data else None

    def response(self, response: Response) -> Block | None:
        self._noted("response")
        self.response_seen = response
        return BLOCK if any(k.lower() == b"x-leak" for k, _ in response.headers) else None

    def response_wanted(self) -> int:
        self._noted("response_wanted")
        assert self.response_seen is not None
        kinds = [v for k, v in self.response_seen.headers if k.lower() == b"content-type"]
        return self.guard.response_wanted if kinds[:1] and b"text/html" in kinds[0] else 0

    def response_body(self, data: bytes, cut: bool) -> Block | None:
        self._noted("response_body", data, cut)
        return BLOCK if LEAK in data else None

    def end(self) -> None:
        self._noted("end")


class ExampleGuard:
    def __init__(
        self,
        body_wanted: int = 1_000,
        response_wanted: int = 1_000,
        *,
        refuse_cut: bool = False,
        slow: float = 0,
    ) -> None:
        self.body_wanted = body_wanted
        self.response_wanted = response_wanted
        self.refuse_cut = refuse_cut
        self.slow = slow
        self.busy = threading.Lock()
        self.visits: list[ExampleVisit] = []

    def visit(self, request: Request) -> ExampleVisit:
        self.visits.append(ExampleVisit(self, request))
        return self.visits[-1]

    @property
    def last(self) -> ExampleVisit:
        return self.visits[-1]

    def all_ended_once(self) -> bool:
        return all(v.names.count("end") == 1 and v.names[-1] == "end" for v in self.visits)
