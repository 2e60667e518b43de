"""Requests to the website, as they come over the firm's edge: each with its client's address."""

from __future__ import annotations

import http.client
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus

from demo.firm import WEBSITE, Visitor
from demo.website.site import PRODUCTS

SECONDS: Final = 20.0
_WORDS: Final = (
    "germanium window", "beam expander 1064", "swir objective", "dlc coating",
    "select grade silica", "range finder & window", "dome zinc sulfide", "lens drop-in replacement",
    "f/2.8 zoom", "o'brien adapter",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `body` makes it a POST."""

    target: str
    body: bytes = b""
    kind: str = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Door:
    """The website's public door on loopback. Counts the answers by status; any thread may use it
    for visitors of its own."""

    port: int
    statuses: dict[int, int] = field(default_factory=dict)

    def visit(self, visitor: Visitor, request: Request) -> int:
        """The answer's status, 0 where there was none."""
        headers = {
            "Host": WEBSITE,
            "User-Agent": visitor.agent,
            "X-Forwarded-For": visitor.address,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "en",
        }
        if request.body:
            headers["Content-Type"] = request.kind
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            method = "POST" if request.body else "GET"
            connection.request(method, request.target, request.body or None, headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        self.statuses[status] = self.statuses.get(status, 0) + 1
        return status


def session(chance: random.Random) -> Iterator[Request]:
    """What one visitor looks at, one after the other."""
    yield Request("/")
    yield Request("/static/site.css")
    for _ in range(1 + int(chance.expovariate(0.6))):
        draw = chance.random()
        if draw < 0.35:
            yield Request(f"/product?id={chance.choice(list(PRODUCTS))}")
        elif draw < 0.50:
            yield Request(f"/search?q={quote_plus(chance.choice(_WORDS))}")
        elif draw < 0.62:
            yield Request(f"/datasheet?file=ds-{chance.choice(list(PRODUCTS))}.pdf")
        elif draw < 0.70:
            yield Request("/contact", b"name=Ola+Nordmann&message=Please+call+me+about+the+windows")
        elif draw < 0.75:
            yield Request(f"/old/page{chance.randrange(40)}.html")
        else:
            yield Request(chance.choice(("/products", "/about", "/contact", "/careers", "/news")))
