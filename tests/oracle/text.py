"""Sigma strings: wildcards, escapes, `windash` and encodings."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Callable
from functools import lru_cache

DASHES = "-/\u2013\u2014\u2015"
"""What `windash` exchanges: hyphen, slash, en dash, em dash, horizontal bar."""

ANY = "*any*"
ONE = "*one*"
"""What stands for a wildcard among the characters of a value."""


@lru_cache(maxsize=10_000)
def lower(text: str) -> str:
    """Lower case, character by character; never another length. The long s counts as an s."""
    out = []
    for char in text:
        low = "s" if char == "ſ" else char.lower()
        out.append(low if len(low) == 1 else char)
    return "".join(out)


def pieces(text: str) -> list[str]:
    """The characters of a Sigma string, with ANY and ONE for wildcards."""
    out: list[str] = []
    index = 0
    while index < len(text):
        char = text[index]
        if char == "\\" and index + 1 < len(text) and text[index + 1] in "\\*?":
            out.append(text[index + 1])
            index += 2
            continue
        out.append({"*": ANY, "?": ONE}.get(char, char))
        index += 1
    return out


def windash(value: list[str]) -> list[list[str]]:
    """All ways to write the dashes that begin a word."""
    choices: list[list[str]] = []
    for index, piece in enumerate(value):
        before = value[index - 1] if index else ""
        after = value[index + 1] if index + 1 < len(value) else ""
        begins = not _word(before) and _word(after)
        choices.append(list(DASHES) if piece in DASHES and begins else [piece])
    return [list(chosen) for chosen in itertools.product(*choices)]


def _word(piece: str) -> bool:
    return len(piece) == 1 and (piece.isalnum() or piece == "_")


def base64offsets(data: bytes) -> list[str]:
    """What is certain of the Base64 of a text that holds `data` after 0, 1 or 2 other bytes:
    the characters of which all six bits come from `data`."""
    forms = []
    for offset in range(3):
        code = base64.b64encode(b"\0" * offset + data + b"\0\0").decode()
        forms.append(code[(offset * 8 + 5) // 6 : (offset + len(data)) * 8 // 6])
    return forms


def glob(value: list[str], cased: bool, anywhere: bool) -> Callable[[str], bool]:
    """A test for the texts that the pieces match."""
    shown = {ANY: ".*", ONE: "."}
    wanted = "".join(
        shown.get(piece) or re.escape(piece if cased else lower(piece)) for piece in value
    )
    if anywhere:
        wanted = f".*{wanted}.*"
    literal = _plain(value, anywhere)
    if literal is not None:
        start, text, end = literal
        text = text if cased else lower(text)
        if start and end:
            return lambda given: text in (given if cased else lower(given))
        if start:
            return lambda given: (given if cased else lower(given)).endswith(text)
        if end:
            return lambda given: (given if cased else lower(given)).startswith(text)
        return lambda given: (given if cased else lower(given)) == text
    search = re.compile(wanted, re.DOTALL).fullmatch
    return lambda given: search(given if cased else lower(given)) is not None


def _plain(value: list[str], anywhere: bool) -> tuple[bool, str, bool] | None:
    """(`*` before, the literal, `*` after) where there is no other wildcard."""
    inner = list(value)
    start = end = anywhere
    while inner and inner[0] == ANY:
        inner.pop(0)
        start = True
    while inner and inner[-1] == ANY:
        inner.pop()
        end = True
    if any(piece in (ANY, ONE) for piece in inner):
        return None
    return start, "".join(inner), end


def regex(pattern: str, flags: str) -> Callable[[str], bool]:
    """A test for the texts in which the expression is found."""
    bits = 0
    for flag in flags:
        bits |= {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}[flag]
    try:
        search = re.compile(_ascii_classes(pattern), bits).search
    except re.error:
        # What the standard library lacks of PCRE: flags in the middle, classes by name.
        import regex as third

        search = third.compile(pattern, bits | third.ASCII | third.VERSION0).search
    return lambda given: search(given) is not None


_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}


def _ascii_classes(pattern: str) -> str:
    """The pattern with `\\d`, `\\w`, `\\s` spelled out and `\\b` made ASCII."""
    out: list[str] = []
    index = 0
    inside = False
    while index < len(pattern):
        char = pattern[index]
        pair = pattern[index : index + 2]
        if char == "\\" and len(pair) == 2:
            name = pair[1]
            if name in _CLASSES:
                out.append(_CLASSES[name] if inside else f"[{_CLASSES[name]}]")
            elif name.lower() in _CLASSES and name.isupper() and not inside:
                out.append(f"[^{_CLASSES[name.lower()]}]")
            elif name in "bB" and not inside:
                out.append(f"(?a:{pair})")
            else:
                out.append(pair)
            index += 2
            continue
        if char == "[" and not inside:
            inside = True
            out.append(char)
            index += 1
            if pattern[index : index + 1] == "^":
                out.append("^")
                index += 1
            if pattern[index : index + 1] == "]":
                out.append("\\]")
                index += 1
            continue
        if char == "]" and inside:
            inside = False
        out.append("\\[" if char == "[" and inside else char)
        index += 1
    return "".join(out)
