"""Logs and HTTP archives, read as requests to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from vedette.model.errors import ConfigError, UnreadableError
from vedette.model.problem import Problem
from vedette.shield.client import NOBODY, Trusted
from vedette.shield.replay.har import read_har
from vedette.shield.replay.json_lines import RecordError, record_of
from vedette.shield.replay.kinds_of_log import FORMATS, Kind, kind_of
from vedette.shield.replay.lines import EntryError, Lines
from vedette.shield.replay.records import FIELDS, Records
from vedette.shield.replay.replayed import Replayed
from vedette.shield.replay.told import Kinds
from vedette.sources.containers import Opened, open_source, problem_of
from vedette.sources.files import NOT_RECOGNISED
from vedette.sources.folders import files_under
from vedette.sources.format import HEAD
from vedette.sources.formats.access_balancer import parse_balancer
from vedette.sources.formats.access_combined import AccessError
from vedette.sources.formats.access_w3c import W3cHeader
from vedette.sources.limits import DEFAULT, Limits
from vedette.sources.lines import blocks
from vedette.sources.stream import ByteStream
from vedette.sources.transcode import Transcoded, WithoutMark, encoding_of

Entry = Callable[[bytes, str], Replayed | None]

_FIX: Final = "name the format with --format if this is a log of another kind"


def read(
    paths: Iterable[str],
    format: str | None = None,
    *,
    fields: Mapping[str, str] | None = None,
    trusted: Trusted = NOBODY,
    limits: Limits = DEFAULT,
    stdin: int = 0,
) -> Iterator[Replayed | Problem]:
    """The requests of these logs, in a fixed order: paths as given, folders sorted.

    Gzip, zstd, xz, bzip2, tar and zip are opened; `-` is file descriptor `stdin`. The format is
    recognised unless it is named (see `FORMATS`). `fields` names places in the records of JSON
    logs (`records.FIELDS`, and `header:NAME`) where they differ from the usual ones. Proxies that
    are `trusted` name the client in X-Forwarded-For where the log holds it.

    What can't be read is a Problem with its `file:line`, and reading goes on. Raises ConfigError
    for an unknown format or field, at once.
    """
    fields = dict(fields or {})
    faults = [
        f"{name}: no such field; choose one of {', '.join(FIELDS)} or header:NAME"
        for name in fields
        if name not in FIELDS and not name.startswith("header:")
    ]
    if format is not None and format not in FORMATS:
        faults.append(f"{format}: no such format; choose one of {', '.join(FORMATS)}")
    if faults:
        raise ConfigError(faults)
    kind = None if format is None else FORMATS[format]
    return _Reading(kind, fields, trusted, limits, stdin).paths(paths)


class _Reading:
    """One run over some paths."""

    def __init__(
        self,
        kind: Kind | None,
        fields: Mapping[str, str],
        trusted: Trusted,
        limits: Limits,
        stdin: int,
    ) -> None:
        self._kind = kind
        self._records = Records(fields)
        self._plain = Records({})
        self._limits = limits
        self._stdin = stdin
        self._kinds = Kinds(trusted)
        self._lines = Lines(trusted)

    def paths(self, paths: Iterable[str]) -> Iterator[Replayed | Problem]:
        for path in paths:
            for file in files_under(path):
                if isinstance(file, Problem):
                    yield file
                    continue
                for opened in open_source(file, self._limits, self._stdin):
                    if isinstance(opened, Problem):
                        yield opened
                    else:
                        yield from self._stream(opened)

    def _stream(self, opened: Opened) -> Iterator[Replayed | Problem]:
        stream = opened.stream
        head = stream.peek(HEAD, line=not opened.file.seekable())
        kind = self._kind or kind_of(head, self._lines)
        try:
            if kind is None and head.strip():
                fix = "give --format if it is a log of HTTP requests"
                yield Problem(opened.name, NOT_RECOGNISED, fix)
            elif kind == "har":
                with opened.seekable() as (file, fault):
                    yield from read_har(file, opened.name, self._kinds)
                    if fault is not None:
                        raise fault
            else:
                text = _text(stream, head)
                yield from self._entries(text, opened.name, self._reader(kind))
        except UnreadableError as error:
            yield problem_of(opened.name, error)

    def _entries(self, stream: ByteStream, name: str, entry: Entry) -> Iterator[Replayed | Problem]:
        for block in blocks(stream):
            for problem in block.problems:
                yield Problem(f"{name}:{problem.where.removeprefix('line ')}", problem.what,
                              problem.fix)  # fmt: skip
            for number, line in enumerate(block.lines, block.first):
                if not line or line.isspace():
                    continue
                place = f"{name}:{number}"
                try:
                    replayed = entry(line, place)
                except (EntryError, RecordError, AccessError) as error:
                    yield Problem(place, str(error), _FIX)
                    continue
                if replayed is not None:
                    yield replayed

    def _reader(self, kind: Kind | None) -> Entry:
        if kind == "json":
            return self._json
        if kind == "w3c":
            return _W3c(self._kinds)
        return self._text

    def _text(self, line: bytes, place: str) -> Replayed:
        try:
            return self._lines.entry(line, place)
        except EntryError:
            try:
                record = parse_balancer(line.decode("utf-8", "replace"))
            except AccessError:
                record = None
            told = None if record is None else self._plain.told_of(record, False)
            if told is None:
                raise
            return self._kinds.replayed(told, place)

    def _json(self, line: bytes, place: str) -> Replayed:
        record, latin = record_of(line)
        told = self._records.told_of(record, latin)
        if told is None:
            raise RecordError("holds no method and target of a request")
        return self._kinds.replayed(told, place)


class _W3c:
    """Entries below the header of a W3C extended log."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._header = W3cHeader()
        self._records = Records({})

    def __call__(self, line: bytes, place: str) -> Replayed | None:
        text = line.decode("utf-8", "replace")
        if text.startswith("#"):
            self._header.take(text)
            return None
        if not self._header.ready:
            raise EntryError("stands before the fields are named by #Fields:")
        told = self._records.told_of(self._header.read(text), False)
        if told is None:
            raise EntryError("holds no method and target of a request")
        return self._kinds.replayed(told, place)


def _text(stream: ByteStream, head: bytes) -> ByteStream:
    encoding = encoding_of(head)
    if encoding is None:
        return stream
    return WithoutMark(stream) if encoding == "utf-8-sig" else Transcoded(stream, encoding)
