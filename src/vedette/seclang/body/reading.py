"""A request body, by the processor that rules chose for it."""

from __future__ import annotations

from vedette.seclang.body.form import read_form
from vedette.seclang.body.json import read_json
from vedette.seclang.body.multipart import read_multipart
from vedette.seclang.body.parsed import PARSE_ERROR, Body, Limits
from vedette.seclang.body.xml.document import read_xml


def read_body(
    processor: str,
    content_type: bytes,
    body: bytes,
    limits: Limits,
    separator: bytes = b"&",
    *,
    partial: bool = False,
) -> Body:
    """What `processor` (URLENCODED, MULTIPART, JSON or XML, in any case) makes of `body`.

    Never raises, whatever the bytes: what is wrong stands in `error` and `flags`. `limits` are
    those that are left for the body: ModSecurity's SecArgumentsLimit counts the arguments of the
    query as well. `partial`: the body was cut at its size limit, and a multipart body need not
    have its last boundary.
    """
    match processor.upper():
        case "URLENCODED":
            return read_form(body, limits, separator)
        case "JSON":
            return read_json(body, limits)
        case "MULTIPART":
            return read_multipart(content_type, body, limits, partial=partial)
        case "XML":
            return read_xml(body, limits)
    return Body(
        processor,
        flags=dict(PARSE_ERROR),
        error=f"Unknown request body processor: {processor}",
        unread=body,
        size_without_files=len(body),
    )
