"""OpenC2 commands for what the firm's own systems do for us, and the answers to them.

Source: OpenC2 Language Specification 1.0 (Committee Specification 02). What the language has no
word for stands in the namespace `x-vedette`, as its section 3.1.4 provides.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from vedette.model.action import Action
from vedette.model.errors import ActuatorError

NAMESPACE: Final = "x-vedette"
LONGEST: Final = 500
"""Characters of a target."""
STATUSES: Final = frozenset({102, 200, 400, 401, 403, 404, 500, 501, 503})
OK: Final = 200
PROCESSING: Final = 102

TARGETS: Final[Mapping[str, frozenset[str]]] = {
    "isolate-host": frozenset({"host"}),
    "disable-account": frozenset({"account", "mailbox"}),
    "end-sessions": frozenset({"account", "mailbox"}),
}
"""The kinds of actions, and of the entities that they may be aimed at."""

_VERBS: Final = {"isolate-host": "contain", "disable-account": "deny", "end-sessions": "stop"}
_BACK: Final = "allow"
_HOSTNAME: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})?(\.[a-z0-9_-]{1,63})*", re.I
)
_NUMBERS: Final = re.compile(r"[0-9.]+")


class Answer(msgspec.Struct, frozen=True):
    """A Response. `results` depend on the command."""

    status: int
    status_text: str = ""
    results: dict[str, Any] = {}


class Stands(msgspec.Struct, frozen=True):
    """What a receiver says of one action."""

    id: str
    kind: str
    target: str
    state: str = "applied"


def doing(action: Action) -> dict[str, Any]:
    """The command that does it until `action.expires`. Raises ActuatorError."""
    return _command(action, _VERBS.get(action.kind, ""), {"stop_time": action.expires // 1_000})


def taking_back(action: Action) -> dict[str, Any]:
    """The counter-command."""
    return _command(action, _BACK, {})


def asking(ids: Iterable[str] | None) -> dict[str, Any]:
    """Which of these actions stand (None: which do at all)."""
    given = {} if ids is None else {"ids": list(ids)}
    return {
        "action": "query",
        "target": {f"{NAMESPACE}:actions": given},
        "args": {"response_requested": "complete", NAMESPACE: {}},
    }


def standing_of(answer: Answer) -> list[Stands]:
    """What an answer to `asking` lists. Raises ValueError where it lists nothing."""
    ours = answer.results.get(NAMESPACE)
    listed = ours.get("actions") if isinstance(ours, dict) else None
    if listed is None:
        raise ValueError(f"results/{NAMESPACE}/actions is missing")
    try:
        return msgspec.convert(listed, list[Stands])
    except msgspec.ValidationError as error:
        raise ValueError(f"results/{NAMESPACE}/actions: {error}") from error


def _command(action: Action, verb: str, args: dict[str, Any]) -> dict[str, Any]:
    target = target_of(action)
    digest = hashlib.blake2b(f"{action.id}/{verb}/{action.expires}".encode(), digest_size=16)
    return {
        "action": verb,
        "target": target,
        "args": {
            **args,
            "response_requested": "complete",
            NAMESPACE: {"action": action.id, "kind": action.kind, "incident": action.incident},
        },
        "command_id": digest.hexdigest(),
    }


def target_of(action: Action) -> dict[str, Any]:
    """The target. Raises ActuatorError where the action has none that can be said."""
    known = TARGETS.get(action.kind)
    if known is None:
        raise ActuatorError(f"{action.kind}: no command says that")
    kind, value = action.target.kind, action.target.value
    if kind not in known:
        raise ActuatorError(f"{action.kind} is never aimed at a {kind}")
    if action.scope:
        raise ActuatorError(f"{action.scope[0][0][:60]!a}: {action.kind} knows no scope")
    if not value.isprintable() or not 0 < len(value) <= LONGEST:
        raise ActuatorError(f"{value[:60]!a}: must be 1 to {LONGEST} printable characters")
    if action.kind == "isolate-host":
        named = _HOSTNAME.fullmatch(value) and not _NUMBERS.fullmatch(value)
        return {"device": {"hostname" if named else "device_id": value}}
    what = "account" if action.kind == "disable-account" else "sessions"
    return {f"{NAMESPACE}:{what}": {kind: value}}
