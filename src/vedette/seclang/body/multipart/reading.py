"""Multipart bodies, line by line through headers and by leaps through content."""

from __future__ import annotations

import re

from vedette.seclang.body.multipart.boundary import read_boundary
from vedette.seclang.body.multipart.flags import BLANKS, PIECE, Broken, Flags, shown
from vedette.seclang.body.multipart.part import Part
from vedette.seclang.body.parsed import PARSE_ERROR, Body, File, Limits

_MANY_HYPHENS = 1_000  # lines of content that begin so, before a pattern is made to pass over them


def read_multipart(
    content_type: bytes, body: bytes, limits: Limits, *, partial: bool = False
) -> Body:
    """The fields and files of a multipart/form-data body (RFC 7578).

    Flags and errors are those of libmodsecurity 3.0.15. What differs, so that rules see what an
    application may see: line ends within a field stay (there they are lost); after an error the
    fields that were read stay, the last one as far as it goes; a header twice in a part is an
    error. `partial`: the body was cut by a limit and need not end well.
    """
    flags = Flags()
    reader: _Reader | None = None
    try:
        reader = _Reader(read_boundary(content_type, flags), body, flags, limits)
        reader.read()
    except Broken as broken:
        flags.said = str(broken)
    if reader is None:
        reader = _Reader(b"", body, flags, limits)
    reader.finish(partial)
    variables = flags.variables()
    if flags.said:
        variables.update(PARSE_ERROR)
    files = tuple(reader.files)
    return Body(
        "MULTIPART",
        tuple(reader.fields),
        files,
        tuple(reader.headers),
        flags=variables,
        error=f"Multipart parsing error: Multipart: {flags.said}" if flags.said else "",
        names=tuple(reader.names),
        filenames=tuple(reader.filenames),
        unread=reader.unread,
        size_without_files=len(body) - sum(file.size for file in files),
    )


