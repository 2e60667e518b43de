"""Findings as they come: three short lines for people who watch."""

from __future__ import annotations

from typing import Final

from vedette.findings.pieces import Matched, pieces
from vedette.model.finding import Finding

_COLOURS: Final = {"CRITICAL": "\x1b[1;97;41m", "HIGH": "\x1b[1;31m", "medium": "\x1b[33m"}
_BOLD: Final = "\x1b[1m"
_DIM: Final = "\x1b[2m"
_SPAN: Final = "\x1b[1;7m"
_OFF: Final = "\x1b[0m"
_INDENT: Final = "                     "
_AROUND: Final = 40
"""Characters of a value shown on each side of the match."""
_LONGEST: Final = 120
_WORDS: Final = 400
"""Characters shown of a finding that says in words what it found."""


def live(finding: Finding, colours: bool) -> str:
    """Three lines: time, level and title; who and where it was; what matched, and its place. Of
    what was judged by adding up a fourth: the id, by which `vedette lure unmask` finds it.
    Nothing that an event holds reaches the terminal as a control character."""
    row = pieces(finding)

    def paint(code: str, text: str) -> str:
        return f"{code}{text}{_OFF}" if colours and code else text

    level = paint(_COLOURS.get(row.level, ""), f"{row.level:8}")
    lines = [f"{row.time} {level}  {paint(_BOLD, row.title)}"]
    if row.where:
        lines.append(_INDENT + row.where)
    lines.append(f"{_INDENT}{_spanned(row.matched, colours)}  {paint(_DIM, row.place)}")
    if finding.probability is not None:  # what was found in mail is looked at by its id
        lines.append(_INDENT + paint(_DIM, row.id))
    return "\n".join(lines)


def _spanned(matched: Matched, colours: bool) -> str:
    if not matched.span and not matched.before:
        words = matched.after
        return words if len(words) <= _WORDS else words[:_WORDS] + "…"
    before = matched.before if len(matched.before) <= _AROUND else "…" + matched.before[-_AROUND:]
    after = matched.after if len(matched.after) <= _AROUND else matched.after[:_AROUND] + "…"
    span = matched.span if len(matched.span) <= _LONGEST else matched.span[:_LONGEST] + "…"
    marks = (_SPAN, _OFF) if colours else ("»", "«")
    name = f"{matched.field}: " if matched.field else ""
    return name + before + (f"{marks[0]}{span}{marks[1]}" if span else "") + after
