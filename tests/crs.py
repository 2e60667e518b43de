"""The regression tests of the OWASP Core Rule Set: read, built into requests as its own runner
(go-ftw) builds them, and compared with what an engine says."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import yaml

from vedette.seclang.request import Request, Response

SETTINGS = {
    "blocking_paranoia_level": "4",
    "crs_validate_utf8_encoding": "1",
    "arg_name_length": "100",
    "arg_length": "400",
    "total_arg_length": "64000",
    "max_num_args": "255",
    "max_file_size": "64100",
    "combined_file_sizes": "65535",
}
"""The variables that CRS sets for its own test runs."""

ENGINE = """\
SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 131072
SecRequestBodyLimitAction ProcessPartial
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html text/xml application/json
SecResponseBodyLimit 1048576
SecResponseBodyLimitAction ProcessPartial
SecArgumentSeparator &
SecCookieFormat 0
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\\+|/)|text/)xml" \
  "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/(?:[a-z0-9.-]+[+])?json" \
  "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQBODY_ERROR "!@eq 0" \
  "id:200002,phase:2,t:none,log,deny,status:400,msg:'Failed to parse request body.',\
logdata:'%{reqbody_error_msg}',severity:2"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" \
  "id:200003,phase:2,t:none,log,deny,status:400,msg:'Multipart body failed strict validation'"
"""
"""What stands before CRS: as the recommended configuration of ModSecurity has it."""


@dataclass(frozen=True)
class Stage:
    """One request of a test, raw as it goes over the wire, and what the log should say."""

    raw: bytes
    log: dict[str, Any]
    status: int | None


@dataclass(frozen=True)
class Case:
    rule: int
    number: int
    stages: tuple[Stage, ...]

    @property
    def name(self) -> str:
        return f"{self.rule}-{self.number}"

    @property
    def in_process(self) -> bool:
        """Whether an engine alone can say if it passes: all but what a server must refuse."""
        return any(stage.log for stage in self.stages)


def cases(checkout: Path) -> Iterator[Case]:
    """All tests, in order of rule and number."""
    folder = checkout / "tests" / "regression" / "tests"
    for path in sorted(folder.glob("**/*.yaml")):
        document = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) or {}
        for test in document.get("tests") or ():
            stages = tuple(_stage(each) for each in test["stages"])
            yield Case(document["rule_id"], test["test_id"], stages)


def rule_files(checkout: Path, folder: Path) -> list[Path]:
    """Files to load in order, those that are made here in `folder`."""
    engine = folder / "engine.conf"
    engine.write_text(ENGINE, "utf-8")
    setup = folder / "crs-setup.conf"
    text = (checkout / "crs-setup.conf.example").read_text("utf-8")
    sets = ",".join(f"setvar:tx.{name}={value}" for name, value in SETTINGS.items())
    setup.write_text(f'{text}\nSecAction "id:900999,phase:1,pass,t:none,nolog,{sets}"\n', "utf-8")
    return [engine, setup, *sorted((checkout / "rules").glob("*.conf"))]


def request_of(raw: bytes, number: int = 0) -> tuple[Request, bytes]:
    """The request that a lenient server would see, and its body."""
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    method, _, rest = line.partition(b" ")
    target, _, protocol = rest.rpartition(b" ")
    if not target:
        target, protocol = rest, b""
    headers = []
    for field in fields:
        name, _, value = field.partition(b":")
        headers.append((name, value.strip(b" \t")))
    return (
        Request(
            method,
            target,
            protocol,
            tuple(headers),
            unique_id=f"{number:032x}",
            received=1_700_000_000_000_000,
        ),
        body,
    )


def reflected(request: Request, body: bytes) -> tuple[Response, bytes]:
    """What the backend of CRS's tests answers: /reflect says what it is told to."""
    import json

    plain = Response(200, ((b"Content-Type", b"text/plain"),))
    if not request.target.startswith(b"/reflect"):
        return plain, b""
    try:
        told = json.loads(body)
    except ValueError:
        return plain, b""
    headers = tuple((k.encode(), str(v).encode()) for k, v in (told.get("headers") or {}).items())
    if not any(name.lower() == b"content-type" for name, _ in headers):
        headers += ((b"Content-Type", b"text/plain; charset=utf-8"),)
    answer = told.get("body", "")
    if told.get("encodedBody"):
        return Response(told.get("status", 200), headers), base64.b64decode(told["encodedBody"])
    return Response(told.get("status", 200), headers), answer.encode()


def fault(stage: Stage, ids: set[int], lines: Callable[[], str]) -> str:
    """Why the log is not what it should be; "" where it is. `lines` gives the log as text."""
    log = stage.log
    missing = [each for each in log.get("expect_ids", ()) if each not in ids]
    if missing:
        return f"missing {missing}"
    extra = [each for each in log.get("no_expect_ids", ()) if each in ids]
    if extra:
        return f"unexpected {extra}"
    if "match_regex" in log and not re.search(log["match_regex"], lines()):
        return f"no line like {log['match_regex']}"
    if "no_match_regex" in log and re.search(log["no_match_regex"], lines()):
        return f"a line like {log['no_match_regex']}"
    return ""


def _stage(given: dict[str, Any]) -> Stage:
    output = given.get("output") or {}
    return Stage(_raw(given["input"]), output.get("log") or {}, output.get("status"))


def _raw(given: dict[str, Any]) -> bytes:
    if "encoded_request" in given:
        return base64.b64decode(given["encoded_request"])
    data = str(given.get("data") or "").encode()
    complete = given.get("autocomplete_headers", True)
    headers: list[tuple[str, str]] = [
        (str(k), "" if v is None else str(v)) for k, v in (given.get("headers") or {}).items()
    ]
    kind = next((v for k, v in headers if k.lower() == "content-type"), None)
    if data and complete:
        if kind is None:
            kind = "application/x-www-form-urlencoded"
            headers.append(("Content-Type", kind))
        if kind == "application/x-www-form-urlencoded":
            data = _encoded(data)
    if kind is not None and kind.startswith("multipart/form-data;"):
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    method = str(given.get("method", "GET"))
    names = {k.lower() for k, _ in headers}
    if complete:
        if "connection" not in names:
            headers.append(("Connection", "close"))
        bodied = data or re.search("^POST|PUT|PATCH|DELETE$", method)
        if bodied and "content-length" not in names:
            headers.append(("Content-Length", str(len(data))))
    line = f"{method} {given.get('uri', '/')} {given.get('version', 'HTTP/1.1')}\r\n"
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return (line + fields + "\r\n").encode() + data


def _encoded(data: bytes) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    try:
        if unquote_plus(text, errors="surrogateescape") != text or "+" in text:
            return data
    except ValueError:
        return data
    pieces = []
    for piece in text.split("&"):
        name, equals, value = piece.partition("=")
        pieces.append(quote_plus(name, safe="-_.~") + equals + quote_plus(value, safe="-_.~"))
    return "&".join(pieces).encode()
