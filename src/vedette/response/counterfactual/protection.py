"""Things that are never acted on automatically, whatever a check says."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vedette.model.action import Action
from vedette.model.finding import Entity

Protected = Callable[[Entity], str | None]
"""Why a thing is protected ("asset: payment server"), None where it is not."""


def protection_of(
    action: Action, protected: Protected, touched: Iterable[Entity] = ()
) -> str | None:
    """Why the action must go before a person: its target, a host or account that its scope names,
    or a principal it would have touched is protected. None where nothing is."""
    named = [action.target]
    value = action.target.value
    if action.target.kind == "process" and "/" in value and not value.startswith("/"):
        named.append(Entity("host", value.partition("/")[0].lower()))
    if action.target.kind == "url":
        from vedette.response.counterfactual.spelling import host_of

        named.append(Entity("domain", host_of(value)))
    if action.target.kind in ("mailbox", "person") and "@" in value:
        named.append(Entity("domain", value.rpartition("@")[2].lower()))
    scope = dict(action.scope)
    named += [Entity(kind, scope[kind]) for kind in ("host", "account", "site") if kind in scope]
    for entity in (*named, *touched):
        why = protected(entity)
        if why is not None:
            return f"{entity.kind} {entity.value} is protected: {why}"
    return None
