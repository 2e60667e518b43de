"""Matches that wait until the watermark has passed them, in the order in which they are due."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from vedette.sigma.correlation.match import Match
from vedette.sigma.correlation.state import Journal, Slot

_Entry = tuple[int, int, str, str, str, int, Match]
_VOLATILE = -1


class Waiting:
    """A heap ordered by (time, nesting depth, event key, rule, finding).

    The depth comes before the key so that a correlation's finding, which is made while matches of
    its time are handled, stands after all that it is made of. A match that waits already (a
    second delivery) is not taken again.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._heap: list[_Entry] = []
        self._known: set[tuple[int, str, str]] = set()
        self._next = 0

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[Match]:
        return (entry[-1] for entry in self._heap)

    def due(self) -> int | None:
        """The time of the first; None if there is none."""
        return self._heap[0][0] if self._heap else None

    def put(self, match: Match) -> None:
        """Take a match of a detection rule."""
        self._put(match, self._next)

    def derived(self, match: Match, depth: int) -> None:
        """Take a correlation's finding. It is due before anything is saved, so it is not saved."""
        entry = (match.time, depth, match.ref.key, match.rule, match.id, _VOLATILE, match)
        heapq.heappush(self._heap, entry)

    def pop(self) -> Match:
        """The first."""
        time, _, key, rule, _, number, match = heapq.heappop(self._heap)
        if number != _VOLATILE:
            self._known.discard((time, key, rule))
            self._journal.drop(f"p/{number:x}")
        return match

    def surplus(self, keep: int) -> int:
        """The time by which all but about `keep` of the matches are due; at least one is."""
        times = sorted(entry[0] for entry in self._heap)
        return times[max(0, len(times) - keep - 1)] + 1

    def load(self, name: str, slot: Slot) -> None:
        """Take up a record."""
        number = int(name, 16)
        self._next = max(self._next, number)
        self._put(slot.matches[0], number, save=False)

    def discard(self, rules: set[str]) -> None:
        """Forget the matches of all other rules."""
        kept = [entry for entry in self._heap if entry[3] in rules]
        for entry in self._heap:
            if entry[3] not in rules:
                self._known.discard((entry[0], entry[2], entry[3]))
                self._journal.drop(f"p/{entry[5]:x}")
        heapq.heapify(kept)
        self._heap = kept

    def _put(self, match: Match, number: int, save: bool = True) -> None:
        known = (match.time, match.ref.key, match.rule)
        if known in self._known:
            return
        self._known.add(known)
        heapq.heappush(self._heap, (match.time, 0, match.ref.key, match.rule, "", number, match))
        self._next = max(self._next, number + 1)
        if save:
            self._journal.put(f"p/{number:x}", Slot(matches=(match,)))
