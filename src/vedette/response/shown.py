"""An action for people and for machines."""

from __future__ import annotations

from typing import Any, Final

from vedette.model.instant import rfc3339
from vedette.response.modes import Modes, missing
from vedette.response.recording import Entry

_WOULD: Final = {
    "shadow": "would have been done (shadow)",
    "proposed": "waits for a person",
    "refused": "refused",
    "intended": "being done",
    "applied": "stands",
    "ending": "is being taken back",
    "failed": "could not be done",
    "expired": "over",
    "undone": "taken back",
}


def one_line(entry: Entry, modes: Modes) -> str:
    """Name, state, how many must agree, what to what, of which incident, until when."""
    action = entry.action
    state = _WOULD[entry.state]
    if entry.state == "proposed":
        lacking = missing(modes.of(action.kind), entry.agreed, entry.people)
        state = f"waits for {lacking} people" if lacking > 1 else state
    scope = "".join(f" {name}={value}" for name, value in action.scope)
    return (
        f"{action.id[:12]}  {state:30} {action.kind} {action.target.value}{scope}  "
        f"incident {action.incident}  until {rfc3339(action.expires)[:16].replace('T', ' ')}"
    )


def entry_lines(entry: Entry, modes: Modes) -> list[str]:
    """One action: what, why, its cost, who had a hand in it."""
    action = entry.action
    technique = action.technique or "no D3FEND technique"
    lines = [one_line(entry, modes), f"    {action.reason} ({technique})"]
    if entry.detail:
        lines.append(f"    {entry.detail}")
    cost = entry.cost
    if cost is not None and cost["looked"]:
        lines.append(
            f"    would touch {cost['benign_count']:,} benign principals ({cost['events']:,} "
            f"events, {cost['covered']:,} of them the attacker's)"
            + ("" if cost["complete"] else "; not the whole answer")
        )
    if entry.agreed:
        lines.append(f"    agreed: {', '.join(entry.agreed)}")
    lines.append(f"    last change {rfc3339(entry.changed)} by {entry.who}")
    return lines


def entry_json(entry: Entry) -> dict[str, Any]:
    """The action with times in RFC 3339."""
    action = entry.action
    return {
        "id": action.id,
        "state": entry.state,
        "kind": action.kind,
        "target": {"kind": action.target.kind, "value": action.target.value},
        "scope": dict(action.scope),
        "incident": action.incident,
        "reason": action.reason,
        "technique": action.technique,
        "decided": rfc3339(action.decided),
        "expires": rfc3339(action.expires),
        "changed": rfc3339(entry.changed),
        "who": entry.who,
        "agreed": list(entry.agreed),
        "detail": entry.detail,
        "cost": entry.cost,
    }
