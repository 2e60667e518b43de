"""Signs that the wording of a message gives, in any of the languages there are phrases for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from vedette.lure.language.folding import fold
from vedette.lure.language.phrase_file import load_languages, phrases_of
from vedette.lure.language.phrases import Phrases
from vedette.lure.message import Text
from vedette.lure.sign import Sign, SignEvidence

EVIDENCE: Final = 3
"""Places shown for a sign; more would not help a reader."""
ENOUGH: Final = 8
"""A concept found so often in a text is looked for no further; several phrases may have found the
same place."""
MAX_CHARACTERS: Final = 1_000_000
"""Of one text; what lies beyond is said to be unseen."""
BEGINNING: Final = 64
"""Characters, apart from spaces, by which texts are told apart at first sight."""
UNSEEN_PART: Final = ".hidden"
"""How the name of a part ends whose text the reader can't see."""


def language_signs(texts: Sequence[Text], phrases: Phrases) -> tuple[Sign, ...]:
    """One sign for each concept that the texts express, with up to EVIDENCE places of the original
    text. A text longer than MAX_CHARACTERS, or one made to keep the search busy, adds
    `not_inspected` with what was left out. Never raises."""
    places: dict[str, list[SignEvidence]] = {}
    unseen: list[Sign] = []
    for text in _distinct(texts):
        folded = fold(text.text[:MAX_CHARACTERS])
        search = phrases.search(folded.text, ENOUGH)
        taken: dict[str, list[tuple[int, int]]] = {}
        for found in sorted(search.found, key=lambda one: (one.start, -one.end)):
            spans = taken.setdefault(found.concept, [])
            if len(spans) >= EVIDENCE or any(begin < found.end and found.start < end
                                             for begin, end in spans):  # fmt: skip
                continue
            spans.append((found.start, found.end))
            start, end = folded.span(found.start, found.end)
            evidence = SignEvidence(text.part, start, end, text.text[start:end])
            places.setdefault(found.concept, []).append(evidence)
        if not search.complete:
            unseen.append(_unseen(text, 0, "it holds too many beginnings of phrases"))
        if len(text.text) > MAX_CHARACTERS:
            unseen.append(_unseen(text, MAX_CHARACTERS, "the text is too long"))
    signs = (Sign(concept, _few(places[concept])) for concept in sorted(places))
    return (*signs, *unseen)


def load_phrases(folder: Path) -> Phrases:
    """The phrases of all `*.yml` files in a folder. Raises ConfigError, UnreadableError."""
    return phrases_of(load_languages(sorted(folder.glob("*.yml"))))


def _distinct(texts: Sequence[Text]) -> Iterator[Text]:
    """Without what can't be seen, and without a second rendering of the same words."""
    if len(texts) == 1:
        yield texts[0]
        return
    firsts: dict[str, str] = {}
    seen: dict[str, set[str]] = {}
    for text in texts:
        if text.part.endswith(UNSEEN_PART):
            continue
        beginning = _beginning(text.text)
        if beginning not in firsts:
            firsts[beginning] = text.text
            yield text
            continue
        # only texts that begin alike are worth comparing whole
        if beginning not in seen:
            seen[beginning] = {_bare(firsts[beginning])}
        known, bare = seen[beginning], _bare(text.text)
        if bare not in known:
            known.add(bare)
            yield text


def _beginning(text: str) -> str:
    """The first characters of what `_bare` gives."""
    beginning = _bare(text[: 4 * BEGINNING])
    if len(beginning) < BEGINNING:
        beginning = _bare(text)
    return beginning[:BEGINNING]


def _bare(text: str) -> str:
    return "".join(text.split())


def _few(places: list[SignEvidence]) -> tuple[SignEvidence, ...]:
    """The first places, one of each wording before a second of any."""
    wordings: dict[str, SignEvidence] = {}
    for place in places:
        wordings.setdefault(place.text, place)
    again = [place for place in places if wordings[place.text] is not place]
    return tuple([*wordings.values(), *again][:EVIDENCE])


def _unseen(text: Text, start: int, why: str) -> Sign:
    end = len(text.text)
    evidence = SignEvidence(text.part, start, end, text.text[start : start + 80])
    return Sign("not_inspected", (evidence,), (("file", text.part), ("why", why)))
