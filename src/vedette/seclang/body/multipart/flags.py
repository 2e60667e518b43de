"""What is wrong with a multipart body, as rules see it."""

from __future__ import annotations

import msgspec

PIECE = 4096
"""libmodsecurity reads lines into a buffer of so many bytes; longer ones come in pieces."""

BLANKS = b" \t\n\v\f\r"


class Broken(Exception):
    """Reading can't go on; says why."""


class Flags(msgspec.Struct):
    """The MULTIPART_* variables while a body is read (libmodsecurity 3.0.15, `Multipart`)."""

    error: bool = False
    boundary_quoted: bool = False
    boundary_whitespace: bool = False
    missing_semicolon: bool = False
    data_before: bool = False
    data_after: bool = False
    header_folding: bool = False
    invalid_header_folding: bool = False
    lf_line: bool = False
    crlf_line: bool = False
    invalid_quoting: bool = False
    invalid_part: bool = False
    file_limit_exceeded: bool = False
    unmatched_boundary: int = 0
    """0, 1, or 2: the last boundary seen was one of ours (2 for every ordinary body)."""
    said: str = ""
    """The last error."""

    def variables(self) -> dict[str, int]:
        """By name, those that are not 0. `MULTIPART_STRICT_ERROR` is any of them but an unmatched
        boundary, which data may contain by chance."""
        found = {
            "MULTIPART_BOUNDARY_QUOTED": self.boundary_quoted,
            "MULTIPART_BOUNDARY_WHITESPACE": self.boundary_whitespace,
            "MULTIPART_DATA_BEFORE": self.data_before,
            "MULTIPART_DATA_AFTER": self.data_after,
            "MULTIPART_HEADER_FOLDING": self.header_folding,
            "MULTIPART_LF_LINE": self.lf_line,
            "MULTIPART_MISSING_SEMICOLON": self.missing_semicolon,
            "MULTIPART_INVALID_QUOTING": self.invalid_quoting,
            "MULTIPART_INVALID_PART": self.invalid_part,
            "MULTIPART_INVALID_HEADER_FOLDING": self.invalid_header_folding,
            "MULTIPART_FILE_LIMIT_EXCEEDED": self.file_limit_exceeded,
        }
        flags = {name: 1 for name, value in found.items() if value}
        if flags or self.error:
            flags["MULTIPART_STRICT_ERROR"] = 1
        if self.lf_line and self.crlf_line:
            flags["MULTIPART_CRLF_LF_LINES"] = 1
        if self.unmatched_boundary:
            flags["MULTIPART_UNMATCHED_BOUNDARY"] = self.unmatched_boundary
        return flags


def shown(line: bytes) -> str:
    """A line of the body for a message."""
    return line[:200].rstrip(b"\r\n").decode("ascii", "backslashreplace")
