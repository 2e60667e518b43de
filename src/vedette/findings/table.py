"""Findings as a table for people."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TextIO

from vedette.findings.pieces import Matched, Pieces, pieces
from vedette.model.finding import LEVELS, Finding

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

WIDE: Final = 120
"""Columns from which a finding fits on one line; below it takes two."""

NARROWEST: Final = 40
PLAIN_TITLE: Final = 60
PLAIN_WHERE: Final = 80
"""Padding of plain columns goes no further; longer texts are whole and shift what follows."""

_TIME: Final = 20
_LEVEL: Final = 8
_STYLES: Final = {"CRITICAL": "bold white on red", "HIGH": "bold red", "medium": "yellow"}
_SPAN: Final = "bold reverse"
_HEADS: Final = ("time", "level", "rule", "where", "what matched", "source:place")


def print_findings(
    findings: Sequence[Finding], out: TextIO | None = None, width: int | None = None
) -> None:
    """Print findings in the order given, with a count by level at the end.

    On a terminal lines are cut to its width (`width`, if given) around what matched, which is
    highlighted; elsewhere the text is plain, aligned and whole, with the match between » and «.
    Nothing that an event holds reaches the terminal as a control character. `out` None is
    standard output.
    """
    from rich.console import Console

    stream = sys.stdout if out is None else out
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        _terminal(findings, console)
    else:
        _plain(findings, stream)
    counted = summary(findings)
    stream.write(f"\n{counted}\n")


def summary(findings: Sequence[Finding]) -> str:
    """`12 findings: 1 critical, 11 low`."""
    levels = Counter(finding.rule.level for finding in findings)
    known = [level for level in reversed(LEVELS) if level in levels]
    other = sum(count for level, count in levels.items() if level not in LEVELS)
    parts = [f"{levels[level]:,} {level}" for level in known]
    parts += [f"{other:,} of another level"] if other else []
    total = f"{len(findings):,} finding" + ("" if len(findings) == 1 else "s")
    return f"{total}: {', '.join(parts)}" if parts else total


def _plain(findings: Sequence[Finding], out: TextIO) -> None:
    rows = [pieces(finding) for finding in findings]
    title = min(PLAIN_TITLE, max((len(row.title) for row in rows), default=0))
    where = min(PLAIN_WHERE, max((len(row.where) for row in rows), default=0))
    encoding = getattr(out, "encoding", None) or "utf-8"
    for row in rows:
        field, before, span, after = row.matched
        matched = f"{field}: " if field else ""
        matched += f"{before}»{span}«{after}" if span else before + after
        text = (
            f"{row.time}  {row.level:{_LEVEL}}  {row.title:{title}}  {row.where:{where}}  "
            f"{row.place}  {matched}"
        )
        out.write(text.rstrip().encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _terminal(findings: Sequence[Finding], console: Console) -> None:
    from rich.text import Text

    width = max(NARROWEST, console.width)
    if width >= WIDE:
        rest = width - _TIME - _LEVEL - 10
        columns = [rest * 3 // 12, rest * 3 // 12, rest * 4 // 12, rest * 2 // 12]
        sizes = [_TIME, _LEVEL, *columns]
        heads = zip(_HEADS, sizes, strict=True)
        head = Text("  ".join(f"{name:{size}}" for name, size in heads), style="bold")
        console.print(head, no_wrap=True, overflow="crop", crop=True)
        for finding in findings:
            console.print(_wide(pieces(finding), columns), no_wrap=True, overflow="crop")
        return
    for finding in findings:
        for line in _narrow(pieces(finding), width):
            console.print(line, no_wrap=True, overflow="crop")


def _wide(row: Pieces, columns: Sequence[int]) -> Text:
    from rich.text import Text

    title, where, matched, place = columns
    line = Text(f"{row.time}  ")
    line.append(_fit(row.level, _LEVEL), _STYLES.get(row.level, ""))
    line.append("  " + _fit(row.title, title) + "  " + _fit(row.where, where) + "  ")
    line.append_text(_spanned(row.matched, matched))
    line.append("  " + _fit_end(row.place, place), "dim")
    return line


def _narrow(row: Pieces, width: int) -> list[Text]:
    from rich.text import Text

    first = Text(f"{row.time[11:]} ")
    first.append(_fit(row.level, _LEVEL), _STYLES.get(row.level, ""))
    first.append(" " + _fit(row.title, width - _LEVEL - 12).rstrip(), "bold")
    second = Text("  ")
    second.append_text(_spanned(row.matched, width - 2))
    third = Text("  " + _fit(f"{row.time[:10]} {row.where} ", width // 2))
    third.append(_fit_end(row.place, width - width // 2 - 2), "dim")
    return [first, second, third]


def _fit(text: str, size: int) -> str:
    """`text` in exactly `size` cells, its end cut where it is too long."""
    from rich.cells import cell_len, set_cell_size

    if size < 1:
        return ""
    if cell_len(text) <= size:
        return set_cell_size(text, size)
    return set_cell_size(text, size - 1) + "…"


def _fit_end(text: str, size: int) -> str:
    """`text` in exactly `size` cells, its beginning cut: a place's end says most."""
    from rich.cells import cell_len

    if size < 1:
        return ""
    if cell_len(text) > size:
        text = text[-size:]
        while cell_len(text) > size - 1:
            text = text[1:]
        text = "…" + text
    return _fit(text, size)


def _spanned(matched: Matched, size: int) -> Text:
    """The matched span with as much around it as fits into `size` cells."""
    from rich.cells import cell_len
    from rich.text import Text

    field, before, span, after = matched
    label = f"{field}: " if field else ""
    room = size - cell_len(label)
    if room < 8:
        label, room = "", size
    span = _fit(span, room) if cell_len(span) > room else span
    left = room - cell_len(span)
    if cell_len(before) + cell_len(after) > left:
        before_room = max(left // 2, left - cell_len(after))
        before = _fit_end(before, before_room) if cell_len(before) > before_room else before
    after = _fit(after, left - cell_len(before)) if left > cell_len(before) else ""
    text = Text()
    text.append(label, "dim")
    text.append(before)
    text.append(span, _SPAN)
    text.append(after)
    text.truncate(size, pad=True)
    return text
