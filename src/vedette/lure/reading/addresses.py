"""Mailboxes in header fields: RFC 5322 section 3.4, and what is written in its place."""

from __future__ import annotations

import re
from typing import Final

from vedette.lure.message import Address
from vedette.lure.reading.encoded_words import decode_words

MAX_MAILBOXES: Final = 1_000

_SIMPLE: Final = re.compile(
    r'\s*(?:"([^"\\]*)"|([^"<>(),:;@\\\[\]]*))\s*<\s*([^\s<>@",;:()\\]+@[^\s<>@",;:()\\]+)\s*>\s*\Z'
)
_BARE: Final = re.compile(r'\s*([^\s<>@",;:()\\]+@[^\s<>@",;:()\\]+)\s*\Z')
_TOKEN: Final = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<open>\()|<(?P<angle>[^<>]*)>?|(?P<split>[,;])|(?P<group>:)'
    r'|(?P<text>[^"(<,;:]+)',
    re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_SPACES: Final = re.compile(r"\s+")
_DOMAIN: Final = re.compile(r"@[^\s<>,;:()@\"]+")
_ROUTE: Final = re.compile(r"\A@[^:]*:")


def parse_addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an unfolded field value, encoded words not yet decoded.

    Structure first, decoding after (RFC 2047 section 6.2), so that no encoded word can bring a
    comma or an address of its own. Groups are read as their members; what is no address is a
    mailbox with a name alone. At most MAX_MAILBOXES. Never raises.
    """
    match = _SIMPLE.match(value)
    if match:
        quoted, phrase, address = match.groups()
        return (Address(_name(phrase if quoted is None else quoted), address.lower()),)
    match = _BARE.match(value)
    if match:
        return (Address("", match[1].lower()),)
    return _tokens(value)


def _tokens(value: str) -> tuple[Address, ...]:
    found: list[Address] = []
    words: list[str] = []
    comments: list[str] = []
    angle: str | None = None
    loose = ""
    at = 0
    while at < len(value) and len(found) < MAX_MAILBOXES:
        match = _TOKEN.match(value, at)
        if match is None:
            break
        at = match.end()
        kind = match.lastgroup
        if kind == "open":
            comment, at = _comment(value, at)
            comments.append(comment)
        elif kind == "quoted":
            local = _DOMAIN.match(value, at)
            if local is not None and angle is None:  # "john doe"@x.test
                angle = f'"{match["quoted"]}"{local[0]}'
                at = local.end()
            else:
                words.append(_ESCAPED.sub(r"\1", match["quoted"]))
        elif kind == "angle":
            if angle:  # `a@b <c@d>` happens; of two brackets the last is the address
                words.append(f"<{angle}>")
            angle = match["angle"]
        elif kind == "group":
            if angle is None and "@" not in "".join(words):
                words, comments = [], []  # the group's own name
            else:
                words.append(":")
        elif kind == "split":
            if angle is None and match["split"] == "," and not any("@" in word for word in words):
                # `Doe, John <a@b>`: names are often written with a comma and without quotes
                loose += "".join(words) + ","
            else:
                _close(found, [loose, *words] if angle else words, comments, angle)
                loose = ""
            words, comments, angle = [], [], None
        else:
            words.append(match["text"])
    if len(found) < MAX_MAILBOXES:
        if angle is None and loose:
            found.append(Address(_name(loose.rstrip(",")), ""))
            loose = ""
        _close(found, [loose, *words], comments, angle)
    return tuple(found)


def _close(found: list[Address], words: list[str], comments: list[str], angle: str | None) -> None:
    """End one mailbox."""
    phrase = "".join(words)
    if angle is not None:
        address = _ROUTE.sub("", angle.strip())
        if '"' not in address:
            address = _SPACES.sub("", address)
        name = phrase if phrase.strip() else " ".join(comments)
        found.append(Address(_name(name), address.lower()))
        return
    if not phrase.strip():
        return
    # Without brackets: the word that holds an @ is the address, the rest (RFC 822) its name
    bare = phrase.split()
    at = next((i for i in range(len(bare) - 1, -1, -1) if "@" in bare[i]), None)
    if at is None:
        joined = "".join(bare)
        if "@" in decode_words(joined):  # whole addresses in an encoded word are read as such
            inner = decode_words(joined).strip()
            found.append(Address("", inner.strip("<>").lower()))
            return
        found.append(Address(_name(phrase), ""))
        return
    rest = bare[:at] + bare[at + 1 :]
    name = " ".join(rest) if rest else " ".join(comments)
    found.append(Address(_name(name), bare[at].strip("<>\"'").lower()))


def _comment(value: str, at: int) -> tuple[str, int]:
    """The comment whose opening bracket ends at `at`, nested ones included, and where it ends."""
    depth, start = 1, at
    while at < len(value):
        char = value[at]
        at += 1
        if char == "\\":
            at += 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                return _ESCAPED.sub(r"\1", value[start : at - 1]), at
    return value[start:], at


def _name(phrase: str) -> str:
    return _SPACES.sub(" ", decode_words(phrase)).strip(" \"'") if phrase else ""
