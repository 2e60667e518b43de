"""The attacks that lie in a checkout of the Core Rule Set: the requests of its own tests."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus, unquote_plus

from vedette.seclang.request import Request

FOLDER: Final = Path("tests", "regression", "tests")
"""Where they lie below the checkout. Packages of distributions leave them out."""
_LARGEST: Final = 4_000_000
"""Bytes of one file."""
_FORM: Final = "application/x-www-form-urlencoded"
_RECEIVED: Final = 1_700_000_000_000_000


def attacks_of(checkout: Path) -> Iterator[tuple[Request, bytes]]:
    """The requests, with their bodies, of the tests in which a rule must speak, in order of files.
    The format is that of go-ftw's tests. None where there are no tests; what can't be read as one
    is left out: nothing depends on a single attack."""
    import yaml

    for path in sorted((checkout / FOLDER).glob("**/*.yaml")):
        try:
            if path.stat().st_size > _LARGEST:
                continue
            document = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
            for test in document["tests"]:
                for stage in test["stages"]:
                    log = (stage.get("output") or {}).get("log") or {}
                    if log.get("expect_ids"):
                        yield _request(stage["input"])
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError):
            continue


def _request(given: Mapping[str, Any]) -> tuple[Request, bytes]:
    if "encoded_request" in given:
        return _parsed(base64.b64decode(given["encoded_request"]))
    fields = {str(k): "" if v is None else str(v) for k, v in (given.get("headers") or {}).items()}
    lower = {name.lower(): value for name, value in fields.items()}
    body = str(given.get("data") or "").encode()
    kind = lower.get("content-type", _FORM)
    completed = bool(body) and given.get("autocomplete_headers", True)
    if completed and kind == _FORM:
        body = _encoded(body)
    if kind.startswith("multipart/form-data;"):
        body = re.sub(rb"\r?\n", b"\r\n", body)
    if completed and "content-type" not in lower:
        fields["Content-Type"] = kind
    if completed and "content-length" not in lower:
        fields["Content-Length"] = str(len(body))
    headers = tuple((name.encode(), value.encode()) for name, value in fields.items())
    method, target = str(given.get("method", "GET")), str(given.get("uri", "/"))
    protocol = str(given.get("version", "HTTP/1.1"))
    request = Request(
        method.encode(), target.encode(), protocol.encode(), headers, received=_RECEIVED
    )
    return request, body


def _parsed(raw: bytes) -> tuple[Request, bytes]:
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    method, _, rest = line.partition(b" ")
    target, _, protocol = rest.rpartition(b" ")
    pairs = (field.partition(b":") for field in fields)
    headers = tuple((name, value.strip(b" \t")) for name, _, value in pairs)
    return Request(method, target or rest, protocol, headers, received=_RECEIVED), body


def _encoded(body: bytes) -> bytes:
    """A form's body encoded, if it is not: the tests' own runner does so."""
    text = body.decode("utf-8", "surrogateescape")
    if "+" in text or unquote_plus(text, errors="surrogateescape") != text:
        return body
    pairs = (pair.partition("=") for pair in text.split("&"))
    return "&".join(
        f"{quote_plus(name)}{mark}{quote_plus(value, errors='surrogateescape')}"
        for name, mark, value in pairs
    ).encode()
