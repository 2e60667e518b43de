"""Encoded words in header fields (RFC 2047), as mail programs read them rather than as they
should be written: without spaces around them, split within a character, with spaces inside."""

from __future__ import annotations

import binascii
import re
from typing import Final

from vedette.lure.reading.charsets import decoded
from vedette.lure.reading.transfer import from_base64

_WORD: Final = re.compile(
    r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?(.*?)\?=(\s+(?==\?))?", re.DOTALL
)
_LINES: Final = re.compile(r"[\r\n]+[ \t]*")


def decode_words(value: str) -> str:
    """The value with its encoded words decoded; line breaks that they smuggle in become spaces."""
    if "=?" not in value:
        return value
    last = value.rfind("?=")
    if last < 0:
        return value
    # Nothing after the last terminator can be a word: searching it would cost quadratic time.
    head, tail = value[: last + 2], value[last + 2 :]
    if head.startswith("=?"):
        whole = _only_words(head[2:-2])
        if whole is not None:
            return _one_line(whole) + tail
    pieces: list[str] = []
    held: list[bytes] = []
    charset = ""
    end = 0
    for match in _WORD.finditer(head):
        if held and (match.start() != end or match[1].lower() != charset):
            pieces.append(_text(held, charset))
            held = []
        pieces.append(head[end : match.start()])
        charset = match[1].lower()
        held.append(_bytes(match[2], match[3]))
        end = match.end()
        if match[4] and not _WORD.match(head, end):
            # what looked like a word to come is none: the space counts
            pieces += (_text(held, charset), match[4])
            held = []
    if held:
        pieces.append(_text(held, charset))
    pieces += (head[end:], tail)
    return _one_line("".join(pieces))


def _one_line(text: str) -> str:
    return _LINES.sub(" ", text) if "\n" in text or "\r" in text else text


def _only_words(value: str) -> str | None:
    """The text of a value that is nothing but words, without the marks at its ends; None where
    one of them is not plain. Long fields have dozens, most of one charset and encoding."""
    pieces: list[str] = []
    held: list[bytes] = []
    while True:
        label, _, rest = value.partition("?")
        encoding, _, rest = rest.partition("?")
        if not label or not rest or any(c.isspace() or c == "*" for c in label):
            return None
        words = rest.split(f"?= =?{label}?{encoding}?")
        last, seam, value = words[-1].partition("?= =?")
        words[-1] = last
        data = _joined(words, encoding)
        if data is None:
            return None
        held.append(data)
        if not seam or not value.startswith(f"{label}?"):
            pieces.append(_text(held, label))
            held = []
        if not seam:
            return "".join(pieces)


def _joined(words: list[str], encoding: str) -> bytes | None:
    """The bytes of words of one encoding; None where they are not plain."""
    text = "".join(words)
    if "?" in text or not text.isascii():
        return None
    if encoding == "Q" or encoding == "q":
        return binascii.a2b_qp(text.replace(" ", "_"), header=True)
    if encoding != "B" and encoding != "b":
        return None
    try:
        if any(length & 3 for length in set(map(len, words))) or "=" in text[:-2]:
            return b"".join(map(binascii.a2b_base64, words))
        return binascii.a2b_base64(text)
    except (ValueError, binascii.Error):
        return None


def _bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "bB":
        return from_base64(raw)[0]
    return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)


def _text(pieces: list[bytes], charset: str) -> str:
    return decoded(b"".join(pieces), charset)[0]
