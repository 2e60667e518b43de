"""The shadow report: what would have been blocked, and what could be excluded at what price."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.engine.shielding.course import Counting, Course
from vedette.model.instant import instant_of
from vedette.shield.shadow.overview import Overview, Traffic, overview
from vedette.shield.shadow.proposals import Proposal, propose
from vedette.shield.shadow.seen import Seen, seen_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from vedette.engine.shielding.shield import Shield

MOST_RECORDS: Final = 200_000
"""Records of requests that are looked at, the newest."""
UNTESTED: Final = (
    "the rules' folder holds no tests (tests/regression): nothing is proposed for a whole site,"
    " for its price can't be told; a git checkout of the Core Rule Set has them"
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What the records since `since` say, as of `made` (microseconds). `looked` are the requests in
    which something was found; `more`: there were older ones that were not looked at. `untested`:
    the rules' folder holds no attacks to measure prices by."""

    since: int
    made: int
    looked: int
    more: bool
    untested: bool
    found: Overview
    course: Course
    proposals: tuple[Proposal, ...]


class Stored:
    """The records of a shield since a time (microseconds) until `now`: `seen` are the requests in
    which something was found, oldest first; `more`: there are older ones. Raises UnreadableError.
    """

    def __init__(self, shield: Shield, since: int, now: int) -> None:
        from vedette.store.query import SearchQuery
        from vedette.store.search import StorePaths, search

        self.seen: list[Seen] = []
        self.traffic = Traffic()
        self.more = False
        self._counting = Counting(since, now)
        paths = StorePaths(Path(shield.segments), Path(shield.state))
        query = SearchQuery(start=since, sources=shield.sources, limit=None)
        for event in search(paths, query):
            if not self._take(event.record()):
                self.more = True
                break
        self.seen.reverse()

    @property
    def course(self) -> Course:
        return self._counting.course()

    def _take(self, record: Mapping[str, Any]) -> bool:
        """Whether it is one of those that are looked at."""
        kind = record.get("kind")
        if kind == "traffic":
            self.traffic.add(record)
            time = instant_of(record["time"])
            self._counting.add("requests", time or 0, int(record["requests"]))
        elif kind == "turned_away":
            self._counting.add("turned_away", instant_of(record.get("time")) or 0)
        elif (seen := seen_of(record)) is not None:
            if len(self.seen) == MOST_RECORDS:
                return False
            self.seen.append(seen)
            if seen.stops:
                self._counting.add("blocked" if seen.blocked else "would_block", seen.time)
        return True


def report(shield: Shield, since: int, now: int) -> Report:
    """Make it; with many records or the whole Core Rule Set it takes seconds. Times are in
    microseconds. Raises ConfigError where the rules can't be read, UnreadableError where the
    records or the decisions can't."""
    stored = Stored(shield, since, now)
    applied = shield.decided().exclusions
    found = overview(stored.seen, stored.traffic, applied)
    programs = shield.programs() if found.still else {}
    samples = shield.samples(programs)
    proposals = propose(
        stored.seen,
        hosts=shield.hosts,
        programs=programs,
        levels=shield.levels(),
        samples=samples,
        applied=applied,
        now=now,
    )
    return Report(
        since=since,
        made=now,
        looked=len(stored.seen),
        more=stored.more,
        untested=bool(programs) and not any(samples.values()),
        found=found,
        course=stored.course,
        proposals=tuple(proposals),
    )
