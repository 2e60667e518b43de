"""JSON bodies."""

from __future__ import annotations

from vedette.seclang.body.json.decoded import read_quickly
from vedette.seclang.body.json.stepwise import read_stepwise
from vedette.seclang.body.parsed import PARSE_ERROR, Body, Limits

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MARKED = "lexical error: invalid char in json text.\n"


def read_json(body: bytes, limits: Limits) -> Body:
    """Every scalar of a JSON text as an argument, named by its path (libmodsecurity 3.0.15 with
    yajl): numbers as written, `true` and `false`, null as "", duplicate keys each for itself.

    What is not JSON is an error, and what was read before it stays. After a byte order mark,
    which is an error too, the rest is read all the same: many applications accept it.
    """
    marked = body.startswith(_BYTE_ORDER_MARK)
    text = body[3:] if marked else body
    arguments = read_quickly(text, limits)
    error = ""
    reached = len(text)
    if arguments is None:
        arguments, error, reached = read_stepwise(text, limits)
    if marked:
        error = _MARKED
    if not error or not body:
        return Body("JSON", tuple(arguments), size_without_files=len(body))
    return Body(
        "JSON",
        tuple(arguments),
        flags=dict(PARSE_ERROR),
        error="JSON parsing error: " + error,
        unread=text[reached:],
        size_without_files=len(body),
    )
