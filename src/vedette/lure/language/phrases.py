"""All phrases of all languages in one pass over a text.

Every match of a phrase holds certain words; one automaton finds all of them, and a phrase's
expression is tried only where they stand together. What is found is what trying every phrase at
every place finds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from typing import Final, NamedTuple

from vedette.lure.language.automaton import Automaton, blanked
from vedette.lure.language.candidate import Candidate, Phrase, Where
from vedette.lure.language.spelling import plain_ends

MAX_LOOKS: Final = 100_000
"""Places looked at in one text; an ordinary page takes fifty. About 0.2 s."""


class Found(NamedTuple):
    """Phrase number `phrase` stands at `start` to `end` of the folded text."""

    concept: str
    phrase: int
    start: int
    end: int


class Search(NamedTuple):
    """What a search found. Not `complete`: MAX_LOOKS ended it."""

    found: list[Found]
    complete: bool = True


class Phrases:
    """Phrases, numbered as given, ready to be searched for. `common` words are looked for only
    where a phrase has no others."""

    def __init__(self, phrases: Sequence[Phrase], common: Set[str] = frozenset()) -> None:
        self.phrases = tuple(phrases)
        self._candidates = [Candidate(n, phrase, common) for n, phrase in enumerate(phrases)]
        wanted = {n for one in self._candidates for each in one.needed for n in each.needles}
        numbers = {needle: number for number, needle in enumerate(sorted(wanted))}
        self._first = [0] * len(numbers)
        """By number of a needle: a bit for each candidate in whose rarest set it is."""
        self._second = [0] * len(numbers)
        """The same for the other set; a candidate with one set is in `_single`."""
        self._single = 0
        for one in self._candidates:
            bit = 1 << one.number
            one.sets = [frozenset(numbers[n] for n in each.needles) for each in one.needed]
            if len(one.sets) == 1:
                self._single |= bit
            for bits, needles in zip((self._first, self._second), one.sets, strict=False):
                for number in needles:
                    bits[number] |= bit
        texts = {needle.text for needle in numbers}
        # most texts have no letters but plain Latin ones once they are folded
        self._latin = Automaton({text for text in texts if text.isascii()}, numbers)
        self._other = Automaton({text for text in texts if not text.isascii()}, numbers)

    def prepare(self) -> None:
        """Compile now what would be compiled when a text first needs it: one to two seconds, which
        are otherwise spread over the first thousands of messages."""
        for candidate in self._candidates:
            candidate.prepare()

    def search(self, text: str, enough: int = 0) -> Search:
        """What stands in folded `text`, phrase by phrase. With `enough`, a concept that was found
        so often is looked for no further."""
        where: dict[int, list[int]] = {}
        text = plain_ends(text)
        spaced = blanked(text)
        self._latin.run(spaced, where)
        if not text.isascii():
            self._other.run(spaced, where)
        found: list[Found] = []
        void: list[Found] = []
        counts: dict[str, int] = {}
        looks = 0
        present = set(where)
        for candidate, first in self._possible(where, present):
            concept = candidate.phrase.concept
            tried: set[int] = set()
            places, main = candidate.places(first, where, present)
            for at in places:
                if enough and counts.get(concept, 0) >= enough:
                    break
                looks += 1
                for begin in candidate.begins(text, spaced, at, main):
                    if begin in tried:
                        continue
                    tried.add(begin)
                    looks += 1
                    match = candidate.match(text, begin)
                    if match is None:
                        continue
                    end, negated = match
                    (void if negated else found).append(
                        Found(concept, candidate.number, begin, end)
                    )
                    counts[concept] = counts.get(concept, 0) + (not negated)
                if looks > MAX_LOOKS:
                    return Search(self._valid(found, void), complete=False)
        return Search(self._valid(found, void))

    def _possible(
        self, where: Where, present: Set[int]
    ) -> Iterator[tuple[Candidate, list[list[int]]]]:
        """The phrases of which every set of needles is there, in their order, each with the
        places of its first set's needles."""
        first, second = 0, self._single
        for needle in where:
            first |= self._first[needle]
            second |= self._second[needle]
        possible = first & second
        while possible:
            bit = possible & -possible
            possible ^= bit
            candidate = self._candidates[bit.bit_length() - 1]
            there = candidate.sets[0] & present
            if len(there) == 1:
                yield candidate, [where[needle] for needle in there]
            else:
                yield candidate, [places for needle, places in where.items() if needle in there]

    def _valid(self, found: Iterable[Found], void: Collection[Found]) -> list[Found]:
        """Where phrases of several languages match the same words, the negation of one counts for
        all: a text has one language, and the others do not know its negations."""
        if not void:
            return list(found)
        language = [phrase.language for phrase in self.phrases]
        return [
            one
            for one in found
            if not any(
                other.concept == one.concept
                and language[other.phrase] != language[one.phrase]
                and other.start < one.end
                and one.start < other.end
                for other in void
            )
        ]
