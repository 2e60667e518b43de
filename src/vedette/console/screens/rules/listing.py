"""The list of rules: filters, orders, pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta

from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.screens.rules.attack import attack_of
from vedette.console.screens.rules.catalogue import Known
from vedette.console.screens.rules.figures import NO_HITS
from vedette.console.screens.rules.rows import (
    STATES,
    Gathered,
    Rule,
    State,
    clear,
    gathered,
    row_of,
    samples_of,
    state_of,
    stranger_of,
)
from vedette.incident.stages import Tactics
from vedette.incident.verdicts import precision
from vedette.model.finding import LEVELS

if TYPE_CHECKING:
    from vedette.console.seat import Seat

Text = Annotated[str, Meta(max_length=200)]
Sort = Literal["hits", "title", "level", "precision"]


class RuleQuery(msgspec.Struct, frozen=True):
    """Which rules. `text` is looked for in title, description, author, tags, file and faults;
    `technique` is an id of ATT&CK, with its sub-techniques; `tactic` its name, as
    `initial-access`; `logsource` is a part of it, such as `windows` or `process_creation`; `hits`
    says over which time something must have been found (none: nothing in 30 days); `samples`
    how the samples must have gone."""

    state: Literal[
        "", "compiled", "needs value", "unsupported", "invalid", "left out", "built in"
    ] = ""
    level: Literal["", "informational", "low", "medium", "high", "critical"] = ""
    text: Text = ""
    technique: Annotated[str, Meta(max_length=12, pattern=r"^([Tt]\d{4}(\.\d{3})?)?$")] = ""
    tactic: Annotated[str, Meta(max_length=40)] = ""
    logsource: Text = ""
    hits: Literal["", "day", "week", "month", "none"] = ""
    samples: Literal["", "passing", "failing", "none"] = ""
    sort: Sort = "hits"
    cursor: Cursor = ""
    limit: Limit = 50


class Refused(msgspec.Struct, frozen=True):
    """Changed rules that were not taken: when (microseconds), and their faults."""

    at: int
    why: str


class Rules(msgspec.Struct, frozen=True):
    """A page of rules. `states` counts all rules by state, `matching` those that the query
    chooses; `since` is when they were loaded (microseconds; 0: not yet); `tried` whether all
    samples have been run since; `refused` is there while changed files are not at work."""

    rules: tuple[Rule, ...]
    next: str
    total: int
    matching: int
    states: dict[str, int]
    since: int
    tried: bool
    refused: Refused | None
    tactics: tuple[str, ...]
    asked: RuleQuery


class Key(NamedTuple):
    """What rules are ordered by: a figure (smaller first), the title, the name in addresses."""

    figure: float
    title: str
    name: str


_LEVEL: Final = {level: number for number, level in enumerate(LEVELS)}


def read_rules(seat: Seat, query: RuleQuery) -> Rules:
    """Raises RequestError for a cursor that is none."""
    all_of = gathered(seat)
    fits = _chooser(query, all_of, attack_of(seat).tactics)
    states: Counter[str] = Counter(state_of(one) for one in all_of.catalogue.known.values())
    states["built in"] += len(all_of.strangers)
    ranked: list[tuple[Key, Known | Rule]] = [
        (_key(query.sort, one.verdict.id, one.verdict.title, one.level, one.key, all_of), one)
        for one in all_of.catalogue.known.values()
        if fits(one)
    ]
    for stranger in all_of.strangers:
        row = stranger_of(seat, stranger, all_of)
        if row is not None and _stranger_fits(row, query):
            key = _key(query.sort, row.id, row.title, row.level, row.key, all_of)
            ranked.append((key, row))
    ranked.sort(key=lambda pair: pair[0])
    rest = ranked
    if query.cursor:
        after = key_of(query.cursor, Key)
        rest = [pair for pair in ranked if pair[0] > after]
    page = rest[: query.limit]
    refused = seat.place.rules.refused
    return Rules(
        rules=tuple(one if isinstance(one, Rule) else row_of(one, all_of) for _, one in page),
        next=cursor_of(*page[-1][0]) if len(rest) > len(page) else "",
        total=sum(states.values()),
        matching=len(ranked),
        states={state: states[state] for state in STATES if states[state]},
        since=all_of.catalogue.since,
        tried=all_of.tried,
        refused=None if refused is None else Refused(refused[0], clear(refused[1])),
        tactics=tuple(tactic.name for tactic in attack_of(seat).tactics.ordered),
        asked=query,
    )


def _chooser(query: RuleQuery, all_of: Gathered, tactics: Tactics) -> Callable[[Known], bool]:
    text = query.text.casefold().split()
    source = query.logsource.casefold().strip()
    techniques = _techniques(query, tactics)
    wanted: State | Literal[""] = query.state

    def fits(one: Known) -> bool:
        if wanted and state_of(one) != wanted:
            return False
        if query.level and one.level != query.level:
            return False
        if techniques is not None and not any(techniques(each) for each in one.techniques):
            return False
        if source and not any(source in str(each).casefold() for each in one.logsources):
            return False
        if query.hits and not _hit(query.hits, one.verdict.id, all_of):
            return False
        if query.samples and samples_of(one.verdict.id, all_of).state != query.samples:
            return False
        return all(word in one.text for word in text)

    return fits


def _stranger_fits(row: Rule, query: RuleQuery) -> bool:
    if query.technique or query.tactic or query.logsource or query.samples:
        return False
    if query.state not in ("", "built in") or query.level not in ("", row.level):
        return False
    if query.hits == "none" or (query.hits and not getattr(row.hits, query.hits)):
        return False
    text = f"{row.title}\n{row.id}\n{row.author}".casefold()
    return all(word in text for word in query.text.casefold().split())


def _techniques(query: RuleQuery, tactics: Tactics) -> Callable[[str], bool] | None:
    if query.technique:
        wanted = query.technique.upper()
        return lambda each: each == wanted or each.startswith(wanted + ".")
    if query.tactic:
        return lambda each: any(one.name == query.tactic for one in tactics.of(each))
    return None


def _hit(span: str, rule_id: str, all_of: Gathered) -> bool:
    hits = all_of.figures.hits.get(rule_id, NO_HITS)
    return not hits.month if span == "none" else bool(getattr(hits, span))


def _key(sort: Sort, rule_id: str, title: str, level: str, key: str, all_of: Gathered) -> Key:
    figure = 0.0
    if sort == "hits":
        hits = all_of.figures.hits.get(rule_id, NO_HITS)
        figure = -float(hits.month)
    elif sort == "level":
        figure = -float(_LEVEL.get(level, -1))
    elif sort == "precision":
        counts = all_of.figures.verdicts.get(rule_id)
        figure = precision(level, counts).mean if counts else 2.0
    return Key(figure, title.casefold()[:100], key)
