"""Text of attackers, made safe to show: nothing in it moves the cursor, colours or hides."""

from __future__ import annotations

from typing import Final

_PICTURES: Final = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
"""Control characters to their pictures: escape becomes ␛."""


def visible(text: str) -> str:
    """`text` with each character that a terminal would act on, hide or reorder by (controls,
    escapes, marks of direction, lone surrogates, line separators) shown as a picture or `\\uXXXX`.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else _shown(char) for char in text.translate(_PICTURES)
    )


def _shown(char: str) -> str:
    code = ord(char)
    if char.isspace() and code not in (0x2028, 0x2029, 0x85):
        return " "  # blanks of other widths
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
