"""Requests of five kinds whose values are new each time."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote_plus

from vedette.seclang.request import Header, Request

Made = tuple[Request, bytes]
Make = Callable[[random.Random], Made]

HEADERS: Final[tuple[Header, ...]] = (
    (b"Host", b"www.firm.example"),
    (b"User-Agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    (b"Accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    (b"Accept-Language", b"en-US,en;q=0.5"),
    (b"Accept-Encoding", b"gzip, deflate, br"),
    (b"Connection", b"keep-alive"),
)
_WORDS: Final = (
    "alpha", "beta", "gamma", "delta", "order", "item", "price", "customer", "street", "berlin",
    "paris", "london", "report", "quarter", "delivery",
)  # fmt: skip
_MILLION: Final = 1_000_000


def _word(rng: random.Random) -> str:
    return rng.choice(_WORDS) + str(rng.randrange(_MILLION))


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(_WORDS, k=words)) + f" {rng.randrange(_MILLION)}"


def get(rng: random.Random) -> Made:
    """A page."""
    return Request(b"GET", b"/page/%d" % rng.randrange(_MILLION), headers=HEADERS), b""


def get_with_arguments(rng: random.Random) -> Made:
    """Three arguments, five cookies."""
    query = f"q={quote_plus(_text(rng, 3))}&page={rng.randrange(100)}&sort={_word(rng)}"
    cookies = "; ".join(f"c{k}={rng.getrandbits(64):x}" for k in range(5))
    headers = (*HEADERS, (b"Cookie", cookies.encode()))
    return Request(b"GET", f"/list?{query}".encode(), headers=headers), b""


def form(rng: random.Random) -> Made:
    """Ten fields of one to five words and a number."""
    fields = (f"f{k}={quote_plus(_text(rng, rng.randrange(1, 6)))}" for k in range(10))
    return _posted(b"/form", b"application/x-www-form-urlencoded", "&".join(fields))


def small_json(rng: random.Random) -> Made:
    """About 0.8 kB, 37 values."""
    return _orders(rng, 9)


def large_json(rng: random.Random) -> Made:
    """About 12 kB, 601 values."""
    return _orders(rng, 150)


def _orders(rng: random.Random, items: int) -> Made:
    ordered = [
        {
            "id": rng.randrange(_MILLION),
            "name": _word(rng),
            "qty": rng.randrange(9),
            "note": _text(rng, 2),
        }
        for _ in range(items)
    ]
    said = json.dumps({"items": ordered, "total": rng.random()})
    return _posted(b"/api/orders", b"application/json", said)


def _posted(target: bytes, kind: bytes, text: str) -> Made:
    body = text.encode()
    headers = (*HEADERS, (b"Content-Type", kind), (b"Content-Length", b"%d" % len(body)))
    return Request(b"POST", target, headers=headers), body


KINDS: Final[Mapping[str, Make]] = {
    "GET": get,
    "GET, 3 arguments, 5 cookies": get_with_arguments,
    "form, 10 fields": form,
    "JSON, 0.8 kB": small_json,
    "JSON, 13 kB": large_json,
}
