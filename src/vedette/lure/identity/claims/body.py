"""Claims in running text: self-introductions and signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from vedette.lure.identity.claims.claim import Claim, How, Strength
from vedette.lure.identity.claims.names import Folded, Hit, Names
from vedette.lure.identity.claims.words import Contexts
from vedette.lure.message import Text
from vedette.lure.sign import SignEvidence

BEFORE: Final = 160
AFTER: Final = 90
MAX_TEXT: Final = 65_536
"""Characters of a text that are read for claims."""

SIGNATURE_LINES: Final = 10
SHORT_LINE: Final = 70
MAX_WORDS: Final = 10
"""Beside the name in a line of a signature; a line of more is running text."""

BARE: Final = 30
"""So much may stand in a signature's line beside the name and it is still the firm's line."""

_SENTENCE: Final = re.compile(
    r"(?<!\bdr)(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bsr)(?<!\bmme)(?<!\binc)(?<!\bst)(?<!\b\w)"
    r"[.!?。؟！？](?=\s|\Z)|\n[ \t]*\n|\n[ \t]*[-*•]"
)
_REPLY: Final = re.compile(
    # "--- forwarded message ---" in any language, with headers below it
    r"^[ \t]*(?:-{3,}[ \t]?[^\W\d_][^\n]{3,58}-{3,}(?=[ \t]*\n\s{0,4}(?:[^\n:]{2,24}:[^\n]*\n){2})"
    r"|-{3,} ?(?:original message|forwarded message|ursprungliche nachricht"
    r"|message d'origine|mensaje original|הודעה מקורית|wiadomosc oryginalna)[^\n]*"
    r"|on [^\n]{6,120} wrote:"
    r"|am [^\n]{6,120} schrieb[^\n]{0,60}:|le [^\n]{6,120} a ecrit ?:|el [^\n]{6,120} escribio ?:"
    r"|w dniu [^\n]{6,120} (?:napisal|pisze)[^\n]{0,20}:)[ \t]*$",
    re.MULTILINE,
)
_BULLET: Final = re.compile(r"[ \t]*[-*•·–][ \t]+(?=\S)")
_STATEMENT: Final = re.compile(r"\w{3,}[.!?:;]\s*\Z")
_BLOCK: Final = re.compile(rf"(?:[^\n]*\n?){{0,{SIGNATURE_LINES * 2 + 1}}}")
_QUOTED: Final = re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE)


def body_claims(text: Text, names: Names, contexts: Contexts) -> list[Claim]:
    """The claims that a text makes, in order; a mere mention makes none."""
    folded = names.folded(text.text[:MAX_TEXT])
    hits = names.find(folded)
    if not hits:
        return []
    reader = _Reader(text.part, folded, contexts)
    return [claim for hit in hits if (claim := reader.judge(hit)) is not None]


def title_claims(text: Text, titles: Sequence[tuple[str, str]], names: Names) -> list[Claim]:
    """Claims by how the own firm's recruiters and departments sign; `titles` are pairs of the
    employer's key and a title. What others wrote before (quotes) is left out."""
    folded = names.folded(text.text[:MAX_TEXT])
    words = own_words(folded.text)
    made = []
    for key, title in titles:
        needle = names.folded(title).text
        start = words.find(needle)
        if start >= 0:
            first, last = folded.span(start, start + len(needle))
            written = folded.original[first:last]
            evidence = SignEvidence(text.part, first, last, written)
            made.append(Claim(key, written, "title", "strong", evidence))
    return made


def own_words(text: str) -> str:
    """The text up to an older message, quoted lines blanked out."""
    reply = _REPLY.search(text)
    return _QUOTED.sub(
        lambda quoted: " " * len(quoted.group()), text[: reply.start()] if reply else text
    )


