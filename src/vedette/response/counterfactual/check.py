"""Asking the stored events of the last days what an action would have touched."""

from __future__ import annotations

import contextlib
import heapq
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vedette.model.action import Action
from vedette.model.errors import UnreadableError
from vedette.model.finding import LEVELS, Entity
from vedette.model.instant import SECOND, rfc3339
from vedette.response.counterfactual.cost import Cost, Example, Touched, unknown_cost
from vedette.response.counterfactual.index import Index
from vedette.response.counterfactual.lookup import answer_of
from vedette.response.counterfactual.question import Names, Question, question_of
from vedette.response.counterfactual.shown import Reader
from vedette.response.counterfactual.sidecar import About, Sidecar, record_of
from vedette.response.counterfactual.tally import Tally
from vedette.store import manifest
from vedette.store.database import NAME, open_reader
from vedette.store.search import StorePaths
from vedette.store.segments import Segment

if TYPE_CHECKING:
    import pyarrow as pa

DAY: Final = 86_400 * SECOND


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a check looks. Times in microseconds, `seconds` of wall clock.

    With less stored than `history` a look is not complete; nor where more than `unread` of the
    events could not be read. Findings below `least` cover nothing: they are no reason to call an
    event an attacker's.
    """

    window: int = 7 * DAY
    history: int = DAY
    seconds: float = 10.0
    unread: float = 0.001
    least: str = "medium"
    principals: int = 1_000_000
    sample: int = 20


class Check:
    """Runs actions against the stored events. One at a time; `clock` counts seconds upwards."""

    def __init__(
        self,
        paths: StorePaths,
        index: Index,
        clock: Callable[[], float],
        limits: Limits | None = None,
        names: Names | None = None,
    ) -> None:
        self._paths = paths
        self._index = index
        self._clock = clock
        self._limits = limits or Limits()
        self._names = names

    def run(
        self,
        action: Action,
        now: int,
        attackers: Collection[Entity] = (),
        uncounted: Collection[str] = (),
        examples: int = 0,
    ) -> Cost:
        """What the action would have cost in the window before `now`.

        `attackers` are the principals that an incident names as such: all their events are
        covered. `uncounted` are the ids of findings that cover nothing (those judged false or
        benign). `examples` is how many uncovered events are shown at most. Never raises for a
        store that can't be read: the cost is then not complete.
        """
        began = self._clock()
        window = (now - self._limits.window, now + 1)
        question = question_of(action, self._names)
        if isinstance(question, str):
            return unknown_cost(window, f"{question}; let a person decide")
        try:
            with contextlib.closing(open_reader(self._paths.state / NAME)) as state:
                segments = manifest.live_segments(state, *window)
                covered = _covered(state, self._limits.least, uncounted)
        except (UnreadableError, sqlite3.Error) as error:
            return unknown_cost(window, str(error), self._clock() - began)
        look = _Look(question, window, covered, self._limits, frozenset(attackers))
        self._look(look, segments, began)
        found = self._examples(look, examples)
        return look.cost(self._clock() - began, found)

    def _look(self, look: _Look, segments: list[Segment], began: float) -> None:
        import pyarrow as pa

        newest_first = sorted(segments, key=lambda one: (-one.max_time, one.path))
        for number, segment in enumerate(newest_first):
            if self._clock() - began > self._limits.seconds:
                look.doubt(
                    f"{len(segments) - number} of {len(segments)} files of events were not looked "
                    f"at within {self._limits.seconds:g} s; index them first, or allow more time"
                )
                return
            try:
                sidecar = self._index.find(segment) or self._index.make(segment)
                look.take(segment, sidecar)
            except UnreadableError as error:
                look.doubt(str(error))
            except pa.ArrowInvalid as error:
                look.doubt(f"the pattern can't be used ({error}); write it for RE2")
                return

    def _examples(self, look: _Look, most: int) -> tuple[Example, ...]:
        found: list[Example] = []
        if not most:
            return ()
        reader = Reader(self._index.fields)
        for segment, rows in look.uncovered:
            if len(found) >= most:
                break
            try:
                read = _read(self._index, segment, rows, reader, look.attackers)
                found += read[: most - len(found)]
            except OSError as error:
                look.doubt(f"{segment.path}: {error}")
        return tuple(found)


@dataclass(slots=True)
class _Look:
    """What was found so far."""

    question: Question
    window: tuple[int, int]
    covered: pa.Array
    limits: Limits
    attackers: frozenset[Entity]
    tally: Tally = field(default_factory=Tally)
    uncovered: list[tuple[Segment, list[int]]] = field(default_factory=list)
    abouts: list[About] = field(default_factory=list)
    why_not: list[str] = field(default_factory=list)
    oldest: int | None = None

    def doubt(self, why: str) -> None:
        if why not in self.why_not:
            self.why_not.append(why)

    def take(self, segment: Segment, sidecar: Sidecar) -> None:
        start, end = self.window
        start = max(start, self.question.start or start)
        answer = answer_of(sidecar, self.question, start, end, self.covered)
        self.abouts.append(sidecar.about)
        begin = max(segment.min_time, self.window[0])
        self.oldest = begin if self.oldest is None else min(self.oldest, begin)
        self.tally.add(answer.groups, answer.maybe)
        if len(answer.rows):
            rows = answer.rows.slice(max(0, len(answer.rows) - self.limits.sample))
            self.uncovered.append((segment, rows.to_pylist()[::-1]))

    def cost(self, seconds: float, examples: tuple[Example, ...]) -> Cost:
        looked: Counter[str] = Counter()
        for about in self.abouts:
            looked.update(about.formats)
        self._doubt_sight(looked)
        touched = self.tally.sum(self.attackers)
        if len(touched.people) > self.limits.principals:
            self.doubt(f"more than {self.limits.principals:,} principals; narrow the action")
        ranked = heapq.nsmallest(
            self.limits.sample, touched.people.items(), key=lambda one: (-one[1][0], one[0])
        )
        uncertain = touched.maybe - touched.people.keys()
        if uncertain:
            self.doubt(
                f"{len(uncertain):,} principals may have been touched: the events do not show it "
                "(a request's body, an encrypted request's path)"
            )
        return Cost(
            tuple(Touched(who, *told) for who, told in ranked),
            len(touched.people),
            len(uncertain),
            touched.events,
            touched.covered,
            self.window,
            dict(looked),
            seconds,
            not self.why_not,
            tuple(self.why_not),
            examples,
        )

    def _doubt_sight(self, looked: Counter[str]) -> None:
        """Doubts about what the events can show at all."""
        shown: Counter[str] = Counter()
        unseen: Counter[str] = Counter()
        unknown: Counter[str] = Counter()
        for about in self.abouts:
            shown.update(about.shown)
            unseen.update(about.unseen)
            unknown.update(about.unknown)
        for kinds in self.question.shows:
            if not any(shown[kind] for kind in kinds):
                self.doubt(f"no stored event shows {' or '.join(kinds)}; add a source that logs it")
            blind = max(max(unseen[kind], unseen[kind.partition("-")[0]]) for kind in kinds)
            if blind:
                self.doubt(f"{blind:,} events were stored without {' or '.join(kinds)}")
        for kind in self.question.hidden:
            if shown[kind]:
                self.doubt(
                    f"{shown[kind]:,} messages are stored under keyed names of what they "
                    "show; give the privacy key"
                )
        for name, count in sorted(unknown.items()):
            self.doubt(f"{count:,} events of the format {name}, which touched.yml does not know")
        unread = sum(about.unread for about in self.abouts)
        if unread > self.limits.unread * max(1, sum(looked.values())):
            self.doubt(f"{unread:,} events could not be read whole")
        if self.oldest is None or self.oldest > self.window[1] - self.limits.history:
            since = "nothing" if self.oldest is None else f"only since {rfc3339(self.oldest)}"
            self.doubt(f"too little is stored ({since}); wait until there is more")


def _covered(state: sqlite3.Connection, least: str, uncounted: Collection[str]) -> pa.Array:
    """The first halves of the keys of events that findings refer to."""
    import pyarrow as pa

    levels = LEVELS[LEVELS.index(least) :]
    marks = ", ".join("?" * len(levels))
    rows = state.execute(
        "SELECT evidence.key, findings.id FROM evidence "  # noqa: S608 - only marks
        f"JOIN findings ON findings.id = evidence.finding WHERE findings.level IN ({marks})",
        levels,
    )
    left_out = frozenset(uncounted)
    keys = {_half(key) for key, finding in rows if finding not in left_out}
    return pa.array(sorted(keys - {None}), pa.uint64())  # type: ignore[type-var]  # no None is left


def _half(key: str) -> int | None:
    try:
        return int(key[:16], 16) if len(key) == 32 else None
    except ValueError:
        return None


def _read(
    index: Index, segment: Segment, rows: list[int], reader: Reader, attackers: Collection[Entity]
) -> list[Example]:
    """Some rows of a segment as events, the newest first, reading only the row groups they lie in;
    without those that are all the attackers'."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ["event_time", "source", "place", "key", "raw", "record", "format"]
    found: list[Example] = []
    path = index.events / segment.path
    with path.open("rb") as stream, pq.ParquetFile(pa.PythonFile(stream, mode="r")) as file:
        begin = 0
        for number in range(file.num_row_groups):
            end = begin + file.metadata.row_group(number).num_rows
            wanted = [row - begin for row in rows if begin <= row < end]
            if wanted:
                table = file.read_row_group(number, columns=columns, use_threads=False)
                table = table.set_column(
                    0, "event_time", table["event_time"].cast(pa.int64())
                ).take(wanted)
                for one in table.to_pylist():
                    record = record_of(one["raw"], one["record"])
                    shown = reader.read(one["format"], record)
                    if shown is None or not set(shown.principals) <= set(attackers):
                        named = (one["event_time"], one["source"], one["place"], one["key"])
                        found.append(Example(*named, dict(record)))
            begin = end
    return sorted(found, key=lambda one: (-one.time, one.key))
