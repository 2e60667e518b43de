"""Rich text of Outlook: unpacked (MS-OXRTFCP) and read as HTML (MS-OXRTFEX) or plain text."""

from __future__ import annotations

import re
import struct
from typing import Final

from vedette.lure.reading.charsets import decoded

MAX_RTF: Final = 16 << 20
"""Bytes of unpacked rich text; the packing can't grow data more than ninefold."""

MAX_GROUPS: Final = 1_000

_HEADER: Final = struct.Struct("<IIII")
_PACKED: Final = 0x75465A4C
_STORED: Final = 0x414C454D
_DICTIONARY: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
_SILENT: Final = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer listtable listoverridetable "
    b"generator themedata colorschememapping latentstyles datastore xmlnstbl mhtmltag".split()
)
_MEANS: Final = {
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"row": "\n",
    b"cell": " ",
    b"tab": "\t",
    b"emdash": "\u2014",
    b"endash": "\u2013",
    b"lquote": "\u2018",
    b"rquote": "\u2019",
    b"ldblquote": "\u201c",
    b"rdblquote": "\u201d",
    b"bullet": "\u2022",
    b"emspace": "\u2003",
    b"enspace": "\u2002",
}
_SYMBOLS: Final = {b"~": "\u00a0", b"_": "\u2011", b"{": "{", b"}": "}", b"\\": "\\"}


def unpacked(data: bytes) -> bytes:
    """The rich text of a PR_RTF_COMPRESSED value; as far as it goes where it is damaged."""
    if len(data) < _HEADER.size:
        return b""
    _, size, magic, _ = _HEADER.unpack_from(data)
    size = min(size, MAX_RTF)
    if magic == _STORED:
        return data[_HEADER.size : _HEADER.size + size]
    if magic != _PACKED:
        return b""
    # The window of 4,096 bytes is the dictionary, then what was put out: references count from
    # the window's beginning, so that the output is kept with the dictionary before it.
    out = bytearray(_DICTIONARY)
    goal = size + len(_DICTIONARY)
    at, end = _HEADER.size, len(data)
    while at < end and len(out) < goal:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= end or len(out) >= goal:
                break
            if not control >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 1 >= end:
                at = end
                break
            reference = data[at] << 8 | data[at + 1]
            at += 2
            offset, length = reference >> 4, (reference & 15) + 2
            written = len(out) & 4095
            if offset == written:
                return bytes(out[len(_DICTIONARY) :])
            source = len(out) - ((written - offset) & 4095)
            for index in range(source, source + length):
                out.append(out[index] if index >= 0 else 0x20)
    return bytes(out[len(_DICTIONARY) : goal])


def rtf_text(rtf: bytes) -> tuple[str, bool]:
    """The text of a rich text; True with it: the text is the HTML that it was made from."""
    return _Reader(rtf[:MAX_RTF]).read()


class _Reader:
    """State of one pass: a stack of (silent, html tag, unicode skip) for the groups."""

    def __init__(self, rtf: bytes) -> None:
        self._rtf = rtf
        self._is_html = b"\\fromhtml1" in rtf[:4096]
        codepage = re.search(rb"\\ansicpg(\d{1,5})", rtf[:4096])
        self._charset = f"cp{int(codepage[1])}" if codepage else "cp1252"
        if self._charset == "cp65001":
            self._charset = "utf-8"
        self._out: list[str] = []
        self._bytes = bytearray()

    def read(self) -> tuple[str, bool]:
        stack: list[tuple[bool, bool, int]] = []
        silent = tag = suppressed = starred = False
        uc, skip = 1, 0
        for match in _TOKEN.finditer(self._rtf):
            word, number, hexadecimal, symbol, brace, text = match.groups()
            if brace == b"{":
                if len(stack) < MAX_GROUPS:
                    stack.append((silent, tag, uc))
                starred = False
            elif brace == b"}":
                if stack:
                    silent, tag, uc = stack.pop()
                starred = False
            elif word is not None:
                if word == b"u" and number is not None:
                    if not silent and not suppressed:
                        self._say(chr(int(number) & 0xFFFF))
                    skip = uc
                    continue
                skip = 0
                if word == b"htmlrtf":
                    suppressed = number != b"0"
                elif word == b"htmltag":
                    silent, tag = not self._is_html, True
                elif word in _SILENT or starred:
                    silent = True
                elif word == b"uc" and number is not None:
                    uc = max(0, min(int(number), 8))
                elif word in _MEANS and not (silent or suppressed):
                    self._say(_MEANS[word])
                starred = False
            elif hexadecimal is not None:
                if skip:
                    skip -= 1
                elif not (silent or suppressed):
                    self._bytes.append(int(hexadecimal, 16))
            elif symbol is not None:
                if symbol == b"*":
                    starred = True
                elif not (silent or suppressed):
                    self._say(_SYMBOLS.get(symbol, "\n" if symbol in b"\r\n" else ""))
            elif text:
                if skip:
                    text, skip = text[skip:], max(0, skip - len(text))
                if text and not (silent or suppressed):
                    self._bytes += text
        self._flush()
        joined = "".join(self._out)
        # pairs of \u words are UTF-16
        joined = joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return joined, self._is_html

    def _say(self, text: str) -> None:
        self._flush()
        self._out.append(text)

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(decoded(bytes(self._bytes), self._charset)[0])
            self._bytes.clear()
