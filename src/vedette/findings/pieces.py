"""What a person is shown of a finding: short texts, still without a layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from vedette.model.finding import Entity, Evidence, Finding
from vedette.model.instant import rfc3339
from vedette.model.visible import visible

SHORT_LEVELS: Final = {"informational": "info", "critical": "CRITICAL", "high": "HIGH"}
_WHERE: Final = ("host", "account", "process", "mailbox", "address")
_SHOWN: Final = 4096
"""Characters looked at on each side of a match; nobody's line is longer."""


class Matched(NamedTuple):
    """A field, what stands before the match, the match, what stands after it. A finding whose
    words say more than a match has them in `after`, and nothing else."""

    field: str
    before: str
    span: str
    after: str


class Pieces(NamedTuple):
    """One finding's texts, all visible: safe for a terminal, without line ends."""

    time: str
    level: str
    title: str
    where: str
    matched: Matched
    place: str
    id: str


def pieces(finding: Finding) -> Pieces:
    """The texts of a finding. Time to the second, UTC."""
    rule, ref = finding.rule, finding.event_ref
    return Pieces(
        time=rfc3339(finding.time)[:19] + "Z",
        level=visible(SHORT_LEVELS.get(rule.level, rule.level)),
        title=visible(rule.title),
        where=visible(" · ".join(_where(finding.entities))),
        matched=_matched(finding),
        place=visible(f"{_source(ref.source)}:{_place(ref.place)}"),
        id=visible(finding.id),
    )


def _where(entities: Sequence[Entity]) -> list[str]:
    """Host, account and process, the first of each; else mailbox or address."""
    first: dict[str, str] = {}
    for entity in entities:
        first.setdefault(entity.kind, entity.value)
    found = [first[kind] for kind in _WHERE[:3] if kind in first]
    return found or [first[kind] for kind in _WHERE[3:] if kind in first]


def _matched(finding: Finding) -> Matched:
    # what was judged by adding up has no one match that would say why
    if not finding.evidence or (finding.probability is not None and finding.message):
        return Matched("", "", "", visible(finding.message))
    best: Evidence = max(finding.evidence, key=lambda one: one.end - one.start)
    start = min(max(best.start, 0), len(best.value))
    end = min(max(best.end, start), len(best.value))
    return Matched(
        visible(best.field),
        visible(best.value[max(0, start - _SHOWN) : start]),
        visible(best.value[start : min(end, start + _SHOWN)]),
        visible(best.value[end : end + _SHOWN]),
    )


def _source(source: str) -> str:
    """`file:/var/log/x#4f2a`, which a watch says, is shown as the path alone."""
    return source.removeprefix("file:").rpartition("#")[0] if source[:5] == "file:" else source


def _place(place: str) -> str:
    """`line 12` is shown as `12`, as compilers do."""
    return place.removeprefix("line ")
