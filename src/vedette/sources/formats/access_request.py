"""What access logs of every dialect hold: a request line, quoted texts, dates."""

from __future__ import annotations

import re
from typing import Any, Final

from vedette.model.instant import rfc3339
from vedette.sources.formats.timestamps import MONTHS, epoch_us, micros, offset_us

QUOTED: Final = r'([^"\\]*+(?:\\.[^"\\]*+)*+)"'
"""A regular expression for the rest of a quoted text, behind its opening quote."""

DATE: Final = re.compile(
    r"\[(\d{1,2})/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"(?: ([+-])(\d\d)(\d\d))?\]",
    re.ASCII,
)

_METHOD: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}", re.ASCII)
_ABSOLUTE: Final = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://([^/?#]*+)")
_PORT: Final = re.compile(r":\d{1,5}\Z", re.ASCII)
_TOKEN: Final = re.compile(rf'"{QUOTED}|(\S++)')
_ESCAPE: Final = re.compile(rb'\\(?:x([0-9A-Fa-f]{2})|([\\"bnrtvf]))')
_LETTERS: Final = {
    b"\\": b"\\",
    b'"': b'"',
    b"b": b"\b",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
    b"f": b"\f",
}


def unescape(text: str) -> str:
    """Undo the log's own escaping (Apache's `\\"`, `\\\\`, `\\n`, `\\xHH`; nginx's `\\xHH`), so
    that the text is what the client sent. Percent-encoding is the client's and stays."""
    if "\\" not in text:
        return text
    data = _ESCAPE.sub(_unescaped, text.encode("utf-8", "replace"))
    return data.decode("utf-8", "replace")


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)]) if match[1] else _LETTERS[match[2]]


def date_us(match: re.Match[str]) -> int:
    """The time that a match of DATE states; without a zone it is taken as UTC. Raises
    ValueError where it does not exist."""
    day, name, year, hour, minute, second, fraction, sign, hours, minutes = match.groups()
    month = MONTHS.get(name)
    if month is None:
        raise ValueError(f"no such month: {name}")
    us = epoch_us(int(year), month, int(day), int(hour), int(minute), int(second), micros(fraction))
    return us - offset_us(sign, hours, minutes) if sign else us


class Dates:
    """The RFC 3339 text of a match of DATE. The last one is kept: a busy server writes many
    entries in a second."""

    __slots__ = ("_last", "_text")

    def __init__(self) -> None:
        self._last = ""
        self._text = ""

    def rfc3339(self, match: re.Match[str]) -> str:
        """Raises ValueError as `date_us` does."""
        written = match[0]
        if written != self._last:
            self._text = rfc3339(date_us(match))
            self._last = written
        return self._text


def add_request(record: dict[str, Any], request: str) -> None:
    """Split a request line (unescaped) into cs-method, cs-uri, cs-version, cs-uri-stem,
    cs-uri-query and, where the target names one, cs-host.

    What is no HTTP request (TLS on a plain port, a worm's binary) is cs-uri as a whole.
    """
    if request in ("", "-"):
        return
    method, _, rest = request.partition(" ")
    if not rest or not _METHOD.fullmatch(method):
        record["cs-uri"] = record["cs-uri-stem"] = request
        return
    record["cs-method"] = method
    target, space, version = rest.rpartition(" ")
    if space and version.startswith("HTTP/"):
        record["cs-version"] = version
    else:
        target = rest
    add_target(record, target)


def add_target(record: dict[str, Any], target: str) -> None:
    """Split a request's target, as sent, into cs-uri-stem, cs-uri-query and cs-host."""
    record["cs-uri"] = target
    path = target
    absolute = _ABSOLUTE.match(target)
    if absolute is not None:
        path = target[absolute.end() :]
        host = _PORT.sub("", absolute[1].rpartition("@")[2])
        if host:
            record["cs-host"] = host
    stem, mark, query = path.partition("?")
    record["cs-uri-stem"] = stem or "/"
    if mark:
        record["cs-uri-query"] = query


def add_known(record: dict[str, Any], name: str, value: str | None) -> None:
    """Set a field unless the log says that there was no value (`-`)."""
    if value is not None and value != "-":
        record[name] = unescape(value)


def tokens(text: str) -> list[str]:
    """Quoted texts and words, in order."""
    return [unescape(quoted or word) for quoted, word in _TOKEN.findall(text)]