class _Reader:
    def __init__(self, boundary: bytes, body: bytes, flags: Flags, limits: Limits) -> None:
        self.boundary = boundary
        self.mark = b"--" + boundary
        self.body = body
        self.flags = flags
        self.limits = limits
        self.fields: list[tuple[bytes, bytes]] = []
        self.files: list[File] = []
        self.headers: list[tuple[bytes, bytes]] = []
        self.names: list[bytes] = []
        self.filenames: list[bytes] = []
        self.part: Part | None = None
        self.boundaries = 0
        self.complete = False
        self.unread = b""
        self.after = 0
        """Where the last boundary ends."""
        self.position = 0
        self.line_start = True
        self._hyphens = 0
        self._telling: re.Pattern[bytes] | None = None

    def read(self) -> None:
        """Up to the last boundary, or to the last complete line."""
        body, size = self.body, len(self.body)
        while self.position < size and not self.complete:
            part = self.part
            if (part is None or part.data >= 0) and not self._at_hyphens():
                self._leap(part)
                continue
            end = self._piece_end()
            if end < 0:
                return
            start, self.position = self.position, end
            self._piece(body[start:end], start)
            self.line_start = body[end - 1] == 0x0A

    def _at_hyphens(self) -> bool:
        """Whether a line begins here that may say something: one with two hyphens, or when there
        were very many, one that names our boundary."""
        if not (self.line_start and self.body.startswith(b"--", self.position)):
            return False
        if self._hyphens < _MANY_HYPHENS:
            self._hyphens += 1
            return True
        if self._telling is None:
            self._telling = re.compile(rb'--[" \t\v\f\r]*+' + re.escape(self.boundary))
        self.flags.unmatched_boundary = 1
        return self._telling.match(self.body, self.position) is not None

    def _piece_end(self) -> int:
        """Where the piece that begins here ends: with its line or after PIECE bytes (one less
        before a carriage return, which stays with its line feed). -1: the rest is less."""
        body, start = self.body, self.position
        end = body.find(b"\n", start, start + PIECE) + 1
        if end:
            return end
        last = body[start + PIECE - 1 : start + PIECE]
        if not last:
            return -1
        return start + PIECE - 1 if last == b"\r" else start + PIECE

    def _leap(self, part: Part | None) -> None:
        """Over all content, or what stands before the first boundary, up to the next line that
        begins with two hyphens."""
        body, start = self.body, self.position
        end = body.find(b"\n--", start) + 1
        if end and self._telling is not None:
            end = self._next_telling(end)
        stop = end or len(body)
        if not end and len(body) - (line := max(body.rfind(b"\n", start) + 1, start)) < PIECE:
            stop = line  # an incomplete line at the end counts for nothing
        if self.flags.unmatched_boundary != 1:
            self._look_within(start, stop)
        if stop > start:
            if part is None:
                self.flags.data_before = True
            else:
                part.touched = True
        self.position = end or len(body)
        self.line_start = bool(end) or body.endswith(b"\n")

    def _next_telling(self, position: int) -> int:
        assert self._telling is not None
        body = self.body
        for match in self._telling.finditer(body, position):
            if body[match.start() - 1] == 0x0A:
                return match.start()
        return 0

    def _look_within(self, start: int, stop: int) -> None:
        """Whether our boundary stands within a line of `start` to `stop`, in its first piece."""
        body, mark = self.body, self.mark
        found = body.find(mark, start, stop)
        while found >= 0:
            line = body.rfind(b"\n", max(start, found - PIECE), found) + 1
            if not line and found - start < PIECE and self.line_start:
                line = start
            elif not line:
                line = -PIECE
            if line >= 0 and found + len(mark) <= line + PIECE:
                self.flags.unmatched_boundary = 1
                return
            following = body.find(b"\n", found, stop)
            if following < 0:
                return
            found = body.find(mark, following, stop)

    def _piece(self, piece: bytes, start: int) -> None:
        flags, part = self.flags, self.part
        if self.line_start:
            if piece[:2] == b"--" and len(piece.partition(b"\0")[0]) > 3:
                if piece.startswith(self.mark):
                    if self._boundary(piece, start):
                        return
                else:
                    self._resembling(piece)
            elif self.mark in piece:
                flags.unmatched_boundary = 1
        if part is None:
            flags.data_before = True
        elif part.data >= 0:
            part.touched = True
        elif len(piece) >= PIECE or piece[-1:] != b"\n":
            flags.error = True
            raise Broken(f"Part header line over {PIECE} bytes long")
        elif part.header(piece, flags):
            part.data = self.position

    def _boundary(self, line: bytes, start: int) -> bool:
        """A line that begins with our boundary. False where it counts as a part's line."""
        flags, part = self.flags, self.part
        if self._after_bare_feed(start):
            flags.lf_line = True
        if part is not None and not part.touched:
            flags.invalid_part = True
            return False
        if self.boundaries:
            flags.unmatched_boundary = 2
        rest = line[len(self.mark) :]
        final = rest.startswith(b"--")
        if final:
            rest = rest[2:]
        if rest == b"\r\n":
            flags.crlf_line = True
        elif rest == b"\n":
            flags.lf_line = True
        else:
            flags.error = True
            self.position = start
            raise Broken(f"Invalid boundary: {shown(line)}")
        self._close(start)
        self.boundaries += 1
        self.after = self.position
        if final:
            self.complete = True
            flags.data_after = self.position < len(self.body)
            return True
        if self.boundaries > self.limits.parts:
            flags.error = True
            raise Broken(f"More than {self.limits.parts} parts.")
        self.part = Part()
        return True

    def _after_bare_feed(self, start: int) -> bool:
        return start > 0 and self.body[max(start - 2, 0) : start] != b"\r\n"

    def _resembling(self, line: bytes) -> None:
        """A line that begins with two hyphens, but not with our boundary."""
        flags = self.flags
        if flags.boundary_quoted and line[2:3] == b'"' and line.startswith(self.boundary, 3):
            flags.error = True
            raise Broken("Invalid boundary (quotes).")
        text = line[2:].lstrip(BLANKS)
        if line[2:3].isspace() and text.startswith(self.boundary):
            flags.error = True
            raise Broken("Invalid boundary (whitespace).")
        flags.unmatched_boundary = 1

    def _close(self, end: int) -> None:
        """The part being read ends before the boundary at `end`."""
        part, self.part = self.part, None
        if part is None:
            return
        content = b""
        if part.data >= 0:
            content = self.body[part.data : end]
            if content.endswith(b"\n"):
                content = content[: -2 if content.endswith(b"\r\n") else -1]
        self._add(part, content)

    def _add(self, part: Part, content: bytes) -> None:
        told = part.disposition
        self._tell(part)
        if not told.name:
            self.flags.invalid_part = True
        elif told.file and part.data >= 0:
            self.files.append(File(told.name, told.file, content, len(content)))
            if 0 < self.limits.files < len(self.files):
                self.flags.file_limit_exceeded = True
        else:
            self.fields.append((told.name, content))

    def _tell(self, part: Part) -> None:
        told = part.disposition
        self.names += told.names
        self.filenames += told.filenames
        self.headers += [(told.name, line) for line in part.lines]

    def finish(self, partial: bool) -> None:
        """What is left when all lines were read (libmodsecurity's `multipart_complete`)."""
        if self.complete or not self.body:
            return
        flags, part = self.flags, self.part
        rest = self.body[self.position :]
        if self.boundaries == 0:
            if not flags.said:
                flags.said = "No boundaries found in payload."
        elif self.line_start and rest == self.mark + b"--":
            if self._after_bare_feed(self.position):
                flags.lf_line = True
            if part is not None and not part.touched:
                flags.invalid_part = True
            self._close(self.position)
            self.complete = True
            return
        elif not partial and not flags.said:
            flags.said = "Final boundary missing."
        self._salvage()

    def _salvage(self) -> None:
        """What belongs to no part that ended."""
        part, self.part = self.part, None
        self.unread = self.body[self.after :]
        if part is None:
            return
        if part.data >= 0:
            self._add(part, self.body[part.data :])
            self.unread = b""
        else:
            self._tell(part)
