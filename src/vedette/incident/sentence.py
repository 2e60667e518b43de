"""What happened in one sentence: no more than the findings say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from vedette.incident.knots import Summary
from vedette.incident.lines import Line
from vedette.incident.stages import Stage, timeline
from vedette.model.instant import SECOND
from vedette.model.visible import visible

LONGEST_NAME: Final = 80
MOST_STAGES: Final = 4
_PREPOSITIONS: Final = {"mailbox": "in", "account": "with", "address": "from", "domain": "with"}
_ACTED_ON: Final = ("host", "mailbox", "account", "tag")
"""Kinds that say where an incident is: of the first of them that is there, one or a number."""
_SPANS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def sentence(summary: Summary, stages: Sequence[Stage]) -> str:
    """What the findings of an incident say together. Restrained: it began with its first
    observable, what came after `points to` stages, so often, at such a place, in such a time."""
    lines = timeline(summary.lines)
    first = lines[0]
    title = cut(visible(first.title))
    size = f"{summary.count:,} finding{'' if summary.count == 1 else 's'}"
    within = span_words(summary.last - summary.first[0])
    if len(lines) == 1:
        seen = "" if summary.count == 1 else f", {size} within {within}"
        return f"“{title}”{_at(first)}{seen}."
    begun = f"Began with “{title}”{_at(first)}"
    began_in = next((each.tactic for each in stages if first.rule in each.rules), "")
    later = [each.words for each in stages if each.tactic != began_in]
    if later:
        more = later[:MOST_STAGES]
        rest = len(later) - len(more)
        told = listed([*more, *([f"{rest} more stage{'s' if rest > 1 else ''}"] if rest else [])])
        where = _where(summary, first)
        return f"{begun}; other findings point to {told}{where}: {size} within {within}."
    others = len(lines) - 1
    rules = f"{others:,} other rule{'' if others == 1 else 's'}"
    return f"{begun}; {rules} saw something{_where(summary, first)}: {size} within {within}."


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def span_words(microseconds: int) -> str:
    """A length of time in its largest whole unit: `3 hours`, `1 day`, `less than a second`."""
    seconds = microseconds // SECOND
    for length, name in _SPANS:
        if seconds >= length:
            number = round(seconds / length)
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "a second"


def cut(text: str, most: int = LONGEST_NAME) -> str:
    """The beginning of a long text."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _at(line: Line) -> str:
    place = next(iter(line.places), "")
    if not place:
        return ""
    kind, _, value = place.partition(" ")
    return f" {_PREPOSITIONS.get(kind, 'on')} {kind} {cut(visible(value))}"


def _where(summary: Summary, first: Line) -> str:
    """The places, but for the one that was told of already."""
    told_of = next(iter(first.places), "")
    told = [
        _counted(kind, values)
        for kind in _ACTED_ON
        if (values := summary.entities.get(kind))
        and [f"{kind} {value}" for value in values] != [told_of]
    ]
    return f", naming {listed(told[:2])}" if told else ""


def _counted(kind: str, values: Iterable[str]) -> str:
    found = list(values)
    if len(found) == 1:
        return f"{kind} {cut(visible(found[0]))}"
    return f"{len(found):,} {kind}{'es' if kind == 'mailbox' else 's'}"
