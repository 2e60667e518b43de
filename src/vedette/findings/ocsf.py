"""Findings as OCSF 1.5 events of the class Detection Finding (https://schema.ocsf.io/1.5.0/).

What OCSF has no place for (the rule's author and licence, places of the raw events, our kinds of
entity) stands under `unmapped`; an observable's `name` points there.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from vedette import __version__
from vedette.findings.sound import sound
from vedette.model.finding import EventRef, Evidence, Finding

VERSION: Final = "1.5.0"
CLASS_UID: Final = 2004
TYPE_UID: Final = CLASS_UID * 100 + 1

SEVERITIES: Final = {
    "informational": (1, "Informational"),
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "critical": (5, "Critical"),
}

OBSERVABLES: Final = {
    "host": (1, "Hostname"),
    "domain": (1, "Hostname"),
    "address": (2, "IP Address"),
    "account": (4, "User Name"),
    "mailbox": (5, "Email Address"),
    "url": (6, "URL String"),
    "document": (7, "File Name"),
    "hash": (8, "Hash"),
    "process": (9, "Process Name"),
    "person": (99, "Person"),
    "certificate": (99, "Certificate"),
    "tag": (99, "Plant Tag"),
    "package": (99, "Software Package"),
}
"""Entity kind to observable type. Types from 20 on are objects, which carry no value."""


def line(finding: Finding) -> bytes:
    """The finding as one OCSF event on one line of UTF-8, without a line end. Lone surrogates
    become U+FFFD."""
    try:
        return orjson.dumps(event(finding))
    except orjson.JSONEncodeError:
        return orjson.dumps(event(sound(finding)))


def event(finding: Finding) -> dict[str, Any]:
    """The finding as an OCSF event; times in milliseconds since the epoch, UTC."""
    rule = finding.rule
    severity_id, severity = SEVERITIES.get(rule.level, (99, rule.level))
    found: dict[str, Any] = {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": CLASS_UID,
        "class_name": "Detection Finding",
        "type_uid": TYPE_UID,
        "type_name": "Detection Finding: Create",
        "time": finding.time // 1000,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": 1,
        "status": "New",
        "message": finding.message or rule.title,
        "metadata": {
            "version": VERSION,
            "uid": finding.id,
            "log_name": finding.event_ref.source,
            "product": {"name": "Vedette", "vendor_name": "Vedette", "version": __version__},
        },
        "finding_info": _info(finding),
        "unmapped": _unmapped(finding),
    }
    if finding.evidence:
        found["evidences"] = [_evidence(one) for one in finding.evidence]
    if finding.entities:
        found["observables"] = [_observable(one.kind, one.value) for one in finding.entities]
    if finding.probability is not None:
        found["confidence_score"] = round(100 * min(max(finding.probability, 0.0), 1.0))
    return found


def _info(finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    info: dict[str, Any] = {
        "uid": finding.id,
        "title": rule.title,
        "types": ["Sigma"],
        "created_time": finding.time // 1000,
        "analytic": {"type_id": 1, "type": "Rule", "uid": rule.id, "name": rule.title},
        "data_sources": [str(finding.logsource)],
        "related_events": [{"uid": ref.key} for ref in (finding.event_ref, *finding.related)],
    }
    if finding.techniques:
        info["attacks"] = [_attack(technique) for technique in finding.techniques]
    return info


def _attack(technique: str) -> dict[str, Any]:
    """`T1059.001` is sub-technique T1059.001 of technique T1059. ATT&CK's names are not known
    here; where a name is wanted, the id stands for it."""
    parent, dot, _ = technique.partition(".")
    attack: dict[str, Any] = {"technique": {"uid": parent, "name": parent}}
    if dot:
        attack["sub_technique"] = {"uid": technique, "name": technique}
    return attack


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "name": evidence.field or "keyword",
        "data": {
            "field": evidence.field,
            "value": evidence.value,
            "start": evidence.start,
            "end": evidence.end,
            "selection": evidence.selection,
        },
    }


def _observable(kind: str, value: str) -> dict[str, Any]:
    type_id, caption = OBSERVABLES.get(kind, (99, kind))
    if kind == "mailbox" and "@" not in value:
        type_id, caption = OBSERVABLES["account"]
    return {
        "name": f"unmapped.entities.{kind}",
        "type_id": type_id,
        "type": caption,
        "value": value,
    }


def _unmapped(finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    entities: dict[str, list[str]] = {}
    for entity in finding.entities:
        entities.setdefault(entity.kind, []).append(entity.value)
    found: dict[str, Any] = {
        "rule": {"author": rule.author, "licence": rule.licence, "path": rule.path},
        "entities": entities,
        "event_ref": _ref(finding.event_ref),
    }
    if finding.related:
        found["related"] = [_ref(ref) for ref in finding.related]
    if finding.probability is not None:
        found["probability"] = finding.probability
    return found


def _ref(ref: EventRef) -> dict[str, str]:
    return {"source": ref.source, "place": ref.place, "key": ref.key}
