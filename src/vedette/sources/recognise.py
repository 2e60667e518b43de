"""Which format a stream is of, told from its first bytes."""

from __future__ import annotations

from vedette.sources.format import FileFormat, LineFormat
from vedette.sources.formats import format_named, in_order, own_format
from vedette.sources.transcode import encoding_of

_BINARY = ("evtx", "parquet", "arrow")
_WHOLE = (*_BINARY, "json-array", "ndjson")


def recognise(head: bytes) -> LineFormat | FileFormat | None:
    """The format of a stream that begins with these bytes (`format.HEAD` of them are plenty);
    None where no format knows them. Decompressed, but as yet in any encoding. Never raises.
    """
    head = in_utf8(head)
    for name in in_order():
        format = own_format(name)
        if format.recognises(head):
            return format
    return None


def chosen(name: str | None, head: bytes) -> LineFormat | FileFormat | None:
    """The format that the user named, or the recognised one if `name` is None.

    The name of a mapping (`windows`, `zeek`, ...) says what the events are, not how they are
    packed: an EVTX, Parquet, Arrow or JSON array file is still read as what it is. Raises
    ConfigError for an unknown name.
    """
    if name is None:
        return recognise(head)
    format = format_named(name)
    if name in _WHOLE:
        return format
    from vedette.sources import json_kind

    if name not in json_kind.FORMATS:
        return format
    from vedette.sources.formats.arrow import ArrowFormat, ParquetFormat
    from vedette.sources.formats.json_array import JsonArrayFormat

    head = in_utf8(head)
    packed: tuple[FileFormat, ...] = (
        ParquetFormat(forced=name),
        ArrowFormat(forced=name),
        JsonArrayFormat(forced=name),
    )
    if own_format("evtx").recognises(head):
        return own_format("evtx")
    return next((form for form in packed if form.recognises(head)), format)


def in_utf8(head: bytes) -> bytes:
    """The first bytes as the reader will see them, without a mark and in UTF-8."""
    encoding = encoding_of(head)
    if encoding is None:
        return head
    if encoding == "utf-8-sig":
        return head[3:]
    text = head[: len(head) & ~1].decode(encoding, "replace")
    return text.removeprefix("\ufeff").encode("utf-8", "replace")
