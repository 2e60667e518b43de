"""What stands in the path asks this of whoever judges: proxy, middleware, decision services."""

from __future__ import annotations

from typing import Protocol

import msgspec

from vedette.seclang.request import Header, Request, Response


class Block(msgspec.Struct, frozen=True):
    """The answer in place of the website's. It names an incident, never a rule."""

    status: int
    headers: tuple[Header, ...]
    body: bytes
    incident: str


class Visit(Protocol):
    """One request on its way. The calls come in this order; each may be the last but `end`, which
    always comes, once. None means: go on. They never raise."""

    body_wanted: int
    """Bytes of the request body that are looked at (0: none); more is passed on unseen, or
    refused by `body` with `cut`, as the user chose."""

    def headers(self) -> Block | None: ...

    def body(self, data: bytes, cut: bool) -> Block | None:
        """The body, or its beginning (`cut`) where it is longer than `body_wanted`."""
        ...

    def response(self, response: Response) -> Block | None: ...

    def response_wanted(self) -> int:
        """Bytes of the response body to hold back and show first; 0: pass it on as it comes.
        Asked after `response`."""
        ...

    def response_body(self, data: bytes, cut: bool) -> Block | None: ...

    def end(self) -> None: ...


class Guard(Protocol):
    """Judges requests. May be used from one thread at a time."""

    def visit(self, request: Request) -> Visit: ...
