r"""@pm and @pmFromFile: many phrases at once, ASCII letters without case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from vedette.seclang.operators.match import Match

_SPECIAL: Final = re.compile(rb"[|\\]")
_BLANKS: Final = re.compile(rb"[ \t-\r]+")
_ESCAPABLE: Final = rb":;\""
_HEX: Final = b"0123456789abcdefABCDEF"


class Phrases:
    """Holds where any phrase occurs. The group is the phrase that ends first, as it is written,
    or what of a longer one stood there by then: so libmodsecurity captures it."""

    macros = False

    def __init__(self, phrases: Sequence[bytes]) -> None:
        """Empty phrases are left out; without any, it never holds."""
        import ahocorasick_rs

        self.phrases: tuple[bytes, ...] = tuple(
            dict.fromkeys(phrase.lower() for phrase in phrases if phrase)
        )
        self._written = phrases
        self._find: Any = None
        if self.phrases:
            finder = ahocorasick_rs.BytesAhoCorasick(list(self.phrases))
            self._find = finder.find_matches_as_indexes
        self._beginnings: dict[bytes, bytes] | None = None

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        if self._find is None:
            return None
        folded = value.lower()
        found = self._find(folded)
        if not found:
            return None
        end = found[0][2]
        text = self._text(folded[:end])
        return Match((text,), end - len(text), end)

    def _text(self, upto: bytes) -> bytes:
        """The longest beginning of a phrase that ends here."""
        known = self._beginnings
        if known is None:
            known = self._beginnings = {}
            for phrase in self._written:
                for size in range(1, len(phrase) + 1):
                    known.setdefault(phrase[:size].lower(), phrase[:size])
        longest = max(len(phrase) for phrase in self.phrases)
        for begin in range(max(0, len(upto) - longest), len(upto)):
            text = known.get(upto[begin:])
            if text is not None:
                return text
        raise AssertionError("a phrase ends here")


def phrases_of(argument: bytes) -> list[bytes]:
    r"""The phrases of @pm: parted by blanks, bytes in hexadecimal between bars (`|41 42|`), and
    `\:`, `\;`, `\"`, `\\` for the characters themselves. Where that can't be read, libmodsecurity
    takes the argument as it stands, and so do we."""
    text = argument.lstrip(b" \t")
    if _SPECIAL.search(text):
        text = _decoded(text) or argument
    return [phrase for phrase in _BLANKS.split(text) if phrase]


def _decoded(text: bytes) -> bytes | None:
    out = bytearray()
    digits = b""
    within = escaped = False
    for index in range(len(text)):
        byte = text[index : index + 1]
        if byte == b"|":
            within, digits = not within, b""
        elif not escaped and byte == b"\\":
            escaped = True
        elif within:
            if byte in _HEX:
                digits += byte
                if len(digits) == 2:
                    out.append(int(digits, 16))
                    digits = b""
            elif byte != b" ":
                return None
        elif escaped:
            if byte not in _ESCAPABLE:
                return None
            out += byte
            escaped = False
        else:
            out += byte
    return bytes(out)


def phrases_of_file(content: bytes) -> list[bytes]:
    """The phrases of a data file: one a line, blanks included; lines whose first character is #
    are comments. The end of a Windows line is no part of the phrase, and an empty line none."""
    lines = (line.removesuffix(b"\r") for line in content.split(b"\n"))
    return [line for line in lines if (bare := line.strip()) and bare[:1] != b"#"]
