"""One part of a multipart body: its headers, line by line."""

from __future__ import annotations

from vedette.seclang.body.multipart.disposition import Disposition
from vedette.seclang.body.multipart.flags import BLANKS, PIECE, Broken, Flags, shown

_LINES = 500  # of headers in a part; real ones have three
_ATTEMPTS = 8  # each may cost as much as the whole header is long


class Part:
    """A part while it is read. `data` is where its content begins in the body, -1 in its headers;
    `touched` whether a line of content was seen; `lines` its complete headers."""

    __slots__ = (
        "_attempts",
        "_headers",
        "_last_line",
        "_last_name",
        "_left",
        "data",
        "disposition",
        "lines",
        "touched",
    )

    def __init__(self) -> None:
        self.disposition = Disposition()
        self.lines: list[bytes] = []
        self.data = -1
        self.touched = False
        self._attempts = _ATTEMPTS
        self._left = _LINES
        self._headers: dict[bytes, bytes] = {}
        self._last_name = b""
        self._last_line = b""

    def header(self, line: bytes, flags: Flags) -> bool:
        """Take the next line of the headers, with its line end. Returns whether the headers end
        with it. What is wrong is told by `flags.said`; reading goes on (libmodsecurity 3.0.15,
        `process_part_header`), unless there are too many lines, which raises Broken."""
        self._left -= 1
        if self._left < 0:
            flags.error = True
            raise Broken(f"Part with more than {_LINES} header lines")
        if b"\0" in line:
            flags.said = "Nul byte in part headers."
            return False
        if line[-2:-1] == b"\r":
            flags.crlf_line = True
            text = line[:-2]
        else:
            flags.lf_line = True
            text = line[:-1]
        if not text:
            return self._end(flags)
        if text[:1] in BLANKS:
            self._fold(line, flags)
        else:
            self._begin(line, text, flags)
        return False

    def _end(self, flags: Flags) -> bool:
        self._record()
        value = self._headers.get(b"content-disposition")
        if value is None:
            flags.said = "Part missing Content-Disposition header."
            return False
        if not self._attempts:
            return False  # it was invalid, and still is unless it was folded to become valid
        self._attempts -= 1
        code = self.disposition.read(value, flags)
        if code < 0:
            flags.said = f"Invalid Content-Disposition header ({code}): {shown(value)}"
            return False
        if not self.disposition.name:
            flags.said = "Content-Disposition header missing name field."
            return False
        if self.disposition.file and b"filename=" not in value:
            # parsers that only look for these bytes would not see a file
            flags.said = "Invalid Content-Disposition header (filename)."
            return False
        self._last_name = b""
        return True

    def _fold(self, line: bytes, flags: Flags) -> None:
        flags.header_folding = True
        data = line.lstrip(BLANKS)
        if line[: len(line) - len(data)].strip(b" \t"):
            flags.invalid_header_folding = True
        if not self._last_name:
            flags.said = "Invalid part header (folding error)."
            return
        name = self._last_name.lower()
        value = self._headers[name] + b" " + _chomped(data)
        if len(value) > PIECE:
            flags.said = "Part header too long."
            return
        self._headers[name] = value
        self._last_line = self._last_name + b": " + value

    def _begin(self, line: bytes, text: bytes, flags: Flags) -> None:
        self._record()
        name, colon, value = line.partition(b":")
        if not colon:
            flags.said = f"Invalid part header (colon missing): {shown(line)}"
            return
        if not name:
            flags.said = "Invalid part header (header name missing)."
            return
        if not (name.isascii() and name.isalnum()) and any(c < 33 or c > 126 for c in name):
            flags.said = "Invalid part header (contains invalid character)."
            return
        lower = name.lower()
        if lower in self._headers:
            # ModSecurity 3 passes over it; another parser may take this one
            flags.said = f"Duplicate part header: {shown(name)}."
            flags.error = True
            self.lines.append(text)
            return
        self._last_name = name
        self._headers[lower] = _chomped(value.lstrip(b"\t "))
        self._last_line = text

    def _record(self) -> None:
        if self._last_line:
            self.lines.append(self._last_line)
            self._last_line = b""


def _chomped(value: bytes) -> bytes:
    """Without line ends behind it, unless there is nothing else."""
    return value.rstrip(b"\r\n") or value
