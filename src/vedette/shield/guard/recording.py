"""What is kept of a request that matched, with nothing secret in clear."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

import msgspec

from vedette.model.instant import rfc3339
from vedette.seclang.request import Request
from vedette.seclang.run.outcome import Match, Outcome
from vedette.shield.blame import parameters, reasons
from vedette.shield.guard.refusing import Refused
from vedette.shield.masking import mask, mask_name
from vedette.shield.policy.ready import Standing
from vedette.shield.replay.template import path_template

Action = Literal["blocked", "would_block", "passed"]

MOST_HITS: Final = 24
"""Hits of one request that are kept; `more_hits` counts the others."""
LONGEST_METHOD: Final = 20

CLIENT_REFUSED: Final = 2_000_090
PARAMETER_REFUSED: Final = 2_000_091
"""Ids in log lines of what no rule but an action refused."""

_DULL: Final = ("application-", "language-", "platform-", "OWASP_CRS", "paranoia-level/", "capec/")
_LEVEL: Final = re.compile(r"paranoia-level/([1-4])\Z")
_END: Final = re.compile(rb"[?#]")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a visit. `status` is that of the answer, 0 where none was seen; `cut` the budget
    that ended the evaluation; `before` the number of unremarkable requests of the client so far."""

    action: Action
    status: int
    incident: str = ""
    rule: int | None = None
    phase: int = 0
    cut: str = ""
    before: int = 0
    judged_us: int = 0


def worth_keeping(outcome: Outcome) -> bool:
    """Whether any rule found something, or something was blocked or cut."""
    return bool(
        outcome.intervention
        or outcome.would
        or outcome.cut
        or any(match.severity is not None for match in outcome.matches)
    )


def record_of(
    request: Request,
    standing: Standing,
    outcome: Outcome,
    verdict: Verdict,
    unseen: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The event. Its fields: docs/reference/shield.md."""
    record: dict[str, Any] = {
        "kind": "request",
        **_where(request, standing),
        "action": verdict.action,
        "mode": standing.place.mode,
        "status": verdict.status,
        "score": _score(outcome, "blocking_inbound_anomaly_score"),
        "before": verdict.before,
    }
    if threshold := _score(outcome, "inbound_anomaly_score_threshold"):
        record["threshold"] = threshold
    if verdict.incident:
        record["incident"] = verdict.incident
    if outbound := _score(outcome, "blocking_outbound_anomaly_score"):
        record["outbound_score"] = outbound
    if verdict.rule is not None:
        record["rule"] = verdict.rule
        record["phase"] = verdict.phase
    if verdict.cut:
        record["cut"] = verdict.cut
    if unseen:
        record["missing"] = list(unseen)
    record["judged_us"] = verdict.judged_us
    hits: list[dict[str, Any]] = []
    more = 0
    for match in reasons(outcome.matches, verdict.rule):
        for parameter, hit in parameters(match).items():
            if len(hits) >= MOST_HITS:
                more += 1
                continue
            hits.append(_hit(match, parameter, hit.variable, hit.value))
    record["hits"] = hits
    if more:
        record["more_hits"] = more
    return record


def _where(request: Request, standing: Standing) -> dict[str, Any]:
    """Which request it was: when, where to, whose."""
    host = next((v for k, v in request.headers if k.lower() == b"host"), b"")
    return {
        "time": rfc3339(request.received),
        "id": request.unique_id,
        "site": standing.site,
        "host": mask("HOST", host, 100),
        "method": request.method[:LONGEST_METHOD].decode("ascii", "backslashreplace"),
        "path": mask("REQUEST_FILENAME", _END.split(request.target, 1)[0]),
        "template": path_template(request.target),
        "client": request.client,
    }


def _hit(match: Match, parameter: str, variable: str, value: bytes) -> dict[str, Any]:
    hit: dict[str, Any] = {
        "rule": match.id,
        "msg": mask("MSG", match.msg.encode("utf-8", "backslashreplace")),
        "severity": match.severity,
        "tags": [tag for tag in match.tags if not tag.startswith(_DULL)],
        "variable": mask_name(variable),
        "parameter": parameter,
        "value": mask(variable, value),
    }
    for tag in match.tags:
        if found := _LEVEL.match(tag):
            hit["paranoia"] = int(found[1])
        elif tag == "OWASP_CRS/WEB-SHELLS":
            hit["tags"].append(tag)
    return hit


def _score(outcome: Outcome, name: str) -> int:
    text = outcome.tx.get(name, b"")
    return int(text) if text.isdigit() and len(text) < 9 else 0


def alarm_record(what: str, *, now: int, fix: str, count: int = 1) -> dict[str, Any]:
    """The event that says that requests passed, or were refused, without being judged."""
    return {
        "kind": "alarm",
        "time": rfc3339(now),
        "sentence": what,
        "fix": fix,
        "count": count,
    }


def refusal_record(client: str, status: int, reason: str, received: int) -> dict[str, Any]:
    """The event of a request that was not read as one: ambiguous, malformed, over a limit."""
    return {
        "kind": "refused",
        "time": rfc3339(received),
        "client": client,
        "action": "blocked",
        "status": status,
        "reason": mask("REASON", reason.encode("utf-8", "backslashreplace")),
    }


def turned_away_match(refused: Refused) -> Match:
    """For the log: as a rule would have matched that refused the same."""
    about_client = not refused.parameter
    return Match(
        id=CLIENT_REFUSED if about_client else PARAMETER_REFUSED,
        phase=1 if about_client else 2,
        msg="An action refuses this client" if about_client else "An action refuses this parameter",
        data=f"action {refused.id}",
        severity=2,
        tags=("vedette/action",),
        hits=(),
        file="",
        line=0,
    )


def turned_away_record(
    request: Request, standing: Standing, refused: Refused, verdict: Verdict
) -> dict[str, Any]:
    """The event of a request that an action refused. It makes no finding: else whoever is refused
    by mistake would go on making the case for it."""
    record: dict[str, Any] = {
        "kind": "turned_away",
        **_where(request, standing),
        "action": verdict.action,
        "mode": standing.place.mode,
        "status": verdict.status,
        "incident": verdict.incident,
        "rule": verdict.rule,
        "phase": verdict.phase,
        "refused_by": refused.id,
    }
    if refused.parameter:
        record["parameter"] = mask_name(f"ARGS:{refused.parameter}")
    return record
