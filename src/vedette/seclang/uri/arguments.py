"""Arguments of a query string or an urlencoded form."""

from __future__ import annotations

from collections.abc import Iterable

from vedette.seclang.uri.percent import decode_argument


def parse_arguments(
    query: bytes, separator: bytes = b"&", limit: int = 1_000
) -> tuple[list[tuple[bytes, bytes]], bool]:
    """The (name, value) pairs of `query` in order, decoded, and whether there were more than
    `limit` (those are left out, as with SecArgumentsLimit).

    `separator` is one byte. An empty piece between two separators is an argument without name and
    value, one after the last separator is none (libmodsecurity 3.0.15, `extractArguments`).
    """
    if not query:
        return [], False
    encoded = b"%" in query
    if b"+" in query and not encoded and separator not in b"+ ":
        query = query.replace(b"+", b" ")
    pieces = query.split(separator, limit)
    more = len(pieces) > limit and pieces[-1] != b""
    if len(pieces) > limit or not pieces[-1]:
        pieces.pop()
    if not encoded and b"+" not in query:
        return [(name, value) for name, _, value in (p.partition(b"=") for p in pieces)], more
    pairs = []
    for piece in pieces:
        name, _, value = piece.partition(b"=")
        if b"%" in piece or b"+" in piece:
            name, value = decode_argument(name), decode_argument(value)
        pairs.append((name, value))
    return pairs, more


def combined_size(pairs: Iterable[tuple[bytes, bytes]]) -> int:
    """ARGS_COMBINED_SIZE: bytes of all names and values. ModSecurity 3 counts the arguments of
    queries, forms and JSON, but not those of multipart bodies, and prints six decimals; here it
    is a plain number."""
    return sum(len(name) + len(value) for name, value in pairs)