class _Reader:
    """One text and its parts that matter, found once."""

    def __init__(self, part: str, folded: Folded, contexts: Contexts) -> None:
        self._part = part
        self._folded = folded
        self._contexts = contexts
        self._text = own_words(folded.text)

    def judge(self, hit: Hit) -> Claim | None:
        """The claim that the name makes where it stands."""
        if hit.end > len(self._text) or not self._text[hit.start : hit.end].strip():
            return None
        found = self._introduction(hit)
        if found is None and any(start <= hit.start < end for start, end in self._signatures):
            found = self._signature(hit)
        if found is None:
            return None
        how, strength = found
        start, end = self._folded.span(hit.start, hit.end)
        written = self._folded.original[start:end]
        evidence = SignEvidence(self._part, start, end, written)
        return Claim(hit.employer, written, how, strength, evidence, hit.homoglyph)

    def _introduction(self, hit: Hit) -> tuple[How, Strength] | None:
        words, before, after = self._contexts, *self._window(hit)
        if words.former.search(before[-60:]) or words.former.match(after.lstrip(" ,(")):
            return None
        behalf = words.behalf.search(before) or words.behalf_after.match(after)
        if words.client.search(before[-50:]) or words.client.match(after.lstrip(" \uc758")):
            return "client", "weak"
        if behalf:
            return "behalf", "weak"
        speaker = _last(words.speaker, before)
        breaks = _last(words.breaks, before)
        if breaks is not None and (speaker is None or breaks > speaker):
            return None
        if words.we.search(before):
            return "introduction", "strong"
        at = hit.attached != "" or words.at.search(before) is not None
        team = words.team.match(after) is not None
        person = words.person.search(before) or words.person.search(after)
        if speaker is not None and (at or team):
            recruits = team or words.role.search(before[speaker:]) or words.role.search(after[:40])
            return "introduction", "strong" if recruits else "weak"
        if team and person:
            return "introduction", "strong"
        if at and person and words.recruiter_at.search(before + hit.attached):
            return "introduction", "weak"
        return None

    def _window(self, hit: Hit) -> tuple[str, str]:
        """What stands before and after the name in its sentence."""
        before = self._text[max(0, hit.begin - BEFORE) : hit.begin]
        for stop in _SENTENCE.finditer(before):
            last = stop.end()
            before = before[:0] + " " * last + before[last:]
        after = self._text[hit.end : hit.end + AFTER]
        found = _SENTENCE.search(after)
        return before.lstrip(), after[: found.end()] if found else after

    @cached_property
    def _recruits(self) -> bool:
        return self._contexts.role.search(self._text) is not None

    @cached_property
    def _signatures(self) -> list[tuple[int, int]]:
        """Where signatures stand: the lines after a closing, or a tail of short lines."""
        spans = []
        for closing in self._contexts.closing.finditer(self._text):
            block = _BLOCK.match(self._text, closing.start())
            spans.append((closing.start(), block.end() if block else len(self._text)))
        start = len(self._text.rstrip())
        for _ in range(SIGNATURE_LINES):
            line = self._text.rfind("\n", 0, max(start - 1, 0)) + 1
            if start - line > SHORT_LINE or line == 0:
                break
            start = line
        if start < len(self._text.rstrip()):
            spans.append((start, len(self._text)))
        return spans

    def _signature(self, hit: Hit) -> tuple[How, Strength] | None:
        words, text = self._contexts, self._text
        start = text.rfind("\n", 0, hit.begin) + 1
        end = text.find("\n", hit.end)
        end = len(text) if end < 0 else end
        if _BULLET.match(text, start):
            return None  # an entry of a list speaks of others
        beside = text[start : hit.begin] + " " + text[hit.end : end]
        if words.former.search(beside) or words.client.search(beside):
            return None
        if len(beside.split()) > MAX_WORDS or _STATEMENT.search(text[hit.end : end]):
            return None
        if words.role.search(beside):
            return "signature", "strong"
        bare = len(beside.strip()) <= BARE and ". " not in beside
        if hit.ambiguous or not bare:
            return None
        around = text[_lines_back(text, start, 3) : _lines_on(text, end, 3)]
        if words.role.search(around) or self._recruits:
            return "signature", "strong"
        return "signature", "weak"


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    """Where the last match begins."""
    return max((found.start() for found in pattern.finditer(text)), default=None)


def _lines_back(text: str, at: int, count: int) -> int:
    for _ in range(count):
        at = text.rfind("\n", 0, max(at - 1, 0)) + 1
    return at


def _lines_on(text: str, at: int, count: int) -> int:
    for _ in range(count):
        following = text.find("\n", at + 1)
        if following < 0:
            return len(text)
        at = following
    return at
