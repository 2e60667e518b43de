"""The correlator: feed it matches in any order, take findings in the order of event time."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from vedette.model.delta import Delta
from vedette.model.errors import UnreadableError
from vedette.model.finding import Finding
from vedette.model.instant import EARLIEST, LATEST
from vedette.model.problem import Problem
from vedette.sigma.correlation.bounds import AHEAD_US, LATENESS_US, Bounds
from vedette.sigma.correlation.clock import Clock
from vedette.sigma.correlation.complaints import Complaints
from vedette.sigma.correlation.counts import Counts
from vedette.sigma.correlation.handling import FOREVER, Handling
from vedette.sigma.correlation.match import Match
from vedette.sigma.correlation.plan import plans, unsupported
from vedette.sigma.correlation.state import Journal, Loaded, Slot, unpack
from vedette.sigma.correlation.trim import trimmed
from vedette.sigma.ir import Correlation

_LATE: Final = "came later than the allowed lateness and took no part in correlations"
_AHEAD: Final = "stamped in the future took no part in correlations"
_CUT: Final = "with very many values in a field were correlated by the first of them"


class Correlator:
    """Runs correlation rules over matches in event time (see the package for what they mean).

    One cycle is: `feed` what came, `advance`, commit the findings together with `delta`. Reads no
    clock. Not to be shared between threads. Correlations that can't run (see `unsupported`) are
    reported by `problems` and left out.
    """

    def __init__(
        self,
        correlations: Iterable[Correlation],
        *,
        lateness_us: int = LATENESS_US,
        bounds: Bounds | None = None,
    ) -> None:
        given = list(correlations)
        self._bounds = bounds or Bounds()
        self._lateness = lateness_us
        self._counts = Counts()
        self._complaints = Complaints()
        self._plans, refused = plans(given, self._bounds.group_matches)
        for correlation in refused:
            why = unsupported(correlation) or "it refers to itself, or its id is taken"
            self._complaints.rule(correlation, why, "it does not run")
        for plan in self._plans:
            if plan.counts_to > self._bounds.matches:
                what = f"counts to {plan.counts_to}, but {self._bounds.matches} matches may be held"
                self._complaints.rule(plan.correlation, what, "raise the bound or lower the count")
        self._begin(Journal())

    def _begin(self, journal: Journal) -> None:
        self._journal = journal
        self._clock = Clock(self._lateness, journal)
        self._handling = Handling(
            self._plans, self._bounds, journal, self._counts, self._complaints
        )
        self._ready: list[Finding] = []

    @property
    def watermark(self) -> int:
        """Event time up to which (not included) everything is final."""
        return self._clock.watermark

    @property
    def counts(self) -> Counts:
        """The figures as of now."""
        handling = self._handling
        return dataclasses.replace(
            self._counts,
            waiting=len(handling.waiting),
            groups=handling.groups,
            held=handling.held,
        )

    def problems(self) -> list[Problem]:
        """What could not be used since the last call: late matches, absent fields, and so on."""
        return self._complaints.take()

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that are active."""
        return self._clock.sources

    def register(self, source: str) -> None:
        """Expect a source: the watermark waits for its first word, or until it is called idle."""
        self._clock.register(source)

    def feed(
        self, source: str, matches: Sequence[Match], seen: int, arrival: int | None = None
    ) -> None:
        """Take matches from a source in any order.

        `seen` is the newest event time of the source, also of events that match nothing.
        `arrival` is when they came, both in microseconds since the epoch: with it, a single
        event stamped in the future can't make all that follows late, and matches stamped more
        than AHEAD_US ahead are refused.
        """
        latest = LATEST
        if arrival is not None:
            seen = min(seen, arrival)
            latest = min(latest, arrival + AHEAD_US)
        for match in matches:
            if match.rule in self._handling.routes:
                self._take(source, match, latest)
        self._clock.hear(source, seen)
        self._press()

    def _take(self, source: str, match: Match, latest: int) -> None:
        if not EARLIEST <= match.time <= latest:
            self._counts.ahead += 1
            self._complaints.match(source, match, _AHEAD, "check the clock of the source")
        elif match.time < self._clock.watermark:
            self._counts.late += 1
            fix = "raise the allowed lateness, or check the clock of the source"
            self._complaints.match(source, match, _LATE, fix)
        else:
            self._counts.matches += 1
            match, cut = trimmed(match)
            if cut:
                self._counts.trimmed += 1
                self._complaints.match(source, match, _CUT, "")
            self._handling.waiting.put(match)

    def _press(self) -> None:
        """Too many matches wait: handle the oldest before their time."""
        waiting = self._handling.waiting
        if len(waiting) <= self._bounds.pending:
            return
        first = min(waiting, key=lambda match: match.time)
        self._clock.move(waiting.surplus(self._bounds.pending // 2))
        what = f"more than {self._bounds.pending}; the oldest were handled before all had come"
        self._handling.overflow(None, what, first)
        found = self._handling.drain(self._clock.watermark)
        self._ready.extend(found)
        for finding in found:
            self._journal.put(f"r/{finding.id}", Slot(findings=(finding,)))

    def advance(self, idle_sources: Collection[str] = (), now: int | None = None) -> list[Finding]:
        """The findings that are final now, in the order of event time.

        `idle_sources` have been silent for long and no longer hold the watermark back. Where all
        sources are idle, all that was fed is final; `now` (if given) less the lateness is then
        taken for the watermark, so that windows end while nothing comes. Leave it out where
        recordings of the past may still come.
        """
        self._clock.advance(idle_sources, now)
        return self._hand_out(self._clock.watermark)

    def flush(self) -> list[Finding]:
        """The end of all input: everything is final, open windows end here. The correlator is
        empty afterwards and may start anew."""
        found = self._hand_out(FOREVER)
        self._handling.clear()
        self._clock.reset()
        self._clock.save(self._handling.tick)
        return found

    def _hand_out(self, until: int) -> list[Finding]:
        found = [*self._ready, *self._handling.drain(until)]
        for finding in self._ready:
            self._journal.drop(f"r/{finding.id}")
        self._ready.clear()
        return found

    def delta(self) -> Delta:
        """What changed since the last delta; its size goes with the change, not the state."""
        self._clock.save(self._handling.tick)
        return self._journal.delta()

    def restore(self, records: Mapping[str, bytes]) -> None:
        """Go on where a correlator left off: `records` are all puts of its deltas without what
        was deleted since. Only for one that was not fed yet. State of correlations that are not
        here any more, or changed, is dropped. Raises UnreadableError for damaged records."""
        self._journal.loaded(records)
        try:
            self._load(records)
        except (ValueError, LookupError) as error:
            message = f"correlation state: a record is damaged: {error!r}; delete the state"
            raise UnreadableError(message) from error
        self._ready.sort(key=lambda finding: (finding.time, finding.id))
        self._handling.waiting.discard(set(self._handling.routes))
        self._handling.recount()

    def _load(self, records: Mapping[str, bytes]) -> None:
        groups: dict[str, dict[str, dict[str, Slot]]] = {}
        tables = {table.plan.digest: table for table in self._handling.tables}
        for key, blob in records.items():
            slot = unpack(blob)
            kind, _, name = key.partition("/")
            digest, _, rest = name.partition("/")
            if kind == "w":
                self._handling.tick = self._clock.load(slot)
            elif kind == "s":
                self._clock.load_source(slot)
            elif kind == "p":
                self._handling.waiting.load(name, slot)
            elif kind == "r":
                self._ready.extend(slot.findings)
            elif digest not in tables:
                self._journal.drop(key)
            elif kind == "o":
                tables[digest].load_told(slot)
            else:
                group, _, part = rest.partition("/")
                groups.setdefault(digest, {}).setdefault(group, {})[part] = slot
        for digest, found in groups.items():
            loaded: list[Loaded] = list(found.values())
            tables[digest].load(loaded)

    def adopt(self, old: Correlator) -> None:
        """Take over from a correlator with other rules: the clock, what waits, and the state of
        every correlation that means the same here. Only for one that was not fed yet; the old
        one must not be used any more. Its next delta continues the old one's."""
        self._begin(old._journal)
        self._clock.adopt(old._clock)
        self._ready = old._ready
        tables = {table.plan.digest: table for table in self._handling.tables}
        for table in old._handling.tables:
            if table.plan.digest in tables:
                tables[table.plan.digest].adopt(table)
            else:
                table.clear()
        self._handling.tick = old._handling.tick
        self._handling.waiting = old._handling.waiting
        self._handling.waiting.discard(set(self._handling.routes))
        self._handling.recount()
