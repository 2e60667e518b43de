"""What the shadow saw, counted by path, parameter and rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.guard.traffic import clients_in, sketch_of
from vedette.shield.shadow.seen import Seen
from vedette.shield.shadow.visitors import DEFAULT, Thresholds, attackers

MOST_EXAMPLES: Final = 3
MOST_ROWS: Final = 10_000


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One rule on one parameter of one path, in requests that were or would have been blocked.
    `clients` are different addresses, `like_attackers` those among them that behave so; `values`
    are masked examples. `excluded`: applied exclusions cover it already."""

    site: str
    path: str
    parameter: str
    rule: int
    msg: str
    requests: int
    clients: int
    like_attackers: int
    values: tuple[str, ...]
    excluded: bool


class PathRow(msgspec.Struct, frozen=True, kw_only=True):
    """All requests to a path (0 where the store has no count), of about so many clients, and those
    of them that would have been or were blocked."""

    site: str
    path: str
    requests: int
    clients: int
    would_block: int
    blocked: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, what concerns most requests first. `still` would be stopped if they came again
    with the exclusions of today. Times are microseconds since the epoch. `left_over`: hits beyond
    the rows."""

    first: int | None
    last: int | None
    requests: int
    would_block: int
    blocked: int
    still: int
    clients: int
    like_attackers: int
    paths: tuple[PathRow, ...]
    rows: tuple[Row, ...]
    left_over: int


class _Open:
    __slots__ = ("bad", "clients", "excluded", "msg", "requests", "values")

    def __init__(self, msg: str) -> None:
        self.msg = msg
        self.requests = 0
        self.clients: set[str] = set()
        self.bad: set[str] = set()
        self.values: dict[str, None] = {}
        self.excluded = True


class Traffic:
    """The records of kind `traffic` put together, by site and path."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str], int] = defaultdict(int)
        self._marks: dict[tuple[str, str], int] = defaultdict(int)

    def add(self, record: Mapping[str, Any]) -> None:
        """Take one in. Raises KeyError, TypeError, ValueError where it is damaged."""
        key = (str(record["site"]), str(record["template"]))
        self.requests[key] += int(record["requests"])
        self._marks[key] |= sketch_of(str(record["clients"]))

    def clients(self, key: tuple[str, str]) -> int:
        return clients_in(self._marks.get(key, 0))


def overview(
    given: Sequence[Seen],
    traffic: Traffic,
    applied: Sequence[Exclusion] = (),
    limits: Thresholds = DEFAULT,
) -> Overview:
    """Count. The same input gives the same rows."""
    bad = attackers([seen.without(applied) for seen in given], limits)
    rows: dict[tuple[str, str, str, int], _Open] = {}
    paths: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    left_over = still = 0
    stopped = [seen for seen in given if seen.stops]
    for seen in stopped:
        now = seen.without(applied)
        still += now.stops
        paths[seen.site, seen.template][seen.blocked] += 1
        for hit in seen.hits:
            key = (seen.site, seen.template, hit.parameter, hit.rule)
            if key not in rows and len(rows) >= MOST_ROWS:
                left_over += 1
                continue
            row = rows.setdefault(key, _Open(hit.msg))
            row.requests += 1
            row.clients.add(seen.client)
            if seen.network in bad:
                row.bad.add(seen.client)
            if len(row.values) < MOST_EXAMPLES:
                row.values[hit.value] = None
            row.excluded = row.excluded and hit not in now.hits
    return Overview(
        first=min((seen.time for seen in given), default=None),
        last=max((seen.time for seen in given), default=None),
        requests=sum(traffic.requests.values()),
        would_block=sum(not seen.blocked for seen in stopped),
        blocked=sum(seen.blocked for seen in stopped),
        still=still,
        clients=len({seen.client for seen in stopped}),
        like_attackers=len({seen.client for seen in stopped if seen.network in bad}),
        paths=_paths(paths, traffic),
        rows=tuple(_rows(rows)),
        left_over=left_over,
    )


def _paths(
    counted: Mapping[tuple[str, str], Sequence[int]], traffic: Traffic
) -> tuple[PathRow, ...]:
    found = [
        PathRow(
            site=key[0],
            path=key[1],
            requests=traffic.requests.get(key, 0),
            clients=traffic.clients(key),
            would_block=would,
            blocked=blocked,
        )
        for key, (would, blocked) in counted.items()
    ]
    return tuple(
        sorted(found, key=lambda one: (-one.would_block - one.blocked, one.site, one.path))
    )


def _rows(rows: Mapping[tuple[str, str, str, int], _Open]) -> Iterable[Row]:
    for (site, path, parameter, rule), row in sorted(
        rows.items(), key=lambda one: (-one[1].requests, one[0])
    ):
        yield Row(
            site=site,
            path=path,
            parameter=parameter,
            rule=rule,
            msg=row.msg,
            requests=row.requests,
            clients=len(row.clients),
            like_attackers=len(row.bad),
            values=tuple(row.values),
            excluded=row.excluded,
        )
