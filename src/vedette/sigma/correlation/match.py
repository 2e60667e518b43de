"""A rule that fits an event, as correlations see it, and which fields they ask for."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from vedette.model.finding import Entity, EventRef, Evidence
from vedette.model.logsource import Logsource
from vedette.sigma.correlation.nesting import nested
from vedette.sigma.ir import Correlation


class Match(msgspec.Struct, frozen=True, array_like=True):
    """A rule fits an event.

    `rule` is the rule's id, `time` the event's time in microseconds since the epoch, UTC.
    `values` maps the Sigma fields that `fields_needed` lists for the rule to the texts they hold
    in the event; a field that is absent there is absent here. `id` and `also` are for the
    findings of correlations, when they are matches in turn: the finding's id and the other
    events behind it.
    """

    rule: str
    time: int
    ref: EventRef
    logsource: Logsource = Logsource()
    values: dict[str, tuple[str, ...]] = {}
    entities: tuple[Entity, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    id: str = ""
    also: tuple[EventRef, ...] = ()


def identity(match: Match) -> str:
    """What makes two matches matches of the same event."""
    return match.id or match.ref.key


def order(match: Match) -> tuple[int, str, str, str]:
    """Where a match stands among others of the same nesting depth."""
    return (match.time, match.ref.key, match.rule, match.id)


def resolve(correlation: Correlation, name: str, rule: str) -> str:
    """The field that a group-by or condition name means in the matches of `rule`."""
    return correlation.aliases.get(name, {}).get(rule, name)


def fields_needed(correlations: Iterable[Correlation]) -> dict[str, tuple[str, ...]]:
    """For each detection rule that a correlation uses: the Sigma fields that its matches must
    carry, sorted. Fields that an outer correlation asks of an inner one are asked of the inner
    one's rules."""
    all_needed, known = needs(correlations)
    return {rule: tuple(sorted(fields)) for rule, fields in all_needed.items() if rule not in known}


def needs(correlations: Iterable[Correlation]) -> tuple[dict[str, set[str]], set[str]]:
    """The fields asked of every rule, correlations included, and the ids of the correlations."""
    ranked = nested(correlations)
    found: dict[str, set[str]] = {}
    for _, correlation in ranked:
        names = (*correlation.group_by, *correlation.condition.field)
        for rule in correlation.rules:
            found.setdefault(rule, set()).update(resolve(correlation, n, rule) for n in names)
    for _, correlation in reversed(ranked):  # outermost first, so that a wish travels all the way
        wishes = found.get(correlation.id, set()) - set(correlation.group_by)
        for rule in correlation.rules:
            found[rule] |= wishes
    return found, {correlation.id for _, correlation in ranked}
