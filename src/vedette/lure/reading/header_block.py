"""Headers that a mail program wrote into the text above a quoted or forwarded mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from vedette.lure.message import Address
from vedette.lure.reading.addresses import parse_addresses
from vedette.lure.reading.labels import FORWARDS, HEADERS, folded
from vedette.lure.reading.local_dates import parse_local
from vedette.lure.reading.plain import INVISIBLE

MAX_LINES: Final = 2_000
"""Lines searched for a block."""

_CONTINUED: Final = 4
"""Lines that one header may go on for (long lists of recipients)."""

_QUOTE: Final = re.compile(r"^(?:[ \t]{0,8}[>|])+ ?")
_LABEL: Final = re.compile(r"^([^:\uff1a<>@]{1,40}?)\s*[:\uff1a]\s*(.*)$")
_MAILTO: Final = re.compile(r"\s*[<\[(]mailto:[^<>\[\]()]*[>\])]")
_BRACKETED: Final = re.compile(r"\[\s*(?:mailto:)?([^\s\[\]@]+@[^\s\[\]@]+)\s*\]")
_STARS: Final = re.compile(r"\*{1,2}")
_RULE: Final = re.compile(r"^[\s>]*[-_=\u2014\u2500]{5,}[\s>]*$")


@dataclass(slots=True)
class Block:
    """What such headers say. `start` is where they (or the mark before them) begin in the text,
    `body` where the text after them does; `marked` tells of a mark of forwarding before them."""

    start: int
    body: int
    marked: bool
    quoted: bool
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def sender(self) -> Address | None:
        found = addresses(self.fields.get("from", ""))
        return found[0] if found else None

    @property
    def recipients(self) -> tuple[Address, ...]:
        return addresses(self.fields.get("to", "")) + addresses(self.fields.get("cc", ""))

    @property
    def reply_to(self) -> tuple[Address, ...]:
        return addresses(self.fields.get("reply-to", ""))

    @property
    def date(self) -> int | None:
        return parse_local(self.fields["date"]) if "date" in self.fields else None


def addresses(value: str) -> tuple[Address, ...]:
    """Mailboxes as mail programs show them: `Name [mailto:a@b]`, `a@b<mailto:a@b>`, bold stars."""
    if "mailto:" in value and "@" in _MAILTO.sub("", value):
        value = _MAILTO.sub("", value)
    value = _STARS.sub("", _BRACKETED.sub(r"<\1>", value))
    return parse_addresses(value.strip())


def first_block(text: str) -> Block | None:
    """The first block of headers in the text; None where there is none.

    A block names a sender and at least one other thing, on lines that follow one another. Without
    a mark of forwarding or a rule before it, it must name three things.
    """
    lines = text.split("\n", MAX_LINES)[:MAX_LINES]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    mark = -9
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if _is_mark(line):
            mark = index
            continue
        if _labelled(line) is None:
            continue
        marked = 0 <= index - mark <= 3
        fields, after = _read(lines, index)
        wanted = 2 if marked or _RULE.match(_last_line(lines, index)) else 3
        if "from" not in fields or len(fields) < wanted:
            continue
        while after < len(lines) and not _QUOTE.sub("", lines[after]).strip():
            after += 1
        body = min(starts[after], len(text))
        quoted = after < len(lines) and _QUOTE.match(lines[after]) is not None
        return Block(starts[mark if marked else index], body, marked, quoted, fields)
    return None


def unquoted(text: str) -> str:
    """The text without one level of quote marks."""
    return "\n".join(re.sub(r"^[ \t]{0,3}> ?", "", line, count=1) for line in text.split("\n"))


def _is_mark(line: str) -> bool:
    return len(line) < 120 and folded(line) in FORWARDS


def _last_line(lines: list[str], index: int) -> str:
    for line in reversed(lines[max(0, index - 3) : index]):
        if line.strip():
            return line
    return ""


def _labelled(line: str) -> tuple[str, str] | None:
    """A header's name and value, if the line is one."""
    line = INVISIBLE.sub("", _QUOTE.sub("", line)).strip()
    if line.startswith("*"):
        line = _STARS.sub("", line, count=2)
    match = _LABEL.match(line)
    if match is None:
        return None
    name = HEADERS.get(folded(match[1]))
    return (name, match[2].strip("* \t")) if name else None


def _read(lines: list[str], index: int) -> tuple[dict[str, str], int]:
    """The headers from that line on, and the line after them."""
    fields: dict[str, str] = {}
    last = ""
    after = index
    held: list[str] = []
    for at in range(index, min(len(lines), index + 60)):
        found = _labelled(lines[at])
        bare = _QUOTE.sub("", lines[at]).strip()
        if found is not None:
            name, value = found
            if held and last:
                fields[last] = " ".join([fields[last], *held]).strip()
                held = []
            if name in fields:
                break
            fields[name] = value
            last = name
            after = at + 1
        elif not bare:
            # Outlook puts empty lines between them in plain text; two end the block
            if at + 1 < len(lines) and _labelled(lines[at + 1]) is None:
                break
        elif last and not fields[last]:
            fields[last] = bare
            after = at + 1
        elif len(held) < _CONTINUED:
            held.append(bare)
        else:
            break
    return fields, after
