"""Injections into HTML: libinjection's judgement of a value.

Behaviour: libinjection 4.0 (https://github.com/libinjection/libinjection), as ModSecurity 3.0.15
carries it. A value is read as if it stood between elements, among the attributes of one, and in a
value of such in each kind of quotes.
"""

from __future__ import annotations

import re

from vedette.seclang.injection.markup import Markup
from vedette.seclang.injection.words import Html, html

_QUOTES = ("'", '"', "`")
_SCRIPT_ADDRESSES = (b"DATA", b"VIEW-SOURCE", b"JAVA", b"VBSCRIPT")
_LONGEST_ADDRESS = max(map(len, _SCRIPT_ADDRESSES))
_NO_ADDRESS = bytes(range(0x21)) + bytes(range(0x7F, 0x100))
_LARGEST_REFERENCE = 0x1000FF
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")


def xss(value: bytes) -> bool:
    """Whether `value` is an injection into HTML."""
    # Only "<" begins an element, and only "=" gives an attribute its value.
    return (b"<" in value or b"=" in value) and judged(value)


def judged(value: bytes) -> bool:
    """What `xss` gives, of every value by its tokens."""
    known = html()
    # Without its quote all is one value, of no attribute.
    quotes = (quote for quote in _QUOTES if quote.encode() in value)
    return any(_is_attack(value, state, known) for state in ("data", "names", *quotes))


def _is_attack(value: bytes, state: str, known: Html) -> bool:
    attribute = None
    for kind, begin, end in Markup(value, state):
        if kind == "value":
            if attribute is None:
                continue
            if attribute in ("ban", "style"):
                return True
            if attribute == "url" and _is_script_address(value, begin, end):
                return True
            if attribute == "indirect" and _attribute(value[begin:end], known):
                return True
            attribute = None
            continue
        attribute = _attribute(value[begin:end], known) if kind == "name" else None
        if kind == "doctype":
            return True
        if kind == "tag" and _is_banned_tag(value[begin:end], known):
            return True
        if kind == "comment" and _is_live_comment(value[begin:end]):
            return True
    return False


def _is_banned_tag(name: bytes, known: Html) -> bool:
    if len(name) < 3:
        return False
    upper = name.upper()
    return upper.replace(b"\0", b"") in known.tags or upper[:3] in (b"SVG", b"XSL")


def _attribute(name: bytes, known: Html) -> str | None:
    """How the attribute `name` can do harm; None where it can't."""
    if len(name) < 2:
        return None
    upper = name.upper()
    if len(name) >= 5:
        if upper[:2] == b"ON" and known.is_event(upper):
            return "ban"
        if upper[:5] in (b"XMLNS", b"XLINK"):
            return "ban"
    return known.attributes.get(upper.replace(b"\0", b""))


def _is_live_comment(comment: bytes) -> bool:
    """Comments that Internet Explorer carries out."""
    if b"`" in comment:
        return True
    start = comment[:6].upper()
    if len(comment) > 3 and start[:3] in (b"[IF", b"XML"):
        return True
    return start in (b"IMPORT", b"ENTITY")


def _is_script_address(value: bytes, begin: int, end: int) -> bool:
    """Whether an address, with character references, begins with a scheme that runs a script."""
    begin = end - len(value[begin:end].lstrip(_NO_ADDRESS))
    seen = bytearray()
    while begin < end and len(seen) < _LONGEST_ADDRESS:
        character, begin = _character(value, begin, end)
        if (character <= 32 and not seen) or character in (0, 10):
            continue
        if 0x61 <= character <= 0x7A:
            character -= 0x20
        seen.append(character & 0xFF)
    return seen.startswith(_SCRIPT_ADDRESSES)


def _character(value: bytes, at: int, end: int) -> tuple[int, int]:
    """The character at a place, and where the next begins."""
    if value[at] != 0x26 or at + 1 >= end:
        return value[at], at + 1
    found = _REFERENCE.match(value, at, end)
    if not found:
        return value[at], at + 1
    digits = (found[1] or found[2]).lstrip(b"0")
    number = int(digits[:9] or b"0", 16 if found[1] else 10)
    if number > _LARGEST_REFERENCE:
        return value[at], at + 1
    return number, found.end()
