"""Who visits: made-up persons, at addresses reserved for documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from benchmarks.shieldbench.benign.draw import Draw
from benchmarks.shieldbench.benign.texts import pool

LANGUAGES = ("en", "de", "fr", "es", "pl", "he", "ar", "ko")

_REGIONS = {
    "en": ("en-GB", "en-US", "en-IE"),
    "de": ("de-DE", "de-AT", "de"),
    "fr": ("fr-FR", "fr-CA", "fr"),
    "es": ("es-ES", "es-MX", "es"),
    "pl": ("pl-PL", "pl"),
    "he": ("he-IL",),
    "ar": ("ar-AE", "ar-EG", "ar"),
    "ko": ("ko-KR",),
}
_MAIL_HOSTS = ("mail.example", "post.example", "inbox.test", "firma.example", "web.test")
_ASCII = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ë": "e", "ï": "i", "ç": "c",
     "á": "a", "í": "i", "ó": "o", "ú": "u", "ñ": "n", "ł": "l", "ś": "s", "ż": "z", "ą": "a",
     "ę": "e", "ć": "c", "ń": "n", "ô": "o", "ê": "e", "à": "a"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One who fills in forms; `login` is plain ASCII."""

    language: str
    region: str
    first: str
    last: str
    login: str
    mail: str
    phone: str
    city: str
    street: str
    code: str
    firm: str
    born: str

    @property
    def full(self) -> str:
        """Given name first, but for Korean."""
        if self.language == "ko":
            return self.last + self.first
        return f"{self.first} {self.last}"


def person(draw: Draw, language: str) -> Person:
    """Someone who speaks a language."""
    first, last = draw.pick(pool(language, "first")), draw.pick(pool(language, "last"))
    latin = re.sub(r"[^a-z]", "", f"{first}{last}".lower().translate(_ASCII))
    login = (latin or draw.pick(("minho", "noa", "karim", "sora", "lior"))) + str(draw.below(99))
    tag = draw.pick(("", "", "", "+shop", "+news", ".private"))
    return Person(
        language,
        draw.pick(_REGIONS[language]),
        first,
        last,
        login,
        f"{login}{tag}@{draw.pick(_MAIL_HOSTS)}",
        _phone(draw, language),
        draw.pick(pool(language, "cities")),
        draw.pick(pool(language, "streets")).replace("‹n›", str(draw.between(1, 140))),
        _postcode(draw, language),
        draw.pick(pool(language, "firms")),
        f"{draw.between(1948, 2006)}-{draw.between(1, 12):02}-{draw.between(1, 28):02}",
    )


def _phone(draw: Draw, language: str) -> str:
    # ranges kept for films and documentation where a country has them
    match language:
        case "en":
            return draw.pick(
                (f"+44 20 7946 0{draw.digits(3)}", f"(555) 010-{draw.digits(4)}",
                 f"555-01{draw.between(10, 99)}", f"+1 (212) 555-01{draw.between(10, 99)} ext. 7")
            )  # fmt: skip
        case "de":
            return draw.pick(
                (f"+49 (0)30 23125 {draw.digits(3)}", f"030/23125-{draw.digits(3)}",
                 f"0171 39200{draw.between(10, 99)}")
            )  # fmt: skip
        case "fr":
            return f"01 99 00 {draw.between(10, 99)} {draw.between(10, 99)}"
        case "ko":
            return f"010-0000-{draw.digits(4)}"
        case "he":
            return f"055-555-{draw.digits(4)}"
        case _:
            return f"+{draw.pick((34, 48, 971))} 555 {draw.digits(3)} {draw.digits(3)}"


def _postcode(draw: Draw, language: str) -> str:
    match language:
        case "en":
            letters = "ABDEFGHJLNPQRSTUWXYZ"
            return (
                f"{draw.word(2, letters)}{draw.between(1, 19)} "
                f"{draw.between(1, 9)}{draw.word(2, letters)}"
            )
        case "pl":
            return f"{draw.digits(2)}-{draw.digits(3)}"
        case "he":
            return draw.digits(7)
        case _:
            return draw.digits(5)


def address(draw: Draw, place: int) -> str:
    """The address of the visitor at a place in a site's list; different places, different ones
    (RFC 5737, RFC 3849)."""
    if place % 9 == 4:
        low, high = draw.hexa(4), draw.hexa(4)
        return f"2001:db8:{place:x}:{draw.between(1, 0xFFFE):x}::{low}:{high}"
    network = ("192.0.2", "198.51.100", "203.0.113")[place % 3]
    return f"{network}.{1 + place // 3 % 254}"


def accepts(region: str, family: str) -> str:
    """Accept-Language as a browser set to a region sends it."""
    base = region.split("-")[0]
    if family == "safari":
        return f"{region},{base};q=0.9" if base != region else region
    tags = [region] if region == base else [region, base]
    tags += [tag for tag in ("en-US", "en") if tag not in tags]
    if family == "firefox":
        steps = ("", ";q=0.8" if len(tags) < 4 else ";q=0.7", ";q=0.5", ";q=0.3")
        return ",".join(tag + step for tag, step in zip(tags, steps, strict=False))
    return ",".join(f"{tag};q={1 - 0.1 * n:.1f}" if n else tag for n, tag in enumerate(tags))
