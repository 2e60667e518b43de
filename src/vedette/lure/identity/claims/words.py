"""The words around a name that make it a claim: read from `claims.yml`, compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Final, Literal

import msgspec

from vedette.lure.identity.fold import SILENT, fold, folder

Language = Literal["en", "de", "fr", "es", "he", "ar", "ko", "pl"]
Words = tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=60)], ...]

_SCRIPT: Final = {
    "": r"(?<!\w)(?:WORDS)",
    "sign": "(?:WORDS)",
    "ko": "(?=[\uac00-\ud7a3])(?:WORDS)",
    "he": r"(?=[\u05d0-\u05ea])(?<!\w)[והבלמשכ]{0,2}(?:WORDS)",
    "ar": r"(?=[\u0621-\u064a])(?<!\w)(?:و|ف)?(?:ال|بال|لل|ب|ل|ك)?(?:WORDS)",
}
"""How words of a script begin: Hebrew and Arabic ones may have particles written before them."""


class ClaimWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language; `content/lures/claims.yml` says what each list is for."""

    language: Language
    role: Words
    self: Words
    person: Words
    at: Words
    closing: Words
    breaks: Words = ()
    filler: Words = ()
    we: Words = ()
    behalf: Words = ()
    client: Words = ()
    former: Words = ()
    attached: Words = ()
    suffixes: Words = ()


class Contexts:
    """The words of all languages together, as expressions over folded text."""

    def __init__(self, languages: Iterable[ClaimWords] = ()) -> None:
        spoken = tuple(languages)
        self.prefixes = tuple(word for words in spoken for word in words.attached)
        self.endings = tuple(word for words in spoken for word in words.suffixes)

        def any_of(*picks: Callable[[ClaimWords], Words]) -> str:
            return _expression(
                (words.language, text) for words in spoken for pick in picks for text in pick(words)
            )

        role, filler = any_of(lambda w: w.role), any_of(lambda w: w.filler, lambda w: w.role)
        gap = rf"(?:\W{{0,2}}{filler}){{0,4}}\W{{0,2}}"
        self.role = re.compile(role)
        self.speaker = re.compile(any_of(lambda w: w.self))
        self.person = re.compile(any_of(lambda w: w.person))
        self.breaks = re.compile(any_of(lambda w: w.breaks))
        self.client = re.compile(any_of(lambda w: w.client))
        self.former = re.compile(any_of(lambda w: w.former))
        self.at = re.compile(any_of(lambda w: w.at) + gap + r"\Z")
        """Ends where the name begins, as the next ones."""
        self.we = re.compile(any_of(lambda w: w.we) + gap + r"\Z")
        self.behalf = re.compile(any_of(lambda w: w.behalf) + gap + r"\Z")
        self.recruiter_at = re.compile(
            role + r"\W{0,3}(?:\w+\W{1,3}){0,3}?" + any_of(lambda w: w.at) + gap + r"\Z"
        )
        self.behalf_after = re.compile(r"\W{0,2}" + any_of(lambda w: w.behalf))
        """Begins where the name ends, as the next."""
        self.team = re.compile(rf"(?:'s|s'|\w{{0,2}})?(?:\W{{1,3}}{filler}){{0,2}}\W{{0,3}}{role}")
        self.closing = re.compile(
            r"^[ \t]*" + any_of(lambda w: w.closing) + r"[^\n]{0,40}$|^-- ?$", re.MULTILINE
        )


def _expression(phrases: Iterable[tuple[str, str]]) -> str:
    """One expression for words of several languages. Each script's words are tried only where
    such a letter stands, and those of Latin letters only where a word begins."""
    groups: dict[str, dict[str, None]] = {}
    for language, text in phrases:
        folded = fold(text, folder()).replace(SILENT, "")
        source = re.escape(folded).replace(r"\ ", r"\s+").replace(r"\*", r"\w*")
        script = language if ord(folded[0]) > 0x36F else "" if folded[0].isalnum() else "sign"
        if script != "ko" and folded[-1].isalnum():  # Korean particles join the word
            source += r"(?!\w)"
        groups.setdefault(script, {})[source] = None
    parts = [_SCRIPT[script].replace("WORDS", "|".join(words)) for script, words in groups.items()]
    return f"(?:{'|'.join(parts) or '(?!)'})"
