"""Findings from examined messages: a lure, something suspicious, refused mail, mail that nobody
examined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from vedette.lure.live.feed import FORMAT, LOGSOURCE
from vedette.model.batch import Batch, Record
from vedette.model.finding import Entity, EventRef, Evidence, Finding, RuleRef, finding_id
from vedette.model.instant import instant_of
from vedette.model.problem import Problem

_AUTHOR: Final = "Vedette"
_LICENCE: Final = "Apache-2.0"
_PATH: Final = "lures/features.yml"

RULES: Final[Mapping[str, RuleRef]] = {
    "lure": RuleRef(
        "3f0c2b1e-6f53-4b0e-9c1c-5d3f6f0a7a01", "Recruiter lure", "high", _AUTHOR, _LICENCE, _PATH
    ),
    "suspicious": RuleRef(
        "3f0c2b1e-6f53-4b0e-9c1c-5d3f6f0a7a02",
        "Message that contradicts itself",
        "medium",
        _AUTHOR,
        _LICENCE,
        _PATH,
    ),
    "refused": RuleRef(
        "3f0c2b1e-6f53-4b0e-9c1c-5d3f6f0a7a04",
        "Mail refused by an action",
        "medium",
        _AUTHOR,
        _LICENCE,
        _PATH,
    ),
    "unexamined": RuleRef(
        "3f0c2b1e-6f53-4b0e-9c1c-5d3f6f0a7a03",
        "Mail passed without being examined",
        "high",
        _AUTHOR,
        _LICENCE,
        _PATH,
    ),
}
"""From a record's verdict to the rule its finding names. The ids never change."""


class LureInspection(msgspec.Struct):
    """What one batch gave. `events` counts the rows."""

    findings: list[Finding] = []
    problems: list[Problem] = []
    events: int = 0


class LureDetector:
    """Turns stored verdicts into findings: the verdict was found when the message came, so that a
    later change of weights changes nothing that was said."""

    def inspect(self, batch: Batch) -> LureInspection:
        """Findings in row order; nothing for batches of other formats."""
        result = LureInspection()
        if batch.format != FORMAT:
            return result
        for index in range(len(batch.rows)):
            result.events += 1
            try:
                record = batch.rows.record(index)
                finding = _finding(record, batch, index)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                where = f"{batch.source}:{batch.rows.place(index)}"
                what = f"is no record of an examined message ({error!r})"
                result.problems.append(Problem(where, what, "it is stored and raises no finding"))
                continue
            if finding is not None:
                result.findings.append(finding)
        return result


def _finding(record: Record, batch: Batch, index: int) -> Finding | None:
    rule = RULES.get(record.get("verdict", ""))
    if rule is None:
        return None
    key = batch.event_key(index)
    claim = record.get("message") or key
    probability = record.get("probability")
    return Finding(
        id=finding_id(rule.id, (str(claim),)),
        time=instant_of(record.get("time")) or batch.arrival,
        rule=rule,
        logsource=LOGSOURCE,
        techniques=tuple(record.get("techniques", ())),
        entities=_entities(record),
        evidence=_evidence(record.get("features", ())),
        event_ref=EventRef(batch.source, batch.rows.place(index), key),
        probability=float(probability) if probability is not None else None,
        message=str(record.get("sentence", "")),
    )


def _entities(record: Record) -> tuple[Entity, ...]:
    found = {Entity(str(each["kind"]), str(each["value"])) for each in record.get("entities", ())}
    found.update(Entity("mailbox", str(name)) for name in record.get("mailboxes", ()))
    if "persona" in record:
        found.add(Entity("person", str(record["persona"])))
    return tuple(sorted(found))


def _evidence(features: Sequence[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """The spans of what spoke against the message, the heaviest first."""
    return tuple(
        Evidence(str(each["part"]), str(each["text"]), 0, len(str(each["text"])), feature["name"])
        for feature in features
        if float(feature["weight"]) > 0
        for each in feature.get("evidence", ())
    )
