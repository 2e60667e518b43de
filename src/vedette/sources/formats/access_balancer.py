"""Access logs of load balancers: HAProxy's HTTP log and those of AWS (ALB and classic).

Sources: HAProxy Configuration Manual, "HTTP log format"; AWS Elastic Load Balancing, "Access
logs for your Application Load Balancer".
"""

from __future__ import annotations

import re
from typing import Any, Final

from vedette.model.instant import rfc3339
from vedette.sources.formats.access_combined import AccessError
from vedette.sources.formats.access_request import (
    DATE,
    QUOTED,
    add_known,
    add_request,
    date_us,
    tokens,
    unescape,
)
from vedette.sources.formats.timestamps import RFC3339, rfc3339_us

_HAPROXY: Final = re.compile(
    r"(?:[^\[\]{}\"]{0,300}\[\d{1,10}\]: )?(\S{2,64}):(\d{1,5}) " + DATE.pattern + r" "
    r"(\S{1,255}) (\S{1,512}) ([-+\d/]{1,80}) (-?\d{1,3}) \+?(\d{1,19}) \S{1,4096} \S{1,4096} "
    r"(\S{4}) ([\d/+]{1,64}) ([\d/]{1,32})"
    r"(?: \{([^{}]*+)\})?(?: \{([^{}]*+)\})? \"(.*)\"?\Z",
    re.ASCII,
)
_AWS: Final = re.compile(
    r"(?:(https?|h2|grpcs|wss?) )?(\d{4}-\d\d-\d\dT\S{8,24}) (\S{1,255}) (\S{2,64}):(\d{1,5}) "
    r"(\S{1,64}) (-?[\d.]{1,20}) (-?[\d.]{1,20}) (-?[\d.]{1,20}) (\d{3}|-) (\d{3}|-) "
    rf"(\d{{1,19}}) (\d{{1,19}}) \"{QUOTED}(?: \"{QUOTED})?",
    re.ASCII,
)


def parse_balancer(text: str) -> dict[str, Any]:
    """One entry as a record of the `access` format. Raises AccessError."""
    if match := _HAPROXY.match(text):
        return _haproxy(match)
    if match := _AWS.match(text):
        return _aws(match, text[match.end() :])
    raise AccessError(1, "expected an entry of an access log")


def _haproxy(match: re.Match[str]) -> dict[str, Any]:
    groups = match.groups()
    client, port = groups[:2]
    frontend, backend, timers, status, size, state, _, _, sent, received, request = groups[12:]
    date = DATE.search(match.string, match.end(2))
    try:
        timestamp = rfc3339(date_us(date)) if date else None
    except ValueError as error:
        raise AccessError(match.end(2) + 2, str(error)) from error
    record: dict[str, Any] = {"c-ip": client, "c-port": int(port), "timestamp": timestamp}
    add_request(record, request.removesuffix('"'))
    record["sc-status"] = int(status) if status.isdecimal() else None
    record["sc-bytes"] = int(size)
    record |= {"frontend": frontend, "backend": backend, "timers": timers, "state": state}
    extra = [header for header in (sent, received) if header]
    if extra:
        record["extra"] = extra
    return record


def _aws(match: re.Match[str], rest: str) -> dict[str, Any]:
    kind, written, balancer, client, port, target = match.groups()[:6]
    status, target_status, received, sent, request, agent = match.groups()[9:]
    time = RFC3339.fullmatch(written)
    try:
        if time is None:
            raise ValueError("expected an RFC 3339 time")
        timestamp = rfc3339(rfc3339_us(time))
    except ValueError as error:
        raise AccessError(match.start(2) + 1, str(error)) from error
    record: dict[str, Any] = {"c-ip": client, "c-port": int(port), "timestamp": timestamp}
    request = unescape(request).strip()
    add_request(record, request)
    record["sc-status"] = None if status == "-" else int(status)
    record["sc-bytes"] = int(sent)
    record["cs-bytes"] = int(received)
    add_known(record, "cs-user-agent", agent)
    record |= {"balancer": balancer, "target": target}
    add_known(record, "target-status", target_status)
    add_known(record, "kind", kind)
    extra = tokens(rest)
    if extra:
        record["extra"] = extra
    return record
