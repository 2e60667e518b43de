"""Finds the names of employers in text: one scan for all of them, then a look at the edges."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import msgspec

from vedette.lure.identity.entries import Employer
from vedette.lure.identity.fold import SILENT, fold, folder
from vedette.lure.identity.skeleton import same_length

MAX_HITS: Final = 24
"""Of one text; a digest that names more employers than that speaks for none of them."""

ACRONYM: Final = 4
"""Names of capitals up to this length have to be written in capitals."""

_MIXED: Final = re.compile(
    "[A-Za-z0-9][\u0370-\u058f\u13a0-\u13ff\ua4d0-\ua4ff]|[\u0370-\u058f\u13a0-\u13ff\ua4d0-\ua4ff]"
    "[A-Za-z0-9]|[\uff21-\uff5a\u2100-\u218f]|[\U0001d400-\U0001d7ff]"
)
_STRANGE: Final = re.compile(
    "[\u0370-\u058f\u13a0-\u13ff\ua4d0-\ua4ff\uff21-\uff5a\u2100-\u218f\U0001d400-\U0001d7ff]"
)
"""One of these is in all that is mixed, and soon looked for."""
_IN_ADDRESS_BEFORE: Final = re.compile(r"[@/.\\_#=]\Z|[\w.]-\Z")
_IN_ADDRESS_AFTER: Final = re.compile(r"[@/_\\=]|\.[a-z]{2,}|-\w+\.[a-z]{2,}")
_LATIN: Final = re.compile(r"[a-z0-9]")
_SEMITIC: Final = re.compile("[\u0590-\u06ff]")


class Hit(msgspec.Struct, frozen=True):
    """A name at `start` to `end` of the text; `attached` is the prefix written together with it
    (Hebrew, Arabic), `begin` where that begins."""

    employer: str
    start: int
    end: int
    begin: int
    attached: str
    ambiguous: bool
    homoglyph: bool = False


class _Pattern(msgspec.Struct, frozen=True):
    employer: str
    exact: str
    ambiguous: bool


class Folded(msgspec.Struct, frozen=True):
    """A text folded for matching. `plain` is the same before silent characters were left out; ""
    where there were none and the offsets are those of the original."""

    text: str
    original: str
    plain: str = ""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` to `end` of the folded text stand in the original."""
        if not self.plain:
            return start, end
        kept = _kept(self.plain)
        return kept[start], kept[end - 1] + 1


@lru_cache(8)
def _kept(plain: str) -> list[int]:
    """The places of the characters that are not silent."""
    return [at for at, char in enumerate(plain) if char != SILENT]


def _kept_of(text: str, plain: str) -> str:
    """The characters of `text` that stand where those of `plain`, as long, are not silent."""
    pieces: list[str] = []
    at = 0
    for piece in plain.split(SILENT):
        pieces.append(text[at : at + len(piece)])
        at += len(piece) + 1
    return "".join(pieces)


@lru_cache(16)
def _folded(text: str) -> Folded:
    """A message's few texts are looked through for one sort of names after the other."""
    plain = fold(text, _table())
    if SILENT not in plain:
        return Folded(plain, text)
    return Folded(plain.replace(SILENT, ""), text, plain)


@lru_cache(16)
def _flat(text: str) -> str:
    return text.replace("-", " ").replace("\n", " ")


@lru_cache(1)
def _table() -> dict[int, str]:
    return folder()


