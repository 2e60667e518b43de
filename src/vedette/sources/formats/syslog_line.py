"""One syslog message, whichever dialect it is in: RFC 5424, RFC 3164, or a line of /var/log."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import Any, Final

from vedette.model.instant import rfc3339
from vedette.sources.formats.syslog_time import BSD, bsd_us
from vedette.sources.formats.timestamps import RFC3339, rfc3339_us

MAX_PARAMS: Final = 4096
"""Parameters in the structured data of one message."""

_PRI: Final = re.compile(r"<(\d{1,3})>", re.ASCII)
_MAX_PRI: Final = 191

_HEADER_5424: Final = re.compile(
    r"1 (\S{1,64}) (\S{1,255}) (\S{1,255}) (\S{1,128}) (\S{1,255}) (?=[\[-])", re.ASCII
)
_SD_ID: Final = re.compile(r"\[([^\s=\]\"]{1,255})", re.ASCII)
_SD_PARAM: Final = re.compile(
    r' {1,8}([^\s=\]"]{1,255})="((?:[^"\\]++|\\.)*+)"', re.ASCII | re.DOTALL
)
_SD_ESCAPE: Final = re.compile(r'\\(["\\\]])')

# Cisco puts a number, and perhaps its name, before the time
_SEQUENCE: Final = re.compile(r"\d{1,10}: (?:[\w.-]{1,64}: )?", re.ASCII)
# behind a relay the device's own number, name and time follow the host; its mnemonic is the tag
_CISCO: Final = re.compile(
    r"(?:\d{1,10}: )?(?:[\w.-]{1,64}: )?(?:"
    + BSD.pattern
    + r":? )?(?:: ?)?(?=%[A-Z][A-Z0-9_]{1,32}(?:-[A-Z0-9_]{1,32})?-\d-)",
    re.ASCII,
)
_TAG: Final = re.compile(r"([^\s:\[\]]{1,128})(?:\[([^\]\s]{1,64})\])?:(?: +|$)", re.ASCII)
_TAG_WITHOUT_HOST: Final = re.compile(r"[^\s:\[\]]{1,128}(?:\[[^\]\s]{1,64}\])?:(?: |$)", re.ASCII)
_TAG_WITH_PID: Final = re.compile(r"[^\s:\[\]]{1,128}\[\d{1,10}\]:", re.ASCII)

_NIL: Final = "-"


class SyslogError(ValueError):
    """A line that is no syslog message; `column` (from 1) is where it stops being one."""

    def __init__(self, column: int, what: str) -> None:
        super().__init__(what)
        self.column = column


def parse_line(line: bytes, reference_us: int, zone: tzinfo = UTC) -> dict[str, Any]:
    """The message as a record of the `syslog` format.

    `facility` and `severity` are there where the line has a PRI, `timestamp` where it has a time
    (RFC 3339, UTC); a NILVALUE is left out. A BSD time is taken as local time of `zone` in the
    year that `reference_us` (microseconds since the epoch) suggests. A line with a PRI is always
    a message, whatever follows (RFC 3164 section 4.3.2); one without needs a time.

    Raises SyslogError.
    """
    text = line.decode("utf-8", "replace").rstrip("\r\n\0")
    record: dict[str, Any] = {}
    at = 0
    if text.startswith("<"):
        pri = _PRI.match(text)
        if pri is None or int(pri[1]) > _MAX_PRI:
            raise SyslogError(1, f"expected <PRI> with a number from 0 to {_MAX_PRI}")
        number, at = int(pri[1]), pri.end()
        record["facility"] = number >> 3
        record["severity"] = number & 7
        if text.startswith("1 ", at) and (header := _HEADER_5424.match(text, at)):
            return _rfc5424(text, header, record)
    return _rfc3164(text, at, record, reference_us, zone)


def _rfc5424(text: str, header: re.Match[str], record: dict[str, Any]) -> dict[str, Any]:
    timestamp, hostname, appname, procid, msgid = header.groups()
    if timestamp != _NIL:
        time = RFC3339.fullmatch(timestamp)
        try:
            if time is None:
                raise ValueError("expected an RFC 3339 time")
            record["timestamp"] = rfc3339(rfc3339_us(time))
        except ValueError as error:
            raise SyslogError(header.start(1) + 1, str(error)) from error
    if hostname != _NIL:
        record["hostname"] = hostname
    if appname != _NIL:
        record["appname"] = appname
    if procid != _NIL:
        record["procid"] = procid
    if msgid != _NIL:
        record["msgid"] = msgid
    at = header.end()
    if text[at] == _NIL:
        at += 1
    else:
        record["sd"], at = _structured_data(text, at)
    if at < len(text) and text[at] != " ":
        raise SyslogError(at + 1, "expected a space after the structured data")
    record["message"] = text[at + 1 :].removeprefix("\ufeff")
    return record


def _structured_data(text: str, at: int) -> tuple[dict[str, dict[str, Any]], int]:
    """The elements by id, each with its parameters (a list where a name is there repeatedly)."""
    found: dict[str, dict[str, Any]] = {}
    count = 0
    while element := _SD_ID.match(text, at):
        params = found.setdefault(element[1], {})
        at = element.end()
        while param := _SD_PARAM.match(text, at):
            name, value = param.groups()
            if "\\" in value:
                value = _SD_ESCAPE.sub(r"\1", value)
            count += 1
            if count > MAX_PARAMS:
                raise SyslogError(at + 1, f"more than {MAX_PARAMS:,} parameters")
            if name not in params:
                params[name] = value
            elif isinstance(params[name], list):
                params[name].append(value)
            else:
                params[name] = [params[name], value]
            at = param.end()
        if not text.startswith("]", at):
            raise SyslogError(at + 1, 'expected NAME="VALUE" or ] in the structured data')
        at += 1
    if not found:
        raise SyslogError(at + 1, "expected structured data, [ID ...] or -")
    return found, at


def _rfc3164(
    text: str, at: int, record: dict[str, Any], reference_us: int, zone: tzinfo
) -> dict[str, Any]:
    prioritised = at > 0
    start = at
    if prioritised and (sequence := _SEQUENCE.match(text, at)):
        at = sequence.end()
    us: int | None = None
    what = "expected <PRI> or a time"
    try:
        if time := BSD.match(text, at):
            us, at = bsd_us(time, reference_us, zone), time.end()
        elif (time := RFC3339.match(text, at)) and text[time.end() : time.end() + 1] in (" ", ""):
            us, at = rfc3339_us(time), time.end()
    except ValueError as error:
        what = str(error)
    if us is None:
        if not prioritised:
            raise SyslogError(1, what)
        # a process number or a mnemonic makes sure that a tag is one
        sure = _TAG_WITH_PID.match(text, start) or _CISCO.match(text, start)
        return _content(text, start, record, sure is not None)
    record["timestamp"] = rfc3339(us)
    if text.startswith(":", at):  # Cisco: no host, `: ` and the message
        return _content(text, at + 1, record, True)
    at += 1
    if not _TAG_WITHOUT_HOST.match(text, at):
        end = text.find(" ", at)
        if end < 0:
            end = len(text)
        if end > at:
            record["hostname"] = text[at:end]
        at = end + 1
    return _content(text, at, record, True)


def _content(text: str, at: int, record: dict[str, Any], tagged: bool) -> dict[str, Any]:
    while text.startswith(" ", at):
        at += 1
    if tagged and "%" in text[at : at + 128] and (cisco := _CISCO.match(text, at)):
        at = cisco.end()
    if tagged and (tag := _TAG.match(text, at)):
        record["appname"] = tag[1]
        if tag[2] is not None:
            record["procid"] = tag[2]
        at = tag.end()
    record["message"] = text[at:].removeprefix("\ufeff")
    return record
