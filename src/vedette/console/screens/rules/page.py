"""One rule: its text, what it stands on, and what came of it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from vedette.console.faults import RequestError
from vedette.console.screens.rules.attack import attack_of
from vedette.console.screens.rules.catalogue import key_of
from vedette.console.screens.rules.exceptions import InForce, exceptions_of
from vedette.console.screens.rules.rows import (
    Gathered,
    Rule,
    clear,
    gathered,
    row_of,
    stranger_of,
)
from vedette.console.screens.search.shown import Row, rows_of
from vedette.incident.kinds import DAY
from vedette.incident.techniques import words_of
from vedette.model.finding import Finding
from vedette.model.visible import visible
from vedette.sigma import ir

if TYPE_CHECKING:
    from vedette.console.seat import Seat

LARGEST: Final = 256 << 10
"""Bytes of a rule's document that are shown."""
NEWEST: Final = 10
DAYS: Final = 30


class RuleRef(msgspec.Struct, frozen=True):
    """Another rule: its name in addresses and its title."""

    key: str
    title: str


class Technique(msgspec.Struct, frozen=True):
    """A technique of ATT&CK in short words, and its tactics."""

    id: str
    words: str
    tactics: tuple[str, ...]


class RulePage(msgspec.Struct, frozen=True):
    """All about a rule. `text` is its document as it stands in the file now ("" where it can't be
    read: `unread` says why), which begins at `line`. `stands_on` are the rules that a correlation
    joins, `serves` the correlations that join this one. `daily` counts its findings on each of
    the last 30 days (UTC, the last is today). `failures` are its samples that fail."""

    rule: Rule
    status: str
    description: str
    techniques: tuple[Technique, ...]
    text: str
    line: int
    unread: str
    stands_on: tuple[RuleRef, ...]
    serves: tuple[RuleRef, ...]
    exceptions: tuple[InForce, ...]
    findings: tuple[Row, ...]
    daily: tuple[int, ...]
    failures: tuple[str, ...]
    since: int


class OneRule(msgspec.Struct, frozen=True):
    """`rule` is its name in addresses, or its id."""

    rule: Annotated[str, Meta(min_length=1, max_length=200)]


def read_rule(seat: Seat, query: OneRule) -> RulePage:
    """Raises RequestError where there is no such rule."""
    all_of = gathered(seat)
    found = all_of.catalogue
    known = found.known.get(query.rule) or found.known.get(found.key_of.get(query.rule, ""))
    if known is None:
        return _stranger(seat, query.rule, all_of)
    rule = known.rule
    text, line, unread = _document(known.verdict)
    attack = attack_of(seat)
    tried = all_of.samples.get(known.verdict.id)
    return RulePage(
        rule=row_of(known, all_of),
        status="" if rule is None else visible(rule.status),
        description="" if rule is None else clear(rule.description.strip()),
        techniques=tuple(
            Technique(
                one,
                words_of(one, attack.words),
                tuple(each.name for each in attack.tactics.of(one)),
            )
            for one in known.techniques
        ),
        text=text,
        line=line,
        unread=unread,
        stands_on=tuple(
            _ref(name, all_of) for name in (rule.rules if isinstance(rule, ir.Correlation) else ())
        ),
        serves=tuple(
            RuleRef(key, visible(found.known[key].verdict.title))
            for key in known.serves
            if key in found.known
        ),
        exceptions=exceptions_of(seat, known.verdict.id),
        findings=_newest(seat, known.verdict.id),
        daily=_daily(seat, known.verdict.id),
        failures=() if tried is None else tuple(map(clear, tried.failures)),
        since=found.since,
    )


def _stranger(seat: Seat, name: str, all_of: Gathered) -> RulePage:
    """The page of what is in no file, by its id or its name in addresses."""
    ids = [one for one in all_of.strangers if key_of(one) == name] or [name]
    row = stranger_of(seat, ids[0], all_of)
    if row is None:
        raise RequestError("unknown", f"{name}: no rule at work has this id, nor has a finding")
    return RulePage(
        rule=row, status="", description="", techniques=(), text="", line=0,
        unread=row.why or "Vedette finds this without a rule file.", stands_on=(), serves=(),
        exceptions=exceptions_of(seat, row.id), findings=_newest(seat, row.id),
        daily=_daily(seat, row.id), failures=(), since=all_of.catalogue.since,
    )  # fmt: skip


def _ref(name: str, all_of: Gathered) -> RuleRef:
    key = all_of.catalogue.key_of.get(name, "")
    known = all_of.catalogue.known.get(key)
    return RuleRef(key or key_of(name), visible(name if known is None else known.verdict.title))


def _newest(seat: Seat, rule_id: str) -> tuple[Row, ...]:
    rows = seat.state.execute(
        "SELECT json FROM findings WHERE rule_id = ? ORDER BY time DESC LIMIT ?", (rule_id, NEWEST)
    )
    return rows_of(seat.state, [msgspec.json.decode(blob, type=Finding) for (blob,) in rows])


def _daily(seat: Seat, rule_id: str) -> tuple[int, ...]:
    """Findings on each of the last days, the earliest first."""
    today = seat.now() // DAY
    counts = dict(
        seat.state.execute(
            "SELECT time / ?1, count(*) FROM findings WHERE rule_id = ?2 AND time >= ?3 "
            "GROUP BY time / ?1",
            (DAY, rule_id, (today - DAYS + 1) * DAY),
        ).fetchall()
    )
    return tuple(int(counts.get(today - back, 0)) for back in range(DAYS - 1, -1, -1))


def _document(verdict: ir.Verdict) -> tuple[str, int, str]:
    """The document's text, its first line, and why it can't be shown. The path is one that the
    loader gave, never one of a request."""
    try:
        data = _bytes(verdict.path)
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, ValueError) as error:
        return "", verdict.line, visible(f"{verdict.path} can't be read any more ({error})")
    lines = data.decode("utf-8", "backslashreplace").split("\n")
    at = min(max(verdict.line - 1, 0), len(lines) - 1)
    begin = at
    while begin > 0 and lines[begin].rstrip() != "---":
        begin -= 1
    if lines[begin].rstrip() == "---":
        begin += 1
    end = max(at, begin)
    while end < len(lines) and lines[end].rstrip() != "---":
        end += 1
    text = "\n".join(visible(line.rstrip("\r")) for line in lines[begin:end]).rstrip()
    return text, begin + 1, ""


def _bytes(path: str) -> bytes:
    """Of a file, or of a member of a zip (`rules.zip/rules/x.yml`)."""
    where = Path(path)
    if where.is_file():
        with where.open("rb") as file:
            return file.read(LARGEST)
    for parent in where.parents:
        if parent.is_file():
            inside = where.relative_to(parent).as_posix()
            with zipfile.ZipFile(parent) as archive, archive.open(inside) as member:
                return member.read(LARGEST)
    raise FileNotFoundError("it is not there")
