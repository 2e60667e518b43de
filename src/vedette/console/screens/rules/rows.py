"""A rule in a line: what it is, whether it runs, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from vedette.console.screens.rules.catalogue import Catalogue, Catalogues, Known, key_of
from vedette.console.screens.rules.figures import NO_HITS, FigureBook, Figures, Hits
from vedette.console.screens.rules.sampled import Samples, Tried
from vedette.incident.verdicts import Precision, precision
from vedette.model.logsource import Logsource
from vedette.model.visible import visible
from vedette.sigma import ir

if TYPE_CHECKING:
    from vedette.console.seat import Seat

State = Literal["compiled", "needs value", "unsupported", "invalid", "left out", "built in"]
STATES: Final[tuple[State, ...]] = (
    "compiled", "needs value", "unsupported", "invalid", "left out", "built in",
)  # fmt: skip
SampleState = Literal["passing", "failing", "waiting", "none"]
DataState = Literal["speaking", "found", "none", "unknown"]

LEFT_OUT: Final = "the configuration leaves it out (rules.min_level or rules.exclude_ids)"


class SampleCount(msgspec.Struct, frozen=True):
    """How the samples in a rule's file went. waiting: they have not been tried since the rules
    were loaded; none: the rule has no sample."""

    state: SampleState
    count: int = 0
    failed: int = 0


class Rule(msgspec.Struct, frozen=True):
    """A rule of the running configuration.

    `key` is its name in addresses. `state`: compiled; needs value (a placeholder), unsupported,
    invalid, each with `why`; left out by the configuration; built in (what Vedette finds by other
    means, of which something was found). `runs` says whether it judges events now. `licence` and
    `author` are those of the file. `data`: speaking (such events came since the start), found (it
    has findings, from before), none (no such event came), unknown. `judged` is the number of
    incidents with it that people said something of, `false_share` the share of these that were
    false or benign; `precision` what follows, with its middle 90 %. `hidden` counts findings that
    exceptions hid. `position` is its file and line.
    """

    key: str
    id: str
    title: str
    kind: Literal["rule", "correlation", "built in", "unread"]
    level: str
    state: State
    why: str
    runs: bool
    author: str
    licence: str
    logsources: tuple[str, ...]
    techniques: tuple[str, ...]
    samples: SampleCount
    hits: Hits
    precision: Precision | None
    judged: int
    false_share: float | None
    hidden: int
    data: DataState
    position: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that rows are made of, as of one moment."""

    catalogue: Catalogue
    figures: Figures
    samples: Mapping[str, Tried]
    tried: bool
    heard: frozenset[Logsource]
    speaking: dict[Logsource, bool]
    """What was worked out of `heard` so far."""
    strangers: Sequence[str]
    """Ids that findings name and no file has."""


def clear(text: str) -> str:
    """Nothing in it hides; lines stay lines."""
    return "\n".join(map(visible, text.split("\n")))


def gathered(seat: Seat) -> Gathered:
    """What is known now."""
    place = seat.place
    cache = place.data / "cache"
    found = place.kept.of(Catalogues, lambda: Catalogues(place.config, place.rules)).now()
    numbers = place.kept.of(FigureBook, FigureBook).now(seat.state, seat.now())
    samples, tried = place.kept.of(Samples, lambda: Samples(place.rules, cache)).now()
    strangers = sorted(name for name in numbers.hits if name not in found.key_of)
    return Gathered(found, numbers, samples, tried, place.rules.heard(), {}, strangers)


def state_of(known: Known) -> State:
    if known.verdict.state == "compiled" and not known.runs:
        return "left out"
    return known.verdict.state


def data_of(known: Known, all_of: Gathered) -> DataState:
    """Whether there is anything that the rule could judge. A correlation needs all it stands on."""
    if not known.logsources:
        return "unknown"
    for one in known.logsources:
        if one not in all_of.speaking:
            all_of.speaking[one] = any(one.covers(heard) for heard in all_of.heard)
    if all(all_of.speaking[one] for one in known.logsources):
        return "speaking"
    return "found" if known.verdict.id in all_of.figures.hits else "none"


def samples_of(rule_id: str, all_of: Gathered) -> SampleCount:
    tried = all_of.samples.get(rule_id)
    if tried is None:
        return SampleCount("none" if all_of.tried else "waiting")
    failed = len(tried.failures)
    return SampleCount("failing" if failed else "passing", tried.count, failed)


def row_of(known: Known, all_of: Gathered) -> Rule:
    verdict, rule = known.verdict, known.rule
    state = state_of(known)
    judged, share, precise = _judged(verdict.id, known.level, all_of.figures)
    return Rule(
        key=known.key,
        id=verdict.id,
        title=visible(verdict.title) or "(without a title)",
        kind="unread" if rule is None else "rule" if isinstance(rule, ir.Rule) else "correlation",
        level=known.level,
        state=state,
        why=LEFT_OUT if state == "left out" else clear(verdict.why),
        runs=known.runs,
        author="" if rule is None else visible(rule.author),
        licence="" if rule is None else visible(rule.licence),
        logsources=tuple(visible(str(one)) for one in known.logsources),
        techniques=known.techniques,
        samples=samples_of(verdict.id, all_of),
        hits=all_of.figures.hits.get(verdict.id, NO_HITS),
        precision=precise,
        judged=judged,
        false_share=share,
        hidden=all_of.figures.hidden.get(verdict.id, 0),
        data=data_of(known, all_of),
        position=visible(f"{verdict.path}:{verdict.line}"),
    )


def stranger_of(seat: Seat, rule_id: str, all_of: Gathered) -> Rule | None:
    """A row for what findings name and no file has; None where nothing was found by it."""
    book = seat.place.kept.of(FigureBook, FigureBook)
    credit = book.credit(seat.state, rule_id)
    if credit is None:
        return None
    judged, share, precise = _judged(rule_id, credit.level, all_of.figures)
    gone = bool(credit.path) and credit.author != "Vedette"
    return Rule(
        key=key_of(rule_id),
        id=rule_id,
        title=visible(credit.title),
        kind="built in",
        level=credit.level,
        state="built in",
        why="no loaded file has this rule any more" if gone else "",
        runs=not gone,
        author=visible(credit.author),
        licence=visible(credit.licence),
        logsources=(),
        techniques=(),
        samples=SampleCount("none"),
        hits=all_of.figures.hits.get(rule_id, NO_HITS),
        precision=precise,
        judged=judged,
        false_share=share,
        hidden=all_of.figures.hidden.get(rule_id, 0),
        data="found",
        position=visible(credit.path),
    )


def _judged(
    rule_id: str, level: str, figures: Figures
) -> tuple[int, float | None, Precision | None]:
    counts = figures.verdicts.get(rule_id, (0, 0, 0))
    total = sum(counts)
    share = (counts[1] + counts[2]) / total if total else None
    return total, share, precision(level, counts) if level else None
