"""Findings in a line each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from vedette.console.screens.rules.catalogue import key_of
from vedette.findings.pieces import Matched, pieces
from vedette.model.finding import Entity, Finding
from vedette.model.visible import visible

AROUND: Final = 60
"""Characters of a value on each side of what matched."""
WORDS: Final = 240


class Row(msgspec.Struct, frozen=True):
    """A finding in a line. `rule` is the rule's name in addresses. Of what matched: the field,
    what stands before the match, the match, what stands after it (cut); a finding that says in
    words what it found has them in `after` alone. `incident` is where it belongs, "" where it
    belongs to none; `hidden` says that an exception hides it."""

    id: str
    time: int
    level: str
    title: str
    rule: str
    rule_id: str
    where: str
    entities: tuple[Entity, ...]
    field: str
    before: str
    span: str
    after: str
    source: str
    techniques: tuple[str, ...]
    incident: str
    hidden: bool


def row_of(finding: Finding, incident: str, hidden: bool) -> Row:
    texts = pieces(finding)
    matched = _cut(texts.matched)
    return Row(
        finding.id,
        finding.time,
        finding.rule.level,
        texts.title,
        key_of(finding.rule.id),
        finding.rule.id,
        texts.where,
        tuple(Entity(each.kind, visible(each.value)[:300]) for each in finding.entities[:12]),
        matched.field,
        matched.before,
        matched.span,
        matched.after,
        texts.place,
        finding.techniques,
        incident,
        hidden,
    )


def rows_of(state: sqlite3.Connection, findings: Iterable[Finding]) -> tuple[Row, ...]:
    """Rows in the order given, each with where it belongs."""
    chosen = list(findings)
    ids = [one.id for one in chosen]
    homes = _pairs(
        state,
        "SELECT m.finding, i.root FROM incident_members m JOIN incidents i ON i.id = m.incident "
        "WHERE m.finding IN ",
        ids,
    )
    hidden = _pairs(state, "SELECT finding, exception FROM incident_hidden WHERE finding IN ", ids)
    return tuple(row_of(one, homes.get(one.id, ""), one.id in hidden) for one in chosen)


def _pairs(state: sqlite3.Connection, query: str, ids: Sequence[str]) -> dict[str, str]:
    marks = ", ".join("?" * len(ids))
    return dict(state.execute(f"{query}({marks})", ids))


def _cut(matched: Matched) -> Matched:
    if not matched.span and not matched.before:
        return matched._replace(after=_short(matched.after, WORDS))
    before = matched.before
    return Matched(
        matched.field,
        before if len(before) <= AROUND else "…" + before[-AROUND:],
        _short(matched.span, WORDS),
        _short(matched.after, AROUND),
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"
