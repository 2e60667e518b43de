"""The shield's own answer, complete whatever the guard left out."""

from __future__ import annotations

from http import HTTPStatus

from vedette.seclang.request import Header
from vedette.shield.guarding import Block


def headers_of(block: Block) -> list[Header]:
    """Its headers, lower case, with the body's length."""
    headers = [(name.lower(), value) for name, value in block.headers]
    headers = [(name, value) for name, value in headers if name != b"content-length"]
    return [*headers, (b"content-length", b"%d" % len(block.body))]


def reason(status: int) -> str:
    """The usual words for a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Refused" if status >= 400 else "Answered"
