"""How often an entity is met by chance, learned from what the firm itself has seen.

A value counts once for each day and each *witness*: the account seen with a host, the host or
mailbox seen with anything else. So ten thousand findings of one kind on one host count once, while
a domain that every mailbox hears from counts for each of them.

Rarity must depend on when something happened, not on when we heard of it; otherwise the order of
arrival would decide what belongs together. So a finding of time t is judged by the counts of whole
days that ended before t minus the lateness. Every finding of such a day that is not late has
arrived by then: the watermark (the newest time seen, minus the lateness) has passed the day's end.
At that moment the day is *frozen* and added to the older counts, which fade with the half-life
`Linking.memory`. `group_of(t)` names the last day that counts for t.

Memory is bounded, and independent of order too: a day keeps for each kind at most `MOST` distinct
(value, witness) pairs. Beyond that it keeps the pairs whose hash begins with one more zero bit, and
counts each twice, and so on (adaptive sampling: Flajolet, "On adaptive sampling", Computing 43,
1990). A count n taken at level L then has a standard error of about sqrt(n * 2^L); below `MOST`
counts are exact. Of a frozen snapshot the `MOST` most frequent values are kept; a value left out is
taken as never seen, which errs by at most the smallest count kept.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from vedette.incident.kinds import DAY, Kind, Linking
from vedette.model.finding import Entity

MOST: Final = 16_384
FADED: Final = 1 / 64
"""A count below this is forgotten: six half-lives after one observation."""

UNKNOWN: Final = Kind(half_life=DAY, shared=0.3, prior=0.01, trust=100)
"""Stands for a kind that the content file does not name."""


class Snapshot(msgspec.Struct, frozen=True):
    """Faded counts up to and including the day numbered `day` since the epoch."""

    day: int
    counts: dict[str, dict[str, float]]
    totals: dict[str, float]


class Sample:
    """The distinct (value, witness) pairs of one kind on one day, or one in 2^level of them."""

    __slots__ = ("level", "most", "pairs", "unsaved")

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.level = 0
        self.pairs: set[tuple[str, str]] = set()
        self.unsaved: list[tuple[str, str]] | None = []
        """Pairs since the last save; None after the level rose: all must be saved again."""

    def add(self, value: str, witness: str) -> None:
        pair = (value, witness)
        if pair in self.pairs or (self.level and _zeros(pair) < self.level):
            return
        self.pairs.add(pair)
        if self.unsaved is not None:
            self.unsaved.append(pair)
        while len(self.pairs) > self.most:
            self.level += 1
            self.pairs = {kept for kept in self.pairs if _zeros(kept) >= self.level}
            self.unsaved = None

    def counts(self) -> dict[str, float]:
        """How many witnesses each value had, at least about."""
        each = float(1 << self.level)
        found: dict[str, float] = {}
        for value, _ in self.pairs:
            found[value] = found.get(value, 0.0) + each
        return found


class Rarity:
    """Learns from what is observed, and says what sharing a value is worth.

    `days` are the open days, `snapshots` the frozen ones that findings within the lateness may
    still need, oldest first. `closed`, `added` and `dropped` tell a store what changed.
    """

    def __init__(self, linking: Linking, most: int = MOST) -> None:
        self.linking = linking
        self.most = most
        self.days: dict[int, dict[str, Sample]] = {}
        self.snapshots: list[Snapshot] = []
        self.frozen_through = -(1 << 62)
        self.uncounted = 0
        self.closed: list[int] = []
        """Days frozen since the last save."""
        self.added: list[Snapshot] = []
        self.dropped: list[int] = []
        """Days of the snapshots forgotten since the last save."""

    def group_of(self, time: int) -> int:
        """The last day that counts for what happened at `time`."""
        return group_of(self.linking, time)

    def observe(self, entities: Iterable[Entity], time: int) -> None:
        """Count one finding (or event). What is so late that its day is frozen adds nothing, and
        is counted in `uncounted`."""
        day = time // DAY
        if day <= self.frozen_through:
            self.uncounted += 1
            return
        samples = self.days.get(day)
        if samples is None:
            samples = self.days[day] = {}
        user = place = ""
        for entity in entities:
            kind = entity.kind
            if kind == "account":
                user = user or entity.value
            elif kind == "host" or (kind == "mailbox" and not place):
                place = entity.value
        for entity in entities:
            kind = entity.kind
            sample = samples.get(kind)
            if sample is None:
                sample = samples[kind] = Sample(self.most)
            witness = user if kind == "host" else "" if entity.value == place else place
            if (entity.value, witness) not in sample.pairs:
                sample.add(entity.value, witness)

    def advance(self, watermark: int) -> None:
        """Freeze the days that ended by `watermark`; forget snapshots nothing in time can need."""
        last = watermark // DAY - 1
        if last <= self.frozen_through:
            return
        for day in sorted(day for day in self.days if day <= last):
            self._freeze(day)
        self.frozen_through = last
        oldest = self.group_of(watermark)
        while len(self.snapshots) > 1 and self.snapshots[1].day <= oldest:
            self.dropped.append(self.snapshots.pop(0).day)

    def chance(self, kind: str, value: str, group: int, late: bool = False) -> float:
        """How likely an unrelated finding that names this kind names this value, for findings
        whose last counting day is `group`. For a late one the oldest snapshot still held stands in
        for what was forgotten."""
        known = self._known(kind, value)
        count = total = 0.0
        snapshot = self._snapshot(group, late)
        if snapshot is not None:
            fade = self._fade(max(group - snapshot.day, 0))
            count = snapshot.counts.get(kind, {}).get(value, 0.0) * fade
            total = snapshot.totals.get(kind, 0.0) * fade
        return (count + known.prior * known.trust) / (total + known.trust)

    def bits(self, kind: str, value: str, group: int, late: bool = False) -> float:
        """The log-likelihood ratio, in bits, of two findings naming this same value because they
        belong together against by chance."""
        shared = self._known(kind, value).shared
        return math.log2(shared / self.chance(kind, value, group, late))

    def _known(self, kind: str, value: str) -> Kind:
        kinds = self.linking.kinds
        if kind == "url" and value.startswith("/") and "target" in kinds:
            return kinds["target"]
        return kinds.get(kind, UNKNOWN)

    def _snapshot(self, group: int, late: bool) -> Snapshot | None:
        for snapshot in reversed(self.snapshots):
            if snapshot.day <= group:
                return snapshot
        return self.snapshots[0] if late and self.snapshots else None

    def _fade(self, days: int) -> float:
        return math.exp2(-days * DAY / self.linking.memory)

    def _freeze(self, day: int) -> None:
        samples = self.days.pop(day)
        before = self.snapshots[-1] if self.snapshots else Snapshot(day, {}, {})
        fade = self._fade(day - before.day)
        counts: dict[str, dict[str, float]] = {}
        totals: dict[str, float] = {}
        for kind in sorted(set(before.counts) | set(samples)):
            fresh: Mapping[str, float] = samples[kind].counts() if kind in samples else {}
            totals[kind] = before.totals.get(kind, 0.0) * fade + sum(fresh.values())
            merged = {
                value: faded
                for value, count in before.counts.get(kind, {}).items()
                if (faded := count * fade) >= FADED
            }
            for value, count in fresh.items():
                merged[value] = merged.get(value, 0.0) + count
            if len(merged) > self.most:
                ranked = sorted(merged.items(), key=lambda each: (-each[1], each[0]))
                merged = dict(ranked[: self.most])
            counts[kind] = merged
        snapshot = Snapshot(day, counts, totals)
        self.snapshots.append(snapshot)
        self.added.append(snapshot)
        self.closed.append(day)


def group_of(linking: Linking, time: int) -> int:
    """The last day (numbered since the epoch) that counts for what happened at `time`."""
    return (time - linking.lateness) // DAY - 1


def _zeros(pair: tuple[str, str]) -> int:
    """How many zero bits the pair's hash begins with."""
    text = "\0".join(pair).encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
    return 64 - number.bit_length()