class Names:
    """The names of `employers`. `prefixes` are letters that may be written together with a name,
    `endings` what may follow it."""

    def __init__(
        self,
        employers: Iterable[Employer],
        prefixes: Iterable[str] = (),
        endings: Iterable[str] = (),
    ) -> None:
        import ahocorasick_rs

        self._table = _table()
        self._patterns: list[_Pattern | None] = []
        needles: dict[str, int] = {}
        for employer in employers:
            for name in employer.names:
                needle = self._needle(name)
                short = len(name) <= ACRONYM and name.isupper() and name.isascii()
                pattern = _Pattern(employer.key, name if short else "", name in employer.ambiguous)
                if needle not in needles:
                    needles[needle] = len(self._patterns)
                    self._patterns.append(pattern)
            for name in employer.unrelated:
                needles.setdefault(self._needle(name), len(self._patterns))
                self._patterns.append(None)
        self._patterns = [self._patterns[number] for number in needles.values()]
        self._automaton: Any = ahocorasick_rs.AhoCorasick(
            list(needles),
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
            implementation=ahocorasick_rs.Implementation.DFA,
        )
        self._attached = frozenset(fold(prefix, self._table) for prefix in prefixes)
        longest = sorted({fold(e, self._table) for e in endings}, key=len, reverse=True)
        tails = "|".join(map(re.escape, longest)) or "(?!)"
        self._after = re.compile(rf"(?:{tails})?(?!\w)|[\uac00-\ud7a3]")

    def _needle(self, name: str) -> str:
        return fold(name, self._table).replace("-", " ")

    def folded(self, text: str) -> Folded:
        """The text as it is matched, with the way back."""
        return _folded(text)

    def find(self, folded: Folded) -> list[Hit]:
        """The names in the text, in order. None inside addresses of mail or pages."""
        hits = self._scan(folded)
        if (
            not folded.original.isascii()
            and _STRANGE.search(folded.original)
            and _MIXED.search(folded.original)
        ):
            plain = fold(folded.original.translate(same_length()), self._table)
            if folded.plain:  # leave out the same characters, so that offsets stay comparable
                plain = _kept_of(plain, folded.plain)
            seen = Folded(plain, folded.original, folded.plain)
            known = {(hit.start, hit.end) for hit in hits}
            for hit in self._scan(seen, exact=False):
                if (hit.start, hit.end) not in known and not _SEMITIC.search(
                    folded.text[hit.start : hit.end]
                ):
                    hits.append(msgspec.structs.replace(hit, homoglyph=True))
            hits.sort(key=lambda hit: hit.start)
        return hits

    def _scan(self, folded: Folded, exact: bool = True) -> list[Hit]:
        text = folded.text
        flat = _flat(text)
        hits: list[Hit] = []
        for number, start, end in self._automaton.find_matches_as_indexes(flat):
            pattern = self._patterns[number]
            if pattern is None or not self._ends(text, end):
                continue
            begin = self._begins(text, start)
            if begin is None or _in_address(text, begin, end):
                continue
            if exact and not _cased(folded, pattern, start, end):
                continue
            attached = text[begin:start].rstrip("-")
            hits.append(Hit(pattern.employer, start, end, begin, attached, pattern.ambiguous))
            if len(hits) >= MAX_HITS:
                break
        return hits

    def _ends(self, text: str, end: int) -> bool:
        return end == len(text) or self._after.match(text, end) is not None

    def _begins(self, text: str, start: int) -> int | None:
        """Where the word begins that the name at `start` is the whole of, apart from letters that
        may be written together with it; None where it is only a part of a word."""
        begin = start
        if begin and text[begin - 1] == "-" and begin > 1 and _SEMITIC.match(text[begin - 2]):
            begin -= 1
        letters = begin
        while letters and start - letters < 4 and text[letters - 1].isalnum():
            letters -= 1
        if letters == begin:
            return start
        between = text[letters:begin]
        if letters and text[letters - 1].isalnum():
            return None
        if between in self._attached:
            return letters
        return None


def _in_address(text: str, begin: int, end: int) -> bool:
    before = text[max(0, begin - 2) : begin]
    if before and _IN_ADDRESS_BEFORE.search(before) and not _SEMITIC.search(before):
        return not before.endswith(" -")
    return _IN_ADDRESS_AFTER.match(text, end) is not None


def _cased(folded: Folded, pattern: _Pattern, start: int, end: int) -> bool:
    """Whether the case is that of a name: acronyms exactly, common words at least capitalised."""
    if not pattern.exact and not pattern.ambiguous:
        return True
    first, last = folded.span(start, end)
    written = folded.original[first:last]
    if pattern.exact:
        return written == pattern.exact
    return not written[:1].islower()
