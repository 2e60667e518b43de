"""What would have been blocked, counted by path, parameter and rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from vedette.model.instant import rfc3339
from vedette.model.problem import Problem
from vedette.seclang.run.outcome import Hit, Outcome
from vedette.shield.blame import parameters, reasons
from vedette.shield.masking import mask
from vedette.shield.replay.replayed import Replayed
from vedette.shield.replay.template import path_template

MOST_EXAMPLES: Final = 3
MOST_PROBLEMS: Final = 20
_MOST_BLOCKED_CLIENTS: Final = 1_000_000
OTHERS: Final = "(other paths)"


class Bounds(msgspec.Struct, frozen=True):
    """What is counted apart: rows, paths, and the distinct clients of a row (then
    `clients_at_least` says that there are more)."""

    rows: int = 10_000
    paths: int = 10_000
    clients: int = 1_000


DEFAULT_BOUNDS: Final = Bounds()


class Example(msgspec.Struct, frozen=True):
    """A value that matched, masked, and where it stood."""

    value: str
    place: str


class Row(msgspec.Struct, frozen=True):
    """One rule on one parameter of one path, in requests that would have been blocked."""

    path: str
    parameter: str
    rule: int
    msg: str
    requests: int
    clients: int
    clients_at_least: bool
    examples: tuple[Example, ...]


class PathTotal(msgspec.Struct, frozen=True):
    """All requests to a path, and those that would have been blocked."""

    path: str
    requests: int
    blocked: int


class Report(msgspec.Struct, frozen=True):
    """`rows` and `paths` have the most blocked requests first, then go by name. `first` and `last`
    are in microseconds since the epoch, None where no request has a time. `left_over` are blocked
    requests' matches for which there was no row left."""

    requests: int
    blocked: int
    blocked_clients: int
    first: int | None
    last: int | None
    rows: tuple[Row, ...]
    paths: tuple[PathTotal, ...]
    left_over: int
    problems: int
    first_problems: tuple[str, ...]


def report(
    outcomes: Iterable[tuple[Replayed, Outcome] | Problem], bounds: Bounds = DEFAULT_BOUNDS
) -> Report:
    """Everything that was judged, and what could not be read. The same outcomes in the same order
    give the same report."""
    counting = _Counting(bounds)
    for each in outcomes:
        if isinstance(each, Problem):
            counting.problem(each)
        else:
            counting.add(*each)
    return counting.report()


def report_json(found: Report) -> bytes:
    """The report for machines, indented; times in RFC 3339."""
    content: dict[str, Any] = msgspec.to_builtins(found)
    for name in ("first", "last"):
        if content[name] is not None:
            content[name] = rfc3339(content[name])
    return msgspec.json.format(msgspec.json.encode(content), indent=2)


class _Open:
    """A row that is being counted."""

    __slots__ = ("clients", "examples", "more", "msg", "requests")

    def __init__(self, msg: str) -> None:
        self.msg = msg
        self.requests = 0
        self.clients: set[str] = set()
        self.more = False
        self.examples: dict[str, str] = {}

    def count(self, client: str, hit: Hit, place: str, most: int) -> None:
        self.requests += 1
        if len(self.clients) < most:
            self.clients.add(client)
        elif client not in self.clients:
            self.more = True
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.setdefault(mask(hit.variable, hit.value), place)


class _Counting:
    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._requests = self._blocked = self._left_over = self._problems = 0
        self._clients: set[str] = set()
        self._times: tuple[int, int] | None = None
        self._rows: dict[tuple[str, str, int], _Open] = {}
        self._paths: dict[str, list[int]] = {}
        self._texts: list[str] = []

    def problem(self, problem: Problem) -> None:
        self._problems += 1
        if len(self._texts) < MOST_PROBLEMS:
            self._texts.append(str(problem))

    def add(self, replayed: Replayed, outcome: Outcome) -> None:
        request = replayed.request
        self._requests += 1
        if at := request.received:
            first, last = self._times or (at, at)
            self._times = min(first, at), max(last, at)
        path = path_template(request.target)
        if path not in self._paths and len(self._paths) >= self._bounds.paths:
            path = OTHERS
        total = self._paths.setdefault(path, [0, 0])
        total[0] += 1
        stop = outcome.intervention or outcome.would
        if stop is None:
            return
        total[1] += 1
        self._blocked += 1
        if len(self._clients) < _MOST_BLOCKED_CLIENTS:
            self._clients.add(request.client)
        for match in reasons(outcome.matches, stop.rule):
            for parameter, hit in parameters(match).items():
                key = (path, parameter, match.id)
                row = self._rows.get(key)
                if row is None:
                    if len(self._rows) >= self._bounds.rows:
                        self._left_over += 1
                        continue
                    row = self._rows[key] = _Open(match.msg)
                row.count(request.client, hit, replayed.place, self._bounds.clients)

    def report(self) -> Report:
        rows = [
            Row(
                path,
                parameter,
                rule,
                row.msg,
                row.requests,
                len(row.clients),
                row.more,
                tuple(Example(value, place) for value, place in row.examples.items()),
            )
            for (path, parameter, rule), row in self._rows.items()
        ]
        rows.sort(key=lambda row: (-row.requests, row.path, row.parameter, row.rule))
        paths = [PathTotal(path, total, blocked) for path, (total, blocked) in self._paths.items()]
        paths.sort(key=lambda each: (-each.blocked, -each.requests, each.path))
        first, last = self._times or (None, None)
        return Report(
            self._requests,
            self._blocked,
            len(self._clients),
            first,
            last,
            tuple(rows),
            tuple(paths),
            self._left_over,
            self._problems,
            tuple(self._texts),
        )
