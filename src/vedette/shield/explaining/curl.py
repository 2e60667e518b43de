r"""A curl command read as the request that it sends (curl(1), and "copy as cURL" of browsers)."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote_plus

from vedette.model.errors import UnreadableError
from vedette.seclang.request import Header, Request

_ANSI: Final = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.S)
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.S
)
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
                   "e": "\x1b", "E": "\x1b"}  # fmt: skip
_SHORT_WITH_VALUE: Final = frozenset("XHdFbAeuomwxTCDEKQPrtUYyz")
_LONG_WITHOUT: Final = frozenset((
    "compressed", "insecure", "include", "location", "silent", "show-error", "verbose", "head",
    "get", "globoff", "http1.1", "http2", "http1.0", "http3", "fail", "path-as-is", "ipv4", "ipv6",
    "tlsv1.2", "tlsv1.3", "raw",
))  # fmt: skip
BOUNDARY: Final = "------------------------vedette0boundary"
AGENT: Final = b"curl/8.0"


class _Said:
    """What the options said."""

    def __init__(self) -> None:
        self.url = ""
        self.method = ""
        self.headers: list[tuple[str, str]] = []
        self.data: list[str] = []
        self.parts: list[str] = []
        self.json = False
        self.get = False
        self.head = False


def read_curl(command: str, client: str) -> tuple[Request, bytes]:
    """The request and its body. Raises UnreadableError, also where the command reads files."""
    try:
        words = shlex.split(_plain(command.strip().removeprefix("$").strip()))
    except ValueError as error:
        raise UnreadableError(f"the curl command: can't be taken apart ({error})") from error
    said = _Said()
    for name, value in _options(words[1:]):
        _take(said, name, value)
    if not said.url:
        raise UnreadableError("the curl command: names no URL")
    return _request(said, client)


def _plain(command: str) -> str:
    r"""Bash's $'...' as plain quotes, and continued lines (also those of cmd.exe) joined."""
    command = re.sub(r"[\\^]\r?\n", " ", command)

    def undone(found: re.Match[str]) -> str:
        return shlex.quote(_ESCAPE.sub(_char, found[1]))

    return _ANSI.sub(undone, command)


def _char(found: re.Match[str]) -> str:
    if found[1]:
        return bytes([int(found[1], 16)]).decode("utf-8", "surrogateescape")
    number = found[2] or found[3]
    if number:
        code = int(number, 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    if found[4]:
        return bytes([int(found[4], 8) & 255]).decode("utf-8", "surrogateescape")
    return _LETTERS.get(found[5], found[5])


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Options by their names with values; a word that is none has the name ""."""
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.startswith("--") and len(word) > 2:
            name = word[2:]
            if name in _LONG_WITHOUT or name.startswith("no-"):
                yield name, ""
                continue
            if at >= len(words):
                raise UnreadableError(f"the curl command: --{name} has no value")
            yield name, words[at]
            at += 1
        elif word.startswith("-") and len(word) > 1:
            for place, letter in enumerate(word[1:], 1):
                if letter not in _SHORT_WITH_VALUE:
                    yield letter, ""
                    continue
                value = word[place + 1 :]
                if not value:
                    if at >= len(words):
                        raise UnreadableError(f"the curl command: -{letter} has no value")
                    value = words[at]
                    at += 1
                yield letter, value
                break
        else:
            yield "", word


def _take(said: _Said, name: str, value: str) -> None:
    match name:
        case "" | "url":
            said.url = said.url or value
        case "X" | "request":
            said.method = value
        case "H" | "header":
            key, colon, rest = value.partition(":")
            if colon and rest.strip():
                said.headers.append((key.strip(), rest.strip()))
        case "d" | "data" | "data-ascii":
            said.data.append(_not_a_file(value).replace("\r", "").replace("\n", ""))
        case "data-binary":
            said.data.append(_not_a_file(value))
        case "data-raw":
            said.data.append(value)
        case "data-urlencode":
            key, equals, rest = value.partition("=")
            if not equals and "@" in value:
                raise _file(value)
            said.data.append(
                f"{key}={quote_plus(rest)}" if equals and key else quote_plus(rest or key)
            )
        case "json":
            said.data.append(_not_a_file(value))
            said.json = True
        case "F" | "form" | "form-string":
            said.parts.append(value)
        case "b" | "cookie":
            said.headers.append(("Cookie", value))
        case "A" | "user-agent":
            said.headers.append(("User-Agent", value))
        case "e" | "referer":
            said.headers.append(("Referer", value))
        case "u" | "user":
            token = base64.b64encode(value.encode("utf-8", "surrogateescape")).decode()
            said.headers.append(("Authorization", f"Basic {token}"))
        case "G" | "get":
            said.get = True
        case "I" | "head":
            said.head = True


def _not_a_file(value: str) -> str:
    if value.startswith("@"):
        raise _file(value)
    return value


def _file(value: str) -> UnreadableError:
    return UnreadableError(
        f"the curl command: takes its body from a file ({value}); paste the content instead"
    )


def _request(said: _Said, client: str) -> tuple[Request, bytes]:
    url = said.url if "://" in said.url else f"http://{said.url}"
    rest = url.partition("://")[2].partition("#")[0]
    cut = min((at for at in map(rest.find, "/?") if at >= 0), default=len(rest))
    host, target = rest[:cut].rpartition("@")[2], rest[cut:]
    target = target if target.startswith("/") else f"/{target}"
    data = "&".join(said.data)
    if said.get and data:
        target += ("&" if "?" in target else "?") + data
        data = ""
    body = data.encode("utf-8", "surrogateescape")
    kind = ""
    if said.parts:
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        body = _multipart(said.parts)
    elif said.json:
        kind = "application/json"
    elif said.data and not said.get:
        kind = "application/x-www-form-urlencoded"
    known = {name.lower() for name, _ in said.headers}
    headers = [("Host", host)] if "host" not in known else []
    headers += [("User-Agent", AGENT.decode())] if "user-agent" not in known else []
    headers += [("Accept", "application/json" if said.json else "*/*")] * ("accept" not in known)
    headers += said.headers
    if kind and "content-type" not in known:
        headers.append(("Content-Type", kind))
    if (body or said.data) and "content-length" not in known:
        headers.append(("Content-Length", str(len(body))))
    method = said.method or ("HEAD" if said.head else "POST" if body else "GET")
    return (
        Request(
            _bytes(method), _bytes(target), b"HTTP/1.1", tuple(map(_header, headers)), client,
            unique_id="explained",
        ),
        body,
    )  # fmt: skip


def _multipart(parts: list[str]) -> bytes:
    lines: list[str] = []
    for part in parts:
        name, _, value = part.partition("=")
        lines += [f"--{BOUNDARY}"]
        if value.startswith(("@", "<")):
            file = value[1:].partition(";")[0]
            lines += [
                f'Content-Disposition: form-data; name="{name}"; filename="{file}"',
                "Content-Type: application/octet-stream", "", "",
            ]  # fmt: skip
        else:
            lines += [f'Content-Disposition: form-data; name="{name}"', "", value]
    return "\r\n".join([*lines, f"--{BOUNDARY}--", ""]).encode("utf-8", "surrogateescape")


def _header(pair: tuple[str, str]) -> Header:
    return _bytes(pair[0]), _bytes(pair[1])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
