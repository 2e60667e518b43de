"""The Content-Disposition header of a part."""

from __future__ import annotations

import re

from vedette.seclang.body.multipart.flags import Flags

_ORDINARY = re.compile(rb'form-data; name="([^"\\]++)"(?:; filename="([^"\\]*+)")?')
_WORD = re.compile(rb"[^=\t ]*+")
_BLANKS = re.compile(rb"[\t ]*+")
_TOKEN = re.compile(rb"[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]*+")
# RFC 5987: charset'language'value, as strictly as libmodsecurity reads it
_EXTENDED_START = re.compile(rb"[0-9A-Za-z!#$%&+\-^_`{}~]++'")
_EXTENDED_LANGUAGE = re.compile(rb"[^']*+'")
_EXTENDED_VALUE = re.compile(rb"(?:[0-9A-Za-z!#$&+\-.^_`~]++|%[0-9A-Fa-f]{2})*")


class Disposition:
    """What a part's header said so far: `name` and `file`, and in `names` and `filenames` every
    one that was given, also where reading then failed."""

    __slots__ = ("file", "filenames", "name", "names")

    def __init__(self) -> None:
        self.name = b""
        self.file = b""
        self.names: list[bytes] = []
        self.filenames: list[bytes] = []

    def read(self, value: bytes, flags: Flags) -> int:
        """Read a header's value. Returns 1, or a negative number that says what is wrong, as in
        libmodsecurity 3.0.15 (`parse_content_disposition`)."""
        if not self.name and not self.file and (match := _ORDINARY.fullmatch(value)):
            self.name = match[1]
            self.names.append(match[1])
            if match[2] is not None:
                self.file = match[2]
                self.filenames.append(match[2])
            return 1
        return self._unusual(value, flags)

    def _unusual(self, value: bytes, flags: Flags) -> int:
        if not value.startswith(b"form-data"):
            return -1
        extended = False
        at = _past(_BLANKS, value, 9)
        if at == len(value):
            return 1
        if value[at] != 0x3B:
            return -2
        at += 1
        while at < len(value):
            at = _past(_BLANKS, value, at)
            if at == len(value):
                return -3
            start, at = at, _past(_WORD, value, at)
            if at == len(value):
                return -4
            name = value[start:at]
            at = _past(_BLANKS, value, at)
            if at == len(value):
                return -5
            if value[at] != 0x3D:
                return -13
            at = _past(_BLANKS, value, at + 1)
            if at == len(value):
                return -6
            given, at = _read_value(name, value, at, flags)
            if at < 0:
                return at
            if name == b"name":
                self.names.append(given)
                if self.name:
                    return -14
                self.name = given
            elif name == b"filename":
                self.filenames.append(given)
                if self.file:
                    return -15
                self.file = given
            elif name == b"filename*":
                self.filenames.append(given)
                if extended:
                    return -20
                extended = bool(given)
            else:
                return -11
            at = _past(_BLANKS, value, at)
            if at < len(value):
                if value[at] != 0x3B:
                    if value[at - 1] in b"'\"":
                        flags.invalid_quoting = True
                    return -12
                at += 1
        return -21 if extended and not self.file else 1


def _past(pattern: re.Pattern[bytes], value: bytes, at: int) -> int:
    match = pattern.match(value, at)
    return at if match is None else match.end()


def _read_value(name: bytes, value: bytes, at: int, flags: Flags) -> tuple[bytes, int]:
    """A parameter's value that begins at `at`, and where it ends; or a negative number."""
    if name == b"filename*":
        return _extended(value, at)
    quote = value[at : at + 1]
    if quote not in (b'"', b"'"):
        end = _past(_TOKEN, value, at)
        if name in (b"name", b"filename") and b"'" in value[at:end]:
            flags.invalid_quoting = True
        return value[at:end], end
    if quote == b"'":
        flags.invalid_quoting = True
    if at + 1 == len(value):
        return b"", -7
    given, at = _quoted(value, at + 1, quote)
    if at == -10:
        flags.invalid_quoting = True
    return given, at


def _quoted(value: bytes, at: int, quote: bytes) -> tuple[bytes, int]:
    out = bytearray()
    while at < len(value):
        byte = value[at : at + 1]
        if byte == b"\\":
            following = value[at + 1 : at + 2]
            if not following:
                return b"", -8
            # nothing else may be escaped, but browsers of old sent paths with backslashes
            if following in (quote, b"\\"):
                at += 1
        elif byte == quote:
            return bytes(out), at + 1
        out += value[at : at + 1]
        at += 1
    return b"", -10  # ModSecurity 3 reads past the end of the header here


def _extended(value: bytes, at: int) -> tuple[bytes, int]:
    charset = _EXTENDED_START.match(value, at)
    if charset is None:
        return b"", -16
    language = _EXTENDED_LANGUAGE.match(value, charset.end())
    if language is None:
        return b"", -17
    at = language.end()
    end = _past(_EXTENDED_VALUE, value, at)
    if end < len(value) and value[end] != 0x3B:
        return b"", -18 if value[end] == 0x25 else -19
    return value[at:end], end
