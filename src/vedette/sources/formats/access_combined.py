"""The Common and Combined log formats of Apache and nginx, also with a virtual host before."""

from __future__ import annotations

import re
from typing import Any, Final

from vedette.sources.formats.access_request import (
    DATE,
    QUOTED,
    Dates,
    add_known,
    add_request,
    tokens,
    unescape,
)

_REST: Final = re.compile(
    rf' "{QUOTED} (\d{{3}}|-) (\d{{1,19}}|-)(?: "{QUOTED} "{QUOTED})?(?= |\Z)', re.ASCII
)
# a log that does not escape quotes: the status is what ends the request
_LOOSE_REST: Final = re.compile(
    r'" (\d{3}) (\d{1,19}|-)(?: "([^"]*+)" "([^"]*+)")?(?= |\Z)', re.ASCII
)
_ADDRESS: Final = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,40}(?:%\w{1,16})?", re.ASCII
)
_NAME_AND_PORT: Final = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[\w.-]{1,255}):(\d{1,5})", re.ASCII)


class AccessError(ValueError):
    """A line that is no entry of an access log; `column` (from 1) is where it stops being one."""

    def __init__(self, column: int, what: str) -> None:
        super().__init__(what)
        self.column = column


def parse_combined(text: str, dates: Dates) -> dict[str, Any]:
    """One entry as a record of the `access` format. Raises AccessError."""
    date = DATE.search(text)
    while date is not None and not text.startswith(' "', date.end()):
        date = DATE.search(text, date.end())
    if date is None:
        raise AccessError(1, 'expected HOST IDENT USER [DATE] "REQUEST" STATUS BYTES')
    record: dict[str, Any] = {}
    _client(text[: date.start()].strip(" "), record)
    try:
        record["timestamp"] = dates.rfc3339(date)
    except ValueError as error:
        raise AccessError(date.start() + 1, str(error)) from error
    rest = _REST.match(text, date.end())
    if rest is not None:
        request, status, size, referer, agent = rest.groups()
        add_request(record, unescape(request))
    else:
        rest = _LOOSE_REST.search(text, date.end() + 2)
        if rest is None:
            raise AccessError(date.end() + 2, 'expected "REQUEST" STATUS BYTES after the date')
        status, size, referer, agent = rest.groups()
        add_request(record, text[date.end() + 2 : rest.start()])
    record["sc-status"] = None if status == "-" else int(status)
    record["sc-bytes"] = None if size == "-" else int(size)
    add_known(record, "cs-referer", referer)
    add_known(record, "cs-user-agent", agent)
    if rest.end() < len(text):
        extra = tokens(text[rest.end() :])
        if extra:
            record["extra"] = extra
    return record


def _client(text: str, record: dict[str, Any]) -> None:
    """HOST IDENT USER, perhaps with the virtual host before. A user may hold blanks."""
    parts = text.split(" ")
    if len(parts) >= 4 and not parts[0].endswith(","):
        named = _NAME_AND_PORT.fullmatch(parts[0])
        if named is not None:
            record["cs-host"], record["s-port"] = named[1], int(named[2])
            del parts[0]
        elif _ADDRESS.fullmatch(parts[1]) and not _ADDRESS.fullmatch(parts[0]):
            add_known(record, "cs-host", parts[0])
            del parts[0]
    proxies = 0
    while parts[proxies].endswith(",") and proxies + 1 < len(parts):
        proxies += 1
    if proxies:  # X-Forwarded-For in the place of the host: client, proxy, proxy
        record["x-forwarded-for"] = " ".join(parts[: proxies + 1])
        parts[: proxies + 1] = [parts[0].rstrip(",")]
    add_known(record, "c-ip", parts[0] or None)
    if len(parts) > 1:
        add_known(record, "ident", parts[1])
    if len(parts) > 2:
        add_known(record, "cs-username", " ".join(parts[2:]).strip('"'))
