"""Which kind of log a stream is, told from its first bytes."""

from __future__ import annotations

import re
from typing import Final, Literal

from vedette.shield.replay.lines import EntryError, Lines
from vedette.sources.formats.access_balancer import parse_balancer
from vedette.sources.formats.access_combined import AccessError
from vedette.sources.formats.head import first_lines
from vedette.sources.recognise import in_utf8

Kind = Literal["text", "json", "har", "w3c"]

FORMATS: Final[dict[str, Kind]] = {
    "combined": "text",
    "alb": "text",
    "haproxy": "text",
    "w3c": "w3c",
    "json": "json",
    "caddy": "json",
    "cloudflare": "json",
    "har": "har",
}
"""What a user may name, and how it is read: entries of one kind may stand among one another."""

_ARCHIVE: Final = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')
_FIRST_LINES: Final = 10
_DIRECTIVES: Final = (b"#Software:", b"#Version:", b"#Fields:", b"#Date:")


def kind_of(head: bytes, lines: Lines) -> Kind | None:
    """None where it is no log of HTTP requests as far as these bytes tell."""
    head = in_utf8(head)
    if _ARCHIVE.match(head):
        return "har"
    first = first_lines(head, _FIRST_LINES)
    if not first:
        return None
    if first[0].lstrip().startswith(b"{"):
        return "json"
    if first[0].startswith(_DIRECTIVES):
        return "w3c"
    return "text" if any(_is_entry(line, lines) for line in first) else None


def _is_entry(line: bytes, lines: Lines) -> bool:
    line = line.removesuffix(b"\r")
    try:
        lines.entry(line, "")
    except EntryError as error:
        if "no request" in str(error):
            return True
        try:
            parse_balancer(line.decode("utf-8", "replace"))
        except AccessError:
            return False
    return True
