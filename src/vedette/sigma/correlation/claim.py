"""What a window says once its condition holds, and the finding that is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from vedette.model.finding import (
    Entity,
    Evidence,
    Finding,
    RuleRef,
    finding_id,
)
from vedette.model.instant import rfc3339
from vedette.model.value import fold
from vedette.sigma.correlation.bounds import ENTITIES, GROUPS_PER_MATCH, RELATED
from vedette.sigma.correlation.match import Match, identity, order
from vedette.sigma.correlation.plan import Plan
from vedette.sigma.ir import Correlation

_TECHNIQUE: Final = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)\Z")


@dataclass(frozen=True, slots=True)
class Claim:
    """The condition of a window holds.

    `completing` is the match that made it true; `members` all matches that are kept of the
    window, it included. `start` is the time of the window's first match, `known` the time at
    which the condition was known to hold. `total` is how many matches there were. `aggregate` and
    `named` say what was found, as (field, value).
    """

    completing: Match
    members: tuple[Match, ...]
    start: int
    known: int
    total: int
    aggregate: tuple[str, str]
    named: tuple[tuple[str, str], ...] = ()


def finding_of(plan: Plan, group: tuple[str, ...], claim: Claim) -> Finding:
    """The finding. Its id depends on the correlation, the group, the window's start and the
    completing event alone."""
    correlation = plan.correlation
    completing = claim.completing
    members = sorted(claim.members, key=order)
    shown = grouped(plan, group, completing)
    pairs = (*zip(correlation.group_by, shown, strict=True), claim.aggregate, *claim.named)
    related = dict.fromkeys(ref for m in members for ref in (*m.also, m.ref))
    related.pop(completing.ref, None)
    keys = [identity(completing), f"start:{claim.start}", *_numbered(group)]
    return Finding(
        id=finding_id(correlation.id, keys),
        time=completing.time,
        rule=RuleRef(
            correlation.id,
            correlation.title,
            correlation.level,
            correlation.author,
            correlation.licence,
            correlation.path,
        ),
        logsource=completing.logsource,
        techniques=techniques(correlation),
        entities=_entities(members),
        evidence=(*(_whole(field, value) for field, value in pairs), *completing.evidence),
        event_ref=completing.ref,
        related=tuple(related)[:RELATED],
        message=_message(correlation, shown, claim, len(related)),
    )


def match_of(plan: Plan, group: tuple[str, ...], claim: Claim, finding: Finding) -> Match:
    """The finding as a match for outer correlations."""
    shown = grouped(plan, group, claim.completing)
    values: dict[str, tuple[str, ...]] = {
        name: (text,) for name, text in zip(plan.correlation.group_by, shown, strict=True)
    }
    members = sorted(claim.members, key=order)
    for field in plan.extras:
        texts = dict.fromkeys(text for m in members for text in m.values.get(field, ()))
        if texts:
            values[field] = tuple(texts)[:GROUPS_PER_MATCH]
    return Match(
        rule=plan.correlation.id,
        time=claim.known,
        ref=finding.event_ref,
        logsource=finding.logsource,
        values=values,
        entities=finding.entities,
        evidence=finding.evidence[: len(plan.correlation.group_by) + 1],
        id=finding.id,
        also=finding.related,
    )


def grouped(plan: Plan, group: tuple[str, ...], match: Match) -> tuple[str, ...]:
    """The group's values, spelled as in this match."""
    fields = plan.fields(plan.correlation.group_by, match.rule)
    return tuple(
        next((text for text in match.values.get(field, ()) if fold(text) == part), part)
        for field, part in zip(fields, group, strict=True)
    )


def techniques(correlation: Correlation) -> tuple[str, ...]:
    """ATT&CK technique ids among the tags: `attack.t1110.003` is T1110.003."""
    found = (_TECHNIQUE.match(tag.lower()) for tag in correlation.tags)
    return tuple(match[1].upper() for match in found if match)


def _numbered(group: tuple[str, ...]) -> Iterable[str]:
    """The hash sorts its keys, so each value says which it is."""
    return (f"group {index}:{part}" for index, part in enumerate(group))


def _entities(members: Iterable[Match]) -> tuple[Entity, ...]:
    return tuple(sorted({entity for m in members for entity in m.entities})[:ENTITIES])


def _whole(field: str, value: str) -> Evidence:
    return Evidence(field, value, 0, len(value))


def _message(correlation: Correlation, shown: tuple[str, ...], claim: Claim, related: int) -> str:
    field, value = claim.aggregate
    events = "1 event" if claim.total == 1 else f"{claim.total} events"
    parts = [f"{field} {value} over {events} from {rfc3339(claim.start)}"]
    parts[0] += f" to {rfc3339(claim.completing.time)}"
    if shown:
        pairs = zip(correlation.group_by, shown, strict=True)
        parts.append(", ".join(f"{name}={text}" for name, text in pairs))
    if related > RELATED or len(claim.members) < claim.total:
        parts.append(f"{min(related, RELATED)} other events listed")
    return "; ".join(parts)
